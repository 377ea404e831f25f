package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Suppression is an address to which no mail leaves.
type Suppression struct {
	ID     string    `json:"id"`
	Email  string    `json:"email"`
	Why    string    `json:"why"`              // bounced, complained, by_hand
	Status string    `json:"status,omitempty"` // of RFC 3463, such as 5.1.1
	At     time.Time `json:"at"`
	By     *Member   `json:"by,omitempty"` // nil: the desk by itself
}

// Suppressions is one page of stopped addresses, the newest first; after is the cursor
// next of the page before, "" at first, and next is "" at the end. limit is 1..200, 0
// for 50.
func (c *Client) Suppressions(ctx context.Context, after string, limit int) (page []Suppression, next string, err error) {
	var out struct {
		Suppressions []Suppression `json:"suppressions"`
		Next         string        `json:"next"`
	}
	err = c.Do(ctx, http.MethodGet, "/v1/suppressions"+query("after", after, "limit", count(limit)), nil, &out)
	return out.Suppressions, out.Next, err
}

// AddSuppression has no mail leave to an address any more; why is by_hand or
// complained.
func (c *Client) AddSuppression(ctx context.Context, email, why string) (Suppression, error) {
	return call[Suppression](ctx, c, http.MethodPost, "/v1/suppressions", map[string]string{"email": email, "why": why})
}

// RemoveSuppression lets mails to an address leave again.
func (c *Client) RemoveSuppression(ctx context.Context, id string) error {
	return c.Do(ctx, http.MethodDelete, "/v1/suppressions/"+url.PathEscape(id), nil, nil)
}
