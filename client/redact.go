package client

import (
	"context"
	"strconv"
)

// Redaction erases texts of an entry for good; who and why stays.
type Redaction struct {
	Ground string `json:"ground"`           // secret, personal, mistake
	Field  string `json:"field,omitempty"`  // "" is every text of the entry
	Reason string `json:"reason,omitempty"` // shown; never the text itself
}

// Redact erases texts of entry seq of a request.
func (c *Client) Redact(ctx context.Context, number string, seq int64, m Redaction) (Result, error) {
	return c.Command(ctx, number, "events/"+strconv.FormatInt(seq, 10)+"/redaction", m)
}
