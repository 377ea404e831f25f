package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestDiffTellsInWords(t *testing.T) {
	t.Parallel()
	a := shippedPack(t, "classic-2010")
	b := loadEdited(t, "classic-2010",
		"version: 1", "version: 2",
		"1: {first: 30m", "1: {first: 15m",
		"4: {first: 12bh, guide", "4: {first: nbd, update: 2bd, guide",
		"    support_admins: 6\n    channels", "    support_admins: 8\n    channels",
		"packs: [1, 3, 5]", "packs: [1, 5, 10]",
		"window: 240h", "window: 168h",
		"  - {language: pt, services: [technical], countries: [BR], hours: 24x7, otherwise: en, guide: [R47]}\n", "",
		"automatic: true", "automatic: false",
		"text: {en: Order number., ja: 注文番号}", "text: {en: Order number., ja: ご注文番号}",
	)
	for lang, want := range map[string][]string{
		"en": {
			"offerings › Production › targets › severity 1 › first response: 30 minutes → 15 minutes",
			"offerings › Production › targets › severity 4 › first response: 12 business hours → by the close of the next business day",
			"offerings › Production › targets › severity 4 › next update: nothing → 2 business days",
			"offerings › Production › support administrators: 6 → 8",
			"offerings › Per incident › incidents › packs: removed 3",
			"offerings › Per incident › incidents › packs: added 10",
			"customer service requests › items › Order number › text › ja: now \"ご注文番号\", was \"注文番号\"",
			"completion › silence › window: 10 days (240 hours) → 7 days (168 hours)",
			"completion › silence › automatic: yes → no",
			"languages › Portuguese (technical support): removed",
		},
		"ja": {
			"サポートサービス › Production › 目標 › 重要度1 › 初回応答目標：30分 → 15分",
			"サポートサービス › Production › 目標 › 重要度4 › 次回連絡：なし → 2営業日",
			"サポートサービス › インシデント単位サポート › インシデント › パック：3を削除",
			"完了 › 応答なし › 期間：10日間（240時間） → 7日間（168時間）",
			"カスタマーサービスリクエスト › 必要な情報 › 注文番号 › 文面：「注文番号」→「ご注文番号」",
		},
	} {
		got := Diff(a, b, lang)
		for _, line := range want {
			if !slices.Contains(got, line) {
				t.Errorf("%s: no line %q in\n%s", lang, line, strings.Join(got, "\n"))
			}
		}
		if len(got) != 10 {
			t.Errorf("%s: %d lines, want 10:\n%s", lang, len(got), strings.Join(got, "\n"))
		}
	}
	if d := Diff(a, a, "en"); len(d) != 0 {
		t.Errorf("a pack differs from itself: %v", d)
	}
	if d := Diff(b, a, "ja"); len(d) != 10 {
		t.Errorf("the way back has %d lines", len(d))
	}
}

func TestDiffOfTwoStyles(t *testing.T) {
	t.Parallel()
	d := Diff(shippedPack(t, "classic-2010"), shippedPack(t, "style-a"), "en")
	for _, want := range []string{"pack: classic-2010 → style-a", "clocks › hours of: site → centre", "change of severity › raise takes effect at once: no → yes"} {
		if !slices.Contains(d, want) {
			t.Errorf("no line %q", want)
		}
	}
}

// A change of any single rule is told: each scalar of the pack is changed in
// turn, and the difference must not be silent.
func TestDiffIsNeverSilent(t *testing.T) {
	t.Parallel()
	a, b := shippedPack(t, "classic-2010"), shippedPack(t, "classic-2010")
	changed := 0
	changeScalars(reflect.ValueOf(b).Elem(), "", func(path string) {
		changed++
		if len(Diff(a, b, "en")) == 0 {
			t.Errorf("nothing is said of a change of %s", path)
		}
	})
	if changed < 500 {
		t.Errorf("only %d values were changed", changed)
	}
}

// changeScalars changes one number, switch or text after another, calls visit
// and changes it back.
func changeScalars(v reflect.Value, path string, visit func(string)) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == amountType {
			old := v.Interface()
			v.Set(reflect.ValueOf(Amount{7 * minute, BusinessHours}))
			visit(path)
			v.Set(reflect.ValueOf(old))
			return
		}
		for _, f := range fieldsOf(v.Type()) {
			if !slices.Contains(bookkeeping, f.name) {
				changeScalars(v.FieldByIndex(f.index), join(path, f.name), visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			changeScalars(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	case reflect.Bool:
		v.SetBool(!v.Bool())
		visit(path)
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
		visit(path)
		v.SetInt(v.Int() - 1)
	case reflect.String:
		old := v.String()
		v.SetString(old + "x")
		visit(path)
		v.SetString(old)
	case reflect.Map:
		for _, k := range sortedKeys(v) {
			whole := v.MapIndex(k)
			one := reflect.New(whole.Type()).Elem()
			one.Set(whole)
			changeScalars(one, join(path, fmt.Sprint(k)), func(at string) {
				v.SetMapIndex(k, one)
				visit(at)
				v.SetMapIndex(k, whole)
			})
		}
	}
}
