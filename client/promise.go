package client

import "time"

// Promise is what staff have promised for one instant (A25).
type Promise struct {
	N         int       `json:"n"`
	Text      string    `json:"text"`
	DueAt     time.Time `json:"due_at"`
	State     string    `json:"state"` // running, met, missed, met_late, dropped
	Withdrawn bool      `json:"withdrawn,omitempty"`
	MadeAt    time.Time `json:"made_at"`
	MadeBy    Member    `json:"made_by"`
	KeptAt    time.Time `json:"kept_at,omitzero"`
}

// NewPromise is for "promises" and "promises/N/renewal".
type NewPromise struct {
	Text  string    `json:"text"`
	DueAt time.Time `json:"due_at"`
}

// KeptPromise is for "promises/N/kept".
type KeptPromise struct {
	Text       string    `json:"text,omitempty"`
	HappenedAt time.Time `json:"happened_at,omitzero"`
	Reason     string    `json:"reason,omitempty"`
}
