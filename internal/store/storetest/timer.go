package storetest

import (
	"context"
	"slices"
	"sync"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// real is an instant of the real clock, far from the desk's.
var real = time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)

const lease = time.Minute

func due(at time.Time) func([]support.Fact, *support.Row) []support.Fact {
	return func(facts []support.Fact, row *support.Row) []support.Fact { row.DueAt = at; return facts }
}

func (w *world) claim(desk, now time.Time, max int) []int64 {
	w.t.Helper()
	var due []store.Due
	w.update(func(tx *store.Tx) (err error) { due, err = tx.ClaimDue(desk, now, lease, max); return err })
	var ids []int64
	for _, d := range due {
		ids = append(ids, d.Request)
	}
	return ids
}

func (w *world) nextDue(now time.Time) time.Time {
	w.t.Helper()
	at, ok, err := w.s.NextDue(context.Background(), now)
	if err != nil || ok == at.IsZero() {
		w.t.Fatalf("next due: %v, %v, %v", at, ok, err)
	}
	return at
}

func (w *world) wantIDs(what string, got, want []int64) {
	w.t.Helper()
	if !slices.Equal(got, want) {
		w.t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func testTimer(w *world) {
	if at := w.nextDue(real); !at.IsZero() {
		w.t.Errorf("something is due at %v", at)
	}
	late, early, never := w.file(due(monday.Add(time.Minute))), w.file(due(monday)), w.file(nil)
	if at := w.nextDue(real); !at.Equal(monday) {
		w.t.Errorf("next due is %v", at)
	}
	w.wantIDs("too early", w.claim(monday.Add(-time.Microsecond), real, 10), nil)
	w.wantIDs("in the instant", w.claim(monday, real, 10), []int64{early.ID})
	w.wantIDs("leased", w.claim(monday, real.Add(lease-time.Microsecond), 10), nil)
	if at := w.nextDue(real); !at.Equal(late.DueAt) {
		w.t.Errorf("next due beside a lease is %v", at)
	}
	w.wantIDs("lease over", w.claim(monday, real.Add(lease), 10), []int64{early.ID})
	w.wantIDs("oldest first", w.claim(monday.Add(time.Hour), real.Add(3*lease), 10), []int64{early.ID, late.ID})
	w.wantIDs("no more than asked", w.claim(monday.Add(time.Hour), real.Add(9*lease), 1), []int64{early.ID})
	early.DueAt = monday.Add(30 * time.Minute)
	if err := w.more(&early, support.Commented{}); err != nil {
		w.t.Fatal(err)
	}
	w.wantIDs("an append gives the lease back", w.claim(monday.Add(30*time.Minute), real.Add(9*lease), 10), []int64{late.ID, early.ID})
	w.pushing(early)
	w.update(func(tx *store.Tx) error { return tx.PushOut(store.Due{Request: never.ID, At: monday}, monday, "x") })
	w.sound()
}

func (w *world) pushing(row support.Row) {
	w.t.Helper()
	until := row.DueAt.Add(time.Hour)
	pushed := func() (n int) {
		w.update(func(tx *store.Tx) (err error) { n, err = tx.Pushed(row.ID); return err })
		return n
	}
	for range 2 {
		w.update(func(tx *store.Tx) error {
			return tx.PushOut(store.Due{Request: row.ID, At: row.DueAt}, until, "left in the past")
		})
	}
	if n := pushed(); n != 2 {
		w.t.Errorf("pushed out %d times", n)
	}
	w.wantIDs("pushed out", w.claim(until.Add(-time.Microsecond), real.Add(20*lease), 10), []int64{support.FirstID})
	if err := w.more(&row, support.Commented{}); err != nil {
		w.t.Fatal(err)
	}
	if n := pushed(); n != 2 {
		w.t.Errorf("a comment that leaves due_at makes it %d times", n)
	}
	w.wantIDs("the end of it", w.claim(until, real.Add(20*lease), 10), []int64{row.ID})
	row.DueAt = row.DueAt.Add(time.Second)
	if err := w.more(&row, support.Commented{}); err != nil {
		w.t.Fatal(err)
	}
	if n := pushed(); n != 0 {
		w.t.Errorf("another due_at leaves it %d times", n)
	}
	w.wantIDs("another due_at", w.claim(row.DueAt, real.Add(20*lease), 10), []int64{row.ID})
	// A command has moved due_at forward since the claim: pushing out what was
	// claimed must not hide what is due now.
	stale := store.Due{Request: row.ID, At: row.DueAt}
	row.DueAt = row.DueAt.Add(-time.Second)
	if err := w.more(&row, support.Commented{}); err != nil {
		w.t.Fatal(err)
	}
	w.update(func(tx *store.Tx) error { return tx.PushOut(stale, until, "left in the past") })
	if n := pushed(); n != 0 {
		w.t.Errorf("a due_at that moved was pushed out %d times", n)
	}
	w.wantIDs("moved since the claim", w.claim(row.DueAt, real.Add(20*lease), 10), []int64{row.ID})
}

// testClaimOnce lets eight workers claim what is due.
func testClaimOnce(w *world) {
	const n = 200
	for range n {
		w.update(func(tx *store.Tx) error {
			row, err := w.fileIn(tx, due(monday), nil)
			if err != nil {
				return err
			}
			next := row
			next.Seq++
			return tx.Append(row, []support.Fact{{Seq: 3, At: monday, By: clockwork, Body: support.Commented{}}}, next, []support.Effect{
				{Key: "mail." + support.Number(row.ID), Kind: "mail", Template: "comment", Seq: 3, Last: 3, Recipient: support.Recipient{Kind: support.ToContact, ID: 1}},
			})
		})
	}
	var mu sync.Mutex
	ticks, mails := map[int64]int{}, map[string]int{}
	race(8, func(int) error {
		for {
			var due []store.Due
			var effects []store.EffectRow
			err := w.s.Update(context.Background(), func(tx *store.Tx) (err error) {
				if due, err = tx.ClaimDue(monday, real, lease, 7); err == nil {
					effects, _, err = tx.ClaimEffects(monday, real, lease, 5)
				}
				return err
			})
			if err != nil || len(due)+len(effects) == 0 {
				return err
			}
			mu.Lock()
			for _, d := range due {
				ticks[d.Request]++
			}
			for _, e := range effects {
				mails[e.Key]++
			}
			mu.Unlock()
		}
	})
	if len(ticks) != n || len(mails) != n {
		w.t.Errorf("claimed %d requests and %d effects of %d", len(ticks), len(mails), n)
	}
	for id, times := range ticks {
		if times != 1 {
			w.t.Errorf("request %d was claimed %d times", id, times)
		}
	}
	for key, times := range mails {
		if times != 1 {
			w.t.Errorf("effect %s was claimed %d times", key, times)
		}
	}
}
