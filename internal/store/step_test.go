package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/internal/store"
)

// The program before each step goes on writing beside the one that has taken it:
// all rows that it has are entered again into the newer schema, by the columns that
// it knows. A step that takes a column away, adds one that must be given, or
// forbids what was allowed, stops it.
func TestEachStepLeavesTheProgramBeforeRunning(t *testing.T) {
	t.Parallel()
	last, err := store.Level()
	if err != nil {
		t.Fatal(err)
	}
	for _, level := range keptLevels(t) {
		kept := filepath.Join(t.TempDir(), "kept.db")
		s := stepped(t, kept, level)
		if _, err := s.Import(context.Background(), bytes.NewReader(keptExport(t, level))); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for before := level; before < last; before++ {
			if err := stepped(t, kept, before).Close(); err != nil {
				t.Fatal(err)
			}
			newer := filepath.Join(t.TempDir(), "newer.db")
			if err := stepped(t, newer, before+1).Close(); err != nil {
				t.Fatal(err)
			}
			if err := reentered(newer, kept); err != nil {
				t.Errorf("the program of schema %d cannot write beside that of %d: %v", before, before+1, err)
			}
		}
	}
}

// stepped opens a database as a program of a schema does.
func stepped(t *testing.T, path string, level int) *store.Store {
	t.Helper()
	s, err := store.OpenSteps(context.Background(), path, level)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// reentered enters all rows of an older database into an empty newer one.
func reentered(newer, older string) (err error) {
	db, err := sql.Open("sqlite", newer)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("ATTACH $1 AS older", older); err != nil {
		return err
	}
	rows, err := db.Query(`SELECT t.name, group_concat('"' || c.name || '"', ', ') FROM older.sqlite_schema t JOIN pragma_table_info(t.name, 'older') c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~' AND t.sql NOT LIKE 'CREATE VIRTUAL%' AND t.name <> 'migration' GROUP BY t.name`)
	if err != nil {
		return err
	}
	columns := map[string]string{}
	for rows.Next() {
		var table, names string
		if err := rows.Scan(&table, &names); err != nil {
			return err
		}
		columns[table] = names
	}
	if err := rows.Err(); err != nil {
		return err
	}
	var wrong []string
	for table, names := range columns {
		_, err := db.Exec(fmt.Sprintf("DELETE FROM main.%s; INSERT INTO main.%s (%s) SELECT %s FROM older.%s", table, table, names, names, table))
		if err != nil {
			wrong = append(wrong, table+": "+err.Error())
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	return nil
}
