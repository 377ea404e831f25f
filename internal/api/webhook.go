package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
)

type webhookBody struct {
	Name  string   `json:"name" maxLength:"200" doc:"So that people know it again"`
	URL   string   `json:"url" maxLength:"2000" doc:"https or http; not of a private network, unless the operator permits it"`
	Kinds []string `json:"kinds,omitempty" maxItems:"200" doc:"Kinds of events as the feed shows them; none: all"`
}

type webhookChange struct {
	Name  *string   `json:"name,omitempty" maxLength:"200"`
	URL   *string   `json:"url,omitempty" maxLength:"2000"`
	Kinds *[]string `json:"kinds,omitempty" maxItems:"200" doc:"Replaces those that were there; empty: all"`
}

type webhookView struct {
	ID            string    `json:"id" doc:"Opaque"`
	Name          string    `json:"name"`
	URL           string    `json:"url"`
	Kinds         []string  `json:"kinds" doc:"Empty: all"`
	State         string    `json:"state" enum:"enabled,disabled"`
	Why           string    `json:"why,omitempty" enum:"admin,failing,gone" doc:"Why it is disabled: by an administrator, after 3 days without success, or because it answered 410"`
	Since         time.Time `json:"since" doc:"Of the state"`
	Cursor        string    `json:"cursor,omitempty" doc:"Of the feed: the last event that it took or does not want"`
	Attempts      int       `json:"attempts" doc:"With the event that comes next, so far in vain"`
	FailingSince  time.Time `json:"failing_since,omitzero"`
	NextTryAt     time.Time `json:"next_try_at,omitzero"`
	PreviousUntil time.Time `json:"previous_until,omitzero" doc:"Until then the secret before signs too"`
	By            *member   `json:"by,omitempty"`
	MadeAt        time.Time `json:"made_at"`
}

type webhooksView struct {
	Webhooks []webhookView `json:"webhooks"`
	Next     string        `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

// madeWebhook and secretView hold a secret, the only time that it is shown.
type madeWebhook struct {
	Webhook webhookView `json:"webhook"`
	Secret  string      `json:"secret" doc:"whsec_ and base64, as Standard Webhooks has it; not shown again"`
}

type rotationBody struct {
	OverlapSeconds *int64 `json:"overlap_seconds,omitempty" minimum:"0" maximum:"604800" doc:"How long the secret before signs too; absent: a day"`
}

type webhookStateBody struct {
	State string `json:"state" enum:"enabled,disabled"`
	From  string `json:"from,omitempty" enum:"stop,now" default:"stop" doc:"Where an enabled one goes on: where it stopped, or with what happens from now on"`
}

// deliveryView is one attempt. Nothing is kept of the receiver's words.
type deliveryView struct {
	N       int64     `json:"n" doc:"Counts all attempts of the webhook"`
	Message string    `json:"message" doc:"Its webhook-id: the same in each attempt"`
	Type    string    `json:"type"`
	Attempt int       `json:"attempt,omitempty" doc:"With this message; absent for a test"`
	At      time.Time `json:"at"`
	MS      int64     `json:"ms" doc:"How long it took, in milliseconds"`
	Taken   bool      `json:"taken"`
	Status  int       `json:"status,omitempty" doc:"Of the answer; absent when none came"`
	Why     string    `json:"why,omitempty" enum:"name,address,connection,tls,timeout,redirect,status" doc:"Why it was not taken"`
}

type deliveriesView struct {
	Deliveries []deliveryView `json:"deliveries" doc:"The newest first"`
}

// OnWebhook is an input that names a webhook.
type OnWebhook struct {
	Webhook string `path:"webhook" maxLength:"32"`
}

func (in OnWebhook) id() int64 {
	id, _ := parseOpaque("wh", in.Webhook)
	return id
}

type webhookChangeInput struct {
	OnWebhook
	Body webhookChange
}

type rotationInput struct {
	OnWebhook
	Body *rotationBody
}

type webhookStateInput struct {
	OnWebhook
	Body webhookStateBody
}

type deliveriesInput struct {
	OnWebhook
	Limit int `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

func (s *server) webhookRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/webhooks", id: "add-webhook", summary: "Have events posted to a URL from now on; its secret is shown once",
		scope: auth.Admin, permission: "add_webhook", status: http.StatusCreated, tag: "webhooks"},
		func(ctx context.Context, c *call, in *body[webhookBody]) (*body[madeWebhook], error) {
			h := store.Webhook{Name: in.Body.Name, URL: in.Body.URL, Kinds: in.Body.Kinds}
			if err := s.desk.AddWebhook(ctx, c.actor, &h); err != nil {
				return nil, err
			}
			n := c.named(ctx)
			return &body[madeWebhook]{madeWebhook{n.webhook(h), h.Secret}}, n.err
		})
	register(s, route{method: http.MethodGet, path: "/v1/webhooks", id: "list-webhooks", summary: "List webhooks in the order in which they were made",
		scope: auth.Admin, permission: "read", tag: "webhooks"},
		func(ctx context.Context, c *call, in *Paged) (*body[webhooksView], error) {
			n := c.named(ctx)
			list, next, err := pageOf(*in,
				func(after int64, most int) ([]store.Webhook, error) {
					return s.store.Webhooks(ctx, c.viewer, after, most)
				},
				func(h store.Webhook) int64 { return h.ID },
				func(h store.Webhook) (webhookView, error) { return n.webhook(h), n.err })
			return &body[webhooksView]{webhooksView{Webhooks: list, Next: next}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/webhooks/{webhook}", id: "show-webhook", summary: "Show a webhook",
		scope: auth.Admin, permission: "read", tag: "webhooks"},
		func(ctx context.Context, c *call, in *OnWebhook) (*body[webhookView], error) {
			return c.showWebhook(ctx, in.id(), nil)
		})
	register(s, route{method: http.MethodPatch, path: "/v1/webhooks/{webhook}", id: "change-webhook", summary: "Change name, URL and kinds of a webhook",
		scope: auth.Admin, permission: "change_webhook", tag: "webhooks"},
		func(ctx context.Context, c *call, in *webhookChangeInput) (*body[webhookView], error) {
			to := desk.WebhookChange{Name: in.Body.Name, URL: in.Body.URL, Kinds: in.Body.Kinds}
			return c.showWebhook(ctx, in.id(), s.desk.ChangeWebhook(ctx, c.actor, in.id(), to))
		})
	register(s, route{method: http.MethodDelete, path: "/v1/webhooks/{webhook}", id: "remove-webhook", summary: "Forget a webhook",
		scope: auth.Admin, permission: "remove_webhook", status: http.StatusNoContent, tag: "webhooks"},
		func(ctx context.Context, c *call, in *OnWebhook) (*struct{}, error) {
			return nil, s.desk.RemoveWebhook(ctx, c.actor, in.id())
		})
	s.webhookStateRoutes()
}

