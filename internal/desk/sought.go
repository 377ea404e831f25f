package desk

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// Narrowing is how people narrow a list or a search: values as they name them.
// Zero fields narrow nothing.
type Narrowing struct {
	Owner               string // e-mail address of staff, me, or none
	Turn, State, Kind   string // State: a stage, or open for all but completed
	Account             string // as [support.Opaque] writes it
	Contract            string // its number
	Contact             string // customer number
	Product, Queue, Tag string
	Severity            int
	DueBefore           time.Time
}

// Misread is the refusal of one operator of what is looked for.
type Misread struct {
	Operator support.SearchFilter
	Why      *support.Error
}

func (e *Misread) Error() string { return "operator " + e.Operator.Name + ": " + e.Why.Error() }
func (e *Misread) Unwrap() error { return e.Why }

// Sought reads what somebody looks for: words, phrases, and operators, which
// narrow like the filters of a list. An operator whose value does not fit is
// refused as [Misread].
func (d *Desk) Sought(ctx context.Context, v store.Viewer, query string) (store.Search, error) {
	q, err := support.ParseSearch(query)
	if err != nil {
		return store.Search{}, err
	}
	n := Narrowing{}
	for _, x := range q.Filters {
		switch x.Name {
		case "severity":
			n.Severity, err = strconv.Atoi(x.Value)
		case "due":
			within, _ := x.Within()
			n.DueBefore = d.Now().Add(within)
		default:
			*n.named(x.Name) = x.Value
		}
		if err != nil {
			return store.Search{}, err
		}
	}
	if err := d.nameProducts(ctx, q.Terms); err != nil {
		return store.Search{}, err
	}
	f, err := d.Narrow(ctx, v, n)
	var why *support.Error
	if errors.As(err, &why) {
		for _, x := range q.Filters {
			if x.Name == why.Field {
				return store.Search{}, &Misread{x, why}
			}
		}
	}
	return store.Search{Terms: q.Terms, Filter: f}, err
}

// nameProducts says of each word which products it names: by a word of a name, or
// by one that is spoken so, in kana or in Latin letters.
func (d *Desk) nameProducts(ctx context.Context, terms []support.SearchTerm) error {
	if !slices.ContainsFunc(terms, func(t support.SearchTerm) bool { return !t.Exact && !t.Not }) {
		return nil
	}
	names, err := d.productNames(ctx)
	if err != nil {
		return err
	}
	for i, t := range terms {
		if sound := text.Sound(t.Text); !t.Exact && !t.Not && sound != "" {
			terms[i].Products = names.of(sound)
		}
	}
	return nil
}

// productName is one name of a product, as it sounds: whole, and by its words.
type productName struct {
	key   string
	whole string
	words []string
}

type productNames []productName

// shortestName is how long the beginning of a name has to sound to name it.
const shortestName = 4

// packNames are the names that a pack has for products.
type packNames struct {
	pack *policy.Pack
	list productNames
}

func (list *productNames) add(key, name string) {
	n := productName{key: key, whole: text.Sound(name)}
	for w := range strings.FieldsSeq(name) {
		n.words = append(n.words, text.Sound(w))
	}
	*list = append(*list, n)
}

// productNames are those of the pack and those of the products that there are.
func (d *Desk) productNames(ctx context.Context) (productNames, error) {
	of := d.called.Load()
	if of == nil || of.pack != d.Pack() {
		of = &packNames{pack: d.Pack()}
		for key, p := range of.pack.Products {
			for _, name := range p.Name {
				of.list.add(key, name)
			}
			for _, name := range p.Also {
				of.list.add(key, name)
			}
		}
		d.called.Store(of)
	}
	out := slices.Clone(of.list)
	all, err := d.store.ProductNames(ctx)
	for _, p := range all {
		if p.Name != of.pack.Products[p.Key].Name["en"] {
			out.add(p.Key, p.Name)
		}
	}
	return out, err
}

