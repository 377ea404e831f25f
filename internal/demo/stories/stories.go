// Package stories is what customers and engineers of the demonstration write to
// each other: problems with a vendor's virtualization products, as they are told
// in a year of support, in English and Japanese.
//
// It refuses to know rules and rows: it is words. Who writes them when, and what
// becomes of a request, is decided where they are played.
//
// Data layout: [Technical] problems, each told in both languages with places to
// fill ({host}, {guest}, {n} …), and short lists for other kinds of requests.
package stories

import "strings"

// Story is one technical problem. Products are those that it fits; Criterion is of
// the severity's definition.
type Story struct {
	ID        string
	Products  []string
	Severity  int
	Criterion string
	Ask       string // kind of the first ask
	Tag       string
	En, Ja    Telling
}

// Telling is a story in one language. Titles are several ways to call it.
type Telling struct {
	Titles   []string
	Body     string
	Response string // the engineer's first words
	Asked    string
	Answer   string
	Found    string // what was found, and what to do
	Cause    string
}

// In gives the story in a language; anything but ja is English.
func (s Story) In(lang string) Telling {
	if lang == "ja" {
		return s.Ja
	}
	return s.En
}

// Fill writes values into the places of a text.
func Fill(text string, values map[string]string) string {
	pairs := make([]string, 0, 2*len(values))
	for name, v := range values {
		pairs = append(pairs, "{"+name+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Other is a request that is no technical problem: a title and its text.
type Other struct{ Title, Text, Answer string }

// Technical are the problems.
func Technical() []Story {
	var out []Story
	for _, list := range [][]Story{storage, network, hosts, guests, management, desktops} {
		out = append(out, list...)
	}
	return out
}
