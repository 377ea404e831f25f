package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// contractsPath is where contracts are.
const contractsPath = "/contracts"

// contractsPage are the contracts on which a customer holds a role; staff look one
// up by its number.
type contractsPage struct {
	frame
	Contracts []contractCard
	Number    string
	Wrong     string
}

// contractCard is a contract in short.
type contractCard struct {
	Path, Number, Name, Hours, State, StateTone, Ends, Mine string
}

// contractPage is everything about one contract that its reader may know.
type contractPage struct {
	frame
	Card     contractCard
	Trouble  *trouble
	Facts    []pair
	Gives    []string
	Open     []pair // region, and whether it is open now
	Targets  []targetRow
	Updates  bool // some severity promises updates
	Resolves bool
	People   []personRow
	Seats    string
	Full     bool
	Edit     bool // the reader gives roles
	Add      []field
	Packs    []packRow
	Products []registeredRow
	Plans    []planRow
	PlanNew  string // where one is added; "": the reader keeps none
	After    string // what happens at the end
	Ask      string // where a change is asked for
	Licences bool   // the reader has to do with keys
	Keys     int    // that they see
}

type targetRow struct{ Severity, First, Update, Resolve, Hours string }

type personRow struct {
	Name, Number, Email, Role, RoleKey string
	Removable                          bool
}

// planRow is a plan in short.
type planRow struct{ Path, Title, Days string }

type packRow struct{ Left, Bought, Until string }

// registeredRow is a registered product; Versions are those of the licences that
// the reader may see.
type registeredRow struct{ Product, Versions, By, Since, Until string }

func (s *site) contractRoutes() []route {
	return []route{
		{"GET " + contractsPath, signedIn, s.contracts},
		{"GET " + contractsPath + "/{contract}", signedIn, s.contract},
		{"POST " + contractsPath + "/{contract}/roles", signedIn, s.changeRoles(s.grant)},
		{"POST " + contractsPath + "/{contract}/roles/removed", signedIn, s.changeRoles(s.revoke)},
	}
}

func contractPath(number string) string { return contractsPath + "/" + url.PathEscape(number) }

// contracts lists those of a customer, or finds the one whose number staff type.
func (s *site) contracts(v *visit) error {
	p := contractsPage{frame: v.frame, Number: strings.TrimSpace(v.URL.Query().Get("number"))}
	if v.staff() {
		if p.Number == "" {
			return v.page(contractsView(p))
		}
		c, err := s.Store.ContractByNumber(v.Context(), v.viewer(), p.Number)
		if err == nil {
			return v.goTo(contractPath(c.Number), "")
		}
		var e *support.Error
		if !errors.As(err, &e) {
			return err
		}
		p.Wrong = v.voice.Message("contract.not_found", nil)
		v.show(http.StatusNotFound, contractsView(p))
		return nil
	}
	parties, err := s.Store.Parties(v.Context(), v.viewer(), v.who.Actor.ID)
	if err != nil {
		return err
	}
	for _, h := range parties.Holdings {
		if len(h.Roles) > 0 {
			p.Contracts = append(p.Contracts, s.cardOf(v, h.Contract, h.Account.Country, h.Roles))
		}
	}
	return v.page(contractsView(p))
}

func (s *site) cardOf(v *visit, c support.Contract, country string, mine []support.Role) contractCard {
	on := v.onDays(c, country)
	card := contractCard{
		Path: contractPath(c.Number), Number: c.Number, Name: v.voice.Named("offering", c.Offering),
		Hours: v.voice.Word("hours", s.Desk.Pack().Offerings[c.Offering].Hours),
		State: v.voice.Word("contract_state", string(c.State)), StateTone: "good",
		Ends: v.T("contract.until", "day", on.Day(c.EndsAt.Add(-time.Second))),
	}
	now := s.Desk.Now()
	switch {
	case c.State != support.ContractActive:
		card.StateTone = "warn"
	case !now.Before(c.EndsAt):
		card.State, card.StateTone = v.T("contract.ended"), "bad"
		card.Ends = v.T("contract.ended_on", "day", on.Day(c.EndsAt.Add(-time.Second)))
	case now.Before(c.StartsAt):
		card.State, card.StateTone = v.T("contract.begins", "day", on.Day(c.StartsAt)), "brand"
	}
	var roles []string
	for _, r := range mine {
		roles = append(roles, v.voice.Word("role", string(r)))
	}
	card.Mine = strings.Join(roles, v.voice.Comma())
	return card
}

