package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// tokenView is an access token without its secret.
type tokenView struct {
	ID        string    `json:"id" doc:"Opaque"`
	Name      string    `json:"name"`
	Holder    string    `json:"holder,omitempty" doc:"E-mail address"`
	Number    string    `json:"customer_number,omitempty" doc:"Of a holder who is a contact"`
	Scopes    []string  `json:"scopes"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	RevokedAt time.Time `json:"revoked_at,omitzero"`
}

type tokensView struct {
	Tokens []tokenView `json:"tokens"`
}

type tokenBody struct {
	Name      string    `json:"name" maxLength:"200"`
	Holder    string    `json:"holder,omitempty" maxLength:"254" doc:"Customer number of a contact, or e-mail address of a member of staff; absent: the caller. For others: admins only"`
	Scopes    []string  `json:"scopes" enum:"read,write,staff,admin,demo" maxItems:"5"`
	ExpiresAt time.Time `json:"expires_at,omitempty"`
}

type madeToken struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Holder    string    `json:"holder,omitempty"`
	Number    string    `json:"customer_number,omitempty"`
	Scopes    []string  `json:"scopes"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	RevokedAt time.Time `json:"revoked_at,omitzero"`
	Secret    string    `json:"secret" doc:"Shown once, kept nowhere"`
}

type tokenInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *server) tokenRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/tokens", id: "list-tokens", summary: "List one's own tokens; admins see all",
		scope: auth.Read, permission: "read", tag: "tokens"},
		func(ctx context.Context, c *call, _ *struct{}) (*body[tokensView], error) {
			all, err := s.store.Tokens(ctx)
			if err != nil {
				return nil, err
			}
			v := tokensView{Tokens: []tokenView{}}
			n := c.named(ctx)
			for _, t := range all {
				if t.Actor == c.actor || c.admin() {
					v.Tokens = append(v.Tokens, n.token(t))
				}
			}
			return &body[tokensView]{v}, n.err
		})
	register(s, route{method: http.MethodPost, path: "/v1/tokens", id: "add-token", summary: "Make an access token; its secret is shown once",
		scope: auth.Write, permission: "add_token", status: http.StatusCreated, tag: "tokens"},
		func(ctx context.Context, c *call, in *body[tokenBody]) (*body[madeToken], error) {
			v, err := c.makeToken(ctx, in.Body)
			return &body[madeToken]{v}, err
		})
	register(s, route{method: http.MethodDelete, path: "/v1/tokens/{id}", id: "revoke-token", summary: "End a token at once",
		scope: auth.Write, permission: "revoke_token", status: http.StatusNoContent, tag: "tokens"},
		func(ctx context.Context, c *call, in *tokenInput) (*struct{}, error) {
			id, ok := parseOpaque("tok", in.ID)
			if !ok {
				return nil, support.Refuse(support.NotFound, "token.not_found")
			}
			return nil, s.desk.RevokeToken(ctx, c.actor, id)
		})
}

// admin tells whether the caller sees everybody's tokens: the role and the
// scope, so that a token for reading stays one.
func (c *call) admin() bool {
	return c.scopes.Has(auth.Admin) && slices.Contains(c.viewer.Roles, support.RoleAdmin)
}

func (n *names) token(t store.Token) tokenView {
	v := tokenView{
		ID: opaque("tok", t.ID), Name: t.Name, Scopes: notNil(t.Scopes), CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, RevokedAt: t.RevokedAt,
	}
	switch t.Actor.Kind {
	case support.Customer:
		holder := n.contact(t.Actor.ID)
		v.Holder, v.Number = holder.Email, holder.Number
	case support.Vendor:
		v.Holder = n.staff(t.Actor.ID).Email
	}
	return v
}

func (c *call) makeToken(ctx context.Context, b tokenBody) (madeToken, error) {
	t := store.Token{Name: b.Name, Actor: c.actor, Scopes: b.Scopes, ExpiresAt: b.ExpiresAt}
	for _, scope := range b.Scopes {
		// A stolen token must not make itself a stronger one.
		if !c.scopes.Has(auth.Scope(scope)) && !c.admin() {
			return madeToken{}, inField(support.Refuse(support.Forbidden, "api.scope_missing", "scope", scope), "scopes")
		}
	}
	if b.Holder != "" {
		actor, err := c.holder(ctx, b.Holder)
		if err != nil {
			return madeToken{}, err
		}
		t.Actor = actor
	}
	secret, err := c.desk.AddToken(ctx, c.actor, &t)
	if err != nil {
		return madeToken{}, err
	}
	n := c.named(ctx)
	v := n.token(t)
	return madeToken{
		ID: v.ID, Name: v.Name, Holder: v.Holder, Number: v.Number, Scopes: v.Scopes, CreatedAt: v.CreatedAt, ExpiresAt: v.ExpiresAt, Secret: secret,
	}, n.err
}

// holder finds whose token it is to be: oneself, or for admins a contact by
// customer number and a member of staff by e-mail address.
func (c *call) holder(ctx context.Context, name string) (support.Actor, error) {
	me, err := c.me(ctx)
	if err != nil {
		return c.actor, err
	}
	address := strings.Contains(name, "@")
	number, malformed := support.ParseCustomerNumber(name)
	if address && strings.EqualFold(me.Email, name) || malformed == nil && me.CustomerNumber == number {
		return c.actor, nil
	}
	if !c.admin() {
		return c.actor, inField(support.Refuse(support.Forbidden, "api.token_for_other"), "holder")
	}
	if !address {
		p, err := c.contactTold(ctx, name, "holder")
		return support.Actor{Kind: support.Customer, ID: p.ID}, err
	}
	m, err := c.staffNamed(ctx, name, "holder")
	if e, ok := err.(*support.Error); ok && e.Key == staffUnknown {
		return c.actor, support.Wrong("holder", "api.holder_unknown", "email", name)
	}
	return support.Actor{Kind: support.Vendor, ID: m.ID}, err
}
