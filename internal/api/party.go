package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// contactView is a contact with how to reach them: for staff, and for
// themselves.
type contactView struct {
	Name             string `json:"name"`
	FamilyName       string `json:"family_name"`
	GivenName        string `json:"given_name"`
	CustomerNumber   string `json:"customer_number"`
	Email            string `json:"email"`
	Phone            string `json:"phone,omitempty"`
	Language         string `json:"language"`
	Zone             string `json:"zone"`
	PreferredChannel string `json:"preferred_channel"`
	Active           bool   `json:"active"`

	BouncedAt time.Time     `json:"bounced_at,omitzero" doc:"A mail to the address came back then; absent: none since it was given or confirmed"`
	Warnings  []warningView `json:"warnings,omitempty" doc:"What is to be put right"`
}

type callerView struct {
	Contact   contactView  `json:"contact"`
	Account   account      `json:"account"`
	Contracts []callerRole `json:"contracts"`
	Requests  []rowView    `json:"requests" doc:"Open ones, at most 50"`
}

type callerRole struct {
	Number   string    `json:"number"`
	Offering string    `json:"offering"`
	State    string    `json:"state"`
	Products []string  `json:"products"`
	Roles    []string  `json:"roles"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
}

type callerInput struct {
	Number string `path:"customer_number" maxLength:"32" doc:"Ten digits, as they were keyed in"`
}

type accountBody struct {
	Name       string `json:"name" maxLength:"500"`
	Country    string `json:"country" doc:"ISO 3166-1 alpha-2"`
	Restricted bool   `json:"restricted,omitempty" doc:"Seen by named staff only"`
}

type newContactBody struct {
	Account          string `json:"account" maxLength:"64"`
	FamilyName       string `json:"family_name" maxLength:"500"`
	GivenName        string `json:"given_name,omitempty" maxLength:"500"`
	Email            string `json:"email" maxLength:"254"`
	Phone            string `json:"phone,omitempty" maxLength:"64"`
	Language         string `json:"language" maxLength:"35"`
	Zone             string `json:"zone" maxLength:"64" doc:"IANA zone, for display only"`
	PreferredChannel string `json:"preferred_channel,omitempty" enum:"phone,mail,portal" default:"mail"`
}

type newStaffBody struct {
	FamilyName string   `json:"family_name" maxLength:"500"`
	GivenName  string   `json:"given_name,omitempty" maxLength:"500"`
	Email      string   `json:"email" maxLength:"254"`
	Language   string   `json:"language" maxLength:"35"`
	Languages  []string `json:"languages,omitempty" maxItems:"20"`
	Skills     []string `json:"skills,omitempty" maxItems:"100"`
	Roles      []string `json:"roles" maxItems:"10" enum:"csr,tse,team_licence,duty_manager,engineering,beta,security,admin"`
	Site       string   `json:"site,omitempty" maxLength:"200"`
	Zone       string   `json:"zone" maxLength:"64"`
	Duty       string   `json:"duty,omitempty" enum:"on_call,duty"`
}

type staffView struct {
	Name      string   `json:"name"`
	Email     string   `json:"email"`
	Language  string   `json:"language"`
	Languages []string `json:"languages"`
	Skills    []string `json:"skills"`
	Roles     []string `json:"roles"`
	Site      string   `json:"site,omitempty"`
	Zone      string   `json:"zone"`
	Duty      string   `json:"duty,omitempty"`
	Active    bool     `json:"active"`
}

type staffList struct {
	Staff []staffView `json:"staff"`
}

type productBody struct {
	Key      string        `json:"key" maxLength:"200"`
	Name     string        `json:"name" maxLength:"500"`
	Versions []versionBody `json:"versions,omitempty" maxItems:"100"`
}

type versionBody struct {
	Name          string    `json:"name" maxLength:"200"`
	ReleasedAt    time.Time `json:"released_at,omitempty"`
	GeneralUntil  time.Time `json:"general_until,omitempty" doc:"End of general support, exclusive"`
	GuidanceUntil time.Time `json:"guidance_until,omitempty" doc:"End of technical guidance, exclusive"`
}

type newContractBody struct {
	Account  string    `json:"account" maxLength:"64"`
	Number   string    `json:"number" maxLength:"200"`
	Offering string    `json:"offering" maxLength:"200"`
	Products []string  `json:"products" maxItems:"100"`
	Regions  []string  `json:"regions" maxItems:"20"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at" doc:"Exclusive"`
	Primary  string    `json:"primary" maxLength:"32" doc:"Customer number of its PLA"`
	Order    string    `json:"order,omitempty" maxLength:"200" doc:"Number of the order by which it was bought"`
}

