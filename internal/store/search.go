package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// Search is what is looked for among requests, and how a page of it is cut.
type Search struct {
	Terms []support.SearchTerm
	// Best: of the newest that are found those come first that fit best; else the
	// newest do.
	Best bool
	// Filter narrows as in a list; its Order, Limit and After do not count.
	Filter Filter
	Limit  int    // 1..100, 0 = 20
	After  string // cursor that the page before gave
}

// Found is a request that was found.
type Found struct {
	Row support.Row
	// Title shows what was found in its title, Part in one entry, of the fact
	// Seq; Seq is 0 where the title or the number says all that was found.
	Title, Part text.Excerpt
	Seq         int64
	Internal    bool // the entry is for staff alone
}

// FoundPage is a page of what was found. Next is the cursor of the page after,
// "" when this is the last one. Stopped: so many requests were looked at that
// more may follow. Begun: nothing was found by whole words, and this by words
// that begin so.
type FoundPage struct {
	Found          []Found
	Next           string
	Stopped, Begun bool
	// Filling: words of earlier requests are still being entered.
	Filling bool
}

// searchSpans are how many requests are looked through at once: what is often
// written is found among the newest, what is rare is rare in all. After the last
// the page ends. What a page looks through does not depend on what is in it, so
// that nobody learns of what they may not see.
var searchSpans = []int64{256, 4_096, 200_000}

// excerptLength is that of an excerpt in characters.
const excerptLength = 160

// Cursors of pages by whole words and by beginnings, the newest or the best first.
const (
	cursorWhole     = "found"
	cursorBegun     = "begun"
	cursorBest      = "best"
	cursorBestBegun = "best_begun"
)

// Search finds requests that the viewer sees in which each term stands somewhere
// that the viewer may read. A page without a cursor on which nothing is found by
// whole words tries words that begin so.
func (s *Store) Search(ctx context.Context, v Viewer, in Search) (FoundPage, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return FoundPage{}, err
	}
	full, open := s.e.dialect().fulltext, false
	look, begun := q.search, cursorBegun
	if in.Best = in.Best && in.words(); in.Best {
		look, begun = q.best, cursorBestBegun
	}
	if in.After != "" {
		_, _, err := readCursor(begun, in.After)
		open = err == nil
	}
	page, err := look(full, v, in, open)
	if err == nil && len(page.Found) == 0 && page.Next == "" && in.After == "" && !open && in.opens() {
		page, err = look(full, v, in, true)
		page.Begun = len(page.Found) > 0
	}
	return page, wrap(err, "search requests")
}

// CountFound counts what [Store.Search] would find over all pages, and stops at
// cap. It is not whole when it stopped before.
func (s *Store) CountFound(ctx context.Context, v Viewer, in Search, cap int) (n int, whole bool, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return 0, false, err
	}
	in.After = ""
	full := s.e.dialect().fulltext
	for _, open := range []bool{false, true} {
		l, err := q.looking(full, v, in, open)
		if err != nil {
			return 0, false, wrap(err, "count what is found")
		}
		whole, err = l.spans(searchSpans, never, func(lo, hi int64) (bool, error) {
			var more int
			text, args := l.sql("1", lo, hi, cap-n)
			err := q.one([]any{&more}, "SELECT COUNT(*) FROM ("+text+") AS found", args...)
			n += more
			l.any = n > 0
			return n >= cap, err
		})
		if err != nil || n > 0 || !in.opens() {
			return n, whole, wrap(err, "count what is found")
		}
	}
	return n, whole, nil
}

// opens tells whether there is a word that may be a beginning.
func (in Search) opens() bool {
	return slices.ContainsFunc(in.Terms, func(t support.SearchTerm) bool { return !t.Exact && !t.Not })
}

// words tells whether anything is looked for by its words.
func (in Search) words() bool {
	return slices.ContainsFunc(in.Terms, func(t support.SearchTerm) bool { return !t.Not })
}

// looking is one way through the index.
type looking struct {
	q      rows
	full   fulltext
	public bool
	// expressions find the terms, one after the other; not are those of which
	// none may be found, or ""; requests are ids that are found by their number.
	expressions []string
	not         string
	requests    []int64
	phrases     [][]text.Phrase
	where       []string
	args        []any
	first, last int64 // of all requests
	any         bool  // something was found
	filling     bool
}

