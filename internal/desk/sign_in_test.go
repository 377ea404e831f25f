package desk

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

const phrase = "sieben Boote auf dem See"

var linkAddress = regexp.MustCompile(`https://support\.vendor\.example/link/([A-Za-z0-9_-]{43})`)

// letter is the newest mail, which went to an address.
func (b *bench) letter(to string) notify.Mail {
	b.t.Helper()
	b.settle()
	mails := b.post.mails()
	if len(mails) == 0 || mails[len(mails)-1].To.Email != to {
		b.t.Fatalf("no mail to %s", to)
	}
	return mails[len(mails)-1]
}

// secret is what the link in a mail holds.
func (b *bench) secret(m notify.Mail) string {
	b.t.Helper()
	found := linkAddress.FindStringSubmatch(m.Text)
	if found == nil || !strings.Contains(m.HTML, found[0]) {
		b.t.Fatalf("no link in %s", m.Text)
	}
	return found[1]
}

// session lets somebody in without asking.
func (b *bench) session(who support.Actor) string {
	b.t.Helper()
	secret, err := auth.Begin(b.t.Context(), b.store, store.Session{Actor: who, Proof: string(auth.ByPasskey)}, "", b.wall.now())
	b.ok(err)
	return secret
}

func (b *bench) ended(what, session string) {
	b.t.Helper()
	if _, err := auth.Visit(b.t.Context(), b.store, session, b.wall.now()); !errors.Is(err, auth.ErrUnauthenticated) {
		b.t.Errorf("%s: the session goes on: %v", what, err)
	}
}

// Somebody is invited, sets a password, forgets it and sets another one: each
// link works once and in its time, nothing that opens an account is in the
// database, and each new password ends what the one before has opened.
func TestInvitationAndReset(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx, g := t.Context(), b.Gate()
	refused(t, b.InviteUser(ctx, b.asIto, b.asSato), support.Forbidden, "party.forbidden")
	b.ok(b.InviteUser(ctx, b.asAdmin, b.asSato))
	first := b.secret(b.letter(b.sato.Email))
	b.ok(b.InviteUser(ctx, b.asAdmin, b.asSato))
	secret := b.secret(b.letter(b.sato.Email))
	_, err := g.SetPassword(ctx, first, phrase, b.wall.now())
	refused(t, err, support.NotFound, "link.unknown")

	// Whatever looks into mails uses nothing up, and neither does a refusal.
	for range 3 {
		if l, err := g.Link(ctx, secret, b.wall.now()); err != nil || l.Kind != auth.InviteLink || l.Who.Email != b.sato.Email {
			t.Fatalf("%+v, %v", l, err)
		}
		_, err = g.SetPassword(ctx, secret, "too short", b.wall.now())
		refused(t, err, support.Invalid, "password.short")
	}
	b.wall.add(24*time.Hour - time.Microsecond)
	before := b.session(b.asSato)
	device, err := g.SetPassword(ctx, secret, phrase, b.wall.now())
	if err != nil || device == "" {
		t.Fatal(err)
	}
	b.ended("a password was set", before)
	if m := b.letter(b.sato.Email); m.Subject != "Your password was set" {
		t.Errorf("told %q", m.Subject)
	}
	_, err = g.SetPassword(ctx, secret, phrase, b.wall.now())
	refused(t, err, support.NotFound, "link.unknown")
	refused(t, b.InviteUser(ctx, b.asAdmin, b.asSato), support.Conflict, "sign_in.has_password")

	// The address that nobody has is answered alike, and nothing is sent.
	sent := len(b.post.mails())
	b.ok(g.SendReset(ctx, "nobody@aoba.example", auth.Browser{}, b.wall.now()))
	b.settle()
	if len(b.post.mails()) != sent {
		t.Error("a stranger got a mail")
	}
	b.ok(g.SendReset(ctx, "SATO@aoba.example", auth.Browser{}, b.wall.now()))
	reset := b.secret(b.letter(b.sato.Email))
	b.ok(g.SendReset(ctx, b.sato.Email, auth.Browser{}, b.wall.now()))
	other := b.secret(b.letter(b.sato.Email))
	out, err := g.SignIn(ctx, b.sato.Email, phrase, auth.Browser{}, b.wall.now())
	b.ok(err)
	if _, err := g.SetPassword(ctx, reset, phrase+" wieder", b.wall.now()); err != nil {
		t.Fatal(err)
	}
	b.ended("a password was reset", out.Session)
	_, err = g.SetPassword(ctx, other, phrase, b.wall.now())
	refused(t, err, support.NotFound, "link.unknown")
	if _, err := g.SignIn(ctx, b.sato.Email, phrase, auth.Browser{}, b.wall.now()); !errors.Is(err, auth.ErrUnauthenticated) {
		t.Errorf("the password before: %v", err)
	}
	for _, word := range []string{first, secret, reset, other, phrase} {
		if n := b.stored(word); n != 0 {
			t.Errorf("%d rows hold what opens the account", n)
		}
	}
	b.keepsNoLink()
	if kinds := b.audited("contact", b.sato.ID); !slices.Equal(kinds[len(kinds)-4:], []string{"invite_user", "invite_user", "set_password", "set_password"}) {
		t.Errorf("audited %v", kinds)
	}
	b.check()
}

