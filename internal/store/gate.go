package store

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"madoguchi/internal/support"
)

// How long a turn at the database is waited for, and by how many callers at a
// time: more would be answered too late for whoever asked.
const (
	turnWithin = 30 * time.Second // when nobody waits for the answer
	callWithin = 2 * time.Second  // by callers of a door; see [Hurried]
	callersMax = 2048             // at a time
)

// Keys of the refusals of a database that cannot keep up. Nothing of what was
// refused is kept.
const (
	DatabaseBusy = "desk.database_busy" // no turn came
	DatabaseSlow = "desk.database_slow" // it did not answer by the caller's deadline
	databaseAway = "desk.database_away"
)

// Overtaxed tells whether an error says that the database is out of reach, out
// of room, or does not keep up: another thing that is tried now fares no better.
func Overtaxed(err error) bool {
	var e *support.Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Key == DatabaseBusy || e.Key == DatabaseSlow || e.Key == databaseAway || e.Key == DiskFull
}

type hurriedKey struct{}

// Hurried is a ctx under which a turn is waited for as long as somebody waits
// who can come again, which is 2 seconds; otherwise it is 30.
func Hurried(ctx context.Context) context.Context { return context.WithValue(ctx, hurriedKey{}, true) }

// gate lets so many at a time to the database. The others wait, for a bounded
// time, and callers in a bounded number.
type gate struct {
	turns   chan struct{}
	waiting atomic.Int64
	refused atomic.Int64 // since the start
}

func newGate(turns int) *gate { return &gate{turns: make(chan struct{}, turns)} }

// enter waits for a turn, which leave ends. What comes too late is refused as
// busy, and so is a caller behind too many others.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { <-g.turns }
	select {
	case g.turns <- struct{}{}:
		return leave, nil
	default:
	}
	late, end, err := g.wait(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	select {
	case g.turns <- struct{}{}:
		return leave, nil
	case <-late:
		return nil, g.busy()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// wait takes a place among those who wait: late is told when it has been long
// enough, and end gives the place back.
func (g *gate) wait(ctx context.Context) (late <-chan time.Time, end func(), err error) {
	hurried, within := ctx.Value(hurriedKey{}) != nil, turnWithin
	if n := g.waiting.Add(1); hurried && n > callersMax {
		g.waiting.Add(-1)
		return nil, nil, g.busy()
	}
	if hurried {
		within = callWithin
	}
	t := time.NewTimer(within)
	return t.C, func() { t.Stop(); g.waiting.Add(-1) }, nil
}

func (g *gate) busy() error {
	g.refused.Add(1)
	return support.Refuse(support.Busy, DatabaseBusy)
}

// Load is how much is asked of the database at the moment.
type Load struct {
	Turns, Taken int   // at one time at the most, and just now
	Waiting      int   // for a turn
	Refused      int64 // since the start, for want of a turn
}

func (g *gate) load() Load {
	return Load{cap(g.turns), len(g.turns), int(g.waiting.Load()), g.refused.Load()}
}
