package calendar

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTZDataIsTheVersionInTheArchive(t *testing.T) {
	t.Parallel()
	if got := TZData(); len(got) != 5 || got < "2025c" {
		t.Errorf("zone data %q, want 2025c or later", got)
	}
	if n := len(archive().ranges); n < 590 {
		t.Errorf("%d zones, want all of them", n)
	}
}

// Every zone loads, and the segments laid open agree with the library's own look-up, also at either side of each change.
func TestSegmentsAgreeWithLocation(t *testing.T) {
	t.Parallel()
	step := int64(211 * 3600)
	if testing.Short() {
		step *= 10
	}
	seen := map[blobRange]bool{}
	for name, r := range archive().ranges {
		if seen[r] {
			continue
		}
		seen[r] = true
		z, err := zoneNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		check := func(at int64) {
			_, want := time.Unix(at, 0).In(z.location).Zone()
			if got := z.offsets[z.segment(at)]; got != int64(want) {
				t.Fatalf("%s at %s: offset %d, want %d", name, time.Unix(at, 0).UTC(), got, want)
			}
		}
		for at := int64(rangeStartSecond); at < rangeEndSecond; at += step {
			check(at)
		}
		for _, change := range z.starts[1:] {
			check(change - 1)
			check(change)
		}
		if len(z.skipped) > 1 {
			t.Errorf("%s skips %d days since 1970", name, len(z.skipped))
		}
	}
}

// A wall time reads back as itself unless the zone skips it, and never as a second showing.
func TestInstantReadsTheWall(t *testing.T) {
	t.Parallel()
	for _, name := range append(lawZones, "Africa/Monrovia", "Asia/Pyongyang", "Antarctica/Troll") {
		z, err := zoneNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range z.starts[1:] {
			for wall := change - 26*3600; wall < change+26*3600; wall += 900 {
				got := z.instant(wall)
				reads := got + z.offsets[z.segment(got)]
				if reads < wall {
					t.Fatalf("%s: wall time %d is read as the earlier %d", name, wall, reads)
				}
				for earlier := got - 900; earlier > got-3*3600; earlier -= 900 {
					if earlier+z.offsets[z.segment(earlier)] == wall {
						t.Fatalf("%s: wall time %d is read as its second showing", name, wall)
					}
				}
			}
		}
	}
}

// With ZONEINFO pointing at a folder in which Tokyo is New York, the standard library is fooled and this package not.
func TestHostZoneDataIsNotRead(t *testing.T) {
	t.Parallel()
	if os.Getenv("CALENDAR_POISONED") != "" {
		c := tokyo(t)
		if !c.Open(time.Date(2026, 6, 3, 0, 30, 0, 0, time.UTC)) {
			t.Error("09:30 in Tokyo is not 00:30 UTC: the host's zone data got in")
		}
		if fooled, err := time.LoadLocation("Asia/Tokyo"); err != nil || time.Unix(0, 0).In(fooled).Hour() == 9 {
			t.Errorf("the poison does not work, so this test shows nothing (%v)", err)
		}
		return
	}
	poison := t.TempDir()
	r := archive().ranges["America/New_York"]
	if err := os.Mkdir(filepath.Join(poison, "Asia"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(poison, "Asia", "Tokyo"), archive().blobs[r.at:r.at+r.length], 0o644); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	again := exec.Command(self, "-test.run=^TestHostZoneDataIsNotRead$")
	again.Env = append(os.Environ(), "ZONEINFO="+poison, "CALENDAR_POISONED=1")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("under poisoned zone data: %v\n%s", err, strings.TrimSpace(string(out)))
	}
}
