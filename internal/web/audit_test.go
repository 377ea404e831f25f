package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// What happened to a noun stands on its page in words, with who and when, page by
// page, and nothing of it in the words of the database.
func TestWhatHappenedStandsOnThePage(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	form := url.Values{"name": {"Sakura Denki"}, "country": {"JP"}}
	account, _, _ := strings.Cut(s.send("ishikawa", "/manage/accounts", form).Header().Get("Location"), "?")
	body := s.send("ishikawa", account, nil).Body.String()
	for _, want := range []string{`id="past"`, "What happened here", "Add an account", "石川", "country: Japan"} {
		if !strings.Contains(body, want) {
			t.Errorf("the account's page lacks %q", want)
		}
	}
	if strings.Contains(body, "add_account") || strings.Contains(body, "{&#34;") {
		t.Error("the account's page speaks as the database does")
	}
	member := memberPath(s.cast.Staff["byrne"])
	change := url.Values{"family_name": {"Byrne"}, "given_name": {"Aoife"}, "email": {"byrne@desk.example"}, "roles": {"tse"}, "language": {"en"},
		"languages": {"en"}, "zone": {"Europe/Dublin"}, "active": {"yes"}}
	for range pastShown + 3 {
		if w := s.send("ishikawa", member, change); w.Code != http.StatusSeeOther {
			t.Fatal(w.Code)
		}
	}
	told := regexp.MustCompile("Change a member of staff")
	body = s.send("ishikawa", member, nil).Body.String()
	older := regexp.MustCompile(`href="([^"]*before=[^"#]*)#past"`).FindStringSubmatch(body)
	if n := len(told.FindAllString(body, -1)); n != pastShown || older == nil {
		t.Fatalf("the first page tells %d", n)
	}
	body = s.send("ishikawa", strings.ReplaceAll(older[1], "&amp;", "&"), nil).Body.String()
	if n := len(told.FindAllString(body, -1)); n != 3 {
		t.Errorf("the second page tells %d", n)
	}
	if body = s.send("ito", member, nil).Body.String(); strings.Contains(body, `id="past"`) {
		t.Error("colleagues read how somebody signs in")
	}
	if w := s.send("ishikawa", member+"?before=%00", nil); w.Code != http.StatusOK {
		t.Errorf("a cursor that is none: %d", w.Code)
	}
}

// Administrators read everything by noun, person and period; nobody else does
// (T33).
func TestTheAuditIsNarrowed(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.clock.Set(s.clock.Now().Add(time.Hour))
	s.send("ishikawa", "/manage/accounts", url.Values{"name": {"Sakura Denki"}, "country": {"JP"}})
	for query, want := range map[string]bool{
		"": true, "?noun=account": true, "?noun=contract": false, "?noun=nonsense": true,
		"?who=" + opaqueStaff(s.cast.Staff["ishikawa"]): true, "?who=system": false,
		"?from=2026-06-05&to=2026-06-06": true, "?from=2026-06-07": false, "?to=2026-06-04": false, "?after=%00": true,
	} {
		w := s.send("ishikawa", "/manage/audit"+query, nil)
		if got := strings.Contains(w.Body.String(), ">Account Sakura Denki</a>"); w.Code != http.StatusOK || got != want {
			t.Errorf("%s: %d, told %v", query, w.Code, got)
		}
	}
	for query, want := range map[string]string{"?from=x": "This is no day", "?contact=12": "customer number"} {
		if w := s.send("ishikawa", "/manage/audit"+query, nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d, lacks %q", query, w.Code, want)
		}
	}
	for _, as := range []string{"ito", "sato"} {
		if w := s.send(as, "/manage/audit", nil); w.Code != http.StatusNotFound {
			t.Errorf("%s reads the audit: %d", as, w.Code)
		}
	}
}

// Everything that is written into the audit has words in both languages (UX-28).
func TestAuditsHaveWords(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, p := range desk.PartyPermissions() {
		keys = append(keys, "word.act."+p.Act)
	}
	for _, x := range store.Subjects() {
		keys = append(keys, "word.noun."+x)
	}
	for _, x := range auditTold {
		keys = append(keys, "page.audit.part."+x.name)
	}
	for _, k := range support.FactKinds() {
		keys = append(keys, "word.event."+k)
	}
	for _, code := range []string{lang.English, lang.Japanese} {
		for _, key := range slices.Compact(slices.Sorted(slices.Values(keys))) {
			if !lang.Has(code, key) {
				t.Errorf("%s: no words for %s", code, key)
			}
		}
	}
}
