package desk

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func (b *bench) roles(contact, contract int64) []support.Role {
	b.t.Helper()
	var out []support.Role
	b.ok(b.store.Update(b.t.Context(), func(tx *store.Tx) (err error) { out, err = tx.RolesOf(contact, contract); return err }))
	return out
}

func customer(c support.Contact) support.Actor {
	return support.Actor{Kind: support.Customer, ID: c.ID}
}

// Who may make whom what on a contract: every role in the house and on the
// contract, for every role that there is.
//
// guide: R02, R03, R04, R07
func TestRolesAreGrantedByWhoMay(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	okada := b.person(b.aoba.ID, "Okada", "okada@aoba.example")
	b.ok(b.GrantRole(t.Context(), b.asSuzuki, b.basic.ID, okada.ID, support.RoleLicenceSecondary))
	const (
		primary   = support.RoleLicencePrimary
		secondary = support.RoleLicenceSecondary
		sa        = support.RoleSupportAdmin
	)
	people := 0
	for name, c := range map[string]struct {
		by      support.Actor
		may     []support.Role
		refusal support.Code
	}{
		"PLA":                  {b.asSuzuki, []support.Role{secondary, sa}, support.Forbidden},
		"SLA":                  {customer(okada), nil, support.Forbidden},
		"SA":                   {b.asSato, nil, support.Forbidden},
		"another contract's":   {b.asPL, nil, support.NotFound},
		"licence team":         {b.asMori, []support.Role{secondary, sa}, support.Forbidden},
		"admin":                {b.asAdmin, []support.Role{secondary, sa}, support.Forbidden},
		"representative":       {support.Actor{Kind: support.Vendor, ID: b.hayashi.ID}, nil, support.Forbidden},
		"engineer":             {b.asIto, nil, support.Forbidden},
		"somebody who is gone": {support.Actor{Kind: support.Customer, ID: 9999}, nil, support.Forbidden},
	} {
		for _, role := range []support.Role{primary, secondary, sa} {
			people++
			who := b.person(b.aoba.ID, "New", fmt.Sprintf("new%d@aoba.example", people))
			err := b.GrantRole(t.Context(), c.by, b.basic.ID, who.ID, role)
			if slices.Contains(c.may, role) {
				if err != nil || !slices.Contains(b.roles(who.ID, b.basic.ID), role) {
					t.Errorf("%s grants %s: %v", name, role, err)
				}
				b.ok(b.RevokeRole(t.Context(), c.by, b.basic.ID, who.ID, role))
				if len(b.roles(who.ID, b.basic.ID)) != 0 {
					t.Errorf("%s could not take %s back", name, role)
				}
				continue
			}
			if support.CodeOf(err) != c.refusal || len(b.roles(who.ID, b.basic.ID)) != 0 {
				t.Errorf("%s grants %s: %v, want %s", name, role, err, c.refusal)
			}
			if err := b.RevokeRole(t.Context(), c.by, b.basic.ID, b.sato.ID, role); err == nil {
				t.Errorf("%s takes %s away", name, role)
			}
		}
	}
}

// A pack in which the licence team alone makes SAs.
func TestPackSaysWhoGrants(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	strict := *b.Pack()
	strict.Roles = maps.Clone(strict.Roles)
	role := strict.Roles["role_support_admin"]
	role.GrantedBy = []string{"team_licence"}
	strict.Roles["role_support_admin"] = role
	b.inForce(&strict)
	err := b.GrantRole(t.Context(), b.asSuzuki, b.basic.ID, b.tanaka.ID, support.RoleSupportAdmin)
	refused(t, err, support.Forbidden, "role.not_yours_to_grant")
	b.ok(b.GrantRole(t.Context(), b.asMori, b.basic.ID, b.tanaka.ID, support.RoleSupportAdmin))
	b.ok(b.GrantRole(t.Context(), b.asSuzuki, b.basic.ID, b.tanaka.ID, support.RoleLicenceSecondary))
}

