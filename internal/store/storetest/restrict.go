package storetest

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// A restricted request is there for the named, and for who broke the glass
// before its end; the store says who did, and who looked.
func testRestrict(w *world) {
	ctx, row := context.Background(), w.file(nil)
	people := []support.Staff{{Email: "a@x", Zone: "UTC", Active: true}, {Email: "b@x", Zone: "UTC", Active: true}}
	w.update(func(tx *store.Tx) error {
		for i := range people {
			if err := tx.AddStaff(&people[i]); err != nil {
				return err
			}
		}
		return nil
	})
	sees := func(i int, at time.Time) (one bool, listed int) {
		w.t.Helper()
		v := store.Viewer{Actor: support.Actor{Kind: support.Vendor, ID: people[i].ID}, At: at}
		one, err := w.s.Sees(ctx, v, row.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		if listed, _, err = w.s.Count(ctx, v, store.Filter{Order: store.ByChanged}, 0); err != nil {
			w.t.Fatal(err)
		}
		return one, listed
	}
	want := func(what string, i int, at time.Time, one bool, listed int) {
		w.t.Helper()
		if o, l := sees(i, at); o != one || l != listed {
			w.t.Errorf("%s: sees it %v, lists %d; want %v, %d", what, o, l, one, listed)
		}
	}
	row.Restricted = true
	if err := w.more(&row, support.Restricted{Staff: []int64{people[0].ID}}); err != nil {
		w.t.Fatal(err)
	}
	want("named", 0, monday, true, 1)
	want("other", 1, monday, false, 0)
	until := monday.Add(time.Hour)
	broken := support.Fact{
		Seq: row.Seq + 1, At: monday.Add(time.Minute), By: support.Actor{Kind: support.Vendor, ID: people[1].ID}, Body: support.GlassBroken{Until: until},
	}
	w.update(func(tx *store.Tx) error {
		was := row
		row.Seq++
		if err := tx.Append(was, []support.Fact{broken}, row, nil); err != nil {
			return err
		}
		return tx.RecordRead(row.ID, broken.By, monday)
	})
	want("glass", 1, until.Add(-time.Microsecond), true, 0)
	want("glass at its end", 1, until, false, 0)
	want("glass without a clock", 1, time.Time{}, false, 0)
	glasses, err := w.s.Glasses(ctx, 0)
	if err != nil || len(glasses) != 1 || glasses[0].Staff != people[1].ID || !glasses[0].Until.Equal(until) {
		w.t.Errorf("glasses %+v, %v", glasses, err)
	}
	reads, err := w.s.Reads(ctx, everything, row.ID, 0)
	if err != nil || len(reads) != 1 || reads[0].Staff != people[1].ID {
		w.t.Errorf("reads %+v, %v", reads, err)
	}
	w.update(func(tx *store.Tx) error { return tx.RestrictAccount(w.account.ID, true, []int64{people[1].ID}) })
	want("named on the request, not on the account", 0, monday, false, 0)
	row.Restricted = false
	if err := w.more(&row, support.RestrictionLifted{}); err != nil {
		w.t.Fatal(err)
	}
	want("named on the account", 1, monday, true, 1)
	w.sound()
}