// onContract is a contract that the visitor may read, with their roles towards it.
// What a customer holds of it has its account and incidents beside it.
func (s *site) onContract(v *visit) (support.Holding, []support.Role, error) {
	number := v.PathValue("contract")
	if v.staff() {
		c, err := s.Store.ContractByNumber(v.Context(), v.viewer(), number)
		if support.CodeOf(err) == support.NotFound {
			err = nowhere(v)
		}
		return support.Holding{Contract: c}, v.who.Viewer.Roles, err
	}
	parties, err := s.Store.Parties(v.Context(), v.viewer(), v.who.Actor.ID)
	if err != nil {
		return support.Holding{}, nil, err
	}
	for _, h := range parties.Holdings {
		if h.Contract.Number == number && len(h.Roles) > 0 {
			return h, h.Roles, nil
		}
	}
	return support.Holding{}, nil, nowhere(v)
}

func (s *site) contract(v *visit) error {
	p, err := s.contractPage(v, typed{})
	if err != nil {
		return err
	}
	return v.page(contractView(p))
}

// contractRows are what stands about a contract, each read once.
type contractRows struct {
	support.Holding
	roles      []support.Role // of the reader
	grants     []support.RoleGrant
	primary    support.Contact
	licences   []support.Licence
	registered []support.Registration
	named      store.Named
}

// contractRows reads them. What it costs does not grow with the rows.
func (s *site) contractRows(v *visit) (contractRows, error) {
	h, roles, err := s.onContract(v)
	r := contractRows{Holding: h, roles: roles}
	if err != nil {
		return r, err
	}
	ctx, id := v.Context(), h.Contract.ID
	if r.grants, err = s.Store.Roles(ctx, insider, id); err != nil {
		return r, err
	}
	for _, g := range r.grants {
		if g.Role == support.RoleLicencePrimary {
			r.primary.ID = g.Contact
		}
	}
	if v.staff() && r.primary.ID != 0 {
		parties, err := s.Store.Parties(ctx, insider, r.primary.ID)
		if err != nil {
			return r, err
		}
		r.primary = parties.Contact
		for _, x := range parties.Holdings {
			if x.Contract.ID == id {
				r.Account, r.Packs = x.Account, x.Packs
			}
		}
	} else if r.primary.ID != 0 {
		if r.primary, err = s.Store.Contact(ctx, insider, r.primary.ID); err != nil {
			return r, err
		}
	}
	if r.licences, err = s.Store.LicencesOf(ctx, insider, id); err != nil {
		return r, err
	}
	if r.registered, err = s.Store.Registrations(ctx, insider, id); err != nil {
		return r, err
	}
	var ids store.Naming
	for _, g := range r.grants {
		ids.Contacts = append(ids.Contacts, g.Contact)
	}
	for _, g := range r.registered {
		ids.Contacts = append(ids.Contacts, g.Contact)
	}
	r.named, err = s.Store.Names(ctx, ids)
	return r, err
}

// contractPage is the page of a contract, with a form that was refused.
func (s *site) contractPage(v *visit, form typed) (contractPage, error) {
	r, err := s.contractRows(v)
	if err != nil {
		return contractPage{}, err
	}
	c, mine := r.Contract, r.roles
	if v.staff() {
		mine = nil
	}
	p := contractPage{frame: v.frame, Card: s.cardOf(v, c, r.Account.Country, mine), Trouble: form.Trouble, Ask: newPath + "?kind=cs_request"}
	p.Edit = s.Desk.MayGrant(r.roles, support.RoleSupportAdmin)
	offering := s.Desk.Pack().Offerings[c.Offering]
	p.Facts = s.contractFacts(v, c, r.Account)
	p.Gives = givesOf(v, offering)
	p.Open = s.openNow(v, c, offering, r.Account.Country)
	s.targetsOf(v, &p, offering)
	s.peopleOf(v, &p, r, offering)
	p.Add = s.addFields(v, p, form)
	p.After = v.T("contract.after", "day", v.onDays(c, r.Account.Country).Day(c.EndsAt.Add(-time.Second)))
	s.papersOf(v, &p, r)
	if s.plans(r.roles) {
		p.PlanNew = plansPath(c.Number) + "/new"
	}
	return p, s.plansOf(v, &p, c)
}

