package notify

import (
	"strings"

	"madoguchi/internal/support"
)

// thirdParty tells what happens with other vendors' components (R39).
func (w *writer) thirdParty(f support.Fact) bool {
	switch b := f.Body.(type) {
	case support.GroundsStated:
		w.quote(w.say("mail.say.grounds_stated", "n", itoa(b.N), "who", w.who(f.By)), b.Text)
	case support.ThirdPartyNamed:
		w.lead("mail.say.third_party_named", "who", w.who(f.By), "component", w.component(b.N), "lookup", string(b.Lookup))
	case support.SharingAllowed:
		w.lead("mail.say.sharing_allowed", "how", string(b.Consent.How), "component", w.component(b.N))
	case support.SharingWithdrawn:
		w.lead("mail.say.sharing_withdrawn", "component", w.component(b.N))
	case support.CollaborationOpened:
		w.quote(w.say("mail.say.collaboration_opened", "who", w.who(f.By), "component", w.component(b.N)), b.Text)
	case support.CollaborationMoved:
		if b.Why == "idle" {
			w.lead("mail.say.collaboration_idle", "component", w.component(b.N))
			return true
		}
		w.lead("mail.say.collaboration_moved", "component", w.component(b.N), "state", string(b.To))
		w.quote(w.say("mail.say.collaboration_text"), b.Text)
	case support.CollaborationOverdue:
		w.lead("mail.say.collaboration_overdue", "component", w.component(b.N), "at", w.v.Date(b.RespondBy))
	default:
		return w.vendorCase(f)
	}
	return true
}

// vendorCase tells of the customer's own case with another vendor, and of their
// no to an ask.
func (w *writer) vendorCase(f support.Fact) bool {
	switch b := f.Body.(type) {
	case support.VendorCaseSuggested:
		key := "mail.say.vendor_case_suggested"
		if b.Required {
			key = "mail.say.vendor_case_required"
		}
		w.lead(key, "component", w.component(b.N), "why", b.Why)
		w.doc.add(paragraph, w.say("mail.say.vendor_case_evidence"))
	case support.VendorCaseRecorded:
		w.quote(w.say("mail.say.vendor_case_recorded", "component", w.component(b.N)), b.Number)
	case support.VendorAnswered:
		w.lead("mail.say.vendor_answered", "component", w.component(b.N), "finding", string(b.Finding))
		w.quote(w.say("mail.say.vendor_answered_text"), b.Text)
	case support.AskDeclined:
		w.quote(w.say("mail.say.ask_declined", "who", w.who(f.By), "n", itoa(b.N)), b.Reason)
	default:
		return false
	}
	return true
}

// component is what component n is called, its vendor first.
func (w *writer) component(n int) string {
	for _, t := range w.Request.ThirdParties {
		if t.N == n {
			return strings.TrimSpace(w.text(t.Vendor) + " " + w.text(t.Component))
		}
	}
	return itoa(n)
}
