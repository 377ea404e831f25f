package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

type exceptionBody struct {
	Account  string    `json:"account,omitempty" maxLength:"64" doc:"For everybody of this account"`
	Contact  string    `json:"contact,omitempty" maxLength:"32" doc:"Customer number: for this contact alone"`
	Product  string    `json:"product" maxLength:"200"`
	Offering string    `json:"offering" maxLength:"200" doc:"Whose hours and targets count"`
	From     int       `json:"severity_from" minimum:"1" maximum:"9" doc:"The most severe that it covers"`
	To       int       `json:"severity_to" minimum:"1" maximum:"9" doc:"The least severe that it covers"`
	EndsAt   time.Time `json:"ends_at" doc:"Exclusive"`
	Reason   string    `json:"reason" maxLength:"262144"`
}

type exceptionView struct {
	ID        string    `json:"id" doc:"Opaque"`
	Account   account   `json:"account"`
	Contact   *person   `json:"contact,omitempty"`
	Product   string    `json:"product"`
	Offering  string    `json:"offering"`
	From      int       `json:"severity_from"`
	To        int       `json:"severity_to"`
	Reason    string    `json:"reason"`
	GrantedBy member    `json:"granted_by"`
	At        time.Time `json:"at"`
	EndsAt    time.Time `json:"ends_at"`
	RevokedAt time.Time `json:"revoked_at,omitzero"`
}

type exceptionsView struct {
	Exceptions []exceptionView `json:"exceptions"`
}

type exceptionInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *server) exceptionRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/exceptions", id: "grant-exception", summary: "Entitle an account or a contact beside contracts, with a reason and an end",
		scope: auth.Staff, permission: "grant_exception", status: http.StatusCreated, tag: "contracts"},
		func(ctx context.Context, c *call, in *body[exceptionBody]) (*body[exceptionView], error) {
			x, err := c.exceptionOf(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			if err := s.desk.GrantException(ctx, c.actor, &x); err != nil {
				return nil, err
			}
			n := c.named(ctx)
			v := n.exception(x)
			return &body[exceptionView]{v}, n.err
		})
	register(s, route{method: http.MethodGet, path: "/v1/exceptions", id: "list-exceptions", summary: "List what was granted beside contracts",
		scope: auth.Staff, permission: "read", tag: "contracts"},
		func(ctx context.Context, c *call, _ *struct{}) (*body[exceptionsView], error) {
			list, err := s.store.Exceptions(ctx, c.viewer, 500)
			n, v := c.named(ctx), exceptionsView{Exceptions: []exceptionView{}}
			for _, x := range list {
				v.Exceptions = append(v.Exceptions, n.exception(x))
			}
			return &body[exceptionsView]{v}, firstOf(err, n.err)
		})
	register(s, route{method: http.MethodDelete, path: "/v1/exceptions/{id}", id: "revoke-exception", summary: "End an exception from now on",
		scope: auth.Staff, permission: "revoke_exception", status: http.StatusNoContent, tag: "contracts"},
		func(ctx context.Context, c *call, in *exceptionInput) (*struct{}, error) {
			id, _ := parseOpaque("exc", in.ID)
			return nil, s.desk.RevokeException(ctx, c.actor, id)
		})
}

// exceptionOf reads for whom it is: a contact with the home account, or an
// account.
func (c *call) exceptionOf(ctx context.Context, b exceptionBody) (support.Exception, error) {
	x := support.Exception{Product: b.Product, Offering: b.Offering, From: b.From, To: b.To, EndsAt: b.EndsAt, Reason: text(b.Reason)}
	if b.Contact != "" {
		who, err := c.contactNamed(ctx, b.Contact, "contact")
		x.Contact, x.Account = who.ID, who.Account
		return x, err
	}
	id, ok := parseOpaque("acc", b.Account)
	if !ok {
		return x, support.Wrong("account", "api.account_form")
	}
	x.Account = id
	return x, nil
}

func (n *names) exception(x support.Exception) exceptionView {
	n.load([]int64{x.Reason.ID})
	v := exceptionView{
		ID: opaque("exc", x.ID), Account: n.account(x.Account), Product: x.Product, Offering: x.Offering, From: x.From, To: x.To,
		Reason: n.text(x.Reason), GrantedBy: n.member(x.GrantedBy), At: x.At, EndsAt: x.EndsAt, RevokedAt: x.RevokedAt,
	}
	if x.Contact != 0 {
		p := n.person(x.Contact)
		v.Contact = &p
	}
	return v
}
