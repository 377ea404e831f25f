package store

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// watching is one contact's sight of one request.
type watching struct{ request, contact int64 }

// watchers compares who may see requests by having been added with what their
// facts say: a row that no fact made would show a request to a stranger (A13).
func (c *checker) watchers() error {
	err := c.q.all(func(r scanner) error {
		var w watching
		err := r.Scan(&w.request, &w.contact)
		if !c.watch[w] {
			c.wrong(fmt.Sprintf("request %d", w.request), "contact %d watches it without a fact that says so (A13)", w.contact)
		}
		delete(c.watch, w)
		return err
	}, "SELECT request_id, contact_id FROM watcher ORDER BY request_id, contact_id")
	rest := slices.SortedFunc(maps.Keys(c.watch), func(a, b watching) int {
		return cmp.Or(cmp.Compare(a.request, b.request), cmp.Compare(a.contact, b.contact))
	})
	for _, w := range rest {
		c.wrong(fmt.Sprintf("request %d", w.request), "contact %d watches it by its facts and does not see it (A13)", w.contact)
	}
	return err
}
