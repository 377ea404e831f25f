package storetest

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func (w *world) receiver(name string) store.Webhook {
	w.t.Helper()
	h := store.Webhook{Name: name, URL: "https://r.example/" + name, Kinds: []string{"filed"}, Secret: "one", SinceAt: real, Staff: w.staff.ID, MadeAt: monday}
	w.update(func(tx *store.Tx) error { return tx.AddWebhook(&h) })
	return h
}

// hook reads a receiver.
func (w *world) hook(id int64) store.Webhook {
	w.t.Helper()
	h, err := w.s.Webhook(context.Background(), everything, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

// testWebhooks sets receivers and reads them, and nobody but administrators.
func testWebhooks(w *world) {
	w.file(nil)
	w.numbered()
	head, err := w.s.Head(context.Background())
	h := w.receiver("a")
	if got := w.hook(h.ID); err != nil || !reflect.DeepEqual(got, h) || h.Pos != head || h.State != store.WebhookEnabled {
		w.t.Errorf("got %+v\nwant %+v; head %d, %v", got, h, head, err)
	}
	for _, v := range []store.Viewer{customer(w.contacts[0].ID), staffed(w.staff.ID, support.RoleDuty), {}} {
		list, err := w.s.Webhooks(context.Background(), v, 0, 0)
		if err != nil || len(list) != 0 {
			w.t.Errorf("%+v sees %d, %v", v, len(list), err)
		}
		_, err = w.s.Webhook(context.Background(), v, h.ID)
		wantCode(w.t, err, support.NotFound, "webhook.not_found")
		_, err = w.s.Deliveries(context.Background(), v, h.ID, 0)
		wantCode(w.t, err, support.NotFound, "webhook.not_found")
	}
	h.Name, h.Kinds = "b", nil
	until := real.Add(time.Hour)
	w.update(func(tx *store.Tx) error {
		return firstOf(tx.ChangeWebhook(h), tx.RotateWebhook(h.ID, "two", until), tx.DisableWebhook(h.ID, store.WebhookByAdmin, until),
			tx.DisableWebhook(h.ID, store.WebhookByAdmin, until.Add(1)))
	})
	h.Secret, h.Previous, h.PreviousUntil, h.State, h.Why, h.SinceAt, h.Version = "two", "one", until, store.WebhookDisabled, store.WebhookByAdmin, until, 5
	if got := w.hook(h.ID); !reflect.DeepEqual(got, h) {
		w.t.Errorf("got %+v\nwant %+v", got, h)
	}
	w.refuses(support.Conflict, "webhook.lease_lost", func(tx *store.Tx) error {
		_, err := tx.ClaimWebhook(h.ID, "n1", real, until)
		return err
	})
	w.file(nil)
	w.numbered()
	head, _ = w.s.Head(context.Background())
	w.update(func(tx *store.Tx) error { return tx.EnableWebhook(h.ID, false, real) })
	if got := w.hook(h.ID); got.Pos != h.Pos || got.State != store.WebhookEnabled || got.Why != "" || !got.SinceAt.Equal(real) {
		w.t.Errorf("enabled where it stopped: %+v", got)
	}
	w.update(func(tx *store.Tx) error { return tx.EnableWebhook(h.ID, true, until) })
	if got := w.hook(h.ID); got.Pos != head || !got.SinceAt.Equal(real) {
		w.t.Errorf("enabled from now on: %+v, head %d", got, head)
	}
	for i, want := range []string{"one", ""} {
		w.update(func(tx *store.Tx) error { return tx.ForgetSecrets(until.Add(time.Duration(i-1) * time.Microsecond)) })
		if got := w.hook(h.ID); got.Previous != want || got.Secret != "two" {
			w.t.Errorf("the secrets are %q and %q, want %q as the one before", got.Secret, got.Previous, want)
		}
	}
	w.update(func(tx *store.Tx) error {
		return firstOf(tx.WebhookTested(h.ID, store.Delivery{Message: "m", Kind: "k", At: real, Took: time.Second, Status: 200}), tx.RemoveWebhook(h.ID))
	})
	for _, do := range []func(tx *store.Tx) error{
		func(tx *store.Tx) error { return tx.RemoveWebhook(h.ID) },
		func(tx *store.Tx) error { return tx.ChangeWebhook(h) },
		func(tx *store.Tx) error { return tx.WebhookTested(h.ID, store.Delivery{}) },
	} {
		w.refuses(support.NotFound, "webhook.not_found", do)
	}
	for i := range store.MaxWebhooks {
		w.receiver(fmt.Sprint(i))
	}
	w.refuses(support.Conflict, "webhook.too_many", func(tx *store.Tx) error { return tx.AddWebhook(&h) })
}

// testDeliveries has nodes take turns at a receiver: one has the lease, whoever
// has lost it writes nothing, and failures wait.
func testDeliveries(w *world) {
	h := w.receiver("a")
	ctx := context.Background()
	minute := real.Add(time.Minute)
	claim := func(node string, at time.Time) (got store.Webhook, err error) {
		err = w.s.Update(ctx, func(tx *store.Tx) error {
			got, err = tx.ClaimWebhook(h.ID, node, at, at.Add(time.Minute))
			return err
		})
		return got, err
	}
	var won atomic.Int64
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if _, err := claim(fmt.Sprint("many", i), real.Add(-time.Minute)); err == nil {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		w.t.Errorf("%d nodes won one lease", won.Load())
	}
	one, err := claim("n1", real) // the lease before has ended in this instant
	if err != nil || one.Lease != "n1" || !one.LeasedUntil.Equal(minute) {
		w.t.Fatalf("%+v, %v", one, err)
	}
	_, err = claim("n2", minute.Add(-time.Microsecond))
	wantCode(w.t, err, support.Conflict, "webhook.lease_lost")
	taken := store.Delivery{Message: "m1", Kind: "request.filed", Attempt: 1, At: real, Took: 12 * time.Millisecond, Status: 204}
	w.update(func(tx *store.Tx) (err error) {
		one, err = tx.WebhookTaken(one, one.Pos+7, minute.Add(time.Second), taken)
		return err
	})
	w.update(func(tx *store.Tx) (err error) { one, err = tx.PassWebhook(one, one.Pos+1); return err })
	if one.Pos != h.Pos+8 || one.Sent != 1 || !one.LeasedUntil.Equal(minute.Add(time.Second)) {
		w.t.Errorf("taken: %+v", one)
	}
	two, err := claim("n2", minute.Add(time.Second))
	if err != nil || two.Pos != one.Pos {
		w.t.Fatalf("%+v, %v", two, err)
	}
	for _, late := range []func(tx *store.Tx) error{
		func(tx *store.Tx) error { _, err := tx.WebhookTaken(one, 99, minute, taken); return err },
		func(tx *store.Tx) error { _, err := tx.WebhookRefused(one, minute, taken); return err },
		func(tx *store.Tx) error { _, err := tx.PassWebhook(one, 99); return err },
		func(tx *store.Tx) error {
			elsewhere := two
			elsewhere.Pos--
			_, err := tx.WebhookTaken(elsewhere, 99, minute, taken)
			return err
		},
	} {
		w.refuses(support.Conflict, "webhook.lease_lost", late)
	}
	w.failing(two, claim)
	for i := range 101 {
		w.update(func(tx *store.Tx) error {
			return tx.WebhookTested(h.ID, store.Delivery{Message: fmt.Sprint(i), At: real})
		})
	}
	kept, err := w.s.Deliveries(ctx, everything, h.ID, 100)
	if err != nil || len(kept) != 100 || kept[0].Message != "100" || kept[0].N != 106 || kept[99].Message != "1" {
		w.t.Errorf("%d deliveries are kept, %v", len(kept), err)
	}
}

// failing has a receiver refuse twice and then take what it refused.
func (w *world) failing(h store.Webhook, claim func(string, time.Time) (store.Webhook, error)) {
	w.t.Helper()
	first, pos, next := real.Add(2*time.Minute), h.Pos, real.Add(time.Hour)
	no := store.Delivery{Message: "m2", Kind: "request.filed", Attempt: 1, At: first, Took: time.Second, Status: 500, Why: "status"}
	w.update(func(tx *store.Tx) (err error) { h, err = tx.WebhookRefused(h, next, no); return err })
	if h.Attempts != 1 || h.Pos != pos || !h.FailingSince.Equal(first) || !h.NextTryAt.Equal(next) || h.Lease != "" {
		w.t.Errorf("refused: %+v", h)
	}
	w.figures(1, 1, 0)
	_, err := claim("n2", next.Add(-time.Microsecond))
	wantCode(w.t, err, support.Conflict, "webhook.lease_lost")
	h, err = claim("n2", next)
	if err != nil {
		w.t.Fatal(err)
	}
	no.At, no.Attempt = next, 2
	w.update(func(tx *store.Tx) (err error) { h, err = tx.WebhookRefused(h, next, no); return err })
	if h.Attempts != 2 || !h.FailingSince.Equal(first) {
		w.t.Errorf("refused again: %+v", h)
	}
	if h, err = claim("n2", next); err != nil {
		w.t.Fatal(err)
	}
	yes := store.Delivery{Message: "m2", Kind: "request.filed", Attempt: 3, At: next, Status: 200}
	w.update(func(tx *store.Tx) (err error) { h, err = tx.WebhookTaken(h, pos+1, next, yes); return err })
	if h.Attempts != 0 || !h.FailingSince.IsZero() || !h.NextTryAt.IsZero() || h.Pos != pos+1 {
		w.t.Errorf("taken at last: %+v", h)
	}
	w.figures(1, 0, 0)
	yes.N, no.N = 4, 3
	kept, err := w.s.Deliveries(context.Background(), everything, h.ID, 2)
	if err != nil || !reflect.DeepEqual(kept, []store.Delivery{yes, no}) {
		w.t.Errorf("kept %+v, %v", kept, err)
	}
	w.update(func(tx *store.Tx) error { return tx.LeaveWebhook(h.ID, "n2") })
	if got := w.hook(h.ID); got.Lease != "" || !got.LeasedUntil.IsZero() {
		w.t.Errorf("given back: %+v", got)
	}
	// What failed is tried at once at another address, and has not failed there.
	h, err = claim("n3", next)
	if err != nil {
		w.t.Fatal(err)
	}
	w.update(func(tx *store.Tx) (err error) { h, err = tx.WebhookRefused(h, next.Add(time.Hour), no); return err })
	h.Name = "renamed"
	w.update(func(tx *store.Tx) error { return tx.ChangeWebhook(h) })
	if got := w.hook(h.ID); got.Attempts != 1 || got.NextTryAt.IsZero() {
		w.t.Errorf("renamed: %+v", got)
	}
	h.URL += "/moved"
	w.update(func(tx *store.Tx) error { return tx.ChangeWebhook(h) })
	if got := w.hook(h.ID); got.Attempts != 0 || !got.NextTryAt.IsZero() || !got.FailingSince.IsZero() {
		w.t.Errorf("moved: %+v", got)
	}
	w.update(func(tx *store.Tx) error { return tx.DisableWebhook(h.ID, store.WebhookGone, next) })
	w.figures(0, 0, 1)
}

// figures wants so many enabled receivers, failing ones among them, and ones
// that the desk has disabled.
func (w *world) figures(enabled, failing, disabled int64) {
	w.t.Helper()
	f, err := w.s.Figures(context.Background(), monday, real)
	if err != nil || f.Webhooks != enabled || f.Failing != failing || f.Disabled != disabled {
		w.t.Errorf("figures %d, %d, %d, %v; want %d, %d, %d", f.Webhooks, f.Failing, f.Disabled, err, enabled, failing, disabled)
	}
}

// testGrows has listeners told of growth, each time.
func testGrows(w *world) {
	leave := w.s.Listen()
	mute := w.s.Listen()
	mute() // one that leaves stops nobody else
	for range 3 {
		grown := w.s.Grows()
		w.file(nil)
		w.numbered()
		select {
		case <-grown:
		case <-time.After(10 * time.Second):
			w.t.Fatal("nobody told that the feed has grown")
		}
	}
	leave()
}
