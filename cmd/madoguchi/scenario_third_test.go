package main

import (
	"context"
	"strconv"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

func component(a *scenario.Args) client.NewThirdParty {
	return client.NewThirdParty{Vendor: a.Word("vendor"), Component: a.Word("component"), Version: a.Word("component_version"), Release: a.Word("release")}
}

func guest(a *scenario.Args) client.Guest {
	return client.Guest{
		Guest: a.Word("guest"), Release: a.Word("release"), Partner: a.Word("partner"), Bundled: a.Yes("bundled"), Hardware: a.Yes("hardware"),
		Programme: a.Word("programme"), BothContracts: a.Yes("both_contracts"), Certified: a.Yes("certified"), Premier: a.Yes("premier"),
	}
}

// foreign reads what a filing says of other vendors.
func foreign(f *client.File, a *scenario.Args) {
	if a.Has("vendor") {
		f.ThirdParties = []client.NewThirdParty{component(a)}
	}
	if a.Has("guest") {
		g := guest(a)
		f.Guest = &g
	}
}

// third are the commands about components of other vendors.
func (p *player) third(verb string, a *scenario.Args) (string, any) {
	nth := func(rest string) string { return "third-parties/" + a.Word("n") + rest }
	switch verb {
	case "name_third_party":
		return "third-parties", component(a)
	case "state_grounds":
		return nth("/grounds"), client.Text{Text: a.Word("text")}
	case "allow_sharing":
		return nth("/sharing"), client.Agreement{Consent: p.consent(a)}
	case "withdraw_sharing":
		return "DELETE " + nth("/sharing"), client.Reason{Reason: a.Word("reason")}
	case "open_collaboration":
		return nth("/collaboration"), client.NewCollaboration{Ground: a.Word("ground"), Mutual: a.Yes("mutual"), Text: a.Word("text")}
	case "move_collaboration":
		return nth("/collaboration/state"), client.CollaborationMove{To: a.Word("to"), Text: a.Word("text"), Theirs: a.Word("theirs")}
	case "suggest_vendor_case":
		return nth("/vendor-case/suggestion"), client.Text{Text: a.Word("text")}
	case "record_vendor_case":
		return nth("/vendor-case"), client.NewVendorCase{Number: a.Word("number")}
	case "record_vendor_answer":
		return nth("/answer"), client.VendorAnswer{Finding: a.Word("finding"), Text: a.Word("text")}
	}
	return "", nil
}

// others answers about other vendors.
func (p *player) others(ctx context.Context, c *client.Client, verb string, a *scenario.Args) error {
	return map[string]func(*player, context.Context, *client.Client, *scenario.Args) error{
		"compatible": (*player).compatible, "guest_paths": (*player).guestPaths, "evidence": (*player).evidence,
	}[verb](p, ctx, c, a)
}

// compatible looks a component up, and its vendor.
func (p *player) compatible(ctx context.Context, c *client.Client, a *scenario.Args) error {
	got, err := c.Compatibility(ctx, client.CompatibilityQuery{
		Product: a.Word("product"), Release: a.Word("release"), Vendor: a.Word("vendor"), Model: a.Word("model"), Version: a.Word("component_version"),
	})
	if err != nil {
		return err
	}
	p.shown = map[string]string{
		"lookup": got.Answer.Lookup, "releases": strings.Join(got.Answer.Releases, ","), "relationship": "none",
		"steps":                 joined(got.Steps, func(x client.Choice) string { return x.ID }),
		"removal_needs_grounds": yes(got.RemovalNeedsGrounds), "without_relationship": got.WithoutRelationship,
	}
	if r := got.Relationship; r != nil {
		p.shown["relationship"], p.shown["at"] = r.Kind, r.At
	}
	return nil
}

// guestPaths are the ways to support, in their order.
func (p *player) guestPaths(ctx context.Context, c *client.Client, a *scenario.Args) error {
	got, err := c.GuestPaths(ctx, a.Word("product"), "", guest(a))
	p.shown = map[string]string{}
	for i, x := range got.Paths {
		n := strconv.Itoa(i + 1)
		p.shown["path"+n], p.shown["physical"+n] = x.ID, "none"
		p.shown["missing"+n] = joined(x.Missing, func(m client.KeyText) string { return m.ID })
		if x.Physical != "" {
			p.shown["physical"+n] = x.Physical
		}
	}
	return err
}

// evidence is what the other vendor is given.
func (p *player) evidence(ctx context.Context, c *client.Client, a *scenario.Args) error {
	e, err := c.VendorEvidence(ctx, p.number, a.Word("n"))
	t := e.ThirdParty
	p.shown = map[string]string{
		"lookup": t.Lookup, "grounds": t.Grounds, "vendor": t.Vendor, "component": t.Component, "version": t.Version, "release": t.Release,
		"reproductions": strconv.Itoa(len(e.Reproductions)),
	}
	return err
}

func (p *player) thirds(s *scenario.State, r client.Request) {
	for _, t := range r.ThirdParties {
		x := scenario.Third{N: t.N, Lookup: t.Lookup, State: t.State, Sharing: t.Sharing != nil}
		if c := t.Collaboration; c != nil {
			x.Collaboration, x.RespondBy, x.Overdue = c.State, c.RespondBy, c.Overdue
		}
		if c := t.Case; c != nil {
			x.Why, x.Finding = c.Why, c.Finding
		}
		s.Thirds = append(s.Thirds, x)
	}
}
