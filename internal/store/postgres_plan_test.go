package store_test

import (
	"database/sql"
	"strings"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
)

// What is looked up by a list, and the numbering of a few events, read no whole table,
// whatever the planner remembers of it.
func TestPostgreSQLReadsNoWholeTables(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("pgx", pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, text := range []string{
		store.AloneNumbering,
		"INSERT INTO content (id, account_id, request_id, salt, text) SELECT g, 1, 1, ''::bytea, repeat('x', 200) FROM generate_series(1000, 8000) g",
		`INSERT INTO event (subject, subject_id, seq, pos, kind, at, actor_kind, actor_id, data, prev, hash)
SELECT 'x', g, 1, CASE WHEN g % 10 > 0 THEN g END, 'x', g, 'system', 0, '{}', '', '' FROM generate_series(1000, 20000) g`,
		"ANALYZE content", "ANALYZE event",
	} {
		if _, err := tx.ExecContext(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	for _, c := range []struct {
		table, text string
		arg         []any
	}{
		{"event", store.NumberEvents, nil},
		{"content", "SELECT id, COALESCE(text, '') FROM content WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($1))", []any{"[1001,1002]"}},
	} {
		if c.table == "content" { // as every other statement is planned
			if _, err := tx.ExecContext(t.Context(), "SET LOCAL enable_seqscan = on"); err != nil {
				t.Fatal(err)
			}
		}
		rs, err := tx.QueryContext(t.Context(), "EXPLAIN "+c.text, c.arg...)
		if err != nil {
			t.Fatal(err)
		}
		var plan []string
		for rs.Next() {
			var line string
			if err := rs.Scan(&line); err != nil {
				t.Fatal(err)
			}
			plan = append(plan, line)
		}
		if err := rs.Close(); err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(plan, "\n"); strings.Contains(all, "Seq Scan on "+c.table) || len(plan) == 0 {
			t.Errorf("%s: all of it is read:\n%s", c.text, all)
		}
	}
}
