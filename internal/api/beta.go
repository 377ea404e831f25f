package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// programmeView is a beta programme as the caller may know of it.
type programmeView struct {
	Programme  string    `json:"programme" doc:"Its name in addresses"`
	Name       string    `json:"name"`
	Kind       string    `json:"kind" enum:"public,private"`
	Product    string    `json:"product"`
	Version    string    `json:"version,omitempty"`
	State      string    `json:"state" enum:"open,ended"`
	EndsAt     time.Time `json:"ends_at" doc:"Exclusive"`
	Zone       string    `json:"zone" doc:"In which the end is announced"`
	Membership string    `json:"membership,omitempty" enum:"invited,member" doc:"The caller's"`
	Community  bool      `json:"community,omitempty" doc:"Public programmes are joined from the community"`
	Requests   int       `json:"requests,omitempty" doc:"Staff only"`
	Runs       []runView `json:"runs,omitempty" doc:"Staff only: how far its requests were completed"`
}

type programmesView struct {
	Programmes []programmeView `json:"programmes"`
	Next       string          `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

type programmeBody struct {
	Programme string    `json:"programme" maxLength:"63" doc:"Its name in addresses: small letters, digits, hyphens"`
	Name      string    `json:"name" maxLength:"500"`
	Kind      string    `json:"kind" enum:"public,private"`
	Product   string    `json:"product" maxLength:"200"`
	Version   string    `json:"version,omitempty" maxLength:"80"`
	EndsAt    time.Time `json:"ends_at"`
	Zone      string    `json:"zone" maxLength:"64"`
}

// OnProgramme is an input that names a beta programme.
type OnProgramme struct {
	Programme string `path:"programme" maxLength:"63"`
}

type invitationInput struct {
	OnProgramme
	Body invitationBody
}

type invitationBody struct {
	Contact string `json:"contact" maxLength:"32" doc:"Customer number"`
}

func (s *server) betaRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/beta-programmes", id: "list-programmes", summary: "List the beta programmes that the caller may know of",
		scope: auth.Read, permission: "read", tag: "beta"},
		func(ctx context.Context, c *call, in *Paged) (*body[programmesView], error) {
			list, next, err := pageOf(*in,
				func(after int64, most int) ([]support.BetaProgramme, error) {
					return s.store.Programmes(ctx, c.viewer, after, most)
				},
				func(p support.BetaProgramme) int64 { return p.ID },
				func(p support.BetaProgramme) (programmeView, error) { return c.programme(ctx, p) })
			return &body[programmesView]{programmesView{Programmes: list, Next: next}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/beta-programmes/{programme}", id: "show-programme", summary: "Show a beta programme; a private one is there for the invited alone",
		scope: auth.Read, permission: "read", tag: "beta"},
		func(ctx context.Context, c *call, in *OnProgramme) (*body[programmeView], error) {
			return c.showProgramme(ctx, in.Programme)
		})
	register(s, route{method: http.MethodPost, path: "/v1/beta-programmes", id: "add-programme", summary: "Add a beta programme, which ends by itself",
		scope: auth.Staff, permission: "add_programme", status: http.StatusCreated, tag: "beta"},
		func(ctx context.Context, c *call, in *body[programmeBody]) (*body[programmeView], error) {
			b := in.Body
			p := support.BetaProgramme{Key: b.Programme, Name: b.Name, Kind: b.Kind, Product: b.Product, Version: b.Version, EndsAt: b.EndsAt, Zone: b.Zone}
			if err := s.desk.AddProgramme(ctx, c.actor, &p); err != nil {
				return nil, err
			}
			return c.showProgramme(ctx, p.Key)
		})
	register(s, route{method: http.MethodPost, path: "/v1/beta-programmes/{programme}/invitations", id: "invite-to-beta", summary: "Invite a contact to a beta programme",
		scope: auth.Staff, permission: "invite_to_beta", tag: "beta"},
		func(ctx context.Context, c *call, in *invitationInput) (*body[programmeView], error) {
			p, err := s.store.ProgrammeByKey(ctx, c.viewer, in.Programme)
			if err != nil {
				return nil, err
			}
			who, err := c.contactNamed(ctx, in.Body.Contact, "contact")
			if err != nil {
				return nil, err
			}
			if err := s.desk.InviteToBeta(ctx, c.actor, p.ID, who.ID); err != nil {
				return nil, err
			}
			return c.showProgramme(ctx, p.Key)
		})
	register(s, route{method: http.MethodPost, path: "/v1/beta-programmes/{programme}/membership", id: "join-beta", summary: "Join a public programme, or accept an invitation",
		scope: auth.Write, permission: "join_beta", tag: "beta"},
		func(ctx context.Context, c *call, in *OnProgramme) (*body[programmeView], error) {
			p, err := s.store.ProgrammeByKey(ctx, c.viewer, in.Programme)
			if err != nil {
				return nil, err
			}
			if err := s.desk.JoinBeta(ctx, c.actor, p.ID); err != nil {
				return nil, err
			}
			return c.showProgramme(ctx, p.Key)
		})
}

func (c *call) showProgramme(ctx context.Context, key string) (*body[programmeView], error) {
	p, err := c.store.ProgrammeByKey(ctx, c.viewer, key)
	if err != nil {
		return nil, err
	}
	v, err := c.programme(ctx, p)
	return &body[programmeView]{v}, err
}

func (c *call) programme(ctx context.Context, p support.BetaProgramme) (programmeView, error) {
	v := programmeView{
		Programme: p.Key, Name: p.Name, Kind: p.Kind, Product: p.Product, Version: p.Version, State: "open", EndsAt: p.EndsAt, Zone: p.Zone,
		Community: p.Kind == support.BetaPublic,
	}
	if !p.Open(c.desk.Now()) {
		v.State = "ended"
	}
	if c.staff() {
		v.Requests = p.Requests
		var err error
		v.Runs, err = c.runs(ctx, store.RunBeta, p.ID)
		return v, err
	}
	m, err := c.store.Membership(ctx, p.ID, c.actor.ID)
	v.Membership = string(m)
	return v, err
}

// betaOf finds the programme in which somebody files.
func (c *call) betaOf(ctx context.Context, key string) (int64, error) {
	if key == "" {
		return 0, nil
	}
	p, err := c.store.ProgrammeByKey(ctx, c.viewer, key)
	return p.ID, inField(err, "beta")
}

// programmeKey is what stands for a programme in a fact.
func (n *names) programmeKey(id int64) string {
	if n.err != nil || id == 0 {
		return ""
	}
	p, err := n.c.store.Programme(n.ctx, insider, id)
	n.err = err
	return p.Key
}
