package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"madoguchi/internal/support"
)

// MailState is what has become of a mail that came in.
type MailState string

// States of mails. A new one is looked at by the desk; only what is quarantined
// waits for a person.
const (
	MailNew         MailState = "new"
	MailFiled       MailState = "filed"       // it stands on a request
	MailQuarantined MailState = "quarantined" // a person decides
	MailDropped     MailState = "dropped"     // nothing is to be read in it: a copy, a report, a loop
	MailRejected    MailState = "rejected"    // a person did not want it
)

// Mail is a mail that came in, without its bytes. ReceivedAt and DecidedAt are
// of the desk's clock, NextAt of the real one.
type Mail struct {
	ID         int64
	Mailbox    string // by which it came
	Mark       string // of this copy there; "": it has none
	ReceivedAt time.Time
	Handed     MailHanded
	Size       int64  // bytes
	SHA256     string // "": it is erased
	Key        string // of the file that holds the bytes; "": the database does
	State      MailState
	Class      string // what kind of mail it is, as package message has it; "": not known yet
	Why        string // a word for why it is where it is
	Judged     MailJudged
	Said       MailSaid
	Sender     string // address of From in small letters; "": none, or not known yet
	Account    int64  // of the contact; 0: none
	Contact    int64  // whose address From is; 0: no contact's
	Staff      int64  // whose address From is; 0: nobody's of the staff
	Request    int64  // on which it stands; 0: on none
	Seq        int64  // of the fact there
	SameAs     int64  // the mail of which it is a copy; 0: of none
	Attempts   int
	NextAt     time.Time
	Lease      string
	DecidedBy  support.Actor // the zero value: nobody has decided
	DecidedAt  time.Time
}

// MailHanded is how a mail was handed over. The zero value is one that is erased.
type MailHanded struct {
	From  string   `json:"from,omitempty"` // envelope sender; "" is the null one
	To    []string `json:"to,omitempty"`   // envelope recipients
	Peer  string   `json:"peer,omitempty"` // address of who handed it over; "": not known
	Hello string   `json:"hello,omitempty"`
}

// MailJudged is what was found out of who wrote. The words are those of RFC 8601;
// "" was not judged.
type MailJudged struct {
	SPF     string `json:"spf,omitempty"`
	DKIM    string `json:"dkim,omitempty"`
	DMARC   string `json:"dmarc,omitempty"`
	Aligned bool   `json:"aligned,omitempty"` // the domain of From has passed
}

// MailSaid is of a mail what lists show. The zero value is one that is erased, or
// not read yet.
type MailSaid struct {
	Name    string `json:"name,omitempty"` // of the sender
	Subject string `json:"subject,omitempty"`
	Excerpt string `json:"excerpt,omitempty"` // the beginning of what is new in it
}

const mailColumns = `m.id, m.mailbox, COALESCE(m.mark, ''), m.received_at, m.handed, m.size, m.sha256, COALESCE(m.file_key, ''), m.state, m.class, m.why, m.judged,
  m.said, m.sender, m.account_id, m.contact_id, m.staff_id, m.request_id, m.event_seq, m.same_as, m.attempts, m.next_at, m.lease, m.decided_kind, m.decided_id, m.decided_at`

func mailFields(m *Mail) []any {
	return []any{&m.ID, &m.Mailbox, &m.Mark, instant{&m.ReceivedAt}, object[MailHanded]{&m.Handed}, &m.Size, &m.SHA256, &m.Key, &m.State, &m.Class, &m.Why,
		object[MailJudged]{&m.Judged}, object[MailSaid]{&m.Said}, &m.Sender, optional{&m.Account}, optional{&m.Contact}, optional{&m.Staff}, optional{&m.Request},
		optional{&m.Seq}, optional{&m.SameAs}, &m.Attempts, instant{&m.NextAt}, &m.Lease, &m.DecidedBy.Kind, &m.DecidedBy.ID, instant{&m.DecidedAt}}
}

// object scans JSON of a struct; "" is the zero value.
type object[T any] struct{ to *T }

func (o object[T]) Scan(v any) error {
	var zero T
	*o.to = zero
	text, _ := v.(string)
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), o.to)
}

// asJSON is JSON of a struct, "" of the zero value.
func asJSON[T comparable](v T) string {
	var zero T
	if v == zero {
		return ""
	}
	b, _ := json.Marshal(v) // of texts and numbers
	return string(b)
}

