package storetest

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func tenIn15(name string) store.Throttle {
	return store.Throttle{Name: name, Most: 10, Within: 15 * time.Minute}
}

// testThrottle tries thousands of times in two hours: never are there more than
// the limit in any stretch of its length, and there is room again after the time
// that was said, however much is tried meanwhile (T39).
func testThrottle(w *world) {
	ctx, random, limit := context.Background(), rand.New(rand.NewPCG(7, 7)), tenIn15("account")
	var taken []time.Time
	free := real
	for now := real; now.Before(real.Add(2 * time.Hour)); now = now.Add(time.Duration(random.IntN(5000)) * time.Millisecond) {
		if now.Before(free) && len(taken)%3 == 0 {
			now = free
		}
		wait, err := w.s.Try(ctx, now, limit)
		if err != nil {
			w.t.Fatal(err)
		}
		switch {
		case wait == 0:
			taken = append(taken, now)
		case free.After(real) && !now.Before(free):
			w.t.Fatalf("at %s there is no room, which was said to be there from %s on", now, free)
		default:
			free = now.Add(wait)
		}
		if wait == 0 {
			free = real
		}
	}
	for i := range taken {
		if j := i + limit.Most; j < len(taken) && taken[j].Sub(taken[i]) <= limit.Within {
			w.t.Fatalf("tries %d and %d were at %s and %s: more than %d in %s", i, j, taken[i], taken[j], limit.Most, limit.Within)
		}
	}
	if len(taken) < 60 {
		w.t.Errorf("%d tries in two hours", len(taken))
	}
}

// testThrottles counts under all limits or none, takes a try back, and forgets
// what counts no more.
func testThrottles(w *world) {
	ctx := context.Background()
	try := func(at time.Time, limits ...store.Throttle) bool {
		w.t.Helper()
		wait, err := w.s.Try(ctx, at, limits...)
		if err != nil {
			w.t.Fatal(err)
		}
		return wait == 0
	}
	one := store.Throttle{Name: "one", Most: 1, Within: time.Hour}
	if !try(real, one, tenIn15("limit-b")) || try(real, one, tenIn15("limit-b")) {
		w.t.Error("the smaller limit does not count")
	}
	for i := range 9 {
		if !try(real, tenIn15("limit-b")) {
			w.t.Errorf("what another limit refused was counted: no room for try %d", i+2)
		}
	}
	w.update(func(tx *store.Tx) error { return tx.Untry(real.Add(time.Minute), tenIn15("limit-b"), one) })
	if !try(real.Add(time.Minute), tenIn15("limit-b"), one) || try(real.Add(time.Minute), tenIn15("limit-b")) {
		w.t.Error("a try that was taken back makes room for one, and not for two")
	}
	try(real.Add(3*time.Hour), tenIn15("limit-c"))
	if left := w.exported(w.s); bytes.Contains(left, []byte("limit-b")) || !bytes.Contains(left, []byte("limit-c")) {
		w.t.Error("what counts no more is kept, or what counts is not")
	}
}

// testLastTryOfTwo has two nodes try at once: the limit is one for both.
func testLastTryOfTwo(w *world, other *store.Store) {
	var wg sync.WaitGroup
	var taken atomic.Int64
	for i := range 40 {
		node := []*store.Store{w.s, other}[i%2]
		wg.Go(func() {
			wait, err := node.Try(context.Background(), real.Add(time.Duration(i)*10*time.Second), tenIn15("b"), tenIn15("a"))
			if err != nil {
				w.t.Error(err)
			} else if wait == 0 {
				taken.Add(1)
			}
		})
	}
	wg.Wait()
	if taken.Load() != 10 {
		w.t.Errorf("%d tries were let through, want 10", taken.Load())
	}
}