func (s *site) contractFacts(v *visit, c support.Contract, account support.Account) []pair {
	var out []pair
	add := func(label string, words ...string) {
		if text := strings.Join(words, v.voice.Comma()); text != "" {
			out = append(out, pair{v.T(label), text})
		}
	}
	var products, regions []string
	for _, x := range c.Products {
		products = append(products, v.voice.Named("product", x))
	}
	for _, x := range c.Regions {
		regions = append(regions, v.voice.Named("region", x))
	}
	if v.staff() {
		add("contract.account", account.Name)
	}
	add("contract.products", products...)
	add("region", regions...)
	add("contract.term", v.voice.Day(c.StartsAt)+" – "+v.voice.Day(c.EndsAt.Add(-time.Second)))
	add("contract.order", c.Order)
	return out
}

// givesOf says what an offering gives, in words.
func givesOf(v *visit, o policy.Offering) []string {
	var out []string
	say := func(on bool, key string, args ...string) {
		if on {
			out = append(out, v.T("contract.gives."+key, args...))
		}
	}
	channels := func(list []string) string {
		var words []string
		for _, x := range list {
			words = append(words, v.voice.Word("channel", x))
		}
		return strings.Join(words, v.voice.Comma())
	}
	if text := o.For.In(v.Lang); text != "" {
		out = append(out, text)
	}
	say(len(o.Channels.In) > 0, "in", "channels", channels(o.Channels.In))
	say(len(o.Channels.Out) > 0, "out", "channels", channels(o.Channels.Out))
	say(o.Requests == "unlimited", "unlimited")
	say(o.Incidents != nil, "incidents")
	say(o.AfterHours, "after_hours")
	say(o.Remote, "remote")
	say(o.RCA, "rca")
	say(o.Updates, "updates")
	say(o.Upgrades, "upgrades")
	say(o.RegistrantOnly, "registrant")
	for _, x := range o.Extras {
		out = append(out, x.Text.In(v.Lang))
	}
	return out
}

// openNow says for each region whether the contract's hours run at present, and
// until when.
func (s *site) openNow(v *visit, c support.Contract, o policy.Offering, country string) []pair {
	pack, now := s.Desk.Pack(), s.Desk.Now()
	regions := c.Regions
	if own, ok := pack.RegionOf(country); len(regions) == 0 && ok {
		regions = []string{own.ID}
	}
	var out []pair
	for _, region := range regions {
		name, named := v.voice.Named("region", region), o.Hours
		if o.Hours == policy.AllHours {
			if len(o.Covers24x7) == 0 || len(o.Covers24x7) == len(pack.Severities) {
				out = append(out, pair{name, v.T("contract.open_always")})
				continue
			}
			out = append(out, pair{v.T("contract.around", "levels", levelsOf(v, o.Covers24x7)), v.T("contract.open_always")})
			name, named = v.T("contract.otherwise", "region", name), ""
		}
		hours, ok := pack.CalendarFor(region, named)
		if !ok || o.Hours == "web" || o.Hours == "none" {
			continue
		}
		if until, closes := hours.Closes(now); closes {
			out = append(out, pair{name, v.T("contract.open_until", "at", v.voice.Date(until))})
		} else if next, err := hours.Next(now); err == nil {
			out = append(out, pair{name, v.T("contract.closed_until", "at", v.voice.Date(next))})
		}
	}
	return out
}

// levelsOf are severities by their numbers.
func levelsOf(v *visit, levels []int) string {
	var out []string
	for _, n := range levels {
		out = append(out, itoa(n))
	}
	return strings.Join(out, v.voice.Comma())
}

