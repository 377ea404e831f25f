package support

import (
	"slices"
	"time"

	"madoguchi/internal/policy"
)

// Service is in which language service is there at an instant, by the first rule
// of the pack that speaks of it (R47, R48). Targets are promised for English.
type Service struct {
	// Wanted is the language that was asked for, Language the one in which
	// service is given now.
	Wanted   string `json:"wanted"`
	Language string `json:"language"`
	// Promised: the pack promises service in the wanted language at some hour.
	Promised bool `json:"promised"`
	// Hours is 24x7, calendar or region; Calendar the one that limits it.
	Hours    string `json:"hours,omitempty"`
	Calendar string `json:"calendar,omitempty"`
	// OpenNow and NextOpenAt are of the wanted language; NextOpenAt is the
	// instant itself while it is open, and zero when nothing is promised.
	OpenNow    bool      `json:"open_now"`
	NextOpenAt time.Time `json:"next_open_at,omitzero"`
	Rules      []string  `json:"rules"`
}

// Speaks says in which language a kind of service (technical or
// customer_service) is given to somebody in a country, by a channel, at an
// instant. What no rule names is answered in English without a promise.
func Speaks(p *policy.Pack, language, service string, channel Channel, country, region string, severity int, at time.Time) Service {
	s := Service{Wanted: language, Language: "en", Rules: []string{"R47"}}
	for _, l := range p.Languages {
		if l.Language != language || !contains(l.Services, service) ||
			(len(l.Channels) > 0 && !contains(l.Channels, string(channel))) ||
			(len(l.Countries) > 0 && !contains(l.Countries, country)) ||
			(len(l.Severities) > 0 && severity != 0 && !slices.Contains(l.Severities, severity)) {
			continue
		}
		s.Promised, s.Hours, s.Calendar, s.Rules = true, l.Hours, l.Calendar, l.Guide
		s.OpenNow, s.NextOpenAt = true, at
		switch l.Hours {
		case "calendar":
			s.NextOpenAt, s.OpenNow = opening(p, l.Calendar, at)
		case "region":
			if next, open, err := p.NextOpen(region, at); err == nil {
				s.NextOpenAt, s.OpenNow = next, open
			}
		}
		switch {
		case s.OpenNow:
			s.Language = language
		case l.Otherwise != "":
			s.Language = l.Otherwise
		}
		return s
	}
	return s
}

// opening is when a calendar is next open, and whether it is now.
func opening(p *policy.Pack, calendar string, at time.Time) (time.Time, bool) {
	c, ok := p.HoursOf(calendar)
	if !ok {
		return at, true
	}
	if c.Open(at) {
		return at, true
	}
	next, err := c.Next(at)
	if err != nil {
		return time.Time{}, false
	}
	return Instant(next), false
}

// service adds to the coverage in which language service is there (R47, R48).
func (e *entitler) service(kind string) {
	if e.r.Coverage == nil {
		return
	}
	language := e.q.Language
	if language == "" {
		language = e.w.Contact.Language
	}
	if language == "" {
		return
	}
	s := Speaks(e.p, language, kind, e.q.Channel, e.w.Account.Country, e.r.Region, e.q.Severity, e.r.At)
	e.r.Coverage.Service = &s
}
