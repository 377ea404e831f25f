package calendar

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

//go:embed holidays/*.txt
var holidayFiles embed.FS

// Holiday is one day of a holiday set.
type Holiday struct {
	Date       string `json:"date"`                 // "2026-09-21"
	Name       string `json:"name"`                 // in English
	Local      string `json:"local"`                // in the language of the place
	Unreviewed bool   `json:"unreviewed,omitempty"` // proposed by an import; nobody has looked at it
}

// Set is a list of holidays out of a file that somebody reviewed. ParseSet makes it.
//
// The file is text: header lines "key: value", then a line "date | English name | local name" for each day in ascending
// order; "#" starts a comment line, "?" before the date marks what nobody has reviewed yet. The keys are set, title,
// years ("2025-2028"), include (another shipped set whose days belong to this one), source (one line for each),
// differed (where the sources differed and what was decided) and reviewed ("2026-11-23 by Name", or "no").
type Set struct {
	Name     string // "jp", "de-by"
	Title    string // "Japan"
	Include  string // name of the set that this one adds to, or ""
	Sources  []string
	Differed []string
	Reviewed string // when and by whom; "" while not reviewed
	Holidays []Holiday
	years    years
	days     []int64
}

// Years are the first and the last year that the set knows, both included.
func (s *Set) Years() (first, last int) { return s.years.first, s.years.last }

// years is a stretch of years, both included.
type years struct{ first, last int }

var allYears = years{math.MinInt, math.MaxInt}

func (y years) both(other years) years {
	return years{max(y.first, other.first), min(y.last, other.last)}
}

// firstLacking is the first year from..to that y does not hold.
func (y years) firstLacking(from, to int) (year int, lacking bool) {
	if from < y.first || from > y.last {
		return from, true
	}
	return y.last + 1, to > y.last
}

// HolidaySetNames are the names of the shipped sets in alphabetical order.
func HolidaySetNames() []string { return slices.Clone(shipped().names) }

// Holidays are the days of a shipped set in ascending order, those of the sets it includes among them. An unknown name
// is an error that lists the known ones.
func Holidays(set string) ([]Holiday, error) {
	s, err := setNamed(set, nil)
	if err != nil {
		return nil, err
	}
	return slices.Clone(s.Holidays), nil
}

// ShippedSet is a shipped set with where it comes from, its included days merged in. Errors as [Holidays]. The caller
// must not change it.
func ShippedSet(name string) (*Set, error) { return setNamed(name, nil) }

type shippedSets struct {
	names []string
	sets  map[string]*Set
}

// The files are part of the program and held by its tests; a broken one is a broken build.
var shipped = sync.OnceValue(func() shippedSets {
	s := shippedSets{sets: map[string]*Set{}}
	entries, err := holidayFiles.ReadDir("holidays")
	if err != nil {
		panic(fmt.Sprintf("calendar: shipped holidays: %v", err))
	}
	for _, e := range entries {
		text, err := holidayFiles.ReadFile("holidays/" + e.Name())
		if err != nil {
			panic(fmt.Sprintf("calendar: shipped holidays: %v", err))
		}
		set, err := parseSet(e.Name(), string(text))
		if err != nil {
			panic(fmt.Sprintf("calendar: shipped holidays: %v", err))
		}
		s.names = append(s.names, set.Name)
		s.sets[set.Name] = set
	}
	slices.Sort(s.names)
	for _, name := range s.names {
		if err := s.sets[name].merge(s.sets); err != nil {
			panic(fmt.Sprintf("calendar: shipped holidays: %v", err))
		}
	}
	return s
})

// merge adds the days of the included set; an included set includes no further one.
func (s *Set) merge(sets map[string]*Set) error {
	if s.Include == "" {
		return nil
	}
	base, ok := sets[s.Include]
	if !ok || base.Include != "" {
		return fmt.Errorf("holiday set %s: include: %q is not a shipped set that stands alone: write one of those, or list the days", s.Name, s.Include)
	}
	s.years = s.years.both(base.years)
	for _, h := range base.Holidays {
		if !slices.ContainsFunc(s.Holidays, func(own Holiday) bool { return own.Date == h.Date }) {
			s.Holidays = append(s.Holidays, h)
		}
	}
	slices.SortFunc(s.Holidays, func(a, b Holiday) int { return strings.Compare(a.Date, b.Date) })
	s.days = slices.Concat(s.days, base.days)
	return nil
}

func setNamed(name string, more map[string]*Set) (*Set, error) {
	set, ok := more[name]
	if !ok {
		set, ok = shipped().sets[name]
	}
	if !ok {
		return nil, fmt.Errorf("holiday set %q is not known: write one of %s, or import another country with `madoguchi calendar import`",
			name, strings.Join(shipped().names, ", "))
	}
	if left := set.Unreviewed(); left > 0 || set.Reviewed == "" {
		return nil, fmt.Errorf("holiday set %q is not reviewed (%d days are open): look at each, then run `madoguchi calendar review`", name, left)
	}
	return set, nil
}

