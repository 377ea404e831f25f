package support_test

import (
	"fmt"
	"slices"
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

// looked answers who is on the phone, and what can be bought.
func (d *coreDriver) looked(verb string, a *scenario.Args) error {
	d.shown = map[string]string{}
	if verb == "offers" {
		for _, o := range support.Offers(d.room.pack, a.Word("product"), a.Number("licences"), "") {
			d.shown[o.Offering] = yesNo(o.Fits)
		}
		return nil
	}
	for _, l := range support.PhoneLines(d.room.pack, a.Word("product"), d.room.now) {
		d.shown[l.Line] = map[bool]string{true: "open", false: "closed"}[l.Open]
		d.shown[l.Line+".next"] = l.NextOpenAt.Format(time.RFC3339Nano)
	}
	return nil
}

// register does to the rows what the desk does: the window runs from now (R06).
func (d *coreDriver) register(by support.Actor, a *scenario.Args) error {
	g := support.Registration{ID: int64(len(d.room.registers) + 1), Contact: by.ID, Account: d.room.contact(by.ID).Account, Product: a.Word("product"), At: d.room.now}
	if until, ok := policy.Period(d.room.pack.Products[g.Product].Complimentary); ok {
		g.Until = support.Instant(until(d.room.now))
	}
	d.room.registers = append(d.room.registers, g)
	d.shown = map[string]string{"until": g.Until.Format(time.RFC3339Nano)}
	return nil
}

// buyIncidents does to the rows what the desk does, with its refusals (R52).
func (d *coreDriver) buyIncidents(by support.Actor, a *scenario.Args) error {
	contact, product, size := by.ID, a.Word("product"), a.Number("size")
	if a.Has("contact") {
		contact = d.contact(a.Word("contact"))
	}
	mine := func(g support.Registration) bool { return g.Contact == by.ID && g.Product == product }
	if by.Kind == support.Customer && !slices.ContainsFunc(d.room.registers, mine) {
		return support.Refuse(support.Forbidden, "party.forbidden", "act", "buy_incidents")
	}
	rules := d.room.pack.Offerings["per_incident"].Incidents
	if !slices.Contains(rules.Packs, size) {
		return support.Wrong("size", "incident.size", "sizes", fmt.Sprint(rules.Packs))
	}
	until, _ := policy.Period(rules.Valid)
	p := support.IncidentPack{ID: int64(len(d.room.packs) + 1), Bought: size, ExpiresAt: support.Instant(until(d.room.now))}
	account := d.room.contact(contact).Account
	for i, c := range d.room.contracts {
		if c.Account == account && c.Offering == "per_incident" {
			p.Contract, d.room.contracts[i].EndsAt = c.ID, p.ExpiresAt
		}
	}
	if p.Contract == 0 {
		p.Contract = int64(len(d.room.contracts) + 1)
		d.room.contracts = append(d.room.contracts, support.Contract{
			ID: p.Contract, Account: account, Number: "INC", Offering: "per_incident", Products: []string{product}, Regions: []string{"na-west"},
			StartsAt: d.room.now, EndsAt: p.ExpiresAt, State: support.ContractActive,
		})
		d.room.grant(p.Contract, support.RoleLicencePrimary, d.room.keys[support.Actor{Kind: support.Customer, ID: contact}])
	}
	d.room.packs = append(d.room.packs, p)
	d.shown = map[string]string{"size": fmt.Sprint(size), "expires": p.ExpiresAt.Format(time.RFC3339Nano)}
	return nil
}

// incidents answers what is left of what was bought.
func (d *coreDriver) incidents() error {
	available, reserved := 0, 0
	for _, p := range d.room.packs {
		available, reserved = available+p.Available(), reserved+p.Reserved
	}
	d.shown = map[string]string{"available": fmt.Sprint(available), "reserved": fmt.Sprint(reserved)}
	return nil
}
