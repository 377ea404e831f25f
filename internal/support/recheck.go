package support

import (
	"fmt"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/policy"
)

// Recheck computes every clock of a timeline again from its own inputs, the
// version of the pack that it names and the zone data of this program, and says
// where the result differs from what was promised. pack finds a version by its
// reference. A difference under other zone data is a rule that changed, not a
// fault.
func Recheck(facts []Fact, pack func(ref string) (*policy.Pack, bool)) []string {
	var out []string
	for _, f := range facts {
		b, ok := f.Body.(TargetStarted)
		if !ok || b.Target.Metric == Promise { // its instant was given, not computed
			continue
		}
		if s := recheck(b.Target, pack); s != "" {
			out = append(out, fmt.Sprintf("seq %d: target %s %d: %s", f.Seq, b.Target.Metric, b.Target.N, s))
		}
	}
	return out
}

func recheck(t Target, pack func(string) (*policy.Pack, bool)) string {
	p, ok := pack(t.Pack)
	if !ok {
		return "the policy pack " + t.Pack + " is not kept, so the target cannot be recomputed"
	}
	due, warn, err := recompute(t, p)
	switch {
	case err != nil:
		return "cannot be recomputed: " + err.Error()
	case due.Equal(t.DueAt) && warn.Equal(t.WarnAt):
		return ""
	case t.Capped && !due.Before(t.DueAt):
		return ""
	}
	was := t.DueAt.Format(time.RFC3339Nano) + " was promised, " + due.Format(time.RFC3339Nano) + " comes out now"
	if t.TZData != calendar.TZData() {
		return "rule changed: " + was + " (zone data " + t.TZData + ", now " + calendar.TZData() + ")"
	}
	return was
}

// recompute lays the target's amount on its anchor again.
func recompute(t Target, p *policy.Pack) (due, warn time.Time, err error) {
	a, err := policy.ParseAmount(t.Amount)
	if err != nil {
		return due, warn, err
	}
	span, err := p.SpanIn(t.Region, t.Hours, a, p.Clocks.WarnPercent, t.AnchorAt)
	if err != nil {
		return due, warn, err
	}
	if t.Goal == "" {
		return span.Due, span.Warn, nil
	}
	g, err := policy.ParseAmount(t.Goal)
	if err != nil {
		return due, warn, err
	}
	goal, err := p.Span(t.Region, g, p.Clocks.WarnPercent, t.AnchorAt)
	return span.Due, goal.Due, err
}
