package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// A product of programming asks what it is about: writing programs ends gently with
// the ways that are open; a wrong result is filed with what was brought (SC-09).
// guide: R42, R43
func TestTheWizardAsksForScope(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.says(s.send("ono", newPath, nil).Body.String(), "What is it about?", `name="scope-vsphere_sdk"`, "wrong result")
	s.send("ono", newPath, url.Values{"product": {"vsphere_sdk"}, "version-vsphere_sdk": {"4.0"}, "scope-vsphere_sdk": {"sdk_writing"}, "to": {"how"}})
	how := s.send("ono", newPath+"?step=how", nil).Body.String()
	s.says(how, "no technical request can be filed", "Ask in the developer community", "Ask professional services")
	s.says(s.send("ono", newPath, nil).Body.String(), `id="product-vsphere_sdk"`) // it can be chosen otherwise
	s.send("ono", newPath, url.Values{"scope-vsphere_sdk": {"sdk_method"}, "environment": {"test"}, "severity": {"3"}, "criteria-3": {"usable"}, "to": {"text"}})
	s.says(s.send("ono", newPath+"?step=text", nil).Body.String(), "A small failing case", "evidence-outside")
	s.send("ono", newPath, url.Values{"title": {"QueryPerf returns 0"}, "text": {"Always."}, "evidence-tried": {"Two hosts."}, "to": {"review"}})
	w := s.send("ono", newPath, url.Values{"to": {"file"}})
	s.says(w.Body.String(), "data-summary", "Two hosts.", `id="f-evidence-outside-wrong"`)
	if strings.Contains(w.Body.String(), `id="f-evidence-tried-wrong"`) {
		t.Error("what was brought is marked as missing")
	}
	s.send("ono", newPath, url.Values{"evidence-small_case": {"14 lines"}, "evidence-outside": {"curl"}, "to": {"review"}})
	s.says(s.send("ono", newPath+"?step=review", nil).Body.String(), "14 lines")
	w = s.send("ono", newPath, url.Values{"to": {"file"}, "once": {"a"}})
	if w.Code != http.StatusSeeOther {
		t.Fatal(w.Body.String())
	}
	s.says(s.send("ito", w.Header().Get("Location"), nil).Body.String(), "14 lines", "curl", "Two hosts.")
	// Without an answer the step that asks comes back.
	s.send("ono", newPath, url.Values{"product": {"vsphere_sdk"}, "version-vsphere_sdk": {"4.0"}, "environment": {"test"}, "severity": {"3"}, "title": {"x"}, "to": {"review"}})
	s.says(s.send("ono", newPath, url.Values{"to": {"file"}}).Body.String(), "Choose what it is about")
}

// A customer service request says which of several contracts it is about, and takes
// what licence questions need along; what is missing never stops it (SC-11).
// guide: R19, R51
func TestCustomerServiceRequestsInTheWizard(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.says(s.send("ono", newPath+"?step=how&kind=cs_request", nil).Body.String(), "Which contract?", "PRD-2010-3302")
	s.send("ono", newPath, url.Values{"kind": {"cs_request"}, "topic": {"licence"}, "title": {"Split 20 CPU"}, "text": {"12 and 8."}, "item-licence_key": {"K-1"}, "to": {"review"}})
	w := s.send("ono", newPath, url.Values{"to": {"file"}})
	s.says(w.Body.String(), `id="f-contract"`, `id="f-contract-wrong"`, "you hold several")
	s.send("ono", newPath, url.Values{"contract": {"PRD-2010-9999"}, "to": {"review"}})
	s.says(s.send("ono", newPath, url.Values{"to": {"file"}}).Body.String(), "no such contract")
	s.send("ono", newPath, url.Values{"contract": {"PRD-2010-3302"}, "to": {"review"}})
	w = s.send("ono", newPath, url.Values{"to": {"file"}, "once": {"a"}})
	if w.Code != http.StatusSeeOther {
		t.Fatal(w.Body.String())
	}
	s.says(s.send("mori", w.Header().Get("Location"), nil).Body.String(), "Split 20 CPU", "Licence key: K-1")
	id, err := support.ParseNumber(strings.TrimSuffix(strings.TrimPrefix(w.Header().Get("Location"), "/requests/"), "?told=filed"))
	s.ok(err)
	r, err := s.desk.Request(t.Context(), insider, id)
	s.ok(err)
	if len(r.Filed.Items) != 1 || r.Filed.Items[0] != "licence_key" || r.Filed.Contract == 0 {
		t.Errorf("%+v %d", r.Filed.Items, r.Filed.Contract)
	}
}

// What somebody else asks for about licences waits for the word of the PLA, who
// gives it on the page of the request (SC-11).
// guide: R03
func TestThePrimaryApproves(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.send("sato", newPath, url.Values{"kind": {"cs_request"}, "topic": {"licence"}, "title": {"Split 20 CPU"}, "text": {"12 and 8."}, "to": {"review"}})
	path, _, _ := strings.Cut(s.send("sato", newPath, url.Values{"to": {"file"}, "once": {"a"}}).Header().Get("Location"), "?")
	if body := s.send("sato", path, nil).Body.String(); strings.Contains(body, path+"/approval") {
		t.Error("whoever asks approves")
	}
	s.says(s.send("suzuki", path, nil).Body.String(), path+"/approval", "has asked for this")
	if w := s.send("sato", path+"/approval", url.Values{}); w.Code == http.StatusSeeOther {
		t.Error("whoever asks approves")
	}
	if w := s.send("suzuki", path+"/approval", url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body.String())
	}
	if body := s.send("suzuki", path, nil).Body.String(); strings.Contains(body, path+"/approval") {
		t.Error("it is asked again")
	}
}
