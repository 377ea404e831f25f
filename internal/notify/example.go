package notify

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// Every names the words of all mails, where a kind of mail is named.
const Every = "every"

// exampleFiles are the requests that our tests play through the core, with what each
// kind of mail was made of: facts that commands have made.
//
//go:embed examples/*.json
var exampleFiles embed.FS

// book is one language of them.
type book struct {
	Stories []bookStory
	Mails   map[string]bookMail // by template
}

type bookStory struct {
	Facts []support.Fact
	Texts map[int64]string
}

// bookMail is the first mail of a template: made of so many facts of a story. Keys
// are those of all words that mails of the template say.
type bookMail struct {
	Story, Facts int
	Effect       support.Effect
	At           time.Time
	Recipient    Recipient
	People       []bookPerson
	Keys         []string
}

type bookPerson struct {
	support.Actor
	lang.Person
}

// books are read when they are first asked for.
var books = sync.OnceValue(func() map[string]book {
	out := map[string]book{}
	for _, code := range []string{lang.English, lang.Japanese, lang.German, lang.French} {
		raw, err := exampleFiles.ReadFile("examples/" + code + ".json")
		var b book
		if err == nil {
			err = json.Unmarshal(raw, &b)
		}
		if err != nil {
			panic("notify: " + err.Error())
		}
		out[code] = b
	}
	return out
})

// Kind is a kind of mail in a language.
type Kind struct {
	Template string
	Staff    bool // it goes to colleagues
	Letter   bool // it is about no request
	// Keys are those of the words that it says, with the form of those that depend on
	// a number.
	Keys []string
}

// Kinds are all kinds of mails that there are in a language, those to customers
// first. [Every] is the first of all: with the words that several of them say.
func Kinds(code string) []Kind {
	var out []Kind
	times := map[string]int{}
	add := func(k Kind) {
		out = append(out, k)
		for _, key := range k.Keys {
			times[key]++
		}
	}
	b := books()[code]
	for _, name := range slices.Sorted(maps.Keys(b.Mails)) {
		add(Kind{Template: name, Staff: templates[name].staff, Keys: b.Mails[name].Keys})
	}
	slices.SortStableFunc(out, func(a, b Kind) int { return compare(a.Staff, b.Staff) })
	if code == lang.English || code == lang.Japanese {
		for _, name := range letterNames() {
			add(Kind{Template: name, Letter: true, Keys: letterKeys(code, name)})
		}
	}
	every := Kind{Template: Every}
	for _, key := range slices.Sorted(maps.Keys(times)) {
		if times[key] > 1 {
			every.Keys = append(every.Keys, key)
		}
	}
	return append([]Kind{every}, out...)
}

func compare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

const letterPrefix = "mail.letter."

// letterNames are the letters that there are words for.
func letterNames() (out []string) {
	for _, key := range lang.KeysOf(lang.English, letterPrefix) {
		name, _, _ := strings.Cut(strings.TrimPrefix(key, letterPrefix), ".")
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// letterKeys are the keys of a letter as they are said, and of its greeting and foot.
func letterKeys(code, name string) []string {
	keys := lang.KeysOf(code, letterPrefix+name+".")
	rank := func(key string) int {
		switch key[strings.LastIndexByte(key, '.')+1:] {
		case "subject":
			return 0
		case "lead":
			return 1
		}
		return 2
	}
	slices.SortStableFunc(keys, func(a, b string) int { return rank(a) - rank(b) })
	return append([]string{"mail.greeting"}, append(keys, "mail.footer_letter")...)
}

// Example is a mail of a kind as it would leave, over an example of ours: of a request
// that our tests play, or a letter about things that there are not. [Every] shows the
// receipt.
func Example(code, name string, words map[string]string, p *policy.Pack, d Desk, at time.Time) (Mail, error) {
	if name == Every {
		name = acknowledgement
	}
	own := func(string) *lang.Own { return lang.NewOwn(code, words) }
	if slices.Contains(letterNames(), name) {
		return letterExample(code, name, own, p, d, at)
	}
	b := books()[code]
	x, ok := b.Mails[name]
	if !ok || x.Story >= len(b.Stories) {
		return Mail{}, support.Refuse(support.NotFound, "mail_words.unknown")
	}
	story := b.Stories[x.Story]
	n := Notice{Effect: x.Effect, Request: &support.Request{ID: exampleRequest}, Facts: story.Facts[:x.Facts], Texts: story.Texts, Recipient: x.Recipient, People: lang.People{},
		Pack: p, Desk: d, At: x.At, Own: own}
	for _, one := range x.People {
		n.People[one.Actor] = one.Person
	}
	support.Fold(n.Request, n.Facts...)
	return Render(n)
}

const exampleRequest = 10_000_000

// letterExample is a letter with all that it may say.
func letterExample(code, name string, own func(string) *lang.Own, p *policy.Pack, d Desk, at time.Time) (Mail, error) {
	to := Recipient{Person: exampleReader[code], Email: "hanako@example.com", Language: code, Zone: "Asia/Tokyo", Number: "1234567897"}
	page := LetterPage{Args: map[string]string{
		"address": "hanako@example.com", "email": "hanako@example.com", "sender": "hanako@example.com", "at": at.Format(time.RFC3339), "since": at.AddDate(0, 0, -3).Format(time.RFC3339),
		"due": at.Add(time.Hour).Format(time.RFC3339), "ends": at.AddDate(0, 1, 0).Format(time.RFC3339), "until": at.AddDate(0, 0, 2).Format(time.RFC3339),
		"callback": "CB-1", "contract": "BAS-2010-0417", "offering": "basic", "product": "esx", "programme": "ESX 5", "key": "esx-5", "host": "hooks.example.com", "most": "20",
		"name": to.Family + " " + to.Given, "number": support.SpokenNumber(exampleRequest), "primary": to.Family, "role": string(support.RoleSupportAdmin), "title": "ESX 4.0", "token": "mdg_…"}}
	for _, key := range lang.KeysOf(lang.English, letterPrefix+name+".") {
		if part := strings.TrimPrefix(key, letterPrefix+name+"."); part != "subject" && part != "lead" {
			page.Says = append(page.Says, part)
		}
	}
	e := support.Effect{Key: "example." + name, Kind: "mail", Template: name, Recipient: support.Recipient{Kind: support.ToContact, ID: 1}}
	m, err := RenderLetter(Letter{Effect: e, Recipient: to, Page: page, Pack: p, Desk: d, At: at, Own: own})
	if err != nil {
		err = fmt.Errorf("example of a letter: %w", err)
	}
	return m, err
}

var exampleReader = map[string]lang.Person{lang.English: {Family: "Sato", Given: "Hanako"}, lang.Japanese: {Family: "佐藤", Given: "花子"}}