func (q rows) looking(full fulltext, v Viewer, in Search, open bool) (*looking, error) {
	l := &looking{q: q, full: full, public: v.Actor.Kind == support.Customer}
	err := q.one([]any{&l.first, &l.last, &l.filling},
		"SELECT COALESCE((SELECT MIN(id) FROM request), 0), COALESCE((SELECT MAX(id) FROM request), -1), EXISTS (SELECT 1 FROM search_fill)")
	if err != nil {
		return nil, err
	}
	l.args = []any{int64(0), int64(0)} // the span
	sees, args := v.many(len(l.args) + 1)
	l.where, l.args = []string{sees}, append(l.args, args...)
	var own []text.Phrase
	if l.public {
		// Whose entry it is stands in the index itself: nobody else's are touched.
		accounts, err := q.accountsSeen(v)
		if err != nil {
			return nil, err
		}
		for _, id := range accounts {
			own = append(own, text.Phrase{Words: []string{text.Mark(markAccount, id)}})
		}
		if len(own) == 0 {
			l.where = append(l.where, "FALSE")
		}
	}
	guarded := func(p []text.Phrase) string {
		if len(own) == 0 {
			return l.full.expression([][]text.Phrase{p})
		}
		return l.full.expression([][]text.Phrase{own, p})
	}
	var not []text.Phrase
	for _, t := range in.Terms {
		p := text.Query(t.Text, open && !t.Exact && !t.Not)
		for _, product := range t.Products {
			p = append(p, aboutProduct(product))
		}
		switch {
		case len(p) == 0:
		case t.Not:
			not = append(not, p...)
		default:
			l.expressions, l.phrases, l.requests = append(l.expressions, guarded(p)), append(l.phrases, p), append(l.requests, t.Request)
		}
	}
	if len(not) > 0 {
		l.not = guarded(not)
	}
	l.narrow(in.Filter)
	if len(l.expressions) == 0 && in.Filter == (Filter{Order: in.Filter.Order}) {
		return nil, support.Wrong("q", "search.nothing")
	}
	return l, nil
}

// accountsSeen are the accounts of the requests that a customer sees.
func (q rows) accountsSeen(v Viewer) ([]int64, error) {
	var out []int64
	sees, args := v.many(1)
	err := q.all(func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		out = append(out, id)
		return err
	}, "SELECT DISTINCT r.account_id FROM request r WHERE "+sees, args...)
	return out, err
}

// narrow adds the conditions of a filter.
func (l *looking) narrow(f Filter) {
	given := f.given()
	if !f.DueBefore.IsZero() {
		given["r.next_due_at < ?"] = f.DueBefore.UnixMicro()
	}
	for _, condition := range slices.Sorted(maps.Keys(given)) {
		l.args = append(l.args, given[condition])
		l.where = append(l.where, nth(condition, len(l.args)))
	}
	if f.Unowned {
		l.where = append(l.where, "r.owner_id IS NULL")
	}
	if f.Open || !f.DueBefore.IsZero() {
		l.where = append(l.where, "r.stage <> 'completed'")
	}
}

// sql selects from the requests of a span those that are found.
func (l *looking) sql(columns string, lo, hi int64, limit int) (string, []any) {
	args := slices.Clone(l.args)
	args[0], args[1] = lo, hi
	add := func(arg any) string {
		args = append(args, arg)
		return fmt.Sprintf("$%d", len(args))
	}
	var from []string
	where := slices.Clone(l.where)
	for i, e := range l.expressions {
		hits := l.full.hits(add(e), "$1", "$2", l.public)
		if id := l.requests[i]; id != 0 {
			named := add(id)
			hits = fmt.Sprintf("SELECT request_id, MAX(entry) AS entry, MAX(n) AS n FROM (%s UNION ALL SELECT r.id, 0, 0 FROM request r WHERE r.id = %s) AS named GROUP BY request_id", hits, named)
		}
		from = append(from, fmt.Sprintf("(%s) AS t%d", hits, i))
		where = append(where, fmt.Sprintf("r.id = t%d.request_id", i))
	}
	from = append(from, "request r")
	where = append(where, "r.id BETWEEN $1 AND $2")
	if l.not != "" {
		where = append(where, "r.id NOT IN (SELECT request_id FROM ("+l.full.hits(add(l.not), "$1", "$2", l.public)+") AS unwanted)")
	}
	return fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY r.id DESC LIMIT %d",
		columns, strings.Join(from, " CROSS JOIN "), strings.Join(where, " AND "), limit), args
}

// spans goes through the requests before an id, newest first, some at once, until
// fn has enough. whole: nothing is left.
func (l *looking) spans(spans []int64, before int64, fn func(lo, hi int64) (enough bool, err error)) (whole bool, err error) {
	hi := min(before-1, l.last)
	for i, span := range spans {
		if hi < l.first {
			return true, nil
		}
		last := i > 0 && !l.any // rare in the newest, rare in all
		if last {
			for _, more := range spans[i+1:] {
				span += more
			}
		}
		lo := hi - span + 1
		if enough, err := fn(lo, hi); err != nil || enough {
			return lo <= l.first, err
		}
		if hi = lo - 1; last {
			break
		}
	}
	return hi < l.first, nil
}

