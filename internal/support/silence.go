package support

import (
	"slices"
	"time"

	"madoguchi/internal/policy"
)

// Silence is how far a request is from completion by silence (R49, A5):
// readable at any time as "2 of 3 attempts, earliest 11 June 11:00".
type Silence struct {
	Attempts int `json:"attempts"` // that count
	Needed   int `json:"needed"`
	Days     int `json:"days"` // distinct days of the contact
	DaysNeed int `json:"days_needed"`
	// FirstAt is the first unanswered attempt; zero: there is none.
	FirstAt time.Time `json:"first_at,omitzero"`
	// EarliestAt is when the window ends; no completion before it.
	EarliestAt time.Time `json:"earliest_at,omitzero"`
	// PermittedAt is when all conditions hold; zero while attempts are lacking.
	PermittedAt time.Time `json:"permitted_at,omitzero"`
	// Blocked says why silence cannot complete the request: after_hours needs
	// the customer's agreement (R34), held waits for the customer (A18),
	// escalated ends with the customer's agreement too (R46), raise and proposal
	// wait for our word on what the customer asked, approval for the PLA's (R03).
	Blocked string `json:"blocked,omitempty"`
}

// Shown is how many of the needed attempts have been made, as people are told:
// a call and a mail of one day, or one more than it takes, are no "4 of 3".
func (s Silence) Shown() int { return min(s.Attempts, s.Needed) }

// Silence computes it from the attempts that count: not void, not answered.
func (r *Request) Silence(p *policy.Pack) Silence {
	rule := p.Completion.Silence
	s := Silence{Needed: rule.Attempts, DaysNeed: rule.DistinctDays}
	if r.Completed != nil {
		return s
	}
	tried := r.unanswered()
	if len(tried) == 0 {
		return s
	}
	first := tried[0]
	s.Attempts, s.FirstAt, s.EarliestAt, s.Needed, s.DaysNeed = len(tried), first.At, first.WindowEndsAt, first.Needed, first.DaysNeeded
	days, enough := enoughOf(tried)
	s.Days = days
	if s.Blocked = r.silenceBlocked(); s.Blocked == "" && !enough.IsZero() {
		s.PermittedAt = latest(s.EarliestAt, enough)
	}
	return s
}

// enoughOf counts the days of attempts, and tells when there were as many of
// both as the first of them needs; zero: not yet.
func enoughOf(tried []Attempt) (days int, enough time.Time) {
	var seen []string
	for i, a := range tried {
		if !contains(seen, a.Day) {
			seen = append(seen, a.Day)
		}
		if enough.IsZero() && i+1 >= tried[0].Needed && len(seen) >= tried[0].DaysNeeded {
			enough = a.At
		}
	}
	return len(seen), enough
}

// silenceBlocked is what stands in the way of completion by silence: a word
// that somebody else than the silent customer still owes.
func (r *Request) silenceBlocked() string {
	switch {
	case r.AfterHours.Active():
		return "after_hours"
	case r.Lowering != nil && r.Lowering.Held:
		return "held"
	case r.Escalation.Active():
		return "escalated"
	case r.Raise != nil:
		return "raise"
	case r.Proposal != nil && r.Proposal.Side == Customer:
		return "proposal"
	case r.ApprovalWaits():
		return "approval"
	}
	return ""
}

// unanswered are the attempts that count, in the order in which they happened:
// one that was written down later may have come first.
func (r *Request) unanswered() []Attempt {
	var out []Attempt
	for _, a := range r.Attempts {
		if !a.Void {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b Attempt) int { return a.At.Compare(b.At) })
	return out
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func contains[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}
