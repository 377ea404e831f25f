package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alecthomas/kong"
	"golang.org/x/text/width"

	"madoguchi/client"
	"madoguchi/internal/lang"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// remote is what every command over the API needs to know.
type remote struct {
	URL   string `help:"Address of the desk." default:"http://127.0.0.1:8420" env:"MADOGUCHI_URL" placeholder:"URL"`
	Token string `help:"Access token; better given by its environment variable, where other users do not see it." env:"MADOGUCHI_TOKEN" placeholder:"TOKEN"`
	JSON  bool   `help:"Print the API's JSON; errors too, on standard error."`
	Lang  string `help:"Language of what is printed: en or ja; LANG, or the person's own, when left out." enum:",en,ja" default:"" env:"MADOGUCHI_LANG" placeholder:"en|ja"`
}

// reader is whom a command on the database itself speaks to.
type reader struct {
	JSON bool   `help:"Print JSON; errors too, on standard error."`
	Lang string `help:"Language of what is printed: en or ja; LANG when left out." enum:",en,ja" default:"" env:"MADOGUCHI_LANG" placeholder:"en|ja"`
}

func (r reader) language() string { return lang.Base(cmp.Or(r.Lang, systemLanguage()), true) }

// action is one command over the API.
type action interface{ act(s *session) error }

// Run carries out the command that was chosen below this one.
func (r *remote) Run(k *kong.Context, ctx context.Context, in io.Reader, out io.Writer) error {
	s := &session{ctx: ctx, in: in, out: out, json: r.JSON, asked: r.Lang, client: &client.Client{
		BaseURL: r.URL, Token: r.Token, HTTP: &http.Client{Timeout: 60 * time.Second}, Retries: 2,
	}}
	if s.asked == "" {
		s.asked = systemLanguage()
	}
	s.client.Language = s.asked
	err := checkAddress(r.URL)
	if err == nil {
		err = s.carryOut(k.Selected())
	}
	if err == nil {
		return nil
	}
	t := &told{err: err, json: s.json, voice: lang.Voice{Lang: s.language()}, shown: errors.Is(err, errNotEntitled)}
	var refused *client.Error
	if errors.As(err, &refused) && refused.Receipt != nil && !s.json {
		t.voice = s.naming()
	}
	return t
}

// carryOut does what the chosen command says; a group of commands does nothing.
func (s *session) carryOut(n *kong.Node) error {
	if chosen, ok := n.Target.Addr().Interface().(action); ok {
		return chosen.act(s)
	}
	var names []string
	for _, c := range n.Children {
		names = append(names, c.Name)
	}
	return mistake{fmt.Sprintf(s.word("error.choose"), n.FullPath(), strings.Join(names, ", "), n.FullPath())}
}

func checkAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return mistake{fmt.Sprintf("%q is no address of a desk: give --url or MADOGUCHI_URL as http://host:port", address)}
	}
	return nil
}

// session is one command in the making: whom it speaks for and to.
type session struct {
	ctx    context.Context
	in     io.Reader
	out    io.Writer
	json   bool
	asked  string // language that was asked for; "" the person's own
	client *client.Client
	// me is looked up when words or a zone are first needed; a token that may
	// not read leaves it empty.
	me *client.Me
}

// systemLanguage is what the environment says, "" when it says nothing that we
// speak.
func systemLanguage() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		v := os.Getenv(name)
		if v == "" {
			continue
		}
		switch {
		case strings.HasPrefix(v, "ja"):
			return lang.Japanese
		case strings.HasPrefix(v, "en"):
			return lang.English
		}
		return ""
	}
	return ""
}

func (s *session) self() client.Me {
	if s.me == nil {
		me, err := s.client.Me(s.ctx)
		if err != nil {
			me = client.Me{} // who is asking decides only how instants are written
		}
		s.me = &me
	}
	return *s.me
}

func (s *session) language() string {
	if s.asked != "" || s.me == nil {
		return lang.Base(s.asked, true)
	}
	return lang.Base(s.me.Language, true)
}

