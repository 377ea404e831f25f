package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// placed names one fact: the n-th of a request.
type placed struct{ request, seq int64 }

// FollowNodes has several processes write at one database, a quarter of it in
// vain, while one reader follows the feed from cursor to cursor: it sees each
// acknowledged fact once, a request's facts in their order, and nothing that was
// undone.
func FollowNodes(t *testing.T, nodes ...*store.Store) {
	const sides, rounds = 3, 25
	w := fill(t, nodes[0])
	start, err := w.s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	told := map[placed]bool{}
	for _, node := range nodes {
		for range sides {
			wg.Go(func() {
				for n := range rounds {
					for _, p := range w.fileAt(node, n%4 == 3) {
						mu.Lock()
						told[p] = true
						mu.Unlock()
					}
				}
			})
		}
	}
	written := make(chan struct{})
	go func() { wg.Wait(); close(written) }()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	last, seen, done := map[int64]int64{}, 0, false
	for after := start; ; <-look.C {
		page, err := nodes[len(nodes)-1].Feed(ctx, everything, after, 7)
		if err != nil {
			t.Fatalf("after position %d, %d facts seen: %v", after, seen, err)
		}
		if page.Next < after {
			t.Fatalf("from position %d it goes on at %d", after, page.Next)
		}
		after = page.Next
		for _, e := range page.Events {
			if e.Fact.Seq != last[e.SubjectID]+1 {
				t.Fatalf("seq %d of request %d follows %d", e.Fact.Seq, e.SubjectID, last[e.SubjectID])
			}
			last[e.SubjectID] = e.Fact.Seq
			seen++
		}
		if done && !page.More {
			break
		}
		select {
		case <-written:
			done = true
			if err := w.s.Number(ctx); err != nil {
				t.Fatal(err)
			}
		default:
		}
	}
	if want := len(nodes) * sides * rounds * 3 / 4; len(told) < want {
		t.Errorf("%d facts were acknowledged, at least %d should", len(told), want)
	}
	w.seenAll(told, last, seen)
	w.sound()
}

// seenAll compares what was acknowledged with what a reader has seen: the last
// seq of each request, and how many facts.
func (w *world) seenAll(told map[placed]bool, last map[int64]int64, seen int) {
	for p := range told {
		if last[p.request] < p.seq {
			w.t.Errorf("fact %d of request %d was acknowledged and never seen", p.seq, p.request)
		}
	}
	if seen != len(told) {
		w.t.Errorf("%d facts seen, %d acknowledged", seen, len(told))
	}
}

// fileAt files a request at a node and gives what was acknowledged; nothing when
// it is undone.
func (w *world) fileAt(node *store.Store, undone bool) []placed {
	var row support.Row
	err := node.Update(context.Background(), func(tx *store.Tx) (err error) {
		if row, err = w.fileIn(tx, nil, nil); err == nil && undone {
			err = errOops
		}
		return err
	})
	if undone {
		return nil
	}
	if err != nil {
		w.t.Error(err)
	}
	var out []placed
	for seq := range row.Seq {
		out = append(out, placed{row.ID, seq + 1})
	}
	return out
}
