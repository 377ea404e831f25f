package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// AddAdvisory adds an advisory and fills its ID; its texts were saved before.
func (tx *Tx) AddAdvisory(a *support.Advisory) error {
	err := tx.one([]any{&a.ID}, `INSERT INTO advisory (product, affected, fixed, severity, refs, texts, staff_id, made_at, updated_at, alert_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`, a.Product, list(a.Affected), list(a.Fixed), a.Severity, list(a.References), list(a.Texts),
		a.Staff, a.MadeAt.UnixMicro(), a.UpdatedAt.UnixMicro(), ref(a.Alert))
	return wrap(refused(err, "product", ""), "add advisory")
}

// ChangeAdvisory replaces what an advisory says; one that was changed since it
// was read is a conflict. An alert about the former words that was not sent is
// gone.
func (tx *Tx) ChangeAdvisory(a support.Advisory, read time.Time, former int64) error {
	n, err := tx.exec(`UPDATE advisory SET affected = $3, fixed = $4, severity = $5, refs = $6, texts = $7, updated_at = $8, alert_id = $9
WHERE id = $1 AND updated_at = $2`, a.ID, read.UnixMicro(), list(a.Affected), list(a.Fixed), a.Severity, list(a.References), list(a.Texts),
		a.UpdatedAt.UnixMicro(), ref(a.Alert))
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "advisory.changed")
	}
	if err != nil {
		return wrap(err, "change advisory %d", a.ID)
	}
	_, err = tx.exec("DELETE FROM alert WHERE id = $1 AND sent_at IS NULL", former)
	return wrap(err, "change advisory %d", a.ID)
}

// PublishAdvisory makes an advisory public; the first instant stays. first says
// that it was not public before.
func (tx *Tx) PublishAdvisory(id int64, at time.Time) (first bool, err error) {
	n, err := tx.exec("UPDATE advisory SET published_at = $2, updated_at = $2 WHERE id = $1 AND published_at IS NULL", id, at.UnixMicro())
	return n > 0, wrap(err, "publish advisory %d", id)
}

// seesAdvisories is the condition on advisories d: those that are published, and
// to the security team and admins all.
func seesAdvisories(v Viewer) string {
	if seesSecurity(v) {
		return "TRUE"
	}
	return "d.published_at IS NOT NULL"
}

// seesAlerts is the condition on alerts a: what is about an advisory is told to
// nobody before that is published.
func seesAlerts(v Viewer) string {
	if seesSecurity(v) {
		return v.vendor()
	}
	return v.vendor() + " AND NOT EXISTS (SELECT 1 FROM advisory d WHERE d.alert_id = a.id AND d.published_at IS NULL)"
}

// AlertOfAdvisory tells whether an alert is an advisory's, which is published
// and not sent.
func (tx *Tx) AlertOfAdvisory(alert int64) (is bool, err error) {
	err = tx.one([]any{&is}, "SELECT EXISTS (SELECT 1 FROM advisory WHERE alert_id = $1)", alert)
	return is, wrap(err, "read advisory of alert %d", alert)
}

// Advisory gives an advisory.
func (tx *Tx) Advisory(id int64) (support.Advisory, error) {
	return oneAdvisory(tx.advisories("d.id = $1", id))
}

// Advisory gives an advisory: anyone's to read once it is published.
func (s *Store) Advisory(ctx context.Context, v Viewer, id int64) (support.Advisory, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Advisory{}, err
	}
	return oneAdvisory(q.advisories("d.id = $1 AND "+seesAdvisories(v), id))
}

// AdvisoryOf gives the advisory of which an alert tells; none: the zero value.
func (s *Store) AdvisoryOf(ctx context.Context, alert int64) (support.Advisory, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Advisory{}, err
	}
	found, err := q.advisories("d.alert_id = $1", alert)
	if err != nil || len(found) == 0 {
		return support.Advisory{}, err
	}
	return found[0], nil
}

// Advisories lists advisories of a product ("": of all), the newest first,
// before one of them (0: from the newest on), at most max, 1..500, 0 = 100.
func (s *Store) Advisories(ctx context.Context, v Viewer, product string, before int64, max int) ([]support.Advisory, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	if before == 0 {
		before = never
	}
	return q.advisories("d.id < $1 AND ($2 = '' OR d.product = $2) AND "+seesAdvisories(v)+" ORDER BY d.id DESC LIMIT 0 + $3", before, product, limit(max, 100, 500))
}

func oneAdvisory(found []support.Advisory, err error) (support.Advisory, error) {
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.NotFound, "advisory.not_found")
	}
	if err != nil {
		return support.Advisory{}, err
	}
	return found[0], nil
}

func (q rows) advisories(where string, args ...any) ([]support.Advisory, error) {
	var out []support.Advisory
	err := q.all(func(r scanner) error {
		var a support.Advisory
		err := r.Scan(&a.ID, &a.Product, listOf[string]{&a.Affected}, listOf[string]{&a.Fixed}, &a.Severity, listOf[string]{&a.References},
			listOf[support.AlertText]{&a.Texts}, &a.Staff, instant{&a.MadeAt}, instant{&a.PublishedAt}, instant{&a.UpdatedAt}, optional{&a.Alert})
		out = append(out, a)
		return err
	}, `SELECT d.id, d.product, d.affected, d.fixed, d.severity, d.refs, d.texts, d.staff_id, d.made_at, d.published_at, d.updated_at, d.alert_id
FROM advisory d WHERE `+where, args...)
	return out, wrap(err, "read advisories")
}
