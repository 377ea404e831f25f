package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// BroadcastText is the message in one language, en or ja.
type BroadcastText struct {
	Language string `json:"language"`
	Text     string `json:"text"`
}

// NewBroadcast is a message to the customers of a defect or of a product.
type NewBroadcast struct {
	Defect  string          `json:"defect,omitempty"`
	Product string          `json:"product,omitempty"`
	Version string          `json:"version,omitempty"`
	Open    bool            `json:"open,omitempty"` // only requests that are not completed
	Texts   []BroadcastText `json:"texts"`
}

// Broadcast is a message with how far it has been told.
type Broadcast struct {
	ID      string          `json:"id"`
	State   string          `json:"state"` // draft, running, done, erased
	Defect  string          `json:"defect,omitempty"`
	Product string          `json:"product,omitempty"`
	Version string          `json:"version,omitempty"`
	Open    bool            `json:"open,omitempty"`
	Texts   []BroadcastText `json:"texts"`
	By      *Member         `json:"by,omitempty"`
	MadeAt  time.Time       `json:"made_at"`
	SentAt  time.Time       `json:"sent_at,omitzero"`
	Run     *Run            `json:"run,omitempty"`
	Erasing *Run            `json:"erasing,omitempty"` // where it was told
	Erased  *Erased         `json:"erased,omitempty"`  // absent in lists
}

// Erased is what stays of an erasure.
type Erased struct {
	At     time.Time `json:"at"`
	By     By        `json:"by"`
	Ground string    `json:"ground"`
	Reason string    `json:"reason,omitempty"`
}

// Broadcasts is one page of broadcasts.
type Broadcasts struct {
	Broadcasts []Broadcast `json:"broadcasts"`
	Next       string      `json:"next,omitempty"`
}

// BroadcastPreview is what a broadcast would do if it were sent now.
type BroadcastPreview struct {
	Seen      string              `json:"seen"` // to be repeated when it is sent
	Requests  int                 `json:"requests"`
	Languages []BroadcastAudience `json:"languages"`
	Mailed    []BroadcastMailed   `json:"mailed"`
}

// BroadcastAudience is those who read one language, with the mail.
type BroadcastAudience struct {
	Language string `json:"language"`
	In       string `json:"in"` // the language of the text that they get
	Requests int    `json:"requests"`
	Subject  string `json:"subject"`
	Mail     string `json:"mail"`
}

// BroadcastMailed is one request whose contact would be mailed.
type BroadcastMailed struct {
	Number   string `json:"number"`
	Contact  Person `json:"contact"`
	Language string `json:"language"`
}

// BroadcastSending sends a broadcast: Seen is what its preview showed.
type BroadcastSending struct {
	Seen string `json:"seen"`
}

// Erasure is why a text is erased for good: a ground of the policy, and a reason
// that does not repeat it.
type Erasure struct {
	Ground string `json:"ground"`
	Reason string `json:"reason,omitempty"`
}

// RedactBroadcast erases a broadcast, also on the requests that got it.
func (c *Client) RedactBroadcast(ctx context.Context, id string, e Erasure) (Broadcast, error) {
	return call[Broadcast](ctx, c, http.MethodPost, atBroadcast(id, "/redaction"), e)
}

func atBroadcast(id, resource string) string {
	return "/v1/broadcasts/" + url.PathEscape(id) + resource
}

// Broadcasts lists broadcasts, the newest first, for staff.
func (c *Client) Broadcasts(ctx context.Context, after string, limit int) (Broadcasts, error) {
	return call[Broadcasts](ctx, c, http.MethodGet, "/v1/broadcasts"+query("after", after, "limit", count(limit)), nil)
}

// Broadcast is a broadcast and how far it has been told.
func (c *Client) Broadcast(ctx context.Context, id string) (Broadcast, error) {
	return call[Broadcast](ctx, c, http.MethodGet, atBroadcast(id, ""), nil)
}

// DraftBroadcast writes a broadcast; nobody gets it yet.
func (c *Client) DraftBroadcast(ctx context.Context, b NewBroadcast) (Broadcast, error) {
	return call[Broadcast](ctx, c, http.MethodPost, "/v1/broadcasts", b)
}

// PreviewBroadcast shows whom a broadcast would reach, and its mails.
func (c *Client) PreviewBroadcast(ctx context.Context, id string) (BroadcastPreview, error) {
	return call[BroadcastPreview](ctx, c, http.MethodGet, atBroadcast(id, "/preview"), nil)
}

// SendBroadcast sends a broadcast; seen is what its preview showed.
func (c *Client) SendBroadcast(ctx context.Context, id, seen string) (Broadcast, error) {
	return call[Broadcast](ctx, c, http.MethodPost, atBroadcast(id, "/sending"), BroadcastSending{Seen: seen})
}
