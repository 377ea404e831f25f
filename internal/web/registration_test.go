package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/support"
)

// Registrations of a contract are seen and put right by whoever keeps it: one that is
// wrong is ended, and the right one added.
// guide: R13, R14
func TestRegistrationsAreChanged(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	const path = contractsPath + "/BAS-2010-0417/registrations"
	sato := s.cast.Contacts["sato"].Number
	if w := s.send("suzuki", path, url.Values{"product": {"esx"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("the PLA registers: %d %s", w.Code, w.Body)
	}
	s.says(s.send("mori", path, url.Values{"product": {"esx"}, "contact": {"12"}}).Body.String(), `href="#f-register-contact"`)
	if w := s.send("mori", path, url.Values{"product": {"esx"}, "contact": {sato}}); w.Code != http.StatusSeeOther {
		t.Fatalf("the licence team registers: %d %s", w.Code, w.Body)
	}
	page := s.send("suzuki", path, nil).Body.String()
	end := regexp.MustCompile(`action="(`+path+`/reg_\w+/ended)"`).FindAllStringSubmatch(page, -1)
	if len(end) < 2 {
		t.Fatalf("%d can be ended", len(end))
	}
	last := end[len(end)-1][1]
	if w := s.send("sato", last, url.Values{}); w.Code != http.StatusNotFound {
		t.Errorf("an SA ends one: %d", w.Code)
	}
	if w := s.send("ito", last, url.Values{}); w.Code != http.StatusForbidden {
		t.Errorf("an engineer ends one: %d", w.Code)
	}
	if w := s.send("suzuki", last, url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	page = s.send("suzuki", path, nil).Body.String()
	if strings.Contains(page, last) || !strings.Contains(page, "ended") {
		t.Error("an ended one can be ended, or does not look so")
	}
	if w := s.send("suzuki", last, url.Values{}); w.Code != http.StatusConflict {
		t.Errorf("twice: %d", w.Code)
	}
}

// Staff open a restricted request to themselves with a reason and a proof that is not
// old; who has done it is kept, and what is hidden is for them as if it were not there
// (A13, T33).
func TestTheGlassIsBroken(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	number := strings.TrimPrefix(path, "/requests/")
	s.send("watanabe", path+"/restriction", url.Values{"reason": {"A trial."}})
	s.says(s.send("byrne", path, nil).Body.String(), `href="`+glassPath+`"`)
	form := url.Values{"number": {number}, "reason": {""}, "once": {"k"}}
	s.says(s.send("byrne", glassPath, form).Body.String(), `href="#f-glass-reason"`, `value="`+number+`"`)
	form.Set("reason", "The customer calls, and nobody else is here.")
	c := s.site.Config
	c.Real = func() time.Time { return time.Now().Add(16 * time.Minute) }
	fresh := s.pages
	var err error
	s.pages, err = New(c)
	s.ok(err)
	if w := s.send("byrne", glassPath, form); w.Code != http.StatusForbidden {
		t.Errorf("an old proof: %d", w.Code)
	}
	s.pages = fresh
	absent := s.send("byrne", glassPath, url.Values{"number": {"100000999"}, "reason": {"x"}})
	if absent.Code == http.StatusSeeOther {
		t.Errorf("a request that there is not: %d", absent.Code)
	}
	if w := s.send("byrne", glassPath, form); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), path) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := s.send("byrne", path, nil); w.Code != http.StatusOK {
		t.Errorf("what is open to them: %d", w.Code)
	}
	s.says(s.send("watanabe", restrictedPath, nil).Body.String(), "The customer calls, and nobody else is here.")
	if w := s.send("sato", glassPath, nil); w.Code != http.StatusNotFound {
		t.Errorf("a customer: %d", w.Code)
	}
}

// The licence team asks by name for what a customer service request lacks, and divides
// a key once the primary licence administrator's word is there.
// guide: R07, R51
func TestAKeyIsDivided(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.service("suzuki")
	page := s.send("mori", path, nil).Body.String()
	if !regexp.MustCompile(`name="item"(.|\n)*<option value="licence_key"`).MatchString(page) {
		t.Error("nothing is asked for by name")
	}
	if w := s.send("mori", path+"/asks", url.Values{"kind": {"details"}, "text": {"Which key?"}, "item": {"licence_key"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	page = s.opens("mori", path, "licence-split")
	key := regexp.MustCompile(`<option value="(lic_\w+)"[^>]*>AOBA1[^<]*20`).FindStringSubmatch(page)
	if key == nil {
		t.Fatalf("there is no key to divide: %s", page)
	}
	parts := url.Values{"licence": {key[1]}, "parts": {"12\n8 AOBA-B"}}
	s.says(s.send("mori", path+"/licence-split", parts).Body.String(), "is no part", "12\n8 AOBA-B</textarea>", `href="#f-licence-split-parts"`)
	parts.Set("parts", "12 AOBA-A\r\n9 AOBA-B")
	if w := s.send("mori", path+"/licence-split", parts); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("more than there is: %d", w.Code)
	}
	parts.Set("parts", "12 AOBA-A\r\n\r\n8 AOBA-B\r\n")
	if w := s.send("mori", path+"/licence-split", parts); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	s.says(s.send("suzuki", contractsPath+"/BAS-2010-0417/licences", nil).Body.String(), "AOBA-A", "AOBA-B")
}

// service files a customer service request about the licences of a contract.
func (s *stage) service(as string) string {
	s.Helper()
	contract, err := s.store.ContractByNumber(s.Context(), insider, "BAS-2010-0417")
	s.ok(err)
	actor := s.cast.Actor(as)
	done, err := s.desk.Do(s.Context(), actor, 0, &support.File{Kind: support.CS, Channel: support.Portal, Contact: actor.ID, Topic: "licence", Contract: contract.ID, Title: support.T("Split 20 CPU")})
	s.ok(err)
	return "/requests/" + support.Number(done.ID)
}
