package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"madoguchi/internal/auth"
	"madoguchi/internal/lang"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// policyView is what a form needs from the pack in force, in the caller's
// language.
type policyView struct {
	Pack       string         `json:"pack"`
	Title      string         `json:"title"`
	Severities []severityView `json:"severities"`
	Offerings  []offeringView `json:"offerings"`
	Regions    []regionView   `json:"regions"`
	Products   []productView  `json:"products"`
	Reasons    []choice       `json:"reasons" doc:"Of completion"`
	Asks       []choice       `json:"asks" doc:"The nine kinds (R27)"`
	Waiting    []choice       `json:"waiting"`
	Platforms  []choice       `json:"platforms" doc:"Of host and guest (R17)"`
	Symptoms   []choice       `json:"symptoms" doc:"What may have happened"`
	Changes    []choice       `json:"changes" doc:"Kinds of recent changes"`
	Gathering  []choice       `json:"gathering" doc:"What is gathered; /v1/gathering says how"`
	Checks     []choice       `json:"checks" doc:"Before an escalation ends"`
	EndGrounds []choice       `json:"end_grounds" doc:"Of after-hours support (R34)"`
	Items      []choice       `json:"items" doc:"Of CS requests (R51)"`
	Topics     []choice       `json:"topics" doc:"Of CS requests"`
	Gather     []choice       `json:"gather" doc:"What helps with a technical request (R17)"`
	Routes     []choice       `json:"routes"`
}

type choice struct {
	ID    string   `json:"id"`
	Text  string   `json:"text"`
	Rules []string `json:"rules,omitempty"`
}

type severityView struct {
	Level       int      `json:"level"`
	Name        string   `json:"name"`
	Definition  []choice `json:"definition"`
	Duty        string   `json:"duty,omitempty" doc:"What the customer does in return"`
	CallNow     bool     `json:"call_now,omitempty"`
	NeedsImpact bool     `json:"needs_impact,omitempty"`
}

type offeringView struct {
	ID            string           `json:"id"`
	Name          string           `json:"name"`
	Hours         string           `json:"hours"`
	For           string           `json:"for,omitempty"`
	SupportAdmins int              `json:"support_admins,omitempty"`
	AfterHours    bool             `json:"after_hours"`
	Targets       []offeringTarget `json:"targets"`
}

type offeringTarget struct {
	Severity int    `json:"severity"`
	First    string `json:"first"`
	Text     string `json:"text"`
	Update   string `json:"update,omitempty" doc:"Until the next word, where one is promised (A24)"`
	Resolve  string `json:"resolve,omitempty" doc:"Until a solution, where one is promised"`
	Sample   bool   `json:"sample,omitempty" doc:"The number is an illustration"`
}

type regionView struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Zone      string   `json:"zone"`
	Countries []string `json:"countries"`
}

type productView struct {
	Key      string        `json:"key"`
	Name     string        `json:"name"`
	Kind     string        `json:"kind,omitempty"`
	Versions []versionView `json:"versions"`
	Entitled *bool         `json:"entitled,omitempty" doc:"The contact may file a technical request about it now; absent where nobody is named"`
}

type versionView struct {
	Name  string `json:"name"`
	Phase string `json:"phase" enum:"general_support,technical_guidance,end_of_support_life"`
}

type guideInput struct {
	Lang string `query:"lang" enum:"en,ja"`
}

type guideView struct {
	Text string `json:"text"`
}

func (s *server) policyRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/policy", id: "show-policy", summary: "Show what a form needs from the policy pack in force",
		scope: auth.Read, permission: "read", tag: "policy"},
		func(ctx context.Context, c *call, _ *struct{}) (*body[policyView], error) {
			v, err := c.policy(ctx)
			return &body[policyView]{v}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/policy/guide", id: "show-guide", summary: "Show the policy pack as a guide for people",
		scope: auth.Read, permission: "read", tag: "policy"},
		func(_ context.Context, c *call, in *guideInput) (*body[guideView], error) {
			code := in.Lang
			if code == "" {
				code = c.voice().Lang
			}
			var b strings.Builder
			err := policy.Explain(&b, s.desk.Pack(), code)
			return &body[guideView]{guideView{b.String()}}, err
		})
}

