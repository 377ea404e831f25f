package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Restriction is who of the staff sees a request, beside its owner, duty
// managers and administrators.
type Restriction struct {
	Staff []Member `json:"staff"`
}

// NewRestriction restricts a request to named staff, by e-mail address.
type NewRestriction struct {
	Staff  []string `json:"staff,omitempty"`
	Reason string   `json:"reason"`
}

// Read is one look of a member of staff at a restricted request.
type Read struct {
	By Member    `json:"by"`
	At time.Time `json:"at"`
}

// Glass is one breaking of the glass; Until is exclusive.
type Glass struct {
	Number string    `json:"number"`
	By     Member    `json:"by"`
	At     time.Time `json:"at"`
	Until  time.Time `json:"until"`
	Reason string    `json:"reason"`
}

// Restrict lets only named staff see a request.
func (c *Client) Restrict(ctx context.Context, number string, m NewRestriction) (Result, error) {
	var out Result
	err := c.Do(ctx, http.MethodPut, at(number, "restriction"), m, &out)
	return out, err
}

// BreakGlass opens a restricted request to the caller for a limited time.
func (c *Client) BreakGlass(ctx context.Context, number, reason string) (Result, error) {
	return c.Command(ctx, number, "glass", Reason{Reason: reason})
}

// Reads lists the looks of staff at a restricted request, newest first: for
// duty managers and administrators.
func (c *Client) Reads(ctx context.Context, number string) ([]Read, error) {
	var out struct{ Reads []Read }
	err := c.Do(ctx, http.MethodGet, at(number, "reads"), nil, &out)
	return out.Reads, err
}

// Glasses lists who broke the glass on which request, newest first: for duty
// managers and administrators.
func (c *Client) Glasses(ctx context.Context) ([]Glass, error) {
	var out struct{ Glasses []Glass }
	err := c.Do(ctx, http.MethodGet, "/v1/glasses", nil, &out)
	return out.Glasses, err
}

// RestrictAccount lets only named staff see an account, or all staff again.
func (c *Client) RestrictAccount(ctx context.Context, account string, restricted bool, staff []string) error {
	body := map[string]any{"restricted": restricted, "staff": staff}
	return c.Do(ctx, http.MethodPut, "/v1/accounts/"+url.PathEscape(account)+"/restriction", body, nil)
}
