package desk

import (
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// A special handling note holds from its first instant up to its end, on the
// requests of its account, contract or product, and is for staff alone.
func TestHandlingNotesHoldForTheirTime(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	row := b.file().Row
	from := b.clock.now().Add(time.Hour)
	until := from.Add(time.Hour)
	note := func(h support.Handling) support.Handling {
		t.Helper()
		h.Text, h.From, h.Until = support.T("x"), from, until
		b.ok(b.AddHandling(ctx, b.asIto, &h))
		return h
	}
	note(support.Handling{Account: b.hokuto.ID})
	note(support.Handling{Account: b.hokuto.ID, Contract: b.production.ID})
	last := note(support.Handling{Product: "vsphere"})
	note(support.Handling{Account: b.aoba.ID})
	note(support.Handling{Product: "esx"})
	holds := func(v store.Viewer, at time.Time) int {
		t.Helper()
		list, err := b.store.Handling(ctx, v, row, at)
		b.ok(err)
		return len(list)
	}
	for _, c := range []struct {
		at   time.Time
		want int
	}{{from.Add(-support.Micro), 0}, {from, 3}, {until.Add(-support.Micro), 3}, {until, 0}} {
		if n := holds(b.viewer(b.byrne), c.at); n != c.want {
			t.Errorf("at %s %d hold, want %d", c.at, n, c.want)
		}
	}
	if n := holds(store.Viewer{Actor: b.asTanaka}, from) + holds(store.Viewer{}, from); n != 0 {
		t.Errorf("customers or strangers read %d", n)
	}
	b.ok(b.EndHandling(ctx, b.asIto, last.ID))
	if n := holds(b.viewer(b.byrne), from); n != 2 {
		t.Errorf("%d hold after one was taken back", n)
	}
	refused(t, b.EndHandling(ctx, b.asIto, last.ID), support.Conflict, "handling.over")
	refused(t, b.AddHandling(ctx, b.asIto, &support.Handling{Text: support.T("x"), Until: until}), support.Invalid, "handling.about")
	refused(t, b.AddHandling(ctx, b.asIto, &support.Handling{Product: "esx", Text: support.T("x"), Until: b.clock.now()}), support.Invalid, "handling.end_past")
	refused(t, b.AddHandling(ctx, b.asTanaka, &support.Handling{Product: "esx", Text: support.T("x"), Until: until}), support.NotFound, "")
	b.check()
}
