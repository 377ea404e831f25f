package client

import (
	"context"
	"net/http"
)

// Classification is what a request should count as; nil and empty fields stay.
type Classification struct {
	Kind     string  `json:"kind,omitempty"` // sr, cs_request
	Product  *string `json:"product,omitempty"`
	Version  *string `json:"version,omitempty"`
	Contract *string `json:"contract,omitempty"` // "" is the best that fits
	Contact  string  `json:"contact,omitempty"`  // customer number
	Severity int     `json:"severity,omitempty"` // of one that becomes technical
	Topic    string  `json:"topic,omitempty"`    // of one that becomes customer service
	Reason   string  `json:"reason"`
}

// Reclassify corrects what a request was filed as; its number stays.
func (c *Client) Reclassify(ctx context.Context, number string, m Classification) (Result, error) {
	var out Result
	err := c.Do(ctx, http.MethodPut, at(number, "classification"), m, &out)
	return out, err
}
