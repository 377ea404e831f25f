package auth

import (
	"cmp"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

const (
	codeEvery  = 30 * time.Second
	codeDigits = 6
	codeDrift  = 1 // steps that a clock may be off, either way
	codeTries  = 10

	stepWithin  = 10 * time.Minute
	freshWithin = 15 * time.Minute

	recoveryCodes = 10
)

// Kinds of steps.
const (
	secondStep = "second" // a password was right, a second factor is wanted
	totpStep   = "totp"   // a secret waits to be confirmed
)

// totp is the code of a step (RFC 6238 with SHA-1, six digits, 30 seconds).
func totp(secret []byte, step int64) string {
	m := hmac.New(sha1.New, secret)
	_ = binary.Write(m, binary.BigEndian, step) // a hash takes everything
	sum := m.Sum(nil)
	at := sum[len(sum)-1] & 15
	return fmt.Sprintf("%0*d", codeDigits, (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

// stepOf finds the step of a code that is right at an instant.
func stepOf(secret []byte, code string, now time.Time) (int64, bool) {
	at := now.Unix() / int64(codeEvery/time.Second)
	for step := at - codeDrift; step <= at+codeDrift; step++ {
		if hmac.Equal([]byte(totp(secret, step)), []byte(code)) {
			return step, true
		}
	}
	return 0, false
}

// sealed encrypts what only its owner's code may open.
func (k Key) sealed(use string, actor support.Actor, text []byte) []byte {
	a := k.aead(use)
	nonce := make([]byte, a.NonceSize())
	_, _ = rand.Read(nonce) // never fails: the program stops instead
	return a.Seal(nonce, nonce, text, fmt.Appendf(nil, "%s %d", actor.Kind, actor.ID))
}

func (k Key) open(use string, actor support.Actor, text []byte) ([]byte, error) {
	a := k.aead(use)
	if len(text) < a.NonceSize() {
		return nil, fmt.Errorf("decrypt the %s of %s %d: it is cut", use, actor.Kind, actor.ID)
	}
	out, err := a.Open(nil, text[:a.NonceSize()], text[a.NonceSize():], fmt.Appendf(nil, "%s %d", actor.Kind, actor.ID))
	if err != nil {
		return nil, fmt.Errorf("decrypt the %s of %s %d: is the key file another one? %w", use, actor.Kind, actor.ID, err)
	}
	return out, nil
}

// Seal encrypts a secret that belongs to a name, for one use.
func (k Key) Seal(use, name, secret string) string {
	a := k.aead(use)
	nonce := make([]byte, a.NonceSize())
	_, _ = rand.Read(nonce) // never fails: the program stops instead
	return base64.StdEncoding.EncodeToString(a.Seal(nonce, nonce, []byte(secret), []byte(name)))
}

// Unseal decrypts what [Key.Seal] has made, for the same use and name.
func (k Key) Unseal(use, name, sealed string) (string, error) {
	a := k.aead(use)
	text, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(text) < a.NonceSize() {
		return "", fmt.Errorf("decrypt the %s of %q: it is cut", use, name)
	}
	out, err := a.Open(nil, text[:a.NonceSize()], text[a.NonceSize():], []byte(name))
	if err != nil {
		return "", fmt.Errorf("decrypt the %s of %q: is the key file another one? %w", use, name, err)
	}
	return string(out), nil
}

func (k Key) aead(use string) cipher.AEAD {
	b, err := aes.NewCipher(k.part(use))
	if err != nil {
		panic("auth: a key of 32 bytes: " + err.Error())
	}
	a, err := cipher.NewGCM(b)
	if err != nil {
		panic("auth: a cipher of 16 bytes: " + err.Error())
	}
	return a
}

// Enrolment is what an authenticator app needs to know, shown once: the page
// draws URI as a QR code and writes Secret beside it.
type Enrolment struct {
	Secret string // base32
	URI    string // otpauth://
}

// ErrAgain is wrapped, beside the [support.Error] with the words, where somebody is
// signed in and has to prove anew who they are.
var ErrAgain = errors.New("who it is has to be proved anew")

// Fresh refuses, with [ErrAgain], what wants a proof that is not older than a
// quarter of an hour: the page lets them sign in again and come back.
func Fresh(v Visitor, now time.Time) error {
	if !now.Before(v.Session.MadeAt.Add(freshWithin)) {
		return fmt.Errorf("%w: %w", ErrAgain, support.Refuse(support.Forbidden, "sign_in.again"))
	}
	return nil
}

// pending is the name of a step that belongs to a session and needs no cookie.
func (g *Gate) pending(kind string, v Visitor) string {
	return g.Key.digest("step "+kind, v.Session.SHA256)
}

// BeginTOTP makes a secret for an authenticator app. Nothing changes before
// [Gate.ConfirmTOTP] has seen a code of it, in the same session and within ten
// minutes. The session must be new (15 minutes): otherwise sign_in.again.
func (g *Gate) BeginTOTP(ctx context.Context, v Visitor, now time.Time) (Enrolment, error) {
	if err := Fresh(v, now); err != nil {
		return Enrolment{}, err
	}
	who, err := g.Store.Entrant(ctx, v.Actor)
	if err != nil {
		return Enrolment{}, err
	}
	secret := make([]byte, 20)
	_, _ = rand.Read(secret) // never fails: the program stops instead
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		return tx.AddStep(store.Step{
			SHA256: g.pending(totpStep, v), Kind: totpStep, Actor: v.Actor, Held: g.Key.sealed("totp", v.Actor, secret), EndsAt: now.Add(stepWithin),
		}, now)
	})
	if err != nil {
		return Enrolment{}, err
	}
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	issuer := g.Name
	if issuer == "" {
		issuer = "Madoguchi"
	}
	return Enrolment{Secret: text, URI: "otpauth://totp/" + url.PathEscape(issuer+":"+who.Email) + "?" +
		strings.ReplaceAll(url.Values{"secret": {text}, "issuer": {issuer}}.Encode(), "+", "%20")}, nil
}

// ConfirmTOTP makes the secret of [Gate.BeginTOTP] a second factor when the code
// is one of it, and gives ten recovery codes, to be shown this once; those before
// are worth nothing any more. All sessions end, and one with both factors begins
// in place of the present one. A wrong code is a refusal about the field code.
func (g *Gate) ConfirmTOTP(ctx context.Context, v Visitor, code string, b Browser, now time.Time) (out Outcome, codes []string, err error) {
	x, err := g.Store.Step(ctx, g.pending(totpStep, v), totpStep, now)
	if err != nil {
		return Outcome{}, nil, err
	}
	secret, err := g.Key.open("totp", v.Actor, x.Held)
	if err != nil {
		return Outcome{}, nil, err
	}
	step, ok := stepOf(secret, digits(code), now)
	if !ok {
		return Outcome{}, nil, support.Wrong("code", "factor.code")
	}
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.TakeStep(x.SHA256, totpStep, now); err != nil {
			return err
		}
		if err := tx.SetTOTP(v.Actor, x.Held, step, support.Instant(now)); err != nil {
			return err
		}
		if codes, err = g.makeCodes(tx, v.Actor); err != nil {
			return err
		}
		out, err = g.renew(tx, v, TwoFactors, "add_totp", "factor_added", b, now)
		return err
	})
	if err != nil {
		return Outcome{}, nil, err
	}
	return out, codes, nil
}

