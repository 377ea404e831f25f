package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// broadcastText is the message in one language.
type broadcastText struct {
	Language string `json:"language" enum:"en,ja"`
	Text     string `json:"text" maxLength:"262144"`
}

type broadcastBody struct {
	Defect  string          `json:"defect,omitempty" maxLength:"32" doc:"To the customers of requests that are linked to it"`
	Product string          `json:"product,omitempty" maxLength:"200" doc:"Or to those of technical requests on a product"`
	Version string          `json:"version,omitempty" maxLength:"200" doc:"Of the product; absent: every one"`
	Open    bool            `json:"open,omitempty" doc:"Only requests that are not completed"`
	Texts   []broadcastText `json:"texts" maxItems:"2"`
}

type broadcastView struct {
	ID      string          `json:"id" doc:"Opaque"`
	State   string          `json:"state" enum:"draft,running,done,erased"`
	Defect  string          `json:"defect,omitempty"`
	Product string          `json:"product,omitempty"`
	Version string          `json:"version,omitempty"`
	Open    bool            `json:"open,omitempty"`
	Texts   []broadcastText `json:"texts"`
	By      *member         `json:"by,omitempty"`
	MadeAt  time.Time       `json:"made_at"`
	SentAt  time.Time       `json:"sent_at,omitzero"`
	Run     *runView        `json:"run,omitempty" doc:"How far it has been told"`
	Erasing *runView        `json:"erasing,omitempty" doc:"How far it has been erased where it was told"`
	Erased  *erasedView     `json:"erased,omitempty" doc:"By whom and why it was erased; absent in lists"`
}

// erasedView is what stays of an erasure.
type erasedView struct {
	At     time.Time `json:"at"`
	By     by        `json:"by"`
	Ground string    `json:"ground"`
	Reason string    `json:"reason,omitempty"`
}

