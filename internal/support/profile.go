package support

import (
	"time"

	"madoguchi/internal/policy"
)

// Certification is something that a contact was certified for (R53). Name and
// Number are personal data and can be erased.
type Certification struct {
	ID      int64  `json:"id"`
	Contact int64  `json:"contact"`
	Product string `json:"product,omitempty"` // that it is about; "": none of ours
	Name    Text   `json:"name"`
	Number  Text   `json:"number,omitzero"`
	// Until is exclusive; zero does not end.
	Until   time.Time `json:"until,omitzero"`
	AddedBy Actor     `json:"added_by"`
	At      time.Time `json:"at"`
	// VerifiedBy is the member of staff who saw the proof; 0: nobody has.
	VerifiedBy int64     `json:"verified_by,omitempty"`
	VerifiedAt time.Time `json:"verified_at,omitzero"`
}

// Expired tells whether it is over at an instant.
func (c Certification) Expired(at time.Time) bool { return !c.Until.IsZero() && !at.Before(c.Until) }

// CheckAddress refuses what the pack refuses as a contact's address (R12).
func CheckAddress(p *policy.Pack, address string) error {
	for _, x := range addressRules(p) {
		if x.rule.Then == "refuse" && x.rule.Has(address) {
			return Wrong("email", x.key)
		}
	}
	return nil
}

// ProfileWarnings is what a contact should put right: an address that is no
// business address, and one that mails do not reach (R12).
func ProfileWarnings(p *policy.Pack, c Contact) []Ground {
	var out []Ground
	if !c.BouncedAt.IsZero() {
		out = append(out, ground("email.bounced", []string{"R12"}))
	}
	for _, x := range addressRules(p) {
		if x.rule.Then == "warn" && x.rule.Has(c.Email) {
			out = append(out, ground(x.key, []string{"R12"}))
		}
	}
	return out
}

type addressRule struct {
	key  string
	rule policy.AddressRule
}

func addressRules(p *policy.Pack) []addressRule {
	return []addressRule{{"email.free_mail", p.Profile.FreeMail}, {"email.disposable", p.Profile.Disposable}}
}
