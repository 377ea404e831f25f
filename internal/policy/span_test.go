package policy

import (
	"testing"
	"time"
)

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// The golden clock table as far as classic-2010 and style-a decide it: the
// amount comes out of the pack's offering, not out of the row.
//
// guide: R24, R25, R33, R49, R50, A1, A5, A6, A8, A9, A10, A19
func TestGoldenTable(t *testing.T) {
	t.Parallel()
	classic, styleA := shippedPack(t, "classic-2010"), shippedPack(t, "style-a")
	first := func(p *Pack, offering string, severity int) Amount {
		rule, ok := p.Offerings[offering].Target(severity)
		if !ok {
			t.Fatalf("%s severity %d has no target", offering, severity)
		}
		return rule.First
	}
	four := Amount{4 * hour, Elapsed}
	london := loadEdited(t, "classic-2010", "zone: Etc/GMT\n    week", "zone: Europe/London\n    week")
	for _, c := range []struct {
		id     string
		pack   *Pack
		region string
		hours  string
		amount Amount
		from   string
		due    string
	}{
		{"G01", classic, "apj", "", first(classic, "basic", 1), "2026-06-06T02:00:00+09:00", "2026-06-08T13:30:00+09:00"},
		{"G02", classic, "apj", "", first(classic, "basic", 1), "2026-06-03T10:00:00+09:00", "2026-06-03T14:00:00+09:00"},
		{"G03", classic, "apj", "", first(classic, "basic", 1), "2026-06-05T20:00:00+09:00", "2026-06-08T12:00:00+09:00"},
		{"G04", classic, "apj", "", first(classic, "basic", 2), "2026-09-18T17:00:00+09:00", "2026-09-24T13:00:00+09:00"},
		{"G05", classic, "apj", "", first(classic, "basic", 3), "2026-06-04T09:30:00+09:00", "2026-06-04T21:30:00+09:00"},
		{"G06", classic, "apj", "", first(classic, "basic", 3), "2026-06-04T09:31:00+09:00", "2026-06-05T09:31:00+09:00"},
		{"G07", classic, "apj", "", first(classic, "production", 2), "2026-06-05T20:30:00+09:00", "2026-06-08T12:30:00+09:00"},
		{"G08", classic, "apj", "", first(classic, "production", 2), "2026-06-06T23:59:00+09:00", "2026-06-08T13:30:00+09:00"},
		{"G09", classic, "na-west", "", first(classic, "basic", 1), "2026-03-06T17:00:00-08:00", "2026-03-09T09:00:00-07:00"},
		{"G10", classic, "na-west", "", four, "2026-03-08T00:30:00-08:00", "2026-03-08T05:30:00-07:00"},
		{"G11", classic, "na-west", "", four, "2026-11-01T00:30:00-07:00", "2026-11-01T03:30:00-08:00"},
		{"G12", classic, "emea", "", first(classic, "basic", 2), "2026-07-01T18:30:00Z", "2026-07-02T14:30:00Z"},
		{"G13", london, "emea", "", first(london, "basic", 2), "2026-07-01T18:30:00Z", "2026-07-02T15:00:00+01:00"},
		{"G14", london, "emea", "", first(london, "basic", 1), "2026-10-23T18:00:00+01:00", "2026-10-26T10:00:00Z"},
		{"G15", styleA, "germany", styleA.Offerings["extended"].Hours, first(styleA, "extended", 1), "2026-06-06T10:00:00+02:00", "2026-06-08T08:00:00+02:00"},
		{"G16", styleA, "americas", styleA.Offerings["standard"].Hours, first(styleA, "standard", 2), "2026-06-05T15:00:00-04:00", "2026-06-08T11:00:00-04:00"},
		{"G21", classic, "apj", "", first(classic, "production", 1), "2026-06-03T15:04:00+09:00", "2026-06-03T15:34:00+09:00"},
		{"G22 goal", classic, "emea", "", classic.CS.Goal, "2026-06-06T10:00:00+02:00", "2026-06-08T10:00:00+02:00"},
		{"G22 limit", classic, "emea", "", classic.CS.Limit, "2026-06-06T10:00:00+02:00", "2026-06-09T10:00:00+02:00"},
		{"G23", classic, "apj", "", classic.Completion.Silence.Window, "2026-06-01T11:00:00+09:00", "2026-06-11T11:00:00+09:00"},
		{"G24", classic, "apj", "", classic.Survey.Interval, "2026-06-02T11:00:00+09:00", "2026-06-16T11:00:00+09:00"},
		{"after-hours", classic, "apj", "", classic.AfterHours.First, "2026-06-06T02:12:00+09:00", "2026-06-06T02:42:00+09:00"},
	} {
		s, err := c.pack.SpanIn(c.region, c.hours, c.amount, 0, instant(t, c.from))
		if err != nil {
			t.Errorf("%s: %v", c.id, err)
		} else if !s.Due.Equal(instant(t, c.due)) {
			t.Errorf("%s: %s after %s is due %s, want %s", c.id, c.amount, c.from, s.Due, c.due)
		}
	}
}

