package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// Present is one who has the page of a request before them.
type Present struct {
	Staff                 int64
	FamilyName, GivenName string
	Writes                bool
}

// How long a presence counts without being renewed, and writing without a key
// being pressed (UX-20).
const (
	PresentFor = 25 * time.Second
	WritesFor  = 15 * time.Second
)

// BePresent notes that somebody of the staff looks at a request in a tab of
// theirs, and writes when writing is set; what is noted as written stays so until
// it is over by itself. now is the real clock. Rows that count no more go.
func (tx *Tx) BePresent(request, staff int64, tab string, writing bool, now time.Time) error {
	writes := int64(0)
	if writing {
		writes = now.UnixMicro()
	}
	_, err := tx.exec(`INSERT INTO presence (request_id, staff_id, tab, writes_at, seen_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (request_id, staff_id, tab) DO UPDATE SET seen_at = excluded.seen_at,
  writes_at = CASE WHEN excluded.writes_at > 0 THEN excluded.writes_at ELSE presence.writes_at END`,
		request, staff, tab, writes, now.UnixMicro())
	if err == nil {
		_, err = tx.exec("DELETE FROM presence WHERE seen_at < $1", now.Add(-2*PresentFor).UnixMicro())
	}
	return wrap(err, "note who looks at request %d", request)
}

// BeAbsent takes a tab away.
func (tx *Tx) BeAbsent(request, staff int64, tab string) error {
	_, err := tx.exec("DELETE FROM presence WHERE request_id = $1 AND staff_id = $2 AND tab = $3", request, staff, tab)
	return wrap(err, "note who looks at request %d", request)
}

// Present are the staff who look at a request that the viewer sees, but for the
// viewer: who writes first, then by name. Customers are told of nobody.
func (s *Store) Present(ctx context.Context, v Viewer, request int64, now time.Time) ([]Present, error) {
	if v.Actor.Kind != support.Vendor {
		return nil, nil
	}
	q, err := s.visible(ctx, v, request)
	if err != nil {
		return nil, err
	}
	var out []Present
	err = q.all(func(r scanner) error {
		var p Present
		var writes int64
		err := r.Scan(&p.Staff, &p.FamilyName, &p.GivenName, &writes)
		p.Writes = writes > now.Add(-WritesFor).UnixMicro()
		out = append(out, p)
		return err
	}, `SELECT s.id, s.family_name, s.given_name, MAX(p.writes_at) FROM presence p JOIN staff s ON s.id = p.staff_id
WHERE p.request_id = $1 AND p.staff_id <> $2 AND p.seen_at >= $3 GROUP BY s.id, s.family_name, s.given_name
ORDER BY MAX(p.writes_at) DESC, s.family_name, s.id LIMIT 20`, request, v.Actor.ID, now.Add(-PresentFor).UnixMicro())
	return out, wrap(err, "read who looks at request %d", request)
}
