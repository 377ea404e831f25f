package web

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/blob"
	"madoguchi/internal/message"
	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// outboxPath is where a demo shows what its desk has sent.
const outboxPath = "/demo/outbox"

// Posted is a mail that a demo's desk has sent. N counts them from 1.
type Posted struct {
	N              int64
	Name, To       string
	Subject, Words string // Words is how the text begins
	At             time.Time
	Raw            func() []byte // as it left
	ReturnPath     string        // where reports of it go; "": nowhere
}

// outboxPage lists mails, of all or of one reader.
type outboxPage struct {
	frame
	Readers     []navItem
	Reader      string
	Mails       []postedView
	Write       string // where a mail is sent in
	Next, First string
}

type postedView struct{ Path, Who, Address, Subject, Words, At string }

// postedPage is one mail as its reader sees it, in one of four ways.
type postedPage struct {
	frame
	Subject      string
	Facts        []pair
	Ways         []navItem
	As           string
	Shown        string // the address of the HTML
	Text         string
	Head         []pair
	Files        []pair
	Source       string // the address of the mail as it left
	Reply        string // where an answer to it is written
	Newer, Older string
}

func (s *site) outboxRoutes() []route {
	one := outboxPath + "/{mail}"
	return []route{
		{"GET " + outboxPath, anybody, s.outbox},
		{"GET " + one, anybody, s.posted},
		{"GET " + one + "/html", anybody, s.postedHTML},
		{"GET " + one + "/source", anybody, s.postedSource},
	}
}

func postedPath(n int64) string { return outboxPath + "/" + strconv.FormatInt(n, 10) }

func (s *site) outbox(v *visit) error {
	all := s.Mails()
	p := outboxPage{frame: v.frame, Reader: v.URL.Query().Get("to")}
	if s.SendIn != nil {
		p.Write = demoMailPath
	}
	seen := map[string]int{}
	for _, m := range all {
		if seen[m.To]++; seen[m.To] == 1 {
			p.Readers = append(p.Readers, navItem{Path: outboxPath + "?" + url.Values{"to": {m.To}}.Encode(), Label: cmp.Or(m.Name, m.To), Here: m.To == p.Reader, Key: m.To})
		}
	}
	slices.SortFunc(p.Readers, func(a, b navItem) int { return cmp.Compare(a.Label, b.Label) })
	p.Readers = append([]navItem{{Path: outboxPath, Label: v.T("outbox.all"), Here: p.Reader == ""}}, p.Readers...)
	before, _ := strconv.ParseInt(v.URL.Query().Get("before"), 10, 64)
	q := narrowed(v.URL.Query())
	if before > 0 {
		q.Del("before")
		p.First = outboxPath + "?" + q.Encode()
	}
	last := int64(0)
	for _, m := range all {
		if p.Reader != "" && m.To != p.Reader || before > 0 && m.N >= before {
			continue
		}
		if len(p.Mails) == rowsShown {
			q.Set("before", strconv.FormatInt(last, 10))
			p.Next = outboxPath + "?" + q.Encode()
			break
		}
		last = m.N
		p.Mails = append(p.Mails, postedView{postedPath(m.N), cmp.Or(m.Name, m.To), m.To, m.Subject, m.Words, v.voice.Date(m.At)})
	}
	return v.page(outboxView(p))
}

// mailOf is the mail that the address names, and what it says to its reader.
func (s *site) mailOf(v *visit) (Posted, message.Inbound, error) {
	n, err := strconv.ParseInt(v.PathValue("mail"), 10, 64)
	if err != nil {
		return Posted{}, message.Inbound{}, nowhere(v)
	}
	for _, m := range s.Mails() {
		if m.N == n {
			return m, message.Parse(m.Raw()), nil
		}
	}
	return Posted{}, message.Inbound{}, nowhere(v)
}

// waysToRead are the ways in which a mail is shown.
var waysToRead = []string{"html", "text", "head", "source"}

