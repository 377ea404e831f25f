package desk

import (
	"testing"
	"time"

	"madoguchi/internal/store"
)

// TestRouse has commits leave work: those are woken who have something to do, and
// the timer only by what is due before it looks by itself, or while it is looking.
func TestRouse(t *testing.T) {
	t.Parallel()
	until := time.UnixMicro(1_000_000).UTC()
	for _, c := range []struct {
		work                            store.Work
		until                           time.Time
		timer, effects, webhooks, files bool
	}{
		{store.Work{Effects: true}, until, false, true, false, false},
		{store.Work{Due: until}, until, false, false, false, false},
		{store.Work{Due: until.Add(-time.Microsecond)}, until, true, false, false, false},
		{store.Work{Due: until.Add(time.Hour), Effects: true}, time.UnixMicro(0), true, true, false, false},
		{store.Work{Rest: true}, until, true, false, true, true},
	} {
		one := func() chan struct{} { return make(chan struct{}, 1) }
		d := &Desk{kickTimer: one(), kickEffects: one(), kickWebhooks: one(), kickFiles: one()}
		d.timerUntil.Store(c.until.UnixMicro())
		d.rouse(c.work)
		for name, k := range map[string]struct {
			kick chan struct{}
			want bool
		}{"timer": {d.kickTimer, c.timer}, "effects": {d.kickEffects, c.effects}, "webhooks": {d.kickWebhooks, c.webhooks}, "files": {d.kickFiles, c.files}} {
			if got := len(k.kick) == 1; got != k.want {
				t.Errorf("%+v, timer until %v: %s woken %v, want %v", c.work, c.until, name, got, k.want)
			}
		}
	}
}
