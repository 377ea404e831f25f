package desk

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Limits of macros.
const (
	maxMacroName = 60       // characters
	maxMacroText = 16 << 10 // bytes of one language
	maxMacroTags = 20
)

// MacroWords are the variables of macros: each stands for something of the request.
var MacroWords = []string{"contact", "account", "number", "title", "product", "owner", "due", "me"}

var macroWord = regexp.MustCompile(`\{([^{}\s]{0,40})\}`)

// KeepMacro keeps a text under a name, for a member of staff or for one of their
// teams. It fills the id; with an id it changes one that is theirs. A variable that
// is none is refused, so that no customer ever reads it.
func (d *Desk) KeepMacro(ctx context.Context, by support.Actor, m *store.Macro) error {
	if by.Kind != support.Vendor {
		return support.Refuse(support.Forbidden, "view.staff_only")
	}
	if err := checkMacro(m); err != nil {
		return err
	}
	return d.update(ctx, func(tx *store.Tx) error {
		if err := d.inTeam(tx, by.ID, m.Team); err != nil {
			return err
		}
		m.Staff, m.MadeAt = by.ID, support.Instant(d.real())
		if m.ID != 0 {
			return tx.ChangeMacro(*m)
		}
		kept := *m
		if err := tx.AddMacro(&kept); err != nil {
			return err
		}
		*m = kept
		return nil
	})
}

func checkMacro(m *store.Macro) error {
	m.Name = strings.TrimSpace(m.Name)
	switch n := utf8.RuneCountInString(m.Name); {
	case n == 0:
		return support.Wrong("name", "macro.name_needed")
	case n > maxMacroName:
		return support.Wrong("name", "view.name_long", "limit", strconv.Itoa(maxMacroName))
	case len(m.Tags) > maxMacroTags:
		return support.Wrong("tags", "macro.tags_many", "limit", strconv.Itoa(maxMacroTags))
	}
	for language, text := range m.Words {
		field := "text." + language
		if len(text) > maxMacroText {
			return support.Wrong(field, "macro.text_long", "limit", strconv.Itoa(maxMacroText))
		}
		if err := checkText(text, field); err != nil {
			return err
		}
		for _, found := range macroWord.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(MacroWords, found[1]) {
				return support.Wrong(field, "macro.word_unknown", "word", found[0], "words", "{"+strings.Join(MacroWords, "}, {")+"}")
			}
		}
		if strings.TrimSpace(text) == "" {
			delete(m.Words, language)
		}
	}
	if len(m.Words) == 0 {
		return support.Wrong("text.en", "macro.text_needed")
	}
	return cmp.Or(checkText(m.Name, "name"), checkText(strings.Join(m.Tags, " "), "tags"))
}

// FillMacro writes a macro for a reader: in their language where it has been written
// in it, else in another; values are those of its variables.
func FillMacro(m store.Macro, language string, values map[string]string) string {
	text := m.Words[language]
	if written := slices.Sorted(maps.Keys(m.Words)); text == "" && len(written) > 0 {
		text = m.Words[written[0]]
	}
	return macroWord.ReplaceAllStringFunc(text, func(x string) string {
		if value, ok := values[strings.Trim(x, "{}")]; ok {
			return value
		}
		return x
	})
}

// DropMacro forgets a macro that a member of staff keeps.
func (d *Desk) DropMacro(ctx context.Context, by support.Actor, id int64) error {
	return d.update(ctx, func(tx *store.Tx) error { return tx.DropMacro(by.ID, id) })
}
