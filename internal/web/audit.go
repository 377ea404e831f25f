package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Where the pages are that tell what happened.
const (
	auditPath  = managePath + "/audit"
	pastShown  = 10 // on the page of one noun
	auditShown = 50
)

// auditTold are the parts of audits that are told, in this order, and what their
// values are: people and papers are ids, names are the pack's or the catalogue's.
// What is not here is not shown: nobody has decided to.
var auditTold = []struct{ name, as string }{
	{"account", "account"}, {"contract", "contract"}, {"contact", "contact"}, {"primary", "contact"}, {"in_place_of", "contact"},
	{"staff", "staff"}, {"role", "role"}, {"roles", "role"}, {"offering", "offering"}, {"product", "product"}, {"products", "product"},
	{"key", "product"}, {"regions", "region"}, {"team", "team"}, {"country", "country"}, {"duty", "duty"}, {"state", "state"},
	{"active", ""}, {"restricted", ""}, {"from", "contact"}, {"to", "contact"}, {"order", ""}, {"starts_at", ""}, {"ends_at", ""},
	{"registered_at", ""}, {"expires_at", ""}, {"due_at", ""}, {"previous_until", ""}, {"actor", "actor"}, {"scopes", "token_scope"},
	{"kinds", "event"}, {"why", "webhook_why"}, {"units", ""}, {"bought", ""}, {"versions", ""}, {"days", ""}, {"version", ""},
	{"pack", ""}, {"previous", ""}, {"year", ""}, {"set", ""}, {"rows", ""}, {"template", "template"}, {"effects", ""}, {"reason", "text"},
}

// told is what an audit says beside who did what.
func (t auditTeller) told(e store.Event) string {
	body := auditBody(e)
	var out []string
	for _, part := range auditTold {
		if said := t.value(e, part.as, body[part.name]); said != "" {
			out = append(out, t.v.T("audit.part", "what", t.v.T("audit.part."+part.name), "value", said))
		}
	}
	return strings.Join(out, " · ")
}

// auditTeller tells audits to a reader, with names for ids.
type auditTeller struct {
	v     *visit
	named store.Named
	goods map[int64]support.Product
}

func auditBody(e store.Event) map[string]any {
	body := map[string]any{}
	if u, ok := e.Fact.Body.(support.Unknown); ok {
		d := json.NewDecoder(bytes.NewReader(u.Raw))
		d.UseNumber()
		_ = d.Decode(&body) // what cannot be read tells nothing
	}
	return body
}

// ids are the numbers of a part: one, or several.
func idsOf(x any) []int64 {
	switch x := x.(type) {
	case json.Number:
		if id, err := x.Int64(); err == nil && id != 0 {
			return []int64{id}
		}
	case []any:
		var out []int64
		for _, y := range x {
			out = append(out, idsOf(y)...)
		}
		return out
	}
	return nil
}

// tellerOf reads the names that events need in one statement.
func (s *site) tellerOf(v *visit, events []store.Event) (auditTeller, error) {
	var ids store.Naming
	for _, e := range events {
		who, said := []support.Actor{e.Fact.By}, auditBody(e)
		switch e.Subject {
		case "account":
			ids.Accounts = append(ids.Accounts, e.SubjectID)
		case "contract":
			ids.Contracts = append(ids.Contracts, e.SubjectID)
		case "contact":
			who = append(who, support.Actor{Kind: support.Customer, ID: e.SubjectID})
		case "staff":
			who = append(who, support.Actor{Kind: support.Vendor, ID: e.SubjectID})
		}
		for _, part := range auditTold {
			switch part.as {
			case "account":
				ids.Accounts = append(ids.Accounts, idsOf(said[part.name])...)
			case "contract":
				ids.Contracts = append(ids.Contracts, idsOf(said[part.name])...)
			case "contact":
				ids.Contacts = append(ids.Contacts, idsOf(said[part.name])...)
			case "staff":
				ids.Staff = append(ids.Staff, idsOf(said[part.name])...)
			case "actor":
				who = append(who, actorSaid(said[part.name]))
			case "text":
				if m, ok := said[part.name].(map[string]any); ok {
					ids.Texts = append(ids.Texts, idsOf(m["id"])...)
				}
			}
		}
		for _, a := range who {
			switch a.Kind {
			case support.Customer:
				ids.Contacts = append(ids.Contacts, a.ID)
			case support.Vendor:
				ids.Staff = append(ids.Staff, a.ID)
			}
		}
	}
	t := auditTeller{v: v, goods: map[int64]support.Product{}}
	var err error
	if t.named, err = s.Store.Names(v.Context(), ids); err != nil {
		return t, err
	}
	if slices.ContainsFunc(events, func(e store.Event) bool { return e.Subject == "product" }) {
		all, err := s.Store.Products(v.Context())
		for _, x := range all {
			t.goods[x.ID] = x
		}
		return t, err
	}
	return t, nil
}

