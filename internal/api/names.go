package api

import (
	"context"
	"maps"
	"strconv"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// insider reads the names that stand in what the caller is allowed to see: who
// owns their request, on which contract it was filed. Whether they see the
// request itself was decided before.
var insider = store.Viewer{Actor: support.Actor{Kind: support.System}, Roles: []support.Role{support.RoleSystem}}

// names turns ids and references into what the door shows. The first error
// sticks in err and everything after it is empty.
type names struct {
	c         *call
	ctx       context.Context
	contacts  map[int64]support.Contact
	staffRows map[int64]support.Staff
	accounts  map[int64]support.Account
	contracts map[int64]support.Contract
	texts     map[int64]string
	planless  int64 // an account that is known to have no plan
	err       error
}

func (c *call) named(ctx context.Context) *names {
	return &names{
		c: c, ctx: ctx, contacts: map[int64]support.Contact{}, staffRows: map[int64]support.Staff{},
		accounts: map[int64]support.Account{}, contracts: map[int64]support.Contract{}, texts: map[int64]string{},
	}
}

// know takes over what a command has read and written: its answer need not read
// it again.
func (n *names) know(done desk.Done) {
	if p := done.Parties; p.Contact.ID != 0 {
		n.contacts[p.Contact.ID], n.accounts[p.Account.ID] = p.Contact, p.Account
		if !p.Planned {
			n.planless = p.Account.ID
		}
		for _, h := range p.Holdings {
			n.contracts[h.Contract.ID] = h.Contract
		}
	}
	for _, f := range done.Facts {
		for _, t := range support.TextRefs(f.Body) {
			if t.Text.Plain != "" {
				n.texts[t.Text.ID] = t.Text.Plain
			}
		}
	}
}

// fetch reads in one statement what is going to be named and is not known yet.
// What is named beyond it is read one by one.
func (n *names) fetch(ids store.Naming) {
	ids = store.Naming{
		Contacts: missing(n.contacts, ids.Contacts), Accounts: missing(n.accounts, ids.Accounts), Contracts: missing(n.contracts, ids.Contracts),
		Staff: missing(n.staffRows, ids.Staff), Texts: missing(n.texts, ids.Texts),
	}
	if n.err != nil || len(ids.Contacts)+len(ids.Accounts)+len(ids.Contracts)+len(ids.Staff)+len(ids.Texts) == 0 {
		return
	}
	found, err := n.c.store.Names(n.ctx, ids)
	if err != nil {
		n.err = err
		return
	}
	n.learn(found)
}

// learn takes in what was read elsewhere.
func (n *names) learn(found store.Named) {
	maps.Copy(n.contacts, found.Contacts)
	maps.Copy(n.staffRows, found.Staff)
	maps.Copy(n.accounts, found.Accounts)
	maps.Copy(n.contracts, found.Contracts)
	maps.Copy(n.texts, found.Texts)
}

// missing are the ids that are not known; 0 is nobody.
func missing[T any](known map[int64]T, ids []int64) []int64 {
	var out []int64
	for _, id := range ids {
		if _, ok := known[id]; !ok && id != 0 {
			out = append(out, id)
		}
	}
	return out
}

// look finds a row once; an absent one is the zero value.
func look[T any](n *names, had map[int64]T, id int64, read func() (T, error)) T {
	row, ok := had[id]
	if ok || id == 0 || n.err != nil {
		return row
	}
	row, err := read()
	if support.CodeOf(err) == support.NotFound {
		err = nil
	}
	n.err = err
	had[id] = row
	return row
}

func (n *names) contact(id int64) support.Contact {
	return look(n, n.contacts, id, func() (support.Contact, error) { return n.c.store.Contact(n.ctx, insider, id) })
}

func (n *names) staff(id int64) support.Staff {
	return look(n, n.staffRows, id, func() (support.Staff, error) { return n.c.store.Staff(n.ctx, id) })
}

func (n *names) contractRow(id int64) support.Contract {
	return look(n, n.contracts, id, func() (support.Contract, error) { return n.c.store.Contract(n.ctx, insider, id) })
}

func (n *names) contract(id int64) string { return n.contractRow(id).Number }

// country is that of a contact's account.
func (n *names) country(contact int64) string {
	id := n.contact(contact).Account
	return look(n, n.accounts, id, func() (support.Account, error) { return n.c.store.Account(n.ctx, insider, id) }).Country
}

// person is a contact as the caller may see them: the customer number is shown
// to staff and to the person (R16).
func (n *names) person(id int64) person {
	row := n.contact(id)
	p := person{Name: n.full(row.FamilyName, row.GivenName)}
	if n.c.staff() || n.c.actor.ID == id {
		p.CustomerNumber = row.Number
	}
	return p
}

func (n *names) people(ids []int64) []person {
	var out []person
	for _, id := range ids {
		out = append(out, n.person(id))
	}
	return out
}

func (n *names) member(id int64) member {
	row := n.staff(id)
	return member{Name: n.full(row.FamilyName, row.GivenName), Email: row.Email}
}

// maybe is a member of staff, or nobody.
func (n *names) maybe(id int64) *member {
	if id == 0 {
		return nil
	}
	m := n.member(id)
	return &m
}

func (n *names) full(family, given string) string {
	return lang.Name(n.c.voice().Lang, lang.Person{Family: family, Given: given}, false)
}

func (n *names) account(id int64) account {
	row := look(n, n.accounts, id, func() (support.Account, error) { return n.c.store.Account(n.ctx, insider, id) })
	a := account{ID: accountID(id), Name: row.Name}
	if n.c.staff() {
		a.Country = row.Country
	}
	return a
}

// load reads many texts at once.
func (n *names) load(ids []int64) {
	if n.err != nil || len(ids) == 0 {
		return
	}
	found, err := n.c.store.Texts(n.ctx, ids)
	if err != nil {
		n.err = err
		return
	}
	for id, s := range found {
		n.texts[id] = s
	}
}

// text is a stored text; an erased one is "".
func (n *names) text(t support.Text) string {
	if t.ID == 0 {
		return ""
	}
	if _, ok := n.texts[t.ID]; !ok {
		n.load([]int64{t.ID})
	}
	return n.texts[t.ID]
}

// known are the names found so far, for sentences.
func (n *names) known() lang.People {
	p := lang.People{}
	for id, row := range n.contacts {
		p[support.Actor{Kind: support.Customer, ID: id}] = lang.Person{Family: row.FamilyName, Given: row.GivenName}
	}
	for id, row := range n.staffRows {
		p[support.Actor{Kind: support.Vendor, ID: id}] = lang.Person{Family: row.FamilyName, Given: row.GivenName}
	}
	return p
}

// by is who did something.
func (n *names) by(a support.Actor) by {
	b := by{Kind: string(a.Kind)}
	switch a.Kind {
	case support.Customer:
		b.Name = n.person(a.ID).Name
	case support.Vendor:
		b.Name = n.member(a.ID).Name
	}
	return b
}

// Opaque ids: what stands for rows that have no number of their own.

func accountID(id int64) string { return opaque("acc", id) }

func opaque(kind string, id int64) string { return support.Opaque(kind, id) }

func parseOpaque(kind, s string) (int64, bool) { return support.ParseOpaque(kind, s) }

// Who and what a body names.

// contactNamed finds a contact by customer number: customers find themselves
// and people with whom they share a contract; field is the part of the body.
func (c *call) contactNamed(ctx context.Context, number, field string) (support.Contact, error) {
	row, err := c.contactTold(ctx, number, field)
	if err != nil || c.staff() {
		return row, err
	}
	if _, err := c.store.Contact(ctx, c.viewer, row.ID); support.CodeOf(err) == support.NotFound {
		return support.Contact{}, support.Wrong(field, "api.contact_unknown", "number", row.Number)
	} else if err != nil {
		return support.Contact{}, err
	}
	return row, nil
}

const contactUnknown = "api.contact_unknown"

// contactTold finds a contact for somebody who was told the customer number,
// whatever they see otherwise.
func (c *call) contactTold(ctx context.Context, number, field string) (support.Contact, error) {
	n, err := support.ParseCustomerNumber(number)
	if err != nil {
		return support.Contact{}, inField(err, field)
	}
	v := insider
	if c.staff() {
		v = c.viewer
	}
	row, err := c.store.ContactByNumber(ctx, v, n)
	if support.CodeOf(err) == support.NotFound {
		return support.Contact{}, support.Wrong(field, "api.contact_unknown", "number", n)
	}
	return row, err
}

func (c *call) contactsNamed(ctx context.Context, numbers []string, field string) ([]int64, error) {
	var out []int64
	for i, n := range numbers {
		row, err := c.contactNamed(ctx, n, field+"["+strconv.Itoa(i)+"]")
		if err != nil {
			return nil, err
		}
		out = append(out, row.ID)
	}
	return out, nil
}

const staffUnknown = "api.staff_unknown"

// staffNamed finds a member of staff by e-mail address: the active one, or one
// who has left.
func (c *call) staffNamed(ctx context.Context, email, field string) (support.Staff, error) {
	all, err := c.store.AllStaff(ctx)
	if err != nil {
		return support.Staff{}, err
	}
	var found support.Staff
	for _, m := range all {
		if strings.EqualFold(m.Email, email) && (m.Active || !found.Active) {
			found = m
		}
	}
	if found.ID != 0 {
		return found, nil
	}
	return support.Staff{}, support.Wrong(field, "api.staff_unknown", "email", email)
}

// inField gives a refusal about a value the field in which it stood.
func inField(err error, field string) error {
	if e, ok := err.(*support.Error); ok && e.Field == "" {
		located := *e
		located.Field = field
		return &located
	}
	return err
}
