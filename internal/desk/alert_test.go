package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

var stranger = support.Actor{}

// mailsAbout are the mails to an address whose subject holds a word.
func (b *bench) mailsAbout(to, word string) int {
	n := 0
	for _, m := range b.post.mails() {
		if m.To.Email == to && strings.Contains(m.Subject, word) {
			n++
		}
	}
	return n
}

func (b *bench) alert(kind string) support.Alert {
	b.t.Helper()
	a := support.Alert{Product: "esx", Kind: kind, Link: "https://vendor.example/x", Texts: []support.AlertText{
		{Language: "en", Title: support.T("Update"), Text: support.T("Install the patch.")},
		{Language: "ja", Title: support.T("更新"), Text: support.T("パッチを適用してください。")},
	}}
	b.ok(b.DraftAlert(b.t.Context(), b.asAdmin, &a))
	return a
}

func (b *bench) publish(a support.Alert) AlertPreview {
	b.t.Helper()
	p, err := b.PreviewAlert(b.t.Context(), everything, a.ID)
	b.ok(err)
	b.ok(b.SendAlert(b.t.Context(), b.asAdmin, a.ID, p.Seen))
	return p
}

// tokens are the confirming and the ending token of the newest subscription.
func (b *bench) tokens() (confirm, leave string) {
	b.t.Helper()
	for id := int64(1); ; id++ {
		s, err := b.store.Subscription(b.t.Context(), id)
		if support.CodeOf(err) == support.NotFound {
			return confirm, leave
		}
		b.ok(err)
		confirm, leave = s.ConfirmToken, s.LeaveToken
	}
}

// Alerts are sent to who subscribed and confirmed it by mail, of that product and
// kind, once, in their language, and to nobody else.
//
// guide: R11
func TestAlertsComeToThoseWhoConfirmed(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	sato := b.sato
	sato.Language = "ja"
	b.ok(b.ChangeContact(ctx, b.asAdmin, sato))
	subscribe := func(by support.Actor, in Subscribing) (confirm, leave string) {
		t.Helper()
		b.ok(b.Subscribe(ctx, by, in))
		b.settle()
		return b.tokens()
	}
	subscribe(b.asTanaka, Subscribing{Product: "esx", Kinds: []string{"security"}}) // never confirmed
	for _, c := range []struct {
		by support.Actor
		in Subscribing
	}{
		{b.asSato, Subscribing{Product: "esx", Kinds: []string{"security", "patch"}}},
		{stranger, Subscribing{Product: "esx", Kinds: []string{"security"}, Email: "Reader@Elsewhere.example", Language: "en"}},
		{stranger, Subscribing{Product: "esx", Kinds: []string{"security"}, Email: "SATO@aoba.example"}}, // the contact's own address
		{b.asSuzuki, Subscribing{Product: "vsphere", Kinds: []string{"security"}}},
		{b.asPL, Subscribing{Product: "esx", Kinds: []string{"patch"}}},
	} {
		confirm, _ := subscribe(c.by, c.in)
		_, err := b.ConfirmSubscription(ctx, confirm)
		b.ok(err)
		_, err = b.ConfirmSubscription(ctx, confirm)
		refused(t, err, support.NotFound, "alert.token")
	}
	a := b.alert("security")
	p := b.publish(a)
	if p.Subscribers != 2 || len(p.Audiences) != 2 || p.Audiences[1].In != "ja" || strings.Contains(fmt.Sprint(p), "sato@aoba.example") {
		t.Errorf("the preview shows %+v", p)
	}
	refused(t, b.SendAlert(ctx, b.asAdmin, a.ID, p.Seen), support.Conflict, "alert.sent_already")
	refused(t, b.SendAlert(ctx, b.asIto, a.ID, p.Seen), support.Forbidden, "party.forbidden")
	b.ok(b.Advance(ctx, b.clock.set, b.Now().Add(time.Hour)))
	for to, want := range map[string]int{
		"sato@aoba.example": 1, "reader@elsewhere.example": 1, "tanaka@hokuto.example": 0, "suzuki@aoba.example": 0, "takahashi@hokuto.example": 0,
	} {
		word := "Update"
		if to == "sato@aoba.example" {
			word = "更新"
		}
		if n := b.mailsAbout(to, word); n != want {
			t.Errorf("%s got %d alerts, want %d", to, n, want)
		}
	}
	b.check()
}

