package main

import (
	"context"
	"strconv"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

// changeKinds are those of the pack that scenarios are played by.
var changeKinds = []string{"guest_os", "host_os", "network", "storage", "application"}

// gather answers what helps with a technical request.
func (p *player) gather(ctx context.Context, c *client.Client, a *scenario.Args) error {
	got, err := c.Gathering(ctx, a.Word("product"), a.Word("version"), a.Words("platforms"), a.Word("symptom"))
	if err != nil {
		return err
	}
	id := func(x client.Choice) string { return x.ID }
	p.shown = map[string]string{
		"groups": joined(got.Groups, id), "changes": joined(got.Changes, id), "name": got.Files.Name,
		"direct_max": strconv.FormatInt(got.Files.DirectMaxBytes, 10), "larger": strings.Join(got.Files.Larger, ","),
	}
	for _, product := range []string{"vsphere", "workstation"} {
		all, err := c.Gathering(ctx, product, "", nil, "")
		if err != nil {
			return err
		}
		for _, in := range all.Instructions {
			p.shown[in.ID] = "no"
		}
	}
	for _, in := range got.Instructions {
		p.shown[in.ID], p.shown[in.ID+".places"], p.shown[in.ID+".file"] = "yes", strings.Join(in.Places, " "), in.File
		for i, s := range in.Steps {
			p.shown[in.ID+".step"+strconv.Itoa(i+1)] = s
		}
	}
	return nil
}

// gathered is what a filing or a change of details says of what was gathered.
func gathered(d *client.Details, a *scenario.Args) {
	for _, kind := range changeKinds {
		if a.Has("changed_" + kind) {
			d.Changes = append(d.Changes, client.Change{Kind: kind, Text: a.Word("changed_" + kind)})
		}
	}
	for name, field := range map[string]**[]string{"platforms": &d.Platforms, "gathered": &d.Gathered} {
		if a.Has(name) {
			words := a.Words(name)
			*field = &words
		}
	}
	if a.Has("symptom") {
		symptom := a.Word("symptom")
		d.Symptom = &symptom
	}
}

// checklist is how far what helps with the request is.
func (p *player) checklist(s *scenario.State, c *client.Client) error {
	got, err := c.Checklist(p.t.Context(), p.number)
	s.Gathered = map[string]string{}
	for _, in := range got.Instructions {
		s.Gathered[in.ID] = in.State
	}
	return err
}
