package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/support"
)

// EngineeringAsk is an ask of engineering as its list shows it.
type EngineeringAsk struct {
	Request   int64
	N         int
	Kind      support.AskKind
	State     support.AskState
	Text      support.Text
	AskedBy   int64 // of the vendor; 0: the desk itself
	Staff     int64 // who works on it; 0: nobody yet
	AskedAt   time.Time
	ChangedAt time.Time
	DueAt     time.Time
}

// engineeringAsk keeps the row of an ask of engineering by what a fact says.
func (tx *Tx) engineeringAsk(row support.Row, f support.Fact) error {
	set := func(column string, n int, value any) error {
		_, err := tx.exec("UPDATE engineering_ask SET "+column+" = $3, changed_at = $4 WHERE request_id = $1 AND n = $2", row.ID, n, value, f.At.UnixMicro())
		return err
	}
	switch b := f.Body.(type) {
	case support.AskOpened:
		if b.Of != support.OfEngineering {
			return nil
		}
		by := int64(0)
		if f.By.Kind == support.Vendor {
			by = f.By.ID
		}
		_, err := tx.exec(`INSERT INTO engineering_ask (request_id, n, account_id, kind, state, text_id, text_sha256, asked_by_id, staff_id, asked_at, changed_at, due_at)
VALUES ($1, $2, $3, $4, 'open', $5, $6, $7, NULL, $8, $8, $9)`, row.ID, b.N, row.Account, string(b.Kind), ref(b.Text.ID), b.Text.SHA256, ref(by), f.At.UnixMicro(), micros(b.DueAt))
		return err
	case support.AskAssigned:
		return set("staff_id", b.N, b.Staff)
	case support.AskAnswered:
		return set("state", b.N, string(support.AskDone))
	case support.AskCancelled:
		return set("state", b.N, string(support.AskWithdrawn))
	}
	return nil
}

// EngineeringFilter narrows a list of asks of engineering. Zero fields do not
// narrow.
type EngineeringFilter struct {
	State   support.AskState
	Kind    support.AskKind
	Staff   int64
	Unowned bool
	Request int64
	Limit   int    // 1..200, 0 = 50
	After   string // cursor that the page before gave
}

// EngineeringAsks lists asks of engineering on requests that the viewer sees,
// the newest change first: the vendor's to read. next is the cursor of the page
// after, "" when this is the last one.
func (s *Store) EngineeringAsks(ctx context.Context, v Viewer, f EngineeringFilter) (page []EngineeringAsk, next string, err error) {
	reads, err := s.reads(ctx)
	if err != nil {
		return nil, "", err
	}
	at, id, err := after("ask", f.After)
	if err != nil {
		return nil, "", err
	}
	sees, args := v.narrow(3, "e", "e.request_id", "FALSE")
	q := query{args: append([]any{at, id}, args...), where: []string{"(e.changed_at, e.request_id * 100000 + e.n) < ($1, $2)", sees}}
	for _, c := range []struct{ condition, value string }{{"e.state = ?", string(f.State)}, {"e.kind = ?", string(f.Kind)}} {
		if c.value != "" {
			q.add(c.condition, c.value)
		}
	}
	for _, c := range []struct {
		condition string
		id        int64
	}{{"e.staff_id = ?", f.Staff}, {"e.request_id = ?", f.Request}} {
		if c.id != 0 {
			q.add(c.condition, c.id)
		}
	}
	if f.Unowned {
		q.where = append(q.where, "e.staff_id IS NULL")
	}
	want := limit(f.Limit, 50, 200)
	err = reads.all(func(r scanner) error {
		var a EngineeringAsk
		err := r.Scan(&a.Request, &a.N, &a.Kind, &a.State, optional{&a.Text.ID}, &a.Text.SHA256, optional{&a.AskedBy}, optional{&a.Staff},
			instant{&a.AskedAt}, instant{&a.ChangedAt}, instant{&a.DueAt})
		page = append(page, a)
		return err
	}, fmt.Sprintf(`SELECT e.request_id, e.n, e.kind, e.state, e.text_id, e.text_sha256, e.asked_by_id, e.staff_id, e.asked_at, e.changed_at, e.due_at
FROM engineering_ask e WHERE %s ORDER BY e.changed_at DESC, e.request_id * 100000 + e.n DESC LIMIT %d`, strings.Join(q.where, " AND "), want+1), q.args...)
	if len(page) > want {
		page = page[:want]
		last := page[want-1]
		next = cursorOf("ask", last.ChangedAt.UnixMicro(), last.Request*100000+int64(last.N))
	}
	return page, next, wrap(err, "read asks of engineering")
}
