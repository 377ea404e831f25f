package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// NewHandling tells staff how to handle the requests of one of account,
// contract and product. Until is exclusive; a zero From is now.
type NewHandling struct {
	Account  string    `json:"account,omitempty"`
	Contract string    `json:"contract,omitempty"`
	Product  string    `json:"product,omitempty"`
	Text     string    `json:"text"`
	From     time.Time `json:"from,omitzero"`
	Until    time.Time `json:"until"`
}

// Handling is a special handling note that holds.
type Handling struct {
	ID    string    `json:"id"`
	About string    `json:"about"` // account, contract, product
	Text  string    `json:"text"`
	By    Member    `json:"by"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// AddHandling adds a special handling note.
func (c *Client) AddHandling(ctx context.Context, h NewHandling) (Handling, error) {
	return call[Handling](ctx, c, http.MethodPost, "/v1/handling-notes", h)
}

// EndHandling takes one back.
func (c *Client) EndHandling(ctx context.Context, id string) error {
	return c.Do(ctx, http.MethodDelete, "/v1/handling-notes/"+url.PathEscape(id), nil, nil)
}
