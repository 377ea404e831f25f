package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// RestrictAccount keeps an account with all that is its own to the named
// members of staff, duty managers and administrators, or opens it to all staff
// again.
func (d *Desk) RestrictAccount(ctx context.Context, by support.Actor, account int64, restricted bool, staff []int64) error {
	return d.change(ctx, by, "restrict_account", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		if _, err := tx.Account(account); err != nil {
			return entry{}, absent(err, "account", "account.not_found")
		}
		staff := slices.Clone(staff)
		slices.Sort(staff)
		staff = slices.Compact(staff)
		if !restricted {
			staff = nil
		}
		body := map[string]any{"restricted": restricted, "staff": staff}
		return entry{"account", account, body}, tx.RestrictAccount(account, restricted, staff)
	})
}

// RecordRead writes down that somebody looked at a request, when they are of
// the staff and the request is restricted. It comes before what was read is
// shown: what cannot be written down is not shown.
func (d *Desk) RecordRead(ctx context.Context, by support.Actor, request int64) error {
	if by.Kind != support.Vendor {
		return nil
	}
	restricted, err := d.store.IsRestricted(ctx, request)
	if err != nil || !restricted {
		return err
	}
	return d.store.Update(ctx, func(tx *store.Tx) error { return tx.RecordRead(request, by, d.Now()) })
}

// whoSees are the readers of an effect without those of the staff who do not
// see the request. Where that leaves nobody, duty is told.
func (d *Desk) whoSees(ctx context.Context, e store.EffectRow, request *support.Request) ([]reader, error) {
	meant, err := d.readers(ctx, e, request)
	if err != nil || e.Recipient.Kind == support.ToContact {
		return meant, err
	}
	var out []reader
	for _, r := range meant {
		s, err := d.store.Staff(ctx, r.to.ID)
		if err != nil {
			return nil, err
		}
		v := store.Viewer{Actor: support.Actor{Kind: support.Vendor, ID: s.ID}, Roles: s.Roles, At: d.Now()}
		sees, err := d.store.Sees(ctx, v, e.Request)
		if err != nil {
			return nil, err
		}
		if sees {
			out = append(out, r)
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	// Duty managers and administrators see it always: a page must never be lost.
	all, err := d.store.AllStaff(ctx)
	if err != nil {
		return nil, err
	}
	for _, role := range []support.Role{support.RoleDuty, support.RoleAdmin} {
		for _, s := range all {
			if s.Active && s.Has(role) {
				out = append(out, colleague(s))
			}
		}
		if len(out) > 0 {
			return out, nil
		}
	}
	return nil, errors.New("nobody of the staff sees the request: there is no duty manager and no admin")
}
