package lang

import "madoguchi/internal/support"

// Sides says in a sentence whose turn it was for how long: "24 of 31 days waited
// for you". To staff the customer is "the customer".
func (v Voice) Sides(s support.Sides, staff bool) string {
	const day = 24 * 60 * 60
	all, customer, third := s.All().Seconds()/day, s.Customer.Seconds()/day, s.ThirdParty.Seconds()/day
	n := func(f float64) string { return itoa(int(f + 0.5)) }
	a := args{"all": n(all), "customer": n(customer), "third": n(third), "support": n(s.Support.Seconds() / day)}
	switch {
	case all < 0.5:
		return v.Message("report.sides_short", a)
	case staff && third >= 0.5:
		return v.Message("report.sides_staff_third", a)
	case staff:
		return v.Message("report.sides_staff", a)
	case third >= 0.5:
		return v.Message("report.sides_third", a)
	}
	return v.Message("report.sides", a)
}
