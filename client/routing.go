package client

import (
	"context"
	"net/http"
	"time"
)

// Routing is why a request went to somebody; without Staff, to nobody.
type Routing struct {
	Team       string        `json:"team"`
	At         time.Time     `json:"at"`
	Staff      *Member       `json:"staff,omitempty"`
	Considered []RoutedStaff `json:"considered"` // who fits first
	More       int           `json:"more,omitempty"`
}

// RoutedStaff is one who was considered; Open is how many open requests they
// owned.
type RoutedStaff struct {
	Staff   Member   `json:"staff"`
	Fits    bool     `json:"fits"`
	Open    int      `json:"open"`
	Grounds []Ground `json:"grounds"`
}

// Route lets the desk find an engineer for a queued request.
func (c *Client) Route(ctx context.Context, number string) (Result, error) {
	return c.Command(ctx, number, "routing", nil)
}

// Routing says why a request was given to whom it was, for staff.
func (c *Client) Routing(ctx context.Context, number string) (Routing, error) {
	return call[Routing](ctx, c, http.MethodGet, at(number, "routing"), nil)
}
