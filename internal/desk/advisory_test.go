package desk

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func anAdvisory() support.Advisory {
	return support.Advisory{Product: "esx", Affected: []string{"3.5", "4.0"}, Fixed: []string{"4.0 U1"}, Severity: "critical", References: []string{"CVE-2026-0001"},
		Texts: []support.AlertText{
			{Language: "en", Title: support.T("Memory corruption"), Text: support.T("Install 4.0 U1.")},
			{Language: "ja", Title: support.T("メモリ破壊"), Text: support.T("4.0 U1を適用してください。")},
		}}
}

// An advisory is the security team's alone until it is published; then anyone
// reads it, and the subscribers of security alerts of its product are told, once.
// A change is told by publishing it again.
//
// guide: R45
func TestAnAdvisoryIsPublishedAndTold(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	kudo := b.colleague("kudo", "", support.RoleSecurity)
	asKudo := support.Actor{Kind: support.Vendor, ID: kudo.ID}
	for _, kind := range []string{"security", "patch"} {
		by := b.asSato
		if kind == "patch" {
			by = b.asTanaka
		}
		b.ok(b.Subscribe(ctx, by, Subscribing{Product: "esx", Kinds: []string{kind}}))
		confirm, _ := b.tokens()
		_, err := b.ConfirmSubscription(ctx, confirm)
		b.ok(err)
	}
	a := anAdvisory()
	refused(t, b.DraftAdvisory(ctx, b.asIto, &a), support.Forbidden, "party.forbidden")
	b.ok(b.DraftAdvisory(ctx, asKudo, &a))
	others := []store.Viewer{{}, {Actor: b.asSato}, b.viewer(b.ito), b.viewer(b.duty)}
	seen := func(want int) {
		t.Helper()
		for _, v := range others {
			list, err := b.store.Advisories(ctx, v, "esx", 0, 0)
			b.ok(err)
			if _, err := b.store.Advisory(ctx, v, a.ID); len(list) != want || (err == nil) != (want == 1) {
				t.Errorf("%+v sees %d advisories, want %d: %v", v.Actor, len(list), want, err)
			}
			if alerts, err := b.store.Alerts(ctx, v, 0, 0); err != nil || want == 0 && len(alerts) != 0 {
				t.Errorf("%+v sees the alerts %+v, %v", v.Actor, alerts, err)
			}
		}
	}
	seen(0)
	refused(t, b.SendAlert(ctx, b.asAdmin, a.Alert, "x"), support.Conflict, "alert.of_advisory")
	refused(t, b.PublishAdvisory(ctx, asKudo, a.ID, "x"), support.Conflict, "broadcast.look_again")
	seen(0)
	p, err := b.PreviewAdvisory(ctx, b.viewer(kudo), a.ID)
	b.ok(err)
	if p.Subscribers != 1 || !strings.Contains(p.Audiences[0].Mail.Text, "CVE-2026-0001") || !strings.Contains(p.Audiences[0].Mail.Text, "4.0 U1") {
		t.Errorf("the preview shows %+v", p)
	}
	refused(t, b.PublishAdvisory(ctx, b.asIto, a.ID, p.Seen), support.Forbidden, "party.forbidden")
	b.ok(b.PublishAdvisory(ctx, asKudo, a.ID, p.Seen))
	refused(t, b.PublishAdvisory(ctx, asKudo, a.ID, p.Seen), support.Conflict, "alert.sent_already")
	seen(1)
	b.settle()
	told := func() int { return b.mailsAbout("sato@aoba.example", "Memory corruption") }
	if told() != 1 || b.mailsAbout("tanaka@hokuto.example", "Memory corruption") != 0 {
		t.Errorf("told %d times", told())
	}
	b.clock.add(time.Hour)
	now, read := anAdvisory(), b.Now().Add(-time.Hour)
	now.Fixed = append(now.Fixed, "3.5 U5")
	b.ok(b.ChangeAdvisory(ctx, asKudo, a.ID, read, now))
	refused(t, b.ChangeAdvisory(ctx, asKudo, a.ID, read, now), support.Conflict, "advisory.changed")
	got, err := b.store.Advisory(ctx, store.Viewer{}, a.ID)
	b.ok(err)
	if len(got.Fixed) != 2 || !got.UpdatedAt.Equal(b.Now()) || !got.PublishedAt.Equal(read) || told() != 1 {
		t.Errorf("changed: %+v, told %d times", got, told())
	}
	p, err = b.PreviewAdvisory(ctx, b.viewer(kudo), a.ID)
	b.ok(err)
	b.ok(b.PublishAdvisory(ctx, asKudo, a.ID, p.Seen))
	b.settle()
	if told() != 2 {
		t.Errorf("told %d times of an advisory and its change", told())
	}
	b.check()
}

// An advisory says which versions are affected and how grave it is. A pack without
// alerts publishes all the same, once.
//
// guide: R45
func TestWhatAnAdvisorySays(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	for field, change := range map[string]func(*support.Advisory){
		"severity": func(a *support.Advisory) { a.Severity = "odd" }, "affected": func(a *support.Advisory) { a.Affected = nil },
		"fixed[0]": func(a *support.Advisory) { a.Fixed = []string{" "} }, "texts": func(a *support.Advisory) { a.Texts = nil },
		"texts[0]": func(a *support.Advisory) { a.Texts[0].Title = support.Text{} }, "product": func(a *support.Advisory) { a.Product = "x" },
	} {
		a := anAdvisory()
		change(&a)
		if err := b.DraftAdvisory(ctx, b.asAdmin, &a); inFieldOf(err) != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	b.Pack().Alerts.Kinds = nil
	a := anAdvisory()
	b.ok(b.DraftAdvisory(ctx, b.asAdmin, &a))
	b.ok(b.PublishAdvisory(ctx, b.asAdmin, a.ID, ""))
	refused(t, b.PublishAdvisory(ctx, b.asAdmin, a.ID, ""), support.Conflict, "alert.sent_already")
	if got, err := b.store.Advisory(ctx, store.Viewer{}, a.ID); err != nil || got.Alert != 0 {
		t.Errorf("published: %+v, %v", got, err)
	}
	for s, want := range map[string]int64{"ADV-17": 17, "adv17": 17, "17": 17, "ADV-0": 0, "x": 0} {
		if got, err := support.ParseAdvisoryNumber(s); got != want || (err == nil) != (want != 0) {
			t.Errorf("%q is advisory %d, %v", s, got, err)
		}
	}
	b.check()
}
