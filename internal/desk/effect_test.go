package desk

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// A crash after the mail left and before that was recorded: the mail goes again
// under the same Message-ID, and the timeline says once that it was told.
func TestEffectAfterCrashGoesAgainUnderItsID(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.post.setLeft(runtime.Goexit)
	b.settle()
	b.post.setLeft(nil)
	if n := len(b.post.mails()); n != 1 {
		t.Fatalf("%d mails left before the crash, want 1", n)
	}
	if told := notices(b.facts(id), "acknowledgement"); len(told) != 0 {
		t.Fatalf("noted as told before it was: %+v", told)
	}
	b.settle()
	if n := len(b.post.mails()); n != 1 {
		t.Fatalf("taken again while the claim holds: %d mails", n)
	}
	b.wall.add(10 * time.Minute)
	b.settle()
	mails := b.post.mails()
	if len(mails) != 2 || mails[0].MessageID != mails[1].MessageID {
		t.Fatalf("mails %d, want two with one id", len(mails))
	}
	b.wall.add(time.Hour)
	b.settle()
	if told := notices(b.facts(id), "acknowledgement"); len(told) != 1 || len(b.post.mails()) != 2 {
		t.Errorf("%d notices, %d mails; want 1 and 2", len(told), len(b.post.mails()))
	}
	b.check()
}

// Mails of one request that leave one after the other are recorded together: one that
// does not leave keeps no other from that.
func TestAMailThatFailsKeepsNoOtherFromItsRecord(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	for _, text := range []string{"first", "second", "third"} {
		b.do(b.asIto, id, &support.Comment{Text: support.T(text), Channel: support.Portal})
	}
	refused := 0
	b.post.setRefuse(func(m notify.Mail) error {
		if strings.Contains(m.Text, "second") {
			refused++
			return errors.New("not now")
		}
		return nil
	})
	b.settle()
	b.post.setRefuse(nil)
	if n := len(notices(b.facts(id), "comment")); n != 2 || refused != 1 {
		t.Fatalf("%d comments are noted and %d were refused, want 2 and 1", n, refused)
	}
	b.wall.add(time.Hour)
	b.settle()
	if n, mails := len(notices(b.facts(id), "comment")), len(b.post.mails()); n != 3 || mails != 4 {
		t.Errorf("%d comments are noted, %d mails left; want 3 and 4", n, mails)
	}
	b.check()
}

// A process that is told to stop while a mail is on its way records that it
// left, so that it does not go again after the start.
func TestEffectIsRecordedWhileTheProcessStops(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	ctx, stop := context.WithCancel(t.Context())
	b.post.setLeft(stop)
	if err := b.Settle(ctx); err == nil {
		t.Fatal("settled although the process was told to stop")
	}
	b.post.setLeft(nil)
	b.wall.add(10 * time.Minute)
	b.settle()
	if told := notices(b.facts(id), "acknowledgement"); len(told) != 1 || len(b.post.mails()) != 1 {
		t.Errorf("%d notices of %d mails, want 1 of 1", len(told), len(b.post.mails()))
	}
	b.check()
}

// A relay that takes longer than the claim holds: another worker tells it
// meanwhile, and the timeline says once that it was told.
func TestEffectTakenOverIsNotedOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	other, err := New(Config{Store: b.store, Packs: b.Packs(), Now: b.clock.now, Real: b.wall.now, Out: b.post, Sender: "support@vendor.example"})
	b.ok(err)
	b.post.setRefuse(func(notify.Mail) error {
		b.post.setRefuse(nil)
		b.wall.add(10 * time.Minute)
		return other.Settle(t.Context())
	})
	b.settle()
	if told := notices(b.facts(id), "acknowledgement"); len(told) != 1 || len(b.post.mails()) != 2 {
		t.Errorf("%d notices of %d mails, want 1 of 2", len(told), len(b.post.mails()))
	}
	b.check()
}

