package store

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Due is a claimed request and its due_at, as it was when it was claimed.
type Due struct {
	Request int64
	At      time.Time
}

// ClaimDue takes up to max requests that are due at the desk's instant, the
// oldest first, and keeps them from other timers until the lease ends on the
// real clock. [Tx.Append] and [Tx.PushOut] give the lease back.
func (tx *Tx) ClaimDue(desk, real time.Time, lease time.Duration, max int) ([]Due, error) {
	type woken struct {
		Due
		wake int64
	}
	var found []woken
	err := tx.all(func(r scanner) error {
		var d woken
		err := r.Scan(&d.Request, instant{&d.At}, &d.wake)
		found = append(found, d)
		return err
	}, `UPDATE request SET leased_at = $1 WHERE id IN (
  SELECT id FROM request WHERE wake_at <= $2 AND leased_at <= $3 ORDER BY wake_at, id LIMIT 0 + $4) AND leased_at <= $3
RETURNING id, due_at, wake_at`, real.Add(lease).UnixMicro(), desk.UnixMicro(), real.UnixMicro(), max)
	if err != nil {
		return nil, wrap(err, "claim due requests")
	}
	slices.SortFunc(found, func(a, b woken) int {
		return cmp.Or(cmp.Compare(a.wake, b.wake), cmp.Compare(a.Request, b.Request))
	})
	var out []Due
	for _, d := range found {
		out = append(out, d.Due)
	}
	return out, nil
}

// PushOut hides a request from the timer until an instant of the desk's clock,
// because what should have been done at its due_at left that in the past. It is
// counted until due_at changes. A request whose due_at is another than d's by
// now is left alone: the command that moved it has given the lease back, and
// what is due then must not be hidden. why is for operators and holds no
// personal data.
func (tx *Tx) PushOut(d Due, until time.Time, why string) error {
	_, err := tx.exec(`UPDATE request SET wake_at = $3, leased_at = 0, pushed = pushed + 1, pushed_why = $4
WHERE id = $1 AND due_at = $2`, d.Request, d.At.UnixMicro(), until.UnixMicro(), why)
	return wrap(err, "push out request %d", d.Request)
}

// Pushed is how often the timer has pushed out the present due_at of a request.
func (tx *Tx) Pushed(request int64) (int, error) {
	var n int
	err := tx.one([]any{&n}, "SELECT pushed FROM request WHERE id = $1", request)
	return n, wrap(absent(err, "request.not_found"), "read request %d", request)
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