// keepsNoLink looks for mails that are kept with the link that they brought.
func (b *bench) keepsNoLink() {
	b.t.Helper()
	for _, m := range b.post.mails() {
		if _, err := b.store.Sent(b.t.Context(), everything, m.Key); linkAddress.MatchString(m.Text) && support.CodeOf(err) != support.NotFound {
			b.t.Errorf("%s is kept with its link: %v", m.Key, err)
		}
	}
}

// audited are the kinds of what was done to somebody.
func (b *bench) audited(subject string, id int64) (kinds []string) {
	b.t.Helper()
	b.ok(b.store.Number(b.t.Context()))
	events, err := b.store.Events(b.t.Context(), everything, 0, 500)
	b.ok(err)
	for _, e := range events {
		if e.Subject == subject && e.SubjectID == id {
			kinds = append(kinds, e.Fact.Kind())
		}
	}
	return kinds
}

// Links end, mails of ended ones do not leave, and nobody floods an address; what
// was sent before still opens the way for its owner.
func TestLinksEndAndAreFew(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx, g := t.Context(), b.Gate()
	b.settle()
	sent := len(b.post.mails())
	for i := range 300 {
		err := g.SendDeviceLink(ctx, b.ito.Email, auth.Browser{Address: fmt.Sprintf("192.0.2.%d", i/20)}, b.wall.now())
		b.ok(err)
	}
	b.settle()
	mails := b.post.mails()[sent:]
	if len(mails) != 3 {
		t.Fatalf("%d mails", len(mails))
	}
	refused(t, g.SendReset(ctx, b.sato.Email, auth.Browser{Address: "192.0.2.7"}, b.wall.now()), support.Busy, "sign_in.throttled")
	secret := b.secret(mails[0])
	_, err := g.SetPassword(ctx, secret, phrase, b.wall.now())
	refused(t, err, support.NotFound, "link.unknown") // a device's link sets no password
	b.wall.add(time.Hour - time.Microsecond)
	device, err := g.KnowDevice(ctx, secret, b.wall.now())
	b.ok(err)
	if device == "" {
		t.Error("no device")
	}
	_, err = g.KnowDevice(ctx, secret, b.wall.now())
	refused(t, err, support.NotFound, "link.unknown")
	last := b.secret(mails[2])
	b.wall.add(time.Microsecond)
	_, err = g.KnowDevice(ctx, last, b.wall.now())
	refused(t, err, support.NotFound, "link.unknown")

	b.ok(g.SendReset(ctx, b.ito.Email, auth.Browser{}, b.wall.now()))
	b.wall.add(time.Hour)
	sent = len(b.post.mails())
	b.settle()
	if len(b.post.mails()) != sent {
		t.Error("a link left that has ended")
	}
	// Who has left is not written to, and neither is duty in their place.
	b.ok(g.SendReset(ctx, b.byrne.Email, auth.Browser{}, b.wall.now()))
	gone := b.byrne
	gone.Active = false
	b.ok(b.store.Update(ctx, func(tx *store.Tx) error { return tx.UpdateStaff(gone) }))
	b.settle()
	if len(b.post.mails()) != sent {
		t.Errorf("a link of somebody who has left went to %s", b.post.mails()[sent].To.Email)
	}
}

