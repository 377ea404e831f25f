package desk

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"madoguchi/internal/message"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// mailOfKey is the mail that a letter of ours was an answer to, mail12.mail_unfiled.c3;
// 0: it was to none.
func mailOfKey(key string) int64 {
	first, rest, _ := strings.Cut(strings.ToLower(key), ".")
	digits, ok := strings.CutPrefix(first, "mail")
	id, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || id <= 0 || !strings.HasPrefix(rest, "mail_unfiled.") {
		return 0
	}
	return id
}

// filedOf is the request that a person has made meanwhile of the mail that a letter of
// ours was an answer to; 0: none.
func filedOf(tx *store.Tx, key string) (int64, error) {
	id := mailOfKey(key)
	if id == 0 {
		return 0, nil
	}
	m, err := tx.MailFor(everything, id)
	if support.CodeOf(err) == support.NotFound {
		return 0, nil
	}
	if err != nil || m.Seq == 0 {
		return 0, err
	}
	return m.Request, nil
}

// incomplete tells whether a mail waits for what its sender was asked for.
func incomplete(m store.Mail) bool {
	return m.State == store.MailQuarantined && m.Why == "product" && !m.Erased()
}

// asked finds the mail that its sender was asked about and answers now, with its files;
// nil: none.
func (d *Desk) asked(ctx context.Context, r *readMail) (*readMail, error) {
	if r.class != message.Person || !r.verdict.Aligned || r.in.Refused != "" {
		return nil, nil
	}
	const refs = 30
	for _, ref := range r.hints.Refs[:min(len(r.hints.Refs), refs)] {
		key, ours := d.own.Key(ref)
		id := mailOfKey(key)
		if !ours || id == 0 {
			continue
		}
		m, err := d.store.Mail(ctx, everything, id)
		if support.CodeOf(err) == support.NotFound || err == nil && (!incomplete(m) || m.Sender != r.Sender) {
			continue
		}
		if err != nil {
			return nil, err
		}
		raw, err := d.rawMail(ctx, m)
		if err != nil {
			return nil, err
		}
		first, err := d.parsed(ctx, m, raw)
		if err != nil {
			return nil, err
		}
		if err := d.putFiles(ctx, first); err != nil {
			return nil, errors.Join(err, d.dropFiles(first, nil))
		}
		return first, nil
	}
	return nil, nil
}

// firstNow is the mail that a sender was asked about, if it still waits; nil: none does.
func (r *readMail) firstNow(tx *store.Tx) (*readMail, error) {
	if r.first == nil {
		return nil, nil
	}
	m, err := tx.MailFor(everything, r.first.ID)
	if err != nil || !incomplete(m) || m.Contact != r.Contact {
		return nil, err
	}
	again := *r.first // the closure may run twice
	again.Mail = m
	return &again, nil
}

// fileJoined files a mail with what its sender was asked for: one request, of which the
// answer is the first comment.
func (d *Desk) fileJoined(tx *store.Tx, first, r *readMail, by support.Actor, product string) ([]string, error) {
	used, err := d.fileNew(tx, first, by, by.ID, product, support.Mail)
	if err != nil {
		return nil, err
	}
	first.DecidedBy, first.DecidedAt = clockwork, d.Now()
	if err := tx.DecideMail(first.Mail, store.MailQuarantined); err != nil {
		return nil, err
	}
	more, err := d.comment(tx, r, by, first.Request, false)
	return append(used, more...), err
}
