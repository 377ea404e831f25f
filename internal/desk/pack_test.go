package desk

import (
	"bytes"
	"testing"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// nextVersion is the shipped pack with other numbers under the next version.
func nextVersion(t *testing.T, old *policy.Pack, changes ...string) *policy.Pack {
	t.Helper()
	source := old.Source()
	for i := 0; i < len(changes); i += 2 {
		if !bytes.Contains(source, []byte(changes[i])) {
			t.Fatalf("the pack does not hold %s", changes[i])
		}
		source = bytes.ReplaceAll(source, []byte(changes[i]), []byte(changes[i+1]))
	}
	next, err := policy.Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// inForce lets a pack be in force, whatever its version says.
func (b *bench) inForce(p *policy.Pack) {
	b.packs.held.Store(&heldPacks{current: p, byRef: b.packs.held.Load().byRef})
}

// TestClocksStayOnTheirVersion: a new version of the pack moves no clock that
// runs, silence included; what starts later is by the new one, and each can be
// computed again.
//
// guide: R24, A5
func TestClocksStayOnTheirVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	filing := func() *support.File {
		return &support.File{Kind: support.Technical, Channel: support.Portal, Contact: b.sato.ID, Product: "esx", Severity: 3, Title: support.T("t")}
	}
	old := b.do(b.asSato, 0, filing())
	silent := b.do(b.asSato, 0, filing())
	b.do(b.asIto, silent.ID, &support.LogContact{Channel: support.Mail, Outcome: support.Sent, Text: support.T("x")})
	first := b.Pack()
	second := nextVersion(t, first, `"version":1`, `"version":2`, `"12bh"`, `"2bh"`, `"240h"`, `"24h"`)
	packs, err := NewPacks(second, first)
	b.ok(err)
	b.packs = packs
	later := b.do(b.asSato, 0, filing())

	for _, c := range []struct {
		id  int64
		ref string
		due string
	}{{old.ID, "classic-2010@1", "2026-06-04 10:00:00"}, {later.ID, "classic-2010@2", "2026-06-03 12:00:00"}} {
		r, err := b.Request(t.Context(), everything, c.id)
		b.ok(err)
		clock, _ := r.Clock(support.FirstResponse)
		if clock.Pack != c.ref || !clock.DueAt.Equal(jst(t, c.due)) {
			t.Errorf("request %d: %s due %s, want %s due %s", c.id, clock.Pack, clock.DueAt, c.ref, c.due)
		}
		if wrong := support.Recheck(b.facts(c.id), packs.Of); len(wrong) > 0 {
			t.Errorf("request %d: %v", c.id, wrong)
		}
	}
	b.clock.add(48 * time.Hour)
	b.settle()
	r, err := b.Request(t.Context(), everything, silent.ID)
	b.ok(err)
	if s := r.Silence(second); !s.EarliestAt.Equal(jst(t, "2026-06-13 10:00:00")) {
		t.Errorf("the window that began under the old version ends %s", s.EarliestAt)
	}
}

// TestAClockIsCountedByItsOwnVersion: what is left of it after a pause, and the
// time that an answer took, are counted by the hours under which it started.
//
// guide: R24
func TestAClockIsCountedByItsOwnVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	pausing := nextVersion(t, b.Pack(), `"version":1`, `"version":2`,
		`"pauses":["next_update","resolution"]`, `"pauses":["next_update","resolution","first_response"]`)
	shorter := nextVersion(t, pausing, `"version":2`, `"version":3`, `["09:30","21:30"]`, `["12:30","21:30"]`)
	var err error
	b.packs, err = NewPacks(pausing)
	b.ok(err)
	filed := b.do(b.asSato, 0, &support.File{
		Kind: support.Technical, Channel: support.Portal, Contact: b.sato.ID, Product: "esx", Severity: 3, Title: support.T("t"),
	})
	b.clock.add(30 * time.Minute)
	b.do(b.asIto, filed.ID, &support.Wait{Kind: support.WaitingThirdParty, Reason: support.T("x")})
	b.packs, err = NewPacks(shorter, pausing)
	b.ok(err)
	b.clock.add(2 * time.Hour)
	b.do(b.asIto, filed.ID, &support.Resume{})
	r, err := b.Request(t.Context(), everything, filed.ID)
	b.ok(err)
	if c, _ := r.Clock(support.FirstResponse); !c.DueAt.Equal(jst(t, "2026-06-04 12:00:00")) {
		t.Errorf("11.5 hours were left at 12:30: due %s", c.DueAt)
	}
	b.clock.add(21*time.Hour + 15*time.Minute)
	b.do(b.asIto, filed.ID, &support.Comment{Text: support.T("x")})
	for _, f := range b.facts(filed.ID) {
		if met, ok := f.Body.(support.TargetMet); ok && met.Metric == support.FirstResponse {
			if took := time.Duration(met.BusinessUS) * time.Microsecond; took != 11*time.Hour+45*time.Minute {
				t.Errorf("the answer took %s of support hours", took)
			}
			return
		}
	}
	t.Error("the target was not met")
}
