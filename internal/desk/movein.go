package desk

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Outcome is what became of a row that moved in.
type Outcome string

// Outcomes of rows. A refused one is an error.
const (
	Entered   Outcome = "entered"
	Changed   Outcome = "changed"
	Unchanged Outcome = "unchanged"
)

// Moving enters the rows of another system. They name each other as people
// there would: accounts by a key of the files or by name, contacts by mail
// address, contracts by number, products by key. A row that is there already is
// compared: what may change is changed, what may not is refused, so that the
// same rows may come again. A refused row leaves nothing behind.
type Moving struct {
	// Language and Zone are those of new contacts whose rows name none.
	Language, Zone string

	ctx  context.Context
	desk *Desk // whose changes are parts of tx
	tx   *store.Tx
	by   support.Actor

	accounts map[string][]support.Account // by name
	keys     map[string]int64             // accounts by key
	closed   map[string]bool              // addresses of contacts who have left
}

// MoveIn runs fn in one update: all that it enters is kept, or nothing when fn
// returns an error. It goes through the same doors as everything else, each
// change judged and audited. fn may run twice and must begin anew then. No
// other change of this desk may be made by fn: it would wait for itself.
func (d *Desk) MoveIn(ctx context.Context, by support.Actor, fn func(m *Moving) error) error {
	return d.store.Update(ctx, func(tx *store.Tx) error {
		m := &Moving{ctx: ctx, tx: tx, by: by, accounts: map[string][]support.Account{}, keys: map[string]int64{}, closed: map[string]bool{}}
		m.desk = &Desk{store: d.store, packs: d.packs, now: d.now, real: d.real, log: d.log, tx: tx}
		if err := tx.EachAccount(func(a support.Account) { m.accounts[a.Name] = append(m.accounts[a.Name], a) }); err != nil {
			return err
		}
		if err := tx.EachClosed(func(c support.Contact) { m.closed[address(c.Email)] = true }); err != nil {
			return err
		}
		return fn(m)
	})
}

