package desk

import (
	"context"
	"net"
	"net/mail"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/message"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// How a mailbox that cannot be looked through is tried again, and how long whoever
// does that has it.
const (
	mailboxPause   = 10 * time.Second // doubles
	mailboxLongest = 30 * time.Minute
	mailboxLease   = 2 * time.Minute
)

// Doors by which mails come from no mailbox: none may be called so.
const (
	bySMTP = "smtp"
	byLMTP = "lmtp"
)

// MailboxAccess is a mailbox with its password in the clear.
type MailboxAccess struct {
	store.Mailbox
	Secret string
}

// mailboxPermissions are administrators': whoever sets a mailbox has mails of
// customers fetched from it.
func mailboxPermissions() []PartyPermission {
	roles := []support.Role{support.RoleSystem, support.RoleAdmin}
	var out []PartyPermission
	for _, act := range []string{"add_mailbox", "change_mailbox", "remove_mailbox", "test_mailbox"} {
		out = append(out, PartyPermission{act, roles, nil})
	}
	return out
}

var (
	mailboxName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,39}$`)
	serverName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$`)
)

// checkedMailbox fills what is left out and refuses what cannot work.
func checkedMailbox(m store.Mailbox) (store.Mailbox, error) {
	const longest = 500
	m.Kind = "imap"
	for _, f := range []struct {
		value *string
		or    string
	}{{&m.Encryption, "tls"}, {&m.Folder, "INBOX"}, {&m.Done, "Madoguchi"}} {
		if *f.value == "" {
			*f.value = f.or
		}
	}
	if !mailboxName.MatchString(m.Name) || m.Name == bySMTP || m.Name == byLMTP {
		return m, support.Wrong("name", "mailbox.name")
	}
	if a, err := mail.ParseAddress(m.Address); err != nil || a.Address != m.Address || len(m.Address) > longest {
		return m, support.Wrong("address", "mailbox.address")
	}
	host, port, err := net.SplitHostPort(m.Host)
	if err != nil || host == "" || port == "" || len(m.Host) > longest || strings.ContainsAny(m.Host, " \t\r\n/") {
		return m, support.Wrong("host", "mailbox.host")
	}
	switch m.Encryption {
	case "tls", "starttls":
	case "none":
		if a, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !a.IsLoopback()) {
			return m, support.Wrong("encryption", "mailbox.unprotected")
		}
	default:
		return m, support.Wrong("encryption", "mailbox.encryption")
	}
	if m.User == "" || len(m.User) > longest || strings.ContainsAny(m.User, "\r\n\x00") {
		return m, support.Wrong("user", "mailbox.user")
	}
	for _, f := range []struct{ field, value string }{{"folder", m.Folder}, {"done", m.Done}} {
		if len(f.value) > longest || strings.ContainsAny(f.value, "\r\n\x00") {
			return m, support.Wrong(f.field, "mailbox.folder")
		}
	}
	if strings.EqualFold(m.Folder, m.Done) {
		return m, support.Wrong("done", "mailbox.same_folder")
	}
	if m.Server != "" && !serverName.MatchString(m.Server) {
		return m, support.Wrong("server", "mailbox.server")
	}
	return m, nil
}

const mailboxUse = "mailbox password"

func checkedPassword(password string) error {
	if password == "" || len(password) > 1000 || strings.ContainsAny(password, "\r\n\x00") {
		return support.Wrong("password", "mailbox.password")
	}
	return nil
}

