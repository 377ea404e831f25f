package desk

import (
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// undelivered is a mail that the outbox did not take, and its address.
type undelivered struct {
	to string
	error
}

func (u *undelivered) Unwrap() error { return u.error }

// bounced marks a contact's address when a mail was given up because the address
// was not accepted: profile and pages say so until it is changed or confirmed
// (R12). An address that was changed since is another one.
func (d *Desk) bounced(tx *store.Tx, contact int64, address string) error {
	at := d.Now()
	marked, err := tx.MarkBounced(contact, address, at)
	if err != nil || !marked {
		return err
	}
	return tx.Audit("contact", contact, clockwork, at, "address_bounced", map[string]any{})
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
	return d.bounced(tx, c.ID, c.Email)
}
