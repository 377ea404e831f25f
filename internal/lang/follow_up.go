package lang

import "madoguchi/internal/support"

func (s teller) followUp(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.OwnerOffered:
		return "fact.owner_offered", args{"owner": s.staff(b.Staff), "until": s.Date(b.Until)}
	case support.OwnerOfferEnded:
		return either(b.Why == "declined", "fact.offer_declined", "fact.offer_lapsed"), args{"owner": s.staff(b.Staff)}
	case support.FollowedUp:
		return "fact.followed_up", args{"number": support.SpokenNumber(b.Request)}
	}
	return "", nil
}
