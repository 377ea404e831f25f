package desk

import (
	"context"
	"fmt"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/lang"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Gate signs people in who come with a browser; nil where nobody does.
func (d *Desk) Gate() *auth.Gate { return d.gate }

// signInPermissions are those of what people sign in with.
func signInPermissions() []PartyPermission {
	keepers := []support.Role{support.RoleSystem, support.RoleAdmin}
	return []PartyPermission{
		{"invite_user", keepers, nil},
		{"reset_user", keepers, nil},
		{"remove_factor", keepers, nil},
		{"end_sessions", keepers, nil},
	}
}

// personal are subjects of letters that only the very person may read, also after
// they have left.
var personal = map[string]bool{"one_time": true, "sign_in": true}

// person is somebody as they are audited.
func person(a support.Actor, body any) entry {
	if a.Kind == support.Customer {
		return entry{"contact", a.ID, body}
	}
	return entry{"staff", a.ID, body}
}

// mayInvite refuses where nobody can come with a browser.
func (d *Desk) mayInvite() error {
	if d.gate == nil || d.baseURL == "" {
		return support.Refuse(support.Conflict, "sign_in.off")
	}
	return nil
}

// entrant finds a person who may sign in.
func entrant(tx *store.Tx, who support.Actor) (store.Entrant, error) {
	e, err := tx.Entrant(who)
	if support.CodeOf(err) == support.NotFound {
		key := "contact.not_found"
		if who.Kind == support.Vendor {
			key = "staff.unknown"
		}
		err = support.Refuse(support.NotFound, key)
	}
	return e, err
}

// endAccess ends what a contact has opened in browsers, since what they may do
// has changed. Who changes their own affairs goes on: roles are read each time.
func endAccess(tx *store.Tx, by support.Actor, contact int64) error {
	who := support.Actor{Kind: support.Customer, ID: contact}
	if by == who {
		return tx.DropOneTimes(who, "")
	}
	return auth.EndAccess(tx, who)
}

// Pass is a one-time link that was given to somebody.
type Pass struct {
	Link   string    // the whole address; "": it went by mail
	EndsAt time.Time // exclusive, of the real clock
}

// InviteUser sends somebody who has no password yet a link to set one; an
// invitation before it ends.
func (d *Desk) InviteUser(ctx context.Context, by, who support.Actor) error {
	_, err := d.letIn(ctx, by, who, auth.InviteLink, true)
	return err
}

// ResetUser sends somebody a link to set another password, ends their sessions
// and takes the password before: for an account that may be in other hands.
func (d *Desk) ResetUser(ctx context.Context, by, who support.Actor) error {
	_, err := d.letIn(ctx, by, who, auth.ResetLink, true)
	return err
}

// PassFor does what [Desk.InviteUser] or, for [auth.ResetLink], [Desk.ResetUser]
// does, and gives the link to whoever asks where mail is false or would reach
// nobody, for there is no smarthost: they bring it to the person in another way.
func (d *Desk) PassFor(ctx context.Context, by, who support.Actor, kind auth.LinkKind, mail bool) (Pass, error) {
	if _, files := d.out.(Files); files {
		mail = false
	}
	return d.letIn(ctx, by, who, kind, mail)
}

func (d *Desk) letIn(ctx context.Context, by, who support.Actor, kind auth.LinkKind, mail bool) (Pass, error) {
	if err := d.mayInvite(); err != nil {
		return Pass{}, err
	}
	act := "invite_user"
	if kind == auth.ResetLink {
		act = "reset_user"
	}
	var pass Pass
	err := d.change(ctx, by, act, about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		e, err := entrant(tx, who)
		if err != nil {
			return entry{}, err
		}
		if err := makeRoom(tx, e, kind); err != nil {
			return entry{}, err
		}
		if mail {
			o, err := d.gate.MailLink(tx, kind, e, d.real())
			pass = Pass{EndsAt: o.EndsAt}
			return person(who, map[string]any{}), err
		}
		o, err := d.gate.AddLink(tx, kind, who, d.real())
		pass = Pass{d.baseURL + d.gate.LinkPath(o), o.EndsAt}
		return person(who, map[string]any{"shown": true}), err
	})
	return pass, err
}

// makeRoom takes what a link stands in place of, and refuses to invite whoever can
// sign in already.
func makeRoom(tx *store.Tx, e store.Entrant, kind auth.LinkKind) error {
	if kind == auth.InviteLink {
		if e.Password != "" {
			return support.Refuse(support.Conflict, "sign_in.has_password")
		}
		return nil
	}
	if err := auth.EndAccess(tx, e.Actor); err != nil {
		return err
	}
	return tx.RemovePassword(e.Actor)
}