// What somebody may do changes: their sessions and links end at once, but not
// those of who changed it (T33).
func TestSessionsEndWithRights(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx, g := t.Context(), b.Gate()
	for what, c := range map[string]struct {
		who    support.Actor
		change func() error
	}{
		"a role was revoked": {b.asSato, func() error {
			return b.RevokeRole(ctx, b.asAdmin, b.basic.ID, b.sato.ID, support.RoleSupportAdmin)
		}},
		"another address": {b.asTanaka, func() error {
			c := b.tanaka
			c.Email = "t.tanaka@hokuto.example"
			return b.ChangeContact(ctx, b.asAdmin, c)
		}},
		"other roles": {b.asMori, func() error {
			s := b.mori
			s.Roles = []support.Role{support.RoleCSR}
			return b.ChangeStaff(ctx, b.asAdmin, s)
		}},
		"a reset": {b.asIto, func() error { return b.ResetUser(ctx, b.asAdmin, b.asIto) }},
	} {
		admin, session := b.session(b.asAdmin), b.session(c.who)
		var o store.OneTime
		b.ok(b.store.Update(ctx, func(tx *store.Tx) (err error) {
			o, err = g.AddLink(tx, auth.ResetLink, c.who, b.wall.now())
			return err
		}))
		b.ok(c.change())
		b.ended(what, session)
		if _, err := g.Link(ctx, strings.TrimPrefix(g.LinkPath(o), "/link/"), b.wall.now()); support.CodeOf(err) != support.NotFound {
			t.Errorf("%s: the link goes on: %v", what, err)
		}
		if _, err := auth.Visit(ctx, b.store, admin, b.wall.now()); err != nil {
			t.Errorf("%s: the administrator's session: %v", what, err)
		}
	}
	// Another name is no change of rights.
	session, s := b.session(b.asIto), b.ito
	s.GivenName = "Ken"
	b.ok(b.ChangeStaff(ctx, b.asAdmin, s))
	if _, err := auth.Visit(ctx, b.store, session, b.wall.now()); err != nil {
		t.Error(err)
	}
}

func TestPasswordChangedByOneself(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx, g := t.Context(), b.Gate()
	v := func(session string) auth.Visitor {
		v, err := auth.Visit(ctx, b.store, session, b.wall.now())
		b.ok(err)
		return v
	}
	mine := b.session(b.asSato)
	_, err := g.ChangePassword(ctx, v(mine), "", phrase, auth.Browser{Former: mine}, b.wall.now())
	refused(t, err, support.Invalid, "password.none")
	b.ok(b.InviteUser(ctx, b.asAdmin, b.asSato))
	_, err = g.SetPassword(ctx, b.secret(b.letter(b.sato.Email)), phrase, b.wall.now())
	b.ok(err)
	mine, elsewhere := b.session(b.asSato), b.session(b.asSato)
	_, err = g.ChangePassword(ctx, v(mine), "something else entirely", phrase+" wieder", auth.Browser{Former: mine}, b.wall.now())
	refused(t, err, support.Invalid, "password.wrong")
	_, err = g.ChangePassword(ctx, v(mine), phrase, "sato@aoba.example", auth.Browser{Former: mine}, b.wall.now())
	refused(t, err, support.Invalid, "password.guessable")
	out, err := g.ChangePassword(ctx, v(mine), phrase, phrase+" wieder", auth.Browser{Former: mine}, b.wall.now())
	b.ok(err)
	b.ended("the password was changed", mine)
	b.ended("the password was changed", elsewhere)
	if now := v(out.Session); now.Actor != b.asSato || now.Session.Proof != string(auth.ByPasskey) {
		t.Errorf("%+v", now)
	}
	if _, err := g.SignIn(ctx, b.sato.Email, phrase+" wieder", auth.Browser{}, b.wall.now()); err != nil {
		t.Error(err)
	}
}

