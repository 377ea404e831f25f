package main

import (
	"fmt"
	"io"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// betaCmd is beta programmes, over the API.
type betaCmd struct {
	remote
	List   betaListCmd   `cmd:"" help:"List the programmes that you may know of."`
	Show   betaShowCmd   `cmd:"" help:"Show one."`
	Add    betaAddCmd    `cmd:"" help:"Add one; it ends by itself (staff)."`
	Invite betaInviteCmd `cmd:"" help:"Invite a contact (staff)."`
	Join   betaJoinCmd   `cmd:"" help:"Join a public programme, or accept an invitation."`
}

type betaListCmd struct{ pageFlags }

func (c *betaListCmd) act(s *session) error {
	page, err := s.client.Programmes(s.ctx, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.show(page, func(w io.Writer, v lang.Voice) {
		writeList(w, v, page.Programmes, page.Next, func(p client.Programme) {
			fmt.Fprintf(w, "%s  %s  %s\n", p.Programme, word(v.Lang, "beta."+p.State), line(p.Name))
		})
	})
}

type onProgramme struct {
	Programme string `arg:"" help:"Name of the programme in addresses."`
}

func (s *session) programme(p client.Programme) error {
	return s.showNamed(p, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		fmt.Fprintf(w, "%s  %s\n", p.Programme, line(p.Name))
		membership := ""
		if p.Membership != "" {
			membership = v.Word("membership", p.Membership)
		}
		pairs(w, []pair{
			{word(l, "state"), word(l, "beta."+p.State)},
			{word(l, "kind"), v.Word("beta_kind", p.Kind)},
			{word(l, "product"), strings.Join(nonEmpty(v.Named("product", p.Product), p.Version), " ")},
			{word(l, "ends"), lang.Voice{Lang: l, Zone: p.Zone, Pack: v.Pack}.Date(p.EndsAt)},
			{word(l, "beta.membership"), membership},
		})
		writeRuns(w, v, p.Runs)
	})
}

type betaShowCmd struct{ onProgramme }

func (c *betaShowCmd) act(s *session) error {
	return give(s.programme)(s.client.Programme(s.ctx, c.Programme))
}

type betaAddCmd struct {
	onProgramme
	Name    string  `arg:"" help:"Its name."`
	Product string  `required:"" help:"Key of the product." placeholder:"KEY"`
	Release string  `help:"Version of the product." placeholder:"VERSION"`
	Kind    string  `help:"public or private." enum:"public,private" default:"private" placeholder:"KIND"`
	Ends    instant `required:"" help:"When it ends (RFC 3339)." placeholder:"INSTANT"`
	In      string  `help:"Zone in which the end is announced." default:"UTC" placeholder:"ZONE"`
}

func (c *betaAddCmd) act(s *session) error {
	p, err := s.client.AddProgramme(s.ctx, client.NewProgramme{
		Programme: c.Programme, Name: c.Name, Kind: c.Kind, Product: c.Product, Version: c.Release, EndsAt: c.Ends.Time, Zone: c.In,
	})
	if err != nil {
		return err
	}
	return s.programme(p)
}

type betaInviteCmd struct {
	onProgramme
	Contact string `arg:"" help:"Customer number of the contact."`
}

func (c *betaInviteCmd) act(s *session) error {
	return give(s.programme)(s.client.InviteToBeta(s.ctx, c.Programme, c.Contact))
}

type betaJoinCmd struct{ onProgramme }

func (c *betaJoinCmd) act(s *session) error {
	return give(s.programme)(s.client.JoinBeta(s.ctx, c.Programme))
}
