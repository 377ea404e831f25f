package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/message"
	"madoguchi/internal/support"
)

// A demo shows every mail as its reader sees it: as HTML in a frame in which
// nothing runs and nothing is loaded, as text, with its fields, and as it left
// (UX-13, T27, T28).
func TestTheOutboxShowsEveryMail(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	if body := s.send("", "/demo/outbox", nil).Body.String(); !strings.Contains(body, "No mail has been sent yet") {
		t.Error("an empty outbox says nothing")
	}
	path := s.file("sato")
	s.ok(s.desk.Settle(t.Context()))
	number := strings.TrimPrefix(path, "/requests/")
	spoken := number[:3] + "-" + number[3:6] + "-" + number[6:]
	list := s.send("", "/demo/outbox?"+url.Values{"to": {s.cast.Contacts["sato"].Email}}.Encode(), nil).Body.String()
	if !strings.Contains(list, spoken) || !strings.Contains(list, `href="/demo/outbox/1"`) {
		t.Error("the list lacks the mail")
	}
	if body := s.send("", "/demo/outbox?to=nobody@aoba.example", nil).Body.String(); strings.Contains(body, spoken) {
		t.Error("somebody else's mail is shown")
	}
	w := s.send("", "/demo/outbox/1", nil)
	policy := w.Header().Get("Content-Security-Policy")
	if !strings.Contains(w.Body.String(), `src="/demo/outbox/1/html"`) || policy != csp+"; frame-src 'self'" {
		t.Errorf("the mail has no frame, or %q", policy)
	}
	w = s.send("", "/demo/outbox/1/html", nil)
	policy = w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "sandbox", "frame-ancestors 'self'", "form-action 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the frame lacks %s: %s", want, policy)
		}
	}
	if strings.Contains(policy, "allow-scripts") || strings.Contains(policy, "allow-same-origin") || strings.Contains(policy, "http") {
		t.Errorf("the frame lets in too much: %s", policy)
	}
	if body := w.Body.String(); !strings.Contains(body, spoken) || !strings.Contains(body, `<base target="_top">`) || !strings.Contains(body, "http://desk.example/requests/"+number) {
		t.Error("the HTML lacks the number, or its link stays in the frame")
	}
	for as, want := range map[string]string{"text": spoken, "head": "Auto-Submitted", "source": "Content-Type: multipart/alternative"} {
		if body := s.send("", "/demo/outbox/1?as="+as, nil).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%s lacks %q", as, want)
		}
	}
	w = s.send("", "/demo/outbox/1/source", nil)
	if got := w.Header().Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the source is given out as %q", got)
	}
	if in := message.Parse(w.Body.Bytes()); !slices.Contains(message.Requests(in.Subject), s.id(path)) {
		t.Errorf("the source is another mail: %q", in.Subject)
	}
	if code := s.send("", "/demo/outbox/99", nil).Code; code != http.StatusNotFound {
		t.Errorf("a mail that is not there: %d", code)
	}
}

// id is that of the request at a path.
func (s *stage) id(path string) int64 {
	s.Helper()
	id, err := support.ParseNumber(strings.TrimPrefix(path, "/requests/"))
	s.ok(err)
	return id
}

// What is sent in as somebody is a mail as their mailer would have made it.
func TestAMailIsSentInAsAnybody(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.file("sato")
	s.ok(s.desk.Settle(t.Context()))
	sato := s.cast.Contacts["sato"].Email
	if body := s.send("", "/demo/mail?answer=1", nil).Body.String(); !strings.Contains(body, "&gt; ") || !strings.Contains(body, "Re: [SR ") {
		t.Error("the answer is not begun as a mailer would")
	}
	post := func(form url.Values) (Arrival, message.Inbound) {
		t.Helper()
		if w := s.send("", "/demo/mail", form); w.Code != http.StatusSeeOther {
			t.Fatalf("%v: %d", form, w.Code)
		}
		a := s.post.came[len(s.post.came)-1]
		return a, message.Parse(a.Raw)
	}
	own := message.Own{Addresses: []string{"support@desk.example"}, Hosts: []string{"desk.example"}}
	a, in := post(url.Values{"from": {sato}, "to": {"1"}, "kind": {"person"}, "proof": {"right"}, "subject": {"Re: 件名"}, "text": {"新しいこと\r\n\r\n> 古い"}})
	if a.From != sato || a.Forged || in.Text != "新しいこと\n\n> 古い" || len(in.Refs) == 0 || in.Subject != "Re: 件名" {
		t.Errorf("%+v: %+v", a, in)
	}
	if c, why, _ := in.Class(own); c != message.Person {
		t.Errorf("it is taken for %s by %s", c, why)
	}
	_, in = post(url.Values{"from": {sato}, "to": {"1"}, "kind": {"vacation"}, "subject": {"Out of office"}, "text": {"Until Monday."}})
	if c, _, _ := in.Class(own); c != message.Vacation {
		t.Errorf("a note of absence is taken for %s", c)
	}
	a, in = post(url.Values{"from": {sato}, "to": {"1"}, "kind": {"bounce"}})
	c, _, b := in.Class(own)
	if c != message.Bounced || len(b.Failed) != 1 || b.Failed[0].Email != sato || !b.Failed[0].Hard || a.From != "" {
		t.Errorf("a report is taken for %s: %+v from %q", c, b, a.From)
	}
	a, _ = post(url.Values{"other": {"stranger@elsewhere.example"}, "to": {"0"}, "proof": {"forged"}, "text": {"Hello"}})
	if !a.Forged || a.From != "stranger@elsewhere.example" || a.To[0] != "support@desk.example" {
		t.Errorf("%+v", a)
	}
	if w := s.send("", "/demo/mail", url.Values{"to": {"0"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Choose who writes") {
		t.Errorf("a mail without a sender: %d", w.Code)
	}
	if w := s.send("", "/demo/mail", url.Values{"from": {sato}, "to": {"0"}, "kind": {"bounce"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a report of no mail: %d", w.Code)
	}
}

// Neither is there where the desk is real.
func TestOnlyADemoShowsItsMails(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	c := s.site.Config
	c.Mails, c.SendIn, c.Cast = nil, nil, nil
	site, err := newSite(c)
	s.ok(err)
	for _, r := range site.routes {
		if strings.Contains(r.pattern, "/demo/") {
			t.Errorf("%s is there", r.pattern)
		}
	}
}
