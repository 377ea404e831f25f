package scenario

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// silence 2 of 3 [days 2 of 3] [earliest t] [permitted t] [blocked why]
func (s sight) silence(c *cursor) {
	c.same("attempts", s.Silence.Attempts, c.number())
	c.word()
	c.same("needed", s.Silence.Needed, c.number())
	for c.more() {
		switch part := c.word(); part {
		case "days":
			c.same("days", s.Silence.Days, c.number())
			c.word()
			c.same("days needed", s.Silence.DaysNeeded, c.number())
		case "earliest":
			c.same("earliest", s.Silence.Earliest, c.instant())
		case "permitted":
			c.same("permitted", s.Silence.Permitted, c.instant())
		case "blocked":
			c.same("blocked by", s.Silence.Blocked, c.word())
		default:
			c.fail("%q is not understood", part)
		}
	}
}

// waiting kind [since t] | waiting nothing
func (s sight) waiting(c *cursor) {
	want := c.word()
	if want == "nothing" {
		want = ""
	}
	c.same("what is waited for", s.Waiting.Kind, want)
	if c.more() {
		c.word()
		c.same("waiting since", s.Waiting.Since, c.instant())
	}
}

// lowering 2 [ground] [held] | lowering none
func (s sight) lowering(c *cursor) {
	c.same("the proposed severity", s.Lowering.To, numberOrNone(c))
	for c.more() {
		if part := c.word(); part == "held" {
			c.same("held", s.Lowering.Held, true)
		} else {
			c.same("its ground", s.Lowering.Ground, part)
		}
	}
}

// after_hours state [seconds n]
func (s sight) afterHours(c *cursor) {
	c.same("after-hours support", s.AfterHours.State, c.word())
	if c.more() {
		c.word()
		c.same("its seconds", int(s.AfterHours.Seconds), c.number())
	}
}

// hand_over to who effective t | hand_over none
func (s sight) handOver(c *cursor) {
	if c.word() == "none" {
		c.same("hand-over to", s.HandOver.To, "")
		return
	}
	c.same("hand-over to", s.HandOver.To, c.word())
	if c.more() {
		c.word()
		c.same("effective", s.HandOver.EffectiveAt, c.instant())
	}
}

// escalation state [engineer e] [manager m]
func (s sight) escalation(c *cursor) {
	c.same("escalation", s.Escalation.State, c.word())
	for c.more() {
		switch part := c.word(); part {
		case "engineer":
			c.same("engineer", s.Escalation.Engineer, c.word())
		case "manager":
			c.same("manager", s.Escalation.Manager, c.word())
		default:
			c.fail("%q is not understood", part)
		}
	}
}

// survey state [why] [last t] [eligible t]
func (s sight) survey(c *cursor) {
	c.same("survey", s.Survey.State, c.word())
	for c.more() {
		switch part := c.word(); part {
		case "last":
			c.same("last sent", s.Survey.Last, c.instant())
		case "eligible":
			c.same("eligible", s.Survey.Eligible, c.instant())
		default:
			c.same("why", s.Survey.Why, part)
		}
	}
}

// notices finds what was told: of a kind, to somebody ("" anybody), with a
// template ("" any).
func (s sight) notices(kind, to, template string) []Notice {
	var out []Notice
	for _, n := range s.Notices {
		if n.Kind == kind && (to == "" || n.To == to) && (template == "" || n.Template == template) {
			out = append(out, n)
		}
	}
	return out
}

// told who template [at t] [by t] [within d] [times n]. Without any of them: at
// least once. within counts from the step that precedes the want.
func (s sight) told(c *cursor, kind string, least int) {
	who, template := c.word(), ""
	if c.more() && !slices.Contains([]string{"at", "by", "within", "times"}, c.words[0]) {
		template = c.word()
	}
	found := s.notices(kind, who, template)
	if len(found) < least {
		c.fail("that did not happen; there were %s", strings.Join(s.named(kind), ", "))
		c.words = nil
		return
	}
	last := found[len(found)-1]
	for c.more() {
		switch part := c.word(); part {
		case "at":
			c.same("told", last.At, c.instant())
		case "by":
			if by := c.instant(); last.At.After(by) {
				c.fail("told at %s", shown(last.At))
			}
		case "within":
			if d := c.duration(); last.At.Before(s.at) || last.At.Sub(s.at) > d {
				c.fail("told at %s, %s after the step", shown(last.At), last.At.Sub(s.at))
			}
		case "times":
			c.same("times", len(found), c.number())
		default:
			c.fail("%q is not understood", part)
		}
	}
}

func (s sight) named(kind string) []string {
	var out []string
	for _, n := range s.Notices {
		if n.Kind == kind {
			out = append(out, n.To+" "+n.Template)
		}
	}
	return append(out, "no other")
}

