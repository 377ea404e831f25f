package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Programme is a beta programme. Requests and Runs are for staff.
type Programme struct {
	Programme  string    `json:"programme"`
	Name       string    `json:"name"`
	Kind       string    `json:"kind"` // public, private
	Product    string    `json:"product"`
	Version    string    `json:"version,omitempty"`
	State      string    `json:"state"` // open, ended
	EndsAt     time.Time `json:"ends_at"`
	Zone       string    `json:"zone"`
	Membership string    `json:"membership,omitempty"` // invited, member
	Community  bool      `json:"community,omitempty"`
	Requests   int       `json:"requests,omitempty"`
	Runs       []Run     `json:"runs,omitempty"`
}

// Programmes is one page of beta programmes.
type Programmes struct {
	Programmes []Programme `json:"programmes"`
	Next       string      `json:"next,omitempty"`
}

// NewProgramme is a beta programme to add; it ends by itself.
type NewProgramme struct {
	Programme string    `json:"programme"`
	Name      string    `json:"name"`
	Kind      string    `json:"kind"`
	Product   string    `json:"product"`
	Version   string    `json:"version,omitempty"`
	EndsAt    time.Time `json:"ends_at"`
	Zone      string    `json:"zone"`
}

// BetaInvitation names the contact who is invited, by customer number.
type BetaInvitation struct {
	Contact string `json:"contact"`
}

func atProgramme(programme, resource string) string {
	return "/v1/beta-programmes/" + url.PathEscape(programme) + resource
}

// Programmes lists the beta programmes that the caller may know of.
func (c *Client) Programmes(ctx context.Context, after string, limit int) (Programmes, error) {
	return call[Programmes](ctx, c, http.MethodGet, "/v1/beta-programmes"+query("after", after, "limit", count(limit)), nil)
}

// Programme is one beta programme; a private one is there for the invited alone.
func (c *Client) Programme(ctx context.Context, programme string) (Programme, error) {
	return call[Programme](ctx, c, http.MethodGet, atProgramme(programme, ""), nil)
}

// AddProgramme adds a beta programme, for staff.
func (c *Client) AddProgramme(ctx context.Context, p NewProgramme) (Programme, error) {
	return call[Programme](ctx, c, http.MethodPost, "/v1/beta-programmes", p)
}

// InviteToBeta invites a contact, for staff.
func (c *Client) InviteToBeta(ctx context.Context, programme, customerNumber string) (Programme, error) {
	return call[Programme](ctx, c, http.MethodPost, atProgramme(programme, "/invitations"), BetaInvitation{Contact: customerNumber})
}

// JoinBeta joins a public programme, or accepts an invitation.
func (c *Client) JoinBeta(ctx context.Context, programme string) (Programme, error) {
	return call[Programme](ctx, c, http.MethodPost, atProgramme(programme, "/membership"), nil)
}
