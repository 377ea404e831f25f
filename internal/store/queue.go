package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
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
	// ByNewest and ByOldest list open requests by when they were filed.
	ByNewest Order = "newest"
	ByOldest Order = "oldest"
)

// span is how an order is walked: its columns, whether backwards, and whether
// over open requests alone.
type span struct {
	at         string
	down, open bool
}

var spansOf = map[Order]span{
	ByDue:     {"r.next_due_at", false, true},
	ByChanged: {"r.changed_at", true, false},
	ByNewest:  {"r.filed_at", true, true},
	ByOldest:  {"r.filed_at", false, true},
}

// Filter narrows a list of requests. Zero fields do not narrow.
type Filter struct {
	Owner, Account, Contract, Contact int64
	Unowned                           bool
	Open                              bool // not completed; ByDue implies it
	Turn                              support.Turn
	Severity                          int
	DueFrom, DueBefore                time.Time // the next target is due from then on, and before; exclusive
	FiledFrom, FiledBefore            time.Time // exclusive
	Escalated                         bool
	Product, Queue, Tag               string
	Language, Region                  string
	Offerings                         Offerings // any of them
	Stage                             support.Stage
	Kind                              support.Kind
	Order                             Order
	Limit                             int    // 1..200, 0 = 50
	After                             string // cursor that the page before gave

	rare bool // few requests have the tag
}

// Offerings are ids of offerings of which a list takes any; "" is no condition.
type Offerings string

// OfferingsOf are those of a list.
func OfferingsOf(ids []string) Offerings { return Offerings(list(ids)) }

// query is a condition on request r with its arguments.
type query struct {
	where []string
	args  []any
	// walk is how many of the conditions, and of the arguments, an index of the
	// list's order answers; each of the others is looked up in the rows. loose
	// tells whether a filter is among those: rows may be examined in vain.
	walk   struct{ where, args int }
	loose  bool
	shape  shape
	beside string // more columns of the list
	most   int    // rows of a page
}

// add appends a condition; ? in it is the argument.
func (q *query) add(condition string, arg any) {
	q.args = append(q.args, arg)
	q.where = append(q.where, nth(condition, len(q.args)))
}

// build makes the condition of a list. The keyset's condition is always there,
// from the first page on, so that the engine can walk an index from it.
func (f Filter) build(v Viewer) (query, error) {
	q := query{shape: whole}
	if _, known := spansOf[f.order()]; !known {
		return q, support.Wrong("order", "list.order")
	}
	at, id, err := f.cursor()
	if err != nil {
		return q, err
	}
	q.args = []any{at, id}
	walk := spansOf[f.order()]
	if walk.open {
		q.where = append(q.where, "r.stage <> 'completed'")
	}
	beyond := ">"
	if walk.down {
		beyond = "<"
	}
	q.where = append(q.where, "("+walk.at+", r.id) "+beyond+" ($1, $2)")
	// What a customer sees is few and is never searched in vain. Little is hidden from
	// staff: that is asked of rows that fit alone.
	if v.Actor.Kind == support.Customer {
		q.seen(v)
		f.narrow(&q)
		q.walk.where, q.walk.args, q.loose = len(q.where), len(q.args), false
		return q, nil
	}
	f.narrow(&q)
	q.seen(v)
	return q, nil
}

// seen appends the condition under which the viewer sees a row.
func (q *query) seen(v Viewer) {
	sees, args := v.many(len(q.args) + 1)
	q.where, q.args = append(q.where, sees), append(q.args, args...)
}

// walks are the conditions with which an index of each order begins, the rarer
// ones first; see the indexes of request.
var walks = map[Order][]string{
	ByDue:     {"r.owner_id = ?", "r.contact_id = ?", "r.contract_id = ?", "r.account_id = ?", "r.product = ?", "r.queue = ?", "r.severity = ?", "r.turn = ?"},
	ByChanged: {"r.contact_id = ?", "r.contract_id = ?", "r.account_id = ?"},
}

// tagged asks for a tag where few requests have it, and in the row where many do.
var tagged = map[bool]string{
	true:  "r.id IN (SELECT t.request_id FROM request_tag t WHERE t.tag = ?)",
	false: "EXISTS (SELECT 1 FROM request_tag t WHERE t.tag = ? AND t.request_id = r.id)",
}

