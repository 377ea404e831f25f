package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"madoguchi/internal/text"
)

func finds(s, query string, open bool) bool {
	return len(text.Find(s, [][]text.Phrase{text.Query(query, open)}, 1<<20).Found) > 0
}

// What people write is found by what others write for it.
func TestWhatIsWrittenOtherwiseIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, query string }{
		{"サーバーが落ちる", "サーバ"}, {"サーバが落ちる", "サーバー"}, {"サーバーが落ちる", "サーバが落ちる"}, {"サーバーとホストーが", "サーバとホストが"}, {"ライセンスキーの数", "キー"}, {"サーバーが落ちる", "ｻｰﾊﾞｰ"}, {"ｻｰﾊﾞが落ちる", "サーバー"}, {"さーばーがおちる", "サーバー"},
		{"サポート リクエスト", "サポートリクエスト"}, {"サポートリクエスト", "サポート リクエスト"}, {"サポート・リクエスト", "サポートリクエスト"}, {"サポート　リクエスト", "サポートリクエスト"},
		{"サポートリクエスト", "リクエスト"}, {"サーバエラー", "サーバーエラー"}, {"重大な障害です", "障害"}, {"重大な障害です", "障"}, {"重大な障害", "害"}, {"重大な障害。", "害"},
		{"ウィンドウズ", "ウインドウズ"}, {"ヴァージョン", "バージョン"}, {"バージョン", "ヴァージョン"}, {"ＥＳＸｉ　４．０", "esxi 4.0"}, {"ESXの障害", "ESXの障害"}, {"障害ESX", "害ESX"}, {"㈱サンプル", "(株)サンプル"},
		{"服务器无法启动", "无法启动"}, {"伺服器無法啟動", "啟動"}, {"서버가 시작되지 않습니다", "시작"}, {"서버가 시작", "서버"}, {"ระบบขัดข้อง", "ขัดข้อง"}, {"ひらがなの文", "ひらがな"},
		{"Größe überschritten", "grosse UBERSCHRITTEN"}, {"café", "cafe"}, {"cafe\u0301", "café"}, {"İstanbul ışık", "istanbul isik"}, {"ΣΊΣΥΦΟΣ", "σίσυφος"}, {"Ёлка", "елка"},
		{"error 0x80070005 while", "0x80070005"}, {"error 0x80070005 while", "80070005"}, {"error 0X80070005", "0x80070005"}, {"vmware-hostd[1234]: x", "vmware-hostd[1234]"}, {"vmware-hostd[1234]: x", "hostd"},
		{"vmware-hostd[1234]: x", "1234"}, {"ESX 4.0 Update 2", "esx4.0"}, {"v1.2.3-rc1", "1.2.3"}, {"v1.2.3-rc1", "v1.2.3"}, {"/var/log/vmware/hostd.log", "/log/vmware"}, {`C:\Windows\System32`, `windows\system32`},
		{"INC0012345", "inc 0012345"}, {"see SR 123-456-789.", "123456789"}, {"see １２３‐４５６−７８９", "123-456-789"}, {"SR 123456789", "123-456-789"}, {"a_b_c", "b c"}, {"हिन्दी में", "हिन्दी"}, {"नेटवर्क त्रुटि", "त्रुटि"},
	} {
		if !finds(c.text, c.query, false) {
			t.Errorf("%q is not found by %q: %v, %v", c.text, c.query, text.Words(c.text), text.Query(c.query, false))
		}
	}
}

// What is something else is not found, and beginnings are when they are asked for.
func TestWhatIsSomethingElseIsNotFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, query string
		open, want  bool
	}{
		{"キーボード", "キ", false, true}, {"キーボード", "キー", false, true}, {"キリン", "キー", false, false}, {"京都府東京", "京都東", false, false}, {"disk", "dis", false, false}, {"disk", "dis", true, true},
		{"0x80070005", "0x8007", false, false}, {"0x80070005", "0x8007", true, true}, {"win2012r2", "win2012", true, true}, {"win2012r2", "win2012", false, false}, {"hostd", "vmware-hostd", false, false},
		{"123-456-7890", "123456789", false, false}, {"1-123-456-789", "123456789", false, false}, {"4.1", "4.0", false, false}, {"disk", "d", true, false}, {"...", "!!", true, false}, {"x", "", true, false},
	} {
		if got := finds(c.text, c.query, c.open); got != c.want {
			t.Errorf("%q by %q, open %v: found is %v", c.text, c.query, c.open, got)
		}
	}
}

func TestAnExcerptShowsWhereItWasFound(t *testing.T) {
	t.Parallel()
	s := strings.Repeat("前置き", 100) + "ディスク障害がESXで起きる" + strings.Repeat("後置き", 100)
	e := text.Find(s, [][]text.Phrase{text.Query("障害", false), text.Query("esx", false)}, 40)
	if utf8.RuneCountInString(e.Text) != 40 || !e.Before || !e.After || len(e.Found) != 2 {
		t.Fatalf("%+v", e)
	}
	var marked []string
	for _, r := range e.Found {
		marked = append(marked, string([]rune(e.Text)[r.From:r.To]))
	}
	if !slices.Equal(marked, []string{"障害", "ESX"}) {
		t.Errorf("marked: %q", marked)
	}
	if e := text.Find("short", nil, 40); e.Text != "short" || e.Before || e.After || e.Found != nil {
		t.Errorf("nothing: %+v", e)
	}
	if e := text.Find("障害", [][]text.Phrase{text.Query("障", false)}, 40); len(e.Found) != 1 || e.Found[0] != (text.Range{From: 0, To: 1}) {
		t.Errorf("one character: %+v", e)
	}
}

// Whatever is written, its words hold only what both engines keep as it is, in
// the order of their places, and every part of a text that begins and ends where
// words do is found in it.
func TestWordsOfAnyText(t *testing.T) {
	t.Parallel()
	alphabet := []rune("aZ09-_.[x ー障害サーバﾊﾞヴァさ・　한글éßй１\u0301\u3099\ue000'\"\\&|!:*()\x00")
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringOf(rapid.SampledFrom(alphabet)), rapid.String()).Draw(t, "text")
		last := 0
		all := text.Words(s)
		for _, w := range all {
			if w.Text == "" || w.Start < last || w.First > w.End || w.End > len(s) {
				t.Fatalf("%q: word %+v after %d", s, w, last)
			}
			last = w.Start
			for _, r := range w.Text {
				if r < utf8.RuneSelf && !('a' <= r && r <= 'z' || '0' <= r && r <= '9') || unicode.Is(unicode.Co, r) || unicode.IsSpace(r) {
					t.Fatalf("%q: word %q", s, w.Text)
				}
			}
		}
		if strings.ContainsAny(s, "0123456789ー") || !utf8.ValidString(s) {
			return // cuts there are where a text and its part may differ
		}
		runes := []rune(s)
		from := rapid.IntRange(0, len(runes)).Draw(t, "from")
		part := string(runes[from:rapid.IntRange(from, len(runes)).Draw(t, "to")])
		if strings.ContainsFunc(part, func(r rune) bool { return !unicode.In(r, unicode.Han, unicode.Hangul) }) || part == "" {
			return
		}
		if !finds(s, part, false) {
			t.Fatalf("%q is not found in %q", part, s)
		}
	})
}

func BenchmarkWords(b *testing.B) {
	s := strings.Repeat("vmware-hostd[1234]: error 0x80070005。サーバーが停止しました ", 20)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		text.Words(s)
	}
}