func actorSaid(x any) support.Actor {
	m, _ := x.(map[string]any)
	kind, _ := m["kind"].(string)
	a := support.Actor{Kind: support.ActorKind(kind)}
	if ids := idsOf(m["id"]); len(ids) > 0 {
		a.ID = ids[0]
	}
	return a
}

// who is somebody by name.
func (t auditTeller) who(a support.Actor) string {
	people := lang.People{}
	if c, ok := t.named.Contacts[a.ID]; ok && a.Kind == support.Customer {
		people[a] = lang.Person{Family: c.FamilyName, Given: c.GivenName}
	}
	if m, ok := t.named.Staff[a.ID]; ok && a.Kind == support.Vendor {
		people[a] = lang.Person{Family: m.FamilyName, Given: m.GivenName}
	}
	return people.Who(t.v.Lang, a)
}

// value is one part in words; "" when there is nothing to tell.
func (t auditTeller) value(e store.Event, as string, x any) string {
	switch x := x.(type) {
	case nil:
		return ""
	case bool:
		return t.v.T("audit.is." + strconv.FormatBool(x))
	case json.Number:
		if x == "0" {
			return ""
		}
		return t.id(as, x)
	case string:
		return t.word(e, as, x)
	case []any:
		var out []string
		for _, y := range x {
			if said := t.value(e, as, y); said != "" {
				out = append(out, said)
			}
		}
		return strings.Join(out, t.v.voice.Comma())
	case map[string]any:
		if a := actorSaid(x); as == "actor" && a.Kind != "" {
			return t.who(a)
		}
		if ids := idsOf(x["id"]); as == "text" && len(ids) > 0 {
			return cmp.Or(t.named.Texts[ids[0]], t.v.T("erased"))
		}
	}
	return ""
}

func (t auditTeller) id(as string, x json.Number) string {
	id, _ := x.Int64()
	switch as {
	case "account":
		return t.named.Accounts[id].Name
	case "contract":
		return t.named.Contracts[id].Number
	case "contact":
		return t.who(support.Actor{Kind: support.Customer, ID: id})
	case "staff":
		return t.who(support.Actor{Kind: support.Vendor, ID: id})
	case "":
		return x.String()
	}
	return ""
}

func (t auditTeller) word(e store.Event, as, x string) string {
	if x == "" {
		return ""
	}
	if at, err := time.Parse(time.RFC3339Nano, x); err == nil {
		return t.v.voice.Date(at)
	}
	pack := t.v.site.Desk.Pack()
	switch as {
	case "offering", "product", "region":
		return t.v.voice.Named(as, x)
	case "team":
		team, _ := pack.Work.Team(x)
		return team.Text.In(t.v.Lang)
	case "country":
		return t.v.site.country(t.v, x)
	case "duty":
		return t.v.T("manage.duty." + x)
	case "state":
		if e.Subject == "contract" {
			return t.v.voice.Word("contract_state", x)
		}
		return t.v.voice.Word(e.Subject, x)
	case "role", "token_scope", "webhook_why", "template", "event":
		return t.v.voice.Word(as, x)
	}
	return x
}

// on is what an audit is about, and its page where it has one.
func (t auditTeller) on(e store.Event) (what, link string) {
	noun := capital(t.v.voice.Word("noun", e.Subject))
	name := ""
	switch e.Subject {
	case "account":
		name, link = t.named.Accounts[e.SubjectID].Name, accountPath(e.SubjectID)
	case "contact":
		if c, ok := t.named.Contacts[e.SubjectID]; ok {
			name, link = t.who(support.Actor{Kind: support.Customer, ID: c.ID}), managePath+"/contacts/"+c.Number
		}
	case "contract":
		if c, ok := t.named.Contracts[e.SubjectID]; ok {
			name, link = c.Number, contractPath(c.Number)
		}
	case "staff":
		if m, ok := t.named.Staff[e.SubjectID]; ok {
			name, link = t.who(support.Actor{Kind: support.Vendor, ID: m.ID}), memberPath(m)
		}
	case "product":
		name = t.goods[e.SubjectID].Name
	case "read":
		name, link = support.SpokenNumber(e.SubjectID), "/requests/"+support.Number(e.SubjectID)
	}
	if name == "" {
		return noun, ""
	}
	return t.v.T("audit.on", "noun", noun, "name", name), link
}

// did is what was done.
func (t auditTeller) did(e store.Event) string {
	return capital(t.v.voice.Word("act", e.Fact.Kind()))
}

