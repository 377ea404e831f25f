package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"madoguchi/internal/support"
)

// EachWorkedOn hands in the facts of every request that the viewer sees and on
// which something may have happened in the window: open ones, and those that
// changed since its beginning. Of the filter count account, contract, contact, product,
// kind, offerings, severity, language, region and tag. The facts of one
// request come at once, in order of seq; the slice is used again. They are not
// narrowed to what the viewer may read: they are for counting.
//
// Each request is folded anew, so that a report says what the timeline says. It
// reads the facts of those requests alone, by the primary key.
func (s *Store) EachWorkedOn(ctx context.Context, v Viewer, w support.Window, f Filter, do func(id int64, facts []support.Fact)) error {
	q, err := s.reads(ctx)
	if err != nil {
		return err
	}
	of := query{
		where: []string{"r.filed_at < $1", "(r.completed_at IS NULL OR r.changed_at >= $2)"},
		args:  []any{w.To.Add(support.MaxBack).UnixMicro(), w.From.UnixMicro()},
	}
	given := f.given()
	for _, condition := range slices.Sorted(maps.Keys(given)) {
		of.add(condition, given[condition])
	}
	of.seen(v)
	var id int64
	var facts []support.Fact
	err = q.all(func(r scanner) error {
		var next int64
		var data sql.RawBytes
		if err := r.Scan(&next, &data); err != nil {
			return err
		}
		if next != id {
			if id != 0 {
				do(id, facts)
			}
			id, facts = next, facts[:0]
		}
		facts = append(facts, support.Fact{})
		return readFact(&facts[len(facts)-1], data)
	}, `SELECT r.id, e.data FROM request r JOIN event e ON e.subject = 'request' AND e.subject_id = r.id
WHERE `+strings.Join(of.where, " AND ")+`
ORDER BY r.id, e.seq`, of.args...)
	if err == nil && id != 0 {
		do(id, facts)
	}
	return wrap(err, "read what was worked on")
}
