package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

// intake answers what is asked and told before filing for a product.
func (p *player) intake(ctx context.Context, c *client.Client, a *scenario.Args) error {
	got, err := c.Intake(ctx, a.Word("product"))
	if err != nil {
		return err
	}
	p.shown = map[string]string{"needed": yes(got.ScopeNeeded), "registration": got.Registration}
	for _, q := range got.Questions {
		p.shown[q.ID] = q.Outcome
		p.shown[q.ID+".evidence"] = joined(q.Evidence, func(x client.Choice) string { return x.ID })
		p.shown[q.ID+".routes"] = joined(q.Routes, func(x client.Route) string { return x.ID })
	}
	if x := got.Legacy; x != nil {
		p.shown["legacy_until"], p.shown["legacy"] = x.Until.Format(time.RFC3339Nano), yes(x.Now)
	}
	if x := got.Experimental; x != nil {
		p.shown["feature_severities"] = joined(x.Severities, func(n int) string { return fmt.Sprint(n) })
		for _, f := range x.Features {
			p.shown["feature."+f.ID] = strings.Join(f.Versions, ",")
		}
	}
	return nil
}

func joined[T any](list []T, name func(T) string) string {
	var out []string
	for _, x := range list {
		out = append(out, name(x))
	}
	return strings.Join(out, ",")
}

// regimeShown adds to the answer of an entitlement what it says beside coverage.
func (p *player) regimeShown(r client.Receipt) {
	for i, g := range r.Grounds {
		p.shown[fmt.Sprintf("ground%d", i+1)] = g.Key
	}
	for i, x := range r.Routes {
		p.shown[fmt.Sprintf("route%d", i+1)] = x.ID
	}
	p.shown["phase"], p.shown["basis"] = r.Phase, r.Basis
	for name, at := range map[string]time.Time{
		"general_until": r.GeneralUntil, "guidance_until": r.GuidanceUntil, "legacy_until": r.LegacyUntil,
	} {
		p.shown[name] = at.Format(time.RFC3339Nano)
	}
	if r.Coverage == nil {
		return
	}
	p.shown["remote"] = yes(r.Coverage.Remote)
	if s := r.Coverage.Service; s != nil {
		p.shown["service"], p.shown["service_open"], p.shown["service_promised"] = s.Language, yes(s.OpenNow), yes(s.Promised)
		p.shown["service_opens"] = s.NextOpenAt.Format(time.RFC3339Nano)
	}
}
