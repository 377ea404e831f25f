package desk

import (
	"context"
	"errors"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// undelivered is a mail that the outbox did not take, and its address.
type undelivered struct {
	to string
	error
}

func (u *undelivered) Unwrap() error { return u.error }

// errSuppressed marks an effect that reaches nobody because mails to the address are
// stopped: it ends without a mail.
var errSuppressed = errors.New("mails to the address are stopped")

// allowed leaves out the mails to addresses to which none leaves. Pages leave always,
// and so do links that somebody has just asked for.
func (d *Desk) allowed(ctx context.Context, e store.EffectRow, mails []told) ([]told, error) {
	if e.Kind == "page" || e.About.Kind == "one_time" {
		return mails, nil
	}
	var out []told
	for _, t := range mails {
		stopped, err := d.store.Suppressed(ctx, t.mail.To.Email)
		if err != nil {
			return nil, err
		}
		if !stopped {
			out = append(out, t)
		}
	}
	if len(out) == 0 && len(mails) > 0 {
		return nil, errSuppressed
	}
	return out, nil
}

// bounced is for an address to which mail cannot arrive: profile and pages say so
// until it is changed or confirmed (R12), and no mail leaves to it until then. An
// address that was changed since is another one.
func (d *Desk) bounced(tx *store.Tx, contact int64, address string) error {
	if err := d.marked(tx, contact, address); err != nil {
		return err
	}
	return d.stop(tx, address, store.SuppressedBounced, "")
}

// marked marks a contact's address when a mail to it came to nothing.
func (d *Desk) marked(tx *store.Tx, contact int64, address string) error {
	at := d.Now()
	marked, err := tx.MarkBounced(contact, address, at)
	if err != nil || !marked {
		return err
	}
	return tx.Audit("contact", contact, clockwork, at, "address_bounced", map[string]any{})
}

// stop has no mail leave to an address any more.
func (d *Desk) stop(tx *store.Tx, address string, why store.SuppressedWhy, status string) error {
	s := store.Suppressed{Email: address, Why: why, Status: status, At: d.Now(), By: clockwork}
	added, err := tx.Suppress(&s)
	if err != nil || !added {
		return err
	}
	return tx.Audit("suppressed", s.ID, clockwork, s.At, "suppress_address", map[string]any{"why": why, "status": status})
}

// unbounced lets mails leave again to an address of which somebody says that it is
// right.
func (d *Desk) unbounced(tx *store.Tx, by support.Actor, address string) error {
	id, err := tx.UnsuppressBounced(address)
	if err != nil || id == 0 {
		return err
	}
	return tx.Audit("suppressed", id, by, d.Now(), "allow_address", map[string]any{})
}

// notAccepted says on the request that a mail was given up, and what follows for
// its address: one that does not exist gets no more of them.
func (d *Desk) notAccepted(tx *store.Tx, e store.EffectRow, why error) error {
	said, status := support.NoticeGivenUp, statusOf(why)
	if errors.Is(why, ErrPermanent) {
		said = support.NoticeRefused
	}
	var u *undelivered
	if errors.As(why, &u) && errors.Is(why, ErrAddress) {
		if e.Recipient.Kind == support.ToContact {
			if err := d.marked(tx, e.Recipient.ID, u.to); err != nil {
				return err
			}
		}
		if errors.Is(why, ErrPermanent) {
			if err := d.stop(tx, u.to, store.SuppressedBounced, status); err != nil {
				return err
			}
		}
	}
	return d.noticeFailed(tx, e, said, status)
}

// statusOf is the code that a server answered with, such as 5.1.1; "" without one.
func statusOf(err error) string {
	var said interface{ Status() string }
	if errors.As(err, &said) {
		return said.Status()
	}
	return ""
}

// noticeFailed says on a request that a mail did not reach whom it was for: once, by
// whichever way that was learned. Duties are nobody by name, and letters stand on no
// request.
func (d *Desk) noticeFailed(tx *store.Tx, e store.EffectRow, why support.NoticeWhy, status string) error {
	if e.Request == 0 || e.Recipient.Kind != support.ToContact && e.Recipient.Kind != support.ToStaff {
		return nil
	}
	if said, err := saysFailed(tx, e.Request, e.Key); err != nil || said {
		return err
	}
	failed := support.NoticeFailed{Key: e.Key, Kind: e.Kind, Template: e.Template, Recipient: e.Recipient, Seq: e.Seq, Why: why, Status: status}
	_, err := d.carryOut(tx, clockwork, e.Request, 0, &support.FailNotice{NoticeFailed: failed})
	return err
}

// saysFailed tells whether the last word of a timeline about a mail is that it did not
// reach anybody.
func saysFailed(tx *store.Tx, request int64, key string) (failed bool, err error) {
	said, err := tx.FactsOfKinds(request, "notified", "notice_failed")
	for _, f := range said {
		switch b := f.Body.(type) {
		case support.Notified:
			failed = failed && b.Key != key
		case support.NoticeFailed:
			failed = failed || b.Key == key
		}
	}
	return failed, err
}

// bouncedIn marks the contact of a request when somebody recorded that a mail
// came back (R12, A26).
func (d *Desk) bouncedIn(tx *store.Tx, done Done) error {
	came := false
	for _, f := range done.Facts {
		switch b := f.Body.(type) {
		case support.AttemptVoided:
			came = came || b.Why == "bounced"
		case support.ContactAttempted:
			came = came || b.Channel == support.Mail && b.Outcome == support.Bounced
		}
	}
	if !came {
		return nil
	}
	c, err := tx.Contact(done.Row.Contact)
	if err != nil {
		return err
	}
	return d.marked(tx, c.ID, c.Email)
}

// Suppress has no mail leave to an address any more: because whoever reads it calls
// them unwanted, or by hand.
func (d *Desk) Suppress(ctx context.Context, by support.Actor, s *store.Suppressed) error {
	if err := checkEmail(s.Email); err != nil {
		return err
	}
	if s.Why != store.SuppressedComplained && s.Why != store.SuppressedByHand {
		return support.Wrong("why", "suppressed.why", "why", string(s.Why))
	}
	given := *s
	return d.change(ctx, by, "suppress_address", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		row := given
		row.At, row.By, row.Status = at, by, ""
		added, err := tx.Suppress(&row)
		if err == nil && !added {
			err = &support.Error{Code: support.Conflict, Key: "suppressed.there", Field: "email"}
		}
		*s = row
		return entry{"suppressed", row.ID, map[string]any{"why": row.Why}}, err
	})
}

// Unsuppress lets mails to an address leave again.
func (d *Desk) Unsuppress(ctx context.Context, by support.Actor, id int64) error {
	return d.change(ctx, by, "allow_address", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		return entry{"suppressed", id, map[string]any{}}, tx.Unsuppress(id)
	})
}
