package desk

import (
	"context"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Entitlement answers whether a contact may file what q says, with everything
// that the answer rests on. A zero q.At is now. Customers ask for themselves
// only; about others they get not_found.
func (d *Desk) Entitlement(ctx context.Context, by support.Actor, contact int64, q support.Query) (support.Receipt, error) {
	if by.Kind == support.Customer && by.ID != contact {
		return support.Receipt{}, support.Refuse(support.NotFound, "contact.not_found")
	}
	v := store.Viewer{Actor: by}
	if by.Kind == support.Vendor {
		s, err := d.store.Staff(ctx, by.ID)
		if support.CodeOf(err) == support.NotFound || err == nil && !s.Active {
			return support.Receipt{}, support.Refuse(support.Forbidden, "actor.inactive")
		}
		if err != nil {
			return support.Receipt{}, err
		}
		v.Roles, v.At = s.Roles, d.Now()
	}
	parties, err := d.store.Parties(ctx, v, contact)
	if err != nil {
		return support.Receipt{}, err
	}
	if q.At.IsZero() {
		q.At = d.Now()
	}
	q.At = support.Instant(q.At)
	return support.Entitle(q, parties, d.packs.current), nil
}
