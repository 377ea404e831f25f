package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/support"
)

// OpenFigures counts the open requests of one owner (0: nobody), kind, offering and
// turn: all of them, those whose next target is missed or due soon, those that are
// escalated, and by age, one number for each of [support.AgeBounds] and one for
// those that are older. FiledAt is when the oldest was filed.
type OpenFigures struct {
	Owner    int64
	Kind     support.Kind
	Offering string
	Turn     support.Turn

	Open, Missed, Soon, Escalated int
	Ages                          []int
	FiledAt                       time.Time
}

// Overview counts every open request that the viewer sees, in one statement. What
// is due within soon is due soon. Each figure counts what [Store.Requests] lists
// by the filter of the same meaning.
func (s *Store) Overview(ctx context.Context, v Viewer, at time.Time, soon time.Duration) ([]OpenFigures, error) {
	from, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	q := query{where: []string{"r.stage <> 'completed'"}, args: []any{at.UnixMicro(), at.Add(soon).UnixMicro()}}
	count := func(condition string) string { return "SUM(CASE WHEN " + condition + " THEN 1 ELSE 0 END)" }
	columns := []string{count("r.next_due_at < $1"), count("r.next_due_at >= $1 AND r.next_due_at < $2"), count("r.escalated")}
	younger := "TRUE"
	for _, bound := range support.AgeBounds() {
		q.args = append(q.args, at.Add(-bound).UnixMicro())
		n := len(q.args)
		columns = append(columns, count(fmt.Sprintf("%s AND r.filed_at > $%d", younger, n)))
		younger = fmt.Sprintf("r.filed_at <= $%d", n)
	}
	columns = append(columns, count(younger))
	q.seen(v)
	var out []OpenFigures
	err = from.all(func(r scanner) error {
		x := OpenFigures{Ages: make([]int, len(support.AgeBounds())+1)}
		var filed int64
		fields := []any{&x.Owner, &x.Kind, &x.Offering, &x.Turn, &x.Open, &filed, &x.Missed, &x.Soon, &x.Escalated}
		for i := range x.Ages {
			fields = append(fields, &x.Ages[i])
		}
		err := r.Scan(fields...)
		x.FiledAt = time.UnixMicro(filed).UTC()
		out = append(out, x)
		return err
	}, "SELECT COALESCE(r.owner_id, 0), r.kind, r.offering, r.turn, COUNT(*), MIN(r.filed_at), "+strings.Join(columns, ", ")+
		" FROM request r WHERE "+strings.Join(q.where, " AND ")+" GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4", q.args...)
	return out, wrap(err, "count what is open")
}
