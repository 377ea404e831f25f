package support

import (
	"time"

	"madoguchi/internal/policy"
)

// Entitle decides whether a person may file, and says why: every contract that
// was considered, what follows from the one that fits, or, when none does,
// which routes stay open. It is a pure function of contact, product, channel,
// severity and instant (R05, R06, R12, R14, R19, R30, R52, A13, A19-A21).
func Entitle(q Query, w Parties, p *policy.Pack) Receipt {
	e := entitler{q: q, w: w, p: p, r: Receipt{
		At: Instant(q.At), Pack: p.Ref(), Kind: q.Kind, Product: q.Product, Version: q.Version,
		Channel: q.Channel, Severity: q.Severity, Account: w.Account.ID, Grounds: []Ground{},
	}}
	if !w.Contact.Active && !q.Standing {
		e.no("entitlement.contact_inactive", []string{"R12"})
		e.routes("licence_team")
		return e.r
	}
	if q.Kind == CS {
		e.cs()
		return e.r
	}
	e.technical()
	return e.r
}

type entitler struct {
	q Query
	w Parties
	p *policy.Pack
	r Receipt
}

func (e *entitler) yes(key string, rules []string, args ...string) {
	e.r.Grounds = append(e.r.Grounds, ground(key, rules, args...))
}

func (e *entitler) no(key string, rules []string, args ...string) {
	e.r.Allowed = false
	e.yes(key, rules, args...)
}

func (e *entitler) routes(ids ...string) {
	for _, id := range ids {
		e.r.Routes = append(e.r.Routes, RouteOf(id))
	}
}

// RouteOf is a way that stays open, with the rules that it rests on.
func RouteOf(id string) Route { return Route{ID: id, Rules: routeRules[id]} }

var routeRules = map[string][]string{
	"community": {"R30"}, "purchase": {"R52"}, "licence_team": {"R07"}, "registrant": {"R06"},
	"self_help": {"R10"}, "security_report": {"R45"}, "primary": {"R03"}, "portal": {"R19"},
	"developer_community": {"R42"}, "consulting": {"R42", "R43"}, "feature_request": {"R31"}, "feedback": {"R32"},
	"legacy_procedure": {"R01"}, "download": {"R44"}, "upgrade": {"R02", "R52"},
}

func ground(key string, rules []string, args ...string) Ground {
	g := Ground{Key: key, Rules: rules}
	for i := 0; i+1 < len(args); i += 2 {
		if g.Args == nil {
			g.Args = map[string]string{}
		}
		g.Args[args[i]] = args[i+1]
	}
	return g
}

// cs: an account suffices (R19). A contract on which the person holds a role
// is named so that its PLA sees the request (A13).
func (e *entitler) cs() {
	e.r.Allowed, e.r.Basis = true, ByAccount
	e.yes("entitlement.account_suffices", []string{"R19"})
	var mine []Holding
	for _, h := range e.w.Holdings {
		if len(h.Roles) > 0 && (e.q.Contract == 0 || h.Contract.ID == e.q.Contract) {
			mine = append(mine, h)
		}
	}
	if len(mine) == 1 {
		c := mine[0].Contract
		e.r.Contract, e.r.Number, e.r.Account, e.r.Offering = c.ID, c.Number, c.Account, c.Offering
		e.r.Region = e.region(c, mine[0].Account)
	}
	if e.r.Region == "" {
		region, _ := e.p.RegionOf(e.w.Account.Country)
		e.r.Region = region.ID
	}
	t := Target{Metric: CSReply, Region: e.r.Region, AnchorAt: e.r.At, Rules: []string{"R25", "A9"}, Goal: e.p.CS.Goal.String()}
	e.preview(t, "", e.p.CS.Limit, "24x7")
	if goal, err := e.p.Span(e.r.Region, e.p.CS.Goal, 0, e.r.At); err == nil && e.r.Coverage.Target != nil {
		e.r.Coverage.Target.WarnAt = goal.Due
	}
	e.service("customer_service")
}

