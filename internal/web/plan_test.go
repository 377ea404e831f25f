package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Whoever administers a contract keeps the plans of its account: rows that are empty
// are left out, what is refused stands at its row, a change that rests on what is old
// is stopped, and others do not see it.
// guide: R56
func TestPlansAreKept(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	const contract = contractsPath + "/PRD-2010-1102"
	s.says(s.send("tanaka", contract, nil).Body.String(), `href="`+contract+`/plans/new"`)
	s.says(s.send("tanaka", contract+"/plans/new", nil).Body.String(), "Milestone 3: day", "Other vendor 2: telephone", `value="Asia/Tokyo"`)
	form := url.Values{"title": {"vSphere 4.0 U1"}, "zone": {"Asia/Tokyo"}, "once": {"p"},
		"milestones-0-day": {""}, "milestones-0-product": {""}, "milestones-0-state": {"planned"}, "milestones-1-day": {"2026-06-20"}, "milestones-1-product": {"nothing"}, "milestones-1-to": {"4.0 U1"},
		"contacts-0-name": {""}, "contacts-1-name": {"Tanaka"}, "contacts-1-phone": {""}}
	w := s.send("tanaka", contract+"/plans/new", form)
	s.says(w.Body.String(), `href="#f-plan-contacts-1-phone"`, `value="2026-06-20"`, `id="f-plan-contacts-1-phone-wrong"`)
	form.Set("contacts-1-phone", "+81 3 0000 0000")
	w = s.send("tanaka", contract+"/plans/new", form)
	s.says(w.Body.String(), `id="f-plan-milestones-1-product-wrong"`)
	form.Set("milestones-1-product", "vsphere")
	var plan string
	for range 2 { // once, however often it is sent
		w = s.send("tanaka", contract+"/plans/new", form)
		if w.Code != http.StatusSeeOther {
			t.Fatal(w.Code, w.Body)
		}
	}
	page := s.send("takahashi", contract, nil).Body.String()
	found := regexp.MustCompile(`href="(`+contract+`/plans/plan_\w+)"`).FindAllStringSubmatch(page, -1)
	if len(found) != 1 {
		t.Fatalf("%d plans", len(found))
	}
	plan = found[0][1]
	page = s.send("takahashi", plan, nil).Body.String()
	s.says(page, "Version 1", "田中", `value="2026-06-20"`, "Milestone 4: day")
	form.Set("read", "1")
	form.Set("title", "vSphere 4.0 U1, second try")
	form.Del("once")
	if w := s.send("takahashi", plan, form); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	w = s.send("tanaka", plan, form)
	s.says(w.Body.String(), "Somebody has changed the plan meanwhile", "second try", `name="read" value="2"`)
	if w.Code != http.StatusConflict {
		t.Error(w.Code)
	}
	s.says(s.send("ito", plan, nil).Body.String(), "second try")
	for as, path := range map[string]string{"sato": plan, "nakamura": plan, "okada": contractsPath + "/BAS-2010-0417/plans/new"} {
		if w := s.send(as, path, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", as, w.Code)
		}
	}
	if other := strings.Replace(plan, "PRD-2010-1102", "BAS-2010-0417", 1); s.send("ito", other, nil).Code != http.StatusNotFound {
		t.Error("a plan is shown below another account's contract")
	}
	if w := s.send("tanaka", plan+"/removal", url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	if w := s.send("tanaka", plan, nil); w.Code != http.StatusNotFound {
		t.Errorf("the removed plan: %d", w.Code)
	}
}