// Unreviewed is how many days still carry a "?".
func (s *Set) Unreviewed() int {
	n := 0
	for _, h := range s.Holidays {
		if h.Unreviewed {
			n++
		}
	}
	return n
}

// ParseSet reads a holiday file; name is what errors call it. Every error names the line and says what to write. A file
// that is not reviewed yet parses, but Compile refuses it.
func ParseSet(name string, r io.Reader) (*Set, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	set, err := parseSet(name, string(text))
	if err != nil {
		return nil, err
	}
	if err := set.merge(shipped().sets); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return set, nil
}

func parseSet(name, text string) (*Set, error) {
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("%s: not UTF-8: save it as UTF-8", name)
	}
	s := &Set{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		read := s.header
		if line[0] == '?' || (line[0] >= '0' && line[0] <= '9') {
			read = s.day
		}
		if err := read(line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, number, err)
		}
	}
	switch {
	case s.Name == "":
		return nil, fmt.Errorf(`%s: the set has no name: write a line "set: br"`, name)
	case s.years == years{}:
		return nil, fmt.Errorf(`%s: it is not said which years are complete: write a line "years: 2026-2027"`, name)
	case len(s.Sources) == 0:
		return nil, fmt.Errorf(`%s: no source is named: write a line "source: where the days were taken from"`, name)
	}
	return s, nil
}

func (s *Set) header(line string) error {
	key, value, found := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	if !found || value == "" {
		return fmt.Errorf(`%q is neither a header nor a day: write "key: value" or "2026-01-01 | New Year's Day | 元日"`, line)
	}
	switch key {
	case "set":
		if strings.ContainsFunc(value, func(r rune) bool { return r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
			return fmt.Errorf(`set: %q: write lower-case letters, digits and hyphens, such as "br" or "ch-zh"`, value)
		}
		s.Name = value
	case "title":
		s.Title = value
	case "include":
		s.Include = value
	case "source":
		s.Sources = append(s.Sources, value)
	case "differed":
		s.Differed = append(s.Differed, value)
	case "reviewed":
		if value != "no" {
			s.Reviewed = value
		}
	case "years":
		return s.readYears(value)
	default:
		return fmt.Errorf("%q is not a header of a holiday file: write set, title, years, include, source, differed or reviewed", key)
	}
	return nil
}

func (s *Set) readYears(value string) error {
	from, to, found := strings.Cut(value, "-")
	if !found {
		to = from
	}
	first, err := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	if err != nil || err2 != nil || first < firstYear || last > lastYear || last < first {
		return fmt.Errorf(`years: %q: write the first and the last complete year as "2026-2027"`, value)
	}
	s.years = years{first, last}
	return nil
}

func (s *Set) day(line string) error {
	rest, open := strings.CutPrefix(line, "?")
	parts := strings.Split(rest, "|")
	if len(parts) != 3 {
		return fmt.Errorf(`%q has not three parts: write "2026-01-01 | New Year's Day | 元日"`, line)
	}
	h := Holiday{Date: strings.TrimSpace(parts[0]), Name: strings.TrimSpace(parts[1]), Local: strings.TrimSpace(parts[2]), Unreviewed: open}
	t, err := time.Parse(time.DateOnly, h.Date)
	switch {
	case err != nil:
		return fmt.Errorf(`%q is not a date: write it as "2026-09-21"`, h.Date)
	case h.Name == "" || h.Local == "":
		return fmt.Errorf("%s has no name: write its English and its local name", h.Date)
	case t.Year() < s.years.first || t.Year() > s.years.last:
		return fmt.Errorf("%s is not within the years of the file (%d-%d): put the line `years:` before the days and let it cover them",
			h.Date, s.years.first, s.years.last)
	case len(s.Holidays) > 0 && s.Holidays[len(s.Holidays)-1].Date >= h.Date:
		return fmt.Errorf("%s does not come after %s: keep the days in ascending order, each once", h.Date, s.Holidays[len(s.Holidays)-1].Date)
	}
	s.Holidays = append(s.Holidays, h)
	s.days = append(s.days, floorDiv(t.Unix(), daySeconds))
	return nil
}

// Of are the days of a year, in ascending order.
func (s *Set) Of(year int) []Holiday {
	var out []Holiday
	for _, h := range s.Holidays {
		if strings.HasPrefix(h.Date, strconv.Itoa(year)+"-") {
			out = append(out, h)
		}
	}
	return out
}

// Digest sums up the days of a year: hexadecimal SHA-256. A set of another release
// that has other days has another one.
func (s *Set) Digest(year int) string {
	sum := sha256.New()
	for _, h := range s.Of(year) {
		fmt.Fprintf(sum, "%s\x00%s\n", h.Date, h.Name)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
