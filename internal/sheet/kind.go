package sheet

import (
	"slices"
	"strings"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/support"
)

// column is a column of a kind of CSV file.
type column struct {
	name   string
	needed bool // the column must be there and its cells filled
	same   bool // it is part of what makes two rows speak of the same thing
}

// Kind is what the rows of a CSV file are.
type Kind struct {
	name    string
	columns []column
	enter   func(m *desk.Moving, r record, zone *time.Location) (desk.Outcome, error)
	// fields are what the desk calls a column otherwise.
	fields map[string]string
}

// Columns are the names of the columns that its files may have.
func (k Kind) Columns() []string {
	out := make([]string, len(k.columns))
	for i, c := range k.columns {
		out[i] = c.name
	}
	return out
}

func (k Kind) needs(name string) bool {
	return slices.ContainsFunc(k.columns, func(c column) bool { return c.name == name && c.needed })
}

// Name is what the kind is called.
func (k Kind) Name() string { return k.name }

// same is what a row has in common with another one about the same thing.
func (k Kind) same(r record) string {
	var out []string
	for _, c := range k.columns {
		if c.same {
			out = append(out, strings.ToLower(r.text(c.name)))
		}
	}
	return strings.Join(out, "\x00")
}

// kinds are all kinds, in the order in which they build upon each other.
var kinds = []Kind{
	{name: "products", enter: enterProduct, columns: []column{
		{name: "key", needed: true, same: true}, {name: "name"}, {name: "version", same: true},
		{name: "released_at"}, {name: "general_until"}, {name: "guidance_until"},
	}},
	{name: "accounts", enter: enterAccount, columns: []column{
		{name: "key"}, {name: "name", needed: true, same: true}, {name: "country", needed: true, same: true},
	}},
	{name: "contacts", enter: enterContact, fields: map[string]string{"number": "customer_number"}, columns: []column{
		{name: "email", needed: true, same: true}, {name: "account", needed: true}, {name: "account_country"},
		{name: "family_name", needed: true}, {name: "given_name"}, {name: "phone"}, {name: "language"}, {name: "zone"},
		{name: "preferred_channel"}, {name: "customer_number"},
	}},
	{name: "contracts", enter: enterContract, fields: map[string]string{"contact": "primary"}, columns: []column{
		{name: "number", needed: true, same: true}, {name: "account", needed: true}, {name: "account_country"},
		{name: "offering", needed: true}, {name: "products", needed: true}, {name: "regions"},
		{name: "starts_at", needed: true}, {name: "ends_at", needed: true}, {name: "state"}, {name: "primary", needed: true},
		{name: "order"},
	}},
	{name: "roles", enter: enterRole, columns: []column{
		{name: "contract", needed: true, same: true}, {name: "contact", needed: true, same: true}, {name: "role", needed: true, same: true},
	}},
	{name: "registrations", enter: enterRegistration, columns: []column{
		{name: "contact", needed: true, same: true}, {name: "product", needed: true, same: true}, {name: "contract", same: true},
		{name: "registered_at"},
	}},
}

// Kinds are the names of all kinds, in the order in which they build upon each
// other.
func Kinds() []string {
	var out []string
	for _, k := range kinds {
		out = append(out, k.name)
	}
	return out
}

// KindOf finds a kind by its name.
func KindOf(name string) (Kind, bool) {
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.name == name })
	if i < 0 {
		return Kind{}, false
	}
	return kinds[i], true
}

// instants reads several columns; the first that is none is the error.
func instants(r record, zone *time.Location, columns map[string]*time.Time) error {
	for _, c := range r.sheet.columns {
		if to, ok := columns[c]; ok {
			t, err := r.instant(c, zone)
			if err != nil {
				return err
			}
			*to = t
		}
	}
	return nil
}

func enterProduct(m *desk.Moving, r record, zone *time.Location) (desk.Outcome, error) {
	v := desk.MovedVersion{Key: r.text("key"), Name: r.text("name"), Version: support.Version{Name: r.text("version")}}
	err := instants(r, zone, map[string]*time.Time{
		"released_at": &v.ReleasedAt, "general_until": &v.GeneralUntil, "guidance_until": &v.GuidanceUntil,
	})
	if err != nil {
		return "", err
	}
	return m.Product(v)
}

func enterAccount(m *desk.Moving, r record, _ *time.Location) (desk.Outcome, error) {
	return m.Account(desk.MovedAccount{Key: r.text("key"), Name: r.text("name"), Country: r.text("country")})
}

func enterContact(m *desk.Moving, r record, _ *time.Location) (desk.Outcome, error) {
	return m.Contact(desk.MovedContact{Account: r.text("account"), Country: r.text("account_country"), Contact: support.Contact{
		Number: r.text("customer_number"), FamilyName: r.text("family_name"), GivenName: r.text("given_name"), Email: r.text("email"),
		Phone: r.text("phone"), Language: r.text("language"), Zone: r.text("zone"), PreferredChannel: support.Channel(r.text("preferred_channel")),
	}})
}

func enterContract(m *desk.Moving, r record, zone *time.Location) (desk.Outcome, error) {
	c := desk.MovedContract{
		Account: r.text("account"), Country: r.text("account_country"), Primary: r.text("primary"), Contract: support.Contract{
			Number: r.text("number"), Offering: r.text("offering"), Products: r.list("products"), Regions: r.list("regions"),
			State: support.ContractState(r.text("state")), Order: r.text("order"),
		},
	}
	if err := instants(r, zone, map[string]*time.Time{"starts_at": &c.StartsAt, "ends_at": &c.EndsAt}); err != nil {
		return "", err
	}
	return m.Contract(c)
}

func enterRole(m *desk.Moving, r record, _ *time.Location) (desk.Outcome, error) {
	role := "role_" + strings.TrimPrefix(r.text("role"), "role_")
	return m.Role(desk.MovedRole{Contract: r.text("contract"), Contact: r.text("contact"), Role: support.Role(role)})
}

func enterRegistration(m *desk.Moving, r record, zone *time.Location) (desk.Outcome, error) {
	g := desk.MovedRegistration{Contact: r.text("contact"), Product: r.text("product"), Contract: r.text("contract")}
	if err := instants(r, zone, map[string]*time.Time{"registered_at": &g.At}); err != nil {
		return "", err
	}
	return m.Registration(g)
}
