package notify

import (
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// What a member of a beta is told: no answer is promised, a wish becomes the
// vendor's, and at the end where to go.
//
// guide: R35, R37
func TestBetaPromisesNothing(t *testing.T) {
	t.Parallel()
	for code, want := range map[string][3]string{
		"en": {"no response is promised", "become the vendor's property", "file a request on your support contract"},
		"ja": {"回答はお約束していません", "内容はベンダーに帰属します", "サポート契約でリクエストを登録"},
	} {
		s := newStory(t, code)
		s.world.Beta = support.BetaFiling{Member: true, Programme: support.BetaProgramme{ID: 1, Name: "beta", Product: "esx", Version: "4.0", EndsAt: s.now.AddDate(0, 1, 0)}}
		s.customer(sato, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: sato, Title: w("title"), Body: w("body"),
			Beta: 1, BetaSort: support.BetaFeature, AcceptProperty: true})
		s.do(support.Actor{Kind: support.System}, &support.EndBeta{Programme: 1}, support.RoleSystem)
		first, _ := s.first(acknowledgement)
		last, _ := s.first("completed")
		for i, m := range []Mail{first.mail, first.mail, last.mail} {
			if text := strings.ReplaceAll(m.Text, "\n", " "); !strings.Contains(text, want[i]) && !strings.Contains(strings.ReplaceAll(m.Text, "\n", ""), want[i]) {
				t.Errorf("%s: the mail does not say %q:\n%s", code, want[i], m.Text)
			}
		}
		if len(s.told) != 2 {
			t.Errorf("%s: %s", code, s.templates())
		}
	}
}
