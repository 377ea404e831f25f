package desk

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

var wednesday = "2026-06-03 10:20:00"

// Everything that happens is posted, in its order, once, signed, and with the
// real instant of the post; a receiver of some kinds gets those.
func TestWebhooksAreToldOfTheFeed(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, wednesday))
	b.file() // before anybody listens
	b.ok(b.store.Number(t.Context()))
	all, some := newEar(t), newEar(t)
	h := b.hook(all.url)
	filed := b.hook(some.url, "filed", "commented")
	deliver(t, b.Desk)
	for range 3 {
		b.do(b.asTanaka, b.file().ID, &support.Comment{Text: support.T("x"), Channel: support.Portal})
	}
	events, kinds := b.feed(h.Pos), 0
	for _, e := range events {
		got := all.next()
		if got.Data.Pos != e.Pos || got.Data.Request != e.SubjectID || got.Data.Seq != e.Fact.Seq || got.Type != "request."+e.Fact.Kind() || !got.Timestamp.Equal(e.Fact.At) {
			t.Fatalf("got %+v, want event %d: %s", got, e.Pos, e.Data)
		}
		if !got.signedBy(h.Secret) || got.signedBy(filed.Secret) || !got.at.Equal(b.wall.now()) || len(got.id) < 20 || strings.Contains(got.id, ".") {
			t.Errorf("headers %+v", got)
		}
		if !filed.Wants(e.Fact.Kind()) {
			continue
		}
		kinds++
		if own := some.next(); own.Data != got.Data || own.id != got.id || !own.signedBy(filed.Secret) {
			t.Errorf("got %+v, want %+v", own, got)
		}
	}
	if len(events) < 12 || kinds != 6 {
		t.Errorf("%d events, %d of them filed or commented", len(events), kinds)
	}
	all.silent()
	some.silent()
}

// What is not taken is tried again at growing pauses by the real clock, under
// the same id; after three days the receiver is disabled and the administrators
// are told. Enabled again, it gets all that it missed.
func TestWebhookThatFails(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, wednesday))
	e := newEar(t)
	h := b.hook(e.url)
	b.file()
	began := b.wall.now()
	var first heard
	var pauses []time.Duration
	for n := 1; b.hookOf(h.ID).State == store.WebhookEnabled; n++ {
		e.answers <- 500
		until := b.turn(h.ID)
		got := e.next()
		if n == 1 {
			first = got
		}
		if got.id != first.id || string(got.body) != string(first.body) || !got.signedBy(h.Secret) || !got.at.Equal(b.wall.now().Truncate(time.Second)) {
			t.Fatalf("attempt %d: %+v, the first was %+v", n, got, first)
		}
		if row := b.hookOf(h.ID); row.Attempts != n || row.Pos != h.Pos || !row.FailingSince.Equal(began) {
			t.Fatalf("attempt %d: %+v", n, row)
		}
		if b.turn(h.ID); len(e.got) != 0 {
			t.Fatalf("attempt %d came before its time", n+1)
		}
		pauses = append(pauses, until.Sub(b.wall.now()))
		b.wall.set(until)
	}
	want := []time.Duration{5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600}
	for i, p := range want {
		if pauses[i] != p*time.Second {
			t.Errorf("pause %d is %v, want %v", i+1, pauses[i], p*time.Second)
		}
	}
	row := b.hookOf(h.ID)
	if took := row.SinceAt.Sub(began); took < 72*time.Hour || took > 73*time.Hour || row.Why != store.WebhookFailing {
		t.Errorf("disabled after %v: %+v", took, row)
	}
	b.settle()
	var told []string
	for _, m := range b.post.mails() {
		if strings.Contains(m.Subject, "Disabled: webhook crm") {
			told = append(told, m.To.Email)
			if !strings.Contains(m.Text, "127.0.0.1") || strings.Contains(m.Text, h.Secret) {
				t.Errorf("the letter:\n%s", m.Text)
			}
		}
	}
	if len(told) != 1 || told[0] != b.admin.Email {
		t.Errorf("told %v", told)
	}
	b.comesBack(h, e, first)
	b.check()
}

