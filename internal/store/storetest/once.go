package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// testOnce has many callers come with one key at the same moment: one of them
// changes something, whoever fails leaves the key to the next, and keys that are
// old enough are forgotten in batches.
func testOnce(w *world) {
	broken := errors.New("broken")
	key := func(n byte, at time.Time) *store.Once {
		return &store.Once{Name: [32]byte{n}, Sum: [32]byte{1, n}, At: at}
	}
	under := func(o *store.Once, fn func(tx *store.Tx) error) error {
		return w.s.Update(store.WithOnce(context.Background(), o), fn)
	}
	failed := key(1, monday)
	if err := under(failed, func(tx *store.Tx) error { return errors.Join(add("failed")(tx), broken) }); !errors.Is(err, broken) || failed.Spent() {
		w.t.Errorf("the first said %v, spent %v", err, failed.Spent())
	}
	var wg sync.WaitGroup
	errs := make([]error, 12)
	for i := range errs {
		wg.Go(func() {
			errs[i] = under(key(1, monday), func(tx *store.Tx) error {
				tx.LedTo(support.FirstID, 3, 5)
				return add("once")(tx)
			})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, store.ErrSpent):
			w.t.Errorf("a double said %v", err)
		}
	}
	if n := len(slices.DeleteFunc(w.accountNames(), func(s string) bool { return s != "once" })); won != 1 || n != 1 {
		w.t.Errorf("%d doubles of 12 were carried out, %d accounts", won, n)
	}
	came, ok, err := w.s.Spent(context.Background(), [32]byte{1})
	if err != nil || !ok || came.Sum != [32]byte{1, 1} || came.Request != support.FirstID || came.From != 3 || came.To != 5 || !came.At.Equal(monday) || came.Answer != nil {
		w.t.Errorf("what came of it: %+v, %v, %v", came, ok, err)
	}
	w.update(func(tx *store.Tx) error { return tx.KeepAnswer([32]byte{1}, []byte("sealed")) })
	if came, _, err := w.s.Spent(context.Background(), [32]byte{1}); err != nil || !bytes.Equal(came.Answer, []byte("sealed")) {
		w.t.Errorf("the kept answer is %q, %v", came.Answer, err)
	}
	w.onlyTheFirstOf(key(9, monday.Add(time.Hour)))
	w.forgets(key)
}

// onlyTheFirstOf has a call with two updates: the first spends the key, the
// second needs none.
func (w *world) onlyTheFirstOf(o *store.Once) {
	ctx := store.WithOnce(context.Background(), o)
	for _, name := range []string{"first", "second"} {
		if err := w.s.Update(ctx, add(name)); err != nil || !o.Spent() {
			w.t.Errorf("the %s update of a call said %v", name, err)
		}
	}
}

func (w *world) forgets(key func(n byte, at time.Time) *store.Once) {
	for n := range byte(3) {
		o := key(2+n, monday.Add(-time.Duration(n+1)*time.Hour))
		if err := w.s.Update(store.WithOnce(context.Background(), o), func(*store.Tx) error { return nil }); err != nil {
			w.t.Fatal(err)
		}
	}
	for i, want := range []int{2, 1, 0} {
		w.update(func(tx *store.Tx) error {
			n, err := tx.ForgetOnce(monday, 2)
			if n != want {
				w.t.Errorf("pass %d forgot %d keys, want %d", i, n, want)
			}
			return err
		})
	}
	if _, ok, err := w.s.Spent(context.Background(), [32]byte{1}); !ok || err != nil {
		w.t.Errorf("a key of the very instant was forgotten (%v)", err)
	}
	if _, ok, err := w.s.Spent(context.Background(), [32]byte{2}); ok || err != nil {
		w.t.Errorf("a key from before was kept (%v)", err)
	}
}
