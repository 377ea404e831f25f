package desk

import (
	"strings"

	"madoguchi/internal/message"
	"madoguchi/internal/notify"
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

// thread are the ids of the mails that went to a reader about a request, in their
// order, so that a mail program shows them as one conversation.
func (d *Desk) thread(facts []support.Fact, to support.Recipient) []string {
	_, host, _ := strings.Cut(d.sender, "@")
	var out []string
	for _, f := range facts {
		if n, ok := f.Body.(support.Notified); ok && n.Recipient == to {
			out = append(out, message.MessageID(n.Key, host))
		}
	}
	return out
}
