package calendar

import (
	"strings"
	"testing"
	"time"
)

func TestShippedSets(t *testing.T) {
	t.Parallel()
	want := "de de-bb de-be de-bw de-by de-hb de-he de-hh de-mv de-ni de-nw de-rp de-sh de-sl de-sn de-st de-th fr gb-eng gb-nir gb-sct jp us"
	if got := strings.Join(HolidaySetNames(), " "); got != want {
		t.Errorf("sets %s\nwant %s", got, want)
	}
	for _, name := range HolidaySetNames() {
		set, err := ShippedSet(name)
		if err != nil {
			t.Fatal(err)
		}
		if first, last := set.Years(); first != 2025 || last != 2028 {
			t.Errorf("%s knows %d to %d, want 2025 to 2028", name, first, last)
		}
		if len(set.Sources) < 2 || set.Title == "" || len(set.Differed) == 0 || !strings.HasPrefix(set.Reviewed, "20") {
			t.Errorf("%s lacks two sources, a title, its differences or its review: %+v", name, set)
		}
		counts := map[string]int{}
		for i, h := range set.Holidays {
			counts[h.Date[:4]]++
			if i > 0 && set.Holidays[i-1].Date >= h.Date {
				t.Errorf("%s: %s comes after %s", name, h.Date, set.Holidays[i-1].Date)
			}
		}
		for _, year := range []string{"2025", "2026", "2027", "2028"} {
			if counts[year] < 8 {
				t.Errorf("%s: %d holidays in %s are too few to be true", name, counts[year], year)
			}
		}
	}
}

// The days that are easy to get wrong, each looked up in its law.
func TestDaysWorthKnowing(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		set, date string
		holiday   bool
	}{
		{"jp", "2025-02-24", true}, {"jp", "2025-05-06", true}, {"jp", "2025-11-24", true}, // substitutes
		{"jp", "2026-05-06", true},                             // the 3rd is a Sunday, the 4th and 5th are taken
		{"jp", "2026-09-21", true}, {"jp", "2026-09-22", true}, // sandwiched
		{"jp", "2026-09-23", true}, {"jp", "2026-09-24", false},
		{"jp", "2027-03-22", true}, {"jp", "2028-09-22", true}, {"jp", "2028-09-23", false},
		{"jp", "2028-01-03", false},                            // Saturdays have no substitute
		{"us", "2026-07-03", true}, {"us", "2027-06-18", true}, // observed on Friday
		{"us", "2027-07-05", true}, {"us", "2027-12-31", true}, // New Year's Day of 2028
		{"us", "2028-11-10", true}, {"us", "2025-11-28", false}, // the day after Thanksgiving
		{"gb-eng", "2026-12-28", true}, {"gb-eng", "2027-12-27", true}, {"gb-eng", "2027-12-28", true}, {"gb-eng", "2028-01-03", true},
		{"gb-sct", "2028-01-03", true}, {"gb-sct", "2028-01-04", true}, {"gb-sct", "2026-04-06", false},
		{"gb-sct", "2026-06-15", true}, {"gb-sct", "2025-12-01", true},
		{"gb-nir", "2026-07-13", true}, {"gb-nir", "2026-03-17", true}, {"gb-eng", "2026-03-17", false},
		{"de", "2026-10-03", true}, {"de", "2026-10-31", false}, {"de-sn", "2026-11-18", true}, {"de-by", "2026-06-04", true},
		{"de-be", "2025-05-08", true}, {"de-be", "2026-05-08", false}, {"de-be", "2028-06-17", true}, {"de-be", "2026-10-03", true},
		{"fr", "2026-05-14", true}, {"fr", "2026-05-25", true}, {"fr", "2026-04-03", false},
	} {
		days, err := Holidays(row.set)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, h := range days {
			found = found || h.Date == row.date
		}
		if found != row.holiday {
			t.Errorf("%s %s is a holiday: %v, want %v", row.set, row.date, found, row.holiday)
		}
	}
}

const brazil = `# from a calendar file
set: br
title: Brazil
years: 2026-2027
source: the ministry's calendar
reviewed: no

? 2026-01-01 | Confraternização Universal | Confraternização Universal
2026-04-21 | Tiradentes | Tiradentes
`

func TestImportedSetNeedsItsReview(t *testing.T) {
	t.Parallel()
	spec := Spec{Zone: "America/Sao_Paulo", Week: workdays("09:00", "17:00"), HolidaySets: []string{"br"}}
	with := func(text string) (*Calendar, error) {
		set, err := ParseSet("br.txt", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return CompileWith(spec, map[string]*Set{"br": set})
	}
	if _, err := with(brazil); err == nil || !strings.Contains(err.Error(), "not reviewed (1 days are open)") {
		t.Errorf("an open day passes: %v", err)
	}
	looked := strings.Replace(brazil, "? 2026", "2026", 1)
	if _, err := with(looked); err == nil || !strings.Contains(err.Error(), "calendar review") {
		t.Errorf("a set that nobody signed passes: %v", err)
	}
	c, err := with(strings.Replace(looked, "reviewed: no", "reviewed: 2026-01-05 by Ana", 1))
	if err != nil {
		t.Fatal(err)
	}
	if c.Open(at(t, "2026-04-21T10:00:00-03:00")) || !c.Open(at(t, "2026-04-22T10:00:00-03:00")) {
		t.Error("Tiradentes is no holiday")
	}
	if got := c.Uncertain(at(t, "2027-06-01T00:00:00Z"), at(t, "2028-06-01T00:00:00Z")); got != "no holiday data for 2028" {
		t.Errorf("uncertain: %q", got)
	}
}

func TestSetErrorsNameTheLine(t *testing.T) {
	t.Parallel()
	for _, row := range [][3]string{
		{"2026-04-21 | Tiradentes | Tiradentes", "2026-04-21 | Tiradentes", "br.txt:9:"},
		{"2026-04-21", "2028-04-21", "not within the years"},
		{"2026-04-21", "2026-01-01", "does not come after"},
		{"2026-04-21", "2026-04-31", "is not a date"},
		{"title:", "titel:", "not a header"},
		{"2026-2027", "2027-2026", "first and the last complete year"},
		{"source: the ministry's calendar\n", "", "no source is named"},
		{"set: br", "set: Br", "lower-case"},
		{"title: Brazil", "include: fr-al", "not a shipped set"},
		{"Tiradentes\n", "\n", "no name"},
		{"title: Brazil", "title: \xff", "UTF-8"},
	} {
		_, err := ParseSet("br.txt", strings.NewReader(strings.Replace(brazil, row[0], row[1], 1)))
		if err == nil || !strings.Contains(err.Error(), row[2]) || !strings.HasPrefix(err.Error(), "br.txt") {
			t.Errorf("%q for %q gives %v, want %q", row[1], row[0], err, row[2])
		}
	}
}

func TestHolidaysOfUnknownSet(t *testing.T) {
	t.Parallel()
	if _, err := Holidays("xx"); err == nil || !strings.Contains(err.Error(), "write one of de,") {
		t.Errorf("got %v", err)
	}
	days, err := Holidays("jp")
	if err != nil {
		t.Fatal(err)
	}
	days[0].Date = time.Now().Format(time.DateOnly)
	again, _ := Holidays("jp")
	if again[0].Date != "2025-01-01" {
		t.Error("a caller changed the shipped days")
	}
}
