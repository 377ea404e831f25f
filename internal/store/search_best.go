package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// bestWindow is how many of the newest requests that are found are put in order
// of how well they fit, fewer where a page is full after a span; those that were
// filed before follow in the next window.
// All of them are requests that the viewer sees, found by what the viewer may
// read: nothing else has a part in the order.
const bestWindow = 100

// bestSpans are how many requests are looked through at once for a window.
var bestSpans = []int64{512, 4_096, 200_000}

// How well a request fits.
const (
	weighTitle   = 8 // a word stands in its title
	weighEntry   = 1 // in an entry
	mostEntries  = 4 // that count
	weighOpen    = 2 // it is not completed
	weighNumber  = 1_000
	lastOfWindow = 1<<16 - 1 // no request fits better
)

// ranked is a request of a window.
type ranked struct {
	id      int64
	weight  int64
	entries []int64
}

// best gives a page of a window in which those come first that fit best.
func (q rows) best(full fulltext, v Viewer, in Search, open bool) (FoundPage, error) {
	kind, before, from := cursorBest, int64(never), ranked{weight: lastOfWindow}
	if open {
		kind = cursorBestBegun
	}
	if in.After != "" {
		var at int64
		var err error
		if before, at, err = readCursor(kind, in.After); err != nil {
			return FoundPage{}, err
		}
		from = ranked{id: at >> 16, weight: at & lastOfWindow}
	}
	l, err := q.looking(full, v, in, open)
	if err != nil {
		return FoundPage{}, err
	}
	want := limit(in.Limit, 20, 100)
	window, reached, whole, err := l.window(before, want)
	if err != nil {
		return FoundPage{}, err
	}
	page := FoundPage{Filling: l.filling}
	if len(window) > 0 {
		before = window[0].id + 1 // what is filed meanwhile belongs to no page
	}
	slices.SortFunc(window, func(a, b ranked) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.id, a.id)) })
	left := slices.DeleteFunc(slices.Clone(window), func(r ranked) bool {
		return r.weight > from.weight || r.weight == from.weight && (from.id > 0 && r.id >= from.id)
	})
	here := left[:min(len(left), want)]
	switch {
	case len(here) < len(left):
		last := here[len(here)-1]
		page.Next = cursorOf(kind, before, last.id<<16|last.weight)
	case !whole:
		page.Next, page.Stopped = cursorOf(kind, reached, lastOfWindow), len(window) < want
	}
	var entries [][]int64
	if page.Found, entries, err = l.rows(v, here); err != nil {
		return FoundPage{}, err
	}
	return page, l.excerpts(page.Found, entries)
}

// window reads the newest requests before an id that are found, newest first,
// want at least if there are as many, and the id down to which it has looked.
func (l *looking) window(before int64, want int) (out []ranked, reached int64, whole bool, err error) {
	columns := "r.id, r.stage, COALESCE((SELECT text FROM content WHERE id = r.title_id), '')"
	for i := range l.expressions {
		columns += fmt.Sprintf(", t%d.entry, t%d.n", i, i)
	}
	whole, err = l.spans(bestSpans, before, func(lo, hi int64) (bool, error) {
		reached = lo
		query, args := l.sql(columns, lo, hi, bestWindow+1-len(out))
		err := l.q.all(func(r scanner) error {
			var (
				x            ranked
				stage, title string
				counts       = make([]int64, len(l.expressions))
			)
			x.entries = make([]int64, len(l.expressions))
			into := []any{&x.id, &stage, &title}
			for i := range counts {
				into = append(into, &x.entries[i], &counts[i])
			}
			err := r.Scan(into...)
			x.weight = l.weigh(x.id, stage, title, counts)
			out = append(out, x)
			return err
		}, query, args...)
		l.any = len(out) > 0
		return len(out) >= want, err
	})
	if len(out) > bestWindow {
		out = out[:bestWindow]
		reached, whole = out[bestWindow-1].id, false
	}
	return out, reached, whole, err
}

// weigh tells how well a request fits.
func (l *looking) weigh(id int64, stage, title string, counts []int64) int64 {
	weight := int64(0)
	words := text.Words(title)
	for i, phrases := range l.phrases {
		if text.Holds(words, phrases) {
			weight += weighTitle
		}
		if l.requests[i] == id {
			weight += weighNumber
		}
		weight += weighEntry * min(counts[i], mostEntries)
	}
	if stage != string(support.StageCompleted) {
		weight += weighOpen
	}
	return min(weight, lastOfWindow-1)
}

// rows reads those requests whole, in their order, with where they were found.
// What the viewer has ceased to see meanwhile is left out.
func (l *looking) rows(v Viewer, list []ranked) (found []Found, entries [][]int64, err error) {
	if len(list) == 0 {
		return nil, nil, nil
	}
	var marks []string
	var args []any
	for i, r := range list {
		args = append(args, r.id)
		marks = append(marks, fmt.Sprintf("$%d", i+1))
	}
	sees, more := v.many(len(args) + 1)
	rows := map[int64]support.Row{}
	err = l.q.all(func(r scanner) error {
		var row support.Row
		err := r.Scan(rowFields(&row)...)
		rows[row.ID] = row
		return err
	}, "SELECT "+rowColumns+" FROM request r WHERE r.id IN ("+strings.Join(marks, ", ")+") AND "+sees, append(args, more...)...)
	for _, r := range list {
		if row, there := rows[r.id]; there {
			found, entries = append(found, Found{Row: row}), append(entries, r.entries)
		}
	}
	return found, entries, err
}
