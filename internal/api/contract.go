package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// contractView is a contract with its people and papers, as far as the caller
// may see them.
type contractView struct {
	Number        string       `json:"number"`
	Account       account      `json:"account"`
	Offering      string       `json:"offering"`
	Products      []string     `json:"products"`
	Regions       []string     `json:"regions"`
	StartsAt      time.Time    `json:"starts_at"`
	EndsAt        time.Time    `json:"ends_at" doc:"Exclusive"`
	State         string       `json:"state" enum:"active,suspended,cancelled"`
	MyRoles       []string     `json:"my_roles"`
	Roles         []roleHolder `json:"roles,omitempty"`
	SupportAdmins seats        `json:"support_admins"`
	Incidents     []packView   `json:"incidents,omitempty"`
	Licences      []licence    `json:"licences,omitempty"`
}

type roleHolder struct {
	Name           string `json:"name"`
	CustomerNumber string `json:"customer_number,omitempty"`
	Role           string `json:"role" enum:"role_licence_primary,role_licence_secondary,role_support_admin"`
}

type seats struct {
	Taken int `json:"taken"`
	Max   int `json:"max" doc:"0: the offering has none, or no limit"`
}

type packView struct {
	Bought    int       `json:"bought"`
	Reserved  int       `json:"reserved"`
	Spent     int       `json:"spent"`
	Available int       `json:"available"`
	ExpiresAt time.Time `json:"expires_at"`
}

type licence struct {
	Key        string   `json:"key"`
	Product    string   `json:"product"`
	Version    string   `json:"version"`
	Units      int      `json:"units"`
	Superseded bool     `json:"superseded,omitempty"`
	OpenedTo   []person `json:"opened_to,omitempty"`
}

type contractsView struct {
	Contracts []contractView `json:"contracts"`
}

type contractsInput struct {
	Contact string `query:"contact" maxLength:"32" doc:"Customer number; staff say whose contracts"`
}

// OnContract is an input that names a contract.
type OnContract struct {
	Contract string `path:"contract" maxLength:"200" doc:"The contract's number"`
}

type roleBody struct {
	Contact string `json:"contact" maxLength:"32" doc:"Customer number"`
	Role    string `json:"role" enum:"role_licence_secondary,role_support_admin"`
}

type grantInput struct {
	OnContract
	Body roleBody
}

type revokeInput struct {
	OnContract
	Contact string `path:"contact" maxLength:"32" doc:"Customer number"`
	Role    string `path:"role" maxLength:"64"`
}

type primaryInput struct {
	OnContract
	Body struct {
		Contact string `json:"contact" maxLength:"32" doc:"Customer number"`
	}
}

func (s *server) contractRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/contracts", id: "list-contracts", summary: "List the contracts on which somebody holds a role",
		scope: auth.Read, permission: "read", tag: "contracts"},
		func(ctx context.Context, c *call, in *contractsInput) (*body[contractsView], error) {
			contact, err := c.about(ctx, in.Contact)
			if err != nil {
				return nil, err
			}
			v, err := c.contracts(ctx, contact)
			return &body[contractsView]{contractsView{v}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/contracts/{contract}", id: "show-contract", summary: "Show a contract with its people and papers",
		scope: auth.Read, permission: "read", tag: "contracts"},
		func(ctx context.Context, c *call, in *OnContract) (*body[contractView], error) {
			row, err := c.contractNamed(ctx, in.Contract)
			if err != nil {
				return nil, err
			}
			return c.showContract(ctx, row)
		})
	register(s, route{method: http.MethodPost, path: "/v1/contracts/{contract}/roles", id: "grant-role", summary: "Give a contact a role on a contract",
		scope: auth.Write, permission: "grant_role", tag: "contracts"},
		func(ctx context.Context, c *call, in *grantInput) (*body[contractView], error) {
			row, contact, err := c.contractAndContact(ctx, in.Contract, in.Body.Contact)
			if err != nil {
				return nil, err
			}
			if err := s.desk.GrantRole(ctx, c.actor, row.ID, contact, support.Role(in.Body.Role)); err != nil {
				return nil, err
			}
			return c.showContract(ctx, row)
		})
	register(s, route{method: http.MethodDelete, path: "/v1/contracts/{contract}/roles/{contact}/{role}", id: "revoke-role", summary: "Take a role on a contract from a contact",
		scope: auth.Write, permission: "revoke_role", tag: "contracts"},
		func(ctx context.Context, c *call, in *revokeInput) (*body[contractView], error) {
			row, contact, err := c.contractAndContact(ctx, in.Contract, in.Contact)
			if err != nil {
				return nil, err
			}
			if err := s.desk.RevokeRole(ctx, c.actor, row.ID, contact, support.Role(in.Role)); err != nil {
				return nil, err
			}
			return c.showContract(ctx, row)
		})
	register(s, route{method: http.MethodPut, path: "/v1/contracts/{contract}/primary", id: "replace-primary", summary: "Put another contact in the place of the PLA",
		scope: auth.Write, permission: "replace_primary", tag: "contracts"},
		func(ctx context.Context, c *call, in *primaryInput) (*body[contractView], error) {
			row, contact, err := c.contractAndContact(ctx, in.Contract, in.Body.Contact)
			if err != nil {
				return nil, err
			}
			if err := s.desk.ReplacePrimary(ctx, c.actor, row.ID, contact); err != nil {
				return nil, err
			}
			return c.showContract(ctx, row)
		})
}

