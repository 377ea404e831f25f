package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// How long a session lasts (T38): unused, and however much it is used.
const (
	StaffIdle       = 30 * time.Minute
	StaffLongest    = 12 * time.Hour
	CustomerIdle    = 12 * time.Hour
	CustomerLongest = 30 * 24 * time.Hour
)

// seenEvery is the step in which a session notes that it is used.
const seenEvery = time.Minute

// sessionsDropped is how many ended sessions go with a new one.
const sessionsDropped = 100

// Proof is how somebody was known when a session began.
type Proof string

// Proofs. OnlyPassword opens for staff nothing but the choice of a second factor.
const (
	OnlyPassword Proof = "password"
	TwoFactors   Proof = "password_code"
	ByPasskey    Proof = "passkey"
	ByProvider   Proof = "provider"
	ByDemo       Proof = "demo"
)

// Visitor is who is signed in with a browser.
type Visitor struct {
	Caller
	Session               store.Session
	FamilyName, GivenName string
	Skills                []string // of staff
	Account               int64    // of a customer, as the next two
	Number                string   // the customer number
	Country               string   // of the account
}

// Begin signs an actor in and gives the secret for the cookie, which is kept
// nowhere. former, when it is not empty, is the secret of the session that this
// one stands in for: it ends (T38). agent and address are cut to what a list
// can show. now is the real clock.
func Begin(ctx context.Context, s *store.Store, x store.Session, former string, now time.Time) (secret string, err error) {
	err = s.Update(ctx, func(tx *store.Tx) (err error) {
		secret, err = beginIn(tx, x, former, now)
		return err
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// beginIn is [Begin] as a part of an update. A session with instants has them of
// the one that it goes on with: nothing has been proved anew.
func beginIn(tx *store.Tx, x store.Session, former string, now time.Time) (secret string, err error) {
	secret = random()
	if x.MadeAt.IsZero() {
		x.MadeAt, x.EndsAt = support.Instant(now), support.Instant(now.Add(Longest(x.Actor)))
	}
	x.SHA256, x.SeenAt = Hash(secret), support.Instant(now)
	x.Agent, x.Address = cut(x.Agent, 200), cut(x.Address, 64)
	if former != "" {
		if err := tx.EndSessionOf(Hash(former)); err != nil {
			return "", err
		}
	}
	if _, err := tx.DropSessions(now, sessionsDropped); err != nil {
		return "", err
	}
	return secret, tx.AddSession(&x)
}

// random is a secret of 256 bits, as it stands in a cookie or a link.
func random() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: the program stops instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Longest is how long a session of an actor lasts, however much it is used.
func Longest(a support.Actor) time.Duration {
	if a.Kind == support.Customer {
		return CustomerLongest
	}
	return StaffLongest
}

func idle(a support.Actor) time.Duration {
	if a.Kind == support.Customer {
		return CustomerIdle
	}
	return StaffIdle
}

// cut keeps at most n bytes, whole characters.
func cut(text string, n int) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// ErrMustEnrol is wrapped, beside [ErrUnauthenticated], where staff have signed in
// with a password alone: the page sends them to choose a second factor.
var ErrMustEnrol = errors.New("a second factor must be chosen first")

// Visit finds who is behind the secret of a cookie. now is the real clock.
// Errors that wrap [ErrUnauthenticated] are refusals; others are internal. Roles
// are read anew each time; who left is a stranger, and so is, but for
// [Enrolling], whoever of the staff has shown a password alone.
func Visit(ctx context.Context, s *store.Store, secret string, now time.Time) (Visitor, error) {
	v, err := Enrolling(ctx, s, secret, now)
	if err == nil && v.Actor.Kind == support.Vendor && v.Session.Proof == string(OnlyPassword) {
		return Visitor{}, fmt.Errorf("%w: %w", ErrMustEnrol, stranger("session.enrol"))
	}
	return v, err
}

// Enrolling is [Visit] for the pages on which a second factor is chosen, and for
// no others: it also knows staff who have none yet.
func Enrolling(ctx context.Context, s *store.Store, secret string, now time.Time) (Visitor, error) {
	in, err := s.SignedIn(ctx, Hash(secret))
	if support.CodeOf(err) == support.NotFound {
		return Visitor{}, stranger("session.unknown")
	}
	if err != nil {
		return Visitor{}, err
	}
	if !now.Before(in.EndsAt) || !now.Before(in.SeenAt.Add(idle(in.Actor))) {
		return Visitor{}, stranger("session.ended")
	}
	if !in.Active {
		return Visitor{}, stranger("actor.inactive")
	}
	if now.Sub(in.SeenAt) >= seenEvery {
		err := s.Update(ctx, func(tx *store.Tx) error { return tx.SeeSession(in.ID, support.Instant(now)) })
		if err != nil { // a full disk keeps nobody from reading
			slog.WarnContext(ctx, "session not noted as used", "session", in.ID, "cause", err)
		}
	}
	roles := in.Roles
	if in.Actor.Kind == support.Customer {
		roles = []support.Role{support.RoleContact}
	}
	return Visitor{
		Caller: Caller{
			Actor: in.Actor, Viewer: store.Viewer{Actor: in.Actor, Roles: roles}, Scopes: Scopes{Read, Write, Staff, Admin},
			Language: in.Language, Zone: in.Zone,
		},
		Session: in.Session, FamilyName: in.FamilyName, GivenName: in.GivenName, Account: in.Account,
		Skills: in.Skills,
		Number: in.Number, Country: in.Country,
	}, nil
}

// End ends one session of an actor; none of that id is no error.
func End(ctx context.Context, s *store.Store, actor support.Actor, id int64) error {
	err := s.Update(ctx, func(tx *store.Tx) error { return tx.EndSession(actor, id) })
	if support.CodeOf(err) == support.NotFound {
		return nil
	}
	return err
}

// EndOthers ends all sessions of an actor but the one to keep (0: none) and
// says how many those were.
func EndOthers(ctx context.Context, s *store.Store, actor support.Actor, keep int64) (n int64, err error) {
	err = s.Update(ctx, func(tx *store.Tx) (err error) {
		n, err = tx.EndSessions(actor, keep)
		return err
	})
	return n, err
}
