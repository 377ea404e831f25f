package message

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"mime/quotedprintable"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/internal/text"
)

// Draft is a mail to be made. The same draft always becomes the same bytes.
type Draft struct {
	From    Address
	To, Cc  []Address
	ReplyTo Address // none without Email
	Subject string
	// Text and HTML say the same; their lines end in \n. Without HTML the mail is
	// text alone.
	Text, HTML string
	MessageID  string // with its angle brackets
	Date       time.Time
	// Headers are those beside the ones above and MIME's, in the order in which
	// they are written.
	Headers []Header
	Files   []Enclosure
}

// Header is one line of a message's head, neither encoded nor folded.
type Header struct{ Name, Value string }

// Enclosure is a file of a mail.
type Enclosure struct {
	Name, Type string
	// CID is by which the HTML refers to it, without angle brackets; "" is an
	// attachment.
	CID     string
	Content []byte
}

// Bytes is the message as it leaves (RFC 5322, CRLF): date and boundaries come
// from the mail itself. Nothing in a value begins another line.
func (d Draft) Bytes() []byte {
	var b bytes.Buffer
	writeHeader(&b, "From", d.From.String())
	writeHeader(&b, "To", list(d.To))
	if len(d.Cc) > 0 {
		writeHeader(&b, "Cc", list(d.Cc))
	}
	if d.ReplyTo.Email != "" {
		writeHeader(&b, "Reply-To", d.ReplyTo.String())
	}
	writeHeader(&b, "Subject", encoded(d.Subject, len("Subject: ")))
	head := append([]Header{
		{"Date", d.Date.Format("Mon, 02 Jan 2006 15:04:05 -0700")}, {"Message-ID", d.MessageID},
	}, d.Headers...)
	for _, h := range head {
		writeHeader(&b, strings.Map(nameOnly, h.Name), encoded(h.Value, len(h.Name)+2))
	}
	writeHeader(&b, "MIME-Version", "1.0")
	d.body(&b)
	return b.Bytes()
}

// body writes the parts, each kind around the one inside it: attachments around
// images around the two forms of the text.
func (d Draft) body(b *bytes.Buffer) {
	var images, files []Enclosure
	for _, f := range d.Files {
		if f.CID != "" && d.HTML != "" {
			images = append(images, f)
		} else {
			files = append(files, f)
		}
	}
	boundary := d.boundary()
	alternative := func(b *bytes.Buffer) {
		if d.HTML == "" {
			writeText(b, "text/plain", d.Text)
			return
		}
		multipart(b, "alternative", "=_"+boundary, func(b *bytes.Buffer) { writeText(b, "text/plain", d.Text) }, func(b *bytes.Buffer) {
			if len(images) == 0 {
				writeText(b, "text/html", d.HTML)
				return
			}
			parts := []func(*bytes.Buffer){func(b *bytes.Buffer) { writeText(b, "text/html", d.HTML) }}
			for _, f := range images {
				parts = append(parts, f.write)
			}
			multipart(b, "related", "=_r"+boundary, parts...)
		})
	}
	if len(files) == 0 {
		alternative(b)
		return
	}
	parts := []func(*bytes.Buffer){alternative}
	for _, f := range files {
		parts = append(parts, f.write)
	}
	multipart(b, "mixed", "=_m"+boundary, parts...)
}

func multipart(b *bytes.Buffer, kind, boundary string, parts ...func(*bytes.Buffer)) {
	writeHeader(b, "Content-Type", "multipart/"+kind+";\r\n boundary=\""+boundary+"\"")
	b.WriteString("\r\n")
	for _, p := range parts {
		b.WriteString("--" + boundary + "\r\n")
		p(b)
	}
	b.WriteString("--" + boundary + "--\r\n")
}

// boundary depends on all that is in the mail, so that it cannot stand in it by
// design of a text.
func (d Draft) boundary() string {
	h := sha256.New()
	for i, s := range []string{d.MessageID, d.Text, d.HTML} {
		if i > 0 {
			h.Write([]byte{0})
		}
		h.Write([]byte(s))
	}
	for _, f := range d.Files {
		h.Write([]byte{0})
		h.Write(f.Content)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (f Enclosure) write(b *bytes.Buffer) {
	kind := strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' || strings.ContainsRune("\"();,<>", r) {
			return -1
		}
		return r
	}, f.Type)
	if !strings.Contains(kind, "/") || strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/") {
		kind = "application/octet-stream" // a message in base64 is forbidden
	}
	writeHeader(b, "Content-Type", kind)
	disposition := text.Disposition(f.Name)
	if f.CID != "" {
		disposition = "inline" + strings.TrimPrefix(disposition, "attachment")
		writeHeader(b, "Content-ID", "<"+strings.Map(printable, f.CID)+">")
	}
	writeHeader(b, "Content-Disposition", strings.ReplaceAll(disposition, "; ", ";\r\n "))
	writeHeader(b, "Content-Transfer-Encoding", "base64")
	b.WriteString("\r\n")
	writeBase64(b, f.Content)
}

// list writes addresses, one a line.
func list(all []Address) string {
	var out []string
	for _, a := range all {
		out = append(out, a.String())
	}
	return strings.Join(out, ",\r\n ")
}

// String is the address as it stands in a header.
func (a Address) String() string {
	name := strings.Map(printable, a.Name)
	email := strings.Map(printable, a.Email)
	switch {
	case name == "":
		return "<" + email + ">"
	case ascii(name):
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

// nameOnly drops what a field's name may not hold.
func nameOnly(r rune) rune {
	if r <= ' ' || r > '~' || r == ':' {
		return -1
	}
	return r
}

// encoded writes a header's value in encoded words where it is not ASCII (RFC
// 2047), folded so that no line is longer than 76 columns.
func encoded(s string, used int) string {
	s = strings.Map(printable, s)
	if ascii(s) {
		return folded(s, used)
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

func folded(s string, used int) string {
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

func writeHeader(b *bytes.Buffer, name, value string) { b.WriteString(name + ": " + value + "\r\n") }

// writeText chooses the encoding under which the text stays readable or small:
// quoted-printable for Latin scripts, base64 where most would be escaped.
func writeText(b *bytes.Buffer, kind, body string) {
	writeHeader(b, "Content-Type", kind+"; charset=utf-8")
	wide := 0
	for i := range len(body) {
		if body[i] > 0x7e {
			wide++
		}
	}
	if wide*5 > len(body) {
		writeHeader(b, "Content-Transfer-Encoding", "base64")
		b.WriteString("\r\n")
		writeBase64(b, []byte(strings.ReplaceAll(body, "\n", "\r\n")))
		return
	}
	writeHeader(b, "Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	q := quotedprintable.NewWriter(b)
	_, _ = q.Write([]byte(body)) // a buffer takes everything
	_ = q.Close()
	b.WriteString("\r\n")
}

func writeBase64(b *bytes.Buffer, content []byte) {
	const bytesALine = 57
	b.Grow(len(content)/3*4 + len(content)/bytesALine*2 + 8)
	var row [76]byte
	for chunk := range slices.Chunk(content, bytesALine) {
		base64.StdEncoding.Encode(row[:], chunk)
		b.Write(row[:base64.StdEncoding.EncodedLen(len(chunk))])
		b.WriteString("\r\n")
	}
	if len(content) == 0 {
		b.WriteString("\r\n")
	}
}
