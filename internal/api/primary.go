package api

import (
	"context"
	"net/http"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

type swapBody struct {
	Contact string `json:"contact" maxLength:"32" doc:"Customer number of the new PLA"`
}

func (s *server) swapRoutes() {
	do(s, act{method: http.MethodPut, path: "/primary", id: "swap-primary", summary: "Put another contact in the place of the PLA of its contract", command: "swap_primary", scope: auth.Staff},
		func(ctx context.Context, c *call, _ support.Row, b swapBody) (support.Command, error) {
			who, err := c.contactNamed(ctx, b.Contact, "contact")
			return &support.SwapPrimary{To: who.ID}, err
		})
}
