package support_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"time"

	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// room is a whole desk in memory: the fixtures as rows, the requests as their
// facts, and the effects answered at the instant at which they came up. It does
// what the store and the worker do around the core and decides nothing.
type room struct {
	pack *policy.Pack
	now  time.Time

	accounts  []support.Account
	contacts  []support.Contact
	staff     []support.Staff
	products  []support.Product
	contracts []support.Contract
	roles     []support.RoleGrant
	registers []support.Registration
	packs     []support.IncidentPack
	licences  []support.Licence
	defects   []support.Defect
	shifts    []support.Shift
	absences  []support.Absence

	people map[string]support.Actor // key → actor
	keys   map[support.Actor]string

	requests map[int64]*file
	last     int64
	texts    map[int64]string
	mute     bool               // effects are not answered
	replaced map[int64][]string // licence → new keys
	spared   map[int64][]support.Withheld
}

// file is a request with its facts and what was told because of them.
type file struct {
	request *support.Request
	facts   []support.Fact
	effects []support.Effect
	// batches are the facts of each command, for the properties.
	batches [][]support.Fact
}

var classic = func() *policy.Pack {
	p, err := policy.Shipped("classic-2010")
	if err != nil {
		panic(err)
	}
	return p
}()

// newRoom seeds the fixtures.
func newRoom() *room {
	w := fixtures.All()
	m := &room{
		pack: classic, people: map[string]support.Actor{}, keys: map[support.Actor]string{}, requests: map[int64]*file{},
		last: support.FirstID - 1, defects: someDefects(), texts: map[int64]string{}, replaced: map[int64][]string{}, spared: map[int64][]support.Withheld{}, products: w.Products,
	}
	accounts := map[string]int64{}
	for i, a := range w.Accounts {
		a.ID = int64(i + 1)
		accounts[a.Key] = a.ID
		m.accounts = append(m.accounts, a.Account)
	}
	for i, p := range w.People {
		p.ID, p.Contact.Account, p.Number = int64(i+1), accounts[p.Account], support.CustomerNumber(p.Digits)
		m.name(p.Key, support.Actor{Kind: support.Customer, ID: p.ID})
		m.contacts = append(m.contacts, p.Contact)
	}
	for i, s := range w.Staff {
		s.ID = int64(i + 1)
		m.name(s.Key, support.Actor{Kind: support.Vendor, ID: s.ID})
		m.staff = append(m.staff, s.Staff)
	}
	m.name("system", support.Actor{Kind: support.System})
	for i, c := range w.Contracts {
		c.ID, c.Contract.Account = int64(i+1), accounts[c.Account]
		m.contracts = append(m.contracts, c.Contract)
		m.grant(c.ID, support.RoleLicencePrimary, c.Primary)
		m.grant(c.ID, support.RoleSupportAdmin, c.Admins...)
		m.grant(c.ID, support.RoleLicenceSecondary, c.Secondary...)
	}
	for i, g := range w.Registrations {
		g.ID, g.Registration.Contact = int64(i+1), m.people[g.Person].ID
		g.Registration.Account = m.contact(g.Registration.Contact).Account
		if g.Contract != "" {
			g.Registration.Contract = m.contract(g.Contract).ID
		}
		m.registers = append(m.registers, g.Registration)
	}
	for i, l := range w.Licences {
		l.ID, l.Licence.Contract = int64(i+1), m.contract(l.Contract).ID
		for _, key := range l.OpenTo {
			l.OpenedTo = append(l.OpenedTo, m.people[key].ID)
		}
		m.licences = append(m.licences, l.Licence)
	}
	return m
}

func (m *room) name(key string, a support.Actor) { m.people[key], m.keys[a] = a, key }

func (m *room) grant(contract int64, role support.Role, keys ...string) {
	for _, key := range keys {
		m.roles = append(m.roles, support.RoleGrant{Contract: contract, Contact: m.people[key].ID, Role: role})
	}
}

