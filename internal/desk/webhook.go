package desk

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"slices"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/egress"
	"madoguchi/internal/lang"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Webhooks are how receivers are told of the feed. The zero value tells nobody,
// and no receiver can be set.
type Webhooks struct {
	Client *egress.Client
	// Entry shows an event as the feed does; it is encoded as JSON.
	Entry func(store.Event) any
}

// MaxOverlap is how long at the most a secret signs beside the one that has
// replaced it.
const MaxOverlap = 7 * 24 * time.Hour

// webhookTest is the type of messages that say nothing.
const webhookTest = "webhook.test"

// webhookPermissions are administrators': whoever sets a receiver sees from
// outside what happens to all requests.
func webhookPermissions() []PartyPermission {
	roles := []support.Role{support.RoleSystem, support.RoleAdmin}
	var out []PartyPermission
	for _, act := range []string{"add_webhook", "change_webhook", "rotate_webhook", "set_webhook_state", "remove_webhook", "test_webhook"} {
		out = append(out, PartyPermission{act, roles, nil})
	}
	return out
}

// AddWebhook adds a receiver by name, URL and kinds in h, which is told of what
// happens from now on, and fills the rest. Its secret is shown this once.
func (d *Desk) AddWebhook(ctx context.Context, by support.Actor, h *store.Webhook) error {
	given, err := d.checkedWebhook(*h)
	if err != nil {
		return err
	}
	secret := auth.MintSigning()
	return d.change(ctx, by, "add_webhook", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		added := store.Webhook{Name: given.Name, URL: given.URL, Kinds: given.Kinds, Secret: secret, SinceAt: support.Instant(d.real()), MadeAt: at}
		if by.Kind == support.Vendor {
			added.Staff = by.ID
		}
		if err := tx.AddWebhook(&added); err != nil {
			return entry{}, err
		}
		*h = added
		return entry{"webhook", h.ID, map[string]any{"kinds": h.Kinds}}, nil
	})
}

// checkedWebhook holds what people set against the rules. The URL stays out of
// the audit: it may hold a secret of the receiver's.
func (d *Desk) checkedWebhook(h store.Webhook) (store.Webhook, error) {
	if d.webhooks.Client == nil {
		return h, support.Refuse(support.Conflict, "webhook.off")
	}
	if err := checkName(h.Name, "name"); err != nil {
		return h, err
	}
	switch err := d.webhooks.Client.Check(h.URL); {
	case err == egress.ErrURL:
		return h, support.Wrong("url", "webhook.url")
	case err != nil:
		return h, support.Wrong("url", "webhook.address")
	}
	known := support.FactKinds()
	for _, k := range h.Kinds {
		if !slices.Contains(known, k) {
			return h, support.Wrong("kinds", "webhook.kind", "kind", k)
		}
	}
	h.Kinds = slices.Compact(slices.Sorted(slices.Values(h.Kinds)))
	return h, nil
}

// WebhookChange are parts of a receiver; nil ones stay.
type WebhookChange struct {
	Name, URL *string
	Kinds     *[]string // empty: all
}

// ChangeWebhook changes parts of a receiver. At another URL it goes on where it
// stands, at once.
func (d *Desk) ChangeWebhook(ctx context.Context, by support.Actor, id int64, to WebhookChange) error {
	return d.change(ctx, by, "change_webhook", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		h, err := tx.Webhook(id)
		if err != nil {
			return entry{}, err
		}
		if to.Name != nil {
			h.Name = *to.Name
		}
		if to.URL != nil {
			h.URL = *to.URL
		}
		if to.Kinds != nil {
			h.Kinds = *to.Kinds
		}
		if h, err = d.checkedWebhook(h); err != nil {
			return entry{}, err
		}
		return entry{"webhook", id, map[string]any{"kinds": h.Kinds}}, tx.ChangeWebhook(h)
	})
}

// RotateWebhook gives a receiver another secret, which is given back this once.
// Messages are signed with both until the overlap has passed, 0 to
// [MaxOverlap] of the real clock.
func (d *Desk) RotateWebhook(ctx context.Context, by support.Actor, id int64, overlap time.Duration) (secret string, err error) {
	if overlap < 0 || overlap > MaxOverlap {
		return "", support.Wrong("overlap_seconds", "webhook.overlap")
	}
	secret = auth.MintSigning()
	var until time.Time
	if overlap > 0 {
		until = support.Instant(d.real().Add(overlap))
	}
	err = d.change(ctx, by, "rotate_webhook", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		return entry{"webhook", id, map[string]any{"previous_until": until}}, tx.RotateWebhook(id, secret, until)
	})
	return secret, err
}

