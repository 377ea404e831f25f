package notify

import (
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
	if root := w.root(); root != w.messageID(w.Effect.Key) {
		out = append(out, Header{Name: "In-Reply-To", Value: root}, Header{Name: "References", Value: root})
	}
	if w.Effect.Kind == "page" {
		out = append(out, Header{Name: "Importance", Value: "high"}, Header{Name: "X-Priority", Value: "1"})
	}
	return append(out, Header{Name: "Content-Language", Value: w.v.Lang})
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
	return message.Draft{
		From: m.From, To: []Address{m.To}, Subject: m.Subject, Text: m.Text, HTML: m.HTML, MessageID: m.MessageID, Date: m.Date, Headers: m.Headers,
	}.Bytes()
}
