package support_test

import (
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/scenario"
	"madoguchi/internal/support"
)

// points are those of the evidence that a scenario may bring.
var points = []string{"tried", "small_case", "outside"}

// regime reads what special products and features ask for.
func (d *coreDriver) regime(c *support.File, a *scenario.Args) {
	c.Scope, c.Feature, c.Language = a.Word("scope"), a.Word("feature"), a.Word("language")
	c.Unsupported = a.Word("configuration") == "unsupported"
	for _, id := range points {
		if a.Has(id) {
			c.Evidence = append(c.Evidence, support.Evidence{ID: id, Text: text(a, id)})
		}
	}
}

// intake answers what is asked and told before filing for a product.
func (d *coreDriver) intake(a *scenario.Args) error {
	key := a.Word("product")
	rule, ok := d.room.pack.Products[key]
	if !ok {
		return fmt.Errorf("no product %s", key)
	}
	questions, needed := d.room.pack.ScopeQuestions(key)
	d.shown = map[string]string{"needed": yesNo(needed), "registration": rule.Registration}
	for _, q := range questions {
		d.shown[q.ID] = string(q.Outcome())
		d.shown[q.ID+".evidence"] = strings.Join(ids(q.Evidence), ",")
		d.shown[q.ID+".routes"] = strings.Join(q.Routes, ",")
	}
	if until, ok := support.LegacyUntil(rule); ok {
		d.shown["legacy_until"], d.shown["legacy"] = until.Format(time.RFC3339Nano), yesNo(d.room.now.Before(until))
	}
	for _, f := range rule.Experimental {
		d.shown["feature."+f.ID] = strings.Join(f.Versions, ",")
		d.shown["feature_severities"] = strings.Trim(strings.ReplaceAll(fmt.Sprint(d.room.pack.Experimental.Severities), " ", ","), "[]")
	}
	return nil
}

func ids(list []policy.Item) []string {
	var out []string
	for _, it := range list {
		out = append(out, it.ID)
	}
	return out
}

// regimeShown adds to the answer of an entitlement what it says beside coverage.
func (d *coreDriver) regimeShown(r support.Receipt) {
	for i, g := range r.Grounds {
		d.shown[fmt.Sprintf("ground%d", i+1)] = g.Key
	}
	d.shown["phase"], d.shown["basis"] = string(r.Phase), string(r.Basis)
	for name, at := range map[string]time.Time{
		"general_until": r.GeneralUntil, "guidance_until": r.GuidanceUntil, "legacy_until": r.LegacyUntil,
	} {
		d.shown[name] = at.Format(time.RFC3339Nano)
	}
	if r.Coverage == nil {
		return
	}
	d.shown["remote"] = yesNo(r.Coverage.Remote)
	if s := r.Coverage.Service; s != nil {
		d.shown["service"], d.shown["service_open"], d.shown["service_promised"] = s.Language, yesNo(s.OpenNow), yesNo(s.Promised)
		d.shown["service_opens"] = s.NextOpenAt.Format(time.RFC3339Nano)
	}
}
