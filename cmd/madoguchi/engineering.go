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
	After string `help:"Cursor of the page before." placeholder:"CURSOR"`
	Limit most   `help:"At most so many, 1 to 200." default:"50" placeholder:"N"`
}

func (c *requestTasksCmd) act(s *session) error {
	page, err := s.client.EngineeringAsks(s.ctx, client.EngineeringFilter{State: c.State, Kind: c.Kind, Staff: c.Staff, After: c.After, Limit: int(c.Limit)})
	if err != nil {
		return err
	}
	return s.show(page, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		if len(page.Asks) == 0 {
			fmt.Fprintln(w, word(l, "list.none"))
			return
		}
		for _, a := range page.Asks {
			fmt.Fprintf(w, "%s  %d  %s: %s  %s\n", a.Number, a.N, v.Word("ask_kind", a.Kind), v.Word("ask_state", a.State), member(a.Staff))
			paragraph(w, "  │ ", a.Text)
		}
		if page.Next != "" {
			fmt.Fprintf(w, word(l, "list.more")+"\n", page.Next)
		}
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
