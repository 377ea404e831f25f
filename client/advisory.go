package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// AdvisoryWords is what an advisory says (R45).
type AdvisoryWords struct {
	Affected   []string    `json:"affected"`
	Fixed      []string    `json:"fixed,omitempty"`
	Severity   string      `json:"severity"`
	References []string    `json:"references,omitempty"`
	Texts      []AlertText `json:"texts"`
}

// NewAdvisory is an advisory to write.
type NewAdvisory struct {
	Product string `json:"product"`
	AdvisoryWords
}

// AdvisoryChange replaces what an advisory says; UpdatedAt is of what was read.
type AdvisoryChange struct {
	UpdatedAt time.Time `json:"updated_at"`
	AdvisoryWords
}

// Advisory is a security advisory.
type Advisory struct {
	Number      string      `json:"number"`
	State       string      `json:"state"` // draft, published
	Product     string      `json:"product"`
	Affected    []string    `json:"affected"`
	Fixed       []string    `json:"fixed"`
	Severity    string      `json:"severity"`
	Name        string      `json:"name"` // of the severity
	References  []string    `json:"references"`
	Title       string      `json:"title"` // in the reader's language
	Text        string      `json:"text"`
	Texts       []AlertText `json:"texts"`
	PublishedAt time.Time   `json:"published_at,omitzero"`
	UpdatedAt   time.Time   `json:"updated_at"`
	By          *Member     `json:"by,omitempty"`
}

// Change is the advisory as its next words, to be edited.
func (a Advisory) Change() AdvisoryChange {
	return AdvisoryChange{a.UpdatedAt, AdvisoryWords{Affected: a.Affected, Fixed: a.Fixed, Severity: a.Severity, References: a.References, Texts: a.Texts}}
}

func atAdvisory(number, resource string) string {
	return "/v1/advisories/" + url.PathEscape(number) + resource
}

// Advisories is one page of advisories, the newest first; a client without a
// token may. Product "" is all.
func (c *Client) Advisories(ctx context.Context, product, after string, limit int) (page []Advisory, next string, err error) {
	var out struct {
		Advisories []Advisory `json:"advisories"`
		Next       string     `json:"next"`
	}
	err = c.Do(ctx, http.MethodGet, "/v1/advisories"+query("product", product, "after", after, "limit", count(limit)), nil, &out)
	return out.Advisories, out.Next, err
}

// Advisory is one advisory; a client without a token may.
func (c *Client) Advisory(ctx context.Context, number string) (Advisory, error) {
	return call[Advisory](ctx, c, http.MethodGet, atAdvisory(number, ""), nil)
}

// DraftAdvisory writes an advisory, for the security team.
func (c *Client) DraftAdvisory(ctx context.Context, n NewAdvisory) (Advisory, error) {
	return call[Advisory](ctx, c, http.MethodPost, "/v1/advisories", n)
}

// ChangeAdvisory replaces what an advisory says.
func (c *Client) ChangeAdvisory(ctx context.Context, number string, change AdvisoryChange) (Advisory, error) {
	return call[Advisory](ctx, c, http.MethodPut, atAdvisory(number, ""), change)
}

// PreviewAdvisory shows how many subscribers it would reach, and its mails.
func (c *Client) PreviewAdvisory(ctx context.Context, number string) (AlertPreview, error) {
	return call[AlertPreview](ctx, c, http.MethodGet, atAdvisory(number, "/preview"), nil)
}

// PublishAdvisory publishes an advisory; seen is what its preview showed.
func (c *Client) PublishAdvisory(ctx context.Context, number, seen string) (Advisory, error) {
	return call[Advisory](ctx, c, http.MethodPost, atAdvisory(number, "/publication"), BroadcastSending{Seen: seen})
}
