package web

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// calendarsPath is where it stands by which hours and holidays the regions count.
const calendarsPath = managePath + "/calendars"

func (s *site) calendarRoutes() []route {
	year := calendarsPath + "/{set}/{year}"
	return []route{
		{"GET " + calendarsPath, vendors, s.shown(s.calendarsPage)},
		{"GET " + year, vendors, s.shown(s.holidaysPage)},
		{"POST " + year + "/review", admins, s.managing("review", "holidays_reviewed", s.holidaysPage, s.reviewHolidays)},
	}
}

func holidaysPath(set string, year int) string {
	return calendarsPath + "/" + set + "/" + itoa(year)
}

// reviews are the newest looks at the days of each set and year, as far as the days
// are still those that were looked at.
func (s *site) reviews(v *visit) (map[string]desk.HolidayReview, error) {
	const most = 500
	events, _, err := s.Store.Audit(v.Context(), v.viewer(), store.Audited{Subject: "calendar", Limit: most})
	out := map[string]desk.HolidayReview{}
	for _, e := range slices.Backward(events) {
		u, ok := e.Fact.Body.(support.Unknown)
		if !ok {
			continue
		}
		r := desk.HolidayReview{By: e.Fact.By, At: e.Fact.At}
		if err := json.Unmarshal(u.Raw, &r); err != nil {
			continue // of a newer program
		}
		if set, err := calendar.ShippedSet(r.Set); err == nil && set.Digest(r.Year) == r.Digest {
			out[holidaysPath(r.Set, r.Year)] = r
		}
	}
	return out, err
}

// setsInUse are the holiday sets by which the pack's regions and calendars count,
// each with those that do.
func (s *site) setsInUse(v *visit) map[string][]string {
	pack, out := s.Desk.Pack(), map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(pack.Regions)) {
		r := pack.Regions[id]
		for _, set := range slices.Concat(r.HolidaySets, pack.Calendars[r.Calendar].HolidaySets) {
			if name := r.Name.In(v.Lang); !slices.Contains(out[set], name) {
				out[set] = append(out[set], name)
			}
		}
	}
	return out
}

func (s *site) calendarsPage(v *visit, _ typed) (managePage, error) {
	p := s.manage(v, v.T("manage.calendars"))
	p.Lead = v.T("calendar.lead", "pack", s.Desk.Pack().Ref())
	seen, err := s.reviews(v)
	if err != nil {
		return p, err
	}
	this := s.Desk.Now().Year()
	sets := manageList{Title: v.T("calendar.sets"), None: v.T("calendar.no_sets"), Columns: []string{v.T("calendar.holidays"), v.T("calendar.regions"), v.T("calendar.years"), v.T("calendar.confirmed")}}
	used := s.setsInUse(v)
	for _, name := range slices.Sorted(maps.Keys(used)) {
		set, err := calendar.ShippedSet(name)
		if err != nil {
			return p, err
		}
		first, last := set.Years()
		var years []string
		for year := first; year <= last; year++ {
			if _, ok := seen[holidaysPath(name, year)]; ok {
				years = append(years, itoa(year))
			}
		}
		row := manageRow{Link: holidaysPath(name, min(max(this, first), last)), Cells: []string{v.voice.Word("holidays", set.Name), strings.Join(used[name], v.voice.Comma()), itoa(first) + "–" + itoa(last), cmp.Or(strings.Join(years, v.voice.Comma()), "–")}}
		row.State, row.Tone = v.setState(seen, name, first, last, this)
		sets.Rows = append(sets.Rows, row)
		if last <= this {
			p.Notes = append(p.Notes, manageNote{"bad", "alert", v.T("calendar.runs_out", "set", v.voice.Word("holidays", set.Name), "last", itoa(last))})
		}
	}
	p.Lists = []manageList{s.regions(v), sets}
	if own := s.ownDays(v); len(own.Rows) > 0 {
		p.Lists = append(p.Lists, own)
	}
	return p, nil
}

// setState is what there is to do about a set now.
func (v *visit) setState(seen map[string]desk.HolidayReview, name string, first, last, this int) (state, tone string) {
	for _, year := range []int{this, this + 1} {
		if _, ok := seen[holidaysPath(name, year)]; !ok && year >= first && year <= last {
			return v.T("calendar.to_confirm", "year", itoa(year)), "warn"
		}
	}
	if last <= this {
		return v.T("calendar.ends", "last", itoa(last)), "bad"
	}
	return v.T("calendar.fine"), "good"
}

