package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"madoguchi/internal/support"
)

// AddShift adds a row to a team's rota and fills its ID.
func (tx *Tx) AddShift(s *support.Shift) error {
	err := tx.one([]any{&s.ID}, "INSERT INTO rota_shift (team, staff_id, from_at, to_at, position) VALUES ($1, $2, $3, $4, $5) RETURNING id",
		s.Team, s.Staff, s.From.UnixMicro(), s.To.UnixMicro(), s.Order)
	return wrap(refused(err, "to", "row.value"), "add shift")
}

// RemoveShift takes a row out of a team's rota.
func (tx *Tx) RemoveShift(team string, id int64) error {
	n, err := tx.exec("DELETE FROM rota_shift WHERE id = $1 AND team = $2", id, team)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "rota.shift_unknown")
	}
	return wrap(err, "remove shift %d", id)
}

// AddAbsence adds an absence and fills its ID.
func (tx *Tx) AddAbsence(a *support.Absence) error {
	err := tx.one([]any{&a.ID}, "INSERT INTO absence (staff_id, from_at, to_at) VALUES ($1, $2, $3) RETURNING id",
		a.Staff, a.From.UnixMicro(), a.To.UnixMicro())
	return wrap(refused(err, "to", "row.value"), "add absence")
}

// RemoveAbsence removes an absence of a member of staff.
func (tx *Tx) RemoveAbsence(staff, id int64) error {
	n, err := tx.exec("DELETE FROM absence WHERE id = $1 AND staff_id = $2", id, staff)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "rota.absence_unknown")
	}
	return wrap(err, "remove absence %d", id)
}

func (q rows) shifts(where string, args ...any) ([]support.Shift, error) {
	var out []support.Shift
	err := q.all(func(r scanner) error {
		var s support.Shift
		err := r.Scan(&s.ID, &s.Team, &s.Staff, instant{&s.From}, instant{&s.To}, &s.Order)
		out = append(out, s)
		return err
	}, "SELECT id, team, staff_id, from_at, to_at, position FROM rota_shift WHERE "+where+" ORDER BY from_at, position, id LIMIT "+maxRota, args...)
	return out, wrap(err, "read shifts")
}

func (q rows) absences(where string, args ...any) ([]support.Absence, error) {
	var out []support.Absence
	err := q.all(func(r scanner) error {
		var a support.Absence
		err := r.Scan(&a.ID, &a.Staff, instant{&a.From}, instant{&a.To})
		out = append(out, a)
		return err
	}, "SELECT id, staff_id, from_at, to_at FROM absence WHERE "+where+" ORDER BY from_at, id LIMIT "+maxRota, args...)
	return out, wrap(err, "read absences")
}

// maxRota bounds what is read of rotas at once; a year of a team has fewer rows.
const maxRota = "5000"

// Roster is all staff by id, inactive ones too, with those of their absences and
// of their shifts in some teams that hold at an instant.
type Roster struct {
	Staff    []support.Staff
	Absences []support.Absence
	Shifts   []support.Shift
}

// Of are the shifts of one team, by their beginning and order.
func (r Roster) Of(team string) []support.Shift {
	var out []support.Shift
	for _, s := range r.Shifts {
		if s.Team == team {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b support.Shift) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// RosterAt reads the roster in one statement, of all staff or of those alone who
// may be called.
func (tx *Tx) RosterAt(at time.Time, all bool, teams ...string) (Roster, error) {
	return tx.rosterAt(at, all, teams)
}

// RosterAt is [Tx.RosterAt].
func (s *Store) RosterAt(ctx context.Context, at time.Time, all bool, teams ...string) (Roster, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Roster{}, err
	}
	return q.rosterAt(at, all, teams)
}

func (q rows) rosterAt(at time.Time, all bool, teams []string) (Roster, error) {
	var out Roster
	who := ""
	if !all {
		who = "WHERE s.duty <> '' OR t.id IS NOT NULL "
	}
	err := q.all(func(r scanner) error {
		var m support.Staff
		var a support.Absence
		var s support.Shift
		err := r.Scan(append(staffFields(&m), optional{&a.ID}, instant{&a.From}, instant{&a.To},
			optional{&s.ID}, &s.Team, instant{&s.From}, instant{&s.To}, &s.Order)...)
		if n := len(out.Staff); n == 0 || out.Staff[n-1].ID != m.ID {
			out.Staff = append(out.Staff, m)
		}
		a.Staff, s.Staff = m.ID, m.ID
		if a.ID != 0 && !slices.Contains(out.Absences, a) {
			out.Absences = append(out.Absences, a)
		}
		if s.ID != 0 && !slices.Contains(out.Shifts, s) {
			out.Shifts = append(out.Shifts, s)
		}
		return err
	}, "SELECT "+staffColumns+`, a.id, a.from_at, a.to_at, t.id, COALESCE(t.team, ''), t.from_at, t.to_at, COALESCE(t.position, 0) FROM staff s
LEFT JOIN absence a ON a.staff_id = s.id AND a.to_at > $1 AND a.from_at <= $1
LEFT JOIN rota_shift t ON t.staff_id = s.id AND t.to_at > $1 AND t.from_at <= $1 AND t.team IN (SELECT value FROM json_each($2))
`+who+"ORDER BY s.id", at.UnixMicro(), list(teams))
	return out, wrap(err, "read roster")
}

// OpenOwned is how many requests that are not completed each member of staff
// owns; who owns none is missing.
func (tx *Tx) OpenOwned() (map[int64]int, error) {
	out := map[int64]int{}
	err := tx.all(func(r scanner) error {
		var id int64
		var n int
		err := r.Scan(&id, &n)
		out[id] = n
		return err
	}, "SELECT owner_id, COUNT(*) FROM request WHERE stage <> 'completed' AND owner_id IS NOT NULL GROUP BY owner_id")
	return out, wrap(err, "count open requests")
}

// Shifts are those of a team that reach into a time, by their beginning.
func (s *Store) Shifts(ctx context.Context, team string, from, to time.Time) ([]support.Shift, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.shifts("team = $1 AND to_at > $2 AND from_at < $3", team, from.UnixMicro(), to.UnixMicro())
}

// Absences are those of all staff that reach into a time, by their beginning.
func (s *Store) Absences(ctx context.Context, from, to time.Time) ([]support.Absence, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.absences("to_at > $1 AND from_at < $2", from.UnixMicro(), to.UnixMicro())
}
