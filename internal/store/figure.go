package store

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// figureCap is how many rows of a kind are counted at the most, so that looking
// at a desk costs the same however much it holds.
const figureCap = 10_000

// QueueFigure is what a queue of open requests holds.
type QueueFigure struct {
	Queue         string
	Open, Waiting int64     // Waiting: for somebody to take them
	Since         time.Time // of the one that waits longest; zero: none waits
	Missed        int64     // the next target of so many has been missed
}

// Figures are counts about a desk for whoever watches it. None names a person
// or a request. Counts end at 10,000 each, and queues are those of 10,000 open
// requests.
type Figures struct {
	Queues  []QueueFigure
	Waiting int64 // effects that may be done and that nobody has claimed
	Claimed int64 // effects under a lease or put off
	Later   int64 // effects that must not be done yet
	Dead    int64 // effects that were given up
	Overdue int64 // requests whose tick is due and was not done
	// NextDue is the earliest of them, or of those to come; zero: none.
	NextDue time.Time
	// Webhooks that are enabled, of which so many fail, and that the desk has disabled.
	Webhooks, Failing, Disabled int64
	// Met and Missed are the outcomes of targets among the last 10,000 events.
	Met, Missed int64
}

// Figures counts, at an instant of the desk's clock and of the real one.
func (s *Store) Figures(ctx context.Context, desk, real time.Time) (Figures, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Figures{}, err
	}
	var f Figures
	err = q.one([]any{&f.Waiting, &f.Claimed, &f.Later, &f.Dead, &f.Overdue, instant{&f.NextDue}, &f.Webhooks, &f.Failing, &f.Disabled, &f.Met, &f.Missed}, `SELECT
  (SELECT COUNT(*) FROM (SELECT 1 FROM effect WHERE state = 'pending' AND not_before_at <= $1 AND next_try_at <= $2 LIMIT 0 + $3) AS a),
  (SELECT COUNT(*) FROM (SELECT 1 FROM effect WHERE state = 'pending' AND not_before_at <= $1 AND next_try_at > $2 LIMIT 0 + $3) AS b),
  (SELECT COUNT(*) FROM (SELECT 1 FROM effect WHERE state = 'pending' AND not_before_at > $1 LIMIT 0 + $3) AS c),
  (SELECT COUNT(*) FROM (SELECT 1 FROM effect WHERE state = 'dead' LIMIT 0 + $3) AS d),
  (SELECT COUNT(*) FROM (SELECT 1 FROM request WHERE wake_at <= $1 LIMIT 0 + $3) AS e),
  (SELECT MIN(wake_at) FROM request WHERE wake_at IS NOT NULL),
  (SELECT COUNT(*) FROM webhook WHERE state = 'enabled'),
  (SELECT COUNT(*) FROM webhook WHERE state = 'enabled' AND failing_since IS NOT NULL),
  (SELECT COUNT(*) FROM webhook WHERE why IN ('failing', 'gone')),
  (SELECT COUNT(*) FROM event WHERE pos > (SELECT COALESCE(MAX(pos), 0) FROM event) - $3 AND kind = 'target_met'),
  (SELECT COUNT(*) FROM event WHERE pos > (SELECT COALESCE(MAX(pos), 0) FROM event) - $3 AND kind = 'target_missed')`,
		desk.UnixMicro(), real.UnixMicro(), figureCap)
	if err != nil {
		return Figures{}, fmt.Errorf("count figures: %w", err)
	}
	err = q.all(func(r scanner) error {
		var g QueueFigure
		err := r.Scan(&g.Queue, &g.Open, &g.Waiting, instant{&g.Since}, &g.Missed)
		f.Queues = append(f.Queues, g)
		return err
	}, `SELECT queue, COUNT(*), COUNT(queued_since_at), MIN(queued_since_at), COUNT(CASE WHEN next_missed = TRUE THEN 1 END)
FROM (SELECT queue, queued_since_at, next_missed FROM request WHERE stage <> 'completed' LIMIT 0 + $1) AS open GROUP BY queue ORDER BY queue`, figureCap)
	return f, wrap(err, "count queues")
}

// CommitBounds are the upper bounds of the classes of [Commits], in seconds;
// the last class has none.
var CommitBounds = [...]float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5}

// Commits says how long updates took from their call until they were durable,
// since the database was opened. Those that were refused are not among them.
type Commits struct {
	Count [len(CommitBounds) + 1]int64 // by class, not added up
	Sum   time.Duration
}

// latency counts; it takes no lock, since every update passes it.
type latency struct {
	count [len(CommitBounds) + 1]atomic.Int64
	sum   atomic.Int64
}

func (l *latency) add(d time.Duration) {
	class := 0
	for class < len(CommitBounds) && d.Seconds() > CommitBounds[class] {
		class++
	}
	l.count[class].Add(1)
	l.sum.Add(int64(d))
}

// Commits gives the latencies so far.
func (s *Store) Commits() Commits {
	c := Commits{Sum: time.Duration(s.latency.sum.Load())}
	for i := range c.Count {
		c.Count[i] = s.latency.count[i].Load()
	}
	return c
}
