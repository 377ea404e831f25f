package auth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

const home = "https://support.example"

// token is an authenticator of one key, as Web Authentication Level 3 and RFC 9053
// have it: what a browser would give on is made here byte by byte.
type token struct {
	*testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	count  uint32
	flags  byte // UP 1, UV 4
	origin string
}

func newToken(t *testing.T) *token {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &token{T: t, key: key, id: []byte(rand.Text()), flags: 5, origin: home}
}

func encoded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// head is the part of authenticator data that every answer has (section 6.1).
func (k *token) head(rp string, more byte) []byte {
	sum := sha256.Sum256([]byte(rp))
	return binary.BigEndian.AppendUint32(append(sum[:], k.flags|more), k.count)
}

func (k *token) client(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": k.origin})
	if err != nil {
		k.Fatal(err)
	}
	return b
}

// asked is what both kinds of options have.
type asked struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	Verification string `json:"userVerification"`
	Selection    struct {
		Verification string `json:"userVerification"`
		Resident     string `json:"residentKey"`
	} `json:"authenticatorSelection"`
	Allowed  []any `json:"allowCredentials"`
	Excluded []any `json:"excludeCredentials"`
}

func (k *token) read(options []byte) asked {
	k.Helper()
	var a asked
	if err := json.Unmarshal(options, &a); err != nil {
		k.Fatal(err)
	}
	return a
}

func (k *token) answer(response map[string]string) string {
	b, err := json.Marshal(map[string]any{"id": encoded(k.id), "rawId": encoded(k.id), "type": "public-key", "response": response})
	if err != nil {
		k.Fatal(err)
	}
	return string(b)
}

// create answers options of [Gate.BeginPasskey].
func (k *token) create(options []byte) string {
	k.Helper()
	a := k.read(options)
	k.handle, _ = base64.RawURLEncoding.DecodeString(a.User.ID)
	public, err := k.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		k.Fatal(err)
	}
	data := append(k.head(a.RP.ID, 0x40), make([]byte, 16)...)
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(k.id))), k.id...)
	data = append(data, 0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32) // EC2, ES256, P-256, x
	data = append(append(data, public[1:33]...), 0x22, 0x58, 32)      // y
	data = append(data, public[33:]...)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"), byte(len(data)))
	return k.answer(map[string]string{"clientDataJSON": encoded(k.client("webauthn.create", a.Challenge)), "attestationObject": encoded(append(object, data...))})
}

// show answers options of [Gate.AskPasskey].
func (k *token) show(options []byte) string {
	k.Helper()
	a := k.read(options)
	client, data := k.client("webauthn.get", a.Challenge), k.head(a.RPID, 0)
	sum := sha256.Sum256(client)
	digest := sha256.Sum256(append(slices.Clone(data), sum[:]...))
	signed, err := ecdsa.SignASN1(rand.Reader, k.key, digest[:])
	if err != nil {
		k.Fatal(err)
	}
	return k.answer(map[string]string{"clientDataJSON": encoded(client), "authenticatorData": encoded(data), "signature": encoded(signed), "userHandle": encoded(k.handle)})
}

// keyholder is staff who has added a passkey as the first second factor.
func keyholder(t *testing.T, now time.Time) (*Gate, support.Staff, *token, Visitor, Browser) {
	t.Helper()
	g, engineer, v, b := seated(t, now)
	k := newToken(t)
	out, codes := k.add(g, v, b, now)
	if len(codes) != recoveryCodes {
		t.Fatalf("%d recovery codes come with the first passkey", len(codes))
	}
	v, err := Visit(t.Context(), g.Store, out.Session, now)
	if err != nil || v.Session.Proof != string(TwoFactors) {
		t.Fatalf("%+v, %v", v, err)
	}
	return g, engineer, k, v, Browser{Former: out.Session, Device: out.Device}
}

func (k *token) add(g *Gate, v Visitor, b Browser, now time.Time) (Outcome, []string) {
	k.Helper()
	options, err := g.BeginPasskey(k.Context(), v, now)
	if err != nil {
		k.Fatal(err)
	}
	out, codes, err := g.AddPasskey(k.Context(), v, "  My   laptop ", k.create(options), b, now)
	if err != nil {
		k.Fatal(err)
	}
	return out, codes
}

// ask is a passkey that is asked for, and its secret.
func ask(t *testing.T, g *Gate, step string, now time.Time) ([]byte, string) {
	t.Helper()
	options, secret, err := g.AskPasskey(t.Context(), step, Browser{Address: "192.0.2.9"}, now)
	if err != nil {
		t.Fatal(err)
	}
	return options, secret
}

