package policy

import (
	"errors"
	"time"

	"madoguchi/internal/calendar"
)

// Span is an amount of time laid on an instant.
type Span struct {
	Due, Warn time.Time
	// Calendar and Zone are those in which it counted; both are empty for
	// elapsed time.
	Calendar, Zone string
	// Uncertain says what the calendar does not know up to the due instant:
	// "no holiday data for 2029". Empty: nothing.
	Uncertain string
}

var errPending = errors.New("policy: not yet")

// Calendar gives the business hours of a region; false for an unknown region.
func (p *Pack) Calendar(region string) (*calendar.Calendar, bool) { return nil, false }

// RegionOf gives the region of accounts in a country (ISO 3166-1 alpha-2):
// the one that lists it, else the pack's default. False only for a pack
// without its default region.
func (p *Pack) RegionOf(country string) (Region, bool) { return Region{}, false }

// Span lays an amount on an instant in a region's business hours.
func (p *Pack) Span(region string, a Amount, warnPercent int, from time.Time) (Span, error) {
	return Span{}, errPending
}

// SpanIn is [Pack.Span] in the region's calendar for hours as an offering or a
// target names them ("8x5", "24x5", "24x7"); empty: the region's calendar.
func (p *Pack) SpanIn(region, hours string, a Amount, warnPercent int, from time.Time) (Span, error) {
	return Span{}, errPending
}

// NextOpen is when a region's business hours next run, at or after an instant,
// and whether they run at it.
func (p *Pack) NextOpen(region string, at time.Time) (time.Time, bool, error) {
	return time.Time{}, false, errPending
}
