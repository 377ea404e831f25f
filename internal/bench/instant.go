package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"madoguchi/internal/demo"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
)

// instant lets many targets become due at one moment while other work goes on.
// On PostgreSQL two nodes share them.
func (b *bench) instant(ctx context.Context) (err error) {
	if b.due == 0 {
		return nil
	}
	b.requests = b.due
	b.say("making %d targets of one instant in %s", b.due, b.engine)
	db, err := b.fresh("instant")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.drop(db)) }()
	var (
		moment time.Time
		p      people
	)
	if _, err := b.inside(ctx, db.where(), func(s *store.Store, d *desk.Desk) error {
		var err error
		// They are made one after the other, and must all be there before.
		lead := 3*time.Second + time.Duration(b.due)*4*time.Millisecond
		moment, err = demo.Load{Requests: b.due, Accounts: 64}.Together(ctx, s, d, time.Now().Add(lead))
		return err
	}); err != nil {
		return err
	}
	if p, err = b.enter(ctx, db); err != nil {
		return err
	}
	if !time.Now().Before(moment) {
		return fmt.Errorf("the targets were due at %s, before they were made", moment)
	}
	if left := time.Until(moment); left > 10*time.Minute {
		return fmt.Errorf("the targets are due in %s: that is not what was asked for", left)
	}
	nodes := 1
	if b.engine == postgresql {
		nodes = 2
	}
	var running []*server
	for range nodes {
		s, err := b.serve(ctx, db)
		if err != nil {
			return err
		}
		running = append(running, s)
	}
	time.Sleep(time.Until(moment))
	during, err := b.meanwhile(ctx, running, p, func(ctx context.Context) error { return untilFired(ctx, db, moment) })
	took := time.Since(moment)
	for _, s := range running {
		err = errors.Join(err, s.stop())
	}
	if err != nil {
		return err
	}
	return b.fired(ctx, db, moment, took, during)
}

// pace is how often each of those who work meanwhile asks for something: 100 calls a
// second together, a third of which write.
const pace = 20 * time.Millisecond

// meanwhile does other work until a page says that nothing is due any more.
func (b *bench) meanwhile(ctx context.Context, running []*server, p people, until func(context.Context) error) (sample, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		out  sample
		errs = make([]error, 2)
		done = make(chan struct{})
	)
	for i := range errs {
		wg.Go(func() {
			s := running[i%len(running)]
			w := &work{bench: b, s: s, people: p}
			next := time.NewTicker(pace)
			defer next.Stop()
			for n := 0; errs[i] == nil; n++ {
				select {
				case <-done:
					return
				case <-next.C:
				}
				begun := time.Now()
				switch n % 3 {
				case 0:
					errs[i] = s.send(ctx, http.MethodGet, "/v1/requests/"+p.short, p.engineer, "", "")
				case 1:
					errs[i] = s.send(ctx, http.MethodGet, "/v1/requests?limit=50", p.engineer, "", "")
				default:
					errs[i] = w.file(ctx, i, n)
				}
				mu.Lock()
				out.each = append(out.each, time.Since(begun))
				mu.Unlock()
			}
		})
	}
	err := until(ctx)
	close(done)
	wg.Wait()
	out.n = len(out.each)
	slices.Sort(out.each)
	return out, errors.Join(append(errs, err)...)
}

// reading opens the database past the desk, to look only.
func reading(db database) (*sql.DB, error) {
	if db.url != "" {
		return sql.Open("pgx", db.url)
	}
	return sql.Open("sqlite", "file:"+db.where()+"?_pragma=query_only(1)&_pragma=busy_timeout(5000)")
}

// untilFired waits until nothing is due any more.
func untilFired(ctx context.Context, db database, moment time.Time) error {
	read, err := reading(db)
	if err != nil {
		return err
	}
	defer read.Close()
	return settled(ctx, read, 100*time.Millisecond, "request WHERE wake_at <= $1", moment.UnixMicro())
}

// settled waits until no row is left of what is said, and looks that often.
func settled(ctx context.Context, read *sql.DB, every time.Duration, rows string, args ...any) error {
	look := time.NewTicker(every)
	defer look.Stop()
	for {
		var one int
		err := read.QueryRowContext(ctx, "SELECT 1 FROM "+rows+" LIMIT 1", args...).Scan(&one)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait until there is no %s: %w", rows, ctx.Err())
		case <-look.C:
		}
	}
}

// fired holds what the facts say to the bars: each target once, none early.
func (b *bench) fired(ctx context.Context, db database, moment time.Time, took time.Duration, other sample) error {
	read, err := reading(db)
	if err != nil {
		return err
	}
	defer read.Close()
	var facts, requests, early int
	err = read.QueryRowContext(ctx, `SELECT COUNT(*), COUNT(DISTINCT subject_id), COALESCE(SUM(CASE WHEN at < $1 THEN 1 ELSE 0 END), 0)
FROM event WHERE subject = 'request' AND kind = 'target_missed' AND subject_id < $2`, moment.UnixMicro(), 10_000_000+b.due).Scan(&facts, &requests, &early)
	if err != nil {
		return err
	}
	bar := 30.0
	if b.engine == postgresql {
		bar = 60
	}
	all := b.figure("targets of one instant", took.Seconds(), "s")
	work := b.figure("other work meanwhile", other.quantile(.95), "ms")
	work.P50, work.P95, work.P99 = other.quantile(.5), other.quantile(.95), other.quantile(.99)
	for _, f := range []Figure{
		all.most(all.Value, bar), work.most(work.Value, 200),
		b.figure("targets that did not fire", float64(b.due-requests), "targets").most(float64(b.due-requests), 0),
		b.figure("targets fired early", float64(early), "targets").most(float64(early), 0),
		b.figure("targets fired twice", float64(facts-requests), "targets").most(float64(facts-requests), 0),
	} {
		if err := b.add(f); err != nil {
			return err
		}
	}
	return nil
}
