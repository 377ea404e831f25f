package desk

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// noSuchUser is a server's word about an address that does not exist.
type noSuchUser struct{ error }

func (noSuchUser) Status() string  { return "5.1.1" }
func (n noSuchUser) Unwrap() error { return n.error }

func failures(facts []support.Fact) (out []support.NoticeFailed) {
	for _, f := range facts {
		if b, ok := f.Body.(support.NoticeFailed); ok {
			out = append(out, b)
		}
	}
	return out
}

// TestAnAddressThatDoesNotExistGetsNoMore: after a 5.1.1 nothing leaves to it, the
// timeline says of each mail that it did not, and the owner is told once; pages go
// on. It lasts until somebody says that the address is right.
//
// guide: R12
func TestAnAddressThatDoesNotExistGetsNoMore(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	id := b.file().ID
	b.do(b.asIto, id, &support.Take{})
	b.settle()
	tries := 0
	b.post.setRefuse(func(m notify.Mail) error {
		if m.To.Email != b.tanaka.Email {
			return nil
		}
		tries++
		return noSuchUser{fmt.Errorf("550: %w", errors.Join(ErrAddress, ErrPermanent))}
	})
	for range 3 {
		b.do(b.asIto, id, &support.Comment{Text: support.T("Hello?"), Channel: support.Mail})
		b.settle()
	}
	got := failures(b.facts(id))
	if tries != 1 || len(got) != 3 || got[0].Why != support.NoticeRefused || got[0].Status != "5.1.1" || got[1].Why != support.NoticeSuppressed || got[2].Why != support.NoticeSuppressed {
		t.Fatalf("%d tries, and the timeline says %+v", tries, got)
	}
	told := notices(b.facts(id), "not_reached_staff")
	if len(told) != 1 || told[0].Recipient != (support.Recipient{Kind: support.ToStaff, ID: b.ito.ID}) {
		t.Errorf("the owner was told %+v", told)
	}
	list, err := b.store.SuppressedList(ctx, everything, 0, 10)
	b.ok(err)
	if len(list) != 1 || list[0].Email != b.tanaka.Email || list[0].Why != store.SuppressedBounced || list[0].Status != "5.1.1" {
		t.Fatalf("stopped: %+v", list)
	}
	b.ok(b.ConfirmAddress(ctx, b.asTanaka, b.tanaka.ID))
	b.post.setRefuse(nil)
	before := len(to(b.post.mails(), b.tanaka.Email))
	b.do(b.asIto, id, &support.Comment{Text: support.T("Again."), Channel: support.Mail})
	b.settle()
	if n := len(to(b.post.mails(), b.tanaka.Email)) - before; n != 1 {
		t.Errorf("after the address was confirmed %d mails left", n)
	}
	b.check()
}

// TestMailsAreStoppedByHand: who may stops them and lets them leave again; a page to
// somebody on call is no mail that can be stopped.
func TestMailsAreStoppedByHand(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	asHayashi := support.Actor{Kind: support.Vendor, ID: b.hayashi.ID}
	stopped := store.Suppressed{Email: "Tanaka@Hokuto.example", Why: store.SuppressedComplained}
	refused(t, b.Suppress(ctx, b.asIto, &stopped), support.Forbidden, "party.forbidden")
	b.ok(b.Suppress(ctx, asHayashi, &stopped))
	refused(t, b.Suppress(ctx, asHayashi, &stopped), support.Conflict, "suppressed.there")
	refused(t, b.Suppress(ctx, asHayashi, &store.Suppressed{Email: "x@example.com", Why: store.SuppressedBounced}), support.Invalid, "suppressed.why")
	onCall := store.Suppressed{Email: b.ito.Email, Why: store.SuppressedByHand}
	b.ok(b.Suppress(ctx, asHayashi, &onCall))
	duty := store.Suppressed{Email: b.duty.Email, Why: store.SuppressedByHand}
	b.ok(b.Suppress(ctx, asHayashi, &duty))
	severe := b.filing()
	severe.Severity = 1
	severe.Details.Severity1 = []int64{b.tanaka.ID}
	severe.Details.Environment, severe.Details.Impact = "production", support.T("All is down.")
	done, err := b.Do(ctx, b.asTanaka, 0, severe)
	b.ok(err)
	b.settle()
	if n := len(to(b.post.mails(), b.tanaka.Email)); n != 0 {
		t.Errorf("%d mails left to an address to which none may", n)
	}
	pages := slices.DeleteFunc(b.post.mails(), func(m notify.Mail) bool { return m.To.Email != b.duty.Email && m.To.Email != b.ito.Email })
	if len(pages) == 0 {
		t.Error("nobody was paged")
	}
	if got := failures(b.facts(done.ID)); len(got) == 0 || got[0].Why != support.NoticeSuppressed {
		t.Errorf("the timeline says %+v", got)
	}
	refused(t, b.Unsuppress(ctx, asHayashi, 4711), support.NotFound, "suppressed.unknown")
	b.ok(b.Unsuppress(ctx, asHayashi, stopped.ID))
	b.file()
	b.settle()
	if n := len(to(b.post.mails(), b.tanaka.Email)); n != 1 {
		t.Errorf("%d mails left after they were let", n)
	}
	b.check()
}

// TestAStormOfMailsWaits: two nodes together send a reader and all readers no more
// than the limits, lose none, and page at once (T14).
func TestAStormOfMailsWaits(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	b.limits = store.MailLimits{PerReader: 10, InAll: 25}
	other, err := New(Config{Store: b.store, Packs: b.Packs(), Now: b.clock.now, Real: b.wall.now, Out: b.post, Sender: "support@vendor.example", Limits: b.limits})
	b.ok(err)
	const storm = 30
	for range storm {
		b.file()
	}
	began := b.wall.now()
	for range 5 {
		b.ok(other.Settle(ctx))
		b.settle()
	}
	if n := len(to(b.post.mails(), b.tanaka.Email)); n != 10 {
		t.Errorf("%d mails left to one reader at once, want 10", n)
	}
	severe := b.filing()
	severe.Severity, severe.Details = 1, support.Details{Environment: "production", Impact: support.T("All is down."), Severity1: []int64{b.tanaka.ID}}
	_, err = b.Do(ctx, b.asTanaka, 0, severe)
	b.ok(err)
	b.settle()
	if n := len(to(b.post.mails(), b.duty.Email)); n == 0 {
		t.Error("a page waits")
	}
	var within []time.Time
	for len(to(b.post.mails(), b.tanaka.Email)) < storm+1 {
		n := len(to(b.post.mails(), b.tanaka.Email))
		b.wall.add(time.Minute)
		b.ok(other.Settle(ctx))
		b.settle()
		for range len(to(b.post.mails(), b.tanaka.Email)) - n {
			within = append(within, b.wall.now())
		}
		if b.wall.now().Sub(began) > 6*time.Hour {
			t.Fatalf("%d of %d mails left in six hours", len(to(b.post.mails(), b.tanaka.Email)), storm+1)
		}
	}
	for i, at := range within {
		if i >= 10 && at.Sub(within[i-10]) < time.Hour {
			t.Errorf("more than 10 mails left within an hour, the last at %v", at)
		}
	}
	dead, err := b.store.Effects(ctx, everything, store.EffectDead, 10)
	b.ok(err)
	if len(dead) != 0 {
		t.Errorf("given up: %+v", dead)
	}
	b.check()
}
