package support_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/support"
)

func shift(id, staff int64, order int, from, to time.Time) support.Shift {
	return support.Shift{ID: id, Team: "technical", Staff: staff, From: from, To: to, Order: order}
}

// TestOnDuty: from the first instant of a shift to just before its last one, in
// the order in which they are called, without those who are away.
func TestOnDuty(t *testing.T) {
	t.Parallel()
	day := at(t, "2026-06-06 00:00")
	h := func(n int) time.Time { return day.Add(time.Duration(n) * time.Hour) }
	shifts := []support.Shift{shift(1, 5, 2, h(0), h(12)), shift(2, 3, 1, h(0), h(8)), shift(3, 4, 1, h(8), h(12)), shift(4, 3, 3, h(0), h(12))}
	away := []support.Absence{{Staff: 4, From: h(9), To: h(10)}}
	for _, c := range []struct {
		at   time.Time
		want []int64
	}{
		{h(0).Add(-support.Micro), nil},
		{h(0), []int64{3, 5}},
		{h(8).Add(-support.Micro), []int64{3, 5}},
		{h(8), []int64{4, 5, 3}},
		{h(9).Add(-support.Micro), []int64{4, 5, 3}},
		{h(9), []int64{5, 3}},
		{h(10), []int64{4, 5, 3}},
		{h(12), nil},
	} {
		if got := support.OnDuty(shifts, away, c.at); !slices.Equal(got, c.want) {
			t.Errorf("at %s: %v, want %v", c.at, got, c.want)
		}
	}
}

// TestGapsAndOverlaps: a hole of the rota is told, and two people in one place;
// a backup is neither.
func TestGapsAndOverlaps(t *testing.T) {
	t.Parallel()
	day := at(t, "2026-06-06 00:00")
	h := func(n int) time.Time { return day.Add(time.Duration(n) * time.Hour) }
	shifts := []support.Shift{shift(1, 3, 1, h(2), h(8)), shift(2, 4, 1, h(7), h(10)), shift(3, 5, 2, h(2), h(9)), shift(4, 3, 1, h(12), h(30))}
	if got, want := support.Gaps(shifts, h(0), h(24)), []support.Span{{From: h(0), To: h(2)}, {From: h(10), To: h(12)}}; !reflect.DeepEqual(got, want) {
		t.Errorf("gaps %v", got)
	}
	if got := support.Gaps(nil, h(0), h(1)); len(got) != 1 || got[0] != (support.Span{From: h(0), To: h(1)}) {
		t.Errorf("an empty rota has the gaps %v", got)
	}
	want := []support.Overlap{{Span: support.Span{From: h(7), To: h(8)}, Order: 1, Staff: []int64{3, 4}}}
	if got := support.Overlaps(shifts); !reflect.DeepEqual(got, want) {
		t.Errorf("overlaps %v", got)
	}
}

// TestGapsAreWhereNobodyIs holds both answers against each other at instants
// near the edges of any rota.
func TestGapsAreWhereNobodyIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := time.Date(2026, 6, 6, 0, 0, 0, 0, time.UTC)
		at := func(name string) time.Time {
			return day.Add(time.Duration(rapid.IntRange(0, 24).Draw(t, name)) * time.Hour)
		}
		var shifts []support.Shift
		for i := range rapid.IntRange(0, 6).Draw(t, "shifts") {
			from := at("from")
			shifts = append(shifts, shift(int64(i+1), rapid.Int64Range(1, 4).Draw(t, "staff"), rapid.IntRange(1, 3).Draw(t, "order"),
				from, from.Add(time.Duration(rapid.IntRange(1, 9).Draw(t, "hours"))*time.Hour)))
		}
		gaps := support.Gaps(shifts, day, day.Add(24*time.Hour))
		for range 8 {
			look := at("look").Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "edge")) * support.Micro)
			if look.Before(day) || !look.Before(day.Add(24*time.Hour)) {
				continue
			}
			inGap := slices.ContainsFunc(gaps, func(g support.Span) bool { return !look.Before(g.From) && look.Before(g.To) })
			if nobody := len(support.OnDuty(shifts, nil, look)) == 0; nobody != inGap {
				t.Fatalf("at %s nobody is on duty: %v, in a gap: %v", look, nobody, inGap)
			}
		}
	})
}
