package message

import (
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// MaxHTML is how much HTML is made fit to be seen. Of a longer one the text is
// shown.
const MaxHTML = 2 << 20

// policy is what of a mail's HTML may stand in a page: its structure, links that
// lead somewhere by themselves, and images of the mail itself. No style, script,
// form, frame or name of ours gets through, and nothing that a browser would
// fetch from elsewhere (T27, T28).
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "div", "span", "b", "i", "u", "s", "em", "strong", "strike", "del", "ins", "small", "big", "sub", "sup", "tt", "code", "pre", "samp", "kbd", "var",
		"blockquote", "q", "cite", "abbr", "address", "center", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd",
		"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "figure", "figcaption")
	span := regexp.MustCompile(`^[0-9]{1,3}$`)
	p.AllowAttrs("colspan", "rowspan").Matching(span).OnElements("td", "th")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(?:ltr|rtl|auto)$`)).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}$`)).Globally()
	p.AllowAttrs("start").Matching(span).OnElements("ol")
	// "https:logout" is a link of the page's own site to a browser.
	p.AllowAttrs("href").Matching(regexp.MustCompile(`(?i)^(?:https?://[^/\\\s]|mailto:|tel:)`)).OnElements("a")
	p.AllowAttrs("title").OnElements("abbr")
	p.AllowAttrs("src").Matching(regexp.MustCompile(`(?i)^cid:[^\s"'<>]{1,500}$`)).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(regexp.MustCompile(`^[0-9]{1,4}$`)).OnElements("img")
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	p.RequireParseableURLs(true)
	p.RequireNoReferrerOnLinks(true)
	p.RequireNoFollowOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
})

// Sanitise makes a mail's HTML fit to stand in a page. image gives the address
// under which the page finds the part of a Content-ID, "" when there is none;
// without one the image's words stand in its place. ok is false when the HTML is
// longer than [MaxHTML] or nested beyond reason: then the text is to be shown.
func Sanitise(s string, image func(cid string) string) (safe string, ok bool) {
	if len(s) > MaxHTML {
		return "", false
	}
	// A browser's reading of it first, so that what is taken away cannot make
	// something else of what is left.
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return "", false
	}
	var b strings.Builder
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil {
			return "", false
		}
	}
	return images(policy().Sanitize(b.String()), image), true
}

// images gives the images of sanitised HTML their addresses.
func images(s string, image func(cid string) string) string {
	if !strings.Contains(s, "<img") {
		return s
	}
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out.String()
		}
		raw := string(z.Raw())
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			out.WriteString(raw)
			continue
		}
		t := z.Token()
		if t.DataAtom != atom.Img {
			out.WriteString(raw)
			continue
		}
		out.WriteString(imageTag(t, image))
	}
}

func imageTag(t html.Token, image func(cid string) string) string {
	var rest strings.Builder
	src, alt := "", ""
	for _, a := range t.Attr {
		switch a.Key {
		case "src":
			if cid := contentID(unescaped(a.Val[len("cid:"):])); cid != "" {
				src = image(cid)
			}
		case "alt":
			alt = a.Val
		default:
			rest.WriteString(" " + a.Key + `="` + html.EscapeString(a.Val) + `"`)
		}
	}
	if src == "" {
		return html.EscapeString(alt)
	}
	return `<img src="` + html.EscapeString(src) + `" alt="` + html.EscapeString(alt) + `"` + rest.String() + `>`
}

func unescaped(s string) string { return string(unpercent(s)) }

// HTMLText is what HTML says, as text: quotes begin with "> ", items of lists with
// a hyphen, and links show where they lead when their words do not.
func HTMLText(s string) string {
	t := readHTML(s)
	return t.text()
}

// htmlLine is a line of the text and the place in the HTML where it began.
type htmlLine struct {
	text string
	from int
}

// htmlReader makes lines of a stream of tags. It keeps no tree: whatever mailers
// forgot to end does not matter.
type htmlReader struct {
	lines []htmlLine
	line  strings.Builder
	from  int  // where the line began
	blank bool // a blank is due before the next word
	depth int  // of quotes
	pre   int
	skip  int // inside of what is no text
	href  string
	words int // where the words of the link began
	lists []int
}

// apart are the elements that begin a line, those that are true have an empty
// line around them.
var apart = map[atom.Atom]bool{
	atom.Div: false, atom.Tr: false, atom.Li: false, atom.Dt: false, atom.Dd: false, atom.Table: false, atom.Section: false, atom.Article: false, atom.Header: false, atom.Footer: false, atom.Center: false, atom.Address: false, atom.Caption: false, atom.Figure: false, atom.Form: false,
	atom.P: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Blockquote: true, atom.Ul: true, atom.Ol: true, atom.Dl: true, atom.Pre: true,
}