// guide: R02, R52
func TestSupportAdminsUpToTheOffering(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	add := func(i int) error {
		c := b.person(b.aoba.ID, "Admin", fmt.Sprintf("admin%d@aoba.example", i))
		return b.GrantRole(t.Context(), b.asSuzuki, b.basic.ID, c.ID, support.RoleSupportAdmin)
	}
	for i := 2; i <= 4; i++ { // Sato is the first of Basic's four
		b.ok(add(i))
	}
	refused(t, add(5), support.Conflict, "role.cap_reached")
	b.ok(b.RevokeRole(t.Context(), b.asSuzuki, b.basic.ID, b.sato.ID, support.RoleSupportAdmin))
	// The PLA and the licence team fill the last seat at once.
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, by := range []support.Actor{b.asSuzuki, b.asMori} {
		c := b.person(b.aoba.ID, "Last", fmt.Sprintf("last%d@aoba.example", i))
		wg.Go(func() { errs[i] = b.GrantRole(t.Context(), by, b.basic.ID, c.ID, support.RoleSupportAdmin) })
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("both or none got the last seat: %v", errs)
	}
	refused(t, errors.Join(errs...), support.Conflict, "role.cap_reached")
	incident := support.Contract{Account: b.aoba.ID, Number: "I-1", Offering: "per_incident", Products: []string{"esx"}, Regions: []string{"apj"},
		StartsAt: b.basic.StartsAt, EndsAt: b.basic.EndsAt}
	b.ok(b.AddContract(t.Context(), b.asMori, &incident, b.suzuki.ID))
	err := b.GrantRole(t.Context(), b.asSuzuki, incident.ID, b.sato.ID, support.RoleSupportAdmin)
	refused(t, err, support.Conflict, "role.not_in_offering")
}

// guide: R02, R07
func TestPrimaryIsReplacedAtOneInstant(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	yamamoto := b.person(b.aoba.ID, "Yamamoto", "yamamoto@aoba.example")
	for _, by := range []support.Actor{b.asSuzuki, b.asSato, b.asIto, b.asPL} {
		if err := b.ReplacePrimary(t.Context(), by, b.basic.ID, yamamoto.ID); err == nil {
			t.Errorf("%v replaced the PLA", by)
		}
	}
	b.ok(b.ReplacePrimary(t.Context(), b.asAdmin, b.basic.ID, yamamoto.ID))
	if got := b.roles(yamamoto.ID, b.basic.ID); !slices.Equal(got, []support.Role{support.RoleLicencePrimary}) {
		t.Errorf("the new PLA's roles are %v", got)
	}
	if got := b.roles(b.suzuki.ID, b.basic.ID); len(got) != 0 {
		t.Errorf("the old PLA still has %v", got)
	}
	// The old one's rights are gone with the next command, the new one's are there.
	err := b.GrantRole(t.Context(), b.asSuzuki, b.basic.ID, b.tanaka.ID, support.RoleSupportAdmin)
	refused(t, err, support.NotFound, "contract.not_found")
	b.ok(b.GrantRole(t.Context(), customer(yamamoto), b.basic.ID, b.tanaka.ID, support.RoleSupportAdmin))
	refused(t, b.ReplacePrimary(t.Context(), b.asAdmin, b.basic.ID, yamamoto.ID), support.Conflict, "role.primary_already")
	// Nobody closes the profile of a PLA: the contract would have none.
	left := yamamoto
	left.Active = false
	refused(t, b.ChangeContact(t.Context(), b.asAdmin, left), support.Conflict, "contact.is_primary")
}

// guide: R16
func TestCustomerNumbersAreDrawn(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	seen := map[string]bool{}
	for i := range 50 {
		c := b.person(b.aoba.ID, "N", fmt.Sprintf("n%d@aoba.example", i))
		if n, err := support.ParseCustomerNumber(c.Number); err != nil || n != c.Number || seen[n] {
			t.Fatalf("number %q: %v, twice %v", c.Number, err, seen[n])
		}
		seen[c.Number] = true
	}
	own := support.Contact{Account: b.aoba.ID, FamilyName: "Own", Email: "own@aoba.example", Language: "en", Zone: "UTC", Number: b.sato.Number}
	refused(t, b.AddContact(t.Context(), b.asAdmin, &own), support.Invalid, "customer_number.drawn")
	if err := b.AddContact(t.Context(), system, &own); support.CodeOf(err) != support.Conflict {
		t.Errorf("a number was given twice: %v", err)
	}
}

