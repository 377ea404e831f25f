package support

import (
	"cmp"
	"slices"
	"time"
)

// Shift is one row of a team's rota: who is on duty from when to when, and in
// which order they are called. To is exclusive.
type Shift struct {
	ID       int64
	Team     string // of the pack
	Staff    int64
	From, To time.Time
	// Order is 1 for the person who is called first.
	Order int
}

// Absence is a time in which a member of staff is called for nothing and given
// nothing. To is exclusive.
type Absence struct {
	ID       int64
	Staff    int64
	From, To time.Time
}

// Span is a time, its end exclusive.
type Span struct{ From, To time.Time }

// Overlap is a time in which two people stand in the same place of a rota.
type Overlap struct {
	Span
	Order int
	Staff []int64 // the two, in the order of their shifts
}

// OnDuty are those who are on duty at an instant, first the one who is called
// first. Who is absent is left out; of two in the same place the one whose shift
// began earlier comes first.
func OnDuty(shifts []Shift, absences []Absence, at time.Time) []int64 {
	var on []Shift
	for _, s := range shifts {
		if within(at, s.From, s.To) && !Absent(absences, s.Staff, at) {
			on = append(on, s)
		}
	}
	slices.SortStableFunc(on, func(a, b Shift) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), a.From.Compare(b.From), cmp.Compare(a.ID, b.ID))
	})
	var out []int64
	for _, s := range on {
		if !slices.Contains(out, s.Staff) {
			out = append(out, s.Staff)
		}
	}
	return out
}

// Absent tells whether a member of staff is away at an instant.
func Absent(absences []Absence, staff int64, at time.Time) bool {
	return slices.ContainsFunc(absences, func(a Absence) bool { return a.Staff == staff && within(at, a.From, a.To) })
}

func within(at, from, to time.Time) bool { return !at.Before(from) && at.Before(to) }

// Gaps are the times between two instants in which nobody is on duty.
func Gaps(shifts []Shift, from, to time.Time) []Span {
	sorted := slices.Clone(shifts)
	slices.SortFunc(sorted, func(a, b Shift) int { return a.From.Compare(b.From) })
	var out []Span
	covered := from
	for _, s := range sorted {
		if !s.From.Before(to) {
			break
		}
		if s.From.After(covered) {
			out = append(out, Span{covered, s.From})
		}
		covered = latest(covered, s.To)
	}
	if covered.Before(to) {
		out = append(out, Span{covered, to})
	}
	return out
}

// Overlaps are the times in which two people stand in the same place, by their
// beginning. A backup stands in another place and is none.
func Overlaps(shifts []Shift) []Overlap {
	sorted := slices.Clone(shifts)
	slices.SortFunc(sorted, func(a, b Shift) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ID, b.ID)) })
	var out []Overlap
	for i, a := range sorted {
		for _, b := range sorted[i+1:] {
			if a.Order == b.Order && b.From.Before(a.To) {
				out = append(out, Overlap{Span{b.From, earliest(a.To, b.To)}, a.Order, []int64{a.Staff, b.Staff}})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Overlap) int { return a.From.Compare(b.From) })
	return out
}
