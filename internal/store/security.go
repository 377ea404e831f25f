package store

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/support"
)

// SecurityReport is a report of a security problem (R45). A zero Contact is
// somebody without an account. Reply is where to answer, Key the reporter's
// public PGP key.
type SecurityReport struct {
	ID             int64
	At             time.Time
	Contact        int64
	Product        string
	Text           support.Text
	Reply, Key     support.Text
	DueAt          time.Time
	AcknowledgedAt time.Time
	AcknowledgedBy int64
}

// AddSecurityReport adds a report and fills the ID. Of reports without an
// account no more than hourly are taken within an hour before it.
func (tx *Tx) AddSecurityReport(r *SecurityReport, hourly int) error {
	if r.Contact == 0 {
		// The brand's row stands for the count: two that counted the same do not both
		// add to it.
		if _, err := tx.exec("UPDATE brand SET id = id WHERE id = 1"); err != nil {
			return wrap(err, "add security report")
		}
	}
	err := tx.one([]any{&r.ID}, `INSERT INTO security_report (at, contact_id, product, text_id, reply_id, key_id, due_at)
SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT)
WHERE CAST($2 AS BIGINT) IS NOT NULL OR (SELECT COUNT(*) FROM security_report WHERE contact_id IS NULL AND at > $8) < $9 RETURNING id`,
		r.At.UnixMicro(), ref(r.Contact), r.Product, r.Text.ID, r.Reply.ID, r.Key.ID, r.DueAt.UnixMicro(), r.At.Add(-time.Hour).UnixMicro(), hourly)
	if support.CodeOf(absent(err, "")) == support.NotFound {
		return support.Refuse(support.Busy, "security.too_many")
	}
	return wrap(err, "add security report")
}

// AcknowledgeSecurityReport notes who confirmed a report, once.
func (tx *Tx) AcknowledgeSecurityReport(id, staff int64, at time.Time) error {
	n, err := tx.exec("UPDATE security_report SET acknowledged_at = $2, acknowledged_by = $3 WHERE id = $1 AND acknowledged_at IS NULL", id, at.UnixMicro(), ref(staff))
	if err != nil || n == 1 {
		return wrap(err, "acknowledge security report %d", id)
	}
	var known bool
	if err := tx.one([]any{&known}, "SELECT EXISTS (SELECT 1 FROM security_report WHERE id = $1)", id); err != nil {
		return wrap(err, "acknowledge security report %d", id)
	}
	if !known {
		return support.Refuse(support.NotFound, "security.not_found")
	}
	return support.Refuse(support.Conflict, "security.acknowledged")
}

// SecurityReports lists reports, the newest first, a page of at most 200. They
// are the security team's and the admins'; to all others there are none. after
// is the ID of the last one seen, 0 for the first page; next is that of the page
// after, 0 when this is the last one.
func (s *Store) SecurityReports(ctx context.Context, v Viewer, after int64, limited int) (page []SecurityReport, next int64, err error) {
	if !seesSecurity(v) {
		return nil, 0, support.Refuse(support.NotFound, "security.not_found")
	}
	q, err := s.reads(ctx)
	if err != nil {
		return nil, 0, err
	}
	want := limit(limited, 50, 200)
	err = q.all(func(r scanner) error {
		var x SecurityReport
		err := r.Scan(&x.ID, instant{&x.At}, optional{&x.Contact}, &x.Product, &x.Text.ID, &x.Reply.ID, &x.Key.ID, instant{&x.DueAt},
			instant{&x.AcknowledgedAt}, optional{&x.AcknowledgedBy})
		page = append(page, x)
		return err
	}, `SELECT id, at, contact_id, product, text_id, reply_id, key_id, due_at, acknowledged_at, acknowledged_by
FROM security_report WHERE CAST($1 AS BIGINT) = 0 OR id < CAST($1 AS BIGINT) ORDER BY id DESC LIMIT 0 + $2`, after, want+1)
	if len(page) > want {
		page = page[:want]
		next = page[want-1].ID
	}
	return page, next, wrap(err, "read security reports")
}

func seesSecurity(v Viewer) bool {
	return v.Actor.Kind == support.System ||
		v.Actor.Kind == support.Vendor && (slices.Contains(v.Roles, support.RoleSecurity) || slices.Contains(v.Roles, support.RoleAdmin))
}