func (s *server) partyRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/callers/{customer_number}", id: "show-caller", summary: "Show who is calling: person, account, contracts, open requests",
		scope: auth.Staff, permission: "read", tag: "people"},
		func(ctx context.Context, c *call, in *callerInput) (*body[callerView], error) {
			v, err := c.caller(ctx, in.Number)
			return &body[callerView]{v}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/staff", id: "list-staff", summary: "List the vendor's people",
		scope: auth.Staff, permission: "read", tag: "people"},
		func(ctx context.Context, c *call, _ *struct{}) (*body[staffList], error) {
			all, err := s.store.AllStaff(ctx)
			v := staffList{Staff: []staffView{}}
			for _, m := range all {
				v.Staff = append(v.Staff, c.staffView(m))
			}
			return &body[staffList]{v}, err
		})
	s.addingRoutes()
	s.sellingRoutes()
}

// caller is what staff see before they pick up the phone (R08, R16).
func (c *call) caller(ctx context.Context, number string) (callerView, error) {
	if !c.staff() {
		return callerView{}, support.Refuse(support.Forbidden, "api.staff_only", "field", "callers")
	}
	digits, err := support.ParseCustomerNumber(number)
	if err != nil {
		return callerView{}, inField(err, "customer_number")
	}
	who, err := c.store.ContactByNumber(ctx, c.viewer, digits)
	if support.CodeOf(err) == support.NotFound {
		return callerView{}, support.Refuse(support.NotFound, "contact.not_found")
	}
	if err != nil {
		return callerView{}, err
	}
	parties, err := c.store.Parties(ctx, c.viewer, who.ID)
	if err != nil {
		return callerView{}, err
	}
	n := c.named(ctx)
	v := callerView{Contact: c.contactView(who), Account: n.account(who.Account), Contracts: []callerRole{}}
	for _, h := range parties.Holdings {
		k := h.Contract
		v.Contracts = append(v.Contracts, callerRole{
			Number: k.Number, Offering: k.Offering, State: string(k.State), Products: notNil(k.Products), Roles: words(h.Roles),
			StartsAt: k.StartsAt, EndsAt: k.EndsAt,
		})
	}
	rows, names, _, err := c.store.Listed(ctx, c.viewer, store.Filter{Contact: who.ID, Open: true, Limit: 50})
	if err != nil {
		return v, err
	}
	if v.Requests, err = c.rows(ctx, rows, names); err != nil {
		return v, err
	}
	return v, n.err
}

func words[T ~string](list []T) []string {
	out := make([]string, 0, len(list))
	for _, x := range list {
		out = append(out, string(x))
	}
	return out
}

func roles(list []string) []support.Role {
	out := make([]support.Role, 0, len(list))
	for _, x := range list {
		out = append(out, support.Role(x))
	}
	return out
}

func (c *call) contactView(p support.Contact) contactView {
	return contactView{
		Name: c.named(c.request.Context()).full(p.FamilyName, p.GivenName), FamilyName: p.FamilyName, GivenName: p.GivenName,
		CustomerNumber: p.Number, Email: p.Email, Phone: p.Phone, Language: p.Language, Zone: p.Zone,
		PreferredChannel: string(p.PreferredChannel), Active: p.Active, BouncedAt: p.BouncedAt, Warnings: c.warnings(p),
	}
}

