package torture

import (
	"errors"
	"sync"
	"syscall"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/store/pgtest"
)

// interruptions counts what clients see while their database comes and goes.
type interruptions struct {
	t      *testing.T
	mu     sync.Mutex
	away   int // told to come back
	broken int // not told what came of it
}

func (i *interruptions) failed(err error, _ time.Time) {
	i.mu.Lock()
	defer i.mu.Unlock()
	var e *client.Error
	switch {
	case errors.As(err, &e) && e.Status == 503 && e.RetryAfter > 0:
		i.away++
		return
	case errors.As(err, &e) && e.Status == 500:
		i.broken++
		return
	}
	i.t.Errorf("an interruption looks like %v", err)
}

// PostgreSQL is restarted and crashes under the load of 16 clients, again and
// again. Whoever waits for an answer gets at most one that does not say what came
// of it; until the server is back all are told to come again; then all goes on by
// itself, with everything that was acknowledged, once.
func TestDatabaseComesAndGoes(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	server := pgtest.NewOwn(t)
	p := newPlace(t, t.TempDir(), server.URL())
	c := newCrew(t, p, rng)
	seen := &interruptions{t: t}
	c.failed = seen.failed
	n := p.start()
	stop := c.work(n.url)
	rounds := pick(4, 20)
	for round := range rounds {
		c.progress(clients)
		wait(t, time.Duration(rng.Int64N(int64(100*time.Millisecond))))
		server.Stop([]syscall.Signal{syscall.SIGINT, syscall.SIGQUIT}[round%2])
		wait(t, time.Duration(rng.Int64N(int64(200*time.Millisecond))))
		server.Start()
	}
	began := time.Now()
	c.progress(clients)
	took := time.Since(began)
	stop()
	kept := c.compare(n.url)
	n.stop()
	p.once()
	p.check()
	t.Logf("%d restarts, %d acknowledged, %d told to come back, %d not told; works again after %v", rounds, kept, seen.away, seen.broken, took)
	if took > 30*time.Second {
		t.Errorf("it worked again after %v", took)
	}
	if seen.broken > rounds*clients {
		t.Errorf("%d were not told what came of it, in %d restarts with %d waiting each", seen.broken, rounds, clients)
	}
	if seen.away == 0 {
		t.Error("nobody was told to come back: the database was never away")
	}
}
