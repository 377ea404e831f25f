package client

import "time"

// Reproduction is one attempt to see the problem in an environment of the
// vendor's (R09).
type Reproduction struct {
	Outcome     string    `json:"outcome"` // reproduced, partly, not_reproduced
	Environment string    `json:"environment"`
	Text        string    `json:"text,omitempty"`
	Public      bool      `json:"public"` // the customer reads it
	By          Member    `json:"by"`
	At          time.Time `json:"at"`
}

// RootCause is why it happened, as it was last written down (R09).
type RootCause struct {
	Text   string    `json:"text"`
	Public bool      `json:"public"` // the customer reads it
	By     Member    `json:"by"`
	At     time.Time `json:"at"`
}

// NewReproduction is for "reproductions".
type NewReproduction struct {
	Outcome     string `json:"outcome"`
	Environment string `json:"environment"`
	Text        string `json:"text,omitempty"`
	Public      bool   `json:"public,omitempty"`
}

// NewRootCause is for "root-cause".
type NewRootCause struct {
	Text   string `json:"text"`
	Public bool   `json:"public,omitempty"`
}

// WithCause is the root cause that goes with the end of a request; staff only.
type WithCause struct {
	Cause       string `json:"root_cause,omitempty"`
	CausePublic bool   `json:"root_cause_public,omitempty"` // the customer reads it
}