// Warnings count forward in the same hours: three of four business hours from
// Friday evening are on Monday, not three quarters of the weekend.
//
// guide: A19
func TestSpanWarnsByBusinessTime(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "classic-2010")
	s, err := p.Span("apj", Amount{4 * hour, BusinessHours}, 75, instant(t, "2026-06-05T20:30:00+09:00"))
	if err != nil {
		t.Fatal(err)
	}
	if want := instant(t, "2026-06-08T11:30:00+09:00"); !s.Warn.Equal(want) || s.Calendar != "apj" || s.Zone != "Asia/Tokyo" || s.Uncertain != "" {
		t.Errorf("%+v, want a warning at %s", s, want)
	}
	s, err = p.Span("", Amount{30 * minute, Elapsed}, 75, instant(t, "2026-06-06T02:12:00+09:00"))
	if err != nil {
		t.Fatal(err)
	}
	if want := instant(t, "2026-06-06T02:34:30+09:00"); !s.Warn.Equal(want) || s.Calendar != "" || s.Zone != "" {
		t.Errorf("elapsed: %+v, want a warning at %s", s, want)
	}
	if s, err = p.Span("apj", Amount{4 * hour, BusinessHours}, 75, instant(t, "2029-06-05T20:30:00+09:00")); err != nil || s.Uncertain != "no holiday data for 2029" {
		t.Errorf("beyond the data: %+v, %v", s, err)
	}
}

func TestSpanOfBusinessDays(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "style-a")
	one, two, next := Amount{1, BusinessDays}, Amount{2, BusinessDays}, Amount{1, NextBusinessDay}
	for _, c := range []struct {
		region string
		amount Amount
		from   string
		due    string
	}{
		{"americas", one, "2026-06-03T10:00:00-04:00", "2026-06-04T10:00:00-04:00"},
		{"americas", one, "2026-06-05T15:00:00-04:00", "2026-06-08T15:00:00-04:00"},
		{"americas", two, "2026-06-05T15:00:00-04:00", "2026-06-09T15:00:00-04:00"},
		{"americas", one, "2026-06-06T12:00:00-04:00", "2026-06-09T09:00:00-04:00"}, // counts from Monday's opening
		{"americas", one, "2026-06-05T17:00:00-04:00", "2026-06-09T09:00:00-04:00"}, // closed at its end
		{"americas", one, "2026-07-02T10:00:00-04:00", "2026-07-06T10:00:00-04:00"}, // 3 July is observed
		{"japan", one, "2026-09-18T10:00:00+09:00", "2026-09-24T10:00:00+09:00"},    // Silver Week
		{"americas", next, "2026-06-03T05:00:00-04:00", "2026-06-04T17:00:00-04:00"},
		{"americas", next, "2026-06-05T15:00:00-04:00", "2026-06-08T17:00:00-04:00"},
		{"americas", next, "2026-06-06T15:00:00-04:00", "2026-06-08T17:00:00-04:00"},
		{"germany", next, "2026-03-27T23:30:00+01:00", "2026-03-30T17:00:00+02:00"}, // over the change to summer time
	} {
		s, err := p.Span(c.region, c.amount, 75, instant(t, c.from))
		if err != nil {
			t.Errorf("%s from %s: %v", c.amount, c.from, err)
			continue
		}
		if !s.Due.Equal(instant(t, c.due)) {
			t.Errorf("%s from %s is due %s, want %s", c.amount, c.from, s.Due, c.due)
		}
		if !s.Warn.Before(s.Due) || s.Warn.Before(instant(t, c.from)) {
			t.Errorf("%s from %s: warning %s does not lie before %s", c.amount, c.from, s.Warn, s.Due)
		}
	}
}

