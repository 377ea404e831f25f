package client

import (
	"context"
	"net/http"
)

// Products lists the products. Staff name a contact by customer number to see
// what that one is entitled to; customers leave it empty.
func (c *Client) Products(ctx context.Context, customerNumber string) ([]Product, error) {
	var out struct {
		Products []Product `json:"products"`
	}
	return out.Products, c.Do(ctx, http.MethodGet, "/v1/products"+query("contact", customerNumber), nil, &out)
}