// The first administrator of a desk is made by a link, once; there is none where
// there is an administrator.
func TestSetUp(t *testing.T) {
	t.Parallel()
	b := benchAt(t, jst(t, "2026-06-03 10:00:00"), pgtest.Where(t))
	ctx := t.Context()
	first, err := b.FirstLink(ctx)
	b.ok(err)
	link, err := b.FirstLink(ctx)
	b.ok(err)
	secret := func(link string) string { return linkAddress.FindStringSubmatch(link)[1] }
	m := support.Staff{FamilyName: "Mori", Email: "mori@vendor.example", Language: "ja", Zone: "Asia/Tokyo"}
	refused(t, b.SetUp(ctx, secret(first), &m, phrase), support.NotFound, "link.unknown")
	refused(t, b.SetUp(ctx, secret(link), &m, "mori@vendor.example"), support.Invalid, "password.guessable")
	_, err = b.Gate().SetPassword(ctx, secret(link), phrase, b.wall.now())
	if err == nil {
		t.Error("a set-up link sets a password of nobody")
	}
	b.ok(b.SetUp(ctx, secret(link), &m, phrase))
	if out, err := b.Gate().SignIn(ctx, m.Email, phrase, auth.Browser{}, b.wall.now()); err != nil || out.Actor != (support.Actor{Kind: support.Vendor, ID: m.ID}) || !m.Has(support.RoleAdmin) {
		t.Errorf("%+v, %+v, %v", m, out, err)
	}
	other := m
	other.Email = "other@vendor.example"
	refused(t, b.SetUp(ctx, secret(link), &other, phrase), support.NotFound, "link.unknown")
	if link, err := b.FirstLink(ctx); link != "" || err != nil {
		t.Errorf("another link, %v", err)
	}

	// One who is added otherwise ends the link.
	b = benchAt(t, jst(t, "2026-06-03 10:00:00"), pgtest.Where(t))
	link, err = b.FirstLink(ctx)
	b.ok(err)
	b.colleague("admin", "", support.RoleAdmin)
	refused(t, b.SetUp(ctx, secret(link), &m, phrase), support.NotFound, "link.unknown")
}

