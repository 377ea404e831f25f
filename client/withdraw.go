package client

import (
	"context"
	"strconv"
	"time"
)

// Held is a comment of staff that the customer does not see yet.
type Held struct {
	Seq   int64     `json:"seq"`
	Text  string    `json:"text"`
	Until time.Time `json:"until"`
	By    Member    `json:"by"`
	Files []string  `json:"files,omitempty"` // names of those that go out with it
}

// WithdrawComment takes the caller's comment back before the customer sees it.
func (c *Client) WithdrawComment(ctx context.Context, number string, seq int64) (Result, error) {
	return c.Withdraw(ctx, number, "comments/"+strconv.FormatInt(seq, 10), nil)
}