// given are the conditions of a filter that hold whatever the order.
func (f Filter) given() map[string]any {
	given := map[string]any{}
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
			given[c.condition] = c.id
		}
	}
	for _, c := range []struct{ condition, value string }{
		{"r.turn = ?", string(f.Turn)},
		{"r.product = ?", f.Product},
		{"r.queue = ?", f.Queue},
		{"r.stage = ?", string(f.Stage)},
		{"r.kind = ?", string(f.Kind)},
		{"r.language = ?", f.Language},
		{"r.region = ?", f.Region},
		{"r.offering IN (SELECT value FROM json_each(?))", string(f.Offerings)},
		{tagged[f.rare], f.Tag},
	} {
		if c.value != "" {
			given[c.condition] = c.value
		}
	}
	return given
}

// edge is an end of a time in which a column has to lie.
type edge struct {
	column, condition string
	at                time.Time
}

// within are the edges that are set.
func (f Filter) within() []edge {
	return slices.DeleteFunc([]edge{
		{"r.next_due_at", "r.next_due_at >= ?", f.DueFrom},
		{"r.next_due_at", "r.next_due_at < ?", f.DueBefore},
		{"r.filed_at", "r.filed_at >= ?", f.FiledFrom},
		{"r.filed_at", "r.filed_at < ?", f.FiledBefore},
	}, func(x edge) bool { return x.at.IsZero() })
}

func (f Filter) narrow(q *query) {
	given := f.given()
	at := spansOf[f.order()].at
	for _, x := range f.within() {
		if x.column == at {
			q.add(x.condition, x.at.UnixMicro())
		}
	}
	for _, walk := range walks[f.order()] {
		if arg, ok := given[walk]; ok {
			q.add(walk, arg)
			delete(given, walk)
			break
		}
	}
	if tag := tagged[true]; given[tag] != nil {
		q.add(tag, given[tag])
		delete(given, tag)
	}
	q.walk.where, q.walk.args = len(q.where), len(q.args)
	for _, condition := range slices.Sorted(maps.Keys(given)) {
		q.add(condition, given[condition])
	}
	if f.Unowned {
		q.where = append(q.where, "r.owner_id IS NULL")
	}
	if f.Open && !spansOf[f.order()].open {
		q.where = append(q.where, "r.stage <> 'completed'")
	}
	if f.Escalated {
		q.where = append(q.where, "r.escalated")
	}
	for _, x := range f.within() {
		if x.column != at {
			q.add(x.condition, x.at.UnixMicro())
		}
	}
	q.loose = len(q.where) > q.walk.where
}

