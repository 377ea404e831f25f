package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// testDrafts keeps drafts apart by author and form, the newest of them, and not
// for ever.
func testDrafts(w *world) {
	ctx := context.Background()
	me, other := support.Actor{Kind: support.Customer, ID: 1}, support.Actor{Kind: support.Vendor, ID: 1}
	save := func(author support.Actor, about, text string, at time.Time) {
		w.update(func(tx *store.Tx) error {
			return tx.SaveDraft(store.Draft{Author: author, About: about, Fields: map[string][]string{"text": {text, ""}}, SavedAt: at})
		})
	}
	is := func(author support.Actor, about, text string) {
		w.t.Helper()
		d, err := w.s.Draft(ctx, author, about)
		want := map[string][]string(nil)
		if text != "" {
			want = map[string][]string{"text": {text, ""}}
		}
		if err != nil || !maps.EqualFunc(d.Fields, want, slices.Equal) {
			w.t.Errorf("draft of %v for %s is %v (%v), want %v", author, about, d.Fields, err, want)
		}
	}
	is(me, "/a", "")
	save(me, "/a", "first", real)
	save(me, "/a", "窓口 \"two\"\r\n", real.Add(time.Second))
	save(other, "/a", "another's", real)
	is(me, "/a", "窓口 \"two\"\r\n")
	is(other, "/a", "another's")
	w.update(func(tx *store.Tx) error { return tx.DropDraft(me, "/a") })
	is(me, "/a", "")
	for i := range 5 {
		save(me, fmt.Sprintf("/%d", i), "x", real.Add(time.Duration(i)*time.Second))
	}
	w.update(func(tx *store.Tx) error { return tx.TrimDrafts(me, 2) })
	is(me, "/2", "")
	is(me, "/3", "x")
	is(other, "/a", "another's")
	w.update(func(tx *store.Tx) error { return tx.ForgetDrafts(real.Add(4 * time.Second)) })
	is(me, "/3", "")
	is(me, "/4", "x") // saved at the very instant
}
