package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// NewSubscription asks for alerts (R11). Email and Language are for a client
// without a token.
type NewSubscription struct {
	Product  string   `json:"product"`
	Kinds    []string `json:"kinds"`
	Email    string   `json:"email,omitempty"`
	Language string   `json:"language,omitempty"`
}

// Subscription is one kind of alert about a product.
type Subscription struct {
	ID          string    `json:"id,omitempty"`
	Product     string    `json:"product"`
	Kind        string    `json:"kind"`
	Name        string    `json:"name"`  // of the kind
	State       string    `json:"state"` // pending, active, ended
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
}

// Subscriptions are one's own, and the kinds that there are.
type Subscriptions struct {
	Subscriptions []Subscription `json:"subscriptions"`
	Kinds         []Choice       `json:"kinds,omitempty"`
}

// AlertText is an alert or an advisory in one language.
type AlertText struct {
	Language string `json:"language"`
	Title    string `json:"title"`
	Text     string `json:"text"`
}

// NewAlert is an alert to those who subscribed to its kind for its product.
type NewAlert struct {
	Product string      `json:"product"`
	Kind    string      `json:"kind"`
	Texts   []AlertText `json:"texts"`
	Link    string      `json:"link,omitempty"`
}

// Alert is an alert with to how many it was sent.
type Alert struct {
	ID          string      `json:"id"`
	State       string      `json:"state"` // draft, sent
	Product     string      `json:"product"`
	Kind        string      `json:"kind"`
	Name        string      `json:"name"` // of the kind
	Texts       []AlertText `json:"texts"`
	Link        string      `json:"link,omitempty"`
	By          *Member     `json:"by,omitempty"`
	MadeAt      time.Time   `json:"made_at"`
	SentAt      time.Time   `json:"sent_at,omitzero"`
	Subscribers int         `json:"subscribers"`
}

// AlertPreview is what an alert would do if it were sent now.
type AlertPreview struct {
	Seen        string          `json:"seen"` // to be repeated when it is sent
	Subscribers int             `json:"subscribers"`
	Languages   []AlertAudience `json:"languages"`
}

// AlertAudience is those who read one language, with the mail.
type AlertAudience struct {
	Language    string `json:"language"`
	In          string `json:"in"`
	Subscribers int    `json:"subscribers"`
	Subject     string `json:"subject"`
	Mail        string `json:"mail"`
}

type mailToken struct {
	Token string `json:"token"`
}

// Subscribe asks for alerts; the answer says that a mail asks to confirm it.
func (c *Client) Subscribe(ctx context.Context, n NewSubscription) (string, error) {
	out, err := call[Text](ctx, c, http.MethodPost, "/v1/alert-subscriptions", n)
	return out.Text, err
}

// ConfirmSubscription confirms what a mail asked for.
func (c *Client) ConfirmSubscription(ctx context.Context, token string) (Subscriptions, error) {
	return call[Subscriptions](ctx, c, http.MethodPost, "/v1/alert-subscriptions/confirmation", mailToken{token})
}

// EndSubscription ends a subscription by the token of one of its mails.
func (c *Client) EndSubscription(ctx context.Context, token string) error {
	return c.Do(ctx, http.MethodPost, "/v1/alert-subscriptions/ending", mailToken{token}, nil)
}

// Subscriptions are one's own.
func (c *Client) Subscriptions(ctx context.Context) (Subscriptions, error) {
	return call[Subscriptions](ctx, c, http.MethodGet, "/v1/alert-subscriptions", nil)
}

// EndOwnSubscription ends one of one's own.
func (c *Client) EndOwnSubscription(ctx context.Context, id string) error {
	return c.Do(ctx, http.MethodDelete, "/v1/alert-subscriptions/"+url.PathEscape(id), nil, nil)
}

// DraftAlert writes an alert; nobody gets it yet.
func (c *Client) DraftAlert(ctx context.Context, n NewAlert) (Alert, error) {
	return call[Alert](ctx, c, http.MethodPost, "/v1/alerts", n)
}

// Alerts is one page of alerts, the newest first.
func (c *Client) Alerts(ctx context.Context, after string, limit int) (page []Alert, next string, err error) {
	var out struct {
		Alerts []Alert `json:"alerts"`
		Next   string  `json:"next"`
	}
	err = c.Do(ctx, http.MethodGet, "/v1/alerts"+query("after", after, "limit", count(limit)), nil, &out)
	return out.Alerts, out.Next, err
}

// PreviewAlert shows how many an alert would reach, and its mails.
func (c *Client) PreviewAlert(ctx context.Context, id string) (AlertPreview, error) {
	return call[AlertPreview](ctx, c, http.MethodGet, "/v1/alerts/"+url.PathEscape(id)+"/preview", nil)
}

// SendAlert sends an alert; seen is what its preview showed.
func (c *Client) SendAlert(ctx context.Context, id, seen string) (Alert, error) {
	return call[Alert](ctx, c, http.MethodPost, "/v1/alerts/"+url.PathEscape(id)+"/sending", BroadcastSending{Seen: seen})
}
