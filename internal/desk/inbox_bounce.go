package desk

import (
	"slices"
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
	if key, ok := d.mailKeys.Returned(d.own, r.bounce.ReturnPath); ok {
		return key, true
	}
	key, _ = d.own.Key(r.bounce.MessageID)
	return key, len(d.mailKeys) == 0
}

// cameBack deals with a mail of ours that came back, or that somebody called unwanted:
// it stands on its request; the first takes back the attempt to reach the contact and
// tells the owner, and for good it marks the address; the other has nothing more leave
// to it (R12, A26).
func (d *Desk) cameBack(tx *store.Tx, r *readMail) error {
	key, sure := d.returned(r)
	if key == "" {
		r.end(store.MailQuarantined, r.Class)
		return nil
	}
	contact, request := contactOfKey(key), requestOfKey(key)
	if sure && contact != 0 {
		if err := d.notArrived(tx, r, key, contact); err != nil {
			return err
		}
	}
	if request == 0 {
		r.end(store.MailDropped, "report")
		return nil
	}
	x, _, err := folded(tx, request)
	if err != nil {
		return err
	}
	if !x.Exists() {
		r.end(store.MailQuarantined, r.Class)
		return nil
	}
	return d.recordAutomatic(tx, r, request)
}

// status is what the server's code said of the first that failed.
func (r *readMail) status() string {
	for _, f := range r.bounce.Failed {
		if f.Status != "" {
			return clip(f.Status, 20)
		}
	}
	return ""
}

// isAbout tells whether a report is about an address, or names none. One that was changed
// since is another one.
func isAbout(f message.Failure, c support.Contact) bool {
	return f.Email == "" || strings.EqualFold(f.Email, c.Email)
}

// notArrived does what follows from a report for the address, and from one that says
// that a mail was given up for the attempt that it was.
func (d *Desk) notArrived(tx *store.Tx, r *readMail, key string, contact int64) error {
	c, err := tx.Contact(contact)
	if support.CodeOf(err) == support.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if r.class == message.Complaint {
		if len(r.bounce.Failed) > 0 && !slices.ContainsFunc(r.bounce.Failed, func(f message.Failure) bool { return isAbout(f, c) }) {
			return nil
		}
		return d.stop(tx, c.Email, store.SuppressedComplained, "")
	}
	if slices.ContainsFunc(r.bounce.Failed, func(f message.Failure) bool { return f.Hard && isAbout(f, c) }) {
		if err := d.bounced(tx, c.ID, c.Email); err != nil {
			return err
		}
	}
	e, ok, err := tx.RequestEffect(key)
	if err != nil || !ok || e.Request == 0 {
		return err
	}
	if err := d.noticeFailed(tx, e, support.NoticeBounced, r.status()); err != nil {
		return err
	}
	return d.voidAttempts(tx, e)
}