// regions are where support counts its hours, and whether they run now.
func (s *site) regions(v *visit) manageList {
	pack := s.Desk.Pack()
	out := manageList{Title: v.T("calendar.hours"), Columns: []string{v.T("region"), v.T("calendar.hours"), v.T("calendar.zone"), v.T("calendar.holidays")}}
	for _, id := range slices.Sorted(maps.Keys(pack.Regions)) {
		r := pack.Regions[id]
		var sets []string
		for _, name := range slices.Concat(r.HolidaySets, pack.Calendars[r.Calendar].HolidaySets) {
			if set, err := calendar.ShippedSet(name); err == nil {
				sets = append(sets, v.voice.Word("holidays", set.Name))
			}
		}
		row := manageRow{Cells: []string{r.Name.In(v.Lang), cmp.Or(pack.Calendars[r.Calendar].Name.In(v.Lang), r.Calendar), r.Zone, strings.Join(slices.Compact(sets), v.voice.Comma())}}
		if c, ok := pack.Calendar(id); ok {
			row.State, row.Tone = v.T("calendar.closed"), ""
			if c.Open(s.Desk.Now()) {
				row.State, row.Tone = v.T("calendar.open"), "good"
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// ownDays are the days that the pack's calendars name themselves.
func (s *site) ownDays(v *visit) manageList {
	pack := s.Desk.Pack()
	out := manageList{Title: v.T("calendar.own"), Columns: []string{v.T("calendar.day"), v.T("calendar.hours"), v.T("calendar.what")}}
	add := func(day, id, what string, windows []calendar.Window) {
		var spans []string
		for _, w := range windows {
			spans = append(spans, w[0]+"–"+w[1])
		}
		out.Rows = append(out.Rows, manageRow{Cells: []string{day, cmp.Or(pack.Calendars[id].Name.In(v.Lang), id), strings.TrimSpace(what + " " + strings.Join(spans, ", "))}})
	}
	for _, id := range slices.Sorted(maps.Keys(pack.Calendars)) {
		c := pack.Calendars[id]
		for _, day := range c.Holidays {
			add(day, id, v.T("calendar.is_holiday"), nil)
		}
		for _, day := range c.YearlyHolidays {
			add(day, id, v.T("calendar.is_yearly"), nil)
		}
		for _, day := range slices.Sorted(maps.Keys(c.Breaks)) {
			add(day, id, v.T("calendar.is_break"), c.Breaks[day])
		}
		for _, day := range slices.Sorted(maps.Keys(c.Shifts)) {
			add(day, id, v.T("calendar.is_shift"), c.Shifts[day])
		}
	}
	slices.SortStableFunc(out.Rows, func(a, b manageRow) int { return strings.Compare(a.Cells[0], b.Cells[0]) })
	return out
}

// holidays are the set and the year that the address names.
func (s *site) holidays(v *visit) (*calendar.Set, int, error) {
	year, err := strconv.Atoi(v.PathValue("year"))
	set, unknown := calendar.ShippedSet(v.PathValue("set"))
	if err != nil || unknown != nil || strconv.Itoa(year) != v.PathValue("year") {
		return nil, 0, nowhere(v)
	}
	if first, last := set.Years(); year < first || year > last {
		return nil, 0, nowhere(v)
	}
	return set, year, nil
}

// holidaysPage are the days of a year, to be looked at one by one.
func (s *site) holidaysPage(v *visit, old typed) (managePage, error) {
	set, year, err := s.holidays(v)
	if err != nil {
		return managePage{}, err
	}
	p := s.manage(v, v.T("calendar.set_year", "set", v.voice.Word("holidays", set.Name), "year", itoa(year)))
	p.Back = &navItem{Path: calendarsPath, Label: v.T("manage.calendars")}
	first, last := set.Years()
	for y := first; y <= last; y++ {
		p.Links = append(p.Links, navItem{Path: holidaysPath(set.Name, y), Label: itoa(y), Here: y == year})
	}
	p.Facts = []pair{{v.T("calendar.regions"), cmp.Or(strings.Join(s.setsInUse(v)[set.Name], v.voice.Comma()), "–")}, {v.T("calendar.released"), set.Reviewed},
		{v.T("calendar.sources"), strings.Join(set.Sources, "; ")}}
	if len(set.Differed) > 0 {
		p.Facts = append(p.Facts, pair{v.T("calendar.differed"), strings.Join(set.Differed, "; ")})
	}
	days := manageList{None: v.T("calendar.no_days"), Columns: []string{v.T("calendar.day"), v.T("manage.name"), v.T("calendar.local")}}
	for _, h := range set.Of(year) {
		day := h.Date
		if at, err := time.Parse(time.DateOnly, h.Date); err == nil {
			utc := v.voice
			utc.Zone = ""
			day = utc.Day(at)
		}
		days.Rows = append(days.Rows, manageRow{Cells: []string{day, h.Name, h.Local}})
	}
	p.Lists = []manageList{days}
	seen, err := s.reviews(v)
	if err != nil {
		return p, err
	}
	form := manageForm{Name: "review", act: "review_holidays", Path: holidaysPath(set.Name, year) + "/review", Title: v.T("calendar.confirm"), Hint: v.T("calendar.confirm_hint", "n", itoa(len(days.Rows))), Send: v.T("calendar.confirm"), Shown: true, Read: set.Digest(year),
		Fields: old.kept("review", []field{{Name: "looked", Label: v.T("calendar.looked"), Kind: "checkbox", Values: []string{""}, Options: []option{{Value: "yes", Label: v.T("calendar.looked_yes", "n", itoa(len(days.Rows)))}}}})}
	r, ok := seen[holidaysPath(set.Name, year)]
	if !ok {
		p.Notes = []manageNote{{"warn", "alert", v.T("calendar.open_year")}}
		p.Forms = []manageForm{form}
		return p, nil
	}
	named, err := s.Store.Names(v.Context(), store.Naming{Staff: []int64{r.By.ID}})
	p.Notes = []manageNote{{"good", "done", v.T("calendar.seen", "who", auditTeller{v: v, named: named}.who(r.By), "at", v.voice.Date(r.At))}}
	return p, err
}

func (s *site) reviewHolidays(v *visit, f filled) (string, error) {
	set, year, err := s.holidays(v)
	if err != nil {
		return "", err
	}
	if f.Get("looked") == "" {
		return "", support.Wrong("looked", "calendar.not_looked")
	}
	return holidaysPath(set.Name, year), s.Desk.ReviewHolidays(v.Context(), v.who.Actor, set.Name, year, f.Get("read"))
}
