package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Together makes requests in an empty desk whose timers all wait for one instant:
// each was filed an hour before and has not been acknowledged, which is missed then
// (R23). It gives that instant, which is about the one that
// is wanted.
func (l Load) Together(ctx context.Context, s *store.Store, d *desk.Desk, wanted time.Time) (time.Time, error) {
	const missed = time.Hour
	g, err := l.generator(ctx, s, d)
	if err != nil {
		return time.Time{}, err
	}
	filed, due := support.Instant(wanted.Add(-missed)), time.Time{}
	one := func(tx *store.Tx, i int, _ *Loaded) error {
		m, err := g.begin(tx, rand.New(rand.NewPCG(g.Seed, uint64(i))), filed, &Loaded{})
		if err != nil {
			return err
		}
		story := g.stories[i%len(g.stories)]
		file := &support.File{
			Kind: support.Technical, Channel: support.Portal, Contact: m.p.Contact.ID, Product: "vsphere", Version: "4.0", Severity: 3,
			Title: m.title(story), Body: m.message(),
		}
		if err := m.open(file); err != nil {
			return err
		}
		row := support.Index(m.r, g.pack)
		if due.IsZero() {
			due = row.DueAt
		}
		if !row.DueAt.Equal(due) {
			return fmt.Errorf("it is due at %s, the first at %s", row.DueAt, due)
		}
		return tx.Append(support.Row{}, m.facts, row, nil)
	}
	for from := 0; from < g.Requests; from += loadBatch {
		if _, err := g.batch(ctx, s, from, one); err != nil {
			return due, err
		}
	}
	return due, nil
}
