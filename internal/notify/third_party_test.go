package notify

import (
	"testing"

	"madoguchi/internal/support"
)

// foreign is a request about a component whose vendor we do not reach.
func foreign(t *testing.T, code string) *story {
	t.Helper()
	s := newStory(t, code)
	s.at(1, 10, 0).customer(sato, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: sato, Product: "esx", Version: "4.0", Severity: 3,
		Title: w("title"), Body: w("body"), ThirdParties: []support.NewThirdParty{{Vendor: w("fulcrum"), Component: w("8g"), Version: "2.1"}}})
	s.at(1, 11, 0).staff(ito, &support.Take{})
	s.staff(ito, &support.StateGrounds{N: 1, Text: w("grounds")})
	s.staff(ito, &support.Ask{NewAsk: support.NewAsk{Kind: support.AskRemedy, Text: w("details"), Removes: 1}})
	s.customer(sato, &support.DeclineAsk{N: 1, Reason: w("noway")})
	s.staff(ito, &support.SuggestVendorCase{N: 1, Text: w("details")})
	s.customer(sato, &support.RecordVendorCase{N: 1, Number: w("case")})
	s.staff(ito, &support.RecordVendorAnswer{N: 1, Finding: support.AtFault, Text: w("solved")})
	return s
}

// reached is a request about a component whose vendor we reach, late to answer.
func reached(t *testing.T, code string) *story {
	t.Helper()
	s := newStory(t, code)
	s.at(1, 10, 0).customer(sato, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: sato, Product: "esx", Version: "4.0", Severity: 3,
		Title: w("title"), Body: w("body")})
	s.at(1, 11, 0).staff(ito, &support.Take{})
	s.customer(sato, &support.NameThirdParty{NewThirdParty: support.NewThirdParty{Vendor: w("borealis"), Component: w("b200")}})
	s.staff(ito, &support.AllowSharing{N: 1, Consent: &support.Consent{Contact: sato, How: support.Phone}})
	s.staff(ito, &support.OpenCollaboration{N: 1, Ground: "no_root_cause", Mutual: true, Text: w("details")})
	s.at(3, 12, 0).tick()
	s.staff(ito, &support.MoveCollaboration{N: 1, To: support.CollaborationRejected, Text: w("noway"), Theirs: w("canary")})
	s.staff(ito, &support.WithdrawSharing{N: 1})
	return s
}
