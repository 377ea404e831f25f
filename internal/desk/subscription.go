package desk

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Subscribing is what somebody asks for: the alerts of kinds about a product.
// Email and Language are of who has no account.
type Subscribing struct {
	Product         string
	Kinds           []string
	Email, Language string
}

// Subscribe asks somebody by mail to confirm that they want alerts: a contact,
// or anyone by their address. Nothing is sent to them before they do. The
// answer is the same whatever is known of an address.
func (d *Desk) Subscribe(ctx context.Context, by support.Actor, in Subscribing) error {
	rules := d.Pack().Alerts
	if len(rules.Kinds) == 0 {
		return support.Refuse(support.Conflict, "alert.none")
	}
	if len(in.Kinds) == 0 {
		return support.Wrong("kinds", "alert.kind_needed")
	}
	for i, kind := range in.Kinds {
		if err := d.alertKind(kind, fmt.Sprintf("kinds[%d]", i)); err != nil {
			return err
		}
	}
	if by.Kind == support.Vendor {
		return support.Refuse(support.Forbidden, "alert.own_only")
	}
	if by.Kind == support.Customer {
		in.Email, in.Language = "", ""
	} else if err := checkEmail(in.Email); err != nil {
		return err
	}
	return d.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Product(in.Product); err != nil {
			return absent(err, "product", "product.unknown")
		}
		actor, at := support.Actor{Kind: support.System}, d.Now()
		ask := support.Subscription{Email: in.Email, Language: lang.Base(in.Language, true), Product: in.Product, AskedAt: at}
		if by.Kind == support.Customer {
			c, err := activeContact(tx, by.ID)
			if err != nil {
				return err
			}
			actor, ask.Contact, ask.Account = by, c.ID, c.Account
		}
		return d.askFor(tx, actor, ask, in.Kinds)
	})
}

// askFor keeps what is asked for and lets one mail ask for its confirmation: the
// one that is on its way, or one that leaves when the pack allows the next.
func (d *Desk) askFor(tx *store.Tx, by support.Actor, ask support.Subscription, kinds []string) error {
	rules := d.Pack().Alerts
	last, token, err := tx.LastAsked(ask)
	if err != nil {
		return err
	}
	ask.MailAt, ask.ConfirmToken = ask.AskedAt, rand.Text()
	switch next := last.Add(rules.ConfirmEvery.Duration()); {
	case last.After(ask.AskedAt): // it has not left and will name these too
		ask.MailAt, ask.ConfirmToken = last, token
	case !last.IsZero() && next.After(ask.AskedAt):
		ask.MailAt = next
	}
	var first int64
	for _, kind := range kinds {
		one := ask
		one.Kind, one.LeaveToken = kind, rand.Text()
		asked, err := tx.Subscribe(&one, ask.AskedAt.Add(-rules.ConfirmWithin.Duration()), rules.Hourly)
		if err != nil {
			return err
		}
		if !asked {
			continue
		}
		if first == 0 {
			first = one.ID
		}
		err = tx.Audit("subscription", one.ID, by, ask.AskedAt, "subscribe", map[string]any{"product": one.Product, "kind": kind, "contact": one.Contact})
		if err != nil {
			return err
		}
	}
	if first == 0 || ask.ConfirmToken == token {
		return nil
	}
	to := support.Recipient{Kind: support.ToSubscriber, ID: first}
	mail := support.Letter(support.Subject{Kind: "subscription", ID: first}, "alert_confirm", occasion(ask.MailAt), to)
	mail.NotBefore = ask.MailAt
	return tx.AddLetter(ask.Account, mail)
}

// ConfirmSubscription makes active what a mail asked for: whoever has its token
// has read the address's mail.
func (d *Desk) ConfirmSubscription(ctx context.Context, token string) ([]support.Subscription, error) {
	var confirmed []support.Subscription
	err := d.store.Update(ctx, func(tx *store.Tx) error {
		at := d.Now()
		var err error
		confirmed, err = tx.ConfirmSubscriptions(token, at.Add(-d.Pack().Alerts.ConfirmWithin.Duration()), at)
		if err == nil && len(confirmed) == 0 {
			err = support.Refuse(support.NotFound, "alert.token")
		}
		if err != nil {
			return err
		}
		for _, s := range confirmed {
			if err := tx.Audit("subscription", s.ID, subscriber(s), at, "confirm_subscription", map[string]any{}); err != nil {
				return err
			}
		}
		return nil
	})
	return confirmed, err
}

// subscriber is who acts by a token.
func subscriber(s support.Subscription) support.Actor {
	if s.Contact != 0 {
		return support.Actor{Kind: support.Customer, ID: s.Contact}
	}
	return support.Actor{Kind: support.System}
}

