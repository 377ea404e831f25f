package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"madoguchi/client"
)

// knownDefect reports a defect with words for customers and links a request to it.
func (h *house) knownDefect(number, public string) string {
	h.t.Helper()
	ctx := context.Background()
	d, err := h.as("ito").ReportDefect(ctx, client.NewDefect{Product: "esx", Versions: []string{"4.0"}, Severity: 2, Title: "use after free", PublicTitle: public})
	must(h.t, err)
	must(h.t, h.as("ito").Do(ctx, http.MethodPost, "/v1/requests/"+number+"/defects", map[string]string{"defect": d.Defect}, nil))
	return d.Defect
}

// A support administrator is shown what might solve it before anything is sent,
// ends a draft there, which is counted, and sees every request of the contract.
//
// guide: R05, A13
func TestASupportAdministratorHelpsThemselvesAndWatches(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	f := client.File{Kind: "sr", Title: "ESX", Channel: "portal", Product: "esx", Version: "4.0", Severity: 3, Criteria: []string{"usable"}}
	first, second := h.file("sato", f).Number, h.file("mizuno", f).Number
	defect := h.knownDefect(first, "The copier of ESX stops at night")
	draft := client.Draft{Product: "esx", Title: "The copier stops", Text: "Every night the copier of our ESX stops."}
	for who, want := range map[string]int{"endo": 1, "suzuki": 1, "okada": 0, "tanaka": 0, "ito": 1} {
		got, err := h.as(who).Suggest(ctx, draft)
		must(t, err)
		if len(got.Found) != want || want == 1 && (got.Found[0].ID != defect || got.Found[0].Kind != "defect") {
			t.Errorf("%s is shown %+v", who, got.Found)
		}
	}
	if got, err := h.as("endo").Suggest(ctx, client.Draft{Product: "esx", Title: "A fan is loud"}); err != nil || len(got.Found) != 0 {
		t.Errorf("what the draft does not speak of is shown: %+v, %v", got.Found, err)
	}
	_, err := h.as("endo").Deflect(ctx, client.Deflection{Draft: draft, Route: "self_help"})
	must(t, err)
	counted, err := h.as("hayashi").Deflections(ctx)
	must(t, err)
	if len(counted) != 1 || counted[0].N != 1 || counted[0].Route != "self_help" {
		t.Errorf("counted: %+v", counted)
	}
	for who, want := range map[string]string{"endo": first + " " + second, "suzuki": first + " " + second, "okada": "", "tanaka": ""} {
		list, err := h.as(who).Requests(ctx, client.Filter{Contract: "BAS-2010-0417", State: "open"})
		var numbers []string
		for _, r := range list.Requests {
			numbers = append(numbers, r.Number)
		}
		if got := strings.Join(numbers, " "); err == nil && got != want || err != nil && want != "" {
			t.Errorf("%s watches %q, want %q: %v", who, got, want, err)
		}
	}
}

// One search finds what each may read: anyone places and published advisories,
// customers the known defects of what they see besides, drafts nobody.
//
// guide: R10, R45, A13
func TestASearchFindsWhatEachMayRead(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	number := h.file("sato", client.File{Kind: "sr", Title: "ESX", Channel: "portal", Product: "esx", Version: "4.0", Severity: 3, Criteria: []string{"usable"}}).Number
	h.knownDefect(number, "コピー機能が停止する")
	kudo := h.as("kudo")
	words := func(title string) client.NewAdvisory {
		return client.NewAdvisory{Product: "esx", AdvisoryWords: client.AdvisoryWords{
			Affected: []string{"4.0"}, Severity: "low", Texts: []client.AlertText{{Language: "en", Title: title, Text: "コピー機能"}},
		}}
	}
	a, err := kudo.DraftAdvisory(ctx, words("Published"))
	must(t, err)
	seen, err := kudo.PreviewAdvisory(ctx, a.Number)
	must(t, err)
	_, err = kudo.PublishAdvisory(ctx, a.Number, seen.Seen)
	must(t, err)
	_, err = kudo.DraftAdvisory(ctx, words("Draft"))
	must(t, err)
	stranger := h.as("sato")
	stranger.Token = ""
	for name, c := range map[string]*client.Client{"sato": h.as("sato"), "tanaka": h.as("tanaka"), "ito": h.as("ito"), "kudo": kudo, "stranger": stranger} {
		list, err := c.SearchSelfHelp(ctx, "コピー機能", "esx", 0)
		must(t, err)
		kinds := map[string]int{}
		for _, x := range list {
			kinds[x.Kind]++
		}
		want := map[string]int{"sato": 1, "ito": 1, "kudo": 1}[name]
		if kinds["defect"] != want || kinds["advisory"] != 1 || len(list) != want+1 {
			t.Errorf("%s finds %+v", name, list)
		}
	}
	if list, err := stranger.SearchSelfHelp(ctx, "knowledge", "", 0); err != nil || len(list) != 1 || list[0].ID != "knowledge_base" {
		t.Errorf("a stranger finds %+v, %v", list, err)
	}
	if list, err := h.as("sato").SelfHelp(ctx, ""); err != nil || len(list) != 13 {
		t.Errorf("the one place lists %+v, %v", list, err)
	}
}
