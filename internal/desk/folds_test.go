package desk

import (
	"reflect"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// A long request stays folded until a fact comes, is shown to nobody who may not
// see it, and makes room for others.
func TestLongRequestsStayFoldedUntilAFactComes(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	short, err := b.Request(t.Context(), everything, id)
	b.ok(err)
	if short.Seq >= foldsLong || b.folds.find(id) != nil {
		t.Fatalf("a request of %d facts is kept", short.Seq)
	}
	for range foldsLong {
		b.do(b.asIto, id, &support.AddNote{Text: support.T("x")})
	}
	first, err := b.Request(t.Context(), everything, id)
	b.ok(err)
	again, err := b.Request(t.Context(), everything, id)
	b.ok(err)
	if first != again {
		t.Error("an unchanged request was folded twice")
	}
	done := b.do(b.asIto, id, &support.ChangeDetails{Component: new("storage")})
	changed, err := b.Request(t.Context(), everything, id)
	b.ok(err)
	if changed.Seq != done.Seq || first.Seq == changed.Seq {
		t.Errorf("seq %d was %d, want %d", changed.Seq, first.Seq, done.Seq)
	}
	_, err = b.Request(t.Context(), store.Viewer{Actor: customer(b.sato)}, id)
	refused(t, err, support.NotFound, "request.not_found")

	for n := range int64(2 * foldsKept) {
		b.folds.keep(&support.Request{ID: id + 1 + n, Seq: foldsLong})
	}
	if n := len(b.folds.byID); n != foldsKept {
		t.Errorf("%d requests are kept, want %d", n, foldsKept)
	}
}

// A request is told with the same window of its timeline whether its facts were
// read or it was still folded; a customer's window has nothing internal.
func TestARequestIsToldWithItsTimeline(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	for n := range foldsLong {
		if n%3 == 0 {
			b.do(b.asTanaka, id, &support.Comment{Text: support.T("x"), Channel: support.Portal})
		} else {
			b.do(b.asIto, id, &support.AddNote{Text: support.T("x")})
		}
	}
	for _, who := range []store.Viewer{everything, {Actor: customer(b.tanaka)}} {
		for _, p := range []store.Page{{}, {Newest: true}, {Newest: true, Before: 40, Limit: 10}, {After: 90, Limit: 7}, {Before: 1}, {Limit: 500}} {
			want, err := b.store.Timeline(t.Context(), who, id, p)
			b.ok(err)
			for _, how := range []string{"read", "still folded"} {
				if how == "read" {
					b.folds = folds{}
				}
				r, got, err := b.Told(t.Context(), who, id, p)
				b.ok(err)
				if r.ID != id || !reflect.DeepEqual(got, want) {
					t.Errorf("%+v, %s: %d facts, want %d", p, how, len(got), len(want))
				}
			}
		}
	}
}
