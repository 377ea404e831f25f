package notify

import (
	"slices"
	"strings"

	"madoguchi/internal/message"
	"madoguchi/internal/support"
)

// headers are those that tell programs what kind of mail this is (RFC 3834).
//
// Every mail carries Auto-Submitted, so that no loop of answering machines can
// start. A mail that quotes what one of our people wrote to the customer is
// "no": a human stands behind it, and the customer's note of absence is worth
// having (it is filed and counts for nothing, A5). All others are
// "auto-generated" and ask for no automatic answer. Reports of mails that could
// not be delivered are never suppressed: an attempt that came back does not
// count (A26).
func (w *writer) headers(t template) []Header {
	auto := "auto-generated"
	if w.words && !t.staff {
		auto = "no"
	}
	// A mail that comes back in a circle is known by X-Loop, also when its id was
	// changed on the way (T14).
	out := []Header{{Name: "Auto-Submitted", Value: auto}, {Name: "X-Loop", Value: w.Desk.Sender}}
	if auto != "no" {
		out = append(out, Header{Name: "X-Auto-Response-Suppress", Value: "OOF, AutoReply"})
	}
	if refs := w.references(); len(refs) > 0 {
		out = append(out, Header{Name: "In-Reply-To", Value: refs[len(refs)-1]}, Header{Name: "References", Value: strings.Join(refs, " ")})
	}
	if w.Effect.Kind == "page" {
		out = append(out, Header{Name: "Importance", Value: "high"}, Header{Name: "X-Priority", Value: "1"})
	}
	return append(out, Header{Name: "Content-Language", Value: w.v.Lang})
}

// latest is how many mails of a thread stand in References beside its first one:
// mailers look for the nearest that they have, and some cut long fields.
const latest = 10

// references are the mails that this one follows, the nearest last (RFC 5322,
// 3.6.4). A thread begins with the customer's own mail, or with the
// acknowledgement, also for those who did not get it.
func (w *writer) references() []string {
	self, root := w.messageID(w.Effect.Key), w.root()
	var refs []string
	for _, id := range w.Thread {
		if id != self && !slices.Contains(refs, id) {
			refs = append(refs, id)
		}
	}
	if root != self && !slices.Contains(refs, root) {
		refs = slices.Insert(refs, 0, root)
	}
	if over := len(refs) - 1 - latest; over > 0 {
		refs = slices.Delete(refs, 1, 1+over)
	}
	return refs
}

// root is the Message-ID of the acknowledgement, with which every thread
// begins. Those who did not get it are held together by it all the same.
func (w *writer) root() string {
	to := support.Recipient{Kind: support.ToContact, ID: w.Request.Filed.Contact}
	key := support.Effect{Kind: "mail", Seq: 1, Recipient: to}
	return w.messageID("r" + itoa(int(w.Request.ID)) + "." + itoa(int(key.Seq)) + "." + key.Kind + "." + to.String())
}

func (w *writer) messageID(key string) string {
	_, host, _ := strings.Cut(w.Desk.Sender, "@")
	return message.MessageID(key, host)
}

// EML gives the bytes of the message as they leave (RFC 5322, CRLF), the same
// for the same mail every time: date and boundary come from the mail itself.
func (m Mail) EML() []byte {
	body := message.Draft{
		From: m.From, To: []Address{m.To}, ReplyTo: m.ReplyTo, Subject: m.Subject, Text: m.Text, HTML: m.HTML, MessageID: m.MessageID, Date: m.Date, Headers: m.Headers,
		Files: m.Files,
	}.Bytes()
	return append([]byte(m.Signature), body...)
}
