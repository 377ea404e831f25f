package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

type packInput struct {
	OnContract
	Body struct {
		Size int `json:"size" minimum:"1" doc:"One of the sizes that the offering sells (R52)"`
	}
}

type licenceInput struct {
	OnContract
	Body struct {
		Key     string `json:"key" maxLength:"500"`
		Product string `json:"product" maxLength:"200"`
		Version string `json:"version,omitempty" maxLength:"200"`
		Units   int    `json:"units" minimum:"1"`
	}
}

type stateInput struct {
	OnContract
	Body struct {
		State string `json:"state" enum:"active,suspended,cancelled"`
	}
}

type incidentsBody struct {
	Contact string `json:"contact,omitempty" maxLength:"32" doc:"Customer number; absent: the caller"`
	Product string `json:"product" maxLength:"200"`
	Size    int    `json:"size" minimum:"1" doc:"One of the sizes that the offering sells (R52)"`
}

type incidentsView struct {
	Contract  string    `json:"contract" doc:"The per-incident contract that the pack is on"`
	Size      int       `json:"size"`
	ExpiresAt time.Time `json:"expires_at" doc:"Exclusive"`
}

type registrationsInput struct {
	Contact string `query:"contact" maxLength:"32" doc:"Customer number; staff say whose"`
}

type registrationsView struct {
	Registrations []registrationView `json:"registrations"`
}

type registrationBody struct {
	Contact  string `json:"contact,omitempty" maxLength:"32" doc:"Customer number; absent: the caller"`
	Product  string `json:"product" maxLength:"200"`
	Contract string `json:"contract,omitempty" maxLength:"200" doc:"Absent: a product with complimentary support"`
}

type registrationView struct {
	Contact  person    `json:"contact"`
	Product  string    `json:"product"`
	Contract string    `json:"contract,omitempty"`
	At       time.Time `json:"at"`
	Until    time.Time `json:"until,omitzero"`
}

func (s *server) licenceRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/contracts/{contract}/incident-packs", id: "add-incident-pack", summary: "Add a bought pack of incidents",
		scope: auth.Write, permission: "add_incident_pack", status: http.StatusCreated, tag: "contracts"},
		func(ctx context.Context, c *call, in *packInput) (*body[contractView], error) {
			row, err := c.contractNamed(ctx, in.Contract)
			if err != nil {
				return nil, err
			}
			if _, err := s.desk.AddIncidentPack(ctx, c.actor, row.ID, in.Body.Size); err != nil {
				return nil, err
			}
			return c.showContract(ctx, row)
		})
	register(s, route{method: http.MethodPost, path: "/v1/contracts/{contract}/licences", id: "add-licence", summary: "Add a licence key",
		scope: auth.Staff, permission: "add_licence", status: http.StatusCreated, tag: "contracts"},
		func(ctx context.Context, c *call, in *licenceInput) (*body[contractView], error) {
			row, err := c.contractNamed(ctx, in.Contract)
			if err != nil {
				return nil, err
			}
			l := support.Licence{Contract: row.ID, Key: in.Body.Key, Product: in.Body.Product, Version: in.Body.Version, Units: in.Body.Units}
			if err := s.desk.AddLicence(ctx, c.actor, &l); err != nil {
				return nil, err
			}
			return c.showContract(ctx, row)
		})
	register(s, route{method: http.MethodPut, path: "/v1/contracts/{contract}/state", id: "set-contract-state", summary: "Suspend, cancel or reactivate a contract",
		scope: auth.Staff, permission: "set_contract_state", tag: "contracts"},
		func(ctx context.Context, c *call, in *stateInput) (*body[contractView], error) {
			row, err := c.contractNamed(ctx, in.Contract)
			if err != nil {
				return nil, err
			}
			row.State = support.ContractState(in.Body.State)
			if err := s.desk.SetContractState(ctx, c.actor, row.ID, row.State); err != nil {
				return nil, err
			}
			return c.showContract(ctx, row)
		})
	register(s, route{method: http.MethodPost, path: "/v1/registrations", id: "register-product", summary: "Tie a product to the person who registers it",
		scope: auth.Write, permission: "register", status: http.StatusCreated, tag: "contracts"},
		func(ctx context.Context, c *call, in *body[registrationBody]) (*body[registrationView], error) {
			v, err := c.registerProduct(ctx, in.Body)
			return &body[registrationView]{v}, err
		})
}

// ownRoutes are what a person registers and buys for a product without a contract.
func (s *server) ownRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/registrations", id: "list-registrations", summary: "List the products that somebody registered",
		scope: auth.Read, permission: "read", tag: "contracts"},
		func(ctx context.Context, c *call, in *registrationsInput) (*body[registrationsView], error) {
			v, err := c.registrations(ctx, in.Contact)
			return &body[registrationsView]{registrationsView{v}}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/incidents", id: "buy-incidents", summary: "Buy a pack of incidents for a product",
		scope: auth.Write, permission: "buy_incidents", status: http.StatusCreated, tag: "contracts"},
		func(ctx context.Context, c *call, in *body[incidentsBody]) (*body[incidentsView], error) {
			contact, err := c.about(ctx, in.Body.Contact)
			if err != nil {
				return nil, err
			}
			bought, err := s.desk.BuyIncidents(ctx, c.actor, contact, in.Body.Product, in.Body.Size)
			return &body[incidentsView]{incidentsView{
				Contract: bought.Contract.Number, Size: bought.Pack.Bought, ExpiresAt: bought.Pack.ExpiresAt,
			}}, err
		})
}

func (c *call) registrations(ctx context.Context, number string) ([]registrationView, error) {
	contact, err := c.about(ctx, number)
	if err != nil {
		return nil, err
	}
	parties, err := c.store.Parties(ctx, c.viewer, contact)
	if err != nil {
		return nil, err
	}
	n := c.named(ctx)
	out := []registrationView{}
	for _, r := range parties.Registrations {
		if r.Contact == contact {
			out = append(out, registrationView{Contact: n.person(r.Contact), Product: r.Product, Contract: n.contract(r.Contract), At: r.At, Until: r.Until})
		}
	}
	return out, n.err
}

func (c *call) registerProduct(ctx context.Context, b registrationBody) (registrationView, error) {
	r := support.Registration{Product: b.Product}
	var err error
	if r.Contact, err = c.about(ctx, b.Contact); err != nil {
		return registrationView{}, err
	}
	if b.Contract != "" {
		row, err := c.contractNamed(ctx, b.Contract)
		if err != nil {
			return registrationView{}, err
		}
		r.Contract = row.ID
	}
	if err := c.desk.Register(ctx, c.actor, &r); err != nil {
		return registrationView{}, err
	}
	n := c.named(ctx)
	return registrationView{Contact: n.person(r.Contact), Product: r.Product, Contract: b.Contract, At: r.At, Until: r.Until}, n.err
}
