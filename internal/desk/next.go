package desk

import (
	"context"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// nextLooked is how many requests of the queue are looked at for somebody.
const nextLooked = 1000

// TakeNext gives a member of staff the request of the queue that is due first, of
// those for which the rules of routing would find them (R15, R47) and at which
// nobody else looks at present. It is a conflict when there is none.
func (d *Desk) TakeNext(ctx context.Context, v store.Viewer) (Done, error) {
	s, err := d.store.Staff(ctx, v.Actor.ID)
	if err != nil {
		return Done{}, err
	}
	now := d.Now()
	f := store.Filter{Unowned: true, Limit: 200}
	for range nextLooked / f.Limit {
		rows, next, err := d.store.Requests(ctx, v, f)
		if err != nil {
			return Done{}, err
		}
		for _, r := range rows {
			if !support.Suits(r, s, now, d.Pack()) {
				continue
			}
			if there, err := d.store.Present(ctx, v, r.ID, d.real()); err != nil || len(there) > 0 {
				if err != nil && support.CodeOf(err) != support.NotFound {
					return Done{}, err
				}
				continue
			}
			done, err := d.Do(ctx, v.Actor, r.ID, &support.Take{})
			if code := support.CodeOf(err); code == support.Conflict || code == support.NotFound || code == support.Forbidden {
				continue // somebody was faster, or it needs somebody else
			}
			return done, err
		}
		if f.After = next; next == "" {
			break
		}
	}
	return Done{}, support.Refuse(support.Conflict, "next.none")
}