// testEntrants finds who may sign in, staff before contacts, and their password.
func testEntrants(w *world) {
	ctx := context.Background()
	contact, staff := support.Actor{Kind: support.Customer, ID: w.contacts[0].ID}, support.Actor{Kind: support.Vendor, ID: w.staff.ID}
	w.update(func(tx *store.Tx) error {
		return errors.Join(tx.SetPassword(store.Password{Actor: contact, Hash: "old", SetAt: real}),
			tx.SetPassword(store.Password{Actor: contact, Hash: "one", SetAt: real.Add(1000)}),
			tx.Rehash(contact, "old", "lost"), tx.Rehash(contact, "one", "two"))
	})
	e, err := w.s.EntrantByEmail(ctx, " "+w.contacts[0].Email+" ")
	if err != nil || e.Actor != contact || e.Password != "two" || !e.PasswordSetAt.Equal(real.Add(1000)) || e.Account != w.account.ID || len(e.Roles) != 0 {
		w.t.Errorf("%+v, %v", e, err)
	}
	if e, err = w.s.Entrant(ctx, staff); err != nil || e.Actor != staff || e.Password != "" || len(e.Roles) == 0 {
		w.t.Errorf("%+v, %v", e, err)
	}
	both := w.contacts[1]
	both.Email = w.staff.Email
	w.update(func(tx *store.Tx) error { return tx.UpdateContact(both) })
	if e, err = w.s.EntrantByEmail(ctx, w.staff.Email); err != nil || e.Actor != staff {
		w.t.Errorf("%+v, %v", e, err)
	}
	gone := w.contacts[0]
	gone.Active = false
	w.update(func(tx *store.Tx) error { return tx.UpdateContact(gone) })
	for _, address := range []string{w.contacts[0].Email, "", "nobody@x.example"} {
		_, err = w.s.EntrantByEmail(ctx, address)
		wantCode(w.t, err, support.NotFound, "entrant.unknown")
	}
}

// signedIn leaves a row of everything with which somebody signs in.
func (w *world) signedIn(tx *store.Tx) error {
	a := support.Actor{Kind: support.Customer, ID: w.contacts[0].ID}
	return errors.Join(
		tx.SetPassword(store.Password{Actor: a, Hash: "h", SetAt: real}),
		tx.AddOneTime(&store.OneTime{Kind: "reset", Actor: a, Nonce: "n", SHA256: "x", MadeAt: real, EndsAt: real.Add(time.Hour)}),
		tx.SetTOTP(a, []byte("t"), 1, real), tx.SetCodes(a, []string{"d"}), tx.AddStep(store.Step{SHA256: "s", Kind: "k", Held: []byte("h"), EndsAt: real.Add(time.Hour)}, real),
		tx.AddPasskey(&store.Passkey{Actor: a, Credential: "c", Record: "{}", MadeAt: real}),
		tx.Untry(real, tenIn15("a")),
		tx.AddIdentity(store.Identity{Issuer: "https://id.example", Subject: "s", Staff: w.staff.ID, MadeAt: real, UsedAt: real}),
	)
}

// testIdentities links a member of staff to one subject of an issuer, and a subject
// to one member of staff; what they are called is no matter.
func testIdentities(w *world) {
	ctx, one := context.Background(), store.Identity{Issuer: "https://id.example", Subject: "Müller", Staff: w.staff.ID, MadeAt: real, UsedAt: real}
	add := func(i store.Identity) error {
		return w.s.Update(ctx, func(tx *store.Tx) error { return tx.AddIdentity(i) })
	}
	find := func(subject string) (i store.Identity, err error) {
		err = w.s.Update(ctx, func(tx *store.Tx) (err error) { i, err = tx.Identity(one.Issuer, subject); return err })
		return i, err
	}
	w.update(func(tx *store.Tx) error { return tx.AddIdentity(one) })
	twin, taken := one, one
	twin.Subject, taken.Staff = "other", w.staff.ID+1
	wantCode(w.t, add(twin), support.Conflict, "identity.exists")
	wantCode(w.t, add(taken), support.Conflict, "identity.exists")
	if _, err := find("müller"); support.CodeOf(err) != support.NotFound {
		w.t.Errorf("a subject is what its letters are: %v", err)
	}
	w.update(func(tx *store.Tx) error { return tx.UseIdentity(one.Issuer, one.Subject, real.Add(1000)) })
	if i, err := find("Müller"); err != nil || i.Staff != w.staff.ID || !i.UsedAt.Equal(real.Add(1000)) || !i.MadeAt.Equal(real) {
		w.t.Errorf("%+v, %v", i, err)
	}
	w.update(func(tx *store.Tx) error {
		e, err := tx.StaffByEmail(" " + w.staff.Email + " ")
		if err != nil || e.Actor.ID != w.staff.ID {
			w.t.Errorf("%+v, %v", e, err)
		}
		_, err = tx.StaffByEmail(w.contacts[0].Email)
		wantCode(w.t, err, support.NotFound, "entrant.unknown")
		return tx.RemoveIdentities(w.staff.ID)
	})
	if list, err := w.s.Identities(ctx, w.staff.ID); err != nil || len(list) != 0 {
		w.t.Errorf("%+v, %v", list, err)
	}
}
