package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// receipt is an entitlement decision with all that it rests on, in words.
type receipt struct {
	At            time.Time        `json:"at"`
	Pack          string           `json:"pack"`
	Kind          string           `json:"kind" enum:"sr,cs_request"`
	Product       string           `json:"product,omitempty"`
	Version       string           `json:"version,omitempty"`
	Phase         string           `json:"phase,omitempty"`
	GeneralUntil  time.Time        `json:"general_until,omitzero" doc:"End of general support, exclusive"`
	GuidanceUntil time.Time        `json:"guidance_until,omitzero" doc:"End of technical guidance, exclusive"`
	LegacyUntil   time.Time        `json:"legacy_until,omitzero" doc:"End of the procedure of the company that made the product (R01)"`
	Scope         string           `json:"scope,omitempty"`
	Feature       string           `json:"feature,omitempty" doc:"Experimental (R32)"`
	Channel       string           `json:"channel"`
	Severity      int              `json:"severity,omitempty"`
	Allowed       bool             `json:"allowed"`
	Basis         string           `json:"basis,omitempty"`
	Contract      string           `json:"contract,omitempty"`
	Offering      string           `json:"offering,omitempty"`
	Region        string           `json:"region,omitempty"`
	Considered    []consideredView `json:"considered"`
	Grounds       []groundView     `json:"grounds"`
	Coverage      *coverageView    `json:"coverage,omitempty"`
	Routes        []routeView      `json:"routes"`
}

type consideredView struct {
	Contract string       `json:"contract,omitempty"`
	Offering string       `json:"offering,omitempty"`
	Fits     bool         `json:"fits"`
	Grounds  []groundView `json:"grounds"`
}

type groundView struct {
	Key   string            `json:"key"`
	Args  map[string]string `json:"args,omitempty"`
	Rules []string          `json:"rules"`
	Text  string            `json:"text"`
}

type coverageView struct {
	Hours      string       `json:"hours"`
	Calendar   string       `json:"calendar,omitempty"`
	Zone       string       `json:"zone,omitempty"`
	OpenNow    bool         `json:"open_now"`
	NextOpenAt time.Time    `json:"next_open_at,omitzero"`
	Target     *targetView  `json:"target,omitempty"`
	AfterHours string       `json:"after_hours" enum:"hidden,purchasable"`
	CallNow    bool         `json:"call_now,omitempty" doc:"Call instead of writing (A14)"`
	Remote     bool         `json:"remote,omitempty" doc:"Remote sessions belong to the offering (R52)"`
	AnsweredBy []string     `json:"answered_by,omitempty" doc:"The ways by which we answer: phone, mail, portal (R24)"`
	Service    *serviceView `json:"service,omitempty"`
	Duty       *dutyView    `json:"duty,omitempty" doc:"What the customer does in return at this severity (R18, R54)"`
}

type routeView struct {
	ID    string   `json:"id"`
	Rules []string `json:"rules"`
	Text  string   `json:"text"`
}

type entitlementBody struct {
	Contact       string `json:"contact,omitempty" maxLength:"32" doc:"Customer number; staff only, customers ask for themselves"`
	Kind          string `json:"kind,omitempty" enum:"sr,cs_request" default:"sr"`
	Contract      string `json:"contract,omitempty" maxLength:"200"`
	Product       string `json:"product,omitempty" maxLength:"200"`
	Version       string `json:"version,omitempty" maxLength:"200"`
	Channel       string `json:"channel,omitempty" enum:"portal,phone,mail,api" default:"api"`
	Severity      int    `json:"severity,omitempty" minimum:"1" maximum:"9" doc:"Absent: one receipt for each severity"`
	Region        string `json:"region,omitempty" maxLength:"200"`
	Environment   string `json:"environment,omitempty" enum:"production,test"`
	Scope         string `json:"scope,omitempty" maxLength:"100"`
	Feature       string `json:"feature,omitempty" maxLength:"100"`
	Configuration string `json:"configuration,omitempty" enum:"supported,unsupported"`
	Language      string `json:"language,omitempty" maxLength:"35" doc:"In which service is wanted; absent: the contact's"`
}

type entitlementView struct {
	Allowed  bool      `json:"allowed"`
	Receipt  *receipt  `json:"receipt,omitempty"`
	Receipts []receipt `json:"receipts,omitempty"`
}

func (s *server) entitlementRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/entitlement", id: "ask-entitlement", summary: "Ask whether somebody may file, and why",
		scope: auth.Read, permission: "read", tag: "entitlement"},
		func(ctx context.Context, c *call, in *body[entitlementBody]) (*body[entitlementView], error) {
			v, err := c.entitlement(ctx, in.Body)
			return &body[entitlementView]{v}, err
		})
}

