package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// FeedEvent tells that something has happened to a request. What it was is read
// at the request.
type FeedEvent struct {
	Cursor string    `json:"cursor"` // opaque: go on after it
	Number string    `json:"number"`
	Seq    int64     `json:"seq"`
	Kind   string    `json:"kind"`
	At     time.Time `json:"at"`
	By     string    `json:"by"` // customer, staff, system
	Public bool      `json:"public"`
}

// Feed is a part of what has happened to requests, in order of commitment. Next
// is where to go on, also after an empty one.
type Feed struct {
	Events []FeedEvent `json:"events"`
	Next   string      `json:"next,omitempty"`
	More   bool        `json:"more"`
}

// Feed reads what has happened after a cursor, "" for the beginning; limit is
// 1..500, 0 = 100.
func (c *Client) Feed(ctx context.Context, after string, limit int) (Feed, error) {
	q := url.Values{}
	if after != "" {
		q.Set("after", after)
	}
	if limit != 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	path := "/v1/events"
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	var out Feed
	return out, c.Do(ctx, http.MethodGet, path, nil, &out)
}
