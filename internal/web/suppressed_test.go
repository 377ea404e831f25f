package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// TestMailsToAnAddressAreStoppedInABrowser: the counter stops mails to an address and
// lets them leave; an engineer reads the list alone, and the request's page says of
// each mail whether it left, with the mail itself for staff.
func TestMailsToAnAddressAreStoppedInABrowser(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	comment := func(words string) {
		s.Helper()
		s.do("ito", path, &support.Comment{Text: support.T(words), Channel: support.Mail})
		if !strings.Contains(s.send("ito", path, nil).Body.String(), "waits to be mailed") || strings.Contains(s.send("sato", path, nil).Body.String(), "waits to be mailed") {
			s.Error("the page does not say that the mail waits, or says it to a customer")
		}
		s.ok(s.desk.Settle(t.Context()))
	}
	s.do("ito", path, &support.Take{})
	comment("The first one.")
	body := s.send("ito", path, nil).Body.String()
	link := regexp.MustCompile(`/manage/notices/[\w-]+/mail`).FindString(body)
	if !strings.Contains(body, "mailed at") || link == "" {
		t.Fatalf("the page does not say that the mail left:\n%s", body)
	}
	w := s.send("ito", link, nil)
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") || !strings.Contains(w.Body.String(), "Message-ID:") {
		t.Errorf("the mail as it left: %d %v", w.Code, w.Header())
	}
	if w := s.send("sato", link, nil); w.Code != http.StatusNotFound {
		t.Errorf("a customer reads the mail as it left: %d", w.Code)
	}
	if body := s.send("sato", path, nil).Body.String(); strings.Contains(body, "mailed at") {
		t.Error("a customer is told of mails")
	}
	email := s.cast.Contacts["sato"].Email
	if body := s.send("ito", suppressedPath, nil).Body.String(); !strings.Contains(body, "Mails leave to every address") || strings.Contains(body, `name="email"`) {
		t.Error("an engineer is offered to stop mails")
	}
	if w := s.send("ishikawa", suppressedPath, url.Values{"email": {email}, "why": {"by_hand"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("stopping: %d %s", w.Code, w.Body)
	}
	comment("The second one.")
	if body := s.send("ito", path, nil).Body.String(); !strings.Contains(body, "mails to the address are stopped") {
		t.Error("the page does not say that the mail did not leave")
	}
	body = s.send("ishikawa", suppressedPath, nil).Body.String()
	remove := regexp.MustCompile(`/manage/suppressed/[\w-]+/removal`).FindString(body)
	if !strings.Contains(body, email) || remove == "" {
		t.Fatalf("the list:\n%s", body)
	}
	if w := s.send("ishikawa", remove, url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatalf("letting: %d %s", w.Code, w.Body)
	}
	if body := s.send("ishikawa", suppressedPath, nil).Body.String(); strings.Contains(body, email) {
		t.Error("it is still on the list")
	}
}
