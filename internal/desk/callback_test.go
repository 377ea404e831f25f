package desk

import (
	"context"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func (b *bench) left(m CallbackMessage) support.Callback {
	b.t.Helper()
	asHayashi := support.Actor{Kind: support.Vendor, ID: b.hayashi.ID}
	c, err := b.AddCallback(b.t.Context(), asHayashi, m)
	b.ok(err)
	return c
}

func voiceMail(number string) CallbackMessage {
	return CallbackMessage{Said: support.CallbackSaid{
		Name: "Tanaka", Company: "Hokuto", CustomerNumber: number, Phone: "+81 3 5550 0199", Description: "vMotion",
	}}
}

// A call-back is due an hour after the end of the message. A microsecond before
// nobody is paged, at the due instant duty is, once, and the miss stays.
//
// guide: R22
func TestWhoeverLeavesAMessageIsCalledBack(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-04 03:17:00"))
	ctx := t.Context()
	m := voiceMail(b.tanaka.Number)
	m.LeftAt = b.Now().Add(-2 * time.Minute)
	c := b.left(m)
	due := jst(t, "2026-06-04 04:15:00")
	if !c.WantedAt.Equal(due) || !c.DueAt.Equal(due) || c.Contact != b.tanaka.ID || c.Account != b.hokuto.ID || len(c.Flags) != 0 {
		t.Errorf("written down: %+v", c)
	}
	paged := func() int {
		t.Helper()
		n := 0
		for _, mail := range b.post.mails() {
			if mail.To.Email == b.duty.Email && strings.Contains(mail.Subject, support.CallbackNumber(c.ID)) {
				n++
			}
		}
		return n
	}
	b.ok(b.Advance(ctx, b.clock.set, due.Add(-time.Microsecond)))
	if n := paged(); n != 0 {
		t.Fatalf("paged %d times before it was due", n)
	}
	b.ok(b.Advance(ctx, b.clock.set, due.Add(time.Hour)))
	if n := paged(); n != 1 {
		t.Errorf("duty was paged %d times, want 1", n)
	}
	got, err := b.store.Callback(ctx, everything, c.ID)
	b.ok(err)
	if !got.MissedAt.Equal(due) || !got.DueAt.IsZero() || got.State != support.CallbackWaiting {
		t.Errorf("missed: %+v", got)
	}
	// One that was called before it was due pages nobody, however late it is ended.
	in := b.left(voiceMail(b.tanaka.Number))
	_, err = b.RecordCallback(ctx, b.asIto, in.ID, CallbackReport{Outcome: support.NoAnswer})
	b.ok(err)
	b.ok(b.Advance(ctx, b.clock.set, b.Now().Add(24*time.Hour)))
	if got, err = b.store.Callback(ctx, everything, in.ID); err != nil || !got.MissedAt.IsZero() || got.State != support.CallbackCalled || got.Staff != b.ito.ID {
		t.Errorf("called in time: %+v, %v", got, err)
	}
	b.check()
}

// What a call-back answers on its request is what any call answers there. One
// that is completed keeps no call, so the call-back does; one that the caller has
// no part in is told nothing.
//
// guide: R22, A3
func TestACallBackSpeaksToItsRequest(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	open, done := b.file().ID, b.file().ID
	b.do(b.asIto, done, &support.Complete{Reason: "spam"})
	call := func(request int64, who string) support.Callback {
		t.Helper()
		m := voiceMail(who)
		m.Said.Request = support.SpokenNumber(request)
		got, err := b.RecordCallback(ctx, b.asIto, b.left(m).ID, CallbackReport{Outcome: support.Connected, Text: support.T("We spoke.")})
		b.ok(err)
		if got.Request != request {
			t.Errorf("linked to %d, want %d", got.Request, request)
		}
		return got
	}
	made := func(id int64) (n int) {
		t.Helper()
		for _, f := range b.facts(id) {
			if x, ok := f.Body.(support.ContactMade); ok && x.Channel == support.Phone {
				n++
			}
		}
		return n
	}
	if c := call(open, b.sato.Number); c.Calls[0].OnRequest || made(open) != 0 || c.Flags[0].Flag != support.FlagStranger {
		t.Errorf("a stranger's call: %+v", c)
	}
	if c := call(open, b.tanaka.Number); !c.Calls[0].OnRequest || made(open) != 1 || c.Calls[0].Text.ID != 0 {
		t.Errorf("the contact's call: %+v, %d on the request", c, made(open))
	}
	if c := call(done, b.tanaka.Number); c.Calls[0].OnRequest || c.Calls[0].Why != "request.completed" || made(done) != 0 || c.Calls[0].Text.ID == 0 {
		t.Errorf("a call on a completed request: %+v", c)
	}
	row, err := b.Request(ctx, everything, open)
	b.ok(err)
	if clock, _ := row.Clock(support.FirstResponse); clock.State != support.Met {
		t.Errorf("the first response is %s", clock.State)
	}
	b.check()
}

// Two who take one call-back at once: one has it. It is given on by who has it
// and by the duty manager.
//
// guide: R22
func TestACallBackIsTakenByOne(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	c := b.left(voiceMail(""))
	asByrne := support.Actor{Kind: support.Vendor, ID: b.byrne.ID}
	b.ok(b.TakeCallback(ctx, b.asIto, c.ID, b.ito.ID))
	refused(t, b.TakeCallback(ctx, asByrne, c.ID, b.byrne.ID), support.Conflict, "callback.taken")
	refused(t, b.TakeCallback(ctx, b.asIto, c.ID, b.admin.ID), support.Invalid, "callback.who")
	b.ok(b.TakeCallback(ctx, b.asIto, c.ID, b.hayashi.ID))
	b.ok(b.TakeCallback(ctx, b.asDuty(), c.ID, b.byrne.ID))
	got, err := b.store.Callback(ctx, everything, c.ID)
	b.ok(err)
	if got.Staff != b.byrne.ID || got.State != support.CallbackTaken {
		t.Errorf("taken: %+v", got)
	}
	refused(t, b.EraseCallback(ctx, b.asDuty(), c.ID), support.Conflict, "callback.not_done")
	b.ok(b.FinishCallback(ctx, asByrne, c.ID, support.T("called again by themselves")))
	refused(t, b.TakeCallback(ctx, b.asIto, c.ID, b.ito.ID), support.Conflict, "callback.taken")
	_, err = b.RecordCallback(ctx, b.asIto, c.ID, CallbackReport{Outcome: support.Connected})
	refused(t, err, support.Conflict, "callback.done")
	refused(t, b.EraseCallback(ctx, b.asIto, c.ID), support.Forbidden, "party.forbidden")
	b.ok(b.EraseCallback(ctx, b.asDuty(), c.ID))
	got, err = b.store.Callback(ctx, everything, c.ID)
	b.ok(err)
	texts, err := b.store.Texts(ctx, []int64{got.Said.ID, got.Note.ID})
	b.ok(err)
	for id, text := range texts {
		if text != "" {
			t.Errorf("text %d still says %q", id, text)
		}
	}
	b.check()
}

// The queue goes by when a call is to be made, a page at a time, and shows
// nothing of restricted accounts to those who do not see them.
//
// guide: R22, A13
func TestTheQueueOfCallBacks(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	agreed := voiceMail(b.sato.Number)
	agreed.CallAt = b.Now().Add(10 * time.Minute)
	later := b.left(voiceMail(b.tanaka.Number))
	first := b.left(agreed)
	same := b.left(voiceMail(""))
	list := func(v store.Viewer, f store.CallbackFilter) (ids []int64, next string) {
		t.Helper()
		page, next, err := b.store.Callbacks(ctx, v, f)
		b.ok(err)
		for _, c := range page {
			ids = append(ids, c.ID)
		}
		return ids, next
	}
	page, next := list(everything, store.CallbackFilter{Limit: 2})
	rest, end := list(everything, store.CallbackFilter{Limit: 2, After: next})
	if len(page) != 2 || page[0] != first.ID || page[1] != later.ID || len(rest) != 1 || rest[0] != same.ID || end != "" {
		t.Errorf("the queue is %v, then %v, %q", page, rest, end)
	}
	_, _, err := b.store.Callbacks(ctx, everything, store.CallbackFilter{After: "x"})
	refused(t, err, support.Invalid, "list.cursor")
	b.ok(b.RestrictAccount(ctx, b.asAdmin, b.hokuto.ID, true, nil))
	if seen, _ := list(b.viewer(b.byrne), store.CallbackFilter{}); len(seen) != 2 {
		t.Errorf("who does not see the account is shown %v", seen)
	}
	asByrne := support.Actor{Kind: support.Vendor, ID: b.byrne.ID}
	refused(t, b.TakeCallback(ctx, asByrne, later.ID, b.byrne.ID), support.NotFound, "callback.not_found")
	if seen, _ := list(store.Viewer{Actor: b.asTanaka}, store.CallbackFilter{}); len(seen) != 0 {
		t.Errorf("a customer is shown %v", seen)
	}
	for field, m := range map[string]CallbackMessage{
		"left_at": {LeftAt: b.Now().Add(time.Second)}, "call_at": {CallAt: b.Now()}, "language": {Language: "xx"},
	} {
		_, err := b.AddCallback(ctx, b.asIto, m)
		refused(t, err, support.Invalid, "")
		if inFieldOf(err) != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func inFieldOf(err error) string {
	if e, ok := err.(*support.Error); ok {
		return e.Field
	}
	return ""
}

// Outside of a line's hours the recording tells them, the online way, and the
// next opening; the call is logged and nobody waits in a queue.
//
// guide: R21
func TestTheRecordingOutsideTheHours(t *testing.T) {
	t.Parallel()
	pacific := time.FixedZone("PST", -8*3600)
	b := newBench(t, time.Date(2026, 1, 13, 17, 59, 59, 999_999_000, pacific).UTC())
	ctx := context.Background()
	x, says, err := b.LogPhoneCall(ctx, b.asIto, "fusion", "fusion", 0)
	b.ok(err)
	if says != nil || x.Recorded || !x.NextOpenAt.IsZero() {
		t.Errorf("a call in the hours: %+v, %+v", x, says)
	}
	b.clock.add(time.Microsecond)
	opens := time.Date(2026, 1, 14, 6, 0, 0, 0, pacific)
	x, says, err = b.LogPhoneCall(ctx, b.asIto, "fusion", "fusion", b.tanaka.ID)
	b.ok(err)
	if says == nil || !x.Recorded || !x.NextOpenAt.Equal(opens) || !says.NextOpenAt.Equal(opens) || x.Account != b.hokuto.ID {
		t.Fatalf("a call after hours: %+v, %+v", x, says)
	}
	for _, code := range []string{"en", "ja"} {
		if says.Hours.In(code) == "" || says.Online.In(code) == "" || says.Hours.In("en") == says.Hours.In("ja") {
			t.Errorf("the recording says in %s: %+v", code, says)
		}
	}
	_, says, err = b.LogPhoneCall(ctx, b.asIto, "licence", "", 0)
	b.ok(err)
	if says != nil {
		t.Error("the licence line is closed")
	}
	_, _, err = b.LogPhoneCall(ctx, b.asIto, "technical", "fusion", 0)
	refused(t, err, support.Invalid, "call.line")
	list, err := b.store.PhoneCalls(ctx, everything, 0, 0)
	b.ok(err)
	waiting, _, err := b.store.Callbacks(ctx, everything, store.CallbackFilter{})
	b.ok(err)
	if len(list) != 3 || list[1].Contact != b.tanaka.ID || len(waiting) != 0 {
		t.Errorf("logged: %+v, waiting: %+v", list, waiting)
	}
	b.check()
}
