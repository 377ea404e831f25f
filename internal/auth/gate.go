package auth

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"time"

	"madoguchi/internal/store"

	"github.com/go-webauthn/webauthn/webauthn"
)

// Key is the secret of the whole desk: what it signs and encrypts is worthless
// to whoever has the database alone. All nodes have the same one.
type Key [32]byte

// keyLabel begins the one line of a key's file.
const keyLabel = "madoguchi-key-1:"

// ReadKey reads the key from its file, and makes the file when it is absent: of
// one line, for its owner alone.
func ReadKey(path string) (Key, error) {
	var k Key
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		_, _ = rand.Read(k[:]) // never fails: the program stops instead
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return Key{}, fmt.Errorf("make the key: %w", err)
		}
		_, err = fmt.Fprintln(f, keyLabel+base64.StdEncoding.EncodeToString(k[:]))
		return k, errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return Key{}, fmt.Errorf("read the key: %w", err)
	}
	part, labelled := strings.CutPrefix(strings.TrimSpace(string(text)), keyLabel)
	raw, err := base64.StdEncoding.DecodeString(part)
	if !labelled || err != nil || len(raw) != len(k) {
		return Key{}, fmt.Errorf("%s holds no key: put back the file that this desk was started with", path)
	}
	copy(k[:], raw)
	return k, nil
}

// Mail is the key that signs addresses of mails.
func (k Key) Mail() []byte { return k.part("mail") }

// part is a key of its own for one use.
func (k Key) part(use string) []byte {
	out, err := hkdf.Key(sha256.New, k[:], nil, "madoguchi "+use, 32)
	if err != nil {
		panic("auth: derive a key: " + err.Error()) // only of a length that nobody asks for
	}
	return out
}

// digest is what stands for words in the database where the words must not.
func (k Key) digest(use string, words ...string) string {
	m := hmac.New(sha256.New, k.part(use))
	for _, w := range words {
		fmt.Fprintf(m, "%d:%s", len(w), w)
	}
	return hex.EncodeToString(m.Sum(nil))
}

// GateConfig is what a [Gate] is made of. Store and Key are required.
type GateConfig struct {
	Store *store.Store
	Key   Key
	// Now is the desk's clock, at which changes are audited; time.Now when nil.
	Now func() time.Time
	// Name is the vendor's, as in mails: no password may consist of it.
	Name string
	// URL is under which address people reach the pages, for passkeys; "": there are none.
	URL string
	// Provider is the OpenID provider by which staff may come; nil: none.
	Provider *ProviderConfig
	// Leaked is the file of passwords that are known to have leaked, see
	// [CheckLeaked]; "": only the commonest are refused.
	Leaked string
	// Log is slog.Default when nil.
	Log *slog.Logger
}

// Gate signs people in who come with a browser, and keeps what they prove
// themselves with. Its instants called now are of the real clock. It is safe for
// concurrent use.
//
// Whoever writes a page needs to know: secrets that a method gives back go into
// cookies that are HttpOnly, Secure and SameSite=Lax, under names that begin with
// __Host-, and nowhere else. A refusal is a [support.Error] to be shown at its
// field, if it has one, and otherwise above the form.
type Gate struct {
	GateConfig
	// hashing has room for as many hashes as are made at once: each takes 19 MiB.
	hashing chan struct{}
	// nobody is a hash that no password has.
	nobody string
	// passkeys is nil where there cannot be any.
	passkeys *webauthn.WebAuthn
	// provider is nil where there is none.
	provider *provider
}

// atOnce is how many passwords are hashed at the same time.
const atOnce = 2

// NewGate makes a gate.
func NewGate(c GateConfig) (*Gate, error) {
	if c.Store == nil || c.Key == (Key{}) {
		return nil, errors.New("auth: a gate needs a store and a key")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Leaked != "" {
		if err := CheckLeaked(c.Leaked); err != nil {
			return nil, err
		}
	}
	keys, err := newPasskeys(c.URL, c.Name)
	if err != nil {
		return nil, fmt.Errorf("prepare for passkeys at %q: %w", c.URL, err)
	}
	known, err := newProvider(c.Provider, c.URL)
	if err != nil {
		return nil, err
	}
	var salt [saltBytes]byte
	var sum [sumBytes]byte
	_, _ = rand.Read(salt[:]) // never fails: the program stops instead
	_, _ = rand.Read(sum[:])
	return &Gate{GateConfig: c, hashing: make(chan struct{}, atOnce), nobody: parameters.encode(salt[:], sum[:]), passkeys: keys, provider: known}, nil
}

// Browser is what is known of the program with which somebody comes.
type Browser struct {
	Agent   string // as it names itself
	Address string // without port
	// Device is the value of the cookie of a device that is known; "": none.
	Device string
	// Former is the secret of the session's cookie that came with the request: the
	// session ends when another begins in its place.
	Former string
}

// origin is the part of the network that counts as one: of IPv6, what one
// household or machine has.
func (b Browser) origin() string {
	a, err := netip.ParseAddr(b.Address)
	if err != nil {
		return b.Address
	}
	if a = a.Unmap().WithZone(""); a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.String()
}

// hash waits for room and makes the sum of a password.
func (g *Gate) hash(ctx context.Context, p argon, password string, salt []byte) ([]byte, error) {
	select {
	case g.hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-g.hashing }()
	return p.sum(password, salt), nil
}
