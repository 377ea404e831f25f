package lang

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func (c *catalogue) keys(area string) []string {
	found := map[string]bool{}
	for k, m := range c.messages {
		base, _, _ := strings.Cut(k, "[")
		if area == "" || m.area == area {
			found[base] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func TestEnglishAndJapaneseSayTheSameThings(t *testing.T) {
	t.Parallel()
	en, ja := catalogues[English]().keys(""), catalogues[Japanese]().keys("")
	for _, k := range en {
		if _, found := slices.BinarySearch(ja, k); !found {
			t.Errorf("%s is missing in Japanese", k)
		}
	}
	for _, k := range ja {
		if _, found := slices.BinarySearch(en, k); !found {
			t.Errorf("%s is missing in English", k)
		}
	}
}

// guide: R48
func TestCustomerServiceSpeaksFourLanguages(t *testing.T) {
	t.Parallel()
	for _, code := range []string{Japanese, German, French} {
		if got, want := catalogues[code]().keys("service"), catalogues[English]().keys("service"); !slices.Equal(got, want) {
			t.Errorf("%s: the mails of customer service have other keys than in English:\n%v\n%v", code, got, want)
		}
	}
	if got, want := catalogues[German]().keys(""), catalogues[French]().keys(""); !slices.Equal(got, want) {
		t.Errorf("German and French differ:\n%v\n%v", got, want)
	}
	words := regexp.MustCompile(`\{[a-z_]+:\^?([a-z_]+)\}`)
	for _, code := range []string{German, French} {
		c := catalogues[code]()
		for key, m := range c.messages {
			for _, p := range m.pieces {
				if enum := strings.TrimPrefix(p.kind, "^"); enum != "" && words.MatchString("{x:"+enum+"}") && enum != "date" && !c.hasEnum(enum) {
					t.Errorf("%s: %s writes a %s, for which there are no words", code, key, enum)
				}
			}
		}
	}
}

func (c *catalogue) hasEnum(enum string) bool {
	for k := range c.messages {
		if strings.HasPrefix(k, "word."+enum+".") {
			return true
		}
	}
	return false
}

func TestArgumentsAreTheSameInAllLanguages(t *testing.T) {
	t.Parallel()
	for _, code := range []string{Japanese, German, French} {
		for _, k := range catalogues[code]().keys("") {
			got, want := catalogues[code]().arguments(k), catalogues[English]().arguments(k)
			if slices.Equal(got, want) {
				continue
			}
			// A language may leave out what its sentence does not need, never add.
			for _, a := range got {
				if !slices.Contains(want, a) {
					t.Errorf("%s: %s names {%s}, English names %v", code, k, a, want)
				}
			}
			if !leftOut[code+" "+k] {
				t.Errorf("%s: %s leaves out one of %v", code, k, want)
			}
		}
	}
}

// leftOut are messages whose sentence needs fewer arguments in a language.
var leftOut = map[string]bool{
	"de mail.say.filed_for": true, "fr mail.say.filed_for": true, // the way is clear to who called
}

func TestPluralFormsAreComplete(t *testing.T) {
	t.Parallel()
	forms := map[string][]string{English: {"one", "other"}, Japanese: {"other"}, German: {"one", "other"}, French: {"one", "other"}}
	for code, read := range catalogues {
		c := read()
		for key := range c.plurals {
			for _, f := range []string{"one", "other"} {
				_, has := c.messages[key+"["+f+"]"]
				if want := slices.Contains(forms[code], f); has != want {
					t.Errorf("%s: %s[%s]: there %v, wanted %v", code, key, f, has, want)
				}
			}
			if _, plain := c.messages[key]; plain {
				t.Errorf("%s: %s stands with and without forms", code, key)
			}
		}
		for key := range c.messages {
			if base, form, ok := strings.Cut(key, "["); ok && form != "one]" && form != "other]" {
				t.Errorf("%s: %s has the unknown form %s", code, base, form)
			}
		}
	}
}

// The field's words, and those that it does not use (glossary).
func TestWordsAreTheFields(t *testing.T) {
	t.Parallel()
	wrong := map[string]*regexp.Regexp{
		English:  regexp.MustCompile(`(?i)\b(ticket|breach|license|handover|closure|sla|case|please do not hesitate)s?\b`),
		Japanese: regexp.MustCompile(`違反|チケット|サーバ[^ー]|サポート リクエスト|致します|下さい|出来ま`),
	}
	for code, re := range wrong {
		for k, m := range catalogues[code]().messages {
			for _, p := range m.pieces {
				if w := re.FindString(p.text); w != "" {
					t.Errorf("%s: %s says %q", code, k, w)
				}
			}
		}
	}
	ascii := regexp.MustCompile(`[,.!?;] |[A-Za-z]{3,} [a-z]{3,} [a-z]{3,} [a-z]{2,}`)
	for k, m := range catalogues[Japanese]().messages {
		for _, p := range m.pieces {
			if w := ascii.FindString(p.text); w != "" {
				t.Errorf("ja: %s holds %q", k, w)
			}
		}
	}
}

// Every message is used. Those that are built at run time are listed by their
// beginning.
func TestNoMessageIsUnused(t *testing.T) {
	t.Parallel()
	used := literals(t, speaking...)
	built := regexp.MustCompile(`^(word|span)\.|^mail\.(subject|do|letter)\.|_you$|^page\.`) // pages put page. before their own words
	for _, k := range catalogues[English]().keys("") {
		if !used[k] && !built.MatchString(k) {
			t.Errorf("nobody says %s", k)
		}
	}
}

// Every enumeration that a message or the program writes has words.
func TestEnumerationsOfMessagesHaveWords(t *testing.T) {
	t.Parallel()
	other := []string{"", "date", "amount", "seconds", "bytes", "offering", "product", "region", "site", "criterion", "scope"}
	for code, read := range catalogues {
		c := read()
		for key, m := range c.messages {
			for _, p := range m.pieces {
				enum := strings.TrimPrefix(p.kind, "^")
				if !slices.Contains(other, enum) && !c.hasEnum(enum) && !catalogues[English]().hasEnum(enum) {
					t.Errorf("%s: %s writes an argument as %q, which is no way to write one", code, key, enum)
				}
			}
		}
	}
}

func TestWrongCataloguesAreRefusedWithFileAndLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"a.b = fine\nno equals sign", "catalogue/en/x.txt:2: write `key = text`"},
		{"a.b = one\na.b = two", "catalogue/en/x.txt:2: a.b stands here twice"},
		{"a.b = open {brace", "a brace is not closed"},
		{"a.b = {Wrong Name}", "is no name of an argument"},
	} {
		_, err := read(fstest.MapFS{"catalogue/en/x.txt": {Data: []byte(c.text)}}, English)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestCatalogueFilesAreSortedIntoKnownAreas(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("catalogue/*/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(b), "\n") {
			if strings.TrimRight(line, " ") != line {
				t.Errorf("%s:%d ends in blanks", f, i+1)
			}
		}
	}
}
