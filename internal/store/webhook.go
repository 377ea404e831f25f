package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"madoguchi/internal/support"
)

// Bounds of webhooks.
const (
	MaxWebhooks    = 100 // each has a goroutine, and some connections
	deliveriesKept = 100 // of each webhook
)

// WebhookState is whether events are posted to a receiver.
type WebhookState string

// States of webhooks.
const (
	WebhookEnabled  WebhookState = "enabled"
	WebhookDisabled WebhookState = "disabled"
)

// WebhookWhy is why a webhook is disabled.
type WebhookWhy string

// The reasons.
const (
	WebhookByAdmin WebhookWhy = "admin"
	WebhookFailing WebhookWhy = "failing" // for days
	WebhookGone    WebhookWhy = "gone"    // the receiver said so
)

// Webhook is a receiver of the feed. The instants are of the real clock but for
// MadeAt.
type Webhook struct {
	ID            int64 // filled by AddWebhook
	Name, URL     string
	Kinds         []string // of facts; none: all
	Secret        string
	Previous      string // signs beside it until PreviousUntil; "": none does
	PreviousUntil time.Time
	State         WebhookState
	Why           WebhookWhy // "" while enabled
	SinceAt       time.Time  // of the state
	Pos           int64      // the last event that was delivered or passed over
	Attempts      int        // at the next event that failed; 0: it was not tried yet
	FailingSince  time.Time  // zero: the last attempt was taken
	NextTryAt     time.Time  // zero: at once
	Lease         string     // the name under which somebody delivers, "" for none
	LeasedUntil   time.Time
	Sent          int64 // attempts ever made
	Version       int64 // changes with what people set, and when a lease is given back; 1..
	Staff         int64 // who made it; 0: the system
	MadeAt        time.Time
}

// Wants tells whether the receiver is told of facts of a kind.
func (h Webhook) Wants(kind string) bool { return len(h.Kinds) == 0 || slices.Contains(h.Kinds, kind) }

// Delivery is one attempt to tell a receiver of something.
type Delivery struct {
	N       int64 // filled when it is kept; 1..
	Message string
	Kind    string // type of the message
	Attempt int    // 1..; 0: a test
	At      time.Time
	Took    time.Duration // in milliseconds
	Status  int           // 0: nothing came back
	Why     string        // what was wrong; "": it was taken
}

const webhookColumns = `id, name, url, kinds, secret, previous, previous_until, state, why, since_at, pos, attempts, failing_since, next_try_at,
  lease, leased_until, sent, version, staff_id, made_at`

func (q rows) webhooks(text string, args ...any) ([]Webhook, error) {
	var out []Webhook
	err := q.all(func(r scanner) error {
		var h Webhook
		var next, leased int64
		err := r.Scan(&h.ID, &h.Name, &h.URL, listOf[string]{&h.Kinds}, &h.Secret, &h.Previous, instant{&h.PreviousUntil}, &h.State, &h.Why,
			instant{&h.SinceAt}, &h.Pos, &h.Attempts, instant{&h.FailingSince}, &next, &h.Lease, &leased, &h.Sent, &h.Version, &h.Staff, instant{&h.MadeAt})
		if next != 0 {
			h.NextTryAt = time.UnixMicro(next).UTC()
		}
		if leased != 0 {
			h.LeasedUntil = time.UnixMicro(leased).UTC()
		}
		out = append(out, h)
		return err
	}, text, args...)
	return out, err
}

