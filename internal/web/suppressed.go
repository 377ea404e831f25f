package web

import (
	"strconv"
	"strings"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// suppressedPath is where the addresses are to which no mail leaves.
const suppressedPath = managePath + "/suppressed"

func (s *site) suppressedRoutes() []route {
	return []route{
		{"GET " + suppressedPath, vendors, s.shown(s.suppressedPage)},
		{"POST " + suppressedPath, vendors, s.managing("suppressed", "suppressed", s.suppressedPage, s.suppress)},
		{"POST " + suppressedPath + "/{suppressed}/removal", vendors, s.managing("removal", "unsuppressed", s.suppressedPage, s.unsuppress)},
	}
}

// stopsMails tells whether the reader may stop mails to an address, and let them leave.
func (v *visit) stopsMails() bool {
	return v.has(support.RoleAdmin) || v.has(support.RoleDuty) || v.has(support.RoleCSR)
}

func (s *site) suppressedPage(v *visit, form typed) (managePage, error) {
	p := s.manage(v, v.T("manage.suppressed"))
	p.Lead = v.T("suppressed.lead")
	before, _ := strconv.ParseInt(v.URL.Query().Get("before"), 10, 64)
	list, err := s.Store.SuppressedList(v.Context(), v.viewer(), before, managed+1)
	if err != nil {
		return p, err
	}
	next := ""
	if len(list) > managed {
		list = list[:managed]
		next = strconv.FormatInt(list[managed-1].ID, 10)
	}
	var ids store.Naming
	for _, x := range list {
		if x.By.Kind == support.Vendor {
			ids.Staff = append(ids.Staff, x.By.ID)
		}
	}
	named, err := s.Store.Names(v.Context(), ids)
	names := auditTeller{v: v, named: named}
	table := manageList{None: v.T("suppressed.none"), Columns: []string{v.T("suppressed.address"), v.T("notice.why"), v.T("suppressed.since"), v.T("suppressed.by")}}
	for _, x := range list {
		why := v.voice.Word("suppressed", string(x.Why))
		if x.Status != "" {
			why = v.T("suppressed.status", "why", why, "status", x.Status)
		}
		row := manageRow{Cells: []string{x.Email, why, v.voice.Date(x.At), names.who(x.By)}}
		if v.stopsMails() {
			row.Buttons = []manageButton{{Path: suppressedPath + "/" + support.Opaque("sup", x.ID) + "/removal", Label: v.T("suppressed.let")}}
		}
		table.Rows = append(table.Rows, row)
	}
	p.Lists = []manageList{table}
	p.pages(v, "before", next)
	p.Forms = []manageForm{{Name: "suppressed", act: "suppress_address", Path: suppressedPath, Title: v.T("suppressed.stop"), Hint: v.T("suppressed.stop_hint"), Send: v.T("suppressed.stop"),
		Fields: form.kept("suppressed", []field{
			{Name: "email", Label: v.T("suppressed.address"), Kind: "email"},
			{Name: "why", Label: v.T("notice.why"), Kind: "radio", Value: string(store.SuppressedByHand), Options: []option{
				{Value: string(store.SuppressedByHand), Label: v.voice.Word("suppressed", string(store.SuppressedByHand))},
				{Value: string(store.SuppressedComplained), Label: v.voice.Word("suppressed", string(store.SuppressedComplained))},
			}},
		})}}
	return p, err
}

func (s *site) suppress(v *visit, f filled) (string, error) {
	x := store.Suppressed{Email: strings.TrimSpace(f.Get("email")), Why: store.SuppressedWhy(f.Get("why"))}
	return suppressedPath, s.Desk.Suppress(v.Context(), v.who.Actor, &x)
}

func (s *site) unsuppress(v *visit, _ filled) (string, error) {
	id, ok := support.ParseOpaque("sup", v.PathValue("suppressed"))
	if !ok {
		return "", nowhere(v)
	}
	return suppressedPath, s.Desk.Unsuppress(v.Context(), v.who.Actor, id)
}
