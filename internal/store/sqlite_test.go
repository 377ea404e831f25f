package store_test

import (
	"context"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/store/storetest"
)

// open gives an empty, migrated database in a folder of the test's own.
func open(t testing.TB) *store.Store {
	t.Helper()
	return openAt(t, pgtest.File(t))
}

func openAt(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// The suite proves what the store guards by itself; its cases name the rules
// again.
//
// guide: R02
// guide: R04
// guide: R07
// guide: R16
// guide: R50, A6
// guide: R52, A20
// guide: A13
func TestSQLite(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T) *store.Store { return open(t) }
	storetest.Run(t, true, open, open)
}
