package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/support"
)

// ClaimMails takes up to max mails whose next try has come on the real clock, the
// oldest first, and keeps them from other workers until the lease ends.
func (tx *Tx) ClaimMails(real time.Time, lease time.Duration, max int) (out []Mail, err error) {
	token := make([]byte, 16)
	_, _ = rand.Read(token) // never fails: the program stops instead
	err = tx.all(func(r scanner) error {
		var m Mail
		err := r.Scan(mailFields(&m)...)
		out = append(out, m)
		return err
	}, `UPDATE inbox SET lease = $1, next_at = $2, attempts = attempts + 1 WHERE id IN (
  SELECT id FROM inbox WHERE next_at <= $3 ORDER BY next_at, id LIMIT 0 + $4) AND next_at <= $3 RETURNING `+strings.ReplaceAll(mailColumns, "m.", ""),
		hex.EncodeToString(token), real.Add(lease).UnixMicro(), real.UnixMicro(), max)
	slices.SortFunc(out, func(a, b Mail) int { return cmp.Compare(a.ID, b.ID) })
	return out, wrap(err, "claim mails")
}

// PutMailOff leaves a mail for a later try by the real clock, while the lease holds.
func (tx *Tx) PutMailOff(m Mail, next time.Time) error {
	_, err := tx.exec("UPDATE inbox SET next_at = $3, lease = '' WHERE id = $1 AND lease = $2 AND next_at IS NOT NULL", m.ID, m.Lease, next.UnixMicro())
	return wrap(err, "put mail %d off", m.ID)
}

// EndMail writes what has become of a mail whose lease holds; nothing more follows
// by itself. Another's lease is a conflict.
func (tx *Tx) EndMail(m Mail) error {
	n, err := tx.exec(`UPDATE inbox SET state = $3, class = $4, why = $5, judged = $6, said = $7, sender = $8, account_id = $9, contact_id = $10, staff_id = $11,
  request_id = $12, event_seq = $13, same_as = $14, next_at = NULL, lease = '' WHERE id = $1 AND lease = $2 AND next_at IS NOT NULL`,
		m.ID, m.Lease, string(m.State), m.Class, m.Why, asJSON(m.Judged), asJSON(m.Said), m.Sender, ref(m.Account), ref(m.Contact), ref(m.Staff),
		ref(m.Request), ref(m.Seq), ref(m.SameAs))
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "mail.lease_lost")
	}
	if err != nil {
		return wrap(err, "end mail %d", m.ID)
	}
	return tx.eraseCopy(m)
}

// DecideMail writes what a person has decided of a mail, if it still is where they
// saw it; otherwise it is a conflict.
func (tx *Tx) DecideMail(m Mail, from MailState) error {
	n, err := tx.exec(`UPDATE inbox SET state = $3, why = $4, account_id = $5, contact_id = $6, request_id = $7, event_seq = $8, decided_kind = $9, decided_id = $10, decided_at = $11
WHERE id = $1 AND state = $2`,
		m.ID, string(from), string(m.State), m.Why, ref(m.Account), ref(m.Contact), ref(m.Request), ref(m.Seq), string(m.DecidedBy.Kind), m.DecidedBy.ID, micros(m.DecidedAt))
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "mail.decided")
	}
	return wrap(err, "decide on mail %d", m.ID)
}

// RequestsOfMailIDs are the requests on which mails of some ids, bare, stand, by id.
func (tx *Tx) RequestsOfMailIDs(ids []string) (map[string][]int64, error) {
	const most = 100
	return tx.requestsOf("SELECT DISTINCT message_id, request_id FROM mail_id WHERE message_id IN (SELECT value FROM json_each($1)) ORDER BY message_id, request_id LIMIT 0 + $2",
		ids, most)
}

// RequestsOfMentions are the requests on which mails stand that refer to some ids, bare,
// of mails that had not come by then, by id: all of a mail that has come since, whose id is
// own, and of others those of a contact.
func (tx *Tx) RequestsOfMentions(own string, ids []string, contact int64) (map[string][]int64, error) {
	const most = 10 // that are looked at
	return tx.requestsOf(`SELECT DISTINCT m.message_id, m.request_id FROM mail_mention m JOIN request r ON r.id = m.request_id
WHERE m.message_id IN (SELECT value FROM json_each($1)) AND (m.message_id = $3 OR r.contact_id = $4) ORDER BY m.message_id, m.request_id LIMIT 0 + $2`,
		ids, most, own, contact)
}

func (tx *Tx) requestsOf(text string, ids []string, more ...any) (map[string][]int64, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	out := map[string][]int64{}
	err := tx.all(func(r scanner) error {
		var id string
		var request int64
		err := r.Scan(&id, &request)
		out[id] = append(out[id], request)
		return err
	}, text, append([]any{list(ids)}, more...)...)
	return out, wrap(err, "find the requests of mails")
}

// Blocked tells whether nothing is wanted of an address or its domain.
func (tx *Tx) Blocked(address string) (yes bool, err error) {
	err = tx.one([]any{&yes}, "SELECT EXISTS (SELECT 1 FROM blocked_sender WHERE what IN ($1, $2))", fold(address), domainOf(fold(address)))
	return yes, wrap(err, "look who is blocked")
}

// Try is [Store.Try] within an update. Under all limits one more is counted; with
// one that is reached, none is, and the wait is more than 0.
func (tx *Tx) Try(now time.Time, limits ...Throttle) (wait time.Duration, err error) {
	full := support.Refuse(support.Busy, "throttle.full")
	err = tx.Part(func(tx *Tx) (err error) {
		if wait, err = tx.count(now, 1, limits); err == nil && wait > 0 {
			return full
		}
		return err
	})
	if err == full {
		err = nil
	}
	return wait, err
}

// RequestEffect gives of a mail that a request has sent what it was about. ok is
// false when it is not known any more.
func (tx *Tx) RequestEffect(key string) (e EffectRow, ok bool, err error) {
	err = tx.all(func(r scanner) (err error) {
		e, err = scanEffect(r)
		ok = true
		return err
	}, "SELECT "+effectColumns+" FROM effect WHERE key = $1", key)
	return e, ok, wrap(err, "read effect %s", key)
}

// domainOf is @ and the domain of an address.
func domainOf(address string) string {
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		return address[i:]
	}
	return "@"
}

// NextMail is when the next mail is to be looked at, on the real clock; zero: none is.
func (s *Store) NextMail(ctx context.Context) (at time.Time, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return at, err
	}
	err = q.one([]any{instant{&at}}, "SELECT MIN(next_at) FROM inbox WHERE next_at IS NOT NULL")
	return at, wrap(err, "look for mails")
}
