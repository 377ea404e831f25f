package auth

import (
	"bytes"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// The vectors of RFC 6238, appendix B, in six digits.
func TestCodesOfRFC6238(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := totp(secret, at/30); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
		for off, right := range map[int64]bool{-60: false, -30: true, 0: true, 30: true, 60: false} {
			if _, ok := stepOf(secret, want, time.Unix(at/30*30+off, 0)); ok != right {
				t.Errorf("%d s off: taken: %v", off, ok)
			}
		}
	}
}

// seated is a gate, staff in a new session of a password alone, and their browser.
func seated(t *testing.T, now time.Time) (*Gate, support.Staff, Visitor, Browser) {
	t.Helper()
	g, engineer := gate(t, now)
	keyed(t, g, support.Actor{Kind: support.Vendor, ID: engineer.ID}, phrase)
	out, err := g.SignIn(t.Context(), engineer.Email, phrase, Browser{}, now)
	if err != nil {
		t.Fatal(err)
	}
	v, err := Enrolling(t.Context(), g.Store, out.Session, now)
	if err != nil {
		t.Fatal(err)
	}
	return g, engineer, v, Browser{Former: out.Session, Device: out.Device}
}

// app enrols an authenticator app, and gives what it knows.
func app(t *testing.T, g *Gate, v Visitor, b Browser, now time.Time) (secret []byte, out Outcome, codes []string) {
	t.Helper()
	e, err := g.BeginTOTP(t.Context(), v, now)
	if err != nil {
		t.Fatal(err)
	}
	secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(e.Secret)
	if err != nil || len(secret) != 20 || !strings.HasPrefix(e.URI, "otpauth://totp/Kitagawa%20Systems:ito@vendor.example?") || !strings.Contains(e.URI, "secret="+e.Secret) {
		t.Fatalf("%+v, %v", e, err)
	}
	_, _, err = g.ConfirmTOTP(t.Context(), v, totp(secret, now.Unix()/30+5), b, now)
	refusedAs(t, "another code", err, "factor.code")
	out, codes, err = g.ConfirmTOTP(t.Context(), v, totp(secret, now.Unix()/30), b, now)
	if err != nil || len(codes) != recoveryCodes {
		t.Fatal(codes, err)
	}
	return secret, out, codes
}

// Staff choose a second factor, and from then on need it: a code of the app, each
// once, or a recovery code, each once (T39).
func TestSecondFactor(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, engineer, v, b := seated(t, now)
	secret, out, codes := app(t, g, v, b, now)
	if _, err := Enrolling(ctx, g.Store, b.Former, now); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("the session before goes on: %v", err)
	}
	if v, err := Visit(ctx, g.Store, out.Session, now); err != nil || v.Session.Proof != string(TwoFactors) {
		t.Errorf("%+v, %v", v, err)
	}
	step := func() string {
		t.Helper()
		out, err := g.SignIn(ctx, engineer.Email, phrase, Browser{}, now)
		if err != nil || out.Session != "" || out.Device != "" || out.Step == "" || !out.Has.TOTP {
			t.Fatalf("%+v, %v", out, err)
		}
		return out.Step
	}
	at := step()
	code := func(n int64) string { return totp(secret, now.Unix()/30+n) }
	for what, wrong := range map[string]string{"the code that confirmed it": code(0), "one before": code(-1), "nothing": "", "words": "abcde-fghij"} {
		_, err := g.SecondFactor(ctx, at, wrong, Browser{}, now)
		refusedAs(t, what, err, "factor.code")
	}
	out, err := g.SecondFactor(ctx, at, code(1)[:3]+" "+code(1)[3:], Browser{}, now)
	if err != nil || out.Device == "" {
		t.Fatal(err)
	}
	if v, err := Visit(ctx, g.Store, out.Session, now); err != nil || v.Actor.ID != engineer.ID {
		t.Errorf("%+v, %v", v, err)
	}
	_, err = g.SecondFactor(ctx, at, codes[0], Browser{}, now)
	refusedAs(t, "a step that is done", err, "sign_in.step")
	_, err = g.SecondFactor(ctx, step(), code(1), Browser{}, now)
	refusedAs(t, "a code twice", err, "factor.code")
	if _, err := g.SecondFactor(ctx, step(), strings.ToUpper(codes[3]), Browser{}, now); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	_, err = g.SecondFactor(ctx, step(), codes[3], Browser{}, now)
	refusedAs(t, "a recovery code twice", err, "factor.code")
	_, err = g.SecondFactor(ctx, step(), codes[4], Browser{}, now.Add(stepWithin))
	refusedAs(t, "too late", err, "sign_in.step")
	if f, err := g.Store.Factors(ctx, v.Actor); err != nil || f.Codes != recoveryCodes-1 {
		t.Errorf("%+v, %v", f, err)
	}
}

