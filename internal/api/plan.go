package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// planView is an account's plan for a rollout, in one of its versions (R56).
type planView struct {
	ID         string          `json:"id" doc:"Opaque"`
	Account    account         `json:"account"`
	Version    int64           `json:"version" doc:"From 1, up with each change"`
	At         time.Time       `json:"at"`
	By         string          `json:"by" doc:"Name of who wrote this version"`
	Title      string          `json:"title"`
	Zone       string          `json:"zone" doc:"Whose calendar days the milestones are"`
	Milestones []milestoneBody `json:"milestones"`
	Steps      []planStep      `json:"steps"`
	Contacts   []planContact   `json:"contacts"`
	Vendors    []planVendor    `json:"vendors"`
	Consulting []courseView    `json:"consulting,omitempty" doc:"Help where experience lacks"`
}

type milestoneBody struct {
	Day     string `json:"day" maxLength:"10" doc:"As in 2026-06-20"`
	Product string `json:"product" maxLength:"200"`
	From    string `json:"from,omitempty" maxLength:"200" doc:"Version; absent: a first installation"`
	To      string `json:"to,omitempty" maxLength:"200"`
	State   string `json:"state,omitempty" enum:"planned,done,cancelled" default:"planned"`
}

type planStep struct {
	ID    string   `json:"id"`
	Text  string   `json:"text"`
	Done  bool     `json:"done"`
	Rules []string `json:"rules"`
}

type planContact struct {
	Name  string `json:"name" maxLength:"500"`
	Part  string `json:"part,omitempty" maxLength:"500" doc:"In the rollout"`
	Phone string `json:"phone" maxLength:"64"`
}

type planVendor struct {
	Name     string `json:"name" maxLength:"500"`
	Product  string `json:"product,omitempty" maxLength:"500" doc:"Theirs"`
	Contract string `json:"contract,omitempty" maxLength:"500" doc:"Number of the contract with them"`
	Phone    string `json:"phone" maxLength:"64"`
}

// PlanWords is what a plan says.
type PlanWords struct {
	Title      string          `json:"title" maxLength:"500"`
	Zone       string          `json:"zone" maxLength:"64" doc:"IANA zone"`
	Milestones []milestoneBody `json:"milestones" maxItems:"50"`
	Done       []string        `json:"done,omitempty" maxItems:"50" doc:"Steps of the policy that are done"`
	Contacts   []planContact   `json:"contacts,omitempty" maxItems:"100" doc:"Who is called in an emergency"`
	Vendors    []planVendor    `json:"vendors,omitempty" maxItems:"100" doc:"Other vendors who are involved"`
}

type newPlanBody struct {
	Account string `json:"account" maxLength:"64"`
	PlanWords
}

type planChangeBody struct {
	Version int64 `json:"version" minimum:"1" doc:"That was read"`
	PlanWords
}

// OnPlan is an input that names a plan.
type OnPlan struct {
	ID string `path:"id" maxLength:"64"`
}

type planChangeInput struct {
	OnPlan
	Body planChangeBody
}

type plansInput struct {
	Paged
	Account string `query:"account" maxLength:"64" doc:"Absent: all that the caller sees"`
}

