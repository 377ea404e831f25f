package web

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

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

// An administrator brings another version into force, with a proof that is not old; the
// page says so, and who has done it. Whoever saw another version in force is stopped.
func TestAVersionIsBroughtIntoForce(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	now := s.desk.Pack()
	other, err := policy.Parse([]byte(strings.Replace(string(now.Source()), `"version":1`, `"version":2`, 1)))
	s.ok(err)
	s.ok(s.store.Update(t.Context(), func(tx *store.Tx) error {
		brand, err := tx.Brand()
		if err != nil {
			return err
		}
		brand.PackID, brand.PackVersion = now.ID, now.Version
		if err := tx.SetBrand(brand); err != nil {
			return err
		}
		return tx.SavePack(other.ID, other.Version, other.Hash(), other.Source())
	}))
	page := rulesPath + "/" + other.Ref()
	s.says(s.send("ishikawa", page, nil).Body.String(), page+"/force", `name="read" value="classic-2010@1"`)
	if w := s.send("ito", page+"/force", url.Values{"read": {now.Ref()}}); w.Code != http.StatusNotFound {
		t.Errorf("an engineer: %d", w.Code)
	}
	if w := s.send("ishikawa", page+"/force", url.Values{"read": {"style-a@1"}}); w.Code != http.StatusConflict {
		t.Errorf("another one in force: %d", w.Code)
	}
	c := s.site.Config
	c.Real = func() time.Time { return time.Now().Add(16 * time.Minute) }
	fresh := s.pages
	s.pages, err = New(c)
	s.ok(err)
	if w := s.send("ishikawa", page+"/force", url.Values{"read": {now.Ref()}}); w.Code != http.StatusForbidden || s.desk.Pack().Version != 1 {
		t.Errorf("an old proof: %d", w.Code)
	}
	s.pages = fresh
	w := s.send("ishikawa", page+"/force", url.Values{"read": {now.Ref()}, "once": {"k"}})
	if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || to != rulesPath+"?told=pack_switched" {
		t.Fatalf("%d %s %s", w.Code, to, w.Body)
	}
	s.says(s.send("ishikawa", rulesPath, nil).Body.String(), "classic-2010@2", "instead of: classic-2010@1", rulesPath+"/classic-2010@1")
	if w := s.send("ishikawa", page, nil); w.Code != http.StatusOK {
		t.Errorf("the version that came into force: %d", w.Code)
	}
}