// AddMailbox has mails fetched from a mailbox from now on, and fills what is left
// out of m. The password is kept under the key of the desk alone.
func (d *Desk) AddMailbox(ctx context.Context, by support.Actor, m *store.Mailbox, password string) error {
	given, err := checkedMailbox(*m)
	if err == nil {
		err = checkedPassword(password)
	}
	if err == nil && d.gate == nil {
		err = support.Refuse(support.Conflict, "mailbox.no_key")
	}
	if err != nil {
		return err
	}
	given.Password = d.gate.Key.Seal(mailboxUse, given.Name, password)
	return d.change(ctx, by, "add_mailbox", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		added := given
		added.MadeAt = at
		if by.Kind == support.Vendor {
			added.Staff = by.ID
		}
		if err := tx.AddMailbox(&added); err != nil {
			return entry{}, err
		}
		*m = added
		return entry{"mailbox", m.ID, map[string]any{}}, nil
	})
}

// MailboxChange are parts of a mailbox; nil ones stay.
type MailboxChange struct {
	Address, Host, Encryption, User, Password, Folder, Done, Server *string
	State                                                           *store.MailboxState
}

// ChangeMailbox changes parts of a mailbox, and has it looked through at once.
func (d *Desk) ChangeMailbox(ctx context.Context, by support.Actor, id int64, to MailboxChange) error {
	if to.Password != nil {
		if err := checkedPassword(*to.Password); err != nil {
			return err
		}
		if d.gate == nil {
			return support.Refuse(support.Conflict, "mailbox.no_key")
		}
	}
	return d.change(ctx, by, "change_mailbox", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		m, err := tx.Mailbox(id)
		if err != nil {
			return entry{}, err
		}
		was := m
		for _, f := range []struct {
			value *string
			to    *string
		}{{&m.Address, to.Address}, {&m.Host, to.Host}, {&m.Encryption, to.Encryption}, {&m.User, to.User}, {&m.Folder, to.Folder}, {&m.Done, to.Done}, {&m.Server, to.Server}} {
			if f.to != nil {
				*f.value = *f.to
			}
		}
		if to.State != nil {
			m.State = *to.State
		}
		if m, err = checkedMailbox(m); err != nil {
			return entry{}, err
		}
		switch {
		case to.Password != nil:
			m.Password = d.gate.Key.Seal(mailboxUse, m.Name, *to.Password)
		case m.Host != was.Host || m.Encryption != was.Encryption && m.Encryption == "none":
			// who may change the host is not to learn a password by that
			return entry{}, support.Wrong("password", "mailbox.password_again")
		}
		return entry{"mailbox", id, map[string]any{"state": m.State}}, tx.ChangeMailbox(m)
	})
}

// RemoveMailbox forgets a mailbox. The mails that came from it stay, and so does
// that there was one, in the audit.
func (d *Desk) RemoveMailbox(ctx context.Context, by support.Actor, id int64) error {
	return d.change(ctx, by, "remove_mailbox", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		return entry{"mailbox", id, map[string]any{}}, tx.RemoveMailbox(id)
	})
}

// TestMailbox signs in to a mailbox and looks at its folders, enabled or not, and
// changes nothing there. why is what was wrong, "" for nothing; waiting are the
// mails that lie there.
func (d *Desk) TestMailbox(ctx context.Context, by support.Actor, id int64) (waiting int64, why string, err error) {
	if d.tryMailbox == nil {
		return 0, "", support.Refuse(support.Conflict, "mailbox.off")
	}
	var m store.Mailbox
	err = d.change(ctx, by, "test_mailbox", about{}, func(tx *store.Tx, _ time.Time) (e entry, err error) {
		m, err = tx.Mailbox(id)
		return entry{"mailbox", id, map[string]any{}}, err
	})
	if err != nil {
		return 0, "", err
	}
	at, err := d.unsealed(m)
	if err != nil {
		return 0, "", err
	}
	waiting, why = d.tryMailbox(ctx, at)
	return waiting, why, nil
}

func (d *Desk) unsealed(m store.Mailbox) (MailboxAccess, error) {
	if d.gate == nil {
		return MailboxAccess{}, support.Refuse(support.Conflict, "mailbox.no_key")
	}
	secret, err := d.gate.Key.Unseal(mailboxUse, m.Name, m.Password)
	return MailboxAccess{m, secret}, err
}

