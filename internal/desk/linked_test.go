package desk

import (
	"slices"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/notify"
	"madoguchi/internal/support"
)

func duplicateOf(id int64) *support.Complete { return &support.Complete{Reason: "duplicate", Of: id} }

// Two engineers call each request a duplicate of the other at once: one of them
// is right, and the other learns it.
//
// guide: A22
func TestTwoDuplicatesAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	for range 10 {
		first, second := b.file().ID, b.file().ID
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, ids := range [][2]int64{{first, second}, {second, first}} {
			wg.Go(func() { _, errs[i] = b.Do(t.Context(), b.asIto, ids[0], duplicateOf(ids[1])) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if _, ok := errorAs(err); !ok {
				t.Fatal(err)
			}
		}
		found := 0
		for _, id := range []int64{first, second} {
			for _, f := range b.facts(id) {
				if _, ok := f.Body.(support.DuplicateFound); ok {
					found++
				}
			}
		}
		if won != 1 || found != 1 {
			t.Errorf("%d of two duplicates of each other were taken, %d links: %v", won, found, errs)
		}
	}
	b.settle()
	b.check()
}

// A duplicate of another customer's request would show it to a stranger; nothing
// of either request changes.
//
// guide: A13, A22
func TestNoDuplicateAcrossCustomersUnasked(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	mine := b.file().ID
	f := b.filing()
	f.Contact, f.Product = b.sato.ID, "esx"
	theirs := b.do(b.asSato, 0, f).ID
	_, err := b.Do(t.Context(), b.asIto, mine, duplicateOf(theirs))
	refused(t, err, support.Invalid, "duplicate.other_account")
	if n := len(b.facts(theirs)); slices.Contains(kindsOf(b.facts(theirs)), "duplicate_found") || n == 0 {
		t.Errorf("the other request has %d facts: %v", n, kindsOf(b.facts(theirs)))
	}
	b.do(b.asIto, theirs, &support.AddWatcher{Contact: b.tanaka.ID})
	b.do(b.asIto, mine, duplicateOf(theirs))
	if !slices.Contains(kindsOf(b.facts(theirs)), "duplicate_found") {
		t.Errorf("it is not linked: %v", kindsOf(b.facts(theirs)))
	}
	b.settle()
	b.check()
}

// Who is taken off a request is not written to about it any more, although the
// mail was on its way.
//
// guide: A13
func TestWhoWatchesNoMoreIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	to := func(m notify.Mail) bool { return m.To.Email == b.sato.Email }
	b.do(b.asTanaka, id, &support.AddWatcher{Contact: b.sato.ID})
	b.do(b.asIto, id, &support.Comment{Text: support.T("It is the switch."), Channel: support.Portal})
	b.do(b.asTanaka, id, &support.RemoveWatcher{Contact: b.sato.ID})
	b.settle()
	if slices.ContainsFunc(b.post.mails(), to) || len(b.dead()) != 0 {
		t.Errorf("mails to the former watcher, or dead letters: %+v", b.dead())
	}
	b.do(b.asTanaka, id, &support.AddWatcher{Contact: b.sato.ID})
	b.settle()
	if !slices.ContainsFunc(b.post.mails(), to) {
		t.Error("the watcher was not told")
	}
	b.do(b.asSato, id, &support.RemoveWatcher{Contact: b.sato.ID})
	_, err := b.Do(t.Context(), b.asSato, id, &support.Comment{Text: support.T("x"), Channel: support.Portal})
	refused(t, err, support.NotFound, "request.not_found")
	b.check()
}

// guide: A23
func TestAFollowUpIsLinkedFromBothSides(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	old := b.file().ID
	b.do(b.asIto, old, &support.Take{})
	b.do(b.asIto, old, &support.Complete{Reason: "confirmed", Consent: &support.Consent{Contact: b.tanaka.ID, How: support.Phone}})
	b.clock.add(15 * 24 * time.Hour)
	next := b.filing()
	next.Follows = old
	id := b.do(b.asTanaka, 0, next).ID
	offered := slices.ContainsFunc(b.facts(id), func(f support.Fact) bool {
		o, ok := f.Body.(support.OwnerOffered)
		return ok && o.Staff == b.ito.ID
	})
	if !offered || !slices.Contains(kindsOf(b.facts(old)), "followed_up") {
		t.Errorf("offered %v; the old request has %v", offered, kindsOf(b.facts(old)))
	}
	b.settle()
	b.check()
}
