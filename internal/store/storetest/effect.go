package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"reflect"
	"strings"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func mailTo(key string, contact int64, notBefore time.Time) support.Effect {
	return support.Effect{
		Key: key, Kind: "mail", Template: "comment", Seq: 1, Last: 2, Recipient: support.Recipient{Kind: support.ToContact, ID: contact}, NotBefore: notBefore,
	}
}

func (w *world) take(desk, now time.Time) []store.EffectRow {
	w.t.Helper()
	var out []store.EffectRow
	w.update(func(tx *store.Tx) (err error) { out, _, err = tx.ClaimEffects(desk, now, lease, 10); return err })
	return out
}

func (w *world) pending(desk, now time.Time) store.Pending {
	w.t.Helper()
	p, err := w.s.NextEffect(context.Background(), desk, now)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) wantPending(got, want store.Pending) {
	w.t.Helper()
	if got.Ready != want.Ready || !got.NotBefore.Equal(want.NotBefore) || !got.NextTry.Equal(want.NextTry) {
		w.t.Errorf("pending: got %+v, want %+v", got, want)
	}
}

func testEffects(w *world) {
	ctx := context.Background()
	w.wantPending(w.pending(monday, real), store.Pending{})
	row := w.file(nil)
	contact := w.contacts[0].ID
	later := monday.Add(10 * time.Minute)
	if err := w.more(&row, support.Commented{}, mailTo("b", contact, later), mailTo("a", contact, time.Time{})); err != nil {
		w.t.Fatal(err)
	}
	if err := w.more(&row, support.Commented{}, mailTo("a", contact, later)); err != nil {
		w.t.Fatalf("a key that exists: %v", err)
	}
	w.wantPending(w.pending(monday, real), store.Pending{Ready: true, NotBefore: later})
	got := w.take(monday, real)
	if len(got) != 1 || !reflect.DeepEqual(got[0].Effect, mailTo("a", contact, time.Time{})) || got[0].Request != row.ID ||
		got[0].Attempts != 1 || got[0].Lease == "" || got[0].Account != w.account.ID {
		w.t.Fatalf("claimed %+v", got)
	}
	w.wantPending(w.pending(monday, real), store.Pending{NotBefore: later, NextTry: real.Add(lease)})
	if again := w.take(monday, real); len(again) != 0 {
		w.t.Errorf("claimed again %+v", again)
	}
	mine := got[0]
	body := []byte(strings.Repeat("Subject: 障害\r\n", 200))
	sum := fmt.Sprintf("%x", sha256.Sum256(body))
	done := func(lease string) func(tx *store.Tx) error {
		return func(tx *store.Tx) error { return tx.EffectDone("a", lease, sum, body, real) }
	}
	w.refuses(support.Conflict, "effect.lease_lost", done(""))
	w.refuses(support.Conflict, "effect.lease_lost", done("guess"))
	theirs := w.take(monday, real.Add(lease))
	if len(theirs) != 1 || theirs[0].Lease == mine.Lease || theirs[0].Attempts != 2 {
		w.t.Fatalf("after the lease: %+v", theirs)
	}
	w.refuses(support.Conflict, "effect.lease_lost", done(mine.Lease))
	w.refuses(support.Conflict, "effect.lease_lost", func(tx *store.Tx) error {
		_, err := tx.EffectFailed("a", mine.Lease, "late", real)
		return err
	})
	w.update(done(theirs[0].Lease))
	w.refuses(support.Conflict, "effect.lease_lost", done(theirs[0].Lease))
	sent, err := w.s.Sent(ctx, staffed(w.staff.ID), "a")
	if err != nil || !bytes.Equal(sent, body) {
		w.t.Errorf("kept %d bytes, %v", len(sent), err)
	}
	_, err = w.s.Sent(ctx, customer(contact), "a")
	wantCode(w.t, err, support.NotFound, "effect.unknown")
	w.wantPending(w.pending(later, real), store.Pending{Ready: true})
	w.pruning()
	w.sound()
}

func (w *world) pruning() {
	w.t.Helper()
	for _, c := range []struct {
		now  time.Time
		want int64
	}{{real.Add(30 * 24 * time.Hour), 0}, {real.Add(30*24*time.Hour + time.Microsecond), 1}} {
		w.update(func(tx *store.Tx) error {
			n, err := tx.Prune(c.now)
			if n != c.want {
				w.t.Errorf("pruned %d at %v", n, c.now)
			}
			return err
		})
	}
	if _, err := w.s.Sent(context.Background(), everything, "a"); err != nil {
		w.t.Errorf("the bytes went with the effect: %v", err)
	}
}