// An administrator brings a link to somebody whom no mail reaches: it is shown
// where that is asked for, and always where mails are files. It works once, nothing
// of it is kept, and the audit tells that it was shown (T39).
func TestALinkIsShown(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx, g := t.Context(), b.Gate()
	_, err := b.PassFor(ctx, b.asIto, b.asSato, auth.InviteLink, false)
	refused(t, err, support.Forbidden, "party.forbidden")
	mailed, err := b.PassFor(ctx, b.asAdmin, b.asSato, auth.InviteLink, true)
	if err != nil || mailed.Link != "" || !mailed.EndsAt.Equal(b.wall.now().Add(24*time.Hour)) {
		t.Fatalf("%+v, %v", mailed, err)
	}
	b.secret(b.letter(b.sato.Email))
	sent := len(b.post.mails())
	shown := func(mail bool, kind auth.LinkKind) string {
		t.Helper()
		p, err := b.PassFor(ctx, b.asAdmin, b.asSato, kind, mail)
		found := linkAddress.FindStringSubmatch(p.Link)
		if err != nil || found == nil {
			t.Fatalf("%+v, %v", p, err)
		}
		return found[1]
	}
	secret := shown(false, auth.InviteLink)
	_, err = g.SetPassword(ctx, secret, phrase, b.wall.now())
	b.ok(err)
	_, err = g.SetPassword(ctx, secret, phrase, b.wall.now())
	refused(t, err, support.NotFound, "link.unknown")
	b.settle()
	if n := len(b.post.mails()); n != sent+1 { // that the password was set
		t.Errorf("%d mails", n-sent)
	}
	b.out = Files{Dir: t.TempDir()}
	before := b.session(b.asSato)
	reset := shown(true, auth.ResetLink)
	b.ended("a reset", before)
	if n := b.stored(secret) + b.stored(reset); n != 0 {
		t.Errorf("%d rows hold what opens the account", n)
	}
	if kinds := b.audited("contact", b.sato.ID); !slices.Equal(kinds[len(kinds)-4:], []string{"invite_user", "invite_user", "set_password", "reset_user"}) {
		t.Errorf("audited %v", kinds)
	}
	b.check()
}

// Somebody has lost their phone: an administrator takes the app away, all of their
// sessions end, they are told, and choose another factor; sessions are ended one by
// one and together (T33, T38).
func TestFactorsAreTakenAway(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	key := store.Passkey{Actor: b.asIto, Credential: "x", Record: "{}", Name: "laptop", MadeAt: b.wall.now()}
	b.ok(b.store.Update(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.SetTOTP(b.asIto, []byte{1}, 1, b.wall.now()), tx.SetCodes(b.asIto, []string{"a", "b"}), tx.AddPasskey(&key))
	}))
	app, codes, passkey := auth.Factor{Kind: auth.AppFactor}, auth.Factor{Kind: auth.CodesFactor}, auth.Factor{Kind: auth.PasskeyFactor, Passkey: key.ID}
	refused(t, b.RemoveFactor(ctx, b.asIto, b.asIto, app), support.Forbidden, "party.forbidden")
	refused(t, b.RemoveFactor(ctx, b.asAdmin, b.asSato, passkey), support.NotFound, "passkey.unknown")
	refused(t, b.RemoveFactor(ctx, b.asAdmin, b.asSato, codes), support.NotFound, "factor.unknown")
	before := b.session(b.asIto)
	b.ok(b.RemoveFactor(ctx, b.asAdmin, b.asIto, app))
	b.ended("the app is gone", before)
	if m := b.letter(b.ito.Email); m.Subject != "A second factor was removed" {
		t.Errorf("told %q", m.Subject)
	}
	if has, err := b.store.Factors(ctx, b.asIto); err != nil || has.TOTP || has.Codes != 2 || len(has.Passkeys) != 1 {
		t.Errorf("%+v, %v", has, err)
	}
	refused(t, b.RemoveFactor(ctx, b.asAdmin, b.asIto, app), support.NotFound, "factor.unknown")
	b.ok(b.RemoveFactor(ctx, b.asAdmin, b.asIto, passkey))
	if has, err := b.store.Factors(ctx, b.asIto); err != nil || has.Any() || has.Codes != 0 {
		t.Errorf("codes that stand for nothing: %+v, %v", has, err)
	}
	one, other := b.session(b.asIto), b.session(b.asIto)
	v, err := auth.Visit(ctx, b.store, one, b.wall.now())
	b.ok(err)
	refused(t, b.EndSessions(ctx, b.asAdmin, b.asSato, v.Session.ID), support.NotFound, "session.unknown")
	b.ok(b.EndSessions(ctx, b.asAdmin, b.asIto, v.Session.ID))
	b.ended("one", one)
	_, err = auth.Visit(ctx, b.store, other, b.wall.now())
	b.ok(err)
	b.ok(b.EndSessions(ctx, b.asAdmin, b.asIto, 0))
	b.ended("all", other)
	b.check()
}
