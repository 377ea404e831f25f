package message

import (
	"strings"
)

// words decodes the encoded words of a value (RFC 2047), and what mailers make of
// them: blanks inside, no blanks around, characters cut between two of them,
// quotes around.
func words(v string) string {
	if !strings.Contains(v, "=?") {
		return v
	}
	var out strings.Builder
	var pending []byte // bytes of words of one charset that follow each other
	var charset string
	flush := func() {
		if len(pending) > 0 {
			s, _ := toUTF8(pending, charset, true)
			out.WriteString(s)
			pending = pending[:0]
		}
	}
	for v != "" {
		i := strings.Index(v, "=?")
		if i < 0 {
			break
		}
		set, b, n := word(v[i:])
		if n == 0 {
			flush()
			out.WriteString(v[:i+2])
			v = v[i+2:]
			continue
		}
		// blanks between two words are no part of the text
		if between := v[:i]; strings.Trim(between, " \t") != "" || len(pending) == 0 {
			flush()
			out.WriteString(between)
		}
		if !strings.EqualFold(set, charset) {
			flush()
			charset = set
		}
		if pending = append(pending, b...); len(b) == 0 {
			flush()
		}
		v = v[i+n:]
	}
	flush()
	out.WriteString(v)
	return out.String()
}

// word decodes the encoded word with which v begins and tells how long it is; 0
// when it is none.
func word(v string) (charset string, b []byte, n int) {
	const longest = 64
	rest := v[2:]
	i := strings.IndexByte(rest, '?')
	if i < 1 || i > longest || len(rest) < i+3 || rest[i+2] != '?' || strings.ContainsAny(rest[:i], " \t\"<>") {
		return "", nil, 0
	}
	charset, _, _ = strings.Cut(rest[:i], "*") // RFC 2231: the language
	encoding := rest[i+1]
	text := rest[i+3:]
	end := strings.Index(text, "?=")
	n = 2 + i + 3
	switch {
	case end < 0 && strings.ContainsAny(text, " \t\"<>"):
		return "", nil, 0
	case end < 0: // cut off at the end of the line
		n, end = n+len(text), len(text)
	default:
		n += end + 2
	}
	text = strings.TrimSuffix(text[:end], "?")
	switch encoding | 0x20 {
	case 'b':
		b, _ = decodeBase64([]byte(text))
	case 'q':
		b = make([]byte, 0, len(text))
		for j := 0; j < len(text); j++ {
			switch c := text[j]; {
			case c == '_':
				b = append(b, ' ')
			case c == '=' && j+2 < len(text) && unhex(text[j+1]) < 16 && unhex(text[j+2]) < 16:
				b = append(b, unhex(text[j+1])<<4|unhex(text[j+2]))
				j += 2
			default:
				b = append(b, c)
			}
		}
	default:
		return "", nil, 0
	}
	return charset, b, n
}

// unhex is the value of a hexadecimal digit, 16 and more for none.
func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 16
}
