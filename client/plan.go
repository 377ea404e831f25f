package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Plan is an account's plan for a rollout, in one of its versions (R56).
type Plan struct {
	ID         string        `json:"id"`
	Account    Account       `json:"account"`
	Version    int64         `json:"version"`
	At         time.Time     `json:"at"`
	By         string        `json:"by"` // name
	Title      string        `json:"title"`
	Zone       string        `json:"zone"`
	Milestones []Milestone   `json:"milestones"`
	Steps      []PlanPart    `json:"steps"`
	Contacts   []PlanContact `json:"contacts"`
	Vendors    []PlanVendor  `json:"vendors"`
	Consulting []Course      `json:"consulting,omitempty"`
}

// Milestone is a day on which a product goes from one version to another.
type Milestone struct {
	Day     string `json:"day"` // 2026-06-20
	Product string `json:"product"`
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`
	State   string `json:"state,omitempty"` // planned (also ""), done, cancelled
}

// PlanPart is one of the steps that the policy names.
type PlanPart struct {
	ID    string   `json:"id"`
	Text  string   `json:"text"`
	Done  bool     `json:"done"`
	Rules []string `json:"rules"`
}

// PlanContact is somebody who is called in an emergency.
type PlanContact struct {
	Name  string `json:"name"`
	Part  string `json:"part,omitempty"`
	Phone string `json:"phone"`
}

// PlanVendor is another vendor who is involved.
type PlanVendor struct {
	Name     string `json:"name"`
	Product  string `json:"product,omitempty"`
	Contract string `json:"contract,omitempty"`
	Phone    string `json:"phone"`
}

// NewPlan is a plan to add; Account is an account's id.
type NewPlan struct {
	Account    string        `json:"account"`
	Title      string        `json:"title"`
	Zone       string        `json:"zone"`
	Milestones []Milestone   `json:"milestones"`
	Done       []string      `json:"done,omitempty"` // ids of steps
	Contacts   []PlanContact `json:"contacts,omitempty"`
	Vendors    []PlanVendor  `json:"vendors,omitempty"`
}

// PlanChange is the next version of a plan; Version is the one that was read.
type PlanChange struct {
	Version    int64         `json:"version"`
	Title      string        `json:"title"`
	Zone       string        `json:"zone"`
	Milestones []Milestone   `json:"milestones"`
	Done       []string      `json:"done,omitempty"`
	Contacts   []PlanContact `json:"contacts,omitempty"`
	Vendors    []PlanVendor  `json:"vendors,omitempty"`
}

// Change is the plan as its next version, to be edited.
func (p Plan) Change() PlanChange {
	out := PlanChange{Version: p.Version, Title: p.Title, Zone: p.Zone, Milestones: p.Milestones, Contacts: p.Contacts, Vendors: p.Vendors}
	for _, s := range p.Steps {
		if s.Done {
			out.Done = append(out.Done, s.ID)
		}
	}
	return out
}

// AddPlan adds a plan: for the PLA and SAs of an account's contracts, and staff.
func (c *Client) AddPlan(ctx context.Context, n NewPlan) (Plan, error) {
	return call[Plan](ctx, c, http.MethodPost, "/v1/plans", n)
}

// Plans is one page of plans in their newest version, as [Client.Accounts] pages;
// account "" is all that the caller sees.
func (c *Client) Plans(ctx context.Context, account, after string, limit int) (page []Plan, next string, err error) {
	var out struct {
		Plans []Plan `json:"plans"`
		Next  string `json:"next"`
	}
	err = c.Do(ctx, http.MethodGet, "/v1/plans"+query("account", account, "after", after, "limit", count(limit)), nil, &out)
	return out.Plans, out.Next, err
}

// Plan is one plan in its newest version.
func (c *Client) Plan(ctx context.Context, id string) (Plan, error) {
	return call[Plan](ctx, c, http.MethodGet, "/v1/plans/"+url.PathEscape(id), nil)
}

// PlanVersions are all versions of a plan, the newest first.
func (c *Client) PlanVersions(ctx context.Context, id string) ([]Plan, error) {
	var out struct {
		Plans []Plan `json:"plans"`
	}
	return out.Plans, c.Do(ctx, http.MethodGet, "/v1/plans/"+url.PathEscape(id)+"/versions", nil, &out)
}

// ChangePlan writes the next version.
func (c *Client) ChangePlan(ctx context.Context, id string, change PlanChange) (Plan, error) {
	return call[Plan](ctx, c, http.MethodPut, "/v1/plans/"+url.PathEscape(id), change)
}

// RemovePlan removes a plan and erases what its versions said.
func (c *Client) RemovePlan(ctx context.Context, id string) error {
	return c.Do(ctx, http.MethodDelete, "/v1/plans/"+url.PathEscape(id), nil, nil)
}
