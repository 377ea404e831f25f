package message

import (
	"strings"
)

// unflow joins the lines that a mailer broke and marked with a blank at their end
// (RFC 3676). delsp takes that blank away, as text without blanks between words
// wants it.
func unflow(s string, delsp bool) string {
	var out strings.Builder
	depth, open := 0, false
	for l := range strings.SplitSeq(s, "\n") {
		d := 0
		for d < len(l) && l[d] == '>' {
			d++
		}
		text := l[d:]
		if text == "-- " || d != depth {
			if open {
				out.WriteByte('\n')
			}
			open = false
		}
		depth = d
		text = strings.TrimPrefix(text, " ") // stuffed
		if !open {
			out.WriteString(strings.Repeat(">", d))
			if d > 0 && text != "" {
				out.WriteByte(' ')
			}
		}
		open = strings.HasSuffix(text, " ") && text != "-- "
		if open && delsp {
			text = text[:len(text)-1]
		}
		out.WriteString(text)
		if !open {
			out.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(out.String(), "\n")
}

var (
	enrichedParam = pattern(`(?is)<param>.*?</param>`)
	enrichedTag   = pattern(`</?[A-Za-z0-9-]{1,60}>`)
)

// enriched takes the marks of text/enriched off (RFC 1896).
func enriched(s string) string {
	s = enrichedParam().ReplaceAllString(s, "")
	s = strings.ReplaceAll(s, "<<", "\x00")
	s = enrichedTag().ReplaceAllString(s, "")
	s = strings.ReplaceAll(s, "\x00", "<")
	// one line end is a blank, two are one
	s = strings.ReplaceAll(s, "\r\n", "\n")
	paragraphs := strings.Split(s, "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = strings.ReplaceAll(p, "\n", " ")
	}
	return strings.Join(paragraphs, "\n")
}

var uuBegin = pattern(`(?m)^begin [0-7]{3,4} (\S[^\n]*)$`)

// uuencoded takes the files out that stand in a text, and leaves the text around
// them. What is not a whole one stays text.
func (in *Inbound) uuencoded(at, s string) string {
	const most = 50
	from := 0
	for range most {
		m := uuBegin().FindStringSubmatchIndex(s[from:])
		if m == nil {
			return s
		}
		start := from + m[0]
		length := strings.Index(s[start:], "\nend")
		if length < 0 {
			return s
		}
		end := start + length + len("\nend")
		b, name, ok := decodeUU([]byte(s[start:end]))
		if !ok || len(b) == 0 || end < len(s) && s[end] != '\n' {
			from = start + 1
			continue
		}
		in.Files = append(in.Files, File{Part: at, Name: named(name, at, "file", ".bin"), Type: "application/octet-stream", Content: b})
		s, from = s[:start]+s[end:], start
	}
	return s
}