// AddMail enters a mail and fills its ID. raw is nil when Key names a file. had
// tells that this copy of its mailbox was entered before: then nothing is, and ID
// is that of the first time.
func (tx *Tx) AddMail(m *Mail, raw []byte) (had bool, err error) {
	var mark, key any
	if m.Mark != "" {
		mark = m.Mark
	}
	if m.Key != "" {
		key = m.Key
	}
	handed, _ := json.Marshal(m.Handed) // of texts
	err = tx.one([]any{&m.ID}, `INSERT INTO inbox (mailbox, mark, received_at, handed, size, sha256, file_key, state, class, why, judged, said, sender, attempts, next_at, lease,
  decided_kind, decided_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'new', '', '', $8, '', '', 0, $9, '', '', 0) ON CONFLICT (mailbox, mark) DO NOTHING RETURNING id`,
		m.Mailbox, mark, m.ReceivedAt.UnixMicro(), string(handed), m.Size, m.SHA256, key, asJSON(m.Judged), m.NextAt.UnixMicro())
	if errors.Is(err, sql.ErrNoRows) {
		err = tx.one([]any{&m.ID}, "SELECT id FROM inbox WHERE mailbox = $1 AND mark = $2", m.Mailbox, mark)
		return true, wrap(err, "find a mail that came before")
	}
	if err == nil && raw != nil {
		_, err = tx.exec("INSERT INTO inbox_raw (inbox_id, raw) VALUES ($1, $2)", m.ID, raw)
	}
	tx.work.Mail = true
	return false, wrap(err, "enter a mail")
}

// MailMarked finds the copy of a mailbox that was entered before; 0: none.
func (s *Store) MailMarked(ctx context.Context, mailbox, mark string) (id int64, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return 0, err
	}
	err = q.one([]any{&id}, "SELECT id FROM inbox WHERE mailbox = $1 AND mark = $2", mailbox, mark)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, wrap(err, "find a mail that came before")
}

// PrintMail notes by which a mail is known when it comes again. first is the mail
// that had one of the prints before; 0: none, and all are noted.
func (tx *Tx) PrintMail(mail int64, prints ...string) (first int64, err error) {
	if len(prints) == 0 {
		return 0, nil
	}
	n, err := tx.exec("INSERT INTO inbox_print (print, inbox_id) SELECT value, $2 FROM json_each($1) WHERE true ON CONFLICT (print) DO NOTHING", list(prints), mail)
	if err == nil && n < int64(len(prints)) {
		err = tx.one([]any{optional{&first}}, "SELECT MIN(inbox_id) FROM inbox_print WHERE print IN (SELECT value FROM json_each($1)) AND inbox_id <> $2", list(prints), mail)
	}
	return first, wrap(err, "note prints of mail %d", mail)
}

// KeepMailID notes the Message-ID, bare, of a mail that stands on a request.
func (tx *Tx) KeepMailID(id string, mail, request int64) error {
	_, err := tx.exec(`INSERT INTO mail_id (message_id, inbox_id, request_id) VALUES ($1, $2, $3)
ON CONFLICT (message_id, inbox_id) DO UPDATE SET request_id = excluded.request_id`, id, mail, request)
	return wrap(err, "keep the id of mail %d", mail)
}

// KeepMentions notes the Message-IDs, bare, to which a mail refers that stands on a
// request, of mails that have not come.
func (tx *Tx) KeepMentions(ids []string, mail, request int64) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.exec(`INSERT INTO mail_mention (message_id, inbox_id, request_id) SELECT value, $2, $3 FROM json_each($1) WHERE true
ON CONFLICT (message_id, inbox_id) DO UPDATE SET request_id = excluded.request_id`, list(ids), mail, request)
	return wrap(err, "keep to what mail %d refers", mail)
}

// MailIDs are the newest Message-IDs, bare, of mails that stand on a request, the
// oldest of them first, at most max.
func (s *Store) MailIDs(ctx context.Context, request int64, max int) (out []string, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	err = q.all(func(r scanner) error {
		var id string
		err := r.Scan(&id)
		out = append(out, id)
		return err
	}, "SELECT message_id FROM mail_id WHERE request_id = $1 ORDER BY inbox_id DESC LIMIT 0 + $2", request, max)
	slices.Reverse(out)
	return out, wrap(err, "read ids of mails of request %d", request)
}

// BlockSender wants nothing of an address, or of @ and a domain, any more. One that
// is blocked already stays as it is.
func (tx *Tx) BlockSender(what string, at time.Time, by support.Actor) error {
	_, err := tx.exec("INSERT INTO blocked_sender (what, at, by_kind, by_id) VALUES ($1, $2, $3, $4) ON CONFLICT (what) DO NOTHING",
		fold(what), at.UnixMicro(), string(by.Kind), by.ID)
	return wrap(err, "block a sender")
}
