package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// mostFitting is how many known problems a draft is shown.
const mostFitting = 5

type selfHelpInput struct {
	Product string `query:"product" maxLength:"200" doc:"Only what fits it"`
}

type selfHelpView struct {
	Resources []resourceView `json:"resources"`
}

// resourceView is a place of self-help.
type resourceView struct {
	ID    string   `json:"id"`
	Text  string   `json:"text"`
	Rules []string `json:"rules,omitempty"`
	Path  string   `json:"path,omitempty" doc:"Where it stands in this API"`
}

type draftBody struct {
	Product string `json:"product,omitempty" maxLength:"200"`
	Title   string `json:"title,omitempty" maxLength:"2000"`
	Text    string `json:"text,omitempty" maxLength:"262144"`
}

type suggestionView struct {
	Resources []choice       `json:"resources"`
	Found     []foundView    `json:"found" doc:"Known problems of the product that the words speak of: they may solve it"`
	Similar   []foundRequest `json:"similar" doc:"Requests that the caller sees and that say something like it"`
	Security  bool           `json:"security" doc:"The words speak of a security problem"`
	Wish      bool           `json:"wish" doc:"The words speak of a wish for a feature"`
	Routes    []routeView    `json:"routes"`
}

type deflectionBody struct {
	Product string `json:"product" maxLength:"200"`
	Title   string `json:"title,omitempty" maxLength:"2000"`
	Text    string `json:"text,omitempty" maxLength:"262144"`
	Route   string `json:"route" maxLength:"64" doc:"Where it goes on instead: community, self_help …"`
}

// deflectionView carries the words over to where they go on; nothing of them is kept.
type deflectionView struct {
	Route   string `json:"route"`
	Text    string `json:"text"`
	Product string `json:"product"`
	Title   string `json:"title"`
	Body    string `json:"body"`
}

type deflectionsInput struct {
	Since time.Time `query:"since" doc:"Absent: all"`
}

type deflectionsView struct {
	Deflections []deflectionCount `json:"deflections"`
}

type deflectionCount struct {
	Product string `json:"product"`
	Route   string `json:"route"`
	N       int    `json:"n"`
}

func (s *server) selfHelpRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/self-help", id: "list-self-help", summary: "List the places of self-help",
		scope: auth.Read, permission: "read", tag: "self-help"},
		func(_ context.Context, c *call, in *selfHelpInput) (*body[selfHelpView], error) {
			v := selfHelpView{Resources: []resourceView{}}
			for _, x := range items(c.desk.Pack().Resources(in.Product), c.voice().Lang) {
				v.Resources = append(v.Resources, resourceView{ID: x.ID, Text: x.Text, Rules: x.Rules, Path: resourcePath(x.ID)})
			}
			return &body[selfHelpView]{v}, nil
		})
	register(s, route{method: http.MethodPost, path: "/v1/suggestions", id: "suggest", summary: "Show what might help before something is filed",
		scope: auth.Read, permission: "own", tag: "self-help"},
		func(ctx context.Context, c *call, in *body[draftBody]) (*body[suggestionView], error) {
			known, err := c.desk.Fitting(ctx, c.viewer, in.Body.Product, in.Body.Title+"\n"+in.Body.Text, mostFitting)
			if err != nil {
				return nil, err
			}
			x := support.Suggest(c.desk.Pack(), in.Body.Product, in.Body.Title+"\n"+in.Body.Text)
			v := suggestionView{Resources: items(x.Resources, c.voice().Lang), Security: x.Security, Wish: x.Wish, Routes: []routeView{}}
			v.Found = c.found(known)
			for _, r := range x.Routes {
				v.Routes = append(v.Routes, routeView{ID: r.ID, Rules: notNil(r.Rules), Text: c.voice().Route(r)})
			}
			v.Similar, err = c.similar(ctx, in.Body)
			return &body[suggestionView]{v}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/deflections", id: "deflect", summary: "End a draft without a request, and carry its words over",
		scope: auth.Write, permission: "own", status: http.StatusCreated, tag: "self-help"},
		func(ctx context.Context, c *call, in *body[deflectionBody]) (*body[deflectionView], error) {
			b := in.Body
			d, err := s.desk.Deflect(ctx, c.actor, b.Product, b.Route, b.Title+"\n"+b.Text)
			return &body[deflectionView]{deflectionView{
				Route: d.Route, Text: c.voice().Route(support.RouteOf(b.Route)), Product: b.Product, Title: b.Title, Body: b.Text,
			}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/deflections", id: "count-deflections", summary: "Count the drafts that ended without a request",
		scope: auth.Staff, permission: "read", tag: "self-help"},
		func(ctx context.Context, c *call, in *deflectionsInput) (*body[deflectionsView], error) {
			since := in.Since
			if since.IsZero() {
				since = time.UnixMicro(0)
			}
			list, err := s.store.CountDeflections(ctx, c.viewer, since)
			v := deflectionsView{Deflections: []deflectionCount{}}
			for _, d := range list {
				v.Deflections = append(v.Deflections, deflectionCount{Product: d.Product, Route: d.Route, N: d.Quantity})
			}
			return &body[deflectionsView]{v}, err
		})
}
