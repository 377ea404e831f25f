package support_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/support"
)

// Whatever happens to a request, whose turn it was fills its time without a gap,
// each of its targets and completions is counted once whatever the months are cut
// at, and what was seen of it before stays as it was.
func TestReportsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		for range rapid.IntRange(5, 40).Draw(t, "steps") {
			l.step()
		}
		f := l.requests[l.id]
		r := f.request
		spans := support.TurnSpans(&support.Request{}, f.facts, l.now)
		end, open := r.FiledAt, time.Duration(0)
		for _, s := range spans {
			if s.From.Before(end) || !s.From.Before(s.To) {
				t.Fatalf("%v overlaps what ended at %v\n%s", s, end, printed(f))
			}
			end, open = s.To, open+s.To.Sub(s.From)
		}
		if got, want := open, openFor(f, l.now); got != want {
			t.Fatalf("turns last %v, the request was open for %v\n%s", got, want, printed(f))
		}
		from, to := r.FiledAt.Add(-8*24*time.Hour), l.now.Add(time.Microsecond)
		cut := from.Add(time.Duration(rapid.Int64Range(1, int64(to.Sub(from)/time.Microsecond)).Draw(t, "cut")) * time.Microsecond)
		whole, first, second := reported(f, from, to, l.now), reported(f, from, cut, l.now), reported(f, cut, to, l.now)
		if a, b := counted(whole), counted(first)+counted(second); a != b {
			t.Fatalf("%d in all, %d in the parts at %v\n%s", a, b, cut, printed(f))
		}
		if a, b := whole.Sides.All(), first.Sides.All()+second.Sides.All(); a != b || a != open {
			t.Fatalf("%v in all, %v in the parts, open for %v\n%s", a, b, open, printed(f))
		}
	})
}

func reported(f *file, from, to, at time.Time) *support.Report {
	p := support.NewReport(support.Window{From: from, To: to, Zone: "Asia/Tokyo", At: at})
	p.Add(f.request.ID, f.facts)
	return p
}

// counted is the number of targets and completions in a report.
func counted(p *support.Report) int {
	n := 0
	for _, a := range p.Targets {
		n += a.All()
		if a.Withdrawn > a.Met || a.Late > a.Missed {
			n += 1000
		}
	}
	for _, e := range p.Ends {
		n += e.Completed
		if e.Reopened > e.Completed {
			n += 1000
		}
	}
	return n
}

// openFor is how long a request was not completed, by its completions alone.
func openFor(f *file, at time.Time) time.Duration {
	var open time.Duration
	since, is := f.request.FiledAt, true
	for _, x := range f.facts {
		switch x.Body.(type) {
		case support.Completed:
			open, is = open+x.At.Sub(since), false
		case support.Reopened:
			since, is = x.At, true
		}
	}
	if is {
		open += at.Sub(since)
	}
	return open
}