func (e *entitler) technical() {
	rule, known := e.p.Products[e.q.Product]
	if _, sold := e.w.Product(e.q.Product); !known || !sold {
		e.no("entitlement.product_unknown", []string{"R52"}, "product", e.q.Product)
		e.routes("self_help", "licence_team", "security_report")
		return
	}
	if rule.Kind == "open_source" {
		e.openSource(rule)
		return
	}
	if e.legacy(rule) || e.phase() || e.outOfScope() || e.experimental(rule) {
		return
	}
	best := -1
	var bestDue time.Time
	for i, h := range e.w.Holdings {
		if e.q.Contract != 0 && h.Contract.ID != e.q.Contract {
			continue
		}
		c, due := e.consider(h)
		e.r.Considered = append(e.r.Considered, c)
		if c.Fits && (best < 0 || due.Before(bestDue)) {
			best, bestDue = i, due
		}
	}
	switch {
	case best >= 0:
		e.take(e.w.Holdings[best])
	case e.complimentary(rule):
	case e.exception():
	default:
		e.refused(rule)
	}
}

// consider judges one contract. All grounds are listed, not only the first.
func (e *entitler) consider(h Holding) (Considered, time.Time) {
	c := Considered{Contract: h.Contract.ID, Number: h.Contract.Number, Offering: h.Contract.Offering, Fits: true, Grounds: []Ground{}}
	if len(h.Roles) == 0 {
		c.Number = "" // of the same account, but not this person's to see
	}
	no := func(key string, rules []string, args ...string) {
		c.Fits = false
		c.Grounds = append(c.Grounds, ground(key, rules, args...))
	}
	o, ok := e.p.Offerings[h.Contract.Offering]
	if !ok {
		no("entitlement.offering_unknown", []string{"R52"}, "offering", h.Contract.Offering)
		return c, time.Time{}
	}
	e.termAndProduct(h, o, no)
	if !e.q.Standing {
		e.people(h, o, no)
	}
	if o.Incidents != nil && e.pack(h) == 0 && !e.q.Standing {
		no("entitlement.no_incident_left", []string{"R52", "A20"})
	}
	if !c.Fits {
		return c, time.Time{}
	}
	c.Grounds = append(c.Grounds, ground("entitlement.covered", []string{"R05", "R52"}, "offering", o.ID))
	if t, ok := e.target(o); ok {
		if s, err := e.p.SpanIn(e.region(h.Contract, h.Account), hoursOf(o, t), t.First, 0, e.r.At); err == nil {
			return c, s.Due
		}
	}
	return c, e.r.At.AddDate(100, 0, 0)
}

func (e *entitler) termAndProduct(h Holding, o policy.Offering, no func(string, []string, ...string)) {
	k := h.Contract
	switch {
	case k.State != ContractActive:
		no("entitlement.contract_not_active", []string{"R52"}, "state", string(k.State))
	case e.r.At.Before(k.StartsAt):
		no("entitlement.contract_not_begun", []string{"R52"}, "from", k.StartsAt.Format(time.RFC3339))
	case !e.r.At.Before(k.EndsAt):
		no("entitlement.contract_ended", []string{"R52", "A21"}, "until", k.EndsAt.Format(time.RFC3339))
	}
	if !o.Technical {
		no("entitlement.not_technical", []string{"R52"}, "offering", o.ID)
	}
	if !e.holds(k.Products) || (len(o.Products) > 0 && !contains(o.Products, e.q.Product)) {
		no("entitlement.product_not_covered", []string{"R14", "R52"}, "product", e.q.Product)
	}
	if len(o.Countries) > 0 && !contains(o.Countries, h.Account.Country) {
		no("entitlement.country", []string{"R52"}, "country", h.Account.Country)
	}
	if e.q.Region != "" && !contains(k.Regions, e.q.Region) {
		no("entitlement.region_not_covered", []string{"A19"}, "region", e.q.Region)
	}
}

