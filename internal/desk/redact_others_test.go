package desk

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// stored tells how many texts of the desk hold a word.
func (b *bench) stored(word string) int {
	b.t.Helper()
	var all strings.Builder
	_, err := b.store.Export(b.t.Context(), &all)
	b.ok(err)
	return strings.Count(all.String(), word)
}

// leaked tells whether a mail that left holds a word.
func (b *bench) leaked(word string) bool {
	for _, m := range b.post.mails() {
		if strings.Contains(m.Text+m.HTML+m.Subject, word) {
			return true
		}
	}
	return false
}

// entries is the history of another noun than a request.
func (b *bench) entries(subject string, id int64) []support.Fact {
	b.t.Helper()
	facts, err := b.store.History(b.t.Context(), everything, subject, id, 0, 100)
	b.ok(err)
	return facts
}

// What a defect says and should not is gone from its history, from the requests
// that were told it, and from what is kept of their mails; not before other words
// stand there. Who erased it and why stays.
//
// guide: R28, R36
func TestWordsOfADefectAreErased(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-08 10:00:00"))
	ctx := t.Context()
	x := b.defect()
	id := b.file().ID
	b.do(b.asIto, id, &support.LinkDefect{Defect: x.ID})
	public, title := "Log in as root, "+secret, "race, "+secret
	_, err := b.ChangeDefect(ctx, b.asDuty(), x.ID, DefectChange{Public: &public, Title: &title})
	b.ok(err)
	b.ok(b.CommentDefect(ctx, b.asIto, x.ID, "seen with "+secret))
	b.change(x.ID, support.DefectConfirmed, "")
	b.change(x.ID, support.DefectFixed, "4.0.1")
	b.settle()
	if !b.leaked(secret) {
		t.Fatal("no mail holds it, so this test proves nothing")
	}
	told := notices(b.facts(id), "defect_fixed")[0]
	if _, err := b.store.Sent(ctx, everything, told.Key); err != nil {
		t.Fatal(err)
	}
	of := func(seq int64) Redaction { return Redaction{Seq: seq, Ground: "secret", Reason: "a password"} }
	refused(t, b.RedactDefect(ctx, b.asIto, x.ID, of(2)), support.Forbidden, "party.forbidden")
	refused(t, b.RedactDefect(ctx, b.asDuty(), x.ID, of(99)), support.NotFound, "redaction.no_entry")
	refused(t, b.RedactDefect(ctx, b.asDuty(), x.ID, Redaction{Seq: 2, Ground: "because"}), support.Invalid, "redaction.ground_unknown")
	refused(t, b.RedactDefect(ctx, b.asDuty(), x.ID, Redaction{Seq: 2, Ground: "secret", Field: "text"}), support.Invalid, "redaction.field_unknown")
	refused(t, b.RedactDefect(ctx, b.asDuty(), x.ID, of(2)), support.Conflict, "redaction.stands")
	public, title = "Log in.", "race"
	_, err = b.ChangeDefect(ctx, b.asDuty(), x.ID, DefectChange{Public: &public, Title: &title})
	b.ok(err)
	b.ok(b.RedactDefect(ctx, b.asDuty(), x.ID, Redaction{Seq: 2, Field: "title", Ground: "mistake"}))
	b.ok(b.RedactDefect(ctx, b.asDuty(), x.ID, of(2)))
	b.ok(b.RedactDefect(ctx, b.asDuty(), x.ID, of(3)))
	refused(t, b.RedactDefect(ctx, b.asDuty(), x.ID, of(3)), support.Conflict, "redaction.done")
	if n := b.stored(secret); n != 0 {
		t.Errorf("%d rows still hold it", n)
	}
	_, err = b.store.Sent(ctx, everything, told.Key)
	refused(t, err, support.NotFound, "effect.erased")
	var last redacted
	all := b.entries("defect", x.ID)
	b.ok(json.Unmarshal(all[len(all)-1].Body.(support.Unknown).Raw, &last))
	if last.Of != 3 || len(last.Content) != 1 || last.Ground != "secret" || all[len(all)-1].By != b.asDuty() || b.stored("a password") == 0 {
		t.Errorf("the history says %+v", last)
	}
	b.check()
}

// A mail that tells a defect's words and is on its way while they are erased is
// not kept.
func TestAMailOfADefectOnItsWayIsNotKept(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-08 10:00:00"))
	x := b.defect()
	id := b.file().ID
	b.do(b.asIto, id, &support.LinkDefect{Defect: x.ID})
	public := secret
	_, err := b.ChangeDefect(t.Context(), b.asDuty(), x.ID, DefectChange{Public: &public})
	b.ok(err)
	b.change(x.ID, support.DefectConfirmed, "")
	b.settle()
	b.change(x.ID, support.DefectFixed, "4.0.1")
	b.post.setRefuse(func(m notify.Mail) error {
		if !strings.Contains(m.Text, secret) {
			return nil
		}
		b.post.setRefuse(nil)
		ctx, other := context.Background(), "Log in."
		_, err := b.ChangeDefect(ctx, b.asDuty(), x.ID, DefectChange{Public: &other})
		if err == nil {
			err = b.RedactDefect(ctx, b.asDuty(), x.ID, Redaction{Seq: 2, Ground: "secret"})
		}
		return err
	})
	b.settle()
	told := notices(b.facts(id), "defect_fixed")
	if len(told) != 1 {
		t.Fatalf("%d notices", len(told))
	}
	_, err = b.store.Sent(t.Context(), everything, told[0].Key)
	refused(t, err, support.NotFound, "effect.erased")
	b.check()
}

