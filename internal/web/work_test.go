package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// elsewhere are commands without a form on a request's page, each with the reason.
var elsewhere = map[string]string{
	"file": "the page of a new request", "lower_severity": "only with an agreement from elsewhere: propose_lower_severity asks for one", "route": "the queue takes the next one",
	"break_glass":       "its own page: the request is hidden",
	"record_auto_reply": "the desk's own", "tick": "the desk's own", "record_notice": "the desk's own", "fail_notice": "the desk's own", "digest_automatic": "the desk's own",
	"void_attempt": "the desk's own", "end_beta": "the desk's own", "tell_defect": "the desk's own", "tell_broadcast": "the desk's own",
	"record_duplicate": "the desk's own", "record_follow_up": "the desk's own", "change_approver": "the desk's own",
}

// Every command has a form, or a reason why it has none here.
func TestEveryCommandHasItsPlace(t *testing.T) {
	t.Parallel()
	var forms []string
	for _, a := range actions {
		forms = append(forms, a.command)
	}
	var named []string
	for _, p := range support.Permissions() {
		named = append(named, p.Command)
		if slices.Contains(forms, p.Command) == (elsewhere[p.Command] != "") {
			t.Errorf("%s: form %v, reason %q", p.Command, slices.Contains(forms, p.Command), elsewhere[p.Command])
		}
	}
	for command := range elsewhere {
		if !slices.Contains(named, command) {
			t.Errorf("%s: nobody may give it", command)
		}
	}
	paths := map[string]bool{}
	for _, a := range actions {
		if paths[a.path] {
			t.Errorf("two forms go to %s", a.path)
		}
		paths[a.path] = true
	}
}

var chosen = regexp.MustCompile(`<option value="(\d+)"[^>]*>([^<]*)</option>`)

// staffID is the value that a form gives to a colleague.
func (s *stage) staffID(key string) string { return support.Opaque("stf", s.cast.Staff[key].ID) }

// opens is a request's page with the form of a work.
func (s *stage) opens(as, path, work string) string {
	return s.send(as, path+"?do="+work, nil).Body.String()
}

// The owner hands a request over, the new owner accepts, and the baton arrives with
// it (R25).
func TestHandOverWithItsBaton(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	if page := s.opens("ito", path, "assignment"); !strings.Contains(page, `action="`+path+`/assignment"`) || strings.Contains(page, `do=hand-over#`) {
		t.Error("a request that nobody owns is given to somebody, and not handed over")
	}
	if page := s.opens("ito", path, "hand-over"); strings.Contains(page, `action="`+path+`/hand-over"`) {
		t.Error("a form is opened that makes no sense now")
	}
	w := s.send("ito", path+"/owner", url.Values{})
	if w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	form := url.Values{"to": {s.staffID("byrne")}, "ground": {"expertise"}, "reason": {"Byrne knows this driver."}, "note.state": {"Logs are in"}, "note.next": {"Read them"},
		"note.promises": {"A word by Monday"}, "note.do_not": {""}}
	w = s.send("ito", path+"/hand-over", form)
	if body := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "Read them") || !strings.Contains(body, `href="#f-hand-over-note.do_not"`) {
		t.Fatalf("%d, what was typed and the field that is missing: %s", w.Code, body)
	}
	form.Set("note.do_not", "Restart it")
	if w = s.send("ito", path+"/hand-over", form); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	body := s.opens("byrne", path, "hand-over-accepted")
	if !strings.Contains(body, `action="`+path+`/hand-over-accepted"`) || strings.Contains(body, `do=hand-over#`) {
		t.Errorf("the new owner is not asked: %s", body)
	}
	if w = s.send("byrne", path+"/hand-over-accepted", url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if body := s.send("sato", path, nil).Body.String(); !strings.Contains(body, "Byrne knows this driver.") || strings.Contains(body, "Restart it") {
		t.Error("the customer reads why, and not the baton")
	}
}