func TestEffectBacksOffDiesAndIsRetried(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	var tries atomic.Int32
	b.post.setRefuse(func(notify.Mail) error { tries.Add(1); return errors.New("relay is down") })
	for range 200 {
		b.settle()
		b.wall.add(time.Minute)
	}
	if n := tries.Load(); n < 9 || n > 16 {
		t.Errorf("%d tries in 200 minutes: backoff does not double to an hour", n)
	}
	began := b.wall.now().Add(-200 * time.Minute)
	var dead []store.EffectRow
	for len(dead) == 0 && b.wall.now().Sub(began) < 14*24*time.Hour {
		b.wall.add(time.Hour)
		b.settle()
		var err error
		dead, err = b.store.Effects(t.Context(), everything, store.EffectDead, 10)
		b.ok(err)
	}
	if span := b.wall.now().Sub(began); span < 4*24*time.Hour || span > 6*24*time.Hour {
		t.Errorf("given up after %v and %d tries, want about five days", span, tries.Load())
	}
	if len(dead) != 1 || !strings.Contains(dead[0].LastError, "relay is down") {
		t.Fatalf("dead letters %+v", dead)
	}
	if strings.Contains(b.log.String(), b.tanaka.Email) {
		t.Error("the log names an address")
	}
	b.post.setRefuse(nil)
	refused(t, b.RetryEffect(t.Context(), b.asIto, dead[0].Key), support.Forbidden, "party.forbidden")
	b.ok(b.RetryEffect(t.Context(), b.asAdmin, dead[0].Key))
	b.settle()
	if len(b.post.mails()) != 1 || len(notices(b.facts(id), "acknowledgement")) != 1 {
		t.Error("a retried dead letter did not go")
	}
}

// attempted is a request on which the engineer waits for the contact and tries
// by a channel to reach them; the mail about that waits to be sent.
func (b *bench) attempted(channel support.Channel) int64 {
	b.t.Helper()
	id := b.file().ID
	b.settle()
	b.do(b.asIto, id, &support.Take{})
	b.do(b.asIto, id, &support.Comment{Text: support.T("Please send logs."), Channel: support.Mail})
	b.settle()
	b.do(b.asIto, id, &support.LogContact{Channel: channel, Outcome: support.Sent, Text: support.T("Are you there?")})
	return id
}

func (b *bench) wantVoid(id int64, void bool) {
	b.t.Helper()
	r, err := b.Request(b.t.Context(), everything, id)
	b.ok(err)
	if len(r.Attempts) != 1 || r.Attempts[0].Void != void {
		b.t.Errorf("attempts %+v, want one with void %v", r.Attempts, void)
	}
}

func (b *bench) dead() []store.EffectRow {
	b.t.Helper()
	dead, err := b.store.Effects(b.t.Context(), everything, store.EffectDead, 10)
	b.ok(err)
	return dead
}

// guide: A26
func TestMailRefusedForGoodIsNoAttempt(t *testing.T) {
	t.Parallel()
	for _, channel := range []support.Channel{support.Mail, support.Portal} {
		t.Run(string(channel), func(t *testing.T) {
			t.Parallel()
			b := newBench(t, jst(t, "2026-06-01 10:00:00"))
			id := b.attempted(channel)
			var tries atomic.Int32
			b.post.setRefuse(func(m notify.Mail) error {
				if m.To.Email == b.ito.Email {
					return nil // who is told of it
				}
				tries.Add(1)
				return ErrPermanent
			})
			b.settle()
			b.wantVoid(id, true)
			if dead := b.dead(); len(dead) != 1 || dead[0].Template != "attempt" {
				t.Errorf("dead letters %+v, want the attempt at once", dead)
			}
			b.wall.add(24 * time.Hour)
			b.settle()
			if tries.Load() != 1 {
				t.Errorf("%d tries of what was refused for good", tries.Load())
			}
			b.check()
		})
	}
}

// guide: A26
func TestAttemptThatNeverLeftIsVoid(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-01 10:00:00"))
	id := b.attempted(support.Mail)
	b.post.setRefuse(func(notify.Mail) error { return errors.New("relay is down") })
	for range 24 {
		b.settle()
		b.wall.add(time.Hour)
	}
	b.wantVoid(id, false)
	for range 6 * 24 {
		b.settle()
		b.wall.add(time.Hour)
	}
	b.wantVoid(id, true)
	if !strings.Contains(b.log.String(), "given up") {
		t.Error("a dead letter was not logged")
	}
	b.check()
}

