package desk

import (
	"strings"
	"testing"
	"time"
)

func TestDailyDigestsAndForgets(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	done := b.file()
	b.settle()
	sent, err := b.store.Effects(t.Context(), everything, "done", 100)
	b.ok(err)
	if len(sent) == 0 {
		t.Fatal("the acknowledgement did not leave")
	}
	b.ok(b.Daily(t.Context()))
	if !strings.Contains(b.log.String(), "digest=") {
		t.Errorf("the log holds no digest: %s", b.log)
	}
	if left, err := b.store.Effects(t.Context(), everything, "done", 100); err != nil || len(left) != len(sent) {
		t.Errorf("%d effects of today are left of %d (%v)", len(left), len(sent), err)
	}
	b.wall.add(31 * 24 * time.Hour)
	b.ok(b.Daily(t.Context()))
	if left, err := b.store.Effects(t.Context(), everything, "done", 100); err != nil || len(left) != 0 {
		t.Errorf("after 31 days %d effects are left (%v)", len(left), err)
	}
	if kinds := kindsOf(b.facts(done.ID)); !strings.Contains(strings.Join(kinds, " "), "notified") {
		t.Errorf("forgetting an effect took the fact with it: %v", kinds)
	}
	b.check()
}
