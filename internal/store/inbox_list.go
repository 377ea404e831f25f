package store

import (
	"context"
	"strings"
	"time"

	"madoguchi/internal/support"
)

// MailFilter narrows a list of mails. The zero value is what waits for a person.
type MailFilter struct {
	State   MailState // "": quarantined
	Why     string    // "": any
	Mailbox string    // "": any
	Sender  string    // address, or @ and a domain; "": any
	Until   time.Time // received before it; zero: any
	Before  int64     // id; 0: from the newest on
	Limit   int       // 1..200, 0 = 50
}

// mailSeen is the condition under which a viewer sees a mail: the vendor's alone,
// and of accounts and requests that are restricted those who see these.
func mailSeen(v Viewer, n int) (string, []any) {
	return v.narrow(n, "m", "m.request_id", "FALSE")
}

// Mails lists mails, the newest first.
func (s *Store) Mails(ctx context.Context, v Viewer, f MailFilter) ([]Mail, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	if f.State == "" {
		f.State = MailQuarantined
	}
	if f.Before == 0 {
		f.Before = never
	}
	// The state stands in the text, so that what waits is found by its index.
	state, known := map[MailState]string{
		MailNew: "'new'", MailFiled: "'filed'", MailQuarantined: "'quarantined'", MailDropped: "'dropped'", MailRejected: "'rejected'",
	}[f.State]
	if !known {
		return nil, support.Wrong("state", "mail.state_unknown", "state", string(f.State))
	}
	until := int64(never)
	if !f.Until.IsZero() {
		until = f.Until.UnixMicro()
	}
	sender := "$4 = '' OR m.sender = $4"
	if strings.HasPrefix(f.Sender, "@") {
		sender = "substr(m.sender, length(m.sender) - length($4) + 1) = $4"
	}
	sees, more := mailSeen(v, 7)
	return q.mails("m.state = "+state+` AND m.id < $1 AND ($2 = '' OR m.why = $2) AND ($3 = '' OR m.mailbox = $3) AND (`+sender+`) AND m.received_at < $6
  AND `+sees+" ORDER BY m.id DESC LIMIT 0 + $5", append([]any{f.Before, f.Why, f.Mailbox, fold(f.Sender), limit(f.Limit, 50, 200), until}, more...)...)
}

func (q rows) mails(where string, args ...any) (out []Mail, err error) {
	err = q.all(func(r scanner) error {
		var m Mail
		err := r.Scan(mailFields(&m)...)
		out = append(out, m)
		return err
	}, "SELECT "+mailColumns+" FROM inbox m WHERE "+where, args...)
	return out, wrap(err, "read mails")
}

// MailsHeld counts the mails that wait for a person, up to max.
func (s *Store) MailsHeld(ctx context.Context, v Viewer, max int) (n int, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return 0, err
	}
	sees, more := mailSeen(v, 2)
	err = q.one([]any{&n}, "SELECT COUNT(*) FROM (SELECT 1 FROM inbox m WHERE m.state = 'quarantined' AND "+sees+" LIMIT 0 + $1) held", append([]any{max}, more...)...)
	return n, wrap(err, "count mails")
}

// Mail reads a mail that the viewer sees; anything else is not_found.
func (s *Store) Mail(ctx context.Context, v Viewer, id int64) (m Mail, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return m, err
	}
	sees, more := mailSeen(v, 2)
	err = q.one(mailFields(&m), "SELECT "+mailColumns+" FROM inbox m WHERE m.id = $1 AND "+sees, append([]any{id}, more...)...)
	return m, wrap(absent(err, "mail.not_found"), "read mail %d", id)
}

// MailFor is [Store.Mail] within an update.
func (tx *Tx) MailFor(v Viewer, id int64) (m Mail, err error) {
	sees, more := mailSeen(v, 2)
	err = tx.one(mailFields(&m), "SELECT "+mailColumns+" FROM inbox m WHERE m.id = $1 AND "+sees, append([]any{id}, more...)...)
	return m, wrap(absent(err, "mail.not_found"), "read mail %d", id)
}

// MailsOf are the mails that stand on a request that the viewer sees, in the order
// of their entries; the vendor's to read.
func (s *Store) MailsOf(ctx context.Context, v Viewer, request int64) ([]Mail, error) {
	if v.Actor.Kind == support.Customer {
		return nil, support.Refuse(support.NotFound, "request.not_found")
	}
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	const most = 500
	seen, args := v.one(3)
	return q.mails("m.request_id = $1 AND m.event_seq IS NOT NULL AND EXISTS (SELECT 1 FROM request r WHERE r.id = m.request_id AND "+seen+") ORDER BY m.event_seq, m.id LIMIT 0 + $2",
		append([]any{request, most}, args...)...)
}

// RawMail gives the bytes of a mail that the database holds, nil when it holds none.
// Whoever asks sees the mail.
func (s *Store) RawMail(ctx context.Context, id int64) (raw []byte, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	err = q.all(func(r scanner) error { return r.Scan(&raw) }, "SELECT raw FROM inbox_raw WHERE inbox_id = $1", id)
	return raw, wrap(err, "read mail %d", id)
}

// BlockedSender is an address, or @ and a domain, of which nothing is wanted.
type BlockedSender struct {
	ID   int64
	What string
	At   time.Time
	By   support.Actor
}

// BlockedSenders lists who is blocked, by their addresses, after one of them ("":
// from the first on).
func (s *Store) BlockedSenders(ctx context.Context, after string, max int) (out []BlockedSender, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	err = q.all(func(r scanner) error {
		var b BlockedSender
		err := r.Scan(&b.ID, &b.What, instant{&b.At}, &b.By.Kind, &b.By.ID)
		out = append(out, b)
		return err
	}, "SELECT id, what, at, by_kind, by_id FROM blocked_sender WHERE what > $1 ORDER BY what LIMIT 0 + $2", after, limit(max, 100, 500))
	return out, wrap(err, "list who is blocked")
}

// UnblockSender lets an address, or @ and a domain, write again; false when it was
// not blocked.
func (tx *Tx) UnblockSender(what string) (bool, error) {
	n, err := tx.exec("DELETE FROM blocked_sender WHERE what = $1", fold(what))
	return n > 0, wrap(err, "unblock a sender")
}
