package lang

import (
	"strings"

	"madoguchi/internal/support"
)

// thirdParties tells what happens with other vendors' components (R39).
func (s teller) thirdParties(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.ThirdPartyNamed:
		return "fact.third_party_named", args{"n": itoa(b.N), "lookup": string(b.Lookup)}
	case support.GroundsStated:
		return "fact.grounds_stated", args{"n": itoa(b.N)}
	case support.SharingAllowed:
		return "fact.sharing_allowed", args{"n": itoa(b.N), "contact": s.contact(b.Consent.Contact), "how": string(b.Consent.How)}
	case support.SharingWithdrawn:
		return "fact.sharing_withdrawn", args{"n": itoa(b.N)}
	case support.CollaborationOpened:
		a := args{"n": itoa(b.N), "at": s.Date(b.RespondBy)}
		return either(b.RespondBy.IsZero(), "fact.collaboration_opened", "fact.collaboration_opened_due"), a
	case support.CollaborationMoved:
		a := args{"n": itoa(b.N), "state": string(b.To)}
		switch b.Why {
		case "idle":
			return "fact.collaboration_idle", a
		case "sharing_withdrawn":
			return "fact.collaboration_withdrawn", a
		}
		return "fact.collaboration_moved", a
	case support.CollaborationOverdue:
		return "fact.collaboration_overdue", args{"n": itoa(b.N), "at": s.Date(b.RespondBy)}
	case support.VendorCaseSuggested:
		a := args{"n": itoa(b.N), "why": b.Why}
		return either(b.Required, "fact.vendor_case_required", "fact.vendor_case_suggested"), a
	case support.VendorCaseRecorded:
		return "fact.vendor_case_recorded", args{"n": itoa(b.N)}
	case support.VendorAnswered:
		return "fact.vendor_answered", args{"n": itoa(b.N), "finding": string(b.Finding)}
	case support.AskDeclined:
		return "fact.ask_declined", args{"n": itoa(b.N)}
	}
	return "", nil
}

// GuestAdvice is the way to support that a filing about guest software was told.
func (v Voice) GuestAdvice(g support.GuestAdvice) string {
	text := v.Named("guest_path", g.Item)
	if g.Partner != "" && v.Pack != nil {
		for _, p := range v.Pack.ThirdParty.Partners {
			if p.ID == g.Partner {
				text = v.Message("guest.partner", args{"partner": p.Name.In(v.language()), "condition": p.Condition.In(v.language())})
			}
		}
	}
	return strings.TrimSpace(text + " " + v.Word("physical", string(g.Physical)))
}
