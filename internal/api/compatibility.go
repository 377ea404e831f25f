package api

import (
	"context"
	"net/http"
	"strings"

	"madoguchi/internal/auth"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// mostEntries is how many rows of the compatibility guide one answer lists.
const mostEntries = 50

type compatibilityInput struct {
	Product string `query:"product" required:"true" maxLength:"200"`
	Release string `query:"release" maxLength:"200" doc:"Of the product"`
	Vendor  string `query:"vendor" maxLength:"300"`
	Model   string `query:"model" maxLength:"300"`
	Version string `query:"version" maxLength:"200" doc:"Of the component's firmware or driver"`
	Query   string `query:"q" maxLength:"300" doc:"Part of a vendor's or model's name; lists what fits"`
}

// compatibilityView is what the compatibility guide says of a component, and what
// follows for the work on it (R39).
type compatibilityView struct {
	Product      string            `json:"product"`
	Release      string            `json:"release,omitempty"`
	Answer       *lookupView       `json:"answer,omitempty" doc:"When vendor and model are named"`
	Relationship *relationshipView `json:"relationship,omitempty" doc:"How we reach the vendor; absent: we do not"`
	Steps        []choice          `json:"steps" doc:"What is done with components of other vendors"`
	// RemovalNeedsGrounds and WithoutRelationship are the policy's.
	RemovalNeedsGrounds bool        `json:"removal_needs_grounds"`
	WithoutRelationship string      `json:"without_relationship,omitempty" enum:"suggest,require" doc:"The customer's own case with a vendor that we do not reach"`
	Entries             []entryView `json:"entries" doc:"Rows that fit the query, at most 50"`
}

type lookupView struct {
	Lookup   string   `json:"lookup" enum:"listed,listed_with_note,listed_other_release,not_listed"`
	Text     string   `json:"text"`
	Note     string   `json:"note,omitempty"`
	Releases []string `json:"releases,omitempty" doc:"Of the product that are listed"`
	Versions []string `json:"versions,omitempty" doc:"Of the component that are listed; absent: every one"`
}

type relationshipView struct {
	Kind    string `json:"kind" enum:"tsanet,cooperative,joint"`
	Text    string `json:"text"`
	At      string `json:"at,omitempty" doc:"The page of a joint offering"`
	Contact string `json:"contact,omitempty" doc:"How our people reach theirs; staff only"`
	Sample  bool   `json:"sample,omitempty"`
}

type entryView struct {
	Category string   `json:"category" enum:"system,io_device,storage,guest_os,backup,other"`
	Vendor   string   `json:"vendor"`
	Model    string   `json:"model"`
	Versions []string `json:"versions,omitempty"`
	Releases []string `json:"releases"`
	Note     string   `json:"note,omitempty"`
	Sample   bool     `json:"sample,omitempty"`
}

func (s *server) compatibilityRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/compatibility", id: "look-up-compatibility", summary: "Look a component of another vendor up in the compatibility guide",
		scope: auth.Read, permission: "read", tag: "policy"},
		func(ctx context.Context, c *call, in *compatibilityInput) (*body[compatibilityView], error) {
			if err := c.knownProduct(ctx, in.Product); err != nil {
				return nil, err
			}
			return &body[compatibilityView]{c.compatibility(in)}, nil
		})
}

func (c *call) compatibility(in *compatibilityInput) compatibilityView {
	p, code := c.desk.Pack(), c.voice().Lang
	t := p.ThirdParty
	v := compatibilityView{
		Product: in.Product, Release: in.Release, Steps: items(t.Steps, code), RemovalNeedsGrounds: t.RemovalNeedsGrounds,
		WithoutRelationship: t.WithoutRelationship, Entries: []entryView{},
	}
	if in.Vendor != "" {
		if r, ok := t.Relationship(in.Vendor); ok {
			v.Relationship = c.relationship(r)
		}
	}
	if in.Vendor != "" && in.Model != "" {
		got := support.Compatible(support.CompatibilityQuery{
			Product: in.Product, Release: in.Release, Vendor: in.Vendor, Model: in.Model, Version: in.Version,
		}, p)
		v.Answer = &lookupView{
			Lookup: string(got.Lookup), Text: c.voice().Named("lookup", string(got.Lookup)), Note: got.Note.In(code), Releases: got.Releases, Versions: got.Versions,
		}
	}
	if in.Query == "" {
		return v
	}
	part := strings.ToLower(in.Query)
	for _, row := range t.Compatible {
		if !strings.Contains(strings.ToLower(row.Vendor+" "+row.Model), part) {
			continue
		}
		for _, x := range row.Listed {
			if x.Product == in.Product && len(v.Entries) < mostEntries {
				v.Entries = append(v.Entries, entryView{
					Category: row.Category, Vendor: row.Vendor, Model: row.Model, Versions: row.Versions, Releases: x.Releases, Note: x.Note.In(code), Sample: row.Sample,
				})
			}
		}
	}
	return v
}

// relationship is how a vendor is reached; who exactly is asked is for staff.
func (c *call) relationship(r policy.Relationship) *relationshipView {
	v := &relationshipView{Kind: r.Kind, Text: c.voice().Word("relationship", r.Kind), At: r.At, Sample: r.Sample}
	if c.staff() || r.Kind == "joint" {
		v.Contact = r.Contact.In(c.voice().Lang)
	}
	return v
}
