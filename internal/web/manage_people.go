package web

import (
	"slices"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// contactNamed is the contact whose number stands in the address.
func (s *site) contactNamed(v *visit) (support.Contact, error) {
	return s.Store.ContactByNumber(v.Context(), v.viewer(), v.PathValue("contact"))
}

func (s *site) contactPage(v *visit, form typed) (managePage, error) {
	c, err := s.contactNamed(v)
	if err != nil {
		return managePage{}, err
	}
	a, err := s.Store.Account(v.Context(), v.viewer(), c.Account)
	if err != nil {
		return managePage{}, err
	}
	p := s.manage(v, lang.Name(v.Lang, lang.Person{Family: c.FamilyName, Given: c.GivenName}, true))
	p.Back = &navItem{Path: accountPath(a.ID), Label: a.Name}
	p.Facts = []pair{{v.T("customer_number"), support.SpokenCustomerNumber(c.Number)}}
	fields := append(v.profileFields(c), activeField(v, c.Active))
	path := managePath + "/contacts/" + c.Number
	p.Forms = []manageForm{{Name: "contact", act: "change_contact", Path: path, Title: v.T("manage.person"), Send: v.T("profile.save"), Fields: form.kept("contact", fields), Shown: true, Read: desk.ReadContact(c)}}
	if p.Buttons, err = s.signInButtons(v, path, support.Actor{Kind: support.Customer, ID: c.ID}); err != nil {
		return p, err
	}
	return p, s.past(v, &p, "contact", c.ID)
}

func activeField(v *visit, active bool) field {
	f := field{Name: "active", Label: v.T("manage.active"), Kind: "checkbox", Optional: v.T("optional"), Options: []option{{Value: "yes", Label: v.T("manage.active_yes")}}}
	if active {
		f.Value = "yes"
	}
	return f
}

func (s *site) changeContact(v *visit, f filled) (string, error) {
	c, err := s.contactNamed(v)
	if err != nil {
		return "", err
	}
	c = contactTyped(c, f)
	c.Active = f.Get("active") != ""
	return v.URL.Path, s.Desk.ChangeContactIf(v.Context(), v.who.Actor, c, f.Get("read"))
}

// signInButtons let somebody in, or take what they sign in with.
func (s *site) signInButtons(v *visit, path string, who support.Actor) ([]manageButton, error) {
	if s.Desk.Gate() == nil || !v.has(support.RoleAdmin) {
		return nil, nil
	}
	e, err := s.Store.Entrant(v.Context(), who)
	if support.CodeOf(err) == support.NotFound {
		return nil, nil // who has left
	}
	if e.Password == "" {
		return []manageButton{{path + "/invitation", v.T("manage.invite"), v.T("manage.invite_hint")}}, err
	}
	return []manageButton{{path + "/reset", v.T("manage.reset"), v.T("manage.reset_hint")}}, err
}

// person is whom the address of a page names, and that page.
func (s *site) person(v *visit) (support.Actor, string, error) {
	if number := v.PathValue("contact"); number != "" {
		c, err := s.contactNamed(v)
		return support.Actor{Kind: support.Customer, ID: c.ID}, managePath + "/contacts/" + number, err
	}
	m, err := s.member(v)
	return support.Actor{Kind: support.Vendor, ID: m.ID}, memberPath(m), err
}

func (s *site) invite(v *visit, _ filled) (string, error) {
	who, back, err := s.person(v)
	if err == nil {
		err = s.Desk.InviteUser(v.Context(), v.who.Actor, who)
	}
	return back, err
}

func (s *site) reset(v *visit, _ filled) (string, error) {
	who, back, err := s.person(v)
	if err == nil {
		err = s.Desk.ResetUser(v.Context(), v.who.Actor, who)
	}
	return back, err
}

func memberPath(m support.Staff) string { return managePath + "/staff/" + opaqueStaff(m) }

func opaqueStaff(m support.Staff) string { return support.Opaque("stf", m.ID) }

func (s *site) member(v *visit) (support.Staff, error) {
	id, ok := support.ParseOpaque("stf", v.PathValue("staff"))
	if !ok {
		return support.Staff{}, nowhere(v)
	}
	return s.Store.Staff(v.Context(), id)
}

// staffRoles are those that can be given, in the order of the house.
var staffRoles = []support.Role{support.RoleCSR, support.RoleTSE, support.RoleLicence, support.RoleDuty, support.RoleEngineering, support.RoleBeta, support.RoleSecurity, support.RoleAdmin}

func (v *visit) staffFields(m support.Staff) []field {
	var roles, speaks []option
	for _, r := range staffRoles {
		roles = append(roles, option{Value: string(r), Label: capital(v.voice.Word("role", string(r)))})
	}
	own := []option{{Value: lang.English, Label: "English"}, {Value: lang.Japanese, Label: "日本語"}}
	for _, code := range []string{lang.English, lang.Japanese, lang.German, lang.French} {
		speaks = append(speaks, option{Value: code, Label: v.voice.LanguageName(code)})
	}
	var has []string
	for _, r := range m.Roles {
		has = append(has, string(r))
	}
	optional := v.T("optional")
	return []field{
		{Name: "family_name", Label: v.T("profile.family"), Kind: "text", Value: m.FamilyName, Short: true},
		{Name: "given_name", Label: v.T("profile.given"), Kind: "text", Value: m.GivenName, Short: true},
		{Name: "email", Label: v.T("sign_in.email"), Kind: "email", Value: m.Email},
		{Name: "roles", Label: v.T("manage.roles"), Kind: "checkbox", Values: has, Options: roles},
		{Name: "duty", Label: v.T("manage.duty"), Hint: v.T("manage.duty_hint"), Kind: "select", Value: m.Duty, Optional: optional, Options: []option{
			{Label: "—"}, {Value: string(support.ToOnCall), Label: v.T("manage.duty.on_call")}, {Value: string(support.ToDuty), Label: v.T("manage.duty.duty")}}},
		{Name: "language", Label: v.T("profile.language"), Kind: "select", Value: m.Language, Options: own, Short: true},
		{Name: "languages", Label: v.T("manage.languages"), Kind: "checkbox", Values: m.Languages, Options: speaks},
		{Name: "skills", Label: v.T("manage.skills"), Hint: v.T("work.field.tags_hint"), Kind: "text", Value: strings.Join(m.Skills, ", "), Optional: optional},
		{Name: "zone", Label: v.T("profile.zone"), Hint: v.T("profile.zone_hint"), Kind: "text", Value: m.Zone, Short: true},
	}
}

func staffTyped(m support.Staff, f filled) support.Staff {
	line := func(name string) string { return strings.TrimSpace(f.Get(name)) }
	m.FamilyName, m.GivenName, m.Email, m.Zone, m.Language, m.Duty = line("family_name"), line("given_name"), line("email"), line("zone"), f.Get("language"), f.Get("duty")
	m.Roles = nil
	for _, r := range f.Values["roles"] {
		m.Roles = append(m.Roles, support.Role(r))
	}
	m.Languages = f.Values["languages"]
	m.Skills = strings.FieldsFunc(f.Get("skills"), func(r rune) bool { return strings.ContainsRune(",、 \t", r) })
	return m
}

func (s *site) staffPage(v *visit, form typed) (managePage, error) {
	p := s.manage(v, v.T("manage.staff"))
	all, err := s.Store.AllStaff(v.Context())
	p.Filter = []field{v.sought("manage.find_staff")}
	all = slices.DeleteFunc(all, func(m support.Staff) bool {
		return !fits(p.Filter[0].Value, v.colleague(m), m.FamilyName, m.GivenName, m.Email, strings.Join(m.Skills, " "))
	})
	table := manageList{None: v.T("manage.no_staff"), Columns: []string{v.T("manage.name"), v.T("manage.roles"), v.T("manage.duty"), v.T("sign_in.email")}}
	slices.SortStableFunc(all, func(a, b support.Staff) int {
		switch { // who is there first
		case a.Active == b.Active:
			return 0
		case a.Active:
			return -1
		}
		return 1
	})
	all, next := window(v, "after", all, opaqueStaff)
	p.pages(v, "after", next)
	for _, m := range all {
		var roles []string
		for _, r := range m.Roles {
			roles = append(roles, v.voice.Word("role", string(r)))
		}
		duty := ""
		if m.Duty != "" {
			duty = v.T("manage.duty." + m.Duty)
		}
		row := manageRow{Link: memberPath(m), Cells: []string{lang.Name(v.Lang, lang.Person{Family: m.FamilyName, Given: m.GivenName}, false), strings.Join(roles, v.voice.Comma()), duty, m.Email}}
		if !m.Active {
			row.State = v.T("manage.left")
		}
		table.Rows = append(table.Rows, row)
	}
	p.Lists = []manageList{table}
	p.Forms = []manageForm{{Name: "staff", act: "add_staff", Path: managePath + "/staff", Title: v.T("manage.add_staff"), Hint: v.T("manage.add_staff_hint"), Send: v.T("manage.add"),
		Fields: form.kept("staff", v.staffFields(support.Staff{Language: v.Lang, Zone: v.who.Zone, Languages: []string{v.Lang}}))}}
	return p, err
}

func (s *site) addStaff(v *visit, f filled) (string, error) {
	if err := v.proved(); err != nil {
		return "", err
	}
	m := staffTyped(support.Staff{Active: true}, f)
	err := s.Desk.AddStaff(v.Context(), v.who.Actor, &m)
	return memberPath(m), err
}

func (s *site) memberPage(v *visit, form typed) (managePage, error) {
	m, err := s.member(v)
	if err != nil {
		return managePage{}, err
	}
	p := s.manage(v, lang.Name(v.Lang, lang.Person{Family: m.FamilyName, Given: m.GivenName}, false))
	p.Back = &navItem{Path: managePath + "/staff", Label: v.T("manage.staff")}
	p.Forms = []manageForm{{Name: "staff", act: "change_staff", Path: memberPath(m), Title: v.T("manage.person"), Send: v.T("profile.save"), Shown: true, Read: desk.ReadStaff(m),
		Fields: form.kept("staff", append(v.staffFields(m), activeField(v, m.Active)))}}
	p.Buttons, err = s.signInButtons(v, memberPath(m), support.Actor{Kind: support.Vendor, ID: m.ID})
	if err == nil && (v.has(support.RoleAdmin) || v.who.Actor.ID == m.ID) { // how a colleague signs in is theirs
		err = s.past(v, &p, "staff", m.ID)
	}
	return p, err
}

func (s *site) changeStaff(v *visit, f filled) (string, error) {
	m, err := s.member(v)
	if err != nil {
		return "", err
	}
	was := m
	m = staffTyped(m, f)
	m.Active = f.Get("active") != ""
	// An address is as good as the rights of whoever has it: links go there.
	if !slices.Equal(was.Roles, m.Roles) || was.Email != m.Email || m.Active && !was.Active {
		if err := v.proved(); err != nil {
			return "", err
		}
	}
	return memberPath(m), s.Desk.ChangeStaffIf(v.Context(), v.who.Actor, m, f.Get("read"))
}

func (s *site) productsPage(v *visit, form typed) (managePage, error) {
	p := s.manage(v, v.T("manage.products"))
	all, err := s.Store.Products(v.Context())
	table := manageList{None: v.T("manage.no_products"), Columns: []string{v.T("manage.name"), v.T("manage.key"), v.T("manage.versions")}}
	known := map[string]bool{}
	for _, x := range all {
		known[x.Key] = true
	}
	p.Filter = []field{v.sought("manage.find_products")}
	all = slices.DeleteFunc(all, func(x support.Product) bool { return !fits(p.Filter[0].Value, x.Name, x.Key) })
	all, next := window(v, "after", all, func(x support.Product) string { return x.Key })
	p.pages(v, "after", next)
	for _, x := range all {
		var versions []string
		for _, n := range x.Versions {
			versions = append(versions, n.Name)
		}
		table.Rows = append(table.Rows, manageRow{Link: productPath(x.Key), Cells: []string{x.Name, x.Key, strings.Join(versions, v.voice.Comma())}})
	}
	p.Lists = []manageList{table}
	var keys []option
	for key := range s.Desk.Pack().Products {
		if !known[key] {
			keys = append(keys, option{Value: key, Label: v.voice.Named("product", key)})
		}
	}
	slices.SortFunc(keys, func(a, b option) int { return strings.Compare(a.Label, b.Label) })
	if len(keys) > 0 {
		p.Forms = []manageForm{{Name: "product", act: "add_product", Path: managePath + "/products", Title: v.T("manage.add_product"), Hint: v.T("manage.add_product_hint"), Send: v.T("manage.add"), Fields: form.kept("product", []field{
			{Name: "key", Label: v.T("product"), Kind: "select", Options: keys},
			{Name: "versions", Label: v.T("manage.versions"), Hint: v.T("manage.versions_hint"), Kind: "text"},
		})}}
	}
	return p, err
}

func (s *site) addProduct(v *visit, f filled) (string, error) {
	x := &support.Product{Key: f.Get("key")}
	if p, ok := s.Desk.Pack().Products[x.Key]; ok {
		x.Name = p.Name.In(lang.English)
	}
	for _, n := range strings.FieldsFunc(f.Get("versions"), func(r rune) bool { return strings.ContainsRune(",、 \t", r) }) {
		x.Versions = append(x.Versions, support.Version{Name: n})
	}
	return managePath + "/products", s.Desk.AddProduct(v.Context(), v.who.Actor, x)
}
