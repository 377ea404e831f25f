package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Effect is a notice to somebody with what has become of it.
type Effect struct {
	Key       string       `json:"key"`
	Number    string       `json:"number,omitempty"` // "": a letter
	About     string       `json:"about,omitempty"`  // of a letter
	Kind      string       `json:"kind"`             // mail, page
	Template  string       `json:"template"`
	Recipient EffectReader `json:"recipient"`
	State     string       `json:"state"` // pending, done, dead
	Attempts  int          `json:"attempts"`
	NotBefore time.Time    `json:"not_before,omitzero"`
	NextTryAt time.Time    `json:"next_try_at,omitzero"`
	DoneAt    time.Time    `json:"done_at,omitzero"`
	LastError string       `json:"last_error,omitempty"`
}

// EffectReader is whom a notice is for; on_call and duty are whoever holds the
// duty when it goes.
type EffectReader struct {
	Kind           string `json:"kind"` // contact, staff, on_call, duty
	Name           string `json:"name,omitempty"`
	CustomerNumber string `json:"customer_number,omitempty"`
	Email          string `json:"email,omitempty"`
}

// Effects lists notices in a state, "" for those that were given up; limit is
// 1..500, 0 for 100.
func (c *Client) Effects(ctx context.Context, state string, limit int) ([]Effect, error) {
	var out struct {
		Effects []Effect `json:"effects"`
	}
	return out.Effects, c.Do(ctx, http.MethodGet, "/v1/effects"+query("state", state, "limit", count(limit)), nil, &out)
}

// RetryEffect tries a notice that was given up once more, at once.
func (c *Client) RetryEffect(ctx context.Context, key string) error {
	return c.Do(ctx, http.MethodPost, "/v1/effects/"+url.PathEscape(key)+"/retry", nil, nil)
}

// SentMail is the message that left under a notice's key (RFC 5322).
func (c *Client) SentMail(ctx context.Context, key string) (string, error) {
	var out struct {
		Mail string `json:"mail"`
	}
	return out.Mail, c.Do(ctx, http.MethodGet, "/v1/effects/"+url.PathEscape(key)+"/mail", nil, &out)
}
