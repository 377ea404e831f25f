package support

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"

	"madoguchi/internal/policy"
)

// SearchKind is what an entry of self-help is.
type SearchKind string

// Kinds of entries, in the order in which equals are shown.
const (
	SearchAdvisory      SearchKind = "advisory"
	SearchDefect        SearchKind = "defect"
	SearchResource      SearchKind = "resource"
	SearchPhone         SearchKind = "phone"         // a line of the telephone
	SearchCountry       SearchKind = "country"       // a number of the telephone list
	SearchCompatibility SearchKind = "compatibility" // a row of the compatibility guide
)

var searchKinds = []SearchKind{SearchAdvisory, SearchDefect, SearchResource, SearchPhone, SearchCountry, SearchCompatibility}

// SearchEntry is one thing that is found from the one place of self-help (R10):
// its words in every language that it has.
type SearchEntry struct {
	Kind    SearchKind
	ID      string
	Product string // "": of none or all
	Title   policy.Text
	Text    policy.Text
	More    []string // words that find it and are not shown
	Rules   []string
}

// PackEntries are the entries that the pack holds: for a product, or with "" all.
func PackEntries(p *policy.Pack, product string) []SearchEntry {
	var out []SearchEntry
	for _, it := range p.Resources(product) {
		out = append(out, SearchEntry{Kind: SearchResource, ID: it.ID, Title: it.Text, More: []string{it.ID}, Rules: it.Guide})
	}
	for _, l := range p.Phone.Lines {
		if product == "" || len(l.Products) == 0 || contains(l.Products, product) {
			out = append(out, SearchEntry{Kind: SearchPhone, ID: l.ID, Title: l.Text, Text: l.Closed, Rules: l.Guide})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.Countries)) {
		c := p.Countries[id]
		out = append(out, SearchEntry{Kind: SearchCountry, ID: id, Title: c.Name, Text: policy.Text{"en": c.TollFree}, Rules: c.Guide})
	}
	for _, row := range p.ThirdParty.Compatible {
		for _, l := range row.Listed {
			if product == "" || l.Product == product {
				out = append(out, SearchEntry{
					Kind: SearchCompatibility, ID: row.ID, Product: l.Product, Title: policy.Text{"en": row.Vendor + " " + row.Model},
					Text: l.Note, More: append([]string{row.Category}, row.Versions...), Rules: []string{"R39"},
				})
			}
		}
	}
	return out
}

// Search finds the entries that hold every word of a query, in any language, the
// best first; a longer Japanese word need not stand there as it is, when most of
// its neighbouring pairs do. A query without a word finds nothing. It reads all
// entries that it is given: they are hundreds, not millions.
func Search(entries []SearchEntry, query string, most int) []SearchEntry {
	words := searchWords(query)
	if len(words) == 0 {
		return nil
	}
	return best(entries, most, func(e SearchEntry) float64 {
		title, all := folded(e.Title, nil), folded(e.Title, append([]string{e.ID, e.Product}, e.More...))+" "+folded(e.Text, nil)
		score := 0.0
		for _, w := range words {
			here := holds(all, w)
			if here == 0 {
				return 0
			}
			score += here + holds(title, w)
		}
		return score
	})
}

// Fitting are the entries that a draft speaks of: at least half of what the title
// of one says, in one of its languages, stands in the draft, and two words of it
// (R05).
func Fitting(entries []SearchEntry, draft string, most int) []SearchEntry {
	text := foldWords(draft)
	return best(entries, most, func(e SearchEntry) float64 {
		top := 0.0
		for _, title := range e.Title {
			parts := titleParts(title)
			n := 0
			for _, part := range parts {
				if strings.Contains(text, part) {
					n++
				}
			}
			if n >= 2 && 2*n >= len(parts) {
				top = max(top, float64(n)/float64(len(parts)))
			}
		}
		return top
	})
}

// best are the entries with a score, the highest first; equals go by kind and id.
func best(entries []SearchEntry, most int, score func(SearchEntry) float64) []SearchEntry {
	type scored struct {
		e SearchEntry
		n float64
	}
	var found []scored
	for _, e := range entries {
		if n := score(e); n > 0 {
			found = append(found, scored{e, n})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(slices.Index(searchKinds, a.e.Kind), slices.Index(searchKinds, b.e.Kind)), cmp.Compare(a.e.ID, b.e.ID))
	})
	var out []SearchEntry
	for _, x := range found {
		if len(out) < most {
			out = append(out, x.e)
		}
	}
	return out
}

// holds tells how well a text holds a word: 1 as it is, less by the pairs of a
// longer word in a script without blanks, 0 not at all.
func holds(text, word string) float64 {
	if strings.Contains(text, word) {
		return 1
	}
	pairs := pairsOf(word)
	if len(pairs) < 3 {
		return 0
	}
	n := 0
	for _, p := range pairs {
		if strings.Contains(text, p) {
			n++
		}
	}
	if 3*n < 2*len(pairs) {
		return 0
	}
	return float64(n) / float64(len(pairs)) / 2
}

// titleParts are what a title is looked for by: its words of three letters and
// more, and the pairs of what has no blanks.
func titleParts(title string) []string {
	var out []string
	for _, w := range searchWords(title) {
		if pairs := pairsOf(w); len(pairs) > 0 {
			out = append(out, pairs...)
		} else if len([]rune(w)) >= 3 {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// pairsOf are the neighbouring pairs of a word's characters; none for a word of a
// script that divides words by blanks.
func pairsOf(word string) []string {
	r := []rune(word)
	if !slices.ContainsFunc(r, func(c rune) bool { return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana) }) {
		return nil
	}
	var out []string
	for i := range len(r) - 1 {
		out = append(out, string(r[i:i+2]))
	}
	return out
}

func folded(t policy.Text, more []string) string {
	var parts []string
	for _, code := range slices.Sorted(maps.Keys(t)) {
		parts = append(parts, t[code])
	}
	return foldWords(strings.Join(append(parts, more...), " "))
}

func searchWords(s string) []string {
	return strings.FieldsFunc(foldWords(s), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("-.ー", c)
	})
}

// foldWords makes words that read alike the same: small letters, full-width
// letters and digits as narrow ones, katakana as hiragana. Half-width katakana
// and accents stay as they are.
func foldWords(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= '！' && c <= '～':
			c -= '！' - '!'
		case c == '　':
			c = ' '
		case c >= 'ァ' && c <= 'ヶ':
			c -= 'ァ' - 'ぁ'
		}
		return unicode.ToLower(c)
	}, s)
}
