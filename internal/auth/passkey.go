package auth

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/internal/store"
	"madoguchi/internal/support"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Kinds of steps of passkeys.
const (
	addKeyStep = "passkey_add"
	useKeyStep = "passkey_use"
)

const (
	passkeysMost    = 20 // of one person
	passkeyNameMost = 60 // characters
	answerMost      = 64 << 10
)

// newPasskeys prepares for passkeys at the address of the pages (Web
// Authentication Level 3, sections 5.1.2 and 5.1.3): browsers make them for a host
// with a name, and only where nobody listens on the way. nil: none there.
func newPasskeys(address, name string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, err
	}
	host := strings.ToLower(u.Hostname())
	own := host == "localhost" || strings.HasSuffix(host, ".localhost")
	if _, number := netip.ParseAddr(host); number == nil || u.Scheme != "https" && !own {
		return nil, nil
	}
	if name == "" {
		name = host
	}
	return webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: name, RPOrigins: []string{u.Scheme + "://" + u.Host}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
		},
	})
}

// Passkeys tells whether anybody can sign in with a passkey here: the address of
// the pages is https, or that of this machine, and has a name.
func (g *Gate) Passkeys() bool { return g.passkeys != nil }

// holder is somebody as an authenticator knows them.
type holder struct {
	who  store.Entrant
	keys []webauthn.Credential
}

// handleOf is how an authenticator files somebody. It says nothing of them, and
// stays when the key of the desk is lost.
func handleOf(a support.Actor) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "madoguchi passkey %s %d", a.Kind, a.ID))
	return sum[:]
}

func (h holder) WebAuthnID() []byte   { return handleOf(h.who.Actor) }
func (h holder) WebAuthnName() string { return h.who.Email }
func (h holder) WebAuthnDisplayName() string {
	return strings.TrimSpace(h.who.FamilyName + " " + h.who.GivenName)
}

func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// holder reads somebody who may sign in, with their keys.
func (g *Gate) holder(ctx context.Context, a support.Actor) (holder, []store.Passkey, error) {
	who, err := g.Store.Entrant(ctx, a)
	if err != nil {
		return holder{}, nil, err
	}
	has, err := g.Store.Factors(ctx, a)
	h := holder{who: who}
	for _, p := range has.Passkeys {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(p.Record), &c); err != nil {
			return h, nil, fmt.Errorf("read passkey %d: %w", p.ID, err)
		}
		h.keys = append(h.keys, c)
	}
	return h, has.Passkeys, err
}

// ceremony keeps what an answer is compared with, and gives what a browser is
// asked.
func (g *Gate) ceremony(ctx context.Context, x store.Step, asked any, session *webauthn.SessionData, now time.Time) ([]byte, error) {
	var err error
	if x.Held, err = json.Marshal(session); err != nil {
		return nil, err
	}
	x.EndsAt = now.Add(stepWithin)
	if err := g.Store.Update(ctx, func(tx *store.Tx) error { return tx.AddStep(x, now) }); err != nil {
		return nil, err
	}
	return json.Marshal(asked)
}

// BeginPasskey gives what a browser needs to make a passkey: the member publicKey
// of CredentialCreationOptions as JSON (section 5.1.8). Its answer goes to
// [Gate.AddPasskey] within ten minutes, in the same session, which must be new.
func (g *Gate) BeginPasskey(ctx context.Context, v Visitor, now time.Time) (options []byte, err error) {
	if err := g.mayAdd(v, now); err != nil {
		return nil, err
	}
	h, keys, err := g.holder(ctx, v.Actor)
	if err != nil {
		return nil, err
	}
	if len(keys) >= passkeysMost {
		return nil, support.Refuse(support.Conflict, "passkey.most", "most", fmt.Sprint(passkeysMost))
	}
	asked, session, err := g.passkeys.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("begin a passkey: %w", err)
	}
	return g.ceremony(ctx, store.Step{SHA256: g.pending(addKeyStep, v), Kind: addKeyStep, Actor: v.Actor}, asked.Response, session, now)
}

func (g *Gate) mayAdd(v Visitor, now time.Time) error {
	if !g.Passkeys() {
		return support.Refuse(support.Conflict, "passkey.off")
	}
	return Fresh(v, now)
}

