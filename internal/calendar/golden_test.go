package calendar

import (
	"os"
	"strings"
	"testing"
	"time"
)

// guide: A5, A6, A7, A8, A9, A19
func TestGoldenTable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/golden.txt")
	if err != nil {
		t.Fatal(err)
	}
	calendars := map[string]*Calendar{}
	rows := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "calendar "):
			f := strings.Fields(line)
			calendars[f[1]] = goldenCalendar(t, f[2:])
		default:
			cells := strings.Split(line, "|")
			if len(cells) != 6 {
				t.Fatalf("row %q has %d cells, want 6", line, len(cells))
			}
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows[cells[0]] = true
			t.Run(cells[0]+" "+cells[1], func(t *testing.T) { goldenRow(t, calendars, cells) })
		}
	}
	if len(rows) != 24 {
		t.Errorf("the table has %d rows, want G01 to G24", len(rows))
	}
}

// goldenCalendar reads "Asia/Tokyo mon-fri 09:30-21:30 jp".
func goldenCalendar(t *testing.T, f []string) *Calendar {
	t.Helper()
	s := Spec{Zone: f[0], Week: map[string][]Window{}, HolidaySets: f[3:]}
	from, to, _ := strings.Cut(f[2], "-")
	last := map[string]int{"mon-fri": 5, "mon-sun": 7}[f[1]]
	for _, day := range weekdays[:last] {
		s.Week[day] = []Window{{from, to}}
	}
	c, err := Compile(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func goldenRow(t *testing.T, calendars map[string]*Calendar, cells []string) {
	opened, want := at(t, cells[3]), at(t, cells[5])
	target, err := time.ParseDuration(cells[4])
	if err != nil {
		t.Fatal(err)
	}
	c := calendars[cells[2]]
	if cells[2] == "elapsed" {
		// Elapsed time needs no calendar; one that never closes agrees with it.
		c = calendars["24x7"]
		if got := opened.Add(target); !got.Equal(want) {
			t.Errorf("elapsed: due %s, want %s", got, want)
		}
	}
	got, err := c.Add(opened, target)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Equal(want) {
		t.Errorf("opened %s, target %s: due %s, want %s", cells[3], target, got, want)
	}
	if got.Location() != time.UTC {
		t.Errorf("the due instant is in %s, want UTC", got.Location())
	}
	if between := c.Between(opened, got); between != target {
		t.Errorf("between opening and due lie %s, want %s", between, target)
	}
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	instant, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return instant
}