func (c *call) staffView(m support.Staff) staffView {
	return staffView{
		Name: c.named(c.request.Context()).full(m.FamilyName, m.GivenName), Email: m.Email, Language: m.Language,
		Languages: notNil(m.Languages), Skills: notNil(m.Skills), Roles: words(m.Roles), Site: m.Site, Zone: m.Zone,
		Duty: m.Duty, Active: m.Active,
	}
}

// addingRoutes take people and organisations in.
func (s *server) addingRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/accounts", id: "add-account", summary: "Add an organisation",
		scope: auth.Staff, permission: "add_account", status: http.StatusCreated, tag: "people"},
		func(ctx context.Context, c *call, in *body[accountBody]) (*body[account], error) {
			a := support.Account{Name: in.Body.Name, Country: in.Body.Country, Restricted: in.Body.Restricted}
			err := s.desk.AddAccount(ctx, c.actor, &a)
			return &body[account]{account{ID: accountID(a.ID), Name: a.Name, Country: a.Country}}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/contacts", id: "add-contact", summary: "Add a person of the customer's side",
		scope: auth.Write, permission: "add_contact", status: http.StatusCreated, tag: "people"},
		func(ctx context.Context, c *call, in *body[newContactBody]) (*body[contactView], error) {
			b := in.Body
			home, ok := parseOpaque("acc", b.Account)
			if !ok {
				return nil, support.Wrong("account", "api.account_form")
			}
			p := support.Contact{
				Account: home, FamilyName: b.FamilyName, GivenName: b.GivenName, Email: b.Email, Phone: b.Phone, Language: b.Language,
				Zone: b.Zone, PreferredChannel: support.Channel(b.PreferredChannel),
			}
			err := s.desk.AddContact(ctx, c.actor, &p)
			return &body[contactView]{c.contactView(p)}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/staff", id: "add-staff", summary: "Add a person of the vendor's side",
		scope: auth.Admin, permission: "add_staff", status: http.StatusCreated, tag: "people"},
		func(ctx context.Context, c *call, in *body[newStaffBody]) (*body[staffView], error) {
			b := in.Body
			m := support.Staff{
				FamilyName: b.FamilyName, GivenName: b.GivenName, Email: b.Email, Language: b.Language, Languages: b.Languages,
				Skills: b.Skills, Roles: roles(b.Roles), Site: b.Site, Zone: b.Zone, Duty: b.Duty,
			}
			err := s.desk.AddStaff(ctx, c.actor, &m)
			return &body[staffView]{c.staffView(m)}, err
		})
}

// sellingRoutes take in what is sold.
func (s *server) sellingRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/products", id: "add-product", summary: "Add a product with its versions",
		scope: auth.Admin, permission: "add_product", status: http.StatusCreated, tag: "contracts"},
		func(ctx context.Context, c *call, in *body[productBody]) (*body[productView], error) {
			p := support.Product{Key: in.Body.Key, Name: in.Body.Name}
			for _, v := range in.Body.Versions {
				p.Versions = append(p.Versions, support.Version{
					Name: v.Name, ReleasedAt: v.ReleasedAt, GeneralUntil: v.GeneralUntil, GuidanceUntil: v.GuidanceUntil,
				})
			}
			err := s.desk.AddProduct(ctx, c.actor, &p)
			return &body[productView]{c.productView(p)}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/contracts", id: "add-contract", summary: "Add a contract with its PLA",
		scope: auth.Staff, permission: "add_contract", status: http.StatusCreated, tag: "contracts"},
		func(ctx context.Context, c *call, in *body[newContractBody]) (*body[contractView], error) {
			b := in.Body
			home, ok := parseOpaque("acc", b.Account)
			if !ok {
				return nil, support.Wrong("account", "api.account_form")
			}
			primary, err := c.contactNamed(ctx, b.Primary, "primary")
			if err != nil {
				return nil, err
			}
			k := support.Contract{
				Account: home, Number: b.Number, Offering: b.Offering, Products: b.Products, Regions: b.Regions,
				StartsAt: b.StartsAt, EndsAt: b.EndsAt, Order: b.Order,
			}
			if err := s.desk.AddContract(ctx, c.actor, &k, primary.ID); err != nil {
				return nil, err
			}
			return c.showContract(ctx, k)
		})
}