func (s *site) posted(v *visit) error {
	m, in, err := s.mailOf(v)
	if err != nil {
		return err
	}
	path := postedPath(m.N)
	p := postedPage{frame: v.frame, Subject: in.Subject, As: v.URL.Query().Get("as"), Source: path + "/source"}
	if s.SendIn != nil {
		p.Reply = demoMailPath + "?answer=" + strconv.FormatInt(m.N, 10)
	}
	if !slices.Contains(waysToRead, p.As) {
		p.As = waysToRead[0]
	}
	if in.HTML == "" && p.As == "html" {
		p.As = "text"
	}
	for _, as := range waysToRead {
		if as != "html" || in.HTML != "" {
			p.Ways = append(p.Ways, navItem{Path: path + "?as=" + as, Label: v.T("outbox.as_" + as), Here: as == p.As})
		}
	}
	p.Facts = []pair{{v.T("mail.from"), people(in.From)}, {v.T("mail.to"), people(in.To)}, {v.T("mail.sent"), v.voice.Date(m.At)}}
	if len(in.ReplyTo) > 0 {
		p.Facts = append(p.Facts, pair{v.T("mail.reply_to"), people(in.ReplyTo)})
	}
	for _, f := range in.Files {
		p.Files = append(p.Files, pair{f.Name, v.voice.Bytes(int64(len(f.Content)))})
	}
	head, body, _ := strings.Cut(strings.ReplaceAll(string(m.Raw()), "\r\n", "\n"), "\n\n")
	switch p.As {
	case "html":
		p.Shown = path + "/html"
		v.frames()
	case "text":
		p.Text = in.Text
	case "head":
		p.Head = fieldsOf(head)
	case "source":
		p.Text = head + "\n\n" + body
	}
	all := s.Mails()
	i := slices.IndexFunc(all, func(x Posted) bool { return x.N == m.N })
	if i > 0 {
		p.Newer = postedPath(all[i-1].N)
	}
	if i+1 < len(all) {
		p.Older = postedPath(all[i+1].N)
	}
	return v.page(postedMailView(p))
}

// people are addresses, each with its name.
func people(all []message.Address) string {
	var out []string
	for _, a := range all {
		if a.Name == "" {
			out = append(out, a.Email)
			continue
		}
		out = append(out, a.Name+" <"+a.Email+">")
	}
	return strings.Join(out, ", ")
}

// fieldsOf are the lines of a head, those that were folded put together.
func fieldsOf(head string) []pair {
	var out []pair
	for line := range strings.SplitSeq(head, "\n") {
		if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
			if n := len(out); n > 0 {
				out[n-1].Value += " " + strings.TrimSpace(line)
			}
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		out = append(out, pair{name, strings.TrimSpace(value)})
	}
	return out
}

// mailPolicy is for the HTML of a mail in a page of its own: it runs nothing, loads
// nothing, sends nothing and stands in pages of ours alone. Its links lead out of
// the frame when somebody follows them.
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; " +
	"sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"

// frames lets the page hold a frame of ours.
func (v *visit) frames() { v.policy = csp + "; frame-src 'self'" }

// mailHTML answers with the HTML of a mail, for a frame.
func (v *visit) mailHTML(html string) error {
	v.policy = mailPolicy
	v.head("text/html; charset=utf-8")
	write(v.w, v.Request, http.StatusOK, []byte(`<!DOCTYPE html><base target="_top">`+html))
	return nil
}

func (s *site) postedHTML(v *visit) error {
	_, in, err := s.mailOf(v)
	if err != nil {
		return err
	}
	if in.HTML == "" {
		return support.Refuse(support.NotFound, "page.absent")
	}
	return v.mailHTML(in.HTML)
}

// postedSource gives the mail as a file.
func (s *site) postedSource(v *visit) error {
	m, _, err := s.mailOf(v)
	if err != nil {
		return err
	}
	v.saved(m.Raw(), "mail-"+strconv.FormatInt(m.N, 10)+".eml")
	return nil
}

// saved answers with bytes that a browser saves under a name.
func (v *visit) saved(raw []byte, name string) {
	sum := sha256.Sum256(raw)
	blob.Serve(v.w, v.Request, bytes.NewReader(raw), blob.Download{
		Disposition: text.Disposition(name), Type: "message/rfc822", Tag: hex.EncodeToString(sum[:16]),
	})
}