// AddPasskey adds the passkey that a browser has made, under a name by which its
// owner knows it, and gives ten recovery codes where there were none, to be shown
// this once. All sessions end, and one begins in place of the present one.
func (g *Gate) AddPasskey(ctx context.Context, v Visitor, name, answer string, b Browser, now time.Time) (out Outcome, codes []string, err error) {
	if err := g.mayAdd(v, now); err != nil {
		return Outcome{}, nil, err
	}
	name, err = passkeyName(name)
	if err != nil {
		return Outcome{}, nil, err
	}
	x, err := g.Store.Step(ctx, g.pending(addKeyStep, v), addKeyStep, now)
	if err != nil {
		return Outcome{}, nil, err
	}
	made, err := g.made(ctx, v.Actor, x, answer)
	if err != nil {
		return Outcome{}, nil, err
	}
	made.Name, made.MadeAt = name, support.Instant(now)
	by := Proof(v.Session.Proof)
	if by == OnlyPassword {
		by = TwoFactors
	}
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.TakeStep(x.SHA256, addKeyStep, now); err != nil {
			return err
		}
		key := made
		if err := tx.AddPasskey(&key); err != nil {
			return err
		}
		has, err := tx.Factors(v.Actor)
		if err != nil {
			return err
		}
		if codes = nil; has.Codes == 0 {
			if codes, err = g.makeCodes(tx, v.Actor); err != nil {
				return err
			}
		}
		out, err = g.renew(tx, v, by, "add_passkey", "factor_added", b, now)
		return err
	})
	if err != nil {
		return Outcome{}, nil, err
	}
	return out, codes, nil
}

// passkeyName is a name by which somebody tells their passkeys apart.
func passkeyName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if n := utf8.RuneCountInString(name); n == 0 || n > passkeyNameMost || !utf8.ValidString(name) {
		return "", support.Wrong("name", "passkey.name", "most", fmt.Sprint(passkeyNameMost))
	}
	return name, nil
}

// RenamePasskey gives a passkey of the visitor another name. It changes nothing of how
// they sign in: sessions go on, and no proof is asked for.
func (g *Gate) RenamePasskey(ctx context.Context, v Visitor, id int64, name string) error {
	name, err := passkeyName(name)
	if err != nil {
		return err
	}
	return g.Store.Update(ctx, func(tx *store.Tx) error { return tx.NamePasskey(v.Actor, id, name) })
}

// made is the passkey of an answer, as it is kept.
func (g *Gate) made(ctx context.Context, a support.Actor, x store.Step, answer string) (store.Passkey, error) {
	if answer == "" {
		return store.Passkey{}, support.Refuse(support.Invalid, "passkey.script")
	}
	var session webauthn.SessionData
	if err := json.Unmarshal(x.Held, &session); err != nil {
		return store.Passkey{}, fmt.Errorf("read a step: %w", err)
	}
	h, _, err := g.holder(ctx, a)
	if err != nil {
		return store.Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(cut(answer, answerMost)))
	var key *webauthn.Credential
	if err == nil {
		key, err = g.passkeys.CreateCredential(h, session, parsed)
	}
	if err != nil {
		g.Log.WarnContext(ctx, "passkey not added", "cause", err)
		return store.Passkey{}, support.Refuse(support.Invalid, "passkey.failed")
	}
	record, err := json.Marshal(key)
	return store.Passkey{Actor: a, Credential: base64.RawURLEncoding.EncodeToString(key.ID), Record: string(record)}, err
}

// RemovePasskey takes a passkey of the visitor away, and the recovery codes where
// nothing is left for which they stand. Staff keep one second factor at least. The
// rest is as with [Gate.AddPasskey].
func (g *Gate) RemovePasskey(ctx context.Context, v Visitor, id int64, b Browser, now time.Time) (out Outcome, err error) {
	if err := Fresh(v, now); err != nil {
		return Outcome{}, err
	}
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.RemovePasskey(v.Actor, id); err != nil {
			return err
		}
		if err := g.enoughLeft(tx, v.Actor); err != nil {
			return err
		}
		out, err = g.renew(tx, v, Proof(v.Session.Proof), "remove_passkey", "factor_removed", b, now)
		return err
	})
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}

// AskPasskey gives what a browser needs to show a passkey: the member publicKey of
// CredentialRequestOptions as JSON (section 5.1.10), and a secret for a cookie of
// ten minutes, with which the answer goes to [Gate.ByPasskey]. With the step that
// [Gate.SignIn] gave, only the passkeys of that person will do.
func (g *Gate) AskPasskey(ctx context.Context, step string, b Browser, now time.Time) (options []byte, secret string, err error) {
	if !g.Passkeys() {
		return nil, "", support.Refuse(support.Conflict, "passkey.off")
	}
	if err := g.try(ctx, now, g.keyLimits(b)...); err != nil {
		return nil, "", err
	}
	secret = random()
	x := store.Step{SHA256: Hash(secret), Kind: useKeyStep}
	asked, session, err := g.passkeys.BeginDiscoverableLogin()
	if step != "" {
		second, err := g.Store.Step(ctx, Hash(step), secondStep, now)
		if err != nil {
			return nil, "", err
		}
		h, keys, err := g.holder(ctx, second.Actor)
		if err != nil {
			return nil, "", err
		}
		if len(keys) == 0 {
			return nil, "", support.Refuse(support.Conflict, "passkey.none")
		}
		x.Actor = second.Actor
		if asked, session, err = g.passkeys.BeginLogin(h); err != nil {
			return nil, "", fmt.Errorf("ask for a passkey: %w", err)
		}
	}
	if err != nil {
		return nil, "", fmt.Errorf("ask for a passkey: %w", err)
	}
	options, err = g.ceremony(ctx, x, asked.Response, session, now)
	return options, secret, err
}

