package calendar

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"math"
	"sort"
	"strings"
	"sync"
	"time"
)

//go:generate go run gen/zones.go

//go:embed zoneinfo.gz
var packedZones []byte

const (
	daySeconds  = 24 * 60 * 60
	weekSeconds = 7 * daySeconds
	// No zone has ever been further from UTC; look-ups by wall time start this far before.
	offsetSecondsMax = 26 * 60 * 60
)

// blobRange is where one zone's TZif bytes lie among the unpacked blobs.
type blobRange struct{ at, length int }

type zoneArchive struct {
	version string
	ranges  map[string]blobRange
	blobs   []byte
}

// A damaged archive is a broken build, not a condition that a caller could answer: hence the panics.
var archive = sync.OnceValue(func() zoneArchive {
	zr, err := gzip.NewReader(bytes.NewReader(packedZones))
	if err != nil {
		panic(fmt.Sprintf("calendar: embedded zone data: %v", err))
	}
	plain, err := io.ReadAll(zr)
	if err != nil {
		panic(fmt.Sprintf("calendar: embedded zone data: %v", err))
	}
	index, blobs, found := bytes.Cut(plain, []byte("\n\n"))
	head, lines, _ := strings.Cut(string(index), "\n")
	if !found || !strings.HasPrefix(head, "tzdata ") {
		panic("calendar: embedded zone data has no index")
	}
	a := zoneArchive{version: strings.TrimPrefix(head, "tzdata "), ranges: map[string]blobRange{}, blobs: blobs}
	for line := range strings.Lines(lines) {
		var name string
		var r blobRange
		if _, err := fmt.Sscanf(line, "%s %d %d", &name, &r.at, &r.length); err != nil {
			panic(fmt.Sprintf("calendar: embedded zone data: line %q: %v", line, err))
		}
		a.ranges[name] = r
	}
	return a
})

// TZData is the version of the compiled-in IANA zone data, such as "2025c". It stands in every target, because newer
// data may move a due instant.
func TZData() string { return archive().version }

// Location is the named IANA zone out of the compiled-in data; the files and the ZONEINFO variable of the host are
// never looked at, so that every node computes the same instants. The name must be exact ("Asia/Tokyo"); "", "Local" and
// unknown names are errors that propose the name probably meant.
func Location(name string) (*time.Location, error) {
	z, err := zoneNamed(name)
	if err != nil {
		return nil, err
	}
	return z.location, nil
}

// zone is a location with its changes of offset laid open. Segment i holds from starts[i] until starts[i+1] (seconds
// since 1970 UTC); starts[0] is the beginning of time and the last segment has no end.
type zone struct {
	name     string
	location *time.Location
	starts   []int64
	offsets  []int64 // seconds east of UTC
	skipped  []int64 // days (since 1970) that no clock of this zone ever showed
}

var zones sync.Map // name → *zone; zone data never changes while the program runs

func zoneNamed(name string) (*zone, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*zone), nil
	}
	r, ok := archive().ranges[name]
	if !ok {
		return nil, unknownZone(name)
	}
	location, err := time.LoadLocationFromTZData(name, archive().blobs[r.at:r.at+r.length])
	if err != nil {
		return nil, fmt.Errorf("read compiled-in zone %s: %w", name, err)
	}
	z := newZone(name, location)
	zones.Store(name, z)
	return z, nil
}

func unknownZone(name string) error {
	switch name {
	case "":
		return fmt.Errorf(`the zone is missing: write an IANA name such as "Asia/Tokyo", or "Etc/UTC"`)
	case "Local":
		return fmt.Errorf(`"Local" would differ from machine to machine: write an IANA name such as "Asia/Tokyo"`)
	}
	near := ""
	for known := range archive().ranges {
		_, city, _ := strings.Cut(known, "/")
		if strings.EqualFold(known, name) || strings.EqualFold(city, strings.ReplaceAll(name, " ", "_")) {
			if near == "" || known < near {
				near = known
			}
		}
	}
	if near != "" {
		return fmt.Errorf("zone %q is not known: write %q", name, near)
	}
	return fmt.Errorf(`zone %q is not in IANA data %s: write a name such as "Asia/Tokyo", "America/New_York" or "Etc/UTC"`, name, TZData())
}

func newZone(name string, location *time.Location) *zone {
	at := time.Unix((firstDay-30)*daySeconds, 0).In(location)
	end := time.Unix((firstDay+blockCount*7+30)*daySeconds, 0)
	_, offset := at.Zone()
	z := &zone{name: name, location: location, starts: []int64{math.MinInt64}, offsets: []int64{int64(offset)}}
	for {
		_, change := at.ZoneBounds()
		if change.IsZero() || change.After(end) {
			return z
		}
		if !change.After(at) {
			// The rule that stands for all later years counts 365 days in each, so on the last day of a leap year
			// it names that day's start as the next change.
			change = at.Add(time.Hour)
		}
		at = change
		before := z.offsets[len(z.offsets)-1]
		_, offset := at.Zone()
		if int64(offset) == before {
			continue // only the name or the summer-time flag changed
		}
		z.starts = append(z.starts, at.Unix())
		z.offsets = append(z.offsets, int64(offset))
		z.noteSkippedDays(at.Unix()+before, at.Unix()+int64(offset))
	}
}

// noteSkippedDays records the days that lie wholly inside the wall times [from, to) over which the clocks jumped.
func (z *zone) noteSkippedDays(from, to int64) {
	for day := floorDiv(from+daySeconds-1, daySeconds); (day+1)*daySeconds <= to; day++ {
		z.skipped = append(z.skipped, day)
	}
}

// segment is the index of the segment in force at an instant (seconds since 1970).
func (z *zone) segment(at int64) int {
	return sort.Search(len(z.starts), func(i int) bool { return z.starts[i] > at }) - 1
}

// instant reads a wall time (seconds since 1970 as the clock on the wall counts them): a time that the zone repeats
// is its first occurrence, one that it skips is read with the offset before the change.
func (z *zone) instant(wall int64) int64 {
	for i := max(0, z.segment(wall-offsetSecondsMax)); ; i++ {
		at := wall - z.offsets[i]
		if i+1 < len(z.starts) && at >= z.starts[i+1] {
			continue
		}
		if at < z.starts[i] {
			return wall - z.offsets[i-1]
		}
		return at
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
