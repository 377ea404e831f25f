package web

import (
	"slices"

	"madoguchi/internal/support"
)

func (s *site) registrationRoutes() []route {
	const base = contractsPath + "/{contract}/registrations"
	return []route{
		{"GET " + base, signedIn, s.shown(s.registrationsPage)},
		{"POST " + base, signedIn, s.managing("register", "product_registered", s.registrationsPage, s.registerProduct)},
		{"POST " + base + "/{registration}/ended", signedIn, s.managing("ended", "registration_ended", s.registrationsPage, s.endRegistration)},
	}
}

func registrationsPath(number string) string { return contractPath(number) + "/registrations" }

// registrants are those who may register for a contract: whoever keeps it, and the
// secondary licence administrators, as far as keys were opened to them (R04).
func (s *site) registrants(v *visit) (contractRows, error) {
	r, err := s.contractRows(v)
	if err == nil && !r.keeps(v) && !slices.Contains(r.roles, support.RoleLicenceSecondary) {
		err = nowhere(v)
	}
	return r, err
}

// registrationsPage are the products that are tied to a contract, by whom and since
// when (R13, R14).
func (s *site) registrationsPage(v *visit, form typed) (managePage, error) {
	r, err := s.registrants(v)
	if err != nil {
		return managePage{}, err
	}
	number := r.Contract.Number
	p := managePage{frame: v.frame, Title: v.T("registration.of", "contract", number), Lead: v.T("registration.lead"), Once: newOnce(), Back: &navItem{Path: contractPath(number), Label: number}}
	ends := v.ends(r)
	list := manageList{Title: v.T("contract.registrations"), None: v.T("contract.no_registration"),
		Columns: []string{v.T("filter.product"), v.T("registration.who"), v.T("registration.since"), v.T("registration.until")}}
	for _, g := range r.registered {
		row := manageRow{Cells: []string{v.voice.Named("product", g.Product), v.person(r.named.Contacts[g.Contact]), v.voice.Day(g.At), day(v.voice, g.Until)}}
		switch {
		case !g.Until.IsZero() && !s.Desk.Now().Before(g.Until):
			row.State = v.T("registration.ended")
		case ends:
			row.Buttons = []manageButton{{Path: registrationsPath(number) + "/" + support.Opaque("reg", g.ID) + "/ended", Label: v.T("registration.end")}}
		}
		list.Rows = append(list.Rows, row)
	}
	p.Lists = []manageList{list}
	var products []option
	for _, key := range r.Contract.Products {
		if s.Desk.Pack().Products[key].Registration != "none" {
			products = append(products, option{Value: key, Label: v.voice.Named("product", key)})
		}
	}
	if len(products) == 0 {
		return p, nil
	}
	fields := []field{{Name: "product", Label: v.T("filter.product"), Kind: "select", Options: products}}
	if v.staff() {
		fields = append(fields, field{Name: "contact", Label: v.T("registration.who"), Hint: v.T("registration.who_hint"), Kind: "text", Short: true, Value: support.SpokenCustomerNumber(r.primary.Number)})
	}
	if s.registers(v, r) {
		p.Forms = []manageForm{{Name: "register", Path: registrationsPath(number), Title: v.T("registration.add"), Hint: v.T("registration.add_hint"), Send: v.T("registration.add"), Fields: form.kept("register", fields)}}
	}
	return p, nil
}

// ends tells whether the reader may end a registration, registers whether they may
// add one; the desk decides again.
func (v *visit) ends(r contractRows) bool {
	return v.customer() && v.who.Actor.ID == r.primary.ID || v.staff() && (v.has(support.RoleAdmin) || v.has(support.RoleCSR) || v.has(support.RoleLicence))
}

func (s *site) registers(v *visit, r contractRows) bool {
	return v.ends(r) || v.customer() && slices.Contains(r.roles, support.RoleLicenceSecondary)
}

func (s *site) registerProduct(v *visit, f filled) (string, error) {
	r, err := s.registrants(v)
	if err != nil {
		return "", err
	}
	g := support.Registration{Product: f.Get("product"), Contract: r.Contract.ID, Contact: v.who.Actor.ID}
	if v.staff() {
		if g.Contact, err = v.contactNumbered(f, "contact"); err != nil {
			return "", err
		}
	}
	return registrationsPath(r.Contract.Number), s.Desk.Register(v.Context(), v.who.Actor, &g)
}

func (s *site) endRegistration(v *visit, _ filled) (string, error) {
	r, err := s.registrants(v)
	if err != nil {
		return "", err
	}
	id, _ := support.ParseOpaque("reg", v.PathValue("registration"))
	if !slices.ContainsFunc(r.registered, func(g support.Registration) bool { return g.ID == id }) {
		return "", nowhere(v)
	}
	return registrationsPath(r.Contract.Number), inField(s.Desk.EndRegistration(v.Context(), v.who.Actor, id), "state")
}