// A passkey lets staff in without a password and without a second step; each
// question is answered once, in ten minutes, by the right key, from the right site,
// and by a device that has verified its owner (T38, T39).
func TestPasskeySignsIn(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, engineer, k, _, former := keyholder(t, now)
	self := support.Actor{Kind: support.Vendor, ID: engineer.ID}
	options, secret := ask(t, g, "", now)
	if a := k.read(options); a.Verification != "required" || len(a.Allowed) != 0 || a.RPID != "support.example" {
		t.Errorf("%s", options)
	}
	answer := k.show(options)
	out, err := g.ByPasskey(ctx, secret, "", answer, Browser{Former: former.Former, Agent: "x"}, now.Add(stepWithin-1))
	if err != nil || out.Actor != self || out.Device == "" || out.MustEnrol {
		t.Fatalf("%+v, %v", out, err)
	}
	if v, err := Visit(ctx, g.Store, out.Session, now); err != nil || v.Session.Proof != string(ByPasskey) {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := Visit(ctx, g.Store, former.Former, now); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("the session before goes on: %v", err)
	}
	_, err = g.ByPasskey(ctx, secret, "", answer, Browser{}, now)
	refusedAs(t, "the same answer again", err, "sign_in.step")
	if has, err := g.Store.Factors(ctx, self); err != nil || len(has.Passkeys) != 1 || has.Passkeys[0].Name != "My laptop" || has.Passkeys[0].UsedAt.IsZero() {
		t.Errorf("%+v, %v", has, err)
	}
	for what, c := range map[string]struct {
		key  string
		with func(k *token, options []byte) string
	}{
		"another question": {"passkey.refused", func(k *token, _ []byte) string { o, _ := ask(t, g, "", now); return k.show(o) }},
		"another site":     {"passkey.refused", func(k *token, o []byte) string { k.origin = "https://support.example.evil"; return k.show(o) }},
		"nobody verified":  {"passkey.refused", func(k *token, o []byte) string { k.flags = 1; return k.show(o) }},
		"another key":      {"passkey.refused", func(k *token, o []byte) string { k.key = newToken(t).key; return k.show(o) }},
		"another person": {"passkey.refused", func(k *token, o []byte) string {
			k.handle = handleOf(support.Actor{Kind: support.Customer, ID: 1})
			return k.show(o)
		}},
		"nobody's":         {"passkey.stranger", func(k *token, o []byte) string { k.id = []byte(rand.Text()); return k.show(o) }},
		"nonsense":         {"passkey.refused", func(*token, []byte) string { return "{" }},
		"nothing":          {"passkey.script", func(*token, []byte) string { return "" }},
		"a whole megabyte": {"passkey.refused", func(*token, []byte) string { return strings.Repeat("[", 1<<20) }},
		"a made-up context": {"passkey.refused", func(k *token, o []byte) string {
			return strings.Replace(k.show(o), `"type":"public-key"`, `"type":"password"`, 1)
		}},
	} {
		options, secret := ask(t, g, "", now)
		forged := *k
		_, err := g.ByPasskey(ctx, secret, "", c.with(&forged, options), Browser{}, now)
		refusedAs(t, what, err, c.key)
	}
	options, secret = ask(t, g, "", now)
	_, err = g.ByPasskey(ctx, secret, "", k.show(options), Browser{}, now.Add(stepWithin))
	refusedAs(t, "too late", err, "sign_in.step")

	options, secret = ask(t, g, "", now)
	engineer.Active = false
	if err := g.Store.Update(ctx, func(tx *store.Tx) error { return tx.UpdateStaff(engineer) }); err != nil {
		t.Fatal(err)
	}
	_, err = g.ByPasskey(ctx, secret, "", k.show(options), Browser{}, now)
	refusedAs(t, "who has left", err, "passkey.stranger")
}

// After a password a passkey of that very person is the second factor, once.
func TestPasskeyAfterAPassword(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, engineer, k, _, _ := keyholder(t, now)
	out, err := g.SignIn(ctx, engineer.Email, phrase, Browser{}, now)
	if err != nil || out.Step == "" || out.Session != "" {
		t.Fatalf("%+v, %v", out, err)
	}
	options, secret := ask(t, g, out.Step, now)
	if a := k.read(options); len(a.Allowed) != 1 {
		t.Errorf("%s", options)
	}
	answer := k.show(options)
	_, err = g.ByPasskey(ctx, secret, "", answer, Browser{}, now)
	refusedAs(t, "without the step", err, "sign_in.step")
	in, err := g.ByPasskey(ctx, secret, out.Step, answer, Browser{}, now)
	if err != nil || in.Session == "" {
		t.Fatalf("%+v, %v", in, err)
	}
	_, _, err = g.AskPasskey(ctx, out.Step, Browser{}, now)
	refusedAs(t, "a step that is used up", err, "sign_in.step")
}

