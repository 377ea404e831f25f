package client

import (
	"context"
	"net/http"
)

// Range is a part of a text: the characters From to To, counted from 0.
type Range struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Excerpt is the part of an entry in which something was found.
type Excerpt struct {
	Seq    int64   `json:"seq"`
	Public bool    `json:"public"`
	Text   string  `json:"text"`
	Before bool    `json:"before,omitempty"` // the entry goes on before it
	After  bool    `json:"after,omitempty"`
	Found  []Range `json:"found"`
}

// FoundRequest is a request that was found, and where.
type FoundRequest struct {
	Request Row      `json:"request"`
	Title   []Range  `json:"title_found,omitempty"`
	Excerpt *Excerpt `json:"excerpt,omitempty"`
}

// FoundPage is a page of what was found, newest first.
type FoundPage struct {
	Requests []FoundRequest `json:"requests"`
	Next     string         `json:"next,omitempty"`
	Stopped  bool           `json:"stopped,omitempty"` // more may follow under Next
	Begun    bool           `json:"begun,omitempty"`   // by words that begin so: whole ones found nothing
	Filling  bool           `json:"filling,omitempty"` // earlier requests are still being entered
}

// Search finds requests by words, "phrases", -words and operators such as
// owner:me, severity:1, due:<2h. after is the cursor of the page before; a limit
// of 0 is 20.
func (c *Client) Search(ctx context.Context, q, after string, limit int) (FoundPage, error) {
	var out FoundPage
	return out, c.Do(ctx, http.MethodGet, "/v1/search"+query("q", q, "after", after, "limit", count(limit)), nil, &out)
}

// CountFound counts what [Client.Search] finds.
func (c *Client) CountFound(ctx context.Context, q string) (Count, error) {
	var out Count
	return out, c.Do(ctx, http.MethodGet, "/v1/search/count"+query("q", q), nil, &out)
}
