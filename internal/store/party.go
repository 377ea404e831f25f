package store

import (
	"context"
	"strings"

	"madoguchi/internal/support"
)

// fold is the form of an address by which people are found.
func fold(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// refused turns what the schema guards into refusals about a field.
func refused(err error, field, taken string) error {
	var e *support.Error
	switch {
	case isUnique(err):
		e = support.Refuse(support.Conflict, taken)
	case isMissing(err):
		e = support.Refuse(support.Invalid, "row.unknown_reference")
	case isCheck(err):
		e = support.Refuse(support.Invalid, "row.value")
	default:
		return err
	}
	e.Field = field
	return e
}

// AddAccount adds an account and fills its ID.
func (tx *Tx) AddAccount(a *support.Account) error {
	err := tx.one([]any{&a.ID}, "INSERT INTO account (name, country, restricted) VALUES ($1, $2, $3) RETURNING id",
		a.Name, a.Country, a.Restricted)
	if err == nil {
		err = tx.enterParty(accountEntry(*a))
	}
	return wrap(err, "add account")
}

// Account gives an account.
func (tx *Tx) Account(id int64) (support.Account, error) { return tx.account(system, id) }

// Account gives an account; customers see their own and those on whose
// contracts they hold a role.
func (s *Store) Account(ctx context.Context, v Viewer, id int64) (support.Account, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Account{}, err
	}
	return q.account(v, id)
}

// Accounts lists accounts by id after one of them, at most max, 1..500, 0 =
// 100: the vendor's to read, without restricted ones where those are not seen.
func (s *Store) Accounts(ctx context.Context, v Viewer, after int64, max int) ([]support.Account, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	sees, args := v.narrow(3, "t", "", "FALSE")
	var out []support.Account
	err = q.all(func(r scanner) error {
		var a support.Account
		err := r.Scan(&a.ID, &a.Name, &a.Country, &a.Restricted)
		out = append(out, a)
		return err
	}, "SELECT id, name, country, restricted FROM (SELECT id, id AS account_id, name, country, restricted FROM account) AS t WHERE id > $1 AND "+
		sees+" ORDER BY id LIMIT 0 + $2", append([]any{after, limit(max, 100, 500)}, args...)...)
	return out, wrap(err, "read accounts")
}

// EachAccount gives all accounts by id, restricted ones too.
func (tx *Tx) EachAccount(fn func(a support.Account)) error {
	err := tx.all(func(r scanner) error {
		var a support.Account
		err := r.Scan(&a.ID, &a.Name, &a.Country, &a.Restricted)
		fn(a)
		return err
	}, "SELECT id, name, country, restricted FROM account ORDER BY id")
	return wrap(err, "read accounts")
}

// Contacts lists an account's contacts by id after one of them, inactive ones
// too, at most max, 1..500, 0 = 100: the vendor's to read.
func (s *Store) Contacts(ctx context.Context, v Viewer, account, after int64, max int) ([]support.Contact, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	sees, args := v.narrow(4, "c", "", "FALSE")
	var out []support.Contact
	err = q.all(func(r scanner) error {
		var c support.Contact
		err := r.Scan(contactFields(&c)...)
		out = append(out, c)
		return err
	}, "SELECT "+contactColumns+" FROM contact c WHERE c.account_id = $1 AND c.id > $2 AND "+sees+" ORDER BY c.id LIMIT 0 + $3",
		append([]any{account, after, limit(max, 100, 500)}, args...)...)
	return out, wrap(err, "read contacts of account %d", account)
}

// system is the viewer of reads inside updates.
var system = Viewer{Actor: support.Actor{Kind: support.System}}