// AddWebhook adds a receiver that is told of what comes after the newest event,
// and fills its ID and Pos.
func (tx *Tx) AddWebhook(h *Webhook) error {
	tx.work.Rest = true
	var err error
	if h.Pos, err = tx.newest(); err != nil {
		return wrap(err, "add webhook")
	}
	h.State, h.Version = WebhookEnabled, 1
	err = tx.one([]any{&h.ID}, `INSERT INTO webhook (name, url, kinds, secret, previous, state, why, since_at, pos, attempts, next_try_at, lease, leased_until,
  sent, version, staff_id, made_at)
SELECT $1, $2, $3, $4, '', 'enabled', '', CAST($5 AS BIGINT), CAST($6 AS BIGINT), 0, 0, '', 0, 0, 1, CAST($7 AS BIGINT), CAST($8 AS BIGINT)
WHERE (SELECT COUNT(*) FROM webhook) < $9 RETURNING id`,
		h.Name, h.URL, list(h.Kinds), h.Secret, h.SinceAt.UnixMicro(), h.Pos, h.Staff, h.MadeAt.UnixMicro(), MaxWebhooks)
	if absent(err, "") != err {
		return support.Refuse(support.Conflict, "webhook.too_many", "most", fmt.Sprint(MaxWebhooks))
	}
	return wrap(err, "add webhook")
}

// changeWebhook is what people change of one.
func (tx *Tx) changeWebhook(set string, id int64, args ...any) error {
	tx.work.Rest = true // the goroutine that delivers looks at it again
	n, err := tx.exec("UPDATE webhook SET version = version + 1, "+set+" WHERE id = $1", append([]any{id}, args...)...)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "webhook.not_found")
	}
	return wrap(err, "change webhook %d", id)
}

// ChangeWebhook replaces name, URL and kinds. At another URL it is tried at once,
// and has not failed yet.
func (tx *Tx) ChangeWebhook(h Webhook) error {
	return tx.changeWebhook(`name = $2, url = $3, kinds = $4, attempts = CASE WHEN url = $3 THEN attempts ELSE 0 END,
  failing_since = CASE WHEN url = $3 THEN failing_since END, next_try_at = CASE WHEN url = $3 THEN next_try_at ELSE 0 END`,
		h.ID, h.Name, h.URL, list(h.Kinds))
}

// RotateWebhook gives a receiver another secret; the one before signs too until
// an instant, zero: no longer.
func (tx *Tx) RotateWebhook(id int64, secret string, until time.Time) error {
	if until.IsZero() {
		return tx.changeWebhook("secret = $2, previous = '', previous_until = NULL", id, secret)
	}
	return tx.changeWebhook("previous = secret, secret = $2, previous_until = $3", id, secret, until.UnixMicro())
}

// DisableWebhook ends deliveries; whoever delivers just now may end the attempt.
func (tx *Tx) DisableWebhook(id int64, why WebhookWhy, at time.Time) error {
	return tx.changeWebhook("since_at = CASE WHEN state = 'enabled' THEN $3 ELSE since_at END, state = 'disabled', why = $2, lease = '', leased_until = 0",
		id, string(why), at.UnixMicro())
}

// EnableWebhook goes on where deliveries stopped, or after the newest event.
func (tx *Tx) EnableWebhook(id int64, now bool, at time.Time) error {
	pos := int64(0)
	if now {
		var err error
		if pos, err = tx.newest(); err != nil {
			return wrap(err, "enable webhook %d", id)
		}
	}
	return tx.changeWebhook(`since_at = CASE WHEN state = 'disabled' THEN $2 ELSE since_at END, state = 'enabled', why = '',
  attempts = 0, failing_since = NULL, next_try_at = 0, pos = CASE WHEN pos < $3 THEN $3 ELSE pos END`, id, at.UnixMicro(), pos)
}

// RemoveWebhook forgets a receiver.
func (tx *Tx) RemoveWebhook(id int64) error {
	if _, err := tx.exec("DELETE FROM webhook_delivery WHERE webhook_id = $1", id); err != nil {
		return wrap(err, "remove webhook %d", id)
	}
	n, err := tx.exec("DELETE FROM webhook WHERE id = $1", id)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "webhook.not_found")
	}
	tx.work.Rest = true
	return wrap(err, "remove webhook %d", id)
}

// ForgetSecrets forgets the secrets that no longer sign.
func (tx *Tx) ForgetSecrets(real time.Time) error {
	_, err := tx.exec("UPDATE webhook SET previous = '', previous_until = NULL WHERE previous_until <= $1", real.UnixMicro())
	return wrap(err, "forget secrets of webhooks")
}

