package store

import (
	"context"
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

// ShiftsAt are the shifts of a team that hold at an instant.
func (tx *Tx) ShiftsAt(team string, at time.Time) ([]support.Shift, error) {
	return tx.shifts("team = $1 AND to_at > $2 AND from_at <= $2", team, at.UnixMicro())
}

// AbsencesAt are the absences of all staff that hold at an instant.
func (tx *Tx) AbsencesAt(at time.Time) ([]support.Absence, error) {
	return tx.absences("to_at > $1 AND from_at <= $1", at.UnixMicro())
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
