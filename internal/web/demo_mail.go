package web

import (
	"cmp"
	"crypto/rand"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"madoguchi/internal/lang"
	"madoguchi/internal/message"
	"madoguchi/internal/support"
)

// demoMailPath is where a demo takes mails in.
const demoMailPath = "/demo/mail"

// Arrival is a mail that somebody sends in to a demo's desk.
type Arrival struct {
	From   string   // of the envelope; "" is null
	To     []string // of the envelope
	Forged bool     // it does not come from where its sender's mails come
	Raw    []byte
}

// demoMailPage writes a mail as somebody.
type demoMailPage struct {
	frame
	Ready  []navItem
	Form   typed
	Fields []field
}

// Kinds of mails that are sent in.
const (
	mailPerson   = "person"
	mailVacation = "vacation"
	mailBounce   = "bounce"
)

// maxDemoFile is how large the file of a mail may be that is sent in.
const maxDemoFile = 10 << 20

func (s *site) demoMailRoutes() []route {
	return []route{
		{"GET " + demoMailPath, anybody, s.demoMail},
		{"POST " + demoMailPath, anybody, s.sendIn},
	}
}

func (s *site) demoMail(v *visit) error { return v.page(demoMailView(s.demoMailWith(v, typed{}))) }

// readyMails are those that are written already.
var readyMails = []string{"answer", mailVacation, mailBounce, "unknown", "forged"}

func (s *site) demoMailWith(v *visit, form typed) demoMailPage {
	p := demoMailPage{frame: v.frame, Form: form}
	q := v.URL.Query()
	newest := s.newestToContact()
	ready := q.Get("ready")
	for _, name := range readyMails {
		if newest == 0 && (name == "answer" || name == mailVacation || name == mailBounce) {
			continue // there is nothing yet that it would answer
		}
		p.Ready = append(p.Ready, navItem{Path: demoMailPath + "?ready=" + name, Label: v.T("demo_mail." + name), Here: ready == name})
	}
	n, _ := strconv.ParseInt(q.Get("answer"), 10, 64)
	if n == 0 && (ready == "answer" || ready == mailVacation || ready == mailBounce) {
		n = newest
	}
	p.Fields = form.kept("mail", s.demoMailFields(v, n, ready))
	return p
}

// newestToContact is the newest mail that went to a customer; 0 for none.
func (s *site) newestToContact() int64 {
	for _, m := range s.Mails() {
		if slices.ContainsFunc(s.Cast, func(f Figure) bool { return f.Email == m.To && f.Actor.Kind == support.Customer }) {
			return m.N
		}
	}
	return 0
}

// answered is the mail of the outbox of that number, if there is one.
func (s *site) answered(n int64) (Posted, message.Inbound, bool) {
	for _, m := range s.Mails() {
		if m.N == n {
			return m, message.Parse(m.Raw()), true
		}
	}
	return Posted{}, message.Inbound{}, false
}

