package api

import (
	"context"
	"errors"
	"net/http"
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
	Order         string       `json:"order,omitempty" doc:"Number of the order by which it was bought"`
	MyRoles       []string     `json:"my_roles"`
	Primary       *reachView   `json:"primary,omitempty" doc:"The PLA, and how they are reached"`
	Roles         []roleHolder `json:"roles,omitempty"`
	SupportAdmins seats        `json:"support_admins"`
	Incidents     []packView   `json:"incidents,omitempty"`
	Folders       []folderView `json:"folders,omitempty"`
	Licences      []licence    `json:"licences,omitempty"`

	Agreement    *agreementView    `json:"agreement,omitempty" doc:"The licence agreement in force; absent: there is none"`
	Confirmation *confirmationView `json:"confirmation,omitempty" doc:"Whether the right licences are assigned; absent: nobody asked"`
}

// reachView is how the people of a contract reach its PLA (R13).
type reachView struct {
	Name     string `json:"name"`
	Email    string `json:"email"`
	Language string `json:"language"`
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
	Key          string        `json:"key,omitempty" doc:"Absent: hidden until the agreement is accepted"`
	Hidden       bool          `json:"hidden,omitempty"`
	Product      string        `json:"product"`
	Version      string        `json:"version"`
	Units        int           `json:"units"`
	Superseded   bool          `json:"superseded,omitempty"`
	SupersededBy []string      `json:"superseded_by,omitempty" doc:"The keys that replace it"`
	Folder       string        `json:"folder,omitempty" doc:"Id of the folder that it lies in"`
	Label        string        `json:"label,omitempty"`
	Host         string        `json:"host,omitempty"`
	Site         string        `json:"site,omitempty"`
	Note         string        `json:"note,omitempty"`
	OpenedTo     []person      `json:"opened_to,omitempty" doc:"By itself or by its folder"`
	Releases     []releaseView `json:"releases,omitempty" doc:"What came after its version, and whether the contract gives it"`
}

type releaseView struct {
	Version   string `json:"version"`
	Kind      string `json:"kind" enum:"maintenance,minor,major"`
	Available bool   `json:"available"`
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
		Regions: notNil(row.Regions), StartsAt: row.StartsAt, EndsAt: row.EndsAt, State: string(row.State), MyRoles: []string{}, Order: row.Order,
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
			reach := n.contact(g.Contact)
			v.Primary = &reachView{Name: p.Name, Email: reach.Email, Language: reach.Language}
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