// address is the form by which mail addresses are compared.
func address(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// row enters one row, whole or not at all.
func (m *Moving) row(enter func() (Outcome, error)) (Outcome, error) {
	var out Outcome
	err := m.tx.Part(func(*store.Tx) (err error) {
		out, err = enter()
		return err
	})
	return out, err
}

// MovedAccount is an organisation. Key is the other system's word for it, by
// which later rows of the same move may name it; it is not kept.
type MovedAccount struct{ Key, Name, Country string }

// Account enters an organisation; name and country make it the same one.
func (m *Moving) Account(r MovedAccount) (Outcome, error) {
	a := support.Account{Name: r.Name, Country: r.Country}
	out := Entered
	switch same := m.named(r.Name, r.Country); len(same) {
	case 0:
		if _, err := m.row(func() (Outcome, error) { return Entered, m.desk.AddAccount(m.ctx, m.by, &a) }); err != nil {
			return "", err
		}
		m.accounts[a.Name] = append(m.accounts[a.Name], a)
	case 1:
		a, out = same[0], Unchanged
	default:
		return "", support.Wrong("name", "move.account_twice", "account", r.Name)
	}
	if r.Key != "" {
		m.keys[r.Key] = a.ID
	}
	return out, nil
}

// named finds organisations by name, and by country when one is given.
func (m *Moving) named(name, country string) []support.Account {
	var out []support.Account
	for _, a := range m.accounts[name] {
		if country == "" || a.Country == country {
			out = append(out, a)
		}
	}
	return out
}

// account finds the organisation that a row names: by a key of this move, by
// the id that the desk shows, or by its name.
func (m *Moving) account(word, country string) (int64, error) {
	if id, ok := m.keys[word]; ok {
		return id, nil
	}
	if digits, ok := strings.CutPrefix(word, "acc_"); ok {
		if id, err := strconv.ParseInt(digits, 10, 64); err == nil {
			_, err := m.tx.Account(id)
			return id, absent(err, "account", "account.not_found")
		}
	}
	switch found := m.named(word, country); len(found) {
	case 0:
		return 0, support.Wrong("account", "move.account_unknown", "account", word)
	case 1:
		return found[0].ID, nil
	}
	return 0, support.Wrong("account", "move.account_twice", "account", word)
}

// contact finds the active contact of an address.
func (m *Moving) contact(email, field string) (support.Contact, error) {
	c, err := m.tx.ContactByEmail(email)
	if support.CodeOf(err) != support.NotFound {
		return c, err
	}
	if m.closed[address(email)] {
		return c, support.Wrong(field, "move.contact_left", "email", email)
	}
	return c, support.Wrong(field, "move.contact_unknown", "email", email)
}

func (m *Moving) contract(number string) (support.Contract, error) {
	c, err := m.tx.ContractByNumber(number)
	if support.CodeOf(err) == support.NotFound {
		err = support.Wrong("contract", "move.contract_unknown", "contract", number)
	}
	return c, err
}

// fixed refuses a value that differs from what is there and that an import does
// not change.
func fixed(field, have string) error { return support.Wrong(field, "move.fixed", "have", have) }

// MovedContact is a person of the customer's side. Account is an organisation
// as [Moving] knows them, Country tells two of one name apart. Empty fields of
// the contact leave what is there.
type MovedContact struct {
	Account, Country string
	support.Contact
}

// Contact enters a person; the mail address makes it the same one.
func (m *Moving) Contact(r MovedContact) (Outcome, error) {
	return m.row(func() (Outcome, error) {
		if r.Number != "" {
			var err error
			if r.Number, err = support.ParseCustomerNumber(r.Number); err != nil {
				return "", inField(err, "customer_number")
			}
		}
		was, err := m.tx.ContactByEmail(r.Email)
		if support.CodeOf(err) == support.NotFound {
			return Entered, m.addContact(r)
		}
		if err != nil {
			return "", err
		}
		home, err := m.account(r.Account, r.Country)
		if err != nil {
			return "", err
		}
		if was.Account != home {
			a, err := m.tx.Account(was.Account)
			if err != nil {
				return "", err
			}
			return "", fixed("account", a.Name)
		}
		if r.Number != "" && r.Number != was.Number {
			return "", fixed("customer_number", was.Number)
		}
		now := was
		for _, f := range []struct {
			to   *string
			from string
		}{
			{&now.FamilyName, r.FamilyName}, {&now.GivenName, r.GivenName}, {&now.Phone, r.Phone},
			{&now.Language, r.Language}, {&now.Zone, r.Zone}, {(*string)(&now.PreferredChannel), string(r.PreferredChannel)},
		} {
			if f.from != "" {
				*f.to = f.from
			}
		}
		if now == was {
			return Unchanged, nil
		}
		return Changed, m.desk.ChangeContact(m.ctx, m.by, now)
	})
}

func (m *Moving) addContact(r MovedContact) error {
	if m.closed[address(r.Email)] {
		return support.Wrong("email", "move.contact_left", "email", r.Email)
	}
	home, err := m.account(r.Account, r.Country)
	if err != nil {
		return err
	}
	c := r.Contact
	c.Account, c.Language, c.Zone = home, cmp.Or(c.Language, m.Language), cmp.Or(c.Zone, m.Zone)
	return m.desk.AddContact(m.ctx, m.by, &c)
}

// MovedVersion is a product, or a version of it: each has a row of its own. An
// empty Name of the product is the pack's, one of the version means none.
type MovedVersion struct {
	Key, Name string
	support.Version
}

// Product enters a product of the pack and its version; key and version make
// them the same.
func (m *Moving) Product(r MovedVersion) (Outcome, error) {
	return m.row(func() (Outcome, error) {
		was, err := m.tx.Product(r.Key)
		if support.CodeOf(err) == support.NotFound {
			p := support.Product{Key: r.Key, Name: r.Name}
			if p.Name == "" {
				p.Name = m.desk.Pack().Products[r.Key].Name.In("en")
			}
			if r.Version.Name != "" {
				p.Versions = []support.Version{r.Version}
			}
			return Entered, m.desk.AddProduct(m.ctx, m.by, &p)
		}
		if err != nil {
			return "", err
		}
		now, out := was, Unchanged
		if r.Name != "" && r.Name != was.Name {
			now.Name, out = r.Name, Changed
		}
		if r.Version.Name != "" {
			now.Versions = slices.Clone(was.Versions)
			i := slices.IndexFunc(now.Versions, func(v support.Version) bool { return v.Name == r.Version.Name })
			switch {
			case i < 0:
				now.Versions, out = append(now.Versions, r.Version), Entered
			case !sameVersion(now.Versions[i], r.Version):
				now.Versions[i], out = r.Version, Changed
			}
		}
		if out == Unchanged {
			return out, nil
		}
		return out, m.desk.ChangeProduct(m.ctx, m.by, now)
	})
}

func sameVersion(a, b support.Version) bool {
	return a.ReleasedAt.Equal(b.ReleasedAt) && a.GeneralUntil.Equal(b.GeneralUntil) && a.GuidanceUntil.Equal(b.GuidanceUntil)
}

// MovedContract is a contract; Account and Country are as those of
// [MovedContact], Primary is the mail address of its PLA. No State and no Order
// leave what is there.
type MovedContract struct {
	Account, Country, Primary string
	support.Contract
}

// Contract enters a contract with its PLA; the number makes it the same one.
func (m *Moving) Contract(r MovedContract) (Outcome, error) {
	return m.row(func() (Outcome, error) {
		home, err := m.account(r.Account, r.Country)
		if err != nil {
			return "", err
		}
		primary, err := m.contact(r.Primary, "primary")
		if err != nil {
			return "", err
		}
		c := r.Contract
		c.Account, c.StartsAt, c.EndsAt = home, support.Instant(c.StartsAt), support.Instant(c.EndsAt)
		was, err := m.tx.ContractByNumber(r.Number)
		if support.CodeOf(err) == support.NotFound {
			return Entered, m.desk.AddContract(m.ctx, m.by, &c, primary.ID)
		}
		if err != nil {
			return "", err
		}
		if err := m.sameContract(was, c); err != nil {
			return "", err
		}
		return m.changeContract(was, c, primary.ID)
	})
}

// sameContract refuses what an import does not change of a contract.
func (m *Moving) sameContract(was, c support.Contract) error {
	if was.Account != c.Account {
		a, err := m.tx.Account(was.Account)
		if err != nil {
			return err
		}
		return fixed("account", a.Name)
	}
	switch {
	case was.Offering != c.Offering:
		return fixed("offering", was.Offering)
	case !sameWords(was.Products, c.Products):
		return fixed("products", strings.Join(was.Products, "; "))
	case !sameWords(was.Regions, c.Regions):
		return fixed("regions", strings.Join(was.Regions, "; "))
	case !was.StartsAt.Equal(c.StartsAt):
		return fixed("starts_at", m.date(was.StartsAt))
	case !was.EndsAt.Equal(c.EndsAt):
		return fixed("ends_at", m.date(was.EndsAt))
	case c.Order != "" && was.Order != c.Order:
		return fixed("order", was.Order)
	}
	return nil
}

// date writes an instant as files do: by its date when a day begins then in
// the zone.
func (m *Moving) date(at time.Time) string {
	zone, err := calendar.Location(m.Zone)
	if err != nil {
		zone = time.UTC
	}
	at = at.In(zone)
	if h, min, sec := at.Clock(); h+min+sec+at.Nanosecond() == 0 {
		return at.Format(time.DateOnly)
	}
	return at.Format(time.RFC3339)
}

// sameWords compares lists whose order says nothing.
func sameWords(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func (m *Moving) changeContract(was, c support.Contract, primary int64) (Outcome, error) {
	out := Unchanged
	holder, err := primaryOf(m.tx, was.ID)
	if err != nil {
		return "", err
	}
	if holder != primary {
		out = Changed
		if err := m.desk.ReplacePrimary(m.ctx, m.by, was.ID, primary); err != nil {
			return "", inField(err, "primary")
		}
	}
	if c.State != "" && c.State != was.State {
		out = Changed
		if err := m.desk.SetContractState(m.ctx, m.by, was.ID, c.State); err != nil {
			return "", err
		}
	}
	return out, nil
}

// MovedRole is a role of a contact, by mail address, on a contract, by number.
type MovedRole struct {
	Contract, Contact string
	Role              support.Role
}

// Role grants a role. The PLA's comes with the contract: a row that says the
// same changes nothing, any other is refused (R02).
func (m *Moving) Role(r MovedRole) (Outcome, error) {
	return m.row(func() (Outcome, error) {
		on, err := m.contract(r.Contract)
		if err != nil {
			return "", err
		}
		who, err := m.contact(r.Contact, "contact")
		if err != nil {
			return "", err
		}
		held, err := m.tx.RolesOf(who.ID, on.ID)
		switch {
		case err != nil:
			return "", err
		case slices.Contains(held, r.Role):
			return Unchanged, nil
		case r.Role == support.RoleLicencePrimary:
			return "", support.Wrong("role", "move.primary", "contract", r.Contract)
		}
		return Entered, m.desk.GrantRole(m.ctx, m.by, on.ID, who.ID, r.Role)
	})
}

// MovedRegistration is a product that a contact, by mail address, registered on
// a contract, by number, or without one. At is when; zero is now.
type MovedRegistration struct {
	Contact, Product, Contract string
	At                         time.Time
}

// Registration registers a product; contact, product and contract make it the
// same one.
func (m *Moving) Registration(r MovedRegistration) (Outcome, error) {
	return m.row(func() (Outcome, error) {
		who, err := m.contact(r.Contact, "contact")
		if err != nil {
			return "", err
		}
		g := support.Registration{Contact: who.ID, Product: r.Product, At: r.At}
		if r.Contract != "" {
			on, err := m.contract(r.Contract)
			if err != nil {
				return "", err
			}
			g.Contract = on.ID
		}
		is, err := m.tx.Registered(g.Contact, g.Product, g.Contract)
		if err != nil || is {
			return Unchanged, err
		}
		return Entered, m.desk.Register(m.ctx, m.by, &g)
	})
}
