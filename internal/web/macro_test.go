package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

var macroLinks = regexp.MustCompile(`\?macro=(mac_[a-z0-9]+)`)

// A macro is kept, used in the customer's language with what is known of the
// request, seen before it is sent with what else it does, and changes nothing
// before (UX-23); a team's is its people's, one's own nobody else's.
func TestMacros(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	s.send("ito", path+"/owner", url.Values{})
	s.says(s.send("ito", macrosPath, nil).Body.String(), "No macro yet")
	form := url.Values{"name": {"Ask for a bundle"}, "kind": {"reply"}, "text.en": {"Dear {contact}, for {number} please send a bundle. {me}"}, "text.ja": {"{contact}、{number}のログをお送りください。"},
		"tags": {"bundle"}, "once": {"k"}}
	for range 2 {
		if w := s.send("ito", macrosPath, form); w.Code != http.StatusSeeOther {
			t.Fatal(w.Code, w.Body)
		}
	}
	page := s.send("ito", macrosPath+"?for="+strings.TrimPrefix(path, "/requests/"), nil).Body.String()
	if strings.Count(page, ">Ask for a bundle<") != 1 {
		t.Error("the macro was kept twice")
	}
	use := path + macroLinks.FindString(page)
	page = s.send("ito", use, nil).Body.String()
	s.says(page, "佐藤 健太 様、"+support.SpokenNumber(s.numbered(path))+"のログをお送りください。", "Nothing is sent yet", `name="add_tag" value="bundle"`)
	if body := s.send("ito", path, nil).Body.String(); strings.Contains(body, "ログをお送りください") {
		t.Error("a macro that was only looked at is written")
	}
	if w := s.send("ito", path+"/comments", url.Values{"text": {"佐藤様、ログをお送りください。"}, "add_tag": {"bundle"}, "seen": {"99"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	r, err := s.desk.Request(t.Context(), s.viewerOf("ito"), s.numbered(path))
	s.ok(err)
	if len(r.Details.Tags) != 1 || r.Details.Tags[0] != "bundle" {
		t.Errorf("tags: %v", r.Details.Tags)
	}
	if w := s.send("sato", path+"/comments", url.Values{"text": {"Here."}, "add_tag": {"mine"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if r, err = s.desk.Request(t.Context(), s.viewerOf("ito"), s.numbered(path)); err != nil || len(r.Details.Tags) != 1 {
		t.Errorf("a customer sets tags: %v %v", r.Details.Tags, err)
	}
	if strings.Contains(s.send("byrne", macrosPath, nil).Body.String(), "Ask for a bundle") {
		t.Error("somebody else's macro")
	}
	for field, bad := range map[string]url.Values{
		"f-macro-name":    {"text.en": {"x"}},
		"f-macro-text.en": {"name": {"x"}},
		"f-macro-text.ja": {"name": {"x"}, "text.ja": {"{contract}"}},
		"f-macro-team":    {"name": {"x"}, "text.en": {"x"}, "team": {"nobody"}},
	} {
		w := s.send("ito", macrosPath, bad)
		if s.says(w.Body.String(), `href="#`+field+`"`); w.Code != http.StatusUnprocessableEntity {
			t.Error(field, w.Code)
		}
	}
	id := macroLinks.FindStringSubmatch(s.send("ito", macrosPath, nil).Body.String())[1]
	if w := s.send("byrne", macrosPath, url.Values{"id": {id}, "name": {"Mine now"}, "text.en": {"x"}}); w.Code != http.StatusNotFound {
		t.Error("changed by somebody else", w.Code)
	}
	if w := s.send("ito", macrosPath, url.Values{"id": {id}, "drop": {"yes"}}); w.Code != http.StatusSeeOther {
		t.Error(w.Code)
	}
	s.says(s.send("ito", macrosPath, nil).Body.String(), "No macro yet")
}

// numbered is the id of a request's page.
func (s *stage) numbered(path string) int64 {
	s.Helper()
	id, err := support.ParseNumber(strings.TrimPrefix(path, "/requests/"))
	s.ok(err)
	return id
}
