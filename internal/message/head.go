package message

import (
	"bytes"
	"strings"
)

// field is one line of a head, unfolded. The value is UTF-8, with its encoded
// words as they came.
type field struct {
	name  string // in small letters
	value string
}

type head []field

// first is the value of the first field of a name, "" without one.
func (h head) first(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

func (h head) all(name string) []string {
	var out []string
	for _, f := range h {
		if f.name == name {
			out = append(out, f.value)
		}
	}
	return out
}

func (h head) has(name string) bool {
	for _, f := range h {
		if f.name == name {
			return true
		}
	}
	return false
}

// lines makes the line ends of a message ones that can be found: a file of an old
// Macintosh has CR alone.
func lines(raw []byte) []byte {
	if bytes.IndexByte(raw, '\n') < 0 && bytes.IndexByte(raw, '\r') >= 0 {
		return bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	}
	return raw
}

// line cuts the first line off, without its end.
func line(b []byte) (first, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return bytes.TrimRight(b, "\r"), nil
	}
	return bytes.TrimRight(b[:i], "\r"), b[i+1:]
}

// fieldName is the name in front of a line's colon, "" when the line is no field.
func fieldName(l []byte) string {
	const longest = 76
	i := bytes.IndexByte(l, ':')
	if i < 1 || i > longest || bytes.HasPrefix(l[i:], []byte("://")) {
		return ""
	}
	name := bytes.TrimRight(l[:i], " \t")
	for _, c := range name {
		if c <= ' ' || c >= 0x7f {
			return ""
		}
	}
	return strings.ToLower(string(name))
}

// known are fields that show that a head is one: those of a message, and of a
// part all that begin with Content- or X- too.
var known = map[string]bool{
	"from": true, "to": true, "cc": true, "subject": true, "date": true, "received": true, "message-id": true, "mime-version": true,
	"return-path": true, "reply-to": true, "sender": true, "delivered-to": true, "content-type": true, "content-transfer-encoding": true,
}

// head parts what begins with a head into its fields and the rest. ok is false
// when lines stood in it that are no fields. A part without a head, or one whose
// text begins where its head should, loses nothing: all of it is body.
func (p *parser) head(b []byte, whole bool) (h head, body []byte, ok bool) {
	ok = true
	if whole {
		for len(b) > 0 {
			l, rest := line(b)
			if len(bytes.TrimSpace(l)) > 0 {
				break
			}
			b = rest
		}
	}
	block, ends, body := p.headLines(b)
	start, last := 0, -1
	seen, pure := false, true
	for i, l := range block {
		if name := fieldName(l); name != "" {
			last = i
			seen = seen || known[name] || !whole && (strings.HasPrefix(name, "content-") || strings.HasPrefix(name, "x-"))
		} else if i == 0 || l[0] != ' ' && l[0] != '\t' {
			pure = false
		}
	}
	if last < 0 || !seen && !(whole && pure) {
		return nil, b, len(block) == 0 || !whole
	}
	for fieldName(block[start]) == "" {
		start++
	}
	if start > 0 {
		if !whole {
			return nil, b, false
		}
		ok = start == 1 && bytes.HasPrefix(bytes.TrimLeft(block[0], " \t>"), []byte("From "))
	}
	end := last + 1
	for end < len(block) && (block[end][0] == ' ' || block[end][0] == '\t') {
		end++
	}
	if end < len(block) {
		body, ok = b[ends[end-1]:], false // the empty line behind the head is missing
	}
	h, good := fields(block[start:end])
	return h, body, ok && good
}

// headLines are the lines up to the first empty one, where each ends, and what
// follows.
func (p *parser) headLines(b []byte) (block [][]byte, ends []int, rest []byte) {
	rest = b
	for len(rest) > 0 {
		l, next := line(rest)
		at := len(b) - len(next)
		if len(l) == 0 || len(bytes.Trim(l, " \t")) == 0 && fieldAhead(next) == "" {
			return block, ends, next
		}
		if len(block) >= MaxFields || at > MaxHead {
			p.refuse(HeadTooLong)
			return block, ends, rest
		}
		block, ends, rest = append(block, l), append(ends, at), next
	}
	return block, ends, nil
}

// fieldAhead is the name of the field that the next line is.
func fieldAhead(b []byte) string {
	l, _ := line(b)
	return fieldName(l)
}

// fields unfolds lines. One that is no field and does not begin with a blank goes
// on with the one before it: a mailer forgot to indent it.
func fields(block [][]byte) (h head, ok bool) {
	ok = true
	var raw []byte
	var name string
	flush := func() {
		if name != "" {
			h = append(h, field{name, string(bytes.TrimSpace(raw))})
		}
	}
	for _, l := range block {
		n := fieldName(l)
		if l[0] == ' ' || l[0] == '\t' || n == "" {
			ok = ok && (l[0] == ' ' || l[0] == '\t')
			raw = append(append(raw, ' '), bytes.Trim(l, " \t")...)
			continue
		}
		flush()
		i := bytes.IndexByte(l, ':')
		name, raw = n, append([]byte(nil), bytes.Trim(l[i+1:], " \t")...)
	}
	flush()
	_, params := mediaType(h.first("content-type"))
	for i, f := range h {
		h[i].value = fieldText(f.value, params["charset"])
	}
	return h, ok
}

// fieldText is a raw value as UTF-8. Values that are not ASCII should not be, and
// say nothing of their charset: the body's is a hint.
func fieldText(v, hint string) string {
	if ascii(v) && !strings.Contains(v, "\x1b") {
		return v
	}
	s, _ := toUTF8([]byte(v), hint, true)
	return s
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
