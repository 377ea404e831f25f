package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Register ties a product to the person who registers it (R06, R14). With a
// contract it is the contract's product and the PLA's act, or that of an SLA to
// whom a key of the product was opened (R04); without one it is the person's
// own, and a complimentary product's support runs from now for the pack's
// period. It fills id, account, at and until. Imports, acting as the system, may
// give an instant in the past at which it was registered.
func (d *Desk) Register(ctx context.Context, by support.Actor, r *support.Registration) error {
	rules, ok := d.Pack().Products[r.Product]
	if !ok {
		return support.Wrong("product", "product.not_found", "product", r.Product, "choices", listed(d.Pack().Products))
	}
	if rules.Registration == "none" {
		return support.Refuse(support.Conflict, "registration.not_for_product", "product", r.Product)
	}
	if !r.At.IsZero() && by.Kind == support.System && r.At.After(d.Now()) {
		return support.Wrong("registered_at", "registration.future")
	}
	whose := about{contract: r.Contract}
	if r.Contract == 0 {
		whose.owner = support.Actor{Kind: support.Customer, ID: r.Contact}
	}
	return d.change(ctx, by, "register", whose, func(tx *store.Tx, at time.Time) (entry, error) {
		contact, err := tx.Contact(r.Contact)
		if err != nil {
			return entry{}, absent(err, "contact", "contact.unknown")
		}
		added := support.Registration{Contact: r.Contact, Account: contact.Account, Product: r.Product, Contract: r.Contract, At: at}
		if !r.At.IsZero() && by.Kind == support.System {
			added.At = support.Instant(r.At)
		}
		if _, err := tx.Product(r.Product); err != nil {
			return entry{}, noProduct(tx, err, "product", r.Product)
		}
		if r.Contract != 0 {
			c, err := tx.Contract(r.Contract)
			if err != nil {
				return entry{}, absent(err, "contract", "contract.not_found")
			}
			if !slices.Contains(c.Products, r.Product) {
				return entry{}, support.Wrong("product", "registration.not_on_contract", "contract", c.Number)
			}
			if err := mayRegister(tx, by, c, r.Product); err != nil {
				return entry{}, err
			}
			added.Account = c.Account
		} else if until, ok := policy.Period(rules.Complimentary); ok {
			added.Until = support.Instant(until(added.At))
		}
		if err := tx.AddRegistration(&added); err != nil {
			return entry{}, err
		}
		*r = added
		return entry{"registration", r.ID, map[string]any{"contact": r.Contact, "product": r.Product, "contract": r.Contract}}, nil
	})
}

// mayRegister keeps an SLA to the products of the keys that were opened to them
// (R04).
func mayRegister(tx *store.Tx, by support.Actor, c support.Contract, product string) error {
	if by.Kind != support.Customer {
		return nil
	}
	roles, err := tx.RolesOf(by.ID, c.ID)
	if err != nil || slices.Contains(roles, support.RoleLicencePrimary) {
		return err
	}
	licences, err := tx.LicencesOf(c.ID)
	if err != nil {
		return err
	}
	for _, l := range licences {
		if l.Product == product && !l.Superseded && slices.Contains(l.OpenedTo, by.ID) {
			return nil
		}
	}
	return wrong(support.Forbidden, "product", "registration.not_opened", "product", product)
}

// AddLicence adds a key to a contract and fills the id (R03, R07).
func (d *Desk) AddLicence(ctx context.Context, by support.Actor, l *support.Licence) error {
	if err := checkName(l.Key, "key"); err != nil {
		return err
	}
	if l.Units < 1 {
		return support.Wrong("units", "licence.part_empty")
	}
	return d.change(ctx, by, "add_licence", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		c, err := tx.Contract(l.Contract)
		if err != nil {
			return entry{}, absent(err, "contract", "contract.not_found")
		}
		if !slices.Contains(c.Products, l.Product) {
			return entry{}, support.Wrong("product", "registration.not_on_contract", "contract", c.Number)
		}
		added := support.Licence{Contract: l.Contract, Key: l.Key, Product: l.Product, Version: l.Version, Units: l.Units}
		if err := tx.AddLicence(&added); err != nil {
			return entry{}, err
		}
		if err := d.askConfirmation(tx, by, l.Contract, at); err != nil {
			return entry{}, err
		}
		*l = added
		return entry{"licence", l.ID, map[string]any{"contract": l.Contract, "product": l.Product, "units": l.Units}}, nil
	})
}

// OpenLicence opens a key to an SLA of its contract: by the PLA, the licence
// team or an admin. An SLA sees and changes only what was opened (R03, R04).
func (d *Desk) OpenLicence(ctx context.Context, by support.Actor, licence, contact int64) error {
	return d.onLicence(ctx, by, "open_licence", licence, func(tx *store.Tx, l support.Licence) (map[string]any, error) {
		if err := secondary(tx, l.Contract, contact); err != nil {
			return nil, err
		}
		return map[string]any{"contact": contact}, tx.OpenLicence(licence, contact)
	})
}

