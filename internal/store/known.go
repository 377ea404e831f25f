package store

import (
	"context"

	"madoguchi/internal/support"
)

// KnownDefects lists defects that help to help oneself, what changed last first,
// at most max, 1..500, 0 = 100: to customers those with words for them that are
// linked to a request that they see, to the vendor's people all. Rejected ones
// are none.
func (s *Store) KnownDefects(ctx context.Context, v Viewer, max int) ([]support.Defect, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	which, args := v.vendor(), []any{limit(max, 100, 500)}
	if v.Actor.Kind == support.Customer {
		sees, more := v.many(2)
		args = append(args, more...)
		which = `d.public_id IS NOT NULL AND EXISTS (SELECT 1 FROM defect_request l JOIN request r ON r.id = l.request_id
  WHERE l.defect_id = d.id AND ` + sees + ")"
	}
	return q.defects("WHERE d.state <> 'rejected' AND "+which+" ORDER BY d.changed_at DESC, d.id DESC LIMIT 0 + $1", args...)
}
