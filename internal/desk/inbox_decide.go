package desk

import (
	"context"
	"errors"
	"strings"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// OpenMail gives the bytes of a mail as they came, to staff who see it; nil once they
// are erased.
func (d *Desk) OpenMail(ctx context.Context, v store.Viewer, id int64) (store.Mail, []byte, error) {
	m, err := d.store.Mail(ctx, v, id)
	if err != nil {
		return m, nil, err
	}
	raw, err := d.rawMail(ctx, m)
	return m, raw, err
}

// FileMail puts a mail that waits on a request: as the comment of its sender, if they
// are a contact who may write there, else as a note of who decides. It gives the
// request and the entry.
func (d *Desk) FileMail(ctx context.Context, by support.Actor, id, request int64) (store.Mail, error) {
	return d.decideMail(ctx, by, id, "decide_mail", func(tx *store.Tx, r *readMail) ([]string, map[string]any, error) {
		sees, err := d.actorSees(tx, by, request)
		if err != nil {
			return nil, nil, err
		}
		if !sees {
			return nil, nil, support.Refuse(support.NotFound, "request.not_found")
		}
		x, _, err := folded(tx, request)
		if err != nil {
			return nil, nil, err
		}
		who := support.Actor{Kind: support.Customer, ID: r.Contact}
		party, err := d.isParty(tx, who, x)
		if err != nil {
			return nil, nil, err
		}
		said := map[string]any{"request": request}
		if r.Contact != 0 && party {
			used, err := d.comment(tx, r, who, request, false)
			return used, said, err
		}
		files, used, err := d.attachMail(tx, r, by, request)
		if err != nil {
			return nil, nil, err
		}
		return used, said, d.command(tx, r, by, request, &support.AddNote{Text: support.T(r.body()), Label: support.NoteOfMail, Files: files})
	})
}

// actorSees tells whether who decides sees a request.
func (d *Desk) actorSees(tx *store.Tx, by support.Actor, request int64) (bool, error) {
	v, err := viewerOf(tx, by)
	if err != nil {
		return false, err
	}
	return tx.Sees(v, request)
}

func viewerOf(tx *store.Tx, by support.Actor) (store.Viewer, error) {
	v := store.Viewer{Actor: by}
	if by.Kind != support.Vendor {
		return v, nil
	}
	s, err := activeStaff(tx, by.ID)
	v.Roles = s.Roles
	return v, err
}

// FileMailNew files a mail that waits as a new request of a contact about a product,
// at the mildest severity.
func (d *Desk) FileMailNew(ctx context.Context, by support.Actor, id, contact int64, product string) (store.Mail, error) {
	return d.decideMail(ctx, by, id, "decide_mail", func(tx *store.Tx, r *readMail) ([]string, map[string]any, error) {
		c, err := tx.Contact(contact)
		if err != nil {
			return nil, nil, absent(err, "contact", "contact.not_found")
		}
		v, err := viewerOf(tx, by)
		if err != nil {
			return nil, nil, err
		}
		if sees, err := tx.SeesAccount(v, c.Account); err != nil || !sees {
			return nil, nil, errors.Join(err, wrong(support.NotFound, "contact", "contact.not_found"))
		}
		r.Contact, r.Account = c.ID, c.Account
		channel, err := d.channelFor(tx, c.ID, product)
		if err != nil {
			return nil, nil, err
		}
		used, err := d.fileNew(tx, r, support.Actor{Kind: support.Customer, ID: c.ID}, c.ID, product, channel)
		return used, map[string]any{"contact": contact, "product": product, "request": r.Request}, err
	})
}

// FileMailAs adds the sender of a mail that waits as a contact, and files it as their
// new request about a product. A contact stays when the request is refused.
func (d *Desk) FileMailAs(ctx context.Context, by support.Actor, id int64, c *support.Contact, product string) (store.Mail, error) {
	if err := d.AddContact(ctx, by, c); err != nil {
		return store.Mail{}, err
	}
	return d.FileMailNew(ctx, by, id, c.ID, product)
}

// RejectMail ends a mail that waits, with the reason. Nobody is told; it is kept, and
// [Desk.ReturnMail] brings it back.
func (d *Desk) RejectMail(ctx context.Context, by support.Actor, id int64, reason string) (store.Mail, error) {
	if strings.TrimSpace(reason) == "" {
		return store.Mail{}, support.Wrong("reason", "mail.reason_needed")
	}
	if err := checkText(reason, "reason"); err != nil {
		return store.Mail{}, err
	}
	return d.onMail(ctx, by, id, "decide_mail", store.MailQuarantined, func(tx *store.Tx, m *store.Mail) (map[string]any, error) {
		said := support.T(reason)
		if err := tx.SaveText(m.Account, 0, &said); err != nil {
			return nil, err
		}
		m.State, m.Why = store.MailRejected, "rejected"
		return map[string]any{"reason": said}, nil
	})
}

// ReturnMail lets a mail that was rejected or dropped wait for a person again.
func (d *Desk) ReturnMail(ctx context.Context, by support.Actor, id int64) (store.Mail, error) {
	m, err := d.returnMail(ctx, by, id, store.MailRejected)
	if refusedWith(err, "mail.decided") {
		m, err = d.returnMail(ctx, by, id, store.MailDropped)
	}
	return m, err
}

func (d *Desk) returnMail(ctx context.Context, by support.Actor, id int64, from store.MailState) (store.Mail, error) {
	return d.onMail(ctx, by, id, "decide_mail", from, func(_ *store.Tx, m *store.Mail) (map[string]any, error) {
		if m.Erased() {
			return nil, support.Refuse(support.Conflict, "mail.is_erased")
		}
		m.State, m.Why = store.MailQuarantined, "returned"
		return map[string]any{"returned": true}, nil
	})
}

// BlockMail ends a mail that waits and wants nothing more of its sender, or of all of
// their domain. [Desk.UnblockSender] takes that back.
func (d *Desk) BlockMail(ctx context.Context, by support.Actor, id int64, domain bool) (store.Mail, error) {
	return d.onMail(ctx, by, id, "block_sender", store.MailQuarantined, func(tx *store.Tx, m *store.Mail) (map[string]any, error) {
		what := m.Sender
		if domain {
			what = what[strings.LastIndexByte(what, '@')+1:]
		}
		if what == "" {
			return nil, support.Refuse(support.Conflict, "mail.no_sender")
		}
		if domain {
			what = "@" + what
		}
		m.State, m.Why = store.MailRejected, "blocked"
		return map[string]any{"domain": domain}, tx.BlockSender(what, m.DecidedAt, by)
	})
}

// UnblockSender lets an address, or @ and a domain, write again.
func (d *Desk) UnblockSender(ctx context.Context, by support.Actor, what string) error {
	return d.change(ctx, by, "block_sender", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		was, err := tx.UnblockSender(what)
		if err == nil && !was {
			err = support.Refuse(support.NotFound, "mail.not_blocked")
		}
		return entry{"mail", 0, map[string]any{"unblocked": true}}, err
	})
}

