package message

import (
	"bytes"
	"strconv"
	"strings"
)

// entity is a part with its head, its encoding still on. A multipart has children
// instead of a body.
type entity struct {
	at          string // its place, "" for the whole message
	depth       int
	head        head
	body        []byte
	kind        string // in small letters, "text/plain" where there is none
	params      map[string]string
	disposition string
	names       map[string]string // parameters of the disposition
	children    []*entity
}

// entity reads a part and those inside it.
func (p *parser) entity(in *Inbound, h head, body []byte, at string, depth int) *entity {
	e := &entity{at: at, depth: depth, head: h, body: body}
	if p.parts++; p.parts > MaxParts {
		p.refuse(TooManyParts)
	}
	types := h.all("content-type")
	for i, v := range types {
		kind, params := mediaType(v)
		// of several the one that helps to take the body apart
		if i == 0 || params["boundary"] != "" && e.params["boundary"] == "" {
			e.kind, e.params = kind, params
		}
	}
	e.disposition, e.names = mediaType(h.first("content-disposition"))
	if !strings.Contains(e.kind, "/") {
		e.kind = guessKind(e)
	}
	if !strings.HasPrefix(e.kind, "multipart/") || p.refused != "" {
		return e
	}
	if depth >= MaxDepth {
		p.refuse(TooDeep)
		return e
	}
	p.divide(in, e)
	return e
}

// guessKind is the media type of a part that does not tell it.
func guessKind(e *entity) string {
	if e.params["boundary"] != "" {
		return "multipart/mixed"
	}
	if e.kind == "text" || e.kind == "" && e.disposition != "attachment" && e.name() == "" {
		if e.at != "" && e.kind == "" && looksHTML(e.body) {
			return "text/html"
		}
		return "text/plain"
	}
	name := strings.ToLower(e.name())
	for ending, kind := range map[string]string{".txt": "text/plain", ".log": "text/plain", ".eml": "message/rfc822", ".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif"} {
		if strings.HasSuffix(name, ending) {
			return kind
		}
	}
	return "application/octet-stream"
}

// name is what the sender called the part.
func (e *entity) name() string {
	for _, s := range []string{e.names["filename"], e.params["name"], e.names["name"], e.params["filename"], e.params["file"]} {
		if s != "" {
			return s
		}
	}
	return ""
}

// encoding is the transfer encoding, taken off.
func (e *entity) encoding() (name string, known bool) {
	return transfer(e.head.first("content-transfer-encoding"))
}

// divide parts the body of a multipart at its boundaries. One that is missing is
// looked for; without any the part is text.
func (p *parser) divide(in *Inbound, e *entity) {
	if name, _ := e.encoding(); name != "" { // forbidden, and seen all the same
		if out, ok := undo(name, e.body); ok {
			e.body = out
		}
	}
	boundary := e.params["boundary"]
	pieces, before, after, closed := parted(e.body, boundary, p.room())
	if len(pieces) == 0 {
		if found := findBoundary(e.body); found != "" && found != boundary { // said wrongly, or not at all
			in.problem(e.at, BadBoundary, boundary)
			pieces, before, after, closed = parted(e.body, found, p.room())
		}
	}
	if len(pieces) == 0 {
		if len(bytes.TrimSpace(e.body)) > 0 {
			in.problem(e.at, BadBoundary, boundary)
		}
		e.kind = "text/plain"
		if looksHTML(e.body) {
			e.kind = "text/html"
		}
		return
	}
	if !closed {
		in.problem(e.at, BadBoundary, "not closed")
	}
	digest := e.kind == "multipart/digest"
	for i, b := range pieces {
		if p.refused != "" {
			// what is left is kept in one piece
			left := e.body[cap(e.body)-cap(b):]
			e.children = append(e.children, &entity{at: place(e.at, i), kind: "application/octet-stream", body: left})
			break
		}
		h, body, ok := p.head(b, false)
		if !ok {
			in.problem(place(e.at, i), BadHead, "")
		}
		if digest && !h.has("content-type") {
			h = append(h, field{"content-type", "message/rfc822"})
		}
		e.children = append(e.children, p.entity(in, h, body, place(e.at, i), e.depth+1))
	}
	// Text around the parts is not meant for eyes, but where it says more than
	// the sentence for old mailers somebody wrote it.
	for i, b := range [][]byte{before, after} {
		if spoken(b, i == 0) && p.refused == "" {
			e.children = append(e.children, p.entity(in, nil, b, place(e.at, len(pieces)+i), e.depth+1))
		}
	}
}

// room is how many parts may still come, and one more, which is refused.
func (p *parser) room() int { return max(MaxParts-p.parts+1, 1) }

func place(at string, i int) string {
	n := strconv.Itoa(i + 1)
	if at == "" {
		return n
	}
	return at + "." + n
}

// spoken tells whether text outside of all parts is worth to be shown: more than
// the sentence by which mailers explain the format.
func spoken(b []byte, before bool) bool {
	b = bytes.TrimSpace(b)
	if len(b) == 0 || bytes.HasPrefix(b, []byte("--")) {
		return false
	}
	low := strings.ToLower(string(b[:min(len(b), 400)]))
	for _, s := range []string{"mime", "multi-part", "multipart", "this is a"} {
		if before && strings.Contains(low, s) {
			return false
		}
	}
	return true
}

// parted finds the parts between the lines of a boundary, most of them at most.
// What stands before the first and behind the last is apart.
func parted(b []byte, boundary string, most int) (pieces [][]byte, before, after []byte, closed bool) {
	if boundary == "" {
		return nil, nil, nil, false
	}
	mark := []byte("--" + boundary)
	start := -1
	for at := 0; at < len(b); {
		i := bytes.Index(b[at:], mark)
		if i < 0 {
			break
		}
		i += at
		at = i + len(mark)
		if i > 0 && b[i-1] != '\n' {
			continue
		}
		l, _ := line(b[at:])
		last := bytes.HasPrefix(l, []byte("--"))
		if !last && len(bytes.Trim(l, " \t")) > 0 {
			continue // a longer boundary that begins alike
		}
		if start >= 0 {
			pieces = append(pieces, chomp(b[start:i]))
		} else {
			before = b[:i]
		}
		if at += len(l); at < len(b) && b[at] == '\r' {
			at++
		}
		if at < len(b) && b[at] == '\n' {
			at++
		}
		start = at
		if last {
			return pieces, before, b[at:], true
		}
		if len(pieces) >= most {
			break
		}
	}
	if start >= 0 && start < len(b) {
		pieces = append(pieces, b[start:])
	}
	return pieces, before, nil, false
}

// chomp takes off the line end that belongs to the boundary behind it.
func chomp(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r"))
}

// findBoundary looks for a line that is used as one: it begins with two hyphens
// and a field follows it.
func findBoundary(b []byte) string {
	const far = 64 << 10
	b = b[:min(len(b), far)]
	for len(b) > 0 {
		var l []byte
		l, b = line(b)
		if len(l) > 2 && l[0] == '-' && l[1] == '-' && strings.HasPrefix(fieldAhead(b), "content-") {
			return strings.TrimRight(string(l[2:]), " \t")
		}
	}
	return ""
}

func looksHTML(b []byte) bool {
	const far = 2000
	low := bytes.ToLower(b[:min(len(b), far)])
	for _, s := range []string{"<html", "<!doctype html", "<body", "<div", "<p>", "<br>", "<table"} {
		if bytes.Contains(low, []byte(s)) {
			return true
		}
	}
	return false
}