type broadcastsView struct {
	Broadcasts []broadcastView `json:"broadcasts"`
	Next       string          `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

// previewView is what a broadcast would do if it were sent now.
type previewView struct {
	Seen      string         `json:"seen" doc:"To be repeated when it is sent"`
	Requests  int            `json:"requests"`
	Languages []audienceView `json:"languages"`
	Mailed    []mailedView   `json:"mailed" doc:"The first 200 whom the caller sees"`
}

type audienceView struct {
	Language string `json:"language" doc:"Of the contacts' profiles"`
	In       string `json:"in" doc:"The language of the text that they get"`
	Requests int    `json:"requests"`
	Subject  string `json:"subject"`
	Mail     string `json:"mail" doc:"As one of them would get it, in plain text; the message alone, without a subject, when the caller sees none of the requests"`
}

type mailedView struct {
	Number   string `json:"number"`
	Contact  person `json:"contact"`
	Language string `json:"language"`
}

// OnBroadcast is an input that names a broadcast.
type OnBroadcast struct {
	Broadcast string `path:"broadcast" maxLength:"64"`
}

func (in OnBroadcast) id() (int64, error) {
	id, ok := parseOpaque("brc", in.Broadcast)
	if !ok {
		return 0, support.Refuse(support.NotFound, "broadcast.not_found")
	}
	return id, nil
}

type sendInput struct {
	OnBroadcast
	Body sendBody
}

type sendBody struct {
	Seen string `json:"seen" maxLength:"64" doc:"What the preview showed"`
}

type broadcastRedactionInput struct {
	OnBroadcast
	Body erasureBody
}

type erasureBody struct {
	Ground string `json:"ground" maxLength:"64" doc:"One of the policy's grounds: secret, personal, mistake"`
	Reason string `json:"reason,omitempty" maxLength:"262144" doc:"Shown to everybody who got it; never repeat the text"`
}

func (s *server) broadcastRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/broadcasts", id: "list-broadcasts", summary: "List broadcasts, the newest first",
		scope: auth.Staff, permission: "read", tag: "broadcasts"},
		func(ctx context.Context, c *call, in *Paged) (*body[broadcastsView], error) {
			list, next, err := pageOf(*in,
				func(after int64, most int) ([]support.Broadcast, error) {
					return s.store.Broadcasts(ctx, c.viewer, after, most)
				},
				func(b support.Broadcast) int64 { return b.ID },
				func(b support.Broadcast) (broadcastView, error) { return c.broadcast(ctx, b) })
			return &body[broadcastsView]{broadcastsView{Broadcasts: list, Next: next}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/broadcasts/{broadcast}", id: "show-broadcast", summary: "Show a broadcast and how far it has been told",
		scope: auth.Staff, permission: "read", tag: "broadcasts"},
		func(ctx context.Context, c *call, in *OnBroadcast) (*body[broadcastView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			return c.showBroadcast(ctx, id)
		})
	register(s, route{method: http.MethodGet, path: "/v1/broadcasts/{broadcast}/preview", id: "preview-broadcast", summary: "Show whom a broadcast would reach, and its mails",
		scope: auth.Staff, permission: "read", tag: "broadcasts"},
		func(ctx context.Context, c *call, in *OnBroadcast) (*body[previewView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			v, err := c.previewBroadcast(ctx, id)
			return &body[previewView]{v}, err
		})
	s.broadcastChanges()
}

func (s *server) broadcastChanges() {
	register(s, route{method: http.MethodPost, path: "/v1/broadcasts", id: "draft-broadcast", summary: "Write a message to the customers of a defect or a product",
		scope: auth.Staff, permission: "draft_broadcast", status: http.StatusCreated, tag: "broadcasts"},
		func(ctx context.Context, c *call, in *body[broadcastBody]) (*body[broadcastView], error) {
			b := support.Broadcast{Product: in.Body.Product, Version: in.Body.Version, Open: in.Body.Open}
			if in.Body.Defect != "" {
				id, err := support.ParseDefectNumber(in.Body.Defect)
				if err != nil {
					return nil, err
				}
				b.Defect = id
			}
			for _, t := range in.Body.Texts {
				b.Texts = append(b.Texts, support.BroadcastText{Language: t.Language, Text: text(t.Text)})
			}
			if err := s.desk.DraftBroadcast(ctx, c.actor, &b); err != nil {
				return nil, err
			}
			return c.showBroadcast(ctx, b.ID)
		})
	register(s, route{method: http.MethodPost, path: "/v1/broadcasts/{broadcast}/redaction", id: "redact-broadcast", summary: "Erase a broadcast for good, also on the requests that got it",
		scope: auth.Staff, permission: "redact_broadcast", tag: "broadcasts"},
		func(ctx context.Context, c *call, in *broadcastRedactionInput) (*body[broadcastView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			if err := s.desk.RedactBroadcast(ctx, c.actor, id, desk.Redaction{Ground: in.Body.Ground, Reason: in.Body.Reason}); err != nil {
				return nil, err
			}
			return c.showBroadcast(ctx, id)
		})
	register(s, route{method: http.MethodPost, path: "/v1/broadcasts/{broadcast}/sending", id: "send-broadcast", summary: "Send a broadcast that was looked at",
		scope: auth.Staff, permission: "send_broadcast", tag: "broadcasts"},
		func(ctx context.Context, c *call, in *sendInput) (*body[broadcastView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			if err := s.desk.SendBroadcast(ctx, c.actor, id, in.Body.Seen); err != nil {
				return nil, err
			}
			return c.showBroadcast(ctx, id)
		})
}

func (c *call) showBroadcast(ctx context.Context, id int64) (*body[broadcastView], error) {
	b, err := c.store.Broadcast(ctx, c.viewer, id)
	if err != nil {
		return nil, err
	}
	v, err := c.broadcast(ctx, b)
	if err != nil || v.State != "erased" {
		return &body[broadcastView]{v}, err
	}
	v.Erased, err = c.erasure(ctx, "broadcast", id, "redact_broadcast")
	return &body[broadcastView]{v}, err
}

// erasure is the last act by which words of something that is no request were
// erased; nil: there was none.
func (c *call) erasure(ctx context.Context, subject string, id int64, act string) (*erasedView, error) {
	past, err := c.history(ctx, c.named(ctx), subject, id)
	if err != nil {
		return nil, err
	}
	for _, p := range slices.Backward(past) {
		if p.Kind != act {
			continue
		}
		v := erasedView{At: p.At, By: p.By}
		v.Ground, _ = p.Data["ground"].(string)
		if said, ok := p.Data["reason"].(map[string]any); ok {
			v.Reason, _ = said["text"].(string)
		}
		return &v, nil
	}
	return nil, nil
}

func (c *call) broadcast(ctx context.Context, b support.Broadcast) (broadcastView, error) {
	n := c.named(ctx)
	v := broadcastView{
		ID: opaque("brc", b.ID), State: "draft", Product: b.Product, Version: b.Version, Open: b.Open, Texts: []broadcastText{},
		By: n.maybe(b.Staff), MadeAt: b.MadeAt, SentAt: b.SentAt,
	}
	if b.Defect != 0 {
		v.Defect = support.DefectNumber(b.Defect)
	}
	for _, t := range b.Texts {
		v.Texts = append(v.Texts, broadcastText{Language: t.Language, Text: n.text(t.Text)})
	}
	for _, run := range []struct {
		kind string
		to   **runView
	}{{store.RunBroadcast, &v.Run}, {store.RunErased, &v.Erasing}} {
		runs, err := c.runs(ctx, run.kind, b.ID)
		if err != nil {
			return v, err
		}
		if len(runs) > 0 {
			*run.to = &runs[0]
		}
	}
	switch {
	case n.err == nil && v.Texts[0].Text == "":
		v.State = "erased"
	case v.Run != nil:
		v.State = v.Run.State
	}
	return v, n.err
}

func (c *call) previewBroadcast(ctx context.Context, id int64) (previewView, error) {
	p, err := c.desk.PreviewBroadcast(ctx, c.viewer, id)
	if err != nil {
		return previewView{}, err
	}
	v := previewView{Seen: p.Seen, Requests: p.Requests, Languages: []audienceView{}, Mailed: []mailedView{}}
	for _, a := range p.Audiences {
		v.Languages = append(v.Languages, audienceView{Language: a.Language, In: a.In, Requests: a.Requests, Subject: a.Mail.Subject, Mail: a.Mail.Text})
	}
	b, err := c.store.Broadcast(ctx, c.viewer, id)
	if err != nil {
		return v, err
	}
	rows, err := c.store.RequestsOfBroadcast(ctx, c.viewer, b, 0, 200)
	if err != nil {
		return v, err
	}
	n := c.named(ctx)
	for _, r := range rows {
		v.Mailed = append(v.Mailed, mailedView{Number: support.SpokenNumber(r.ID), Contact: n.person(r.Contact), Language: n.contact(r.Contact).Language})
	}
	return v, n.err
}