func (m *room) contact(id int64) support.Contact { return m.contacts[id-1] }

func (m *room) contract(number string) *support.Contract {
	i := slices.IndexFunc(m.contracts, func(c support.Contract) bool { return c.Number == number })
	if i < 0 {
		return &support.Contract{}
	}
	return &m.contracts[i]
}

func (m *room) rolesOn(contract, contact int64) []support.Role {
	var out []support.Role
	for _, g := range m.roles {
		if g.Contract == contract && g.Contact == contact {
			out = append(out, g.Role)
		}
	}
	return out
}

func (m *room) primary(contract int64) int64 {
	for _, g := range m.roles {
		if g.Contract == contract && g.Role == support.RoleLicencePrimary {
			return g.Contact
		}
	}
	return 0
}

// replacePrimary is the licence team's change of a contract's PLA (R07).
func (m *room) replacePrimary(contract int64, to support.Actor) {
	for i, g := range m.roles {
		if g.Contract == contract && g.Role == support.RoleLicencePrimary {
			m.roles[i].Contact = to.ID
		}
	}
}

// parties are the rows about one contact: the contracts of the home account and
// those on which the contact holds a role.
func (m *room) parties(contact int64) support.Parties {
	c := m.contact(contact)
	w := support.Parties{Contact: c, Account: m.accounts[c.Account-1], Products: m.products}
	for _, k := range m.contracts {
		h := support.Holding{Contract: k, Account: m.accounts[k.Account-1], Roles: m.rolesOn(k.ID, contact)}
		for _, p := range m.packs {
			if p.Contract == k.ID {
				h.Packs = append(h.Packs, p)
			}
		}
		if k.Account == c.Account || len(h.Roles) > 0 {
			w.Holdings = append(w.Holdings, h)
		}
	}
	for _, g := range m.registers {
		ahead := !m.now.IsZero() && g.At.After(m.now) // the clock stands before it
		if g.Account == c.Account && !ahead {
			w.Registrations = append(w.Registrations, g)
		}
	}
	return w
}

// world loads what a command may rely on.
func (m *room) world(r *support.Request, cmd support.Command, by support.Actor) support.World {
	w := support.World{Staff: m.staff, OnCall: m.onCall("technical", "on_call"), Defects: m.defects, Beta: support.BetaFiling{Member: true, Programme: support.BetaProgramme{
		ID: 1, Name: "beta", Product: "esx", EndsAt: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}}}
	for _, s := range m.staff {
		w.Crew = append(w.Crew, support.Candidate{
			Staff: s, Open: m.owned(s.ID), OnShift: slices.Contains(w.OnCall, s.ID), Absent: support.Absent(m.absences, s.ID, m.now),
		})
	}
	contact := r.Filed.Contact
	if f, ok := cmd.(*support.File); ok {
		contact = f.Contact
	}
	correct, corrects := cmd.(*support.Reclassify)
	if corrects && correct.Contact != 0 {
		contact = correct.Contact
	}
	if contact > 0 && contact <= int64(len(m.contacts)) {
		w.Parties = m.parties(contact)
	}
	switch by.Kind {
	case support.System:
		w.Roles = []support.Role{support.RoleSystem}
	case support.Vendor:
		w.Roles = m.staff[by.ID-1].Roles
	case support.Customer:
		w.Roles = []support.Role{support.RoleContact}
		if r.Exists() && r.Filed.Contact == by.ID {
			w.Roles = append(w.Roles, support.RoleOpener)
		}
		if r.Exists() && r.Filed.Contract != 0 {
			w.Roles = append(w.Roles, m.rolesOn(r.Filed.Contract, by.ID)...)
		}
		if r.Watches(by.ID) {
			w.Roles = append(w.Roles, support.RoleWatcher)
		}
	}
	if facts := m.file(r.ID).facts; support.NeedsOf(cmd).Entry > 0 && support.NeedsOf(cmd).Entry <= int64(len(facts)) {
		w.Entry = facts[support.NeedsOf(cmd).Entry-1]
	}
	w.Hidden = by.Kind == support.Vendor && r.Restricted && r.Owner != by.ID && !slices.Contains(r.Named, by.ID) && !w.Has(support.RoleDuty, support.RoleAdmin)
	w.Withheld = m.spared[r.ID]
	w.Primary = m.primary(r.Filed.Contract)
	w.Deciders = []int64{r.Filed.Contact}
	for _, g := range m.roles {
		if r.Filed.Contract != 0 && g.Contract == r.Filed.Contract && g.Role != support.RoleLicenceSecondary {
			w.Deciders = append(w.Deciders, g.Contact)
		}
	}
	if corrects && correct.Contract != nil {
		w.Primary = m.primary(*correct.Contract)
	}
	if c, ok := cmd.(*support.SwapPrimary); ok && c.To > 0 && c.To <= int64(len(m.contacts)) {
		w.To = m.contact(c.To)
	}
	if f, ok := cmd.(*support.File); ok {
		w.Primary = m.primary(m.contractFor(f, w.Parties))
	}
	if c, ok := cmd.(*support.AddWatcher); ok && c.Contact > 0 && c.Contact <= int64(len(m.contacts)) {
		w.To = m.contact(c.Contact)
	}
	m.linked(&w, r, cmd)
	if c, ok := cmd.(*support.SplitLicence); ok && c.Licence > 0 && c.Licence <= int64(len(m.licences)) {
		w.Licence = m.licences[c.Licence-1]
		w.LicenceAdmins = append([]int64{m.primary(w.Licence.Contract)}, w.Licence.OpenedTo...)
	}
	return w
}