func (s *site) demoMailFields(v *visit, answers int64, ready string) []field {
	from, other, subject, words, kind, proof := "", "", "", "", mailPerson, "right"
	if len(s.Cast) > 0 {
		from = s.Cast[0].Email
	}
	m, in, ok := s.answered(answers)
	if ok {
		from, subject = m.To, "Re: "+strings.TrimPrefix(in.Subject, "Re: ")
		words = "\n\n" + quoted(v.voice, m, in)
	}
	switch ready {
	case mailVacation:
		kind, subject, words = mailVacation, v.T("demo_mail.vacation_subject"), v.T("demo_mail.vacation_text")
	case mailBounce:
		kind, subject, words = mailBounce, "Undelivered Mail Returned to Sender", ""
	case "unknown":
		from, other, subject, words = "", "stranger@elsewhere.example", v.T("demo_mail.unknown_subject"), v.T("demo_mail.unknown_text")
	case "forged":
		proof, subject, words = "forged", v.T("demo_mail.forged_subject"), v.T("demo_mail.forged_text")
	}
	return []field{
		{Name: "from", Label: v.T("mail.from"), Kind: "select", Value: from, Options: s.senders(v), Optional: " "},
		{Name: "other", Label: v.T("demo_mail.other_address"), Kind: "email", Value: other, Optional: v.T("optional")},
		{Name: "to", Label: v.T("mail.to"), Kind: "select", Value: strconv.FormatInt(answers, 10), Options: s.addressees(v, answers)},
		{Name: "kind", Label: v.T("demo_mail.kind"), Kind: "radio", Value: kind, Options: []option{
			{Value: mailPerson, Label: v.T("demo_mail.person")}, {Value: mailVacation, Label: v.T("demo_mail.vacation")},
			{Value: mailBounce, Label: v.T("demo_mail.bounce"), Hint: v.T("demo_mail.bounce_hint")},
		}},
		{Name: "proof", Label: v.T("demo_mail.proof"), Kind: "radio", Value: proof, Options: []option{
			{Value: "right", Label: v.T("demo_mail.right")}, {Value: "forged", Label: v.T("demo_mail.is_forged"), Hint: v.T("demo_mail.forged_hint")},
		}},
		{Name: "subject", Label: v.T("mail.subject"), Kind: "text", Value: subject, Optional: v.T("optional")},
		{Name: "text", Label: v.T("mail.text"), Kind: "textarea", Rows: 10, Value: words, Optional: v.T("optional")},
		{Name: "html", Label: v.T("demo_mail.html"), Hint: v.T("demo_mail.html_hint"), Kind: "textarea", Rows: 2, Optional: v.T("optional")},
	}
}

// senders are those as whom a mail can be sent in.
func (s *site) senders(v *visit) []option {
	var out []option
	for _, f := range s.Cast {
		out = append(out, option{Value: f.Email, Label: lang.Name(v.Lang, f.Name, false) + " <" + f.Email + ">"})
	}
	return append(out, option{Value: "", Label: v.T("demo_mail.other")})
}

// addressees are the desk itself and the mails that can be answered.
func (s *site) addressees(v *visit, answers int64) []option {
	const most = 30
	out := []option{{Value: "0", Label: v.T("demo_mail.to_desk", "address", s.Desk.Sender())}}
	for i, m := range s.Mails() {
		if i < most || m.N == answers {
			out = append(out, option{Value: strconv.FormatInt(m.N, 10), Label: v.T("demo_mail.to_answer", "subject", m.Subject, "who", cmp.Or(m.Name, m.To))})
		}
	}
	return out
}