// A watcher reads the mail to the contact too; that it comes back from there, or
// that they are not told any more, says nothing of the contact.
//
// guide: A26
func TestWatchersMailTakesNoAttemptBack(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(b *bench){
		"came back": func(b *bench) {
			b.post.setRefuse(func(m notify.Mail) error {
				if m.To.Email == b.sato.Email {
					return ErrPermanent
				}
				return nil
			})
		},
		"left": func(b *bench) {
			gone := b.sato
			gone.Active = false
			b.ok(b.ChangeContact(b.t.Context(), b.asAdmin, gone))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, jst(t, "2026-06-01 10:00:00"))
			id := b.file().ID
			b.do(b.asIto, id, &support.Take{})
			b.do(b.asTanaka, id, &support.AddWatcher{Contact: b.sato.ID})
			b.settle()
			b.do(b.asIto, id, &support.LogContact{Channel: support.Mail, Outcome: support.Sent, Text: support.T("Are you there?")})
			lose(b)
			b.settle()
			for _, f := range b.facts(id) {
				if f.Kind() == "attempt_voided" {
					t.Error("the attempt to reach the contact was taken back")
				}
			}
			to := slices.DeleteFunc(b.post.mails(), func(m notify.Mail) bool { return m.To.Email == b.ito.Email }) // who is told of it
			if to[len(to)-1].To.Email != b.tanaka.Email {
				t.Errorf("the last mail went to %s, want the contact", to[len(to)-1].To.Email)
			}
			b.check()
		})
	}
}

// Workers that die without a word use up the tries as well.
func TestAttemptWhoseWorkersDiedIsVoid(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-01 10:00:00"))
	id := b.attempted(support.Mail)
	b.post.setRefuse(func(notify.Mail) error { runtime.Goexit(); return nil })
	for range 200 {
		b.settle()
		b.wall.add(10 * time.Minute)
	}
	b.wantVoid(id, true)
	if len(b.dead()) != 1 {
		t.Errorf("dead letters %+v", b.dead())
	}
}

// Who shares a page with a broken mailbox is tried again.
func TestOneBrokenMailboxBuriesNoPage(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	second := b.colleague("second", "duty", support.RoleDuty)
	f := b.filing()
	f.Severity, f.Criteria = 1, []string{"production_down"}
	id := b.do(b.asTanaka, 0, f).ID
	down := true
	b.post.setRefuse(func(m notify.Mail) error {
		switch {
		case m.To.Email == second.Email:
			return ErrPermanent
		case down:
			return errors.New("relay is down")
		}
		return nil
	})
	b.settle()
	down = false
	b.wall.add(time.Minute)
	b.settle()
	if told := notices(b.facts(id), "filed_severe"); len(told) != 1 || len(b.dead()) != 0 {
		t.Errorf("told %+v, dead letters %+v", told, b.dead())
	}
}

// guide: A26
func TestWhoHasLeftIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-01 10:00:00"))
	id := b.attempted(support.Mail)
	before := len(b.post.mails())
	gone := b.tanaka
	gone.Active = false
	b.ok(b.ChangeContact(t.Context(), b.asAdmin, gone))
	b.settle()
	if n := len(b.post.mails()); n != before || len(b.dead()) != 0 {
		t.Errorf("%d mails and %d dead letters after the contact had left", n-before, len(b.dead()))
	}
	b.wantVoid(id, true)
	done, err := b.store.Effects(t.Context(), everything, store.EffectSent, 100)
	b.ok(err)
	if !slices.ContainsFunc(done, func(e store.EffectRow) bool {
		return e.Template == "attempt" && strings.Contains(e.LastError, "no longer active")
	}) {
		t.Error("the row does not say why nothing left")
	}
	b.check()
}

func TestWhatALeaverWasToldGoesToThoseOnCall(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.do(support.Actor{Kind: support.Vendor, ID: b.byrne.ID}, id, &support.Take{})
	b.settle()
	gone := b.byrne
	gone.Active = false
	// A desk refuses it; a database of before may hold it.
	b.ok(b.store.Update(t.Context(), func(tx *store.Tx) error { return tx.UpdateStaff(gone) }))
	b.do(b.asTanaka, id, &support.Comment{Text: support.T("Here is more."), Channel: support.Portal})
	b.settle()
	told := notices(b.facts(id), "customer_active")
	if len(told) != 1 || told[0].Recipient != (support.Recipient{Kind: support.ToStaff, ID: b.ito.ID}) {
		t.Errorf("told %+v, want the engineer on call", told)
	}
	if wrong := b.problems(); len(wrong) != 1 || !strings.Contains(wrong[0].What, "is not active (R26)") {
		t.Errorf("the check finds %+v, want the owner who has left alone", wrong)
	}
}

