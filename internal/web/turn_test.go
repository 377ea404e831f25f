package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Whose turn it is stands on the page in words, by an icon and in colour, on both
// sides, after everything that changes it (UX-08).
func TestWhoseTurnAfterEverything(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	for _, step := range []struct {
		as, form string
		values   url.Values
		turn     string
	}{
		{"ito", "owner", url.Values{}, "support"},
		{"ito", "asks", url.Values{"kind": {"details"}, "text": {"Which build?"}}, "customer"},
		{"sato", "answers", url.Values{"n": {"1"}, "text": {"5.1"}}, "support"},
		{"ito", "asks", url.Values{"kind": {"details"}, "text": {"Since when?"}}, "customer"},
		{"sato", "refusals", url.Values{"n": {"2"}, "reason": {"Nobody knows."}}, "support"},
		{"ito", "waiting", url.Values{"kind": {"waiting_third_party"}, "reason": {"The vendor looks."}}, "third_party"},
		{"ito", "work", url.Values{}, "support"},
		{"ito", "proposal", url.Values{"reason": {"confirmed"}}, "customer"},
		{"sato", "objection", url.Values{"text": {"It is back."}}, "support"},
		{"sato", "proposal", url.Values{"reason": {"confirmed"}}, "support"},
		{"ito", "completion", url.Values{}, "nobody"},
		{"sato", "reopening", url.Values{"text": {"Again."}}, "support"},
	} {
		if w := s.send(step.as, path+"/"+step.form, step.values); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", step.form, w.Code, w.Body)
		}
		for _, as := range []string{"sato", "ito"} {
			_, bar, _ := strings.Cut(s.send(as, path, nil).Body.String(), `id="turn"`)
			bar, _, _ = strings.Cut(bar, "</div>")
			if !strings.Contains(bar, "turn-"+step.turn) || !strings.Contains(bar, "i-"+turnIcons[step.turn]+`"`) || !strings.Contains(bar, "<strong>") {
				t.Errorf("after %s %s reads %s, not the turn of %s", step.form, as, bar, step.turn)
			}
		}
	}
}

// When the next answer is due stands on the page by date, zone and how long it is
// until then, in the reader's zone; what goes on by itself is marked for it (UX-09).
func TestWhenItIsDueInTheReadersZone(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	s.says(s.send("sato", path, nil).Body.String(), "Mon 8 Jun 2026, 21:30 JST", `datetime="2026-06-08T12:30Z"`, "2 days 19 hours left")
	s.says(s.send("byrne", path, nil).Body.String(), "Mon 8 Jun 2026, 13:30 IST", `datetime="2026-06-08T12:30Z"`)
}

// The owner's name is always there, and the customer reads who comes next before
// that one does anything (UX-10, R26).
func TestTheNextOwnerIsToldBefore(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	s.says(s.send("sato", path, nil).Body.String(), "nobody yet")
	s.send("ito", path+"/owner", url.Values{})
	s.says(s.send("sato", path, nil).Body.String(), "伊藤 蓮")
	form := url.Values{"to": {s.staffID("byrne")}, "ground": {"expertise"}, "reason": {"Byrne knows this driver."}, "note.state": {"-"}, "note.next": {"-"}, "note.promises": {"-"}, "note.do_not": {"-"}}
	if w := s.send("ito", path+"/hand-over", form); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	s.says(s.send("sato", path, nil).Body.String(), "Aoife Byrne")
	s.send("byrne", path+"/hand-over-accepted", url.Values{})
	s.send("byrne", path+"/comments", url.Values{"text": {"I have taken over."}})
	facts, err := s.desk.Request(t.Context(), s.viewerOf("ito"), s.numbered(path))
	s.ok(err)
	if facts.Owner != s.cast.Staff["byrne"].ID && facts.HandOver == nil {
		t.Errorf("the owner is %d", facts.Owner)
	}
	page := s.send("sato", path, nil).Body.String()
	told, acts := strings.Index(page, "Byrne knows this driver."), strings.Index(page, "I have taken over.")
	if told < 0 || acts < told {
		t.Errorf("the notice stands at %d, the first act at %d", told, acts)
	}
}
