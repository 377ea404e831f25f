package desk

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// GrantException entitles an account, or one of its contacts, beside contracts:
// the duty manager's word, with a reason, a scope and an end (A21). It fills the
// exception's id.
func (d *Desk) GrantException(ctx context.Context, by support.Actor, x *support.Exception) error {
	if x.Reason.Plain == "" {
		return support.Wrong("reason", "text.needed")
	}
	if err := checkText(x.Reason.Plain, "reason"); err != nil {
		return err
	}
	p := d.Pack()
	if o, ok := p.Offerings[x.Offering]; !ok || !o.Technical {
		return support.Wrong("offering", "offering.unknown", "offering", x.Offering, "pack", p.Ref(), "choices", listed(p.Offerings))
	}
	if x.From < 1 || x.To < x.From || x.To > len(p.Severities) {
		return support.Wrong("severity_from", "exception.severities")
	}
	x.EndsAt = support.Instant(x.EndsAt)
	given := x.Reason
	return d.change(ctx, by, "grant_exception", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		if !x.EndsAt.After(at) {
			return entry{}, support.Wrong("ends_at", "exception.end_past")
		}
		if _, err := tx.Product(x.Product); err != nil {
			return entry{}, noProduct(tx, err, "product", x.Product)
		}
		if _, err := tx.Account(x.Account); err != nil {
			return entry{}, absent(err, "account", "account.not_found")
		}
		x.Reason, x.GrantedBy, x.At = given, by.ID, at
		if err := tx.SaveText(x.Account, 0, &x.Reason); err != nil {
			return entry{}, err
		}
		if err := tx.AddException(x); err != nil {
			return entry{}, err
		}
		return entry{"account", x.Account, map[string]any{
			"exception": x.ID, "contact": x.Contact, "product": x.Product, "offering": x.Offering, "from": x.From, "to": x.To,
			"ends_at": x.EndsAt, "reason": x.Reason,
		}}, nil
	})
}

// RevokeException takes it back from now on; requests that were filed by it stay
// entitled as filed (A21).
func (d *Desk) RevokeException(ctx context.Context, by support.Actor, id int64) error {
	return d.change(ctx, by, "revoke_exception", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		account, err := tx.RevokeException(id, at)
		return entry{"account", account, map[string]any{"exception": id}}, err
	})
}