// guide: R03, R12
func TestPeopleAreAddedByWhoMay(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	add := func(by support.Actor, email string) error {
		return b.AddContact(t.Context(), by, &support.Contact{Account: b.aoba.ID, FamilyName: "X", Email: email, Language: "ja", Zone: "Asia/Tokyo"})
	}
	b.ok(add(b.asSuzuki, "a@aoba.example"))
	refused(t, add(b.asSato, "b@aoba.example"), support.NotFound, "account.not_found")
	refused(t, add(b.asPL, "c@aoba.example"), support.NotFound, "account.not_found")
	refused(t, add(b.asIto, "d@aoba.example"), support.Forbidden, "party.forbidden")
	if err := add(b.asSuzuki, "A@aoba.example"); support.CodeOf(err) != support.Conflict {
		t.Errorf("an address was given twice: %v", err)
	}
	for _, email := range []string{"", "x", "x@localhost", "X <x@aoba.example>", "x@aoba.example\r\nBcc: y@z.example"} {
		refused(t, add(b.asSuzuki, email), support.Invalid, "email.form")
	}
	mine := b.sato
	mine.Language = "de"
	b.ok(b.ChangeContact(t.Context(), b.asSato, mine))
	mine.Active = false
	refused(t, b.ChangeContact(t.Context(), b.asSato, mine), support.Forbidden, "contact.active_by_staff")
	refused(t, b.ChangeContact(t.Context(), b.asTanaka, mine), support.NotFound, "contact.not_found")
}

// guide: R14
func TestProductsRegisterByThemselvesUnlessManual(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	c := support.Contract{Account: b.aoba.ID, Number: "F-1", Offering: "fusion_desktop", Products: []string{"fusion"}, Regions: []string{"apj"},
		StartsAt: b.basic.StartsAt, EndsAt: b.basic.EndsAt}
	b.ok(b.AddContract(t.Context(), b.asMori, &c, b.suzuki.ID))
	registered := func() (out []string) {
		p, err := b.store.Parties(t.Context(), everything, b.suzuki.ID)
		b.ok(err)
		for _, r := range p.Registrations {
			out = append(out, r.Product)
		}
		return out
	}
	if got := registered(); !slices.Equal(got, []string{"esx"}) {
		t.Errorf("registered by purchase: %v, want esx alone", got)
	}
	r := support.Registration{Contact: b.suzuki.ID, Product: "fusion", Contract: c.ID}
	refused(t, b.Register(t.Context(), b.asSato, &r), support.NotFound, "contract.not_found")
	b.ok(b.Register(t.Context(), b.asSuzuki, &r))
	if got := registered(); !slices.Contains(got, "fusion") {
		t.Errorf("registered: %v, want fusion too", got)
	}
}

// guide: R06
func TestComplimentarySupportRunsFromRegistration(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-01-31 10:00:00"))
	r := support.Registration{Contact: b.sato.ID, Product: "fusion"}
	err := b.Register(t.Context(), b.asTanaka, &r)
	refused(t, err, support.NotFound, "contact.not_found")
	b.ok(b.Register(t.Context(), b.asSato, &r))
	if want := jst(t, "2027-07-31 10:00:00"); !r.Until.Equal(want) || !r.At.Equal(b.Now()) {
		t.Errorf("support runs from %v to %v, want 18 months to %v", r.At, r.Until, want)
	}
}

