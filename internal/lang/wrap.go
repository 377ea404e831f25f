package lang

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Columns is how many columns a line takes on a terminal: wide characters take
// two.
func Columns(s string) int {
	n := 0
	for _, r := range s {
		n += columns(r)
	}
	return n
}

func columns(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	if r == 0x200b || r >= 0x300 && r < 0x370 || r >= 0xfe00 && r < 0xfe10 {
		return 0
	}
	return 1
}

const (
	// neverFirst may not begin a Japanese line, neverLast may not end one.
	neverFirst = "、。，．・：；？！ー）］｝」』】〉》〕々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]}%"
	neverLast  = "（［｛「『【〈《〔([{"
)

// Wrap breaks a text into lines of at most so many columns, between words and
// between Japanese characters, but not where a line would begin with 。or end
// with 「. A word longer than a line, such as an address, stays whole. Lines
// that are there already stay; those that begin with a blank are left alone
// because they are laid out by hand.
func Wrap(s string, columns int) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if Columns(line) > columns && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
			lines[i] = wrapLine(line, columns)
		}
	}
	return strings.Join(lines, "\n")
}

func wrapLine(line string, limit int) string {
	var lines []string
	var b strings.Builder
	at := 0
	for _, unit := range units(line, limit) {
		if at > 0 && at+Columns(strings.TrimRight(unit, " ")) > limit {
			lines = append(lines, strings.TrimRight(b.String(), " "))
			b.Reset()
			unit, at = strings.TrimLeft(unit, " "), 0
		}
		b.WriteString(unit)
		at += Columns(unit)
	}
	return strings.Join(append(lines, strings.TrimRight(b.String(), " ")), "\n")
}

// units cuts a line where it may be broken: behind blanks, and in Japanese
// where a word seems to end. What is still longer than a line and not one Latin
// word is cut anywhere that the rules of Japanese lines allow.
func units(line string, limit int) []string {
	var out []string
	for _, u := range cutWhere(line, wordEnds) {
		if Columns(u) > limit {
			out = append(out, cutWhere(u, mayBreak)...)
			continue
		}
		out = append(out, u)
	}
	return out
}

func cutWhere(line string, breaks func(before, after rune) bool) []string {
	var out []string
	runes := []rune(line)
	start := 0
	for i := 1; i < len(runes); i++ {
		if breaks(runes[i-1], runes[i]) {
			out = append(out, string(runes[start:i]))
			start = i
		}
	}
	return append(out, string(runes[start:]))
}

// wordEnds guesses the end of a Japanese phrase: the change from hiragana to
// anything else, and what follows a mark.
func wordEnds(before, after rune) bool {
	switch {
	case after == ' ':
		return false
	case before == ' ':
		return true
	case strings.ContainsRune(neverFirst, after):
		return false
	case strings.ContainsRune("、。！？：」』", before):
		return true
	case before == 'お', before == 'ご':
		return false
	}
	return unicode.Is(unicode.Hiragana, before) && !unicode.Is(unicode.Hiragana, after)
}

func mayBreak(before, after rune) bool {
	if strings.ContainsRune(neverFirst, after) || strings.ContainsRune(neverLast, before) {
		return false
	}
	return columns(before) == 2 || columns(after) == 2
}
