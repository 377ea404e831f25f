// Package calendar is business time: given when a desk is open, it adds, subtracts and measures open time, to the
// microsecond, through every change of clocks that the IANA data knows from 1970 to 2100.
//
// It refuses to know what the time is for: no targets, no pauses, no packs, and never what time it is now. Zone data and
// holidays are compiled in; nothing of the host is read. A Calendar is immutable and safe for concurrent use.
//
// # How wall times are read
//
// A window belongs to the day on which it starts and is the stretch between two instants, its start and its end; on a day
// on which clocks change it is as long as the time that really passes. A wall time that the zone skips is read with the
// offset before the change, one that it repeats is its first occurrence; a date that the zone skipped has no windows and
// no breaks. A holiday removes the windows that start on it; a shift replaces them, holiday or not; windows that overlap
// or touch are one. Last, breaks are cut out of everything that is open in their stretch of time, whichever day it
// belongs to. All stretches are half-open: open at the start, closed at the end.
//
// # Data layout
//
// Open time is a step function of the instant, indexed by local weeks ("blocks"): each block holds the open seconds before
// it and the number of a pattern, the list of open stretches inside such a week. Nearly all weeks share one pattern; those
// near a holiday or a change of clocks have their own, shared by all weeks of the same shape. Measuring is two look-ups,
// adding is one look-up and one binary search, however long the span.
package calendar

import (
	"errors"
	"fmt"
	"time"
)

// ErrOutOfRange is wrapped by errors about instants outside 1970-2100, asked for or arrived at.
var ErrOutOfRange = errors.New("outside the years 1970 to 2100")

// ErrNoOpenTime is wrapped by errors about calendars that are not open (enough) between the instant given and the end,
// or for Subtract the beginning, of the range.
var ErrNoOpenTime = errors.New("no open time left")

var (
	rangeStart = time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	rangeEnd   = time.Date(lastYear+1, 1, 1, 0, 0, 0, 0, time.UTC)
)

const (
	rangeStartSecond = 0
	rangeEndSecond   = lastDay * daySeconds
	second           = 1_000_000 // microseconds
)

// Calendar is a compiled Spec. Compile makes it; the zero value and nil are of no use.
type Calendar struct {
	zone     *zone
	known    years
	blocks   []block
	patterns []pattern
	total    int64 // open seconds of the whole range
}

// Compile reads a Spec. Every problem is found, each a [*SpecError] that names its key path and says what to write
// instead, joined by errors.Join. A calendar that never opens compiles: its Next says so.
func Compile(s Spec) (*Calendar, error) { return CompileWith(s, nil) }

// CompileWith is Compile with further holiday sets, by name, beside the shipped ones; a set given here wins over a
// shipped one of the same name. This is how an imported and reviewed country gets into use.
func CompileWith(s Spec, sets map[string]*Set) (*Calendar, error) {
	r, err := readSpec(s, sets)
	if err != nil {
		return nil, err
	}
	return build(r), nil
}

// Zone is the IANA name of the calendar's zone.
func (c *Calendar) Zone() string { return c.zone.name }

// Range is the first and the last instant that calendars answer for: the beginning of 1970 and of 2101, UTC.
func Range() (first, last time.Time) { return rangeStart, rangeEnd }

// Add is the instant at which the given open time has passed since at. A span that fits exactly ends at the closing
// instant, not at the next opening; zero is the next open instant, as [Calendar.Next]. The result is UTC; parts of a
// microsecond, in the instant or the span, are dropped. A negative span is an error: Subtract it. Errors wrap
// [ErrOutOfRange] or [ErrNoOpenTime].
func (c *Calendar) Add(at time.Time, business time.Duration) (time.Time, error) {
	if err := checkSpan(business, "subtract"); err != nil {
		return time.Time{}, err
	}
	if err := checkInstant(at); err != nil {
		return time.Time{}, err
	}
	passed := c.passed(at.UnixMicro())
	if business < time.Microsecond {
		end, found := c.lastWith(passed)
		return c.result(end, found, at, 0)
	}
	end, found := c.firstWith(passed + business.Microseconds())
	return c.result(end, found, at, business)
}

