package notify

import (
	"fmt"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// Letter is everything that a mail about something else than a request is made
// of: an invitation, for example. Its words have the keys
// mail.letter.TEMPLATE.subject and .lead, and one for each of Says.
type Letter struct {
	// Effect names template and recipient.
	Effect    support.Effect
	Recipient Recipient
	Page      LetterPage
	Pack      *policy.Pack
	Desk      Desk
	// At is the desk's clock when the letter is made; it becomes its Date.
	At time.Time
	// Own gives the desk's own words in a language, instead of ours; nil: there are none.
	Own func(language string) *lang.Own
}

// LetterPage is what a letter says. The zero value says its lead alone.
type LetterPage struct {
	// Args fill all its words, as [lang.Message] takes them.
	Args map[string]string
	// Says are the last parts of the keys of the paragraphs after the lead.
	Says []string
	// Quote is somebody's own words; "" is none.
	Quote string
	// Rows stand in a table below.
	Rows []LetterRow
}

// LetterRow is one line of a letter's table.
type LetterRow struct {
	Label string // key of the label's words
	Value string
	Link  bool // the value is an address of the web
}

// VoiceOf is the language, zone and names in which somebody reads letters.
func VoiceOf(r Recipient, p *policy.Pack) lang.Voice {
	return lang.Voice{Lang: lang.Base(r.Language, true), Zone: r.Zone, Pack: p}
}

// RenderLetter makes the mail of a letter. It fails on one that the desk put
// together wrongly: without words, or to somebody without an address.
func RenderLetter(l Letter) (Mail, error) {
	key := "mail.letter." + l.Effect.Template + "."
	switch {
	case !lang.Has(lang.English, key+"subject"):
		return Mail{}, fmt.Errorf("render %s: there is no letter %q", l.Effect.Key, l.Effect.Template)
	case l.Recipient.Email == "":
		return Mail{}, fmt.Errorf("render %s: the recipient has no address", l.Effect.Key)
	}
	w := &writer{Notice: Notice{Effect: l.Effect, Recipient: l.Recipient, Pack: l.Pack, Desk: l.Desk, At: l.At}, v: VoiceOf(l.Recipient, l.Pack)}
	w.own(l.Own)
	w.doc.joint = joint(w.v.Lang)
	w.greet()
	w.doc.add(strong, w.v.Message(key+"lead", l.Page.Args))
	for _, part := range l.Page.Says {
		if !lang.Has(lang.English, key+part) {
			return Mail{}, fmt.Errorf("render %s: letter %s has no words for %q", l.Effect.Key, l.Effect.Template, part)
		}
		w.doc.add(paragraph, w.v.Message(key+part, l.Page.Args))
	}
	w.doc.add(quote, l.Page.Quote)
	var rows []row
	for _, r := range l.Page.Rows {
		x := row{label: w.say(r.Label), values: []string{r.Value}}
		if r.Link {
			x.href = r.Value
		}
		rows = append(rows, x)
	}
	if l.Recipient.Number != "" {
		rows = append(rows, row{label: w.say("mail.label.customer_number"), values: []string{l.Recipient.Number}})
	}
	if len(rows) > 0 {
		w.doc.blocks = append(w.doc.blocks, block{kind: table, rows: rows})
	}
	foot := "mail.footer_letter"
	if l.Effect.Recipient.Kind == support.ToSubscriber {
		foot = "mail.footer_subscriber"
		if l.Effect.About.Kind == "mail" {
			foot = "mail.footer_stranger"
		}
	}
	w.foot(foot)
	subject := w.v.Message(key+"subject", l.Page.Args)
	m := w.mail(subject, subject)
	m.Headers = []Header{{Name: "Auto-Submitted", Value: "auto-generated"}, {Name: "X-Loop", Value: w.Desk.Sender}, {Name: "X-Auto-Response-Suppress", Value: "OOF, AutoReply"}, {Name: "Content-Language", Value: w.v.Lang}}
	return m, nil
}
