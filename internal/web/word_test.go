package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// What the customer has said by telephone is written down with who, how and when:
// the completion that they agreed to, after-hours support that they bought (R33,
// R49). Whose word it is, the timeline says.
func TestStaffWriteDownTheCustomersWord(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	number := s.cast.Contacts["sato"].Number
	do := func(as, form string, values url.Values, status int) string {
		t.Helper()
		w := s.send(as, path+"/"+form, values)
		if w.Code != status {
			t.Fatalf("%s as %s: %d %s", form, as, w.Code, w.Body)
		}
		return w.Body.String()
	}
	do("ito", "owner", url.Values{}, 303)
	do("ito", "said", url.Values{"channel": {"phone"}, "text": {"It has not come back since."}}, 303)
	s.says(s.send("sato", path, nil).Body.String(), "It has not come back since.")

	page := s.opens("ito", path, "completed")
	s.says(page, "Needs the customer", "rules R49", "Support may complete it without", `name="consent.contact"`)
	body := do("ito", "completed", url.Values{"reason": {"confirmed"}, "text": {"Gone since the update."}}, 422)
	s.says(body, "This needs the customer&#39;s agreement", "Gone since the update.")
	s.says(do("ito", "completed", url.Values{"reason": {"confirmed"}, "consent.contact": {"123"}, "consent.how": {"phone"}}, 422), `href="#f-completed-consent.contact"`)
	s.says(do("ito", "completed", url.Values{"reason": {"confirmed"}, "consent.contact": {s.cast.Contacts["tanaka"].Number}, "consent.how": {"phone"}}, 422), `href="#f-completed-consent.contact"`)
	do("ito", "completed", url.Values{"reason": {"confirmed"}, "consent.contact": {support.SpokenCustomerNumber(number)}, "consent.how": {"phone"}}, 303)
	id, err := support.ParseNumber(strings.TrimPrefix(path, "/requests/"))
	s.ok(err)
	r, err := s.desk.Request(t.Context(), s.viewerOf("ito"), id)
	s.ok(err)
	if c := r.Completed; c == nil || c.Consent == nil || c.Consent.Contact != s.cast.Contacts["sato"].ID || c.Consent.How != support.Phone {
		t.Errorf("completed by %+v", r.Completed)
	}
}

// When the customer holds it to be settled, the owner is asked, and completes or
// says why not (A22).
func TestTheCustomersProposalWaitsForSupport(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	s.send("ito", path+"/owner", url.Values{})
	if w := s.send("sato", path+"/proposal", url.Values{"reason": {"confirmed"}, "text": {"Works."}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	s.says(s.send("ito", path, nil).Body.String(), "The customer holds it to be settled", `action="`+path+`/completion"`, `action="`+path+`/objection"`)
	if strings.Contains(s.send("sato", path, nil).Body.String(), `action="`+path+`/completion"`) {
		t.Error("the customer accepts their own proposal")
	}
	if w := s.send("ito", path+"/completion", url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	s.says(s.send("sato", path, nil).Body.String(), "completed")
}

// Every decision about a request says what it rests on: contract, colleagues who
// were considered, targets with calendar, pack and zone data; customers have none
// of that page.
func TestHowItWasDecided(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	page := s.send("ito", path+"/why", nil).Body.String()
	if raw := regexp.MustCompile(`>\s*\d+b?[mh]\s*<`).FindString(page); raw != "" {
		t.Errorf("a span is written as in the policy: %q", raw)
	}
	s.says(page, "BAS-2010-0417", "Rules: R23", "classic-2010@", "Time allowed", "Asia/Tokyo", "Time zone data")
	if w := s.send("sato", path+"/why", nil); w.Code != http.StatusNotFound {
		t.Error(w.Code)
	}
	past := s.file("endo")
	s.send("ito", past+"/completed", url.Values{"reason": {"spam"}})
	_, beside, _ := strings.Cut(s.send("ito", path, nil).Body.String(), `id="h-context"`)
	if !strings.Contains(strings.Split(beside, "</section>")[0], `href="`+past+`"`) {
		t.Error("a past request of the account does not stand beside this one")
	}
	s.says(s.send("ito", path, nil).Body.String(), "Other requests of the account", "Time there", "mailto:sato@aoba.example", path+"/why")
}
