package api

import (
	"context"
	"net/http"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

type secondBody struct {
	Staff string `json:"staff" maxLength:"254" doc:"E-mail address"`
}

// secondRoutes are who works on it beside the owner.
func (s *server) secondRoutes() {
	do(s, act{path: "/seconds", id: "add-second", summary: "Have a second engineer work on it; ownership stays", command: "add_second", scope: auth.Staff},
		func(ctx context.Context, c *call, _ support.Row, b secondBody) (support.Command, error) {
			m, err := c.staffNamed(ctx, b.Staff, "staff")
			return &support.AddSecond{Staff: m.ID}, err
		})
	do(s, act{method: http.MethodDelete, path: "/seconds", id: "remove-second", summary: "End a second engineer's work on it", command: "remove_second", scope: auth.Staff},
		func(ctx context.Context, c *call, _ support.Row, b secondBody) (support.Command, error) {
			m, err := c.staffNamed(ctx, b.Staff, "staff")
			return &support.RemoveSecond{Staff: m.ID}, err
		})
}
