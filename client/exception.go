package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// NewException entitles an account, or one contact by customer number, beside
// contracts (A21). EndsAt is exclusive.
type NewException struct {
	Account  string    `json:"account,omitempty"`
	Contact  string    `json:"contact,omitempty"`
	Product  string    `json:"product"`
	Offering string    `json:"offering"`
	From     int       `json:"severity_from"`
	To       int       `json:"severity_to"`
	EndsAt   time.Time `json:"ends_at"`
	Reason   string    `json:"reason"`
}

// Exception is one that was granted.
type Exception struct {
	ID        string    `json:"id"`
	Account   Account   `json:"account"`
	Contact   *Person   `json:"contact,omitempty"`
	Product   string    `json:"product"`
	Offering  string    `json:"offering"`
	From      int       `json:"severity_from"`
	To        int       `json:"severity_to"`
	Reason    string    `json:"reason"`
	GrantedBy Member    `json:"granted_by"`
	At        time.Time `json:"at"`
	EndsAt    time.Time `json:"ends_at"`
	RevokedAt time.Time `json:"revoked_at,omitzero"`
}

// GrantException is the duty manager's.
func (c *Client) GrantException(ctx context.Context, x NewException) (Exception, error) {
	return call[Exception](ctx, c, http.MethodPost, "/v1/exceptions", x)
}

// Exceptions lists what was granted, newest first.
func (c *Client) Exceptions(ctx context.Context) ([]Exception, error) {
	var out struct{ Exceptions []Exception }
	err := c.Do(ctx, http.MethodGet, "/v1/exceptions", nil, &out)
	return out.Exceptions, err
}

// RevokeException ends one from now on.
func (c *Client) RevokeException(ctx context.Context, id string) error {
	return c.Do(ctx, http.MethodDelete, "/v1/exceptions/"+url.PathEscape(id), nil, nil)
}
