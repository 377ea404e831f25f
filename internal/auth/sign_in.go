package auth

import (
	"context"
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// How often may be tried with a password in 15 minutes (T39): on one account,
// from one device that is known, from one origin, and altogether. Who succeeds is
// not counted.
const (
	tryWithin   = 15 * time.Minute
	tryAccount  = 10
	tryDevice   = 10
	tryOrigin   = 100
	tryAllOfUs  = 3000
	longestMail = 320 // bytes of an address
)

// Outcome is how far somebody has come with signing in.
type Outcome struct {
	Actor support.Actor
	// Session is the secret of the session that has begun, for its cookie; "": a
	// second factor is wanted.
	Session string
	// Step is the secret of what goes on with [Gate.SecondFactor], for a cookie of
	// ten minutes; "" where a session has begun. Has says what may be offered: a
	// field for a code, and signing in with a passkey in place of it all.
	Step string
	Has  store.Factors
	// MustEnrol: the session lets staff do nothing but choose a second factor, see
	// [Enrolling]; the page goes there.
	MustEnrol bool
	// Device is for the cookie of a known device, which lasts a year and is sent
	// back in [Browser]; it is set together with the session's.
	Device string
}

// SignIn begins a session for whoever has the address and the password, or, where
// they have a second factor, gives the step that asks for it.
//
// Its errors: one that wraps [ErrUnauthenticated] says that the two do not go
// together, in the same words and after the same time whether the address is
// unknown, has no password or another one; throttled tries are busy with the
// minutes to wait, and the page should offer to send a link by mail instead,
// [Gate.SendDeviceLink]. A try from a known device is counted for itself and not
// for the account, the origin or the desk, so that nobody is kept out of their
// own account by somebody else's guesses.
func (g *Gate) SignIn(ctx context.Context, email, password string, b Browser, now time.Time) (Outcome, error) {
	who, err := g.Store.EntrantByEmail(ctx, email)
	known := err == nil
	if err != nil && support.CodeOf(err) != support.NotFound {
		return Outcome{}, err
	}
	limits := g.limits(email, who.Actor, b, now)
	if err := g.try(ctx, now, limits...); err != nil {
		return Outcome{}, err
	}
	hash := who.Password
	if hash == "" {
		hash = g.nobody
	}
	password = normal(password)
	ok, stale, err := g.matches(ctx, hash, password)
	if err != nil {
		return Outcome{}, err
	}
	if !ok || !known {
		return Outcome{}, stranger("sign_in.refused")
	}
	fresh := ""
	if stale {
		if fresh, err = g.hashPassword(ctx, password); err != nil {
			return Outcome{}, err
		}
	}
	out := Outcome{Actor: who.Actor}
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		// It may have been changed meanwhile, and all sessions were ended.
		if still, err := tx.Entrant(who.Actor); err != nil && support.CodeOf(err) != support.NotFound {
			return err
		} else if still.Password != hash {
			return stranger("sign_in.refused")
		}
		if fresh != "" {
			if err := tx.Rehash(who.Actor, hash, fresh); err != nil {
				return err
			}
		}
		if err := tx.Untry(now, limits...); err != nil {
			return err
		}
		if out.Has, err = tx.Factors(who.Actor); err != nil {
			return err
		}
		if out.Has.Any() {
			out.Step = random()
			return tx.AddStep(store.Step{SHA256: Hash(out.Step), Kind: secondStep, Actor: who.Actor, Held: []byte{}, EndsAt: now.Add(stepWithin)}, now)
		}
		out.MustEnrol = who.Actor.Kind == support.Vendor
		return g.enter(tx, &out, OnlyPassword, b, now)
	})
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}

// enter begins the session of an outcome and makes its device known.
func (g *Gate) enter(tx *store.Tx, out *Outcome, by Proof, b Browser, now time.Time) (err error) {
	out.Session, err = beginIn(tx, store.Session{Actor: out.Actor, Proof: string(by), Agent: b.Agent, Address: b.Address}, b.Former, now)
	out.Device = g.newDevice(b.Device, out.Actor, now)
	return err
}

// limits are those of a password that is tried on an account.
func (g *Gate) limits(email string, actor support.Actor, b Browser, now time.Time) []store.Throttle {
	if d, ok := g.deviceOf(b.Device, actor, now); ok {
		return []store.Throttle{g.limit("device", tryDevice, tryWithin, d.id)}
	}
	return []store.Throttle{
		g.limit("account", tryAccount, tryWithin, folded(email)),
		g.limit("origin", tryOrigin, tryWithin, b.origin()),
		g.limit("all", tryAllOfUs, tryWithin),
	}
}

func (g *Gate) limit(use string, most int, within time.Duration, words ...string) store.Throttle {
	return store.Throttle{Name: g.Key.digest("throttle "+use, words...), Most: most, Within: within}
}

// try counts a try, or refuses it with the minutes to wait.
func (g *Gate) try(ctx context.Context, now time.Time, limits ...store.Throttle) error {
	wait, err := g.Store.Try(ctx, now, limits...)
	if err != nil || wait == 0 {
		return err
	}
	return support.Refuse(support.Busy, "sign_in.throttled", "minutes", fmt.Sprint(int64((wait+time.Minute-1)/time.Minute)))
}

func folded(email string) string { return strings.ToLower(strings.TrimSpace(cut(email, longestMail))) }
