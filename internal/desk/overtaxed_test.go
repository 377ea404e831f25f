package desk

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
)

// What a database that does not keep up keeps from being done is nobody's fault:
// the request is not pushed out as one that no tick brings forward, the notice
// counts no failed attempt, and once there is room both are done.
func TestOvertaxedDatabaseIsNobodysFault(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.clock.set(jst(t, "2026-06-03 19:00:00"))
	var due []store.Due
	var rows []store.EffectRow
	b.ok(b.store.Update(t.Context(), func(tx *store.Tx) (err error) {
		if due, err = tx.ClaimDue(b.Now(), b.real(), leaseTime, dueBatch); err == nil {
			rows, _, err = tx.ClaimEffects(b.Now(), b.real(), leaseTime, 1)
		}
		return err
	}))
	if len(due) != 1 || len(rows) != 1 {
		t.Fatalf("%d requests are due, and %d notices", len(due), len(rows))
	}
	release, turns := make(chan struct{}), b.store.Load().Turns
	ended := make(chan error, turns)
	for range turns {
		go func() {
			ended <- b.store.Update(t.Context(), func(*store.Tx) error { <-release; return nil })
		}()
	}
	for b.store.Load().Taken < turns && b.store.Load().Waiting < turns-1 {
		<-time.After(time.Millisecond)
	}
	hurried := store.Hurried(t.Context()) // not to wait half a minute for the turn
	if err := b.tick(hurried, due[0]); !store.Overtaxed(err) {
		t.Errorf("a tick gives %v", err)
	}
	if err := b.tell(hurried, rows[:1], b.real().Add(time.Hour)); err != nil && !store.Overtaxed(err) {
		t.Errorf("a notice gives %v", err)
	}
	said := b.log.String()
	close(release)
	for range turns {
		b.ok(<-ended)
	}
	if strings.Contains(said, "pushed out") || strings.Contains(said, "an effect failed") {
		t.Errorf("it was held against the request or the notice: %s", said)
	}
	var pushed int
	b.ok(b.store.Update(t.Context(), func(tx *store.Tx) (err error) { pushed, err = tx.Pushed(id); return err }))
	if pushed != 0 {
		t.Errorf("pushed out %d times", pushed)
	}
	b.wall.add(2 * leaseTime)
	b.settle()
	if kinds := strings.Join(kindsOf(b.facts(id)), " "); !strings.Contains(kinds, "target_missed") || !strings.Contains(kinds, "notified") {
		t.Errorf("nothing came of it: %s", kinds)
	}
}
