package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

var heldSeq = regexp.MustCompile(`name="seq" value="(\d+)"`)

// A reply that is held can be taken back on the page until its instant, by its
// author alone, and the customer never sees it (UX-23).
func TestAReplyIsTakenBackBeforeItIsSent(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.desk.Pack().Texts.UndoWithin = policy.Amount{Value: (10 * time.Second).Microseconds(), Unit: policy.Elapsed} // the stage's own pack
	path := s.file("sato")
	id, err := support.ParseNumber(strings.TrimPrefix(path, "/requests/"))
	s.ok(err)
	_, err = s.desk.Do(t.Context(), s.cast.Actor("ito"), id, &support.Take{})
	s.ok(err)
	reply := func() string {
		t.Helper()
		if w := s.send("ito", path+"/comments", url.Values{"text": {"Reboot the host."}}); w.Code != http.StatusSeeOther {
			t.Fatal(w.Code)
		}
		found := heldSeq.FindStringSubmatch(s.send("ito", path, nil).Body.String())
		if found == nil {
			t.Fatal("it cannot be taken back")
		}
		return found[1]
	}
	seq := reply()
	if body := s.send("sato", path, nil).Body.String(); strings.Contains(body, "Reboot the host.") || heldSeq.MatchString(body) {
		t.Error("the customer sees what is held")
	}
	if w := s.send("ito", path+"/comments-withdrawn", url.Values{"seq": {seq}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if heldSeq.MatchString(s.send("ito", path, nil).Body.String()) {
		t.Error("what is taken back is offered again")
	}
	seq = reply()
	until := s.heldUntil(id)
	s.clock.Set(until.Add(-time.Microsecond))
	if !heldSeq.MatchString(s.send("ito", path, nil).Body.String()) {
		t.Error("it cannot be taken back any more, a microsecond early")
	}
	s.clock.Set(until)
	if heldSeq.MatchString(s.send("ito", path, nil).Body.String()) {
		t.Error("it is offered when it is out")
	}
	if w := s.send("ito", path+"/comments-withdrawn", url.Values{"seq": {seq}}); w.Code != http.StatusConflict {
		t.Error(w.Code)
	}
}

// A colleague is let go again, and what was asked is taken back with its reason:
// both are offered only while there is something to take back (R26, R27).
func TestSecondsAndAsksAreTakenBack(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	id, err := support.ParseNumber(strings.TrimPrefix(path, "/requests/"))
	s.ok(err)
	offers := func() (second, ask bool) {
		body := s.send("ito", path, nil).Body.String()
		return strings.Contains(body, path+`?do=seconds-removed#`), strings.Contains(body, path+`?do=asks-cancelled#`)
	}
	second := s.cast.Staff["mori"].ID
	_, err = s.desk.Do(t.Context(), s.cast.Actor("ito"), id, &support.Take{})
	s.ok(err)
	if x, y := offers(); x || y {
		t.Error("offered with nothing to take back", x, y)
	}
	for _, cmd := range []support.Command{&support.AddSecond{Staff: second}, &support.Ask{NewAsk: support.NewAsk{Kind: support.AskDetails, Text: support.T("Which build?")}}} {
		_, err = s.desk.Do(t.Context(), s.cast.Actor("ito"), id, cmd)
		s.ok(err)
	}
	if x, y := offers(); !x || !y {
		t.Error("not offered", x, y)
	}
	for form, values := range map[string]url.Values{"seconds-removed": {"staff": {support.Opaque("stf", second)}}, "asks-cancelled": {"n": {"1"}, "reason": {"Found in the log."}}} {
		if w := s.send("ito", path+"/"+form, values); w.Code != http.StatusSeeOther {
			t.Error(form, w.Code)
		}
	}
	if x, y := offers(); x || y {
		t.Error("still offered", x, y)
	}
}

func (s *stage) heldUntil(id int64) time.Time {
	r, err := s.desk.Request(s.Context(), s.viewerOf("ito"), id)
	s.ok(err)
	return r.Held[0].Until
}
