package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// AddPlan adds a plan of an account in its first version, and fills its ID and
// Version (R56).
func (tx *Tx) AddPlan(p *support.Plan, days []support.MilestoneSpan) error {
	p.Version = 1
	err := tx.one([]any{&p.ID}, "INSERT INTO plan (account_id, version) SELECT id, 1 FROM account WHERE id = $1 RETURNING id", p.Account)
	if err != nil {
		return wrap(absent(err, "account.unknown"), "add plan of account %d", p.Account)
	}
	return wrap(tx.planVersion(*p, days), "add plan %d", p.ID)
}

// ChangePlan writes the next version of a plan; one that was changed since the
// version was read is a conflict.
func (tx *Tx) ChangePlan(p *support.Plan, read int64, days []support.MilestoneSpan) error {
	n, err := tx.exec("UPDATE plan SET version = version + 1 WHERE id = $1 AND version = $2 AND removed_at IS NULL", p.ID, read)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "plan.changed")
	}
	if err != nil {
		return wrap(err, "change plan %d", p.ID)
	}
	p.Version = read + 1
	return wrap(tx.planVersion(*p, days), "change plan %d", p.ID)
}

func (tx *Tx) planVersion(p support.Plan, days []support.MilestoneSpan) error {
	_, err := tx.exec(`INSERT INTO plan_version (plan_id, version, account_id, body_id, body_sha256, actor_kind, actor_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, p.ID, p.Version, p.Account, p.Body.ID, p.Body.SHA256, string(p.By.Kind), p.By.ID, p.At.UnixMicro())
	if err != nil {
		return err
	}
	if _, err := tx.exec("DELETE FROM plan_milestone WHERE plan_id = $1", p.ID); err != nil {
		return err
	}
	for i, d := range days {
		_, err := tx.exec("INSERT INTO plan_milestone (plan_id, n, account_id, product, from_at, to_at) VALUES ($1, $2, $3, $4, $5, $6)",
			p.ID, i+1, p.Account, d.Product, d.From.UnixMicro(), d.To.UnixMicro())
		if err != nil {
			return known(err, "product.unknown")
		}
	}
	return nil
}

// RemovePlan removes a plan and erases what all its versions said; it gives the
// ids of those texts.
func (tx *Tx) RemovePlan(id int64, at time.Time) ([]int64, error) {
	n, err := tx.exec("UPDATE plan SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL", id, at.UnixMicro())
	if err == nil && n == 0 {
		return nil, support.Refuse(support.NotFound, "plan.not_found")
	}
	if err != nil {
		return nil, wrap(err, "remove plan %d", id)
	}
	var erased []int64
	err = tx.all(func(r scanner) error {
		var text int64
		err := r.Scan(&text)
		erased = append(erased, text)
		return err
	}, "SELECT body_id FROM plan_version WHERE plan_id = $1 ORDER BY version", id)
	if err != nil {
		return nil, wrap(err, "remove plan %d", id)
	}
	if _, err := tx.exec("DELETE FROM plan_milestone WHERE plan_id = $1", id); err != nil {
		return nil, wrap(err, "remove plan %d", id)
	}
	return erased, tx.eraseTexts(erased)
}

// Plan gives a plan in its newest version. Customers see those of accounts on
// whose contracts they are primary licence or support administrator.
func (s *Store) Plan(ctx context.Context, v Viewer, id int64) (support.Plan, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Plan{}, err
	}
	list, err := q.plans(v, "p.id = $1 AND w.version = p.version", "", id)
	if err == nil && len(list) == 0 {
		return support.Plan{}, support.Refuse(support.NotFound, "plan.not_found")
	}
	if err != nil {
		return support.Plan{}, err
	}
	return list[0], nil
}

// PlanVersions lists all versions of a plan, the newest first, at most max,
// 1..500, 0 = 100.
func (s *Store) PlanVersions(ctx context.Context, v Viewer, id int64, max int) ([]support.Plan, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.plans(v, "p.id = $1", " ORDER BY w.version DESC LIMIT 0 + $2", id, limit(max, 100, 500))
}

// Plans lists plans in their newest version by id, those of an account or, with
// 0, all that the viewer sees, after an id and at most max, 1..500, 0 = 100.
func (s *Store) Plans(ctx context.Context, v Viewer, account, after int64, max int) ([]support.Plan, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.plans(v, "w.version = p.version AND (p.account_id = $1 OR $1 = 0) AND p.id > $2", " ORDER BY p.id LIMIT 0 + $3", account, after, limit(max, 100, 500))
}

// PlansFor lists the plans of an account, in their newest version, of which a
// milestone of the product is so near to an instant: its day, and so much before
// and after it (R56).
func (s *Store) PlansFor(ctx context.Context, v Viewer, account int64, product string, at time.Time, before, after time.Duration) ([]support.Plan, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.plans(v, `w.version = p.version AND EXISTS (SELECT 1 FROM plan_milestone m WHERE m.plan_id = p.id AND m.account_id = $1 AND m.product = $2
  AND m.from_at <= $3 AND m.to_at > $4)`, " ORDER BY p.id LIMIT 20", account, product, at.Add(before).UnixMicro(), at.Add(-after).UnixMicro())
}

func (q rows) plans(v Viewer, where, order string, args ...any) ([]support.Plan, error) {
	sees, more := v.narrow(len(args)+1, "p", "", `EXISTS (SELECT 1 FROM role_grant g WHERE g.account_id = p.account_id AND g.contact_id = ?
  AND g.role IN ('role_licence_primary', 'role_support_admin'))`)
	var out []support.Plan
	err := q.all(func(r scanner) error {
		var p support.Plan
		err := r.Scan(&p.ID, &p.Account, &p.Version, &p.Body.ID, &p.Body.SHA256, &p.By.Kind, &p.By.ID, instant{&p.At})
		out = append(out, p)
		return err
	}, `SELECT p.id, p.account_id, w.version, w.body_id, w.body_sha256, w.actor_kind, w.actor_id, w.at FROM plan p
JOIN plan_version w ON w.plan_id = p.id WHERE p.removed_at IS NULL AND `+where+" AND "+sees+order, append(args, more...)...)
	return out, wrap(err, "read plans")
}