// An engineer proposes a lower severity and offers after-hours support, escalates,
// plans, finds the cause, and completes a duplicate in favour of another request.
func TestWorksOfAnEngineer(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path, other := s.file("sato"), s.file("sato")
	do := func(as, form string, values url.Values, status int) string {
		t.Helper()
		w := s.send(as, path+"/"+form, values)
		if w.Code != status {
			t.Fatalf("%s as %s: %d %s", form, as, w.Code, w.Body)
		}
		return w.Body.String()
	}
	do("ito", "owner", url.Values{}, 303)
	do("ito", "severity-proposal", url.Values{"to": {"4"}, "reason": {"A workaround is in place."}}, 303)
	if body := s.send("sato", path, nil).Body.String(); !strings.Contains(body, `action="`+path+`/`+pathOf("agree_lower_severity")) {
		t.Error("the customer is not asked")
	}
	do("ito", "escalation", url.Values{"reason": {"It spreads."}, "statement": {"Hosts fail"}, "impact": {"Production"}}, 303)
	do("watanabe", "escalation-engineer", url.Values{"engineer": {s.staffID("nishida")}}, 303)
	do("watanabe", "action-plan", url.Values{"step.1": {"Collect dumps"}, "at.1": {"2026-06-10T10:00"}, "step.3": {"Patch"}, "at.3": {"2026-06-12T10:00"}}, 303)
	do("ito", "details", url.Values{"tags": {"storage, 緊急"}, "environment": {"production"}, "workaround": {"none"}}, 303)
	do("ito", "reproductions", url.Values{"outcome": {"reproduced"}, "environment": {"ESX 4.0 in the lab"}, "public": {"yes"}}, 303)
	do("ito", "root-cause", url.Values{"text": {"A driver leaks."}, "public": {"yes"}}, 303)
	if body := s.send("sato", path, nil).Body.String(); !strings.Contains(body, "A driver leaks.") || !strings.Contains(body, "Collect dumps") {
		t.Error("the customer reads neither plan nor cause")
	}
	if body := do("ito", "duplicate", url.Values{"of": {strings.TrimPrefix(other, "/requests/")}}, 409); !strings.Contains(body, "This request is escalated") {
		t.Error("an escalated request is completed without the customer's word")
	}
	path = s.file("sato")
	do("ito", "owner", url.Values{}, 303)
	if body := do("ito", "duplicate", url.Values{"of": {"nonsense"}}, 422); !strings.Contains(body, "100-000-006") || !strings.Contains(body, `value="nonsense"`) {
		t.Error(body)
	}
	do("ito", "duplicate", url.Values{"of": {strings.TrimPrefix(other, "/requests/")}}, 303)
	if body := s.send("sato", path, nil).Body.String(); !strings.Contains(body, "duplicate") {
		t.Error("the page does not say that it is a duplicate")
	}
}