// Subtract is the mirror of Add: the latest instant from which the given open time passes until at. A span that fits
// exactly starts at the opening instant, not at the closing before it; zero is the last open instant: at itself where
// the calendar is open just before it, else the end of the last window before. Subtracting what was added (more than zero)
// leads back to the start, or to the next open instant after it. Errors as Add.
func (c *Calendar) Subtract(at time.Time, business time.Duration) (time.Time, error) {
	if err := checkSpan(business, "add"); err != nil {
		return time.Time{}, err
	}
	if err := checkInstant(at); err != nil {
		return time.Time{}, err
	}
	passed := c.passed(at.UnixMicro())
	if business < time.Microsecond {
		end, found := c.firstWith(passed)
		return c.result(end, found, at, 0)
	}
	end, found := c.lastWith(passed - business.Microseconds())
	return c.result(end, found, at, business)
}

// Between is the open time from one instant to another, negative when to lies before from, to the microsecond. What lies
// outside 1970-2100 counts as closed.
func (c *Calendar) Between(from, to time.Time) time.Duration {
	return time.Duration(c.passed(clampMicros(to))-c.passed(clampMicros(from))) * time.Microsecond
}

// Next is the next open instant at or after at: at itself while the calendar is open. Errors as Add.
func (c *Calendar) Next(at time.Time) (time.Time, error) { return c.Add(at, 0) }

// Open reports whether the calendar is open at the instant. A window's first instant is open, its last is not; outside
// 1970-2100 nothing is.
func (c *Calendar) Open(at time.Time) bool {
	if checkInstant(at) != nil {
		return false
	}
	k, into := c.within(at.Unix())
	p := c.patterns[c.blocks[k].pattern]
	i := p.at(into)
	return i >= 0 && into < p[i].to
}

// Closes is the instant at which the calendar closes after at, when it is open then and closes within two weeks.
func (c *Calendar) Closes(at time.Time) (time.Time, bool) {
	const ahead = 14 * 24 * time.Hour
	if !c.Open(at) || c.Between(at, at.Add(ahead)) == ahead {
		return time.Time{}, false
	}
	open, closed := int64(0), ahead.Microseconds() // µs: open all the time until open, not until closed
	for closed-open > 1 {
		half := (open + closed) / 2
		if d := time.Duration(half) * time.Microsecond; c.Between(at, at.Add(d)) == d {
			open = half
		} else {
			closed = half
		}
	}
	return at.Add(time.Duration(open) * time.Microsecond), true
}

// Uncertain says which year between two instants, in either order and both included, the calendar's holiday sets lack:
// "no holiday data for 2029", the first such year in the calendar's zone, or "". Only a calendar with HolidaySets is ever
// uncertain. People are told "uncertain: " and this.
func (c *Calendar) Uncertain(from, to time.Time) string {
	if to.Before(from) {
		from, to = to, from
	}
	year, lacking := c.known.firstLacking(from.In(c.zone.location).Year(), to.In(c.zone.location).Year())
	if !lacking {
		return ""
	}
	return fmt.Sprintf("no holiday data for %d", year)
}

func checkInstant(at time.Time) error {
	if s := at.Unix(); s < rangeStartSecond || s > rangeEndSecond || (s == rangeEndSecond && at.Nanosecond() > 0) {
		return fmt.Errorf("instant %s is %w: give one from 1970-01-01 to 2100-12-31", at.UTC().Format(time.RFC3339Nano), ErrOutOfRange)
	}
	return nil
}

func checkSpan(business time.Duration, opposite string) error {
	if business < 0 {
		return fmt.Errorf("the span %s is negative: give a span of zero or more, or %s it", business, opposite)
	}
	return nil
}

func clampMicros(at time.Time) int64 {
	if at.Before(rangeStart) {
		return rangeStartSecond * second
	}
	if at.After(rangeEnd) {
		return rangeEndSecond * second
	}
	return at.UnixMicro()
}

// result judges what a look-up found. The blocks reach a little further than the range, hence the second test.
func (c *Calendar) result(micros int64, found bool, at time.Time, business time.Duration) (time.Time, error) {
	if found && micros >= rangeStartSecond*second && micros <= rangeEndSecond*second {
		return time.UnixMicro(micros).UTC(), nil
	}
	if c.total == 0 {
		return time.Time{}, fmt.Errorf("%w: the calendar never opens; give week a window or shifts a date", ErrNoOpenTime)
	}
	return time.Time{}, fmt.Errorf("%w: from %s the calendar has not %s of open time within 1970 to 2100; give it more windows or a shorter span",
		ErrNoOpenTime, at.UTC().Format(time.RFC3339Nano), max(business, time.Microsecond))
}
