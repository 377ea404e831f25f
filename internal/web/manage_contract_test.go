package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// The days of a contract begin and end in the zone of its region, whoever writes
// them; ending one early leaves open requests as filed, and what rests on what is old
// is stopped (A19, A21, UX-21).
func TestContractsChange(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	number := "PRD-2010-1102"
	s.file("tanaka")
	ishikawa, err := s.store.Staff(t.Context(), s.cast.Actor("ishikawa").ID)
	s.ok(err)
	ishikawa.Zone = "Europe/Dublin" // not that of the contract
	s.ok(s.store.Update(t.Context(), func(tx *store.Tx) error { return tx.UpdateStaff(ishikawa) }))
	path := paperPath(number)
	body := s.send("ishikawa", path, nil).Body.String()
	read := regexp.MustCompile(`name="read" value="([0-9a-f]+)"`).FindStringSubmatch(body)
	if read == nil || !strings.Contains(body, "Snapshots fail") || !strings.Contains(body, "UTC+09:00") {
		t.Fatalf("the page lacks the form, the open request, or the zone")
	}
	form := url.Values{"starts_at": {"2026-01-01"}, "ends_at": {"2026-06-30"}, "products": {"esx", "vsphere"}, "regions": {"apj"}, "read": {read[1]}}
	if w := s.send("ishikawa", path, form); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %.3000s", w.Code, w.Body)
	}
	c, err := s.store.ContractByNumber(t.Context(), insider, number)
	s.ok(err)
	if want := time.Date(2026, 6, 30, 15, 0, 0, 0, time.UTC); !c.EndsAt.Equal(want) {
		t.Errorf("it ends %s, want %s", c.EndsAt, want)
	}
	if body := s.send("ishikawa", path, nil).Body.String(); !strings.Contains(body, `value="2026-06-30"`) || !strings.Contains(body, "Change products, regions or term of a contract") {
		t.Error("the day that was written is not the one that is read, or the change is not told")
	}
	if body := s.send("tanaka", contractPath(number), nil).Body.String(); !strings.Contains(body, "30 Jun 2026") {
		t.Error("the customer reads another last day")
	}
	if w := s.send("ishikawa", path, form); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), `value="2026-06-30"`) {
		t.Errorf("what rests on what is old: %d", w.Code)
	}
	form.Set("read", "")
	form.Set("ends_at", "2025-01-01")
	if w := s.send("ishikawa", path, form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "f-term-ends_at") {
		t.Errorf("an end before the beginning: %d", w.Code)
	}
	if w := s.send("ito", path, form); w.Code == http.StatusSeeOther {
		t.Error("an engineer changes contracts")
	}
	if w := s.send("ishikawa", path+"/state", url.Values{"state": {"cancelled"}}); w.Code != http.StatusSeeOther {
		t.Errorf("cancelled: %d", w.Code)
	}
	rows, _, err := s.store.Requests(t.Context(), insider, store.Filter{Contract: c.ID, Open: true})
	if s.ok(err); len(rows) != 1 {
		t.Errorf("%d open requests are left", len(rows))
	}
}

