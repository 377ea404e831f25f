package desk

import (
	"testing"
	"time"

	"madoguchi/internal/store"
)

// A key is known for seven days of the real clock and then forgotten by the
// timer, whatever the desk's clock says.
func TestKeysAreKeptForSevenDays(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	made := b.wall.now()
	once := &store.Once{Name: [32]byte{1}, Sum: [32]byte{2}, At: made}
	b.ok(b.store.Update(store.WithOnce(t.Context(), once), func(*store.Tx) error { return nil }))
	b.clock.set(b.clock.now().AddDate(1, 0, 0))
	const week = 7 * 24 * time.Hour
	for _, c := range []struct {
		after time.Duration
		known bool
	}{{0, true}, {2 * time.Hour, true}, {week - 2*time.Hour, true}, {week, true}, {week + time.Hour, false}} {
		b.wall.set(made.Add(c.after))
		_, err := b.timerPass(t.Context())
		b.ok(err)
		if _, known, err := b.store.Spent(t.Context(), once.Name); err != nil || known != c.known {
			t.Errorf("after %v: known %v, %v", c.after, known, err)
		}
	}
}
