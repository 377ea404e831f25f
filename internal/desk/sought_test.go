package desk

import (
	"errors"
	"slices"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// written are texts of requests, and by what each has to be found (UX-29): as it
// is written, and as others write it.
var written = []struct {
	product string
	text    string
	queries []string
}{
	{"vsphere", "サーバーが応答しません", []string{"サーバー", "サーバ", "ｻｰﾊﾞｰ", "さーばー", "応答", "応", "サーバが応答"}},
	{"vsphere", "旧サーバの移行について", []string{"サーバー", "ｻｰﾊﾞ", "移行", "旧"}},
	{"esx", "サポート リクエストの登録に失敗します", []string{"サポートリクエスト", "サポート リクエスト", "サポート・リクエスト", "ｻﾎﾟｰﾄ ﾘｸｴｽﾄ", "登録 失敗"}},
	{"esx", "重大な障害。ウィンドウが開かない", []string{"障害", "障", "害", "ウインドウ", "ｳｨﾝﾄﾞｳ", "重大な障害"}},
	{"esx", "ＥＳＸｉ　４．０のバージョン情報", []string{"esxi 4.0", "ＥＳＸＩ", "ヴァージョン", "情報"}},
	{"vsphere", "error 0x80070005 in vmware-hostd[1234]: /var/log/vmware/hostd.log", []string{"0x80070005", "80070005", "0X8007", "vmware-hostd[1234]", `"/log/vmware"`, "hostd.log"}},
	{"esx", "服务器无法启动，伺服器無法啟動", []string{"无法启动", "啟動", "启"}},
	{"esx", "서버가 시작되지 않습니다", []string{"서버", "시작"}},
	{"esx", "Größe überschritten, café", []string{"grosse uberschritten", "CAFE"}},
	{"fusion", "画面が黒いままです", []string{"フュージョン", "fyuujon", "fyu-jon", "ふゅーじょん", "fusion", "画面"}},
	{"plain", "起動しません", []string{"オープンソース", "ｵｰﾌﾟﾝｿｰｽ", "oopunsoosu", "ōpunsōsu", "起動", "components"}},
	{"kaede", "復元できません", []string{"楓", "カエデ", "kaede", "かえで", "kaede 復元"}},
}

// Whatever the way in which it is written, what is there is found, on each engine,
// by staff and by whoever filed it; somebody else finds nothing (UX-29, T32).
func TestWhateverTheWritingItIsFound(t *testing.T) {
	t.Parallel()
	for engine, where := range map[string]string{"sqlite": pgtest.File(t), "postgresql": pgtest.URL(t)} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			b := benchAt(t, jst(t, "2026-06-03 10:20:00"), where)
			b.people()
			ids := b.writeAll()
			asked := 0
			for i, w := range written {
				for _, query := range w.queries {
					asked++
					for who, v := range map[string]store.Viewer{"staff": {Actor: b.asIto}, "filer": {Actor: b.asSato}} {
						if !slices.Contains(b.finds(v, query), ids[i]) {
							t.Errorf("%s does not find %q by %q", who, w.text, query)
						}
					}
					if got := b.finds(store.Viewer{Actor: b.asTanaka}, query); len(got) > 0 {
						t.Errorf("somebody else finds %v by %q", got, query)
					}
				}
			}
			if asked < 40 {
				t.Errorf("%d queries are too few", asked)
			}
			for query, want := range map[string][]int64{
				"キー": nil, `"kaede"`: nil, "product:カエデ": {ids[11]}, "product:kaede": {ids[11]}, "product:ふゅーじょん": {ids[9]}, "-fyuujon 画面": {ids[9]},
				"severity：３ 障害": {ids[3]}, "state:open product:fusion": {ids[9]},
			} {
				if got := b.finds(store.Viewer{Actor: b.asIto}, query); !slices.Equal(got, want) {
					t.Errorf("%q finds %v, want %v", query, got, want)
				}
			}
		})
	}
}

