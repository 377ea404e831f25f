package web

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func (s *site) paperRoutes() []route {
	one := managePath + "/papers/{contract}"
	return []route{
		{"GET " + one, vendors, s.shown(s.paperPage)},
		{"POST " + one, vendors, s.managing("term", "saved", s.paperPage, s.changeContract)},
		{"POST " + one + "/state", vendors, s.managing("state", "saved", s.paperPage, s.setContractState)},
	}
}

// paperPath is where staff change a contract.
func paperPath(number string) string { return managePath + "/papers/" + number }

// onDays is how a contract's days are written: they begin and end in the zone of its
// region, whoever reads or writes them, and in the reader's where the policy knows
// none (A19).
func (v *visit) onDays(c support.Contract, country string) lang.Voice {
	out := v.voice
	out.Zone = cmp.Or(v.site.Desk.Pack().ZoneOf(c.Regions, country), out.Zone)
	return out
}

// days reads the fields of a form as days of a zone.
func (f filled) days(zone string) filled {
	f.zone = zone
	return f
}

// paper is the contract that the address names, with its account.
func (s *site) paper(v *visit) (support.Contract, support.Account, error) {
	c, err := s.Store.ContractByNumber(v.Context(), v.viewer(), v.PathValue("contract"))
	if err != nil {
		return c, support.Account{}, err
	}
	a, err := s.Store.Account(v.Context(), v.viewer(), c.Account)
	return c, a, err
}

// paperPage is a contract with what can be changed of it.
func (s *site) paperPage(v *visit, form typed) (managePage, error) {
	c, a, err := s.paper(v)
	if err != nil {
		return managePage{}, err
	}
	on, path := v.onDays(c, a.Country), paperPath(c.Number)
	p := s.manage(v, v.T("paper.title", "number", c.Number))
	p.Back = &navItem{Path: accountPath(a.ID), Label: a.Name}
	p.Links = []navItem{{Path: contractPath(c.Number), Label: v.T("paper.look")}}
	p.Facts = []pair{{v.T("offering"), v.voice.Named("offering", c.Offering)}, {v.T("paper.state"), v.voice.Word("contract_state", string(c.State))},
		{v.T("contract.term"), on.Day(c.StartsAt) + " – " + on.Day(c.EndsAt.Add(-time.Second))}, {v.T("paper.zone"), on.ZoneNote(c.EndsAt)}}
	open, more, err := s.openOn(v, c)
	if err != nil {
		return p, err
	}
	p.Lists = []manageList{open}
	if more {
		p.Notes = append(p.Notes, manageNote{"", "info", v.T("paper.more", "n", itoa(len(open.Rows)))})
	}
	products, err := s.productOptions(v, c.Products)
	if err != nil {
		return p, err
	}
	p.Forms = []manageForm{
		{Name: "term", act: "change_contract", Path: path, Title: v.T("paper.change"), Hint: v.T("paper.change_hint"), Send: v.T("profile.save"), Read: desk.ReadContract(c), Fields: form.kept("term", []field{
			{Name: "starts_at", Label: v.T("manage.from"), Kind: "date", Short: true, Value: dayField(c.StartsAt, on.Zone)},
			{Name: "ends_at", Label: v.T("manage.until"), Hint: v.T("paper.until_hint", "zone", on.ZoneNote(c.EndsAt)), Kind: "date", Short: true, Value: dayField(c.EndsAt.Add(-time.Second), on.Zone)},
			{Name: "products", Label: v.T("manage.products"), Kind: "checkbox", Options: products, Values: c.Products},
			{Name: "regions", Label: v.T("region"), Kind: "checkbox", Options: s.regionOptions(v), Values: c.Regions, Optional: v.T("optional")},
			{Name: "order_number", Label: v.T("work.field.order"), Kind: "text", Short: true, Value: c.Order, Optional: v.T("optional")},
		})},
		{Name: "state", act: "set_contract_state", Path: path + "/state", Title: v.T("paper.set_state"), Hint: v.T("paper.state_hint"), Send: v.T("profile.save"), Fields: form.kept("state", []field{
			{Name: "state", Label: v.T("paper.state"), Kind: "radio", Value: string(c.State), Options: v.contractStates()},
		})},
	}
	return p, s.past(v, &p, "contract", c.ID)
}

func (v *visit) contractStates() []option {
	var out []option
	for _, x := range []support.ContractState{support.ContractActive, support.ContractSuspended, support.ContractCancelled} {
		out = append(out, option{Value: string(x), Label: capital(v.voice.Word("contract_state", string(x))), Hint: v.T("paper.state." + string(x))})
	}
	return out
}

func (s *site) regionOptions(v *visit) []option {
	var out []option
	for _, id := range slices.Sorted(maps.Keys(s.Desk.Pack().Regions)) {
		out = append(out, option{Value: id, Label: v.voice.Named("region", id)})
	}
	return out
}

// dayField is a day as a field of kind date holds it.
func dayField(at time.Time, zone string) string {
	if at.IsZero() {
		return ""
	}
	return at.In(locationOf(zone)).Format(time.DateOnly)
}

// openOn are the open requests of a contract: they stay as filed when it ends (A21).
func (s *site) openOn(v *visit, c support.Contract) (manageList, bool, error) {
	out := manageList{Title: v.T("paper.open"), None: v.T("paper.none_open"), Columns: []string{v.T("paper.request"), v.T("paper.what"), v.T("paper.severity"), v.T("paper.turn")}}
	rows, named, next, err := s.Store.Listed(v.Context(), v.viewer(), store.Filter{Contract: c.ID, Open: true, Limit: managed})
	for _, r := range rows {
		cells := []string{support.SpokenNumber(r.ID), named.Texts[r.Title.ID], "", v.voice.Turn(string(r.Turn), r.Owner != 0)}
		if r.Severity > 0 {
			cells[2] = itoa(r.Severity)
		}
		out.Rows = append(out.Rows, manageRow{Link: "/requests/" + support.Number(r.ID), Cells: cells})
	}
	return out, next != "", err
}

func (s *site) changeContract(v *visit, f filled) (string, error) {
	c, a, err := s.paper(v)
	if err != nil {
		return "", err
	}
	was := c.Regions
	c.Regions, c.Products, c.Order = f.Values["regions"], f.Values["products"], strings.TrimSpace(f.Get("order_number"))
	// The days that were read are those of the zone in which they were shown.
	f = f.days(v.onDays(support.Contract{Regions: was}, a.Country).Zone)
	c.StartsAt, c.EndsAt = f.day("starts_at", false), f.day("ends_at", true)
	if *f.err != nil {
		return "", nil
	}
	return paperPath(c.Number), s.Desk.ChangeContract(v.Context(), v.who.Actor, c, f.Get("read"))
}

func (s *site) setContractState(v *visit, f filled) (string, error) {
	c, _, err := s.paper(v)
	if err != nil {
		return "", err
	}
	return paperPath(c.Number), inField(s.Desk.SetContractState(v.Context(), v.who.Actor, c.ID, support.ContractState(f.Get("state"))), "state")
}
