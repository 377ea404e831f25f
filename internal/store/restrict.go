package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// Glass is one breaking of the glass: who saw which request from when to when,
// and why.
type Glass struct {
	Request, Staff int64
	At, Until      time.Time // Until is exclusive
	Reason         support.Text
}

// Read is one look at a restricted request by a member of staff.
type Read struct {
	Staff int64
	At    time.Time
}

const (
	subjectRead = "read" // the chain of looks at one request
	kindRead    = "restricted_read"
)

// restrict rewrites who of the staff sees a request.
func (tx *Tx) restrict(row support.Row, staff []int64) error {
	if _, err := tx.exec("DELETE FROM request_staff WHERE request_id = $1", row.ID); err != nil {
		return err
	}
	for _, id := range staff {
		_, err := tx.exec("INSERT INTO request_staff (request_id, staff_id, account_id) VALUES ($1, $2, $3)", row.ID, id, row.Account)
		if err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) breakGlass(row support.Row, f support.Fact, b support.GlassBroken) error {
	_, err := tx.exec(`INSERT INTO glass (request_id, staff_id, seq, account_id, at, until_at, reason_id, reason_sha256)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, row.ID, f.By.ID, f.Seq, row.Account, f.At.UnixMicro(), b.Until.UnixMicro(), b.Reason.ID, b.Reason.SHA256)
	return err
}

// RestrictAccount lets only the named members of staff, duty managers and
// administrators see an account and its requests, or lets all see it again.
func (tx *Tx) RestrictAccount(id int64, restricted bool, staff []int64) error {
	if _, err := tx.exec("UPDATE account SET restricted = $2 WHERE id = $1", id, restricted); err != nil {
		return wrap(err, "restrict account %d", id)
	}
	if _, err := tx.exec("DELETE FROM account_staff WHERE account_id = $1", id); err != nil {
		return wrap(err, "restrict account %d", id)
	}
	for _, who := range staff {
		if _, err := tx.exec("INSERT INTO account_staff (account_id, staff_id) VALUES ($1, $2)", id, who); err != nil {
			return wrap(known(err, "staff.unknown"), "restrict account %d", id)
		}
	}
	return nil
}

// RestrictedAccount is an account that is kept to named members of staff.
type RestrictedAccount struct {
	support.Account
	Staff []int64 // who are named, in ascending order
}

// RestrictedAccounts lists the accounts that are kept to named staff, as far as the
// viewer sees them, after one of them (0: from the first on) by id, at most max,
// 1..500, 0 = 100.
func (s *Store) RestrictedAccounts(ctx context.Context, v Viewer, after int64, max int) ([]RestrictedAccount, error) {
	return s.restricted(ctx, v, "a.restricted AND a.id > $2", after, max)
}

// NamedOf are the members of staff who are named for an account.
func (s *Store) NamedOf(ctx context.Context, v Viewer, account int64) ([]int64, error) {
	list, err := s.restricted(ctx, v, "a.id = $2", account, 1)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0].Staff, nil
}

func (s *Store) restricted(ctx context.Context, v Viewer, where string, id int64, max int) ([]RestrictedAccount, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	sees, args := v.narrow(3, "a", "", "FALSE")
	var out []RestrictedAccount
	err = q.all(func(r scanner) error {
		var a RestrictedAccount
		var staff int64
		err := r.Scan(&a.ID, &a.Name, &a.Country, &a.Restricted, &staff)
		if n := len(out); n == 0 || out[n-1].ID != a.ID {
			out = append(out, a)
		}
		if staff != 0 {
			out[len(out)-1].Staff = append(out[len(out)-1].Staff, staff)
		}
		return err
	}, `SELECT a.id, a.name, a.country, a.restricted, COALESCE(n.staff_id, 0) FROM (
  SELECT a.id, a.id AS account_id, a.name, a.country, a.restricted FROM account a WHERE `+where+` ORDER BY a.id LIMIT 0 + $1) AS a
LEFT JOIN account_staff n ON n.account_id = a.id WHERE `+sees+" ORDER BY a.id, n.staff_id",
		append([]any{limit(max, 100, 500), id}, args...)...)
	return out, wrap(err, "read restricted accounts")
}

// Sees tells whether the viewer sees a request; false when it does not exist.
func (tx *Tx) Sees(v Viewer, request int64) (bool, error) { return tx.sees(v, request) }

// Sees is [Tx.Sees] outside of an update.
func (s *Store) Sees(ctx context.Context, v Viewer, request int64) (bool, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return false, err
	}
	return q.sees(v, request)
}

// SeesAccount tells whether the viewer sees an account; false when it does not
// exist.
func (tx *Tx) SeesAccount(v Viewer, id int64) (bool, error) {
	_, err := tx.account(v, id)
	if support.CodeOf(err) == support.NotFound {
		return false, nil
	}
	return err == nil, err
}

// IsRestricted tells whether a request, or its account, is kept to named staff.
func (s *Store) IsRestricted(ctx context.Context, request int64) (bool, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return false, err
	}
	var yes bool
	err = q.one([]any{&yes}, `SELECT EXISTS (SELECT 1 FROM request r JOIN account a ON a.id = r.account_id
WHERE r.id = $1 AND (r.restricted OR a.restricted))`, request)
	return yes, wrap(err, "look who may see request %d", request)
}

// RecordRead writes down that a member of staff has looked at a restricted
// request.
func (tx *Tx) RecordRead(request int64, by support.Actor, at time.Time) error {
	return tx.Audit(subjectRead, request, by, at, kindRead, map[string]any{})
}

// Reads are the looks of staff at a restricted request, newest first, at most
// max, 1..500, 0 = 100.
func (s *Store) Reads(ctx context.Context, v Viewer, request int64, max int) ([]Read, error) {
	q, err := s.visible(ctx, v, request)
	if err != nil {
		return nil, err
	}
	var out []Read
	err = q.all(func(r scanner) error {
		var x Read
		err := r.Scan(&x.Staff, instant{&x.At})
		out = append(out, x)
		return err
	}, "SELECT actor_id, at FROM event WHERE subject = 'read' AND subject_id = $1 ORDER BY seq DESC LIMIT 0 + $2", request, limit(max, 100, 500))
	return out, wrap(err, "read who looked at request %d", request)
}

// Glasses lists who broke the glass on which request, newest first, at most max,
// 1..500, 0 = 100.
func (s *Store) Glasses(ctx context.Context, max int) ([]Glass, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []Glass
	err = q.all(func(r scanner) error {
		var g Glass
		err := r.Scan(&g.Request, &g.Staff, instant{&g.At}, instant{&g.Until}, &g.Reason.ID, &g.Reason.SHA256)
		out = append(out, g)
		return err
	}, "SELECT request_id, staff_id, at, until_at, reason_id, reason_sha256 FROM glass ORDER BY at DESC, request_id DESC LIMIT 0 + $1", limit(max, 100, 500))
	return out, wrap(err, "read who broke the glass")
}
