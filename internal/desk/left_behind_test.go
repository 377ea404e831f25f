package desk

import (
	"slices"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func (b *bench) confirmed() *support.Complete {
	return &support.Complete{Reason: "confirmed", Consent: &support.Consent{Contact: b.tanaka.ID, How: support.Phone}}
}

// A request that comes back after its owner has left waits in its queue again.
// guide: R26, A12
func TestAReopenedRequestOfALeaverIsQueued(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.do(vendor(b.byrne), id, &support.Take{})
	b.do(vendor(b.byrne), id, b.confirmed())
	gone := b.byrne
	gone.Active = false
	b.ok(b.ChangeStaff(t.Context(), b.asAdmin, gone))
	b.clock.add(time.Hour)
	b.do(b.asTanaka, id, &support.Comment{Text: support.T("again")})
	r, err := b.Request(t.Context(), everything, id)
	b.ok(err)
	if r.Completed != nil || r.Owner != 0 || r.Queue != "technical" || r.Owners[0].To.IsZero() {
		t.Errorf("completed %v, owner %d, queue %q, owners %+v", r.Completed != nil, r.Owner, r.Queue, r.Owners)
	}
	b.do(b.asIto, id, &support.Take{})
}

// What was confirmed in a beta comes back while the beta runs, not after it.
// guide: R35
func TestNothingComesBackAfterABeta(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-30 10:00:00"))
	ctx := t.Context()
	p := b.programme(support.BetaPublic)
	b.ok(b.JoinBeta(ctx, b.asTanaka, p.ID))
	back := b.do(b.asTanaka, 0, b.betaFiling(p, support.BetaFeedback)).ID
	stays := b.do(b.asTanaka, 0, b.betaFiling(p, support.BetaFeedback)).ID
	for _, id := range []int64{back, stays} {
		b.do(b.asIto, id, b.confirmed())
	}
	b.do(b.asTanaka, back, &support.Comment{Text: support.T("again")})
	b.clock.set(p.EndsAt)
	_, err := b.Do(ctx, b.asTanaka, stays, &support.Comment{Text: support.T("again")})
	refused(t, err, support.Conflict, "beta.request_ended")
}

// What engineering was asked for ends with the request: nobody could answer it.
// guide: R27
func TestAsksOfEngineeringEndWithTheRequest(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.do(b.asIto, id, &support.Take{})
	b.do(b.asIto, id, &support.Ask{NewAsk: support.NewAsk{Kind: support.AskVerifyBug, Of: support.OfEngineering, Text: support.T("is it one?")}})
	b.do(b.asIto, id, b.confirmed())
	open, _, err := b.store.EngineeringAsks(t.Context(), everything, store.EngineeringFilter{State: support.AskOpen})
	if b.ok(err); len(open) != 0 {
		t.Errorf("still asked: %+v", open)
	}
}

// A notice on a restricted request reaches those who see it always when none of
// those who were meant does.
// guide: A13
func TestANoticeOfARestrictedRequestIsNeverLost(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	id := b.file().ID
	b.settle()
	all, err := b.store.AllStaff(ctx)
	b.ok(err)
	for _, s := range all {
		if s.Duty == "duty" {
			b.ok(b.SetDuty(ctx, b.asAdmin, s.ID, ""))
		}
	}
	b.do(b.asAdmin, id, &support.RestrictRequest{Reason: support.T("between people")})
	b.settle()
	n := len(b.post.mails())
	b.do(vendor(b.byrne), id, &support.BreakGlass{Reason: support.T("it burns")})
	b.settle()
	var told []string
	for _, m := range b.post.mails()[n:] {
		told = append(told, m.To.Email)
	}
	for _, s := range all {
		sees := s.Active && (s.Has(support.RoleDuty) || s.Has(support.RoleAdmin))
		if got := slices.Contains(told, s.Email); got && !sees {
			t.Errorf("%s is told of what they do not see", s.Email)
		}
	}
	if len(told) == 0 {
		t.Error("nobody is told that the glass was broken")
	}
}
