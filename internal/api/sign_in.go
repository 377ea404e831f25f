package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// passInput wants somebody let in.
type passInput struct {
	OnUser
	Body struct {
		Mail *bool `json:"mail,omitempty" doc:"False: the link is given in the answer instead of being mailed, as it is where there is no smarthost"`
	} `required:"false"`
}

// OnUser is an input that names somebody.
type OnUser struct {
	User string `path:"user" maxLength:"254" doc:"Customer number of a contact, or e-mail address of a member of staff"`
}

type passView struct {
	Mailed bool      `json:"mailed"`
	Link   string    `json:"link,omitempty" doc:"One-time link where it was not mailed: whoever opens it becomes that person"`
	EndsAt time.Time `json:"ends_at"`
}

// factorsView is what somebody signs in with.
type factorsView struct {
	Password      bool          `json:"password"`
	App           bool          `json:"app" doc:"Of six digits"`
	RecoveryCodes int           `json:"recovery_codes" doc:"That are left"`
	Passkeys      []passkeyView `json:"passkeys"`
	Providers     []linkView    `json:"providers" doc:"OpenID providers by which a member of staff comes"`
}

type linkView struct {
	Issuer string    `json:"issuer"`
	MadeAt time.Time `json:"made_at"`
	UsedAt time.Time `json:"used_at"`
}

type passkeyView struct {
	ID      string    `json:"id" doc:"Opaque"`
	Name    string    `json:"name"`
	MadeAt  time.Time `json:"made_at"`
	UsedAt  time.Time `json:"used_at,omitzero"`
	Suspect bool      `json:"suspect,omitempty" doc:"There may be a copy: it lets nobody in"`
}

type sessionsView struct {
	Sessions []sessionView `json:"sessions"`
}

type sessionView struct {
	ID      string    `json:"id" doc:"Opaque"`
	Proof   string    `json:"proof" enum:"password,password_code,passkey,provider,demo" doc:"How the person was known"`
	Agent   string    `json:"agent" doc:"As the browser names itself"`
	Address string    `json:"address"`
	MadeAt  time.Time `json:"made_at"`
	SeenAt  time.Time `json:"seen_at"`
	EndsAt  time.Time `json:"ends_at"`
}

type factorInput struct {
	OnUser
	Factor string `path:"factor" maxLength:"64" doc:"app, recovery_codes, provider, or the id of a passkey"`
}

type sessionInput struct {
	OnUser
	Session string `path:"session" maxLength:"64" doc:"Id of a session, or all"`
}