// webhookStateRoutes are what is done with a webhook that is there.
func (s *server) webhookStateRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/webhooks/{webhook}/secret", id: "rotate-webhook", summary: "Give a webhook another secret, which is shown once",
		scope: auth.Admin, permission: "rotate_webhook", tag: "webhooks"},
		func(ctx context.Context, c *call, in *rotationInput) (*body[madeWebhook], error) {
			overlap := 24 * time.Hour
			if in.Body != nil && in.Body.OverlapSeconds != nil {
				overlap = time.Duration(*in.Body.OverlapSeconds) * time.Second
			}
			secret, err := s.desk.RotateWebhook(ctx, c.actor, in.id(), overlap)
			v, err := c.showWebhook(ctx, in.id(), err)
			if err != nil {
				return nil, err
			}
			return &body[madeWebhook]{madeWebhook{v.Body, secret}}, nil
		})
	register(s, route{method: http.MethodPut, path: "/v1/webhooks/{webhook}/state", id: "set-webhook-state", summary: "Enable or disable a webhook",
		scope: auth.Admin, permission: "set_webhook_state", tag: "webhooks"},
		func(ctx context.Context, c *call, in *webhookStateInput) (*body[webhookView], error) {
			err := s.desk.SetWebhookState(ctx, c.actor, in.id(), store.WebhookState(in.Body.State), in.Body.From == "now")
			return c.showWebhook(ctx, in.id(), err)
		})
	register(s, route{method: http.MethodPost, path: "/v1/webhooks/{webhook}/test", id: "test-webhook", summary: "Post a message that says nothing, and show how that went",
		scope: auth.Admin, permission: "test_webhook", tag: "webhooks"},
		func(ctx context.Context, c *call, in *OnWebhook) (*body[deliveryView], error) {
			d, err := s.desk.TestWebhook(ctx, c.actor, in.id())
			return &body[deliveryView]{delivered(d)}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/webhooks/{webhook}/deliveries", id: "list-deliveries", summary: "Show the last attempts of a webhook",
		scope: auth.Admin, permission: "read", tag: "webhooks"},
		func(ctx context.Context, c *call, in *deliveriesInput) (*body[deliveriesView], error) {
			list, err := s.store.Deliveries(ctx, c.viewer, in.id(), in.Limit)
			v := deliveriesView{Deliveries: []deliveryView{}}
			for _, d := range list {
				v.Deliveries = append(v.Deliveries, delivered(d))
			}
			return &body[deliveriesView]{v}, err
		})
}

// showWebhook shows what is there now, unless what was to be done has failed.
func (c *call) showWebhook(ctx context.Context, id int64, err error) (*body[webhookView], error) {
	if err != nil {
		return nil, err
	}
	h, err := c.store.Webhook(ctx, c.viewer, id)
	if err != nil {
		return nil, err
	}
	n := c.named(ctx)
	return &body[webhookView]{n.webhook(h)}, n.err
}

func (n *names) webhook(h store.Webhook) webhookView {
	return webhookView{
		ID: opaque("wh", h.ID), Name: h.Name, URL: h.URL, Kinds: notNil(h.Kinds), State: string(h.State), Why: string(h.Why), Since: h.SinceAt,
		Cursor: opaque(cursorKind, h.Pos), Attempts: h.Attempts, FailingSince: h.FailingSince, NextTryAt: h.NextTryAt, PreviousUntil: h.PreviousUntil,
		By: n.maybe(h.Staff), MadeAt: h.MadeAt,
	}
}

func delivered(d store.Delivery) deliveryView {
	return deliveryView{
		N: d.N, Message: d.Message, Type: d.Kind, Attempt: d.Attempt, At: d.At, MS: d.Took.Milliseconds(), Taken: d.Why == "", Status: d.Status, Why: d.Why,
	}
}
