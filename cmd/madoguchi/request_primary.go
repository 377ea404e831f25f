package main

type requestPrimaryCmd struct {
	onRequest
	Contact string `arg:"" help:"Customer number of the new primary licence administrator."`
}

func (c *requestPrimaryCmd) act(s *session) error {
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	r, err := s.client.SwapPrimary(s.ctx, n, c.Contact)
	if err != nil {
		return err
	}
	return s.done(r)
}
