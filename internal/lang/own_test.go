package lang

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// Own words stand for ours where there are any; what cannot be said is refused with
// its place, and where it stands all the same ours are said.
func TestOwnWordsStandForOurs(t *testing.T) {
	t.Parallel()
	const key = "mail.say.hand_over_announced"
	args := map[string]string{"from": "Ito", "to": "Byrne", "at": "tonight", "ground": "time_zone"}
	ours := Voice{Lang: English}.Message(key, args)
	o := NewOwn(English, map[string]string{key: "Dear customer, {to} takes over from {from}."})
	if got := (Voice{Lang: English, Own: o}).Message(key, args); got != "Dear customer, Byrne takes over from Ito." || !slices.Equal(o.Said, []string{key}) {
		t.Errorf("%q, said %q", got, o.Said)
	}
	for text, place := range map[string]string{
		"{nobody} takes over": "{nobody}", "from {from": "{from", "{to:bytes} takes over": "{to:bytes}", "two\nlines": "two", "{} takes over": "{}",
	} {
		err := CheckOwn(English, key, text)
		var e *support.Error
		if !errors.As(err, &e) || e.Field != key || !strings.Contains(Error(English, e), place) {
			t.Errorf("%q: %v", text, err)
		}
		if got := (Voice{Lang: English, Own: NewOwn(English, map[string]string{key: text})}).Message(key, args); got != ours {
			t.Errorf("%q is said: %q", text, got)
		}
	}
	if CheckOwn(English, "page.mails", "x") == nil || CheckOwn(English, "mail.none", "x") == nil {
		t.Error("words of no mail are taken")
	}
	for _, code := range []string{English, Japanese, German, French} {
		for _, k := range KeysOf(code, "mail.") {
			if err := CheckOwn(code, k, Ours(code, k)); err != nil {
				t.Errorf("our own words of %s in %s are refused: %v", k, code, err)
			}
		}
	}
}
