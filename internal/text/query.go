package text

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Phrase is a sequence of words that follow each other in a text. Where Begins
// is true, the last one may go on.
type Phrase struct {
	Words  []string
	Begins bool
}

// Query folds what somebody looks for into the phrases of which one has to be
// found; none when it has no word. An open one finds words that begin with its
// last one.
//
// The mark of a long vowel is left out by some at the end of a word, by others
// not: サーバー finds サーバ and is found by it.
func Query(s string, open bool) []Phrase {
	chars := fold(s)
	if n := len(chars); n > 0 && long(chars, n-1) {
		chars = chars[:n-1]
	}
	var out []Phrase
	if p := phrase(chars, open); len(p.Words) > 0 {
		out = append(out, p)
	}
	var short []char
	for i, c := range chars {
		if !long(chars, i) {
			short = append(short, c)
		}
	}
	if len(short) < len(chars) {
		out = append(out, phrase(short, open))
	}
	if marked := lengthened(short); len(marked) > len(short) {
		out = append(out, phrase(marked, open))
	}
	return out
}

// lengthened puts the mark of a long vowel behind words of katakana that other
// letters follow: サーバが is サーバーが too. Where nothing follows, the word is
// found as a beginning.
func lengthened(chars []char) []char {
	var out []char
	for i, c := range chars {
		out = append(out, c)
		if i > 1 && i+1 < len(chars) && c.katakana && c.r != 'ー' && chars[i-1].katakana && chars[i+1].class == dense && !chars[i+1].katakana {
			out = append(out, char{r: 'ー', start: c.end, end: c.end, class: dense, katakana: true})
		}
	}
	return out
}

// long tells whether a character is the mark of a long vowel that may be left
// out: not in words as short as キー.
func long(chars []char, i int) bool {
	return chars[i].r == 'ー' && i > 1 && chars[i-1].katakana && chars[i-2].katakana
}

func phrase(chars []char, open bool) Phrase {
	var p Phrase
	for _, w := range words(chars, true) {
		p.Words = append(p.Words, w.Text)
	}
	if len(p.Words) == 0 {
		return p
	}
	last := p.Words[len(p.Words)-1]
	r, size := utf8.DecodeRuneInString(last)
	var c [1]char
	isDense := appendChar(c[:0], r, 0, 0)[0].class == dense
	p.Begins = isDense && size == len(last) || !isDense && open && size < len(last)
	return p
}

// Range is a part of a text: characters From to To, counted from 0.
type Range struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Excerpt is a part of a text around the first place at which something is
// found, at most most characters long, with every place in it. Before and After
// tell whether the text goes on there. Without any place it is the beginning.
type Excerpt struct {
	Text          string
	Before, After bool
	Found         []Range
}

// Find looks for all of several queries in a text and shows the part around the
// first place.
func Find(s string, queries [][]Phrase, most int) Excerpt {
	places := find(s, queries)
	from := 0
	if len(places) > 0 {
		from = places[0].start
	}
	from = back(s, from, most/4)
	to := forth(s, from, most)
	if to == len(s) {
		from = back(s, to, most)
	}
	e := Excerpt{Text: s[from:to], Before: from > 0, After: to < len(s)}
	for _, p := range places {
		if p.start >= from && p.end <= to {
			at := utf8.RuneCountInString(s[from:p.start])
			e.Found = append(e.Found, Range{at, at + utf8.RuneCountInString(s[p.start:p.end])})
		}
	}
	return e
}

// back goes some characters back, forth ahead.
func back(s string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return at
}

func forth(s string, at, n int) int {
	for ; n > 0 && at < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

// place is where a phrase stands, in bytes.
type place struct{ start, end int }

func find(s string, queries [][]Phrase) []place {
	var out []place
	all := Words(s)
	for i := range all {
		for _, q := range queries {
			for _, p := range q {
				if end, ok := stands(all, i, p); ok {
					out = append(out, place{all[i].Start, end})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b place) int { return a.start - b.start })
	merged := out[:0]
	for _, p := range out {
		if n := len(merged); n > 0 && p.start <= merged[n-1].end {
			merged[n-1].end = max(merged[n-1].end, p.end)
			continue
		}
		merged = append(merged, p)
	}
	return merged
}

// Holds tells whether one of some phrases stands among the words of a text.
func Holds(all []Word, phrases []Phrase) bool {
	for i := range all {
		for _, p := range phrases {
			if _, ok := stands(all, i, p); ok {
				return true
			}
		}
	}
	return false
}

// stands tells whether a phrase stands at word i of a text, and where it ends.
func stands(all []Word, i int, p Phrase) (end int, ok bool) {
	if i+len(p.Words) > len(all) {
		return 0, false
	}
	for j, want := range p.Words {
		w := all[i+j]
		last := j == len(p.Words)-1
		switch {
		case w.Text == want:
			end = w.End
		case last && p.Begins && strings.HasPrefix(w.Text, want):
			if end = w.End; utf8.RuneCountInString(want) == 1 {
				end = w.First
			}
		default:
			return 0, false
		}
	}
	return end, true
}
