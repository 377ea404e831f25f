package calendar

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func compile(t testing.TB, s Spec) *Calendar {
	t.Helper()
	c, err := Compile(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func tokyo(t testing.TB) *Calendar {
	return compile(t, Spec{Zone: "Asia/Tokyo", Week: workdays("09:30", "21:30"), HolidaySets: []string{"jp"}})
}

func workdays(from, to string) map[string][]Window {
	week := map[string][]Window{}
	for _, day := range weekdays[:5] {
		week[day] = []Window{{from, to}}
	}
	return week
}

func daily(from, to string) map[string][]Window {
	week := workdays(from, to)
	week["sat"], week["sun"] = []Window{{from, to}}, []Window{{from, to}}
	return week
}

// The edges of a window, a microsecond to either side.
//
// guide: A19
func TestEdges(t *testing.T) {
	t.Parallel()
	c := tokyo(t)
	open, shut := at(t, "2026-06-03T09:30:00+09:00"), at(t, "2026-06-03T21:30:00+09:00")
	const µs = time.Microsecond
	for instant, want := range map[time.Time]bool{open.Add(-µs): false, open: true, shut.Add(-µs): true, shut: false, shut.Add(µs): false} {
		if got := c.Open(instant); got != want {
			t.Errorf("open at %s: %v, want %v", instant, got, want)
		}
	}
	next := at(t, "2026-06-04T09:30:00+09:00")
	for _, row := range []struct {
		name     string
		from     time.Time
		business time.Duration
		want     time.Time
	}{
		{"the whole day fits exactly", open, 12 * time.Hour, shut},
		{"a microsecond more", open, 12*time.Hour + µs, next.Add(µs)},
		{"a microsecond less", open, 12*time.Hour - µs, shut.Add(-µs)},
		{"nothing, while open", open.Add(µs), 0, open.Add(µs)},
		{"nothing, at close", shut, 0, next},
		{"nothing, before opening", open.Add(-µs), 0, open},
		{"less than a microsecond is nothing", shut, 999 * time.Nanosecond, next},
	} {
		if got, err := c.Add(row.from, row.business); err != nil || !got.Equal(row.want) {
			t.Errorf("%s: %s plus %s is %s (%v), want %s", row.name, row.from, row.business, got, err, row.want)
		}
	}
	for _, row := range []struct {
		name     string
		from     time.Time
		business time.Duration
		want     time.Time
	}{
		{"the whole day fits exactly", shut, 12 * time.Hour, open},
		{"a microsecond more", next, 12*time.Hour + µs, at(t, "2026-06-02T21:30:00+09:00").Add(-µs)},
		{"nothing, at close", shut, 0, shut},
		{"nothing, after close", shut.Add(time.Hour), 0, shut},
		{"nothing, at opening", next, 0, shut},
		{"nothing, just after opening", next.Add(µs), 0, next.Add(µs)},
	} {
		if got, err := c.Subtract(row.from, row.business); err != nil || !got.Equal(row.want) {
			t.Errorf("%s: %s minus %s is %s (%v), want %s", row.name, row.from, row.business, got, err, row.want)
		}
	}
}

// The Fusion phone keeps Pacific wall time, summer and winter, on every day of the week.
//
// guide: R21, A7
func TestFusionPhone(t *testing.T) {
	t.Parallel()
	c := compile(t, Spec{Zone: "America/Los_Angeles", Week: daily("06:00", "18:00")})
	for text, want := range map[string]bool{
		"2026-07-04T12:59:59.999999Z": false, "2026-07-04T13:00:00Z": true, // Saturday in summer: 06:00 is 13:00 UTC
		"2026-07-05T00:59:59.999999Z": true, "2026-07-05T01:00:00Z": false,
		"2026-12-13T13:59:59.999999Z": false, "2026-12-13T14:00:00Z": true, // Sunday in winter: 14:00 UTC
		"2026-12-14T01:59:59.999999Z": true, "2026-12-14T02:00:00Z": false,
	} {
		if got := c.Open(at(t, text)); got != want {
			t.Errorf("open at %s: %v, want %v", text, got, want)
		}
	}
}

// French and German customer service: literal GMT in July, an hour apart from London's clock.
//
// guide: R48, A8
func TestLiteralGMT(t *testing.T) {
	t.Parallel()
	gmt := compile(t, Spec{Zone: "Etc/GMT", Week: workdays("07:00", "19:00")})
	london := compile(t, Spec{Zone: "Europe/London", Week: workdays("07:00", "19:00")})
	instant := at(t, "2026-07-01T18:30:00Z")
	if !gmt.Open(instant) || london.Open(instant) {
		t.Errorf("at 18:30Z in July GMT hours are open: %v, London's: %v; want open and closed", gmt.Open(instant), london.Open(instant))
	}
}

// A desk that never closes.
//
// guide: R20, R21
func TestNeverCloses(t *testing.T) {
	t.Parallel()
	c := compile(t, Spec{Zone: "America/New_York", Week: daily("00:00", "24:00")})
	first, last := Range()
	if got, want := c.Between(first, last), last.Sub(first); got != want {
		t.Errorf("open for %s of %s", got, want)
	}
	day := at(t, "2026-03-08T05:00:00Z")
	if got, _ := c.Add(day, 23*time.Hour); !got.Equal(at(t, "2026-03-09T04:00:00Z")) {
		t.Errorf("the day that loses an hour ends at %s", got)
	}
}

func TestChangesOfClocks(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, zone, from, to string // windows on every day
		day                  string // the local date, and what is open on it
		starts, ends         string
	}{
		{"a start that is skipped is read with the offset before", "America/New_York", "02:30", "05:00", "2026-03-08", "03:30:00-04:00", "05:00:00-04:00"},
		{"an end that is skipped too", "America/New_York", "01:00", "02:30", "2026-03-08", "01:00:00-05:00", "03:30:00-04:00"},
		{"a start that is repeated is the first", "America/New_York", "01:30", "05:00", "2026-11-01", "01:30:00-04:00", "05:00:00-05:00"},
		{"an end that is repeated is the first", "America/New_York", "00:00", "01:30", "2026-11-01", "00:00:00-04:00", "01:30:00-04:00"},
		{"half an hour on Lord Howe", "Australia/Lord_Howe", "01:00", "03:00", "2026-10-04", "01:00:00+10:30", "03:00:00+11:00"},
		{"midnight is skipped in Havana", "America/Havana", "00:00", "06:00", "2026-03-08", "01:00:00-04:00", "06:00:00-04:00"},
		{"the midnight hour is repeated in Havana", "America/Havana", "00:00", "01:00", "2026-11-01", "00:00:00-04:00", "01:00:00-05:00"},
		{"Ramadan in Casablanca", "Africa/Casablanca", "02:30", "09:00", "2026-02-15", "02:30:00+01:00", "09:00:00+00:00"},
		{"Tehran, while it kept summer time", "Asia/Tehran", "00:00", "08:00", "2022-03-22", "01:00:00+04:30", "08:00:00+04:30"},
		{"Kathmandu moved by a quarter of an hour", "Asia/Kathmandu", "00:10", "01:00", "1986-01-01", "00:25:00+05:45", "01:00:00+05:45"},
		{"half an hour before midnight in Pyongyang", "Asia/Pyongyang", "20:00", "23:45", "2018-05-04", "20:00:00+08:30", "00:15:00+09:00"},
	} {
		c := compile(t, Spec{Zone: row.zone, Shifts: map[string][]Window{row.day: {{row.from, row.to}}}})
		starts, ends := at(t, row.day+"T"+row.starts), at(t, row.day+"T"+row.ends)
		if ends.Before(starts) {
			ends = ends.AddDate(0, 0, 1)
		}
		first, last := Range()
		got, err := c.Next(first)
		until, err2 := c.Subtract(last, 0)
		if err != nil || err2 != nil || !got.Equal(starts) || !until.Equal(ends) {
			t.Errorf("%s: open from %s to %s (%v, %v), want %s to %s", row.name, got, until, err, err2, starts.UTC(), ends.UTC())
		}
		if between := c.Between(first, last); between != ends.Sub(starts) {
			t.Errorf("%s: %s long, want %s", row.name, between, ends.Sub(starts))
		}
	}
}

func TestSkippedDates(t *testing.T) {
	t.Parallel()
	for zone, date := range map[string]string{"Pacific/Apia": "2011-12-30", "Pacific/Kwajalein": "1993-08-21"} {
		c := compile(t, Spec{Zone: zone, Shifts: map[string][]Window{date: {{"09:00", "17:00"}}}})
		first, _ := Range()
		if got, err := c.Next(first); !errors.Is(err, ErrNoOpenTime) {
			t.Errorf("%s never saw %s, yet is open on it: %s", zone, date, got)
		}
	}
	c := compile(t, Spec{Zone: "Pacific/Apia", Week: daily("22:00", "02:00")})
	// The night of the 29th: two hours until the jump, then 00:00-02:00 of the 30th, read with the offset before it.
	if got := c.Between(at(t, "2011-12-29T12:00:00-10:00"), at(t, "2011-12-31T12:00:00+14:00")); got != 4*time.Hour {
		t.Errorf("the night into the skipped date is %s long, want 4h", got)
	}
}

func TestDaysAndWhatReplacesThem(t *testing.T) {
	t.Parallel()
	c := compile(t, Spec{
		Zone:           "Asia/Tokyo",
		Week:           map[string][]Window{"mon": {{"09:00", "12:00"}, {"11:00", "17:00"}, {"22:00", "02:00"}}, "tue": {{"01:00", "03:00"}}, "wed": {{"09:00", "17:00"}}},
		Holidays:       []string{"2026-06-08", "2026-06-17"},
		YearlyHolidays: []string{"02-29", "01-01"},
		Breaks:         map[string][]Window{"2026-06-16": {{"00:30", "01:30"}}, "2026-06-24": {{"12:00", "13:00"}}},
		Shifts:         map[string][]Window{"2026-06-17": {{"10:00", "11:00"}}, "2026-07-01": {}},
	})
	for _, row := range []struct {
		name, from, to string
		want           time.Duration
	}{
		{"windows that overlap are one, the night runs over", "2026-06-01T00:00:00+09:00", "2026-06-02T12:00:00+09:00", 8*time.Hour + 5*time.Hour},
		{"a holiday takes the night that starts on it, not the next day's windows", "2026-06-08T00:00:00+09:00", "2026-06-09T12:00:00+09:00", 2 * time.Hour},
		{"a break cuts what ran over from the day before, too", "2026-06-15T00:00:00+09:00", "2026-06-16T12:00:00+09:00", 12 * time.Hour},
		{"a shift opens a holiday", "2026-06-17T00:00:00+09:00", "2026-06-18T00:00:00+09:00", time.Hour},
		{"a break at noon", "2026-06-24T00:00:00+09:00", "2026-06-25T00:00:00+09:00", 7 * time.Hour},
		{"an empty shift closes", "2026-07-01T00:00:00+09:00", "2026-07-02T00:00:00+09:00", 0},
		{"29 February in a leap year", "2044-02-29T03:00:00+09:00", "2044-03-01T00:00:00+09:00", 0},
		{"in another year there is none", "2045-03-01T03:00:00+09:00", "2045-03-02T00:00:00+09:00", 8 * time.Hour},
		{"1 January far ahead", "2098-01-01T03:00:00+09:00", "2098-01-02T00:00:00+09:00", 0},
		{"backwards", "2026-06-25T00:00:00+09:00", "2026-06-24T00:00:00+09:00", -7 * time.Hour},
	} {
		if got := c.Between(at(t, row.from), at(t, row.to)); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}

func TestRange(t *testing.T) {
	t.Parallel()
	c := compile(t, Spec{Zone: "Pacific/Kiritimati", Week: daily("00:00", "24:00")})
	first, last := Range()
	for _, outside := range []time.Time{{}, first.Add(-time.Microsecond), last.Add(time.Microsecond), last.AddDate(300, 0, 0)} {
		if _, err := c.Next(outside); !errors.Is(err, ErrOutOfRange) {
			t.Errorf("%s: %v, want %v", outside, err, ErrOutOfRange)
		}
		if c.Open(outside) {
			t.Errorf("%s is open", outside)
		}
	}
	if got, err := c.Add(first, last.Sub(first)); err != nil || !got.Equal(last) {
		t.Errorf("the whole range ends at %s (%v), want %s", got, err, last)
	}
	if got, err := c.Subtract(last, last.Sub(first)); err != nil || !got.Equal(first) {
		t.Errorf("the whole range starts at %s (%v), want %s", got, err, first)
	}
	if got, err := c.Add(first, last.Sub(first)+time.Microsecond); !errors.Is(err, ErrNoOpenTime) {
		t.Errorf("a microsecond more ends at %s (%v), want %v", got, err, ErrNoOpenTime)
	}
	if got, err := c.Subtract(last, last.Sub(first)+time.Microsecond); !errors.Is(err, ErrNoOpenTime) {
		t.Errorf("a microsecond more starts at %s (%v), want %v", got, err, ErrNoOpenTime)
	}
	if got := c.Between(time.Time{}, last.AddDate(100, 0, 0)); got != last.Sub(first) {
		t.Errorf("beyond the range %s are open, want %s", got, last.Sub(first))
	}
	if _, err := c.Add(first, -time.Hour); err == nil || !strings.Contains(err.Error(), "subtract it") {
		t.Errorf("a negative span gives %v, want advice to subtract it", err)
	}
	never := compile(t, Spec{Zone: "Etc/UTC"})
	if _, err := never.Next(first); !errors.Is(err, ErrNoOpenTime) || !strings.Contains(err.Error(), "never opens") {
		t.Errorf("a calendar without windows gives %v", err)
	}
}

func TestUncertain(t *testing.T) {
	t.Parallel()
	c := tokyo(t)
	for _, row := range []struct{ from, to, want string }{
		{"2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z", ""},
		{"2028-12-01T00:00:00Z", "2028-12-31T14:59:59Z", ""},
		{"2028-12-01T00:00:00Z", "2028-12-31T15:00:00Z", "no holiday data for 2029"}, // 2029 has begun in Tokyo
		{"2028-12-31T15:00:00Z", "2028-12-01T00:00:00Z", "no holiday data for 2029"},
		{"2031-06-01T00:00:00Z", "2033-06-01T00:00:00Z", "no holiday data for 2031"},
		{"2024-06-01T00:00:00Z", "2026-06-01T00:00:00Z", "no holiday data for 2024"},
	} {
		if got := c.Uncertain(at(t, row.from), at(t, row.to)); got != row.want {
			t.Errorf("%s to %s: %q, want %q", row.from, row.to, got, row.want)
		}
	}
	own := compile(t, Spec{Zone: "Asia/Tokyo", Week: workdays("09:00", "17:00"), Holidays: []string{"2026-09-21"}})
	if got := own.Uncertain(at(t, "2024-06-01T00:00:00Z"), at(t, "2050-06-01T00:00:00Z")); got != "" {
		t.Errorf("a calendar without holiday sets is uncertain: %q", got)
	}
}

// Until when a calendar is open: to the microsecond, over the change of clocks, and
// never where it does not close.
func TestCloses(t *testing.T) {
	t.Parallel()
	week := compile(t, Spec{Zone: "America/Los_Angeles", Week: workdays("06:00", "18:00")})
	for from, want := range map[string]string{
		"2026-06-05T13:00:00Z": "2026-06-06T01:00:00Z", "2026-06-06T00:59:59.999999Z": "2026-06-06T01:00:00Z",
		"2026-06-06T01:00:00Z": "", "2026-06-06T12:00:00Z": "",
	} {
		got, closes := week.Closes(at(t, from))
		if closes != (want != "") || closes && !got.Equal(at(t, want)) {
			t.Errorf("from %s it closes at %s, %v; want %q", from, got, closes, want)
		}
	}
	if got, closes := compile(t, Spec{Zone: "Asia/Tokyo", Week: daily("00:00", "24:00")}).Closes(at(t, "2026-06-05T13:00:00Z")); closes {
		t.Errorf("what never closes closes at %s", got)
	}
}
