package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

type phoneCallBody struct {
	Line     string `json:"line" maxLength:"64" doc:"The choice of the menu"`
	Product  string `json:"product,omitempty" maxLength:"200"`
	Contact  string `json:"contact,omitempty" maxLength:"32" doc:"Customer number, when the caller keyed it in"`
	Language string `json:"language,omitempty" enum:"en,ja" doc:"Of the recording; absent: the contact's, else yours"`
	Zone     string `json:"zone,omitempty" maxLength:"64" doc:"In which the next opening is told; absent: the contact's, else yours"`
}

type phoneCallView struct {
	ID         string    `json:"id" doc:"Opaque"`
	At         time.Time `json:"at"`
	Line       string    `json:"line"`
	Product    string    `json:"product,omitempty"`
	Contact    *person   `json:"contact,omitempty"`
	Recorded   bool      `json:"recorded" doc:"The recording speaks; the caller waits in no queue"`
	NextOpenAt time.Time `json:"next_open_at,omitzero"`
	Recording  []string  `json:"recording,omitempty" doc:"What it says: the hours, how to use online support, the next opening"`
	Rules      []string  `json:"rules,omitempty"`
}

type phoneCallsView struct {
	Calls []phoneCallView `json:"calls"`
	Next  string          `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

func (s *server) phoneCallRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/phone-calls", id: "log-phone-call", summary: "Log a call that came in, and say what the telephone does with it",
		scope: auth.Staff, permission: "log_phone_call", status: http.StatusCreated, tag: "callbacks"},
		func(ctx context.Context, c *call, in *body[phoneCallBody]) (*body[phoneCallView], error) {
			v, err := c.phoneCall(ctx, in.Body)
			return &body[phoneCallView]{v}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/phone-calls", id: "list-phone-calls", summary: "List calls that came in, the newest first",
		scope: auth.Staff, permission: "read", tag: "callbacks"},
		func(ctx context.Context, c *call, in *Paged) (*body[phoneCallsView], error) {
			n := c.named(ctx)
			list, next, err := pageOf(*in,
				func(before int64, most int) ([]support.PhoneCall, error) {
					return s.store.PhoneCalls(ctx, c.viewer, before, most)
				},
				func(x support.PhoneCall) int64 { return x.ID },
				func(x support.PhoneCall) (phoneCallView, error) { return n.phoneCall(x), n.err })
			return &body[phoneCallsView]{phoneCallsView{Calls: list, Next: next}}, err
		})
}

func (c *call) phoneCall(ctx context.Context, b phoneCallBody) (phoneCallView, error) {
	var who support.Contact
	if b.Contact != "" {
		var err error
		if who, err = c.contactTold(ctx, b.Contact, "contact"); err != nil {
			return phoneCallView{}, err
		}
	}
	x, says, err := c.desk.LogPhoneCall(ctx, c.actor, b.Line, b.Product, who.ID)
	if err != nil {
		return phoneCallView{}, err
	}
	n := c.named(ctx)
	v := n.phoneCall(x)
	if says == nil {
		return v, n.err
	}
	voice := c.voice()
	if who.ID != 0 {
		voice.Lang, voice.Zone = lang.Base(who.Language, true), who.Zone
	}
	voice.Lang, voice.Zone = cmp.Or(b.Language, voice.Lang), cmp.Or(b.Zone, voice.Zone)
	v.Recording, v.Rules = []string{says.Hours.In(voice.Lang)}, notNil(says.Rules)
	if online := says.Online.In(voice.Lang); online != "" {
		v.Recording = append(v.Recording, online)
	}
	v.Recording = append(v.Recording, voice.Message("call.opens", map[string]string{"at": says.NextOpenAt.Format(time.RFC3339)}))
	return v, n.err
}

func (n *names) phoneCall(x support.PhoneCall) phoneCallView {
	v := phoneCallView{ID: opaque("call", x.ID), At: x.At, Line: x.Line, Product: x.Product, Recorded: x.Recorded, NextOpenAt: x.NextOpenAt}
	if x.Contact != 0 {
		who := n.person(x.Contact)
		v.Contact = &who
	}
	return v
}
