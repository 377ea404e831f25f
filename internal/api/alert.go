package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/support"
)

// alertText is an alert or an advisory in one language.
type alertText struct {
	Language string `json:"language" enum:"en,ja"`
	Title    string `json:"title" maxLength:"500"`
	Text     string `json:"text" maxLength:"262144"`
}

type alertBody struct {
	Product string      `json:"product" maxLength:"200"`
	Kind    string      `json:"kind" maxLength:"64" doc:"Of the policy"`
	Texts   []alertText `json:"texts" maxItems:"2"`
	Link    string      `json:"link,omitempty" maxLength:"2000" doc:"Where more stands"`
}

type alertView struct {
	ID          string      `json:"id" doc:"Opaque"`
	State       string      `json:"state" enum:"draft,sent"`
	Product     string      `json:"product"`
	Kind        string      `json:"kind"`
	Name        string      `json:"name" doc:"Name of the kind, in the caller's language"`
	Texts       []alertText `json:"texts"`
	Link        string      `json:"link,omitempty"`
	By          *member     `json:"by,omitempty"`
	MadeAt      time.Time   `json:"made_at"`
	SentAt      time.Time   `json:"sent_at,omitzero"`
	Subscribers int         `json:"subscribers" doc:"To how many it was sent"`
}

type alertsView struct {
	Alerts []alertView `json:"alerts"`
	Next   string      `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

// alertPreviewView is what an alert would do if it were sent now. It names
// nobody.
type alertPreviewView struct {
	Seen        string          `json:"seen" doc:"To be repeated when it is sent"`
	Subscribers int             `json:"subscribers"`
	Languages   []alertAudience `json:"languages"`
}

type alertAudience struct {
	Language    string `json:"language" doc:"Of the subscribers"`
	In          string `json:"in" doc:"The language of the text that they get"`
	Subscribers int    `json:"subscribers"`
	Subject     string `json:"subject"`
	Mail        string `json:"mail" doc:"In plain text, without name and token"`
}

// OnAlert is an input that names an alert.
type OnAlert struct {
	Alert string `path:"alert" maxLength:"32"`
}

func (in OnAlert) id() int64 {
	id, _ := parseOpaque("alr", in.Alert)
	return id
}

type sendAlertInput struct {
	OnAlert
	Body sendBody
}

func (s *server) alertRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/alerts", id: "draft-alert", summary: "Write an alert to those who subscribed",
		scope: auth.Staff, permission: "draft_alert", status: http.StatusCreated, tag: "alerts"},
		func(ctx context.Context, c *call, in *body[alertBody]) (*body[alertView], error) {
			a := support.Alert{Product: in.Body.Product, Kind: in.Body.Kind, Link: in.Body.Link, Texts: alertTexts(in.Body.Texts)}
			err := s.desk.DraftAlert(ctx, c.actor, &a)
			return c.showAlert(ctx, a.ID, err)
		})
	register(s, route{method: http.MethodGet, path: "/v1/alerts", id: "list-alerts", summary: "List alerts, the newest first",
		scope: auth.Staff, permission: "read", tag: "alerts"},
		func(ctx context.Context, c *call, in *Paged) (*body[alertsView], error) {
			n := c.named(ctx)
			list, next, err := pageOf(*in,
				func(before int64, most int) ([]support.Alert, error) {
					return s.store.Alerts(ctx, c.viewer, before, most)
				},
				func(a support.Alert) int64 { return a.ID },
				func(a support.Alert) (alertView, error) { return n.alert(a), n.err })
			return &body[alertsView]{alertsView{Alerts: list, Next: next}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/alerts/{alert}", id: "show-alert", summary: "Show an alert",
		scope: auth.Staff, permission: "read", tag: "alerts"},
		func(ctx context.Context, c *call, in *OnAlert) (*body[alertView], error) {
			return c.showAlert(ctx, in.id(), nil)
		})
	register(s, route{method: http.MethodGet, path: "/v1/alerts/{alert}/preview", id: "preview-alert", summary: "Show how many an alert would reach, and its mails",
		scope: auth.Staff, permission: "read", tag: "alerts"},
		func(ctx context.Context, c *call, in *OnAlert) (*body[alertPreviewView], error) {
			p, err := s.desk.PreviewAlert(ctx, c.viewer, in.id())
			return &body[alertPreviewView]{alertPreview(p)}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/alerts/{alert}/sending", id: "send-alert", summary: "Send an alert that was looked at",
		scope: auth.Staff, permission: "send_alert", tag: "alerts"},
		func(ctx context.Context, c *call, in *sendAlertInput) (*body[alertView], error) {
			return c.showAlert(ctx, in.id(), s.desk.SendAlert(ctx, c.actor, in.id(), in.Body.Seen))
		})
}

func alertPreview(p desk.AlertPreview) alertPreviewView {
	v := alertPreviewView{Seen: p.Seen, Subscribers: p.Subscribers, Languages: []alertAudience{}}
	for _, a := range p.Audiences {
		v.Languages = append(v.Languages, alertAudience{Language: a.Language, In: a.In, Subscribers: a.Requests, Subject: a.Mail.Subject, Mail: a.Mail.Text})
	}
	return v
}

func alertTexts(list []alertText) []support.AlertText {
	var out []support.AlertText
	for _, t := range list {
		out = append(out, support.AlertText{Language: t.Language, Title: text(t.Title), Text: text(t.Text)})
	}
	return out
}

func (c *call) showAlert(ctx context.Context, id int64, err error) (*body[alertView], error) {
	if err != nil {
		return nil, err
	}
	a, err := c.store.Alert(ctx, c.viewer, id)
	if err != nil {
		return nil, err
	}
	n := c.named(ctx)
	return &body[alertView]{n.alert(a)}, n.err
}

func (n *names) alert(a support.Alert) alertView {
	kind, _ := n.c.desk.Pack().Alerts.Kind(a.Kind)
	v := alertView{
		ID: opaque("alr", a.ID), State: "draft", Product: a.Product, Kind: a.Kind, Name: kind.Text.In(n.c.voice().Lang), Texts: n.alertTexts(a.Texts),
		Link: a.Link, By: n.maybe(a.Staff), MadeAt: a.MadeAt, SentAt: a.SentAt, Subscribers: a.Total,
	}
	if !a.SentAt.IsZero() {
		v.State = "sent"
	}
	return v
}

func (n *names) alertTexts(list []support.AlertText) []alertText {
	out := []alertText{}
	for _, t := range list {
		out = append(out, alertText{Language: t.Language, Title: n.text(t.Title), Text: n.text(t.Text)})
	}
	return out
}
