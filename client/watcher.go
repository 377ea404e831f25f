package client

import (
	"context"
	"net/url"
)

// Watcher is a contact who sees a request by having been added (A13). ID names
// them where the customer number is not the caller's to know.
type Watcher struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	CustomerNumber string `json:"customer_number,omitempty"`
}

// NewWatcher is for "watchers".
type NewWatcher struct {
	Contact string `json:"contact"` // customer number, of any account
}

// AddWatcher lets a contact see a request and be told of it.
func (c *Client) AddWatcher(ctx context.Context, number, contact string) (Result, error) {
	return c.Command(ctx, number, "watchers", NewWatcher{Contact: contact})
}

// RemoveWatcher ends somebody's watching: who is a watcher's id, a customer
// number, or "me".
func (c *Client) RemoveWatcher(ctx context.Context, number, who string) (Result, error) {
	return c.Withdraw(ctx, number, "watchers/"+url.PathEscape(who), nil)
}