// RemoveFactor takes a factor of somebody away who has lost it, see
// [auth.Gate.TakeFactor].
func (d *Desk) RemoveFactor(ctx context.Context, by, who support.Actor, f auth.Factor) error {
	if err := d.mayInvite(); err != nil {
		return err
	}
	return d.change(ctx, by, "remove_factor", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		if _, err := entrant(tx, who); err != nil {
			return entry{}, err
		}
		return person(who, map[string]any{"factor": f.Kind}), d.gate.TakeFactor(tx, who, f, d.real())
	})
}

// EndSessions ends a session of somebody, or with 0 all of them: they are out of
// their browsers with the next page. Absent: not_found.
func (d *Desk) EndSessions(ctx context.Context, by, who support.Actor, session int64) error {
	return d.change(ctx, by, "end_sessions", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		e := person(who, map[string]any{"all": session == 0})
		if session != 0 {
			return e, tx.EndSession(who, session)
		}
		_, err := tx.EndSessions(who, 0)
		return e, err
	})
}

// FirstLink is the address of the page that makes a desk's first administrator;
// "" where there is an administrator already. It can be used for 24 hours, and
// each call ends the one before.
func (d *Desk) FirstLink(ctx context.Context) (string, error) {
	if err := d.mayInvite(); err != nil {
		return "", err
	}
	staff, err := d.store.AllStaff(ctx)
	if err != nil {
		return "", err
	}
	for _, m := range staff {
		if m.Active && m.Has(support.RoleAdmin) {
			return "", nil
		}
	}
	link := ""
	err = d.store.Update(ctx, func(tx *store.Tx) error {
		o, err := d.gate.AddLink(tx, auth.SetUpLink, clockwork, d.real())
		link = d.baseURL + d.gate.LinkPath(o)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make the set-up link: %w", err)
	}
	return link, nil
}

// SetUp makes the first administrator by the link of [Desk.FirstLink] and fills
// the id; names, address, language and zone are asked for by the page. Refusals
// about a field leave the link as it is. The page goes to the one for signing in.
func (d *Desk) SetUp(ctx context.Context, secret string, m *support.Staff, password string) error {
	if err := d.mayInvite(); err != nil {
		return err
	}
	m.Roles = []support.Role{support.RoleAdmin}
	if err := checkStaff(*m); err != nil {
		return err
	}
	if err := d.checkSpoken(support.Staff{}, *m); err != nil {
		return err
	}
	if l, err := d.gate.Link(ctx, secret, d.real()); err != nil {
		return err
	} else if l.Kind != auth.SetUpLink {
		return support.Refuse(support.NotFound, "link.unknown")
	}
	hash, err := d.gate.Hashed(ctx, password, m.Email, m.FamilyName, m.GivenName)
	if err != nil {
		return err
	}
	return d.change(ctx, clockwork, "add_staff", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		if _, err := d.gate.UseLink(tx, secret, d.real(), auth.SetUpLink); err != nil {
			return entry{}, err
		}
		added := *m
		added.ID, added.Active = 0, true
		if err := tx.AddStaff(&added); err != nil {
			return entry{}, err
		}
		*m = added
		self := support.Actor{Kind: support.Vendor, ID: m.ID}
		return person(self, map[string]any{"roles": m.Roles, "duty": ""}), tx.SetPassword(store.Password{Actor: self, Hash: hash, SetAt: support.Instant(d.real())})
	})
}

// linkLetter brings a one-time link, as long as it can be used.
func (d *Desk) linkLetter(ctx context.Context, e store.EffectRow, _ lang.Voice) (notify.LetterPage, error) {
	if err := d.mayInvite(); err != nil {
		return notify.LetterPage{}, err
	}
	o, err := d.store.OneTimeOf(ctx, e.About.ID, d.real())
	if support.CodeOf(err) == support.NotFound {
		return notify.LetterPage{}, fmt.Errorf("link %d was used or has ended: %w", e.About.ID, errNobody)
	}
	if err != nil {
		return notify.LetterPage{}, err
	}
	return notify.LetterPage{
		Args: map[string]string{"name": d.name, "until": o.EndsAt.Format(time.RFC3339)}, Says: []string{"once", "ignore"},
		Rows: []notify.LetterRow{{Label: "mail.label.one_time", Value: d.baseURL + d.gate.LinkPath(o), Link: true}},
	}, nil
}

// safetyLetter tells somebody that what they sign in with has changed.
func (d *Desk) safetyLetter(context.Context, store.EffectRow, lang.Voice) (notify.LetterPage, error) {
	return notify.LetterPage{Args: map[string]string{"name": d.name}, Says: []string{"not_you"}}, nil
}