func (c *call) entitlement(ctx context.Context, b entitlementBody) (entitlementView, error) {
	var v entitlementView
	contact, err := c.about(ctx, b.Contact)
	if err != nil {
		return v, err
	}
	q := support.Query{
		Kind: support.Kind(b.Kind), Product: b.Product, Version: b.Version, Channel: support.Channel(b.Channel),
		Severity: b.Severity, Region: b.Region, Environment: b.Environment,
		Scope: b.Scope, Feature: b.Feature, Unsupported: b.Configuration == unsupported, Language: b.Language,
	}
	if q.Contract, err = c.contractOf(ctx, contact, b.Contract); err != nil {
		return v, err
	}
	if q.Severity != 0 || q.Kind == support.CS {
		r, err := c.desk.Entitlement(ctx, c.actor, contact, q)
		if err != nil {
			return v, err
		}
		shown := c.receipt(r, true)
		return entitlementView{Allowed: r.Allowed, Receipt: &shown}, nil
	}
	for _, severity := range c.desk.Pack().Severities {
		q.Severity = severity.Level
		r, err := c.desk.Entitlement(ctx, c.actor, contact, q)
		if err != nil {
			return v, err
		}
		v.Allowed = v.Allowed || r.Allowed
		v.Receipts = append(v.Receipts, c.receipt(r, true))
	}
	return v, nil
}

// about is the contact whom something is about: the one that staff name, or
// the customer who calls.
func (c *call) about(ctx context.Context, number string) (int64, error) {
	if number != "" {
		row, err := c.contactNamed(ctx, number, "contact")
		return row.ID, err
	}
	if c.actor.Kind == support.Customer {
		return c.actor.ID, nil
	}
	return 0, support.Wrong("contact", "contact.unknown")
}

// contractOf finds a contract by number among those of a contact.
func (c *call) contractOf(ctx context.Context, contact int64, number string) (int64, error) {
	if number == "" {
		return 0, nil
	}
	parties, err := c.store.Parties(ctx, c.viewer, contact)
	if err != nil {
		return 0, err
	}
	for _, h := range parties.Holdings {
		if h.Contract.Number == number {
			return h.Contract.ID, nil
		}
	}
	return 0, support.Wrong("contract", "contract.not_found")
}

// receipt words a decision; whole also tells which contracts were considered,
// which is for the person and for staff.
func (c *call) receipt(r support.Receipt, whole bool) receipt {
	v := receipt{
		At: r.At, Pack: r.Pack, Kind: string(r.Kind), Product: r.Product, Version: r.Version, Phase: string(r.Phase),
		Channel: string(r.Channel), Severity: r.Severity, Allowed: r.Allowed, Basis: string(r.Basis), Contract: r.Number,
		Offering: r.Offering, Region: r.Region, GeneralUntil: r.GeneralUntil, GuidanceUntil: r.GuidanceUntil, LegacyUntil: r.LegacyUntil,
		Scope: r.Scope, Feature: r.Feature, Considered: []consideredView{}, Grounds: c.grounds(r.Grounds),
	}
	if whole {
		for _, x := range r.Considered {
			v.Considered = append(v.Considered, consideredView{Contract: x.Number, Offering: x.Offering, Fits: x.Fits, Grounds: c.grounds(x.Grounds)})
		}
	}
	v.Routes = c.routes(r.Routes)
	if k := r.Coverage; k != nil {
		v.Coverage = &coverageView{
			Hours: k.Hours, Calendar: k.Calendar, Zone: k.Zone, OpenNow: k.OpenNow, NextOpenAt: k.NextOpenAt,
			AnsweredBy: k.AnsweredBy, AfterHours: k.AfterHours, CallNow: k.CallNow, Remote: k.Remote, Service: serviceOf(k.Service), Duty: c.dutyAt(r.Severity),
		}
		if k.Target != nil {
			t := c.target(support.Clock{Target: *k.Target, State: support.Running})
			t.Explanation = c.voice().Clock(support.Clock{Target: *k.Target}, c.desk.Now()) // nothing runs yet
			v.Coverage.Target = &t
		}
	}
	return v
}

func (c *call) routes(list []support.Route) []routeView {
	out := []routeView{}
	for _, x := range list {
		out = append(out, routeView{ID: x.ID, Rules: notNil(x.Rules), Text: c.voice().Route(x)})
	}
	return out
}

func (c *call) grounds(list []support.Ground) []groundView {
	out := []groundView{}
	for _, g := range list {
		out = append(out, groundView{Key: g.Key, Args: g.Args, Rules: notNil(g.Rules), Text: c.voice().Ground(g)})
	}
	return out
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
