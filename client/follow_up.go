package client

import (
	"context"
	"time"
)

// Offer is an open offer of a queued request to whom it is offered (A23).
type Offer struct {
	Staff Member    `json:"staff"`
	Until time.Time `json:"until"`
}

// NewFollowUp is for "follow-up": what is left out is that of the request that
// the new one follows.
type NewFollowUp struct {
	Text     string `json:"text"`
	Title    string `json:"title,omitempty"`
	Channel  string `json:"channel,omitempty"`
	Severity int    `json:"severity,omitempty"`
	Impact   string `json:"impact,omitempty"`
}

// FollowUp files a new request that takes up a completed one, which an answer no
// longer reopens (A12, A23). The result is the new request's.
func (c *Client) FollowUp(ctx context.Context, number string, f NewFollowUp) (Result, error) {
	return c.Command(ctx, number, "follow-up", f)
}
