package lang

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// Person is a name as it is stored, in two parts and in whatever script.
type Person struct {
	Family, Given string
}

// People are names by who acts; an actor without name is told by its side.
type People map[support.Actor]Person

// Names is what a sentence about facts needs besides the facts: who is who,
// and the zone in which instants are written.
type Names struct {
	People People
	// Zone is the reader's; "" is UTC.
	Zone string
	// Pack names offerings, products and reasons; nil: ids stand for themselves.
	Pack *policy.Pack
}

// Name writes a person's name: Japanese family name first with 様 for customers
// (honoured), others given name first, unless the name is in a script that
// puts the family first. No name at all is "".
func Name(lang string, p Person, honoured bool) string {
	family, given := strings.TrimSpace(p.Family), strings.TrimSpace(p.Given)
	first, second := given, family
	ja := Voice{Lang: lang}.language() == Japanese
	if eastern(family+given) || ja && !latin(family+given) {
		first, second = family, given
	}
	name := strings.TrimSpace(first + " " + second)
	if name != "" && honoured && ja {
		return name + " 様"
	}
	return name
}

func eastern(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
	})
}

func latin(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Latin) })
}

// Who names an actor in a language: a person, or the side when the name is not
// known.
func (p People) Who(lang string, a support.Actor) string {
	if name := Name(lang, p[a], a.Kind == support.Customer); name != "" {
		return name
	}
	if a.Kind == "" {
		return Word(lang, "actor", string(support.System))
	}
	return Word(lang, "actor", string(a.Kind))
}

func itoa(n int) string { return strconv.Itoa(n) }

// LanguageName is what a language is called in the voice's language: ja is
// Japanese, 日本語. A code that nobody knows is given back.
func (v Voice) LanguageName(code string) string {
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	if name := display.Tags(language.Make(v.Lang)).Name(tag); name != "" {
		return name
	}
	return code
}
