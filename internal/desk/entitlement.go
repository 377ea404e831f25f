package desk

import (
	"context"
	"slices"
	"strconv"

	"madoguchi/internal/policy"
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
	if q.Kind != support.CS && !slices.ContainsFunc(d.Pack().Severities, func(s policy.Severity) bool { return s.Level == q.Severity }) {
		return support.Receipt{}, support.Wrong("severity", "severity.unknown", "severity", strconv.Itoa(q.Severity))
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
	return support.Entitle(q, parties, d.Pack()), nil
}

// HoldsSupport tells whether something of ours stands behind a contact for a
// product, a contract or an incident, whoever of its people may file on it.
func (d *Desk) HoldsSupport(ctx context.Context, by support.Actor, contact int64, product string) (bool, error) {
	levels := d.Pack().Severities
	r, err := d.Entitlement(ctx, by, contact, support.Query{
		Kind: support.Technical, Product: product, Channel: support.Portal, Severity: levels[len(levels)-1].Level,
	})
	return r.Contract != 0 || r.IncidentPack != 0, err
}
