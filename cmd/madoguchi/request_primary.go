package main

import (
	"context"

	"madoguchi/client"
)

type requestPrimaryCmd struct {
	onRequest
	Contact string `arg:"" help:"Customer number of the new primary licence administrator."`
}

func (c *requestPrimaryCmd) act(s *session) error {
	return c.call(s, func(ctx context.Context, n string) (client.Result, error) {
		return s.client.SwapPrimary(ctx, n, c.Contact)
	})
}
