package desk

import (
	"context"
	"slices"
	"strings"

	"madoguchi/internal/message"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// addressed says where answers to a mail and reports of it go: an answer carries
// the token of its thread and reader, a report the mail's key. A letter is answered
// to nobody's thread, and a subscriber has none.
func (d *Desk) addressed(m *notify.Mail, request int64, to support.Recipient) {
	if m.ReturnPath == "" {
		m.ReturnPath = d.mailKeys.ReturnPath(d.sender, m.Key)
	}
	staff := to.Kind == support.ToStaff
	if request == 0 || !staff && to.Kind != support.ToContact {
		return
	}
	reply := d.mailKeys.ReplyTo(d.sender, message.Thread{Request: request, Person: to.ID, Staff: staff})
	if reply != d.sender {
		m.ReplyTo = notify.Address{Name: m.From.Name, Email: reply}
	}
}

// thread are the ids of the mails that went between a reader and the desk about a
// request, in their order, so that a mail program shows them as one conversation.
func (d *Desk) thread(ctx context.Context, request int64, facts []support.Fact, to support.Recipient) ([]string, error) {
	_, host, _ := strings.Cut(d.sender, "@")
	var all []store.Written
	if to.Kind == support.ToContact {
		var err error
		if all, err = d.store.SentBefore(ctx, request, to.ID); err != nil {
			return nil, err
		}
	}
	for _, f := range facts {
		if n, ok := f.Body.(support.Notified); ok && n.Recipient == to {
			all = append(all, store.Written{ID: message.MessageID(n.Key, host), At: f.At})
		}
	}
	slices.SortStableFunc(all, func(a, b store.Written) int { return a.At.Compare(b.At) })
	var out []string
	for _, w := range all {
		out = append(out, w.ID)
	}
	return out, nil
}