// cursor reads where the page before ended.
func (f Filter) cursor() (at, id int64, err error) {
	if f.After == "" {
		if spansOf[f.order()].down {
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
	switch f.order() {
	case ByChanged:
		at = r.ChangedAt.UnixMicro()
	case ByNewest, ByOldest:
		at = r.FiledAt.UnixMicro()
	}
	return cursorOf(string(f.order()), at, r.ID)
}

// key are the columns of an order, how it is walked, the comparison that holds up
// to a row, and the place after all rows.
func (o Order) key() (columns [2]string, by, upTo, last string) {
	at := spansOf[o].at
	if spansOf[o].down {
		return [2]string{at, "r.id"}, at + " DESC, r.id DESC", ">=", "0"
	}
	return [2]string{at, "r.id"}, at + ", r.id", "<=", fmt.Sprint(never)
}

func (q query) list(order Order, max int) string {
	_, by, _, _ := order.key()
	if q.shape.names != "" {
		q.beside += ", " + q.shape.names
	}
	return fmt.Sprintf("SELECT %s%s FROM request r WHERE %s ORDER BY %s LIMIT %d", q.shape.columns, q.beside, strings.Join(q.where, " AND "), by, max)
}

// reach finds the n-th row of the walk, with nothing looked up beside the index.
func (q query) reach(order Order, n int) string {
	columns, by, _, _ := order.key()
	return fmt.Sprintf("SELECT %s AS at, %s AS id FROM request r WHERE %s ORDER BY %s LIMIT 1 OFFSET %d",
		columns[0], columns[1], strings.Join(q.where[:q.walk.where], " AND "), by, n-1)
}

// among is a list over the first n rows of its walk, in one statement; each row
// has where that ends behind it.
func (q query) among(order Order, n, max int) string {
	columns, _, upTo, last := order.key()
	near := q
	near.where = append(slices.Clone(q.where), fmt.Sprintf("(%s, %s) %s (COALESCE((SELECT at FROM bound), %s), COALESCE((SELECT id FROM bound), %s))",
		columns[0], columns[1], upTo, last, last))
	near.beside = ", (SELECT at FROM bound), (SELECT id FROM bound)"
	return "WITH bound AS MATERIALIZED (" + q.reach(order, n) + ") " + near.list(order, max)
}

// A list that looks at rows in vain looks at so many for one page: at the first few
// of them, which are most often enough, and then at all.
const (
	nearExamined = 2_000
	maxExamined  = 20_000
	rareTag      = 40 // so many times more are examined than may have a rare tag
)

// bound ends a list that may look at rows in vain after so many, and tells where:
// "" when there are not as many.
func (q *query) bound(from rows, order Order, after int) (end string, err error) {
	if !q.loose {
		return "", nil
	}
	columns, _, upTo, _ := order.key()
	var at, id int64
	err = from.one([]any{&at, &id}, q.reach(order, after), q.args[:q.walk.args]...)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	q.args = append(q.args, at, id)
	q.where = append(q.where, fmt.Sprintf("(%s, %s) %s ($%d, $%d)", columns[0], columns[1], upTo, len(q.args)-1, len(q.args)))
	return cursorOf(string(order), at, id), err
}

// Requests lists the requests that the viewer sees, a page at a time. next is
// the cursor of the page after, "" when this is the last one. A page that is
// shorter than asked for and has a next one stopped after 20,000 requests, of
// which most did not fit. A cursor of another order, or one that was not given
// by this list, is invalid.
func (s *Store) Requests(ctx context.Context, v Viewer, f Filter) (page []support.Row, next string, err error) {
	page, _, next, err = s.requests(ctx, v, f, whole)
	return page, next, err
}

// shape is what a list reads of each request, and what stands beside it.
type shape struct {
	columns string
	fields  func(*support.Row) []any
	names   string // one more column; "": nothing
	said    func(Named, support.Row, string)
}

// whole is a row, and nothing beside it.
var whole = shape{columns: rowColumns, fields: rowFields}

// glanced is what a line of a list shows.
var glanced = shape{
	columns: `r.id, r.account_id, r.seq, r.stage, r.product, r.version, r.severity, r.turn, r.owner_id, r.title_id, r.tags, r.filed_at, r.changed_at,
  r.completed_at, r.escalated, r.next_metric, r.next_due_at, r.due_at, r.restricted`,
	fields: func(r *support.Row) []any {
		return []any{&r.ID, &r.Account, &r.Seq, &r.Stage, &r.Product, &r.Version, &r.Severity, &r.Turn, optional{&r.Owner}, optional{&r.Title.ID},
			listOf[string]{&r.Tags}, instant{&r.FiledAt}, instant{&r.ChangedAt}, instant{&r.CompletedAt}, &r.Escalated, &r.NextMetric,
			instant{&r.NextDueAt}, instant{&r.DueAt}, &r.Restricted}
	},
	names: glanceBeside, said: Named.glanced,
}

// Glanced is [Store.Listed] for lists of which a line shows little: rows have no
// kind, contact, contract, offering, region, language, queue, reference, environment,
// component and reason, and names are of accounts, owners and titles alone.
func (s *Store) Glanced(ctx context.Context, v Viewer, f Filter) (page []support.Row, names Named, next string, err error) {
	return s.requests(ctx, v, f, glanced)
}

// Listed is [Store.Requests] with what its rows are read by, in the same statement:
// title, contact, account, contract and owner.
func (s *Store) Listed(ctx context.Context, v Viewer, f Filter) (page []support.Row, names Named, next string, err error) {
	return s.requests(ctx, v, f, shape{rowColumns, rowFields, namesBeside, Named.said})
}

func (s *Store) requests(ctx context.Context, v Viewer, f Filter, as shape) (page []support.Row, names Named, next string, err error) {
	from, err := s.reads(ctx)
	if err != nil {
		return nil, names, "", err
	}
	if f.rare, err = from.rare(f.Tag, s.examines/rareTag); err != nil {
		return nil, names, "", err
	}
	q, err := f.build(v)
	if err != nil {
		return nil, names, "", err
	}
	if q.shape = as; as.names != "" {
		names = noNames()
	}
	want, order := limit(f.Limit, 50, 200), f.order()
	q.most = want + 1
	if !q.loose {
		page, next, err = from.page(q, q.list(order, want+1), order, false, names)
	} else {
		page, next, err = from.found(q, order, s.examines, want, names)
	}
	if err != nil {
		return nil, names, "", fmt.Errorf("list requests: %w", err)
	}
	if len(page) > want {
		page = page[:want]
		return page, names, f.next(page[want-1]), nil
	}
	return page, names, next, nil
}

// rare tells whether so few requests have a tag that looking at them is less than
// walking along an order until one of them comes.
func (q rows) rare(tag string, most int) (bool, error) {
	if tag == "" {
		return false, nil
	}
	n := 0
	err := q.one([]any{&n}, fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 FROM request_tag WHERE tag = $1 LIMIT %d) AS found", most+1), tag)
	return n <= most, wrap(err, "count the requests of a tag")
}

// found looks for a page among few rows and then among many.
func (q rows) found(of query, order Order, examines, want int, names Named) (page []support.Row, end string, err error) {
	for _, most := range []int{min(nearExamined, examines/2), examines} {
		page, end, err = q.page(of, of.among(order, most, want+1), order, true, names)
		if err != nil || len(page) > want || len(page) > 0 && end == "" {
			return page, end, err
		}
	}
	if len(page) > 0 {
		return page, end, nil
	}
	// Nothing was found that could tell where it ended. What has left the walk since
	// must not carry the end past rows at which nobody has looked.
	end, err = of.bound(q, order, examines-examines/10)
	return nil, end, err
}

// page reads a list and its names; bounded ones tell where they end.
func (q rows) page(of query, text string, order Order, bounded bool, names Named) (page []support.Row, end string, err error) {
	var at, id sql.Null[int64]
	var said string
	var r support.Row
	fields := of.shape.fields(&r)
	if bounded {
		fields = append(fields, &at, &id)
	}
	if of.shape.names != "" {
		fields = append(fields, &said)
	}
	err = q.all(func(rs scanner) error {
		err := rs.Scan(fields...)
		if page == nil {
			page = make([]support.Row, 0, of.most)
		}
		page = append(page, r)
		if of.shape.names != "" {
			of.shape.said(names, r, said)
		}
		return err
	}, text, of.args...)
	if at.Valid {
		end = cursorOf(string(order), at.V, id.V)
	}
	return page, end, err
}

// Count counts what [Store.Requests] would list over all pages, and stops at
// cap: to show "99+", ask for 100. A cap of 0 is 100. It is not whole when it
// stopped after 20,000 requests before.
func (s *Store) Count(ctx context.Context, v Viewer, f Filter, cap int) (n int, whole bool, err error) {
	from, err := s.reads(ctx)
	if err != nil {
		return 0, false, err
	}
	f.After = ""
	if f.rare, err = from.rare(f.Tag, s.examines/rareTag); err != nil {
		return 0, false, err
	}
	q, err := f.build(v)
	if err != nil {
		return 0, false, err
	}
	end, err := q.bound(from, f.order(), s.examines)
	if err != nil {
		return 0, false, fmt.Errorf("bound count of requests: %w", err)
	}
	text := fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 FROM request r WHERE %s LIMIT %d) AS found",
		strings.Join(q.where, " AND "), limit(cap, 100, 10_000))
	if err := from.one([]any{&n}, text, q.args...); err != nil {
		return 0, false, fmt.Errorf("count requests: %w", err)
	}
	return n, end == "", nil
}
