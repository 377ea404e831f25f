// Package notify turns facts into mails: a notice that the core derived becomes
// subject, text and HTML in the recipient's language and zone, and the final
// bytes of the message. One mail tells one batch of facts, those of one
// command: a comment with three asks is one mail.
//
// It refuses to know who must be told (the core decides), when, and how mail
// leaves: it reads no clock, row or socket. It never tells a customer what
// [support.Public] withholds, and quotes no text of such a fact to anybody.
//
// Data layout: a [Notice] is rendered into an ordered list of blocks (lines,
// paragraphs, quotes, lists, a table of what stands now), and both bodies are
// written from the same blocks, so that text and HTML say the same. Words come
// from the catalogues of lang, keys mail.TEMPLATE.*; which blocks a template
// has stands in the tables of template.go.
package notify

import (
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/message"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// Notice is everything that one mail is made of.
type Notice struct {
	// Effect names template, recipient and the facts Seq..Last that it tells.
	Effect support.Effect
	// Request is folded up to now, which may be later than the facts.
	Request *support.Request
	// Facts are Effect.Seq..Effect.Last; others are ignored.
	Facts []support.Fact
	// Texts are the contents that facts and request refer to, by content id. A
	// text that is missing or empty was erased and is said to be so.
	Texts map[int64]string
	// Recipient is the one person who is written to.
	Recipient Recipient
	// People are the names of those who appear, by actor.
	People lang.People
	// Pack is the desk's current pack, for names and hours.
	Pack *policy.Pack
	Desk Desk
	// At is the desk's clock when the mail is made; it becomes its Date.
	At time.Time
	// Thread are the ids of the mails that this one follows, in the order in which
	// they went between its reader and the desk, with their angle brackets.
	Thread []string
	// Files are how customers come by the files of the facts, by the fact's seq.
	Files map[int64]File
	// Own gives the desk's own words in a language, instead of ours; nil: there are none.
	Own func(language string) *lang.Own
}

// File is how a reader of a mail comes by a file that stands with an entry.
type File struct {
	// Content is the whole file, which goes with the mail; nil: it does not.
	Content []byte
	Link    string    // where it is taken otherwise; "" is a desk without pages
	Until   time.Time // until when Link leads there without signing in; zero: never
}

// Recipient is who reads the mail.
type Recipient struct {
	lang.Person
	Email string
	// Language is a tag such as ja or en-GB; one without catalogue is English.
	Language string
	// Zone is an IANA name, in which instants are written; "" is UTC.
	Zone string
	// Number is the customer number, 10 digits (R16); "" for staff.
	Number string
	// Country is that of the recipient's account (ISO 3166-1), by which the
	// telephone number is found (R55); "" when unknown.
	Country string
	// Staff tells people of the vendor from customers.
	Staff bool
}

// Desk is under whose name mails leave.
type Desk struct {
	Name string
	// Sender is the bare address: support@example.com. What follows the @ ends
	// every Message-ID.
	Sender string
	// BaseURL is that of the portal, without a slash at the end; "" is a desk
	// without pages, whose mails carry no link.
	BaseURL string
}

// Mail is a rendered message, ready to be sent or written to a file.
type Mail struct {
	// Key is the effect's, under which the mail is sent once.
	Key      string
	To, From Address
	Subject  string
	Text     string // lines end in \n
	HTML     string
	Language string // of both bodies
	// Headers are those beside From, To, Subject, Date, Message-ID and MIME's, in
	// the order in which they are written.
	Headers []Header
	// MessageID is <key@host>, with its angle brackets. The same effect always
	// gives the same one, so that a mail sent twice can be told.
	MessageID string
	Date      time.Time
	// ReplyTo is where an answer goes; without Email to From.
	ReplyTo Address
	// ReturnPath is where reports of this mail go, the sender of its envelope: ""
	// is From's address, [Nobody] the null one.
	ReturnPath string
	Files      []message.Enclosure
	// Signature is a field with its end of line that stands before all others, over
	// the bytes without it; "" is none.
	Signature string
}

// Nobody is the return path of a mail that must not come back: <> in SMTP.
const Nobody = "<>"

// Envelope is the address that the mail's envelope comes from; "" is the null one.
func (m Mail) Envelope() string {
	switch m.ReturnPath {
	case "":
		return m.From.Email
	case Nobody:
		return ""
	}
	return m.ReturnPath
}

// Address is a name and a bare address. The name may be empty.
type Address = message.Address

// Header is one line of a message's head, neither encoded nor folded.
type Header = message.Header
