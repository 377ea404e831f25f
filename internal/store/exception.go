package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"madoguchi/internal/support"
)

const exceptionColumns = `x.id, x.account_id, x.contact_id, x.product, x.offering, x.most_severe, x.least_severe, x.reason_id, x.reason_sha256,
  x.granted_by, x.at, x.ends_at, x.revoked_at`

func exceptionFields(x *support.Exception) []any {
	return []any{&x.ID, &x.Account, optional{&x.Contact}, &x.Product, &x.Offering, &x.From, &x.To, &x.Reason.ID, &x.Reason.SHA256,
		&x.GrantedBy, instant{&x.At}, instant{&x.EndsAt}, instant{&x.RevokedAt}}
}

func (q rows) exceptions(where string, args ...any) ([]support.Exception, error) {
	var out []support.Exception
	err := q.all(func(r scanner) error {
		var x support.Exception
		err := r.Scan(exceptionFields(&x)...)
		out = append(out, x)
		return err
	}, "SELECT "+exceptionColumns+" FROM exception x WHERE "+where, args...)
	return out, wrap(err, "read exceptions")
}

// AddException adds an exception and fills its ID (A21).
func (tx *Tx) AddException(x *support.Exception) error {
	err := tx.one([]any{&x.ID}, `INSERT INTO exception (account_id, contact_id, product, offering, most_severe, least_severe, reason_id,
  reason_sha256, granted_by, at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
		x.Account, ref(x.Contact), x.Product, x.Offering, x.From, x.To, x.Reason.ID, x.Reason.SHA256, x.GrantedBy, x.At.UnixMicro(), x.EndsAt.UnixMicro())
	return wrap(known(err, "product.unknown"), "add exception")
}

// RevokeException ends an exception before its time; one that has ended, or was
// revoked, is a conflict.
// It gives the account for which it was granted.
func (tx *Tx) RevokeException(id int64, at time.Time) (account int64, err error) {
	err = tx.one([]any{&account}, "UPDATE exception SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL AND ends_at > $2 RETURNING account_id",
		id, at.UnixMicro())
	if errors.Is(err, sql.ErrNoRows) {
		return 0, support.Refuse(support.Conflict, "exception.over")
	}
	return account, wrap(err, "revoke exception %d", id)
}

// Exceptions lists exceptions, the newest first, at most max, 1..500, 0 = 100:
// the vendor's to read.
func (s *Store) Exceptions(ctx context.Context, v Viewer, max int) ([]support.Exception, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	sees, args := v.narrow(2, "x", "", "FALSE")
	return q.exceptions(sees+" ORDER BY x.id DESC LIMIT 0 + $1", append([]any{limit(max, 100, 500)}, args...)...)
}
