package desk

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Register ties a product to the person who registers it (R06, R14). With a
// contract it is the contract's product and the PLA's or an SLA's act; without
// one it is the person's own, and a complimentary product's support runs from
// now for the pack's period. It fills id, account, at and until. Imports, acting
// as the system, may give an instant in the past at which it was registered.
func (d *Desk) Register(ctx context.Context, by support.Actor, r *support.Registration) error {
	rules, ok := d.packs.current.Products[r.Product]
	if !ok {
		return support.Wrong("product", "product.not_found", "product", r.Product, "choices", listed(d.packs.current.Products))
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

// AddLicence adds a key to a contract and fills the id (R03, R07).
func (d *Desk) AddLicence(ctx context.Context, by support.Actor, l *support.Licence) error {
	if err := checkName(l.Key, "key"); err != nil {
		return err
	}
	if l.Units < 1 {
		return support.Wrong("units", "licence.part_empty")
	}
	return d.change(ctx, by, "add_licence", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		c, err := tx.Contract(l.Contract)
		if err != nil {
			return entry{}, absent(err, "contract", "contract.not_found")
		}
		if !slices.Contains(c.Products, l.Product) {
			return entry{}, support.Wrong("product", "registration.not_on_contract", "contract", c.Number)
		}
		added := *l
		added.ID, added.Superseded, added.OpenedTo = 0, false, nil
		if err := tx.AddLicence(&added); err != nil {
			return entry{}, err
		}
		*l = added
		return entry{"licence", l.ID, map[string]any{"contract": l.Contract, "product": l.Product, "units": l.Units}}, nil
	})
}

// OpenLicence opens a key to an SLA of its contract: by the PLA, the licence
// team or an admin. An SLA sees and changes only what was opened (R03, R04).
func (d *Desk) OpenLicence(ctx context.Context, by support.Actor, licence, contact int64) error {
	var contract int64
	err := d.store.Update(ctx, func(tx *store.Tx) error {
		l, err := tx.Licence(licence)
		contract = l.Contract
		return absent(err, "licence", "licence.unknown")
	})
	if err != nil {
		return err
	}
	err = d.change(ctx, by, "open_licence", about{contract: contract}, func(tx *store.Tx, _ time.Time) (entry, error) {
		roles, err := tx.RolesOf(contact, contract)
		if err != nil {
			return entry{}, err
		}
		if !slices.Contains(roles, support.RoleLicenceSecondary) {
			return entry{}, wrong(support.Conflict, "contact", "licence.not_secondary")
		}
		return entry{"licence", licence, map[string]any{"contact": contact}}, tx.OpenLicence(licence, contact)
	})
	if e := support.CodeOf(err); e == support.NotFound {
		return wrong(support.NotFound, "licence", "licence.unknown")
	}
	return err
}