// targetsOf are what is promised for each severity.
func (s *site) targetsOf(v *visit, p *contractPage, o policy.Offering) {
	if o.NoTargets || !o.Technical {
		return
	}
	amount := func(a *policy.Amount) string {
		if a == nil {
			return "–"
		}
		return v.voice.Amount(a.String())
	}
	for _, x := range s.Desk.Pack().Severities {
		t, ok := o.Target(x.Level)
		if !ok {
			continue
		}
		row := targetRow{Severity: v.severity(x.Level), First: amount(&t.First), Update: amount(t.Update), Resolve: amount(t.Resolve)}
		row.Hours = v.voice.Word("hours", cmp.Or(t.Hours, o.Hours))
		switch {
		case slices.Contains(o.Covers24x7, x.Level):
			row.Hours = v.voice.Word("hours", policy.AllHours)
		case len(o.Covers24x7) > 0 && row.Hours == v.voice.Word("hours", policy.AllHours):
			row.Hours = v.T("contract.business")
		}
		p.Updates, p.Resolves = p.Updates || t.Update != nil, p.Resolves || t.Resolve != nil
		p.Targets = append(p.Targets, row)
	}
}

// peopleOf are who holds which role, and how many support administrators there may
// be.
func (s *site) peopleOf(v *visit, p *contractPage, r contractRows, o policy.Offering) {
	taken := 0
	for _, g := range r.grants {
		row := r.named.Contacts[g.Contact]
		x := personRow{
			Name: v.person(row), Number: support.SpokenCustomerNumber(row.Number),
			Role: v.voice.Word("role", string(g.Role)), RoleKey: string(g.Role), Removable: p.Edit && g.Role != support.RoleLicencePrimary,
		}
		switch g.Role {
		case support.RoleLicencePrimary:
			x.Email = r.primary.Email
			p.People = slices.Insert(p.People, 0, x)
			continue
		case support.RoleSupportAdmin:
			taken++
		}
		p.People = append(p.People, x)
	}
	held := 0
	for _, l := range r.licences {
		if !l.Superseded {
			held += l.Units
		}
	}
	most := o.Admins(held)
	p.Full = taken >= most
	p.Seats = v.T("contract.seats", "taken", itoa(taken), "most", itoa(most))
	if most == 0 {
		p.Seats = v.T("contract.no_seats")
	}
}

// addFields are those of the form that gives a role, in somebody's place or beside
// the others.
func (s *site) addFields(v *visit, p contractPage, form typed) []field {
	if !p.Edit {
		return nil
	}
	instead := []option{{Label: v.T("contract.nobody")}}
	for _, x := range p.People {
		if x.Removable {
			instead = append(instead, option{Value: x.Number, Label: x.Name + " · " + x.Role})
		}
	}
	fields := []field{
		{Name: "contact", Label: v.T("customer_number"), Hint: v.T("contract.number_hint"), Kind: "text", Short: true},
		{Name: "role", Label: v.T("contract.role"), Kind: "radio", Value: string(support.RoleSupportAdmin), Options: []option{
			{Value: string(support.RoleSupportAdmin), Label: capital(v.voice.Word("role", string(support.RoleSupportAdmin))), Hint: v.T("contract.role_admin")},
			{Value: string(support.RoleLicenceSecondary), Label: capital(v.voice.Word("role", string(support.RoleLicenceSecondary))), Hint: v.T("contract.role_secondary")},
		}},
		{Name: "instead", Label: v.T("contract.instead"), Kind: "select", Options: instead, Optional: v.T("optional")},
	}
	for i := range fields {
		f := &fields[i]
		if form.Form == "roles" {
			f.Value, f.Wrong = form.value("roles", f.Name), form.wrong("roles", f.Name)
		}
	}
	return fields
}

