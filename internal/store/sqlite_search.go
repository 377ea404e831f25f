package store

import (
	"fmt"
	"strings"

	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// sqliteWords is the index of words in FTS5, which keeps no text: to take an
// entry out, it has to be told the words.
type sqliteWords struct{}

// searchedBits are the bits of a row's id below those of the request.
const searchedBits = 17

func (id entryID) row() int64 {
	row := (id.request-support.FirstID)<<searchedBits | id.seq<<1
	if id.internal {
		row |= 1
	}
	return row
}

func entryOfRow(row int64) entryID {
	return entryID{row>>searchedBits + support.FirstID, row & (1<<searchedBits - 1) >> 1, row&1 == 1}
}

// beside: a statement that writes into two tables is none of this engine's.
func (sqliteWords) beside([]searchEntry, int) (with string, args []any) { return "", nil }

func (sqliteWords) enter(tx *Tx, list []searchEntry) error {
	for _, e := range list {
		if _, err := tx.exec("INSERT INTO search (rowid, words) VALUES ($1, $2)", e.id().row(), strings.Join(e.words, " ")); err != nil {
			return fmt.Errorf("enter words: %w", err)
		}
	}
	return nil
}

func (sqliteWords) leave(tx *Tx, list []searchEntry) error {
	for _, e := range list {
		if _, err := tx.exec("INSERT INTO search (search, rowid, words) VALUES ('delete', $1, $2)", e.id().row(), strings.Join(e.words, " ")); err != nil {
			return fmt.Errorf("take out words: %w", err)
		}
	}
	return nil
}

func (sqliteWords) entered(q rows, from, to int64) (map[entryID]bool, error) {
	out := map[entryID]bool{}
	err := q.all(func(r scanner) error {
		var row int64
		err := r.Scan(&row)
		out[entryOfRow(row)] = true
		return err
	}, "SELECT id FROM search_docsize WHERE id BETWEEN $1 AND $2", entryID{request: from}.row(), entryID{request: to}.row()|(1<<searchedBits-1))
	return out, err
}

func (sqliteWords) empty(tx *Tx) error {
	return tx.script("INSERT INTO search (search) VALUES ('delete-all')")
}

func (sqliteWords) fresh(q rows) error {
	return q.all(func(scanner) error { return nil }, "SELECT rowid FROM search WHERE search MATCH '\"x\"' LIMIT 1")
}

func (sqliteWords) walk(q rows, found func(id entryID, word string, place int)) error {
	return q.all(func(r scanner) error {
		var word string
		var row int64
		var place int
		err := r.Scan(&word, &row, &place)
		found(entryOfRow(row), word, place)
		return err
	}, `SELECT term, doc, "offset" FROM search_place`)
}

func (sqliteWords) kept(words []string) []string { return words }

func (sqliteWords) expression(all [][]text.Phrase) string {
	var and []string
	for _, one := range all {
		var or []string
		for _, p := range one {
			s := `"` + strings.Join(p.Words, " ") + `"`
			if p.Begins {
				s += " *"
			}
			or = append(or, s)
		}
		and = append(and, "("+strings.Join(or, " OR ")+")")
	}
	return strings.Join(and, " AND ")
}

func (sqliteWords) hits(expression, lo, hi string, public bool) string {
	own := ""
	if public {
		own = " AND rowid & 1 = 0"
	}
	return fmt.Sprintf(`SELECT (rowid >> %[1]d) + %[2]d AS request_id, MAX(rowid & %[3]d) AS entry, COUNT(*) AS n FROM search
WHERE search MATCH %[4]s AND rowid BETWEEN (%[5]s - %[2]d) << %[1]d AND ((%[6]s - %[2]d) << %[1]d) + %[3]d%[7]s GROUP BY 1`,
		searchedBits, support.FirstID, 1<<searchedBits-1, expression, lo, hi, own)
}