// quoted is a mail as a mailer writes it below an answer.
func quoted(voice lang.Voice, m Posted, in message.Inbound) string {
	lines := strings.Split(strings.TrimRight(in.Text, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight("> "+lines[i], " ")
	}
	who := ""
	if len(in.From) > 0 {
		who = in.From[0].Name + " <" + in.From[0].Email + ">"
	}
	at := m.At.UTC().Format("Mon, 2 Jan 2006 at 15:04")
	if voice.Lang == lang.Japanese {
		return m.At.UTC().Format("2006年1月2日 15:04") + " " + who + ":\n" + strings.Join(lines, "\n")
	}
	return "On " + at + ", " + who + " wrote:\n" + strings.Join(lines, "\n")
}

// sendIn hands a mail to the desk as a server of somebody would.
func (s *site) sendIn(v *visit) error {
	var files []message.Enclosure
	err := v.parseWith(func(name string, body io.Reader) error {
		b, err := io.ReadAll(io.LimitReader(body, maxDemoFile+1))
		if err == nil && len(b) > maxDemoFile {
			err = support.Refuse(support.TooLarge, "api.too_large", "limit", strconv.Itoa(maxDemoFile))
		}
		if len(b) > 0 {
			files = append(files, message.Enclosure{Name: name, Type: http.DetectContentType(b), Content: b})
		}
		return err
	})
	if err == nil {
		err = s.arrive(v, files)
	}
	if err == nil {
		return v.goTo(demoMailPath, "mail_sent_in")
	}
	form, err := v.refused("mail", err)
	if err != nil {
		return err
	}
	v.show(statusOf(form.Trouble.code), demoMailView(s.demoMailWith(v, form)))
	return nil
}

func (s *site) arrive(v *visit, files []message.Enclosure) error {
	f := v.PostForm
	from := message.Address{Email: strings.TrimSpace(cmp.Or(f.Get("from"), f.Get("other")))}
	if !strings.Contains(from.Email, "@") {
		return support.Wrong("other", "page.demo_mail.sender")
	}
	for _, x := range s.Cast {
		if x.Email == from.Email {
			from.Name = lang.Name(v.Lang, x.Name, false)
		}
	}
	n, _ := strconv.ParseInt(f.Get("to"), 10, 64)
	m, in, answers := s.answered(n)
	to := s.Desk.Sender()
	if answers {
		to = answerAddress(in, to)
	}
	_, host, _ := strings.Cut(from.Email, "@")
	if f.Get("kind") == mailBounce {
		if !answers {
			return support.Wrong("to", "page.demo_mail.bounce_of")
		}
		to = cmp.Or(m.ReturnPath, to)
		raw := report(m, to, s.Desk.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700"))
		return s.SendIn(v.Context(), Arrival{To: []string{to}, Raw: raw})
	}
	d := message.Draft{
		From: from, To: []message.Address{{Email: to}}, Subject: f.Get("subject"), Text: strings.ReplaceAll(f.Get("text"), "\r\n", "\n"), HTML: f.Get("html"),
		MessageID: message.MessageID(strings.ToLower(rand.Text()), "mail."+host), Date: s.Desk.Now(), Files: files,
	}
	if answers {
		d.Headers = append(d.Headers, message.Header{Name: "In-Reply-To", Value: "<" + in.MessageID + ">"})
		refs := ""
		for _, r := range append(slices.Clone(in.Refs), in.MessageID) {
			refs += "<" + r + "> "
		}
		d.Headers = append(d.Headers, message.Header{Name: "References", Value: strings.TrimSpace(refs)})
	}
	if f.Get("kind") == mailVacation {
		d.Headers = append(d.Headers, message.Header{Name: "Auto-Submitted", Value: "auto-replied (vacation)"})
	}
	return s.SendIn(v.Context(), Arrival{From: from.Email, To: []string{to}, Forged: f.Get("proof") == "forged", Raw: d.Bytes()})
}

// answerAddress is to whom a mailer would answer.
func answerAddress(in message.Inbound, otherwise string) string {
	for _, list := range [][]message.Address{in.ReplyTo, in.From} {
		if len(list) > 0 {
			return list[0].Email
		}
	}
	return otherwise
}

// report says as a mail server does that nobody has the address of a mail (RFC 3464).
func report(m Posted, to, date string) []byte {
	const boundary = "report-of-a-mail"
	_, host, _ := strings.Cut(m.To, "@")
	head, _, _ := strings.Cut(string(m.Raw()), "\r\n\r\n")
	lines := []string{
		"From: Mail Delivery System <MAILER-DAEMON@mx." + host + ">", "To: <" + to + ">", "Subject: Undelivered Mail Returned to Sender",
		"Date: " + date, "Message-ID: <" + strings.ToLower(rand.Text()) + "@mx." + host + ">", "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
		`Content-Type: multipart/report; report-type=delivery-status; boundary="` + boundary + `"`, "",
		"--" + boundary, "Content-Type: text/plain; charset=us-ascii", "",
		"I'm sorry to have to inform you that your message could not be delivered.", "", "<" + m.To + ">: host mx." + host + " said: 550 5.1.1 User unknown", "",
		"--" + boundary, "Content-Type: message/delivery-status", "",
		"Reporting-MTA: dns; mx." + host, "", "Final-Recipient: rfc822; " + m.To, "Action: failed", "Status: 5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 User unknown", "",
		"--" + boundary, "Content-Type: text/rfc822-headers", "", head, "", "--" + boundary + "--", "",
	}
	return []byte(strings.Join(lines, "\r\n"))
}
