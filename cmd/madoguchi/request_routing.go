package main

import (
	"fmt"
	"io"

	"madoguchi/internal/lang"
)

type requestRouteCmd struct {
	onRequest
	Why bool `help:"Change nothing; say why the request was given to whom it was."`
}

func (c *requestRouteCmd) act(s *session) error {
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	if !c.Why {
		r, err := s.client.Route(s.ctx, n)
		if err != nil {
			return err
		}
		return s.done(r)
	}
	r, err := s.client.Routing(s.ctx, n)
	if err != nil {
		return err
	}
	return s.show(r, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		found := word(l, "routing.nobody")
		if r.Staff != nil {
			found = member(r.Staff)
		}
		pairs(w, []pair{{word(l, "team"), r.Team}, {word(l, "at"), v.Date(r.At)}, {word(l, "owner"), found}})
		for _, x := range r.Considered {
			mark := "☐"
			if x.Fits {
				mark = "☑"
			}
			fmt.Fprintf(w, "%s %s\n", mark, line(x.Staff.Name))
			for _, g := range x.Grounds {
				fmt.Fprintf(w, "    %s\n", line(g.Text))
			}
		}
	})
}
