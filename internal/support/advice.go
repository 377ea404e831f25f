package support

import "madoguchi/internal/policy"

// CallNow tells whether the customer is better off calling: the severity asks
// for it, the request came in writing, and nobody has answered yet (A14).
func (r *Request) CallNow(p *policy.Pack) bool {
	s, ok := severity(p, r.Severity)
	if !ok || !s.CallNow || r.Completed != nil || r.Filed.Channel == Phone {
		return false
	}
	for _, c := range r.Clocks {
		if c.Open() && (c.Metric == FirstResponse || c.Metric == AfterHoursResponse) {
			return true
		}
	}
	return false
}

// MayBuyAfterHours tells whether after-hours support could be offered for the
// request, and neither was nor runs (R33).
func (r *Request) MayBuyAfterHours(p *policy.Pack) bool {
	a := r.AfterHours
	if r.Completed != nil || r.Filed.Kind != Technical || a.Active() || a.Offered() || !a.DeclinedAt.IsZero() {
		return false
	}
	return purchasable(p, p.Offerings[r.Filed.Offering], r.Severity, r.Details.Environment)
}
