package desk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

const (
	dueBatch  = 100                   // requests taken at once
	tickers   = 64                    // of them ticked at the same time: what one commit takes
	leaseTime = time.Minute           // after which a claim by a crashed process is free again
	gather    = 20 * time.Millisecond // that mails wait, so that several share what they cost
	maxSleep  = time.Minute           // however far the next instant is: clocks get set
	minPause  = time.Second           // after trouble, doubled up to maxSleep
	maxHeld   = 8 * time.Second       // the same while the database does not keep up: all is to go on soon after
)

// clockwork is the actor of timers and effects.
var clockwork = support.Actor{Kind: support.System}

// Run lets time pass: it ticks what is due and tells the outside world what has
// happened, until ctx ends. Trouble is logged and tried again. It may run in
// several processes; call it once in each.
func (d *Desk) Run(ctx context.Context) error {
	ctx = store.Behind(ctx)
	var loops sync.WaitGroup
	loops.Go(func() { d.loop(ctx, "timer", 0, d.kickTimer, d.timerPass, d.untilDue) })
	loops.Go(func() { d.loop(ctx, "effects", gather, d.kickEffects, d.effectPass, d.untilEffect) })
	loops.Go(func() { d.loop(ctx, "mail", 0, d.kickMail, d.mailPass, d.untilMail) })
	loops.Go(func() { d.loop(ctx, "files", 0, d.kickFiles, d.filePass, d.untilFiles) })
	loops.Go(func() { d.scrubFiles(ctx) })
	loops.Go(func() { d.everyDay(ctx) })
	loops.Go(func() { d.deliverWebhooks(ctx) })
	loops.Go(func() { d.fillSearch(ctx) })
	loops.Go(func() { d.followPack(ctx) })
	defer loops.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case work := <-d.store.Wake():
			d.rouse(work)
		}
	}
}

// rouse wakes those for whom there is something to do.
func (d *Desk) rouse(w store.Work) {
	if w.Effects {
		awake(d.kickEffects)
	}
	if w.Mail {
		awake(d.kickMail)
	}
	if w.Rest {
		awake(d.kickWebhooks)
		awake(d.kickFiles)
	}
	// Most requests are due long after the timer looks again by itself.
	if until := d.timerUntil.Load(); w.Rest || !w.Due.IsZero() && (until == 0 || w.Due.UnixMicro() < until) {
		awake(d.kickTimer)
	}
}

func (d *Desk) kick() { d.rouse(store.Work{Effects: true, Mail: true, Rest: true}) }

// loop works until nothing is left and sleeps until there is something again.
// After a kick it waits a while, so that it finds what others leave meanwhile.
func (d *Desk) loop(ctx context.Context, name string, wait time.Duration, kick <-chan struct{},
	work func(context.Context) (int, error), until func(context.Context) (time.Duration, error)) {
	pause := minPause
	for ctx.Err() == nil {
		d.pass.RLock()
		n, err := work(ctx)
		d.pass.RUnlock()
		sleep, woken := time.Duration(0), kick
		if err == nil && n == 0 {
			sleep, err = until(ctx)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			d.log.Error("background work failed; it is tried again", "work", name, "pause", pause, "error", err)
			sleep, pause = pause, longer(pause, err)
			if store.Overtaxed(err) {
				woken = nil // more work is no reason to try sooner
			}
		default:
			pause = minPause
		}
		if sleep <= 0 {
			continue
		}
		alarm := time.NewTimer(min(sleep, maxSleep))
		select {
		case <-ctx.Done():
		case <-woken:
			rest(ctx, wait, nil, nil)
		case <-alarm.C:
		}
		alarm.Stop()
	}
}

// longer is the pause after one that was followed by trouble again.
func longer(pause time.Duration, err error) time.Duration {
	if store.Overtaxed(err) {
		return min(2*pause, maxHeld)
	}
	return min(2*pause, maxSleep)
}

func (d *Desk) untilDue(ctx context.Context) (sleep time.Duration, err error) {
	// Known after everything was read: what comes meanwhile wakes the timer.
	defer func() {
		if err == nil {
			d.timerUntil.Store(d.Now().Add(sleep).UnixMicro())
		}
	}()
	d.timerUntil.Store(0)
	sleep, err = d.untilRun(ctx)
	if err != nil {
		return sleep, err
	}
	rows, err := d.nextRow(ctx)
	if err != nil {
		return sleep, err
	}
	if !rows.IsZero() {
		sleep = max(min(rows.Sub(d.Now()), sleep), time.Millisecond)
	}
	at, ok, err := d.store.NextDue(ctx, d.real())
	if err != nil || !ok {
		return sleep, err
	}
	return max(min(at.Sub(d.Now()), sleep), time.Millisecond), nil
}

func (d *Desk) timerPass(ctx context.Context) (int, error) {
	ticked, err := d.tickDue(ctx, tickers)
	ran, alsoErr := d.runPass(ctx, runBatch)
	rows, thirdErr := d.rowPass(ctx)
	old, fourthErr := d.forgetOnce(ctx)
	return ticked + ran + rows + old, errors.Join(err, alsoErr, thirdErr, fourthErr)
}

