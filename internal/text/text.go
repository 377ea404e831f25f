// Package text folds what people write into the words of the search index, and
// a query into the same words, whatever the language and the engine; and it makes
// the names of their files harmless ([FileName]).
//
// It refuses to know what is searched, who may read it, and how an engine finds
// a word.
//
// Data layout: a text is a sequence of words ([Words]), each with its place in
// the text. Scripts with spaces give a word for each run of letters and digits,
// folded in case, width and accents, and cut once where digits follow letters:
// vmware-hostd[1234] is vmware, hostd, 1234, and 0x80070005 is 0x, 80070005.
// Scripts without spaces (Chinese, Japanese, Korean, Thai and their like) give a
// word for each pair of neighbours and one for the last character of a run, so
// that every part of two characters and more is a sequence of words, and a
// single character the beginning of one. A query is a list of alternatives
// ([Query]), each a sequence of words of which the last may be only a beginning.
// Words are made of lower-case ASCII letters and digits and of letters beyond
// ASCII; what the store adds itself is none of them ([Mark]).
package text

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord is how many characters of a word count.
const maxWord = 40

// Word is a folded word and where it stands: bytes Start to End of the text,
// the first character up to First.
type Word struct {
	Text              string
	Start, First, End int
}

// Mark is a word that no text and no query contains, for what the store adds.
// kind is 0..99.
func Mark(kind int, id int64) string { return string(rune(0xE000+kind)) + strconv.FormatInt(id, 36) }

// class is how a character makes words.
type class uint8

const (
	between class = iota // words
	letter               // of a script with spaces
	digit
	dense // of a script without spaces
)

// char is a folded character and the bytes that it came from.
type char struct {
	r          rune
	start, end int
	class      class
	katakana   bool // it was that, and not hiragana
}

// Words cuts a text into folded words, in their order. Bytes that are not UTF-8
// stand between words.
func Words(s string) []Word { return words(fold(s), false) }

// fold gives the characters of a text in their normal form.
func fold(s string) []char {
	out := make([]char, 0, len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if next, _ := utf8.DecodeRuneInString(s[i+size:]); normal(r) && normal(next) {
			out = appendChar(out, r, i, i+size)
			i += size
			continue
		}
		n := norm.NFKC.NextBoundaryInString(s[i:], true)
		if n <= 0 {
			n = len(s) - i
		}
		for _, r := range norm.NFKC.String(s[i : i+n]) {
			out = appendChar(out, r, i, i+n)
		}
		i += n
	}
	return out
}

// normal characters are their own normal form, and combine with none of them
// before. The end of a text, which decodes as an error, is one.
func normal(r rune) bool { return r < utf8.RuneSelf || certainlyDense(r) || r == utf8.RuneError }

// certainlyDense are those of scripts without spaces that come most often.
func certainlyDense(r rune) bool {
	return 'ぁ' <= r && r <= 'ゖ' || 'ァ' <= r && r <= 'ヺ' || r == 'ー' || '一' <= r && r <= '鿿' || '가' <= r && r <= '힣'
}

// plain is an ASCII character.
func plain(r rune, start, end int) char {
	c := char{r: r, start: start, end: end}
	switch {
	case 'a' <= r && r <= 'z':
		c.class = letter
	case 'A' <= r && r <= 'Z':
		c.r, c.class = r+'a'-'A', letter
	case '0' <= r && r <= '9':
		c.class = digit
	}
	return c
}

func appendChar(out []char, r rune, start, end int) []char {
	c := char{r: r, start: start, end: end}
	switch {
	case r < utf8.RuneSelf:
		return append(out, plain(r, start, end))
	case certainlyDense(r) || unicode.In(r, denseScripts...) || r == '々' || r == '〆' || r == '〇':
		return appendDense(out, c)
	case unicode.Is(unicode.Mn, r) || r == 0x200C || r == 0x200D:
		// An accent without a letter of its own, or a vowel's sign.
		if len(out) == 0 || out[len(out)-1].class != letter {
			return out
		}
		out[len(out)-1].end = end
		if unicode.In(r, signScripts...) {
			c.class = letter
			return append(out, c)
		}
		return out
	case unicode.IsDigit(r):
		c.class = digit
	case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Mc, r):
		c.class = letter
		for _, c.r = range letters(r) {
			out = append(out, c)
		}
		return out
	case unicode.Is(unicode.Pd, r) || r == '−':
		c.r = '-'
	}
	return append(out, c)
}

var (
	denseScripts = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}
	// signScripts write vowels as signs that are part of the word.
	signScripts = []*unicode.RangeTable{unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya,
		unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala}
	plainScripts = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic}
)

// expanded are letters that are written as others.
var expanded = map[rune]string{
	'ß': "ss", 'ı': "i", 'ø': "o", 'ł': "l", 'đ': "d", 'æ': "ae", 'œ': "oe", 'ς': "σ", 'þ': "th", 'ð': "d",
}