func (e *entitler) people(h Holding, o policy.Offering, no func(string, []string, ...string)) {
	switch {
	case o.Incidents != nil:
		if len(h.Roles) == 0 && h.Contract.Account != e.w.Account.ID {
			no("entitlement.not_of_this_contract", []string{"R52"})
		}
	case o.RegistrantOnly:
		if !e.registrant() {
			no("entitlement.registrant_only", []string{"R06"})
		}
	case !h.Has(RoleSupportAdmin):
		no("entitlement.not_support_admin", []string{"R05"})
	}
	if len(o.Channels.In) > 0 && !contains(o.Channels.In, string(e.written())) {
		no("entitlement.channel", []string{"R19", "R24"}, "channel", string(e.q.Channel))
	}
}

// written treats the API as the portal where a pack does not list it.
func (e *entitler) written() Channel {
	if e.q.Channel == API {
		return Portal
	}
	return e.q.Channel
}

func (e *entitler) registrant() bool {
	for _, g := range e.w.Registrations {
		if g.Product == e.q.Product && g.Contact == e.w.Contact.ID && !e.r.At.Before(g.At) && (g.Until.IsZero() || e.r.At.Before(g.Until)) {
			return true
		}
	}
	return false
}

// pack is the incident pack that filing would reserve from: the one that
// expires first among those that are open, or that of which one is held.
func (e *entitler) pack(h Holding) int64 {
	var best IncidentPack
	at := e.r.At
	for _, i := range h.Packs {
		if i.ID == e.q.Held {
			return i.ID
		}
		if i.Available() > 0 && at.Before(i.ExpiresAt) && (best.ID == 0 || i.ExpiresAt.Before(best.ExpiresAt)) {
			best = i
		}
	}
	return best.ID
}

// region is whose business hours count: the one asked for, else the account's
// country's when the contract has it, else the contract's first (A19).
func (e *entitler) region(k Contract, a Account) string {
	if e.q.Region != "" && contains(k.Regions, e.q.Region) {
		return e.q.Region
	}
	if own, ok := e.p.RegionOf(a.Country); ok && (len(k.Regions) == 0 || contains(k.Regions, own.ID)) {
		return own.ID
	}
	if len(k.Regions) > 0 {
		return k.Regions[0]
	}
	return ""
}

func hoursOf(o policy.Offering, t policy.TargetRule) string {
	if t.Hours != "" {
		return t.Hours
	}
	if o.Hours == "24x5" || o.Hours == "8x5" {
		return o.Hours
	}
	return ""
}

// take grants by a contract and computes what follows from it.
func (e *entitler) take(h Holding) {
	o := e.p.Offerings[h.Contract.Offering]
	e.r.Allowed, e.r.Basis = true, ByContract
	e.r.Contract, e.r.Number, e.r.Account = h.Contract.ID, h.Contract.Number, h.Contract.Account
	e.r.Offering, e.r.Region = o.ID, e.region(h.Contract, h.Account)
	e.yes("entitlement.by_contract", []string{"R05", "R19"}, "contract", h.Contract.Number, "offering", o.ID)
	if o.Incidents != nil {
		e.r.Basis, e.r.IncidentPack = ByIncident, e.pack(h)
		e.yes("entitlement.by_incident", []string{"R52", "A20"})
	}
	e.cover(o)
}

// complimentary: the registrant alone, within the window (R06).
func (e *entitler) complimentary(rule policy.Product) bool {
	o, ok := e.p.Offerings["complimentary"]
	if !ok || rule.Complimentary == "" || !o.Technical || !e.registrant() || (len(o.Products) > 0 && !contains(o.Products, e.q.Product)) {
		return false
	}
	if !contains(o.Channels.In, string(e.written())) {
		return false
	}
	e.r.Allowed, e.r.Basis, e.r.Offering = true, ByComplimentary, o.ID
	region, _ := e.p.RegionOf(e.w.Account.Country)
	e.r.Region = region.ID
	e.yes("entitlement.by_registration", []string{"R06", "R14"}, "product", e.q.Product)
	e.cover(o)
	return true
}