// voice is how the person is spoken to: in their zone, with its name.
func (s *session) voice() lang.Voice {
	zone := s.self().Zone
	return lang.Voice{Lang: s.language(), Zone: zone}
}

// naming is the voice with the names that the policy in force gives to its
// offerings, products, regions, reasons and what is gathered. Without them ids stand.
func (s *session) naming() lang.Voice {
	v := s.voice()
	p, err := s.client.Policy(s.ctx)
	if err != nil {
		return v
	}
	text := func(name string) policy.Text { return policy.Text{"en": name, v.Lang: name} }
	v.Pack = &policy.Pack{
		Offerings: map[string]policy.Offering{}, Products: map[string]policy.Product{}, Regions: map[string]policy.Region{},
	}
	for _, o := range p.Offerings {
		v.Pack.Offerings[o.ID] = policy.Offering{Name: text(o.Name)}
	}
	for _, o := range p.Products {
		v.Pack.Products[o.Key] = policy.Product{Name: text(o.Name)}
	}
	for _, r := range p.Regions {
		v.Pack.Regions[r.ID] = policy.Region{Name: text(r.Name)}
	}
	for _, r := range p.Reasons {
		v.Pack.Completion.Reasons = append(v.Pack.Completion.Reasons, policy.Reason{ID: r.ID, Name: text(r.Text)})
	}
	item := func(c client.Choice) policy.Item { return policy.Item{ID: c.ID, Text: text(c.Text)} }
	g := &v.Pack.Gathering
	for _, c := range p.Platforms {
		g.Platforms = append(g.Platforms, policy.Platform{Item: item(c)})
	}
	for _, c := range p.Symptoms {
		g.Symptoms = append(g.Symptoms, item(c))
	}
	for _, c := range p.Changes {
		g.Changes = append(g.Changes, item(c))
	}
	for _, c := range p.Gathering {
		g.Instructions = append(g.Instructions, policy.Instruction{Item: item(c)})
	}
	return v
}

func (s *session) word(key string) string { return word(s.language(), key) }

// show prints an answer: as it came with --json, else by write.
func (s *session) show(answer any, write func(w io.Writer, v lang.Voice)) error {
	return s.showAs(s.voice, answer, write)
}

// showNamed is show for what holds ids of the policy.
func (s *session) showNamed(answer any, write func(w io.Writer, v lang.Voice)) error {
	return s.showAs(s.naming, answer, write)
}

func (s *session) showAs(voice func() lang.Voice, answer any, write func(w io.Writer, v lang.Voice)) error {
	if s.json {
		return printJSON(s.out, answer)
	}
	var b strings.Builder
	write(&b, voice())
	_, err := io.WriteString(s.out, b.String())
	return err
}

// give shows what a call gave, unless it was refused.
func give[T any](show func(T) error) func(T, error) error {
	return func(got T, err error) error {
		if err != nil {
			return err
		}
		return show(got)
	}
}

func printJSON(w io.Writer, answer any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(answer)
}

// number checks an SR number before anything is asked of the desk.
func (s *session) number(n string) (string, error) {
	id, err := support.ParseNumber(n)
	var e *support.Error
	if errors.As(err, &e) {
		return "", mistake{lang.Error(s.language(), e)}
	}
	if err != nil {
		return "", err
	}
	return support.Number(id), nil
}

// instant is a flag that holds an RFC 3339 instant; zero when it was not given.
type instant struct{ time.Time }

// UnmarshalText implements encoding.TextUnmarshaler.
func (i *instant) UnmarshalText(b []byte) error {
	t, err := time.Parse(time.RFC3339Nano, string(b))
	if err != nil {
		return fmt.Errorf("%q is no instant: write date, time and zone as in 2026-06-08T13:30:00+09:00", b)
	}
	i.Time = t.UTC()
	return nil
}

