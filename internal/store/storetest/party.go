package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func (w *world) refuses(code support.Code, key string, fn func(tx *store.Tx) error) {
	w.t.Helper()
	wantCode(w.t, w.s.Update(context.Background(), fn), code, key)
}

func testContacts(w *world) {
	c := w.contacts[0]
	c.Zone, c.SurveySentAt = "Asia/Seoul", monday
	w.update(func(tx *store.Tx) error { return tx.UpdateContact(c) })
	c.SurveySentAt = time.Time{}
	w.update(func(tx *store.Tx) error {
		for _, find := range []func() (support.Contact, error){
			func() (support.Contact, error) { return tx.Contact(c.ID) },
			func() (support.Contact, error) { return tx.ContactByNumber(c.Number) },
		} {
			if got, err := find(); err != nil || got != c {
				w.t.Errorf("got %+v, %v\nwant %+v", got, err, c)
			}
		}
		return nil
	})
	twin := support.Contact{Account: c.Account, Number: support.CustomerNumber("987654321"), Email: "P1@AOBA.example", Active: true}
	w.refuses(support.Conflict, "contact.email_taken", func(tx *store.Tx) error { return tx.AddContact(&twin) })
	twin.Number = c.Number
	w.refuses(support.Conflict, "customer_number.taken", func(tx *store.Tx) error { return tx.AddContact(&twin) })
	w.refuses(support.Conflict, "customer_number.taken", func(tx *store.Tx) error { _, err := tx.NewCustomerNumber(c.Number[:9]); return err })
	w.refuses(support.Invalid, "customer_number.form", func(tx *store.Tx) error { _, err := tx.NewCustomerNumber("012345678"); return err })
	twin.Number, twin.Account = support.CustomerNumber("987654321"), 999
	w.refuses(support.Invalid, "row.unknown_reference", func(tx *store.Tx) error { twin.Email = "x@y"; return tx.AddContact(&twin) })
	w.refuses(support.Invalid, "row.value", func(tx *store.Tx) error {
		return tx.AddContact(&support.Contact{Account: c.Account, Number: twin.Number, PreferredChannel: "fax"})
	})
	w.refuses(support.NotFound, "contact.unknown", func(tx *store.Tx) error { return tx.UpdateContact(support.Contact{ID: 999}) })
	c.Active = false
	w.update(func(tx *store.Tx) error { return tx.UpdateContact(c) })
	twin.Account, twin.Email = c.Account, c.Email
	w.update(func(tx *store.Tx) error { return tx.AddContact(&twin) })
	w.refuses(support.Conflict, "contact.email_taken", func(tx *store.Tx) error { c.Active = true; return tx.UpdateContact(c) })
}

func testStaffAndProducts(w *world) {
	m := support.Staff{
		FamilyName: "Sato", GivenName: "Ken", Email: "sato@vendor.example", Language: "ja", Languages: []string{"ja", "en"}, Skills: []string{"storage"},
		Roles: []support.Role{support.RoleTSE, support.RoleDuty}, Site: "tokyo", Zone: "Asia/Tokyo", Duty: "duty", Active: true,
	}
	w.update(func(tx *store.Tx) error { return tx.AddStaff(&m) })
	w.update(func(tx *store.Tx) error {
		got, err := tx.Staff(m.ID)
		if !reflect.DeepEqual(got, m) {
			w.t.Errorf("got %+v, want %+v", got, m)
		}
		return err
	})
	w.refuses(support.Invalid, "row.value", func(tx *store.Tx) error { bad := m; bad.Duty = "always"; return tx.UpdateStaff(bad) })
	w.refuses(support.Conflict, "staff.email_taken", func(tx *store.Tx) error { twin := m; return tx.AddStaff(&twin) })
	w.refuses(support.NotFound, "staff.unknown", func(tx *store.Tx) error { _, err := tx.Staff(999); return err })
	m.Active = false
	w.update(func(tx *store.Tx) error { return tx.UpdateStaff(m) })
	if all, err := w.s.AllStaff(context.Background()); err != nil || len(all) != 2 {
		w.t.Errorf("all staff: %v, %v", all, err)
	}
	products, err := w.s.Products(context.Background())
	if err != nil || len(products) != 1 || !products[0].Versions[0].ReleasedAt.Equal(monday) {
		w.t.Errorf("products: %+v, %v", products, err)
	}
	w.refuses(support.Conflict, "product.key_taken", func(tx *store.Tx) error { return tx.AddProduct(&support.Product{Key: "hypervisor"}) })
	w.refuses(support.NotFound, "product.unknown", func(tx *store.Tx) error { _, err := tx.Product("none"); return err })
}

