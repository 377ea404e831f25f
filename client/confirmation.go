package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// LicenceAgreement is the licence agreement in force, and whether it was accepted for
// the contract: a zero AcceptedAt is not (R03).
type LicenceAgreement struct {
	Version    string     `json:"version"`
	Text       string     `json:"text"`
	BeforeKeys bool       `json:"before_keys"` // no key is shown before
	AcceptedAt time.Time  `json:"accepted_at,omitzero"`
	AcceptedBy *Person    `json:"accepted_by,omitempty"`
	Earlier    []Accepted `json:"earlier,omitempty"`
}

// Accepted is an earlier version that was accepted.
type Accepted struct {
	Version string    `json:"version"`
	At      time.Time `json:"at"`
	By      Person    `json:"by"`
}

// Confirmation is whether the right licences are assigned to a contract (R13).
type Confirmation struct {
	State      string    `json:"state"` // open, confirmed, wrong
	AskedAt    time.Time `json:"asked_at"`
	DueAt      time.Time `json:"due_at,omitzero"` // when the PLA is asked again
	AnsweredBy *Person   `json:"answered_by,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	Request    string    `json:"request,omitempty"` // SR number
}

// RequestDraft is a customer service request that is prepared and not filed.
type RequestDraft struct {
	Kind     string   `json:"kind"`
	Topic    string   `json:"topic"`
	Contract string   `json:"contract"`
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	Items    []string `json:"items"`
	Missing  []string `json:"missing"`
}

// File is the draft as a request to file, with words to add to its text.
func (d RequestDraft) File(more string) File {
	f := File{Kind: d.Kind, Topic: d.Topic, Contract: d.Contract, Title: d.Title, Text: d.Text, Items: d.Items}
	if more != "" {
		f.Text = more + "\n\n" + d.Text
	}
	return f
}

// AcceptAgreement accepts a version of the licence agreement: for the PLA.
func (c *Client) AcceptAgreement(ctx context.Context, contract, version string) (Contract, error) {
	return c.onPapers(ctx, http.MethodPost, contract, []string{"agreement"}, map[string]string{"version": version})
}

// ConfirmLicences says that the right licences are assigned ("confirmed") or
// that they are not ("wrong"): for the PLA (R13).
func (c *Client) ConfirmLicences(ctx context.Context, contract, state string) (Contract, error) {
	return c.onPapers(ctx, http.MethodPut, contract, []string{"confirmation"}, map[string]string{"state": state})
}

// Draft prepares a request about a contract: "licences" or "renewal" (R51).
func (c *Client) Draft(ctx context.Context, contract, about string) (RequestDraft, error) {
	return call[RequestDraft](ctx, c, http.MethodGet, "/v1/contracts/"+url.PathEscape(contract)+"/drafts/"+url.PathEscape(about), nil)
}
