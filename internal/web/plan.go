package web

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Of each part of a plan so many rows are empty, for what is added; a plan that is saved
// has as many again.
const (
	freshMilestones = 3
	freshPeople     = 2
)

// planParts are the rows of a plan and their fields, as a form and a refusal call them.
var planParts = map[string][]string{
	"milestones": {"day", "product", "from", "to", "state"}, "contacts": {"name", "part", "phone"}, "vendors": {"name", "product", "contract", "phone"},
}

func (s *site) planRoutes() []route {
	const base = contractsPath + "/{contract}/plans"
	return []route{
		{"GET " + base + "/new", signedIn, s.shown(s.newPlanPage)},
		{"POST " + base + "/new", signedIn, s.managing("plan", "plan_added", s.newPlanPage, s.addPlan)},
		{"GET " + base + "/{plan}", signedIn, s.shown(s.planPage)},
		{"POST " + base + "/{plan}", signedIn, s.managing("plan", "saved", s.planPage, s.changePlan)},
		{"POST " + base + "/{plan}/removal", signedIn, s.managing("removal", "plan_removed", s.planPage, s.removePlan)},
	}
}

func plansPath(number string) string { return contractPath(number) + "/plans" }

// plans tells whether somebody with these roles towards a contract keeps the plans of
// its account (R56).
func (s *site) plans(roles []support.Role) bool {
	return slices.ContainsFunc(roles, func(r support.Role) bool {
		switch r {
		case support.RoleLicencePrimary, support.RoleSupportAdmin, support.RoleAdmin, support.RoleCSR, support.RoleTSE, support.RoleLicence, support.RoleDuty:
			return true
		}
		return false
	})
}

// planFrame is a page about a plan of a contract's account. To whoever keeps none there
// is none.
func (s *site) planFrame(v *visit) (managePage, support.Holding, error) {
	h, roles, err := s.onContract(v)
	if err == nil && !s.plans(roles) {
		err = nowhere(v)
	}
	return managePage{frame: v.frame, Once: newOnce(), Title: v.T("contract.plan"), Lead: v.T("plan.lead"),
		Back: &navItem{Path: contractPath(h.Contract.Number), Label: h.Contract.Number}}, h, err
}

// newPlanPage is the form of a plan that is not there yet.
func (s *site) newPlanPage(v *visit, form typed) (managePage, error) {
	p, h, err := s.planFrame(v)
	if err != nil {
		return p, err
	}
	p.Title = v.T("plan.new")
	f, err := s.planForm(v, support.PlanBody{Zone: v.who.Zone}, form)
	f.Path, f.Send = plansPath(h.Contract.Number)+"/new", v.T("manage.add")
	p.Forms = []manageForm{f}
	return p, err
}

// planPage is a plan in its newest version, and the form that writes the next one.
func (s *site) planPage(v *visit, form typed) (managePage, error) {
	p, h, err := s.planFrame(v)
	if err != nil {
		return p, err
	}
	x, b, err := s.plan(v, h)
	if err != nil {
		return p, err
	}
	by, err := s.Desk.People(v.Context(), []support.Actor{x.By})
	if err != nil {
		return p, err
	}
	p.Title = cmp.Or(b.Title, v.T("erased"))
	p.Facts = []pair{{v.T("plan.version", "n", strconv.FormatInt(x.Version, 10)), v.voice.Date(x.At) + " · " + by.Who(v.Lang, x.By)}}
	f, err := s.planForm(v, b, form)
	path := plansPath(h.Contract.Number) + "/" + support.Opaque("plan", x.ID)
	f.Path, f.Send, f.Read = path, v.T("profile.save"), strconv.FormatInt(x.Version, 10)
	p.Forms = []manageForm{f}
	p.Buttons = []manageButton{{path + "/removal", v.T("plan.remove"), v.T("plan.remove_hint")}}
	return p, err
}

// plan is the one that the address names, of the account of the contract.
func (s *site) plan(v *visit, h support.Holding) (support.Plan, support.PlanBody, error) {
	id, _ := support.ParseOpaque("plan", v.PathValue("plan"))
	x, err := s.Store.Plan(v.Context(), v.viewer(), id)
	if support.CodeOf(err) == support.NotFound || err == nil && x.Account != h.Contract.Account {
		return x, support.PlanBody{}, nowhere(v)
	}
	if err != nil {
		return x, support.PlanBody{}, err
	}
	named, err := s.Store.Names(v.Context(), store.Naming{Texts: []int64{x.Body.ID}})
	if err != nil {
		return x, support.PlanBody{}, err
	}
	b, err := support.ReadPlan(named.Texts[x.Body.ID])
	return x, b, err
}