// letters lowers a letter and takes accents from Latin, Greek and Cyrillic ones.
func letters(r rune) string {
	r = unicode.ToLower(r)
	if s, ok := expanded[r]; ok {
		return s
	}
	if unicode.In(r, plainScripts...) {
		if d := norm.NFD.PropertiesString(string(r)).Decomposition(); d != nil {
			r, _ = utf8.DecodeRune(d)
		}
	}
	return string(r)
}

// small are kana that are written large as well: ウィンドウ and ウインドウ.
const (
	small = "ァィゥェォッャュョヮヵヶ"
	large = "アイウエオツヤユヨワカケ"
)

// appendDense folds hiragana to katakana, small kana to large ones, and ヴァ to バ.
func appendDense(out []char, c char) []char {
	c.class = dense
	switch {
	case 'ァ' <= c.r && c.r <= 'ヺ' || c.r == 'ー':
		c.katakana = true
	case 'ぁ' <= c.r && c.r <= 'ゖ':
		c.r += 'ァ' - 'ぁ'
	default:
		return append(out, c)
	}
	if i := strings.IndexRune(small, c.r); i >= 0 {
		c.r, _ = utf8.DecodeRuneInString(large[i:])
		if v := strings.IndexRune("アイエオ", c.r); v >= 0 && len(out) > 0 && out[len(out)-1].r == 'ヴ' {
			last := &out[len(out)-1]
			last.r, _ = utf8.DecodeRuneInString("バビベボ"[v:])
			last.end = c.end
			return out
		}
	}
	return append(out, c)
}

// words cuts characters into words; those of a query end without the single
// character that ends a run.
func words(chars []char, query bool) []Word {
	out := make([]Word, 0, len(chars)/5+1)
	for i := 0; i < len(chars); {
		switch chars[i].class {
		case between:
			i++
		case dense:
			run, next := denseRun(chars, i)
			last := query && next == len(chars) && len(run) > 1
			out = appendPairs(out, run, last)
			i = next
		default:
			next := i
			for next < len(chars) && (chars[next].class == letter || chars[next].class == digit) {
				next++
			}
			if n := number(chars, i, next); n > 0 {
				out = append(out, spoken(chars[i:n]))
				i = n
				continue
			}
			out = appendWord(out, chars[i:next])
			i = next
		}
	}
	return out
}

// denseRun gives the characters of a run, over a space or dot between katakana,
// and where it ends.
func denseRun(chars []char, i int) (run []char, next int) {
	from := i
	for i < len(chars) && chars[i].class == dense {
		i++
	}
	run = chars[from:i:i]
	for i+1 < len(chars) && joins(chars[i].r) && chars[i-1].katakana && chars[i+1].katakana {
		i++
		for from = i; i < len(chars) && chars[i].class == dense; i++ {
		}
		run = append(run, chars[from:i]...)
	}
	return run, i
}

func joins(r rune) bool { return r == ' ' || r == '・' }

func appendPairs(out []Word, run []char, whole bool) []Word {
	for i, c := range run {
		w := Word{Text: string(c.r), Start: c.start, First: c.end, End: c.end}
		switch {
		case i+1 < len(run):
			w.Text, w.End = w.Text+string(run[i+1].r), run[i+1].end
		case whole:
			return out
		}
		out = append(out, w)
	}
	return out
}

// appendWord cuts a run of letters and digits once: where digits follow its
// letters, or after 0x. What is written later of a word changes no cut, so that
// its beginning is found.
func appendWord(out []Word, run []char) []Word {
	cut := 0
	for cut < len(run) && run[cut].class == letter {
		cut++
	}
	if cut == 0 && len(run) > 2 && run[0].r == '0' && run[1].r == 'x' {
		cut = 2
	}
	for _, part := range [][]char{run[:cut], run[cut:]} {
		if len(part) == 0 {
			continue
		}
		w := Word{Start: part[0].start, First: part[0].end, End: part[len(part)-1].end}
		var b strings.Builder
		for _, c := range part[:min(len(part), maxWord)] {
			b.WriteRune(c.r)
		}
		w.Text = b.String()
		out = append(out, w)
	}
	return out
}

// number tells where an SR number ends that is written in groups, as it is
// spoken; 0: none begins at i. next is the end of the first group.
func number(chars []char, i, next int) int {
	if next-i != 3 || i > 1 && chars[i-1].r == '-' && chars[i-2].class == digit {
		return 0
	}
	end := i
	for group := range 3 {
		if group > 0 {
			if end >= len(chars) || chars[end].r != '-' {
				return 0
			}
			end++
		}
		for range 3 {
			if end >= len(chars) || chars[end].class != digit {
				return 0
			}
			end++
		}
	}
	if end < len(chars) && (chars[end].class == digit || chars[end].class == letter) ||
		end+1 < len(chars) && chars[end].r == '-' && chars[end+1].class == digit {
		return 0
	}
	return end
}

// spoken is the word of a number in groups.
func spoken(chars []char) Word {
	var b strings.Builder
	for _, c := range chars {
		if c.class == digit {
			b.WriteRune(c.r)
		}
	}
	return Word{Text: b.String(), Start: chars[0].start, First: chars[0].end, End: chars[len(chars)-1].end}
}
