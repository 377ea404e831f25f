package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Evidence is what the customer brings for one point of a question of scope.
type Evidence struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Service is in which language service is there, and when (R47, R48).
type Service struct {
	Wanted     string    `json:"wanted"`
	Language   string    `json:"language"` // in which service is given now
	Promised   bool      `json:"promised"`
	Hours      string    `json:"hours,omitempty"` // 24x7, calendar, region
	Calendar   string    `json:"calendar,omitempty"`
	OpenNow    bool      `json:"open_now"`
	NextOpenAt time.Time `json:"next_open_at,omitzero"`
	Rules      []string  `json:"rules"`
}

// Intake is what is asked and told before somebody files for a product.
type Intake struct {
	Product      string         `json:"product"`
	Name         string         `json:"name"`
	Kind         string         `json:"kind"`
	Registration string         `json:"registration"` // automatic, manual, none
	ScopeNeeded  bool           `json:"scope_needed"`
	Questions    []Question     `json:"questions"`
	Experimental *Features      `json:"experimental,omitempty"`
	Legacy       *Legacy        `json:"legacy,omitempty"`
	Versions     []VersionPhase `json:"versions"`
}

// Question is one question of scope (R42, R43).
type Question struct {
	ID       string   `json:"id"`
	Question string   `json:"question"`
	Text     string   `json:"text"`
	Outcome  string   `json:"outcome"` // in_scope, in_scope_with_evidence, out_of_scope
	Evidence []Choice `json:"evidence"`
	Routes   []Route  `json:"routes"`
	Rules    []string `json:"rules"`
}

// Features are the experimental features of a product (R32).
type Features struct {
	Note       string    `json:"note"`
	Severities []int     `json:"severities"`
	Features   []Feature `json:"features"`
	Rules      []string  `json:"rules"`
}

// Feature is one of them, with the versions in which it is experimental.
type Feature struct {
	ID       string   `json:"id"`
	Text     string   `json:"text"`
	Versions []string `json:"versions"`
}

// Legacy is the procedure of an acquired company (R01).
type Legacy struct {
	Procedure string    `json:"procedure"`
	Until     time.Time `json:"until"`
	Now       bool      `json:"now"`
	Rules     []string  `json:"rules"`
}

// VersionPhase is a version with its life-cycle phase and what that allows.
type VersionPhase struct {
	Name          string    `json:"name"`
	Phase         string    `json:"phase"`
	GeneralUntil  time.Time `json:"general_until,omitzero"`
	GuidanceUntil time.Time `json:"guidance_until,omitzero"`
	Severities    []int     `json:"severities"`
	Channels      []string  `json:"channels"`
	Note          string    `json:"note,omitempty"`
}

// Intake is what is asked and told before somebody files for a product.
func (c *Client) Intake(ctx context.Context, product string) (Intake, error) {
	var out Intake
	return out, c.Do(ctx, http.MethodGet, "/v1/products/"+url.PathEscape(product)+"/intake", nil, &out)
}