// planForm asks for everything that a plan says, row by row, with empty rows behind.
func (s *site) planForm(v *visit, b support.PlanBody, form typed) (manageForm, error) {
	products, err := s.productOptions(v, nil)
	products = append([]option{{Label: "—"}}, products...)
	optional := v.T("optional")
	states := words(v, "milestone", string(support.MilestonePlanned), string(support.MilestoneDone), string(support.MilestoneCancelled))
	fields := []field{
		{Name: "title", Label: v.T("plan.title"), Kind: "text", Value: b.Title},
		{Name: "zone", Label: v.T("profile.zone"), Hint: v.T("plan.zone_hint"), Kind: "text", Value: b.Zone, Short: true},
	}
	row := func(part string, n int, values ...string) {
		for i, name := range planParts[part] {
			f := field{Name: planField(part, n, name), Label: v.T("plan."+part+"."+name, "n", itoa(n+1)), Kind: "text", Value: values[i], Optional: optional, Short: true}
			switch {
			case name == "day":
				f.Kind = "date"
			case part == "milestones" && name == "product":
				f.Kind, f.Options = "select", products
			case name == "state":
				f.Kind, f.Options = "select", states
			case name == "phone":
				f.Kind = "tel"
			}
			fields = append(fields, f)
		}
	}
	for n, m := range append(slices.Clone(b.Milestones), make([]support.Milestone, freshMilestones)...) {
		row("milestones", n, m.Day, m.Product, m.From, m.To, string(m.State))
	}
	steps := field{Name: "done", Label: v.T("plan.steps"), Kind: "checkbox", Values: append([]string{""}, b.Done...), Optional: optional}
	for _, it := range s.Desk.Pack().Intake.Plan {
		steps.Options = append(steps.Options, option{Value: it.ID, Label: it.Text.In(v.Lang)})
	}
	if len(steps.Options) > 0 {
		fields = append(fields, steps)
	}
	for n, c := range append(slices.Clone(b.Contacts), make([]support.PlanContact, freshPeople)...) {
		row("contacts", n, c.Name, c.Part, c.Phone)
	}
	for n, x := range append(slices.Clone(b.Vendors), make([]support.PlanVendor, freshPeople)...) {
		row("vendors", n, x.Name, x.Product, x.Contract, x.Phone)
	}
	return manageForm{Name: "plan", Title: v.T("contract.plan"), Hint: v.T("plan.hint"), Shown: true, Grid: true, Fields: form.kept("plan", fields)}, err
}

func planField(part string, n int, name string) string { return part + "-" + itoa(n) + "-" + name }

// planRows are the rows of a part that are not empty, and where in the form each stands.
func planRows(f filled, part string) (rows []map[string]string, at []int) {
	for n := range 200 {
		row, said := map[string]string{}, false
		if !f.Has(planField(part, n, planParts[part][0])) {
			break
		}
		for _, name := range planParts[part] {
			row[name] = strings.TrimSpace(f.Get(planField(part, n, name)))
			said = said || row[name] != "" && name != "state"
		}
		if said {
			rows, at = append(rows, row), append(at, n)
		}
	}
	return rows, at
}

// planTyped is a plan as a form has it; placed puts what is refused about a row where
// that row stands.
func planTyped(f filled) (b support.PlanBody, placed func(error) error) {
	b = support.PlanBody{Title: strings.TrimSpace(f.Get("title")), Zone: strings.TrimSpace(f.Get("zone")), Done: slices.DeleteFunc(slices.Clone(f.Values["done"]), func(x string) bool { return x == "" })}
	places := map[string][]int{}
	var rows []map[string]string
	rows, places["milestones"] = planRows(f, "milestones")
	for _, x := range rows {
		b.Milestones = append(b.Milestones, support.Milestone{Day: x["day"], Product: x["product"], From: x["from"], To: x["to"],
			State: support.MilestoneState(cmp.Or(x["state"], string(support.MilestonePlanned)))})
	}
	rows, places["contacts"] = planRows(f, "contacts")
	for _, x := range rows {
		b.Contacts = append(b.Contacts, support.PlanContact{Name: x["name"], Part: x["part"], Phone: x["phone"]})
	}
	rows, places["vendors"] = planRows(f, "vendors")
	for _, x := range rows {
		b.Vendors = append(b.Vendors, support.PlanVendor{Name: x["name"], Product: x["product"], Contract: x["contract"], Phone: x["phone"]})
	}
	return b, func(err error) error {
		var e *support.Error
		if !errors.As(err, &e) {
			return err
		}
		part, name, _ := strings.Cut(e.Field, ".")
		part, index, _ := strings.Cut(part, "[")
		if planParts[part] == nil {
			return err
		}
		n, _ := strconv.Atoi(strings.TrimSuffix(index, "]"))
		if index == "" && name == "product" { // one of them: the first that is none
			n = max(0, slices.IndexFunc(b.Milestones, func(m support.Milestone) bool { return m.Product == e.Args["product"] }))
		}
		moved := *e
		if at := places[part]; n < len(at) {
			n = at[n]
		}
		moved.Field = planField(part, n, cmp.Or(name, planParts[part][0]))
		return &moved
	}
}

func (s *site) addPlan(v *visit, f filled) (string, error) {
	_, h, err := s.planFrame(v)
	if err != nil {
		return "", err
	}
	b, placed := planTyped(f)
	x, err := s.Desk.AddPlan(v.Context(), v.who.Actor, h.Contract.Account, b)
	return plansPath(h.Contract.Number) + "/" + support.Opaque("plan", x.ID), placed(err)
}

func (s *site) changePlan(v *visit, f filled) (string, error) {
	_, h, err := s.planFrame(v)
	if err != nil {
		return "", err
	}
	x, _, err := s.plan(v, h)
	if err != nil {
		return "", err
	}
	b, placed := planTyped(f)
	_, err = s.Desk.ChangePlan(v.Context(), v.who.Actor, x.ID, int64(f.number("read")), b)
	return plansPath(h.Contract.Number) + "/" + support.Opaque("plan", x.ID), placed(err)
}

func (s *site) removePlan(v *visit, _ filled) (string, error) {
	_, h, err := s.planFrame(v)
	if err != nil {
		return "", err
	}
	x, _, err := s.plan(v, h)
	if err == nil {
		err = s.Desk.RemovePlan(v.Context(), v.who.Actor, x.ID)
	}
	return contractPath(h.Contract.Number), err
}
