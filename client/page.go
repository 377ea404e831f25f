package client

import (
	"context"
	"time"
)

// Page is the last page of a request: who was called to it and whether somebody
// looks after it.
type Page struct {
	State          string    `json:"state"` // waiting, acknowledged, ended
	Metric         string    `json:"metric"`
	DueAt          time.Time `json:"due_at"`
	Called         []Member  `json:"called"` // by name, in their order
	Duty           bool      `json:"duty,omitempty"`
	FirstAt        time.Time `json:"first_at"`
	NextAt         time.Time `json:"next_at,omitzero"`
	AcknowledgedBy *Member   `json:"acknowledged_by,omitempty"`
	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"`
}

// AcknowledgePage says that the caller looks after what they were paged for.
func (c *Client) AcknowledgePage(ctx context.Context, number string) (Result, error) {
	return c.Command(ctx, number, "page/acknowledgement", nil)
}
