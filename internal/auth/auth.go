// Package auth tells who is at the door: it makes access tokens and finds out
// on whose behalf one was made, and what it may be used for.
//
// It refuses to know what anybody may do to a request: that is decided for each
// command from the rows as they are at that moment. A token carries no rights of
// its own, so rights that are taken away are gone at once.
//
// Data layout: a token is "mdg_" and 32 random bytes in base64url, shown once.
// The store keeps its SHA-256 in hexadecimal; the random part is as long as the
// hash, so no salt or slow hash is needed.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Scope is what a token may be used for.
type Scope string

// Scopes. Write does not include read; staff and admin open those parts of the
// doors to staff who have the rights anyway; demo sets the clock of a demo.
const (
	Read  Scope = "read"
	Write Scope = "write"
	Staff Scope = "staff"
	Admin Scope = "admin"
	Demo  Scope = "demo"
)

// Scopes are those of a token.
type Scopes []Scope

// Has tells whether the token may be used for it.
func (s Scopes) Has(want Scope) bool { return slices.Contains(s, want) }

// AllScopes are all scopes, in the order in which people read them.
func AllScopes() Scopes { return Scopes{Read, Write, Staff, Admin, Demo} }

// ErrUnauthenticated is wrapped by every error that says who is not known here,
// beside the [support.Error] with the words: a door answers it differently from
// an act that is not permitted.
var ErrUnauthenticated = errors.New("not signed in")

const prefix = "mdg_"

// Mint makes a token: the secret, to be shown once, and the hash, to be kept.
func Mint() (secret, hash string) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: the program stops instead
	secret = prefix + base64.RawURLEncoding.EncodeToString(b[:])
	return secret, Hash(secret)
}

// Hash is what is kept of a token: hexadecimal SHA-256.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Caller is who is at the door, what they see, and what the token may be used
// for.
type Caller struct {
	Actor          support.Actor
	Viewer         store.Viewer
	Scopes         Scopes
	Language, Zone string // of the person; "" for the system
}

// Authenticate finds who is behind an Authorization header ("Bearer mdg_…"). now
// is the real clock. Errors that wrap [ErrUnauthenticated] are refusals; others
// are internal. Roles are read anew each time; who left is a stranger.
func Authenticate(ctx context.Context, s *store.Store, header string, now time.Time) (Caller, error) {
	secret, err := bearer(header)
	if err != nil {
		return Caller{}, err
	}
	t, err := s.CallerByHash(ctx, Hash(secret))
	if support.CodeOf(err) == support.NotFound {
		return Caller{}, stranger("token.unknown")
	}
	if err != nil {
		return Caller{}, err
	}
	switch {
	case !t.RevokedAt.IsZero():
		return Caller{}, stranger("token.revoked")
	case !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt):
		return Caller{}, stranger("token.expired")
	}
	roles := t.Roles
	switch t.Actor.Kind {
	case support.System:
		t.Active, roles = true, []support.Role{support.RoleSystem}
	case support.Customer:
		roles = []support.Role{support.RoleContact}
	case support.Vendor:
	default:
		return Caller{}, stranger("actor.unknown")
	}
	if !t.Active {
		return Caller{}, stranger("actor.inactive")
	}
	noteUse(ctx, s, t.Token, now)
	scopes := make(Scopes, 0, len(t.Scopes))
	for _, name := range t.Scopes {
		scopes = append(scopes, Scope(name))
	}
	return Caller{Actor: t.Actor, Viewer: store.Viewer{Actor: t.Actor, Roles: roles}, Scopes: scopes, Language: t.Language, Zone: t.Zone}, nil
}

// noteUse notes now and then that a token is used, for who keeps tokens. That it
// cannot be noted is no reason to turn somebody away.
func noteUse(ctx context.Context, s *store.Store, t store.Token, now time.Time) {
	if now.Sub(t.UsedAt) < store.TokenNoted {
		return
	}
	ctx, end := context.WithTimeout(ctx, time.Second)
	defer end()
	_ = s.Update(ctx, func(tx *store.Tx) error { return tx.TokenUsed(t.ID, now) })
}

// bearer takes the token out of the header.
func bearer(header string) (string, error) {
	if header == "" {
		return "", stranger("token.missing")
	}
	scheme, secret, ok := strings.Cut(header, " ")
	secret = strings.TrimSpace(secret)
	if !ok || !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(secret, prefix) || len(secret) != len(prefix)+43 {
		return "", stranger("token.form")
	}
	return secret, nil
}

func stranger(key string) error {
	return fmt.Errorf("%w: %w", ErrUnauthenticated, support.Refuse(support.Forbidden, key))
}