func (list productNames) of(sound string) []string {
	var out []string
	for _, n := range list {
		if sound == n.whole || slices.Contains(n.words, sound) || len(sound) >= shortestName && len(n.words) == 1 && strings.HasPrefix(n.whole, sound) {
			out = append(out, n.key)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// named is the field of an operator.
func (n *Narrowing) named(operator string) *string {
	return map[string]*string{
		"owner": &n.Owner, "turn": &n.Turn, "account": &n.Account, "contract": &n.Contract, "contact": &n.Contact, "product": &n.Product,
		"state": &n.State, "kind": &n.Kind, "queue": &n.Queue, "tag": &n.Tag,
	}[operator]
}

// Narrow finds what people name. What the viewer does not see is refused like
// what there is not, in the field that names it.
func (d *Desk) Narrow(ctx context.Context, v store.Viewer, n Narrowing) (store.Filter, error) {
	f := store.Filter{
		Turn: support.Turn(n.Turn), Severity: n.Severity, DueBefore: n.DueBefore, Product: n.Product, Tag: n.Tag,
		Kind: support.Kind(n.Kind), Stage: support.Stage(n.State), Queue: n.Queue,
	}
	if n.State == "open" {
		f.Stage, f.Open = "", true
	}
	if n.Queue != "" && v.Actor.Kind != support.Vendor {
		return f, inField(support.Refuse(support.Forbidden, "api.staff_only", "field", "queue"), "queue")
	}
	if n.Severity != 0 && !slices.ContainsFunc(d.Pack().Severities, func(s policy.Severity) bool { return s.Level == n.Severity }) {
		return f, support.Wrong("severity", "severity.unknown", "severity", strconv.Itoa(n.Severity))
	}
	for _, find := range []func(context.Context, store.Viewer, Narrowing, *store.Filter) error{d.ownerNamed, d.productNamed, d.accountNamed, d.contactNamed, d.contractNamed} {
		if err := find(ctx, v, n, &f); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (d *Desk) ownerNamed(ctx context.Context, v store.Viewer, n Narrowing, f *store.Filter) error {
	switch n.Owner {
	case "":
		return nil
	case "none":
		f.Unowned = true
		return nil
	case "me":
		if v.Actor.Kind != support.Vendor {
			return support.Wrong("owner", "api.owner_me")
		}
		f.Owner = v.Actor.ID
		return nil
	}
	if _, err := mail.ParseAddress(n.Owner); err != nil {
		return support.Wrong("owner", "api.owner_form")
	}
	all, err := d.store.AllStaff(ctx)
	var found support.Staff
	for _, m := range all {
		if strings.EqualFold(m.Email, n.Owner) && (m.Active || !found.Active) {
			found = m
		}
	}
	if f.Owner = found.ID; err == nil && found.ID == 0 {
		err = support.Wrong("owner", "api.staff_unknown", "email", n.Owner)
	}
	return err
}

// productNamed finds a product by its key, or by a name that no other has. One that
// the desk does not have is refused: the empty list would be no answer to a slip.
func (d *Desk) productNamed(ctx context.Context, _ store.Viewer, n Narrowing, f *store.Filter) error {
	if n.Product == "" {
		return nil
	}
	all, err := d.store.Products(ctx)
	if err != nil {
		return err
	}
	var keys []string
	for _, p := range all {
		keys = append(keys, p.Key)
	}
	if slices.Contains(keys, n.Product) {
		return nil
	}
	names, err := d.productNames(ctx)
	if err != nil {
		return err
	}
	if named := names.of(text.Sound(n.Product)); len(named) == 1 && slices.Contains(keys, named[0]) {
		f.Product = named[0]
		return nil
	}
	return support.Wrong("product", "product.not_found", "product", n.Product, "choices", strings.Join(keys, ", "))
}

func (d *Desk) accountNamed(ctx context.Context, v store.Viewer, n Narrowing, f *store.Filter) error {
	if n.Account == "" {
		return nil
	}
	staff := v.Actor.Kind == support.Vendor
	id, ok := support.ParseOpaque("acc", n.Account)
	switch {
	case !ok && staff:
		return d.accountCalled(ctx, v, n.Account, f)
	case !ok:
		return support.Wrong("account", "api.account_form")
	}
	f.Account = id
	if !staff { // to customers an account of others is one without requests
		return nil
	}
	_, err := d.store.Account(ctx, v, id)
	if support.CodeOf(err) == support.NotFound {
		return inField(support.Refuse(support.NotFound, "account.not_found"), "account")
	}
	return err
}

// accountCalled finds the one account with a name, or with words of one.
func (d *Desk) accountCalled(ctx context.Context, v store.Viewer, name string, f *store.Filter) error {
	const most = 6
	list, _, err := d.store.FindParties(ctx, v, []support.SearchTerm{{Text: name}}, most)
	if err != nil {
		return err
	}
	var names []string
	for _, x := range list {
		if strings.EqualFold(x.Account.Name, name) || len(list) == 1 {
			f.Account = x.Account.ID
			return nil
		}
		names = append(names, x.Account.Name)
	}
	if len(names) == 0 {
		return inField(support.Refuse(support.NotFound, "account.not_found"), "account")
	}
	return support.Wrong("account", "search.accounts", "choices", strings.Join(names, ", "))
}

func (d *Desk) contactNamed(ctx context.Context, v store.Viewer, n Narrowing, f *store.Filter) error {
	if n.Contact == "" {
		return nil
	}
	number, err := support.ParseCustomerNumber(n.Contact)
	if err != nil {
		return inField(err, "contact")
	}
	// Whoever was told a number may name it, but sees nothing by it.
	by := v
	if v.Actor.Kind == support.Customer {
		by = everything
	}
	row, err := d.store.ContactByNumber(ctx, by, number)
	if err == nil && v.Actor.Kind == support.Customer {
		_, err = d.store.Contact(ctx, v, row.ID)
	}
	if support.CodeOf(err) == support.NotFound {
		return support.Wrong("contact", "api.contact_unknown", "number", number)
	}
	f.Contact = row.ID
	return err
}

func (d *Desk) contractNamed(ctx context.Context, v store.Viewer, n Narrowing, f *store.Filter) error {
	if n.Contract == "" {
		return nil
	}
	absent := inField(support.Refuse(support.NotFound, "contract.not_found"), "contract")
	if v.Actor.Kind == support.Vendor {
		row, err := d.store.ContractByNumber(ctx, v, n.Contract)
		if support.CodeOf(err) == support.NotFound {
			return absent
		}
		f.Contract = row.ID
		return err
	}
	parties, err := d.store.Parties(ctx, v, v.Actor.ID)
	if err != nil {
		return err
	}
	for _, h := range parties.Holdings {
		if h.Contract.Number == n.Contract && len(h.Roles) > 0 {
			f.Contract = h.Contract.ID
			return nil
		}
	}
	return absent
}
