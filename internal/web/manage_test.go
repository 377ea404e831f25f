package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// An administrator enters a customer from nothing: account, contacts, contract and
// invitation; the customer comes in and files on that contract. Bad input stands in
// its form with the field named (R02, R03, R16, UX-06).
func TestACustomerIsEnteredAndFiles(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	do := func(as, path string, form url.Values, status int) (to, body string) {
		t.Helper()
		w := s.send(as, path, form)
		if w.Code != status {
			t.Fatalf("%s as %s: %d %s", path, as, w.Code, w.Body)
		}
		to, _, _ = strings.Cut(w.Header().Get("Location"), "?")
		return to, w.Body.String()
	}
	_, body := do("ishikawa", "/manage/accounts", url.Values{"name": {""}, "country": {"JP"}}, 422)
	if !strings.Contains(body, `href="#f-account-name"`) || !strings.Contains(body, "<details class=\"drawer\" open>") {
		t.Errorf("a nameless account is answered with %s", body)
	}
	account, _ := do("ishikawa", "/manage/accounts", url.Values{"name": {"Sakura Denki"}, "country": {"JP"}}, 303)
	who := url.Values{"family_name": {"Mori"}, "given_name": {"Aki"}, "email": {"aki@sakura.example"}, "language": {"ja"}, "zone": {"Nowhere/Land"}, "preferred_channel": {"mail"}}
	if _, body = do("ishikawa", account+"/contacts", who, 422); !strings.Contains(body, `value="aki@sakura.example"`) {
		t.Error("what was typed is lost")
	}
	who.Set("zone", "Asia/Tokyo")
	contact, _ := do("ishikawa", account+"/contacts", who, 303)
	number := contact[strings.LastIndexByte(contact, '/')+1:]
	paper := url.Values{"number": {"SAK-1"}, "offering": {"production"}, "products": {"esx"}, "regions": {"apj"}, "starts_at": {"2026-01-01"}, "ends_at": {"2026-12-31"}, "primary": {number}}
	if _, body = do("ishikawa", account+"/contracts", url.Values{"number": {"SAK-1"}, "primary": {number}, "products": {"esx"}}, 422); !strings.Contains(body, `value="SAK-1"`) || !regexp.MustCompile(`value="esx" checked`).MatchString(body) {
		t.Error("what was chosen is lost")
	}
	contract, _ := do("ishikawa", account+"/contracts", paper, 303)
	if contract != "/contracts/SAK-1" {
		t.Errorf("the contract is at %s", contract)
	}
	if _, body = do("ishikawa", account, nil, 200); !strings.Contains(body, "SAK-1") || !strings.Contains(body, "aki@sakura.example") {
		t.Errorf("the account shows neither contract nor contact: %s", body)
	}
	do("ishikawa", contact+"/invitation", url.Values{}, 303)
	b := s.browser("192.0.2.7")
	b.expects(303, "password_set", s.link("aki@sakura.example"), url.Values{"password": {phrase}})
	b.expects(303, "/", signInPath, url.Values{"email": {"aki@sakura.example"}, "password": {phrase}})
	b.expects(200, "SAK-1", "/contracts", nil)

	// A reset takes what they sign in with.
	do("ishikawa", contact+"/reset", url.Values{}, 303)
	b.expects(303, "/sign-in?back=", "/", nil)
	s.link("aki@sakura.example")
}

// A colleague is added with roles, changed, and leaves; nobody below an
// administrator does that (T33).
func TestColleaguesAreKept(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	form := url.Values{"family_name": {"Ueda"}, "given_name": {"Ken"}, "email": {"ueda@desk.example"}, "roles": {"role_tse", "tse"}, "language": {"ja"}, "languages": {"ja", "en"}, "zone": {"Asia/Tokyo"}}
	if w := s.send("ishikawa", "/manage/staff", form); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a role that there is not: %d", w.Code)
	}
	form.Set("roles", "tse")
	if w := s.send("ito", "/manage/staff", form); w.Code == http.StatusSeeOther {
		t.Error("an engineer adds colleagues")
	}
	w := s.send("ishikawa", "/manage/staff", form)
	member, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	form.Set("skills", "storage, network")
	form.Set("active", "yes")
	if w := s.send("ishikawa", member, form); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if body := s.send("ishikawa", member, nil).Body.String(); !strings.Contains(body, "storage, network") || !strings.Contains(body, member+"/invitation") {
		t.Errorf("%s", body)
	}
	if body := s.send("ito", member, nil).Body.String(); strings.Contains(body, "/invitation") || strings.Contains(body, `<form class="form"`) {
		t.Error("an engineer is offered to invite or to change")
	}
	form.Del("active")
	if w := s.send("ishikawa", member, form); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if body := s.send("ishikawa", "/manage/staff", nil).Body.String(); !strings.Contains(body, "has left") {
		t.Error("who has left is not marked")
	}
	if w := s.send("sato", "/manage/staff", nil); w.Code != http.StatusNotFound {
		t.Errorf("a customer sees management: %d", w.Code)
	}
}

