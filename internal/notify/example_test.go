package notify

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// bookOf is what the stories of a language are shipped as.
func bookOf(t *testing.T, code string) book {
	t.Helper()
	b := book{Mails: map[string]bookMail{}}
	for i, s := range stories(t, code) {
		used := 0
		for _, x := range s.told {
			if x.mail.Language != code {
				continue // colleagues read English or Japanese
			}
			m, there := b.Mails[x.effect.Template]
			if !there {
				m = bookMail{Story: i, Facts: x.facts, Effect: x.effect, At: x.notice.At, Recipient: x.notice.Recipient}
				for a, p := range x.notice.People {
					m.People = append(m.People, bookPerson{a, p})
				}
				slices.SortFunc(m.People, func(a, b bookPerson) int { return strings.Compare(string(a.Kind)+a.Family, string(b.Kind)+b.Family) })
				used = max(used, x.facts)
			}
			for _, key := range x.said {
				if strings.HasPrefix(key, "mail.") && !slices.Contains(m.Keys, key) {
					m.Keys = append(m.Keys, key)
				}
			}
			b.Mails[x.effect.Template] = m
		}
		story := bookStory{Facts: s.facts[:used], Texts: map[int64]string{}}
		for id, text := range s.texts {
			if text != canary {
				story.Texts[id] = text
			}
		}
		b.Stories = append(b.Stories, story)
	}
	return b
}

// Every kind of mail has an example in each language in which it is written, made of
// facts of the stories, and says there what its mail says (UX-13). Run with -update
// after a change of the stories.
func TestExamplesAreThoseOfTheStories(t *testing.T) {
	t.Parallel()
	for _, code := range languages {
		got, err := json.MarshalIndent(bookOf(t, code), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		name := "examples/" + code + ".json"
		if *update {
			if err := os.WriteFile(name, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if want, err := os.ReadFile(name); err != nil || strings.TrimSpace(string(want)) != string(got) {
			t.Errorf("%s is not what the stories say (%v): run go test ./internal/notify -update", name, err)
		}
		first := map[string]bool{}
		eachMail(t, code, func(s *story, x told) {
			if first[x.effect.Template] || x.mail.Language != code {
				return
			}
			first[x.effect.Template] = true
			m, err := Example(code, x.effect.Template, nil, s.pack, x.notice.Desk, s.now)
			if err != nil || m.Text != x.mail.Text || m.Subject != x.mail.Subject {
				t.Errorf("%s: the example of %s: %v\n%s\nwant\n%s", code, x.effect.Template, err, m.Text, x.mail.Text)
			}
		})
	}
}

// A kind's own words stand in it, and in no other; its letters have examples too.
func TestExamplesHaveTheDesksOwnWords(t *testing.T) {
	t.Parallel()
	s := newStory(t, lang.English)
	d := Desk{Name: "Madoguchi", Sender: "support@example.net", BaseURL: "https://support.example.net"}
	for _, code := range languages {
		kinds := Kinds(code)
		if kinds[0].Template != Every || len(kinds[0].Keys) < 10 {
			t.Errorf("%s: the words of all mails are %q", code, kinds[0].Keys)
		}
		for _, k := range kinds {
			m, err := Example(code, k.Template, nil, s.pack, d, s.now)
			if err != nil || m.Subject == "" || m.Text == "" || m.Language != code || strings.Contains(m.Text, canary) {
				t.Errorf("%s: %s: %v, %q", code, k.Template, err, m.Subject)
				continue
			}
			for _, key := range k.Keys {
				if lang.Ours(code, key) == "" {
					t.Errorf("%s: %s says %s, which has no words", code, k.Template, key)
				}
			}
			const own = "Words of our own."
			words := map[string]string{}
			for _, key := range k.Keys {
				words[key] = own
			}
			m, err = Example(code, k.Template, words, s.pack, d, s.now)
			if err != nil || !strings.Contains(m.Text, own) || !strings.Contains(m.HTML, own) {
				t.Errorf("%s: %s lacks its own words: %v", code, k.Template, err)
			}
		}
	}
	if _, err := Example(lang.German, "escalated", nil, s.pack, d, s.now); support.CodeOf(err) != support.NotFound {
		t.Errorf("a mail that there is not in German: %v", err)
	}
	if n := len(slices.Collect(maps.Keys(templates))); len(Kinds(lang.English)) < n {
		t.Errorf("%d kinds of mails, of %d", len(Kinds(lang.English)), n)
	}
}
