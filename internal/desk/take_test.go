package desk

import (
	"maps"
	"sync"
	"testing"
	"time"

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
	p := *b.packs.Current()
	p.Work.Routing.Automatic = true
	b.inForce(&p)
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
	gone := support.Absence{Staff: b.byrne.ID, From: away.From, To: away.To}
	b.ok(b.AddAbsence(t.Context(), b.asAdmin, &gone))
	fourth := b.file()
	b.settle()
	if told := notices(b.facts(fourth.ID), "unrouted"); fourth.Row.Owner != 0 || len(told) != 1 || told[0].Recipient.ID != b.duty.ID {
		t.Errorf("the fourth went to %d, told %+v", fourth.Row.Owner, told)
	}
	b.check()
}

// A team that has a rota of its own is called by it; where that names nobody it
// is the general team's, and then whoever is on call by their own row.
// guide: R15, R24
func TestWhoseRotaIsCalled(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-06 02:00:00"))
	p := *b.packs.Current()
	p.Offerings = maps.Clone(p.Offerings)
	o := p.Offerings["production"]
	o.Team = "senior"
	p.Offerings["production"] = o
	b.inForce(&p)
	severe := func() int64 {
		f := b.filing()
		f.Severity, f.Criteria = 1, []string{"production_down"}
		id := b.do(b.asTanaka, 0, f).ID
		for _, f := range b.facts(id) {
			if paged, ok := f.Body.(support.Paged); ok {
				return paged.Staff
			}
		}
		return 0
	}
	if got := severe(); got != b.ito.ID {
		t.Errorf("without a rota %d was called", got)
	}
	shift := func(team string, staff int64) {
		t.Helper()
		b.ok(b.AddShift(t.Context(), b.asAdmin, &support.Shift{Team: team, Staff: staff, From: b.Now(), To: b.Now().Add(time.Hour), Order: 1}))
	}
	shift("technical", b.byrne.ID)
	if got := severe(); got != b.byrne.ID {
		t.Errorf("by the general rota %d was called", got)
	}
	senior := b.colleague("senior", "", support.RoleTSE)
	shift("senior", senior.ID)
	if got := severe(); got != senior.ID {
		t.Errorf("by the team's own rota %d was called", got)
	}
	b.check()
}