// claimed is the row of a webhook that an update has changed; none: it is somebody
// else's by now, stands elsewhere, is disabled, or has to wait.
func claimed(found []Webhook, err error) (Webhook, error) {
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.Conflict, "webhook.lease_lost")
	}
	if err != nil {
		return Webhook{}, wrap(err, "deliver to a webhook")
	}
	return found[0], nil
}

// sameWebhook is the row as it was when it was claimed: nobody else has it, and
// nobody has set it to go on elsewhere.
const sameWebhook = "id = $1 AND lease = $2 AND pos = $3 AND state = 'enabled' RETURNING "

// ClaimWebhook takes deliveries to a receiver upon somebody until an instant of
// the real clock. When another one has them, or they have to wait, the answer is a
// conflict.
func (tx *Tx) ClaimWebhook(id int64, name string, real, until time.Time) (Webhook, error) {
	return claimed(tx.webhooks(`UPDATE webhook SET lease = $2, leased_until = $4
WHERE id = $1 AND state = 'enabled' AND next_try_at <= $3 AND (lease = $2 OR leased_until <= $3) RETURNING `+webhookColumns,
		id, name, real.UnixMicro(), until.UnixMicro()))
}

// PassWebhook moves a receiver that is claimed past events that it does not want.
func (tx *Tx) PassWebhook(h Webhook, pos int64) (Webhook, error) {
	return claimed(tx.webhooks("UPDATE webhook SET pos = $4 WHERE "+sameWebhook+webhookColumns, h.ID, h.Lease, h.Pos, pos))
}

// WebhookTaken keeps that a receiver took the event at a position, and renews
// the lease until an instant. A lost lease is a conflict.
func (tx *Tx) WebhookTaken(h Webhook, pos int64, until time.Time, d Delivery) (Webhook, error) {
	out, err := claimed(tx.webhooks(`UPDATE webhook SET pos = $4, leased_until = $5, attempts = 0, failing_since = NULL, next_try_at = 0, sent = sent + 1
WHERE `+sameWebhook+webhookColumns, h.ID, h.Lease, h.Pos, pos, until.UnixMicro()))
	if err != nil {
		return out, err
	}
	return out, tx.keepDelivery(out, d)
}

// WebhookRefused keeps that a receiver did not take the next event, gives the
// lease back, and lets nobody try before an instant of the real clock. A lost
// lease is a conflict.
func (tx *Tx) WebhookRefused(h Webhook, next time.Time, d Delivery) (Webhook, error) {
	out, err := claimed(tx.webhooks(`UPDATE webhook SET attempts = attempts + 1, failing_since = COALESCE(failing_since, $4), next_try_at = $5,
  lease = '', leased_until = 0, sent = sent + 1
WHERE `+sameWebhook+webhookColumns, h.ID, h.Lease, h.Pos, d.At.UnixMicro(), next.UnixMicro()))
	if err != nil {
		return out, err
	}
	return out, tx.keepDelivery(out, d)
}

// WebhookTested keeps how a test went; it says nothing of the events that wait.
func (tx *Tx) WebhookTested(id int64, d Delivery) error {
	found, err := tx.webhooks("UPDATE webhook SET sent = sent + 1 WHERE id = $1 RETURNING "+webhookColumns, id)
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.NotFound, "webhook.not_found")
	}
	if err != nil {
		return wrap(err, "test webhook %d", id)
	}
	return tx.keepDelivery(found[0], d)
}

