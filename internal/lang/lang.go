// Package lang turns what the core says into words: refusals, grounds, routes,
// clocks, facts, enumerations, dates, spans of time and names, in English and
// Japanese; the mails of customer service requests also in German and French
// (R48).
//
// It refuses to know where the words go (page, mail, terminal), who may read
// them, and what time it is: language, zone and instant are arguments. It
// decides nothing; it only says what was decided.
//
// Data layout: catalogue/LANGUAGE/AREA.txt, one message per line, `key = text`.
// Named arguments stand in braces, {name}, or with the way to write them,
// {until:date}; the ways are listed at [Voice.write]. A message that depends on
// a number has one line for each plural form, `key[one]` and `key[other]`; the
// number is the argument n. Everything is read when the program starts, and the
// tests hold the languages against each other and against the keys that the
// sources use.
package lang

import (
	"madoguchi/internal/policy"
)

// The languages. English and Japanese have every message; German and French
// have the area "service" and the words that it uses (R48).
const (
	English  = "en"
	Japanese = "ja"
	German   = "de"
	French   = "fr"
)

// Voice is how somebody is spoken to: the language, the zone in which instants
// are written, and the pack whose names stand in for ids. The zero value is
// English, in UTC, with ids for names.
type Voice struct {
	Lang string
	// Zone is an IANA name; "" or an unknown one is UTC.
	Zone string
	// Pack names offerings, products, regions and the like; nil: ids stand for
	// themselves.
	Pack *policy.Pack
	// Own are words of the desk's own, for one mail; nil: ours are said.
	Own *Own
}

// Message is the text of a key in a language, with its arguments filled in. A
// language without the message is answered in English, a key without any
// message with the key itself. An argument that is missing leaves its name.
func Message(lang, key string, args map[string]string) string {
	return Voice{Lang: lang}.Message(key, args)
}

// Message is [Message] in this voice.
func (v Voice) Message(key string, args map[string]string) string {
	var pairs arguments
	for name, value := range args {
		pairs = append(pairs, name, value)
	}
	return v.Say(key, pairs...)
}

// Say is [Voice.Message] with its arguments as pairs of a name and a value.
func (v Voice) Say(key string, args ...string) string {
	own := v.language()
	if v.Own != nil {
		if m, ok := v.Own.find(own, key, args); ok {
			return v.fill(m, args)
		}
	}
	for _, code := range [...]string{own, English} {
		if m, ok := catalogues[code]().find(key, args); ok {
			v.Lang = code
			return v.fill(m, args)
		}
	}
	return key
}

// Has tells whether a key has a message of its own in a language.
func Has(lang, key string) bool {
	_, ok := catalogues[Voice{Lang: lang}.language()]().find(key, arguments{"n", "1"})
	return ok
}

// Base is the catalogue by which a language tag is answered: the tag's own
// language when there is one, otherwise English. Region and script do not
// matter: ja-JP is ja. Full asks for a catalogue with every message.
func Base(tag string, full bool) string {
	code := Voice{Lang: tag}.language()
	if full && code != Japanese {
		return English
	}
	return code
}

func (v Voice) language() string {
	code := v.Lang
	for i, c := range code {
		if c == '-' || c == '_' {
			code = code[:i]
			break
		}
	}
	if _, ok := catalogues[code]; !ok {
		return English
	}
	return code
}

// Word is one value of an enumeration in words: turn, stage, kind, channel,
// outcome, metric, ask, role, severity and the like. A value without a word
// stands for itself.
func Word(lang, enum, value string) string { return Voice{Lang: lang}.Word(enum, value) }

// Turn is whose turn it is; support works on nothing that nobody owns.
func (v Voice) Turn(turn string, owned bool) string {
	return v.Word("turn", TurnWord(turn, owned))
}

// TurnWord is the value of the enumerations turn and turn_yours for a turn.
func TurnWord(turn string, owned bool) string {
	if turn == "support" && !owned {
		return "support_queued"
	}
	return turn
}

// Word is [Word] in this voice.
func (v Voice) Word(enum, value string) string {
	if value == "" {
		return ""
	}
	key := "word." + enum + "." + value
	if s := v.Message(key, nil); s != key {
		return s
	}
	return value
}