// renew follows a change of what somebody signs in with: all is ended but what
// they do it with, which goes on under another secret and lasts no longer for it,
// and they are told.
func (g *Gate) renew(tx *store.Tx, v Visitor, by Proof, act, template string, b Browser, now time.Time) (Outcome, error) {
	out := Outcome{Actor: v.Actor}
	if err := EndAccess(tx, v.Actor); err != nil {
		return out, err
	}
	if err := g.tell(tx, v.Actor, v.Actor, act, template, now); err != nil {
		return out, err
	}
	x := store.Session{Actor: v.Actor, Proof: string(by), Agent: b.Agent, Address: b.Address, MadeAt: v.Session.MadeAt, EndsAt: v.Session.EndsAt}
	secret, err := beginIn(tx, x, b.Former, now)
	out.Session, out.Device = secret, g.newDevice(b.Device, v.Actor, now)
	return out, err
}

// RemoveTOTP takes the authenticator app away, and the recovery codes where no
// passkey is left. Staff keep one second factor at least. The rest is as with
// [Gate.ConfirmTOTP].
func (g *Gate) RemoveTOTP(ctx context.Context, v Visitor, b Browser, now time.Time) (out Outcome, err error) {
	if err := Fresh(v, now); err != nil {
		return Outcome{}, err
	}
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.RemoveTOTP(v.Actor); err != nil {
			return err
		}
		if err := g.enoughLeft(tx, v.Actor); err != nil {
			return err
		}
		out, err = g.renew(tx, v, Proof(v.Session.Proof), "remove_totp", "factor_removed", b, now)
		return err
	})
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}

