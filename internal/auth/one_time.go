package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// LinkKind is what a one-time link is for.
type LinkKind string

// Kinds of links: to set the first password, to set another one, to make a device
// known, and to make the first administrator of a desk.
const (
	InviteLink LinkKind = "invite"
	ResetLink  LinkKind = "reset"
	DeviceLink LinkKind = "device"
	SetUpLink  LinkKind = "setup"
)

// How long links can be used.
const (
	longWithin  = 24 * time.Hour // invite, setup
	shortWithin = time.Hour      // reset, device
)

func (k LinkKind) within() time.Duration {
	if k == InviteLink || k == SetUpLink {
		return longWithin
	}
	return shortWithin
}

// How many mails with links are sent in an hour: to one address, and at the
// wish of one origin and of all of them.
const (
	mailWithin  = time.Hour
	mailAccount = 3
	mailOrigin  = 20
	mailAll     = 500
)

const linksDropped = 20

// linkSecret is what stands in a link. It is made anew for the mail that brings
// it, so that the database holds nothing that opens anything.
func (k Key) linkSecret(nonce string) string {
	m := hmac.New(sha256.New, k.part("link"))
	m.Write([]byte(nonce))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// LinkPath is where the page of a link lies below the address of the portal. GET
// shows what the link is for ([Gate.Link]) and a form, POST uses it: programs that
// look into mails open links. The page is sent with Referrer-Policy: no-referrer
// and Cache-Control: no-store, and its path is written into no log.
func (g *Gate) LinkPath(o store.OneTime) string { return "/link/" + g.Key.linkSecret(o.Nonce) }

// AddLink lets an actor do one thing once. An invitation and a set-up take the
// place of the one before.
func (g *Gate) AddLink(tx *store.Tx, kind LinkKind, actor support.Actor, now time.Time) (store.OneTime, error) {
	o := store.OneTime{Kind: string(kind), Actor: actor, Nonce: rand.Text(), MadeAt: support.Instant(now), EndsAt: support.Instant(now.Add(kind.within()))}
	o.SHA256 = Hash(g.Key.linkSecret(o.Nonce))
	if err := tx.DropEndedOneTimes(now, linksDropped); err != nil {
		return o, err
	}
	if kind.within() == longWithin {
		if err := tx.DropOneTimes(actor, string(kind)); err != nil {
			return o, err
		}
	}
	return o, tx.AddOneTime(&o)
}

// MailLink is [Gate.AddLink] and a mail with the link.
func (g *Gate) MailLink(tx *store.Tx, kind LinkKind, who store.Entrant, now time.Time) (store.OneTime, error) {
	o, err := g.AddLink(tx, kind, who.Actor, now)
	if err != nil {
		return o, err
	}
	// The id of a link that is gone may be another's later: the nonce never is.
	return o, tx.AddLetter(who.Account, support.Letter(support.Subject{Kind: "one_time", ID: o.ID}, "sign_in_"+o.Kind, "."+o.Nonce, recipient(who.Actor)))
}

func recipient(a support.Actor) support.Recipient {
	if a.Kind == support.Customer {
		return support.Recipient{Kind: support.ToContact, ID: a.ID}
	}
	return support.Recipient{Kind: support.ToStaff, ID: a.ID}
}

// subject is as what an actor is audited.
func subject(a support.Actor) string {
	if a.Kind == support.Customer {
		return "contact"
	}
	return "staff"
}

// SendReset sends a link to set a new password to whoever has the address. The
// page says the same whatever comes of it: "if somebody of this address is known
// here, a mail is on its way". Only too many wishes from one origin are refused,
// as busy.
func (g *Gate) SendReset(ctx context.Context, email string, b Browser, now time.Time) error {
	return g.send(ctx, ResetLink, email, b, now)
}

// SendDeviceLink sends a link that makes the browser in which it is used a known
// device: the way out for somebody whose account is being guessed on. It is
// answered as [Gate.SendReset] is.
func (g *Gate) SendDeviceLink(ctx context.Context, email string, b Browser, now time.Time) error {
	return g.send(ctx, DeviceLink, email, b, now)
}

func (g *Gate) send(ctx context.Context, kind LinkKind, email string, b Browser, now time.Time) error {
	if err := g.try(ctx, now, g.limit("mail origin", mailOrigin, mailWithin, b.origin()), g.limit("mail all", mailAll, mailWithin)); err != nil {
		return err
	}
	// An address that got three has them: the wish for a fourth keeps nobody out.
	account := g.limit("mail account", mailAccount, mailWithin, folded(email))
	if wait, err := g.Store.Try(ctx, now, account); err != nil || wait > 0 {
		return err
	}
	who, err := g.Store.EntrantByEmail(ctx, email)
	known := err == nil
	if err != nil && support.CodeOf(err) != support.NotFound {
		return err
	}
	return g.Store.Update(ctx, func(tx *store.Tx) error {
		if known {
			_, err := g.MailLink(tx, kind, who, now)
			return err
		}
		// Something is written for a stranger too, so that it takes as long.
		return tx.Untry(now, g.limit("stranger", 1, mailWithin))
	})
}

// Link is what the page of a link shows before it is used.
type Link struct {
	Kind   LinkKind
	Who    store.Entrant // zero: of a set-up
	EndsAt time.Time     // exclusive
}

// Link tells what a secret is for, and uses nothing up. By the kind the page asks
// for a password ([Gate.SetPassword]), for nothing but a press of a button
// ([Gate.KnowDevice]), or for the first administrator (SetUp of the desk). A link
// that was used or has ended is not_found; the page offers to send another one.
func (g *Gate) Link(ctx context.Context, secret string, now time.Time) (Link, error) {
	o, err := g.Store.OneTime(ctx, Hash(secret), now)
	if err != nil {
		return Link{}, err
	}
	out := Link{Kind: LinkKind(o.Kind), EndsAt: o.EndsAt}
	if o.Actor.Kind == support.System {
		return out, nil
	}
	if out.Who, err = g.Store.Entrant(ctx, o.Actor); support.CodeOf(err) == support.NotFound {
		err = support.Refuse(support.NotFound, "link.unknown") // who has left
	}
	return out, err
}

// UseLink uses a link of one of some kinds up, in the update of what it lets do.
func (g *Gate) UseLink(tx *store.Tx, secret string, now time.Time, kinds ...LinkKind) (store.OneTime, error) {
	o, err := tx.UseOneTime(Hash(secret), now)
	if err != nil {
		return o, err
	}
	for _, k := range kinds {
		if o.Kind == string(k) {
			return o, nil
		}
	}
	return o, support.Refuse(support.NotFound, "link.unknown")
}

// KnowDevice uses a link of [Gate.SendDeviceLink] up and gives the value of the
// cookie of a known device. The page sets it and goes to the page for signing in.
func (g *Gate) KnowDevice(ctx context.Context, secret string, now time.Time) (device string, err error) {
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		o, err := g.UseLink(tx, secret, now, DeviceLink)
		if err != nil {
			return err
		}
		device = g.newDevice("", o.Actor, now)
		return tx.Audit(subject(o.Actor), o.Actor.ID, o.Actor, g.Now(), "know_device", map[string]any{})
	})
	if err != nil {
		return "", err
	}
	return device, nil
}