// comesBack enables a receiver that has failed: it goes on where it stopped, or
// with skip from then on.
func (b *bench) comesBack(h store.Webhook, e *ear, first heard) {
	b.t.Helper()
	ctx := b.t.Context()
	b.ok(b.SetWebhookState(ctx, b.asAdmin, h.ID, store.WebhookEnabled, false))
	b.turn(h.ID)
	for i, x := range b.feed(h.Pos) {
		if got := e.next(); got.Data.Pos != x.Pos || i == 0 && got.id != first.id {
			b.t.Errorf("got %+v, want %d", got, x.Pos)
		}
	}
	b.ok(b.SetWebhookState(ctx, b.asAdmin, h.ID, store.WebhookDisabled, false))
	b.file()
	b.turn(h.ID)
	e.silent()
	b.ok(b.store.Number(ctx))
	b.ok(b.SetWebhookState(ctx, b.asAdmin, h.ID, store.WebhookEnabled, true))
	next := b.file()
	b.turn(h.ID)
	if got := e.next(); got.Data.Request != next.ID || got.Data.Seq != 1 {
		b.t.Errorf("got %+v, want the filing of %d", got, next.ID)
	}
}

// A receiver that says that it is gone is disabled at once; a letter about one
// that was enabled meanwhile is not sent.
func TestWebhookThatIsGone(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, wednesday))
	e := newEar(t)
	h := b.hook(e.url)
	gone := func() {
		b.wall.add(time.Minute)
		b.file()
		e.answers <- 410
		b.turn(h.ID)
		e.next()
		if row := b.hookOf(h.ID); row.State != store.WebhookDisabled || row.Why != store.WebhookGone || row.Pos != h.Pos {
			t.Fatalf("after 410: %+v", row)
		}
	}
	told := func(want ...string) {
		t.Helper()
		b.settle()
		var got []string
		for _, m := range b.post.mails() {
			if strings.Contains(m.Subject, "Disabled: webhook crm") && strings.Contains(m.Text, "410") {
				got = append(got, m.To.Email)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
	}
	enable := func() { b.ok(b.SetWebhookState(t.Context(), b.asAdmin, h.ID, store.WebhookEnabled, false)) }
	gone()
	told(b.admin.Email)
	enable()
	gone()
	enable()
	told(b.admin.Email)
	gone()
	told(b.admin.Email, b.admin.Email)
	// Without an administrator, duty is told.
	left := b.admin
	left.Active = false
	b.ok(b.ChangeStaff(t.Context(), system, left))
	b.ok(b.SetWebhookState(t.Context(), system, h.ID, store.WebhookEnabled, false))
	gone()
	told(b.admin.Email, b.admin.Email, b.duty.Email)
}

// While a secret is changed both sign; then the new one alone.
func TestWebhookSecretsOverlap(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, wednesday))
	e := newEar(t)
	h := b.hook(e.url, "filed")
	_, err := b.RotateWebhook(t.Context(), b.asAdmin, h.ID, MaxOverlap+1)
	refused(t, err, support.Invalid, "webhook.overlap")
	second, err := b.RotateWebhook(t.Context(), b.asAdmin, h.ID, time.Hour)
	b.ok(err)
	signed := func() (one, two bool, n int) {
		b.file()
		b.turn(h.ID)
		got := e.next()
		return got.signedBy(h.Secret), got.signedBy(second), len(strings.Fields(got.signature))
	}
	b.wall.add(time.Hour - time.Microsecond)
	if one, two, n := signed(); !one || !two || n != 2 {
		t.Errorf("during the overlap: %v, %v, %d signatures", one, two, n)
	}
	b.wall.add(time.Microsecond)
	if one, two, n := signed(); one || !two || n != 1 {
		t.Errorf("after the overlap: %v, %v, %d signatures", one, two, n)
	}
	b.ok(b.Daily(t.Context()))
	if row := b.hookOf(h.ID); row.Previous != "" || row.Secret != second {
		t.Errorf("the day after: %+v", row)
	}
	third, err := b.RotateWebhook(t.Context(), b.asAdmin, h.ID, 0)
	b.ok(err)
	b.file()
	b.turn(h.ID)
	if got := e.next(); got.signedBy(second) || !got.signedBy(third) {
		t.Error("without an overlap the secret before signs")
	}
}

