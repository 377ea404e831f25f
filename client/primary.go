package client

import (
	"context"
	"net/http"
)

// SwapPrimary puts another contact in the place of the PLA of the contract of a
// customer service request (R07).
func (c *Client) SwapPrimary(ctx context.Context, number, customerNumber string) (Result, error) {
	var out Result
	err := c.Do(ctx, http.MethodPut, at(number, "primary"), map[string]string{"contact": customerNumber}, &out)
	return out, err
}