func (c *call) policy(ctx context.Context) (policyView, error) {
	p, voice := c.desk.Pack(), c.voice()
	code := voice.Lang
	v := policyView{
		Pack: p.Ref(), Title: p.Title.In(code), Severities: severities(p, code), Offerings: offerings(p, voice),
		Asks: items(p.Intake.Asks, code), Checks: items(p.Escalation.DeescalationChecks, code), EndGrounds: items(p.AfterHours.Ends, code),
		Items: items(p.CS.Items, code), Gather: items(p.Intake.Gather, code), Routes: items(p.Intake.Routes, code),
		Regions: []regionView{}, Products: []productView{}, Reasons: []choice{}, Waiting: []choice{}, Topics: []choice{},
	}
	for _, id := range slices.Sorted(maps.Keys(p.Regions)) {
		r := p.Regions[id]
		v.Regions = append(v.Regions, regionView{ID: id, Name: r.Name.In(code), Zone: r.Zone, Countries: notNil(r.Countries)})
	}
	v.named(p.Gathering, code)
	for _, r := range p.Completion.Reasons {
		v.Reasons = append(v.Reasons, choice{ID: r.ID, Text: r.Name.In(code), Rules: r.Guide})
	}
	for _, k := range p.Waiting.Kinds {
		v.Waiting = append(v.Waiting, choice{ID: k.ID, Text: k.Name.In(code)})
	}
	for _, id := range []string{"administrators", "licence", "contract", "portal", "other"} {
		v.Topics = append(v.Topics, choice{ID: id, Text: voice.Word("topic", id)})
	}
	rows, err := c.store.Products(ctx)
	for _, row := range rows {
		v.Products = append(v.Products, c.productView(row))
	}
	return v, err
}

// named are the names of what is gathered, and of what narrows it.
func (v *policyView) named(g policy.GatheringRules, code string) {
	v.Platforms, v.Symptoms, v.Changes, v.Gathering = []choice{}, items(g.Symptoms, code), items(g.Changes, code), []choice{}
	for _, x := range g.Platforms {
		v.Platforms = append(v.Platforms, items([]policy.Item{x.Item}, code)...)
	}
	for _, x := range g.Instructions {
		v.Gathering = append(v.Gathering, items([]policy.Item{x.Item}, code)...)
	}
}

func items(list []policy.Item, code string) []choice {
	out := []choice{}
	for _, it := range list {
		out = append(out, choice{ID: it.ID, Text: it.Text.In(code), Rules: it.Guide})
	}
	return out
}

func severities(p *policy.Pack, code string) []severityView {
	out := []severityView{}
	for _, s := range p.Severities {
		v := severityView{Level: s.Level, Name: s.Name.In(code), Definition: []choice{}, Duty: s.Duty.In(code), CallNow: s.CallNow, NeedsImpact: s.NeedsImpact}
		for _, d := range s.Definition {
			v.Definition = append(v.Definition, choice{ID: d.ID, Text: d.Text.In(code), Rules: s.Guide})
		}
		out = append(out, v)
	}
	return out
}

func offerings(p *policy.Pack, voice lang.Voice) []offeringView {
	out := []offeringView{}
	for _, id := range slices.Sorted(maps.Keys(p.Offerings)) {
		o := p.Offerings[id]
		v := offeringView{
			ID: id, Name: o.Name.In(voice.Lang), Hours: o.Hours, For: o.For.In(voice.Lang), SupportAdmins: o.SupportAdmins,
			AfterHours: o.AfterHours, Targets: []offeringTarget{},
		}
		for _, level := range slices.Sorted(maps.Keys(o.Targets)) {
			t := o.Targets[level]
			amount := t.First.String()
			v.Targets = append(v.Targets, offeringTarget{
				Severity: level, First: amount, Text: voice.Amount(amount), Update: amountOf(t.Update), Resolve: amountOf(t.Resolve), Sample: t.Sample,
			})
		}
		out = append(out, v)
	}
	return out
}

func amountOf(a *policy.Amount) string {
	if a == nil {
		return ""
	}
	return a.String()
}

// productView is a product with the phase of each version at this moment.
func (c *call) productView(p support.Product) productView {
	v := productView{Key: p.Key, Name: p.Name, Kind: c.desk.Pack().Products[p.Key].Kind, Versions: []versionView{}}
	for _, x := range p.Versions {
		v.Versions = append(v.Versions, versionView{Name: x.Name, Phase: string(x.PhaseAt(c.desk.Now()))})
	}
	return v
}
