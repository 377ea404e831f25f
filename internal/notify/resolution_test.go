package notify

import (
	"maps"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// Where a solution is promised, mails say by when, and that it is late.
func TestMailsSayByWhenItIsSolved(t *testing.T) {
	t.Parallel()
	for code, want := range map[string][2]string{
		"en": {"We aim to solve it by Tue 2 Jun 2026, 10:00 JST.", "A solution was due Tue 2 Jun 2026, 10:00 JST and is late."},
		"ja": {"2026年6月2日（火）10:00までの解決を目標に対応します。", "解決の目標（2026年6月2日（火）10:00）を過ぎています。"},
	} {
		s := newStory(t, code)
		pack := *s.pack
		pack.Offerings = maps.Clone(pack.Offerings)
		o := pack.Offerings["basic"]
		o.Targets = maps.Clone(o.Targets)
		rule := o.Targets[3]
		rule.Resolve = &policy.Amount{Value: (24 * time.Hour).Microseconds(), Unit: policy.Elapsed}
		o.Targets[3] = rule
		pack.Offerings["basic"], s.pack = o, &pack
		s.at(1, 10, 0).customer(sato, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: sato, Product: "esx", Severity: 3,
			Title: w("title"), Body: w("body")})
		s.at(1, 11, 0).staff(ito, &support.Comment{Text: w("comment")})
		s.at(3, 11, 0).tick()
		s.staff(ito, &support.Comment{Text: w("waiting")})
		var said []string
		for _, x := range s.told {
			if x.effect.Template == "comment" {
				said = append(said, strings.ReplaceAll(x.mail.Text, "\n", " "))
			}
		}
		for i, text := range want {
			if len(said) != 2 || !strings.Contains(said[i], text) && !strings.Contains(strings.ReplaceAll(said[i], " ", ""), strings.ReplaceAll(text, " ", "")) {
				t.Errorf("%s: mail %d lacks %q:\n%q", code, i+1, text, said)
			}
		}
	}
}
