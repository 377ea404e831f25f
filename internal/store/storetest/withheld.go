package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// testWithheld has many count at once, and a digest that takes off what it knew:
// what was counted meanwhile is left.
func testWithheld(w *world) {
	a, b := w.file(nil).ID, w.file(nil).ID
	var wg sync.WaitGroup
	errs := make([]error, 20)
	for i := range errs {
		wg.Go(func() {
			errs[i] = w.s.Update(context.Background(), func(tx *store.Tx) error { return tx.Withhold(a, "notified", monday) })
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		w.t.Fatal(err)
	}
	next := monday.AddDate(0, 0, 1)
	w.update(func(tx *store.Tx) error {
		return errors.Join(tx.Withhold(a, "auto_reply_received", next), tx.Withhold(b, "notified", next))
	})
	expect := func(want ...support.Withheld) {
		w.t.Helper()
		w.update(func(tx *store.Tx) error {
			got, err := tx.Withheld(a)
			if err != nil || !slices.Equal(got, want) {
				w.t.Errorf("request %d was spared %v, %v; want %v", a, got, err, want)
			}
			return nil
		})
	}
	replies := support.Withheld{Kind: "auto_reply_received", N: 1}
	expect(replies, support.Withheld{Kind: "notified", N: 20})
	undigested := func(want ...int64) {
		w.t.Helper()
		got, err := w.s.Undigested(context.Background(), next, 0, 10)
		if err != nil || !slices.Equal(got, want) {
			w.t.Errorf("without a digest are %v, %v; want %v", got, err, want)
		}
	}
	undigested(a)
	w.update(func(tx *store.Tx) error {
		return tx.Digested(a, []support.Withheld{replies, {Kind: "notified", N: 18}})
	})
	expect(support.Withheld{Kind: "notified", N: 2})
	w.update(func(tx *store.Tx) error { return tx.Digested(a, []support.Withheld{{Kind: "notified", N: 2}}) })
	expect()
	undigested()
}