// cover states hours, target and whether after-hours support can be bought.
func (e *entitler) cover(o policy.Offering) {
	t, ok := e.target(o)
	if !ok {
		e.r.Coverage = &Coverage{Hours: o.Hours, AnsweredBy: o.Channels.Out, AfterHours: "hidden", CallNow: e.callNow(), Remote: o.Remote}
		e.service("technical")
		e.yes("entitlement.no_target", []string{"R24"}, "offering", o.ID)
		return
	}
	target := Target{
		Metric: FirstResponse, Region: e.r.Region, AnchorAt: e.r.At, Offering: o.ID, Severity: e.q.Severity,
		Rules: append([]string{"R24", "A1", "A19"}, more(t.Guide, "R24", "A1", "A19")...),
	}
	e.preview(target, hoursOf(o, t), t.First, o.Hours)
	e.r.Coverage.AnsweredBy = o.Channels.Out
	e.r.Coverage.AfterHours = "hidden"
	if purchasable(e.p, o, e.q.Severity, e.q.Environment) {
		e.r.Coverage.AfterHours = "purchasable"
		if e.q.Environment == "" {
			e.yes("entitlement.after_hours_in_production", []string{"R33"})
		} else {
			e.yes("entitlement.after_hours_purchasable", []string{"R33"})
		}
	}
	e.r.Coverage.CallNow, e.r.Coverage.Remote = e.callNow(), o.Remote
	e.service("technical")
}

func more(list []string, without ...string) []string {
	var out []string
	for _, s := range list {
		if !contains(without, s) {
			out = append(out, s)
		}
	}
	return out
}

func (e *entitler) callNow() bool {
	for _, s := range e.p.Severities {
		if s.Level == e.q.Severity {
			return s.CallNow && e.q.Channel != Phone
		}
	}
	return false
}

// purchasable: only where severity 1 is not covered around the clock already,
// only for that severity and only in production (R33).
func purchasable(p *policy.Pack, o policy.Offering, severity int, environment string) bool {
	return o.AfterHours && contains(p.AfterHours.Severities, severity) && !contains(o.Covers24x7, severity) &&
		(environment == "" || contains(p.AfterHours.Environments, environment))
}

func (e *entitler) preview(t Target, hours string, a policy.Amount, sold string) {
	c := &Coverage{Hours: sold, AfterHours: "hidden"}
	e.r.Coverage = c
	span, err := e.p.SpanIn(t.Region, hours, a, e.p.Clocks.WarnPercent, t.AnchorAt)
	if err != nil {
		e.yes("entitlement.target_not_computable", []string{"A19"}, "cause", err.Error())
		return
	}
	t.N, t.Amount, t.Calendar, t.Zone, t.Hours = 1, a.String(), span.Calendar, span.Zone, hours
	t.WarnAt, t.DueAt, t.Uncertain, t.Pack = span.Warn, span.Due, span.Uncertain, e.p.Ref()
	c.Target, c.Calendar, c.Zone = &t, span.Calendar, span.Zone
	c.OpenNow, c.NextOpenAt = true, e.r.At
	if span.Calendar != "" {
		if next, open, err := e.p.NextOpen(t.Region, e.r.At); err == nil {
			c.OpenNow, c.NextOpenAt = open, next
		}
	}
}

// refused names the routes that are open (R30, UX-30 in our tests).
func (e *entitler) refused(rule policy.Product) {
	e.no("entitlement.nothing_fits", []string{"R19", "R30"}, "product", e.q.Product)
	roleOnly, registered := false, false
	for _, c := range e.r.Considered {
		if len(c.Grounds) == 1 && c.Grounds[0].Key == "entitlement.not_support_admin" {
			roleOnly = true
		}
	}
	others := false
	for _, g := range e.w.Registrations {
		switch {
		case g.Product != e.q.Product:
		case g.Contact == e.w.Contact.ID:
			registered = true
		case rule.Complimentary != "" && g.Contract == 0 && !e.r.At.Before(g.At) && (g.Until.IsZero() || e.r.At.Before(g.Until)):
			others = true
		}
	}
	if others {
		e.yes("entitlement.registrant_only", []string{"R06"})
	}
	if roleOnly {
		e.routes("primary")
	}
	if rule.Complimentary != "" && !registered {
		e.routes("registrant")
	}
	if e.q.Channel == Phone {
		e.routes("portal")
	}
	e.routes("purchase", "community", "licence_team", "self_help", "security_report")
}