// testLastSeat lets many ask for the last seat at the same moment.
//
// guide: R02
func testLastSeat(w *world) {
	const seats = 4
	rivals := crowd()
	w.update(func(tx *store.Tx) error { return w.people(tx, seats-1+rivals) })
	for i := range seats - 1 {
		w.update(func(tx *store.Tx) error {
			return tx.GrantRole(w.contract.ID, w.contacts[i].ID, support.RoleSupportAdmin, seats)
		})
	}
	errs := race(rivals, func(i int) error {
		return w.s.Update(context.Background(), func(tx *store.Tx) error {
			return tx.GrantRole(w.contract.ID, w.contacts[seats-1+i].ID, support.RoleSupportAdmin, seats)
		})
	})
	w.oneWins(errs, "role.cap_reached")
	roles, err := w.s.Roles(context.Background(), everything, w.contract.ID)
	if err != nil || len(roles) != seats+1 {
		w.t.Errorf("%d roles, %v", len(roles), err)
	}
	w.sound()
}

// crowd is how many ask at the same moment: 1,000, fewer in short runs.
func crowd() int {
	if testing.Short() {
		return 100
	}
	return 1000
}

// race starts n closures at the same moment.
func race(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-start
			errs[i] = fn(i)
		}()
	}
	close(start)
	wg.Wait()
	return errs
}

// oneWins fails unless one succeeded and all others got the same refusal.
func (w *world) oneWins(errs []error, key string) {
	w.t.Helper()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantCode(w.t, err, support.Conflict, key)
		if w.t.Failed() {
			break
		}
	}
	if won != 1 {
		w.t.Errorf("%d won", won)
	}
}

// testOnePrimary changes administrators at random, from several sides at once.
//
// guide: R02, R07
func testOnePrimary(w *world) {
	w.update(func(tx *store.Tx) error { return w.people(tx, 5) })
	w.refuses(support.Conflict, "role.one_primary", func(tx *store.Tx) error {
		return tx.GrantRole(w.contract.ID, w.contacts[1].ID, support.RoleLicencePrimary, 0)
	})
	w.refuses(support.Conflict, "role.one_primary", func(tx *store.Tx) error {
		return tx.RevokeRole(w.contract.ID, w.contacts[0].ID, support.RoleLicencePrimary)
	})
	w.refuses(support.Conflict, "role.held", func(tx *store.Tx) error {
		return tx.ReplacePrimary(w.contract.ID, w.contacts[0].ID, w.contacts[0].ID, 0, monday)
	})
	w.refuses(support.Invalid, "contact.unknown", func(tx *store.Tx) error { return tx.ReplacePrimary(w.contract.ID, w.contacts[0].ID, 999, 0, monday) })
	w.oneWins(race(20, func(i int) error {
		return w.s.Update(context.Background(), func(tx *store.Tx) error {
			return tx.ReplacePrimary(w.contract.ID, w.contacts[0].ID, w.contacts[1+i%5].ID, 0, monday)
		})
	}), "role.primary_changed")
	race(8, func(i int) error {
		r := rand.New(rand.NewPCG(1, uint64(i)))
		for range 40 {
			a, b := w.contacts[r.IntN(8)].ID, w.contacts[r.IntN(8)].ID
			role := []support.Role{support.RoleLicencePrimary, support.RoleLicenceSecondary, support.RoleSupportAdmin}[r.IntN(3)]
			op := r.IntN(4)
			err := w.s.Update(context.Background(), func(tx *store.Tx) error {
				switch op {
				case 0:
					return tx.GrantRole(w.contract.ID, a, role, 3)
				case 1:
					return tx.RevokeRole(w.contract.ID, a, role)
				default:
					return tx.ReplacePrimary(w.contract.ID, a, b, 0, monday)
				}
			})
			if err != nil && support.CodeOf(err) == "" {
				w.t.Errorf("not a refusal: %v", err)
			}
			roles, err := w.s.Roles(context.Background(), everything, w.contract.ID)
			primaries := 0
			for _, g := range roles {
				if g.Role == support.RoleLicencePrimary {
					primaries++
				}
			}
			if err != nil || primaries != 1 {
				w.t.Errorf("%d primary licence administrators, %v", primaries, err)
			}
		}
		return nil
	})
	w.sound()
}

