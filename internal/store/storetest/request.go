package storetest

import (
	"context"
	"reflect"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func testFileAndRead(w *world) {
	row := w.file(nil)
	if row.ID != support.FirstID {
		w.t.Errorf("first id is %d", row.ID)
	}
	if err := w.more(&row, support.Commented{Channel: support.Portal}); err != nil {
		w.t.Fatal(err)
	}
	got, err := w.s.Request(context.Background(), everything, row.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	if !reflect.DeepEqual(got, row) {
		w.t.Errorf("got %+v\nwant %+v", got, row)
	}
	facts, err := w.s.Facts(context.Background(), everything, row.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(facts) != 3 || facts[2].Kind() != "commented" || !facts[2].At.Equal(monday.Add(3*time.Second)) {
		w.t.Errorf("facts: %+v", facts)
	}
	w.sound()
}

var _ = testing.Short
var _ store.Viewer