// A test says how it went, and nothing of what waits; a name that leads to a
// private address is refused when it is resolved, each time anew.
func TestWebhookTestsAndRefusedAddresses(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, wednesday))
	e := newEar(t)
	ctx := t.Context()
	port := e.url[strings.LastIndexByte(e.url, ':'):]
	named := func(addr string) Webhooks {
		return earshot(func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr(addr)}, nil
		})
	}
	b.webhooks = named("127.0.0.1")
	h := b.hook("http://receiver.example" + port + "/hook")
	b.ok(b.SetWebhookState(ctx, b.asAdmin, h.ID, store.WebhookDisabled, false))
	out, err := b.TestWebhook(ctx, b.asAdmin, h.ID)
	got := e.next()
	if err != nil || out.Status != 204 || out.Why != "" || out.Message != got.id || got.Type != "webhook.test" || !got.signedBy(h.Secret) {
		t.Errorf("tested %+v, %v; got %+v", out, err, got)
	}
	b.ok(b.SetWebhookState(ctx, b.asAdmin, h.ID, store.WebhookEnabled, false))
	b.webhooks = named("10.0.0.7")
	if out, err = b.TestWebhook(ctx, b.asAdmin, h.ID); err != nil || out.Why != "address" || out.Status != 0 {
		t.Errorf("tested at a private address: %+v, %v", out, err)
	}
	b.file()
	b.turn(h.ID)
	kept, err := b.store.Deliveries(ctx, everything, h.ID, 0)
	if err != nil || len(kept) != 3 || kept[0].Why != "address" || kept[0].Attempt != 1 || kept[1].Attempt != 0 || kept[2].Status != 204 {
		t.Errorf("kept %+v, %v", kept, err)
	}
	if row := b.hookOf(h.ID); row.Attempts != 1 || row.Sent != 3 {
		t.Errorf("%+v", row)
	}
	e.silent()
	for url, key := range map[string]string{
		"http://[fd00::7]/": "webhook.address", "http://[::ffff:169.254.169.254]/": "webhook.address", "ftp://a.example/": "webhook.url",
		"https://u:p@a.example/": "webhook.url", "https://a.example:25/": "webhook.url",
	} {
		refused(t, b.AddWebhook(ctx, b.asAdmin, &store.Webhook{Name: "x", URL: url}), support.Invalid, key)
		refused(t, b.ChangeWebhook(ctx, b.asAdmin, h.ID, WebhookChange{URL: &url}), support.Invalid, key)
	}
	refused(t, b.AddWebhook(ctx, b.asAdmin, &store.Webhook{Name: "x", URL: "https://a.example", Kinds: []string{"x"}}), support.Invalid, "webhook.kind")
	refused(t, b.AddWebhook(ctx, b.asIto, &store.Webhook{Name: "x", URL: "https://a.example"}), support.Forbidden, "party.forbidden")
	b.webhooks = Webhooks{}
	refused(t, b.AddWebhook(ctx, b.asAdmin, &store.Webhook{Name: "x", URL: "https://a.example"}), support.Conflict, "webhook.off")
	_, err = b.TestWebhook(ctx, b.asAdmin, h.ID)
	refused(t, err, support.Conflict, "webhook.off")
}
