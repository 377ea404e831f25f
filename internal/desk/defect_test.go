package desk

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// dying is another desk on the same rows whose process ends when it has looked
// at its clock n times.
func (b *bench) dying(n int64) (*Desk, context.Context) {
	b.t.Helper()
	ctx, stop := context.WithCancel(b.t.Context())
	b.t.Cleanup(stop)
	var looked atomic.Int64
	return b.sibling(func() {
		if looked.Add(1) >= n {
			stop()
		}
	}), ctx
}

// sibling is another desk on the same rows, which does something whenever it has
// looked at its clock.
func (b *bench) sibling(looks func()) *Desk {
	b.t.Helper()
	d, err := New(Config{
		Store: b.store, Packs: b.packs, Real: b.wall.now, Out: b.post, Log: b.Desk.log,
		Name: "Madoguchi", Sender: "support@vendor.example", BaseURL: "https://support.vendor.example",
		Now: func() time.Time {
			looks()
			return b.clock.now()
		},
	})
	b.ok(err)
	return d
}

func (b *bench) defect() support.Defect {
	b.t.Helper()
	x := support.Defect{Product: "vsphere", Severity: 2, Title: support.T("race in the copier"), Public: support.T("Copies may stop at 90 %.")}
	b.ok(b.ReportDefect(b.t.Context(), b.asIto, &x))
	return x
}

func (b *bench) change(id int64, state support.DefectState, release string) {
	b.t.Helper()
	c := DefectChange{State: &state, Reason: "x"}
	if release != "" {
		c.FixedIn = &release
	}
	_, err := b.ChangeDefect(b.t.Context(), b.asDuty(), id, c)
	b.ok(err)
}

func (b *bench) asDuty() support.Actor { return support.Actor{Kind: support.Vendor, ID: b.duty.ID} }

// toldOnce wants exactly one mail with a template about each request.
func (b *bench) toldOnce(ids []int64, template string) {
	b.t.Helper()
	for _, id := range ids {
		if n := len(notices(b.facts(id), template)); n != 1 {
			b.t.Errorf("request %d: %d notices %s, want 1", id, n, template)
		}
	}
	seen := map[string]int{}
	for _, m := range b.post.mails() {
		seen[m.MessageID]++
	}
	for id, n := range seen {
		if n > 1 {
			b.t.Errorf("mail %s left %d times", id, n)
		}
	}
}

// Every linked request is told of the fix, completed ones too, whatever ends
// between two of them.
//
// guide: R36
func TestFixIsToldToEveryRequestOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-08 10:00:00"))
	ctx := t.Context()
	x := b.defect()
	var ids []int64
	for range 37 {
		id := b.file().ID
		b.do(b.asIto, id, &support.LinkDefect{Defect: x.ID})
		ids = append(ids, id)
	}
	b.do(b.asIto, ids[0], &support.Complete{Reason: "spam"})
	b.do(b.asIto, ids[1], &support.Wait{Kind: support.WaitingEngineering, Reason: support.T("the fix")})
	b.settle()
	b.change(x.ID, support.DefectConfirmed, "")
	b.change(x.ID, support.DefectFixed, "4.0 Update 1")

	first, dead := b.dying(19) // looks once for each request
	if n, err := first.runPass(dead, runBatch); n != 19 || err == nil {
		t.Fatalf("the first process did %d (%v), want 19", n, err)
	}
	runs, err := b.store.Runs(ctx, everything, store.RunDefect, x.ID)
	b.ok(err)
	if len(runs) != 1 || runs[0].Done != 19 || runs[0].Total != 37 {
		t.Fatalf("after the crash: %+v", runs)
	}
	b.settle()
	if runs, _ = b.store.Runs(ctx, everything, store.RunDefect, x.ID); runs[0].Done != 19 {
		t.Errorf("somebody took requests that a living process may still have: %+v", runs)
	}
	b.wall.add(2 * leaseTime)
	b.ok(b.Advance(ctx, b.clock.set, b.clock.now().Add(time.Hour)))
	if runs, _ = b.store.Runs(ctx, everything, store.RunDefect, x.ID); runs[0].Done != 37 {
		t.Errorf("after the second process: %+v", runs)
	}
	b.toldOnce(ids, "defect_fixed")
	r, err := b.Request(ctx, everything, ids[1])
	b.ok(err)
	if _, waits := r.WaitingNow(); waits {
		t.Error("the request still waits for engineering")
	}
	b.check()
}

