package storetest

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// together runs closures so that they wait at the same moment: the first holds
// the writer until the others stand in line.
func (w *world) together(closures ...func(tx *store.Tx) error) []error {
	errs := make([]error, len(closures))
	held, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		_ = w.s.Update(context.Background(), func(*store.Tx) error {
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	for i, fn := range closures {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[i] = w.s.Update(context.Background(), fn)
		}()
	}
	runtime.Gosched()
	close(release)
	wg.Wait()
	return errs
}

func (w *world) accountNames() []string {
	var names []string
	for id := int64(1); id < 500; id++ { // ids may have gaps
		a, err := w.s.Account(context.Background(), everything, id)
		switch {
		case err == nil:
			names = append(names, a.Name)
		case support.CodeOf(err) != support.NotFound:
			w.t.Fatal(err)
		}
	}
	return names
}

func add(name string) func(tx *store.Tx) error {
	return func(tx *store.Tx) error { return tx.AddAccount(&support.Account{Name: name, Country: "JP"}) }
}

func testFailuresStayAlone(w *world) {
	row := w.file(nil)
	note := func(tx *store.Tx) error {
		return tx.Audit("account", w.account.ID, clockwork, monday, "named", map[string]int{"n": 1})
	}
	for range 20 {
		errs := w.together(
			add("good"),
			func(tx *store.Tx) error { return firstOf(add("refused")(tx), note(tx), errOops) },
			note,
			func(tx *store.Tx) error { _ = add("panicked")(tx); _ = note(tx); panic("planted") },
			func(tx *store.Tx) error { return firstOf(add("good")(tx), note(tx)) },
		)
		if errs[0] != nil || !errors.Is(errs[1], errOops) || errs[2] != nil || errs[4] != nil {
			w.t.Fatal(errs)
		}
		if errs[3] == nil || !strings.Contains(errs[3].Error(), "planted") || !strings.Contains(errs[3].Error(), "writer.go") {
			w.t.Fatalf("a panic gives %v", errs[3])
		}
	}
	names := w.accountNames()
	if len(names) != 41 || slices.Contains(names, "refused") || slices.Contains(names, "panicked") {
		w.t.Errorf("accounts: %v", names)
	}
	if err := w.more(&row, support.Commented{}); err != nil {
		w.t.Error(err)
	}
	w.sound()
}

// testGoexit is a closure that ends its goroutine, as a failing test does.
func testGoexit(w *world) {
	errs := w.together(add("good"), func(tx *store.Tx) error { _ = add("gone")(tx); runtime.Goexit(); return nil })
	if errs[1] == nil {
		w.t.Error("the closure that ended its goroutine succeeded")
	}
	w.update(add("after"))
	if names := w.accountNames(); slices.Contains(names, "gone") || !slices.Contains(names, "after") {
		w.t.Errorf("accounts: %v", names)
	}
	w.sound()
}

func testCancelled(w *world) {
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	err := w.s.Update(gone, add("never"))
	if !errors.Is(err, context.Canceled) {
		w.t.Errorf("cancelled before: %v", err)
	}
	running, stop := context.WithCancel(context.Background())
	err = w.s.Update(running, func(tx *store.Tx) error {
		stop()
		return add("begun")(tx)
	})
	if err != nil {
		w.t.Errorf("cancelled while it ran: %v", err)
	}
	held, release, answered := make(chan struct{}), make(chan struct{}), make(chan error)
	waiting, leave := context.WithCancel(context.Background())
	go func() {
		_ = w.s.Update(context.Background(), func(*store.Tx) error { close(held); <-release; return nil })
	}()
	<-held
	go func() { answered <- w.s.Update(waiting, add("left")) }()
	leave()
	if err := <-answered; !errors.Is(err, context.Canceled) {
		w.t.Errorf("cancelled in line: %v", err)
	}
	close(release)
	w.update(add("after"))
	if names := w.accountNames(); !slices.Equal(names[1:], []string{"begun", "after"}) {
		w.t.Errorf("accounts: %v", names)
	}
}

func testOrder(w *world) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mine := w.file(nil)
			for range 20 {
				if err := w.more(&mine, support.Commented{}); err != nil {
					w.t.Error(err)
				}
				if got, err := w.s.Request(context.Background(), everything, mine.ID); err != nil || got.Seq != mine.Seq {
					w.t.Errorf("read seq %d, %v after writing %d", got.Seq, err, mine.Seq)
				}
			}
		}()
	}
	wg.Wait()
	w.sound()
}

func testKeptTx(w *world) {
	var kept *store.Tx
	w.update(func(tx *store.Tx) error { kept = tx; return nil })
	if err := add("late")(kept); err == nil {
		w.t.Error("a tx works after its update")
	}
	if _, err := kept.Account(1); err == nil {
		w.t.Error("a tx reads after its update")
	}
}

func testWake(w *world) {
	quiet := func(what string) {
		select {
		case <-w.s.Wake():
			w.t.Errorf("%s wakes the timers", what)
		default:
		}
	}
	w.update(add("quiet"))
	quiet("an account")
	_ = w.s.Update(context.Background(), func(tx *store.Tx) error {
		_, err := w.fileIn(tx, func(facts []support.Fact, row *support.Row) []support.Fact { row.DueAt = monday; return facts }, nil)
		return firstOf(err, errOops)
	})
	quiet("what was undone")
	row := w.file(func(facts []support.Fact, row *support.Row) []support.Fact { row.DueAt = monday; return facts })
	select {
	case work := <-w.s.Wake():
		if want := (store.Work{Due: monday}); work != want {
			w.t.Errorf("a request that is due leaves %+v, want %+v", work, want)
		}
	case <-time.After(10 * time.Second):
		w.t.Fatal("a due instant does not wake the timers")
	}
	row.DueAt = time.Time{}
	if err := w.more(&row, support.Commented{}, support.Effect{Key: "k", Kind: "mail", Seq: 3, Last: 3, Recipient: support.Recipient{Kind: support.ToDuty}}); err != nil {
		w.t.Fatal(err)
	}
	select {
	case work := <-w.s.Wake():
		if want := (store.Work{Effects: true}); work != want {
			w.t.Errorf("an effect leaves %+v, want %+v", work, want)
		}
	case <-time.After(10 * time.Second):
		w.t.Fatal("an effect does not wake the timers")
	}
}
