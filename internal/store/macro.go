package store

import (
	"context"
	"encoding/json"
	"time"

	"madoguchi/internal/support"
)

// Macro is a text that staff keep to write it again: a reply or a note, in the
// languages in which they have written it, and tags that go with it.
type Macro struct {
	ID      int64
	Staff   int64  // who keeps it
	Team    string // of the pack, whose people use it; "": its keeper alone
	Name    string
	Note    bool              // it is written as a note
	Words   map[string]string // by language, with variables in braces
	Tags    []string
	MadeAt  time.Time
	ByOther bool // kept by somebody else than who reads
}

// MostMacros is how many macros one person keeps.
const MostMacros = 100

// maxMacrosRead bounds what is read for one reader: their own, and their teams'.
const maxMacrosRead = 300

// AddMacro keeps a macro and fills its ID; a person who keeps [MostMacros] already
// is refused.
func (tx *Tx) AddMacro(m *Macro) error {
	var n int
	if err := tx.one([]any{&n}, "SELECT COUNT(*) FROM macro WHERE staff_id = $1", m.Staff); err != nil {
		return wrap(err, "count macros")
	}
	if n >= MostMacros {
		return refusedField("name", "macro.many")
	}
	words, tags, err := m.packed()
	if err == nil {
		err = tx.one([]any{&m.ID}, "INSERT INTO macro (staff_id, team, name, note, words, tags, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
			m.Staff, m.Team, m.Name, m.Note, words, tags, m.MadeAt.UnixMicro())
	}
	return wrap(err, "add macro")
}

// ChangeMacro writes a macro anew; not_found when it is not its keeper's.
func (tx *Tx) ChangeMacro(m Macro) error {
	words, tags, err := m.packed()
	var n int64
	if err == nil {
		n, err = tx.exec("UPDATE macro SET team = $3, name = $4, note = $5, words = $6, tags = $7 WHERE id = $1 AND staff_id = $2",
			m.ID, m.Staff, m.Team, m.Name, m.Note, words, tags)
	}
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "macro.unknown")
	}
	return wrap(err, "change macro")
}

// DropMacro forgets a macro of a person; not_found when it is not theirs.
func (tx *Tx) DropMacro(staff, id int64) error {
	n, err := tx.exec("DELETE FROM macro WHERE id = $1 AND staff_id = $2", id, staff)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "macro.unknown")
	}
	return wrap(err, "drop macro")
}

// Macros are those that a person keeps and those of their teams, by name.
func (s *Store) Macros(ctx context.Context, staff int64, teams []string) ([]Macro, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []Macro
	err = q.all(func(r scanner) error {
		var m Macro
		var words, tags string
		err := r.Scan(&m.ID, &m.Staff, &m.Team, &m.Name, &m.Note, &words, &tags, instant{&m.MadeAt})
		if err == nil {
			err = json.Unmarshal([]byte(words), &m.Words)
		}
		if err == nil {
			err = json.Unmarshal([]byte(tags), &m.Tags)
		}
		m.ByOther = m.Staff != staff
		out = append(out, m)
		return err
	}, `SELECT id, staff_id, team, name, note, words, tags, made_at FROM macro WHERE staff_id = $1
  OR team <> '' AND team IN (SELECT value FROM json_each($2)) ORDER BY name, id LIMIT 0 + $3`, staff, list(teams), maxMacrosRead)
	return out, wrap(err, "read macros")
}

func (m Macro) packed() (words, tags string, err error) {
	w, err := json.Marshal(m.Words)
	if err != nil {
		return "", "", err
	}
	if m.Tags == nil {
		m.Tags = []string{}
	}
	t, err := json.Marshal(m.Tags)
	return string(w), string(t), err
}
