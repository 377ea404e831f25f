package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/support"
)

// Order is the order of a list of requests.
type Order string

// Orders. The zero value is ByDue.
const (
	// ByDue lists open requests, the next target first; those without a target
	// come last.
	ByDue Order = "due"
	// ByChanged lists all, what changed last first.
	ByChanged Order = "changed"
)

// Filter narrows a list of requests. Zero fields do not narrow.
type Filter struct {
	Owner, Account, Contract, Contact int64
	Unowned                           bool
	Open                              bool // not completed; ByDue implies it
	Turn                              support.Turn
	Severity                          int
	DueBefore                         time.Time // the next target is due before; exclusive
	Product, Queue, Tag               string
	Stage                             support.Stage
	Kind                              support.Kind
	Order                             Order
	Limit                             int    // 1..200, 0 = 50
	After                             string // cursor that the page before gave
}

// query is a condition on request r with its arguments.
type query struct {
	where []string
	args  []any
}

// add appends a condition; ? in it is the argument.
func (q *query) add(condition string, arg any) {
	q.args = append(q.args, arg)
	q.where = append(q.where, nth(condition, len(q.args)))
}

// build makes the condition of a list. The keyset's condition is always there,
// from the first page on, so that the engine can walk an index from it.
func (f Filter) build(v Viewer) (query, error) {
	var q query
	at, id, err := f.cursor()
	if err != nil {
		return q, err
	}
	q.args = []any{at, id}
	switch f.Order {
	case ByDue, "":
		q.where = []string{"r.stage <> 'completed'", "(r.next_due_at, r.id) > ($1, $2)"}
	case ByChanged:
		q.where = []string{"(r.changed_at, r.id) < ($1, $2)"}
		if f.Open {
			q.where = append(q.where, "r.stage <> 'completed'")
		}
	default:
		return q, support.Wrong("order", "list.order")
	}
	sees, args := v.many(len(q.args) + 1)
	q.where, q.args = append(q.where, sees), append(q.args, args...)
	f.narrow(&q)
	return q, nil
}

func (f Filter) narrow(q *query) {
	for _, c := range []struct {
		condition string
		id        int64
	}{
		{"r.owner_id = ?", f.Owner},
		{"r.account_id = ?", f.Account},
		{"r.contract_id = ?", f.Contract},
		{"r.contact_id = ?", f.Contact},
		{"r.severity = ?", int64(f.Severity)},
	} {
		if c.id != 0 {
			q.add(c.condition, c.id)
		}
	}
	for _, c := range []struct{ condition, value string }{
		{"r.turn = ?", string(f.Turn)},
		{"r.product = ?", f.Product},
		{"r.queue = ?", f.Queue},
		{"r.stage = ?", string(f.Stage)},
		{"r.kind = ?", string(f.Kind)},
		{"EXISTS (SELECT 1 FROM request_tag t WHERE t.tag = ? AND t.request_id = r.id)", f.Tag},
	} {
		if c.value != "" {
			q.add(c.condition, c.value)
		}
	}
	if f.Unowned {
		q.where = append(q.where, "r.owner_id IS NULL")
	}
	if !f.DueBefore.IsZero() {
		q.add("r.next_due_at < ?", f.DueBefore.UnixMicro())
	}
}

// cursor reads where the page before ended.
func (f Filter) cursor() (at, id int64, err error) {
	if f.After == "" {
		if f.Order == ByChanged {
			return never, never, nil
		}
		return -never, 0, nil
	}
	return readCursor(string(f.order()), f.After)
}

func (f Filter) order() Order {
	if f.Order == "" {
		return ByDue
	}
	return f.Order
}

// next is the cursor after a row.
func (f Filter) next(r support.Row) string {
	at := dueOrNever(r.NextDueAt)
	if f.order() == ByChanged {
		at = r.ChangedAt.UnixMicro()
	}
	return cursorOf(string(f.order()), at, r.ID)
}

func (q query) list(order Order, max int) string {
	by := "r.next_due_at, r.id"
	if order == ByChanged {
		by = "r.changed_at DESC, r.id DESC"
	}
	return fmt.Sprintf("SELECT %s FROM request r WHERE %s ORDER BY %s LIMIT %d", rowColumns, strings.Join(q.where, " AND "), by, max)
}

// Requests lists the requests that the viewer sees, a page at a time. next is
// the cursor of the page after, "" when this is the last one. A cursor of
// another order, or one that was not given by this list, is invalid.
func (s *Store) Requests(ctx context.Context, v Viewer, f Filter) (page []support.Row, next string, err error) {
	from, err := s.reads(ctx)
	if err != nil {
		return nil, "", err
	}
	q, err := f.build(v)
	if err != nil {
		return nil, "", err
	}
	want := limit(f.Limit, 50, 200)
	err = from.all(func(rs scanner) error {
		var r support.Row
		err := rs.Scan(rowFields(&r)...)
		page = append(page, r)
		return err
	}, q.list(f.order(), want+1), q.args...)
	if err != nil {
		return nil, "", fmt.Errorf("list requests: %w", err)
	}
	if len(page) > want {
		page = page[:want]
		next = f.next(page[want-1])
	}
	return page, next, nil
}

// Count counts what [Store.Requests] would list over all pages, and stops at
// cap: to show "99+", ask for 100. A cap of 0 is 100.
func (s *Store) Count(ctx context.Context, v Viewer, f Filter, cap int) (int, error) {
	from, err := s.reads(ctx)
	if err != nil {
		return 0, err
	}
	f.After = ""
	q, err := f.build(v)
	if err != nil {
		return 0, err
	}
	n := 0
	text := fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 FROM request r WHERE %s LIMIT %d) AS found",
		strings.Join(q.where, " AND "), limit(cap, 100, 10_000))
	if err := from.one([]any{&n}, text, q.args...); err != nil {
		return 0, fmt.Errorf("count requests: %w", err)
	}
	return n, nil
}
