package client

import (
	"context"
	"net/http"
)

// Guest is what a customer holds for other vendors' guest software (R40, R41).
type Guest struct {
	Guest         string `json:"guest"`
	Release       string `json:"release,omitempty"`
	Partner       string `json:"partner,omitempty"`
	Bundled       bool   `json:"bundled,omitempty"`
	Hardware      bool   `json:"hardware,omitempty"`
	Programme     string `json:"programme,omitempty"`
	BothContracts bool   `json:"both_contracts,omitempty"`
	Certified     bool   `json:"certified,omitempty"`
	Premier       bool   `json:"premier,omitempty"`
}

// GuestPaths are the ways to support, the one to take first before the others.
type GuestPaths struct {
	Product string      `json:"product"`
	Guest   string      `json:"guest"`
	Paths   []GuestPath `json:"paths"`
}

// GuestPath is one way to support.
type GuestPath struct {
	ID       string    `json:"id"` // validated, our_contract, premier, neither, or a partner
	Partner  bool      `json:"partner"`
	Open     bool      `json:"open"`
	Text     string    `json:"text"`
	Covers   string    `json:"covers,omitempty"`
	Physical string    `json:"physical,omitempty"` // may_ask, may_ask_first
	Told     string    `json:"physical_text,omitempty"`
	Missing  []KeyText `json:"missing,omitempty"`
	Rules    []string  `json:"rules"`
}

// KeyText is a word of the interface and what it is called.
type KeyText struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// GuestAdvice is the way to support that a filing was told.
type GuestAdvice struct {
	Guest string    `json:"guest"`
	Path  GuestPath `json:"path"`
}

// GuestPaths tells which ways to support there are; staff name the contact by
// customer number, customers leave it empty.
func (c *Client) GuestPaths(ctx context.Context, product, contact string, g Guest) (GuestPaths, error) {
	yes := func(b bool) string {
		if b {
			return "true"
		}
		return ""
	}
	return call[GuestPaths](ctx, c, http.MethodGet, "/v1/guest-software/paths"+query(
		"product", product, "contact", contact, "guest", g.Guest, "release", g.Release, "partner", g.Partner, "bundled", yes(g.Bundled),
		"hardware", yes(g.Hardware), "programme", g.Programme, "both_contracts", yes(g.BothContracts), "certified", yes(g.Certified), "premier", yes(g.Premier),
	), nil)
}
