package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"madoguchi/internal/support"
)

const dayMicros = int64(24 * time.Hour / time.Microsecond)

// DueConfirmations lists the contracts whose PLA is to be asked again by now, at
// most max, the longest due first (R13).
func (tx *Tx) DueConfirmations(now time.Time, max int) ([]support.Confirmation, error) {
	var out []support.Confirmation
	err := tx.all(func(r scanner) error {
		var c support.Confirmation
		err := r.Scan(&c.Contract, &c.State, instant{&c.AskedAt}, instant{&c.DueAt})
		out = append(out, c)
		return err
	}, "SELECT contract_id, state, asked_at, due_at FROM confirmation WHERE due_at <= $1 ORDER BY due_at, contract_id LIMIT 0 + $2", now.UnixMicro(), max)
	return out, wrap(err, "read due confirmations")
}

// RemindConfirmation puts the next reminder off; false: somebody else did.
func (tx *Tx) RemindConfirmation(c support.Confirmation, next time.Time) (bool, error) {
	n, err := tx.exec("UPDATE confirmation SET due_at = $3 WHERE contract_id = $1 AND due_at = $2", c.Contract, c.DueAt.UnixMicro(), micros(next))
	return n > 0, wrap(err, "put off the confirmation of contract %d", c.Contract)
}

// Ending is a contract whose end is to be told, so many days before.
type Ending struct {
	Contract int64
	Days     int
}

// EndingContracts lists the active contracts whose end is near enough to be told
// by now and was not told at so few days yet, at most max. Days are those on
// which ends are told; of several that have come, the fewest counts (R03).
func (tx *Tx) EndingContracts(now time.Time, days []int, max int) ([]Ending, error) {
	var out []Ending
	for _, n := range slices.Sorted(slices.Values(days)) {
		err := tx.all(func(r scanner) error {
			e := Ending{Days: n}
			err := r.Scan(&e.Contract)
			if !slices.ContainsFunc(out, func(x Ending) bool { return x.Contract == e.Contract }) {
				out = append(out, e)
			}
			return err
		}, `SELECT id FROM contract WHERE state = 'active' AND ends_at > $1 AND ends_at <= $2 AND (end_told IS NULL OR end_told > $3)
ORDER BY ends_at, id LIMIT 0 + $4`, now.UnixMicro(), now.UnixMicro()+int64(n)*dayMicros, n, max)
		if err != nil {
			return nil, wrap(err, "read ending contracts")
		}
	}
	return out, nil
}

// TellEnding notes that a contract's end is told; false: somebody else did.
func (tx *Tx) TellEnding(e Ending) (bool, error) {
	n, err := tx.exec("UPDATE contract SET end_told = $2 WHERE id = $1 AND (end_told IS NULL OR end_told > $2)", e.Contract, e.Days)
	return n > 0, wrap(err, "tell the end of contract %d", e.Contract)
}

// NextPaper is when the next PLA is to be asked again, or the end of the next
// contract is told; zero: never. It may lie in the past.
func (s *Store) NextPaper(ctx context.Context, now time.Time, days []int) (time.Time, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return time.Time{}, err
	}
	var next time.Time
	sooner := func(before int64, query string, args ...any) error {
		var at int64
		err := q.one([]any{&at}, query, args...)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if t := time.UnixMicro(at - before).UTC(); err == nil && (next.IsZero() || t.Before(next)) {
			next = t
		}
		return err
	}
	err = sooner(0, "SELECT due_at FROM confirmation WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1")
	for _, n := range days {
		if err == nil {
			err = sooner(int64(n)*dayMicros, `SELECT ends_at FROM contract
WHERE state = 'active' AND ends_at > $1 AND (end_told IS NULL OR end_told > $2) ORDER BY ends_at LIMIT 1`, now.UnixMicro(), n)
		}
	}
	return next, wrap(err, "read when papers are due")
}
