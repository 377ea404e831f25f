package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// View is a list of requests that staff keep under a name.
type View struct {
	ID      int64
	Staff   int64  // who keeps it
	Team    string // of the pack, whose people see it; "": its keeper alone
	Name    string
	Query   string // address of the list: its filters and its order
	MadeAt  time.Time
	ByOther bool // kept by somebody else than who reads
}

// MostViews is how many views one person keeps.
const MostViews = 50

// maxViewsRead bounds what is read for one reader: their own, and their teams'.
const maxViewsRead = 100

// AddView keeps a view and fills its ID; a person who keeps [MostViews] already
// is refused.
func (tx *Tx) AddView(v *View) error {
	var n int
	if err := tx.one([]any{&n}, "SELECT COUNT(*) FROM saved_view WHERE staff_id = $1", v.Staff); err != nil {
		return wrap(err, "count views")
	}
	if n >= MostViews {
		return refusedField("name", "view.many")
	}
	err := tx.one([]any{&v.ID}, "INSERT INTO saved_view (staff_id, team, name, query, made_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
		v.Staff, v.Team, v.Name, v.Query, v.MadeAt.UnixMicro())
	return wrap(err, "add view")
}

// ChangeView writes a view's name, team and query; not_found when it is not its
// keeper's.
func (tx *Tx) ChangeView(v View) error {
	n, err := tx.exec("UPDATE saved_view SET team = $3, name = $4, query = $5 WHERE id = $1 AND staff_id = $2", v.ID, v.Staff, v.Team, v.Name, v.Query)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "view.unknown")
	}
	return wrap(err, "change view")
}

// DropView forgets a view of a person; not_found when it is not theirs.
func (tx *Tx) DropView(staff, id int64) error {
	n, err := tx.exec("DELETE FROM saved_view WHERE id = $1 AND staff_id = $2", id, staff)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "view.unknown")
	}
	return wrap(err, "drop view")
}

// Views are those that a person keeps and those of their teams, by name.
func (s *Store) Views(ctx context.Context, staff int64, teams []string) ([]View, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []View
	err = q.all(func(r scanner) error {
		var v View
		err := r.Scan(&v.ID, &v.Staff, &v.Team, &v.Name, &v.Query, instant{&v.MadeAt})
		v.ByOther = v.Staff != staff
		out = append(out, v)
		return err
	}, `SELECT id, staff_id, team, name, query, made_at FROM saved_view WHERE staff_id = $1
  OR team <> '' AND team IN (SELECT value FROM json_each($2)) ORDER BY name, id LIMIT 0 + $3`, staff, list(teams), maxViewsRead)
	return out, wrap(err, "read views")
}
