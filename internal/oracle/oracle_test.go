package main

import (
	"flag"
	"testing"
	"time"

	"madoguchi/internal/calendar"
)

var seedFlag = flag.Uint64("seed", 0, "seed of the oracle's cases; fresh when 0")

// guide: A7, A8, A19
func TestEngineAgainstWalk(t *testing.T) {
	t.Parallel()
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	n := 20_000
	if testing.Short() {
		n = 2_000
	}
	t.Logf("seed %d, zone data %s", seed, calendar.TZData())
	var counted tally
	if err := examineMany(seed, n, &counted); err != nil {
		t.Fatal(err)
	}
	t.Log(counted.String())
	for i, op := range ops {
		if counted.byOp[i].Load() < int64(n)/20 {
			t.Errorf("only %d questions of the kind %q were decided", counted.byOp[i].Load(), op)
		}
	}
}

// The walk itself, held to cases that anybody can check with a clock in hand.
func TestWalkByHand(t *testing.T) {
	t.Parallel()
	location, err := calendar.Location("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	h := &hours{location: location, unit: 60}
	for day := range h.week {
		h.week[day] = []stretch{{60, 240}} // 01:00-04:00
	}
	h.breaks = map[int64][]stretch{20541: {{130, 190}}} // 2026-03-29, 02:10-03:10 on the day that skips 02:00-03:00
	day := func(text string) int64 {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return at.Unix()
	}
	w := newWalk(h, day("2026-03-27T00:00:00Z"), day("2026-04-02T00:00:00Z"))
	micros := func(text string) int64 { return (day(text) - w.start) * 1_000_000 }
	if got, want := w.between(micros("2026-03-28T00:00:00+01:00"), micros("2026-03-29T00:00:00+01:00")), int64(3*3600e6); got != want {
		t.Errorf("an ordinary day is open %d µs, want %d", got, want)
	}
	// 02:10 is read as 03:10 summer time, the break's end is 03:10 too: nothing is cut out, and 01:00-04:00 lasts two hours.
	if got, want := w.between(micros("2026-03-29T00:00:00+01:00"), micros("2026-03-30T00:00:00+02:00")), int64(2*3600e6); got != want {
		t.Errorf("the day of the change is open %d µs, want %d", got, want)
	}
	if got, ok := w.add(micros("2026-03-28T03:00:00+01:00"), 3600e6); !ok || got != micros("2026-03-28T04:00:00+01:00") {
		t.Errorf("an exact hour ends at %s, want the closing instant", show(w.time(got)))
	}
	if got, ok := w.subtract(micros("2026-03-28T04:00:00+01:00"), 0); !ok || got != micros("2026-03-28T04:00:00+01:00") {
		t.Errorf("nothing subtracted at close gives %s, want the close", show(w.time(got)))
	}
}