// contractNamed finds a contract by number: customers find those on which they
// hold a role, staff all. To others it is absent.
func (c *call) contractNamed(ctx context.Context, number string) (support.Contract, error) {
	if c.staff() {
		row, err := c.store.ContractByNumber(ctx, c.viewer, number)
		if support.CodeOf(err) == support.NotFound {
			err = absentContract()
		}
		return row, err
	}
	parties, err := c.store.Parties(ctx, c.viewer, c.actor.ID)
	if err != nil {
		return support.Contract{}, err
	}
	for _, h := range parties.Holdings {
		if h.Contract.Number == number && len(h.Roles) > 0 {
			return h.Contract, nil
		}
	}
	return support.Contract{}, absentContract()
}

func absentContract() error {
	return inField(support.Refuse(support.NotFound, "contract.not_found"), "contract")
}

// contractAndContact finds both. A contact of any account may hold a role
// (R02): who was told the customer number may name the person. An unknown
// number is 0, which the desk refuses after it has looked who asks, so that
// nobody else can try numbers.
func (c *call) contractAndContact(ctx context.Context, contract, number string) (support.Contract, int64, error) {
	row, err := c.contractNamed(ctx, contract)
	if err != nil {
		return row, 0, err
	}
	contact, err := c.contactTold(ctx, number, "contact")
	var e *support.Error
	if errors.As(err, &e) && e.Key == contactUnknown {
		err = nil
	}
	return row, contact.ID, err
}

// contracts are those on which a contact holds a role.
func (c *call) contracts(ctx context.Context, contact int64) ([]contractView, error) {
	parties, err := c.store.Parties(ctx, c.viewer, contact)
	if err != nil {
		return nil, err
	}
	out := []contractView{}
	for _, h := range parties.Holdings {
		if len(h.Roles) == 0 {
			continue
		}
		v, err := c.contractView(ctx, h.Contract)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// showContract answers a change of a contract with the contract. A caller who
// has just given up the last role is told so by an empty one.
func (c *call) showContract(ctx context.Context, row support.Contract) (*body[contractView], error) {
	v, err := c.contractView(ctx, row)
	return &body[contractView]{v}, err
}

func (c *call) contractView(ctx context.Context, row support.Contract) (contractView, error) {
	n := c.named(ctx)
	v := contractView{
		Number: row.Number, Account: n.account(row.Account), Offering: row.Offering, Products: notNil(row.Products),
		Regions: notNil(row.Regions), StartsAt: row.StartsAt, EndsAt: row.EndsAt, State: string(row.State), MyRoles: []string{},
	}
	grants, err := c.store.Roles(ctx, insider, row.ID)
	if err != nil {
		return v, err
	}
	var primary int64
	for _, g := range grants {
		p := n.person(g.Contact)
		v.Roles = append(v.Roles, roleHolder{Name: p.Name, CustomerNumber: p.CustomerNumber, Role: string(g.Role)})
		switch {
		case g.Role == support.RoleLicencePrimary:
			primary = g.Contact
		case g.Role == support.RoleSupportAdmin:
			v.SupportAdmins.Taken++
		}
		if c.actor.Kind == support.Customer && g.Contact == c.actor.ID {
			v.MyRoles = append(v.MyRoles, string(g.Role))
		}
	}
	if err := c.papers(ctx, n, &v, row, primary); err != nil {
		return v, err
	}
	return v, n.err
}

// papers are the incidents and the licences: those that the caller may see (R03, R04).
func (c *call) papers(ctx context.Context, n *names, v *contractView, row support.Contract, primary int64) error {
	all, err := c.store.LicencesOf(ctx, insider, row.ID)
	if err != nil {
		return err
	}
	held, admin := 0, c.staff() || c.actor.ID == primary
	for _, l := range all {
		if !l.Superseded {
			held += l.Units
		}
		if !admin && !slices.Contains(l.OpenedTo, c.actor.ID) {
			continue
		}
		shown := licence{Key: l.Key, Product: l.Product, Version: l.Version, Units: l.Units, Superseded: l.Superseded}
		if admin {
			shown.OpenedTo = n.people(l.OpenedTo)
		}
		v.Licences = append(v.Licences, shown)
	}
	v.SupportAdmins.Max = c.desk.Pack().Offerings[row.Offering].Admins(held)
	if primary == 0 {
		return nil
	}
	parties, err := c.store.Parties(ctx, insider, primary)
	if err != nil {
		return err
	}
	for _, h := range parties.Holdings {
		if h.Contract.ID != row.ID {
			continue
		}
		for _, p := range h.Packs {
			v.Incidents = append(v.Incidents, packView{
				Bought: p.Bought, Reserved: p.Reserved, Spent: p.Spent, Available: p.Available(), ExpiresAt: p.ExpiresAt,
			})
		}
	}
	return nil
}
