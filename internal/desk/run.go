package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// runBatch is how many requests of runs are taken at once.
const runBatch = 100

// runPass carries out the commands of runs on up to max of their requests, one
// after the other, and tells how many it took. Each command and the word that
// it was done are one transaction, so that a crash between two of them loses
// none and repeats none.
func (d *Desk) runPass(ctx context.Context, max int) (int, error) {
	ended, err := d.endProgrammes(ctx)
	if err != nil {
		return 0, err
	}
	var items []store.RunItem
	err = d.store.Update(ctx, func(tx *store.Tx) (err error) {
		items, err = tx.ClaimRuns(d.real(), leaseTime, max)
		return err
	})
	if err != nil {
		return 0, err
	}
	taken := d.real()
	for i, item := range items {
		// What is not begun while the claim surely holds is left to the next one.
		if ctx.Err() != nil || d.real().Sub(taken) > leaseTime/2 {
			return i, ctx.Err()
		}
		if err := d.runOne(ctx, item); err != nil {
			return i, err
		}
	}
	return ended + len(items), nil
}

// runOne is one request's part in a run. The error is of the store alone.
func (d *Desk) runOne(ctx context.Context, item store.RunItem) error {
	err := d.record(ctx, func(tx *store.Tx) error {
		cmd, err := d.runCommand(tx, item)
		if err != nil {
			return err
		}
		if _, err := d.carryOut(tx, clockwork, item.Request, 0, cmd); err != nil {
			return err
		}
		return tx.RunDone(item)
	})
	var refused *support.Error
	switch {
	case err == nil || refusedWith(err, "run.done_already"):
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &refused) && refused.Code != support.Busy && !cameBetween(err):
		d.log.Warn("a request takes no part in a run", "run", item.Run.ID, "request", item.Request, "why", refused.Key)
		return d.store.Update(ctx, func(tx *store.Tx) error { return ended(tx.RunSkipped(item, refused.Key)) })
	}
	d.log.Error("one request of a run failed; it is tried again", "run", item.Run.ID, "request", item.Request, "attempt", item.Attempts, "error", err)
	why := err.Error()
	return d.store.Update(ctx, func(tx *store.Tx) error {
		gone, err := tx.RunFailed(item, d.real().Add(pushOut(item.Attempts-1)), why)
		if gone && err == nil {
			d.log.Error("one request of a run is given up", "run", item.Run.ID, "request", item.Request)
		}
		return ended(err)
	})
}

// ended forgives that somebody else was faster.
func ended(err error) error {
	if refusedWith(err, "run.done_already") {
		return nil
	}
	return err
}

// runCommand makes the command of a run for one of its requests.
func (d *Desk) runCommand(tx *store.Tx, item store.RunItem) (support.Command, error) {
	from := item.Run.MailFrom(item.Place)
	switch item.Run.Kind {
	case store.RunDefect:
		return &support.TellDefect{Defect: item.Run.Subject, Run: item.Run.ID, MailFrom: from}, nil
	case store.RunBroadcast:
		return broadcastCommand(tx, item)
	case store.RunPrimary:
		return &support.ChangeApprover{}, nil
	case store.RunErased:
		return eraseBroadcastCommand(tx, item)
	case store.RunBeta:
		return &support.EndBeta{Programme: item.Run.Subject, MailFrom: from}, nil
	}
	return nil, fmt.Errorf("run %d: nothing is known of its kind %q", item.Run.ID, item.Run.Kind)
}

// untilRun is how long the timer may sleep for the sake of runs.
func (d *Desk) untilRun(ctx context.Context) (time.Duration, error) {
	real := d.real()
	ready, next, err := d.store.RunsWait(ctx, real)
	if err == nil && !ready {
		var ends time.Time
		if ends, err = d.store.NextProgrammeEnd(ctx); err == nil && !ends.IsZero() {
			if left := max(ends.Sub(d.Now()), time.Millisecond); next.IsZero() || left < next.Sub(real) {
				next = real.Add(left)
			}
		}
	}
	switch {
	case err != nil:
		return maxSleep, err
	case ready:
		return time.Millisecond, nil
	case !next.IsZero():
		return min(max(next.Sub(real), time.Millisecond), maxSleep), nil
	}
	return maxSleep, nil
}
