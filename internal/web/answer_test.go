package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// advisory publishes one about ESX.
func (s *stage) advisory(title, text string) {
	s.Helper()
	kudo := s.cast.Actor("kudo")
	a := support.Advisory{Product: "esx", Affected: []string{"4.0"}, Severity: "low", Texts: []support.AlertText{{Language: "en", Title: support.T(title), Text: support.T(text)}}}
	s.ok(s.desk.DraftAdvisory(s.Context(), kudo, &a))
	p, err := s.desk.PreviewAdvisory(s.Context(), store.Viewer{Actor: kudo, Roles: []support.Role{support.RoleSecurity}}, a.ID)
	s.ok(err)
	s.ok(s.desk.PublishAdvisory(s.Context(), kudo, a.ID, p.Seen))
}

// The one box of the landing answers from what is known and from the requests that
// its reader sees, of nobody else (T32), before it offers a form, which has the
// words already.
// guide: R05, R10
func TestTheSearchBoxAnswersFirst(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.advisory("Snapshots fail with firmware 7.2", "Go back to 7.1.")
	path := s.file("sato") // Snapshots fail
	s.says(s.send("sato", "/", nil).Body.String(), `role="search"`, `action="/answers"`)
	page := s.send("sato", "/answers?q=snapshots+fail", nil).Body.String()
	known, mine, form := strings.Index(page, "firmware 7.2"), strings.Index(page, path), strings.Index(page, "File a request with these words")
	if known < 0 || mine < 0 || form < known || form < mine {
		t.Errorf("%d %d %d", known, mine, form)
	}
	s.says(page, "Go back to 7.1.", "<mark>Snapshots</mark>", `name="title" value="snapshots fail"`)
	if page := s.send("tanaka", "/answers?q=snapshots+fail", nil).Body.String(); strings.Contains(page, path) || !strings.Contains(page, "firmware 7.2") {
		t.Error("tanaka finds what is not theirs, or not what is for all")
	}
	number := strings.TrimPrefix(path, "/requests/")
	if to := s.send("sato", "/answers?q="+number, nil).Header().Get("Location"); to != path {
		t.Errorf("the number leads to %q", to)
	}
	if w := s.send("tanaka", "/answers?q="+number, nil); w.Code != http.StatusOK || strings.Contains(w.Body.String(), path) {
		t.Error(w.Code)
	}
	s.says(s.send("sato", "/answers?q="+url.QueryEscape(`<script>x</script> owner:me "`), nil).Body.String(), "&lt;script&gt;", "Nothing was found")
	s.says(s.send("sato", "/answers", nil).Body.String(), "Knowledge base", "Community")
	s.says(s.send("sato", "/answers?q=remote+code+execution+found", nil).Body.String(), "ecurity")
	long := strings.Repeat("long words ", 45)
	s.says(s.send("sato", "/answers?q="+url.QueryEscape(long), nil).Body.String(), `name="text" value="long words long`)

	s.send("sato", newPath, url.Values{"title": {"snapshots fail"}, "to": {"what"}})
	s.says(s.send("sato", newPath+"?step=text", nil).Body.String(), `value="snapshots fail"`, path, "This has answered it")
	w := s.send("sato", newPath, url.Values{"to": {"solved"}})
	if w.Header().Get("Location") != "/?told=solved" || strings.Contains(s.send("sato", newPath+"?step=text", nil).Body.String(), `value="snapshots fail"`) {
		t.Error("the draft is there: ", w.Code, w.Header())
	}
	list, err := s.store.CountDeflections(t.Context(), insider, time.Time{})
	if err != nil || len(list) != 1 || list[0].Route != "self_help" {
		t.Errorf("%+v %v", list, err)
	}
}

// What is suggested while typing is of the requests that the writer sees.
// guide: R05
func TestSuggestionsWhileTyping(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.advisory("Snapshots fail with firmware 7.2", "Go back to 7.1.")
	path := s.file("sato")
	typed := url.Values{"product": {"esx"}, "title": {"Our snapshots fail with every firmware"}}
	s.says(s.send("suzuki", "/requests/new/suggestions", typed).Body.String(), "Go back to 7.1.", path)
	for _, as := range []string{"tanaka", "nakamura"} {
		body := s.send(as, "/requests/new/suggestions", typed).Body.String()
		if strings.Contains(body, path) || !strings.Contains(body, "Go back to 7.1.") {
			t.Errorf("%s: %s", as, body)
		}
	}
}
