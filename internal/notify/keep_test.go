package notify

import (
	"strings"
	"testing"

	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// kept is a customer service request of which texts are erased.
func kept(t *testing.T, code string) *story {
	t.Helper()
	s, esx := newStory(t, code), "esx"
	s.at(8, 10, 0).customer(sato, &support.File{Kind: support.CS, Channel: support.Portal, Contact: sato, Topic: "portal",
		Title: w("title"), Body: w("body"), Items: []string{"contract_number"}})
	s.at(8, 10, 10).staff(mori, &support.Comment{Text: w("comment")})
	s.at(8, 10, 20).customer(sato, &support.Comment{Text: w("again")})
	s.at(8, 10, 30).erase(watana, "comment")
	if code == lang.English || code == lang.Japanese { // technical requests are in these alone
		s.staff(watana, &support.Reclassify{Kind: support.Technical, Severity: 3, Product: &esx, Reason: w("reason")})
		s.staff(watana, &support.Reclassify{Kind: support.CS, Topic: "licence", Reason: w("reason")})
	}
	s.staff(hayasi, &support.AddNote{Text: w("canary"), Label: "verification"})
	s.world.To = support.Contact{ID: sato, Active: true}
	s.staff(mori, &support.SwapPrimary{To: sato})
	s.staff(mori, &support.RestrictRequest{Staff: []int64{hayasi}, Reason: w("reason")})
	s.world.Hidden = true
	s.staff(ito, &support.BreakGlass{Reason: w("reason")})
	s.staff(watana, &support.LiftRestriction{Reason: w("reason")})
	return s
}

// erase lets somebody erase the last text of a kind of fact.
func (s *story) erase(id int64, name string) {
	s.t.Helper()
	for _, f := range s.facts {
		if b, ok := f.Body.(support.Commented); ok && s.texts[b.Text.ID] == words[name][s.code] {
			s.staff(id, &support.RedactText{Seq: f.Seq, Ground: "secret", Reason: w("reason")})
			s.texts[b.Text.ID] = ""
		}
	}
}

// A mail that leaves after its text was erased says so instead.
func TestAMailWithoutItsText(t *testing.T) {
	t.Parallel()
	s := kept(t, "en")
	comment, ok := s.first("comment")
	if !ok {
		t.Fatal("nobody was told of the comment")
	}
	m, err := Render(s.notice(comment.effect))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(m.Text, words["comment"]["en"]) || !strings.Contains(m.Text, "(This text was erased.)") {
		t.Errorf("the mail reads:\n%s", m.Text)
	}
}
