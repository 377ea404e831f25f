package storetest

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Exceptions come with the parties of their account, and are revoked once.
func testExceptions(w *world) {
	x := support.Exception{
		Account: w.account.ID, Contact: w.contacts[0].ID, Product: "hypervisor", Offering: "basic", From: 1, To: 4, GrantedBy: w.staff.ID,
		Reason: support.Text{ID: 7, SHA256: "aa"}, At: monday, EndsAt: monday.Add(time.Hour),
	}
	w.update(func(tx *store.Tx) error { return tx.AddException(&x) })
	p, err := w.s.Parties(context.Background(), everything, w.contacts[1].ID)
	if err != nil || len(p.Exceptions) != 1 || p.Exceptions[0] != x {
		w.t.Errorf("got %+v, %v\nwant %+v", p.Exceptions, err, x)
	}
	list, err := w.s.Exceptions(context.Background(), staffed(w.staff.ID), 0)
	if err != nil || len(list) != 1 {
		w.t.Errorf("list %+v, %v", list, err)
	}
	revoke := func(at time.Time) func(tx *store.Tx) error {
		return func(tx *store.Tx) error { _, err := tx.RevokeException(x.ID, at); return err }
	}
	w.refuses(support.Conflict, "exception.over", revoke(x.EndsAt))
	w.update(revoke(x.EndsAt.Add(-time.Microsecond)))
	w.refuses(support.Conflict, "exception.over", revoke(monday))
	w.sound()
}
