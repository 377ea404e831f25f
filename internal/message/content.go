package message

import (
	"html"
	"strings"
)

// body is one text of a message.
type body struct {
	text string
	html bool
	twin bool // says the same as the text before it
}

// content is what the leaves of a message came to.
type content struct {
	bodies []body // in the order of reading; of alternatives the HTML follows its text
}

// into writes the texts down.
func (c *content) into(in *Inbound) {
	in.Text, in.HTML, in.FromHTML = c.texts()
	in.inline()
}

// texts puts the texts together. Where several parts follow each other, text and
// HTML both hold all of them.
func (c *content) texts() (text, page string, fromHTML bool) {
	var plain, rich []string
	hasHTML, hasPlain := false, false
	for i, b := range c.bodies {
		switch {
		case strings.TrimSpace(b.text) == "":
		case b.html:
			hasHTML = true
			rich = append(rich, b.text)
			if !b.twin {
				plain = append(plain, HTMLText(b.text))
			}
		default:
			hasPlain = true
			plain = append(plain, b.text)
			if i+1 >= len(c.bodies) || !c.bodies[i+1].twin {
				rich = append(rich, "<pre>"+html.EscapeString(b.text)+"</pre>")
			}
		}
	}
	text = strings.Join(plain, "\n")
	if !hasHTML {
		return text, "", false
	}
	return text, strings.Join(rich, "\n"), !hasPlain
}

// inline tells the images that the HTML shows from those that are attached:
// mailers give both a Content-ID.
func (in *Inbound) inline() {
	shown := in.HTML
	if strings.Contains(shown, "%") {
		shown += unescaped(in.HTML)
	}
	for i, f := range in.Files {
		if f.Sort == Inline && (f.CID == "" || !strings.Contains(shown, f.CID)) {
			in.Files[i].Sort = Attached
		}
	}
}

// read makes texts and files of a part and those inside it.
func (p *parser) read(in *Inbound, e *entity, c *content) {
	switch {
	case e.children != nil:
		p.readParts(in, e, c)
	case e.kind == "message/rfc822" || e.kind == "message/global" || e.kind == "message/news":
		p.readMessage(in, e)
	case p.isBody(e):
		p.readText(in, e, c)
	default:
		p.readFile(in, e)
	}
}

func (p *parser) isBody(e *entity) bool {
	if e.disposition == "attachment" || e.name() != "" && e.disposition != "inline" {
		return false
	}
	switch e.kind {
	case "text/plain", "text/html", "text/enriched", "text/richtext", "text/x-markdown", "text/markdown", "text/x-amp-html", "application/xhtml+xml":
		return e.name() == "" || strings.HasPrefix(e.kind, "text/") && e.at == ""
	}
	return false
}

func (p *parser) readParts(in *Inbound, e *entity, c *content) {
	switch e.kind {
	case "multipart/alternative":
		p.readAlternatives(in, e, c)
		return
	case "multipart/report":
		in.report = reportOf(e)
	}
	for _, child := range e.children {
		p.read(in, child, c)
	}
}

