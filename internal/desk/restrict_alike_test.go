package desk

import (
	"slices"
	"testing"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// follows is a request that takes up another one, with its words.
func (b *bench) follows(id int64) *support.File {
	f := b.filing()
	f.Follows = id
	return f
}

// A request that takes up a restricted one may repeat its words: the same people
// see it, whoever files it, and nobody else is offered or given it. Through
// broken glass none is filed.
// guide: A13
func TestWhatFollowsARestrictedRequestIsRestrictedAlike(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	m := b.byrne
	m.Skills, m.Languages, m.Site = []string{"vsphere"}, []string{"en"}, "tokyo"
	b.ok(b.ChangeStaff(t.Context(), b.asAdmin, m))
	id := b.file().ID
	b.do(b.asIto, id, &support.Take{})
	b.do(vendor(b.duty), id, &support.RestrictRequest{Staff: []int64{b.hayashi.ID}, Reason: support.T("between people")})
	b.do(b.asIto, id, b.confirmed())

	p := *b.packs.Current()
	p.Work.Routing.Automatic, p.Completion.FollowUpOffer = true, policy.Amount{}
	b.inForce(&p)
	asByrne := vendor(b.byrne)
	_, err := b.Do(t.Context(), asByrne, 0, b.follows(id))
	refused(t, err, support.NotFound, "request.not_found")
	b.do(asByrne, id, &support.BreakGlass{Reason: support.T("the customer is on the phone")})
	_, err = b.Do(t.Context(), asByrne, 0, b.follows(id))
	refused(t, err, support.Forbidden, "glass.only_looks")

	for _, by := range []support.Actor{b.asTanaka, vendor(b.hayashi), vendor(b.duty)} {
		next := b.do(by, 0, b.follows(id)).ID
		b.settle()
		r, err := b.Request(t.Context(), everything, next)
		b.ok(err)
		if !r.Restricted || !slices.Equal(r.Named, []int64{b.hayashi.ID, b.ito.ID}) {
			t.Errorf("filed by %v it is seen by %v (restricted: %v)", by, r.Named, r.Restricted)
		}
		if got := b.visible(b.byrne, next); got != nil {
			t.Errorf("filed by %v it is seen by another engineer: %v", by, got)
		}
		if r.Routed == nil || r.Routed.Staff == b.byrne.ID {
			t.Errorf("filed by %v it was routed by %+v", by, r.Routed)
		}
	}
	b.check()
}

// Whoever is on call and does not see a restricted request is not called to it:
// the next one is who does, and where nobody of the rota does, the duty manager.
// guide: A13, R24
func TestNobodyIsCalledToWhatTheyDoNotSee(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-06 02:00:00"))
	called := func(id int64) (out []int64) {
		t.Helper()
		for _, f := range b.facts(id) {
			if paged, ok := f.Body.(support.Paged); ok {
				out = append(out, paged.Staff)
			}
		}
		return out
	}
	for i, s := range []support.Staff{b.byrne, b.ito} {
		b.ok(b.AddShift(t.Context(), b.asAdmin, &support.Shift{Team: "technical", Staff: s.ID, From: b.Now(), To: b.Now().Add(8 * time.Hour), Order: i + 1}))
	}
	raised := func(staff ...int64) int64 {
		t.Helper()
		id := b.file().ID
		b.do(b.asAdmin, id, &support.RestrictRequest{Staff: staff, Reason: support.T("x")})
		b.do(vendor(b.duty), id, &support.RaiseSeverity{To: 1, Impact: support.T("down"), Criteria: []string{"production_down"}})
		return id
	}
	for name, c := range map[string]struct {
		named []int64
		want  int64
	}{"the second of the rota sees it": {[]int64{b.ito.ID}, b.ito.ID}, "nobody of the rota does": {nil, 0}} {
		id := raised(c.named...)
		n := len(b.post.mails())
		b.settle()
		if got := called(id); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: called were %v, want %d", name, got, c.want)
		}
		told := 0
		for _, m := range b.post.mails()[n:] {
			if m.To.Email == b.byrne.Email || c.want == 0 && m.To.Email == b.ito.Email {
				t.Errorf("%s: %s was told %q", name, m.To.Email, m.Subject)
			}
			if m.To.Email == b.ito.Email || m.To.Email == b.duty.Email {
				told++
			}
		}
		if told == 0 {
			t.Errorf("%s: nobody was told", name)
		}
	}
	b.check()
}
