package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// effectView is a notice to somebody with what has become of it.
type effectView struct {
	Key       string       `json:"key" doc:"Opaque"`
	Number    string       `json:"number,omitempty" doc:"The request that it is about; a letter is about something else"`
	About     string       `json:"about,omitempty" doc:"What a letter is about, such as beta_programme"`
	Kind      string       `json:"kind" enum:"mail,page"`
	Template  string       `json:"template"`
	Recipient effectReader `json:"recipient"`
	State     string       `json:"state" enum:"pending,done,dead"`
	Attempts  int          `json:"attempts"`
	NotBefore time.Time    `json:"not_before,omitzero"`
	NextTryAt time.Time    `json:"next_try_at,omitzero"`
	DoneAt    time.Time    `json:"done_at,omitzero"`
	LastError string       `json:"last_error,omitempty"`
}

// effectReader is whom a notice is for: a contact, a member of staff, or those
// who hold a duty when it goes.
type effectReader struct {
	Kind           string `json:"kind" enum:"contact,staff,on_call,duty"`
	Name           string `json:"name,omitempty"`
	CustomerNumber string `json:"customer_number,omitempty"`
	Email          string `json:"email,omitempty"`
}

type effectsView struct {
	Effects []effectView `json:"effects"`
}

type effectsInput struct {
	State string `query:"state" enum:"pending,done,dead" default:"dead"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type effectInput struct {
	Key string `path:"key" maxLength:"200"`
}

// mailView is what left under a key, as it was given to the relay.
type mailView struct {
	Key  string `json:"key"`
	Mail string `json:"mail" doc:"The message (RFC 5322)"`
}

func (s *server) effectRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/effects", id: "list-effects", summary: "List notices to people: those that were given up, wait, or left",
		scope: auth.Staff, permission: "read", tag: "notices"},
		func(ctx context.Context, c *call, in *effectsInput) (*body[effectsView], error) {
			rows, err := s.store.Effects(ctx, c.viewer, store.EffectState(in.State), in.Limit)
			if err != nil {
				return nil, err
			}
			v, n := effectsView{Effects: []effectView{}}, c.named(ctx)
			for _, e := range rows {
				v.Effects = append(v.Effects, n.effect(e))
			}
			return &body[effectsView]{v}, n.err
		})
	register(s, route{method: http.MethodGet, path: "/v1/effects/{key}/mail", id: "show-mail", summary: "Show what left under a notice's key",
		scope: auth.Staff, permission: "read", tag: "notices"},
		func(ctx context.Context, c *call, in *effectInput) (*body[mailView], error) {
			b, err := s.store.Sent(ctx, c.viewer, in.Key)
			return &body[mailView]{mailView{Key: in.Key, Mail: string(b)}}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/effects/{key}/retry", id: "retry-effect", summary: "Try a notice that was given up once more",
		scope: auth.Staff, permission: "retry_effect", status: http.StatusNoContent, tag: "notices"},
		func(ctx context.Context, c *call, in *effectInput) (*struct{}, error) {
			return nil, s.desk.RetryEffect(ctx, c.actor, in.Key)
		})
}

func (n *names) effect(e store.EffectRow) effectView {
	v := effectView{
		Key: e.Key, About: e.About.Kind, Kind: e.Kind, Template: e.Template, State: string(e.State), Attempts: e.Attempts,
		NotBefore: e.NotBefore, NextTryAt: e.NextTryAt, DoneAt: e.DoneAt, LastError: e.LastError,
		Recipient: effectReader{Kind: string(e.Recipient.Kind)},
	}
	if e.Request != 0 {
		v.Number = support.SpokenNumber(e.Request)
	}
	switch e.Recipient.Kind {
	case support.ToContact:
		p := n.person(e.Recipient.ID)
		v.Recipient.Name, v.Recipient.CustomerNumber = p.Name, p.CustomerNumber
	case support.ToStaff:
		m := n.member(e.Recipient.ID)
		v.Recipient.Name, v.Recipient.Email = m.Name, m.Email
	}
	return v
}