// The mails of a run leave spread over time, as many a minute as the pack says.
//
// guide: R35
func TestMailsOfARunAreSpread(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-08 10:00:00"))
	x := b.defect()
	var ids []int64
	for range 31 {
		id := b.file().ID
		b.do(b.asIto, id, &support.LinkDefect{Defect: x.ID})
		ids = append(ids, id)
	}
	b.settle()
	b.change(x.ID, support.DefectConfirmed, "")
	b.change(x.ID, support.DefectFixed, "4.1")
	b.settle()
	told := func() (n int) {
		for _, id := range ids {
			n += len(notices(b.facts(id), "defect_fixed"))
		}
		return n
	}
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {2*time.Second - time.Microsecond, 1}, {2 * time.Second, 2}, {time.Minute - time.Microsecond, 30}, {time.Minute, 31}} {
		b.ok(b.Advance(t.Context(), b.clock.set, jst(t, "2026-06-08 10:00:00").Add(c.after)))
		if got := told(); got != c.want {
			t.Errorf("after %s: %d mails, want %d", c.after, got, c.want)
		}
	}
}

func TestStepsOfADefect(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-08 10:00:00"))
	ctx := t.Context()
	x := b.defect()
	id := b.file().ID
	b.do(b.asIto, id, &support.LinkDefect{Defect: x.ID})
	state := func(s support.DefectState) *support.DefectState { return &s }
	release := "4.1"
	for _, c := range []struct {
		change DefectChange
		code   support.Code
		key    string
	}{
		{DefectChange{State: state(support.DefectFixed), FixedIn: &release}, support.Conflict, "defect.no_such_step"},
		{DefectChange{State: state("lost")}, support.Invalid, "defect.no_such_step"},
		{DefectChange{FixedIn: &release}, support.Invalid, "defect.not_fixed"},
		{DefectChange{Severity: new(int)}, support.Invalid, "defect.severity"},
		{DefectChange{Title: new(string)}, support.Invalid, "title.needed"},
	} {
		_, err := b.ChangeDefect(ctx, b.asDuty(), x.ID, c.change)
		refused(t, err, c.code, c.key)
	}
	_, err := b.ChangeDefect(ctx, b.asIto, x.ID, DefectChange{State: state(support.DefectConfirmed)})
	refused(t, err, support.Forbidden, "party.forbidden")
	_, err = b.ChangeDefect(ctx, b.asDuty(), 4711, DefectChange{})
	refused(t, err, support.NotFound, "defect.not_found")
	b.change(x.ID, support.DefectConfirmed, "")
	_, err = b.ChangeDefect(ctx, b.asDuty(), x.ID, DefectChange{State: state(support.DefectFixed)})
	refused(t, err, support.Invalid, "defect.fixed_in_needed")
	b.change(x.ID, support.DefectFixed, "4.1")
	b.change(x.ID, support.DefectConfirmed, "") // it did not hold
	b.change(x.ID, support.DefectFixed, "4.2")
	b.settle()
	if n := len(notices(b.facts(id), "defect_fixed")); n != 1 {
		t.Errorf("%d mails before any has time to leave, want 1: the first run found it fixed in 4.2", n)
	}
	_, err = b.Do(ctx, b.asIto, id, &support.LinkDefect{Defect: x.ID})
	refused(t, err, support.Conflict, "defect.linked_already")
	_, err = b.Do(ctx, b.asTanaka, id, &support.UnlinkDefect{Defect: x.ID, Reason: support.T("x")})
	refused(t, err, support.Forbidden, "command.forbidden")
	b.do(b.asIto, id, &support.UnlinkDefect{Defect: x.ID, Reason: support.T("another one")})
	b.ok(b.CommentDefect(ctx, b.asIto, x.ID, "seen again"))
	b.check()
}
