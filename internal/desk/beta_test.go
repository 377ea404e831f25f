package desk

import (
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// programme is a private beta of vSphere that ends on 1 July at 15:59 in Tokyo.
func (b *bench) programme(kind string) support.BetaProgramme {
	b.t.Helper()
	p := support.BetaProgramme{
		Key: kind + "-5", Name: "vSphere 5 beta", Kind: kind, Product: "vsphere", Version: "5.0 beta", EndsAt: jst(b.t, "2026-07-01 15:59:00"), Zone: "America/Los_Angeles",
	}
	b.ok(b.AddProgramme(b.t.Context(), b.asAdmin, &p))
	return p
}

func (b *bench) betaFiling(p support.BetaProgramme, sort string) *support.File {
	return &support.File{
		Kind: support.Technical, Channel: support.Portal, Contact: b.tanaka.ID, Title: support.T("beta"), Beta: p.ID, BetaSort: sort,
		AcceptProperty: sort == support.BetaFeature,
	}
}

// Whoever was not invited to a private programme learns nothing of it; a public
// one is joined at will; nobody joins or files at the end or after it.
//
// guide: R38
func TestWhoIsInABeta(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-15 10:00:00"))
	ctx := t.Context()
	private, public := b.programme(support.BetaPrivate), b.programme(support.BetaPublic)
	tanaka, sato := readsAs(b.tanaka.ID), readsAs(b.sato.ID)
	b.ok(b.InviteToBeta(ctx, b.asAdmin, private.ID, b.tanaka.ID))
	if _, err := b.store.ProgrammeByKey(ctx, sato, private.Key); support.CodeOf(err) != support.NotFound {
		t.Errorf("a stranger sees the private programme: %v", err)
	}
	if list, err := b.store.Programmes(ctx, sato, 0, 0); err != nil || len(list) != 1 || list[0].Key != public.Key {
		t.Errorf("a stranger lists %+v, %v", list, err)
	}
	if list, err := b.store.Programmes(ctx, tanaka, 0, 0); err != nil || len(list) != 2 {
		t.Errorf("the invited lists %+v, %v", list, err)
	}
	refused(t, b.JoinBeta(ctx, b.asSato, private.ID), support.NotFound, "beta.not_found")
	f := b.betaFiling(private, support.BetaBug)
	f.Contact = b.sato.ID
	_, err := b.Do(ctx, b.asSato, 0, f)
	refused(t, err, support.NotFound, "beta.not_found")
	_, err = b.Do(ctx, b.asTanaka, 0, b.betaFiling(private, support.BetaBug))
	refused(t, err, support.Forbidden, "beta.join_first")
	b.ok(b.JoinBeta(ctx, b.asTanaka, private.ID))
	b.ok(b.JoinBeta(ctx, b.asTanaka, private.ID))
	b.ok(b.JoinBeta(ctx, b.asSato, public.ID))
	b.clock.set(private.EndsAt.Add(-time.Microsecond))
	_, err = b.Do(ctx, b.asTanaka, 0, b.betaFiling(private, support.BetaFeedback))
	b.ok(err)
	b.ok(b.JoinBeta(ctx, b.asSuzuki, public.ID))
	b.clock.set(private.EndsAt)
	_, err = b.Do(ctx, b.asTanaka, 0, b.betaFiling(private, support.BetaFeedback))
	refused(t, err, support.Conflict, "beta.ended")
	refused(t, b.JoinBeta(ctx, b.asPL, public.ID), support.Conflict, "beta.ended")
	b.settle()
	b.check()
}

// A bug gets a defect, a wish needs the member's consent, the phone is no way.
//
// guide: R35, R36, R37
func TestWhatIsFiledInABeta(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-15 10:00:00"))
	ctx := t.Context()
	p := b.programme(support.BetaPublic)
	b.ok(b.JoinBeta(ctx, b.asTanaka, p.ID))
	bug := b.do(b.asTanaka, 0, b.betaFiling(p, support.BetaBug))
	b.settle()
	r, err := b.Request(ctx, everything, bug.ID)
	b.ok(err)
	ack, _ := r.Clock(support.Acknowledgement)
	if len(r.Clocks) != 1 || ack.DueAt.Sub(r.FiledAt) != time.Minute || ack.State != support.Met {
		t.Errorf("its clocks are %+v", r.Clocks)
	}
	if len(r.Defects) != 1 || r.Queue != "engineering" || r.Filed.Receipt.Basis != support.ByBeta {
		t.Errorf("it is linked to %+v, waits in %q, rests on %q", r.Defects, r.Queue, r.Filed.Receipt.Basis)
	}
	x, err := b.store.Defect(ctx, everything, r.Defects[0].Defect)
	b.ok(err)
	if x.State != support.DefectReported || x.Requests != 1 || x.Title.ID != r.Filed.Title.ID {
		t.Errorf("its defect is %+v", x)
	}
	wish := b.betaFiling(p, support.BetaFeature)
	wish.AcceptProperty = false
	_, err = b.Do(ctx, b.asTanaka, 0, wish)
	refused(t, err, support.Invalid, "beta.property_needed")
	asked := b.do(b.asTanaka, 0, b.betaFiling(p, support.BetaFeature))
	filed := asked.Facts[0].Body.(support.Filed)
	if filed.Property == nil || filed.Property.Contact != b.tanaka.ID || asked.Row.Queue != "engineering" {
		t.Errorf("the wish is filed as %+v in %q", filed, asked.Row.Queue)
	}
	phoned := b.betaFiling(p, support.BetaBug)
	phoned.Channel = support.Phone
	_, err = b.Do(ctx, support.Actor{Kind: support.Vendor, ID: b.hayashi.ID}, 0, phoned)
	refused(t, err, support.Forbidden, "beta.web_only")
	_, err = b.Do(ctx, b.asTanaka, 0, phoned)
	refused(t, err, support.Invalid, "beta.web_only")
	other := b.betaFiling(p, "praise")
	_, err = b.Do(ctx, b.asTanaka, 0, other)
	refused(t, err, support.Invalid, "beta.sort_unknown")
	b.check()
}

// All open requests of a beta complete when it ends, each by one command that
// may come twice; bugs stay, nobody is surveyed, nothing is missed, and mails
// leave one by one.
//
// guide: R35, R36
func TestBetaEndsOnceWhateverCrashes(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-15 10:00:00"))
	ctx := t.Context()
	p := b.programme(support.BetaPublic)
	b.ok(b.JoinBeta(ctx, b.asTanaka, p.ID))
	var ids []int64
	for i := range 37 {
		sort := support.BetaFeedback
		if i < 12 {
			sort = support.BetaBug
		}
		ids = append(ids, b.do(b.asTanaka, 0, b.betaFiling(p, sort)).ID)
	}
	done := b.do(b.asTanaka, 0, b.betaFiling(p, support.BetaFeedback)).ID
	b.do(b.asIto, done, &support.Complete{Reason: "spam"})
	b.settle()
	b.ok(b.Advance(ctx, b.clock.set, p.EndsAt.Add(-time.Microsecond)))
	if runs, err := b.store.Runs(ctx, everything, store.RunBeta, p.ID); err != nil || len(runs) != 0 {
		t.Fatalf("the programme ends early: %+v, %v", runs, err)
	}
	b.clock.set(p.EndsAt)
	first, dead := b.dying(2 + 19) // once to see that it has ended, once to end it, once for each request
	if n, err := first.runPass(dead, runBatch); n != 19 || err == nil {
		t.Fatalf("the first process did %d (%v), want 19", n, err)
	}
	b.wall.add(2 * leaseTime)
	b.settle()
	runs, err := b.store.Runs(ctx, everything, store.RunBeta, p.ID)
	b.ok(err)
	if len(runs) != 1 || runs[0].Total != 37 || runs[0].Done != 37 {
		t.Errorf("the run stands at %+v", runs)
	}
	b.ok(b.Advance(ctx, b.clock.set, p.EndsAt.Add(36*2*time.Second-time.Microsecond)))
	mails := 0
	for _, id := range ids {
		mails += len(notices(b.facts(id), "completed"))
	}
	if mails != 36 {
		t.Errorf("%d mails before the last may leave, want 36", mails)
	}
	b.ok(b.Advance(ctx, b.clock.set, p.EndsAt.Add(36*2*time.Second)))
	b.toldOnce(ids, "completed")
	for _, id := range ids {
		r, err := b.Request(ctx, everything, id)
		b.ok(err)
		if r.Completed == nil || r.Completed.Reason != "beta_ended" || !r.CompletedAt.Equal(p.EndsAt) || r.Survey.RequestedSeq != 0 {
			t.Errorf("request %d: %+v at %s, survey %+v", id, r.Completed, r.CompletedAt, r.Survey)
		}
		for _, c := range r.Clocks {
			if c.MissSeen {
				t.Errorf("request %d misses %s", id, c.Metric)
			}
		}
	}
	defects, _, err := b.store.ListDefects(ctx, everything, store.DefectFilter{Open: true})
	b.ok(err)
	if len(defects) != 12 {
		t.Errorf("%d defects are open, want 12", len(defects))
	}
	_, err = b.Do(ctx, b.asTanaka, ids[0], &support.Comment{Text: support.T("again")})
	refused(t, err, support.Conflict, "beta.request_ended")
	b.check()
}

func readsAs(id int64) store.Viewer {
	return store.Viewer{Actor: support.Actor{Kind: support.Customer, ID: id}}
}
