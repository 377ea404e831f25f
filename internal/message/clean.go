package message

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// turning are the characters that turn the direction of what follows, by which a
// name or a line can be made to read as something else (T19).
func turning(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x061c || r == 0x200e || r == 0x200f
}

// hidden are characters without width. Those that join letters of Indic scripts
// and emoji are kept.
func hidden(r rune) bool {
	return r == 0x200b || r == 0x2060 || r == 0xfeff || r == 0x00ad || r == 0x180e
}

// clean drops what cannot be seen from a text of one line.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == 0x2028 || r == 0x2029:
			return ' '
		case unicode.IsControl(r) || turning(r) || hidden(r):
			return -1
		}
		return r
	}, s)
}

// tidy is clean with single blanks.
func tidy(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// cleanText drops from a text of many lines what is no text, and ends its lines
// with \n alone.
func cleanText(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\f' || r == '\v' || r == 0x85 || r == 0x2028 || r == 0x2029:
			return '\n'
		case r == '\t' || r == '\n':
			return r
		case unicode.IsControl(r) || turning(r) || r == 0xfeff:
			return -1
		}
		return r
	}, s)
}

// cut shortens a text to so many bytes without cutting a character.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