// SetPassword sets a password by a link of an invitation or a reset and gives the
// value of the cookie of a known device: whoever reads the address's mail is its
// owner. All sessions and other links of the person end, and a mail tells of it.
// The page sets the cookie and goes to the page for signing in, where a second
// factor is asked for as ever. A password that is refused leaves the link as it
// is; the refusal is about the field password.
func (g *Gate) SetPassword(ctx context.Context, secret, password string, now time.Time) (device string, err error) {
	l, err := g.Link(ctx, secret, now)
	if err != nil {
		return "", err
	}
	hash, err := g.Hashed(ctx, password, l.Who.Email, l.Who.FamilyName, l.Who.GivenName)
	if err != nil {
		return "", err
	}
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		o, err := g.UseLink(tx, secret, now, InviteLink, ResetLink)
		if err != nil {
			return err
		}
		device = g.newDevice("", o.Actor, now)
		return g.setPassword(tx, o.Actor, o.Actor, hash, now)
	})
	if err != nil {
		return "", err
	}
	return device, nil
}

// Hashed is what is kept of a password that may be chosen; it refuses others
// about the field password. about are the person's address and names.
func (g *Gate) Hashed(ctx context.Context, password string, about ...string) (string, error) {
	password = normal(password)
	if err := g.checkPassword(password, about...); err != nil {
		return "", err
	}
	return g.hashPassword(ctx, password)
}

// setPassword sets it and ends what was opened with the one before.
func (g *Gate) setPassword(tx *store.Tx, by, actor support.Actor, hash string, now time.Time) error {
	if err := tx.SetPassword(store.Password{Actor: actor, Hash: hash, SetAt: support.Instant(now)}); err != nil {
		return err
	}
	if err := EndAccess(tx, actor); err != nil {
		return err
	}
	return g.tell(tx, by, actor, "set_password", "password_set", now)
}

// EndAccess ends all sessions and links of somebody: what they may do, or how
// they prove who they are, has changed.
func EndAccess(tx *store.Tx, actor support.Actor) error {
	if _, err := tx.EndSessions(actor, 0); err != nil {
		return err
	}
	return tx.DropOneTimes(actor, "")
}

// tell audits what somebody signs in with from now on, and tells them by mail.
func (g *Gate) tell(tx *store.Tx, by, actor support.Actor, act, template string, now time.Time) error {
	if err := g.letter(tx, actor, template, now); err != nil {
		return err
	}
	return tx.Audit(subject(actor), actor.ID, by, g.Now(), act, map[string]any{})
}

// ChangePassword sets another password for who is signed in and knows the one
// before. All sessions end; one begins in place of the present one, and its
// secret is for the cookie. A wrong password before is a refusal about the field
// present; its tries are limited as those of signing in are.
func (g *Gate) ChangePassword(ctx context.Context, v Visitor, present, password string, b Browser, now time.Time) (Outcome, error) {
	who, err := g.Store.Entrant(ctx, v.Actor)
	if err != nil {
		return Outcome{}, err
	}
	limits := g.limits(who.Email, who.Actor, b, now)
	if err := g.try(ctx, now, limits...); err != nil {
		return Outcome{}, err
	}
	if who.Password == "" {
		return Outcome{}, support.Wrong("present", "password.none")
	}
	if ok, _, err := g.matches(ctx, who.Password, normal(present)); err != nil {
		return Outcome{}, err
	} else if !ok {
		return Outcome{}, support.Wrong("present", "password.wrong")
	}
	hash, err := g.Hashed(ctx, password, who.Email, who.FamilyName, who.GivenName)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Actor: v.Actor}
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Untry(now, limits...); err != nil {
			return err
		}
		if err := g.setPassword(tx, v.Actor, v.Actor, hash, now); err != nil {
			return err
		}
		return g.enter(tx, &out, Proof(v.Session.Proof), b, now)
	})
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}