// keepDelivery keeps the attempt that h.Sent counts as the last, in the place of
// the one that was made so many before.
func (tx *Tx) keepDelivery(h Webhook, d Delivery) error {
	_, err := tx.exec(`INSERT INTO webhook_delivery (webhook_id, slot, n, message, kind, attempt, at, ms, status, why)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (webhook_id, slot) DO UPDATE SET n = excluded.n, message = excluded.message, kind = excluded.kind, attempt = excluded.attempt,
  at = excluded.at, ms = excluded.ms, status = excluded.status, why = excluded.why`,
		h.ID, h.Sent%deliveriesKept, h.Sent, d.Message, d.Kind, d.Attempt, d.At.UnixMicro(), d.Took.Milliseconds(), d.Status, d.Why)
	return wrap(err, "keep a delivery of webhook %d", h.ID)
}

// LeaveWebhook gives a lease back; somebody else's stays.
func (tx *Tx) LeaveWebhook(id int64, name string) error {
	n, err := tx.exec("UPDATE webhook SET lease = '', leased_until = 0, version = version + 1 WHERE id = $1 AND lease = $2", id, name)
	tx.work.Rest = tx.work.Rest || n > 0
	return wrap(err, "leave webhook %d", id)
}

// administers is the condition under which a viewer sees webhooks: they are
// administrators' affair.
func (v Viewer) administers() string {
	if v.Actor.Kind == support.System || v.Actor.Kind == support.Vendor && slices.Contains(v.Roles, support.RoleAdmin) {
		return "TRUE"
	}
	return "FALSE"
}

func oneWebhook(found []Webhook, err error) (Webhook, error) {
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.NotFound, "webhook.not_found")
	}
	if err != nil {
		return Webhook{}, wrap(err, "read webhook")
	}
	return found[0], nil
}

// Webhook gives a receiver.
func (tx *Tx) Webhook(id int64) (Webhook, error) {
	return oneWebhook(tx.webhooks("SELECT "+webhookColumns+" FROM webhook WHERE id = $1", id))
}

// Webhook gives a receiver: administrators' to read.
func (s *Store) Webhook(ctx context.Context, v Viewer, id int64) (Webhook, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Webhook{}, err
	}
	return oneWebhook(q.webhooks("SELECT "+webhookColumns+" FROM webhook WHERE id = $1 AND "+v.administers(), id))
}

// Webhooks lists receivers by id, after one of them (0: from the first on), at
// most max, 1..500, 0 = 100: administrators' to read.
func (s *Store) Webhooks(ctx context.Context, v Viewer, after int64, max int) ([]Webhook, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	out, err := q.webhooks("SELECT "+webhookColumns+" FROM webhook WHERE id > $1 AND "+v.administers()+" ORDER BY id LIMIT 0 + $2", after, limit(max, 100, 500))
	return out, wrap(err, "read webhooks")
}

// WebhookVersions are the enabled receivers, each with the version of what
// people have set.
func (s *Store) WebhookVersions(ctx context.Context) (map[int64]int64, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	out := map[int64]int64{}
	err = q.all(func(r scanner) error {
		var id, version int64
		err := r.Scan(&id, &version)
		out[id] = version
		return err
	}, "SELECT id, version FROM webhook WHERE state = 'enabled'")
	return out, wrap(err, "read webhooks")
}

// Deliveries lists the last attempts of a receiver, the newest first, at most
// max, 1..100, 0 = 20. An unknown one is not_found.
func (s *Store) Deliveries(ctx context.Context, v Viewer, id int64, max int) ([]Delivery, error) {
	if _, err := s.Webhook(ctx, v, id); err != nil {
		return nil, err
	}
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []Delivery
	err = q.all(func(r scanner) error {
		var d Delivery
		var ms int64
		err := r.Scan(&d.N, &d.Message, &d.Kind, &d.Attempt, instant{&d.At}, &ms, &d.Status, &d.Why)
		d.Took = time.Duration(ms) * time.Millisecond
		out = append(out, d)
		return err
	}, "SELECT n, message, kind, attempt, at, ms, status, why FROM webhook_delivery WHERE webhook_id = $1 ORDER BY n DESC LIMIT 0 + $2",
		id, limit(max, 20, deliveriesKept))
	return out, wrap(err, "read deliveries of webhook %d", id)
}