func TestPagesFindWhoIsOnCallAtThatMoment(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	f := b.filing()
	f.Severity, f.Criteria = 1, []string{"production_down"}
	id := b.do(b.asTanaka, 0, f).ID
	// The rota changes between the fact and the page.
	b.ok(b.SetDuty(t.Context(), b.asAdmin, b.ito.ID, ""))
	b.ok(b.SetDuty(t.Context(), b.asAdmin, b.byrne.ID, "on_call"))
	b.settle()
	b.ok(b.Advance(t.Context(), b.clock.set, jst(t, "2026-06-03 10:10:00")))
	// Who was named when the page began is called; who is on call later, then.
	for template, want := range map[string][]support.Staff{"response_due": {b.ito, b.byrne, b.duty}, "filed_severe": {b.duty}} {
		told := notices(b.facts(id), template)
		if len(told) != len(want) {
			t.Fatalf("%s was told to %+v", template, told)
		}
		for i, m := range want {
			if told[i].Recipient != (support.Recipient{Kind: support.ToStaff, ID: m.ID}) {
				t.Errorf("%s was told to %+v, want %s", template, told[i], m.FamilyName)
			}
		}
	}
}

func TestPagesAreNeverLost(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	b.ok(b.SetDuty(t.Context(), b.asAdmin, b.ito.ID, ""))
	b.ok(b.SetDuty(t.Context(), b.asAdmin, b.duty.ID, ""))
	second := b.colleague("second", "", support.RoleAdmin)
	f := b.filing()
	f.Severity, f.Criteria = 1, []string{"production_down"}
	id := b.do(b.asTanaka, 0, f).ID
	// One of the two admins cannot be reached; the other's word is enough.
	b.post.setRefuse(func(m notify.Mail) error {
		if m.To.Email == second.Email {
			return errors.New("mailbox is full")
		}
		return nil
	})
	b.settle()
	told := notices(b.facts(id), "response_due")
	if len(told) != 1 || told[0].Recipient != (support.Recipient{Kind: support.ToStaff, ID: b.admin.ID}) {
		t.Errorf("told %+v, want the admin", told)
	}
	if !strings.Contains(b.log.String(), "nobody holds the duty") {
		t.Error("nobody on duty was not logged")
	}
}

func TestPanicInAnEffectStopsNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	bad, good := b.file().ID, b.file().ID
	b.post.setRefuse(func(m notify.Mail) error {
		if strings.Contains(m.Key, "10000000.") {
			panic("poison")
		}
		return nil
	})
	b.settle()
	if len(notices(b.facts(good), "acknowledgement")) != 1 {
		t.Error("the other request's receipt did not go")
	}
	if len(notices(b.facts(bad), "acknowledgement")) != 0 {
		t.Error("a panic counts as told")
	}
}

func TestEffectsOfOneRequestGoInOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.do(b.asIto, id, &support.Take{})
	b.do(b.asIto, id, &support.Comment{Text: support.T("first"), Channel: support.Portal})
	b.do(b.asIto, id, &support.Comment{Text: support.T("second"), Channel: support.Portal})
	b.settle()
	var last int64
	for _, f := range b.facts(id) {
		n, ok := f.Body.(support.Notified)
		if !ok || n.Recipient.Kind != support.ToContact {
			continue
		}
		if n.Seq < last {
			t.Errorf("fact %d was told after fact %d", n.Seq, last)
		}
		last = n.Seq
	}
	if last == 0 {
		t.Error("nobody was told anything")
	}
}

// An erased text does not leave the house: what is told is rendered from the
// rows as they are when it is sent, in the recipient's language of that moment.
func TestEffectsAreRenderedWhenTheyGo(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	b.file()
	changed := b.tanaka
	changed.Language = "ja"
	b.ok(b.ChangeContact(t.Context(), b.asTanaka, changed))
	b.settle()
	mails := b.post.mails()
	if len(mails) != 1 || mails[0].Language != "ja" {
		t.Errorf("mails %+v, want one in Japanese", mails)
	}
}
