package support_test

import (
	"slices"
	"testing"

	"madoguchi/internal/policy"
)

// pausing is the pack with one more thing that waiting for a third party
// pauses. In the shipped pack nothing that has been built is ever paused.
func pausing(metric string) *policy.Pack {
	p := *classic
	p.Waiting.Kinds = slices.Clone(classic.Waiting.Kinds)
	for i, k := range p.Waiting.Kinds {
		if k.ID == "waiting_third_party" {
			p.Waiting.Kinds[i].Pauses = append(slices.Clone(k.Pauses), metric)
		}
	}
	return &p
}

// TestPausedClockGoesOn: a clock that was paused keeps the time that it had
// left, in its own calendar, and neither warns nor is missed meanwhile.
func TestPausedClockGoesOn(t *testing.T) {
	t.Parallel()
	m := newRoom()
	m.pack = pausing("first_response")
	tellsIn(t, m, production, `
want target first_response running due 2026-06-03 18:00 JST warn 2026-06-03 16:00 JST
2026-06-03 12:00 JST ito wait kind=waiting_third_party reason=x
2026-06-04 12:00 JST clock
want target first_response running
want no event target_warned
want no event target_missed
2026-06-04 20:00 JST ito resume
want target first_response running due 2026-06-05 14:00 JST warn 2026-06-05 12:00 JST
want event target_moved why=waiting_third_party
2026-06-05 14:00 JST clock
want target first_response running
2026-06-05 14:00:00.000001 JST clock
want target first_response missed due 2026-06-05 14:00 JST
`)
	m = newRoom()
	m.pack = pausing("cs_reply")
	tellsIn(t, m, cs, `
2026-06-05 11:00 JST mori wait kind=waiting_third_party reason=x
want event target_warned times 1
2026-06-06 11:00 JST mori resume
want target cs_reply running due 2026-06-07 10:00 JST
`)
}

// TestNothingThatIsPromisedPauses: waiting moves no first response and no
// customer service reply of the shipped pack.
//
// guide: A9
func TestNothingThatIsPromisedPauses(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"waiting_customer", "waiting_third_party", "waiting_engineering"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			tells(t, production, "2026-06-03 10:10 JST ito wait reason=x kind=", kind, `
2026-06-03 12:10 JST ito resume
want target first_response running due 2026-06-03 18:00 JST
want no event target_moved
`)
		})
	}
}
