package web

import (
	"net/url"
	"strings"
	"testing"
)

// The box of every page suggests what fits so far, of what its reader sees alone; what
// cannot be read yet has nothing (T32).
func TestTheBoxSuggests(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	ask := func(as, q string) string {
		t.Helper()
		w := s.send(as, suggestPath+"?"+url.Values{"q": {q}}.Encode(), nil)
		if w.Code != 200 {
			t.Fatalf("%s as %s: %d %s", q, as, w.Code, w.Body)
		}
		return w.Body.String()
	}
	for as, sees := range map[string]bool{"sato": true, "ito": true, "tanaka": false, "nakamura": false} {
		if got := strings.Contains(ask(as, "Snapsh"), `data-to="`+path+`"`); got != sees {
			t.Errorf("%s is led to the request: %v", as, got)
		}
	}
	s.says(ask("ito", "aoba.example"), "/manage/contacts/")
	if strings.Contains(ask("sato", "aoba.example"), "/manage/") {
		t.Error("a customer is led to contacts")
	}
	for _, q := range []string{"", "S", `"Snap`, "severity:0", strings.Repeat("x", 600)} {
		if got := ask("ito", q); strings.Contains(got, "role=\"option\"") {
			t.Errorf("%q suggests %s", q, got)
		}
	}
	s.send("watanabe", path+"/restriction", url.Values{"reason": {"A trial."}})
	if got := ask("byrne", "Snapsh"); strings.Contains(got, path) {
		t.Error("a restricted request is suggested")
	}
}