// enoughLeft refuses to leave staff without a second factor, and leaves no
// recovery codes that stand for nothing.
func (g *Gate) enoughLeft(tx *store.Tx, actor support.Actor) error {
	left, err := tx.Factors(actor)
	switch {
	case err != nil || left.Any():
		return err
	case actor.Kind == support.Vendor:
		return support.Refuse(support.Conflict, "factor.last")
	}
	return tx.SetCodes(actor, nil)
}

// MakeCodes gives ten recovery codes in place of those before, to be shown this
// once. It needs another second factor; the rest is as with [Gate.ConfirmTOTP].
func (g *Gate) MakeCodes(ctx context.Context, v Visitor, b Browser, now time.Time) (out Outcome, codes []string, err error) {
	if err := Fresh(v, now); err != nil {
		return Outcome{}, nil, err
	}
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		has, err := tx.Factors(v.Actor)
		if err != nil {
			return err
		}
		if !has.Any() {
			return support.Refuse(support.Conflict, "factor.none")
		}
		if codes, err = g.makeCodes(tx, v.Actor); err != nil {
			return err
		}
		out, err = g.renew(tx, v, Proof(v.Session.Proof), "make_codes", "factor_added", b, now)
		return err
	})
	if err != nil {
		return Outcome{}, nil, err
	}
	return out, codes, nil
}

func (g *Gate) makeCodes(tx *store.Tx, actor support.Actor) (codes []string, err error) {
	var digests []string
	for range recoveryCodes {
		text := strings.ToLower(rand.Text()[:10])
		codes = append(codes, text[:5]+"-"+text[5:])
		digests = append(digests, g.codeDigest(actor, text))
	}
	return codes, tx.SetCodes(actor, digests)
}

func (g *Gate) codeDigest(actor support.Actor, code string) string {
	return g.Key.digest("recovery", string(actor.Kind), fmt.Sprint(actor.ID), code)
}

// digits is a code as it is compared, however it was typed.
func digits(code string) string {
	return strings.NewReplacer(" ", "", "-", "", "\u3000", "").Replace(strings.ToLower(normal(code)))
}

// SecondFactor goes on where [Gate.SignIn] gave a step: with six digits of the
// authenticator app, or with a recovery code. Each code is taken once. A wrong one
// is a refusal about the field code, after which the page asks again; a step that
// has ended (10 minutes) is not_found, and the page begins with the password.
func (g *Gate) SecondFactor(ctx context.Context, step, code string, b Browser, now time.Time) (Outcome, error) {
	x, err := g.Store.Step(ctx, Hash(step), secondStep, now)
	if err != nil {
		return Outcome{}, err
	}
	limit := g.limit("code", codeTries, tryWithin, string(x.Actor.Kind), fmt.Sprint(x.Actor.ID))
	if d, ok := g.deviceOf(b.Device, x.Actor, now); ok {
		limit = g.limit("code device", codeTries, tryWithin, d.id)
	}
	if err := g.try(ctx, now, limit); err != nil {
		return Outcome{}, err
	}
	out := Outcome{Actor: x.Actor}
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		if err := g.spend(tx, x.Actor, digits(code), now); err != nil {
			return err
		}
		if _, err := tx.TakeStep(x.SHA256, secondStep, now); err != nil {
			return err
		}
		if _, err := tx.Entrant(x.Actor); err != nil {
			return err
		}
		if err := tx.Untry(now, limit); err != nil {
			return err
		}
		return g.enter(tx, &out, TwoFactors, b, now)
	})
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}

// spend takes a code of an actor, and tells of a recovery code that was used.
func (g *Gate) spend(tx *store.Tx, actor support.Actor, code string, now time.Time) error {
	wrong := support.Wrong("code", "factor.code")
	if len(code) != codeDigits {
		ok, err := tx.SpendCode(actor, g.codeDigest(actor, code))
		if err != nil || !ok {
			return cmp.Or[error](err, wrong)
		}
		return g.tell(tx, actor, actor, "use_code", "code_used", now)
	}
	sealed, err := tx.TOTP(actor)
	if support.CodeOf(err) == support.NotFound {
		return wrong
	}
	if err != nil {
		return err
	}
	secret, err := g.Key.open("totp", actor, sealed)
	if err != nil {
		return err
	}
	at, ok := stepOf(secret, code, now)
	if !ok {
		return wrong
	}
	if ok, err = tx.SpendTOTP(actor, at); err != nil || !ok {
		return cmp.Or[error](err, wrong)
	}
	return nil
}