func (q rows) account(v Viewer, id int64) (support.Account, error) {
	where, args := v.narrow(2, "t", "", `(EXISTS (SELECT 1 FROM contact me WHERE me.id = ? AND me.account_id = t.id)
  OR EXISTS (SELECT 1 FROM role_grant g WHERE g.contact_id = ? AND g.account_id = t.id))`)
	var a support.Account
	err := q.one([]any{&a.ID, &a.Name, &a.Country, &a.Restricted},
		"SELECT id, name, country, restricted FROM (SELECT id, id AS account_id, name, country, restricted FROM account) AS t WHERE id = $1 AND "+where,
		append([]any{id}, args...)...)
	return a, wrap(absent(err, "account.unknown"), "read account %d", id)
}

// AddContact adds a contact and fills its ID. Number is given, see
// [Tx.NewCustomerNumber]; the number is nobody else's for ever, the e-mail
// address no other active contact's (R12, R16).
func (tx *Tx) AddContact(c *support.Contact) error {
	taken, err := tx.numberTaken(c.Number)
	if err != nil {
		return err
	}
	if taken {
		return refusedField("number", "customer_number.taken")
	}
	err = tx.one([]any{&c.ID}, `INSERT INTO contact (account_id, number, family_name, given_name, email, email_folded, phone, language, zone,
  preferred_channel, active, survey_sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id`,
		c.Account, c.Number, c.FamilyName, c.GivenName, c.Email, fold(c.Email), c.Phone, c.Language, c.Zone,
		string(c.PreferredChannel), c.Active, micros(c.SurveySentAt))
	if err == nil {
		err = tx.enterParty(contactEntry(*c))
	}
	return wrap(refused(err, "email", "contact.email_taken"), "add contact")
}

func refusedField(field, key string) error {
	e := support.Refuse(support.Conflict, key)
	e.Field = field
	return e
}

// UpdateContact replaces a contact's profile. Number, account and the last
// survey stay as they are, and so does what is known of the address unless it is
// another one: a mail may have come back since the profile was read (R12).
func (tx *Tx) UpdateContact(c support.Contact) error {
	return tx.renewContact(c, func() error { return tx.updateContact(c) })
}

func (tx *Tx) updateContact(c support.Contact) error {
	n, err := tx.exec(`UPDATE contact SET family_name = $2, given_name = $3, email = $4, email_folded = $5, phone = $6, language = $7, zone = $8,
  preferred_channel = $9, active = $10, bounced_at = CASE WHEN email_folded = $5 THEN bounced_at END WHERE id = $1`,
		c.ID, c.FamilyName, c.GivenName, c.Email, fold(c.Email), c.Phone, c.Language, c.Zone, string(c.PreferredChannel), c.Active)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "contact.unknown")
	}
	return wrap(refused(err, "email", "contact.email_taken"), "update contact %d", c.ID)
}

// NewCustomerNumber completes nine digits, the first 1-9, to a customer number
// (R16). One that is taken is a conflict: draw again.
func (tx *Tx) NewCustomerNumber(nine string) (string, error) {
	number, err := support.ParseCustomerNumber(support.CustomerNumber(nine))
	if err != nil {
		return "", err
	}
	taken, err := tx.numberTaken(number)
	if err != nil {
		return "", err
	}
	if taken {
		return "", refusedField("number", "customer_number.taken")
	}
	return number, nil
}

func (tx *Tx) numberTaken(number string) (bool, error) {
	var taken bool
	err := tx.one([]any{&taken}, "SELECT EXISTS (SELECT 1 FROM contact WHERE number = $1)", number)
	return taken, wrap(err, "look up customer number")
}

const contactColumns = `c.id, c.account_id, c.number, c.family_name, c.given_name, c.email, c.phone, c.language, c.zone,
  c.preferred_channel, c.active, c.survey_sent_at, c.bounced_at`

func contactFields(c *support.Contact) []any {
	return []any{
		&c.ID, &c.Account, &c.Number, &c.FamilyName, &c.GivenName, &c.Email, &c.Phone, &c.Language, &c.Zone,
		&c.PreferredChannel, &c.Active, instant{&c.SurveySentAt}, instant{&c.BouncedAt},
	}
}

// Contact gives a contact.
func (tx *Tx) Contact(id int64) (support.Contact, error) { return tx.contact(system, "c.id", id) }

