package desk

import (
	"slices"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func vendor(s support.Staff) support.Actor { return support.Actor{Kind: support.Vendor, ID: s.ID} }

func (b *bench) viewer(s support.Staff) store.Viewer {
	return store.Viewer{Actor: vendor(s), Roles: s.Roles, At: b.clock.now()}
}

// visible is in which ways somebody of the staff comes to see a request: by
// itself, in lists, in counts, in the feed, among notices.
func (b *bench) visible(s support.Staff, id int64) []string {
	b.t.Helper()
	v, ctx := b.viewer(s), b.t.Context()
	var ways []string
	add := func(way string, yes bool, err error) {
		b.ok(err)
		if yes {
			ways = append(ways, way)
		}
	}
	yes, err := b.store.Sees(ctx, v, id)
	add("one", yes, err)
	rows, _, err := b.store.Requests(ctx, v, store.Filter{Order: store.ByChanged, Limit: 200})
	add("list", slices.ContainsFunc(rows, func(r support.Row) bool { return r.ID == id }), err)
	n, _, err := b.store.Count(ctx, v, store.Filter{Order: store.ByChanged}, 0)
	add("count", n > 0, err)
	b.ok(b.store.Number(ctx))
	events, err := b.store.Events(ctx, v, 0, 500)
	add("feed", slices.ContainsFunc(events, func(e store.Event) bool { return e.SubjectID == id }), err)
	told, err := b.store.Effects(ctx, v, store.EffectSent, 500)
	add("notices", slices.ContainsFunc(told, func(e store.EffectRow) bool { return e.Request == id }), err)
	return ways
}

var everyWay = []string{"one", "list", "count", "feed", "notices"}

// Only the named, the owner, duty and administrators see a restricted request,
// in no list and no notice do others; whoever breaks the glass sees it alone,
// until the pack's hour is over, and every look is kept.
// guide: A13
func TestARestrictedRequestIsSeenByFew(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	id := b.file().ID
	b.settle()
	if got := b.visible(b.byrne, id); !slices.Equal(got, everyWay) {
		t.Fatalf("before: %v", got)
	}
	b.do(b.asIto, id, &support.Take{})
	b.do(b.asIto, id, &support.RestrictRequest{Staff: []int64{b.hayashi.ID}, Reason: support.T("a report between people")})
	b.settle()
	for _, c := range []struct {
		who  support.Staff
		want []string
	}{{b.ito, everyWay}, {b.hayashi, everyWay}, {b.duty, everyWay}, {b.admin, everyWay}, {b.byrne, nil}, {b.mori, nil}} {
		if got := b.visible(c.who, id); !slices.Equal(got, c.want) {
			t.Errorf("%s sees it by %v, want %v", c.who.FamilyName, got, c.want)
		}
	}
	asByrne := vendor(b.byrne)
	_, err := b.Do(ctx, asByrne, id, &support.AddNote{Text: support.T("x")})
	refused(t, err, support.NotFound, "request.not_found")
	_, err = b.Do(ctx, vendor(b.hayashi), id, &support.BreakGlass{Reason: support.T("x")})
	refused(t, err, support.Conflict, "glass.not_needed")
	_, err = b.Do(ctx, asByrne, id, &support.BreakGlass{})
	refused(t, err, support.Invalid, "text.needed")
	_, err = b.Do(ctx, b.asTanaka, id, &support.BreakGlass{Reason: support.T("x")})
	refused(t, err, support.Forbidden, "command.forbidden")

	broken := b.clock.now()
	b.do(asByrne, id, &support.BreakGlass{Reason: support.T("the customer is on the phone")})
	b.settle()
	for _, c := range []struct {
		after time.Duration
		want  []string
	}{{0, []string{"one"}}, {time.Hour - support.Micro, []string{"one"}}, {time.Hour, nil}, {time.Hour + support.Micro, nil}} {
		b.clock.set(broken.Add(c.after))
		if got := b.visible(b.byrne, id); !slices.Equal(got, c.want) {
			t.Errorf("%v after the glass was broken it is seen by %v, want %v", c.after, got, c.want)
		}
	}
	mails := b.post.mails()
	if last := mails[len(mails)-1]; last.To.Email != b.duty.Email {
		t.Errorf("the broken glass was told to %s", last.To.Email)
	}
	b.ok(b.RecordRead(ctx, asByrne, id))
	reads, err := b.store.Reads(ctx, b.viewer(b.duty), id, 0)
	b.ok(err)
	glasses, err := b.store.Glasses(ctx, 0)
	b.ok(err)
	if len(reads) != 1 || reads[0].Staff != b.byrne.ID || len(glasses) != 1 || !glasses[0].Until.Equal(broken.Add(time.Hour)) {
		t.Errorf("reads %+v, glasses %+v", reads, glasses)
	}
	b.do(vendor(b.duty), id, &support.LiftRestriction{})
	if got := b.visible(b.byrne, id); !slices.Equal(got, everyWay) {
		t.Errorf("after it was lifted: %v", got)
	}
	b.ok(b.RecordRead(ctx, asByrne, id))
	if reads, err := b.store.Reads(ctx, b.viewer(b.duty), id, 0); err != nil || len(reads) != 1 {
		t.Errorf("looks at what all may see are kept too: %v %v", reads, err)
	}
	b.check()
}

// What is said about a restricted request reaches nobody who does not see it:
// duty is told instead.
func TestNoticesOfARestrictedRequestGoToThoseWhoSeeIt(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.settle()
	b.do(vendor(b.duty), id, &support.RestrictRequest{Reason: support.T("x")})
	b.settle()
	n := len(b.post.mails())
	b.clock.set(jst(t, "2026-06-03 21:00:00")) // past warning and due instant
	b.settle()
	for _, m := range b.post.mails()[n:] {
		if m.To.Email != b.duty.Email && m.To.Email != b.tanaka.Email {
			t.Errorf("%q was told to %s", m.Subject, m.To.Email)
		}
	}
	if len(b.post.mails()) == n {
		t.Error("nobody was told that the target is missed")
	}
}

// A restricted account hides its people, papers and requests from all who are
// not named.
func TestARestrictedAccountIsSeenByFew(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	id := b.file().ID
	b.settle()
	refused(t, b.RestrictAccount(ctx, b.asIto, b.hokuto.ID, true, nil), support.Forbidden, "party.forbidden")
	b.ok(b.RestrictAccount(ctx, vendor(b.duty), b.hokuto.ID, true, []int64{b.ito.ID}))
	if got := b.visible(b.ito, id); !slices.Equal(got, everyWay) {
		t.Errorf("the named see it by %v", got)
	}
	if got := b.visible(b.byrne, id); got != nil {
		t.Errorf("others see it by %v", got)
	}
	for who, want := range map[*support.Staff]support.Code{&b.ito: "", &b.byrne: support.NotFound} {
		_, err := b.store.Contact(ctx, b.viewer(*who), b.tanaka.ID)
		if support.CodeOf(err) != want {
			t.Errorf("%s reads a contact: %v", who.FamilyName, err)
		}
		_, err = b.Do(ctx, vendor(*who), 0, b.filing())
		if support.CodeOf(err) != want {
			t.Errorf("%s files for a contact: %v", who.FamilyName, err)
		}
	}
	b.ok(b.RestrictAccount(ctx, vendor(b.duty), b.hokuto.ID, false, nil))
	if got := b.visible(b.byrne, id); !slices.Equal(got, everyWay) {
		t.Errorf("after it was opened: %v", got)
	}
	b.check()
}

// Broken glass is for looking and for saying something: whoever broke it can
// make themself nobody who sees the request when its time is over.
// guide: A13
func TestBrokenGlassLeadsToNoLastingAccess(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.do(vendor(b.duty), id, &support.RestrictRequest{Reason: support.T("x")})
	asByrne := vendor(b.byrne)
	b.do(asByrne, id, &support.BreakGlass{Reason: support.T("y")})
	b.do(asByrne, id, &support.AddNote{Text: support.T("x")})
	lasting := func(cmds ...support.Command) {
		t.Helper()
		for _, cmd := range cmds {
			_, err := b.Do(t.Context(), asByrne, id, cmd)
			refused(t, err, support.Forbidden, "glass.only_looks")
		}
	}
	lasting(&support.Take{}, &support.Assign{Staff: b.byrne.ID}, &support.AddWatcher{Contact: b.sato.ID},
		&support.RestrictRequest{Staff: []int64{b.byrne.ID}, Reason: support.T("x")},
		&support.Reclassify{Contact: b.sato.ID, Reason: support.T("x")})
	b.do(vendor(b.duty), id, &support.Assign{Staff: b.ito.ID})
	_, err := b.Do(t.Context(), asByrne, id, &support.AddSecond{Staff: b.byrne.ID})
	refused(t, err, support.Invalid, "staff.sees_not")
	b.clock.add(time.Hour)
	if got := b.visible(b.byrne, id); got != nil {
		t.Errorf("after the hour it is seen by %v", got)
	}
	b.do(vendor(b.duty), id, &support.RestrictRequest{Staff: []int64{b.byrne.ID}, Reason: support.T("x")})
	b.do(asByrne, id, &support.AddWatcher{Contact: b.sato.ID})
	b.check()
}

// Routing gives a restricted request to nobody who does not see it, and says so;
// nor is it handed to them, or an ask or an escalation of it.
// guide: A13, R15
func TestRestrictedRequestsGoToThoseWhoSeeThem(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	m := b.byrne
	m.Skills, m.Languages, m.Site = []string{"vsphere"}, []string{"ja", "en"}, "tokyo"
	b.ok(b.ChangeStaff(t.Context(), b.asAdmin, m))
	routed := func(id int64) (support.Routed, bool) {
		t.Helper()
		blind := false
		r, err := b.Request(t.Context(), everything, id)
		b.ok(err)
		if r.Routed == nil {
			t.Fatal("it was not routed")
		}
		for _, c := range r.Routed.Considered {
			blind = blind || c.Staff == b.byrne.ID && !c.Fits &&
				slices.ContainsFunc(c.Grounds, func(g support.Ground) bool { return g.Key == "routing.sees_not" })
		}
		return *r.Routed, blind
	}
	id := b.file().ID
	b.do(vendor(b.duty), id, &support.RestrictRequest{Staff: []int64{b.hayashi.ID}, Reason: support.T("x")})
	b.do(vendor(b.duty), id, &support.RouteToStaff{})
	if got, blind := routed(id); got.Staff == b.byrne.ID || !blind || b.visible(b.byrne, id) != nil {
		t.Errorf("a restricted request was routed by %+v", got)
	}
	b.ok(b.RestrictAccount(t.Context(), b.asAdmin, b.hokuto.ID, true, []int64{b.ito.ID}))
	other := b.file().ID
	b.do(vendor(b.duty), other, &support.RouteToStaff{})
	if got, blind := routed(other); got.Staff == b.byrne.ID || !blind || b.visible(b.byrne, other) != nil {
		t.Errorf("a request of a restricted account was routed by %+v", got)
	}
	r, err := b.Request(t.Context(), everything, other)
	b.ok(err)
	if r.Owner == 0 {
		b.do(b.asIto, other, &support.Take{})
	}
	hand := func() support.Command {
		return &support.AnnounceHandOver{To: b.byrne.ID, Ground: "time_zone", Reason: support.T("r"), EffectiveAt: b.clock.now().Add(5 * time.Hour),
			Note: support.HandOverNote{State: support.T("a"), Next: support.T("a"), Promises: support.T("a"), DoNot: support.T("a")}}
	}
	_, err = b.Do(t.Context(), vendor(b.duty), other, hand())
	refused(t, err, support.Invalid, "staff.sees_not")
	b.do(vendor(b.duty), other, &support.Escalate{Statement: support.T("s"), Impact: support.T("i"), Reason: support.T("x")})
	_, err = b.Do(t.Context(), vendor(b.duty), other, &support.AssignEscalation{Engineer: b.byrne.ID})
	refused(t, err, support.Invalid, "staff.sees_not")
	b.ok(b.RestrictAccount(t.Context(), b.asAdmin, b.hokuto.ID, true, []int64{b.ito.ID, b.byrne.ID}))
	b.do(vendor(b.duty), other, hand())
	b.check()
}
