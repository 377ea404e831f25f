package desk

import (
	"strconv"
	"strings"

	"madoguchi/internal/message"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// requestOfKey is the request of a mail's key, r10000000.6.mail.c31; 0: the key is of
// no request's.
func requestOfKey(key string) int64 {
	first, _, _ := strings.Cut(key, ".")
	digits, ok := strings.CutPrefix(strings.ToLower(first), "r")
	id, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || id <= 0 {
		return 0
	}
	return id
}

// contactOfKey is the contact to whom the mail of a key went; 0: it went to nobody's
// of the customers.
func contactOfKey(key string) int64 {
	digits, ok := strings.CutPrefix(strings.ToLower(key[strings.LastIndexByte(key, '.')+1:]), "c")
	id, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || id <= 0 {
		return 0
	}
	return id
}

// returned is the key of the mail that a report is about, and whether that is
// certain: a return path is signed, an id that stands in a report is not. Where no
// key signs anything, the id counts.
func (d *Desk) returned(r *readMail) (key string, sure bool) {
	if r.hints.Returned != "" {
		return r.hints.Returned, true
	}
	key, _ = d.own.Key(r.bounce.MessageID)
	return key, len(d.mailKeys) == 0
}

// cameBack deals with a mail of ours that came back: it stands on its request, and
// for good it marks the address, tells the owner, and takes back the attempt to reach
// the contact (R12, A26).
func (d *Desk) cameBack(tx *store.Tx, r *readMail) error {
	key, sure := d.returned(r)
	if key == "" {
		r.end(store.MailQuarantined, r.Class)
		return nil
	}
	contact, request := contactOfKey(key), requestOfKey(key)
	hard := sure && contact != 0 && r.class == message.Bounced && d.isHard(r)
	if hard {
		if err := d.undeliverable(tx, r, key, contact); err != nil {
			return err
		}
	}
	if request == 0 {
		r.end(store.MailDropped, "report")
		return nil
	}
	x, err := folded(tx, request)
	if err != nil {
		return err
	}
	if !x.Exists() {
		r.end(store.MailQuarantined, r.Class)
		return nil
	}
	return d.recordAutomatic(tx, r, request)
}

// status is what the server's code said of the first that failed for good.
func (r *readMail) status() string {
	for _, f := range r.bounce.Failed {
		if f.Hard {
			return clip(f.Status, 20)
		}
	}
	return ""
}

func (d *Desk) isHard(r *readMail) bool {
	for _, f := range r.bounce.Failed {
		if f.Hard {
			return true
		}
	}
	return false
}

// undeliverable marks the address and takes back the attempt that the mail was.
func (d *Desk) undeliverable(tx *store.Tx, r *readMail, key string, contact int64) error {
	c, err := tx.Contact(contact)
	if support.CodeOf(err) == support.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	for _, f := range r.bounce.Failed {
		// An address that was changed since is another one.
		if f.Hard && (f.Email == "" || strings.EqualFold(f.Email, c.Email)) {
			if err := d.bounced(tx, c.ID, c.Email); err != nil {
				return err
			}
			break
		}
	}
	e, ok, err := tx.RequestEffect(key)
	if err != nil || !ok || e.Request == 0 {
		return err
	}
	failed := &support.FailNotice{NoticeFailed: support.NoticeFailed{
		Key: e.Key, Kind: e.Kind, Template: e.Template, Recipient: e.Recipient, Seq: e.Seq, Why: support.NoticeBounced, Status: r.status(),
	}}
	if _, err := d.carryOut(tx, clockwork, e.Request, 0, failed); err != nil {
		return err
	}
	return d.voidAttempts(tx, e)
}