// ContactByNumber finds a contact by the ten digits of the customer number.
func (tx *Tx) ContactByNumber(number string) (support.Contact, error) {
	return tx.contact(system, "c.number", number)
}

// ContactByEmail finds the active contact of an address, however its letters
// are written (R12).
func (tx *Tx) ContactByEmail(email string) (support.Contact, error) {
	return tx.contact(system, "c.active AND c.email_folded <> '' AND c.email_folded", fold(email))
}

// EachClosed gives all contacts that are not active.
func (tx *Tx) EachClosed(fn func(c support.Contact)) error {
	err := tx.all(func(r scanner) error {
		var c support.Contact
		err := r.Scan(contactFields(&c)...)
		fn(c)
		return err
	}, "SELECT "+contactColumns+" FROM contact c WHERE NOT c.active ORDER BY c.id")
	return wrap(err, "read closed contacts")
}

// Contact gives a contact. Customers see themselves, and, without customer
// number and telephone (R16), people with a role on a contract on which they
// hold one too.
func (s *Store) Contact(ctx context.Context, v Viewer, id int64) (support.Contact, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Contact{}, err
	}
	return q.contact(v, "c.id", id)
}

// ContactByNumber finds a contact by the ten digits of the customer number.
// Customers find nobody but themselves.
func (s *Store) ContactByNumber(ctx context.Context, v Viewer, number string) (support.Contact, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Contact{}, err
	}
	c, err := q.contact(v, "c.number", number)
	if err == nil && c.Number == "" {
		return support.Contact{}, support.Refuse(support.NotFound, "contact.unknown")
	}
	return c, err
}

func (q rows) contact(v Viewer, column string, key any) (support.Contact, error) {
	where, args := v.narrow(2, "c", "", `(c.id = ? OR EXISTS (SELECT 1 FROM role_grant mine JOIN role_grant theirs
  ON theirs.contract_id = mine.contract_id WHERE mine.contact_id = ? AND theirs.contact_id = c.id))`)
	var c support.Contact
	err := q.one(contactFields(&c), "SELECT "+contactColumns+" FROM contact c WHERE "+column+" = $1 AND "+where, append([]any{key}, args...)...)
	if err != nil {
		return support.Contact{}, wrap(absent(err, "contact.unknown"), "read contact")
	}
	if v.Actor.Kind == support.Customer && v.Actor.ID != c.ID {
		c.Number, c.Phone = "", ""
	}
	return c, nil
}

// AddStaff adds a member of staff and fills the ID.
func (tx *Tx) AddStaff(m *support.Staff) error {
	err := tx.one([]any{&m.ID}, `INSERT INTO staff (family_name, given_name, email, email_folded, language, languages, skills, roles, site, zone,
  duty, active) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id`,
		m.FamilyName, m.GivenName, m.Email, fold(m.Email), m.Language, list(m.Languages), list(m.Skills), list(m.Roles), m.Site, m.Zone,
		m.Duty, m.Active)
	return wrap(refused(err, "email", "staff.email_taken"), "add staff")
}

// UpdateStaff replaces a member of staff.
func (tx *Tx) UpdateStaff(m support.Staff) error {
	n, err := tx.exec(`UPDATE staff SET family_name = $2, given_name = $3, email = $4, email_folded = $5, language = $6, languages = $7,
  skills = $8, roles = $9, site = $10, zone = $11, duty = $12, active = $13 WHERE id = $1`,
		m.ID, m.FamilyName, m.GivenName, m.Email, fold(m.Email), m.Language, list(m.Languages), list(m.Skills), list(m.Roles), m.Site, m.Zone,
		m.Duty, m.Active)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "staff.unknown")
	}
	return wrap(refused(err, "email", "staff.email_taken"), "update staff %d", m.ID)
}

