package calendar

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestSpecErrorsSayWhatToWrite(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		spec Spec
		path string
		says string
	}{
		{Spec{}, "zone", `write an IANA name such as "Asia/Tokyo"`},
		{Spec{Zone: "Local"}, "zone", "differ from machine to machine"},
		{Spec{Zone: "asia/tokyo"}, "zone", `write "Asia/Tokyo"`},
		{Spec{Zone: "New York"}, "zone", `write "America/New_York"`},
		{Spec{Zone: "Mars/Olympus"}, "zone", "is not in IANA data"},
		{Spec{Zone: "../etc/passwd"}, "zone", "is not in IANA data"},
		{Spec{Zone: "Etc/UTC", Week: map[string][]Window{"monday": nil}}, "week.monday", "write one of mon, tue"},
		{Spec{Zone: "Etc/UTC", Week: map[string][]Window{"mon": {{"09:00", "12:00"}, {"9:00", "12:00"}}}}, "week.mon[1]", `"9:00" is not a time of day: write "HH:MM"`},
		{Spec{Zone: "Etc/UTC", Week: map[string][]Window{"mon": {{"09:00", "24:01"}}}}, "week.mon[0]", "00:00 to 24:00"},
		{Spec{Zone: "Etc/UTC", Week: map[string][]Window{"mon": {{"09:60", "10:00"}}}}, "week.mon[0]", "not a time of day"},
		{Spec{Zone: "Etc/UTC", Week: map[string][]Window{"mon": {{"09:00:0", "10:00"}}}}, "week.mon[0]", "not a time of day"},
		{Spec{Zone: "Etc/UTC", Week: map[string][]Window{"mon": {{"09-00", "10:00"}}}}, "week.mon[0]", "not a time of day"},
		{Spec{Zone: "Etc/UTC", Week: map[string][]Window{"mon": {{"24:00", "10:00"}}}}, "week.mon[0]", `write "00:00" under the next day`},
		{Spec{Zone: "Etc/UTC", Week: map[string][]Window{"mon": {{"09:00", ""}}}}, "week.mon[0]", `write ["09:30","21:30"]`},
		{Spec{Zone: "Etc/UTC", Week: map[string][]Window{"mon": make([]Window, 289)}}, "week.mon", "at most 288"},
		{Spec{Zone: "Etc/UTC", Holidays: []string{"2026-09-21", "21.9.2026"}}, "holidays[1]", `write year, month and day as "2026-09-21"`},
		{Spec{Zone: "Etc/UTC", Holidays: []string{"2026-02-29"}}, "holidays[0]", "is not a date"},
		{Spec{Zone: "Etc/UTC", Holidays: []string{"1969-12-31"}}, "holidays[0]", "from 1970 to 2100"},
		{Spec{Zone: "Etc/UTC", YearlyHolidays: []string{"1-1"}}, "yearly_holidays[0]", `"01-01"`},
		{Spec{Zone: "Etc/UTC", YearlyHolidays: []string{"02-30"}}, "yearly_holidays[0]", `"01-01"`},
		{Spec{Zone: "Etc/UTC", Breaks: map[string][]Window{"2026-13-01": {{"12:00", "13:00"}}}}, "breaks.2026-13-01", "is not a date"},
		{Spec{Zone: "Etc/UTC", Shifts: map[string][]Window{"2026-12-31": {{"x", "13:00"}}}}, "shifts.2026-12-31[0]", "not a time of day"},
		{Spec{Zone: "Etc/UTC", HolidaySets: []string{"jp", "br"}}, "holiday_sets[1]", "write one of de, de-bb"},
	} {
		_, err := Compile(row.spec)
		var problem *SpecError
		if !errors.As(err, &problem) {
			t.Errorf("%s: got %v, want a SpecError", row.path, err)
			continue
		}
		if problem.Path != row.path || !strings.Contains(problem.Problem, row.says) {
			t.Errorf("got %q, want path %s and %q", err, row.path, row.says)
		}
	}
}

func TestAllProblemsAtOnceInOrder(t *testing.T) {
	t.Parallel()
	_, err := Compile(Spec{Zone: "Nowhere", Week: map[string][]Window{"tue": {{"a", "b"}}, "fri": {{"c", "d"}}}, Holidays: []string{"soon"}})
	if err == nil {
		t.Fatal("no error")
	}
	var paths []string
	for line := range strings.Lines(err.Error()) {
		path, _, _ := strings.Cut(line, ": ")
		paths = append(paths, path)
	}
	if got, want := strings.Join(paths, " "), "holidays[0] week.fri[0] week.tue[0] zone"; got != want {
		t.Errorf("problems at %s, want %s", got, want)
	}
}

func TestSpecKeysAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	text := `{"zone":"Asia/Tokyo","week":{"mon":[["09:30","21:30"]]},"holidays":["2026-09-21"],"yearly_holidays":["01-01"],` +
		`"breaks":{"2026-12-30":[["12:00","13:00"]]},"shifts":{"2026-12-31":[["09:00","12:00"]]},"holiday_sets":["jp"]}`
	var s Spec
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	back, err := json.Marshal(s)
	if err != nil || string(back) != text {
		t.Errorf("got  %s (%v)\nwant %s", back, err, text)
	}
}

// Whatever the input, Compile answers with a calendar that keeps its laws or with problems that name their path.
func FuzzCompile(f *testing.F) {
	f.Add(`{"zone":"Asia/Tokyo","week":{"mon":[["09:30","21:30"]]},"holidays":["2026-09-21"],"holiday_sets":["jp"]}`)
	f.Add(`{"zone":"Pacific/Apia","week":{"fri":[["22:00","22:00"],["00:00","24:00"]]},"breaks":{"2011-12-30":[["00:00","24:00"]]}}`)
	f.Add(`{"zone":"Africa/Casablanca","yearly_holidays":["02-29"],"shifts":{"2026-12-31":[["23:59:59","23:59:58"]]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var s Spec
		if json.Unmarshal([]byte(text), &s) != nil {
			return
		}
		c, err := Compile(s)
		if err != nil {
			var problem *SpecError
			if !errors.As(err, &problem) || problem.Path == "" || problem.Problem == "" {
				t.Fatalf("%q gives an error without a path: %v", text, err)
			}
			return
		}
		first, last := Range()
		if open := c.Between(first, last); open < 0 || open > last.Sub(first) {
			t.Fatalf("%q is open for %s", text, open)
		}
		if next, err := c.Next(first); err == nil && !c.Open(next) {
			t.Fatalf("%q: the next open instant %s is not open", text, next)
		}
	})
}
