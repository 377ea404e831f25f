package notify

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"mime/quotedprintable"
	"strings"
	"unicode/utf8"

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
	out := []Header{{"Auto-Submitted", auto}}
	if auto != "no" {
		out = append(out, Header{"X-Auto-Response-Suppress", "OOF, AutoReply"})
	}
	if root := w.root(); root != w.messageID(w.Effect.Key) {
		out = append(out, Header{"In-Reply-To", root}, Header{"References", root})
	}
	if w.Effect.Kind == "page" {
		out = append(out, Header{"Importance", "high"}, Header{"X-Priority", "1"})
	}
	return append(out, Header{"Content-Language", w.v.Lang})
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
	return "<" + key + "@" + host + ">"
}

// EML gives the bytes of the message as they leave (RFC 5322, CRLF), the same
// for the same mail every time: date and boundary come from the mail itself.
func (m Mail) EML() []byte {
	var b bytes.Buffer
	boundary := m.boundary()
	head := append([]Header{
		{"Date", m.Date.Format("Mon, 02 Jan 2006 15:04:05 -0700")},
		{"Message-ID", m.MessageID},
	}, m.Headers...)
	writeHeader(&b, "From", m.From.String())
	writeHeader(&b, "To", m.To.String())
	writeHeader(&b, "Subject", encoded(m.Subject, len("Subject: ")))
	for _, h := range head {
		writeHeader(&b, h.Name, encoded(h.Value, len(h.Name)+2))
	}
	writeHeader(&b, "MIME-Version", "1.0")
	writeHeader(&b, "Content-Type", "multipart/alternative;\r\n boundary=\""+boundary+"\"")
	b.WriteString("\r\n")
	for _, part := range []struct{ kind, body string }{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		b.WriteString("--" + boundary + "\r\n")
		writeHeader(&b, "Content-Type", part.kind+"; charset=utf-8")
		writeBody(&b, part.body)
	}
	b.WriteString("--" + boundary + "--\r\n")
	return b.Bytes()
}

// boundary depends on all that is in the mail, so that it cannot stand in it by
// design of a text.
func (m Mail) boundary() string {
	sum := sha256.Sum256([]byte(m.MessageID + "\x00" + m.Text + "\x00" + m.HTML))
	return "=_" + hex.EncodeToString(sum[:16])
}

// String is the address as it stands in a header.
func (a Address) String() string {
	name := strings.Map(printable, a.Name)
	email := strings.Map(printable, a.Email)
	switch {
	case name == "":
		return "<" + email + ">"
	case isASCII(name):
		return "\"" + strings.NewReplacer("\\", "\\\\", "\"", "\\\"").Replace(name) + "\" <" + email + ">"
	}
	return wordsOf(name) + "\r\n <" + email + ">"
}

// printable keeps a value on its own line: what would begin another header
// becomes a blank.
func printable(r rune) rune {
	if r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 {
		return ' '
	}
	return r
}

func isASCII(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r > 0x7e }) < 0 }

// encoded writes a header's value in encoded words where it is not ASCII (RFC
// 2047), folded so that no line is longer than 76 columns.
func encoded(s string, used int) string {
	s = strings.Map(printable, s)
	if isASCII(s) {
		return fold(s, used)
	}
	return wordsOf(s)
}

// wordBytes is how much of a text one encoded word holds: few enough that it
// fits behind the name of any header of ours within 76 columns.
const wordBytes = 36

// wordsOf writes a text in encoded words, one a line, without cutting a
// character.
func wordsOf(s string) string {
	var out []string
	for len(s) > 0 {
		n := min(len(s), wordBytes)
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		out = append(out, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(out, "\r\n ")
}

func fold(s string, used int) string {
	var b strings.Builder
	for i, word := range strings.Split(s, " ") {
		if i > 0 {
			if used+1+len(word) > 76 && word != "" {
				b.WriteString("\r\n")
				used = 0
			}
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += len(word)
	}
	return b.String()
}

func writeHeader(b *bytes.Buffer, name, value string) {
	b.WriteString(name + ": " + value + "\r\n")
}

// writeBody chooses the encoding under which the text stays readable or small:
// quoted-printable for Latin scripts, base64 where most would be escaped.
func writeBody(b *bytes.Buffer, body string) {
	wide := 0
	for i := range len(body) {
		if body[i] > 0x7e {
			wide++
		}
	}
	if wide*5 > len(body) {
		writeHeader(b, "Content-Transfer-Encoding", "base64")
		b.WriteString("\r\n")
		s := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(body, "\n", "\r\n")))
		for len(s) > 76 {
			b.WriteString(s[:76] + "\r\n")
			s = s[76:]
		}
		b.WriteString(s + "\r\n")
		return
	}
	writeHeader(b, "Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	q := quotedprintable.NewWriter(b)
	_, _ = q.Write([]byte(body)) // a buffer takes everything
	_ = q.Close()
	b.WriteString("\r\n")
}
