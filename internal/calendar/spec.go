package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Window is one stretch of a day in wall time: from, inclusive, to, exclusive, each "HH:MM" or "HH:MM:SS". The end may be
// "24:00"; an end at or before the start lies on the next day, so ["22:00","06:00"] is a night and ["09:00","09:00"]
// is 24 hours. The zero value is an error.
type Window [2]string

// Spec is a calendar as people write it, in JSON and in the YAML of policy packs. The zero value lacks its zone.
type Spec struct {
	// Zone is the IANA name that all wall times are read in.
	Zone string `json:"zone" yaml:"zone"`
	// Week holds the windows of mon, tue, wed, thu, fri, sat and sun; a day that is not named is closed.
	Week map[string][]Window `json:"week,omitempty" yaml:"week,omitempty"`
	// Holidays are dates ("2026-09-21") whose own windows fall away. What runs over from the day before stays.
	Holidays []string `json:"holidays,omitempty" yaml:"holidays,omitempty"`
	// YearlyHolidays are days ("01-01") that are holidays in every year that has them; "02-29" only in leap years.
	YearlyHolidays []string `json:"yearly_holidays,omitempty" yaml:"yearly_holidays,omitempty"`
	// Breaks close a stretch of one date, whichever day's window it would have belonged to: also what ran over
	// from the day before, and, where the break itself crosses midnight, the next day's.
	Breaks map[string][]Window `json:"breaks,omitempty" yaml:"breaks,omitempty"`
	// Shifts replace the windows of one date, holiday or not: an empty list closes it.
	Shifts map[string][]Window `json:"shifts,omitempty" yaml:"shifts,omitempty"`
	// HolidaySets name shipped lists ("jp", "de-by", see [HolidaySetNames]) whose dates count as Holidays.
	HolidaySets []string `json:"holiday_sets,omitempty" yaml:"holiday_sets,omitempty"`
}

// SpecError is one problem in a Spec. Compile joins all that it finds with errors.Join, ordered by Path.
type SpecError struct {
	Path    string // where, such as week.mon[1] or holidays[3]; indices count from 0
	Problem string // what is wrong and what to write instead
}

// Error is the path and the problem on one line.
func (e *SpecError) Error() string { return e.Path + ": " + e.Problem }

// windowsMax keeps one line of input from growing into gigabytes: a window every five minutes.
const windowsMax = 288

var weekdays = [7]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// span is a window in seconds from its day's midnight: 0 <= from < to < two days.
type span struct{ from, to int32 }

// dayRule is what one date does differently from its weekday.
type dayRule struct {
	day    int64
	base   int32 // asUsual, skippedDay, or an index into rules.lists that replaces the weekday's windows
	breaks int32 // index into rules.lists
}

const (
	asUsual    int32 = -1
	skippedDay int32 = -2
	noSpans    int32 = 0 // rules.lists[0] is the empty list
)

// rules is a Spec after reading: numbers in place of words, one entry for each exceptional date in ascending order.
type rules struct {
	zone  *zone
	week  [7][]span
	lists [][]span
	days  []dayRule
	known years
}

// specReader collects every problem instead of stopping at the first.
type specReader struct {
	rules
	problems []*SpecError
	interned map[string]int32
}

func readSpec(s Spec, sets map[string]*Set) (*rules, error) {
	r := &specReader{rules: rules{lists: [][]span{nil}, known: allYears}, interned: map[string]int32{}}
	z, err := zoneNamed(s.Zone)
	if err != nil {
		r.fail("zone", "%v", err)
	} else {
		r.zone = z
	}
	for name, windows := range s.Week {
		i := slices.Index(weekdays[:], name)
		if i < 0 {
			r.fail("week."+name, "%q is not a day of the week: write one of mon, tue, wed, thu, fri, sat, sun", name)
			continue
		}
		r.week[i] = r.spans("week."+name, windows)
	}
	r.holidays(s, sets)
	r.exceptions(s)
	if len(r.problems) > 0 {
		slices.SortFunc(r.problems, func(a, b *SpecError) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Problem, b.Problem))
		})
		joined := make([]error, len(r.problems))
		for i, p := range r.problems {
			joined[i] = p
		}
		return nil, errors.Join(joined...)
	}
	r.orderDays()
	return &r.rules, nil
}

func (r *specReader) fail(path, format string, args ...any) {
	r.problems = append(r.problems, &SpecError{Path: path, Problem: fmt.Sprintf(format, args...)})
}

