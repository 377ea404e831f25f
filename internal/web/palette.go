package web

import (
	"encoding/json"
	"fmt"
	"strings"

	"madoguchi/internal/lang"
)

// key is something that staff can do with the keyboard: by keys of its own, or by
// its name in the palette (UX-15, UX-16).
type key struct {
	Do    string `json:"do,omitempty"`   // the element that stands for it on a page, by data-do
	Path  string `json:"path,omitempty"` // or where it leads
	Keys  string `json:"key,omitempty"`  // one key, or two with a space between
	Label string `json:"label"`
	Find  string `json:"find"` // its words in every language
}

// keyed are those that are not works: name, keys, path, and the message that says it.
var keyed = []struct{ do, keys, path, says string }{
	{"palette", "", "", "key.palette"},
	{"sheet", "?", "", "key.sheet"},
	{"search", "/", "", "key.search"},
	{"", "g q", "/", "key.queue"},
	{"", "g m", "/?view=mine", "view.mine"},
	{"", "g u", "/?view=unowned", "view.unowned"},
	{"", "g c", "/?view=completed", "view.completed"},
	{"", "g e", mailsPath, "mails"},
	{"", "g a", managePath, "nav.manage"},
	{"", "g p", contractsPath, "nav.contracts"},
	{"", "g s", macrosPath, "macros"},
	{"next", "g n", "", "next_take"},
	{"down", "j", "", "key.down"},
	{"up", "k", "", "key.up"},
	{"select", "x", "", "key.select"},
	{"bulk", "b", "", "bulk"},
	{"filter", "f", "", "filter"},
	{"later", "]", "", "key.later"},
	{"earlier", "[", "", "key.earlier"},
	{"owner", "t", "", "do_take"},
	{"reply", "r", "", "reply_public"},
	{"note", "n", "", "do_note"},
	{"macro", "i", "", "macro.use_one"},
	{"asks", "q", "", "do_ask"},
	{"contacts", "p", "", "do_contact"},
	{"promises", "m", "", "do_promise"},
	{"waiting", "w", "", "do_wait"},
	{"work", "w", "", "do_resume"},
	{"proposal", "d", "", "do_propose"},
	{"mail-file", "", "", "mails.file"},
	{"mail-new", "", "", "mails.new"},
	{"mail-contact", "", "", "mails.contact"},
	{"mail-reject", "", "", "mails.reject"},
	{"mail-block", "", "", "mails.block"},
	{"why", "", "", "why.link"},
	{"severity-granted", "", "", "do_grant"},
	{"severity-declined", "", "", "do_decline"},
}

// keysOfWorks are the works that have a key of their own.
var keysOfWorks = map[string]string{
	"assignment": "a", "hand-over": "h", "hand-over-accepted": "y", "severity-proposal": "v", "escalation": "e",
	"details": "l", "duplicate": "u", "defects": "z", "seconds": "s", "completed": "c", "said": "o",
}

// palettes writes what the keyboard can do into the assets, one file for each
// language, under a name that changes with what is in it.
func palettes(a *assets) (map[string]string, error) {
	out := map[string]string{}
	for _, of := range []string{lang.English, lang.Japanese} {
		b, err := json.Marshal(paletteIn(of))
		if err != nil {
			return nil, fmt.Errorf("palette: %w", err)
		}
		out[of] = a.keep("palette-"+of, "json", string(b))
	}
	return out, nil
}

// paletteIn is everything that the keyboard can do, in a language; it is found by
// its words in the others, too.
func paletteIn(of string) []key {
	other := lang.Voice{Lang: lang.English}
	if of == lang.English {
		other.Lang = lang.Japanese
	}
	var out []key
	add := func(k key, says string) {
		k.Label = lang.Voice{Lang: of}.Message("page."+says, nil)
		words := []string{k.Label, other.Message("page."+says, nil), strings.ReplaceAll(k.Do, "-", " ")}
		for _, v := range []string{lang.English, lang.Japanese} {
			if says := "page." + says + ".send"; lang.Has(v, says) {
				words = append(words, lang.Voice{Lang: v}.Message(says, nil))
			}
		}
		k.Find = strings.Join(words, " ")
		out = append(out, k)
	}
	for _, k := range keyed {
		add(key{Do: k.do, Path: k.path, Keys: k.keys}, k.says)
	}
	for _, w := range works {
		add(key{Do: w.path, Keys: keysOfWorks[w.path]}, "work."+w.name())
	}
	return out
}