// keyLimits bound what is asked for by nobody in particular: each is a row.
func (g *Gate) keyLimits(b Browser) []store.Throttle {
	return []store.Throttle{g.limit("passkey origin", tryOrigin, tryWithin, b.origin()), g.limit("passkey all", tryAllOfUs, tryWithin)}
}

// ByPasskey begins a session for whoever has shown a passkey: their device has
// asked for a finger, a face or a code of its own, so that it stands for both
// factors. secret is that of [Gate.AskPasskey], step that of [Gate.SignIn] where
// the passkey comes after a password; both are used up. What is not right is a
// refusal that wraps [ErrUnauthenticated].
func (g *Gate) ByPasskey(ctx context.Context, secret, step, answer string, b Browser, now time.Time) (Outcome, error) {
	x, err := g.Store.Step(ctx, Hash(secret), useKeyStep, now)
	if err != nil {
		return Outcome{}, err
	}
	if answer == "" {
		return Outcome{}, support.Refuse(support.Invalid, "passkey.script")
	}
	used, err := g.shown(ctx, x, answer)
	if err != nil {
		return Outcome{}, err
	}
	used.UsedAt = support.Instant(now)
	out := Outcome{Actor: used.Actor}
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.TakeStep(x.SHA256, useKeyStep, now); err != nil {
			return err
		}
		if x.Actor.ID != 0 {
			if second, err := tx.TakeStep(Hash(step), secondStep, now); err != nil {
				return err
			} else if second.Actor != x.Actor {
				return support.Refuse(support.NotFound, "sign_in.step")
			}
		}
		if _, err := tx.Entrant(used.Actor); err != nil {
			return err
		}
		if err := tx.UsePasskey(used); err != nil || used.Suspect {
			return err
		}
		if err := tx.Untry(now, g.keyLimits(b)...); err != nil {
			return err
		}
		return g.enter(tx, &out, ByPasskey, b, now)
	})
	if err == nil && used.Suspect {
		err = stranger("passkey.suspect")
	}
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}

// shown is the passkey of an answer, as it is known from now on. One whose counter
// went back is suspect: there may be a copy of it (section 6.1.1).
func (g *Gate) shown(ctx context.Context, x store.Step, answer string) (store.Passkey, error) {
	var session webauthn.SessionData
	if err := json.Unmarshal(x.Held, &session); err != nil {
		return store.Passkey{}, fmt.Errorf("read a step: %w", err)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(cut(answer, answerMost)))
	if err != nil {
		g.Log.InfoContext(ctx, "passkey not read", "cause", err)
		return store.Passkey{}, stranger("passkey.refused")
	}
	p, err := g.Store.Passkey(ctx, base64.RawURLEncoding.EncodeToString(parsed.RawID))
	var h holder
	if err == nil {
		h, _, err = g.holder(ctx, p.Actor)
	}
	if support.CodeOf(err) == support.NotFound {
		return p, stranger("passkey.stranger") // removed here, or its owner has left
	}
	if err != nil {
		return p, err
	}
	var key *webauthn.Credential
	if x.Actor.ID == 0 {
		key, err = g.passkeys.ValidateDiscoverableLogin(func([]byte, []byte) (webauthn.User, error) { return h, nil }, session, parsed)
	} else {
		key, err = g.passkeys.ValidateLogin(h, session, parsed)
	}
	if err != nil {
		g.Log.InfoContext(ctx, "passkey refused", "cause", err)
		return p, stranger("passkey.refused")
	}
	p.Suspect = p.Suspect || key.Authenticator.CloneWarning
	record, err := json.Marshal(key)
	p.Record = string(record)
	return p, err
}

// Second tells what is asked for after a password: see [Outcome.Has]. A step that
// has ended is not_found.
func (g *Gate) Second(ctx context.Context, step string, now time.Time) (store.Factors, error) {
	x, err := g.Store.Step(ctx, Hash(step), secondStep, now)
	if err != nil {
		return store.Factors{}, err
	}
	return g.Store.Factors(ctx, x.Actor)
}
