package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"madoguchi/internal/support"
)

// MaxMailboxes is how many there may be: each has a connection.
const MaxMailboxes = 50

// MailboxState is whether mails are fetched from a mailbox.
type MailboxState string

// States of mailboxes.
const (
	MailboxEnabled  MailboxState = "enabled"
	MailboxDisabled MailboxState = "disabled"
)

// Mailbox is one elsewhere, from which mails are fetched. The instants are of the
// real clock but for MadeAt.
type Mailbox struct {
	ID         int64  // filled by AddMailbox
	Name       string // never changes
	Kind       string // imap
	Address    string // under which people write to it
	Host       string // host:port
	Encryption string // tls, starttls, or none on this machine
	User       string
	Password   string // sealed
	Folder     string // mails are fetched from it
	Done       string // and moved to it
	Server     string // whose Authentication-Results are believed; "": nobody's
	State      MailboxState

	Attempts    int       // in vain since the last success
	NextTryAt   time.Time // zero: at once
	Failure     string    // of the last attempt; "": it was none
	FailedAt    time.Time
	SucceededAt time.Time
	Taken       int64 // mails ever fetched
	Kept        int64 // that lie there and are not taken
	Lease       string
	LeasedUntil time.Time
	Version     int64 // changes with what people set, and when a lease is given back; 1..
	Staff       int64 // who made it; 0: the system
	MadeAt      time.Time
}

const mailboxColumns = `id, name, kind, address, host, encryption, username, password, folder, done, server, state, attempts, next_try_at, failure, failed_at,
  succeeded_at, taken, kept, lease, leased_until, version, staff_id, made_at`

func (q rows) mailboxes(text string, args ...any) ([]Mailbox, error) {
	var out []Mailbox
	err := q.all(func(r scanner) error {
		var m Mailbox
		var next, leased int64
		err := r.Scan(&m.ID, &m.Name, &m.Kind, &m.Address, &m.Host, &m.Encryption, &m.User, &m.Password, &m.Folder, &m.Done, &m.Server, &m.State, &m.Attempts,
			&next, &m.Failure, instant{&m.FailedAt}, instant{&m.SucceededAt}, &m.Taken, &m.Kept, &m.Lease, &leased, &m.Version, &m.Staff, instant{&m.MadeAt})
		if next != 0 {
			m.NextTryAt = time.UnixMicro(next).UTC()
		}
		if leased != 0 {
			m.LeasedUntil = time.UnixMicro(leased).UTC()
		}
		out = append(out, m)
		return err
	}, text, args...)
	return out, err
}

func oneMailbox(found []Mailbox, err error) (Mailbox, error) {
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.NotFound, "mailbox.not_found")
	}
	if err != nil {
		return Mailbox{}, wrap(err, "read mailbox")
	}
	return found[0], nil
}

// MailboxServer is the server whose Authentication-Results are believed in a mailbox;
// "": nobody's, or there is no such mailbox.
func (s *Store) MailboxServer(ctx context.Context, name string) (server string, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return "", err
	}
	err = q.one([]any{&server}, "SELECT server FROM mailbox WHERE name = $1", name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return server, wrap(err, "read whose notes are believed in mailbox %s", name)
}

// AddMailbox adds a mailbox and fills its ID. A name that is taken is a conflict.
func (tx *Tx) AddMailbox(m *Mailbox) error {
	tx.work.Rest = true
	var had int64
	if err := tx.one([]any{&had}, "SELECT COUNT(*) FROM mailbox WHERE name = $1", m.Name); err != nil || had > 0 {
		if err == nil {
			err = support.Refuse(support.Conflict, "mailbox.name_taken")
		}
		return wrap(err, "add mailbox")
	}
	m.State, m.Version = MailboxEnabled, 1
	err := tx.one([]any{&m.ID}, `INSERT INTO mailbox (name, kind, address, host, encryption, username, password, folder, done, server, state, attempts, next_try_at, failure,
  taken, kept, lease, leased_until, version, staff_id, made_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'enabled', 0, 0, '', 0, 0, '', 0, 1, CAST($11 AS BIGINT), CAST($12 AS BIGINT)
WHERE (SELECT COUNT(*) FROM mailbox) < $13 RETURNING id`,
		m.Name, m.Kind, m.Address, m.Host, m.Encryption, m.User, m.Password, m.Folder, m.Done, m.Server, m.Staff, m.MadeAt.UnixMicro(), MaxMailboxes)
	if absent(err, "") != err {
		return support.Refuse(support.Conflict, "mailbox.too_many", "most", fmt.Sprint(MaxMailboxes))
	}
	return wrap(err, "add mailbox")
}

