package api

import (
	"context"
	"net/http"

	"madoguchi/internal/support"
)

type searchInput struct {
	Query   string `query:"q" maxLength:"500" required:"true" doc:"Words; all of them are found in an entry"`
	Product string `query:"product" maxLength:"200" doc:"Only what fits it"`
	Limit   int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

type searchView struct {
	Found []foundView `json:"found" doc:"The best first"`
}

// foundView is one thing that was found.
type foundView struct {
	Kind    string   `json:"kind" enum:"advisory,defect,resource,phone,country,compatibility"`
	ID      string   `json:"id" doc:"Number or id of its kind"`
	Product string   `json:"product,omitempty"`
	Title   string   `json:"title"`
	Text    string   `json:"text,omitempty"`
	Path    string   `json:"path,omitempty" doc:"Where it stands in this API"`
	Rules   []string `json:"rules,omitempty"`
}

func (s *server) searchRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/self-help/search", id: "search-self-help", summary: "Search everything by which one helps oneself",
		scope: anyone, permission: "read", tag: "self-help"},
		func(ctx context.Context, c *call, in *searchInput) (*body[searchView], error) {
			entries, err := c.searchable(ctx, in.Product)
			return &body[searchView]{searchView{c.found(support.Search(entries, in.Query, in.Limit))}}, err
		})
}

// searchable are all entries that the caller may read.
func (c *call) searchable(ctx context.Context, product string) ([]support.SearchEntry, error) {
	known, err := c.desk.KnownProblems(ctx, c.viewer, product)
	return append(known, support.PackEntries(c.desk.Pack(), product)...), err
}

func (c *call) found(list []support.SearchEntry) []foundView {
	code, out := c.voice().Lang, []foundView{}
	for _, e := range list {
		v := foundView{Kind: string(e.Kind), ID: e.ID, Product: e.Product, Title: e.Title.In(code), Text: e.Text.In(code), Rules: e.Rules}
		if v.Title == "" {
			for _, v.Title = range e.Title { // its only language
			}
		}
		switch e.Kind {
		case support.SearchAdvisory:
			v.Path = "/v1/advisories/" + e.ID
		case support.SearchDefect:
			if c.actor.Kind == support.Vendor {
				v.Path = "/v1/defects/" + e.ID
			}
		case support.SearchPhone, support.SearchCountry:
			v.Path = "/v1/phone"
		case support.SearchCompatibility:
			v.Path = "/v1/compatibility"
		case support.SearchResource:
			v.Path = resourcePath(e.ID)
		}
		out = append(out, v)
	}
	return out
}

// resourcePath is where a place of self-help stands in this API; "" for those
// that are elsewhere.
func resourcePath(id string) string {
	paths := map[string]string{
		"security_centre": "/v1/security", "alerts": "/v1/alert-subscriptions", "compatibility_guide": "/v1/compatibility", "licensing": "/v1/contracts",
	}
	return paths[id]
}