func TestSpanRefusesWhatItCannotCount(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "classic-2010")
	at := instant(t, "2026-06-03T10:00:00Z")
	if _, err := p.Span("apx", Amount{4 * hour, BusinessHours}, 75, at); err == nil || err.Error() != `policy: there is no region "apx" in classic-2010@1: write "apj"` {
		t.Errorf("unknown region: %v", err)
	}
	for _, percent := range []int{-1, 100} {
		if _, err := p.Span("apj", Amount{hour, Elapsed}, percent, at); err == nil {
			t.Errorf("a warning at %d %% was accepted", percent)
		}
	}
	if _, err := p.Span("apj", Amount{}, 75, at); err == nil {
		t.Error("no amount was accepted")
	}
	if _, err := p.Span("apj", Amount{4 * hour, BusinessHours}, 75, time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)); err == nil {
		t.Error("an instant outside the calendar's years was accepted")
	}
}

// guide: R21, A7
func TestFusionIsAnsweredFromSixToSixPacific(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "classic-2010")
	c, ok := p.HoursOf(p.Products["fusion"].PhoneCalendar)
	if !ok {
		t.Fatal("Fusion has no telephone hours")
	}
	for at, open := range map[string]bool{
		"2026-01-13T20:00:00-08:00": false,
		"2026-01-14T06:00:00-08:00": true,
		"2026-01-17T12:00:00-08:00": true, // Saturday
		"2026-07-14T17:30:00-07:00": true,
		"2026-07-14T18:30:00-07:00": false, // would be open by fixed standard time
	} {
		if c.Open(instant(t, at)) != open {
			t.Errorf("open at %s: %v", at, !open)
		}
	}
	if next, err := c.Next(instant(t, "2026-01-13T20:00:00-08:00")); err != nil || !next.Equal(instant(t, "2026-01-14T06:00:00-08:00")) {
		t.Errorf("next opening %s, %v", next, err)
	}
}

// guide: R48, A8
func TestFrenchAndGermanCustomerService(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "classic-2010")
	found := 0
	for _, l := range p.Languages {
		if l.Services[0] != "customer_service" || l.Language != "de" && l.Language != "fr" {
			continue
		}
		found++
		c, ok := p.HoursOf(l.Calendar)
		if !ok || l.Otherwise != "en" {
			t.Fatalf("%+v", l)
		}
		next, err := c.Next(instant(t, "2026-06-06T10:00:00+02:00"))
		if err != nil || !next.Equal(instant(t, "2026-06-08T09:00:00+02:00")) {
			t.Errorf("%s opens %s, %v", l.Language, next, err)
		}
	}
	if found != 2 {
		t.Errorf("%d of 2 languages", found)
	}
}

// guide: A19
func TestRegionOfACountry(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "classic-2010")
	for country, want := range map[string]string{"JP": "apj", "jp": "apj", "US": "na-west", "CA": "na-east", "DE": "emea", "NO": "emea", "BR": "latam", "MX": "latam-north", "AU": "anz", "SG": "asia", "QQ": "emea"} {
		if r, ok := p.RegionOf(country); !ok || r.ID != want {
			t.Errorf("%s: %s, want %s", country, r.ID, want)
		}
	}
	next, open, err := p.NextOpen("apj", instant(t, "2026-06-06T02:00:00+09:00"))
	if err != nil || open || !next.Equal(instant(t, "2026-06-08T09:30:00+09:00")) {
		t.Errorf("next opening %s, open %v, %v", next, open, err)
	}
	if _, open, _ := p.NextOpen("apj", instant(t, "2026-06-08T09:30:00+09:00")); !open {
		t.Error("closed at its opening instant")
	}
}

func BenchmarkSpan(b *testing.B) {
	p := shippedPack(b, "classic-2010")
	at := instant(b, "2026-06-06T02:00:00+09:00")
	a := Amount{4 * hour, BusinessHours}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Span("apj", a, 75, at); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkShipped(b *testing.B) {
	for b.Loop() {
		shippedPack(b, "classic-2010")
	}
}
