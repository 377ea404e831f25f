package lang

import (
	"slices"
	"strings"
	"unicode"

	"madoguchi/internal/support"
)

// Own are words of a desk's own, which stand for ours in what one [Voice] says, by
// the keys of the catalogue; those that depend on a number with their form,
// key[one]. Said are the keys of all that was said, those of our words among them.
// One is for one mail: it is written to.
type Own struct {
	words map[string]message
	Said  []string
}

// MaxOwn is how long own words of one key may be, in bytes.
const MaxOwn = 2000

// NewOwn takes own words of a language by their keys. Those that cannot be said are
// left out, and ours are said: a mail leaves whatever stands in them.
func NewOwn(code string, words map[string]string) *Own {
	o := &Own{words: map[string]message{}}
	for key, text := range words {
		if CheckOwn(code, key, text) == nil {
			o.words[key], _ = cut(text) // which has no error: it was checked
		}
	}
	return o
}

// find gives own words, and keeps that the key was said.
func (o *Own) find(code, key string, args arguments) (message, bool) {
	if c := catalogues[code](); c.plurals[key] {
		n, _ := args.of("n")
		key += "[" + c.form(n) + "]"
	}
	if !slices.Contains(o.Said, key) {
		o.Said = append(o.Said, key)
	}
	m, ok := o.words[key]
	return m, ok
}

// Ours are our words of a key, with its form, as the catalogue has them; "" for a
// key without any in a language.
func Ours(code, key string) string {
	m, ok := catalogues[Voice{Lang: code}.language()]().messages[key]
	if !ok {
		return ""
	}
	var b strings.Builder
	for _, p := range m.pieces {
		switch {
		case p.arg == "":
			b.WriteString(p.text)
		case p.kind == "":
			b.WriteString("{" + p.arg + "}")
		default:
			b.WriteString("{" + p.arg + ":" + p.kind + "}")
		}
	}
	return b.String()
}

// KeysOf are the keys of a language that begin so, in their order.
func KeysOf(code, prefix string) (out []string) {
	for key := range catalogues[Voice{Lang: code}.language()]().messages {
		if strings.HasPrefix(key, prefix) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// CheckOwn refuses own words that cannot be said: they name an argument that ours do
// not have, or write one in another way than ours, or are not one line. The place is
// named.
func CheckOwn(code, key, text string) error {
	ours, ok := catalogues[Voice{Lang: code}.language()]().messages[key]
	if !ok || !strings.HasPrefix(key, "mail.") {
		return support.Wrong(key, "own_words.key", "key", key)
	}
	if len(text) > MaxOwn {
		return support.Wrong(key, "own_words.long", "most", "2,000")
	}
	if at := strings.IndexFunc(text, unicode.IsControl); at >= 0 {
		return support.Wrong(key, "own_words.line", "before", tail(text[:at]))
	}
	for rest := text; ; {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			return nil
		}
		end := strings.IndexByte(rest[open:], '}')
		if end < 0 {
			return support.Wrong(key, "own_words.brace", "at", head(rest[open:]))
		}
		arg, kind, _ := strings.Cut(rest[open+1:open+end], ":")
		known := slices.ContainsFunc(ours.pieces, func(p piece) bool { return p.arg == arg && arg != "" && (kind == "" || kind == "^" || p.kind == kind) })
		if !known {
			return support.Wrong(key, "own_words.argument", "at", rest[open:open+end+1], "known", arguable(ours))
		}
		rest = rest[open+end+1:]
	}
}

// arguable are the arguments of a message, as they are written.
func arguable(m message) string {
	var out []string
	for _, p := range m.pieces {
		says := "{" + p.arg + "}"
		if p.kind != "" {
			says = "{" + p.arg + ":" + p.kind + "}"
		}
		if p.arg != "" && !slices.Contains(out, says) {
			out = append(out, says)
		}
	}
	if len(out) == 0 {
		return "—"
	}
	return strings.Join(out, " ")
}

// head and tail are the first and last characters of a text.
func head(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}

func tail(s string) string {
	if r := []rune(s); len(r) > 20 {
		return "…" + string(r[len(r)-20:])
	}
	return s
}
