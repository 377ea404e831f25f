package client

import (
	"context"
	"net/http"
	"time"
)

// EngineeringAsk is an ask of engineering in its list.
type EngineeringAsk struct {
	Number    string    `json:"number"` // of the request
	N         int       `json:"n"`      // of the ask on it
	Kind      string    `json:"kind"`
	State     string    `json:"state"` // open, answered, cancelled
	Text      string    `json:"text"`
	AskedBy   *Member   `json:"asked_by,omitempty"`
	Staff     *Member   `json:"staff,omitempty"` // who works on it
	AskedAt   time.Time `json:"asked_at"`
	ChangedAt time.Time `json:"changed_at"`
	DueAt     time.Time `json:"due_at,omitzero"`
}

// EngineeringAsks is one page of them.
type EngineeringAsks struct {
	Asks []EngineeringAsk `json:"asks"`
	Next string           `json:"next,omitempty"`
}

// EngineeringFilter narrows the list; zero fields do not narrow.
type EngineeringFilter struct {
	State string
	Kind  string
	Staff string // e-mail address, me, or none
	After string
	Limit int
}

// EngineeringAsks lists what engineering is asked for, the newest change first.
func (c *Client) EngineeringAsks(ctx context.Context, f EngineeringFilter) (EngineeringAsks, error) {
	q := query("state", f.State, "kind", f.Kind, "staff", f.Staff, "after", f.After, "limit", count(f.Limit))
	return call[EngineeringAsks](ctx, c, http.MethodGet, "/v1/engineering-asks"+q, nil)
}
