package policy

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/calendar"
)

// siteZone in a calendar stands for the zone of the region that uses it.
const siteZone = "site"

// AllHours names coverage on every hour of the year; it has no calendar.
const AllHours = "24x7"

// ZoneOf is the zone in which the days of a contract begin and end: that of the
// first of its regions, else that of its account's country; "" when the pack knows
// neither (A19).
func (p *Pack) ZoneOf(regions []string, country string) string {
	for _, id := range regions {
		if r, ok := p.Regions[id]; ok {
			return r.Zone
		}
	}
	r, _ := p.RegionOf(country)
	return r.Zone
}

// Span is an amount of time laid on an instant.
type Span struct {
	Due, Warn time.Time
	// Calendar and Zone are those in which it counted; both are empty for
	// elapsed time.
	Calendar, Zone string
	// Uncertain says what the calendar does not know up to the due instant:
	// "no holiday data for 2029". Empty: nothing.
	Uncertain string
}

func compiledKey(id, region string) string { return id + " " + region }

// compile makes each calendar ready once: for every region that uses it, and
// by itself where the zone is its own.
func (p *Pack) compile() Errors {
	var errs Errors
	p.compiled = map[string]*calendar.Calendar{}
	for _, id := range keysOf(p.Calendars) {
		own := p.Calendars[id]
		if own.Zone != siteZone {
			errs = append(errs, p.compileOne(id, own.Spec, Region{})...)
			continue
		}
		trial := own.Spec
		trial.Zone = "UTC"
		errs = append(errs, p.specErrors(id, trial)...)
	}
	if len(errs) > 0 {
		return errs
	}
	for _, id := range keysOf(p.Regions) {
		r := p.Regions[id]
		for _, used := range append([]string{r.Calendar}, valuesOf(r.Hours)...) {
			if c, ok := p.Calendars[used]; ok {
				errs = append(errs, p.compileOne(used, c.Spec, r)...)
			}
		}
	}
	return append(errs, p.ownZones()...)
}

func valuesOf(m map[string]string) []string {
	var out []string
	for _, k := range keysOf(m) {
		out = append(out, m[k])
	}
	return out
}

func (p *Pack) compileOne(id string, s calendar.Spec, r Region) Errors {
	if s.Zone == siteZone {
		s.Zone = r.Zone
	}
	s.HolidaySets = append(append([]string{}, s.HolidaySets...), r.HolidaySets...)
	c, err := calendar.Compile(s)
	if err != nil {
		return p.calendarErrors(id, err)
	}
	p.compiled[compiledKey(id, r.ID)] = c
	return nil
}

func (p *Pack) specErrors(id string, s calendar.Spec) Errors {
	if _, err := calendar.Compile(s); err != nil {
		return p.calendarErrors(id, err)
	}
	return nil
}

func (p *Pack) calendarErrors(id string, err error) Errors {
	var errs Errors
	each := []error{err}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		each = many.Unwrap()
	}
	for _, e := range each {
		path, problem := "calendars."+id, e.Error()
		var spec *calendar.SpecError
		if errors.As(e, &spec) {
			path, problem = join(path, spec.Path), spec.Problem
		}
		errs.add(p.at.near(path), path, problem)
	}
	return errs
}

// ownZones holds calendars that are used without a region to naming a zone.
func (p *Pack) ownZones() Errors {
	var errs Errors
	check := func(path, id string) {
		if c, ok := p.Calendars[id]; ok && c.Zone == siteZone {
			errs.add(p.at.near(path), path, fmt.Sprintf("calendar %q has the zone of a site, and here there is none: name a calendar with a zone of its own", id))
		}
	}
	for _, id := range keysOf(p.Products) {
		check("products."+id+".phone_calendar", p.Products[id].PhoneCalendar)
	}
	for i, l := range p.Phone.Lines {
		check(fmt.Sprintf("phone.lines[%d].calendar", i), l.Calendar)
	}
	for i, l := range p.Languages {
		check(fmt.Sprintf("languages[%d].calendar", i), l.Calendar)
	}
	return errs
}

// Calendar gives the business hours of a region, compiled when the pack was
// read; false for an unknown region.
func (p *Pack) Calendar(region string) (*calendar.Calendar, bool) {
	c, ok := p.compiled[compiledKey(p.Regions[region].Calendar, region)]
	return c, ok
}

// HoursOf gives a calendar by its id, for phone lines, products and languages;
// false for an unknown one and for one in the zone of a site.
func (p *Pack) HoursOf(calendarID string) (*calendar.Calendar, bool) {
	c, ok := p.compiled[compiledKey(calendarID, "")]
	return c, ok
}

// RegionOf gives the region of accounts in a country (ISO 3166-1 alpha-2, in
// any case): the one that lists it, else the pack's default. False only for a
// pack without its default region.
func (p *Pack) RegionOf(country string) (Region, bool) {
	country = strings.ToUpper(country)
	for _, id := range keysOf(p.Regions) {
		for _, c := range p.Regions[id].Countries {
			if c == country {
				return p.Regions[id], true
			}
		}
	}
	r, ok := p.Regions[p.DefaultRegion]
	return r, ok
}

// Span lays an amount on an instant, in the business hours of a region; an
// elapsed amount needs no region. The warning stands at warnPercent of the
// amount, counted forward in the same hours (0: the percentage of the pack).
// An unknown region and an instant outside the calendar's years are errors.
func (p *Pack) Span(region string, a Amount, warnPercent int, from time.Time) (Span, error) {
	return p.SpanIn(region, "", a, warnPercent, from)
}

