package lang

import "madoguchi/internal/support"

// handOver is the vendor's own part of a hand-over; the announcement is told
// with ownership.
func (s teller) handOver(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.HandOverOffered:
		a := args{"to": s.staff(b.To), "at": s.Date(b.AcceptBy)}
		return either(b.AcceptBy.IsZero(), "fact.hand_over_offered", "fact.hand_over_offered_until"), a
	case support.HandOverAccepted:
		return "fact.hand_over_accepted", args{"owner": s.staff(b.Staff)}
	case support.HandOverDeclined:
		return "fact.hand_over_declined", args{"owner": s.staff(b.Staff)}
	case support.HandOverReturned:
		return "fact.hand_over_returned", args{"from": s.staff(b.From), "to": s.staff(b.To), "at": s.Date(b.AcceptBy)}
	}
	return "", nil
}
