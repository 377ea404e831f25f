package storetest

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Nodes runs what must hold when several processes share a database. open gives
// two stores over one that is empty and migrated.
func Nodes(t *testing.T, open func(t *testing.T) (a, b *store.Store)) {
	for _, c := range []struct {
		name string
		test func(w *world, other *store.Store)
	}{
		{"Wake", testWakeOther},
		{"Feed", testFeedOfTwo},
		{"ClaimOnce", testClaimOnceOfTwo},
		{"LastSeat", testLastSeatOfTwo},
		{"OneWriter", testOneChain},
		{"BouncedMeanwhile", testBouncedMeanwhile},
		{"LastTry", testLastTryOfTwo},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, b := open(t)
			c.test(fill(t, a), b)
		})
	}
}

// testWakeOther has one node give the timers something to do: the other's wake
// too.
func testWakeOther(w *world, other *store.Store) {
	soon := time.NewTicker(50 * time.Millisecond)
	defer soon.Stop()
	for range 400 {
		w.file(func(facts []support.Fact, row *support.Row) []support.Fact { row.DueAt = monday; return facts })
		select {
		case <-other.Wake():
			return
		case <-soon.C: // it may not listen yet
		}
	}
	w.t.Error("the other node never woke")
}

// testFeedOfTwo has two nodes write while one reads on: each event comes once,
// in order of its subject, and never before one that is read later. Nobody asks
// for positions: the nodes give them.
func testFeedOfTwo(w *world, other *store.Store) {
	const each, chains = 20, 5
	var wg sync.WaitGroup
	for _, node := range []*store.Store{w.s, other} {
		for id := range int64(chains) {
			wg.Go(func() {
				for range each {
					err := node.Update(context.Background(), func(tx *store.Tx) error {
						return tx.Audit("visit", id, clockwork, monday, "seen", nil)
					})
					if err != nil {
						w.t.Error(err)
					}
				}
			})
		}
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	seqs := map[int64]int64{}
	after, visits := int64(0), 0
	for visits < 2*each*chains {
		page, err := other.Events(ctx, everything, after, 100)
		if err != nil {
			w.t.Fatalf("after position %d: %v", after, err)
		}
		for _, e := range page {
			if e.Pos != after+1 {
				w.t.Fatalf("position %d follows %d", e.Pos, after)
			}
			after = e.Pos
			if e.Subject != "visit" {
				continue
			}
			visits++
			if e.Fact.Seq != seqs[e.SubjectID]+1 {
				w.t.Fatalf("seq %d of visit %d follows %d", e.Fact.Seq, e.SubjectID, seqs[e.SubjectID])
			}
			seqs[e.SubjectID] = e.Fact.Seq
		}
		<-look.C
	}
	wg.Wait()
	w.sound()
}

// testClaimOnceOfTwo has both nodes claim what is due and what is to be told:
// each goes to one of them.
func testClaimOnceOfTwo(w *world, other *store.Store) {
	const n = 40
	for range n {
		w.update(func(tx *store.Tx) error {
			row, err := w.fileIn(tx, func(facts []support.Fact, row *support.Row) []support.Fact { row.DueAt = monday; return facts }, nil)
			if err != nil {
				return err
			}
			next := row
			next.Seq++
			return tx.Append(row, []support.Fact{{Seq: next.Seq, At: monday, By: clockwork, Body: support.NoteAdded{}}}, next,
				[]support.Effect{{Key: "r" + support.Number(row.ID), Kind: "mail", Seq: 1, Last: 1, Recipient: support.Recipient{Kind: support.ToDuty}}})
		})
	}
	var due, effects sync.Map
	var twice, dues, told atomic.Int64
	race(8, func(i int) error {
		node := []*store.Store{w.s, other}[i%2]
		for range n {
			var d []store.Due
			var e []store.EffectRow
			err := node.Update(context.Background(), func(tx *store.Tx) (err error) {
				if d, err = tx.ClaimDue(monday, monday, time.Hour, 3); err != nil {
					return err
				}
				e, _, err = tx.ClaimEffects(monday, monday, time.Hour, 3)
				return err
			})
			if err != nil {
				w.t.Error(err)
			}
			for _, x := range d {
				dues.Add(1)
				if _, had := due.LoadOrStore(x.Request, true); had {
					twice.Add(1)
				}
			}
			for _, x := range e {
				told.Add(1)
				if _, had := effects.LoadOrStore(x.Key, true); had {
					twice.Add(1)
				}
			}
		}
		return nil
	})
	if twice.Load() > 0 || dues.Load() != n || told.Load() != n {
		w.t.Errorf("of %d each, %d were due, %d told, %d twice", n, dues.Load(), told.Load(), twice.Load())
	}
}

// testLastSeatOfTwo has both nodes give away the last seat of a contract.
//
// guide: R02
func testLastSeatOfTwo(w *world, other *store.Store) {
	w.update(func(tx *store.Tx) error { return w.people(tx, 30) })
	var won atomic.Int64
	race(len(w.contacts), func(i int) error {
		node := []*store.Store{w.s, other}[i%2]
		err := node.Update(context.Background(), func(tx *store.Tx) error {
			return tx.GrantRole(w.contract.ID, w.contacts[i].ID, support.RoleSupportAdmin, 4)
		})
		var refused *support.Error
		switch {
		case err == nil:
			won.Add(1)
		case !errors.As(err, &refused):
			w.t.Error(err)
		}
		return nil
	})
	if won.Load() != 4 {
		w.t.Errorf("%d got one of 4 seats", won.Load())
	}
	w.sound()
}

// testOneChain has both nodes append to one request: none of the facts is lost,
// and none stands twice.
func testOneChain(w *world, other *store.Store) {
	row := w.file(nil)
	race(6, func(i int) error {
		node := []*store.Store{w.s, other}[i%2]
		for range 10 {
			err := node.Update(context.Background(), func(tx *store.Tx) error {
				now, err := tx.Request(row.ID)
				if err != nil {
					return err
				}
				next := now
				next.Seq++
				return tx.Append(now, []support.Fact{{Seq: next.Seq, At: monday, By: clockwork, Body: support.Commented{}}}, next, nil)
			})
			if err != nil {
				w.t.Error(err)
			}
		}
		return nil
	})
	if got, err := w.s.Request(context.Background(), everything, row.ID); err != nil || got.Seq != row.Seq+60 {
		w.t.Errorf("it stands at seq %d, %v, want %d", got.Seq, err, row.Seq+60)
	}
	w.sound()
}

// testBouncedMeanwhile has a mail come back on one node between the reading and
// the writing of the profile on the other: the mark stays, unless the address is
// another one (R12).
func testBouncedMeanwhile(w *world, other *store.Store) {
	for i, email := range []string{"", "elsewhere@aoba.example"} {
		c := w.contacts[i]
		read, marked := make(chan struct{}), make(chan error)
		go func() {
			<-read
			marked <- other.Update(context.Background(), func(tx *store.Tx) error {
				_, err := tx.MarkBounced(c.ID, c.Email, monday)
				return err
			})
		}()
		var once sync.Once
		w.update(func(tx *store.Tx) error {
			found, err := tx.Contact(c.ID)
			if err != nil {
				return err
			}
			once.Do(func() {
				close(read)
				err = <-marked
			})
			if err != nil {
				return err
			}
			found.Phone = "+81 3 5550 0000"
			found.Email = cmp.Or(email, found.Email)
			return tx.UpdateContact(found)
		})
		w.update(func(tx *store.Tx) error {
			found, err := tx.Contact(c.ID)
			if found.Phone == "" || found.BouncedAt.IsZero() != (email != "") {
				w.t.Errorf("changed to %q it is %+v", email, found)
			}
			return err
		})
	}
}
