package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// whose is the condition on subscriptions s of one person, as parameter n.
func whose(s support.Subscription, n int) (string, any) {
	if s.Contact != 0 {
		return nth("s.contact_id = ?", n), s.Contact
	}
	return nth("s.email = ?", n), fold(s.Email)
}

// Subscribe keeps that somebody asked for the alerts of a kind. What is active,
// or waits for a mail that was sent after an instant, stays as it is, which asked
// tells: nobody makes the token of a mail void by asking again. Of addresses without an account no more
// than hourly may ask within an hour.
func (tx *Tx) Subscribe(s *support.Subscription, after time.Time, hourly int) (asked bool, err error) {
	where, who := whose(*s, 1)
	found, err := tx.subscriptions(where+" AND s.product = $2 AND s.kind = $3", who, s.Product, s.Kind)
	if err != nil {
		return false, err
	}
	if len(found) > 0 {
		s.ID, s.LeaveToken = found[0].ID, found[0].LeaveToken
		n, err := tx.exec(`UPDATE subscription SET state = 'pending', asked_at = $2, mail_at = $3, confirm_token = $4, ended_at = NULL, language = $5
WHERE id = $1 AND (state = 'ended' OR state = 'pending' AND mail_at <= $6)`,
			s.ID, s.AskedAt.UnixMicro(), s.MailAt.UnixMicro(), s.ConfirmToken, s.Language, after.UnixMicro())
		return n > 0, wrap(err, "ask for subscription %d", s.ID)
	}
	if s.Contact == 0 {
		// The brand's row stands for the count: two that counted the same do not both
		// add to it.
		if _, err := tx.exec("UPDATE brand SET id = id WHERE id = 1"); err != nil {
			return false, wrap(err, "subscribe")
		}
		var n int
		err := tx.one([]any{&n}, "SELECT COUNT(*) FROM subscription WHERE contact_id IS NULL AND asked_at > $1", s.AskedAt.Add(-time.Hour).UnixMicro())
		if err != nil {
			return false, wrap(err, "subscribe")
		}
		if n >= hourly {
			return false, support.Refuse(support.Busy, "alert.too_many")
		}
	}
	var email any
	if s.Contact == 0 {
		email = fold(s.Email)
	}
	err = tx.one([]any{&s.ID}, `INSERT INTO subscription (account_id, contact_id, email, language, product, kind, state, asked_at, mail_at, confirm_token, leave_token)
VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9, $10) RETURNING id`, ref(s.Account), ref(s.Contact), email, s.Language, s.Product, s.Kind,
		s.AskedAt.UnixMicro(), s.MailAt.UnixMicro(), s.ConfirmToken, s.LeaveToken)
	return true, wrap(refused(err, "product", ""), "subscribe")
}

// LastAsked is the newest mail that asked somebody to confirm subscriptions for
// a product, and its token; zero: none did.
func (tx *Tx) LastAsked(s support.Subscription) (at time.Time, token string, err error) {
	where, who := whose(s, 1)
	found, err := tx.subscriptions(where+" AND s.product = $2 ORDER BY s.mail_at DESC LIMIT 1", who, s.Product)
	if err != nil || len(found) == 0 {
		return at, "", err
	}
	return found[0].MailAt, found[0].ConfirmToken, nil
}

// ConfirmSubscriptions makes active what one mail asked for, when that was sent
// after an instant, and gives it; none: the token is unknown, old or used.
func (tx *Tx) ConfirmSubscriptions(token string, after, at time.Time) ([]support.Subscription, error) {
	found, err := tx.subscriptions("s.confirm_token = $1 AND s.state = 'pending' AND s.mail_at > $2 ORDER BY s.id", token, after.UnixMicro())
	if err != nil || token == "" {
		return nil, err
	}
	_, err = tx.exec("UPDATE subscription SET state = 'active', confirmed_at = $3 WHERE confirm_token = $1 AND state = 'pending' AND mail_at > $2",
		token, after.UnixMicro(), at.UnixMicro())
	return found, wrap(err, "confirm subscriptions")
}

// EndSubscription ends a subscription; ended says that it was not ended before.
func (tx *Tx) EndSubscription(id int64, at time.Time) (ended bool, err error) {
	n, err := tx.exec("UPDATE subscription SET state = 'ended', ended_at = $2 WHERE id = $1 AND state <> 'ended'", id, at.UnixMicro())
	return n > 0, wrap(err, "end subscription %d", id)
}

// ForgetSubscribers erases the addresses of subscriptions that ended, and
// removes those that nobody confirmed, when that was before an instant.
func (tx *Tx) ForgetSubscribers(ended, asked time.Time) error {
	if _, err := tx.exec("UPDATE subscription SET email = NULL WHERE email IS NOT NULL AND ended_at < $1", ended.UnixMicro()); err != nil {
		return wrap(err, "forget subscribers")
	}
	_, err := tx.exec("DELETE FROM subscription WHERE state = 'pending' AND mail_at < $1", asked.UnixMicro())
	return wrap(err, "forget subscribers")
}

// SubscriptionByToken finds the subscription that a token in a mail ends.
func (tx *Tx) SubscriptionByToken(leave string) (support.Subscription, error) {
	return oneSubscription(tx.subscriptions("s.leave_token = $1", leave))
}

// Subscription gives a subscription.
func (tx *Tx) Subscription(id int64) (support.Subscription, error) {
	return oneSubscription(tx.subscriptions("s.id = $1", id))
}

// Subscription gives a subscription, to those who write to subscribers.
func (s *Store) Subscription(ctx context.Context, id int64) (support.Subscription, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Subscription{}, err
	}
	return oneSubscription(q.subscriptions("s.id = $1", id))
}

// AskedTogether are the subscriptions that still wait for one mail's token.
func (s *Store) AskedTogether(ctx context.Context, token string) ([]support.Subscription, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.subscriptions("s.confirm_token = $1 AND s.state = 'pending' ORDER BY s.id", token)
}

// Subscriptions lists a contact's own that have not ended, by product and kind.
func (s *Store) Subscriptions(ctx context.Context, v Viewer) ([]support.Subscription, error) {
	q, err := s.reads(ctx)
	if err != nil || v.Actor.Kind != support.Customer {
		return nil, err
	}
	return q.subscriptions("s.contact_id = $1 AND s.state <> 'ended' ORDER BY s.product, s.kind", v.Actor.ID)
}

func oneSubscription(found []support.Subscription, err error) (support.Subscription, error) {
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.NotFound, "alert.no_subscription")
	}
	if err != nil {
		return support.Subscription{}, err
	}
	return found[0], nil
}

func (q rows) subscriptions(where string, args ...any) ([]support.Subscription, error) {
	var out []support.Subscription
	err := q.all(func(r scanner) error {
		var s support.Subscription
		err := r.Scan(&s.ID, optional{&s.Account}, optional{&s.Contact}, &s.Email, &s.Language, &s.Product, &s.Kind, &s.State, instant{&s.AskedAt},
			instant{&s.MailAt}, &s.ConfirmToken, &s.LeaveToken, instant{&s.ConfirmedAt}, instant{&s.EndedAt})
		out = append(out, s)
		return err
	}, `SELECT s.id, s.account_id, s.contact_id, COALESCE(s.email, ''), s.language, s.product, s.kind, s.state, s.asked_at, s.mail_at, s.confirm_token,
  s.leave_token, s.confirmed_at, s.ended_at FROM subscription s WHERE `+where, args...)
	return out, wrap(err, "read subscriptions")
}