// SpanIn is [Pack.Span] in the region's calendar for hours as an offering or a
// target names them ("8x5", "24x5"); empty, and hours for which the region has
// no calendar of its own: the region's calendar.
func (p *Pack) SpanIn(region, hours string, a Amount, warnPercent int, from time.Time) (Span, error) {
	if warnPercent == 0 {
		warnPercent = p.Clocks.WarnPercent
	}
	if warnPercent < 1 || warnPercent > 99 {
		return Span{}, fmt.Errorf("policy: a warning at %d %% of a target: use 1 to 99", warnPercent)
	}
	from = from.UTC().Truncate(time.Microsecond)
	if a.Unit == Elapsed {
		d := a.Duration()
		return Span{Due: from.Add(d), Warn: from.Add(part(d, warnPercent))}, nil
	}
	id, c, err := p.hours(region, hours)
	if err != nil {
		return Span{}, err
	}
	s := Span{Calendar: id, Zone: c.Zone()}
	whole := a.Duration()
	switch a.Unit {
	case BusinessHours:
		s.Due, err = c.Add(from, whole)
	case BusinessDays:
		s.Due, err = daysLater(c, from, int(a.Value))
	case NextBusinessDay:
		s.Due, err = nextDayClose(c, from)
	default:
		return Span{}, fmt.Errorf("policy: an amount without a unit cannot be laid on an instant")
	}
	if err != nil {
		return Span{}, fmt.Errorf("policy: laying %s on %s in calendar %s: %w", a, from.Format(time.RFC3339Nano), id, err)
	}
	if whole == 0 {
		whole = c.Between(from, s.Due)
	}
	if s.Warn, err = c.Add(from, part(whole, warnPercent)); err != nil {
		return Span{}, fmt.Errorf("policy: warning of %s from %s in calendar %s: %w", a, from.Format(time.RFC3339Nano), id, err)
	}
	s.Uncertain = c.Uncertain(from, s.Due)
	return s, nil
}

// part rounds down to a microsecond and divides first what would overflow.
func part(d time.Duration, percent int) time.Duration {
	us := d.Microseconds()
	return time.Duration(us/100*int64(percent)+us%100*int64(percent)/100) * time.Microsecond
}

// CalendarFor is the calendar in which a region counts hours as an offering names
// them; false when it has none.
func (p *Pack) CalendarFor(region, hours string) (*calendar.Calendar, bool) {
	_, c, err := p.hours(region, hours)
	return c, err == nil && c != nil
}

func (p *Pack) hours(region, hours string) (string, *calendar.Calendar, error) {
	r, ok := p.Regions[region]
	if !ok {
		return "", nil, fmt.Errorf("policy: there is no region %q in %s: %s", region, p.Ref(), instead(region, keysOf(p.Regions)))
	}
	id := r.Calendar
	if own, ok := r.Hours[hours]; ok {
		id = own
	}
	c, ok := p.compiled[compiledKey(id, region)]
	if !ok {
		return "", nil, fmt.Errorf("policy: calendar %q of region %s is not compiled: packs come from Load, Shipped or Parse", id, region)
	}
	return id, c, nil
}

// NextOpen is when a region's business hours next run, at or after an instant,
// and whether they run at it.
func (p *Pack) NextOpen(region string, at time.Time) (time.Time, bool, error) {
	_, c, err := p.hours(region, "")
	if err != nil {
		return time.Time{}, false, err
	}
	next, err := c.Next(at)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("policy: next opening of region %s: %w", region, err)
	}
	return next, c.Open(at), nil
}

// daysLater is the same time of day n business days after the next open
// instant. Where that day is shorter, it is the end of its hours: a promise
// that falls between two windows or after closing is kept before it.
func daysLater(c *calendar.Calendar, from time.Time, n int) (time.Time, error) {
	start, err := c.Next(from)
	if err != nil {
		return time.Time{}, err
	}
	loc, err := calendar.Location(c.Zone())
	if err != nil {
		return time.Time{}, err
	}
	day := start
	for range n {
		if day, err = c.Next(dayStart(day, loc, 1)); err != nil {
			return time.Time{}, err
		}
	}
	y, m, d := day.In(loc).Date()
	h, mi, s := start.In(loc).Clock()
	due := time.Date(y, m, d, h, mi, s, start.Nanosecond(), loc).UTC()
	if due.Before(day) {
		return day, nil
	}
	if c.Open(due) {
		return due, nil
	}
	return c.Subtract(due, 0)
}

// nextDayClose is the end of the hours of the first business day after the
// day of from, by the calendar's zone.
func nextDayClose(c *calendar.Calendar, from time.Time) (time.Time, error) {
	loc, err := calendar.Location(c.Zone())
	if err != nil {
		return time.Time{}, err
	}
	open, err := c.Next(dayStart(from, loc, 1))
	if err != nil {
		return time.Time{}, err
	}
	return c.Subtract(dayStart(open, loc, 1), 0)
}

// dayStart is the first instant of the day that is n days after at's. A clock
// change may skip midnight; the day then begins with the change.
func dayStart(at time.Time, loc *time.Location, n int) time.Time {
	y, m, d := at.In(loc).Date()
	start := time.Date(y, m, d+n, 0, 0, 0, 0, loc)
	if want := time.Date(y, m, d+n, 0, 0, 0, 0, time.UTC); start.Day() != want.Day() {
		if _, change := start.ZoneBounds(); !change.IsZero() {
			return change
		}
	}
	return start
}
