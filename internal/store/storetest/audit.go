package storetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// testAuditRead reads what happened to other nouns than requests: page by page without
// a gap where many happened at one instant, narrowed, and nothing of what the
// reader does not see (A13).
func testAuditRead(w *world) {
	ctx := context.Background()
	w.file(nil)
	by := support.Actor{Kind: support.Vendor, ID: w.staff.ID}
	audit := func(subject string, id int64, by support.Actor, at time.Time, kind string) {
		w.t.Helper()
		w.update(func(tx *store.Tx) error { return tx.Audit(subject, id, by, at, kind, map[string]any{"id": id}) })
	}
	for i := range 3 {
		audit("contact", w.contacts[i].ID, by, monday, "change_contact")
	}
	audit("contact", w.contacts[0].ID, clockwork, monday, "address_bounced")
	audit("account", w.account.ID, by, monday.Add(time.Hour), "restrict_account")
	audit("product", 1, by, monday.Add(2*time.Hour), "add_product")
	read := func(v store.Viewer, a store.Audited) (out []string) {
		w.t.Helper()
		for range 20 {
			list, next, err := w.s.Audit(ctx, v, a)
			if err != nil {
				w.t.Fatal(err)
			}
			for _, e := range list {
				out = append(out, fmt.Sprintf("%s %d %s", e.Subject, e.SubjectID, e.Fact.Kind()))
			}
			if a.After = next; next == "" {
				return out
			}
		}
		w.t.Fatal("the pages do not end")
		return nil
	}
	c := func(i int, kind string) string { return fmt.Sprintf("contact %d %s", w.contacts[i].ID, kind) }
	account := fmt.Sprintf("account %d restrict_account", w.account.ID)
	all := []string{"product 1 add_product", account, c(2, "change_contact"), c(1, "change_contact"), c(0, "address_bounced"), c(0, "change_contact")}
	for _, x := range []struct {
		name string
		v    store.Viewer
		a    store.Audited
		want []string
	}{
		{"all", everything, store.Audited{}, all},
		{"by twos", everything, store.Audited{Limit: 2}, all},
		{"by one", staffed(w.staff.ID), store.Audited{Limit: 1}, all},
		{"a noun", everything, store.Audited{Subject: "product"}, all[:1]},
		{"one of a noun", everything, store.Audited{Subject: "contact", ID: w.contacts[0].ID, Limit: 1}, all[4:]},
		{"a person", everything, store.Audited{Actor: clockwork}, all[4:5]},
		{"a period", everything, store.Audited{From: monday.Add(time.Hour), To: monday.Add(2 * time.Hour)}, all[1:2]},
		{"a customer", customer(w.contacts[0].ID), store.Audited{}, nil},
	} {
		if got := read(x.v, x.a); !slices.Equal(got, x.want) {
			w.t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
	w.update(func(tx *store.Tx) error { return tx.RestrictAccount(w.account.ID, true, nil) })
	if got := read(staffed(w.staff.ID), store.Audited{}); !slices.Equal(got, all[:1]) {
		w.t.Errorf("of a restricted account others read %q", got)
	}
	if got := read(staffed(w.staff.ID, support.RoleAdmin), store.Audited{}); !slices.Equal(got, all) {
		w.t.Errorf("of a restricted account administrators read %q", got)
	}
	_, _, err := w.s.Audit(ctx, everything, store.Audited{After: "x"})
	wantCode(w.t, err, support.Invalid, "list.cursor")
}

// testKept changes a contract, whose new end is told anew, notes the use of a token
// once an hour, and lists accounts that are kept to named staff.
func testKept(w *world) {
	ctx := context.Background()
	c := w.contract
	c.EndsAt, c.Regions, c.Products = c.EndsAt.AddDate(1, 0, 0), []string{"apj"}, []string{"hypervisor"}
	w.update(func(tx *store.Tx) error { return tx.ChangeContract(c) })
	if got, err := w.s.Contract(ctx, everything, c.ID); err != nil || !got.EndsAt.Equal(c.EndsAt) || !slices.Equal(got.Regions, c.Regions) {
		w.t.Errorf("%+v, %v", got, err)
	}
	c.EndsAt = c.StartsAt
	wantCode(w.t, w.s.Update(ctx, func(tx *store.Tx) error { return tx.ChangeContract(c) }), support.Invalid, "contract.term")
	token := store.Token{Name: "t", SHA256: "x", Actor: clockwork, CreatedAt: real}
	w.update(func(tx *store.Tx) error { return tx.AddToken(&token) })
	for _, x := range []struct{ at, want time.Time }{{real, real}, {real.Add(time.Minute), real}, {real.Add(time.Hour), real.Add(time.Hour)}} {
		w.update(func(tx *store.Tx) error { return tx.TokenUsed(token.ID, x.at) })
		if got, err := w.s.CallerByHash(ctx, "x"); err != nil || !got.UsedAt.Equal(x.want) {
			w.t.Errorf("used %s, %v, want %s", got.UsedAt, err, x.want)
		}
	}
	w.update(func(tx *store.Tx) error { return tx.RestrictAccount(w.account.ID, true, []int64{w.staff.ID}) })
	for _, x := range []struct {
		v    store.Viewer
		want int
	}{{everything, 1}, {staffed(w.staff.ID), 1}, {staffed(w.staff.ID + 1), 0}, {customer(w.contacts[0].ID), 0}} {
		list, err := w.s.RestrictedAccounts(ctx, x.v, 0, 10)
		if err != nil || len(list) != x.want || x.want == 1 && !slices.Equal(list[0].Staff, []int64{w.staff.ID}) {
			w.t.Errorf("%+v sees %+v, %v", x.v, list, err)
		}
	}
}