// SetWebhookState enables a receiver or disables it. Enabled again, it is told
// of what has happened meanwhile, or with skip of what happens from now on.
func (d *Desk) SetWebhookState(ctx context.Context, by support.Actor, id int64, state store.WebhookState, skip bool) error {
	return d.change(ctx, by, "set_webhook_state", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		now := support.Instant(d.real())
		e := entry{"webhook", id, map[string]any{"state": state, "skip": skip}}
		if state == store.WebhookEnabled {
			return e, tx.EnableWebhook(id, skip, now)
		}
		return e, tx.DisableWebhook(id, store.WebhookByAdmin, now)
	})
}

// RemoveWebhook forgets a receiver; that there was one stays in the audit.
func (d *Desk) RemoveWebhook(ctx context.Context, by support.Actor, id int64) error {
	return d.change(ctx, by, "remove_webhook", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		return entry{"webhook", id, map[string]any{}}, tx.RemoveWebhook(id)
	})
}

// TestWebhook posts a message that says nothing to a receiver, enabled or not,
// and gives what came of it. That it was not taken is no error, and changes
// nothing for the events that wait.
func (d *Desk) TestWebhook(ctx context.Context, by support.Actor, id int64) (store.Delivery, error) {
	var h store.Webhook
	if d.webhooks.Client == nil {
		return store.Delivery{}, support.Refuse(support.Conflict, "webhook.off")
	}
	err := d.change(ctx, by, "test_webhook", about{}, func(tx *store.Tx, _ time.Time) (e entry, err error) {
		h, err = tx.Webhook(id)
		return entry{"webhook", id, map[string]any{}}, err
	})
	if err != nil {
		return store.Delivery{}, err
	}
	m := posting{ID: "msg_test_" + rand.Text(), Type: webhookTest, At: d.Now(), Data: map[string]any{}}
	out, _, err := d.post(ctx, h, m)
	if err != nil {
		return out, err
	}
	return out, d.kept(ctx, func(tx *store.Tx) error { return tx.WebhookTested(id, out) })
}

// giveUp disables a receiver and tells the administrators, by letters of their
// own.
func (d *Desk) giveUp(tx *store.Tx, h store.Webhook, why store.WebhookWhy) error {
	now := support.Instant(d.real())
	if err := tx.DisableWebhook(h.ID, why, now); err != nil {
		return err
	}
	if err := tx.Audit("webhook", h.ID, clockwork, d.Now(), "webhook_disabled", map[string]any{"why": why}); err != nil {
		return err
	}
	all, err := tx.ActiveStaff()
	if err != nil {
		return err
	}
	to := []support.Recipient{}
	for _, s := range all {
		if s.Has(support.RoleAdmin) {
			to = append(to, support.Recipient{Kind: support.ToStaff, ID: s.ID})
		}
	}
	if len(to) == 0 {
		to = append(to, support.Recipient{Kind: support.ToDuty})
	}
	for _, who := range to {
		letter := support.Letter(support.Subject{Kind: "webhook", ID: h.ID}, "webhook_disabled", fmt.Sprintf(".%d", now.UnixMicro()), who)
		if err := tx.AddLetter(0, letter); err != nil {
			return err
		}
	}
	return nil
}

// webhookLetter tells that a receiver is told nothing any more. One that was
// enabled or removed meanwhile is nobody's trouble.
func (d *Desk) webhookLetter(ctx context.Context, e store.EffectRow, _ lang.Voice) (notify.LetterPage, error) {
	h, err := d.store.Webhook(ctx, everything, e.About.ID)
	if support.CodeOf(err) == support.NotFound || err == nil && (h.State == store.WebhookEnabled || h.Why == store.WebhookByAdmin) {
		return notify.LetterPage{}, fmt.Errorf("webhook %d needs nobody: %w", e.About.ID, errNobody)
	}
	if err != nil {
		return notify.LetterPage{}, err
	}
	at, err := url.Parse(h.URL)
	if err != nil {
		return notify.LetterPage{}, err
	}
	args := map[string]string{"name": h.Name, "host": at.Hostname(), "at": h.SinceAt.Format(time.RFC3339)}
	if !h.FailingSince.IsZero() {
		args["since"] = h.FailingSince.Format(time.RFC3339)
	}
	return notify.LetterPage{Args: args, Says: []string{string(h.Why), "do"}}, nil
}
