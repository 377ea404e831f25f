package web

import (
	"slices"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// restrictedPath is where it stands which accounts are kept to named staff, and who
// has broken the glass.
const restrictedPath = managePath + "/restricted-accounts"

func (s *site) restrictRoutes() []route {
	return []route{
		{"GET " + restrictedPath, duties, s.shown(s.restrictedPage)},
		{"POST " + managePath + "/accounts/{account}/restriction", vendors, s.managing("restriction", "saved", s.accountPage, s.restrictAccount)},
	}
}

// locationOf is a zone by name; an unknown one is UTC.
func locationOf(zone string) *time.Location {
	loc, err := calendar.Location(zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// day writes a day, "" for none; lastDay that on which something ends.
func day(on lang.Voice, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return on.Day(at)
}

func lastDay(on lang.Voice, end time.Time) string { return day(on, before(end)) }

// before is the last second before an end.
func before(end time.Time) time.Time {
	if end.IsZero() {
		return end
	}
	return end.Add(-time.Second)
}

// restrictedPage is for those who may restrict: administrators and duty managers.
func (s *site) restrictedPage(v *visit, _ typed) (managePage, error) {
	p := s.manage(v, v.T("manage.restricted_accounts"))
	p.Lead = v.T("restricted.lead")
	after, _ := support.ParseOpaque("acc", v.URL.Query().Get("after"))
	accounts, err := s.Store.RestrictedAccounts(v.Context(), v.viewer(), after, managed+1)
	if err != nil {
		return p, err
	}
	next := ""
	if len(accounts) > managed {
		accounts = accounts[:managed]
		next = support.Opaque("acc", accounts[managed-1].ID)
	}
	p.pages(v, "after", next)
	glasses, err := s.Store.Glasses(v.Context(), managed)
	if err != nil {
		return p, err
	}
	var ids store.Naming
	for _, a := range accounts {
		ids.Staff = append(ids.Staff, a.Staff...)
	}
	for _, g := range glasses {
		ids.Staff, ids.Texts = append(ids.Staff, g.Staff), append(ids.Texts, g.Reason.ID)
	}
	named, err := s.Store.Names(v.Context(), ids)
	if err != nil {
		return p, err
	}
	names := auditTeller{v: v, named: named}
	table := manageList{Title: v.T("restricted.accounts"), None: v.T("restricted.none"), Columns: []string{v.T("manage.name"), v.T("restricted.staff")}}
	for _, a := range accounts {
		table.Rows = append(table.Rows, manageRow{Link: accountPath(a.ID), Cells: []string{a.Name, names.list(a.Staff)}})
	}
	p.Lists = []manageList{table, s.glassTable(v, names, glasses)}
	return p, nil
}

// list names colleagues.
func (t auditTeller) list(staff []int64) string {
	var out []string
	for _, id := range staff {
		out = append(out, t.who(support.Actor{Kind: support.Vendor, ID: id}))
	}
	if len(out) == 0 {
		return t.v.T("restricted.nobody")
	}
	return strings.Join(out, t.v.voice.Comma())
}

// glassTable is who opened which restricted request to themselves, and why.
func (s *site) glassTable(v *visit, names auditTeller, glasses []store.Glass) manageList {
	out := manageList{Title: v.T("restricted.glass"), None: v.T("restricted.no_glass"), Columns: []string{v.T("paper.request"), v.T("audit.who"), v.T("audit.when"), v.T("rota.until"), v.T("notice.reason")}}
	for _, g := range glasses {
		reason := names.named.Texts[g.Reason.ID]
		if reason == "" {
			reason = v.T("erased")
		}
		row := manageRow{Link: "/requests/" + support.Number(g.Request), Cells: []string{support.SpokenNumber(g.Request), names.who(support.Actor{Kind: support.Vendor, ID: g.Staff}), v.voice.Date(g.At), v.voice.Date(g.Until), reason}}
		if s.Desk.Now().Before(g.Until) {
			row.State, row.Tone = v.T("restricted.open"), "warn"
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// restrictionForm keeps an account to named colleagues, or opens it again.
func (s *site) restrictionForm(v *visit, a support.Account, form typed) (manageForm, error) {
	chosen, err := s.Store.NamedOf(v.Context(), v.viewer(), a.ID)
	if err != nil {
		return manageForm{}, err
	}
	named, err := s.Store.Names(v.Context(), store.Naming{Staff: chosen})
	state, addresses := "open", []string(nil)
	if a.Restricted {
		state = "restricted"
	}
	for _, id := range chosen {
		addresses = append(addresses, named.Staff[id].Email)
	}
	return manageForm{Name: "restriction", act: "restrict_account", Path: accountPath(a.ID) + "/restriction", Title: v.T("restricted.change"), Hint: v.T("restricted.hint"), Send: v.T("profile.save"), Fields: form.kept("restriction", []field{
		{Name: "state", Label: v.T("restricted.who"), Kind: "radio", Value: state, Options: []option{{Value: "open", Label: v.T("restricted.all")}, {Value: "restricted", Label: v.T("restricted.named")}}},
		{Name: "staff", Label: v.T("restricted.staff"), Hint: v.T("restricted.staff_hint"), Kind: "textarea", Rows: 3, Optional: v.T("optional"), Value: strings.Join(addresses, "\n")},
	})}, err
}

func (s *site) restrictAccount(v *visit, f filled) (string, error) {
	a, err := s.account(v)
	if err != nil {
		return "", err
	}
	all, err := s.Store.AllStaff(v.Context())
	if err != nil {
		return "", err
	}
	var staff []int64
	for _, x := range strings.FieldsFunc(f.Get("staff"), func(r rune) bool { return strings.ContainsRune(",;、 \t\r\n", r) }) {
		i := slices.IndexFunc(all, func(m support.Staff) bool { return strings.EqualFold(m.Email, x) })
		if i < 0 {
			return "", support.Wrong("staff", "api.holder_unknown", "email", x)
		}
		staff = append(staff, all[i].ID)
	}
	if !slices.Contains([]string{"open", "restricted"}, f.Get("state")) {
		return "", support.Wrong("state", "restricted.state")
	}
	return accountPath(a.ID), s.Desk.RestrictAccount(v.Context(), v.who.Actor, a.ID, f.Get("state") == "restricted", staff)
}
