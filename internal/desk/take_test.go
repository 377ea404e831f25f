package desk

import (
	"sync"
	"testing"

	"madoguchi/internal/support"
)

// A thousand hands reach for one queued request: exactly one has it, all others
// are told that it is owned, and the chain holds one owner.
// guide: R15, R26
func TestOneOfAThousandTakes(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	takers := []support.Actor{b.asIto, {Kind: support.Vendor, ID: b.byrne.ID}, {Kind: support.Vendor, ID: b.hayashi.ID}}
	n := 1000
	if testing.Short() {
		n = 100
	}
	id := b.file().ID
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			_, errs[i] = b.Do(t.Context(), takers[i%len(takers)], id, &support.Take{})
		})
	}
	close(start)
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !refusedWith(err, "request.owned"):
			t.Fatalf("somebody was told %v", err)
		}
	}
	owners := 0
	for _, f := range b.facts(id) {
		if _, ok := f.Body.(support.Assigned); ok {
			owners++
		}
	}
	if won != 1 || owners != 1 {
		t.Errorf("%d takes won, the timeline holds %d", won, owners)
	}
	b.check()
}

// A new request is given to somebody at once where the pack says so, and the
// one who has the fewest open requests gets the next.
// guide: R15
func TestRoutingByItself(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	p := *b.packs.current
	p.Work.Routing.Automatic = true
	b.packs.current = &p
	for _, m := range []*support.Staff{&b.ito, &b.byrne} {
		m.Skills, m.Languages, m.Site = []string{"vsphere"}, []string{"ja", "en"}, "tokyo"
		b.ok(b.ChangeStaff(t.Context(), b.asAdmin, *m))
	}
	first, second := b.file(), b.file()
	if first.Row.Owner != b.ito.ID || second.Row.Owner != b.byrne.ID || first.Row.Queue != "" {
		t.Errorf("the first went to %d, the second to %d", first.Row.Owner, second.Row.Owner)
	}
	away := support.Absence{Staff: b.ito.ID, From: b.Now(), To: jst(t, "2026-06-03 12:00:00")}
	b.ok(b.AddAbsence(t.Context(), b.asIto, &away))
	if third := b.file(); third.Row.Owner != b.byrne.ID {
		t.Errorf("while one is away the third went to %d", third.Row.Owner)
	}
	b.byrne.Active = false
	b.ok(b.ChangeStaff(t.Context(), b.asAdmin, b.byrne))
	fourth := b.file()
	b.settle()
	if told := notices(b.facts(fourth.ID), "unrouted"); fourth.Row.Owner != 0 || len(told) != 1 || told[0].Recipient.ID != b.duty.ID {
		t.Errorf("the fourth went to %d, told %+v", fourth.Row.Owner, told)
	}
	b.check()
}