func testBackoff(w *world) {
	row := w.file(nil)
	if err := w.more(&row, support.Commented{}, mailTo("a", 1, time.Time{})); err != nil {
		w.t.Fatal(err)
	}
	now := real
	wants := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048}
	for len(wants) < 131 {
		wants = append(wants, 3600) // five days of them
	}
	w.releasing(now)
	for i, want := range append(wants, 0) {
		got := w.take(monday, now)
		if len(got) != 1 || got[0].Attempts != i+1 {
			w.t.Fatalf("try %d: %+v", i+1, got)
		}
		var dead bool
		w.update(func(tx *store.Tx) (err error) {
			dead, err = tx.EffectFailed("a", got[0].Lease, "refused", now)
			return err
		})
		if dead != (want == 0) {
			w.t.Fatalf("try %d: dead is %v", i+1, dead)
		}
		if dead {
			break
		}
		w.wantPending(w.pending(monday, now), store.Pending{NextTry: now.Add(want * time.Second)})
		now = now.Add(want * time.Second)
	}
	w.wantPending(w.pending(monday, now.AddDate(1, 0, 0)), store.Pending{})
	dead, err := w.s.Effects(context.Background(), everything, store.EffectDead, 0)
	if err != nil || len(dead) != 1 || dead[0].LastError != "refused" {
		w.t.Fatalf("dead letters: %+v, %v", dead, err)
	}
	w.refuses(support.NotFound, "effect.not_dead", func(tx *store.Tx) error { return tx.EffectRetry("z") })
	w.update(func(tx *store.Tx) error { return tx.EffectRetry("a") })
	if got := w.take(monday, now); len(got) != 1 || got[0].Attempts != 1 {
		w.t.Errorf("after the retry: %+v", got)
	}
	// Workers that die without a word use up the tries as well.
	for range 131 {
		now = now.Add(lease)
		if got := w.take(monday, now); len(got) != 1 {
			w.t.Fatalf("claimed %+v", got)
		}
	}
	if got := w.take(monday, now.Add(lease)); len(got) != 0 {
		w.t.Errorf("claimed after 132 deaths: %+v", got)
	}
	if dead, err := w.s.Effects(context.Background(), everything, store.EffectDead, 0); err != nil || len(dead) != 1 {
		w.t.Errorf("dead letters: %+v, %v", dead, err)
	}
}

// releasing wants a claim that is given back to count as no try, and to be
// free for others at once; nobody gives back what another holds.
func (w *world) releasing(now time.Time) {
	w.t.Helper()
	mine := w.take(monday, now)
	if len(mine) != 1 || mine[0].Attempts != 1 {
		w.t.Fatalf("claimed %+v", mine)
	}
	release := func(lease string) {
		w.update(func(tx *store.Tx) error { return tx.EffectReleased(mine[0].Key, lease) })
	}
	figures := func() store.Figures {
		f, err := w.s.Figures(context.Background(), monday, now)
		if err != nil {
			w.t.Fatal(err)
		}
		return f
	}
	release("guess")
	release("")
	if f := figures(); f.Claimed != 1 || f.Waiting != 0 {
		w.t.Errorf("claimed, and counted as %+v", f)
	}
	release(mine[0].Lease)
	if f := figures(); f.Claimed != 0 || f.Waiting != 1 {
		w.t.Errorf("given back, and counted as %+v", f)
	}
	if theirs := w.take(monday, now); len(theirs) != 1 || theirs[0].Attempts != 1 {
		w.t.Errorf("given back, and claimed as %+v", theirs)
	} else {
		w.update(func(tx *store.Tx) error { return tx.EffectReleased(theirs[0].Key, theirs[0].Lease) })
	}
}

// testDeadLetters lists, counts, tries again and ends what was given up.
func testDeadLetters(w *world) {
	ctx := context.Background()
	row := w.file(nil)
	contact := w.contacts[0].ID
	survey := mailTo("b", contact, time.Time{})
	survey.Template = "survey"
	if err := w.more(&row, support.Commented{}, mailTo("c", contact, time.Time{}), mailTo("a", contact, time.Time{}), survey); err != nil {
		w.t.Fatal(err)
	}
	for _, e := range w.take(monday, real) {
		w.update(func(tx *store.Tx) error { return tx.EffectRefused(e.Key, e.Lease, "no such address") })
	}
	listed := func(v store.Viewer, template, after string) (out string) {
		w.t.Helper()
		list, err := w.s.DeadEffects(ctx, v, template, after, 2)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range list {
			out += e.Key
		}
		return out
	}
	other := staffed(w.staff.ID + 1)
	for _, c := range []struct {
		v                     store.Viewer
		template, after, want string
	}{
		{everything, "", "", "ab"}, {everything, "", "b", "c"}, {everything, "comment", "", "ac"}, {everything, "survey", "", "b"},
		{other, "", "", "ab"}, {customer(contact), "", "", ""},
	} {
		if got := listed(c.v, c.template, c.after); got != c.want {
			w.t.Errorf("%+v of %q after %q: %q, want %q", c.v.Actor, c.template, c.after, got, c.want)
		}
	}
	kinds, err := w.s.DeadKinds(ctx, everything)
	if want := []store.DeadKind{{Template: "comment", N: 2}, {Template: "survey", N: 1}}; err != nil || !reflect.DeepEqual(kinds, want) {
		w.t.Errorf("%+v, %v", kinds, err)
	}
	w.update(func(tx *store.Tx) error {
		account, err := tx.EffectEnded("b", real)
		if err == nil && account != w.account.ID {
			err = fmt.Errorf("it was of account %d", account)
		}
		return err
	})
	w.refuses(support.NotFound, "effect.not_dead", func(tx *store.Tx) error { _, err := tx.EffectEnded("b", real); return err })
	if e, err := w.s.Effect(ctx, everything, "b"); err != nil || e.State != store.EffectSent {
		w.t.Errorf("%+v, %v", e, err)
	}
	w.refuses(support.NotFound, "effect.not_dead", func(tx *store.Tx) error { _, err := tx.EffectsRetry("survey"); return err })
	w.update(func(tx *store.Tx) error {
		n, err := tx.EffectsRetry("comment")
		if err == nil && n != 2 {
			err = fmt.Errorf("tried %d again", n)
		}
		return err
	})
	if got := w.take(monday, real); len(got) != 2 || got[0].Attempts != 1 {
		w.t.Errorf("after the retry: %+v", got)
	}
	w.update(func(tx *store.Tx) error { return tx.RestrictAccount(w.account.ID, true, nil) })
	if _, err := w.s.Effect(ctx, other, "a"); support.CodeOf(err) != support.NotFound {
		w.t.Errorf("others read a notice of a restricted account: %v", err)
	}
}
