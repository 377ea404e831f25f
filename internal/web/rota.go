package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// rotasPath is where it stands who is on duty when, and who is away.
const rotasPath = managePath + "/rotas"

// How long a time a rota shows, and how far absences are looked ahead.
const (
	rotaDays    = 14
	absenceDays = 180
)

func (s *site) rotaRoutes() []route {
	team := rotasPath + "/{team}"
	return []route{
		{"GET " + rotasPath, vendors, s.shown(s.rotasPage)},
		{"POST " + rotasPath, vendors, s.managing("absence", "absence_added", s.rotasPage, s.addAbsence)},
		{"POST " + rotasPath + "/{row}/removal", vendors, s.managing("removal", "absence_removed", s.rotasPage, s.removeAbsence)},
		{"GET " + team, vendors, s.shown(s.rotaPage)},
		{"POST " + team, vendors, s.managing("shift", "shift_added", s.rotaPage, s.addShift)},
		{"POST " + team + "/{row}/removal", vendors, s.managing("removal", "shift_removed", s.rotaPage, s.removeShift)},
	}
}

// keepsRotas tells whether the reader may change rotas, and the absences of others.
func (v *visit) keepsRotas() bool { return v.has(support.RoleAdmin) || v.has(support.RoleDuty) }

func (s *site) rotasPage(v *visit, form typed) (managePage, error) {
	p := s.manage(v, v.T("manage.rotas"))
	now := s.Desk.Now()
	p.Lead = v.T("rota.lead", "zone", v.voice.ZoneNote(now))
	staff, err := s.Store.AllStaff(v.Context())
	if err != nil {
		return p, err
	}
	teams := manageList{Title: v.T("rota.now"), None: v.T("rota.no_teams"), Columns: []string{v.T("rota.team"), v.T("rota.on_duty")}}
	for _, t := range s.Desk.Pack().Work.Teams {
		on, err := s.Desk.OnDuty(v.Context(), t.ID, now)
		if err != nil {
			return p, err
		}
		row := manageRow{Link: rotasPath + "/" + t.ID, Cells: []string{t.Text.In(v.Lang), v.colleagues(on)}}
		if len(on) == 0 {
			row.State, row.Tone = v.T("rota.nobody"), "bad"
		}
		teams.Rows = append(teams.Rows, row)
	}
	away, err := s.Store.Absences(v.Context(), now, now.AddDate(0, 0, absenceDays))
	if err != nil {
		return p, err
	}
	absences := manageList{Title: v.T("rota.absences"), None: v.T("rota.no_absences"), Columns: []string{v.T("manage.name"), v.T("manage.from"), v.T("rota.until")}}
	away, next := window(v, "after", away, func(a support.Absence) string { return support.Opaque("absence", a.ID) })
	p.pages(v, "after", next)
	for _, a := range away {
		row := manageRow{Cells: []string{v.named(staff, a.Staff), v.voice.Date(a.From), v.voice.Date(a.To)}}
		if v.keepsRotas() || a.Staff == v.who.Actor.ID {
			row.Buttons = []manageButton{{Path: rotasPath + "/" + support.Opaque("absence", a.ID) + "/removal", Label: v.T("rota.take_back")}}
		}
		absences.Rows = append(absences.Rows, row)
	}
	p.Lists = []manageList{teams, absences}
	me := opaqueStaff(support.Staff{ID: v.who.Actor.ID})
	p.Forms = []manageForm{{Name: "absence", Path: rotasPath, Title: v.T("rota.add_absence"), Hint: v.T("rota.add_absence_hint"), Send: v.T("manage.add"), Fields: form.kept("absence", []field{
		{Name: "staff", Label: v.T("manage.name"), Kind: "select", Value: me, Options: v.staffOptions(staff, func(m support.Staff) bool { return v.keepsRotas() || m.ID == v.who.Actor.ID })},
		{Name: "from", Label: v.T("manage.from"), Kind: "datetime-local", Short: true},
		{Name: "to", Label: v.T("rota.until"), Kind: "datetime-local", Short: true},
	})}}
	return p, nil
}

