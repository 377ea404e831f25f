package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"madoguchi/internal/support"
)

// SuppressedWhy is why no mail leaves to an address.
type SuppressedWhy string

// Reasons.
const (
	SuppressedBounced    SuppressedWhy = "bounced"    // mail to it cannot arrive
	SuppressedComplained SuppressedWhy = "complained" // whoever reads it called a mail unwanted
	SuppressedByHand     SuppressedWhy = "by_hand"
)

// Suppressed is an address to which no mail leaves.
type Suppressed struct {
	ID     int64
	Email  string // in small letters
	Why    SuppressedWhy
	Status string // code of RFC 3463, such as 5.1.1; "": none is known
	At     time.Time
	By     support.Actor // the desk itself, or who entered it
}

const suppressedColumns = "id, email, why, status, at, by_kind, by_id"

func (s *Suppressed) fields() []any {
	return []any{&s.ID, &s.Email, &s.Why, &s.Status, instant{&s.At}, &s.By.Kind, &s.By.ID}
}

// Suppress enters an address, once, and fills ID and Email. added is false when it
// was there: then why it is there stays.
func (tx *Tx) Suppress(s *Suppressed) (added bool, err error) {
	s.Email = fold(s.Email)
	err = tx.one([]any{&s.ID}, `INSERT INTO suppressed (email, why, status, at, by_kind, by_id) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (email) DO NOTHING RETURNING id`, s.Email, string(s.Why), s.Status, s.At.UnixMicro(), string(s.By.Kind), s.By.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, wrap(err, "stop mails to an address")
}

// Unsuppress takes one off the list; not_found when it is not there.
func (tx *Tx) Unsuppress(id int64) error {
	n, err := tx.exec("DELETE FROM suppressed WHERE id = $1", id)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "suppressed.unknown")
	}
	return wrap(err, "let mails to an address leave")
}

// UnsuppressBounced takes an address off the list if it is there because mail to it
// came back, and gives its row's id; 0: it was not there for that.
func (tx *Tx) UnsuppressBounced(email string) (id int64, err error) {
	err = tx.one([]any{&id}, "DELETE FROM suppressed WHERE email = $1 AND why = 'bounced' RETURNING id", fold(email))
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, wrap(err, "let mails to an address leave")
}

// Suppressed tells whether no mail leaves to an address.
func (s *Store) Suppressed(ctx context.Context, email string) (is bool, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return false, err
	}
	err = q.one([]any{&is}, "SELECT EXISTS (SELECT 1 FROM suppressed WHERE email = $1)", fold(email))
	return is, wrap(err, "read whether mails leave to an address")
}

// SuppressedList lists addresses to which no mail leaves, the newest first, before
// one of them (0: from the newest on), at most max, 1..500, 0 = 100: staff's to read,
// without those of contacts whose account is restricted for them.
func (s *Store) SuppressedList(ctx context.Context, v Viewer, before int64, max int) ([]Suppressed, error) {
	if v.Actor.Kind == support.Customer {
		return nil, support.Refuse(support.NotFound, "suppressed.unknown")
	}
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	hidden := "FALSE"
	args := []any{limit(max, 100, 500), before}
	if v.Actor.Kind != support.System {
		hidden = `EXISTS (SELECT 1 FROM contact c JOIN account a ON a.id = c.account_id WHERE c.email_folded = suppressed.email AND a.restricted
  AND NOT EXISTS (SELECT 1 FROM account_staff n WHERE n.account_id = a.id AND n.staff_id = $3))`
		args = append(args, v.Actor.ID)
	}
	var out []Suppressed
	err = q.all(func(r scanner) error {
		var x Suppressed
		err := r.Scan(x.fields()...)
		out = append(out, x)
		return err
	}, "SELECT "+suppressedColumns+" FROM suppressed WHERE ($2 = 0 OR id < $2) AND NOT "+hidden+" ORDER BY id DESC LIMIT 0 + $1", args...)
	return out, wrap(err, "read to whom no mail leaves")
}

// SentBefore are the ids of mails that a contact wrote to a request and that we
// have filed there, each with its angle brackets, and when they came.
func (s *Store) SentBefore(ctx context.Context, request, contact int64) ([]Written, error) {
	const most = 50
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []Written
	err = q.all(func(r scanner) error {
		var w Written
		err := r.Scan(&w.ID, instant{&w.At})
		w.ID = "<" + w.ID + ">"
		out = append(out, w)
		return err
	}, `SELECT m.message_id, i.received_at FROM mail_id m JOIN inbox i ON i.id = m.inbox_id
WHERE m.request_id = $1 AND i.contact_id = $2 ORDER BY m.inbox_id DESC LIMIT 0 + $3`, request, contact, most)
	return out, wrap(err, "read mails of contact %d", contact)
}

// Written is a mail that somebody wrote to us.
type Written struct {
	ID string // Message-ID
	At time.Time
}
