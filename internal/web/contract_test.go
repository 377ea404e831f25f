package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// The PLA gives and takes roles on the contract's page: the fourth support
// administrator is accepted, the fifth refused with the ways that are open, and
// somebody's place is taken in one step (SC-03, T58).
// guide: R02, R03
func TestThePrimaryEditsRoles(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	const path = contractsPath + "/BAS-2010-0417"
	number := func(who string) string { return s.cast.Contacts[who].Number }
	s.says(s.send("suzuki", contractsPath, nil).Body.String(), `href="`+path+`"`, "primary licence administrator")
	page := s.send("suzuki", path, nil).Body.String()
	s.says(page, "Support administrators: 3 of 4", "4 business hours", "closed until Mon 8 Jun 2026, 09:30", "Version 4.0, 20 units", "Give the role", "until Thu 1 Apr 2027", "ESX")
	if w := s.send("suzuki", path+"/roles", url.Values{"contact": {number("yamamoto")}, "role": {"role_support_admin"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body.String())
	}
	s.says(s.send("suzuki", path, nil).Body.String(), "Support administrators: 4 of 4", "All places are taken")
	fifth := s.send("suzuki", path+"/roles", url.Values{"contact": {number("nakamura")}, "role": {"role_support_admin"}})
	s.says(fifth.Body.String(), "Basic allows 4 support administrators", "Move to an offering that allows more", `value="`+number("nakamura")+`"`)
	if fifth.Code != http.StatusConflict {
		t.Error(fifth.Code)
	}
	bad := s.send("suzuki", path+"/roles", url.Values{"contact": {"12"}, "role": {"role_support_admin"}})
	s.says(bad.Body.String(), `href="#f-roles-contact"`, `id="f-roles-contact"`, `value="12"`)
	failed := s.send("suzuki", path+"/roles", url.Values{"contact": {"1000000009"}, "role": {"role_support_admin"}, "instead": {number("endo")}})
	if failed.Code != http.StatusUnprocessableEntity || !strings.Contains(s.send("suzuki", path, nil).Body.String(), "4 of 4") {
		t.Error("a place is lost to nobody", failed.Code)
	}
	if w := s.send("suzuki", path+"/roles", url.Values{"contact": {number("nakamura")}, "role": {"role_support_admin"}, "instead": {support.SpokenCustomerNumber(number("endo"))}}); w.Code != http.StatusSeeOther {
		t.Error(w.Code, w.Body.String())
	}
	page = s.send("suzuki", path, nil).Body.String()
	if !strings.Contains(page, support.SpokenCustomerNumber(number("nakamura"))) || strings.Contains(page, support.SpokenCustomerNumber(number("endo"))) {
		t.Error("the place has not changed hands")
	}
	if w := s.send("suzuki", path+"/roles/removed", url.Values{"contact": {number("mizuno")}, "role": {"role_support_admin"}}); w.Code != http.StatusSeeOther {
		t.Error(w.Code)
	}
	s.says(s.send("suzuki", path, nil).Body.String(), "Support administrators: 3 of 4")
	w := s.send("suzuki", path+"/roles/removed", url.Values{"contact": {number("suzuki")}, "role": {"role_licence_primary"}})
	s.says(w.Body.String(), "always has one primary licence administrator")
}

// Whoever holds a role sees the contract without the forms, staff see it, and to
// everybody else it is not there (T30).
// guide: R02, R14
func TestWhoSeesAContract(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	const path = contractsPath + "/BAS-2010-0417"
	page := s.send("sato", path, nil).Body.String()
	s.says(page, "You are: support administrator", "ask the primary licence administrator", "mailto:suzuki@aoba.example")
	if strings.Contains(page, "20 units") {
		t.Error("a support administrator sees licences that are not opened to them (R04)")
	}
	if strings.Contains(page, path+"/roles") {
		t.Error("a support administrator is offered the forms of the PLA")
	}
	w := s.send("sato", path+"/roles", url.Values{"contact": {s.cast.Contacts["yamamoto"].Number}, "role": {"role_support_admin"}})
	if w.Code != http.StatusForbidden {
		t.Error("sato gives roles", w.Code)
	}
	s.says(s.send("ito", path, nil).Body.String(), "Support administrators: 3 of 4", "青葉製作所")
	s.says(s.send("mori", path, nil).Body.String(), "Give the role")
	for _, as := range []string{"tanaka", "nakamura", "yamamoto"} { // the last of the same company, without a role
		for _, to := range []string{path, path + "/roles", path + "/roles/removed"} {
			var form url.Values
			if to != path {
				form = url.Values{}
			}
			if w := s.send(as, to, form); w.Code != http.StatusNotFound {
				t.Errorf("%s, %s: %d", as, to, w.Code)
			}
		}
	}
	s.says(s.send("nakamura", contractsPath, nil).Body.String(), "You have no role on a contract", "kind=cs_request")
	if to := s.send("ito", contractsPath+"?number=BAS-2010-0417", nil).Header().Get("Location"); to != path {
		t.Error(to)
	}
	if w := s.send("ito", contractsPath+"?number=x", nil); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), `value="x"`) {
		t.Error(w.Code)
	}
	// Production is covered around the clock for severity 1 and sells nothing beside.
	s.says(s.send("tanaka", contractsPath+"/PRD-2010-1102", nil).Body.String(), "24x7", "30 minutes")
}
