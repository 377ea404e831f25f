package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

type wishBody struct {
	Product string `json:"product" maxLength:"200"`
	Version string `json:"version,omitempty" maxLength:"200"`
	Title   string `json:"title" doc:"At most 300 characters"`
	Text    string `json:"text,omitempty" maxLength:"262144"`
}

// wishView is a wish for a feature (R31): no number, no target, one question at most.
type wishView struct {
	ID         string    `json:"id" doc:"Opaque; a wish has no request number"`
	At         time.Time `json:"at"`
	Contact    person    `json:"contact"`
	Product    string    `json:"product"`
	Version    string    `json:"version,omitempty"`
	Title      string    `json:"title"`
	Text       string    `json:"text,omitempty"`
	Receipt    string    `json:"receipt,omitempty" doc:"What the sender is told"`
	Request    string    `json:"request,omitempty" doc:"Number of the request that was converted"`
	Question   string    `json:"question,omitempty"`
	AskedAt    time.Time `json:"asked_at,omitzero"`
	AskedBy    *member   `json:"asked_by,omitempty"`
	Answer     string    `json:"answer,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
}

type wishesInput struct {
	After string `query:"after" maxLength:"32" doc:"ID of the last one seen"`
	Limit int    `query:"limit" minimum:"0" maximum:"200"`
}

type wishesView struct {
	FeatureRequests []wishView `json:"feature_requests" doc:"The newest first"`
	Next            string     `json:"next,omitempty"`
}

type onWish struct {
	ID   string `path:"id" maxLength:"32"`
	Body textBody
}

func (s *server) featureRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/feature-requests", id: "add-feature-request", summary: "Send a wish for a feature",
		scope: auth.Write, permission: "own", status: http.StatusCreated, tag: "feature-requests"},
		func(ctx context.Context, c *call, in *body[wishBody]) (*body[wishView], error) {
			b := in.Body
			f, err := s.desk.AddFeatureRequest(ctx, c.actor, store.FeatureRequest{Product: b.Product, Version: b.Version, Title: text(b.Title), Text: text(b.Text)})
			if err != nil {
				return nil, err
			}
			n := c.named(ctx)
			v := n.wish(f)
			v.Receipt = c.desk.Pack().Features.Receipt.In(c.voice().Lang)
			return &body[wishView]{v}, n.err
		})
	register(s, route{method: http.MethodGet, path: "/v1/feature-requests", id: "list-feature-requests", summary: "List wishes for features: one's own, for staff all",
		scope: auth.Read, permission: "read", tag: "feature-requests"},
		func(ctx context.Context, c *call, in *wishesInput) (*body[wishesView], error) {
			v, err := c.wishes(ctx, *in)
			return &body[wishesView]{v}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/feature-requests/{id}/question", id: "ask-feature-request", summary: "Ask the one question about a wish",
		scope: auth.Staff, permission: "ask_feature_request", tag: "feature-requests"},
		func(ctx context.Context, c *call, in *onWish) (*body[empty], error) {
			return &body[empty]{}, s.desk.AskFeature(ctx, c.actor, wishID(in.ID), text(in.Body.Text))
		})
	register(s, route{method: http.MethodPost, path: "/v1/feature-requests/{id}/answer", id: "answer-feature-request", summary: "Answer the question about one's wish",
		scope: auth.Write, permission: "answer_feature_request", tag: "feature-requests"},
		func(ctx context.Context, c *call, in *onWish) (*body[empty], error) {
			return &body[empty]{}, s.desk.AnswerFeature(ctx, c.actor, wishID(in.ID), text(in.Body.Text))
		})
}

// wishID reads an opaque id; one that is none is nobody's.
func wishID(s string) int64 {
	id, _ := parseOpaque("wish", s)
	return id
}

func (c *call) wishes(ctx context.Context, in wishesInput) (wishesView, error) {
	list, next, err := c.store.FeatureRequests(ctx, c.viewer, wishID(in.After), cmp.Or(in.Limit, defaultPage))
	v := wishesView{FeatureRequests: []wishView{}}
	if err != nil {
		return v, err
	}
	n := c.named(ctx)
	for _, f := range list {
		v.FeatureRequests = append(v.FeatureRequests, n.wish(f))
	}
	if next != 0 {
		v.Next = opaque("wish", next)
	}
	return v, n.err
}

func (n *names) wish(f store.FeatureRequest) wishView {
	v := wishView{
		ID: opaque("wish", f.ID), At: f.At, Contact: n.person(f.Contact), Product: f.Product, Version: f.Version, Title: n.text(f.Title),
		Text: n.text(f.Text), Question: n.text(f.Question), AskedAt: f.AskedAt, AskedBy: n.maybe(f.AskedBy), Answer: n.text(f.Answer), AnsweredAt: f.AnsweredAt,
	}
	if f.Request != 0 {
		v.Request = support.SpokenNumber(f.Request)
	}
	return v
}
