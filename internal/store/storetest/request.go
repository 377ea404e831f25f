package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

var errOops = errors.New("oops")

func testFileAndRead(w *world) {
	row := w.file(nil)
	if row.ID != support.FirstID {
		w.t.Errorf("first id is %d", row.ID)
	}
	if err := w.more(&row, support.Commented{Channel: support.Portal}); err != nil {
		w.t.Fatal(err)
	}
	got, err := w.s.Request(context.Background(), everything, row.ID)
	if err != nil || !reflect.DeepEqual(got, row) {
		w.t.Errorf("got %+v, %v\nwant %+v", got, err, row)
	}
	facts, err := w.s.Facts(context.Background(), everything, row.ID)
	if err != nil || len(facts) != 3 || facts[2].Kind() != "commented" || !facts[2].At.Equal(monday.Add(3*time.Second)) {
		w.t.Errorf("facts: %+v, %v", facts, err)
	}
	_, err = w.s.Request(context.Background(), everything, row.ID+1)
	wantCode(w.t, err, support.NotFound, "request.not_found")
	w.sound()
}

// testEveryField fills all fields of a row by their types, so that a field that
// the core adds and the store forgets is found here.
func testEveryField(w *world) {
	row := w.file(func(facts []support.Fact, row *support.Row) []support.Fact {
		v := reflect.ValueOf(row).Elem()
		for i := range v.NumField() {
			if !v.Field(i).IsZero() {
				continue
			}
			switch p := v.Field(i).Addr().Interface().(type) {
			case *time.Time:
				*p = monday.Add(time.Duration(i) * time.Hour)
			case *bool:
				*p = true
			case *int:
				*p = i
			case *support.Text:
				*p = support.Text{ID: int64(i), SHA256: strings.Repeat("a", 64)}
			case *[]string:
				*p = []string{"urgent", "beta 2"}
			default:
				if v.Field(i).Kind() == reflect.String {
					v.Field(i).SetString(v.Type().Field(i).Name)
				}
			}
		}
		row.Owner = w.staff.ID
		return facts
	})
	v := reflect.ValueOf(row)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			w.t.Errorf("this test leaves %s empty", v.Type().Field(i).Name)
		}
	}
	got, err := w.s.Request(context.Background(), everything, row.ID)
	if err != nil || !reflect.DeepEqual(got, row) {
		w.t.Errorf("got  %+v, %v\nwant %+v", got, err, row)
	}
}

func testRequestIDs(w *world) {
	var drawn int64
	err := w.s.Update(context.Background(), func(tx *store.Tx) error {
		drawn, _ = tx.NewRequestID()
		return errOops
	})
	if !errors.Is(err, errOops) || drawn != support.FirstID {
		w.t.Fatalf("drew %d: %v", drawn, err)
	}
	last := drawn - 1
	for range 3 {
		row := w.file(nil)
		if row.ID <= last || w.gapless && row.ID != last+1 {
			w.t.Errorf("request %d follows %d", row.ID, last)
		}
		last = row.ID
	}
	w.sound()
}

func testVersionGuard(w *world) {
	row := w.file(nil)
	stale := row
	if err := w.more(&row, support.Commented{}); err != nil {
		w.t.Fatal(err)
	}
	wantCode(w.t, w.more(&stale, support.Commented{}), support.Conflict, "request.changed")
	again := row
	again.Seq = 0
	wantCode(w.t, w.more(&again, support.Commented{}), support.Conflict, "request.changed")
	err := w.s.Update(context.Background(), func(tx *store.Tx) error {
		next := row
		next.Seq += 2
		return tx.Append(row, []support.Fact{{Seq: next.Seq, At: monday, By: clockwork, Body: support.Commented{}}}, next, nil)
	})
	if err == nil || !strings.Contains(err.Error(), "gap") {
		w.t.Errorf("a gap in seq: %v", err)
	}
	err = w.s.Update(context.Background(), func(tx *store.Tx) error {
		next := row
		next.Seq++
		return tx.Append(row, []support.Fact{{Seq: next.Seq, At: monday.Add(time.Nanosecond), By: clockwork, Body: support.Commented{}}}, next, nil)
	})
	if err == nil || !strings.Contains(err.Error(), "microseconds") {
		w.t.Errorf("nanoseconds: %v", err)
	}
	w.sound()
}