func testContracts(w *world) {
	none := support.Contract{Account: w.account.ID, Number: "C-9", StartsAt: monday, EndsAt: monday.AddDate(1, 0, 0)}
	w.refuses(support.Invalid, "contact.unknown", func(tx *store.Tx) error { return tx.AddContract(&none, 999) })
	_, err := w.s.ContractByNumber(context.Background(), everything, "C-9")
	wantCode(w.t, err, support.NotFound, "contract.unknown")
	_, err = w.s.ContractByNumber(context.Background(), customer(w.contacts[2].ID), "C-1")
	wantCode(w.t, err, support.NotFound, "contract.unknown")
	w.refuses(support.Conflict, "contract.number_taken", func(tx *store.Tx) error { c := w.contract; return tx.AddContract(&c, w.contacts[0].ID) })
	w.refuses(support.Invalid, "contract.term", func(tx *store.Tx) error {
		c := w.contract
		c.EndsAt = c.StartsAt
		return tx.AddContract(&c, w.contacts[0].ID)
	})
	w.refuses(support.NotFound, "contract.unknown", func(tx *store.Tx) error { return tx.GrantRole(99, w.contacts[1].ID, support.RoleSupportAdmin, 0) })
	w.refuses(support.Invalid, "row.value", func(tx *store.Tx) error { return tx.GrantRole(w.contract.ID, w.contacts[1].ID, support.RoleWatcher, 0) })
	w.refuses(support.NotFound, "role.not_held", func(tx *store.Tx) error {
		return tx.RevokeRole(w.contract.ID, w.contacts[1].ID, support.RoleSupportAdmin)
	})
	w.refuses(support.Invalid, "row.value", func(tx *store.Tx) error { return tx.SetContractState(w.contract.ID, "lost") })
	w.update(func(tx *store.Tx) error {
		return firstOf(
			tx.GrantRole(w.contract.ID, w.contacts[1].ID, support.RoleSupportAdmin, 1),
			tx.RevokeRole(w.contract.ID, w.contacts[1].ID, support.RoleSupportAdmin),
			tx.GrantRole(w.contract.ID, w.contacts[2].ID, support.RoleSupportAdmin, 1),
			tx.GrantRole(w.contract.ID, w.contacts[1].ID, support.RoleSupportAdmin, 0),
			tx.SetContractState(w.contract.ID, support.ContractSuspended))
	})
	w.refuses(support.Conflict, "role.held", func(tx *store.Tx) error {
		return tx.GrantRole(w.contract.ID, w.contacts[1].ID, support.RoleSupportAdmin, 9)
	})
	got, err := w.s.ContractByNumber(context.Background(), everything, "C-1")
	want := w.contract
	want.State = support.ContractSuspended
	if err != nil || !reflect.DeepEqual(got, want) {
		w.t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
	w.sound()
}

func testParties(w *world) {
	me := w.contacts[0]
	var abroad support.Contract
	var packs []support.IncidentPack
	w.update(func(tx *store.Tx) error {
		other := support.Account{Name: "Partner", Country: "US"}
		if err := firstOf(tx.AddAccount(&other), w.people(tx, 1)); err != nil {
			return err
		}
		abroad = support.Contract{Account: other.ID, Number: "C-US", Offering: "incident", StartsAt: monday, EndsAt: monday.AddDate(1, 0, 0)}
		if err := firstOf(tx.AddContract(&abroad, w.contacts[3].ID), tx.GrantRole(abroad.ID, me.ID, support.RoleSupportAdmin, 1)); err != nil {
			return err
		}
		for _, ends := range []time.Time{{}, monday.AddDate(0, 2, 0), monday.AddDate(0, 1, 0)} {
			p := support.IncidentPack{Contract: abroad.ID, Bought: 3, ExpiresAt: ends}
			if err := tx.AddIncidentPack(&p); err != nil {
				return err
			}
			packs = append(packs, p)
		}
		return tx.AddRegistration(&support.Registration{Contact: me.ID, Account: me.Account, Product: "hypervisor", At: monday, Until: monday.AddDate(0, 0, 30)})
	})
	slices.Reverse(packs)
	got, err := w.s.Parties(context.Background(), customer(me.ID), me.ID)
	if err != nil || got.Contact != me || got.Account != w.account || len(got.Holdings) != 2 || len(got.Products) != 1 {
		w.t.Fatalf("parties: %+v, %v", got, err)
	}
	home, partner := got.Holdings[0], got.Holdings[1]
	if home.Contract.ID != w.contract.ID || !home.Has(support.RoleLicencePrimary) || len(home.Packs) != 0 {
		w.t.Errorf("home: %+v", home)
	}
	if !reflect.DeepEqual(partner.Contract, abroad) || partner.Account.Name != "Partner" || !reflect.DeepEqual(partner.Packs, packs) ||
		!slices.Equal(partner.Roles, []support.Role{support.RoleSupportAdmin}) {
		w.t.Errorf("partner: %+v\nwant packs %+v", partner, packs)
	}
	if len(got.Registrations) != 1 || !got.Registrations[0].Until.Equal(monday.AddDate(0, 0, 30)) || got.Registrations[0].Contract != 0 {
		w.t.Errorf("registrations: %+v", got.Registrations)
	}
	colleague, err := w.s.Parties(context.Background(), everything, w.contacts[1].ID)
	if err != nil || len(colleague.Holdings) != 1 || len(colleague.Holdings[0].Roles) != 0 {
		w.t.Errorf("colleague: %+v, %v", colleague, err)
	}
	w.refuses(support.NotFound, "contract.unknown", func(tx *store.Tx) error {
		return tx.AddIncidentPack(&support.IncidentPack{Contract: 99, Bought: 1})
	})
	w.refuses(support.Invalid, "row.value", func(tx *store.Tx) error {
		return tx.AddIncidentPack(&support.IncidentPack{Contract: abroad.ID, Bought: 0})
	})
}

// testWhoSeesParties asks the reads of the customer's papers.
//
// guide: R04, R16
func testWhoSeesParties(w *world) {
	var key, closed support.Licence
	w.update(func(tx *store.Tx) error {
		if err := w.people(tx, 1); err != nil {
			return err
		}
		key = support.Licence{Contract: w.contract.ID, Key: "AAAA", Product: "hypervisor", Version: "4.0", Units: 20}
		closed = support.Licence{Contract: w.contract.ID, Key: "BBBB", Product: "hypervisor", Version: "4.0", Units: 4}
		return firstOf(
			tx.AddLicence(&key), tx.AddLicence(&closed),
			tx.GrantRole(w.contract.ID, w.contacts[1].ID, support.RoleLicenceSecondary, 0),
			tx.GrantRole(w.contract.ID, w.contacts[2].ID, support.RoleSupportAdmin, 0),
			tx.OpenLicence(key.ID, w.contacts[1].ID), tx.OpenLicence(key.ID, w.contacts[1].ID))
	})
	ctx := context.Background()
	for i, want := range []string{"xxxx2", "xxx.1", "xx..0", "....0"} {
		v := customer(w.contacts[i].ID)
		var got string
		for _, err := range []error{
			second(w.s.Contract(ctx, v, w.contract.ID)), second(w.s.Roles(ctx, v, w.contract.ID)),
			second(w.s.Licence(ctx, v, key.ID)), second(w.s.Licence(ctx, v, closed.ID)),
		} {
			yes, err := seen(err)
			if err != nil {
				w.t.Fatal(err)
			}
			got += map[bool]string{true: "x", false: "."}[yes]
		}
		keys, err := w.s.LicencesOf(ctx, v, w.contract.ID)
		if got += fmt.Sprint(len(keys)); got != want || err != nil {
			w.t.Errorf("contact %d sees %s, %v, want %s", i, got, err, want)
		}
	}
	colleague, err := w.s.Contact(ctx, customer(w.contacts[1].ID), w.contacts[0].ID)
	if err != nil || colleague.Email == "" || colleague.Number != "" || colleague.Phone != "" {
		w.t.Errorf("a colleague is shown as %+v, %v", colleague, err)
	}
	for _, err := range []error{
		second(w.s.Contact(ctx, customer(w.contacts[3].ID), w.contacts[0].ID)),
		second(w.s.ContactByNumber(ctx, customer(w.contacts[1].ID), w.contacts[0].Number)),
		second(w.s.Parties(ctx, customer(w.contacts[1].ID), w.contacts[0].ID)),
		second(w.s.Contact(ctx, store.Viewer{}, w.contacts[0].ID)),
	} {
		wantCode(w.t, err, support.NotFound, "contact.unknown")
	}
	w.update(func(tx *store.Tx) error {
		return tx.RevokeRole(w.contract.ID, w.contacts[1].ID, support.RoleLicenceSecondary)
	})
	if got, err := w.s.Licence(ctx, everything, key.ID); err != nil || len(got.OpenedTo) != 0 {
		w.t.Errorf("the key stays open to %v, %v", got.OpenedTo, err)
	}
	_, err = w.s.Licence(ctx, customer(w.contacts[1].ID), key.ID)
	wantCode(w.t, err, support.NotFound, "licence.unknown")
	w.refuses(support.Conflict, "licence.key_taken", func(tx *store.Tx) error { twin := key; return tx.AddLicence(&twin) })
}

func second[T any](_ T, err error) error { return err }