// onCall are those of a team who are called now: by its rota, or by their own
// duty where that names nobody.
func (m *room) onCall(team, duty string) []int64 {
	var of []support.Shift
	for _, s := range m.shifts {
		if s.Team == team {
			of = append(of, s)
		}
	}
	out := support.OnDuty(of, m.absences, m.now)
	for _, s := range m.staff {
		if len(out) == 0 && s.Duty == duty && !support.Absent(m.absences, s.ID, m.now) {
			return []int64{s.ID}
		}
	}
	return out
}

// owned is how many open requests a member of staff owns.
func (m *room) owned(id int64) int {
	n := 0
	for _, f := range m.requests {
		if f.request.Owner == id && f.request.Completed == nil {
			n++
		}
	}
	return n
}

// contractFor is the contract to which a filing will belong, as entitlement
// says; the store loads its PLA.
func (m *room) contractFor(f *support.File, w support.Parties) int64 {
	return support.Entitle(support.Query{
		Kind: f.Kind, Contract: f.Contract, Product: f.Product, Version: f.Version, Channel: f.Channel,
		Severity: f.Severity, Region: f.Region, Environment: f.Details.Environment, At: m.now,
		Scope: f.Scope, Feature: f.Feature, Unsupported: f.Unsupported, Language: f.Language,
	}, w, m.pack).Contract
}

// save stores the texts of a command, as the desk does before it is decided.
func (m *room) save(cmd support.Command) {
	for _, t := range cmd.Texts() {
		if t.Plain == "" {
			continue
		}
		id := int64(len(m.texts) + 1)
		sum := sha256.Sum256(fmt.Appendf(nil, "%d|%s", id, t.Plain))
		m.texts[id] = t.Plain
		*t = support.Text{ID: id, SHA256: hex.EncodeToString(sum[:]), Plain: t.Plain}
	}
}

// file finds a request, or one that is not filed yet.
func (m *room) file(id int64) *file {
	if f, ok := m.requests[id]; ok {
		return f
	}
	return &file{request: &support.Request{ID: id}}
}