func (v *visit) colleagues(list []support.Staff) string {
	var out []string
	for _, m := range list {
		out = append(out, v.colleague(m))
	}
	return strings.Join(out, v.voice.Comma())
}

func (v *visit) named(all []support.Staff, id int64) string {
	for _, m := range all {
		if m.ID == id {
			return v.colleague(m)
		}
	}
	return ""
}

// staffOptions are those who work here and fit.
func (v *visit) staffOptions(all []support.Staff, fits func(support.Staff) bool) []option {
	var out []option
	for _, m := range all {
		if m.Active && fits(m) {
			out = append(out, option{Value: opaqueStaff(m), Label: v.colleague(m)})
		}
	}
	return out
}

// staffChosen is whom a field of a form names.
func (f filled) staffChosen(name string) int64 {
	id, ok := support.ParseOpaque("stf", f.Get(name))
	if !ok {
		f.wrong(name, "staff.unknown")
	}
	return id
}

func (s *site) addAbsence(v *visit, f filled) (string, error) {
	a := support.Absence{Staff: f.staffChosen("staff"), From: f.instant("from"), To: f.instant("to")}
	if *f.err != nil {
		return "", nil
	}
	return rotasPath, s.Desk.AddAbsence(v.Context(), v.who.Actor, &a)
}

func (s *site) removeAbsence(v *visit, _ filled) (string, error) {
	id, ok := support.ParseOpaque("absence", v.PathValue("row"))
	if !ok {
		return "", nowhere(v)
	}
	all, err := s.Store.Absences(v.Context(), s.Desk.Now(), s.Desk.Now().AddDate(1, 0, 0))
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(all, func(a support.Absence) bool { return a.ID == id })
	if at < 0 {
		return "", support.Wrong("row", "rota.absence_unknown")
	}
	return rotasPath, s.Desk.RemoveAbsence(v.Context(), v.who.Actor, all[at].Staff, id)
}

// team is the one that the address names.
func (s *site) team(v *visit) (policy.Team, error) {
	t, ok := s.Desk.Pack().Work.Team(v.PathValue("team"))
	if !ok {
		return t, nowhere(v)
	}
	return t, nil
}

// rotaFrom is the first day of the time that is shown: today, or the one that the
// address names, in the reader's zone.
func (s *site) rotaFrom(v *visit) time.Time {
	loc, err := calendar.Location(v.who.Zone)
	if err != nil {
		loc = time.UTC
	}
	if at, err := time.ParseInLocation(time.DateOnly, v.URL.Query().Get("from"), loc); err == nil && at.Year() > 2000 && at.Year() < 2100 {
		return at
	}
	y, m, d := s.Desk.Now().In(loc).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, loc)
}