// writeAll files the texts, some as a title, others as a comment, all for Sato.
func (b *bench) writeAll() []int64 {
	b.t.Helper()
	ctx := b.t.Context()
	b.ok(b.AddProduct(ctx, system, &support.Product{Key: "open_source", Name: "Open-source components"}))
	b.ok(b.AddProduct(ctx, system, &support.Product{Key: "acquired", Name: "楓 カエデ Backup"}))
	var out []int64
	for i, w := range written {
		f := b.filing()
		f.Contact, f.Product = b.sato.ID, "esx"
		if f.Title = support.T("件名"); i%2 == 0 {
			f.Title = support.T(w.text)
		}
		done := b.do(b.asSato, 0, f)
		if i%2 == 1 {
			b.do(b.asSato, done.ID, &support.Comment{Text: support.T(w.text), Channel: support.Portal})
		}
		if key := map[string]string{"plain": "open_source", "kaede": "acquired", "fusion": "fusion"}[w.product]; key != "" {
			b.ok(b.store.Update(ctx, func(tx *store.Tx) error {
				row, err := tx.Request(done.ID)
				if err != nil {
					return err
				}
				was := support.FiledAs{Account: row.Account, Contact: row.Contact, Contract: row.Contract, Product: row.Product, Version: row.Version}
				now, before := was, row
				now.Product, row.Product = key, key
				row.Seq++
				return tx.Append(before, []support.Fact{{Seq: row.Seq, At: row.ChangedAt, By: system, Body: support.Reclassified{FiledAs: now, Was: was}}}, row, nil)
			}))
		}
		out = append(out, done.ID)
	}
	return out
}

func (b *bench) finds(v store.Viewer, query string) []int64 {
	b.t.Helper()
	in, err := b.Sought(b.t.Context(), v, query)
	b.ok(err)
	in.Limit = 100
	page, err := b.store.Search(b.t.Context(), v, in)
	b.ok(err)
	var out []int64
	for _, f := range page.Found {
		out = append(out, f.Row.ID)
	}
	return out
}

// An operator whose value does not fit is refused where it stands, and what may
// not be seen like what there is not.
func TestAnOperatorThatDoesNotFitIsNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:20:00"))
	b.ok(b.RestrictAccount(t.Context(), b.asAdmin, b.hokuto.ID, true, nil))
	for query, want := range map[string]string{
		"x severity:9": "severity severity.unknown", "product:zebra": "product product.not_found", "owner:zebra": "owner api.owner_form", "owner:z@z.example": "owner api.staff_unknown",
		"account:acc_999": "account account.not_found", "account:" + support.Opaque("acc", b.hokuto.ID): "account account.not_found", "account:Hokuto": "account account.not_found",
		"account:zebra": "account account.not_found", "contact:1": "contact customer_number.form", "contact:" + b.tanaka.Number: "contact api.contact_unknown", "contract:P-1": "contract contract.not_found",
		"contract:P-9": "contract contract.not_found",
	} {
		var m *Misread
		_, err := b.Sought(t.Context(), store.Viewer{Actor: b.asIto, Roles: []support.Role{support.RoleTSE}}, query)
		if !errors.As(err, &m) || m.Operator.Name+" "+m.Why.Key != want {
			t.Errorf("%q: %v, want %s", query, err, want)
		}
	}
	for query, want := range map[string]int64{"account:Aoba": b.aoba.ID, "account:ＡＯＢＡ": b.aoba.ID, "account:" + support.Opaque("acc", b.aoba.ID): b.aoba.ID} {
		if in, err := b.Sought(t.Context(), store.Viewer{Actor: b.asIto}, query); err != nil || in.Filter.Account != want {
			t.Errorf("%q: %d, %v", query, in.Filter.Account, err)
		}
	}
}

// The customer's own reference and the names of files find their request, those
// of a note's files for staff alone (T32).
func TestReferencesAndFileNamesAreFound(t *testing.T) {
	t.Parallel()
	b, id := cabinet(t, nil)
	own := support.T("INC-0012345/東京")
	b.do(b.asTanaka, id, &support.ChangeDetails{Reference: &own})
	b.do(b.asTanaka, id, &support.Comment{Text: support.T("the log"), Files: []support.AttachedFile{b.mustSend(b.asTanaka, id, "vm-support-障害ログ.txt", "x")}})
	b.do(b.asIto, id, &support.AddNote{Text: support.T("ours"), Files: []support.AttachedFile{b.mustSend(b.asIto, id, "internal-analysis.txt", "y")}})
	staff, filer, other := store.Viewer{Actor: b.asIto}, store.Viewer{Actor: b.asTanaka}, store.Viewer{Actor: b.asSato}
	for query, ours := range map[string]bool{
		"INC-0012345": false, "inc 00123": false, "ＩＮＣ－００１２３４５": false, "vm-support": false, "障害ログ": false, "障害ﾛｸﾞ.txt": false, "analysis": true, "internal-analysis.txt": true,
	} {
		if got := b.finds(staff, query); !slices.Equal(got, []int64{id}) {
			t.Errorf("staff find %v by %q", got, query)
		}
		if got := b.finds(filer, query); (len(got) == 0) != ours {
			t.Errorf("the filer finds %v by %q", got, query)
		}
		if got := b.finds(other, query); len(got) != 0 {
			t.Errorf("somebody else finds %v by %q", got, query)
		}
	}
}
