package desk

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// maxCertifications is how many one profile holds.
const maxCertifications = 100

// AddCertification adds a certification to a contact's profile: by the person,
// the PLA of the account, or whoever helps with the profile (R53). It fills the
// id; nobody has verified it yet.
func (d *Desk) AddCertification(ctx context.Context, by support.Actor, c *support.Certification) error {
	if err := checkName(c.Name.Plain, "name"); err != nil {
		return err
	}
	if err := checkLine(c.Number.Plain, "number"); err != nil {
		return err
	}
	given := *c
	return d.onProfile(ctx, by, "add_certification", c.Contact, func(tx *store.Tx, who support.Contact, at time.Time) (entry, error) {
		added := support.Certification{
			Contact: who.ID, Product: given.Product, Name: given.Name, Number: given.Number, Until: support.Instant(given.Until), AddedBy: by, At: at,
		}
		if added.Product != "" {
			if _, err := tx.Product(added.Product); err != nil {
				return entry{}, noProduct(tx, err, "product", added.Product)
			}
		}
		for _, t := range []*support.Text{&added.Name, &added.Number} {
			if err := tx.SaveText(who.Account, 0, t); err != nil {
				return entry{}, err
			}
		}
		if err := tx.AddCertification(&added, maxCertifications); err != nil {
			return entry{}, err
		}
		*c = added
		return entry{"contact", who.ID, map[string]any{
			"certification": added.ID, "product": added.Product, "name": added.Name, "number": added.Number, "until": added.Until,
		}}, nil
	})
}

// VerifyCertification records that the actor saw the proof of a certification.
func (d *Desk) VerifyCertification(ctx context.Context, by support.Actor, contact, id int64) error {
	return d.onProfile(ctx, by, "verify_certification", contact, func(tx *store.Tx, who support.Contact, at time.Time) (entry, error) {
		return entry{"contact", who.ID, map[string]any{"certification": id}}, tx.VerifyCertification(who.ID, id, by.ID, at)
	})
}

// RemoveCertification takes a certification from a profile and erases what it
// said.
func (d *Desk) RemoveCertification(ctx context.Context, by support.Actor, contact, id int64) error {
	return d.onProfile(ctx, by, "remove_certification", contact, func(tx *store.Tx, who support.Contact, at time.Time) (entry, error) {
		erased, err := tx.RemoveCertification(who.ID, id, at)
		if err != nil {
			return entry{}, err
		}
		if err := tx.Audit("contact", who.ID, by, at, "content_erased", map[string]any{"content": erased}); err != nil {
			return entry{}, err
		}
		return entry{"contact", who.ID, map[string]any{"certification": id}}, nil
	})
}

// onProfile changes what hangs on a contact's profile.
func (d *Desk) onProfile(ctx context.Context, by support.Actor, act string, contact int64,
	do func(tx *store.Tx, who support.Contact, at time.Time) (entry, error)) error {
	var who support.Contact
	whose := func(tx *store.Tx) (a about, err error) {
		who, err = tx.Contact(contact)
		return about{account: who.Account, owner: support.Actor{Kind: support.Customer, ID: contact}}, absent(err, "contact", "contact.not_found")
	}
	return d.changeOf(ctx, by, act, whose, func(tx *store.Tx, at time.Time) (entry, error) { return do(tx, who, at) })
}
