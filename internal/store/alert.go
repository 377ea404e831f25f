package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"madoguchi/internal/support"
)

// AddAlert adds an alert and fills its ID; its texts were saved before.
func (tx *Tx) AddAlert(a *support.Alert) error {
	err := tx.one([]any{&a.ID}, `INSERT INTO alert (product, kind, texts, link, staff_id, made_at, total) VALUES ($1, $2, $3, $4, $5, $6, 0) RETURNING id`,
		a.Product, a.Kind, list(a.Texts), a.Link, a.Staff, a.MadeAt.UnixMicro())
	return wrap(refused(err, "product", ""), "add alert")
}

func (q rows) alerts(text string, args ...any) ([]support.Alert, error) {
	var out []support.Alert
	err := q.all(func(r scanner) error {
		var a support.Alert
		err := r.Scan(&a.ID, &a.Product, &a.Kind, listOf[support.AlertText]{&a.Texts}, &a.Link, &a.Staff, instant{&a.MadeAt}, instant{&a.SentAt}, &a.Total)
		out = append(out, a)
		return err
	}, "SELECT a.id, a.product, a.kind, a.texts, a.link, a.staff_id, a.made_at, a.sent_at, a.total FROM alert a WHERE "+text, args...)
	return out, wrap(err, "read alerts")
}

func oneAlert(found []support.Alert, err error) (support.Alert, error) {
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.NotFound, "alert.not_found")
	}
	if err != nil {
		return support.Alert{}, err
	}
	return found[0], nil
}

// Alert gives an alert.
func (tx *Tx) Alert(id int64) (support.Alert, error) { return oneAlert(tx.alerts("a.id = $1", id)) }

// Alert gives an alert: the vendor's to read.
func (s *Store) Alert(ctx context.Context, v Viewer, id int64) (support.Alert, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Alert{}, err
	}
	return oneAlert(q.alerts("a.id = $1 AND "+seesAlerts(v), id))
}

// Alerts lists alerts, the newest first, before one of them (0: from the newest
// on), at most max, 1..500, 0 = 100: the vendor's to read.
func (s *Store) Alerts(ctx context.Context, v Viewer, before int64, max int) ([]support.Alert, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	if before == 0 {
		before = never
	}
	return q.alerts("a.id < $1 AND "+seesAlerts(v)+" ORDER BY a.id DESC LIMIT 0 + $2", before, limit(max, 100, 500))
}

// subscribers are those whom an alert means, with c as the contact of s; an
// address that an active contact has subscribed too is written to once.
const subscribers = `subscription s LEFT JOIN contact c ON c.id = s.contact_id
WHERE s.state = 'active' AND s.product = $1 AND s.kind = $2 AND COALESCE(c.active, TRUE)
  AND NOT EXISTS (SELECT 1 FROM subscription o JOIN contact d ON d.id = o.contact_id
    WHERE s.email IS NOT NULL AND o.state = 'active' AND o.product = $1 AND o.kind = $2 AND d.active AND d.email_folded = s.email)`

// SubscribersOf counts those whom an alert would reach, by their language.
func (s *Store) SubscribersOf(ctx context.Context, v Viewer, a support.Alert) ([]Audience, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []Audience
	err = q.all(func(r scanner) error {
		var x Audience
		err := r.Scan(&x.Language, &x.Requests)
		out = append(out, x)
		return err
	}, "SELECT t.language, COUNT(*) FROM (SELECT COALESCE(c.language, s.language) AS language FROM "+subscribers+" AND "+v.vendor()+
		") AS t GROUP BY t.language ORDER BY t.language", a.Product, a.Kind)
	return out, wrap(err, "read subscribers of alert %d", a.ID)
}

// DigestOfAlert names an alert's texts and the set of those whom it reaches at
// this moment: what was looked at before it is sent.
func (s *Store) DigestOfAlert(ctx context.Context, a support.Alert) (string, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return "", err
	}
	return q.digestOfAlert(a)
}

func (q rows) digestOfAlert(a support.Alert) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%d\n%s\n%s\n", a.ID, list(a.Texts), a.Link)
	err := q.all(func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		fmt.Fprintf(h, "%d\n", id)
		return err
	}, "SELECT s.id FROM "+subscribers+" ORDER BY s.id", a.Product, a.Kind)
	return hex.EncodeToString(h.Sum(nil)[:16]), wrap(err, "read subscribers of alert %d", a.ID)
}

// SendAlert gives each subscriber of an alert that was looked at an effect of
// its own, so many a minute, and says how many; 0 a minute is all at once. When
// the set has changed since, or somebody else has sent it, the answer is a
// conflict.
func (tx *Tx) SendAlert(a support.Alert, seen string, at time.Time, perMinute int) (int, error) {
	n, err := tx.exec("UPDATE alert SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL", a.ID, at.UnixMicro())
	if err == nil && n == 0 {
		return 0, support.Refuse(support.Conflict, "alert.sent_already")
	}
	if err != nil {
		return 0, wrap(err, "send alert %d", a.ID)
	}
	now, err := tx.digestOfAlert(a)
	if err != nil {
		return 0, err
	}
	if now != seen {
		return 0, support.Refuse(support.Conflict, "broadcast.look_again")
	}
	apart := int64(0)
	if perMinute > 0 {
		apart = time.Minute.Microseconds() / int64(perMinute)
	}
	n, err = tx.exec(`INSERT INTO effect (key, request_id, account_id, kind, template, seq, last, recipient_kind, recipient_id, not_before_at,
  state, attempts, lease, next_try_at, last_error, about, about_id)
SELECT 'alert' || CAST($3 AS BIGINT) || '.alert_published.u' || s.id, CAST(NULL AS BIGINT), s.account_id, 'mail', 'alert_published', 0, 0, 'subscriber', s.id,
  CAST($4 AS BIGINT) + (ROW_NUMBER() OVER (ORDER BY s.id) - 1) * CAST($5 AS BIGINT), 'pending', 0, '', 0, '', 'alert', CAST($3 AS BIGINT)
FROM `+subscribers, a.Product, a.Kind, a.ID, at.UnixMicro(), apart)
	if err != nil {
		return 0, wrap(err, "send alert %d", a.ID)
	}
	tx.work.Effects = true
	_, err = tx.exec("UPDATE alert SET total = $2 WHERE id = $1", a.ID, n)
	return int(n), wrap(err, "send alert %d", a.ID)
}