// onMail is a decision on a mail that is in a state, audited.
func (d *Desk) onMail(ctx context.Context, by support.Actor, id int64, act string, from store.MailState,
	do func(tx *store.Tx, m *store.Mail) (map[string]any, error)) (m store.Mail, err error) {
	for range attempts {
		err = d.change(ctx, by, act, about{}, func(tx *store.Tx, at time.Time) (entry, error) {
			v, err := viewerOf(tx, by)
			if err != nil {
				return entry{}, err
			}
			if m, err = tx.MailFor(v, id); err != nil {
				return entry{}, err
			}
			if m.State != from {
				return entry{}, support.Refuse(support.Conflict, "mail.decided")
			}
			m.DecidedBy, m.DecidedAt = by, at
			body, err := do(tx, &m)
			if err != nil {
				return entry{}, err
			}
			return entry{"mail", id, body}, tx.DecideMail(m, from)
		})
		if !cameBetween(err) {
			break
		}
	}
	return m, err
}

// decideMail is [Desk.onMail] of a mail that is read for it, with its files.
func (d *Desk) decideMail(ctx context.Context, by support.Actor, id int64, act string,
	do func(tx *store.Tx, r *readMail) ([]string, map[string]any, error)) (store.Mail, error) {
	m, err := d.store.Mail(ctx, everything, id) // who sees it is looked up with the decision
	if err != nil {
		return m, err
	}
	raw, err := d.rawMail(ctx, m)
	if err != nil {
		return m, err
	}
	r, err := d.parsed(ctx, m, raw)
	if err != nil {
		return m, err
	}
	if err := d.putFiles(ctx, r); err != nil {
		return m, errors.Join(err, d.dropFiles(r, nil))
	}
	var used []string
	out, err := d.onMail(ctx, by, id, act, store.MailQuarantined, func(tx *store.Tx, m *store.Mail) (body map[string]any, err error) {
		if m.Erased() {
			return nil, support.Refuse(support.Conflict, "mail.is_erased")
		}
		again := *r // the closure may run twice
		again.Mail = *m
		if used, body, err = do(tx, &again); err != nil {
			return nil, err
		}
		if again.body() == "" {
			return nil, support.Refuse(support.Conflict, "mail.empty")
		}
		*m = again.Mail
		return body, nil
	})
	if err != nil && support.CodeOf(err) == "" {
		return out, err // as of settleMail
	}
	if err != nil {
		used = nil
	}
	return out, errors.Join(err, d.dropFiles(r, used))
}