// A form that is sent twice is carried out once, and a change that rests on what is
// old is stopped with what was typed: nobody's work is lost (UX-21).
func TestManagementLosesNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	form := url.Values{"name": {"Sakura Denki"}, "country": {"JP"}, "once": {"k"}}
	for range 3 {
		if w := s.send("ishikawa", "/manage/accounts", form); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if body := s.send("ishikawa", "/manage/accounts", nil).Body.String(); strings.Count(body, ">Sakura Denki<") != 1 {
		t.Errorf("the account stands %d times", strings.Count(body, ">Sakura Denki<"))
	}
	sato, err := s.store.Contact(t.Context(), insider, s.cast.Actor("sato").ID)
	s.ok(err)
	member := memberPath(s.cast.Staff["byrne"])
	for _, c := range []struct {
		path, name string
		form       url.Values
	}{
		{managePath + "/contacts/" + sato.Number, "phone", url.Values{"family_name": {"Sato"}, "given_name": {"Kenta"}, "email": {sato.Email}, "language": {"ja"},
			"zone": {"Asia/Tokyo"}, "preferred_channel": {"mail"}, "active": {"yes"}}},
		{member, "skills", url.Values{"family_name": {"Byrne"}, "given_name": {"Aoife"}, "email": {"byrne@desk.example"}, "roles": {"tse"}, "language": {"en"},
			"languages": {"en"}, "zone": {"Europe/Dublin"}, "active": {"yes"}}},
	} {
		read := regexp.MustCompile(`name="read" value="([0-9a-f]+)"`)
		c.form.Set("read", read.FindStringSubmatch(s.send("ishikawa", c.path, nil).Body.String())[1])
		c.form.Set(c.name, "+81 6 0000 0001")
		if w := s.send("ishikawa", c.path, c.form); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", c.path, w.Code, w.Body)
		}
		c.form.Set(c.name, "+81 6 0000 0002")
		w := s.send("ishikawa", c.path, c.form)
		body := w.Body.String()
		if w.Code != http.StatusConflict || !strings.Contains(body, "Somebody has changed this meanwhile") || !strings.Contains(body, "0000 0002") {
			t.Errorf("%s: what rests on what is old is answered %d", c.path, w.Code)
		}
		c.form.Set("read", read.FindStringSubmatch(body)[1])
		if w := s.send("ishikawa", c.path, c.form); w.Code != http.StatusSeeOther {
			t.Errorf("%s: sent again after looking: %d", c.path, w.Code)
		}
	}
}

// A thousand rows come page by page, and are found by a part of a name.
func TestLongListsArePagedAndNarrowed(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	const many = 1000
	sato, err := s.store.Contact(t.Context(), insider, s.cast.Actor("sato").ID)
	s.ok(err)
	s.ok(s.store.Update(t.Context(), func(tx *store.Tx) error {
		for i := range many {
			name := fmt.Sprintf("Row%04d", i)
			m := support.Staff{FamilyName: name, Email: name + "@many.example", Roles: []support.Role{support.RoleTSE}, Language: "en", Zone: "UTC", Active: true}
			c := support.Contract{Account: sato.Account, Number: name, Offering: "basic", Products: []string{"esx"}, StartsAt: s.clock.Now(), EndsAt: s.clock.Now().AddDate(1, 0, 0)}
			err := errors.Join(tx.AddAccount(&support.Account{Name: name + " Works", Country: "JP"}), tx.AddStaff(&m))
			if err == nil && i < 400 {
				err = tx.AddContract(&c, sato.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}))
	rows := regexp.MustCompile(`>(Row\d{4})(?: Works)?</a>`)
	for path, name := range map[string]string{"/manage/accounts": "after", "/manage/staff": "after", accountPath(sato.Account): "paper"} {
		next, seen := path, map[string]bool{}
		for range 30 {
			body := s.send("ishikawa", next, nil).Body.String()
			found := rows.FindAllStringSubmatch(body, -1)
			if len(found) > managed || len(body) > 100<<10 {
				t.Fatalf("%s: %d rows, %d bytes", next, len(found), len(body))
			}
			for _, x := range found {
				seen[x[1]] = true
			}
			to := regexp.MustCompile(`href="([^"#]*[?&;]` + name + `=[^"#]*)(?:#papers)?"[^>]*>Next page`).FindStringSubmatch(body)
			if to == nil {
				break
			}
			next = strings.ReplaceAll(to[1], "&amp;", "&")
		}
		if want := map[string]int{"after": many, "paper": 400}[name]; len(seen) != want {
			t.Errorf("%s shows %d of %d", path, len(seen), want)
		}
	}
	for path, want := range map[string]string{"/manage/accounts?q=row0777": "Row0777", "/manage/staff?q=ｒｏｗ0777": "Row0777", "/manage/accounts?q=" + sato.Email: "佐藤 健太", "/manage/accounts?q=Row0003": "/manage/papers/Row0003"} {
		body := s.send("ishikawa", path, nil).Body.String()
		if !strings.Contains(body, want) || strings.Contains(body, "Row0778") {
			t.Errorf("%s does not find %s, or finds others", path, want)
		}
	}
	if body := s.send("ishikawa", "/manage/products?q=zebra", nil).Body.String(); strings.Contains(body, ">ESX<") {
		t.Error("products are not narrowed")
	}
}
