package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// NewWebhook is a URL to which events are posted. Kinds are those of the feed;
// none: all.
type NewWebhook struct {
	Name  string   `json:"name"`
	URL   string   `json:"url"`
	Kinds []string `json:"kinds,omitempty"`
}

// Webhook is a receiver of the feed.
type Webhook struct {
	ID            string    `json:"id"`
	Name          string    `json:"name"`
	URL           string    `json:"url"`
	Kinds         []string  `json:"kinds"`
	State         string    `json:"state"`         // enabled, disabled
	Why           string    `json:"why,omitempty"` // admin, failing, gone
	Since         time.Time `json:"since"`
	Cursor        string    `json:"cursor,omitempty"` // of the feed: the last event that it took or does not want
	Attempts      int       `json:"attempts"`
	FailingSince  time.Time `json:"failing_since,omitzero"`
	NextTryAt     time.Time `json:"next_try_at,omitzero"`
	PreviousUntil time.Time `json:"previous_until,omitzero"`
	By            *Member   `json:"by,omitempty"`
	MadeAt        time.Time `json:"made_at"`
}

// MadeWebhook is a webhook with its new secret, which is not shown again.
type MadeWebhook struct {
	Webhook Webhook `json:"webhook"`
	Secret  string  `json:"secret"`
}

// WebhookChange are parts of a webhook; nil ones stay. Kinds replace those that
// were there.
type WebhookChange struct {
	Name  *string   `json:"name,omitempty"`
	URL   *string   `json:"url,omitempty"`
	Kinds *[]string `json:"kinds,omitempty"`
}

// Delivery is one attempt to post something.
type Delivery struct {
	N       int64     `json:"n"`
	Message string    `json:"message"` // its webhook-id
	Type    string    `json:"type"`
	Attempt int       `json:"attempt,omitempty"` // 0: a test
	At      time.Time `json:"at"`
	MS      int64     `json:"ms"`
	Taken   bool      `json:"taken"`
	Status  int       `json:"status,omitempty"`
	Why     string    `json:"why,omitempty"` // name, address, connection, tls, timeout, redirect, status
}

func webhookPath(id, more string) string { return "/v1/webhooks/" + url.PathEscape(id) + more }

// AddWebhook has events posted to a URL from now on.
func (c *Client) AddWebhook(ctx context.Context, n NewWebhook) (MadeWebhook, error) {
	return call[MadeWebhook](ctx, c, http.MethodPost, "/v1/webhooks", n)
}

// Webhooks is one page of webhooks; after is the cursor next of the page before,
// "" at first, and next is "" at the end. limit is 1..200, 0 for 50.
func (c *Client) Webhooks(ctx context.Context, after string, limit int) (page []Webhook, next string, err error) {
	var out struct {
		Webhooks []Webhook `json:"webhooks"`
		Next     string    `json:"next"`
	}
	err = c.Do(ctx, http.MethodGet, "/v1/webhooks"+query("after", after, "limit", count(limit)), nil, &out)
	return out.Webhooks, out.Next, err
}

// Webhook shows one.
func (c *Client) Webhook(ctx context.Context, id string) (Webhook, error) {
	return call[Webhook](ctx, c, http.MethodGet, webhookPath(id, ""), nil)
}

// ChangeWebhook changes parts of one.
func (c *Client) ChangeWebhook(ctx context.Context, id string, to WebhookChange) (Webhook, error) {
	return call[Webhook](ctx, c, http.MethodPatch, webhookPath(id, ""), to)
}

// RemoveWebhook forgets one.
func (c *Client) RemoveWebhook(ctx context.Context, id string) error {
	return c.Do(ctx, http.MethodDelete, webhookPath(id, ""), nil, nil)
}

// RotateWebhook gives one another secret. The secret before signs too for so
// long, at most 7 days.
func (c *Client) RotateWebhook(ctx context.Context, id string, overlap time.Duration) (MadeWebhook, error) {
	return call[MadeWebhook](ctx, c, http.MethodPost, webhookPath(id, "/secret"), map[string]int64{"overlap_seconds": int64(overlap / time.Second)})
}

// EnableWebhook goes on where it stopped; with skip, from now on.
func (c *Client) EnableWebhook(ctx context.Context, id string, skip bool) (Webhook, error) {
	from := "stop"
	if skip {
		from = "now"
	}
	return call[Webhook](ctx, c, http.MethodPut, webhookPath(id, "/state"), map[string]string{"state": "enabled", "from": from})
}

// DisableWebhook ends deliveries until it is enabled again.
func (c *Client) DisableWebhook(ctx context.Context, id string) (Webhook, error) {
	return call[Webhook](ctx, c, http.MethodPut, webhookPath(id, "/state"), map[string]string{"state": "disabled"})
}

// TestWebhook posts a message that says nothing. That it was not taken stands in
// the answer and is no error.
func (c *Client) TestWebhook(ctx context.Context, id string) (Delivery, error) {
	return call[Delivery](ctx, c, http.MethodPost, webhookPath(id, "/test"), nil)
}

// Deliveries are the last attempts, the newest first; limit is 1..100, 0 for 20.
func (c *Client) Deliveries(ctx context.Context, id string, limit int) ([]Delivery, error) {
	var out struct {
		Deliveries []Delivery `json:"deliveries"`
	}
	return out.Deliveries, c.Do(ctx, http.MethodGet, webhookPath(id, "/deliveries")+query("limit", count(limit)), nil, &out)
}
