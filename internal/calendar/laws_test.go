package calendar

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var lawZones = []string{"Asia/Tokyo", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "Asia/Tehran",
	"America/Havana", "America/New_York", "Europe/London", "America/St_Johns", "Etc/UTC"}

func drawWindows(t *rapid.T, label string) []Window {
	clockOf := func(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
	starts := rapid.SliceOfN(rapid.IntRange(0, 1439), 0, 4).Draw(t, label)
	windows := make([]Window, len(starts))
	for i, start := range starts {
		windows[i] = Window{clockOf(start), clockOf(rapid.IntRange(1, 1440).Draw(t, label+" end"))}
	}
	return windows
}

func drawCalendar(t *rapid.T) *Calendar {
	s := Spec{Zone: rapid.SampledFrom(lawZones).Draw(t, "zone"), Week: map[string][]Window{}, Shifts: map[string][]Window{}, Breaks: map[string][]Window{}}
	for _, day := range weekdays {
		s.Week[day] = drawWindows(t, day)
	}
	// Never without any open time: the laws are about calendars that open.
	s.Week["wed"] = append(s.Week["wed"], Window{"09:30", "21:30"})
	date := rapid.Custom(func(t *rapid.T) string {
		return time.Date(2026, 1, rapid.IntRange(1, 365).Draw(t, "day"), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	})
	s.Holidays = rapid.SliceOfN(date, 0, 8).Draw(t, "holidays")
	for _, day := range rapid.SliceOfN(date, 0, 4).Draw(t, "shifts") {
		s.Shifts[day] = drawWindows(t, "shift")
	}
	for _, day := range rapid.SliceOfN(date, 0, 4).Draw(t, "breaks") {
		s.Breaks[day] = drawWindows(t, "break")
	}
	c, err := Compile(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// drawInstant likes the edges of open time, a microsecond to either side: uniform instants miss a wrong comparison.
func drawInstant(t *rapid.T, c *Calendar, label string) time.Time {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	instant := start.Add(time.Duration(rapid.Int64Range(0, 365*24*int64(time.Hour)/1000).Draw(t, label)) * time.Microsecond)
	edge := instant
	switch rapid.IntRange(0, 3).Draw(t, label+" kind") {
	case 0:
		return instant
	case 1:
		edge, _ = c.Next(instant)
	case 2:
		edge, _ = c.Subtract(instant, 0)
	case 3:
		_, change := instant.In(c.zone.location).ZoneBounds()
		if !change.IsZero() {
			edge = change.UTC()
		}
	}
	return edge.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, label+" µs")) * time.Microsecond)
}

func drawSpan(t *rapid.T, c *Calendar, from time.Time, label string) time.Duration {
	if rapid.Bool().Draw(t, label+" random") {
		return time.Duration(rapid.Int64Range(0, 300*3_600_000_000).Draw(t, label)) * time.Microsecond
	}
	return max(0, c.Between(from, drawInstant(t, c, label+" until")))
}

func must(t *rapid.T, instant time.Time, err error) time.Time {
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

var laws = map[string]func(t *rapid.T, c *Calendar, x, y time.Time, a, b time.Duration){
	"what is added lies between": func(t *rapid.T, c *Calendar, x, _ time.Time, a, _ time.Duration) {
		end, err := c.Add(x, a)
		if got := c.Between(x, must(t, end, err)); got != a {
			t.Fatalf("%s plus %s is %s, but between lie %s", x, a, end, got)
		}
	},
	"what is subtracted lies between": func(t *rapid.T, c *Calendar, x, _ time.Time, a, _ time.Duration) {
		start, err := c.Subtract(x, a)
		if got := c.Between(must(t, start, err), x); got != a {
			t.Fatalf("%s minus %s is %s, but between lie %s", x, a, start, got)
		}
	},
	"two steps are one": func(t *rapid.T, c *Calendar, x, _ time.Time, a, b time.Duration) {
		b = max(b, time.Microsecond)
		half, err := c.Add(x, a)
		two, err2 := c.Add(must(t, half, err), b)
		one, err3 := c.Add(x, a+b)
		if !must(t, two, err2).Equal(must(t, one, err3)) {
			t.Fatalf("%s plus %s plus %s is %s, at once %s", x, a, b, two, one)
		}
	},
	"subtracting undoes adding": func(t *rapid.T, c *Calendar, x, _ time.Time, a, _ time.Duration) {
		a = max(a, time.Microsecond)
		end, err := c.Add(x, a)
		back, err2 := c.Subtract(must(t, end, err), a)
		next, err3 := c.Next(x)
		if !must(t, back, err2).Equal(must(t, next, err3)) {
			t.Fatalf("%s plus and minus %s is %s, want the next open instant %s", x, a, back, next)
		}
	},
	"between adds up and turns round": func(t *rapid.T, c *Calendar, x, y time.Time, a, _ time.Duration) {
		z := x.Add(a)
		if c.Between(x, y)+c.Between(y, z) != c.Between(x, z) || c.Between(x, y) != -c.Between(y, x) {
			t.Fatalf("between %s, %s and %s: %s, %s, %s", x, y, z, c.Between(x, y), c.Between(y, z), c.Between(x, z))
		}
	},
	"next is open, and nothing before it": func(t *rapid.T, c *Calendar, x, _ time.Time, _, _ time.Duration) {
		next, err := c.Next(x)
		must(t, next, err)
		if next.Before(x) || !c.Open(next) || c.Between(x, next) != 0 || c.Open(x) != next.Equal(x) {
			t.Fatalf("after %s (open: %v) next is %s (open: %v)", x, c.Open(x), next, c.Open(next))
		}
	},
	"more time never ends earlier": func(t *rapid.T, c *Calendar, x, y time.Time, a, b time.Duration) {
		if y.Before(x) {
			x, y = y, x
		}
		short, err := c.Add(x, min(a, b))
		long, err2 := c.Add(y, max(a, b))
		// Zero is the next open instant, which may lie after the end of a short span.
		if min(a, b) > 0 && must(t, long, err2).Before(must(t, short, err)) {
			t.Fatalf("%s plus %s is %s, %s plus %s is %s", x, min(a, b), short, y, max(a, b), long)
		}
	},
	"every microsecond has an owner": func(t *rapid.T, c *Calendar, x, _ time.Time, _, _ time.Duration) {
		x = x.Truncate(time.Microsecond)
		open := c.Between(x, x.Add(time.Microsecond))
		if c.Open(x) != (open == time.Microsecond) {
			t.Fatalf("%s is open: %v, yet its microsecond counts %s", x, c.Open(x), open)
		}
	},
}

// guide: A19
func TestLaws(t *testing.T) {
	t.Parallel()
	for name, law := range laws {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				c := drawCalendar(t)
				x, y := drawInstant(t, c, "x"), drawInstant(t, c, "y")
				law(t, c, x, y, drawSpan(t, c, x, "a"), drawSpan(t, c, x, "b"))
			})
		})
	}
}

// The order in which people write things down must not matter.
func TestOrderOfSpecDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		windows := append(drawWindows(t, "windows"), Window{"09:00", "10:00"})
		turned := slices.Clone(windows)
		slices.Reverse(turned)
		zone := rapid.SampledFrom(lawZones).Draw(t, "zone")
		one, err := Compile(Spec{Zone: zone, Week: map[string][]Window{"tue": windows}})
		other, err2 := Compile(Spec{Zone: zone, Week: map[string][]Window{"tue": turned}})
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		first, last := Range()
		if one.Between(first, last) != other.Between(first, last) {
			t.Fatalf("%v and %v are open for %s and %s", windows, turned, one.Between(first, last), other.Between(first, last))
		}
	})
}