// EndSubscription ends a subscription by the token that stands in each of its
// mails. Ending it again changes nothing.
func (d *Desk) EndSubscription(ctx context.Context, token string) error {
	return d.endSubscription(ctx, func(tx *store.Tx) (support.Subscription, error) { return tx.SubscriptionByToken(token) })
}

// EndOwnSubscription ends one of a contact's own.
func (d *Desk) EndOwnSubscription(ctx context.Context, by support.Actor, id int64) error {
	return d.endSubscription(ctx, func(tx *store.Tx) (support.Subscription, error) {
		s, err := tx.Subscription(id)
		if err == nil && (by.Kind != support.Customer || s.Contact != by.ID) {
			err = support.Refuse(support.NotFound, "alert.no_subscription")
		}
		return s, err
	})
}

func (d *Desk) endSubscription(ctx context.Context, which func(tx *store.Tx) (support.Subscription, error)) error {
	return d.store.Update(ctx, func(tx *store.Tx) error {
		s, err := which(tx)
		if err != nil {
			return err
		}
		at := d.Now()
		ended, err := tx.EndSubscription(s.ID, at)
		if err != nil || !ended {
			return err
		}
		return tx.Audit("subscription", s.ID, subscriber(s), at, "end_subscription", map[string]any{})
	})
}

// subscribed is the reader of a mail to a subscriber: only who asked is asked to
// confirm, and only who confirmed gets alerts.
func (d *Desk) subscribed(ctx context.Context, e store.EffectRow) (support.Subscription, error) {
	s, err := d.store.Subscription(ctx, e.Recipient.ID)
	if support.CodeOf(err) == support.NotFound {
		return s, fmt.Errorf("subscription %d is gone: %w", e.Recipient.ID, errNobody)
	}
	wanted := s.State == support.SubscriptionActive
	if err == nil && e.Template == "alert_confirm" {
		var asked []support.Subscription
		asked, err = d.store.AskedTogether(ctx, s.ConfirmToken)
		wanted = len(asked) > 0
	}
	if err == nil && (!wanted || s.Contact == 0 && s.Email == "") {
		err = fmt.Errorf("subscription %d is %s: %w", s.ID, s.State, errNobody)
	}
	return s, err
}

func (d *Desk) toSubscriber(ctx context.Context, e store.EffectRow) ([]reader, error) {
	s, err := d.subscribed(ctx, e)
	if err != nil {
		return nil, err
	}
	if s.Contact == 0 {
		return []reader{{notify.Recipient{Email: s.Email, Language: s.Language}, e.Recipient}}, nil
	}
	to := e.Recipient
	e.Recipient = support.Recipient{Kind: support.ToContact, ID: s.Contact}
	list, err := d.readers(ctx, e, nil)
	for i := range list {
		list[i].to = to
	}
	return list, err
}

// alertLink is the page on which a token is used, by a press and not by being read.
func (d *Desk) alertLink(label, path, token string) []notify.LetterRow {
	return d.pageLink(label, path+"?"+url.Values{"token": {token}}.Encode())
}

// pageLink is one of our pages in a letter; a desk without pages has none.
func (d *Desk) pageLink(label, path string) []notify.LetterRow {
	if d.baseURL == "" {
		return nil
	}
	return []notify.LetterRow{{Label: label, Value: strings.TrimRight(d.baseURL, "/") + path, Link: true}}
}

// confirmLetter asks to confirm everything that waits for one token.
func (d *Desk) confirmLetter(ctx context.Context, e store.EffectRow, v lang.Voice) (notify.LetterPage, error) {
	s, err := d.store.Subscription(ctx, e.About.ID)
	if err != nil {
		return notify.LetterPage{}, err
	}
	asked, err := d.store.AskedTogether(ctx, s.ConfirmToken)
	if err != nil {
		return notify.LetterPage{}, err
	}
	page := notify.LetterPage{
		Args: map[string]string{
			"product": s.Product, "token": s.ConfirmToken, "until": s.MailAt.Add(d.Pack().Alerts.ConfirmWithin.Duration()).Format(time.RFC3339),
		},
		Says: []string{"confirm", "ignore"},
	}
	for _, one := range asked {
		if kind, ok := d.Pack().Alerts.Kind(one.Kind); ok {
			page.Rows = append(page.Rows, notify.LetterRow{Label: "mail.label.alerts", Value: kind.Text.In(v.Lang)})
		}
	}
	page.Rows = append(page.Rows, d.alertLink("mail.label.confirm_page", "/alerts/confirmation", s.ConfirmToken)...)
	return page, nil
}
