package lang

import (
	"time"

	"madoguchi/internal/support"
)

// Silence tells how far a request is from completion by silence (R49, A5):
// "2 of 3 attempts, earliest 11 June 11:00", and what stands in its way.
func (v Voice) Silence(s support.Silence) string {
	a := args{
		"n": itoa(s.Shown()), "needed": itoa(s.Needed), "days": itoa(s.Days), "days_needed": itoa(s.DaysNeed),
		"earliest": s.EarliestAt.Format(time.RFC3339Nano),
	}
	switch {
	case s.Attempts == 0:
		return v.Message("page.silence_none", nil)
	case s.Blocked != "":
		return v.Message("page.silence_blocked."+s.Blocked, a)
	case s.Attempts >= s.Needed && s.Days < s.DaysNeed:
		return v.Message("page.silence_days", a)
	}
	return v.Message("page.silence", a)
}