// no page [who] [template] | no mail who [template] | no target metric |
// no event kind. Pages and mails are those of the last step on.
func (s sight) none(c *cursor) {
	kind, who, what := c.word(), "", ""
	if c.more() {
		who = c.word()
	}
	if c.more() {
		what = c.word()
	}
	switch kind {
	case "page", "mail":
		for _, n := range s.notices(kind, who, what) {
			if !n.At.Before(s.at) {
				c.fail("%s had a %s %s at %s", n.To, kind, n.Template, shown(n.At))
			}
		}
	case "target":
		if slices.ContainsFunc(s.Targets, func(t Target) bool { return t.Metric == who }) {
			c.fail("there is one")
		}
	case "event":
		if slices.ContainsFunc(s.Events, func(e Event) bool { return e.Kind == who }) {
			c.fail("there is one")
		}
	default:
		c.fail("%q is not understood", kind)
	}
}

// event kind [by who] [at t] [times n] [name=value …], about the last of them.
func (s sight) event(c *cursor) {
	kind := c.word()
	var found []Event
	for _, e := range s.Events {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		c.fail("there is none")
		c.words = nil
		return
	}
	last := found[len(found)-1]
	for c.more() {
		part := c.word()
		name, value, isField := strings.Cut(part, "=")
		switch {
		case isField:
			if have := last.Fields[name]; !sameValue(have, value) {
				c.fail("%s is %q of %s", name, have, strings.Join(slices.Sorted(maps.Keys(last.Fields)), ", "))
			}
		case part == "by":
			c.same("done by", last.By, c.word())
		case part == "at":
			c.same("done", last.At, c.instant())
		case part == "times":
			c.same("times", len(found), c.number())
		default:
			c.fail("%q is not understood", part)
		}
	}
}

// sameValue compares words, and instants in whatever form they are written.
func sameValue(have, want string) bool {
	if have == want {
		return true
	}
	w, err := Instant(want)
	if err != nil {
		return false
	}
	h, err := time.Parse(time.RFC3339Nano, have)
	return err == nil && h.Equal(w)
}

// shows name=value …, about the answer to the question of the last step.
func (s sight) shows(c *cursor) {
	for c.more() {
		name, value, _ := strings.Cut(c.word(), "=")
		if have, ok := s.Shown[name]; !ok || !sameValue(have, value) {
			c.fail("%s is %q of %s", name, have, strings.Join(slices.Sorted(maps.Keys(s.Shown)), ", "))
		}
	}
}

// licence key [superseded] [units n] [version v]
func (s sight) licence(c *cursor) {
	key := c.word()
	i := slices.IndexFunc(s.Licences, func(l Licence) bool { return l.Key == key })
	if i < 0 {
		c.fail("there is no such key")
		c.words = nil
		return
	}
	for l := s.Licences[i]; c.more(); {
		switch part := c.word(); part {
		case "superseded":
			c.same("superseded", l.Superseded, true)
		case "live":
			c.same("superseded", l.Superseded, false)
		case "units":
			c.same("units", l.Units, c.number())
		case "version":
			c.same("version", l.Version, c.word())
		default:
			c.fail("%q is not understood", part)
		}
	}
}

// mail who template holds "text" …; the word number stands for the request's
// number in the form in which it is printed.
func (s sight) mail(c *cursor) {
	who, template := c.word(), c.word()
	c.word()
	i := slices.IndexFunc(s.Mails, func(m Mail) bool { return m.To == who && m.Template == template })
	if i < 0 {
		c.fail("no such mail left")
		c.words = nil
		return
	}
	for c.more() {
		text := c.word()
		if text == "number" {
			text = s.Number
		}
		if !strings.Contains(s.Mails[i].Text, text) {
			c.fail("the mail does not hold %s: %s", strconv.Quote(text), s.Mails[i].Text)
		}
	}
}

// third n [lookup l] [state s] [sharing yes] [collaboration s] [respond_by t]
// [overdue yes] [why w] [finding f]
func (s sight) third(c *cursor) {
	n := c.number()
	i := slices.IndexFunc(s.Thirds, func(t Third) bool { return t.N == n })
	if i < 0 {
		c.fail("there are %d components of other vendors", len(s.Thirds))
		c.words = nil
		return
	}
	t := s.Thirds[i]
	for c.more() {
		switch part := c.word(); part {
		case "lookup":
			c.same(part, t.Lookup, c.word())
		case "state":
			c.same(part, t.State, c.word())
		case "sharing":
			c.same(part, t.Sharing, c.word() == "yes")
		case "collaboration":
			c.same(part, t.Collaboration, c.word())
		case "respond_by":
			c.same(part, t.RespondBy, c.instant())
		case "overdue":
			c.same(part, t.Overdue, c.word() == "yes")
		case "why":
			c.same(part, t.Why, c.word())
		case "finding":
			c.same(part, t.Finding, c.word())
		default:
			c.fail("%q is not understood", part)
		}
	}
}

// gathered id state [id state ...]
func (s sight) gathered(c *cursor) {
	for c.more() {
		id := c.word()
		c.same(id, orNone(s.Gathered[id]), c.word())
	}
}
