package support

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Limits of what is looked for.
const (
	maxSought      = 500 // characters
	maxSearchTerms = 12
)

// SearchTerm is a word or a phrase that has to be found, or with Not must not be.
type SearchTerm struct {
	Text  string
	Exact bool // as it is written, and not words that begin so
	Not   bool
	// Request is the id of the request of which it is the number; 0: of none.
	Request int64
	// Products are those that it names: requests about them have it too.
	Products []string
}

// SearchFilter narrows a search, as a filter of a list does.
type SearchFilter struct {
	Name, Value string
	At          int // of its first character, from 1
}

// SearchQuery is what somebody looks for.
type SearchQuery struct {
	Terms   []SearchTerm
	Filters []SearchFilter
}

// searchFilters are the operators, with the values that each may have; nil: any.
var searchFilters = map[string][]string{
	"owner": nil, "account": nil, "contract": nil, "contact": nil, "product": nil, "queue": nil, "tag": nil, "severity": nil, "due": nil,
	"state": {"open", "opened", "worked_on", "completed"},
	"turn":  {"support", "customer", "third_party", "nobody"},
	"kind":  {"sr", "cs_request"},
}

// searchNarrow are the operators whose values an input method may write wide.
var searchNarrow = map[string]bool{"owner": true, "contact": true, "severity": true, "due": true, "state": true, "turn": true, "kind": true, "queue": true}

// narrowed writes wide signs, letters and digits as the narrow ones.
func narrowed(s string) string {
	return strings.Map(func(r rune) rune {
		if '！' <= r && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, s)
}

// ParseSearch reads words, "phrases in quotes", -words that must not be found, and
// operators such as owner:me, account:"acc_1" and due:<2h. What is no operator
// is a word: C:\Temp and http://host are. Full-width signs and Japanese quotes
// count as the narrow ones. What cannot be read is [Invalid], with its place.
func ParseSearch(s string) (SearchQuery, error) {
	in := []rune(s)
	if len(in) > maxSought {
		return SearchQuery{}, Wrong("q", "search.too_long", "limit", strconv.Itoa(maxSought), "length", strconv.Itoa(len(in)))
	}
	if id := numberIn(s); id != 0 {
		return SearchQuery{Terms: []SearchTerm{{Text: Number(id), Exact: true, Request: id}}}, nil
	}
	p := searchParser{in: in}
	for p.next() {
	}
	if len(p.out.Terms) > maxSearchTerms && p.err == nil {
		p.err = Wrong("q", "search.too_many", "limit", strconv.Itoa(maxSearchTerms))
	}
	return p.out, p.err
}

// numberIn is the request that a query names and nothing else: [SR 123-456-789].
func numberIn(s string) int64 {
	s = strings.Trim(strings.TrimSpace(s), `[]"'#`)
	if rest, ok := strings.CutPrefix(strings.ToUpper(s), "SR"); ok {
		s = rest
	}
	id, err := ParseNumber(s)
	if err != nil {
		return 0
	}
	return id
}

type searchParser struct {
	in  []rune
	at  int
	out SearchQuery
	err error
}

func isQuote(r rune) bool { return strings.ContainsRune(`"“”„＂「」『』`, r) }

// next reads a word with what belongs to it.
func (p *searchParser) next() bool {
	for p.at < len(p.in) && unicode.IsSpace(p.in[p.at]) {
		p.at++
	}
	if p.at == len(p.in) || p.err != nil {
		return false
	}
	start := p.at
	t := SearchTerm{}
	if (p.in[p.at] == '-' || p.in[p.at] == '－') && p.at+1 < len(p.in) && !unicode.IsSpace(p.in[p.at+1]) {
		t.Not = true
		p.at++
	}
	if name := p.operator(); name != "" && !t.Not {
		p.filter(name, start)
		return p.err == nil
	}
	t.Text, t.Exact = p.value()
	if id, err := ParseNumber(t.Text); err == nil {
		t.Request = id
	}
	if p.err == nil && strings.TrimSpace(t.Text) != "" {
		p.out.Terms = append(p.out.Terms, t)
	}
	return p.err == nil
}

// operator reads a name of the table and its colon; "" when there is none.
func (p *searchParser) operator() string {
	for i := p.at; i < len(p.in); i++ {
		r := p.in[i]
		if r == ':' || r == '：' {
			name := strings.ToLower(string(p.in[p.at:i]))
			if _, ok := searchFilters[name]; !ok {
				return ""
			}
			p.at = i + 1
			return name
		}
		if !unicode.IsLetter(r) {
			return ""
		}
	}
	return ""
}

// value reads up to the next space, or between quotes.
func (p *searchParser) value() (text string, quoted bool) {
	start := p.at
	if p.at < len(p.in) && isQuote(p.in[p.at]) {
		for p.at++; p.at < len(p.in); p.at++ {
			if isQuote(p.in[p.at]) {
				p.at++
				return string(p.in[start+1 : p.at-1]), true
			}
		}
		p.err = Wrong("q", "search.quote", "at", strconv.Itoa(start+1))
		return "", false
	}
	for p.at < len(p.in) && !unicode.IsSpace(p.in[p.at]) {
		p.at++
	}
	return string(p.in[start:p.at]), false
}

func (p *searchParser) filter(name string, start int) {
	f := SearchFilter{Name: name, At: start + 1}
	if f.Value, _ = p.value(); searchNarrow[name] {
		f.Value = strings.ToLower(narrowed(f.Value))
	}
	at := strconv.Itoa(f.At)
	allowed := searchFilters[name]
	switch {
	case p.err != nil:
	case f.Value == "":
		p.err = Wrong("q", "search.no_value", "operator", name, "at", at)
	case slices.ContainsFunc(p.out.Filters, func(g SearchFilter) bool { return g.Name == name }):
		p.err = Wrong("q", "search.twice", "operator", name, "at", at)
	case allowed != nil && !slices.Contains(allowed, f.Value):
		p.err = Wrong("q", "search.value", "operator", name, "value", f.Value, "at", at, "choices", strings.Join(allowed, ", "))
	case name == "severity" && (len(f.Value) != 1 || f.Value < "1" || f.Value > "9"):
		p.err = Wrong("q", "search.value", "operator", name, "value", f.Value, "at", at, "choices", "1 - 9")
	case name == "due":
		if _, ok := f.Within(); !ok {
			p.err = Wrong("q", "search.value", "operator", name, "value", f.Value, "at", at, "choices", "<30m, <2h, <3d")
		}
	}
	p.out.Filters = append(p.out.Filters, f)
}

// Within is the span of due:<2h: minutes, hours or days of 24 hours, up to 999.
func (f SearchFilter) Within() (time.Duration, bool) {
	v, ok := strings.CutPrefix(f.Value, "<")
	if !ok || len(v) < 2 || len(v) > 4 {
		return 0, false
	}
	unit, ok := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[v[len(v)-1]]
	n, err := strconv.ParseUint(v[:len(v)-1], 10, 16)
	return time.Duration(n) * unit, ok && err == nil
}