// guide: R52, A20
func TestIncidentPacksAreBoughtInSizes(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-01-13 13:00:00"))
	c := support.Contract{Account: b.aoba.ID, Number: "I-1", Offering: "per_incident", Products: []string{"esx"}, Regions: []string{"apj"},
		StartsAt: b.basic.StartsAt, EndsAt: b.basic.EndsAt}
	b.ok(b.AddContract(t.Context(), b.asMori, &c, b.suzuki.ID))
	pack, err := b.AddIncidentPack(t.Context(), b.asMori, c.ID, 1)
	b.ok(err)
	if want := jst(t, "2027-01-13 13:00:00"); !pack.ExpiresAt.Equal(want) || pack.Bought != 1 {
		t.Errorf("pack %+v, want one until %v", pack, want)
	}
	_, err = b.AddIncidentPack(t.Context(), b.asMori, c.ID, 2)
	refused(t, err, support.Invalid, "incident.size")
	_, err = b.AddIncidentPack(t.Context(), b.asMori, b.basic.ID, 1)
	refused(t, err, support.Conflict, "incident.not_in_offering")
	_, err = b.AddIncidentPack(t.Context(), b.asTanaka, c.ID, 1)
	refused(t, err, support.NotFound, "")
	file := func() error {
		f := &support.File{Kind: support.Technical, Channel: support.Portal, Contact: b.suzuki.ID, Contract: c.ID, Product: "esx", Version: "4.0",
			Severity: 4, Title: support.T("How to")}
		_, err := b.Do(t.Context(), b.asSuzuki, 0, f)
		return err
	}
	b.ok(file())
	if err := file(); support.CodeOf(err) != support.NotEntitled {
		t.Errorf("a second request on one incident: %v", err)
	}
}

// guide: R03, R04
func TestLicencesAreOpenedByThePrimary(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	l := support.Licence{Contract: b.basic.ID, Key: "AAAA-BBBB", Product: "esx", Version: "4.0", Units: 20}
	b.ok(b.AddLicence(t.Context(), b.asMori, &l))
	okada := b.person(b.aoba.ID, "Okada", "okada@aoba.example")
	refused(t, b.OpenLicence(t.Context(), b.asSuzuki, l.ID, okada.ID), support.Conflict, "licence.not_secondary")
	b.ok(b.GrantRole(t.Context(), b.asSuzuki, b.basic.ID, okada.ID, support.RoleLicenceSecondary))
	refused(t, b.OpenLicence(t.Context(), b.asPL, l.ID, okada.ID), support.NotFound, "licence.unknown")
	refused(t, b.OpenLicence(t.Context(), customer(okada), l.ID, okada.ID), support.Forbidden, "")
	b.ok(b.OpenLicence(t.Context(), b.asSuzuki, l.ID, okada.ID))
	got, err := b.store.Licence(t.Context(), everything, l.ID)
	b.ok(err)
	if !slices.Contains(got.OpenedTo, okada.ID) {
		t.Errorf("opened to %v, want %d", got.OpenedTo, okada.ID)
	}
}

// Every change of people and papers stands in the audit, in order, without
// anybody's name, address or key.
func TestPartyChangesAreAudited(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	yamamoto := b.person(b.aoba.ID, "Yamamoto", "yamamoto@aoba.example")
	b.ok(b.ReplacePrimary(t.Context(), b.asAdmin, b.basic.ID, yamamoto.ID))
	_ = b.ReplacePrimary(t.Context(), b.asIto, b.basic.ID, b.suzuki.ID) // refused: leaves no trace of a change
	if err := b.store.Number(t.Context()); err != nil {
		t.Fatal(err)
	}
	events, err := b.store.Events(t.Context(), everything, 0, 500)
	b.ok(err)
	events = slices.DeleteFunc(events, func(e store.Event) bool { return e.Subject != "contract" || e.SubjectID != b.basic.ID })
	var kinds []string
	for _, e := range events {
		kinds = append(kinds, e.Fact.Kind())
		for _, word := range []string{"Yamamoto", "aoba.example"} {
			if strings.Contains(string(e.Data), word) {
				t.Errorf("the audit holds %q: %s", word, e.Data)
			}
		}
	}
	if want := []string{"add_contract", "grant_role", "replace_primary"}; !slices.Equal(kinds, want) {
		t.Errorf("audit %v, want %v", kinds, want)
	}
	if last := events[len(events)-1].Fact; last.By != b.asAdmin || !last.At.Equal(b.Now()) {
		t.Errorf("audited as by %v at %v", last.By, last.At)
	}
	b.check()
}

// The table names every act, and every act is in the table.
func TestPartyTableIsWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range PartyPermissions() {
		if seen[p.Act] || len(p.Roles) == 0 {
			t.Errorf("%s stands twice or for nobody", p.Act)
		}
		seen[p.Act] = true
	}
	if mayParty("no_such_act", []support.Role{support.RoleSystem, support.RoleAdmin}) {
		t.Error("an act that is not in the table is permitted")
	}
}