// A text is erased by its entry, for a reason, and is on no page any more (R28).
func TestErasingAText(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	if w := s.send("sato", path+"/comments", url.Values{"text": {"The password is hunter2!"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	page := s.opens("watanabe", path, "redactions")
	seq := ""
	for _, m := range chosen.FindAllStringSubmatch(page, -1) {
		if strings.Contains(m[2], "hunter2") {
			seq = m[1]
		}
	}
	if w := s.send("watanabe", path+"/redactions", url.Values{"seq": {seq}, "ground": {"secret"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, as := range []string{"sato", "watanabe"} {
		if strings.Contains(s.send(as, path, nil).Body.String(), "hunter2") {
			t.Errorf("%s still reads it", as)
		}
	}
}

// A component of another vendor is named by the customer, suspected with grounds by
// the engineer, shared with permission, taken to its vendor, and answered (R39).
func TestComponentsOfOthers(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	do := func(as, form string, values url.Values, status int) string {
		t.Helper()
		w := s.send(as, path+"/"+form, values)
		if w.Code != status {
			t.Fatalf("%s as %s: %d %s", form, as, w.Code, w.Body)
		}
		return w.Body.String()
	}
	do("ito", "owner", url.Values{}, 303)
	if page := s.send("sato", path, nil).Body.String(); strings.Contains(page, `action="`+path+`/vendor-cases"`) || !strings.Contains(page, `action="`+path+`/third-parties"`) {
		t.Error("a customer names a component first, and then says more about it")
	}
	do("sato", "third-parties", url.Values{"vendor": {"Kitabashi"}, "component": {"HBA 2460"}, "version": {"5.1"}}, 303)
	s.says(do("ito", "third-grounds", url.Values{"n": {"1"}, "text": {""}}, 422), `href="#f-third-grounds-text"`)
	do("ito", "third-grounds", url.Values{"n": {"1"}, "text": {"It resets under load."}}, 303)
	s.says(s.send("sato", path, nil).Body.String(), "It resets under load.", "Kitabashi HBA 2460 5.1")
	do("ito", "third-sharing", url.Values{"n": {"1"}}, 422) // without the customer's word
	do("sato", "third-sharing", url.Values{"n": {"1"}}, 303)
	s.says(s.opens("ito", path, "collaborations"), "Kitabashi HBA 2460 5.1", `name="mutual"`)
	do("ito", "vendor-case-suggested", url.Values{"n": {"1"}, "text": {"Please open a case there."}}, 303)
	do("sato", "vendor-cases", url.Values{"n": {"1"}, "number": {"K-7781"}}, 303)
	do("sato", "vendor-answers", url.Values{"n": {"1"}, "finding": {"at_fault"}, "text": {"Firmware 5.2 mends it."}}, 303)
	s.says(s.send("ito", path, nil).Body.String(), "Firmware 5.2 mends it.", "K-7781")
	do("sato", "third-sharing-ended", url.Values{"n": {"1"}, "reason": {"Not needed any more."}}, 303)
	do("sato", "collaborations", url.Values{"n": {"1"}, "ground": {"suspicion"}}, 403)
}

// The licence team replaces a primary licence administrator on the request that asks
// for it, and only after another of its people has written down the check (SC-03).
// guide: R02, R07
func TestThePrimaryIsReplacedOnTheRequest(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	sato := s.cast.Actor("sato")
	contract, err := s.store.ContractByNumber(t.Context(), insider, "BAS-2010-0417")
	s.ok(err)
	done, err := s.desk.Do(t.Context(), sato, 0, &support.File{Kind: support.CS, Channel: support.Portal, Contact: sato.ID, Topic: "administrators", Contract: contract.ID, Title: support.T("Replace the PLA")})
	s.ok(err)
	path := "/requests/" + support.Number(done.ID)
	swap := url.Values{"to": {support.SpokenCustomerNumber(s.cast.Contacts["yamamoto"].Number)}}
	s.says(s.opens("mori", path, "primary-swap"), path+"/primary-swap", "Customer number")
	for as, want := range map[string]int{"ito": http.StatusForbidden, "sato": http.StatusForbidden} {
		if w := s.send(as, path+"/primary-swap", swap); w.Code != want {
			t.Errorf("%s: %d", as, w.Code)
		}
	}
	if w := s.send("mori", path+"/verification", url.Values{"text": {"Letterhead checked."}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	w := s.send("mori", path+"/primary-swap", swap)
	s.says(w.Body.String(), "Somebody else has to check the identity first", `value="`+swap.Get("to")+`"`)
	if w := s.send("kimura", path+"/verification", url.Values{"text": {"Called back."}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if strings.Contains(s.send("sato", path, nil).Body.String(), "Called back.") {
		t.Error("the customer reads how they were checked")
	}
	if w := s.send("mori", path+"/primary-swap", swap); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	s.says(s.send("yamamoto", contractsPath+"/BAS-2010-0417", nil).Body.String(), "Give the role")
	if w := s.send("suzuki", contractsPath+"/BAS-2010-0417", nil); w.Code != http.StatusNotFound {
		t.Errorf("who has left still sees the contract: %d", w.Code)
	}
}