// past is what happened to one noun, the newest first, as the last list of its
// page.
func (s *site) past(v *visit, p *managePage, subject string, id int64) error {
	out := manageList{ID: pastList, Title: v.T("audit.past"), None: v.T("audit.nothing"),
		Columns: []string{v.T("audit.when"), v.T("audit.who"), v.T("audit.what"), v.T("audit.details")}}
	before := v.URL.Query().Get("before")
	events, next, err := s.Store.Audit(v.Context(), v.viewer(), store.Audited{Subject: subject, ID: id, After: before, Limit: pastShown})
	if support.CodeOf(err) == support.Invalid {
		events, next, err = nil, "", nil // a cursor of another list
	}
	if err != nil {
		return err
	}
	t, err := s.tellerOf(v, events)
	for _, e := range events {
		out.Rows = append(out.Rows, manageRow{Cells: []string{v.voice.Date(e.Fact.At), t.who(e.Fact.By), t.did(e), t.told(e)}})
	}
	q := narrowed(v.URL.Query())
	if next != "" {
		q.Set("before", next)
		out.Older = pageOf(v.URL.Path) + "?" + q.Encode() + "#" + pastList
	}
	if before != "" {
		q.Del("before")
		out.Newest = pageOf(v.URL.Path) + "?" + q.Encode() + "#" + pastList
	}
	p.Lists = append(p.Lists, out)
	return err
}

// auditPage is all that happened to other nouns than requests.
func (s *site) auditPage(v *visit, _ typed) (managePage, error) {
	p := s.manage(v, v.T("manage.audit"))
	p.Lead = v.T("audit.lead")
	q := v.URL.Query()
	var wrong error
	f := filled{q, v.who.Zone, &wrong}
	a := store.Audited{From: f.day("from", false), To: f.day("to", true), After: q.Get("after"), Limit: auditShown}
	if noun := q.Get("noun"); slices.Contains(store.Subjects(), noun) {
		a.Subject = noun
	}
	fields, err := s.auditFields(v, q.Get("who"), &a, wrong)
	if err != nil {
		return p, err
	}
	p.Filter = fields
	events, next, err := s.Store.Audit(v.Context(), v.viewer(), a)
	if support.CodeOf(err) == support.Invalid {
		a.After = ""
		events, next, err = s.Store.Audit(v.Context(), v.viewer(), a)
	}
	if err != nil {
		return p, err
	}
	t, err := s.tellerOf(v, events)
	table := manageList{None: v.T("audit.none"), Columns: []string{v.T("audit.noun"), v.T("audit.what"), v.T("audit.who"), v.T("audit.when"), v.T("audit.details")}}
	for _, e := range events {
		on, link := t.on(e)
		table.Rows = append(table.Rows, manageRow{Link: link, Cells: []string{on, t.did(e), t.who(e.Fact.By), v.voice.Date(e.Fact.At), t.told(e)}})
	}
	p.Lists = []manageList{table}
	p.pages(v, "after", next)
	return p, err
}

// auditFields are the filters of the audit, as they are set. Who is chosen among
// colleagues, or a contact by customer number.
func (s *site) auditFields(v *visit, who string, a *store.Audited, wrong error) ([]field, error) {
	q := v.URL.Query()
	nouns := []option{{Label: v.T("audit.all")}}
	for _, x := range store.Subjects() {
		nouns = append(nouns, option{Value: x, Label: capital(v.voice.Word("noun", x))})
	}
	staff, err := s.Store.AllStaff(v.Context())
	if err != nil {
		return nil, err
	}
	people := []option{{Label: v.T("audit.anybody")}, {Value: "system", Label: capital(v.voice.Word("actor", "system"))}}
	if who == "system" {
		a.Actor = support.Actor{Kind: support.System}
	}
	for _, m := range staff {
		id := support.Opaque("stf", m.ID)
		people = append(people, option{Value: id, Label: lang.Name(v.Lang, lang.Person{Family: m.FamilyName, Given: m.GivenName}, false)})
		if id == who {
			a.Actor = support.Actor{Kind: support.Vendor, ID: m.ID}
		}
	}
	contact := field{Name: "contact", Label: v.T("audit.contact"), Kind: "text", Value: q.Get("contact"), Short: true, Optional: " "}
	if said := strings.TrimSpace(q.Get("contact")); said != "" {
		id, err := v.numbered(said, "contact")
		if support.CodeOf(err) == support.Invalid {
			contact.Wrong = v.refusal(err)
		} else if err != nil {
			return nil, err
		}
		a.Actor = support.Actor{Kind: support.Customer, ID: id}
	}
	day := func(name string) field {
		return field{Name: name, Label: v.T("audit." + name), Kind: "date", Value: q.Get(name), Short: true, Optional: " "}
	}
	from, to := day("from"), day("to")
	if wrong != nil {
		from.Wrong = v.refusal(wrong)
	}
	return []field{
		{Name: "noun", Label: v.T("audit.noun"), Kind: "select", Value: a.Subject, Options: nouns, Optional: " "},
		{Name: "who", Label: v.T("audit.who"), Kind: "select", Value: who, Options: people, Optional: " "},
		contact, from, to,
	}, nil
}