// staff lists members of staff by id.
func (q rows) staff(where string, args ...any) ([]support.Staff, error) {
	var out []support.Staff
	err := q.all(func(r scanner) error {
		var m support.Staff
		err := r.Scan(staffFields(&m)...)
		out = append(out, m)
		return err
	}, "SELECT "+staffColumns+" FROM staff s WHERE "+where+" ORDER BY s.id", args...)
	return out, wrap(err, "read staff")
}

const staffColumns = "s.id, s.family_name, s.given_name, s.email, s.language, s.languages, s.skills, s.roles, s.site, s.zone, s.duty, s.active"

func staffFields(m *support.Staff) []any {
	return []any{
		&m.ID, &m.FamilyName, &m.GivenName, &m.Email, &m.Language, listOf[string]{&m.Languages}, listOf[string]{&m.Skills},
		listOf[support.Role]{&m.Roles}, &m.Site, &m.Zone, &m.Duty, &m.Active,
	}
}

func first(found []support.Staff, err error) (support.Staff, error) {
	if err != nil {
		return support.Staff{}, err
	}
	if len(found) == 0 {
		return support.Staff{}, support.Refuse(support.NotFound, "staff.unknown")
	}
	return found[0], nil
}

// Staff gives a member of staff.
func (tx *Tx) Staff(id int64) (support.Staff, error) { return first(tx.staff("id = $1", id)) }

// Staff gives a member of staff.
func (s *Store) Staff(ctx context.Context, id int64) (support.Staff, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Staff{}, err
	}
	return first(q.staff("id = $1", id))
}

// ActiveStaff lists the staff who have not left, by id.
func (tx *Tx) ActiveStaff() ([]support.Staff, error) { return tx.staff("active = TRUE") }

// AllStaff lists all staff by id, inactive ones too.
func (s *Store) AllStaff(ctx context.Context) ([]support.Staff, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.staff("TRUE")
}

// AddProduct adds a product and fills its ID.
func (tx *Tx) AddProduct(p *support.Product) error {
	err := tx.one([]any{&p.ID}, "INSERT INTO product (brand_id, key, name, versions) VALUES (1, $1, $2, $3) RETURNING id",
		p.Key, p.Name, list(p.Versions))
	return wrap(refused(err, "key", "product.key_taken"), "add product")
}

// UpdateProduct replaces the name and the versions of a product.
func (tx *Tx) UpdateProduct(p support.Product) error {
	n, err := tx.exec("UPDATE product SET name = $2, versions = $3 WHERE key = $1", p.Key, p.Name, list(p.Versions))
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "product.unknown")
	}
	return wrap(err, "update product %s", p.Key)
}

func (q rows) products(where string, args ...any) ([]support.Product, error) {
	var out []support.Product
	err := q.all(func(r scanner) error {
		var p support.Product
		err := r.Scan(&p.ID, &p.Key, &p.Name, listOf[support.Version]{&p.Versions})
		out = append(out, p)
		return err
	}, "SELECT id, key, name, versions FROM product WHERE "+where+" ORDER BY id", args...)
	return out, wrap(err, "read products")
}

// Product finds a product by its key.
func (tx *Tx) Product(key string) (support.Product, error) {
	found, err := tx.products("key = $1", key)
	if err == nil && len(found) == 0 {
		return support.Product{}, support.Refuse(support.NotFound, "product.unknown")
	}
	if err != nil {
		return support.Product{}, err
	}
	return found[0], nil
}

// Products lists all products by id.
func (tx *Tx) Products() ([]support.Product, error) { return tx.products("TRUE") }

// Products lists all products by id.
func (s *Store) Products(ctx context.Context) ([]support.Product, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.products("TRUE")
}

// ProductNames are all products with key and name alone.
func (s *Store) ProductNames(ctx context.Context) ([]support.Product, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []support.Product
	err = q.all(func(r scanner) error {
		var p support.Product
		err := r.Scan(&p.Key, &p.Name)
		out = append(out, p)
		return err
	}, "SELECT key, name FROM product")
	return out, wrap(err, "read names of products")
}
