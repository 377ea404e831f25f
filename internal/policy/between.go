package policy

import "time"

// Between is the business time from one instant to another in a region's
// calendar for hours as [Pack.SpanIn] reads them; negative when to is before
// from, and 0 for an unknown region.
func (p *Pack) Between(region, hours string, from, to time.Time) time.Duration {
	_, c, err := p.hours(region, hours)
	if err != nil {
		return 0
	}
	return c.Between(from, to)
}