// Of alerts that were looked at, one subscriber more or less is another set; mails
// leave so many a minute; who has left meanwhile gets none.
//
// guide: R11
func TestAnAlertIsSentAsItWasLookedAt(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	b.Pack().Batches.MailsPerMinute = 1
	var leave string
	for _, by := range []support.Actor{b.asSato, b.asSuzuki, b.asTanaka} {
		b.ok(b.Subscribe(ctx, by, Subscribing{Product: "esx", Kinds: []string{"patch"}}))
		var confirm string
		confirm, leave = b.tokens()
		_, err := b.ConfirmSubscription(ctx, confirm)
		b.ok(err)
	}
	a := b.alert("patch")
	p, err := b.PreviewAlert(ctx, everything, a.ID)
	b.ok(err)
	b.ok(b.Subscribe(ctx, b.asPL, Subscribing{Product: "esx", Kinds: []string{"patch"}}))
	confirm, _ := b.tokens()
	_, err = b.ConfirmSubscription(ctx, confirm)
	b.ok(err)
	refused(t, b.SendAlert(ctx, b.asAdmin, a.ID, p.Seen), support.Conflict, "broadcast.look_again")
	if p = b.publish(a); p.Subscribers != 4 {
		t.Errorf("%d subscribers, want 4", p.Subscribers)
	}
	b.settle()
	got := func() (n int) {
		for _, m := range b.post.mails() {
			if strings.Contains(m.Subject, "Update") {
				n++
			}
		}
		return n
	}
	if n := got(); n != 1 {
		t.Errorf("%d alerts left at once, want 1", n)
	}
	b.ok(b.EndSubscription(ctx, leave)) // Tanaka, whose mail waits
	b.ok(b.EndSubscription(ctx, leave))
	refused(t, b.EndSubscription(ctx, "x"), support.NotFound, "alert.no_subscription")
	b.ok(b.Advance(ctx, b.clock.set, b.Now().Add(time.Hour)))
	if n := got(); n != 3 || b.mailsAbout("tanaka@hokuto.example", "Update") != 0 {
		t.Errorf("%d alerts left, want 3 and none to who has left", n)
	}
	mine, err := b.store.Subscriptions(ctx, store.Viewer{Actor: b.asSato})
	b.ok(err)
	if len(mine) != 1 {
		t.Fatalf("Sato has %+v", mine)
	}
	refused(t, b.EndOwnSubscription(ctx, b.asTanaka, mine[0].ID), support.NotFound, "alert.no_subscription")
	b.ok(b.EndOwnSubscription(ctx, b.asSato, mine[0].ID))
	if mine, err = b.store.Subscriptions(ctx, store.Viewer{Actor: b.asSato}); err != nil || len(mine) != 0 {
		t.Errorf("Sato still has %+v, %v", mine, err)
	}
	b.check()
}

