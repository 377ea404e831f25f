package client

import "time"

// HandOverNotice is for "hand-over". "hand-over/acceptance" takes no body,
// "hand-over/refusal" a [Reason].
type HandOverNotice struct {
	To          string       `json:"to"` // e-mail
	EffectiveAt time.Time    `json:"effective_at,omitzero"`
	Ground      string       `json:"ground"` // time_zone, expertise
	Reason      string       `json:"reason,omitempty"`
	Note        HandOverNote `json:"note,omitzero"`
}

// HandOverNote is what the old owner leaves for the new one; the customer does
// not see it.
type HandOverNote struct {
	State    string `json:"state,omitempty"`
	Next     string `json:"next,omitempty"`
	Promises string `json:"promises,omitempty"`
	DoNot    string `json:"do_not,omitempty"`
}

// HandOver is an announced change of owner (R26). AcceptBy, AcceptedAt and Note
// are for staff only.
type HandOver struct {
	From        Member        `json:"from"`
	To          Member        `json:"to"`
	EffectiveAt time.Time     `json:"effective_at,omitzero"`
	Ground      string        `json:"ground"`
	Reason      string        `json:"reason,omitempty"`
	AcceptBy    time.Time     `json:"accept_by,omitzero"`
	AcceptedAt  time.Time     `json:"accepted_at,omitzero"`
	Note        *HandOverNote `json:"note,omitempty"`
}