// A key whose counter went back may have a copy: it lets nobody in any more, also
// not with a counter that goes on.
func TestCopiedPasskey(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, engineer, k, _, _ := keyholder(t, now)
	in := func(count uint32) error {
		k.count = count
		options, secret := ask(t, g, "", now)
		_, err := g.ByPasskey(ctx, secret, "", k.show(options), Browser{}, now)
		return err
	}
	if err := in(7); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, "it went back", in(6), "passkey.suspect")
	refusedAs(t, "it goes on", in(9), "passkey.suspect")
	if has, err := g.Store.Factors(ctx, support.Actor{Kind: support.Vendor, ID: engineer.ID}); err != nil || !has.Passkeys[0].Suspect {
		t.Errorf("%+v, %v", has, err)
	}
}

// Passkeys are added and removed in a new session, each once, with a name; staff
// keep one factor, and what was open elsewhere ends (T38).
func TestPasskeysChange(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, _, k, v, b := keyholder(t, now)
	only, err := g.Store.Factors(ctx, v.Actor)
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.RemovePasskey(ctx, v, only.Passkeys[0].ID, b, now)
	refusedAs(t, "the last one of staff", err, "factor.last")
	_, err = g.BeginPasskey(ctx, v, now.Add(freshWithin))
	refusedAs(t, "an old session", err, "sign_in.again")
	refusedAs(t, "no name", g.RenamePasskey(ctx, v, only.Passkeys[0].ID, " "), "passkey.name")
	refusedAs(t, "somebody else's", g.RenamePasskey(ctx, v, only.Passkeys[0].ID+99, "x"), "passkey.unknown")
	if err := g.RenamePasskey(ctx, v, only.Passkeys[0].ID, "  the  blue one "); err != nil {
		t.Fatal(err)
	}
	if has, err := g.Store.Factors(ctx, v.Actor); err != nil || has.Passkeys[0].Name != "the blue one" {
		t.Errorf("%+v, %v", has.Passkeys, err)
	}
	options, err := g.BeginPasskey(ctx, v, now)
	if err != nil || len(k.read(options).Excluded) != 1 || k.read(options).Selection.Verification != "required" || k.read(options).Selection.Resident != "required" {
		t.Fatalf("%s, %v", options, err)
	}
	second := newToken(t)
	for name, key := range map[string]string{"": "passkey.name", strings.Repeat("長", passkeyNameMost+1): "passkey.name"} {
		_, _, err = g.AddPasskey(ctx, v, name, second.create(options), b, now)
		refusedAs(t, name, err, key)
	}
	_, _, err = g.AddPasskey(ctx, v, "again", k.create(options), b, now)
	refusedAs(t, "the same key", err, "passkey.exists")
	unverified := *second
	unverified.flags = 1
	_, _, err = g.AddPasskey(ctx, v, "x", unverified.create(options), b, now)
	refusedAs(t, "nobody verified", err, "passkey.failed")
	elsewhere := begin(t, g.Store, v.Actor, "", now)
	out, codes := second.add(g, v, b, now)
	if len(codes) != 0 {
		t.Error("codes that are kept somewhere are worth nothing now")
	}
	for what, secret := range map[string]string{"elsewhere": elsewhere, "here": v.Session.SHA256} {
		if _, err := Visit(ctx, g.Store, secret, now); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("the session %s goes on: %v", what, err)
		}
	}
	// The change proves nothing: the session is as old as before, and ends then.
	v, err = Visit(ctx, g.Store, out.Session, now.Add(time.Minute))
	if err != nil || !v.Session.MadeAt.Equal(now) || !v.Session.EndsAt.Equal(now.Add(StaffLongest)) {
		t.Errorf("%+v, %v", v.Session, err)
	}
	b.Former = out.Session
	if _, err = g.RemovePasskey(ctx, v, only.Passkeys[0].ID, b, now); err != nil {
		t.Fatal(err)
	}
	options, secret := ask(t, g, "", now)
	_, err = g.ByPasskey(ctx, secret, "", k.show(options), Browser{}, now)
	refusedAs(t, "a removed one", err, "passkey.stranger")
}

// Nobody fills the database by asking, and passkeys are where browsers make them.
func TestPasskeysAreBounded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, _ := gate(t, now)
	for i := range tryOrigin + 1 {
		_, _, err := g.AskPasskey(t.Context(), "", Browser{Address: "203.0.113.9"}, now)
		if busy := support.CodeOf(err) == support.Busy; busy != (i == tryOrigin) {
			t.Fatalf("question %d: %v", i+1, err)
		}
	}
	for at, want := range map[string]bool{
		"": false, "https://support.example": true, "https://support.example:8443/": true, "http://support.example": false, "https://192.0.2.1": false,
		"https://[2001:db8::1]": false, "http://127.0.0.1:8420": false, "http://localhost:8420": true, "http://desk.localhost": true,
	} {
		if got, err := newPasskeys(at, "x"); err != nil || (got != nil) != want {
			t.Errorf("%s: %v, %v", at, got != nil, err)
		}
	}
}