// do carries out one command now and answers what must be told; id 0 files.
func (m *room) do(by support.Actor, id int64, cmd support.Command) (int64, error) {
	if _, files := cmd.(*support.File); files && id == 0 {
		id = m.last + 1
	}
	f := m.file(id)
	m.save(cmd)
	facts, err := support.Decide(f.request, cmd, m.world(f.request, cmd, by), by, m.now, m.pack)
	if err != nil {
		return id, err
	}
	m.spare(id, support.WithheldKind(f.request, cmd, by), facts)
	if len(facts) == 0 {
		return id, nil
	}
	m.last = max(m.last, id)
	m.requests[id] = f
	support.Fold(f.request, facts...)
	f.facts = append(f.facts, facts...)
	f.batches = append(f.batches, facts)
	if err := m.second(by, f.request, cmd); err != nil {
		return id, err
	}
	m.rows(f.request, facts)
	for _, e := range support.React(f.request, facts, m.pack) {
		f.effects = append(f.effects, e)
		if m.mute {
			continue
		}
		if _, err := m.do(support.Actor{Kind: support.System}, id, &support.RecordNotice{Notified: support.Notified{
			Key: e.Key, Kind: e.Kind, Template: e.Template, Recipient: e.Recipient, Seq: e.Seq,
		}}); err != nil {
			return id, fmt.Errorf("record the notice %s: %w", e.Key, err)
		}
	}
	return id, nil
}

// rows keeps the plain rows beside the facts.
func (m *room) rows(r *support.Request, facts []support.Fact) {
	for _, f := range facts {
		switch b := f.Body.(type) {
		case support.SurveyRequested:
			m.contacts[b.Contact-1].SurveySentAt = f.At
		case support.IncidentReserved:
			m.packs[b.Pack-1].Reserved++
		case support.IncidentSettled:
			m.packs[b.Pack-1].Reserved--
			if b.Spent {
				m.packs[b.Pack-1].Spent++
			}
		case support.LicenceSplit:
			m.split(b)
		case support.PrimarySwapped:
			m.replacePrimary(b.Contract, support.Actor{Kind: support.Customer, ID: b.To})
		}
	}
}

func (m *room) split(b support.LicenceSplit) {
	old := &m.licences[b.Licence-1]
	old.Superseded = true
	part := *old
	for i, units := range b.Parts {
		part.ID, part.Key, part.Units, part.Version, part.Superseded = int64(len(m.licences)+1), m.texts[b.Keys[i].ID], units, b.Version, false
		m.licences = append(m.licences, part)
	}
}

// until lets everything happen that is due by an instant, in order, each at its
// own instant, and stops the clock there.
func (m *room) until(at time.Time) error {
	for range 10_000 {
		var next time.Time
		var due int64
		for id := int64(support.FirstID); id <= m.last; id++ {
			n := m.file(id).request.NextAt(m.pack)
			if !n.IsZero() && !n.After(at) && (next.IsZero() || n.Before(next)) {
				next, due = n, id
			}
		}
		if next.IsZero() {
			m.now = support.Instant(at)
			return nil
		}
		if next.After(m.now) {
			m.now = next
		}
		if _, err := m.do(support.Actor{Kind: support.System}, due, &support.Tick{}); err != nil {
			return fmt.Errorf("tick of %d at %s: %w", due, next, err)
		}
		if n := m.file(due).request.NextAt(m.pack); !n.IsZero() && !n.After(m.now) {
			return fmt.Errorf("request %d is still due at %s after its tick at %s", due, n, m.now)
		}
	}
	return fmt.Errorf("the desk never rests before %s", at)
}

// at reads an instant in Japan's zone for the tests of this package.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	got, err := time.ParseInLocation("2006-01-02 15:04:05", text, time.FixedZone("JST", 9*3600))
	if err != nil {
		got, err = time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("JST", 9*3600))
	}
	if err != nil {
		t.Fatal(err)
	}
	return got.UTC()
}