type plansView struct {
	Plans []planView `json:"plans"`
	Next  string     `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

func (s *server) planRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/plans", id: "add-plan", summary: "Add an account's plan for a rollout",
		scope: auth.Write, permission: "add_plan", status: http.StatusCreated, tag: "plans"},
		func(ctx context.Context, c *call, in *body[newPlanBody]) (*body[planView], error) {
			id, ok := parseOpaque("acc", in.Body.Account)
			if !ok {
				return nil, support.Wrong("account", "api.account_form")
			}
			return c.showPlan(ctx)(s.desk.AddPlan(ctx, c.actor, id, in.Body.plan()))
		})
	register(s, route{method: http.MethodGet, path: "/v1/plans", id: "list-plans", summary: "List plans in their newest version",
		scope: auth.Read, permission: "read", tag: "plans"},
		func(ctx context.Context, c *call, in *plansInput) (*body[plansView], error) {
			v, err := c.plans(ctx, *in)
			return &body[plansView]{v}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/plans/{id}", id: "show-plan", summary: "Show a plan in its newest version",
		scope: auth.Read, permission: "read", tag: "plans"},
		func(ctx context.Context, c *call, in *OnPlan) (*body[planView], error) {
			return c.showPlan(ctx)(s.store.Plan(ctx, c.viewer, planID(in.ID)))
		})
	register(s, route{method: http.MethodGet, path: "/v1/plans/{id}/versions", id: "list-plan-versions", summary: "Show all versions of a plan, the newest first",
		scope: auth.Read, permission: "read", tag: "plans"},
		func(ctx context.Context, c *call, in *OnPlan) (*body[plansView], error) {
			if _, err := s.store.Plan(ctx, c.viewer, planID(in.ID)); err != nil {
				return nil, err
			}
			list, err := s.store.PlanVersions(ctx, c.viewer, planID(in.ID), 500)
			if err != nil {
				return nil, err
			}
			v, err := c.planViews(c.named(ctx), list)
			return &body[plansView]{plansView{Plans: v}}, err
		})
	register(s, route{method: http.MethodPut, path: "/v1/plans/{id}", id: "change-plan", summary: "Write the next version of a plan",
		scope: auth.Write, permission: "change_plan", tag: "plans"},
		func(ctx context.Context, c *call, in *planChangeInput) (*body[planView], error) {
			return c.showPlan(ctx)(s.desk.ChangePlan(ctx, c.actor, planID(in.ID), in.Body.Version, in.Body.plan()))
		})
	register(s, route{method: http.MethodDelete, path: "/v1/plans/{id}", id: "remove-plan", summary: "Remove a plan and erase what its versions said",
		scope: auth.Write, permission: "remove_plan", status: http.StatusNoContent, tag: "plans"},
		func(ctx context.Context, c *call, in *OnPlan) (*struct{}, error) {
			return nil, s.desk.RemovePlan(ctx, c.actor, planID(in.ID))
		})
}

// planID is 0 for what is no plan's id.
func planID(s string) int64 {
	id, _ := parseOpaque("plan", s)
	return id
}

func (w PlanWords) plan() support.PlanBody {
	b := support.PlanBody{Title: w.Title, Zone: w.Zone, Done: w.Done}
	for _, m := range w.Milestones {
		state := support.MilestonePlanned
		if m.State != "" {
			state = support.MilestoneState(m.State)
		}
		b.Milestones = append(b.Milestones, support.Milestone{Day: m.Day, Product: m.Product, From: m.From, To: m.To, State: state})
	}
	for _, x := range w.Contacts {
		b.Contacts = append(b.Contacts, support.PlanContact(x))
	}
	for _, x := range w.Vendors {
		b.Vendors = append(b.Vendors, support.PlanVendor(x))
	}
	return b
}

// showPlan shows one plan, or passes the error on.
func (c *call) showPlan(ctx context.Context) func(support.Plan, error) (*body[planView], error) {
	return func(p support.Plan, err error) (*body[planView], error) {
		if err != nil {
			return nil, err
		}
		list, err := c.planViews(c.named(ctx), []support.Plan{p})
		if err != nil {
			return nil, err
		}
		return &body[planView]{list[0]}, nil
	}
}

func (c *call) plans(ctx context.Context, in plansInput) (plansView, error) {
	var v plansView
	var home int64
	if in.Account != "" {
		var ok bool
		if home, ok = parseOpaque("acc", in.Account); !ok {
			return v, support.Wrong("account", "api.account_form")
		}
	}
	shown := map[int64]planView{}
	var err error
	v.Plans, v.Next, err = pageOf(in.Paged, func(after int64, most int) ([]support.Plan, error) {
		list, err := c.store.Plans(ctx, c.viewer, home, after, most)
		if err != nil {
			return nil, err
		}
		views, err := c.planViews(c.named(ctx), list)
		for i, x := range views {
			shown[list[i].ID] = x
		}
		return list, err
	}, func(p support.Plan) int64 { return p.ID }, func(p support.Plan) (planView, error) { return shown[p.ID], nil })
	return v, err
}

// plansFor are the plans that a request's day and product call for, as far as
// the caller sees them.
func (c *call) plansFor(ctx context.Context, n *names, r *support.Request) ([]planView, error) {
	if r.Filed.Product == "" || r.Filed.Account == n.planless {
		return nil, nil
	}
	rule, day := c.desk.Pack().Plan, 24*time.Hour
	list, err := c.store.PlansFor(ctx, c.viewer, r.Filed.Account, r.Filed.Product, r.FiledAt,
		time.Duration(rule.DaysBefore)*day, time.Duration(rule.DaysAfter)*day)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return c.planViews(n, list)
}

func (c *call) planViews(n *names, list []support.Plan) ([]planView, error) {
	var texts []int64
	for _, p := range list {
		texts = append(texts, p.Body.ID)
	}
	n.load(texts)
	out := []planView{}
	for _, p := range list {
		b, err := support.ReadPlan(n.text(p.Body))
		if err != nil {
			return nil, err
		}
		out = append(out, n.plan(p, b))
	}
	return out, n.err
}

func (n *names) plan(p support.Plan, b support.PlanBody) planView {
	code, pack := n.c.voice().Lang, n.c.desk.Pack()
	v := planView{
		ID: opaque("plan", p.ID), Account: n.account(p.Account), Version: p.Version, At: p.At, By: n.author(p.By), Title: b.Title, Zone: b.Zone,
		Milestones: []milestoneBody{}, Steps: []planStep{}, Contacts: []planContact{}, Vendors: []planVendor{},
	}
	var products []string
	for _, m := range b.Milestones {
		v.Milestones = append(v.Milestones, milestoneBody{Day: m.Day, Product: m.Product, From: m.From, To: m.To, State: string(m.State)})
		products = append(products, m.Product)
	}
	for _, it := range pack.Intake.Plan {
		v.Steps = append(v.Steps, planStep{ID: it.ID, Text: it.Text.In(code), Done: slices.Contains(b.Done, it.ID), Rules: notNil(it.Guide)})
	}
	for _, x := range b.Contacts {
		v.Contacts = append(v.Contacts, planContact(x))
	}
	for _, x := range b.Vendors {
		v.Vendors = append(v.Vendors, planVendor(x))
	}
	for _, x := range n.c.courses(pack.Courses(products, code, "")) {
		if x.Sort == "consulting" {
			v.Consulting = append(v.Consulting, x)
		}
	}
	return v
}

// author is the name of who wrote something; the desk itself has none.
func (n *names) author(by support.Actor) string {
	switch by.Kind {
	case support.Customer:
		return n.person(by.ID).Name
	case support.Vendor:
		return n.member(by.ID).Name
	}
	return ""
}