// papersOf are incidents, registrations, and how many keys the reader sees.
func (s *site) papersOf(v *visit, p *contractPage, r contractRows) {
	for _, x := range r.Packs {
		p.Packs = append(p.Packs, packRow{itoa(x.Available()), itoa(x.Bought), v.voice.Date(x.ExpiresAt)})
	}
	versions := map[string][]string{}
	for _, l := range r.seen(v) {
		if !l.Superseded {
			p.Keys++
			versions[l.Product] = append(versions[l.Product], v.T("contract.licence", "version", l.Version, "units", itoa(l.Units)))
		}
	}
	p.Licences = r.keeps(v) || slices.Contains(r.roles, support.RoleLicenceSecondary)
	for _, g := range r.registered {
		x := registeredRow{Product: v.voice.Named("product", g.Product), Versions: strings.Join(versions[g.Product], " · "), By: v.person(r.named.Contacts[g.Contact]), Since: v.voice.Day(g.At)}
		if !g.Until.IsZero() {
			x.Until = v.voice.Date(g.Until)
		}
		p.Products = append(p.Products, x)
	}
}

// keeps tells whether the reader sees all keys of the contract (R03, R07).
func (r contractRows) keeps(v *visit) bool { return v.staff() || v.who.Actor.ID == r.primary.ID }

// seen are the keys that the reader may see: a secondary licence administrator
// those that were opened to them (R04).
func (r contractRows) seen(v *visit) []support.Licence {
	if r.keeps(v) {
		return r.licences
	}
	var out []support.Licence
	for _, l := range r.licences {
		if slices.Contains(r.roles, support.RoleLicenceSecondary) && slices.Contains(l.OpenedTo, v.who.Actor.ID) {
			out = append(out, l)
		}
	}
	return out
}

// plansOf are the plans for rollouts of the contract's account (R56).
func (s *site) plansOf(v *visit, p *contractPage, c support.Contract) error {
	list, err := s.Store.Plans(v.Context(), v.viewer(), c.Account, 0, 20)
	if err != nil {
		return err
	}
	var ids []int64
	for _, x := range list {
		ids = append(ids, x.Body.ID)
	}
	texts, err := s.Store.Texts(v.Context(), ids)
	for _, row := range list {
		x, err := support.ReadPlan(texts[row.Body.ID])
		if err != nil {
			continue // erased
		}
		var days []string
		for _, m := range x.Milestones {
			days = append(days, m.Day+" "+strings.Join(strings.Fields(v.voice.Named("product", m.Product)+" "+m.From+" → "+m.To), " "))
		}
		p.Plans = append(p.Plans, planRow{plansPath(c.Number) + "/" + support.Opaque("plan", row.ID), x.Title, strings.Join(days, "\n")})
	}
	return err
}

// person is a contact's name as it is written to somebody else.
func (v *visit) person(c support.Contact) string {
	return lang.Name(v.Lang, lang.Person{Family: c.FamilyName, Given: c.GivenName}, true)
}

// changeRoles carries out a form of a contract's people.
func (s *site) changeRoles(do func(v *visit, c support.Contract, contact int64) error) func(*visit) error {
	return func(v *visit) error {
		h, _, err := s.onContract(v)
		if err != nil {
			return err
		}
		c := h.Contract
		if err := v.parse(); err != nil {
			return err
		}
		var wrong error
		contact, err := v.contactNumbered(filled{v.PostForm, v.who.Zone, &wrong}, "contact")
		if err == nil {
			err = do(v, c, contact)
		}
		if err == nil {
			if _, _, err := s.onContract(v); err != nil {
				return v.goTo(contractsPath, "role_changed") // it was the last role that they held
			}
			return v.goTo(contractPath(c.Number), "role_changed")
		}
		form, err := v.refused("roles", err)
		if err != nil {
			return err
		}
		p, err := s.contractPage(v, form)
		if err != nil {
			return err
		}
		v.show(statusOf(form.Trouble.code), contractView(p))
		return nil
	}
}

func (s *site) grant(v *visit, c support.Contract, contact int64) error {
	var old int64
	if v.PostForm.Get("instead") != "" {
		var err error
		var wrong error
		if old, err = v.contactNumbered(filled{v.PostForm, v.who.Zone, &wrong}, "instead"); err != nil {
			return err
		}
	}
	return s.Desk.ReplaceRole(v.Context(), v.who.Actor, c.ID, old, contact, support.Role(v.PostForm.Get("role")))
}

func (s *site) revoke(v *visit, c support.Contract, contact int64) error {
	return s.Desk.RevokeRole(v.Context(), v.who.Actor, c.ID, contact, support.Role(v.PostForm.Get("role")))
}
