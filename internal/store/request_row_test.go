package store

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/support"
)

// Every field of a row is written when it differs, in an update as in a new row, and
// what does not differ is not: each index that has a column of an update is written
// anew.
func TestWhatDiffersOfARowIsWritten(t *testing.T) {
	t.Parallel()
	was := support.Row{ID: support.FirstID, Seq: 4}
	same, args := rowStatement(was, was)
	if len(args) != 3 || strings.Contains(same, "next_due_at") || strings.Contains(same, "turn") {
		t.Fatalf("of a row that is the same %d values are written: %s", len(args), same)
	}
	all, _ := rowStatement(support.Row{}, was)
	fields := reflect.TypeFor[support.Row]()
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		if name == "ID" {
			continue
		}
		now := was
		switch f := reflect.ValueOf(&now).Elem().Field(i); f.Interface().(type) {
		case time.Time:
			f.Set(reflect.ValueOf(time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)))
		case support.Text:
			f.Set(reflect.ValueOf(support.Text{ID: 7, SHA256: "x"}))
		case []string:
			f.Set(reflect.ValueOf([]string{"x"}))
		case bool:
			f.SetBool(true)
		case int, int64:
			f.SetInt(f.Int() + 1)
		default:
			f.SetString("x")
		}
		text, values := rowStatement(was, now)
		if reflect.DeepEqual(values, args) {
			t.Errorf("%s is not written: %s", name, text)
		}
		if _, fresh := rowStatement(support.Row{}, now); len(fresh) != strings.Count(all, "$")-1 { // $3 stands twice
			t.Errorf("%s: a new row has %d values of %s", name, len(fresh), all)
		}
	}
}
