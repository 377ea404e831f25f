// Package storetest is the suite that every engine under [store.Store] must
// pass: [Run] is called once for each. It knows no engine and no SQL; what it
// needs to break, the caller breaks for it.
//
// Data layout: each test opens a database of its own and fills it with a small
// world: one account, its contacts, a contract on which the first is primary
// licence administrator, one member of staff.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"madoguchi/internal/support"

	"madoguchi/internal/store"
)

// monday is the desk's instant of all tests: Mon 8 Jun 2026 09:30 in Tokyo.
var monday = time.Date(2026, 6, 8, 0, 30, 0, 0, time.UTC)

var clockwork = support.Actor{Kind: support.System}

func customer(id int64) store.Viewer {
	return store.Viewer{Actor: support.Actor{Kind: support.Customer, ID: id}}
}

func staffed(id int64, roles ...support.Role) store.Viewer {
	return store.Viewer{Actor: support.Actor{Kind: support.Vendor, ID: id}, Roles: roles}
}

var everything = store.Viewer{Actor: clockwork}

// world is a filled database.
type world struct {
	t        *testing.T
	s        *store.Store
	gapless  bool
	account  support.Account
	contacts []support.Contact // the first is primary licence administrator
	staff    support.Staff
	contract support.Contract
}

func fill(t *testing.T, s *store.Store) *world {
	t.Helper()
	w := &world{t: t, s: s}
	w.update(func(tx *store.Tx) error {
		w.account = support.Account{Name: "Aoba", Country: "JP"}
		w.staff = support.Staff{FamilyName: "Mori", GivenName: "Aki", Email: "mori@vendor.example", Roles: []support.Role{support.RoleTSE}, Active: true}
		err := errors.Join(tx.AddAccount(&w.account), tx.AddStaff(&w.staff),
			tx.AddProduct(&support.Product{Key: "hypervisor", Name: "Hypervisor", Versions: []support.Version{{Name: "4.0", ReleasedAt: monday}}}))
		if err != nil {
			return err
		}
		return w.people(tx, 3)
	})
	w.contract = w.newContract(w.account.ID, "C-1", w.contacts[0].ID)
	return w
}

// people adds contacts to the world's account.
func (w *world) people(tx *store.Tx, n int) error {
	for range n {
		i := len(w.contacts) + 1
		number, err := tx.NewCustomerNumber(fmt.Sprint(100_000_000 + i))
		if err != nil {
			return err
		}
		c := support.Contact{
			Account: w.account.ID, Number: number, FamilyName: "Yamamoto", GivenName: fmt.Sprint(i), Email: fmt.Sprintf("p%d@aoba.example", i),
			Phone: "+81 3", Language: "ja", Zone: "Asia/Tokyo", PreferredChannel: support.Mail, Active: true,
		}
		if err := tx.AddContact(&c); err != nil {
			return err
		}
		w.contacts = append(w.contacts, c)
	}
	return nil
}

func (w *world) newContract(account int64, number string, primary int64) support.Contract {
	w.t.Helper()
	c := support.Contract{
		Account: account, Number: number, Offering: "production", Products: []string{"hypervisor"}, Regions: []string{"jp"},
		StartsAt: monday.AddDate(-1, 0, 0), EndsAt: monday.AddDate(1, 0, 0),
	}
	w.update(func(tx *store.Tx) error { return tx.AddContract(&c, primary) })
	return c
}

// update runs fn and fails the test when it fails.
func (w *world) update(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.s.Update(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// numbered waits until all events have their position in the feed.
func (w *world) numbered() {
	w.t.Helper()
	if err := w.s.Number(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// filing are the facts and the row of a new request.
func (w *world) filing(id int64) ([]support.Fact, support.Row) {
	contact := w.contacts[0].ID
	by := support.Actor{Kind: support.Customer, ID: contact}
	filed := support.Filed{
		Kind: support.Technical, Channel: support.Portal, Contact: contact, Account: w.account.ID, Contract: w.contract.ID,
		Product: "hypervisor", Severity: 2, Language: "ja",
	}
	facts := []support.Fact{
		{Seq: 1, At: monday, By: by, Body: filed},
		{Seq: 2, At: monday, By: clockwork, Body: support.Queued{Queue: "technical"}},
	}
	return facts, support.Row{
		ID: id, Seq: 2, Kind: filed.Kind, Stage: support.StageOpened, Account: filed.Account, Contact: contact, Contract: filed.Contract,
		Product: filed.Product, Language: "ja", Severity: 2, Turn: support.TurnSupport, Queue: "technical", Priority: 2,
		QueuedSince: monday, FiledAt: monday, ChangedAt: monday,
	}
}

// file files a request; shape may change its facts and its row first.
func (w *world) file(shape func(facts []support.Fact, row *support.Row) []support.Fact) support.Row {
	w.t.Helper()
	var row support.Row
	w.update(func(tx *store.Tx) (err error) {
		row, err = w.fileIn(tx, shape, nil)
		return err
	})
	return row
}

func (w *world) fileIn(tx *store.Tx, shape func(facts []support.Fact, row *support.Row) []support.Fact, effects []support.Effect) (support.Row, error) {
	id, err := tx.NewRequestID()
	if err != nil {
		return support.Row{}, err
	}
	facts, row := w.filing(id)
	if shape != nil {
		facts = shape(facts, &row)
		row.Seq = facts[len(facts)-1].Seq
	}
	return row, tx.Append(support.Row{}, facts, row, effects)
}

// more appends one fact to a request.
func (w *world) more(row *support.Row, body support.Body, effects ...support.Effect) error {
	return w.s.Update(context.Background(), func(tx *store.Tx) error {
		next := *row
		next.Seq++
		f := support.Fact{Seq: next.Seq, At: monday.Add(time.Duration(next.Seq) * time.Second), By: clockwork, Body: body}
		next.ChangedAt = f.At
		was, err := tx.Request(row.ID) // the caller has changed theirs
		if err != nil {
			return err
		}
		was.Seq = row.Seq
		if err := tx.Append(was, []support.Fact{f}, next, effects); err != nil {
			return err
		}
		*row = next
		return nil
	})
}

// sound fails the test when the check finds anything.
func (w *world) sound() {
	w.t.Helper()
	found, err := w.s.Check(context.Background(), store.CheckOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range found {
		w.t.Errorf("check: %s", p)
	}
}

func wantCode(t *testing.T, err error, code support.Code, key string) {
	t.Helper()
	var e *support.Error
	if !errors.As(err, &e) || e.Code != code || e.Key != key {
		t.Errorf("got %v, want %s %s", err, code, key)
	}
}