// signInRoutes are how administrators let people in, and out.
func (s *server) signInRoutes() {
	pass := func(kind auth.LinkKind) func(context.Context, *call, *passInput) (*body[passView], error) {
		return func(ctx context.Context, c *call, in *passInput) (*body[passView], error) {
			who, err := c.user(ctx, in.User)
			if err != nil {
				return nil, err
			}
			p, err := s.desk.PassFor(ctx, c.actor, who, kind, in.Body.Mail == nil || *in.Body.Mail)
			return &body[passView]{passView{p.Link == "", p.Link, p.EndsAt}}, err
		}
	}
	register(s, route{method: http.MethodPost, path: "/v1/users/{user}/invitation", id: "invite-user", summary: "Let somebody set their first password",
		scope: auth.Admin, permission: "invite_user", status: http.StatusCreated, tag: "people"}, pass(auth.InviteLink))
	register(s, route{method: http.MethodPost, path: "/v1/users/{user}/reset", id: "reset-user", summary: "Take somebody's password and sessions, and let them set another one",
		scope: auth.Admin, permission: "reset_user", status: http.StatusCreated, tag: "people"}, pass(auth.ResetLink))
	register(s, route{method: http.MethodGet, path: "/v1/users/{user}/factors", id: "list-factors", summary: "List what somebody signs in with",
		scope: auth.Admin, permission: "read", tag: "people"}, listFactors)
	register(s, route{method: http.MethodDelete, path: "/v1/users/{user}/factors/{factor}", id: "remove-factor", summary: "Take away what somebody has lost",
		scope: auth.Admin, permission: "remove_factor", status: http.StatusNoContent, tag: "people"},
		func(ctx context.Context, c *call, in *factorInput) (*struct{}, error) {
			who, err := c.user(ctx, in.User)
			if err != nil {
				return nil, err
			}
			f := auth.Factor{Kind: auth.FactorKind(in.Factor)}
			if id, ok := parseOpaque("pky", in.Factor); ok {
				f = auth.Factor{Kind: auth.PasskeyFactor, Passkey: id}
			} else if f.Kind != auth.AppFactor && f.Kind != auth.CodesFactor && (f.Kind != auth.ProviderFactor || who.Kind != support.Vendor) {
				return nil, support.Refuse(support.NotFound, "factor.unknown")
			}
			return nil, s.desk.RemoveFactor(ctx, c.actor, who, f)
		})
	register(s, route{method: http.MethodGet, path: "/v1/users/{user}/sessions", id: "list-sessions", summary: "List where somebody is signed in",
		scope: auth.Admin, permission: "read", tag: "people"}, listSessions)
	register(s, route{method: http.MethodDelete, path: "/v1/users/{user}/sessions/{session}", id: "end-sessions", summary: "Sign somebody out",
		scope: auth.Admin, permission: "end_sessions", status: http.StatusNoContent, tag: "people"},
		func(ctx context.Context, c *call, in *sessionInput) (*struct{}, error) {
			who, err := c.user(ctx, in.User)
			if err != nil {
				return nil, err
			}
			id, ok := parseOpaque("ses", in.Session)
			if !ok && in.Session != "all" {
				return nil, support.Refuse(support.NotFound, "session.unknown")
			}
			return nil, s.desk.EndSessions(ctx, c.actor, who, id)
		})
}

// user is somebody whom an administrator names; others are told that there is
// nobody.
func (c *call) user(ctx context.Context, name string) (support.Actor, error) {
	unknown := support.Refuse(support.NotFound, "api.user_unknown")
	if !c.admin() {
		return support.Actor{}, unknown
	}
	if strings.Contains(name, "@") {
		m, err := c.staffNamed(ctx, name, "user")
		if support.CodeOf(err) == support.Invalid {
			err = unknown
		}
		return support.Actor{Kind: support.Vendor, ID: m.ID}, err
	}
	p, err := c.contactTold(ctx, name, "user")
	if support.CodeOf(err) == support.Invalid {
		err = unknown
	}
	return support.Actor{Kind: support.Customer, ID: p.ID}, err
}

func listFactors(ctx context.Context, c *call, in *OnUser) (*body[factorsView], error) {
	who, err := c.user(ctx, in.User)
	if err != nil {
		return nil, err
	}
	has, err := c.store.Factors(ctx, who)
	if err != nil {
		return nil, err
	}
	v := factorsView{App: has.TOTP, RecoveryCodes: has.Codes, Passkeys: []passkeyView{}, Providers: []linkView{}}
	for _, p := range has.Passkeys {
		v.Passkeys = append(v.Passkeys, passkeyView{opaque("pky", p.ID), p.Name, p.MadeAt, p.UsedAt, p.Suspect})
	}
	if who.Kind == support.Vendor {
		links, err := c.store.Identities(ctx, who.ID)
		if err != nil {
			return nil, err
		}
		for _, l := range links {
			v.Providers = append(v.Providers, linkView{l.Issuer, l.MadeAt, l.UsedAt})
		}
	}
	e, err := c.store.Entrant(ctx, who)
	if support.CodeOf(err) == support.NotFound {
		err = nil // who has left
	}
	v.Password = e.Password != ""
	return &body[factorsView]{v}, err
}

func listSessions(ctx context.Context, c *call, in *OnUser) (*body[sessionsView], error) {
	who, err := c.user(ctx, in.User)
	if err != nil {
		return nil, err
	}
	list, err := c.store.Sessions(ctx, who, c.real())
	v := sessionsView{Sessions: []sessionView{}}
	for _, x := range list {
		v.Sessions = append(v.Sessions, sessionView{opaque("ses", x.ID), x.Proof, x.Agent, x.Address, x.MadeAt, x.SeenAt, x.EndsAt})
	}
	return &body[sessionsView]{v}, err
}