// most is how many a list may give; 0, the zero value, says that nobody asked.
type most int

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *most) UnmarshalText(b []byte) error {
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 1 {
		return fmt.Errorf("%q is not how many to list: write a number from 1", b)
	}
	*m = most(n)
	return nil
}

// maxText is more than the desk takes, so that the desk's own words refuse it.
const maxText = 1 << 20

// source reads a text that stands on the command line, in a file, or on
// standard input ("-").
func (s *session) source(text, file string) (string, error) {
	var from io.Reader
	switch {
	case text != "" && file != "":
		return "", mistake{s.word("error.text_twice")}
	case file == "" && text != "-":
		return text, nil
	case file == "" || file == "-":
		from = s.in
	default:
		f, err := os.Open(file)
		if err != nil {
			return "", mistake{fmt.Sprintf(s.word("error.text_file"), err)}
		}
		defer f.Close()
		from = f
	}
	b, err := io.ReadAll(io.LimitReader(from, maxText))
	if err != nil {
		return "", mistake{fmt.Sprintf(s.word("error.text_file"), err)}
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if !utf8.Valid(b) {
		return "", mistake{s.word("error.text_utf8")} // JSON would replace the bytes silently
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// textArg is the text of an entry as last argument.
type textArg struct {
	Text string `arg:"" optional:"" help:"The text; - reads standard input."`
	File string `help:"Read the text from this file; - is standard input." placeholder:"PATH"`
}

// neededText is a textArg that cannot be left out.
type neededText struct {
	Text string `arg:"" optional:"" help:"The text: needed, here or with --file; - reads standard input."`
	File string `help:"Read the text from this file; - is standard input." placeholder:"PATH"`
}

func (a neededText) words(s *session) (string, error) { return textArg(a).words(s) }

// words is the text; empty is a mistake.
func (a textArg) words(s *session) (string, error) {
	text, err := a.may(s)
	if err == nil && strings.TrimSpace(text) == "" {
		err = mistake{s.word("error.text_missing")}
	}
	return text, err
}

// may is the text, which may be empty.
func (a textArg) may(s *session) (string, error) { return s.source(a.Text, a.File) }

// plain takes out of a text what would command a terminal; line ends and tabs
// stay.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// line is a text on one line.
func line(text string) string { return strings.Join(strings.Fields(plain(text)), " ") }

// columns is how wide a terminal shows a text: East Asian wide characters take
// two columns, combining ones none.
func columns(text string) int {
	n := 0
	for _, r := range text {
		if unicode.In(r, unicode.Mn, unicode.Me) {
			continue
		}
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n++
		}
		n++
	}
	return n
}

// table writes rows with aligned columns; the first row is the head.
func table(w io.Writer, rows [][]string) {
	var wide []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(wide) {
				wide = append(wide, 0)
			}
			row[i] = line(cell)
			wide[i] = max(wide[i], columns(row[i]))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", wide[i]-columns(cell)+2))
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// pair is a label and what it labels.
type pair struct{ label, text string }

// pairs writes labels in one column and texts in the next; empty ones are left
// out, further lines of a text stand below its first.
func pairs(w io.Writer, list []pair) {
	wide := 0
	for _, p := range list {
		if p.text != "" {
			wide = max(wide, columns(p.label))
		}
	}
	for _, p := range list {
		if p.text == "" {
			continue
		}
		gap := strings.Repeat(" ", wide-columns(p.label)+2)
		text := strings.ReplaceAll(plain(p.text), "\n", "\n  "+strings.Repeat(" ", wide+2))
		fmt.Fprintf(w, "  %s%s%s\n", p.label, gap, text)
	}
}

// paragraph writes a text with every line indented.
func paragraph(w io.Writer, indent, text string) {
	if text == "" {
		return
	}
	fmt.Fprintln(w, indent+strings.ReplaceAll(plain(text), "\n", "\n"+indent))
}

// label begins a word of the catalogues with a capital, as labels do.
func label(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(r)) + text[size:]
}

// rules writes the guide's ids behind a sentence.
func rules(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return " (" + strings.Join(ids, ", ") + ")"
}
