package api

import (
	"context"
	"net/http"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

type productsView struct {
	Products []productView `json:"products"`
}

type productsInput struct {
	Contact string `query:"contact" maxLength:"32" doc:"Customer number; staff say whose products are marked"`
}

func (s *server) productListRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/products", id: "list-products", summary: "List the products, those marked that one may file about",
		scope: auth.Read, permission: "read", tag: "policy"},
		func(ctx context.Context, c *call, in *productsInput) (*body[productsView], error) {
			v, err := c.products(ctx, in.Contact)
			return &body[productsView]{v}, err
		})
}

// products marks what a contact is entitled to: the least severe request would
// be taken (R05, R06, R14).
func (c *call) products(ctx context.Context, number string) (productsView, error) {
	v := productsView{Products: []productView{}}
	var contact int64
	if number != "" || !c.staff() {
		var err error
		if contact, err = c.about(ctx, number); err != nil {
			return v, err
		}
	}
	rows, err := c.store.Products(ctx)
	if err != nil {
		return v, err
	}
	least := 0
	for _, s := range c.desk.Pack().Severities {
		least = max(least, s.Level)
	}
	for _, row := range rows {
		p := c.productView(row)
		if contact != 0 {
			r, err := c.desk.Entitlement(ctx, c.actor, contact, support.Query{
				Kind: support.Technical, Product: row.Key, Channel: support.Portal, Severity: least,
			})
			if err != nil {
				return v, err
			}
			p.Entitled = &r.Allowed
		}
		v.Products = append(v.Products, p)
	}
	return v, nil
}
