package notify

import (
	"fmt"
	"strings"

	"madoguchi/internal/lang"
	"madoguchi/internal/message"
	"madoguchi/internal/support"
)

// Render makes the mail of a notice. It fails only on a notice that the desk
// put together wrongly: a template that does not exist or is not for this kind
// of recipient, a recipient without address, facts that are missing.
func Render(n Notice) (Mail, error) {
	t, ok := templates[n.Effect.Template]
	switch {
	case !ok:
		return Mail{}, fmt.Errorf("render %s: there is no template %q", n.Effect.Key, n.Effect.Template)
	case t.staff != n.Recipient.Staff:
		return Mail{}, fmt.Errorf("render %s: template %s is not for this recipient", n.Effect.Key, n.Effect.Template)
	case n.Recipient.Email == "":
		return Mail{}, fmt.Errorf("render %s: the recipient has no address", n.Effect.Key)
	case n.Request == nil || !n.Request.Exists():
		return Mail{}, fmt.Errorf("render %s: the request is missing", n.Effect.Key)
	}
	w := newWriter(n)
	main, ok := w.main(t)
	if !ok {
		return Mail{}, fmt.Errorf("render %s: facts %d to %d hold nothing to tell with template %s",
			n.Effect.Key, n.Effect.Seq, n.Effect.Last, n.Effect.Template)
	}
	if t.staff {
		w.toStaff(main)
	} else {
		w.toCustomer(main)
	}
	m := w.mail(w.subject(t, main), w.number())
	m.Headers, m.Files = w.headers(t), w.enclosed
	return m, nil
}

// mail lays out what was written; title is the HTML's.
func (w *writer) mail(subject, title string) Mail {
	return Mail{
		Key: w.Effect.Key, Subject: subject, Language: w.v.Lang, Date: w.At.UTC(), MessageID: w.messageID(w.Effect.Key),
		To:   Address{Name: lang.Name(w.v.Lang, w.Recipient.Person, false), Email: w.Recipient.Email},
		From: Address{Name: w.Desk.Name, Email: w.Desk.Sender},
		Text: w.doc.text(), HTML: w.doc.html(w.v.Lang, title),
	}
}

// writer writes one mail.
type writer struct {
	Notice
	v     lang.Voice
	facts []support.Fact // of the effect; for customers without what is not public
	doc   document
	// words tells that a person's own words are quoted.
	words    bool
	enclosed []message.Enclosure
}

func newWriter(n Notice) *writer {
	w := &writer{Notice: n}
	// German and French have the words of customer service only (R48).
	full := n.Recipient.Staff || n.Request.Kind() != support.CS
	w.v = lang.Voice{Lang: lang.Base(n.Recipient.Language, full), Zone: n.Recipient.Zone, Pack: n.Pack}
	w.own(n.Own)
	for _, f := range n.Facts {
		mine := f.Seq >= n.Effect.Seq && f.Seq <= n.Effect.Last
		if mine && (n.Recipient.Staff || support.Public(f)) {
			w.facts = append(w.facts, f)
		}
	}
	return w
}

func (w *writer) own(words func(language string) *lang.Own) {
	if words != nil {
		w.v.Own = words(w.v.Lang)
	}
}

// main is the fact by which the template was chosen.
func (w *writer) main(t template) (support.Fact, bool) {
	for _, f := range w.facts {
		if t.tells(f) {
			return f, true
		}
	}
	return support.Fact{}, false
}

func (w *writer) say(key string, pairs ...string) string {
	args := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return w.v.Message(key, args)
}

func (w *writer) number() string { return support.SpokenNumber(w.Request.ID) }

func (w *writer) who(a support.Actor) string { return w.People.Who(w.v.Lang, a) }

func (w *writer) staff(id int64) string {
	return w.who(support.Actor{Kind: support.Vendor, ID: id})
}

func (w *writer) contact(id int64) string {
	return w.who(support.Actor{Kind: support.Customer, ID: id})
}

// text is the content that a fact or the request refers to. One without content
// was erased; one that the door left empty is "".
func (w *writer) text(t support.Text) string {
	if t.Empty() {
		return ""
	}
	s := w.Texts[t.ID]
	if s == "" { // no stored text is
		return w.say("mail.erased")
	}
	return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
}

// pageRow is the link to the request's page; a desk without pages has none.
func (w *writer) pageRow() []row {
	if w.Desk.BaseURL == "" {
		return nil
	}
	return []row{{label: w.say("mail.label.page"), values: []string{w.page()}, href: w.page()}}
}

func (w *writer) page() string {
	page := strings.TrimRight(w.Desk.BaseURL, "/") + "/requests/" + support.Number(w.Request.ID)
	if w.Effect.Template == "survey" {
		page += "/survey" // a page that asks, and takes no answer by being read
	}
	return page
}

// subject: what goes to customers keeps one subject, so that mail programs
// hold the thread together; what goes to staff says what has happened.
func (w *writer) subject(t template, main support.Fact) string {
	title := strings.Join(strings.Fields(w.text(w.Request.Filed.Title)), " ")
	number := "[SR " + w.number() + "] "
	switch {
	case t.subject != "":
		return number + w.event(t.subject, main) + " – " + title
	case w.Effect.Template == acknowledgement:
		return number + title
	}
	return "Re: " + number + title
}

// event fills the subject of a mail to staff.
func (w *writer) event(key string, f support.Fact) string {
	switch b := f.Body.(type) {
	case support.TargetWarned:
		return w.clockEvent(key, b.Metric, b.N)
	case support.TargetMissed:
		return w.clockEvent(key, b.Metric, b.N)
	case support.TargetStarted:
		return w.say(key, "metric", string(b.Target.Metric), "due", w.v.Date(b.Target.DueAt), "severity", itoa(b.Target.Severity))
	case support.Paged:
		return w.say(key, "metric", string(b.Metric), "due", w.v.Date(b.DueAt), "severity", itoa(b.Severity))
	case support.Filed:
		return w.say(key, "severity", itoa(b.Severity))
	case support.SeverityRaiseOverdue:
		return w.say(key, "to", itoa(b.To))
	}
	return w.say(key)
}

func (w *writer) clockEvent(key string, m support.Metric, n int) string {
	for _, c := range w.Request.Clocks {
		if c.Metric == m && c.N == n {
			return w.say(key, "metric", string(m), "due", w.v.Date(c.DueAt))
		}
	}
	return w.say(key, "metric", string(m), "due", "")
}
