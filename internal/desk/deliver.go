package desk

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/egress"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// How receivers that do not take what they are sent are tried again: the pause
// is what they ask for, or doubles, up to an hour, so that one that is back waits
// no longer than that for all that it has missed.
const (
	webhookPause    = 5 * time.Second
	webhookLongest  = time.Hour
	WebhookPatience = 3 * 24 * time.Hour // of failing, after which it is disabled
	WebhookWithin   = egress.Timeout     // in which a receiver has to answer
)

const (
	webhookPage = 100 // events read at once
	webhookSkip = 200 // unwanted events after which the position is written down
)

// posting is what is posted, in the form that Standard Webhooks recommends.
type posting struct {
	ID   string    `json:"-"`
	Type string    `json:"type"`
	At   time.Time `json:"timestamp"`
	Data any       `json:"data"`
}

// posting tells of an event. Its id comes of the event's place in its chain,
// so that it is the same in every attempt and in a copy of the database.
func (d *Desk) posting(e store.Event) posting {
	return posting{"msg_" + hex.EncodeToString(e.Hash[:16]), e.Subject + "." + e.Fact.Kind(), e.Fact.At, d.webhooks.Entry(e)}
}

// post makes one attempt. What the receiver made of it is in the delivery, and how
// long it asks to be left alone beside it, 0 when it does not say; the error says
// that none was made, or that ctx has ended.
func (d *Desk) post(ctx context.Context, h store.Webhook, m posting) (store.Delivery, time.Duration, error) {
	now := support.Instant(d.real())
	out := store.Delivery{Message: m.ID, Kind: m.Type, At: now}
	body, err := json.Marshal(m)
	if err != nil {
		return out, 0, fmt.Errorf("encode message %s: %w", m.ID, err)
	}
	secrets := []string{h.Secret}
	if h.Previous != "" && now.Before(h.PreviousUntil) {
		secrets = append(secrets, h.Previous)
	}
	signature, err := auth.Sign(m.ID, now, body, secrets...)
	if err != nil {
		return out, 0, err
	}
	head := http.Header{}
	head.Set("Content-Type", "application/json")
	head.Set("Webhook-Id", m.ID)
	head.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	head.Set("Webhook-Signature", signature)
	a, err := d.webhooks.Client.Post(ctx, h.URL, head, body)
	out.Status, out.Took = a.Status, a.Took.Truncate(time.Millisecond)
	var failed *egress.Failure
	if errors.As(err, &failed) {
		out.Why, err = string(failed.Why), nil
	}
	return out, a.Again, err
}

// kept writes what has come of a post, also while the process stops.
func (d *Desk) kept(ctx context.Context, fn func(tx *store.Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	return d.record(ctx, fn)
}

// receiver is the goroutine of one webhook.
type receiver struct {
	version int64
	changed chan struct{} // somebody has changed it
	stop    context.CancelFunc
}

// deliverWebhooks keeps one goroutine for each enabled receiver, so that none
// waits for another, until ctx ends.
func (d *Desk) deliverWebhooks(ctx context.Context) {
	if d.webhooks.Client == nil {
		return
	}
	var all sync.WaitGroup
	running := map[int64]*receiver{}
	for ctx.Err() == nil {
		now, err := d.store.WebhookVersions(ctx)
		pause := maxSleep
		if err != nil {
			if ctx.Err() == nil {
				d.log.Error("webhooks are not looked at; they are again", "pause", minPause, "error", err)
			}
			now, pause = nil, minPause
		}
		for id, version := range now {
			r := running[id]
			if r == nil {
				own, stop := context.WithCancel(ctx)
				r = &receiver{version, make(chan struct{}, 1), stop}
				running[id] = r
				all.Go(func() { d.receive(own, id, r.changed) })
			}
			if r.version != version {
				r.version = version
				awake(r.changed)
			}
		}
		for id, r := range running {
			if _, there := now[id]; !there && err == nil {
				r.stop()
				delete(running, id)
			}
		}
		rest(ctx, pause, d.kickWebhooks, nil)
	}
	all.Wait()
}

// awake signals a channel that holds one signal.
func awake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// rest waits for the end of ctx or of a pause, or for one of two signals.
func rest(ctx context.Context, pause time.Duration, a, b <-chan struct{}) {
	alarm := time.NewTimer(max(pause, 0))
	defer alarm.Stop()
	select {
	case <-ctx.Done():
	case <-alarm.C:
	case <-a:
	case <-b:
	}
}

// receive delivers to one receiver until ctx ends.
func (d *Desk) receive(ctx context.Context, id int64, changed <-chan struct{}) {
	mute := d.store.Listen()
	defer mute()
	name := rand.Text() // of its leases
	defer d.leave(ctx, id, name)
	trouble := minPause
	for ctx.Err() == nil {
		grown := d.store.Grows() // before reading, so that nothing falls between
		until, err := d.webhookTurn(ctx, id, name)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			d.log.Error("a webhook is not served; it is tried again", "webhook", id, "pause", trouble, "error", err)
			rest(ctx, trouble, nil, nil)
			trouble = longer(trouble, err)
			continue
		case until.IsZero():
			rest(ctx, maxSleep, changed, grown)
		default:
			rest(ctx, min(until.Sub(d.real()), maxSleep), changed, nil)
		}
		trouble = minPause
	}
}

