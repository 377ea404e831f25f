package support_test

import (
	"strconv"
	"strings"

	"madoguchi/internal/scenario"
	"madoguchi/internal/support"
)

func (d *coreDriver) component(a *scenario.Args) support.NewThirdParty {
	return support.NewThirdParty{Vendor: text(a, "vendor"), Component: text(a, "component"), Version: a.Word("component_version"), Release: a.Word("release")}
}

// third reads what a filing says of other vendors.
func (d *coreDriver) third(c *support.File, a *scenario.Args) {
	if a.Has("vendor") {
		c.ThirdParties = []support.NewThirdParty{d.component(a)}
	}
	if a.Has("guest") {
		q := guestQuery(a)
		c.Guest = &q
	}
}

func guestQuery(a *scenario.Args) support.GuestQuery {
	return support.GuestQuery{
		Guest: a.Word("guest"), Product: a.Word("product"), Release: a.Word("release"), Partner: a.Word("partner"), Bundled: a.Yes("bundled"),
		Hardware: a.Yes("hardware"), Programme: a.Word("programme"), BothContracts: a.Yes("both_contracts"), Certified: a.Yes("certified"), Premier: a.Yes("premier"),
	}
}

// compatible looks a component up, and its vendor.
func (d *coreDriver) compatible(a *scenario.Args) error {
	t := d.room.pack.ThirdParty
	got := support.Compatible(support.CompatibilityQuery{
		Product: a.Word("product"), Release: a.Word("release"), Vendor: a.Word("vendor"), Model: a.Word("model"), Version: a.Word("component_version"),
	}, d.room.pack)
	d.shown = map[string]string{
		"lookup": string(got.Lookup), "releases": strings.Join(got.Releases, ","), "relationship": "none", "steps": strings.Join(ids(t.Steps), ","),
		"removal_needs_grounds": yesNo(t.RemovalNeedsGrounds), "without_relationship": t.WithoutRelationship,
	}
	if r, ok := t.Relationship(a.Word("vendor")); ok {
		d.shown["relationship"], d.shown["at"] = r.Kind, r.At
	}
	return nil
}

// guestPaths are the ways to support, in their order.
func (d *coreDriver) guestPaths(by support.Actor, a *scenario.Args) error {
	q := guestQuery(a)
	q.Contract = support.Entitle(support.Query{Kind: support.Technical, Product: q.Product, Channel: support.Portal, At: d.room.now}, d.room.parties(by.ID), d.room.pack).Contract != 0
	paths, err := support.GuestPaths(q, d.room.pack)
	d.shown = map[string]string{}
	for i, p := range paths {
		n := strconv.Itoa(i + 1)
		d.shown["path"+n], d.shown["physical"+n], d.shown["missing"+n] = p.Item+p.Partner, "none", strings.Join(p.Missing, ",")
		if p.Physical != "" {
			d.shown["physical"+n] = string(p.Physical)
		}
	}
	return err
}

// evidence is what the other vendor is given; who is no party learns nothing.
func (d *coreDriver) evidence(by support.Actor, a *scenario.Args) error {
	r, n := d.room.requests[d.id].request, a.Number("n")
	if by.Kind == support.Customer && r.Filed.Contact != by.ID {
		return support.Refuse(support.NotFound, "request.not_found")
	}
	e, err := support.EvidenceFor(r, n, by)
	t := e.ThirdParty
	d.shown = map[string]string{
		"lookup": string(t.Lookup), "grounds": t.Grounds.Plain, "vendor": t.Vendor.Plain, "component": t.Component.Plain,
		"version": t.Version, "release": t.Release, "reproductions": strconv.Itoa(len(e.Reproductions)),
	}
	return err
}

func (d *coreDriver) thirds(s *scenario.State, r *support.Request) {
	for _, t := range r.ThirdParties {
		x := scenario.Third{N: t.N, Lookup: string(t.Lookup), State: t.State(), Sharing: t.Sharing != nil, Why: t.Case.Why, Finding: string(t.Case.Finding)}
		if c := t.Collaboration; c != nil {
			x.Collaboration, x.RespondBy, x.Overdue = string(c.State), c.RespondBy, c.Overdue
		}
		s.Thirds = append(s.Thirds, x)
	}
}