func (r *specReader) holidays(s Spec, sets map[string]*Set) {
	for i, text := range s.Holidays {
		if day, ok := r.date(fmt.Sprintf("holidays[%d]", i), text); ok {
			r.days = append(r.days, dayRule{day: day, base: noSpans})
		}
	}
	for i, text := range s.YearlyHolidays {
		// A leap year, so that 02-29 is a day.
		if _, err := time.Parse(time.DateOnly, "2000-"+text); err != nil {
			r.fail(fmt.Sprintf("yearly_holidays[%d]", i), `%q is not a day of the year: write month and day as "01-01"`, text)
			continue
		}
		month, dayOfMonth := int(text[0]-'0')*10+int(text[1]-'0'), int(text[3]-'0')*10+int(text[4]-'0')
		for year := firstYear - 1; year <= lastYear+1; year++ {
			if month == 2 && dayOfMonth == 29 && !leap(year) {
				continue
			}
			r.days = append(r.days, dayRule{day: dayNumber(year, month, dayOfMonth), base: noSpans})
		}
	}
	for i, name := range s.HolidaySets {
		set, err := setNamed(name, sets)
		if err != nil {
			r.fail(fmt.Sprintf("holiday_sets[%d]", i), "%v", err)
			continue
		}
		r.known = r.known.both(set.years)
		for _, day := range set.days {
			r.days = append(r.days, dayRule{day: day, base: noSpans})
		}
	}
}

// exceptions come after the holidays, because orderDays lets the later entry of a date win.
func (r *specReader) exceptions(s Spec) {
	for text, windows := range s.Shifts {
		spans := r.spans("shifts."+text, windows)
		if day, ok := r.date("shifts."+text, text); ok {
			r.days = append(r.days, dayRule{day: day, base: r.intern(spans)})
		}
	}
	for text, windows := range s.Breaks {
		spans := r.spans("breaks."+text, windows)
		if day, ok := r.date("breaks."+text, text); ok {
			r.days = append(r.days, dayRule{day: day, base: asUsual, breaks: r.intern(spans)})
		}
	}
	if r.zone != nil {
		for _, day := range r.zone.skipped {
			r.days = append(r.days, dayRule{day: day, base: skippedDay})
		}
	}
}

// orderDays sorts by date and folds what several parts of the Spec say about one date into one rule.
func (r *specReader) orderDays() {
	slices.SortStableFunc(r.days, func(a, b dayRule) int { return cmp.Compare(a.day, b.day) })
	merged := r.days[:0]
	for _, next := range r.days {
		last := len(merged) - 1
		if last < 0 || merged[last].day != next.day {
			merged = append(merged, next)
			continue
		}
		if next.base != asUsual {
			merged[last].base = next.base
		}
		if next.breaks != noSpans {
			merged[last].breaks = next.breaks
		}
	}
	r.days = merged
}

func (r *specReader) intern(spans []span) int32 {
	if len(spans) == 0 {
		return noSpans
	}
	key := fmt.Sprint(spans)
	id, ok := r.interned[key]
	if !ok {
		id = int32(len(r.lists))
		r.interned[key] = id
		r.lists = append(r.lists, spans)
	}
	return id
}

func (r *specReader) date(path, text string) (day int64, ok bool) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		r.fail(path, `%q is not a date: write year, month and day as "2026-09-21"`, text)
		return 0, false
	}
	if t.Year() < firstYear || t.Year() > lastYear {
		r.fail(path, "%s lies outside the years this calendar reckons with: write a date from %d to %d", text, firstYear, lastYear)
		return 0, false
	}
	return floorDiv(t.Unix(), daySeconds), true
}

func (r *specReader) spans(path string, windows []Window) []span {
	if len(windows) > windowsMax {
		r.fail(path, "%d windows are too many: merge them into at most %d", len(windows), windowsMax)
		return nil
	}
	spans := make([]span, 0, len(windows))
	for i, w := range windows {
		at := fmt.Sprintf("%s[%d]", path, i)
		from, fromOK := clock(w[0])
		to, toOK := clock(w[1])
		switch {
		case w[0] == "" || w[1] == "":
			r.fail(at, `a window needs a start and an end: write ["09:30","21:30"]`)
		case !fromOK:
			r.fail(at, `%q is not a time of day: write "HH:MM" or "HH:MM:SS", 00:00 to 23:59:59`, w[0])
		case !toOK:
			r.fail(at, `%q is not a time of day: write "HH:MM" or "HH:MM:SS", 00:00 to 24:00`, w[1])
		case from == daySeconds:
			r.fail(at, `a window cannot start at 24:00: write "00:00" under the next day`)
		case to <= from:
			spans = append(spans, span{from, to + daySeconds})
		default:
			spans = append(spans, span{from, to})
		}
	}
	return spans
}

// clock reads "HH:MM" or "HH:MM:SS" as seconds from midnight, 24:00 included.
func clock(text string) (seconds int32, ok bool) {
	if len(text) != 5 && len(text) != 8 {
		return 0, false
	}
	var part [3]int32
	for i := 0; i < len(text); i += 3 {
		tens, ones := text[i]-'0', text[i+1]-'0'
		if tens > 9 || ones > 9 || (i > 0 && text[i-1] != ':') {
			return 0, false
		}
		part[i/3] = int32(tens)*10 + int32(ones)
	}
	seconds = part[0]*3600 + part[1]*60 + part[2]
	return seconds, part[1] < 60 && part[2] < 60 && seconds <= daySeconds
}

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// dayNumber counts days since 1970-01-01 in the Gregorian calendar.
func dayNumber(year, month, day int) int64 {
	return floorDiv(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix(), daySeconds)
}