// ChangeMailbox replaces what people set of one, its password among it, and has it
// tried at once.
func (tx *Tx) ChangeMailbox(m Mailbox) error {
	tx.work.Rest = true
	n, err := tx.exec(`UPDATE mailbox SET version = version + 1, address = $2, host = $3, encryption = $4, username = $5, password = $6, folder = $7, done = $8, server = $9,
  state = $10, attempts = 0, failure = '', next_try_at = 0, lease = '', leased_until = 0 WHERE id = $1`,
		m.ID, m.Address, m.Host, m.Encryption, m.User, m.Password, m.Folder, m.Done, m.Server, string(m.State))
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "mailbox.not_found")
	}
	return wrap(err, "change mailbox %d", m.ID)
}

// RemoveMailbox forgets a mailbox; the mails that came from it stay.
func (tx *Tx) RemoveMailbox(id int64) error {
	tx.work.Rest = true
	n, err := tx.exec("DELETE FROM mailbox WHERE id = $1", id)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "mailbox.not_found")
	}
	return wrap(err, "remove mailbox %d", id)
}

// heldMailbox is the row that an update has changed; none: it is somebody else's
// by now, disabled, gone, or has to wait.
func heldMailbox(found []Mailbox, err error) (Mailbox, error) {
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.Conflict, "mailbox.lease_lost")
	}
	if err != nil {
		return Mailbox{}, wrap(err, "fetch from a mailbox")
	}
	return found[0], nil
}

// ClaimMailbox takes fetching from a mailbox upon somebody, or renews that, until an
// instant of the real clock.
func (tx *Tx) ClaimMailbox(id int64, name string, real, until time.Time) (Mailbox, error) {
	return heldMailbox(tx.mailboxes(`UPDATE mailbox SET lease = $2, leased_until = $4
WHERE id = $1 AND state = 'enabled' AND next_try_at <= $3 AND (lease = $2 OR leased_until <= $3) RETURNING `+mailboxColumns,
		id, name, real.UnixMicro(), until.UnixMicro()))
}

// MailboxFetched keeps that a mailbox was looked through: so many mails were taken
// from it, so many lie there that are not.
func (tx *Tx) MailboxFetched(id int64, name string, taken, kept int64, real, until time.Time) error {
	_, err := heldMailbox(tx.mailboxes(`UPDATE mailbox SET attempts = 0, failure = '', next_try_at = 0, succeeded_at = $3, taken = taken + $4, kept = $5, leased_until = $6
WHERE id = $1 AND lease = $2 RETURNING `+mailboxColumns, id, name, real.UnixMicro(), taken, kept, until.UnixMicro()))
	return err
}

// MailboxFailed keeps why one could not be looked through, and after how many mails,
// gives the lease back, and lets nobody try before an instant of the real clock.
func (tx *Tx) MailboxFailed(id int64, name, why string, taken int64, real, next time.Time) error {
	_, err := heldMailbox(tx.mailboxes(`UPDATE mailbox SET attempts = attempts + 1, failure = $3, failed_at = $4, next_try_at = $5, taken = taken + $6, lease = '', leased_until = 0
WHERE id = $1 AND lease = $2 RETURNING `+mailboxColumns, id, name, why, real.UnixMicro(), next.UnixMicro(), taken))
	return err
}

// LeaveMailbox gives a lease back; somebody else's stays.
func (tx *Tx) LeaveMailbox(id int64, name string) error {
	n, err := tx.exec("UPDATE mailbox SET lease = '', leased_until = 0, version = version + 1 WHERE id = $1 AND lease = $2", id, name)
	tx.work.Rest = tx.work.Rest || n > 0
	return wrap(err, "leave mailbox %d", id)
}

// Mailbox gives a mailbox.
func (tx *Tx) Mailbox(id int64) (Mailbox, error) {
	return oneMailbox(tx.mailboxes("SELECT "+mailboxColumns+" FROM mailbox WHERE id = $1", id))
}

// Mailbox gives a mailbox: administrators' to read.
func (s *Store) Mailbox(ctx context.Context, v Viewer, id int64) (Mailbox, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Mailbox{}, err
	}
	return oneMailbox(q.mailboxes("SELECT "+mailboxColumns+" FROM mailbox WHERE id = $1 AND "+v.administers(), id))
}

// Mailboxes lists mailboxes by id, after one of them (0: from the first on), at most
// max, 1..100, 0 = 100: administrators' to read.
func (s *Store) Mailboxes(ctx context.Context, v Viewer, after int64, max int) ([]Mailbox, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	out, err := q.mailboxes("SELECT "+mailboxColumns+" FROM mailbox WHERE id > $1 AND "+v.administers()+" ORDER BY id LIMIT 0 + $2", after, limit(max, 100, 100))
	return out, wrap(err, "read mailboxes")
}