// readAlternatives takes the first text and the last HTML; others that say
// something else are kept as files.
func (p *parser) readAlternatives(in *Inbound, e *entity, c *content) {
	var text, rich string
	for _, child := range e.children {
		var mine content
		p.read(in, child, &mine)
		plain, page, fromHTML := mine.texts()
		if page != "" {
			if rich != "" {
				in.keepText(child.at, body{text: rich, html: true})
			}
			rich = page
		}
		switch {
		case fromHTML || strings.TrimSpace(plain) == "":
		case text == "":
			text = plain
		case squeeze(plain) != squeeze(text):
			in.keepText(child.at, body{text: plain})
		}
	}
	if text != "" {
		c.bodies = append(c.bodies, body{text: text})
	}
	if rich != "" {
		c.bodies = append(c.bodies, body{text: rich, html: true, twin: text != ""})
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func (in *Inbound) keepText(at string, b body) {
	name, kind := ".txt", "text/plain"
	if b.html {
		name, kind = ".html", "text/html"
	}
	in.problem(at, OtherText, kind)
	in.Files = append(in.Files, File{Part: at, Name: named("", at, "text", name), Type: kind, Content: []byte(b.text)})
}

// readText decodes a text. One that cannot be is shown as far as it goes and kept
// as a file.
func (p *parser) readText(in *Inbound, e *entity, c *content) {
	raw, ok := p.bytes(in, e)
	kind := e.kind
	text, good := toUTF8(raw, charsetOf(e, raw), false)
	if !good {
		in.problem(e.at, BadCharset, e.params["charset"])
	}
	if !ok || !good && strings.Count(text, "\ufffd") > 0 {
		in.Files = append(in.Files, File{Part: e.at, Sort: Unreadable, Name: named("", e.at, "unreadable", ".txt"), Type: kind, Content: e.body})
		in.problem(e.at, NotDecodable, kind)
	}
	rich := kind == "text/html" || kind == "application/xhtml+xml" || kind == "text/x-amp-html"
	if kind == "text/enriched" || kind == "text/richtext" {
		text, rich = enriched(text), false
	}
	text = cleanText(text)
	if !rich {
		if strings.EqualFold(e.params["format"], "flowed") {
			text = unflow(text, strings.EqualFold(e.params["delsp"], "yes"))
		}
		text = in.uuencoded(e.at, text)
	}
	c.bodies = append(c.bodies, body{text: text, html: rich})
}

// bytes takes the transfer encoding of a part off.
func (p *parser) bytes(in *Inbound, e *entity) (b []byte, ok bool) {
	name, known := e.encoding()
	if !known {
		in.problem(e.at, BadEncoding, e.head.first("content-transfer-encoding"))
	}
	b, ok = undo(name, e.body)
	if !ok {
		in.problem(e.at, BadEncoding, name)
	}
	return b, ok
}

// charsetOf is what a text says of its own charset: HTML may say it inside.
func charsetOf(e *entity, raw []byte) string {
	if s := e.params["charset"]; s != "" || e.kind != "text/html" {
		return s
	}
	return metaCharset(raw)
}

// readMessage reads a message inside the message, which is kept as a file too.
func (p *parser) readMessage(in *Inbound, e *entity) {
	raw, ok := p.bytes(in, e)
	f := File{Part: e.at, Sort: Nested, Type: e.kind, Content: raw}
	if p.refused == "" && ok {
		if e.depth >= MaxDepth {
			p.refuse(TooDeep)
		} else {
			inside := e.at
			if inside == "" {
				inside = "1"
			}
			f.Message = p.message(lines(raw), inside, e.depth+1)
		}
	}
	name := e.name()
	if name == "" && f.Message != nil && f.Message.Subject != "" {
		name = f.Message.Subject + ".eml"
	}
	f.Name = named(name, e.at, "message", ".eml")
	in.Files = append(in.Files, f)
}

// endings are those of files whose sender gave them no name.
var endings = map[string]string{
	"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "text/plain": ".txt", "text/html": ".html", "text/csv": ".csv", "text/calendar": ".ics",
	"application/pdf": ".pdf", "application/zip": ".zip", "application/ms-tnef": ".dat", "application/pgp-signature": ".asc", "application/pgp-encrypted": ".asc",
	"application/pkcs7-signature": ".p7s", "application/x-pkcs7-signature": ".p7s", "application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m",
	"message/delivery-status": ".txt", "message/global-delivery-status": ".txt", "message/disposition-notification": ".txt", "text/rfc822-headers": ".txt", "message/feedback-report": ".txt",
}

// readFile keeps a part as a file.
func (p *parser) readFile(in *Inbound, e *entity) {
	b, ok := p.bytes(in, e)
	f := File{Part: e.at, Type: e.kind, Content: b, CID: contentID(e.head.first("content-id")), Sort: sortOf(e)}
	if !ok {
		f.Sort = Unreadable
		in.problem(e.at, NotDecodable, e.kind)
	}
	ending := endings[e.kind]
	if ending == "" {
		ending = ".bin"
	}
	name := e.name()
	if name == "" {
		name = locationName(e.head.first("content-location"))
	}
	fallback, _, _ := strings.Cut(e.kind, "/")
	if fallback == "application" || fallback == "" {
		fallback = "file"
	}
	f.Name = named(name, e.at, fallback, ending)
	in.Files = append(in.Files, f)
}

func contentID(v string) string { return clean(strings.Trim(strings.TrimSpace(v), "<>")) }

// locationName is the last part of a location, where a file has no other name.
func locationName(v string) string {
	v = words(v)
	if i := strings.IndexAny(v, "?#"); i >= 0 {
		v = v[:i]
	}
	return v[strings.LastIndexByte(v, '/')+1:]
}

func sortOf(e *entity) Sort {
	switch e.kind {
	case "application/ms-tnef", "application/vnd.ms-tnef":
		return TNEF
	case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature":
		return Signature
	case "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted":
		if strings.EqualFold(e.params["smime-type"], "signed-data") {
			return Attached
		}
		return Encrypted
	case "message/delivery-status", "message/global-delivery-status", "message/disposition-notification", "text/rfc822-headers", "message/feedback-report", "message/global-headers":
		return Report
	}
	if strings.EqualFold(e.name(), "winmail.dat") {
		return TNEF
	}
	if e.disposition != "attachment" && strings.HasPrefix(e.kind, "image/") && (e.head.has("content-id") || e.disposition == "inline") {
		return Inline
	}
	return Attached
}
