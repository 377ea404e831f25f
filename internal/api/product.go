package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// unsupported is the configuration that technical guidance does not work on.
const unsupported = "unsupported"

// evidenceBody is what the customer brings for one point (R43).
type evidenceBody struct {
	ID   string `json:"id" maxLength:"100"`
	Text string `json:"text" maxLength:"262144"`
}

// serviceView is in which language service is there, and when (R47, R48).
type serviceView struct {
	Wanted     string    `json:"wanted"`
	Language   string    `json:"language" doc:"In which service is given now"`
	Promised   bool      `json:"promised" doc:"The wanted language is promised at some hour"`
	Hours      string    `json:"hours,omitempty" enum:"24x7,calendar,region"`
	Calendar   string    `json:"calendar,omitempty"`
	OpenNow    bool      `json:"open_now"`
	NextOpenAt time.Time `json:"next_open_at,omitzero"`
	Rules      []string  `json:"rules"`
}

func serviceOf(s *support.Service) *serviceView {
	if s == nil {
		return nil
	}
	return &serviceView{
		Wanted: s.Wanted, Language: s.Language, Promised: s.Promised, Hours: s.Hours, Calendar: s.Calendar,
		OpenNow: s.OpenNow, NextOpenAt: s.NextOpenAt, Rules: notNil(s.Rules),
	}
}

func (n *names) evidence(list []support.Evidence) []evidenceBody {
	var out []evidenceBody
	for _, e := range list {
		out = append(out, evidenceBody{ID: e.ID, Text: n.text(e.Text)})
	}
	return out
}

// intakeView is what a form has to know before somebody files for a product.
type intakeView struct {
	Product      string         `json:"product"`
	Name         string         `json:"name"`
	Kind         string         `json:"kind"`
	Registration string         `json:"registration" enum:"automatic,manual,none" doc:"By hand before complimentary support begins (R14)"`
	ScopeNeeded  bool           `json:"scope_needed" doc:"One of the questions must be answered"`
	Questions    []questionView `json:"questions"`
	Experimental *featuresView  `json:"experimental,omitempty"`
	Legacy       *legacyView    `json:"legacy,omitempty"`
	Versions     []phaseView    `json:"versions"`
}

type questionView struct {
	ID       string      `json:"id"`
	Question string      `json:"question"`
	Text     string      `json:"text"`
	Outcome  string      `json:"outcome" enum:"in_scope,in_scope_with_evidence,out_of_scope"`
	Evidence []choice    `json:"evidence"`
	Routes   []routeView `json:"routes"`
	Rules    []string    `json:"rules"`
}

type featuresView struct {
	Note       string        `json:"note"`
	Severities []int         `json:"severities"`
	Features   []featureView `json:"features"`
	Rules      []string      `json:"rules"`
}

type featureView struct {
	ID       string   `json:"id"`
	Text     string   `json:"text"`
	Versions []string `json:"versions"`
}

type legacyView struct {
	Procedure string    `json:"procedure"`
	Until     time.Time `json:"until" doc:"Exclusive"`
	Now       bool      `json:"now" doc:"The procedure still holds"`
	Rules     []string  `json:"rules"`
}

type phaseView struct {
	versionView
	GeneralUntil  time.Time `json:"general_until,omitzero"`
	GuidanceUntil time.Time `json:"guidance_until,omitzero"`
	Severities    []int     `json:"severities"`
	Channels      []string  `json:"channels"`
	Note          string    `json:"note,omitempty"`
}

// OnProduct is an input that names a product.
type OnProduct struct {
	Product string `path:"product" maxLength:"200" doc:"The product's key"`
}

func (s *server) productRoutes() {
	s.productListRoutes()
	register(s, route{method: http.MethodGet, path: "/v1/products/{product}/intake", id: "show-intake", summary: "Show what is asked and told before filing for a product",
		scope: auth.Read, permission: "read", tag: "entitlement"},
		func(ctx context.Context, c *call, in *OnProduct) (*body[intakeView], error) {
			v, err := c.intake(ctx, in.Product)
			return &body[intakeView]{v}, err
		})
}

// productNamed finds a product that is sold, with its rules.
func (c *call) productNamed(ctx context.Context, key string) (support.Product, policy.Product, error) {
	rows, err := c.store.Products(ctx)
	if err != nil {
		return support.Product{}, policy.Product{}, err
	}
	i := slices.IndexFunc(rows, func(p support.Product) bool { return p.Key == key })
	rule, ok := c.desk.Pack().Products[key]
	if i < 0 || !ok {
		return support.Product{}, rule, inField(support.Refuse(support.NotFound, "product.unknown"), "product")
	}
	return rows[i], rule, nil
}

func (c *call) intake(ctx context.Context, key string) (intakeView, error) {
	row, rule, err := c.productNamed(ctx, key)
	if err != nil {
		return intakeView{}, err
	}
	p, code := c.desk.Pack(), c.voice().Lang
	v := intakeView{
		Product: key, Name: row.Name, Kind: rule.Kind, Registration: rule.Registration, Questions: []questionView{}, Versions: []phaseView{},
		Experimental: c.features(rule), Legacy: c.legacy(rule),
	}
	questions, needed := p.ScopeQuestions(key)
	v.ScopeNeeded = needed
	for _, q := range questions {
		v.Questions = append(v.Questions, questionView{
			ID: q.ID, Question: q.Question.In(code), Text: q.Text.In(code), Outcome: string(q.Outcome()), Evidence: items(q.Evidence, code),
			Routes: c.ways(q.Routes), Rules: q.Guide,
		})
	}
	for _, x := range row.Versions {
		phase := x.PhaseAt(c.desk.Now())
		r, _ := p.Phase(string(phase))
		v.Versions = append(v.Versions, phaseView{
			versionView: versionView{Name: x.Name, Phase: string(phase)}, GeneralUntil: x.GeneralUntil, GuidanceUntil: x.GuidanceUntil,
			Severities: notNil(r.Severities), Channels: notNil(r.Channels), Note: r.Note.In(code),
		})
	}
	return v, nil
}

// ways words routes of the pack.
func (c *call) ways(ids []string) []routeView {
	var list []support.Route
	for _, id := range ids {
		list = append(list, support.RouteOf(id))
	}
	return c.routes(list)
}

func (c *call) features(rule policy.Product) *featuresView {
	if len(rule.Experimental) == 0 {
		return nil
	}
	x, code := c.desk.Pack().Experimental, c.voice().Lang
	v := &featuresView{Note: x.Note.In(code), Severities: notNil(x.Severities), Rules: notNil(x.Guide)}
	for _, f := range rule.Experimental {
		v.Features = append(v.Features, featureView{ID: f.ID, Text: f.Text.In(code), Versions: f.Versions})
	}
	return v
}

func (c *call) legacy(rule policy.Product) *legacyView {
	until, ok := support.LegacyUntil(rule)
	if !ok {
		return nil
	}
	return &legacyView{
		Procedure: rule.Procedure.In(c.voice().Lang), Until: until, Now: c.desk.Now().Before(until), Rules: notNil(rule.Guide),
	}
}
