package store

import (
	"database/sql"
	"strings"
	"testing"
)

// What database/sql says of a value that fits no variable names the column alone.
func TestScanErrorsHoldNoValue(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int64
	for _, text := range []string{"SELECT 'kanarie\"vogel' AS number", "SELECT x'6b616e6172696576' AS number"} {
		err = db.QueryRow(text).Scan(&n)
		if err == nil || !strings.Contains(err.Error(), "kanarie") {
			t.Fatalf("the driver says %v", err)
		}
		if said := silent(err).Error(); strings.Contains(said, "kanarie") || strings.Contains(said, "vogel") || !strings.Contains(said, "number") {
			t.Errorf("it says %s", said)
		}
	}
}
