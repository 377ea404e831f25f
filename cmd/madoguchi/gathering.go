package main

import (
	"fmt"
	"io"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type productGatheringCmd struct {
	onProduct
	Version  string   `name:"product-version" help:"Version of the product." placeholder:"VERSION"`
	Platform []string `help:"Platform of host or guest; may be repeated." placeholder:"ID"`
	Symptom  string   `help:"What has happened." placeholder:"ID"`
}

func (c *productGatheringCmd) act(s *session) error {
	g, err := s.client.Gathering(s.ctx, c.Product, c.Version, c.Platform, c.Symptom)
	if err != nil {
		return err
	}
	return s.show(g, func(w io.Writer, v lang.Voice) {
		writeGathering(w, v, g)
		fmt.Fprintln(w, word(v.Lang, "gather.symptoms"))
		writeChoices(w, g.Symptoms)
		fmt.Fprintln(w, word(v.Lang, "gather.changes"))
		writeChoices(w, g.Changes)
		fmt.Fprintln(w, word(v.Lang, "gather.platforms"))
		for _, p := range g.Platforms {
			fmt.Fprintf(w, "  %s: %s\n", p.ID, line(p.Text))
		}
	})
}

type requestGatheringCmd struct{ onRequest }

func (c *requestGatheringCmd) act(s *session) error {
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	g, err := s.client.Checklist(s.ctx, n)
	if err != nil {
		return err
	}
	return s.show(g, func(w io.Writer, v lang.Voice) { writeGathering(w, v, g) })
}

// writeGathering writes what helps, group by group, with the steps.
func writeGathering(w io.Writer, v lang.Voice, g client.Gathering) {
	for _, group := range g.Groups {
		fmt.Fprintf(w, "%s%s\n", line(group.Text), rules(group.Rules))
		for _, in := range g.Instructions {
			if in.Group != group.ID {
				continue
			}
			state := ""
			if in.State != "" {
				state = ": " + v.Word("gather_state", in.State)
			}
			fmt.Fprintf(w, "  %s  %s%s\n", in.ID, line(in.Text), state)
			if in.State != "given" {
				writeSteps(w, v, in)
			}
		}
	}
	fmt.Fprintln(w, line(g.Files.Text))
}

// writeSteps writes how one thing is gathered.
func writeSteps(w io.Writer, v lang.Voice, in client.Instruction) {
	if in.Only != "" {
		fmt.Fprintf(w, "     %s\n", line(in.Only))
	}
	for i, step := range in.Steps {
		fmt.Fprintf(w, "     %d. %s\n", i+1, line(step))
	}
	for _, p := range in.Places {
		fmt.Fprintf(w, "     > %s\n", line(p))
	}
	if in.File != "" {
		fmt.Fprintf(w, "     %s %s\n", word(v.Lang, "gather.file"), line(in.File))
	}
}

// writeMissing writes after filing what would help the work along.
func (s *session) writeMissing(r client.Request) error {
	if s.json || r.Number == "" || r.Kind != "sr" {
		return nil
	}
	g, err := s.client.Checklist(s.ctx, r.Number)
	if err != nil {
		return err
	}
	missing := map[string]bool{}
	for _, in := range g.Instructions {
		missing[in.Group] = missing[in.Group] || in.State == "missing"
	}
	return s.show(g, func(w io.Writer, v lang.Voice) {
		head := false
		for _, group := range g.Groups {
			if !missing[group.ID] {
				continue
			}
			if !head {
				fmt.Fprintf(w, "%s madoguchi request gathering %s\n", word(v.Lang, "gather.helps"), r.Number)
				head = true
			}
			fmt.Fprintf(w, "  %s\n", line(group.Text))
		}
	})
}
