package store

import (
	"database/sql"
	"errors"
	"fmt"

	"madoguchi/internal/support"
)

// window is what subjects of a few consecutive ids have beside their events, and
// what their events have told so far. It is left when they have been walked.
type window struct {
	subject  string
	from, to int64 // ids, inclusive
	heads    map[int64]link
	accounts map[int64][]int64 // whose they are, of nouns that belong to somebody

	// Of requests alone.
	rows      map[int64]*support.Row // nil: it cannot be read
	tags      map[int64][]string
	incidents map[int64][]string // states
	defects   map[int64][]int64
	watchers  map[int64][]int64
	files     map[int64][]heldFile
	texts     map[int64]heldText

	named, erased map[int64]bool // texts, by what events say
	mentions      []mention
	entries       map[entryID]bool // of the search, by the texts
}

// heldText is a text as it is held.
type heldText struct {
	there   bool
	request int64  // 0: of none
	sum     string // "" of one that is empty
	plain   string // of those of the window's requests
}

// scan reads id, request_id, salt and text.
func (t *heldText) scan(r scanner, id *int64) error {
	var salt sql.RawBytes
	var text sql.Null[string]
	err := r.Scan(id, &t.request, &salt, &text)
	if t.there, t.sum, t.plain = true, "", text.V; text.Valid {
		t.sum = contentHash(salt, text.V)
	}
	return err
}

// first is the lowest id, from one on, of which there is anything.
func (c *checker) first(subject string, from int64) (sql.Null[int64], error) {
	text := `SELECT MIN(id) FROM (SELECT MIN(subject_id) AS id FROM event WHERE subject = $1 AND subject_id >= $2
UNION ALL SELECT MIN(subject_id) FROM head WHERE subject = $1 AND subject_id >= $2`
	if subject == subjectRequest {
		text += `
UNION ALL SELECT MIN(id) FROM request WHERE id >= $2
UNION ALL SELECT MIN(request_id) FROM content WHERE request_id >= $2 AND request_id <> 0
UNION ALL SELECT MIN(request_id) FROM incident WHERE request_id >= $2`
	}
	var id sql.Null[int64]
	err := c.q.one([]any{&id}, text+") AS least", subject, from)
	return id, err
}

// load reads what stands beside the events of the window.
func (c *checker) load() error {
	w := &c.w
	w.heads = map[int64]link{}
	err := c.q.all(func(r scanner) error {
		var id int64
		var l link
		err := r.Scan(&id, &l.seq, &l.hash)
		w.heads[id] = l
		return err
	}, "SELECT subject_id, seq, hash FROM head WHERE subject = $1 AND subject_id BETWEEN $2 AND $3", w.subject, w.from, w.to)
	if err != nil {
		return err
	}
	if w.subject == subjectRequest {
		return c.loadRequests()
	}
	if of, owned := ownedBy[w.subject]; owned {
		w.accounts, err = beside[int64](c, "SELECT id, "+of.column+" FROM "+of.table+" WHERE id BETWEEN $1 AND $2")
	}
	return err
}

func (c *checker) loadRequests() error {
	w := &c.w
	w.rows, w.texts = map[int64]*support.Row{}, map[int64]heldText{}
	err := c.q.all(func(r scanner) error {
		row := &support.Row{}
		err := r.Scan(rowFields(row)...)
		w.rows[row.ID] = row
		if err != nil {
			c.wrong(fmt.Sprintf("request %d", row.ID), "its row cannot be read: %v", err)
			w.rows[row.ID] = nil
		}
		return nil
	}, "SELECT "+rowColumns+" FROM request r WHERE r.id BETWEEN $1 AND $2", w.from, w.to)
	if err != nil {
		return err
	}
	err = c.q.all(func(r scanner) error {
		var id int64
		var t heldText
		err := t.scan(r, &id)
		w.texts[id] = t
		return err
	}, "SELECT id, request_id, salt, text FROM content WHERE request_id BETWEEN $1 AND $2 AND request_id <> 0", w.from, w.to)
	if err != nil {
		return err
	}
	var errs [5]error
	w.tags, errs[0] = beside[string](c, "SELECT request_id, tag FROM request_tag WHERE request_id BETWEEN $1 AND $2")
	w.incidents, errs[1] = beside[string](c, "SELECT request_id, state FROM incident WHERE request_id BETWEEN $1 AND $2")
	w.defects, errs[2] = beside[int64](c, "SELECT request_id, defect_id FROM defect_request WHERE request_id BETWEEN $1 AND $2")
	w.watchers, errs[3] = beside[int64](c, "SELECT request_id, contact_id FROM watcher WHERE request_id BETWEEN $1 AND $2")
	errs[4] = c.loadFiles()
	return errors.Join(errs[:]...)
}

// beside reads a column of the rows that belong to the window's subjects.
func beside[T any](c *checker, text string) (map[int64][]T, error) {
	out := map[int64][]T{}
	err := c.q.all(func(r scanner) error {
		var id int64
		var v T
		err := r.Scan(&id, &v)
		out[id] = append(out[id], v)
		return err
	}, text, c.w.from, c.w.to)
	return out, err
}
