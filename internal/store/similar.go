package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// What a draft is compared with: so many of its first words, among so many of
// the newest requests, of which a third of the words, and two at least, is alike.
const (
	similarWords = 12
	similarSpan  = 4_096
	similarLeast = 2
	similarShare = 3
)

// Similar finds requests of a product, "" for any, that the viewer sees and that
// say something like a draft; those with most words of it first. It is quick and
// not thorough: it looks at the newest requests alone.
func (s *Store) Similar(ctx context.Context, v Viewer, product, draft string, most int) ([]Found, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	in := Search{Filter: Filter{Product: product}}
	for _, w := range text.Words(draft) {
		t := support.SearchTerm{Text: w.Text, Exact: true}
		if utf8.RuneCountInString(w.Text) > 1 && !slices.ContainsFunc(in.Terms, func(x support.SearchTerm) bool { return x.Text == t.Text }) && len(in.Terms) < similarWords {
			in.Terms = append(in.Terms, t)
		}
	}
	if len(in.Terms) < similarLeast {
		return nil, nil
	}
	l, err := q.looking(s.e.dialect().fulltext, v, in, false)
	if err != nil {
		return nil, wrap(err, "search similar requests")
	}
	var parts []string
	args := slices.Clone(l.args)
	args[0], args[1] = l.last-similarSpan, l.last
	for _, e := range l.expressions {
		args = append(args, e)
		parts = append(parts, l.full.hits(fmt.Sprintf("$%d", len(args)), "$1", "$2", l.public))
	}
	var found []Found
	err = q.all(func(r scanner) error {
		var f Found
		err := r.Scan(rowFields(&f.Row)...)
		found = append(found, f)
		return err
	}, fmt.Sprintf(`SELECT %s FROM (SELECT request_id, COUNT(*) AS n FROM (%s) AS words GROUP BY request_id HAVING COUNT(*) >= %d) AS s
CROSS JOIN request r WHERE r.id = s.request_id AND %s ORDER BY s.n DESC, r.id DESC LIMIT %d`,
		rowColumns, strings.Join(parts, " UNION ALL "), max(similarLeast, len(l.expressions)/similarShare), strings.Join(l.where, " AND "), limit(most, 5, 20)), args...)
	return found, wrap(err, "search similar requests")
}