// A million codes are guessed by trying: whoever knows the password gets ten tries
// in a quarter of an hour, however often they begin anew, and their guesses keep
// the owner's device open.
func TestCodesAreNotGuessed(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, engineer, v, b := seated(t, now)
	_, out, codes := app(t, g, v, b, now)
	looked := 0
	step := func() string {
		out, err := g.SignIn(ctx, engineer.Email, phrase, Browser{}, now)
		if err != nil {
			t.Fatal(err)
		}
		return out.Step
	}
	for range 3 {
		at := step()
		for i := range 300 {
			_, err := g.SecondFactor(ctx, at, fmt.Sprintf("%05dx", i), Browser{}, now)
			if support.CodeOf(err) == support.Invalid {
				looked++
			} else {
				refusedAs(t, "more", err, "sign_in.throttled")
			}
		}
	}
	if looked != codeTries {
		t.Errorf("%d codes were looked at", looked)
	}
	if _, err := g.SecondFactor(ctx, step(), codes[0], Browser{Device: out.Device}, now); err != nil {
		t.Errorf("the owner: %v", err)
	}
}

// What somebody signs in with is changed in a new session, staff keep a factor,
// and nothing of a secret is in the database.
func TestFactorsChange(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, _, v, b := seated(t, now)
	_, err := g.BeginTOTP(ctx, v, now.Add(freshWithin))
	refusedAs(t, "an old session", err, "sign_in.again")
	_, _, err = g.MakeCodes(ctx, v, b, now)
	refusedAs(t, "codes without a factor", err, "factor.none")
	secret, out, codes := app(t, g, v, b, now)
	if v, err = Visit(ctx, g.Store, out.Session, now); err != nil {
		t.Fatal(err)
	}
	b.Former = out.Session
	_, err = g.RemoveTOTP(ctx, v, b, now)
	refusedAs(t, "the last one of staff", err, "factor.last")
	if _, err := Visit(ctx, g.Store, out.Session, now); err != nil {
		t.Errorf("a refusal ends the session: %v", err)
	}
	out, fresh, err := g.MakeCodes(ctx, v, b, now)
	if err != nil || fresh[0] == codes[0] {
		t.Fatal(fresh, err)
	}
	var all bytes.Buffer
	if _, err := g.Store.Export(ctx, &all); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{codes[0], fresh[0], strings.ReplaceAll(fresh[0], "-", ""), base32.StdEncoding.EncodeToString(secret), out.Session} {
		if bytes.Contains(all.Bytes(), []byte(word)) {
			t.Error("the database holds a secret")
		}
	}
	var sealed []byte
	if err := g.Store.Update(ctx, func(tx *store.Tx) (err error) {
		sealed, err = tx.TOTP(v.Actor)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, secret) {
		t.Error("the secret is kept as it is")
	}
	for what, open := range map[string]func() ([]byte, error){
		"another key": func() ([]byte, error) { return Key{8}.open("totp", v.Actor, sealed) },
		"another person": func() ([]byte, error) {
			return g.Key.open("totp", support.Actor{Kind: support.Customer, ID: 1}, sealed)
		},
		"cut": func() ([]byte, error) { return g.Key.open("totp", v.Actor, sealed[:5]) },
	} {
		if _, err := open(); err == nil {
			t.Errorf("%s opens it", what)
		}
	}
}
