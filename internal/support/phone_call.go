package support

import (
	"time"

	"madoguchi/internal/policy"
)

// PhoneCall is one call that came in and what the telephone did with it: a line
// that was open took it, or the recording spoke and nobody waits (R21).
type PhoneCall struct {
	ID      int64
	At      time.Time
	Line    string
	Product string // "": not said
	Account int64  // of the contact; 0: nobody
	Contact int64  // that the customer number names; 0: none
	// Recorded: the recording spoke. NextOpenAt is what it named as the next
	// opening; zero when a person took the call.
	Recorded   bool
	NextOpenAt time.Time
	By         Actor // who logged it: the telephone, or staff
}

// Recording is what the telephone says outside of a line's hours (R21): the
// hours, how to use online support, and when somebody answers next.
type Recording struct {
	Hours, Online policy.Text
	NextOpenAt    time.Time
	Rules         []string
}

// Answer is what the telephone does with a call to a line about a product at an
// instant: nil when the line is open, else what the recording says. A line that
// is not offered for the product is refused.
func Answer(p *policy.Pack, line, product string, at time.Time) (*Recording, error) {
	for _, h := range PhoneLines(p, product, at) {
		if h.Line != line {
			continue
		}
		if h.Open {
			return nil, nil
		}
		for _, l := range p.Phone.Lines {
			if l.ID == line {
				return &Recording{Hours: l.Closed, Online: p.Phone.Online, NextOpenAt: h.NextOpenAt, Rules: l.Guide}, nil
			}
		}
	}
	return nil, Wrong("line", "call.line", "line", line)
}
