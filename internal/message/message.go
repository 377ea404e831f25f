// Package message reads and writes mails: the bytes of a message become an
// [Inbound], a [Draft] becomes bytes, and between them stand what tells whose
// answer a mail is (tokens, references, numbers), what kind of mail it is
// (person, automatic answer, list, bounce, loop) and what is new in it.
//
// It refuses to know who wrote really, which request a mail belongs to and
// whether it is to be answered: it gives the hints and leaves the judgement to
// desk. It reads no clock, row or socket, and remembers nothing.
//
// Data layout: a message is a tree of entities over slices of the raw bytes,
// which are copied only where an encoding is taken off. Every leaf of the tree
// ends as text, HTML or a file of the Inbound; nothing is dropped. What was
// wrong on the way is listed beside it as problems.
package message

import (
	"time"

	"madoguchi/internal/text"
)

// Limits of what is taken apart (T18). Beyond them a message is kept as it is
// and [Inbound.Refused] says which one it was.
const (
	MaxSize       = 50 << 20 // bytes of the whole message
	MaxDepth      = 20       // of parts in parts and messages in messages
	MaxParts      = 1000     // in all, messages in messages among them
	MaxHead       = 1 << 20  // bytes of one head
	MaxFields     = 10_000   // lines of one head
	maxAddresses  = 1000     // of one field
	maxReferences = 200      // the newest count
)

// Refusal is the limit that a message is beyond; "" for none.
type Refusal string

// The limits of T18.
const (
	TooLarge     Refusal = "too_large"
	TooDeep      Refusal = "too_deep"
	TooManyParts Refusal = "too_many_parts"
	HeadTooLong  Refusal = "head_too_long"
)

// Inbound is a message that was taken apart. All texts are UTF-8 without
// control characters and without those that turn the direction of writing.
type Inbound struct {
	// Refused says that the message is beyond a limit: what was read until then
	// is here, and it must not be believed to be all.
	Refused Refusal

	From, Sender, ReplyTo, To, Cc []Address
	// ReturnPath is the address to which reports go, as the last server noted it.
	// Null tells that there is one and that it is empty, <>.
	ReturnPath string
	Null       bool

	// MessageID and the references are bare, without angle brackets. Refs are
	// References, then what In-Reply-To adds to them; the newest is the last.
	MessageID string
	InReplyTo []string
	Refs      []string
	// Date is what the sender's clock said, UTC; zero when there is none that can
	// be read.
	Date    time.Time
	Subject string

	// Text is what is to be read, lines ending in \n: the text parts in their
	// order, or what the HTML says where there is no text. FromHTML tells the
	// latter.
	Text     string
	FromHTML bool
	// HTML is the HTML as it came, in UTF-8. It must go through [Sanitise] before
	// anybody sees it; "" when there is none.
	HTML  string
	Files []File

	Problems []Problem

	head   head
	report *report // of a multipart/report
}

// Sort is what a file is.
type Sort string

// Sorts of files. The zero value is an ordinary attachment.
const (
	Attached   Sort = ""
	Inline     Sort = "inline"     // an image or another part that the HTML shows
	Nested     Sort = "message"    // a whole message
	Signature  Sort = "signature"  // of S/MIME or PGP, apart from what is signed
	Encrypted  Sort = "encrypted"  // S/MIME or PGP, unreadable to us by design
	TNEF       Sort = "tnef"       // winmail.dat
	Report     Sort = "report"     // the part of a report that programs read
	Unreadable Sort = "unreadable" // a part that could not be decoded, as it came
)

// File is a part that is kept beside the text.
type File struct {
	// Part is its place in the message: "2.1" is the first part of the second.
	Part string
	Sort Sort
	// Name is harmless to show, to save and to send, and never "".
	Name string
	// Type is the media type in small letters, as the sender gave it.
	Type string
	// CID is the Content-ID without angle brackets by which HTML refers to it.
	CID     string
	Content []byte
	// Message is what a nested message says; nil for all others.
	Message *Inbound
}

// Problem is something that was wrong with a part and how it was read all the
// same.
type Problem struct {
	Part string // "" is the message itself
	Kind ProblemKind
	What string // the word or label that was wrong; never a content
}

// ProblemKind names what was wrong.
type ProblemKind string

// Problems. Those of boundaries and encodings mean that a person should look at
// the original.
const (
	BadBoundary  ProblemKind = "boundary"     // missing, not found, or not closed
	BadEncoding  ProblemKind = "encoding"     // the transfer encoding is none, or its bytes are broken
	BadCharset   ProblemKind = "charset"      // unknown, or not what the text is in
	BadHead      ProblemKind = "head"         // lines that are no fields
	BadDate      ProblemKind = "date"         // a date that cannot be read
	BadAddress   ProblemKind = "address"      // an address that cannot be read
	NotDecodable ProblemKind = "unreadable"   // kept as a file as it came
	OtherText    ProblemKind = "alternatives" // text parts that say something else, kept as files
)

// Parse takes a message apart. It never fails: what cannot be understood is kept
// as it came, as text or as a file, and listed in Problems. The result refers to
// raw, which must not change afterwards.
func Parse(raw []byte) Inbound {
	p := &parser{}
	if len(raw) > MaxSize {
		p.refuse(TooLarge)
	}
	in := p.message(lines(raw), "", 0)
	in.Refused = p.refused
	return *in
}

// parser is what one message has used of its limits.
type parser struct {
	parts   int
	refused Refusal
}

func (p *parser) refuse(why Refusal) {
	if p.refused == "" {
		p.refused = why
	}
}

// message reads a whole message that stands at a place in another one.
func (p *parser) message(raw []byte, at string, depth int) *Inbound {
	in := &Inbound{}
	h, body, ok := p.head(raw, true)
	if !ok {
		in.problem(at, BadHead, "")
	}
	in.head = h
	in.envelope()
	if p.refused == TooLarge || p.refused == HeadTooLong {
		in.Files = append(in.Files, File{Part: at, Sort: Unreadable, Name: "message.eml", Type: "message/rfc822", Content: raw})
		return in
	}
	root := p.entity(in, h, body, at, depth)
	c := content{}
	p.read(in, root, &c)
	c.into(in)
	return in
}

func (in *Inbound) problem(part string, kind ProblemKind, what string) {
	const most, long = 100, 60
	if len(in.Problems) < most {
		in.Problems = append(in.Problems, Problem{part, kind, cut(clean(what), long)})
	}
}

// named gives a file its name: what the sender called it, or one that tells what
// it is and where it stood.
func named(given, at, fallback, ending string) string {
	if given = tidy(given); given != "" {
		return text.FileName(given)
	}
	if at != "" {
		fallback += "-" + at
	}
	return text.FileName(fallback + ending)
}
