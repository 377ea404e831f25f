package lang

import (
	"time"

	"madoguchi/internal/support"
)

// Advice is something that the customer can do for themselves now.
type Advice struct {
	Kind   string // call_now, after_hours_purchasable, after_hours_offered
	Text   string
	Number string // telephone, "" when none is known
}

// Advice tells a customer what to do beside waiting: call at once at the highest
// severity (A14), buy after-hours support where it helps, or answer its offer
// (R33). Country is that of the contact's account, by which the telephone number
// is found (R55). Without a pack there is none.
func (v Voice) Advice(r *support.Request, at time.Time, country string) []Advice {
	if v.Pack == nil {
		return nil
	}
	var out []Advice
	number := v.Pack.Countries[country].TollFree
	add := func(kind, text string) {
		if number != "" {
			text = v.Join(text, v.Message("mail.say.call_number", args{"number": number}))
		}
		out = append(out, Advice{Kind: kind, Text: text, Number: number})
	}
	if r.CallNow(v.Pack) {
		add("call_now", v.Message("mail.say.call_now", nil))
	}
	if c, ok := r.Clock(support.FirstResponse); ok && r.MayBuyAfterHours(v.Pack) {
		if open, closed := v.ClosedUntil(c.Target, at); closed {
			add("after_hours_purchasable", v.Message("mail.say.after_hours_purchasable", args{"open": v.Date(open)}))
		}
	}
	if r.AfterHours.Offered() {
		add("after_hours_offered", v.Message("mail.next.after_hours_offer", nil))
	}
	return out
}