// One address is asked to confirm a product once a day: what is asked meanwhile
// waits for the next mail, and one mail asks for all of it. A confirmation that is
// too old is none, and addresses are forgotten.
//
// guide: R11
func TestOneMailADayAsksToConfirm(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	const who = "reader@elsewhere.example"
	ask := func(kind string) {
		t.Helper()
		b.ok(b.Subscribe(ctx, stranger, Subscribing{Product: "esx", Kinds: []string{kind}, Email: who}))
		b.settle()
	}
	asked := func() int { return b.mailsAbout(who, "Please confirm") }
	ask("patch")
	first, _ := b.tokens()
	ask("patch")
	ask("security")
	ask("maintenance")
	if n := asked(); n != 1 {
		t.Fatalf("%d mails asked to confirm, want 1", n)
	}
	b.ok(b.Subscribe(ctx, stranger, Subscribing{Product: "vsphere", Kinds: []string{"patch"}, Email: who}))
	b.settle()
	if n := asked(); n != 2 {
		t.Errorf("%d mails with the one for another product, want 2", n)
	}
	day := b.Now().Add(24 * time.Hour)
	b.ok(b.Advance(ctx, b.clock.set, day.Add(-time.Microsecond)))
	if n := asked(); n != 2 {
		t.Errorf("%d mails a microsecond before the day is over, want 2", n)
	}
	b.ok(b.Advance(ctx, b.clock.set, day))
	if n := asked(); n != 3 {
		t.Errorf("%d mails after a day, want 3", n)
	}
	// Asking again made the token of the first mail not void.
	got, err := b.ConfirmSubscription(ctx, first)
	b.ok(err)
	if len(got) != 1 || got[0].Kind != "patch" {
		t.Errorf("the first mail confirms %+v", got)
	}
	s, err := b.store.Subscription(ctx, 2)
	b.ok(err)
	all, err := b.store.AskedTogether(ctx, s.ConfirmToken)
	b.ok(err)
	if len(all) != 2 || s.Kind != "security" {
		t.Errorf("the mail asks for %+v", all)
	}
	b.clock.set(day.Add(72 * time.Hour))
	_, err = b.ConfirmSubscription(ctx, s.ConfirmToken)
	refused(t, err, support.NotFound, "alert.token")
	b.ok(b.Daily(ctx))
	b.clock.add(time.Second)
	b.ok(b.Daily(ctx))
	if _, err := b.store.Subscription(ctx, 2); support.CodeOf(err) != support.NotFound {
		t.Errorf("what nobody confirmed is still kept: %v", err)
	}
	b.check()
}

// Whoever has left is forgotten after a day; strangers are not taken without end,
// and what is asked for is something that there is.
//
// guide: R11
func TestSubscribersAreForgottenAndBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	const who = "reader@elsewhere.example"
	b.ok(b.Subscribe(ctx, stranger, Subscribing{Product: "esx", Kinds: []string{"patch"}, Email: who}))
	b.settle()
	confirm, leave := b.tokens()
	_, err := b.ConfirmSubscription(ctx, confirm)
	b.ok(err)
	b.ok(b.EndSubscription(ctx, leave))
	b.settle()
	done, err := b.store.Effects(ctx, everything, store.EffectSent, 0)
	b.ok(err)
	for _, e := range done {
		_, err := b.store.Sent(ctx, everything, e.Key)
		refused(t, err, support.NotFound, "effect.erased")
	}
	b.clock.add(25 * time.Hour)
	b.ok(b.Daily(ctx))
	for id := int64(1); id < 20; id++ {
		if s, err := b.store.Subscription(ctx, id); err == nil && s.Email != "" {
			t.Errorf("the address of %+v is still kept", s)
		}
	}
	for i := range b.Pack().Alerts.Hourly {
		b.ok(b.Subscribe(ctx, stranger, Subscribing{Product: "esx", Kinds: []string{"patch"}, Email: fmt.Sprintf("n%d@elsewhere.example", i)}))
	}
	refused(t, b.Subscribe(ctx, stranger, Subscribing{Product: "esx", Kinds: []string{"patch"}, Email: "more@elsewhere.example"}), support.Busy, "alert.too_many")
	b.ok(b.Subscribe(ctx, b.asSato, Subscribing{Product: "esx", Kinds: []string{"patch"}}))
	for field, in := range map[string]Subscribing{
		"email": {Product: "esx", Kinds: []string{"patch"}, Email: "x"}, "kinds": {Product: "esx", Email: who}, "kinds[0]": {Product: "esx", Kinds: []string{"x"}, Email: who},
		"product": {Product: "x", Kinds: []string{"patch"}, Email: who},
	} {
		if err := b.Subscribe(ctx, stranger, in); inFieldOf(err) != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	refused(t, b.Subscribe(ctx, b.asIto, Subscribing{Product: "esx", Kinds: []string{"patch"}}), support.Forbidden, "alert.own_only")
	b.check()
}
