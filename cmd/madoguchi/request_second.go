package main

import "madoguchi/client"

type requestSecondCmd struct {
	onRequest
	Engineer string `arg:"" help:"E-mail of the second engineer."`
	Remove   bool   `help:"The engineer works on it no more."`
}

func (c *requestSecondCmd) act(s *session) error {
	if c.Remove {
		return c.withdraw(s, "seconds", client.Second{Staff: c.Engineer})
	}
	return c.send(s, "seconds", client.Second{Staff: c.Engineer})
}