// Versions get the ends of their support, in days that are the same for everybody.
func TestVersionsOfProducts(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := productPath("esx")
	add := func(form url.Values) int { return s.send("ishikawa", path+"/versions", form).Code }
	if got := add(url.Values{"name": {"9.9"}, "released_at": {"2026-01-01"}, "general_until": {"2026-05-31"}, "guidance_until": {"2026-12-31"}}); got != http.StatusSeeOther {
		t.Fatal(got)
	}
	version := func() (out support.Version) {
		all, err := s.store.Products(t.Context())
		s.ok(err)
		for _, x := range all {
			for _, n := range x.Versions {
				if x.Key == "esx" && n.Name == "9.9" {
					out = n
				}
			}
		}
		return out
	}
	if got, want := version().GeneralUntil, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("general support ends %s, want %s", got, want)
	}
	if body := s.send("ito", path+"?version=9.9", nil).Body.String(); !strings.Contains(body, "31 May 2026") || strings.Contains(body, `name="general_until"`) {
		t.Error("the last day is another one, or an engineer is offered to change it")
	}
	if body := s.send("ishikawa", path+"?version=9.9", nil).Body.String(); !strings.Contains(body, `value="2026-05-31"`) {
		t.Error("the form does not hold what there is")
	}
	if got := add(url.Values{"name": {"9.9"}, "general_until": {"2027-05-31"}}); got != http.StatusSeeOther || version().GeneralUntil.Year() != 2027 {
		t.Errorf("%d %s", got, version().GeneralUntil)
	}
	for name, form := range map[string]url.Values{
		"no name": {"name": {" "}}, "guidance alone": {"name": {"10"}, "guidance_until": {"2027-01-01"}},
		"guidance before": {"name": {"10"}, "general_until": {"2027-01-01"}, "guidance_until": {"2026-01-01"}}, "no day": {"name": {"10"}, "released_at": {"x"}},
		"old": {"name": {"10"}, "read": {"00"}},
	} {
		if got := add(form); got < 400 {
			t.Errorf("%s: %d", name, got)
		}
	}
	if w := s.send("ito", path+"/versions", url.Values{"name": {"10"}}); w.Code == http.StatusSeeOther {
		t.Error("an engineer adds versions")
	}
}

// An account is kept to named colleagues from its page; who broke the glass stands
// on a list with the reason, which duty managers and administrators read (A13).
func TestRestrictedAccounts(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	request := s.file("sato")
	sato, err := s.store.Contact(t.Context(), insider, s.cast.Actor("sato").ID)
	s.ok(err)
	account := accountPath(sato.Account)
	if body := s.send("ishikawa", restrictedPath, nil).Body.String(); !strings.Contains(body, "No account is restricted") || !strings.Contains(body, "Nobody has opened one") {
		t.Error("what is empty does not say so")
	}
	form := url.Values{"state": {"restricted"}, "staff": {"ito@desk.example"}}
	if w := s.send("ito", account+"/restriction", form); w.Code == http.StatusSeeOther {
		t.Error("an engineer restricts accounts")
	}
	wrong := url.Values{"state": {"restricted"}, "staff": {"nobody@desk.example"}}
	if w := s.send("watanabe", account+"/restriction", wrong); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), ">nobody@desk.example</textarea>") {
		t.Errorf("somebody who is nobody: %d", w.Code)
	}
	if w := s.send("watanabe", account+"/restriction", form); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %.3000s", w.Code, w.Body)
	}
	if got := s.send("ito", account, nil).Code; got != http.StatusOK {
		t.Errorf("who is named sees %d", got)
	}
	if got := s.send("byrne", account, nil).Code; got != http.StatusNotFound {
		t.Errorf("who is not named sees %d", got)
	}
	id, err := support.ParseNumber(strings.TrimPrefix(request, "/requests/"))
	s.ok(err)
	_, err = s.desk.Do(t.Context(), s.cast.Actor("byrne"), id, &support.BreakGlass{Reason: support.T("The owner is ill.")})
	s.ok(err)
	body := s.send("watanabe", restrictedPath, nil).Body.String()
	for _, want := range []string{"伊藤 蓮", "Aoife Byrne", "The owner is ill.", "open now"} {
		if !strings.Contains(body, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	if w := s.send("ito", restrictedPath, nil); w.Code != http.StatusNotFound {
		t.Errorf("an engineer reads the list: %d", w.Code)
	}
	if w := s.send("watanabe", account+"/restriction", url.Values{"state": {"open"}, "staff": form["staff"]}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if got := s.send("byrne", account, nil).Code; got != http.StatusOK {
		t.Errorf("opened again, others see %d", got)
	}
}
