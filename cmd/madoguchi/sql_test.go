package main

import (
	"database/sql"
	"strconv"
	"testing"

	_ "modernc.org/sqlite" // the driver: what somebody with the file would use
)

func execSQL(t *testing.T, file, text string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	res, err := db.ExecContext(t.Context(), text, args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("nothing changed: %v", err)
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
