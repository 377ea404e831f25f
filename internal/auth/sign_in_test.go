package auth

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, engineer := gate(t, now)
	self := support.Actor{Kind: support.Vendor, ID: engineer.ID}
	// Unknown, without a password, wrong and gone: the same answer, after a hash.
	same := func(email, password string) {
		t.Helper()
		_, err := g.SignIn(ctx, email, password, Browser{}, now)
		refusedAs(t, email, err, "sign_in.refused")
		if !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("%s: %v", email, err)
		}
		stopped, cancel := context.WithCancel(ctx)
		for range atOnce {
			g.hashing <- struct{}{}
		}
		time.AfterFunc(time.Millisecond, cancel)
		if _, err := g.SignIn(stopped, email, password, Browser{}, now); !errors.Is(err, context.Canceled) {
			t.Errorf("%s is answered without a hash: %v", email, err)
		}
		for range atOnce {
			<-g.hashing
		}
	}
	same("nobody@vendor.example", phrase)
	same("left@vendor.example", phrase)
	same(engineer.Email, phrase)
	keyed(t, g, self, phrase)
	same(engineer.Email, "sieben Boote auf dem Meer")
	same(engineer.Email, "")
	former := begin(t, g.Store, self, "", now)
	out, err := g.SignIn(ctx, " ITO@Vendor.example ", phrase, Browser{Agent: "x", Address: "192.0.2.1", Former: former}, now)
	if err != nil || out.Actor != self || out.Device == "" {
		t.Fatalf("%+v, %v", out, err)
	}
	if _, err := Visit(ctx, g.Store, out.Session, now); !errors.Is(err, ErrMustEnrol) || !errors.Is(err, ErrUnauthenticated) || !out.MustEnrol {
		t.Errorf("staff with a password alone: %v", err)
	}
	if v, err := Enrolling(ctx, g.Store, out.Session, now); err != nil || v.Actor != self || v.Session.Proof != string(OnlyPassword) {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := Visit(ctx, g.Store, former, now); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("the session before goes on: %v", err)
	}
}

// Somebody guesses for two hours, thousands of times and from everywhere: ten
// tries in a quarter of an hour are looked at. Who owns the account signs in all
// the while with a device that is known, and cannot be guessed on with it either
// (T39).
func TestGuessingKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, engineer := gate(t, now)
	keyed(t, g, support.Actor{Kind: support.Vendor, ID: engineer.ID}, phrase)
	home, err := g.SignIn(ctx, engineer.Email, phrase, Browser{Address: "192.0.2.1"}, now)
	if err != nil {
		t.Fatal(err)
	}
	looked, turned := 0, 0
	for i := range 4000 {
		at := now.Add(time.Duration(i) * 300 * time.Millisecond)
		_, err := g.SignIn(ctx, engineer.Email, fmt.Sprint("guess number ", i), Browser{Address: fmt.Sprintf("198.51.%d.%d", i/250, i%250)}, at)
		switch {
		case errors.Is(err, ErrUnauthenticated):
			looked++
		case support.CodeOf(err) == support.Busy:
			turned++
		default:
			t.Fatal(err)
		}
		if i%1000 == 999 {
			_, err := g.SignIn(ctx, engineer.Email, phrase, Browser{Address: "198.51.100.7"}, at)
			refusedAs(t, "the owner elsewhere", err, "sign_in.throttled")
			if _, err := g.SignIn(ctx, engineer.Email, phrase, Browser{Address: "198.51.100.7", Device: home.Device}, at); err != nil {
				t.Errorf("the owner at home: %v", err)
			}
		}
	}
	if looked > 20 || turned < 3900 { // 20 minutes
		t.Errorf("%d guesses were looked at, %d were turned away", looked, turned)
	}
	at := now.Add(24 * time.Hour)
	for i := range 12 {
		_, err := g.SignIn(ctx, engineer.Email, "a stolen cookie", Browser{Device: home.Device}, at)
		if busy := support.CodeOf(err) == support.Busy; busy != (i >= tryDevice) {
			t.Errorf("try %d with a device that is known: %v", i+1, err)
		}
	}
	for range tryAccount + 1 { // who succeeds is not counted, and the device's tries are not the account's
		if _, err := g.SignIn(ctx, engineer.Email, phrase, Browser{}, at); err != nil {
			t.Fatal(err)
		}
	}
}

// Guesses on many accounts from one origin, and from everywhere, are bounded too.
func TestStuffingIsBounded(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, _ := gate(t, now)
	tries := func(n int, name string, b func(i int) Browser) (taken int) {
		for i := range n {
			// What a wrong password counts, without its hash.
			err := g.try(ctx, now, g.limits(fmt.Sprint(name, i, "@x.example"), support.Actor{}, b(i), now)...)
			if err == nil {
				taken++
			} else {
				refusedAs(t, name, err, "sign_in.throttled")
			}
		}
		return taken
	}
	if n := tries(150, "one", func(i int) Browser { return Browser{Address: fmt.Sprintf("2001:db8:7:7::%x", i)} }); n != tryOrigin {
		t.Errorf("%d tries from one origin", n)
	}
	var b Browser
	if g.limits("a", support.Actor{}, b, now)[2].Most != tryAllOfUs {
		t.Error("there is no limit for all")
	}
}

// A cookie of a device is one for its owner alone, until its end, and not to be
// made without the key.
func TestDevices(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, _ := gate(t, now)
	a, b := support.Actor{Kind: support.Customer, ID: 7}, support.Actor{Kind: support.Vendor, ID: 7}
	cookie := g.newDevice("", a, now)
	d, ok := g.deviceOf(cookie, a, now.Add(deviceKnown-time.Second))
	if !ok {
		t.Fatalf("%q is not known", cookie)
	}
	again, ok := g.deviceOf(g.newDevice(cookie, a, now.Add(time.Hour)), a, now.Add(deviceKnown))
	if !ok || again.id != d.id {
		t.Errorf("a device that is known becomes another: %v, %v", again, d)
	}
	other := *g
	other.Key = Key{8}
	for what, known := range map[string]func() bool{
		"another person": func() bool { _, ok := g.deviceOf(cookie, b, now); return ok },
		"at its end":     func() bool { _, ok := g.deviceOf(cookie, a, now.Add(deviceKnown)); return ok },
		"another key":    func() bool { _, ok := other.deviceOf(cookie, a, now); return ok },
		"changed":        func() bool { _, ok := g.deviceOf("x"+cookie, a, now); return ok },
		"nothing":        func() bool { _, ok := g.deviceOf("", support.Actor{}, now); return ok },
	} {
		if known() {
			t.Errorf("%s: it is known", what)
		}
	}
}

func TestKeyOfADesk(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	made, err := ReadKey(path)
	if err != nil || made == (Key{}) {
		t.Fatal(err)
	}
	if read, err := ReadKey(path); err != nil || read != made {
		t.Errorf("read another key, %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.WriteFile(path, []byte("madoguchi-key-1:c2hvcnQ=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadKey(path); err == nil {
		t.Error("a short key is taken")
	}
	if _, err := NewGate(GateConfig{Store: &store.Store{}}); err == nil {
		t.Error("a gate without a key")
	}
}
