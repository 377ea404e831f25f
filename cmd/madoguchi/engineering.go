package main

import (
	"fmt"
	"io"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type requestTasksCmd struct {
	State string `help:"open, answered or cancelled." enum:",open,answered,cancelled" default:"open" placeholder:"STATE"`
	Kind  string `help:"A kind of ask, such as verify_bug." placeholder:"KIND"`
	Staff string `help:"E-mail of who works on it; me, or none." placeholder:"EMAIL|me|none"`
	pageFlags
}

func (c *requestTasksCmd) act(s *session) error {
	page, err := s.client.EngineeringAsks(s.ctx, client.EngineeringFilter{State: c.State, Kind: c.Kind, Staff: c.Staff, After: c.After, Limit: int(c.Limit)})
	if err != nil {
		return err
	}
	return s.show(page, func(w io.Writer, v lang.Voice) {
		writeList(w, v, page.Asks, page.Next, func(a client.EngineeringAsk) {
			fmt.Fprintf(w, "%s  %d  %s: %s  %s\n", a.Number, a.N, v.Word("ask_kind", a.Kind), v.Word("ask_state", a.State), member(a.Staff))
			paragraph(w, "  │ ", a.Text)
		})
	})
}

type requestAssignAskCmd struct {
	onRequest
	Ask      string `arg:"" help:"Number of the ask; 'request show' lists them."`
	Engineer string `arg:"" optional:"" help:"E-mail of somebody of engineering; you when left out."`
}

func (c *requestAssignAskCmd) act(s *session) error {
	n, err := s.ordinal(c.Ask)
	if err != nil {
		return err
	}
	return c.send(s, "asks/"+n+"/assignment", client.Assignment{Staff: c.Engineer})
}
