package desk

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// AddPlan adds an account's plan for a rollout and fills its id and version: by
// the PLA or an SA of one of its contracts, or by staff (R56).
func (d *Desk) AddPlan(ctx context.Context, by support.Actor, account int64, b support.PlanBody) (support.Plan, error) {
	var added support.Plan
	err := d.onPlan(ctx, by, "add_plan", account, b, func(tx *store.Tx, p support.Plan, days []support.MilestoneSpan) (entry, error) {
		if err := tx.AddPlan(&p, days); err != nil {
			return entry{}, err
		}
		added = p
		return entry{"plan", p.ID, map[string]any{"version": p.Version, "body": p.Body}}, nil
	})
	return added, err
}

// ChangePlan writes the next version of a plan; read is the version that was
// looked at. Earlier versions stay.
func (d *Desk) ChangePlan(ctx context.Context, by support.Actor, id, read int64, b support.PlanBody) (support.Plan, error) {
	var changed support.Plan
	account, err := d.accountOfPlan(ctx, id)
	if err != nil {
		return changed, err
	}
	err = d.onPlan(ctx, by, "change_plan", account, b, func(tx *store.Tx, p support.Plan, days []support.MilestoneSpan) (entry, error) {
		p.ID = id
		if err := tx.ChangePlan(&p, read, days); err != nil {
			return entry{}, err
		}
		changed = p
		return entry{"plan", id, map[string]any{"version": p.Version, "body": p.Body}}, nil
	})
	return changed, unseen(err)
}

// RemovePlan removes a plan; what its versions said is erased.
func (d *Desk) RemovePlan(ctx context.Context, by support.Actor, id int64) error {
	account, err := d.accountOfPlan(ctx, id)
	if err != nil {
		return err
	}
	return unseen(d.change(ctx, by, "remove_plan", about{account: account, plan: true}, func(tx *store.Tx, at time.Time) (entry, error) {
		if err := staffSees(tx, by, account); err != nil {
			return entry{}, err
		}
		erased, err := tx.RemovePlan(id, at)
		if err != nil {
			return entry{}, err
		}
		if err := tx.Audit("plan", id, by, at, "content_erased", map[string]any{"content": erased}); err != nil {
			return entry{}, err
		}
		return entry{"plan", id, map[string]any{}}, nil
	}))
}

// onPlan writes one version of a plan.
func (d *Desk) onPlan(ctx context.Context, by support.Actor, act string, account int64, b support.PlanBody,
	write func(tx *store.Tx, p support.Plan, days []support.MilestoneSpan) (entry, error)) error {
	return d.change(ctx, by, act, about{account: account, plan: true}, func(tx *store.Tx, at time.Time) (entry, error) {
		if err := staffSees(tx, by, account); err != nil {
			return entry{}, err
		}
		if err := allText(b); err != nil {
			return entry{}, err
		}
		if err := b.Check(d.Pack()); err != nil {
			return entry{}, err
		}
		for _, m := range b.Milestones {
			if _, err := tx.Product(m.Product); err != nil {
				return entry{}, noProduct(tx, err, "milestones.product", m.Product)
			}
		}
		days, err := b.Spans()
		if err != nil {
			return entry{}, err
		}
		body, err := b.Text()
		if err != nil {
			return entry{}, err
		}
		if err := checkText(body.Plain, "plan"); err != nil {
			return entry{}, err
		}
		if err := tx.SaveText(account, 0, &body); err != nil {
			return entry{}, err
		}
		return write(tx, support.Plan{Account: account, By: by, At: at, Body: body}, days)
	})
}

// staffSees keeps restricted accounts from staff who are not named for them.
func staffSees(tx *store.Tx, by support.Actor, account int64) error {
	if _, err := tx.Account(account); err != nil {
		return absent(err, "account", "account.not_found")
	}
	if by.Kind != support.Vendor {
		return nil
	}
	s, err := activeStaff(tx, by.ID)
	if err != nil {
		return err
	}
	sees, err := tx.SeesAccount(store.Viewer{Actor: by, Roles: s.Roles}, account)
	if err == nil && !sees {
		err = support.Refuse(support.NotFound, "account.not_found")
	}
	return err
}

func (d *Desk) accountOfPlan(ctx context.Context, id int64) (int64, error) {
	p, err := d.store.Plan(ctx, everything, id)
	return p.Account, err
}

// unseen gives who does not see the account of a plan the words of a plan that
// is not there.
func unseen(err error) error {
	if refusedNotFound(err, "account.not_found") {
		return support.Refuse(support.NotFound, "plan.not_found")
	}
	return err
}
