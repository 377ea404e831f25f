package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"madoguchi/internal/calendar"
)

// zones are those in which something odd happens, and a few in which nothing does.
var zones = []string{
	"Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "Asia/Tehran", "America/Havana",
	"Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "Asia/Tehran", "America/Havana",
	"Pacific/Kwajalein", "America/St_Johns", "America/Sao_Paulo", "America/Nuuk", "America/Scoresbysund", "Asia/Gaza",
	"Asia/Pyongyang", "Antarctica/Troll", "Antarctica/Casey", "Africa/Cairo", "Europe/Dublin", "Pacific/Chatham",
	"Asia/Tokyo", "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Etc/UTC",
}

// oddDays are dates around which a walk likes to lie: skipped dates, a change at half past eleven at night, leap days,
// centuries, and the second at which 32 bits end.
var oddDays = []string{
	"2011-12-30", "2011-12-30", "1993-08-21", "2018-05-04", "1986-01-01", "2038-01-19", "2000-02-29", "2100-02-28",
	"2026-12-31", "2020-10-04", "1972-01-07", "2024-02-29",
}

// generator makes the calendars and the questions; one seed and index always make the same.
type generator struct {
	*rand.Rand
	h       *hours
	changes []int64 // unix seconds of the changes of offset inside the walk
	from    int64   // unix seconds, the part of the walk that is asked about
	to      int64
}

func newGenerator(seed, index uint64) (*generator, error) {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, index))}
	name := zones[g.IntN(len(zones))]
	unit, days := int64(60), int64(8+g.IntN(40))
	switch g.IntN(50) {
	case 0:
		days = int64(300 + g.IntN(500))
	case 1, 2, 3:
		unit, days = 1, int64(2+g.IntN(3))
		if g.IntN(4) == 0 {
			name = "Africa/Monrovia" // its offset was 44 minutes and 30 seconds until 1972
		}
	}
	location, err := calendar.Location(name)
	if err != nil {
		return nil, err
	}
	g.h = &hours{location: location, unit: unit, holidays: map[int64]bool{}, yearly: map[[2]int]bool{},
		breaks: map[int64][]stretch{}, shifts: map[int64][]stretch{}}
	g.place(days)
	g.fill()
	return g, nil
}

// place chooses when the walk is: near a change of clocks as a rule.
func (g *generator) place(days int64) {
	year := 2000 + g.IntN(50)
	if g.IntN(4) == 0 {
		year = 1971 + g.IntN(129)
	}
	at := time.Date(year, 1, 1+g.IntN(365), g.IntN(24), 0, 0, 0, time.UTC)
	switch g.IntN(4) {
	case 0, 1:
		if _, change := at.In(g.h.location).ZoneBounds(); !change.IsZero() && change.Year() < 2100 {
			at = change
		}
	case 2:
		at, _ = time.Parse(time.DateOnly, oddDays[g.IntN(len(oddDays))])
	}
	if g.h.location.String() == "Africa/Monrovia" {
		at = time.Date(1972, 1, 7, 0, 0, 0, 0, time.UTC)
	}
	midnight := at.Unix() / 86400 * 86400
	// Dates a few days to either side must still lie within 1970 to 2100.
	g.from = min(max(midnight-g.Int64N(days)*86400, 10*86400), (47_800-days)*86400)
	g.to = g.from + days*86400
	for at := time.Unix(g.from, 0).In(g.h.location); ; {
		_, change := at.ZoneBounds()
		if change.IsZero() || change.Unix() > g.to {
			return
		}
		if !change.After(at) {
			change = at.Add(24 * time.Hour) // the last day of a leap year, past the end of the table
		}
		at = change
		g.changes = append(g.changes, change.Unix())
	}
}

func (g *generator) fill() {
	if g.IntN(20) > 0 {
		for day := range g.h.week {
			if g.IntN(7) < 5 {
				g.h.week[day] = g.stretches(4)
			}
		}
	}
	// From a few days before to a few after, as local dates.
	span := (g.to-g.from)/86400 + 6
	date := func() int64 { return g.from/86400 - 3 + g.Int64N(span) }
	near := func() int64 {
		if len(g.changes) > 0 && g.IntN(2) == 0 {
			return g.changes[g.IntN(len(g.changes))]/86400 - 1 + g.Int64N(3)
		}
		return date()
	}
	for range g.IntN(6) {
		g.h.holidays[near()] = true
	}
	for range g.IntN(4) {
		d := time.Unix(near()*86400, 0).UTC()
		g.h.yearly[[2]int{int(d.Month()), d.Day()}] = true
	}
	for range g.IntN(5) {
		g.h.breaks[near()] = g.stretches(3)
	}
	for range g.IntN(5) {
		g.h.shifts[near()] = g.stretches(4)
	}
}

