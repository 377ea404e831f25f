package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"madoguchi/internal/calendar"
)

// calendarCmd is business time at the command line: computing with it, and getting holidays into it.
type calendarCmd struct {
	Eval     calendarEvalCmd     `cmd:"" help:"Answer questions about business time: JSON lines in, a line each out."`
	Holidays calendarHolidaysCmd `cmd:"" help:"List the shipped holiday sets, or the days of one."`
	Import   calendarImportCmd   `cmd:"" help:"Propose a country's holidays from an iCalendar file."`
	Review   calendarReviewCmd   `cmd:"" help:"Sign a holiday file in which every day was looked at."`
}

// calendarHolidaysCmd lists holiday sets.
type calendarHolidaysCmd struct {
	Set  string `arg:"" optional:"" help:"Name of a shipped set, such as jp or de-by, or a holiday file. Without it all shipped sets are listed."`
	JSON bool   `help:"Print JSON."`
}

// setOutline is one shipped set in the JSON list.
type setOutline struct {
	Set      string   `json:"set"`
	Title    string   `json:"title"`
	First    int      `json:"first_year"`
	Last     int      `json:"last_year"`
	Days     int      `json:"days"`
	Sources  []string `json:"sources"`
	Differed []string `json:"differed"`
	Reviewed string   `json:"reviewed"`
}

// Run lists.
func (c *calendarHolidaysCmd) Run(stdout io.Writer) error {
	if c.Set == "" {
		return c.listSets(stdout)
	}
	set, err := holidaySet(c.Set)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(stdout, set.Holidays)
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	for _, h := range set.Holidays {
		mark := ""
		if h.Unreviewed {
			mark = "? "
		}
		fmt.Fprintf(w, "%s%s\t%s\t%s\n", mark, h.Date, h.Name, h.Local)
	}
	return w.Flush()
}

func (c *calendarHolidaysCmd) listSets(stdout io.Writer) error {
	var list []setOutline
	for _, name := range calendar.HolidaySetNames() {
		set, err := calendar.ShippedSet(name)
		if err != nil {
			return err
		}
		first, last := set.Years()
		list = append(list, setOutline{name, set.Title, first, last, len(set.Holidays), set.Sources, set.Differed, set.Reviewed})
	}
	if c.JSON {
		return printJSON(stdout, list)
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	for _, s := range list {
		fmt.Fprintf(w, "%s\t%s\t%d-%d\t%d days\treviewed %s\n", s.Set, s.Title, s.First, s.Last, s.Days, s.Reviewed)
	}
	return w.Flush()
}

// holidaySet is a shipped set by its name, or else the set in a file.
func holidaySet(name string) (*calendar.Set, error) {
	if !strings.ContainsAny(name, `./\`) {
		return calendar.ShippedSet(name)
	}
	return readHolidayFile(name)
}

func readHolidayFile(path string) (*calendar.Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("holiday file: %w", err)
	}
	defer f.Close()
	return calendar.ParseSet(path, f)
}

// calendarReviewCmd turns a proposal into a set that calendars may use.
type calendarReviewCmd struct {
	File string `arg:"" help:"The holiday file." type:"existingfile"`
	By   string `required:"" help:"Who looked at every day."`
}

// Run signs the file, if no day is left to look at.
func (c *calendarReviewCmd) Run(stdout io.Writer) error {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	signed, set, err := signHolidays(c.File, string(text), c.By, time.Now())
	if err != nil {
		return err
	}
	if err := replaceHolidayFile(c.File, signed); err != nil {
		return err
	}
	first, last := set.Years()
	fmt.Fprintf(stdout, "%s: %d days, complete for %d to %d, reviewed %s.\n\n", c.File, len(set.Holidays), first, last, set.Reviewed)
	fmt.Fprintf(stdout, "Try it:       madoguchi calendar eval --set %s, with \"holiday_sets\":[%q] in a calendar\n", c.File, set.Name)
	fmt.Fprintf(stdout, "Build it in:  copy it to internal/calendar/holidays/%s.txt and build again; then a pack may name the set %s\n", set.Name, set.Name)
	fmt.Fprintf(stdout, "Or use the dates at once, in the `holidays:` of a calendar in your pack:\n")
	for _, h := range set.Holidays {
		fmt.Fprintf(stdout, "  - %q # %s\n", h.Date, h.Name)
	}
	return nil
}

// signHolidays is the file with its review noted, everything else in it kept as people wrote it.
func signHolidays(name, text, by string, today time.Time) (signed string, set *calendar.Set, err error) {
	by = strings.Join(strings.Fields(by), " ")
	if by == "" || by == "no" {
		return "", nil, mistake{`--by: say who looked at every day, such as --by "Ana Souza"`}
	}
	set, err = calendar.ParseSet(name, strings.NewReader(text))
	if err != nil {
		return "", nil, err
	}
	if open := openDays(text); len(open) > 0 {
		return "", nil, refusal{fmt.Sprintf("%s: %d days still carry a \"?\" (%s): look each up, correct it or delete the line, and take the \"?\" away",
			name, set.Unreviewed(), strings.Join(open, ", "))}
	}
	if set.Reviewed != "" {
		return "", nil, refusal{fmt.Sprintf("%s was reviewed %s: to review it again, write \"reviewed: no\" first", name, set.Reviewed)}
	}
	line := fmt.Sprintf("reviewed: %s by %s", today.UTC().Format(time.DateOnly), by)
	var b strings.Builder
	written := false
	for old := range strings.Lines(text) {
		key := strings.TrimSpace(old)
		switch {
		case strings.HasPrefix(key, "reviewed:"):
			continue
		case !written && key != "" && key[0] >= '0' && key[0] <= '9':
			b.WriteString(line + "\n\n")
			written = true
		}
		b.WriteString(old)
	}
	if !written {
		return "", nil, refusal{fmt.Sprintf("%s names no day: a set without holidays needs no file", name)}
	}
	set, err = calendar.ParseSet(name, strings.NewReader(b.String()))
	return b.String(), set, err
}

// openDays names the lines that still carry a "?", the first ten of them.
func openDays(text string) []string {
	var open []string
	number := 0
	for line := range strings.Lines(text) {
		number++
		if strings.HasPrefix(strings.TrimSpace(line), "?") {
			open = append(open, fmt.Sprintf("line %d", number))
		}
	}
	if len(open) > 10 {
		open = append(open[:10], "…")
	}
	return open
}

// replaceHolidayFile writes beside the file and renames, so that a crash leaves the old one.
func replaceHolidayFile(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
