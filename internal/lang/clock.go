package lang

import (
	"slices"
	"strings"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// Explain tells the customer what a clock is: its amount, whose hours count,
// when it is due, what became of it, and the rule it comes from. It does not
// know what time it is; [ExplainAt] does.
func Explain(lang string, c support.Clock, zone string) string {
	return Voice{Lang: lang, Zone: zone}.Clock(c, time.Time{})
}

// ExplainAt is [Explain] at an instant: with the pack it also tells that the
// clock stands still outside hours, and until when.
func ExplainAt(lang string, c support.Clock, zone string, at time.Time, p *policy.Pack) string {
	return Voice{Lang: lang, Zone: zone, Pack: p}.Clock(c, at)
}

// Clock is [ExplainAt] in this voice; a zero instant leaves out what depends
// on it. It is several sentences: what is promised, how it stands, the rules.
func (v Voice) Clock(c support.Clock, at time.Time) string {
	parts := []string{v.promise(c.Target)}
	parts = append(parts, v.standing(c, at)...)
	if c.Capped {
		parts = append(parts, v.Message("clock.capped", nil))
	}
	if c.MissWithdrawn {
		parts = append(parts, v.Message("clock.miss_withdrawn", nil))
	}
	if c.Uncertain != "" {
		parts = append(parts, v.Message("clock.uncertain", map[string]string{"year": lastWord(c.Uncertain)}))
	}
	if len(c.Rules) > 0 {
		parts = append(parts, v.Message("clock.rules", map[string]string{"rules": strings.Join(c.Rules, ", ")}))
	}
	return v.Join(parts...)
}

// Join puts sentences behind one another, as the language does; empty ones are
// left out.
func (v Voice) Join(sentences ...string) string {
	sep := " "
	if v.language() == Japanese {
		sep = ""
	}
	return strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), sep)
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

func (v Voice) promise(t support.Target) string {
	args := map[string]string{
		"metric": string(t.Metric), "amount": t.Amount, "goal": t.Goal, "from": v.Date(t.AnchorAt), "calendar": v.calendar(t),
	}
	switch {
	case t.Metric == support.Promise:
		return v.Message("clock.promise", args)
	case t.Goal != "":
		return v.Message("clock.goal", args)
	case t.Calendar != "":
		return v.Message("clock.business", args)
	}
	return v.Message("clock.elapsed", args)
}

// calendar is the name of the hours in which a target counts, with their zone.
func (v Voice) calendar(t support.Target) string {
	name := t.Calendar
	if v.Pack != nil {
		if s := v.Pack.Calendars[t.Calendar].Name.In(v.language()); s != "" {
			name = s
		}
	}
	if t.Zone == "" {
		return name
	}
	return name + ", " + t.Zone
}

// standing tells what became of the clock.
func (v Voice) standing(c support.Clock, at time.Time) []string {
	due := map[string]string{"due": v.Date(c.DueAt)}
	switch c.State {
	case support.Met:
		return []string{v.Message("clock.met", map[string]string{"met": v.Date(c.MetAt), "due": v.Date(c.DueAt)})}
	case support.MetLate:
		return []string{v.Message("clock.met_late", map[string]string{"met": v.Date(c.MetAt), "due": v.Date(c.DueAt)})}
	case support.Missed:
		return []string{v.missed(c, due)}
	case support.Replaced:
		return []string{v.Message("clock.replaced", due)}
	case support.Dropped:
		if c.Metric == support.Promise {
			return []string{v.Message("clock.promise_dropped", nil)}
		}
		return []string{v.Message("clock.dropped", nil)}
	}
	switch {
	case c.Paused():
		key := "clock.paused"
		if len(c.Pauses) == 1 && c.Pauses[0] == support.WaitingCustomer {
			key = "clock.paused_customer"
		}
		return []string{v.Message(key, map[string]string{"since": v.Date(c.PausedAt)})}
	case !at.IsZero() && at.After(c.DueAt):
		return []string{v.missed(c, due)}
	}
	out := []string{v.Message("clock.due", due)}
	if open, closed := v.ClosedUntil(c.Target, at); closed {
		return append(out, v.Message("clock.outside", map[string]string{"open": v.Date(open)}))
	}
	if c.State == "" { // a promise, before anything is filed
		return out
	}
	return append(out, v.Message("clock.running", nil))
}

func (v Voice) missed(c support.Clock, due args) string {
	return v.Message(either(c.Metric == support.Resolution, "clock.missed_resolution", "clock.missed"), due)
}

// ClosedUntil tells that a target's business hours are closed at an instant,
// and when they open. Targets that count on every day are never closed.
func (v Voice) ClosedUntil(t support.Target, at time.Time) (opens time.Time, closed bool) {
	if v.Pack == nil || t.Calendar == "" || at.IsZero() {
		return time.Time{}, false
	}
	opens, open, err := v.Pack.NextOpen(t.Region, at)
	if err != nil || open {
		return time.Time{}, false
	}
	return opens, true
}
