package storetest

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// testRota reads shifts and absences at and around their edges.
func testRota(w *world) {
	ctx := context.Background()
	first := support.Shift{Team: "technical", Staff: w.staff.ID, From: monday, To: monday.Add(8 * time.Hour), Order: 1}
	second := support.Shift{Team: "technical", Staff: w.staff.ID, From: monday.Add(8 * time.Hour), To: monday.Add(9 * time.Hour), Order: 2}
	other := support.Shift{Team: "duty", Staff: w.staff.ID, From: monday, To: monday.Add(time.Hour), Order: 1}
	away := support.Absence{Staff: w.staff.ID, From: monday, To: monday.Add(time.Hour)}
	w.update(func(tx *store.Tx) error {
		for _, s := range []*support.Shift{&first, &second, &other} {
			if err := tx.AddShift(s); err != nil {
				return err
			}
		}
		return tx.AddAbsence(&away)
	})
	for _, c := range []struct {
		at       time.Time
		shift    int64
		absences int
	}{
		{monday.Add(-time.Microsecond), 0, 0},
		{monday, first.ID, 1},
		{monday.Add(time.Hour - time.Microsecond), first.ID, 1},
		{monday.Add(time.Hour), first.ID, 0},
		{monday.Add(8*time.Hour - time.Microsecond), first.ID, 0},
		{monday.Add(8 * time.Hour), second.ID, 0},
		{monday.Add(9 * time.Hour), 0, 0},
	} {
		shifts, absences := w.callable(c.at)
		if len(absences) != c.absences || (c.shift == 0) != (len(shifts) == 0) || c.shift != 0 && (len(shifts) != 1 || shifts[0].ID != c.shift) {
			w.t.Errorf("at %s: %+v, %+v", c.at, shifts, absences)
		}
	}
	if got, err := w.s.Shifts(ctx, "technical", monday.Add(8*time.Hour), monday.Add(24*time.Hour)); err != nil || len(got) != 1 || got[0] != second {
		w.t.Errorf("shifts from 08:00 on: %+v, %v", got, err)
	}
	if got, err := w.s.Absences(ctx, monday, monday.Add(time.Microsecond)); err != nil || len(got) != 1 || got[0] != away {
		w.t.Errorf("absences: %+v, %v", got, err)
	}
	w.refuses(support.Invalid, "row.value", func(tx *store.Tx) error {
		return tx.AddShift(&support.Shift{Team: "technical", Staff: w.staff.ID, From: monday, To: monday, Order: 1})
	})
	w.refuses(support.Invalid, "row.unknown_reference", func(tx *store.Tx) error {
		return tx.AddAbsence(&support.Absence{Staff: 999, From: monday, To: monday.Add(time.Hour)})
	})
	w.refuses(support.NotFound, "rota.shift_unknown", func(tx *store.Tx) error { return tx.RemoveShift("duty", first.ID) })
	w.refuses(support.NotFound, "rota.absence_unknown", func(tx *store.Tx) error { return tx.RemoveAbsence(999, away.ID) })
	w.update(func(tx *store.Tx) error {
		if err := tx.RemoveShift("technical", first.ID); err != nil {
			return err
		}
		return tx.RemoveAbsence(w.staff.ID, away.ID)
	})
	if shifts, absences := w.callable(monday); len(shifts) != 0 || len(absences) != 0 {
		w.t.Errorf("after removing: %+v, %+v", shifts, absences)
	}
}

// callable reads the shifts of a team and the absences of those who may be called,
// as they stand in the roster of everybody, too.
func (w *world) callable(at time.Time) (shifts []support.Shift, absences []support.Absence) {
	w.t.Helper()
	w.update(func(tx *store.Tx) error {
		r, err := tx.RosterAt(at, false, "technical", "licence")
		if err != nil {
			return err
		}
		everybody, err := tx.RosterAt(at, true, "technical", "licence")
		if !slices.ContainsFunc(everybody.Staff, func(s support.Staff) bool { return s.ID == w.staff.ID }) ||
			!slices.Equal(r.Shifts, everybody.Shifts) || len(r.Staff) > len(everybody.Staff) {
			w.t.Errorf("at %s: those who may be called are %+v, all %+v", at, r, everybody)
		}
		shifts, absences = r.Of("technical"), r.Absences
		return err
	})
	return shifts, absences
}
