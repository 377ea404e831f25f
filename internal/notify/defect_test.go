package notify

import (
	"testing"

	"madoguchi/internal/support"
)

// defective is a request that is linked to a defect which gets fixed.
func defective(t *testing.T, code string) *story {
	t.Helper()
	s := newStory(t, code)
	s.at(8, 10, 0).customer(sato, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: sato, Product: "esx", Severity: 3,
		Title: w("title"), Body: w("body")})
	s.at(8, 10, 30).staff(ito, &support.Comment{Text: w("comment")})
	public := support.Text{ID: 900, SHA256: "x"}
	s.texts[public.ID] = words["wrong"][code]
	s.world.Defects = []support.Defect{{ID: 1001, Product: "esx", State: support.DefectFixing, Public: public}}
	s.at(8, 11, 0).staff(ito, &support.LinkDefect{Defect: 1001})
	s.world.Defects[0].State, s.world.Defects[0].FixedIn = support.DefectFixed, "4.0 Update 1"
	s.at(9, 11, 0).do(support.Actor{Kind: support.System}, &support.TellDefect{Defect: 1001, Run: 1}, support.RoleSystem)
	s.at(9, 11, 10).staff(ito, &support.Ask{NewAsk: support.NewAsk{Kind: support.AskVerifyBug, Of: support.OfEngineering, Text: w("canary")}})
	s.staff(ito, &support.AssignAsk{N: 1, Staff: nisida})
	s.at(9, 11, 30).staff(nisida, &support.AnswerAsk{N: 1, Text: w("canary")})
	s.staff(ito, &support.Ask{NewAsk: support.NewAsk{Kind: support.AskReproduce, Of: support.OfEngineering, Text: w("canary")}})
	s.staff(ito, &support.AssignAsk{N: 2, Staff: nisida})
	s.staff(ito, &support.CancelAsk{N: 2, Reason: w("canary")})
	s.at(9, 12, 0).do(support.Actor{Kind: support.System}, &support.TellBroadcast{Run: 2, Text: w("wrong")}, support.RoleSystem)
	return s
}
