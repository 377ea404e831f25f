package support_test

import (
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

func foundIDs(list []support.SearchEntry) string {
	var out []string
	for _, e := range list {
		out = append(out, e.ID)
	}
	return strings.Join(out, " ")
}

// All self-help is found from one place, by words in either language, however they
// are written; every word has to be there.
//
// guide: R10
func TestSelfHelpIsSearched(t *testing.T) {
	t.Parallel()
	all := append(support.PackEntries(classic, ""),
		support.SearchEntry{Kind: support.SearchAdvisory, ID: "ADV-1", Product: "esx", More: []string{"CVE-2026-0001"},
			Title: policy.Text{"en": "Memory corruption in the console", "ja": "コンソールのメモリ破壊"}, Text: policy.Text{"en": "Install 4.0 U1.", "ja": "4.0 U1を適用してください。"}},
		support.SearchEntry{Kind: support.SearchDefect, ID: "D-1001", Product: "esx", Title: policy.Text{"en": "ESXのコピー機能が停止する"}},
	)
	for query, want := range map[string]string{
		"memory corruption": "ADV-1", "MEMORY": "ADV-1", "ＭＥＭＯＲＹ": "ADV-1", "memory weather": "", "cve-2026-0001": "ADV-1", "メモリ": "ADV-1",
		"めもり破壊": "ADV-1", "コンソールでメモリ破壊": "ADV-1", "コピー機能": "D-1001", "esx コピー": "D-1001", "knowledge": "knowledge_base", "ナレッジ": "knowledge_base",
		"互換性ガイド": "compatibility_guide", "compatibility GUIDE": "compatibility_guide", "fusion representative": "fusion", "Germany": "DE", "ドイツ": "DE",
		"": "", " 　!": "", "天気予報": "",
	} {
		if got := foundIDs(support.Search(all, query, 1)); got != want {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
	if got := support.Search(all, "e", 3); len(got) != 3 {
		t.Errorf("at most 3 are wanted, got %d", len(got))
	}
	fits := support.PackEntries(classic, "esx")
	if slices.ContainsFunc(fits, func(e support.SearchEntry) bool {
		return e.ID == "fusion" || e.Kind == support.SearchCompatibility && e.Product != "esx"
	}) {
		t.Errorf("what does not fit ESX is among %s", foundIDs(fits))
	}
	rows := 0
	for _, e := range fits {
		if e.Kind == support.SearchCompatibility {
			rows++
		}
	}
	if rows == 0 {
		t.Error("the compatibility guide of ESX is not searched")
	}
}

// What might solve it is shown before a request is sent: known problems of which
// the draft speaks, and none of which it does not.
//
// guide: R05
func TestADraftIsShownWhatMightSolveIt(t *testing.T) {
	t.Parallel()
	known := []support.SearchEntry{
		{Kind: support.SearchDefect, ID: "D-1", Title: policy.Text{"en": "vMotion stops at 90 percent"}},
		{Kind: support.SearchDefect, ID: "D-2", Title: policy.Text{"en": "ESXのコピー機能が停止する"}},
		{Kind: support.SearchAdvisory, ID: "ADV-1", Title: policy.Text{"en": "Memory corruption in the console", "ja": "コンソールのメモリ破壊"}},
		{Kind: support.SearchDefect, ID: "D-3", Title: policy.Text{}},
	}
	for draft, want := range map[string]string{
		"Since today VMOTION stops, always at the same place": "D-1",
		"vMotion is slow": "",
		"昨日からコピー機能がよく停止するようになった":              "D-2",
		"メモリ破壊の警告がコンソールに出る":                   "ADV-1",
		"The console shows memory corruption": "ADV-1",
		"":                                    "",
		"コピー用紙":                               "",
	} {
		if got := foundIDs(support.Fitting(known, draft, 5)); got != want {
			t.Errorf("%q is shown %q, want %q", draft, got, want)
		}
	}
}
