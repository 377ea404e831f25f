package support

import (
	"cmp"
	"slices"
	"time"
)

// Machines must not bury what people wrote: a request on which the desk itself
// has made MaxAutomatic entries gets no more notices, automatic replies, warnings
// and misses one by one. They are counted, and one entry a day says how many there
// were of which kind. What people write is never limited, nor is what else the
// desk does by itself: each of those changes the request, and follows at most once
// from something that a person did.

// MaxAutomatic is how many entries of the desk itself a request holds before they
// are counted: a year of a request with fifteen notices a day. 5,000 facts fold in
// some 40 ms (docs/figures.md).
const MaxAutomatic = 5000

// Withheld is how many automatic entries of a kind of fact were not made.
type Withheld struct {
	Kind string `json:"kind"`
	N    int    `json:"n"`
}

// AutomaticDigested stands for the automatic entries that were withheld since the
// last one, or since they were too many; at most one for each day.
type AutomaticDigested struct {
	// Day is the day in UTC that it is the digest of: 2026-11-27.
	Day string `json:"day"`
	// Counts are by kind, those of the targets below among them.
	Counts []Withheld `json:"counts"`
	// Missed and Warned are the targets to which that happened, each with its own
	// instant.
	Missed []TargetMissed `json:"missed,omitempty"`
	Warned []TargetWarned `json:"warned,omitempty"`
}

func (AutomaticDigested) factKind() string { return "automatic_digested" }

func (b AutomaticDigested) apply(r *Request, f Fact) {
	r.Digested = b.Day
	for _, x := range b.Missed {
		x.apply(r, f)
	}
	for _, x := range b.Warned {
		x.apply(r, f)
	}
}

// Singles puts in place of a digest the entries that it stands for and that
// somebody has to be told of: its misses and warnings.
func Singles(facts []Fact) []Fact {
	var out []Fact
	for _, f := range facts {
		b, ok := f.Body.(AutomaticDigested)
		if !ok {
			out = append(out, f)
			continue
		}
		for _, x := range b.Missed {
			out = append(out, Fact{Seq: f.Seq, At: f.At, By: f.By, Body: x})
		}
		for _, x := range b.Warned {
			out = append(out, Fact{Seq: f.Seq, At: f.At, By: f.By, Body: x})
		}
	}
	return out
}

// crowded tells whether the desk has made so many entries by itself that further
// ones are counted.
func (r *Request) crowded() bool { return r.Automatic >= MaxAutomatic }

// WithheldKind is the kind of fact that a command of the desk itself would add to
// a request that has too many of them: it is carried out without one, and whoever
// carries it out counts it. "": the command is decided as ever.
func WithheldKind(r *Request, cmd Command, by Actor) string {
	if by.Kind != System || !r.crowded() {
		return ""
	}
	switch c := cmd.(type) {
	case *RecordNotice:
		if ack, open := r.Clock(Acknowledgement); open && ack.Open() && c.receipt() {
			return "" // the receipt meets its target
		}
		return c.factKind()
	case *FailNotice:
		return c.factKind()
	case *RecordAutoReply:
		return AutoReplyReceived{}.factKind()
	}
	return ""
}

// DigestAutomatic puts the digest of a day on the timeline, if something was
// withheld and no digest of that day or a later one stands there.
type DigestAutomatic struct {
	Day string
}

// Name implements [Command].
func (*DigestAutomatic) Name() string { return "digest_automatic" }

// Texts implements [Command].
func (*DigestAutomatic) Texts() []*Text { return nil }

func (c *DigestAutomatic) decide(d *decision) error {
	if _, err := time.Parse(time.DateOnly, c.Day); err != nil || c.Day > DayOf(d.at) {
		return Wrong("day", "digest.day", "day", c.Day)
	}
	if c.Day <= d.r.Digested {
		return nil
	}
	return d.digest(c.Day)
}

// DayOf is the day in UTC of which an instant's digest is.
func DayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// digestFrom is when the next digest may be made: on the day after the last
// one; zero: there was none.
func (r *Request) digestFrom() time.Time {
	last, err := time.Parse(time.DateOnly, r.Digested)
	if err != nil {
		return time.Time{}
	}
	return last.AddDate(0, 0, 1)
}

// clockMoments are the warning and the miss of a clock that runs. On a crowded
// request a miss makes the digest of its day at once, or that of the next one; a
// warning waits until its day has ended, so that it does not take the digest from
// a miss.
func (r *Request) clockMoments(c Clock) []moment {
	if c.State != Running || c.Paused() {
		return nil
	}
	warn := moment{c.WarnAt, func(d *decision) error {
		d.record(TargetWarned{c.Metric, c.N, c.WarnAt})
		return nil
	}}
	miss := moment{missedFrom(c.DueAt), func(d *decision) error {
		d.record(TargetMissed{c.Metric, c.N, c.DueAt})
		return nil
	}}
	if r.crowded() {
		ended := c.WarnAt.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
		if free := r.digestFrom(); !free.IsZero() {
			ended = latest(ended, free.AddDate(0, 0, 1))
		}
		warn = moment{ended, func(d *decision) error { return d.digest(DayOf(d.at.AddDate(0, 0, -1))) }}
		miss = moment{latest(miss.at, r.digestFrom()), func(d *decision) error { return d.digest(DayOf(d.at)) }}
	}
	if c.Warned || c.Metric == Acknowledgement {
		return []moment{miss}
	}
	return []moment{warn, miss}
}

// digest records what was withheld together with what the clocks have come to.
func (d *decision) digest(day string) error {
	b := AutomaticDigested{Day: day, Counts: slices.Clone(d.w.Withheld)}
	count := func(kind string) {
		for i := range b.Counts {
			if b.Counts[i].Kind == kind {
				b.Counts[i].N++
				return
			}
		}
		b.Counts = append(b.Counts, Withheld{kind, 1})
	}
	for _, c := range d.r.Clocks {
		if c.State != Running || c.Paused() || !d.r.crowded() {
			continue
		}
		if !c.Warned && c.Metric != Acknowledgement && !c.WarnAt.After(d.at) {
			b.Warned = append(b.Warned, TargetWarned{c.Metric, c.N, c.WarnAt})
			count(TargetWarned{}.factKind())
		}
		if late(d.at, c.DueAt) {
			b.Missed = append(b.Missed, TargetMissed{c.Metric, c.N, c.DueAt})
			count(TargetMissed{}.factKind())
		}
	}
	if len(b.Counts) == 0 {
		return nil
	}
	slices.SortFunc(b.Counts, func(x, y Withheld) int { return cmp.Compare(x.Kind, y.Kind) })
	d.w.Withheld = nil
	d.record(b)
	return nil
}