func testTexts(w *world) {
	texts := []support.Text{support.T("障害です"), support.T("障害です"), {}}
	row := w.file(nil)
	w.update(func(tx *store.Tx) error {
		for i := range texts {
			texts[i].ID = 0
			if err := tx.SaveText(w.account.ID, row.ID, &texts[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if texts[0].SHA256 == texts[1].SHA256 || texts[0].ID == texts[1].ID {
		w.t.Error("equal texts have the same salt or row")
	}
	plain := sha256.Sum256([]byte("障害です"))
	if texts[0].SHA256 == hex.EncodeToString(plain[:]) || len(texts[0].SHA256) != 64 {
		w.t.Errorf("hash without salt: %s", texts[0].SHA256)
	}
	if !texts[2].Empty() {
		w.t.Error("an empty text was stored")
	}
	kept := texts[0]
	w.update(func(tx *store.Tx) error { return tx.SaveText(w.account.ID, row.ID, &texts[0]) })
	if texts[0] != kept {
		w.t.Error("a stored text was stored again")
	}
	got, err := w.s.Texts(context.Background(), []int64{texts[0].ID, texts[1].ID, 999})
	if err != nil || len(got) != 2 || got[texts[0].ID] != "障害です" {
		w.t.Errorf("texts: %v, %v", got, err)
	}
	for _, bad := range []string{"a\x00b", "\xff"} {
		err := w.s.Update(context.Background(), func(tx *store.Tx) error {
			t := support.T(bad)
			return tx.SaveText(w.account.ID, row.ID, &t)
		})
		wantCode(w.t, err, support.Invalid, "text.not_utf8")
	}
	for _, t := range texts[:2] {
		if err := w.more(&row, support.Commented{Text: t}); err != nil {
			w.t.Fatal(err)
		}
	}
	w.sound()
}

func testTimeline(w *world) {
	row := w.file(nil)
	for range 5 {
		if err := w.more(&row, support.NoteAdded{}); err != nil {
			w.t.Fatal(err)
		}
		if err := w.more(&row, support.Commented{}); err != nil {
			w.t.Fatal(err)
		}
	}
	tse, me := staffed(w.staff.ID), customer(row.Contact)
	for _, c := range []struct {
		name string
		v    store.Viewer
		p    store.Page
		want []int64
	}{
		{"all", tse, store.Page{}, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
		{"first", tse, store.Page{Limit: 2}, []int64{1, 2}},
		{"after", tse, store.Page{After: 10}, []int64{11, 12}},
		{"before", tse, store.Page{Before: 3}, []int64{1, 2}},
		{"newest", tse, store.Page{Limit: 2, Newest: true}, []int64{11, 12}},
		{"newest before", tse, store.Page{Limit: 2, Before: 11, Newest: true}, []int64{9, 10}},
		{"public", me, store.Page{}, []int64{1, 4, 6, 8, 10, 12}},
		{"public first", me, store.Page{Limit: 3}, []int64{1, 4, 6}},
		{"public newest", me, store.Page{Limit: 3, Newest: true}, []int64{8, 10, 12}},
	} {
		facts, err := w.s.Timeline(context.Background(), c.v, row.ID, c.p)
		var got []int64
		for _, f := range facts {
			got = append(got, f.Seq)
		}
		if err != nil || !slices.Equal(got, c.want) {
			w.t.Errorf("%s: got %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	_, err := w.s.Timeline(context.Background(), customer(w.contacts[2].ID), row.ID, store.Page{})
	wantCode(w.t, err, support.NotFound, "request.not_found")
}
