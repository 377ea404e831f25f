package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/support"
)

type subscribeBody struct {
	Product  string   `json:"product" maxLength:"200"`
	Kinds    []string `json:"kinds" maxItems:"20" doc:"Ids of the kinds of alerts that the policy has"`
	Email    string   `json:"email,omitempty" maxLength:"254" doc:"Without a token: where the alerts go"`
	Language string   `json:"language,omitempty" enum:"en,ja" doc:"Without a token: of the alerts"`
}

// subscribedView is the same whatever is known of the address.
type subscribedView struct {
	Text string `json:"text"`
}

type tokenBodyOf struct {
	Token string `json:"token" maxLength:"64" doc:"That stood in the mail"`
}

type subscriptionView struct {
	ID          string    `json:"id,omitempty" doc:"Opaque; absent for who acts by a token"`
	Product     string    `json:"product"`
	Kind        string    `json:"kind"`
	Name        string    `json:"name" doc:"Of the kind"`
	State       string    `json:"state" enum:"pending,active,ended"`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
}

type subscriptionsView struct {
	Subscriptions []subscriptionView `json:"subscriptions"`
	Kinds         []choice           `json:"kinds,omitempty" doc:"That there are"`
}

type onSubscription struct {
	ID string `path:"id" maxLength:"32"`
}

func (s *server) subscriptionRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/alert-subscriptions", id: "subscribe", summary: "Ask for alerts; a mail asks to confirm it",
		scope: anyone, permission: "own", status: http.StatusAccepted, tag: "alerts"},
		func(ctx context.Context, c *call, in *body[subscribeBody]) (*body[subscribedView], error) {
			b := in.Body
			err := s.desk.Subscribe(ctx, c.actor, desk.Subscribing{Product: b.Product, Kinds: b.Kinds, Email: b.Email, Language: b.Language})
			every := c.voice().Amount(c.desk.Pack().Alerts.ConfirmEvery.String())
			return &body[subscribedView]{subscribedView{c.voice().Message("alert.subscribed", map[string]string{"every": every})}}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/alert-subscriptions/confirmation", id: "confirm-subscription", summary: "Confirm what a mail asked for",
		scope: anyone, permission: "own", tag: "alerts"},
		func(ctx context.Context, c *call, in *body[tokenBodyOf]) (*body[subscriptionsView], error) {
			list, err := s.desk.ConfirmSubscription(ctx, in.Body.Token)
			v := c.subscriptions(list)
			for i := range v.Subscriptions {
				v.Subscriptions[i].ID, v.Subscriptions[i].State = "", string(support.SubscriptionActive)
			}
			return &body[subscriptionsView]{v}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/alert-subscriptions/ending", id: "end-subscription", summary: "Get no more of the alerts that a mail was one of",
		scope: anyone, permission: "own", status: http.StatusNoContent, tag: "alerts"},
		func(ctx context.Context, _ *call, in *body[tokenBodyOf]) (*struct{}, error) {
			return nil, s.desk.EndSubscription(ctx, in.Body.Token)
		})
	register(s, route{method: http.MethodGet, path: "/v1/alert-subscriptions", id: "list-subscriptions", summary: "List your own subscriptions, and the kinds that there are",
		scope: auth.Read, permission: "read", tag: "alerts"},
		func(ctx context.Context, c *call, _ *struct{}) (*body[subscriptionsView], error) {
			list, err := s.store.Subscriptions(ctx, c.viewer)
			v := c.subscriptions(list)
			v.Kinds = items(c.desk.Pack().Alerts.Kinds, c.voice().Lang)
			return &body[subscriptionsView]{v}, err
		})
	register(s, route{method: http.MethodDelete, path: "/v1/alert-subscriptions/{id}", id: "end-own-subscription", summary: "End one of your own subscriptions",
		scope: auth.Write, permission: "own", status: http.StatusNoContent, tag: "alerts"},
		func(ctx context.Context, c *call, in *onSubscription) (*struct{}, error) {
			id, _ := parseOpaque("sub", in.ID)
			return nil, s.desk.EndOwnSubscription(ctx, c.actor, id)
		})
}

func (c *call) subscriptions(list []support.Subscription) subscriptionsView {
	v := subscriptionsView{Subscriptions: []subscriptionView{}}
	for _, x := range list {
		kind, _ := c.desk.Pack().Alerts.Kind(x.Kind)
		v.Subscriptions = append(v.Subscriptions, subscriptionView{
			ID: opaque("sub", x.ID), Product: x.Product, Kind: x.Kind, Name: kind.Text.In(c.voice().Lang), State: string(x.State), ConfirmedAt: x.ConfirmedAt,
		})
	}
	return v
}
