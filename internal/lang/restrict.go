package lang

import "madoguchi/internal/support"

// restriction tells who of the staff sees the request; customers never read it.
func (s teller) restriction(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.Restricted:
		names := ""
		for i, id := range b.Staff {
			if i > 0 {
				names += s.Comma()
			}
			names += s.staff(id)
		}
		if b.Follows != 0 {
			return "fact.restricted_alike", args{"number": support.SpokenNumber(b.Follows)}
		}
		return either(len(b.Staff) > 0, "fact.restricted", "fact.restricted_duty"), args{"staff": names}
	case support.RestrictionLifted:
		return "fact.restriction_lifted", nil
	case support.GlassBroken:
		return "fact.glass_broken", args{"at": s.Date(b.Until)}
	}
	return "", nil
}