// tickDue takes what is due and gives each an ordinary tick, at most side of
// them at a time. It tells how many it took.
func (d *Desk) tickDue(ctx context.Context, side int) (int, error) {
	var due []store.Due
	err := d.store.Update(ctx, func(tx *store.Tx) error {
		var err error
		due, err = tx.ClaimDue(d.Now(), d.real(), leaseTime, dueBatch)
		return err
	})
	if err != nil {
		return 0, err
	}
	if side == 1 {
		var all error
		for _, claimed := range due {
			all = errors.Join(all, d.tick(ctx, claimed))
		}
		return len(due), all
	}
	var (
		wg   sync.WaitGroup
		gate = make(chan struct{}, side)
		errs = make([]error, len(due))
	)
	for i, claimed := range due {
		gate <- struct{}{}
		wg.Go(func() {
			errs[i] = d.tick(ctx, claimed)
			<-gate
		})
	}
	wg.Wait()
	return len(due), errors.Join(errs...)
}

// tick lets one request's time pass. One that stays due is pushed out, so that
// it cannot keep the others from their turn; the store counts that, and leaves
// alone what a command has moved since the claim. The error is of the pushing
// out alone.
func (d *Desk) tick(ctx context.Context, claimed store.Due) error {
	done, err := d.Do(ctx, clockwork, claimed.Request, &support.Tick{})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case store.Overtaxed(err):
		return err // it is not the request's fault: the next claim finds it again
	}
	now := d.Now()
	due, why := done.Row.DueAt, "its due instant did not move"
	later := due.IsZero() || due.After(now)
	switch {
	case err == nil && later && len(done.Facts) > 0:
		return nil
	case err == nil && later:
		// Another process was faster, or the row was written under another pack.
		if due.IsZero() {
			due = now.AddDate(1, 0, 0)
		}
		return d.store.Update(ctx, func(tx *store.Tx) error { return tx.PushOut(claimed, due, "nothing was due yet") })
	case err != nil:
		why = err.Error()
	case len(done.Facts) > 0:
		claimed.At = due // what the tick itself wrote
	}
	d.log.Error("a tick left its request due; it is pushed out", "request", claimed.Request, "cause", why)
	return d.store.Update(ctx, func(tx *store.Tx) error {
		before, err := tx.Pushed(claimed.Request)
		if err != nil {
			return err
		}
		return tx.PushOut(claimed, now.Add(pushOut(before)), why)
	})
}

// pushOut doubles from a minute to an hour.
func pushOut(before int) time.Duration {
	return min(time.Minute<<min(before, 6), time.Hour)
}

// Settle does everything that is due now at the desk's clock, ticks, runs and
// effects, until nothing is left. Effects that failed stay for their next try
// by the real clock and are no error. It works alone: the loops of [Desk.Run]
// wait meanwhile.
func (d *Desk) Settle(ctx context.Context) error {
	d.pass.Lock()
	defer d.pass.Unlock()
	return d.settle(ctx)
}

func (d *Desk) settle(ctx context.Context) error {
	for {
		came, err := d.mailPass(ctx)
		if err != nil {
			return err
		}
		ticked, err := d.tickDue(ctx, 1)
		if err != nil {
			return err
		}
		ran, err := d.runPass(ctx, runBatch)
		if err != nil {
			return err
		}
		rows, err := d.rowPass(ctx)
		if err != nil {
			return err
		}
		sent, err := d.effectPass(ctx)
		if err != nil {
			return err
		}
		if came+ticked+ran+rows+sent == 0 {
			return nil
		}
	}
}

// lastClock is the first instant to which no demo goes.
var lastClock = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// Advance brings the desk's clock forward to an instant by set, for demos and
// tests. It stops at every instant at which something is due, in their order,
// and settles there, so that everything happens as if time had passed. Going
// back is refused, and so is going on to where the calendars, which end with
// 2100, have no room left for what starts then.
func (d *Desk) Advance(ctx context.Context, set func(time.Time), to time.Time) error {
	d.pass.Lock()
	defer d.pass.Unlock()
	to = support.Instant(to)
	if now := d.Now(); to.Before(now) {
		return wrong(support.Conflict, "to", "clock.back", "now", now.Format(time.RFC3339), "to", to.Format(time.RFC3339))
	}
	if !to.Before(lastClock) {
		return wrong(support.Invalid, "to", "clock.too_far")
	}
	if err := d.settle(ctx); err != nil {
		return err
	}
	for {
		next, ok, err := d.nextInstant(ctx)
		if err != nil {
			return err
		}
		if !ok || next.After(to) {
			break
		}
		set(next)
		if now := d.Now(); now.Before(next) {
			return fmt.Errorf("advance: the clock was set to %v and stands at %v", next, now)
		}
		if err := d.settle(ctx); err != nil {
			return err
		}
	}
	set(to)
	d.kick()
	return d.settle(ctx)
}

// nextInstant is the first instant after now at which the desk's clock makes
// something due. What is due already and could not be done waits for the real
// clock and does not hold this one.
func (d *Desk) nextInstant(ctx context.Context) (time.Time, bool, error) {
	now := d.Now()
	due, ok, err := d.store.NextDue(ctx, d.real())
	if err != nil {
		return time.Time{}, false, err
	}
	pending, err := d.store.NextEffect(ctx, now, d.real())
	if err != nil {
		return time.Time{}, false, err
	}
	ok = ok && due.After(now)
	ends, err := d.store.NextProgrammeEnd(ctx)
	if err != nil {
		return time.Time{}, false, err
	}
	rows, err := d.nextRow(ctx)
	if err != nil {
		return time.Time{}, false, err
	}
	for _, at := range []time.Time{ends, rows} {
		if at.After(now) && (!ok || at.Before(due)) {
			due, ok = at, true
		}
	}
	if next := pending.NotBefore; next.After(now) && (!ok || next.Before(due)) {
		return next, true, nil
	}
	return due, ok, nil
}