// leave gives the lease back, so that another node need not wait for its end.
func (d *Desk) leave(ctx context.Context, id int64, name string) {
	if err := d.kept(ctx, func(tx *store.Tx) error { return tx.LeaveWebhook(id, name) }); err != nil {
		d.log.Warn("a webhook is not given back; it waits until its lease ends", "webhook", id, "error", err)
	}
}

// webhookTurn delivers what a receiver has not been told yet, under leases of a
// name. It gives when to come again, zero: when the feed has grown.
func (d *Desk) webhookTurn(ctx context.Context, id int64, name string) (time.Time, error) {
	h, err := d.store.Webhook(ctx, everything, id)
	if support.CodeOf(err) == support.NotFound || err == nil && h.State != store.WebhookEnabled {
		return d.real().Add(maxSleep), nil // whoever runs it has not seen that yet
	}
	if err != nil {
		return time.Time{}, err
	}
	for now := d.real(); ; {
		if h.NextTryAt.After(now) {
			return h.NextTryAt, nil
		}
		if h.Lease != name && h.LeasedUntil.After(now) {
			return h.LeasedUntil, nil
		}
		page, err := d.store.Feed(ctx, everything, h.Pos, webhookPage)
		if err != nil {
			return time.Time{}, err
		}
		again := false
		h, again, err = d.deliverPage(ctx, h, name, page)
		switch {
		case webhookLost(err):
			// Another node has it, or somebody has changed it: it is looked at again.
			return d.real(), nil
		case err != nil:
			return time.Time{}, err
		}
		if now = d.real(); !again && !h.NextTryAt.After(now) {
			return time.Time{}, nil
		}
	}
}

func webhookLost(err error) bool {
	var e *support.Error
	return errors.As(err, &e) && e.Key == "webhook.lease_lost"
}

// deliverPage posts what the receiver wants of a page, one after the other, and
// tells whether there may be more to do at once. When one is not taken it ends
// there, and NextTryAt is later than now.
func (d *Desk) deliverPage(ctx context.Context, h store.Webhook, name string, page store.Feed) (store.Webhook, bool, error) {
	version, at := h.Version, h.Pos
	for _, e := range page.Events {
		if !h.Wants(e.Fact.Kind()) {
			continue
		}
		mine, err := d.leased(ctx, h, name)
		if err != nil || mine.Version != version || mine.Pos != at {
			return mine, true, err
		}
		if h, err = d.deliver(ctx, mine, e); err != nil || h.Pos != e.Pos {
			return h, false, err
		}
		at = h.Pos
	}
	if page.Next-h.Pos < webhookSkip && !page.More {
		return h, false, nil
	}
	mine, err := d.leased(ctx, h, name)
	if err != nil || mine.Version != version || mine.Pos != at {
		return mine, true, err
	}
	err = d.store.Update(ctx, func(tx *store.Tx) (err error) {
		h, err = tx.PassWebhook(mine, page.Next)
		return err
	})
	return h, page.More, err
}

// leased gives the row under a lease that surely holds for one attempt.
func (d *Desk) leased(ctx context.Context, h store.Webhook, name string) (store.Webhook, error) {
	now := d.real()
	if h.Lease == name && h.LeasedUntil.Sub(now) > leaseTime/2 {
		return h, nil
	}
	err := d.store.Update(ctx, func(tx *store.Tx) (err error) {
		h, err = tx.ClaimWebhook(h.ID, name, now, now.Add(leaseTime))
		return err
	})
	return h, err
}

// deliver makes one attempt with an event and keeps what came of it.
func (d *Desk) deliver(ctx context.Context, h store.Webhook, e store.Event) (store.Webhook, error) {
	out, asked, err := d.post(ctx, h, d.posting(e))
	if err != nil {
		return h, err
	}
	out.Attempt = h.Attempts + 1
	now := support.Instant(d.real())
	was := h
	err = d.kept(ctx, func(tx *store.Tx) (err error) {
		if out.Why == "" {
			h, err = tx.WebhookTaken(was, e.Pos, now.Add(leaseTime), out)
			return err
		}
		if h, err = tx.WebhookRefused(was, now.Add(webhookBackoff(out.Attempt, asked)), out); err != nil {
			return err
		}
		switch {
		case out.Status == http.StatusGone:
			return d.giveUp(tx, h, store.WebhookGone)
		case now.Sub(h.FailingSince) >= WebhookPatience:
			return d.giveUp(tx, h, store.WebhookFailing)
		}
		return nil
	})
	if err == nil && out.Why != "" {
		d.log.Warn("a webhook was not taken; it is tried again", "webhook", h.ID, "message", out.Message, "attempt", out.Attempt, "status", out.Status, "why", out.Why)
	}
	return h, err
}

// webhookBackoff is the pause after so many attempts, of which the last one's
// answer may have asked for another.
func webhookBackoff(attempts int, asked time.Duration) time.Duration {
	if asked > 0 {
		return min(max(asked, webhookPause), webhookLongest)
	}
	return min(webhookPause<<min(attempts-1, 30), webhookLongest)
}
