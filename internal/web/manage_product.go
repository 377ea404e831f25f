package web

import (
	"net/url"
	"slices"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/support"
)

func (s *site) productRoutes() []route {
	one := managePath + "/products/{product}"
	return []route{
		{"GET " + one, vendors, s.shown(s.productPage)},
		{"POST " + one, vendors, s.managing("product", "saved", s.productPage, s.changeProduct)},
		{"POST " + one + "/versions", vendors, s.managing("version", "saved", s.productPage, s.setVersion)},
	}
}

func productPath(key string) string { return managePath + "/products/" + key }

// product is the one that the address names.
func (s *site) product(v *visit) (support.Product, error) {
	all, err := s.Store.Products(v.Context())
	for _, x := range all {
		if x.Key == v.PathValue("product") {
			return x, nil
		}
	}
	if err == nil {
		err = nowhere(v)
	}
	return support.Product{}, err
}

// utc is the zone of a product's days: a version ends for everybody at once.
const utc = "UTC"

// productPage is a product with its versions; the address names one to change.
func (s *site) productPage(v *visit, form typed) (managePage, error) {
	x, err := s.product(v)
	if err != nil {
		return managePage{}, err
	}
	p := s.manage(v, x.Name)
	p.Back = &navItem{Path: managePath + "/products", Label: v.T("manage.products")}
	p.Facts = []pair{{v.T("manage.key"), x.Key}}
	on := v.voice
	on.Zone = utc
	table := manageList{Title: v.T("manage.versions"), None: v.T("product.no_versions"), Columns: []string{v.T("product.version"), v.T("product.released_at"), v.T("product.general_until"), v.T("product.guidance_until")}}
	var chosen support.Version
	for _, n := range x.Versions {
		phase := n.PhaseAt(s.Desk.Now())
		row := manageRow{Link: productPath(x.Key) + "?" + url.Values{"version": {n.Name}}.Encode() + "#set", Cells: []string{n.Name, day(on, n.ReleasedAt), lastDay(on, n.GeneralUntil), lastDay(on, n.GuidanceUntil)},
			State: v.voice.Word("phase", string(phase)), Tone: map[support.Phase]string{support.PhaseGeneral: "good", support.PhaseGuidance: "warn"}[phase]}
		table.Rows = append(table.Rows, row)
		if n.Name == v.URL.Query().Get("version") {
			chosen = n
		}
	}
	p.Lists = []manageList{table}
	title := v.T("product.add_version")
	if chosen.Name != "" {
		title = v.T("product.change_version", "version", chosen.Name)
	}
	p.Forms = []manageForm{
		{Name: "version", act: "change_product", Path: productPath(x.Key) + "/versions", Title: title, Hint: v.T("product.version_hint"), Send: v.T("profile.save"), Shown: chosen.Name != "", Read: desk.ReadProduct(x), Fields: form.kept("version", []field{
			{Name: "name", Label: v.T("product.version"), Kind: "text", Short: true, Value: chosen.Name, Fixed: chosen.Name != ""},
			dayOf(v, "released_at", dayField(chosen.ReleasedAt, utc)),
			dayOf(v, "general_until", dayField(before(chosen.GeneralUntil), utc)),
			dayOf(v, "guidance_until", dayField(before(chosen.GuidanceUntil), utc)),
		})},
		{Name: "product", act: "change_product", Path: productPath(x.Key), Title: v.T("product.change"), Send: v.T("profile.save"), Read: desk.ReadProduct(x), Fields: form.kept("product", []field{
			{Name: "name", Label: v.T("manage.name"), Kind: "text", Value: x.Name},
		})},
	}
	return p, s.past(v, &p, "product", x.ID)
}

func dayOf(v *visit, name, value string) field {
	return field{Name: name, Label: v.T("product." + name), Kind: "date", Short: true, Value: value, Optional: v.T("optional")}
}

func (s *site) changeProduct(v *visit, f filled) (string, error) {
	x, err := s.product(v)
	if err != nil {
		return "", err
	}
	x.Name = strings.TrimSpace(f.Get("name"))
	return productPath(x.Key), s.Desk.ChangeProductIf(v.Context(), v.who.Actor, x, f.Get("read"))
}

// setVersion adds a version behind the others, or changes the days of the one that
// has the name.
func (s *site) setVersion(v *visit, f filled) (string, error) {
	x, err := s.product(v)
	if err != nil {
		return "", err
	}
	f = f.days(utc)
	n := support.Version{Name: strings.TrimSpace(f.Get("name")), ReleasedAt: f.day("released_at", false), GeneralUntil: f.day("general_until", true), GuidanceUntil: f.day("guidance_until", true)}
	switch {
	case n.Name == "":
		f.wrong("name", "name.needed")
	case !n.GuidanceUntil.IsZero() && (n.GeneralUntil.IsZero() || n.GuidanceUntil.Before(n.GeneralUntil)):
		f.wrong("guidance_until", "product.phases")
	}
	if *f.err != nil {
		return "", nil
	}
	if at := slices.IndexFunc(x.Versions, func(o support.Version) bool { return o.Name == n.Name }); at >= 0 {
		x.Versions = slices.Clone(x.Versions)
		x.Versions[at] = n
	} else {
		x.Versions = append(slices.Clip(x.Versions), n)
	}
	return productPath(x.Key), s.Desk.ChangeProductIf(v.Context(), v.who.Actor, x, f.Get("read"))
}
