package storetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// testViews keeps views apart by their keeper and team, and so many of them.
func testViews(w *world) {
	ctx := context.Background()
	other := w.staff
	other.ID, other.Email = 0, "other@desk.example"
	w.update(func(tx *store.Tx) error { return tx.AddStaff(&other) })
	named := func(staff int64, teams ...string) []string {
		w.t.Helper()
		list, err := w.s.Views(ctx, staff, teams)
		if err != nil {
			w.t.Fatal(err)
		}
		var out []string
		for _, v := range list {
			if v.ByOther != (v.Staff != staff) || !v.MadeAt.Equal(real) {
				w.t.Errorf("%+v", v)
			}
			out = append(out, v.Name+" "+v.Query)
		}
		return out
	}
	own := store.View{Staff: w.staff.ID, Name: "b", Query: "severity=1", MadeAt: real}
	team := store.View{Staff: w.staff.ID, Team: "licence", Name: "a", Query: "", MadeAt: real}
	w.update(func(tx *store.Tx) error {
		if err := tx.AddView(&own); err != nil {
			return err
		}
		return tx.AddView(&team)
	})
	for _, c := range []struct {
		staff int64
		teams []string
		want  []string
	}{
		{w.staff.ID, nil, []string{"a ", "b severity=1"}},
		{other.ID, []string{"licence"}, []string{"a "}},
		{other.ID, []string{"technical", ""}, nil},
	} {
		if got := named(c.staff, c.teams...); !slices.Equal(got, c.want) {
			w.t.Errorf("%d of %q sees %q, want %q", c.staff, c.teams, got, c.want)
		}
	}
	own.Name = "c"
	w.update(func(tx *store.Tx) error { return tx.ChangeView(own) })
	own.Staff = other.ID
	wantCode(w.t, w.s.Update(ctx, func(tx *store.Tx) error { return tx.ChangeView(own) }), support.NotFound, "view.unknown")
	wantCode(w.t, w.s.Update(ctx, func(tx *store.Tx) error { return tx.DropView(other.ID, team.ID) }), support.NotFound, "view.unknown")
	w.update(func(tx *store.Tx) error { return tx.DropView(w.staff.ID, team.ID) })
	if got := named(w.staff.ID, "licence"); !slices.Equal(got, []string{"c severity=1"}) {
		w.t.Errorf("left are %q", got)
	}
	for i := range store.MostViews {
		err := w.s.Update(ctx, func(tx *store.Tx) error {
			return tx.AddView(&store.View{Staff: w.staff.ID, Name: fmt.Sprint(i), MadeAt: real})
		})
		if i < store.MostViews-1 && err != nil {
			w.t.Fatal(err)
		}
		if i == store.MostViews-1 {
			wantCode(w.t, err, support.Conflict, "view.many")
		}
	}
}

// testPresence: who looks and who writes is told to other staff who see the
// request, while it lasts, and to nobody else (UX-20).
func testPresence(w *world) {
	ctx := context.Background()
	other := w.staff
	other.ID, other.Email, other.FamilyName = 0, "third@desk.example", "Third"
	w.update(func(tx *store.Tx) error { return tx.AddStaff(&other) })
	row := w.file(nil)
	me := store.Viewer{Actor: support.Actor{Kind: support.Vendor, ID: w.staff.ID}, Roles: w.staff.Roles}
	is := func(v store.Viewer, at time.Time, want string) {
		w.t.Helper()
		list, err := w.s.Present(ctx, v, row.ID, at)
		got := ""
		for _, p := range list {
			got += fmt.Sprintf("%s %v;", p.FamilyName, p.Writes)
		}
		if err != nil || got != want {
			w.t.Errorf("%v sees %q (%v), want %q", v.Actor, got, err, want)
		}
	}
	be := func(staff int64, tab string, writing bool, at time.Time) {
		w.update(func(tx *store.Tx) error { return tx.BePresent(row.ID, staff, tab, writing, at) })
	}
	be(w.staff.ID, "a", false, real)
	is(me, real, "") // not themself
	be(other.ID, "a", false, real)
	is(me, real, "Third false;")
	be(other.ID, "b", true, real)
	be(other.ID, "b", false, real.Add(time.Second)) // looking on ends no writing
	is(me, real.Add(time.Second), "Third true;")
	is(me, real.Add(store.WritesFor), "Third false;")
	is(me, real.Add(store.PresentFor+2*time.Second), "")
	is(store.Viewer{Actor: support.Actor{Kind: support.Customer, ID: w.contacts[0].ID}}, real, "")
	for _, tab := range []string{"a", "b"} {
		w.update(func(tx *store.Tx) error { return tx.BeAbsent(row.ID, other.ID, tab) })
	}
	is(me, real, "")
	be(other.ID, "z", true, real.Add(time.Hour)) // leaves a row
}
