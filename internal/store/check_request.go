package store

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/support"
)

// ids are those of the window that have anything beside events, in order.
func (w *window) ids() []int64 {
	all := map[int64]bool{}
	for id := range w.heads {
		all[id] = true
	}
	for id := range w.rows {
		all[id] = true
	}
	for id := range w.incidents {
		all[id] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// request compares a request's rows with those that its facts give.
func (c *checker) request(of string) {
	at, w := &c.at, &c.w
	row, there := w.rows[at.id]
	switch {
	case !there && at.last.seq > 0:
		c.wrong(of, "it has facts and no row")
	case row != nil:
		c.row(of, row)
	}
	state := append(w.incidents[at.id], "")[0]
	switch {
	case state == at.held:
	case state == "":
		c.wrong(of, "its facts say that its incident is %s, and no pack knows (A20)", at.held)
	default:
		c.wrong(of, "its incident is %s, its facts say %q (A20)", state, at.held)
	}
	// A row that no fact made would show a request to a stranger.
	c.same(of, w.defects[at.id], at.defects, "it is linked to defect %d, and its facts do not say so (R36)",
		"its facts link it to defect %d, and no row does (R36)")
	c.same(of, w.watchers[at.id], at.watchers, "contact %d watches it without a fact that says so (A13)",
		"contact %d watches it by its facts and does not see it (A13)")
	c.filesOf(of)
}

// same compares rows that belong to a request with what its facts say.
func (c *checker) same(of string, rows []int64, facts map[int64]bool, noFact, noRow string) {
	slices.Sort(rows)
	for _, id := range rows {
		if !facts[id] {
			c.wrong(of, noFact, id)
		}
		delete(facts, id)
	}
	for _, id := range slices.Sorted(maps.Keys(facts)) {
		c.wrong(of, noRow, id)
	}
}

// row derives a request's row from its facts anew.
func (c *checker) row(of string, row *support.Row) {
	at := &c.at
	if at.last.seq != row.Seq {
		c.wrong(of, "its row is of seq %d, its last fact is seq %d", row.Seq, at.last.seq)
	}
	tags := c.w.tags[row.ID]
	slices.Sort(tags) // in bytes, whatever the database takes for an order
	want := slices.Clone(row.Tags)
	slices.Sort(want)
	if !slices.Equal(tags, slices.Compact(want)) {
		c.wrong(of, "lists find it under the tags %q, its row has %q", tags, row.Tags)
	}
	if c.o.Fold == nil || at.last.seq == 0 || at.unread {
		return
	}
	derived, more, err := c.o.Fold(at.facts)
	if err != nil {
		c.wrong(of, "its facts cannot be folded: %v", err)
		return
	}
	derived.ID = row.ID // facts do not hold it
	for _, what := range more {
		c.wrong(of, "%s", what)
	}
	if fields := differing(*row, derived); len(fields) > 0 {
		c.wrong(of, "its facts give another row: %s", strings.Join(fields, ", "))
	}
}

// differing names the fields in which two rows differ as they are stored.
func differing(a, b support.Row) []string {
	a.Title.Plain, a.Reference.Plain, b.Title.Plain, b.Reference.Plain = "", "", "", ""
	var out []string
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range va.NumField() {
		x, y := va.Field(i).Interface(), vb.Field(i).Interface()
		same := reflect.DeepEqual(x, y)
		switch x := x.(type) {
		case time.Time:
			same = x.Equal(support.Instant(y.(time.Time)))
		case []string:
			same = slices.Equal(x, y.([]string))
		}
		if !same {
			out = append(out, va.Type().Field(i).Name)
		}
	}
	return out
}