// rotaPage is a team's rota for two weeks, with its holes.
func (s *site) rotaPage(v *visit, form typed) (managePage, error) {
	t, err := s.team(v)
	if err != nil {
		return managePage{}, err
	}
	p := s.manage(v, t.Text.In(v.Lang))
	p.Back = &navItem{Path: rotasPath, Label: v.T("manage.rotas")}
	from := s.rotaFrom(v)
	to := from.AddDate(0, 0, rotaDays)
	p.Lead = v.T("rota.times", "from", v.voice.Day(from), "to", v.voice.Day(to.Add(-time.Second)), "zone", v.voice.ZoneNote(from))
	path := rotasPath + "/" + t.ID
	at := func(days int) string {
		return path + "?" + url.Values{"from": {from.AddDate(0, 0, days).Format(time.DateOnly)}}.Encode()
	}
	p.Links = []navItem{{Path: at(-rotaDays), Label: v.T("rota.before")}, {Path: path, Label: v.T("rota.today")}, {Path: at(rotaDays), Label: v.T("rota.after")}}
	staff, err := s.Store.AllStaff(v.Context())
	if err != nil {
		return p, err
	}
	shifts, err := s.Store.Shifts(v.Context(), t.ID, from, to)
	if err != nil {
		return p, err
	}
	away, err := s.Store.Absences(v.Context(), from, to)
	if err != nil {
		return p, err
	}
	p.Notes = v.rotaNotes(staff, shifts, from, to)
	table := manageList{None: v.T("rota.none"), Columns: []string{v.T("manage.name"), v.T("manage.from"), v.T("rota.until"), v.T("rota.place")}}
	for _, x := range shifts {
		row := manageRow{Cells: []string{v.named(staff, x.Staff), v.voice.Date(x.From), v.voice.Date(x.To), itoa(x.Order)}}
		if slices.ContainsFunc(away, func(a support.Absence) bool { return a.Staff == x.Staff && a.From.Before(x.To) && x.From.Before(a.To) }) {
			row.State, row.Tone = v.T("rota.away"), "warn"
		}
		if v.keepsRotas() {
			row.Buttons = []manageButton{{Path: path + "/" + support.Opaque("shift", x.ID) + "/removal", Label: v.T("rota.remove")}}
		}
		table.Rows = append(table.Rows, row)
	}
	p.Lists = []manageList{table}
	fits := func(m support.Staff) bool {
		return slices.ContainsFunc(m.Roles, func(r support.Role) bool { return slices.Contains(t.Roles, string(r)) })
	}
	p.Forms = []manageForm{{Name: "shift", act: "add_shift", Path: path, Title: v.T("rota.add"), Hint: v.T("rota.add_hint"), Send: v.T("manage.add"), Fields: form.kept("shift", []field{
		{Name: "staff", Label: v.T("manage.name"), Kind: "select", Options: v.staffOptions(staff, fits)},
		{Name: "from", Label: v.T("manage.from"), Kind: "datetime-local", Short: true},
		{Name: "to", Label: v.T("rota.until"), Kind: "datetime-local", Short: true},
		{Name: "order", Label: v.T("rota.place"), Hint: v.T("rota.place_hint"), Kind: "number", Value: "1", Short: true},
	})}}
	return p, nil
}

// rotaNotes name the holes of a rota, and the times in which two stand in one place.
func (v *visit) rotaNotes(staff []support.Staff, shifts []support.Shift, from, to time.Time) []manageNote {
	var out []manageNote
	for _, g := range support.Gaps(shifts, from, to) {
		if len(shifts) > 0 && len(out) < managed {
			out = append(out, manageNote{"warn", "alert", v.T("rota.gap", "from", v.voice.Date(g.From), "to", v.voice.Date(g.To))})
		}
	}
	for _, o := range support.Overlaps(shifts) {
		if len(out) < managed {
			out = append(out, manageNote{"warn", "people", v.T("rota.overlap", "one", v.named(staff, o.Staff[0]), "other", v.named(staff, o.Staff[1]), "place", itoa(o.Order), "from", v.voice.Date(o.From), "to", v.voice.Date(o.To))})
		}
	}
	return out
}

func (s *site) addShift(v *visit, f filled) (string, error) {
	t, err := s.team(v)
	if err != nil {
		return "", err
	}
	x := support.Shift{Team: t.ID, Staff: f.staffChosen("staff"), From: f.instant("from"), To: f.instant("to"), Order: f.number("order")}
	if *f.err != nil {
		return "", nil
	}
	return rotasPath + "/" + t.ID + "?" + url.Values{"from": {f.Get("from")[:len(time.DateOnly)]}}.Encode(), s.Desk.AddShift(v.Context(), v.who.Actor, &x)
}

func (s *site) removeShift(v *visit, _ filled) (string, error) {
	t, err := s.team(v)
	if err != nil {
		return "", err
	}
	id, ok := support.ParseOpaque("shift", v.PathValue("row"))
	if !ok {
		return "", nowhere(v)
	}
	return rotasPath + "/" + t.ID, inField(s.Desk.RemoveShift(v.Context(), v.who.Actor, t.ID, id), "row")
}
