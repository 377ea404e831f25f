package main

import "time"

// hours is a calendar as the oracle knows it: numbers only, in units (minutes or seconds) of the wall clock. It is
// written out as a calendar.Spec for the engine; nothing is ever parsed back.
type hours struct {
	location *time.Location
	unit     int64 // seconds in a unit: 60 or 1
	week     [7][]stretch
	holidays map[int64]bool // by day since 1970
	yearly   map[[2]int]bool
	breaks   map[int64][]stretch
	shifts   map[int64][]stretch
}

// stretch is wall time from a day's midnight, in units; to may lie on the next day.
type stretch struct{ from, to int64 }

func (h *hours) day() int64 { return 86400 / h.unit }

// walk is one bit for each unit of real time from its start on: was the desk open?
//
// The definition that it follows, in full: a window of a date is the real time between the instant at which the wall
// clock shows its start and the one at which it shows its end. Shown twice means the first time; never shown, because the
// clock jumped over it, means as long after the last reading before the jump as the window's time is after that reading.
// A date that no clock showed has no windows and no breaks. A holiday has no windows of its own; a shift gives a date
// other windows. After all windows are laid down, breaks are wiped out of whatever lies in their stretch.
type walk struct {
	start int64 // unix seconds
	unit  int64
	open  []bool
}

// margin is how many days at either end of a walk are laid down but not asked about: windows reach in from there.
const margin = 4

func newWalk(h *hours, from, to int64) *walk {
	w := &walk{start: from - margin*86400, unit: h.unit}
	n := (to + margin*86400 - w.start) / h.unit
	w.open = make([]bool, n)
	wall := make([]int64, n)
	low, high := int64(1)<<62, -int64(1)<<62
	for i := range wall {
		at := w.start + int64(i)*h.unit
		_, offset := time.Unix(at, 0).In(h.location).Zone()
		wall[i] = (at + int64(offset)) / h.unit
		low, high = min(low, wall[i]), max(high, wall[i])
	}
	// first[x] is the unit at which the clock first shows the reading low+x; -1 where it never does.
	first := make([]int, high-low+1)
	for i := range first {
		first[i] = -1
	}
	for i := len(wall) - 1; i >= 0; i-- {
		first[wall[i]-low] = i
	}
	for i := 1; i < len(wall); i++ {
		for reading := wall[i-1] + 1; reading < wall[i]; reading++ {
			if first[reading-low] < 0 {
				first[reading-low] = i - 1 + int(reading-wall[i-1])
			}
		}
	}
	shown := map[int64]bool{}
	for _, reading := range wall {
		shown[reading/h.day()] = true
	}
	w.lay(h, low, high, first, shown)
	return w
}

func (w *walk) lay(h *hours, low, high int64, first []int, shown map[int64]bool) {
	mark := func(day int64, list []stretch, open bool) {
		for _, s := range list {
			from, to := day*h.day()+s.from, day*h.day()+s.to
			if from < low || to > high {
				continue
			}
			for i := first[from-low]; i < first[to-low] && i < len(w.open); i++ {
				w.open[i] = open
			}
		}
	}
	for day := low / h.day(); day <= high/h.day(); day++ {
		if shown[day] {
			mark(day, h.windows(day), true)
		}
	}
	for day := low / h.day(); day <= high/h.day(); day++ {
		if shown[day] {
			mark(day, h.breaks[day], false)
		}
	}
}

func (h *hours) windows(day int64) []stretch {
	if shift, ok := h.shifts[day]; ok {
		return shift
	}
	date := time.Unix(day*86400, 0).UTC()
	if h.holidays[day] || h.yearly[[2]int{int(date.Month()), date.Day()}] {
		return nil
	}
	return h.week[date.Weekday()]
}

// The walkers count microseconds from the walk's start. They give up (false) when they come to the margin.

func (w *walk) length() int64 { return w.unit * 1_000_000 }

func (w *walk) isOpen(at int64) bool { return w.open[at/w.length()] }

func (w *walk) inside(i int64) bool {
	edge := margin * 86400 / w.unit
	return i >= edge && i < int64(len(w.open))-edge
}

func (w *walk) next(at int64) (int64, bool) {
	if w.isOpen(at) {
		return at, true
	}
	for i := at/w.length() + 1; w.inside(i); i++ {
		if w.open[i] {
			return i * w.length(), true
		}
	}
	return 0, false
}

func (w *walk) add(at, span int64) (int64, bool) {
	if span == 0 {
		return w.next(at)
	}
	for i := at / w.length(); w.inside(i); i++ {
		end := (i + 1) * w.length()
		if w.open[i] {
			if span <= end-at {
				return at + span, true
			}
			span -= end - at
		}
		at = end
	}
	return 0, false
}

func (w *walk) subtract(at, span int64) (int64, bool) {
	for i := (at - 1) / w.length(); w.inside(i); i-- {
		start := i * w.length()
		if w.open[i] {
			if span <= at-start {
				return at - span, true
			}
			span -= at - start
		}
		at = start
	}
	return 0, false
}

func (w *walk) between(from, to int64) int64 {
	if to < from {
		return -w.between(to, from)
	}
	sum := int64(0)
	for i := from / w.length(); i*w.length() < to; i++ {
		if w.open[i] {
			sum += min(to, (i+1)*w.length()) - max(from, i*w.length())
		}
	}
	return sum
}
