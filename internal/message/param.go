package message

import (
	"slices"
	"strconv"
	"strings"
)

// mediaType reads a Content-Type or Content-Disposition: the kind in small
// letters, "" when there is none, and its parameters with their values decoded
// (RFC 2231; encoded words, as most mailers wrote names for decades).
func mediaType(v string) (kind string, params map[string]string) {
	kind, rest, _ := strings.Cut(v, ";")
	kind, loose, _ := strings.Cut(strings.TrimSpace(kind), " ")
	kind = strings.ToLower(strings.Trim(kind, "\"' \t,"))
	if strings.Contains(kind, "=") { // the kind is missing
		kind, rest = "", v
	} else if strings.Contains(loose, "=") { // the semicolon is missing
		rest = loose + ";" + rest
	}
	if i := strings.IndexAny(kind, "(\t"); i >= 0 {
		kind = strings.TrimSpace(kind[:i])
	}
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' || strings.ContainsRune("<>[]{}\"'\\", r) {
			return -1
		}
		return r
	}, kind), parameters(rest)
}

// segment is one piece of a parameter that is written in several.
type segment struct {
	n       int
	value   string
	percent bool
}

func parameters(rest string) map[string]string {
	const most = 200 // pieces; more are a trick
	out := map[string]string{}
	pieces := map[string][]segment{}
	for n := 0; rest != "" && n < most; n++ {
		var name, value string
		name, value, rest = parameter(rest)
		if name == "" {
			continue
		}
		base, number, extended := strings.Cut(name, "*")
		if !extended {
			if _, twice := out[name]; !twice {
				out[name] = value
			}
			continue
		}
		s := segment{value: value}
		if number == "" {
			s.percent = true
		} else {
			number, s.percent = strings.CutSuffix(number, "*")
			if s.n, _ = strconv.Atoi(number); s.n < 0 {
				continue
			}
		}
		pieces[base] = append(pieces[base], s)
	}
	for name, v := range out {
		out[name] = words(v)
	}
	for base, list := range pieces {
		if s := joined(list); s != "" {
			out[base] = s
		}
	}
	return out
}

// joined puts the pieces of a parameter together (RFC 2231 4.1). The charset
// stands in the first.
func joined(list []segment) string {
	slices.SortStableFunc(list, func(a, b segment) int { return a.n - b.n })
	var b []byte
	var escaped string // of pieces that follow each other: some cut within an escape
	charset, encoded := "", false
	for i, s := range list {
		v := s.value
		if i == 0 && s.percent {
			if set, after, ok := strings.Cut(v, "'"); ok {
				if _, text, ok := strings.Cut(after, "'"); ok {
					charset, v = set, text
				}
			}
		}
		if s.percent {
			encoded = true
			escaped += v
			continue
		}
		b = append(append(b, unpercent(escaped)...), v...)
		escaped = ""
	}
	b = append(b, unpercent(escaped)...)
	if !encoded {
		return words(string(b))
	}
	s, _ := toUTF8(b, charset, true)
	return words(s)
}

func unpercent(s string) []byte {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && unhex(s[i+1]) < 16 && unhex(s[i+2]) < 16 {
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
			continue
		}
		b = append(b, s[i])
	}
	return b
}

// parameter reads the next one. Values hold blanks and semicolons where mailers
// forgot the quotes, and quotes have no end where they forgot that.
func parameter(s string) (name, value, rest string) {
	s = strings.TrimLeft(s, " \t;,")
	i := strings.IndexAny(s, "=;")
	if i < 0 {
		return "", "", ""
	}
	if s[i] == ';' {
		return "", "", s[i+1:]
	}
	name = strings.ToLower(strings.TrimSpace(s[:i]))
	s = strings.TrimLeft(s[i+1:], " \t")
	if strings.HasPrefix(s, `"`) {
		v, n := quotedValue(s)
		return name, v, s[n:]
	}
	end := strings.IndexByte(s, ';')
	if end < 0 {
		end = len(s)
	}
	value = strings.TrimSpace(s[:end])
	if name != "name" && name != "filename" { // only names hold blanks
		if j := strings.IndexAny(value, " \t"); j >= 0 {
			return name, value[:j], s[j:]
		}
	}
	return name, strings.Trim(value, "'"), s[end:]
}

// quotedValue is quoted for parameters: one without end goes up to the next
// parameter, and backslashes of Windows paths stay.
func quotedValue(s string) (string, int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
				i++
			}
			b.WriteByte(s[i])
		case '"':
			return b.String(), i + 1
		default:
			b.WriteByte(s[i])
		}
	}
	if i := strings.IndexByte(s, ';'); i >= 0 {
		return strings.TrimSpace(s[1:i]), i
	}
	return b.String(), len(s)
}
