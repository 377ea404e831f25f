package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"madoguchi/internal/support"
)

// ClaimDue takes up to max requests that are due at the desk's instant, the
// oldest first, and keeps them from other timers until the lease ends on the
// real clock. [Tx.Append] and [Tx.PushOut] give the lease back.
func (tx *Tx) ClaimDue(desk, real time.Time, lease time.Duration, max int) ([]int64, error) {
	type due struct{ id, at int64 }
	var found []due
	err := tx.all(func(r scanner) error {
		var d due
		err := r.Scan(&d.id, &d.at)
		found = append(found, d)
		return err
	}, `UPDATE request SET leased_at = $1 WHERE id IN (
  SELECT id FROM request WHERE wake_at <= $2 AND leased_at <= $3 ORDER BY wake_at, id LIMIT $4)
RETURNING id, wake_at`, real.Add(lease).UnixMicro(), desk.UnixMicro(), real.UnixMicro(), max)
	if err != nil {
		return nil, wrap(err, "claim due requests")
	}
	slices.SortFunc(found, func(a, b due) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id)) })
	var out []int64
	for _, d := range found {
		out = append(out, d.id)
	}
	return out, nil
}

// PushOut hides a request from the timer until an instant of the desk's clock,
// because what should have been done at its due_at left that in the past. It is
// counted until due_at changes. why is for operators and holds no personal data.
func (tx *Tx) PushOut(request int64, until time.Time, why string) error {
	n, err := tx.exec(`UPDATE request SET wake_at = $2, leased_at = 0, pushed = pushed + 1, pushed_why = $3
WHERE id = $1 AND due_at IS NOT NULL`, request, until.UnixMicro(), why)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "request.unknown")
	}
	return wrap(err, "push out request %d", request)
}

// Pushed is how often the timer has pushed out the present due_at of a request.
func (tx *Tx) Pushed(request int64) (int, error) {
	var n int
	err := tx.one([]any{&n}, "SELECT pushed FROM request WHERE id = $1", request)
	return n, wrap(absent(err, "request.unknown"), "read request %d", request)
}

// NextDue is the earliest instant of the desk's clock at which a request is due
// that is not leased at the real instant; false when there is none. A lease
// that nobody gives back ends without a signal: look again once a lease.
func (s *Store) NextDue(ctx context.Context, real time.Time) (time.Time, bool, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return time.Time{}, false, err
	}
	var at time.Time
	err = q.all(func(r scanner) error { return r.Scan(instant{&at}) },
		"SELECT wake_at FROM request WHERE wake_at IS NOT NULL AND leased_at <= $1 ORDER BY wake_at, id LIMIT 1", real.UnixMicro())
	return at, !at.IsZero(), wrap(err, "read next due instant")
}