// Mailboxes are all mailboxes, without their passwords.
func (d *Desk) Mailboxes(ctx context.Context) ([]store.Mailbox, error) {
	return d.store.Mailboxes(ctx, everything, 0, store.MaxMailboxes)
}

// ClaimMailbox takes fetching from a mailbox upon somebody for two minutes, or
// renews that. When it is somebody else's, disabled or has to wait, the answer is a
// conflict.
func (d *Desk) ClaimMailbox(ctx context.Context, id int64, name string) (MailboxAccess, error) {
	var m store.Mailbox
	now := support.Instant(d.real())
	err := d.store.Update(ctx, func(tx *store.Tx) (err error) {
		m, err = tx.ClaimMailbox(id, name, now, now.Add(mailboxLease))
		return err
	})
	if err != nil {
		return MailboxAccess{}, err
	}
	return d.unsealed(m)
}

// MailboxFetched keeps that a mailbox was looked through.
func (d *Desk) MailboxFetched(ctx context.Context, id int64, name string, taken, kept int64) error {
	now := support.Instant(d.real())
	return d.kept(ctx, func(tx *store.Tx) error { return tx.MailboxFetched(id, name, taken, kept, now, now.Add(mailboxLease)) })
}

// MailboxFailed keeps why a mailbox could not be looked through after so many
// attempts in vain, and after how many mails. It is tried again after a pause that
// doubles.
func (d *Desk) MailboxFailed(ctx context.Context, id int64, name, why string, attempts int, taken int64) error {
	now := support.Instant(d.real())
	next := now.Add(min(mailboxPause<<min(attempts, 20), mailboxLongest))
	return d.kept(ctx, func(tx *store.Tx) error { return tx.MailboxFailed(id, name, why, taken, now, next) })
}

// LeaveMailbox gives a mailbox back, so that another node need not wait.
func (d *Desk) LeaveMailbox(ctx context.Context, id int64, name string) error {
	return d.kept(ctx, func(tx *store.Tx) error { return tx.LeaveMailbox(id, name) })
}

// ownFor is how long the addresses of mailboxes are believed to be those that they
// were: each recipient of each mail is held against them.
const ownFor = 2 * time.Second

// ownAt is by which mails are known at an instant of the real clock.
type ownAt struct {
	own message.Own
	at  time.Time
}

// ownNow is by which mails of this desk are known, the addresses of its mailboxes
// among it. What cannot be read is what it was; when it never could be, that is an error.
func (d *Desk) ownNow(ctx context.Context) (message.Own, error) {
	now, had := d.real(), d.ownHad.Load()
	if had != nil && now.Sub(had.at) < ownFor && !now.Before(had.at) {
		return had.own, nil
	}
	list, err := d.Mailboxes(ctx)
	if err != nil {
		d.log.Warn("the addresses of mailboxes are not known", "error", err)
		if had != nil {
			return had.own, nil
		}
		return message.Own{}, err
	}
	own := message.Own{Addresses: slices.Clone(d.own.Addresses), Hosts: d.own.Hosts}
	for _, m := range list {
		own.Addresses = append(own.Addresses, m.Address)
	}
	d.ownHad.Store(&ownAt{own, now})
	return own, nil
}

// TakesMail tells whether mails to an address are taken. Who gets an error is to ask
// again later: nobody may hear that the address does not exist.
func (d *Desk) TakesMail(ctx context.Context, address string) (bool, error) {
	own, err := d.ownNow(ctx)
	return err == nil && own.Ours(address), err
}

// noterOf is the server whose notes on senders are believed in a mailbox; "" for none,
// and where the mailbox is none or was removed.
func (d *Desk) noterOf(ctx context.Context, mailbox string) (string, error) {
	if mailbox == bySMTP || mailbox == byLMTP {
		return "", nil
	}
	return d.store.MailboxServer(ctx, mailbox)
}
