package store

import (
	"context"
	"fmt"
	"time"

	"madoguchi/internal/support"
)

// AddCallback adds a call-back and fills its ID; what was said is saved already.
func (tx *Tx) AddCallback(c *support.Callback) error {
	tx.work.Rest = true // the timer may have to look earlier now
	err := tx.one([]any{&c.ID}, `INSERT INTO callback (account_id, contact_id, request_id, said_id, said_sha256, flags, language, left_at, at,
  by_kind, by_id, wanted_at, agreed, due_at, state, calls, outcome, note_sha256)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'waiting', '[]', '', '') RETURNING id`,
		ref(c.Account), ref(c.Contact), ref(c.Request), c.Said.ID, c.Said.SHA256, list(c.Flags), c.Language, c.LeftAt.UnixMicro(), c.At.UnixMicro(),
		string(c.By.Kind), c.By.ID, c.WantedAt.UnixMicro(), c.Agreed, micros(c.DueAt))
	return wrap(err, "add call-back")
}

// TakeCallback gives a call-back to a member of staff. One that somebody else
// has is left with them, unless the taker may take it from them.
func (tx *Tx) TakeCallback(id, staff int64, from bool) error {
	if err := tx.takeStaff(staff); err != nil {
		return err
	}
	n, err := tx.exec(`UPDATE callback SET staff_id = $2, state = CASE WHEN state = 'waiting' THEN 'taken' ELSE state END
WHERE id = $1 AND state <> 'done' AND (staff_id IS NULL OR staff_id = $2 OR $3)`, id, staff, from)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "callback.taken")
	}
	return wrap(err, "take call-back %d", id)
}

// CallbackCalled keeps one more call of a call-back: c holds all of them.
func (tx *Tx) CallbackCalled(c support.Callback) error {
	last := c.Calls[len(c.Calls)-1]
	n, err := tx.exec(`UPDATE callback SET calls = $2, outcome = $3, state = 'called', due_at = NULL, request_id = $4, staff_id = COALESCE(staff_id, $5)
WHERE id = $1 AND state <> 'done'`, c.ID, list(c.Calls), string(last.Outcome), ref(c.Request), ref(last.Staff))
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "callback.done")
	}
	return wrap(err, "keep a call of call-back %d", c.ID)
}

// CallbackDone ends a call-back, once.
func (tx *Tx) CallbackDone(id int64, note support.Text, at time.Time) error {
	n, err := tx.exec("UPDATE callback SET state = 'done', done_at = $2, due_at = NULL, note_id = $3, note_sha256 = $4 WHERE id = $1 AND state <> 'done'",
		id, at.UnixMicro(), ref(note.ID), note.SHA256)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "callback.done")
	}
	return wrap(err, "end call-back %d", id)
}

// EraseCallback erases what was said around a call-back that is done, and gives
// the ids of those texts. What stands on a request stays with that.
func (tx *Tx) EraseCallback(c support.Callback) ([]int64, error) {
	ids := []int64{c.Said.ID}
	for _, x := range c.Calls {
		if x.Text.ID != 0 {
			ids = append(ids, x.Text.ID)
		}
	}
	if c.Note.ID != 0 {
		ids = append(ids, c.Note.ID)
	}
	return ids, tx.eraseTexts(ids)
}

// DueCallbacks lists the call-backs that should have been made by now, at most
// max, the longest due first.
func (tx *Tx) DueCallbacks(now time.Time, max int) ([]support.Callback, error) {
	return tx.callbacks(system, "k.due_at <= $1", "k.due_at, k.id", now.UnixMicro(), max)
}

// MissCallback notes that a call-back was not made in time; false: somebody was
// faster.
func (tx *Tx) MissCallback(c support.Callback) (bool, error) {
	n, err := tx.exec("UPDATE callback SET missed_at = due_at, due_at = NULL WHERE id = $1 AND due_at = $2", c.ID, c.DueAt.UnixMicro())
	return n > 0, wrap(err, "note that call-back %d was missed", c.ID)
}