// CloseLicence takes a key back from an SLA. One that lies in a folder that is
// open to them stays in their sight (R03, R04).
func (d *Desk) CloseLicence(ctx context.Context, by support.Actor, licence, contact int64) error {
	return d.onLicence(ctx, by, "close_licence", licence, func(tx *store.Tx, _ support.Licence) (map[string]any, error) {
		return map[string]any{"contact": contact}, tx.CloseLicence(licence, contact)
	})
}

// LicenceWords are what is written to a key; nil ones stay.
type LicenceWords struct {
	Label, Host, Site, Note *string
}

// ChangeLicence writes label, host, site and a note to a key: the PLA's act, and
// that of SLAs to whom it was opened (R03, R04).
func (d *Desk) ChangeLicence(ctx context.Context, by support.Actor, licence int64, w LicenceWords) error {
	for field, text := range map[string]*string{"label": w.Label, "host": w.Host, "site": w.Site} {
		if text == nil {
			continue
		}
		if err := checkLine(*text, field); err != nil {
			return err
		}
	}
	if w.Note != nil {
		if err := checkText(*w.Note, "note"); err != nil {
			return err
		}
	}
	return d.onLicence(ctx, by, "change_licence", licence, func(tx *store.Tx, l support.Licence) (map[string]any, error) {
		if err := sees(tx, by, l); err != nil {
			return nil, err
		}
		c, err := tx.Contract(l.Contract)
		if err != nil {
			return nil, err
		}
		take(&l.Label, w.Label)
		take(&l.Host, w.Host)
		take(&l.Site, w.Site)
		if w.Note != nil {
			l.Note = support.Text{Plain: *w.Note}
			if err := tx.SaveText(c.Account, 0, &l.Note); err != nil {
				return nil, err
			}
		}
		return map[string]any{"note": l.Note}, tx.ChangeLicence(l)
	})
}

// MoveLicence puts a key into a folder of its contract, or out of all; folder 0
// is none (R03).
func (d *Desk) MoveLicence(ctx context.Context, by support.Actor, licence, folder int64) error {
	return d.onLicence(ctx, by, "move_licence", licence, func(tx *store.Tx, l support.Licence) (map[string]any, error) {
		if folder != 0 {
			if _, err := folderOf(tx, l.Contract, folder); err != nil {
				return nil, err
			}
		}
		l.Folder = folder
		return map[string]any{"folder": folder}, tx.ChangeLicence(l)
	})
}

func take(to, from *string) {
	if from != nil {
		*to = *from
	}
}

// onLicence changes a key. Who is no party to its contract does not learn that
// it exists.
func (d *Desk) onLicence(ctx context.Context, by support.Actor, act string, licence int64,
	do func(tx *store.Tx, l support.Licence) (map[string]any, error)) error {
	var l support.Licence
	whose := func(tx *store.Tx) (a about, err error) {
		l, err = tx.Licence(licence)
		return about{contract: l.Contract}, absent(err, "licence", "licence.unknown")
	}
	err := d.changeOf(ctx, by, act, whose, func(tx *store.Tx, _ time.Time) (entry, error) {
		body, err := do(tx, l)
		return entry{"licence", licence, body}, err
	})
	if refusedNotFound(err, "contract.not_found") {
		return wrong(support.NotFound, "licence", "licence.unknown")
	}
	return err
}

func refusedNotFound(err error, key string) bool {
	var e *support.Error
	return errors.As(err, &e) && e.Code == support.NotFound && e.Key == key
}

// sees keeps a key from customers to whom it was not opened (R04).
func sees(tx *store.Tx, by support.Actor, l support.Licence) error {
	if by.Kind != support.Customer || slices.Contains(l.OpenedTo, by.ID) {
		return nil
	}
	roles, err := tx.RolesOf(by.ID, l.Contract)
	if err == nil && !slices.Contains(roles, support.RoleLicencePrimary) {
		err = wrong(support.NotFound, "licence", "licence.unknown")
	}
	return err
}

// secondary refuses to open anything to who is no SLA of the contract.
func secondary(tx *store.Tx, contract, contact int64) error {
	roles, err := tx.RolesOf(contact, contract)
	if err == nil && !slices.Contains(roles, support.RoleLicenceSecondary) {
		err = wrong(support.Conflict, "contact", "licence.not_secondary")
	}
	return err
}

// EndRegistration ends the tie of a product that was registered by mistake, or that
// somebody else answers for now (R14); what was entitled by it stays as it was.
func (d *Desk) EndRegistration(ctx context.Context, by support.Actor, id int64) error {
	var g support.Registration
	return d.changeOf(ctx, by, "end_registration", func(tx *store.Tx) (a about, err error) {
		g, err = tx.Registration(id)
		if err != nil {
			return a, err
		}
		return about{account: g.Account, contract: g.Contract}, nil
	}, func(tx *store.Tx, at time.Time) (entry, error) {
		if !g.Until.IsZero() && !at.Before(g.Until) {
			return entry{}, support.Refuse(support.Conflict, "registration.ended")
		}
		g.Until = at
		return entry{"registration", g.ID, map[string]any{"contact": g.Contact, "product": g.Product, "contract": g.Contract, "ends_at": at}}, tx.EndRegistration(g.ID, at)
	})
}
