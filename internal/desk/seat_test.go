package desk

import (
	"sync"
	"testing"

	"madoguchi/internal/support"
)

// The last seat, filled by the PLA and by the licence team at once: exactly one
// of the two has it, and the other is told that it is taken (T58).
// guide: R02
func TestTheLastSeatIsFilledOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:20:00"))
	ctx := t.Context()
	var two [2]support.Contact
	for _, name := range []string{"Mizuno", "Endo"} {
		c := b.person(b.aoba.ID, name, name+"@aoba.example")
		b.ok(b.GrantRole(ctx, system, b.basic.ID, c.ID, support.RoleSupportAdmin))
	}
	for i, name := range []string{"Okada", "Yamamoto"} {
		two[i] = b.person(b.aoba.ID, name, name+"@aoba.example")
	}
	trials := 1000
	if testing.Short() {
		trials = 50
	}
	for n := range trials {
		var wg sync.WaitGroup
		var errs [2]error
		for i, by := range []support.Actor{b.asSuzuki, b.asMori} {
			wg.Go(func() { errs[i] = b.GrantRole(ctx, by, b.basic.ID, two[i].ID, support.RoleSupportAdmin) })
		}
		wg.Wait()
		won := 0
		for i, err := range errs {
			if err == nil {
				won++
				b.ok(b.RevokeRole(ctx, system, b.basic.ID, two[i].ID, support.RoleSupportAdmin))
				continue
			}
			refused(t, err, support.Conflict, "role.cap_reached")
		}
		if won != 1 {
			t.Fatalf("trial %d: %d have the last seat", n, won)
		}
	}
	b.check()
}