// NextCallback is when the next call-back is due; zero: none is.
func (s *Store) NextCallback(ctx context.Context) (time.Time, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return time.Time{}, err
	}
	var at time.Time
	err = q.one([]any{instant{&at}}, "SELECT MIN(due_at) FROM callback WHERE due_at IS NOT NULL")
	return at, wrap(err, "read next call-back")
}

// Callback gives a call-back that the viewer sees.
func (tx *Tx) Callback(v Viewer, id int64) (support.Callback, error) { return tx.callback(v, id) }

// Callback gives a call-back: the vendor's to read, and none of restricted
// accounts and requests to those who do not see them.
func (s *Store) Callback(ctx context.Context, v Viewer, id int64) (support.Callback, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Callback{}, err
	}
	return q.callback(v, id)
}

func (q rows) callback(v Viewer, id int64) (support.Callback, error) {
	found, err := q.callbacks(v, "k.id = $1", "k.id", id, 1)
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.NotFound, "callback.not_found")
	}
	if err != nil {
		return support.Callback{}, err
	}
	return found[0], nil
}

// CallbackFilter narrows the queue of call-backs.
type CallbackFilter struct {
	State support.CallbackState // "": all that are not done
	Limit int                   // 1..200, 0 = 50
	After string                // cursor that the page before gave
}

// Callbacks lists call-backs by when they are to be made, the next first, and
// gives the cursor of the page after, "" when this is the last one.
func (s *Store) Callbacks(ctx context.Context, v Viewer, f CallbackFilter) (page []support.Callback, next string, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, "", err
	}
	at, id := int64(-never), int64(0)
	if f.After != "" {
		if at, id, err = readCursor("callback", f.After); err != nil {
			return nil, "", err
		}
	}
	which, args := "k.state <> 'done'", []any{at, id}
	if f.State != "" {
		which, args = "k.state = $3", append(args, string(f.State))
	}
	want := limit(f.Limit, 50, 200)
	page, err = q.callbacks(v, "(k.wanted_at, k.id) > ($1, $2) AND "+which, "k.wanted_at, k.id", append(args, want+1)...)
	if err == nil && len(page) > want {
		page = page[:want]
		last := page[want-1]
		next = cursorOf("callback", last.WantedAt.UnixMicro(), last.ID)
	}
	return page, next, err
}

// callbacks reads those that the viewer sees; the last argument is how many.
func (q rows) callbacks(v Viewer, which, order string, args ...any) ([]support.Callback, error) {
	most := len(args)
	sees, more := v.narrow(most+1, "k", "k.request_id", "FALSE")
	var out []support.Callback
	err := q.all(func(r scanner) error {
		var c support.Callback
		err := r.Scan(&c.ID, optional{&c.Account}, optional{&c.Contact}, optional{&c.Request}, &c.Said.ID, &c.Said.SHA256,
			listOf[support.CallbackFlag]{&c.Flags}, &c.Language, instant{&c.LeftAt}, instant{&c.At}, &c.By.Kind, &c.By.ID, instant{&c.WantedAt}, &c.Agreed,
			instant{&c.DueAt}, instant{&c.MissedAt}, &c.State, optional{&c.Staff}, listOf[support.CallbackCall]{&c.Calls}, &c.Outcome,
			instant{&c.DoneAt}, optional{&c.Note.ID}, &c.Note.SHA256)
		out = append(out, c)
		return err
	}, `SELECT k.id, k.account_id, k.contact_id, k.request_id, k.said_id, k.said_sha256, k.flags, k.language, k.left_at, k.at, k.by_kind, k.by_id,
  k.wanted_at, k.agreed, k.due_at, k.missed_at, k.state, k.staff_id, k.calls, k.outcome, k.done_at, k.note_id, k.note_sha256
FROM callback k WHERE `+which+" AND "+sees+" ORDER BY "+order+fmt.Sprintf(" LIMIT 0 + $%d", most), append(args, more...)...)
	return out, wrap(err, "read call-backs")
}