func readHTML(s string) *htmlReader {
	r := &htmlReader{}
	z := html.NewTokenizer(strings.NewReader(s))
	at := 0
	for {
		kind := z.Next()
		raw := len(z.Raw())
		if kind == html.ErrorToken {
			break
		}
		switch kind {
		case html.TextToken:
			r.say(string(z.Text()), at)
		case html.StartTagToken, html.SelfClosingTagToken:
			r.open(z.Token(), at, kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			r.close(z.Token(), at)
		}
		at += raw
	}
	r.end(at)
	return r
}

func (r *htmlReader) text() string {
	var b strings.Builder
	for _, l := range r.lines {
		b.WriteString(l.text)
		b.WriteByte('\n')
	}
	return strings.TrimRight(b.String(), "\n")
}

// end ends the line.
func (r *htmlReader) end(at int) {
	if r.line.Len() == 0 {
		return
	}
	r.lines = append(r.lines, htmlLine{r.quote() + strings.TrimRight(r.line.String(), " "), r.from})
	r.line.Reset()
	r.blank, r.from, r.words = false, at, 0
}

func (r *htmlReader) quote() string { return strings.Repeat("> ", min(r.depth, 20)) }

// gap leaves one line empty, not two.
func (r *htmlReader) gap(at int) {
	r.end(at)
	if n := len(r.lines); n > 0 && strings.Trim(r.lines[n-1].text, "> ") != "" {
		r.lines = append(r.lines, htmlLine{strings.TrimRight(r.quote(), " "), at})
	}
}

func (r *htmlReader) say(s string, at int) {
	if r.skip > 0 {
		return
	}
	s = cleanText(s)
	if r.pre > 0 {
		for i, l := range strings.Split(s, "\n") {
			if i > 0 {
				if r.line.Len() == 0 {
					r.line.WriteByte(' ')
				}
				r.end(at)
			}
			r.start(at)
			r.line.WriteString(l)
		}
		return
	}
	for i, w := range strings.FieldsFunc(s, htmlBlank) {
		if (i > 0 || r.blank || htmlBlank(rune(s[0]))) && r.line.Len() > 0 {
			r.line.WriteByte(' ')
		}
		r.blank = false
		r.start(at)
		r.line.WriteString(strings.ReplaceAll(w, "\u00a0", " "))
	}
	if s != "" && htmlBlank(rune(s[len(s)-1])) && r.line.Len() > 0 {
		r.blank = true
	}
}

func htmlBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }

func (r *htmlReader) start(at int) {
	if r.line.Len() == 0 {
		r.from = at
	}
}

func (r *htmlReader) open(t html.Token, at int, alone bool) {
	switch t.DataAtom {
	case atom.Script, atom.Style, atom.Title, atom.Iframe:
		if !alone {
			r.skip++
		}
		return
	case atom.Br:
		if r.line.Len() == 0 {
			r.lines = append(r.lines, htmlLine{strings.TrimRight(r.quote(), " "), at})
		}
		r.end(at)
		return
	case atom.Hr:
		r.end(at)
		r.lines = append(r.lines, htmlLine{r.quote() + "________________________________", at})
		return
	case atom.Img:
		// An image of the mail says something, also where its words are missing.
		words := tidy(attr(t, "alt"))
		if src := tidy(attr(t, "src")); words == "" && strings.HasPrefix(src, "cid:") {
			words = src
		}
		if words != "" {
			r.say("["+words+"]", at)
		}
		return
	case atom.Td, atom.Th:
		if r.line.Len() > 0 {
			r.line.WriteByte('\t')
		}
		return
	case atom.A:
		r.href, r.words = attr(t, "href"), r.line.Len()
		return
	}
	wide, block := apart[t.DataAtom]
	if !block || alone {
		return
	}
	if wide {
		r.gap(at)
	}
	r.end(at)
	switch t.DataAtom {
	case atom.Blockquote:
		r.depth++
	case atom.Pre:
		r.pre++
	case atom.Li:
		r.start(at)
		r.line.WriteString("- ")
	}
}

func (r *htmlReader) close(t html.Token, at int) {
	switch t.DataAtom {
	case atom.Script, atom.Style, atom.Title, atom.Iframe:
		r.skip = max(r.skip-1, 0)
		return
	case atom.A:
		r.link()
		return
	}
	wide, block := apart[t.DataAtom]
	if !block {
		return
	}
	r.end(at)
	switch t.DataAtom {
	case atom.Blockquote:
		r.depth = max(r.depth-1, 0)
	case atom.Pre:
		r.pre = max(r.pre-1, 0)
	}
	if wide {
		r.gap(at)
	}
}

// link shows where a link leads, unless its words say so.
func (r *htmlReader) link() {
	const longest = 300
	href := tidy(r.href)
	r.href = ""
	if !strings.HasPrefix(href, "http://") && !strings.HasPrefix(href, "https://") || len(href) > longest {
		return
	}
	words := ""
	if r.words <= r.line.Len() {
		words = strings.TrimSpace(r.line.String()[r.words:])
	}
	bare := func(s string) string {
		s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
		return strings.TrimRight(s, "/")
	}
	if words != "" && bare(words) != bare(href) {
		r.line.WriteString(" <" + href + ">")
	}
}

func attr(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
