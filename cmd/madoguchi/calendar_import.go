package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"madoguchi/internal/calendar"
)

// calendarImportCmd proposes a country's holidays.
type calendarImportCmd struct {
	File    string `arg:"" help:"The iCalendar file (.ics)." type:"existingfile"`
	Country string `required:"" help:"ISO country, with its region if need be: BR, CH-ZH."`
	Out     string `help:"File to write; by default the country's code with .txt, here." type:"path"`
	Source  string `help:"Where the iCalendar file comes from, for the record. By default its name."`
}

// Run writes the proposal and says what to do with it.
func (c *calendarImportCmd) Run(stdout io.Writer) error {
	country := strings.ToLower(c.Country)
	if !regexp.MustCompile(`^[a-z]{2}(-[a-z0-9]{1,3})?$`).MatchString(country) {
		return mistake{fmt.Sprintf("--country %q is not an ISO code: write two letters such as BR, or with a region CH-ZH", c.Country)}
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	p, err := proposeHolidays(f, country, cmp.Or(c.Source, filepath.Base(c.File)))
	if err != nil {
		return refusal{fmt.Sprintf("%s: %v", c.File, err)}
	}
	out := cmp.Or(c.Out, country+".txt")
	if err := createFile(out, p.text()); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d days proposed for %d to %d, %d entries left out (listed in the file).\n",
		out, len(p.days), p.first(), p.last(), len(p.leftOut))
	fmt.Fprintf(stdout, "Look each day up in a second source, correct the names, take its \"?\" away or delete the line,\n")
	fmt.Fprintf(stdout, "see that `years:` names complete years only, then: madoguchi calendar review %s --by NAME\n", out)
	return nil
}

func createFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return refusal{fmt.Sprintf("%s exists already and may be reviewed: move it away, or name another file with --out", path)}
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// proposal is what an iCalendar file says about holidays; nobody has looked at it yet.
type proposal struct {
	country string
	source  string
	days    []proposedDay // ascending, one for each date
	leftOut []string
}

type proposedDay struct {
	date  string
	names []string
	notes []string
}

const (
	icalBytesMax = 10 << 20
	eventDaysMax = 31 // longer all-day entries are seasons, terms or mistakes
)

// proposeHolidays reads all-day entries; everything else is left out and named.
func proposeHolidays(r io.Reader, country, source string) (*proposal, error) {
	text, err := io.ReadAll(io.LimitReader(r, icalBytesMax+1))
	if err != nil {
		return nil, err
	}
	if len(text) > icalBytesMax {
		return nil, errors.New("larger than 10 MB: export the holidays alone")
	}
	parsed, err := ics.ParseCalendar(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	if err != nil {
		return nil, fmt.Errorf("not an iCalendar file: %w; export the holidays as .ics", err)
	}
	p := &proposal{country: country, source: oneLine(source)}
	byDate := map[string]*proposedDay{}
	for _, event := range parsed.Events() {
		p.take(event, byDate)
	}
	for _, d := range byDate {
		p.days = append(p.days, *d)
	}
	slices.SortFunc(p.days, func(a, b proposedDay) int { return cmp.Compare(a.date, b.date) })
	if len(p.days) == 0 {
		return nil, fmt.Errorf("no all-day entries found, %d left out: export a calendar of holidays, whose entries are dates without a time", len(p.leftOut))
	}
	return p, nil
}

func (p *proposal) take(event *ics.VEvent, byDate map[string]*proposedDay) {
	value := func(name ics.ComponentProperty) string {
		if property := event.GetProperty(name); property != nil {
			return oneLine(property.Value)
		}
		return ""
	}
	name, start := cmp.Or(value(ics.ComponentPropertySummary), "(no name)"), value(ics.ComponentPropertyDtStart)
	leave := func(why string) { p.leftOut = append(p.leftOut, fmt.Sprintf("%s %s: %s", start, name, why)) }
	from, err := time.Parse("20060102", start)
	first, last := calendar.Range()
	to := from.AddDate(0, 0, 1)
	if end := value(ics.ComponentPropertyDtEnd); err == nil && end != "" {
		to, err = time.Parse("20060102", end)
	}
	switch {
	case err != nil:
		leave("not an all-day entry")
	case strings.EqualFold(value(ics.ComponentPropertyStatus), "CANCELLED"):
		leave("cancelled")
	case value(ics.ComponentPropertyRrule) != "" || value(ics.ComponentPropertyRdate) != "":
		leave("repeats by a rule; write its dates yourself")
	case from.Before(first) || to.After(last):
		leave("outside the years 1970 to 2100")
	case to.Sub(from) > eventDaysMax*24*time.Hour:
		leave(fmt.Sprintf("longer than %d days", eventDaysMax))
	case !to.After(from):
		to = from.AddDate(0, 0, 1) // some programs write a day as ending on itself
		fallthrough
	default:
		for day := from; day.Before(to); day = day.AddDate(0, 0, 1) {
			addDay(byDate, day.Format(time.DateOnly), name, value(ics.ComponentPropertyDescription))
		}
	}
}

func addDay(byDate map[string]*proposedDay, date, name, note string) {
	d, ok := byDate[date]
	if !ok {
		d = &proposedDay{date: date}
		byDate[date] = d
	}
	if !slices.Contains(d.names, name) {
		d.names = append(d.names, name)
	}
	if note != "" && !slices.Contains(d.notes, note) {
		d.notes = append(d.notes, note)
	}
}

func (p *proposal) first() int { return yearOf(p.days[0].date) }
func (p *proposal) last() int  { return yearOf(p.days[len(p.days)-1].date) }

func yearOf(date string) int {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic("proposed day " + date)
	}
	return t.Year()
}

// text is the proposal as a holiday file in which every day is open.
func (p *proposal) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Proposed from an iCalendar file. Each day marked \"?\" must be looked up in a second source before the file is of use.\n")
	for _, left := range p.leftOut {
		fmt.Fprintf(&b, "# left out: %s\n", left)
	}
	fmt.Fprintf(&b, "set: %s\ntitle: %s\nyears: %d-%d\nsource: %s\nreviewed: no\n\n", p.country, strings.ToUpper(p.country), p.first(), p.last(), p.source)
	for _, d := range p.days {
		for _, note := range d.notes {
			fmt.Fprintf(&b, "# %s\n", note)
		}
		name := strings.Join(d.names, " / ")
		fmt.Fprintf(&b, "? %s | %s | %s\n", d.date, name, name)
	}
	return b.String()
}

// oneLine keeps text from a stranger's file from becoming lines and columns of ours.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "|", "/")), " ")
	if runes := []rune(text); len(runes) > 200 {
		text = string(runes[:200]) + "…"
	}
	return text
}
