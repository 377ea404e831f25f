package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// Withhold counts an automatic entry that a request was spared, by its kind.
func (tx *Tx) Withhold(request int64, kind string, at time.Time) error {
	_, err := tx.exec(`INSERT INTO withheld (request_id, kind, n, since_at) VALUES ($1, $2, 1, $3)
ON CONFLICT (request_id, kind) DO UPDATE SET n = withheld.n + 1`, request, kind, at.UnixMicro())
	return wrap(err, "count an entry of request %d", request)
}

// Withheld is what was counted for a request since its last digest, by kind.
func (tx *Tx) Withheld(request int64) ([]support.Withheld, error) {
	var out []support.Withheld
	err := tx.all(func(r scanner) error {
		var w support.Withheld
		err := r.Scan(&w.Kind, &w.N)
		out = append(out, w)
		return err
	}, "SELECT kind, n FROM withheld WHERE request_id = $1 ORDER BY kind", request)
	return out, wrap(err, "read what request %d was spared", request)
}

// Digested takes off what a digest has told of. What was counted meanwhile is
// left for the next one.
func (tx *Tx) Digested(request int64, told []support.Withheld) error {
	for _, w := range told {
		if _, err := tx.exec("DELETE FROM withheld WHERE request_id = $1 AND kind = $2 AND n <= $3", request, w.Kind, w.N); err != nil {
			return wrap(err, "forget what request %d was spared", request)
		}
		if _, err := tx.exec("UPDATE withheld SET n = n - $3 WHERE request_id = $1 AND kind = $2", request, w.Kind, w.N); err != nil {
			return wrap(err, "forget what request %d was spared", request)
		}
	}
	return nil
}

// Undigested are at most limit requests after the id after that were spared an
// entry before an instant and have no digest of it yet.
func (s *Store) Undigested(ctx context.Context, before time.Time, after int64, limit int) ([]int64, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []int64
	err = q.all(func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		out = append(out, id)
		return err
	}, "SELECT DISTINCT request_id FROM withheld WHERE since_at < $1 AND request_id > $2 ORDER BY request_id LIMIT 0 + $3", before.UnixMicro(), after, limit)
	return out, wrap(err, "find requests without a digest")
}
