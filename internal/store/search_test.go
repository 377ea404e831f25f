package store_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// The check finds words of the search that are missing, others, or too many, and
// filling the index anew mends it.
func TestTheCheckComparesTheWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		where, driver string
		breaks        []string
	}{
		"sqlite": {pgtest.File(t), "sqlite", []string{
			"INSERT INTO search (search) VALUES ('delete-all')",
			"INSERT INTO search (rowid, words) VALUES (7777777, 'stray')",
			"INSERT INTO search (rowid, words) VALUES (2, 'more')",
		}},
		"postgresql": {pgtest.URL(t), "pgx", []string{
			"DELETE FROM search WHERE seq = 1",
			"INSERT INTO search VALUES (10000009, 1, FALSE, '''stray'':1')",
			"UPDATE search SET words = '''title'':2 ''gone'':1'",
			"UPDATE search SET internal = TRUE",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, s, e := context.Background(), openAt(t, c.where), evidence{rows: map[int64]support.Row{}}
			for _, step := range []func(tx *store.Tx) error{e.parties, e.request} {
				if err := s.Update(ctx, step); err != nil {
					t.Fatal(err)
				}
			}
			for _, text := range c.breaks {
				db, err := sql.Open(c.driver, c.where)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := db.Exec(text); err != nil {
					t.Fatal(err)
				}
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
				if found, err := s.Check(ctx, store.CheckOptions{}); err != nil || len(found) == 0 || !strings.Contains(found[0].What, "--rebuild") {
					t.Errorf("%s: the check finds %v, %v", text, found, err)
				}
				if err := s.EmptySearch(ctx); err != nil {
					t.Fatal(err)
				}
				if left, err := s.FillSearch(ctx); err != nil || left {
					t.Errorf("%s: filled anew: left %v, %v", text, left, err)
				}
				if found, err := s.Check(ctx, store.CheckOptions{}); err != nil || len(found) > 0 {
					t.Errorf("%s: after it was filled anew: %v, %v", text, found, err)
				}
			}
		})
	}
}