func (q rows) search(full fulltext, v Viewer, in Search, open bool) (FoundPage, error) {
	kind, before := cursorWhole, int64(never)
	if open {
		kind = cursorBegun
	}
	if in.After != "" {
		var err error
		if _, before, err = readCursor(kind, in.After); err != nil {
			return FoundPage{}, err
		}
	}
	l, err := q.looking(full, v, in, open)
	if err != nil {
		return FoundPage{}, err
	}
	want := limit(in.Limit, 20, 100)
	columns := rowColumns
	for i := range l.expressions {
		columns += fmt.Sprintf(", t%d.entry", i)
	}
	page := FoundPage{Filling: l.filling}
	var entries [][]int64
	reached := int64(0)
	whole, err := l.spans(searchSpans, before, func(lo, hi int64) (bool, error) {
		reached = lo
		text, args := l.sql(columns, lo, hi, want+1-len(page.Found))
		err := q.all(func(r scanner) error {
			f, of := Found{}, make([]int64, len(l.expressions))
			into := rowFields(&f.Row)
			for i := range of {
				into = append(into, &of[i])
			}
			err := r.Scan(into...)
			page.Found, entries = append(page.Found, f), append(entries, of)
			return err
		}, text, args...)
		l.any = len(page.Found) > 0
		return len(page.Found) > want, err
	})
	switch {
	case err != nil:
		return FoundPage{}, err
	case len(page.Found) > want:
		page.Found = page.Found[:want]
		page.Next = cursorOf(kind, 0, page.Found[want-1].Row.ID)
	case !whole:
		page.Next, page.Stopped = cursorOf(kind, 0, reached), true
	}
	return page, l.excerpts(page.Found, entries)
}

// excerpts reads what the requests of a page say where they were found.
func (l *looking) excerpts(found []Found, entries [][]int64) error {
	if len(found) == 0 {
		return nil
	}
	var ids []int64
	for _, f := range found {
		ids = append(ids, f.Row.Title.ID)
	}
	texts, err := l.q.texts(ids)
	if err != nil {
		return err
	}
	var keys []string
	var args []any
	for i := range found {
		f := &found[i]
		title := texts[f.Row.Title.ID]
		f.Title = text.Find(title, l.phrases, excerptLength*2)
		for n, e := range entries[i] {
			switch {
			case e>>1 == filing && l.heldBy(title):
				entries[i][n] = 0 // the filing is long to read, and its title says it all
			case e != 0 && !slices.Contains(entries[i][:n], e):
				args = append(args, f.Row.ID, e>>1)
				keys = append(keys, fmt.Sprintf("(CAST($%d AS BIGINT), CAST($%d AS BIGINT))", len(args)-1, len(args)))
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	facts, err := l.facts(keys, args)
	if err != nil {
		return err
	}
	ids = ids[:0]
	for _, f := range facts {
		public, internal, _ := support.Searched(f)
		for _, t := range slices.Concat(public, internal) {
			ids = append(ids, t.ID)
		}
	}
	if texts, err = l.q.texts(ids); err != nil {
		return err
	}
	for i := range found {
		l.excerpt(&found[i], entries[i], facts, texts)
	}
	return nil
}

// filing is the seq of the fact with which a request begins.
const filing = 1

// heldBy tells whether a title holds all that is looked for.
func (l *looking) heldBy(title string) bool {
	words := text.Words(title)
	return !slices.ContainsFunc(l.phrases, func(p []text.Phrase) bool { return !text.Holds(words, p) })
}

// facts reads those of requests and seqs.
func (l *looking) facts(keys []string, args []any) (map[entryID]support.Fact, error) {
	out := map[entryID]support.Fact{}
	err := l.q.all(func(r scanner) error {
		var id int64
		var data string
		if err := r.Scan(&id, &data); err != nil {
			return err
		}
		f, err := decode(subjectRequest, data)
		out[entryID{request: id, seq: f.Seq}] = f
		return err
	}, "SELECT subject_id, data FROM event WHERE subject = 'request' AND (subject_id, seq) IN (VALUES "+strings.Join(keys, ", ")+")", args...)
	return out, err
}

// excerpt chooses the text in which most was found.
func (l *looking) excerpt(f *Found, entries []int64, facts map[entryID]support.Fact, texts map[int64]string) {
	for _, e := range entries {
		internal := e&1 == 1
		public, private, _ := support.Searched(facts[entryID{request: f.Row.ID, seq: e >> 1}])
		if internal {
			public = private
		}
		for _, t := range public {
			if t.ID == f.Row.Title.ID {
				continue
			}
			if x := text.Find(texts[t.ID], l.phrases, excerptLength); len(x.Found) > len(f.Part.Found) {
				f.Part, f.Seq, f.Internal = x, e>>1, internal
			}
		}
	}
}