// stretches may be none at all, and may overlap, touch, cross midnight and last 24 hours.
func (g *generator) stretches(most int) []stretch {
	list := []stretch{}
	if g.IntN(12) == 0 {
		most = 20
	}
	for range g.IntN(most + 1) {
		s := stretch{g.reading(), g.reading()}
		if s.from == g.h.day() {
			s.from = 0
		}
		if s.to <= s.from {
			s.to += g.h.day()
		}
		if s.to > 2*g.h.day() {
			s.to -= g.h.day() // 24:00 as an end at or before no start
		}
		list = append(list, s)
	}
	return list
}

func (g *generator) reading() int64 {
	favourites := []int64{0, 0, 1440, 1440, 30, 60, 90, 120, 135, 150, 180, 210, 1380, 1410, 1439, 540, 570, 720, 1080, 1290}
	if g.IntN(2) == 0 {
		return favourites[g.IntN(len(favourites))] * 60 / g.h.unit
	}
	return g.Int64N(g.h.day())
}

// instant is in microseconds from the start of the walk, as a rule within a microsecond of an edge.
func (g *generator) instant(w *walk) int64 {
	low, high := margin*86400*int64(1_000_000), (margin*86400+g.to-g.from)*int64(1_000_000)
	at := low + g.Int64N(high-low)
	switch g.IntN(6) {
	case 0, 1, 2: // the next edge of open time
		i := at / w.length()
		for was := w.open[i]; i < high/w.length() && w.open[i] == was; i++ {
		}
		at = i*w.length() + g.Int64N(3) - 1
	case 3:
		if len(g.changes) > 0 {
			at = (g.changes[g.IntN(len(g.changes))]-w.start)*1_000_000 + g.Int64N(3) - 1
		}
	case 4:
		at = at / w.length() * w.length()
	}
	return min(max(at, low), high-1)
}

// span is in microseconds; as a rule it fits exactly between two instants, or misses that by one.
func (g *generator) span(w *walk, at int64, forward bool) int64 {
	switch g.IntN(8) {
	case 0:
		return 0
	case 1:
		return g.Int64N(60_000_000)
	case 2:
		return g.Int64N(200 * 3_600_000_000)
	}
	other := g.instant(w)
	span := w.between(at, other)
	if !forward {
		span = -span
	}
	return max(0, span+g.Int64N(3)-1)
}

// spec writes the calendar in the engine's words.
func (g *generator) spec() calendar.Spec {
	s := calendar.Spec{Zone: g.h.location.String(), Week: map[string][]calendar.Window{},
		Breaks: map[string][]calendar.Window{}, Shifts: map[string][]calendar.Window{}}
	for day, list := range g.h.week {
		s.Week[[]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}[day]] = g.written(list)
	}
	written := func(day int64) string { return time.Unix(day*86400, 0).UTC().Format(time.DateOnly) }
	for day := range g.h.holidays {
		s.Holidays = append(s.Holidays, written(day))
	}
	for d := range g.h.yearly {
		s.YearlyHolidays = append(s.YearlyHolidays, fmt.Sprintf("%02d-%02d", d[0], d[1]))
	}
	for day, list := range g.h.breaks {
		s.Breaks[written(day)] = g.written(list)
	}
	for day, list := range g.h.shifts {
		s.Shifts[written(day)] = g.written(list)
	}
	return s
}

func (g *generator) written(list []stretch) []calendar.Window {
	windows := []calendar.Window{}
	for _, s := range list {
		to := s.to
		if to > g.h.day() {
			to -= g.h.day()
		}
		windows = append(windows, calendar.Window{g.reads(s.from), g.reads(to)})
	}
	return windows
}

func (g *generator) reads(units int64) string {
	seconds := units * g.h.unit
	if g.h.unit == 1 {
		return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%02d:%02d", seconds/3600, seconds/60%60)
}