// A message to many is erased where it was told, and told to nobody else; their
// customers are not written to again for it. A draft is erased and not sent.
//
// guide: R28, R36
func TestABroadcastIsErased(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-08 10:00:00"))
	ctx := t.Context()
	x := b.defect()
	var ids []int64
	for range 4 {
		id := b.file().ID
		b.do(b.asIto, id, &support.Take{})
		b.do(b.asIto, id, &support.LinkDefect{Defect: x.ID})
		ids = append(ids, id)
	}
	b.settle()
	draft := func() support.Broadcast {
		m := support.Broadcast{Defect: x.ID, Texts: []support.BroadcastText{{Language: "en", Text: support.T("Use " + secret)}}}
		b.ok(b.DraftBroadcast(ctx, b.asDuty(), &m))
		return m
	}
	sent, never := draft(), draft()
	p, err := b.PreviewBroadcast(ctx, everything, sent.ID)
	b.ok(err)
	b.ok(b.SendBroadcast(ctx, b.asDuty(), sent.ID, p.Seen))
	first, dead := b.dying(2)
	if n, err := first.runPass(dead, runBatch); n != 2 || err == nil {
		t.Fatalf("the first process did %d (%v), want 2", n, err)
	}
	b.wall.add(2 * leaseTime)
	why := Redaction{Ground: "secret", Reason: "a password"}
	refused(t, b.RedactBroadcast(ctx, b.asIto, sent.ID, why), support.Forbidden, "party.forbidden")
	b.ok(b.RedactBroadcast(ctx, b.asDuty(), sent.ID, why))
	refused(t, b.RedactBroadcast(ctx, b.asDuty(), sent.ID, why), support.Conflict, "broadcast.erased")
	b.ok(b.RedactBroadcast(ctx, b.asDuty(), never.ID, why))
	p, err = b.PreviewBroadcast(ctx, everything, never.ID)
	refused(t, err, support.Conflict, "broadcast.erased")
	refused(t, b.SendBroadcast(ctx, b.asDuty(), never.ID, p.Seen), support.Conflict, "broadcast.erased")
	b.ok(b.Advance(ctx, b.clock.set, b.clock.now().Add(time.Hour)))
	for i, id := range ids {
		var told, erased int
		for _, f := range b.facts(id) {
			switch f.Body.(type) {
			case support.BroadcastTold:
				told++
			case support.ContentErased:
				erased++
			}
		}
		if want := map[bool]int{true: 1}[i < 2]; told != want || erased != want {
			t.Errorf("request %d was told %d times and erased %d times, want %d", i, told, erased, want)
		}
		if n := len(notices(b.facts(id), "content_erased")) + len(notices(b.facts(id), "content_erased_staff")); n != 0 {
			t.Errorf("request %d: %d mails about the erasing", i, n)
		}
	}
	if n := b.stored(secret); n != 0 {
		t.Errorf("%d rows still hold it", n)
	}
	if b.leaked(secret) {
		t.Error("a mail that had not left was sent with it")
	}
	told, err := b.store.Runs(ctx, everything, store.RunBroadcast, sent.ID)
	b.ok(err)
	gone, err := b.store.Runs(ctx, everything, store.RunErased, sent.ID)
	b.ok(err)
	if len(gone) != 1 || gone[0].Done != 2 || gone[0].Total != 2 || told[0].Done != 2 || told[0].Skipped != 2 {
		t.Errorf("told %+v, erased %+v", told, gone)
	}
	b.check()
}

// A message that is erased at the moment when a request is told it does not stay
// there. On SQLite there is one writer, and the moment is before.
func TestABroadcastIsErasedWhileItIsTold(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-08 10:00:00"))
	ctx := t.Context()
	x := b.defect()
	id := b.file().ID
	b.do(b.asIto, id, &support.LinkDefect{Defect: x.ID})
	b.settle()
	m := support.Broadcast{Defect: x.ID, Texts: []support.BroadcastText{{Language: "en", Text: support.T(secret)}}}
	b.ok(b.DraftBroadcast(ctx, b.asDuty(), &m))
	p, err := b.PreviewBroadcast(ctx, everything, m.ID)
	b.ok(err)
	b.ok(b.SendBroadcast(ctx, b.asDuty(), m.ID, p.Seen))
	erase := sync.OnceFunc(func() { b.ok(b.RedactBroadcast(ctx, b.asDuty(), m.ID, Redaction{Ground: "secret"})) })
	if !pgtest.Chosen() {
		erase()
	}
	var items []store.RunItem
	telling := b.sibling(erase) // the command's words are read by then
	b.ok(b.store.Update(ctx, func(tx *store.Tx) error {
		items, err = tx.ClaimRuns(b.wall.now(), leaseTime, 1)
		return err
	}))
	for _, item := range items {
		b.ok(telling.runOne(ctx, item))
	}
	b.settle()
	if n := b.stored(secret); n != 0 {
		t.Errorf("%d rows still hold it", n)
	}
	b.check()
}
