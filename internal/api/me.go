package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// meView is who holds the token.
type meView struct {
	Kind             string   `json:"kind" enum:"customer,staff,system"`
	Name             string   `json:"name"`
	FamilyName       string   `json:"family_name"`
	GivenName        string   `json:"given_name"`
	Email            string   `json:"email,omitempty"`
	Phone            string   `json:"phone,omitempty"`
	CustomerNumber   string   `json:"customer_number,omitempty"`
	Language         string   `json:"language,omitempty"`
	Zone             string   `json:"zone,omitempty"`
	PreferredChannel string   `json:"preferred_channel,omitempty"`
	Roles            []string `json:"roles"`
	Scopes           []string `json:"scopes"`

	BouncedAt time.Time     `json:"bounced_at,omitzero" doc:"A mail to the address came back then"`
	Warnings  []warningView `json:"warnings,omitempty" doc:"What is to be put right in the profile"`
	Safelist  *safelistView `json:"safelist,omitempty" doc:"Whose mails to let through; to customers"`
}

// ProfileBody are the parts of one's own profile; absent ones stay.
type ProfileBody struct {
	FamilyName       *string `json:"family_name,omitempty" maxLength:"500"`
	GivenName        *string `json:"given_name,omitempty" maxLength:"500"`
	Email            *string `json:"email,omitempty" maxLength:"254"`
	Phone            *string `json:"phone,omitempty" maxLength:"64"`
	Language         *string `json:"language,omitempty" maxLength:"35"`
	Zone             *string `json:"zone,omitempty" maxLength:"64"`
	PreferredChannel *string `json:"preferred_channel,omitempty" enum:"phone,mail,portal"`
}

func (s *server) meRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/me", id: "show-me", summary: "Show who holds the token, and what it is for",
		scope: auth.Read, permission: "read", tag: "people"},
		func(ctx context.Context, c *call, _ *struct{}) (*body[meView], error) {
			v, err := c.me(ctx)
			return &body[meView]{v}, err
		})
	register(s, route{method: http.MethodPatch, path: "/v1/me", id: "change-me", summary: "Change parts of one's own profile",
		scope: auth.Write, permission: "change_contact", tag: "people"},
		func(ctx context.Context, c *call, in *body[ProfileBody]) (*body[meView], error) {
			if c.actor.Kind != support.Customer {
				return nil, support.Refuse(support.Forbidden, "api.profile_by_admin")
			}
			row, err := s.store.Contact(ctx, c.viewer, c.actor.ID)
			if err != nil {
				return nil, err
			}
			in.Body.change(&row)
			if err := s.desk.ChangeContact(ctx, c.actor, row); err != nil {
				return nil, err
			}
			c.language, c.zone = row.Language, row.Zone
			v, err := c.me(ctx)
			return &body[meView]{v}, err
		})
}

func (b ProfileBody) change(row *support.Contact) {
	keep(&row.FamilyName, b.FamilyName)
	keep(&row.GivenName, b.GivenName)
	keep(&row.Email, b.Email)
	keep(&row.Phone, b.Phone)
	keep(&row.Language, b.Language)
	keep(&row.Zone, b.Zone)
	keep(&row.PreferredChannel, b.PreferredChannel)
}

func keep[T, N ~string](to *T, new *N) {
	if new != nil {
		*to = T(*new)
	}
}

func (c *call) me(ctx context.Context) (meView, error) {
	v := meView{Kind: string(c.actor.Kind), Roles: words(c.viewer.Roles), Scopes: words(c.scopes)}
	switch c.actor.Kind {
	case support.Customer:
		p, err := c.store.Contact(ctx, c.viewer, c.actor.ID)
		if err != nil {
			return v, err
		}
		v.FamilyName, v.GivenName, v.Email, v.Phone = p.FamilyName, p.GivenName, p.Email, p.Phone
		v.CustomerNumber, v.Language, v.Zone, v.PreferredChannel = p.Number, p.Language, p.Zone, string(p.PreferredChannel)
		v.BouncedAt, v.Warnings, v.Safelist = p.BouncedAt, c.warnings(p), c.safelist()
	case support.Vendor:
		m, err := c.store.Staff(ctx, c.actor.ID)
		if err != nil {
			return v, err
		}
		v.FamilyName, v.GivenName, v.Email, v.Language, v.Zone = m.FamilyName, m.GivenName, m.Email, m.Language, m.Zone
	}
	v.Name = c.named(ctx).full(v.FamilyName, v.GivenName)
	return v, nil
}
