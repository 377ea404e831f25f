package web

import (
	"html"
	"net/http"
	"strings"
	"testing"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
)

// The rules stand in words for all staff; an administrator reads what lint finds, how
// another version differs, and which open requests it would treat otherwise.
func TestRulesAreReadAndCompared(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("tanaka")
	now := s.desk.Pack()
	source := strings.Replace(string(now.Source()), `"version":1`, `"version":2`, 1)
	other, err := policy.Parse([]byte(source))
	s.ok(err)
	for id, o := range other.Offerings { // the same but for one target of each offering
		if rule, ok := o.Targets[3]; ok {
			rule.First = o.Targets[4].First
			if rule.First == o.Targets[3].First {
				rule.First, _ = policy.ParseAmount("20bh")
			}
			o.Targets[3] = rule
			other.Offerings[id] = o
		}
	}
	s.ok(s.store.Update(t.Context(), func(tx *store.Tx) error { return tx.SavePack(other.ID, other.Version, other.Hash(), other.Source()) }))
	body := s.send("ito", rulesPath, nil).Body.String()
	for _, want := range []string{"First response by severity", "30 minutes (sample)", "classic-2010@1", "<th scope=\"col\">Offering</th>"} {
		if !strings.Contains(body, want) {
			t.Errorf("the rules lack %q", want)
		}
	}
	if strings.Contains(body, "| ---") || strings.Contains(body, rulesPath+"/classic-2010@2") {
		t.Error("the guide is not taken apart, or an engineer is offered to compare")
	}
	if body := s.send("ishikawa", rulesPath, nil).Body.String(); !strings.Contains(body, rulesPath+"/classic-2010@2") {
		t.Error("the other version is not offered")
	}
	body = s.send("ishikawa", rulesPath+"/classic-2010@2", nil).Body.String()
	diff := policy.Diff(now, other, "en")
	if len(diff) == 0 || !strings.Contains(body, `href="`+path+`"`) || !strings.Contains(html.UnescapeString(body), diff[0]) {
		t.Errorf("the comparison lacks the request, or of %q the first change", diff)
	}
	for _, as := range []string{"ito", "sato"} {
		if w := s.send(as, rulesPath+"/classic-2010@2", nil); w.Code != http.StatusNotFound {
			t.Errorf("%s compares: %d", as, w.Code)
		}
	}
	if w := s.send("ishikawa", rulesPath+"/nothing@9", nil); w.Code != http.StatusNotFound {
		t.Errorf("no version: %d", w.Code)
	}
}
