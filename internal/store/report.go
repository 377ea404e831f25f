package store

import (
	"context"
	"database/sql"

	"madoguchi/internal/support"
)

// EachWorkedOn hands in the facts of every request that the viewer sees and on
// which something may have happened in the window: open ones, and those that
// changed since its beginning; of one account only when it is not 0. The facts of one
// request come at once, in order of seq; the slice is used again. They are not
// narrowed to what the viewer may read: they are for counting.
//
// Each request is folded anew, so that a report says what the timeline says. It
// reads the facts of those requests alone, by the primary key.
func (s *Store) EachWorkedOn(ctx context.Context, v Viewer, w support.Window, account int64, do func(id int64, facts []support.Fact)) error {
	q, err := s.reads(ctx)
	if err != nil {
		return err
	}
	sees, args := v.many(4)
	var id int64
	var facts []support.Fact
	err = q.all(func(r scanner) error {
		var of int64
		var data sql.RawBytes
		if err := r.Scan(&of, &data); err != nil {
			return err
		}
		if of != id {
			if id != 0 {
				do(id, facts)
			}
			id, facts = of, facts[:0]
		}
		facts = append(facts, support.Fact{})
		return readFact(&facts[len(facts)-1], data)
	}, `SELECT r.id, e.data FROM request r JOIN event e ON e.subject = 'request' AND e.subject_id = r.id
WHERE r.filed_at < $1 AND (r.completed_at IS NULL OR r.changed_at >= $2) AND ($3 = 0 OR r.account_id = $3) AND `+sees+`
ORDER BY r.id, e.seq`, append([]any{w.To.Add(support.MaxBack).UnixMicro(), w.From.UnixMicro(), account}, args...)...)
	if err == nil && id != 0 {
		do(id, facts)
	}
	return wrap(err, "read what was worked on")
}
