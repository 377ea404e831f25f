package web

import (
	"slices"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// profilePath is where a customer keeps their profile right (R12).
const profilePath = "/profile"

// profilePage is a contact's own profile.
type profilePage struct {
	frame
	Trouble  *trouble
	Number   string
	Account  string
	Warnings []string
	Bounced  bool
	Fields   []field
	Safelist []pair // what to let through: why, and the address

	Alerts    []alertRow
	AddAlerts []field
	Held      []certificateRow
	AddHeld   []field
	Courses   []pair
	Open      string // the form that was refused
}

type alertRow struct{ ID, Product, Kind, State string }

type certificateRow struct {
	ID, Name, More    string
	Expired, Verified bool
}

func (s *site) profileRoutes() []route {
	return []route{
		{"GET " + profilePath, customers, s.profile},
		{"POST " + profilePath, customers, s.onProfile("profile", "profile", s.saveProfile)},
		{"POST " + profilePath + "/address", customers, s.onProfile("address", "profile", func(v *visit, _ filled) error {
			return s.Desk.ConfirmAddress(v.Context(), v.who.Actor, v.who.Actor.ID)
		})},
		{"POST " + profilePath + "/alerts", customers, s.onProfile("alerts", "alerts", func(v *visit, f filled) error {
			return s.Desk.Subscribe(v.Context(), v.who.Actor, desk.Subscribing{Product: f.Get("product"), Kinds: f.Values["kinds"]})
		})},
		{"POST " + profilePath + "/alerts/ended", customers, s.onProfile("alerts", "alerts_ended", func(v *visit, f filled) error {
			id, _ := support.ParseOpaque("sub", f.Get("id"))
			return s.Desk.EndOwnSubscription(v.Context(), v.who.Actor, id)
		})},
		{"POST " + profilePath + "/certifications", customers, s.onProfile("certifications", "certification", s.addCertification)},
		{"POST " + profilePath + "/certifications/removed", customers, s.onProfile("certifications", "certification_removed", func(v *visit, f filled) error {
			id, _ := support.ParseOpaque("cert", f.Get("id"))
			return s.Desk.RemoveCertification(v.Context(), v.who.Actor, v.who.Actor.ID, id)
		})},
	}
}

// onProfile carries out a form of the profile's page. A refusal shows the page
// again, with what was typed.
func (s *site) onProfile(form, told string, do func(v *visit, f filled) error) func(*visit) error {
	return func(v *visit) error {
		if err := v.parse(); err != nil {
			return err
		}
		var wrong error
		err := do(v, filled{v.PostForm, v.who.Zone, &wrong})
		if err == nil {
			return v.goTo(profilePath, told)
		}
		t, err := v.refused(form, err)
		if err != nil {
			return err
		}
		p, err := s.profilePage(v, t)
		if err != nil {
			return err
		}
		v.show(statusOf(t.Trouble.code), profileView(p))
		return nil
	}
}

func (s *site) profile(v *visit) error {
	p, err := s.profilePage(v, typed{})
	if err != nil {
		return err
	}
	return v.page(profileView(p))
}

func (s *site) saveProfile(v *visit, f filled) error {
	row, err := s.Store.Contact(v.Context(), v.viewer(), v.who.Actor.ID)
	if err != nil {
		return err
	}
	line := func(name string) string { return strings.TrimSpace(f.Get(name)) }
	row.FamilyName, row.GivenName, row.Email, row.Phone = line("family_name"), line("given_name"), line("email"), line("phone")
	row.Language, row.Zone, row.PreferredChannel = line("language"), line("zone"), support.Channel(f.Get("preferred_channel"))
	return s.Desk.ChangeContact(v.Context(), v.who.Actor, row)
}

func (s *site) addCertification(v *visit, f filled) error {
	c := &support.Certification{Contact: v.who.Actor.ID, Name: f.text("name"), Number: f.text("number"), Product: f.Get("product")}
	if day := strings.TrimSpace(f.Get("until")); day != "" {
		loc, err := calendar.Location(v.who.Zone)
		if err != nil {
			loc = time.UTC
		}
		last, err := time.ParseInLocation(time.DateOnly, day, loc)
		if err != nil {
			return support.Wrong("until", "page.day_form")
		}
		c.Until = last.AddDate(0, 0, 1) // the day counts whole
	}
	return s.Desk.AddCertification(v.Context(), v.who.Actor, c)
}

// profilePage is the page, with a form that was refused.
func (s *site) profilePage(v *visit, form typed) (profilePage, error) {
	p := profilePage{frame: v.frame, Trouble: form.Trouble, Open: form.Form}
	parties, err := s.Store.Parties(v.Context(), v.viewer(), v.who.Actor.ID)
	if err != nil {
		return p, err
	}
	row, pack := parties.Contact, s.Desk.Pack()
	p.Number, p.Account, p.Bounced = support.SpokenCustomerNumber(row.Number), parties.Account.Name, !row.BouncedAt.IsZero()
	for _, g := range support.ProfileWarnings(pack, row) {
		p.Warnings = append(p.Warnings, v.voice.Ground(g))
	}
	for _, it := range pack.Intake.Duties {
		if it.ID == "safelist" {
			p.Safelist = append(p.Safelist, pair{it.Text.In(v.Lang), s.Desk.Sender()})
		}
	}
	p.Fields = form.kept("profile", v.profileFields(row))
	products := parties.OwnProducts()
	for _, x := range pack.Courses(products, row.Language, parties.Account.Country) {
		p.Courses = append(p.Courses, pair{x.Text.In(v.Lang), x.At})
	}
	if err := s.alertsOf(v, &p, products, form); err != nil {
		return p, err
	}
	return p, s.certificatesOf(v, &p, products, form)
}

// kept are the fields of a form with what was typed into them when it was refused.
func (t typed) kept(form string, fields []field) []field {
	for i := range fields {
		f := &fields[i]
		f.Wrong = t.wrong(form, f.Name)
		if t.Form == form && f.Kind != "password" {
			f.Value, f.Values = t.value(form, f.Name), t.values(form, f.Name)
		}
	}
	return fields
}

func (v *visit) profileFields(row support.Contact) []field {
	var languages []option
	for _, code := range []string{lang.English, lang.Japanese, lang.German, lang.French, row.Language} {
		if !slices.ContainsFunc(languages, func(o option) bool { return o.Value == code }) {
			languages = append(languages, option{Value: code, Label: v.voice.LanguageName(code)})
		}
	}
	return []field{
		{Name: "family_name", Label: v.T("profile.family"), Kind: "text", Value: row.FamilyName, Complete: "family-name", Short: true},
		{Name: "given_name", Label: v.T("profile.given"), Kind: "text", Value: row.GivenName, Complete: "given-name", Short: true},
		{Name: "email", Label: v.T("profile.email"), Hint: v.T("profile.email_hint"), Kind: "email", Value: row.Email, Complete: "email"},
		{Name: "phone", Label: v.T("profile.phone"), Hint: v.T("profile.phone_hint"), Kind: "tel", Value: row.Phone, Complete: "tel", Optional: v.T("optional")},
		{Name: "language", Label: v.T("profile.language"), Hint: v.T("profile.language_hint"), Kind: "select", Value: row.Language, Options: languages},
		{Name: "zone", Label: v.T("profile.zone"), Hint: v.T("profile.zone_hint"), Kind: "text", Value: row.Zone},
		{Name: "preferred_channel", Label: v.T("profile.channel"), Kind: "radio", Value: string(row.PreferredChannel),
			Options: words(v, "channel", string(support.Mail), string(support.Phone), string(support.Portal))},
	}
}

// productOptions are products to choose from, one's own first.
func (s *site) productOptions(v *visit, own []string) ([]option, error) {
	all, err := s.Store.Products(v.Context())
	var out []option
	for _, key := range own {
		out = append(out, option{Value: key, Label: v.voice.Named("product", key)})
	}
	for _, x := range all {
		if !slices.Contains(own, x.Key) {
			out = append(out, option{Value: x.Key, Label: v.voice.Named("product", x.Key)})
		}
	}
	return out, err
}

func (s *site) alertsOf(v *visit, p *profilePage, own []string, form typed) error {
	rules := s.Desk.Pack().Alerts
	list, err := s.Store.Subscriptions(v.Context(), v.viewer())
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.State == support.SubscriptionEnded {
			continue
		}
		kind, _ := rules.Kind(x.Kind)
		p.Alerts = append(p.Alerts, alertRow{support.Opaque("sub", x.ID), v.voice.Named("product", x.Product), kind.Text.In(v.Lang), v.T("profile.alert." + string(x.State))})
	}
	products, err := s.productOptions(v, own)
	if err != nil || len(rules.Kinds) == 0 {
		return err
	}
	var kinds []option
	for _, k := range rules.Kinds {
		kinds = append(kinds, option{Value: k.ID, Label: k.Text.In(v.Lang)})
	}
	p.AddAlerts = form.kept("alerts", []field{
		{Name: "product", Label: v.T("product"), Kind: "select", Options: products},
		{Name: "kinds", Label: v.T("profile.alert_kinds"), Kind: "checkbox", Options: kinds},
	})
	return nil
}

