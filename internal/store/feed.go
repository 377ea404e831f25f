package store

import (
	"context"
	"database/sql"
	"errors"

	"madoguchi/internal/support"
)

// Head is the position of the newest event of the feed; 0 when it is empty.
// Whatever stands up to it is committed, and nothing comes in before it later.
func (s *Store) Head(ctx context.Context) (int64, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return 0, err
	}
	pos, err := q.newest()
	return pos, wrap(err, "read the head of the feed")
}

func (q rows) newest() (int64, error) {
	var pos int64
	err := q.one([]any{&pos}, "SELECT pos FROM event WHERE pos IS NOT NULL ORDER BY pos DESC LIMIT 1")
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return pos, err
}

// Feed is a part of the facts of all requests, in order of commitment.
type Feed struct {
	Events []Event
	// Next is the position to go on after: what the viewer may not read lies
	// behind it too, so that it is not searched again.
	Next int64
	More bool // there is more at present
}

// Feed gives the facts of requests that were committed after a position, as far
// as the viewer may read them now; limit is 1..500, 0 = 100. A position that is
// greater than the newest is refused: a reader that kept it across the restoring
// of an older database would miss what has happened since.
func (s *Store) Feed(ctx context.Context, v Viewer, after int64, max int) (Feed, error) {
	return s.feed(ctx, v, after, max, "subject = 'request'")
}

// feed gives the events of some subjects.
func (s *Store) feed(ctx context.Context, v Viewer, after int64, max int, which string) (Feed, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Feed{}, err
	}
	head, err := q.newest()
	if err != nil {
		return Feed{}, wrap(err, "read the head of the feed")
	}
	if after > head {
		return Feed{}, support.Wrong("after", "api.cursor_unknown")
	}
	want := limit(max, 100, 500)
	where, args := v.events(4)
	out := Feed{Next: after}
	for {
		n, ask := 0, want-len(out.Events)
		err := q.all(func(r scanner) error {
			e, err := scanEvent(r)
			n, out.Next = n+1, e.Pos
			if err == nil && (e.Subject != subjectRequest || v.reads(e.Fact)) {
				out.Events = append(out.Events, e)
			}
			return err
		}, `SELECT pos, subject, subject_id, data, hash FROM event
WHERE pos > $1 AND pos <= $2 AND `+which+" AND "+where+" ORDER BY pos LIMIT 0 + $3",
			append([]any{out.Next, head, ask}, args...)...)
		switch {
		case err != nil:
			return Feed{}, wrap(err, "read the feed after %d", after)
		case n < ask:
			out.Next = head
			return out, nil
		case len(out.Events) >= want:
			out.More = true
			return out, nil
		}
	}
}
