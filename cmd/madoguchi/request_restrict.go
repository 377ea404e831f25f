package main

import (
	"context"
	"fmt"
	"io"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type requestRestrictCmd struct {
	onRequest
	Staff  []string `arg:"" optional:"" help:"E-mails of those who see it, beside its owner, duty managers and administrators."`
	Reason string   `help:"Why; kept on the timeline, for staff." placeholder:"TEXT"`
	Lift   bool     `help:"Let all staff see it again."`
}

func (c *requestRestrictCmd) act(s *session) error {
	if c.Lift {
		return c.withdraw(s, "restriction", client.Reason{Reason: c.Reason})
	}
	return c.call(s, func(ctx context.Context, n string) (client.Result, error) {
		return s.client.Restrict(ctx, n, client.NewRestriction{Staff: c.Staff, Reason: c.Reason})
	})
}

type requestBreakGlassCmd struct {
	onRequest
	Reason string `required:"" help:"Why you have to see it; the duty manager is told." placeholder:"TEXT"`
}

func (c *requestBreakGlassCmd) act(s *session) error {
	return c.send(s, "glass", client.Reason{Reason: c.Reason})
}

type requestReadsCmd struct {
	Number string `arg:"" optional:"" help:"Number of the request; left out: who broke the glass, on all requests."`
}

func (c *requestReadsCmd) act(s *session) error {
	if c.Number == "" {
		list, err := s.client.Glasses(s.ctx)
		if err != nil {
			return err
		}
		return s.show(map[string]any{"glasses": list}, func(w io.Writer, v lang.Voice) { writeGlasses(w, v, list) })
	}
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	list, err := s.client.Reads(s.ctx, n)
	if err != nil {
		return err
	}
	return s.show(map[string]any{"reads": list}, func(w io.Writer, v lang.Voice) {
		writeList(w, v, list, "", func(r client.Read) { fmt.Fprintf(w, "%s  %s\n", v.Date(r.At), member(&r.By)) })
	})
}

func writeGlasses(w io.Writer, v lang.Voice, list []client.Glass) {
	writeList(w, v, list, "", func(g client.Glass) {
		fmt.Fprintf(w, "%s  %s  %s – %s\n", g.Number, member(&g.By), v.Date(g.At), v.Date(g.Until))
		paragraph(w, "  │ ", g.Reason)
	})
}
