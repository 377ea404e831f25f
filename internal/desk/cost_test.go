package desk

import (
	"path/filepath"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// What people do all day allocates no more than it did when it was last looked at, and
// 15 % for what it may grow by: filing and commenting with all that the database does
// for them, telling of it, and reading. Times depend on the machine; these do not.
// Whoever makes one cheaper lowers its bar.
func TestDailyWorkAllocatesLittle(t *testing.T) {
	if testing.Short() {
		return // beside it runs the race detector, which allocates too
	}
	b := benchAt(t, jst(t, "2026-06-03 10:00:00"), filepath.Join(t.TempDir(), "desk.db"))
	b.people()
	for range 60 {
		b.file()
	}
	id := b.file().ID
	b.settle()
	ito := store.Viewer{Actor: b.asIto, Roles: []support.Role{support.RoleTSE}}
	for _, c := range []struct {
		name string
		most float64
		run  func() error
	}{
		{"a filing", 1_266, func() error { _, err := b.Do(t.Context(), b.asTanaka, 0, b.filing()); return err }},
		{"a comment", 1_110, func() error {
			_, err := b.Do(t.Context(), b.asTanaka, id, &support.Comment{Text: support.T("Any news?"), Channel: support.Portal})
			return err
		}},
		{"ten notices told", 171_000, func() error {
			for range 10 {
				if _, err := b.Do(t.Context(), b.asIto, id, &support.Comment{Text: support.T("We look at it."), Channel: support.Portal}); err != nil {
					return err
				}
			}
			return b.Settle(t.Context())
		}},
		{"a request and its newest entries", 1_270, func() error {
			if _, err := b.store.Request(t.Context(), ito, id); err != nil {
				return err
			}
			_, err := b.store.Timeline(t.Context(), ito, id, store.Page{Limit: 50})
			return err
		}},
		{"a page of 50", 2_178, func() error {
			_, _, _, err := b.store.Listed(t.Context(), ito, store.Filter{Open: true, Limit: 50})
			return err
		}},
	} {
		var failed error
		n := testing.AllocsPerRun(20, func() { failed = c.run() })
		b.ok(failed)
		t.Logf("%s: %.0f allocations", c.name, n)
		if n > c.most {
			t.Errorf("%s makes %.0f allocations, at most %.0f may be made", c.name, n, c.most)
		}
	}
}
