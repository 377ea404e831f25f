package desk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

const (
	effectBatch = 64               // effects taken at once
	senders     = 8                // requests whose effects are told at the same time
	recordMost  = 8                // effects of a request that are recorded together
	recordAfter = time.Second      // since their facts were read, at the latest
	recordTime  = 10 * time.Second // for the record of what has left, also while the process stops
)

// told is one mail that left, for one person.
type told struct {
	key  string
	to   support.Recipient
	mail notify.Mail
	eml  []byte
	// seen is the last fact that the mail was made of.
	seen int64
}

// effectPass takes what may be told now and tells it: requests side by side,
// the effects of one request one after the other, so that a receipt arrives
// before the answer. It gives the number taken; effects that fail are put off
// and are no error.
func (d *Desk) effectPass(ctx context.Context) (int, error) {
	var rows, dead []store.EffectRow
	taken := d.real()
	err := d.record(ctx, func(tx *store.Tx) (err error) {
		if rows, dead, err = tx.ClaimEffects(d.Now(), taken, leaseTime+d.sendTimeout, effectBatch); err != nil {
			return err
		}
		for _, e := range dead {
			err = errors.Join(err, d.voidAttempts(tx, e), d.noticeFailed(tx, e, support.NoticeGivenUp, ""))
		}
		if err == nil {
			rows, err = tx.HoldMails(rows, d.limits, taken)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, e := range dead {
		d.givenUp(e, errors.New("no worker came back with it"))
	}
	slices.SortStableFunc(rows, func(a, b store.EffectRow) int { return cmp.Compare(a.Seq, b.Seq) })
	bySubject := map[string][]store.EffectRow{}
	var order []string // that of the rows: one sender alone tells them in it
	for _, e := range rows {
		subject := e.Key // letters do not wait for each other
		if e.Request != 0 {
			subject = strconv.FormatInt(e.Request, 10)
		}
		if bySubject[subject] == nil {
			order = append(order, subject)
		}
		bySubject[subject] = append(bySubject[subject], e)
	}
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs []error
		gate = make(chan struct{}, d.senders)
	)
	for _, subject := range order {
		queue := bySubject[subject]
		gate <- struct{}{}
		wg.Go(func() {
			defer func() { <-gate }()
			if err := d.tell(ctx, queue, taken.Add(leaseTime/2)); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return len(rows), errors.Join(errs...)
}

// release gives back what a process that stops has claimed and not begun, so
// that another one need not wait for the end of the lease. That may fail: then
// the lease ends by itself.
func (d *Desk) release(ctx context.Context, rows []store.EffectRow) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	err := d.record(ctx, func(tx *store.Tx) error {
		for _, e := range rows {
			if err := tx.EffectReleased(e.Key, e.Lease); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		d.log.Warn("effects are not given back; they wait until their lease ends", "effects", len(rows), "error", err)
	}
}

// left is an effect whose mails have left.
type left struct {
	effect store.EffectRow
	mails  []told
}

// tell does the effects of one subject in their order. Those that leave within
// recordAfter are rendered from the same facts, and that they have left is recorded in
// one transaction. Where that fails they are done again, under the same Message-IDs.
// What is not begun by until, while the claim surely holds, is left to the next
// claim. The error is of the store alone.
func (d *Desk) tell(ctx context.Context, queue []store.EffectRow, until time.Time) error {
	var (
		c     conversation
		out   []left
		began time.Time // of c
		errs  []error
	)
	record := func() {
		errs = append(errs, d.recordAll(ctx, out))
		out = nil
	}
	for i, e := range queue {
		now := d.real()
		if now.After(until) {
			break
		}
		if ctx.Err() != nil {
			d.release(ctx, queue[i:])
			break
		}
		if len(out) == recordMost || now.Sub(began) > recordAfter {
			record()
			c, began = conversation{}, now
		}
		mails, err := d.send(ctx, e, &c)
		if err != nil {
			errs = append(errs, d.unsent(ctx, e, err))
			continue
		}
		out = append(out, left{e, mails})
	}
	record()
	return errors.Join(errs...)
}

// recordAll records effects that have left, each by itself where that cannot be done
// for all.
func (d *Desk) recordAll(ctx context.Context, out []left) error {
	if len(out) > 1 && d.recordTold(ctx, out...) == nil {
		return nil
	}
	var errs []error
	for _, o := range out {
		err := d.recordTold(ctx, o)
		if err == nil {
			continue
		}
		if leaseLost(err) {
			d.log.Warn("a mail took so long that another worker took it over", "effect", o.effect.Key)
			continue
		}
		d.log.Error("a mail left but could not be recorded; it will be sent again under the same id", "effect", o.effect.Key, "error", err)
		errs = append(errs, err, d.putOff(ctx, o.effect, err))
	}
	return errors.Join(errs...)
}

// unsent ends an effect, or puts it off, that did not leave.
func (d *Desk) unsent(ctx context.Context, e store.EffectRow, err error) error {
	if ctx.Err() != nil {
		d.release(ctx, []store.EffectRow{e}) // stopped, not failed
		return nil
	}
	if store.Overtaxed(err) {
		// Nothing was sent for want of what to say: that is no failed attempt.
		d.release(ctx, []store.EffectRow{e})
		return err
	}
	if errors.Is(err, errNobody) || errors.Is(err, errSuppressed) {
		d.log.Warn("an effect is dropped: its recipient has left, or gets no mail", "effect", e.Key, "template", e.Template, "why", err)
		err = d.drop(ctx, e, err)
	} else {
		d.log.Error("an effect failed", "effect", e.Key, "template", e.Template, "attempt", e.Attempts,
			"permanent", errors.Is(err, ErrPermanent), "error", err)
		err = d.putOff(ctx, e, err)
	}
	if leaseLost(err) {
		return nil
	}
	return err
}

// drop ends an effect that reaches nobody any more. That mails to the address are
// stopped is said to whoever works on the request; that somebody has left is not.
func (d *Desk) drop(ctx context.Context, e store.EffectRow, why error) error {
	return d.record(ctx, func(tx *store.Tx) error {
		err := tx.EffectDropped(e.Key, e.Lease, why.Error(), d.real())
		if err == nil {
			err = d.voidAttempts(tx, e)
		}
		if err != nil || !errors.Is(why, errSuppressed) {
			return err
		}
		return d.noticeFailed(tx, e, support.NoticeSuppressed, "")
	})
}

func leaseLost(err error) bool {
	var e *support.Error
	return errors.As(err, &e) && e.Key == "effect.lease_lost"
}

// putOff leaves the effect for a later try by the real clock, or gives it up
// when it was refused for good or has been tried for days. What is given up
// reached nobody, so that an attempt to reach the contact is taken back with it.
func (d *Desk) putOff(ctx context.Context, e store.EffectRow, why error) error {
	dead := false
	err := d.record(ctx, func(tx *store.Tx) (err error) {
		if dead = errors.Is(why, ErrPermanent); dead {
			err = tx.EffectRefused(e.Key, e.Lease, why.Error())
		} else {
			dead, err = tx.EffectFailed(e.Key, e.Lease, why.Error(), d.real())
		}
		if err != nil || !dead {
			return err
		}
		if err := d.notAccepted(tx, e, why); err != nil {
			return err
		}
		return d.voidAttempts(tx, e)
	})
	if err != nil {
		return fmt.Errorf("put off effect %s: %w", e.Key, err)
	}
	if dead {
		d.givenUp(e, why)
	}
	return nil
}

func (d *Desk) givenUp(e store.EffectRow, why error) {
	d.log.Error("an effect is given up until somebody retries it: see `madoguchi effect list`",
		"effect", e.Key, "template", e.Template, "recipient", e.Recipient.String(), "error", why)
}

// record writes what has become of effects, again when a command came between.
func (d *Desk) record(ctx context.Context, fn func(tx *store.Tx) error) error {
	var err error
	for range attempts {
		if err = d.store.Update(ctx, fn); !cameBetween(err) {
			break
		}
	}
	return err
}

// send renders and sends to everybody whom the effect means. A page to several
// has reached its purpose when one of them was told.
func (d *Desk) send(ctx context.Context, e store.EffectRow, c *conversation) (out []told, err error) {
	defer func() {
		if p := recover(); p != nil {
			d.log.Error("an effect panicked", "effect", e.Key, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	mails, err := d.render(ctx, e, c)
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	var errs []error
	if mails, err = d.allowed(ctx, e, mails); err != nil {
		return nil, err
	}
	for _, t := range mails {
		if d.sign != nil {
			if t.mail.Signature, err = d.sign(t.mail.EML()); err != nil {
				return nil, fmt.Errorf("sign: %w", err)
			}
		}
		if err := d.sendOne(ctx, t.mail); err != nil {
			errs = append(errs, err)
			continue
		}
		t.eml = t.mail.EML()
		c.told(e, t, d.Now())
		out = append(out, t)
	}
	if len(out) == 0 {
		if slices.ContainsFunc(errs, passing) {
			errs = slices.DeleteFunc(errs, func(err error) bool { return !passing(err) })
		}
		return nil, &undelivered{mails[0].mail.To.Email, errors.Join(errs...)}
	}
	for _, err := range errs {
		d.log.Error("one of several recipients was not reached", "effect", e.Key, "error", err)
	}
	return out, nil
}

// passing tells whether trying again may help.
func passing(err error) bool { return !errors.Is(err, ErrPermanent) }

func (d *Desk) sendOne(ctx context.Context, m notify.Mail) error {
	ctx, cancel := context.WithTimeout(ctx, d.sendTimeout)
	defer cancel()
	return d.out.Send(ctx, m)
}

// recordTold puts on the timeline who was told, and ends the effects, in one
// transaction. Somebody else who took one over meanwhile has the word. A process that
// is being stopped still records what it has sent: it would send it again after its
// start.
func (d *Desk) recordTold(ctx context.Context, all ...left) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	err := d.record(ctx, func(tx *store.Tx) error {
		var r *support.Request
		var facts []support.Fact
		for _, o := range all {
			var err error
			if o.effect.Request != 0 && r == nil { // a letter is on no timeline
				if r, facts, err = folded(tx, o.effect.Request); err != nil {
					return err
				}
			}
			if err := d.recordEffect(tx, o, r, facts); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("record effect %s: %w", all[0].effect.Key, err)
	}
	return nil
}

// recordEffect is the record of one effect: r is the request as facts have made it
// and what was recorded before, nil for a letter.
func (d *Desk) recordEffect(tx *store.Tx, o left, r *support.Request, facts []support.Fact) error {
	e, erased := o.effect, false
	if r != nil {
		if err := d.recordNotices(tx, o, r, facts); err != nil {
			return err
		}
		var err error
		if erased, err = erasedSince(tx, e, facts, o.mails[0].seen); err != nil {
			return err
		}
	}
	sum, kept := sha256.Sum256(o.mails[0].eml), o.mails[0].eml
	if erased || e.Recipient.Kind == support.ToSubscriber || e.About.Kind == "one_time" {
		// A stranger's address stays with their mail, a subscriber's address and token
		// with the subscription, and both are forgotten with it; a link that opens an
		// account stays nowhere.
		kept = []byte{}
	}
	return tx.EffectDone(e.Key, e.Lease, hex.EncodeToString(sum[:]), kept, d.real())
}

// recordNotices puts on a request's timeline who was told.
func (d *Desk) recordNotices(tx *store.Tx, o left, r *support.Request, facts []support.Fact) error {
	for _, t := range o.mails {
		sum := sha256.Sum256(t.eml)
		told := notified(o.effect, t)
		told.SHA256 = hex.EncodeToString(sum[:])
		if _, err := d.carryOutOn(tx, r, facts, clockwork, 0, &support.RecordNotice{Notified: told}); err != nil {
			return err
		}
	}
	return nil
}

// notified is what the timeline says of a mail.
func notified(e store.EffectRow, t told) support.Notified {
	return support.Notified{Key: t.key, Kind: e.Kind, Template: e.Template, Recipient: t.to, Seq: e.Seq}
}

// erasedSince tells whether a text was erased after a mail was made: what left
// may hold it and is not kept.
func erasedSince(tx *store.Tx, e store.EffectRow, facts []support.Fact, seen int64) (bool, error) {
	for _, f := range facts {
		if _, erased := f.Body.(support.ContentErased); erased && f.Seq > seen {
			return true, nil
		}
	}
	// The words of a defect are erased on the defect.
	for _, f := range batch(facts, e) {
		if b, ok := f.Body.(support.DefectTold); ok && b.Public.ID != 0 {
			texts, err := tx.Texts([]int64{b.Public.ID})
			return texts[b.Public.ID] == "", err
		}
	}
	return false, nil
}

// voidAttempts takes back the attempt to reach the contact that an effect was
// to carry out and did not: nobody was reached by it (A26). Notices about it to
// others mean nothing for it.
func (d *Desk) voidAttempts(tx *store.Tx, e store.EffectRow) error {
	if e.Recipient.Kind != support.ToContact || e.Request == 0 {
		return nil
	}
	facts, err := tx.Facts(e.Request)
	if err != nil {
		return err
	}
	for _, f := range batch(facts, e) {
		attempt, ok := f.Body.(support.ContactAttempted)
		if !ok || attempt.Channel == support.Phone || attempt.With != e.Recipient.ID {
			continue // watchers read it too
		}
		_, err := d.carryOut(tx, clockwork, e.Request, 0, &support.VoidAttempt{N: attempt.N, Why: "bounced"})
		if err != nil && (cameBetween(err) || support.CodeOf(err) == "") {
			return err // a refusal says that it counts for nothing any more
		}
	}
	return nil
}

// batch are the facts that an effect tells.
func batch(facts []support.Fact, e store.EffectRow) []support.Fact {
	var out []support.Fact
	for _, f := range facts {
		if f.Seq >= e.Seq && f.Seq <= e.Last {
			out = append(out, f)
		}
	}
	return out
}

func (d *Desk) untilEffect(ctx context.Context) (time.Duration, error) {
	desk, real := d.Now(), d.real()
	p, err := d.store.NextEffect(ctx, desk, real)
	if err != nil {
		return 0, err
	}
	sleep := maxSleep
	if p.Ready {
		sleep = 0
	}
	if !p.NotBefore.IsZero() {
		sleep = min(sleep, p.NotBefore.Sub(desk))
	}
	if !p.NextTry.IsZero() {
		sleep = min(sleep, p.NextTry.Sub(real))
	}
	return max(sleep, time.Millisecond), nil
}

// everything is the viewer of background work.
var everything = store.Viewer{Actor: clockwork, Roles: []support.Role{support.RoleSystem}}

// RetryEffect sends a given-up effect once more, at once: the duty manager's or
// an admin's act after the cause is mended. key is the effect's. An attempt to
// reach the contact that was void with it stays so: it was made too late.
func (d *Desk) RetryEffect(ctx context.Context, by support.Actor, key string) error {
	return d.change(ctx, by, "retry_effect", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		return entry{"effect", 0, map[string]any{"effect": key}}, tx.EffectRetry(key)
	})
}

// RetryEffects is [Desk.RetryEffect] of all that were given up of one template, ""
// for every one, and says how many.
func (d *Desk) RetryEffects(ctx context.Context, by support.Actor, template string) (n int64, err error) {
	err = d.change(ctx, by, "retry_effect", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		n, err = tx.EffectsRetry(template)
		return entry{"effect", 0, map[string]any{"template": template, "effects": n}}, err
	})
	return n, err
}

// EndEffect ends a given-up effect that nobody has to be told any more, with the
// reason. What it was about stays as it is.
func (d *Desk) EndEffect(ctx context.Context, by support.Actor, key, reason string) error {
	if err := endReason(reason); err != nil {
		return err
	}
	return d.change(ctx, by, "end_effect", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		account, err := tx.EffectEnded(key, support.Instant(d.real()))
		if err != nil {
			return entry{}, err
		}
		said := support.T(reason)
		if err := tx.SaveText(account, 0, &said); err != nil {
			return entry{}, err
		}
		return entry{"effect", 0, map[string]any{"effect": key, "reason": said}}, nil
	})
}

// EndEffects is [Desk.EndEffect] of all that were given up of one template, and says
// how many.
func (d *Desk) EndEffects(ctx context.Context, by support.Actor, template, reason string) (n int64, err error) {
	if err := endReason(reason); err != nil {
		return 0, err
	}
	err = d.change(ctx, by, "end_effect", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		if n, err = tx.EffectsEnded(template, support.Instant(d.real())); err != nil {
			return entry{}, err
		}
		said := support.T(reason)
		if err := tx.SaveText(0, 0, &said); err != nil {
			return entry{}, err
		}
		return entry{"effect", 0, map[string]any{"template": template, "effects": n, "reason": said}}, nil
	})
	return n, err
}

func endReason(reason string) error {
	if strings.TrimSpace(reason) == "" {
		return support.Wrong("reason", "effect.reason_needed")
	}
	return checkText(reason, "reason")
}
