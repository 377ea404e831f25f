package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Every way that a refusal names leads to a page that is there, and every regime is
// explained (UX-30, SC-07).
// guide: R10, R19, R55
func TestEveryWayLeadsSomewhere(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	all := s.send("", waysPath, nil)
	if all.Code != http.StatusOK {
		t.Fatal(all.Code)
	}
	page := all.Body.String()
	s.says(page, "48 hours", "72 hours", "severity 3, 4", "0120-000-000", "open now")
	for id, path := range wayPaths {
		where, anchor, _ := strings.Cut(path, "#")
		w := s.send("sato", where, nil)
		if w.Code != http.StatusOK || anchor != "" && !strings.Contains(w.Body.String(), `id="`+anchor+`"`) {
			t.Errorf("%s leads to %s: %d", id, path, w.Code)
		}
	}
	for _, m := range regexp.MustCompile(`class="button small" href="([^"#]+)"`).FindAllStringSubmatch(page, -1) {
		if w := s.send("sato", m[1], nil); w.Code != http.StatusOK {
			t.Errorf("%s: %d", m[1], w.Code)
		}
	}
	// The colleague of a registrant is refused with the ways that are open.
	body := s.send("nakamura", newPath, nil).Body.String()
	s.says(body, "My product is not here", `href="/ways#community"`, `href="/requests/new?kind=cs_request"`)
}

// A wish has its own form, one question at most, and is its sender's alone.
// guide: R31
func TestWishesHaveTheirOwnPage(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	w := s.send("sato", wishesPath, url.Values{"product": {"esx"}, "text": {"<b>Because</b>"}})
	s.says(w.Body.String(), `href="#f-wish-title"`, "&lt;b&gt;Because&lt;/b&gt;")
	if w.Code != http.StatusUnprocessableEntity {
		t.Error(w.Code)
	}
	s.send("sato", wishesPath, url.Values{"product": {"esx"}, "title": {"Dark console"}, "text": {"Because"}})
	s.says(s.send("sato", wishesPath, nil).Body.String(), "Dark console", "ESX")
	if strings.Contains(s.send("suzuki", wishesPath, nil).Body.String(), "Dark console") {
		t.Error("a wish is somebody else's to read")
	}
	list, _, err := s.store.FeatureRequests(t.Context(), insider, 0, 10)
	s.ok(err)
	s.ok(s.desk.AskFeature(t.Context(), support.Actor{Kind: support.System}, list[0].ID, support.T("How dark?")))
	page := s.send("sato", wishesPath, nil).Body.String()
	s.says(page, "How dark?")
	id := regexp.MustCompile(`value="(wish_\w+)"`).FindStringSubmatch(page)
	if w := s.send("suzuki", wishesPath+"/answers", url.Values{"id": {id[1]}, "text": {"Mine"}}); w.Code == http.StatusSeeOther {
		t.Error("somebody else answers")
	}
	s.send("sato", wishesPath+"/answers", url.Values{"id": {id[1]}, "text": {"Black"}})
	page = s.send("sato", wishesPath, nil).Body.String()
	s.says(page, "Black")
	if strings.Contains(page, `value="`+id[1]) {
		t.Error("it is asked again")
	}
}

// Anybody reports a vulnerability in private: without an account with a way back,
// and what was written is shown on no page.
// guide: R45
func TestAnybodyReportsAVulnerability(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.says(s.send("", securityPath, nil).Body.String(), "Report a vulnerability", "Only the security team reads it")
	w := s.send("", securityPath, url.Values{"text": {"Overflow in the parser"}})
	s.says(w.Body.String(), `href="#f-security-reply_to"`, `id="f-security-reply_to"`, "Overflow in the parser")
	w = s.send("", securityPath, url.Values{"text": {"Overflow in the parser"}, "reply_to": {"me@finder.example"}, "product": {"esx"}})
	s.says(w.Body.String(), "Your report has arrived", "confirms it by")
	if w.Code != http.StatusCreated || strings.Contains(w.Body.String(), "Overflow") {
		t.Error(w.Code)
	}
	if w := s.send("sato", securityPath, url.Values{"text": {"Another"}}); w.Code != http.StatusCreated {
		t.Error(w.Code)
	}
	list, _, err := s.store.SecurityReports(t.Context(), store.Viewer{Actor: s.cast.Actor("kudo"), Roles: []support.Role{support.RoleSecurity}}, 0, 10)
	if err != nil || len(list) != 2 {
		t.Errorf("%d reports, %v", len(list), err)
	}
}

// Members of a beta file on its page; wishes want the consent, a private programme
// is there for the invited alone (SC-04).
// guide: R35, R37, R38
func TestMembersFileInTheBeta(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	ends := s.desk.Now().AddDate(0, 1, 0)
	for _, kind := range []string{support.BetaPublic, support.BetaPrivate} {
		s.ok(s.desk.AddProgramme(t.Context(), support.Actor{Kind: support.System}, &support.BetaProgramme{
			Key: kind + "-one", Name: kind + " one", Kind: kind, Product: "esx", Version: "5.0", EndsAt: ends.Truncate(time.Second), Zone: "Asia/Tokyo"}))
	}
	s.says(s.send("sato", betasPath, nil).Body.String(), "public one")
	if body := s.send("sato", betasPath, nil).Body.String(); strings.Contains(body, "private one") {
		t.Error("a private programme is listed")
	}
	for _, to := range []string{"", "/membership", "/requests"} {
		var form url.Values
		if to != "" {
			form = url.Values{}
		}
		if w := s.send("sato", betasPath+"/private-one"+to, form); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", to, w.Code)
		}
	}
	path := betasPath + "/public-one"
	s.says(s.send("sato", path, nil).Body.String(), "Take part", "no response is promised")
	if w := s.send("sato", path+"/requests", url.Values{"beta_sort": {"bug"}, "title": {"Early"}}); w.Code == http.StatusSeeOther {
		t.Error("somebody files who is no member")
	}
	s.send("sato", path+"/membership", url.Values{})
	s.says(s.send("sato", path, nil).Body.String(), "I agree that it becomes", `name="beta_sort"`)
	w := s.send("sato", path+"/requests", url.Values{"beta_sort": {"feature"}, "title": {"More colours"}, "text": {"Please"}})
	s.says(w.Body.String(), `href="#f-beta-accept_property"`, `value="More colours"`)
	w = s.send("sato", path+"/requests", url.Values{"beta_sort": {"bug"}, "title": {"It stops"}, "text": {"Often"}, "once": {"a"}})
	if w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body.String())
	}
	s.says(s.send("sato", w.Header().Get("Location"), nil).Body.String(), "It stops", "No target runs")
}
