package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// guide: R24
func TestAdvanceStopsAtEveryInstant(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	first := b.file().ID
	b.clock.set(jst(t, "2026-06-03 10:30:00"))
	second := b.file().ID
	var stops []time.Time
	set := func(at time.Time) { stops = append(stops, at); b.clock.set(at) }
	b.ok(b.Advance(t.Context(), set, jst(t, "2026-06-03 20:00:00")))
	if !slices.IsSortedFunc(stops, time.Time.Compare) {
		t.Errorf("the clock did not go forward only: %v", stops)
	}
	for _, c := range []struct {
		id        int64
		warn, due string
	}{{first, "2026-06-03 16:00:00", "2026-06-03 18:00:00"}, {second, "2026-06-03 16:30:00", "2026-06-03 18:30:00"}} {
		warn, due := jst(t, c.warn), jst(t, c.due)
		var warned, missed bool
		for _, f := range b.facts(c.id) {
			switch f.Body.(type) {
			case support.TargetWarned:
				warned = true
				if !f.At.Equal(warn) {
					t.Errorf("request %d warned at %v, want %v", c.id, f.At, warn)
				}
			case support.TargetMissed:
				missed = true
				if want := due.Add(support.Micro); !f.At.Equal(want) {
					t.Errorf("request %d missed at %v, want %v", c.id, f.At, want)
				}
			}
		}
		if !warned || !missed {
			t.Errorf("request %d: warned %v, missed %v", c.id, warned, missed)
		}
	}
	// What was told about an instant was told at it.
	for _, m := range b.post.mails() {
		if !slices.ContainsFunc(stops, m.Date.Equal) && m.Date.After(jst(t, "2026-06-03 10:30:00")) {
			t.Errorf("a mail is dated %v, where the clock never stood", m.Date)
		}
	}
	if now := b.Now(); !now.Equal(jst(t, "2026-06-03 20:00:00")) {
		t.Errorf("the clock ends at %v", now)
	}
}

func TestAdvanceDoesNotGoBack(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	err := b.Advance(t.Context(), b.clock.set, jst(t, "2026-06-03 09:59:59"))
	refused(t, err, support.Conflict, "clock.back")
	if !b.Now().Equal(jst(t, "2026-06-03 10:00:00")) {
		t.Error("a refused step moved the clock")
	}
	refused(t, b.Advance(t.Context(), b.clock.set, lastClock), support.Invalid, "clock.too_far")
	if !b.Now().Equal(jst(t, "2026-06-03 10:00:00")) {
		t.Error("a refused step moved the clock")
	}
	b.ok(b.Advance(t.Context(), b.clock.set, lastClock.Add(-support.Micro)))
}

// poison makes a request that no tick can bring forward: a newer program wrote
// a fact of it.
func (b *bench) poison() int64 {
	b.t.Helper()
	done := b.file()
	row := done.Row
	row.Seq, row.DueAt = done.Seq+1, b.Now()
	fact := support.Fact{Seq: row.Seq, At: b.Now(), By: system, Body: support.Unknown{Name: "from_the_future", Raw: json.RawMessage(`{}`)}}
	b.ok(b.store.Update(b.t.Context(), func(tx *store.Tx) error {
		return tx.Append(done.Row, []support.Fact{fact}, row, nil)
	}))
	return done.ID
}

func TestPoisonedRequestHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	bad, good := b.poison(), b.file().ID
	b.ok(b.Advance(t.Context(), b.clock.set, jst(t, "2026-06-03 19:00:00")))
	if !slices.Contains(kindsOf(b.facts(good)), "target_missed") {
		t.Error("the other request's miss was not noticed")
	}
	var pushed int
	b.ok(b.store.Update(t.Context(), func(tx *store.Tx) (err error) { pushed, err = tx.Pushed(bad); return err }))
	// A minute, doubled to an hour: some 14 times in nine hours, not once a second.
	if pushed < 8 || pushed > 20 {
		t.Errorf("pushed out %d times in nine hours", pushed)
	}
	if !strings.Contains(b.log.String(), "pushed out") {
		t.Error("a request that stays due was not logged")
	}
	_, err := b.Do(t.Context(), b.asIto, bad, &support.Take{})
	refused(t, err, support.Busy, "request.newer")
}

func TestRunTellsAndTicksAndStops(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- b.Run(ctx) }()
	b.file()
	if m := <-b.post.seen; !strings.HasPrefix(m.Key, "r10000000.") {
		t.Errorf("first mail %s", m.Key)
	}
	b.clock.set(jst(t, "2026-06-03 16:00:00"))
	b.kick() // as Advance does; a clock that runs by itself is slept for
	if m := <-b.post.seen; m.To.Email != b.ito.Email {
		t.Errorf("the warning went to %s, want who is on call", m.To.Email)
	}
	stop()
	b.ok(<-ended)
}

func TestTwoDesksTickOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.settle()
	other, err := New(Config{Store: b.store, Packs: b.Packs(), Now: b.clock.now, Real: b.wall.now, Out: b.post, Sender: "support@vendor.example"})
	b.ok(err)
	b.clock.set(jst(t, "2026-06-03 19:00:00"))
	errs := make(chan error)
	for _, d := range []*Desk{b.Desk, other} {
		go func() { errs <- d.Settle(t.Context()) }()
	}
	b.ok(<-errs)
	b.ok(<-errs)
	missed := slices.DeleteFunc(kindsOf(b.facts(id)), func(k string) bool { return k != "target_missed" })
	if len(missed) != 1 {
		t.Errorf("missed %d times, want once", len(missed))
	}
	seen := map[string]int{}
	for _, m := range b.post.mails() {
		if seen[m.Key]++; seen[m.Key] > 1 {
			t.Errorf("%s was sent twice", m.Key)
		}
	}
}