func (s *site) certificatesOf(v *visit, p *profilePage, own []string, form typed) error {
	list, err := s.Store.Certifications(v.Context(), insider, v.who.Actor.ID)
	if err != nil {
		return err
	}
	var ids []int64
	for _, x := range list {
		ids = append(ids, x.Name.ID, x.Number.ID)
	}
	texts, err := s.Store.Texts(v.Context(), ids)
	if err != nil {
		return err
	}
	for _, x := range list {
		more := []string{texts[x.Number.ID], v.voice.Named("product", x.Product)}
		if !x.Until.IsZero() {
			more = append(more, v.T("contract.until", "day", v.voice.Day(x.Until.Add(-time.Second))))
		}
		p.Held = append(p.Held, certificateRow{
			ID: support.Opaque("cert", x.ID), Name: texts[x.Name.ID], More: strings.Join(slices.DeleteFunc(more, func(s string) bool { return s == "" }), " · "),
			Expired: x.Expired(s.Desk.Now()), Verified: x.VerifiedBy != 0,
		})
	}
	products, err := s.productOptions(v, own)
	optional := v.T("optional")
	p.AddHeld = form.kept("certifications", []field{
		{Name: "name", Label: v.T("profile.held_name"), Kind: "text"},
		{Name: "number", Label: v.T("profile.held_number"), Kind: "text", Optional: optional, Short: true},
		{Name: "product", Label: v.T("product"), Kind: "select", Optional: optional, Options: append([]option{{Label: "—"}}, products...)},
		{Name: "until", Label: v.T("profile.held_until"), Kind: "date", Optional: optional, Short: true},
	})
	return err
}
