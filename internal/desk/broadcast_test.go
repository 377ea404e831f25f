package desk

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// One message reaches every customer of a defect once, in their language, and
// only as it was looked at.
//
// guide: R36
func TestBroadcastIsLookedAtThenToldOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-08 10:00:00"))
	ctx := t.Context()
	pl := b.takahashi
	pl.Language = "ja"
	b.ok(b.ChangeContact(ctx, b.asAdmin, pl))
	b.ok(b.GrantRole(ctx, system, b.production.ID, pl.ID, support.RoleSupportAdmin))
	x := b.defect()
	var ids []int64
	for i := range 5 {
		f, by := b.filing(), b.asTanaka
		if i == 0 {
			f.Contact, by = pl.ID, b.asPL
		}
		done, err := b.Do(ctx, by, 0, f)
		b.ok(err)
		b.do(b.asIto, done.ID, &support.LinkDefect{Defect: x.ID})
		ids = append(ids, done.ID)
	}
	b.settle()
	draft := support.Broadcast{Defect: x.ID, Texts: []support.BroadcastText{
		{Language: "en", Text: support.T("Do not use the copier.")}, {Language: "ja", Text: support.T("コピー機能を使わないでください。")}}}
	refused(t, b.DraftBroadcast(ctx, b.asTanaka, &draft), support.NotFound, "")
	b.ok(b.DraftBroadcast(ctx, b.asIto, &draft))
	seen, err := b.PreviewBroadcast(ctx, everything, draft.ID)
	b.ok(err)
	if seen.Requests != 5 || len(seen.Audiences) != 2 || seen.Audiences[1].Language != "ja" || seen.Audiences[1].In != "ja" {
		t.Fatalf("the preview shows %+v", seen)
	}
	for i, want := range []string{"Do not use the copier.", "コピー機能を使わないでください。"} {
		if m := seen.Audiences[i].Mail; !strings.Contains(m.Text, want) || !strings.Contains(m.Subject, "[SR ") {
			t.Errorf("the mail in %s reads\n%s\n%s", seen.Audiences[i].Language, m.Subject, m.Text)
		}
	}
	late := b.file().ID
	b.do(b.asIto, late, &support.LinkDefect{Defect: x.ID})
	refused(t, b.SendBroadcast(ctx, b.asDuty(), draft.ID, seen.Seen), support.Conflict, "broadcast.look_again")
	seen, err = b.PreviewBroadcast(ctx, everything, draft.ID)
	b.ok(err)
	refused(t, b.SendBroadcast(ctx, b.asIto, draft.ID, seen.Seen), support.Forbidden, "party.forbidden")
	b.ok(b.SendBroadcast(ctx, b.asDuty(), draft.ID, seen.Seen))
	refused(t, b.SendBroadcast(ctx, b.asDuty(), draft.ID, seen.Seen), support.Conflict, "broadcast.sent_already")

	first, dead := b.dying(3)
	if n, err := first.runPass(dead, runBatch); n != 3 || err == nil {
		t.Fatalf("the first process did %d (%v), want 3", n, err)
	}
	b.wall.add(2 * leaseTime)
	b.ok(b.Advance(ctx, b.clock.set, b.clock.now().Add(time.Hour)))
	b.toldOnce(append(ids, late), "broadcast")
	runs, err := b.store.Runs(ctx, everything, store.RunBroadcast, draft.ID)
	b.ok(err)
	if len(runs) != 1 || runs[0].Done != 6 || runs[0].Total != 6 {
		t.Errorf("the run stands at %+v", runs)
	}
	japanese := 0
	for _, m := range b.post.mails() {
		if strings.Contains(m.Text, "コピー機能") {
			japanese++
			if m.To.Email != pl.Email {
				t.Errorf("%s was written to in Japanese", m.To.Email)
			}
		}
	}
	if japanese != 1 {
		t.Errorf("%d mails in Japanese, want 1", japanese)
	}
	b.check()
}

// A broadcast to a product leaves out what is not of it, and completed requests
// when it says so.
func TestBroadcastOfAProduct(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-08 10:00:00"))
	ctx := t.Context()
	open, done := b.file().ID, b.file().ID
	b.do(b.asIto, done, &support.Complete{Reason: "spam"})
	text := []support.BroadcastText{{Language: "en", Text: support.T("x")}}
	for _, c := range []struct {
		b    support.Broadcast
		want int
	}{
		{support.Broadcast{Product: "vsphere"}, 2}, {support.Broadcast{Product: "vsphere", Open: true}, 1},
		{support.Broadcast{Product: "vsphere", Version: "4.0"}, 2}, {support.Broadcast{Product: "vsphere", Version: "3.5"}, 0},
		{support.Broadcast{Product: "esx"}, 0},
	} {
		c.b.Texts = text
		b.ok(b.DraftBroadcast(ctx, system, &c.b))
		p, err := b.PreviewBroadcast(ctx, everything, c.b.ID)
		b.ok(err)
		rows, err := b.store.RequestsOfBroadcast(ctx, everything, c.b, 0, 9)
		b.ok(err)
		if p.Requests != c.want || len(rows) != c.want || c.want == 1 && rows[0].ID != open {
			t.Errorf("%+v reaches %d requests, lists %d, want %d", c.b, p.Requests, len(rows), c.want)
		}
	}
	for _, wrong := range []support.Broadcast{
		{}, {Product: "vsphere", Defect: 1001}, {Product: "vsphere", Texts: nil},
		{Product: "vsphere", Texts: []support.BroadcastText{{Language: "de", Text: support.T("x")}}},
		{Product: "vsphere", Texts: append(text, text...)}, {Product: "vsphere", Texts: []support.BroadcastText{{Language: "en"}}},
	} {
		if wrong.Texts == nil && wrong.Defect != 0 {
			wrong.Texts = text
		}
		refused(t, b.DraftBroadcast(ctx, system, &wrong), support.Invalid, "")
	}
}

// A preview shows a mail of a request that its reader sees, or the message alone.
//
// guide: A13, R36
func TestBroadcastPreviewHidesRestrictedRequests(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-08 10:00:00"))
	ctx := t.Context()
	x := b.defect()
	id := b.file().ID
	b.do(b.asIto, id, &support.LinkDefect{Defect: x.ID})
	b.do(b.asDuty(), id, &support.RestrictRequest{Reason: support.T("x")})
	draft := support.Broadcast{Defect: x.ID, Texts: []support.BroadcastText{{Language: "en", Text: support.T("hello")}}}
	b.ok(b.DraftBroadcast(ctx, b.asIto, &draft))
	open := int64(0)
	for range 2 {
		for who, first := range map[*support.Staff]int64{&b.duty: id, &b.byrne: open} {
			p, err := b.PreviewBroadcast(ctx, b.viewer(*who), draft.ID)
			b.ok(err)
			a := p.Audiences[0]
			if a.First != first || p.Requests != a.Requests || !strings.Contains(a.Mail.Text, "hello") || (a.Mail.Subject == "") != (first == 0) {
				t.Errorf("%s is shown %+v", who.FamilyName, a)
			}
			if first != 0 && !strings.Contains(a.Mail.Subject, support.SpokenNumber(first)) {
				t.Errorf("%s is shown %s", who.FamilyName, a.Mail.Subject)
			}
		}
		if open == 0 {
			open = b.file().ID
			b.do(b.asIto, open, &support.LinkDefect{Defect: x.ID})
		}
	}
}
