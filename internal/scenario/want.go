package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cursor walks over the words of a want.
type cursor struct {
	words []string
	err   error
}

func (c *cursor) more() bool { return len(c.words) > 0 && c.err == nil }

func (c *cursor) word() string {
	if len(c.words) == 0 {
		c.fail("a word is missing")
		return ""
	}
	w := c.words[0]
	c.words = c.words[1:]
	return w
}

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

func (c *cursor) number() int {
	w := c.word()
	n, err := strconv.Atoi(w)
	if err != nil && c.err == nil {
		c.fail("%q is no number", w)
	}
	return n
}

// instant reads three words, or "never" as the zero instant.
func (c *cursor) instant() time.Time {
	if len(c.words) > 0 && c.words[0] == "never" {
		c.word()
		return time.Time{}
	}
	t, err := Instant(strings.Join([]string{c.word(), c.word(), c.word()}, " "))
	if err != nil {
		c.fail("%v", err)
	}
	return t
}

func (c *cursor) duration() time.Duration {
	d, err := time.ParseDuration(c.word())
	if err != nil {
		c.fail("%v", err)
	}
	return d
}

// shown writes an instant as a scenario would, in Japan's zone.
func shown(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	local := t.In(time.FixedZone("JST", 9*3600))
	switch {
	case t.Nanosecond() != 0:
		return local.Format("2006-01-02 15:04:05.000000 JST")
	case t.Second() != 0:
		return local.Format("2006-01-02 15:04:05 JST")
	}
	return local.Format("2006-01-02 15:04 JST")
}

func (c *cursor) same(what string, have, want any) {
	if h, ok := have.(time.Time); ok {
		w := want.(time.Time)
		if !h.Equal(w) {
			c.fail("%s is %s", what, shown(h))
		}
		return
	}
	if have != want {
		c.fail("%s is %v", what, have)
	}
}

func (s sight) check(words []string) error {
	c := &cursor{words: words}
	subject := c.word()
	look, ok := looks[subject]
	if !ok {
		return fmt.Errorf("nothing is known of %q; one of %s", subject, strings.Join(subjects(), ", "))
	}
	look(s, c)
	if c.err == nil && len(c.words) > 0 {
		c.fail("%q is not understood", strings.Join(c.words, " "))
	}
	return c.err
}

func subjects() []string {
	var out []string
	for name := range looks {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// looks are the subjects of want lines. A plain word compares one field.
var looks = map[string]func(sight, *cursor){
	"refused": func(s sight, c *cursor) { s.refused(c) },
	"number": func(s sight, c *cursor) {
		if len(s.Number) != 9 && len(s.Number) != 11 {
			c.fail("the number is %q", s.Number)
		}
	},
	"kind":     func(s sight, c *cursor) { c.same("kind", s.Kind, c.word()) },
	"turn":     func(s sight, c *cursor) { c.same("turn", s.Turn, c.word()) },
	"severity": func(s sight, c *cursor) { c.same("severity", s.Severity, c.number()) },
	"priority": func(s sight, c *cursor) { c.same("priority", s.Priority, c.number()) },
	"owner":    func(s sight, c *cursor) { c.same("owner", s.Owner, c.word()) },
	"language": func(s sight, c *cursor) { c.same("language", s.Language, c.word()) },
	"queue": func(s sight, c *cursor) {
		if w := c.word(); w != "none" || s.Queue != "" {
			c.same("queue", s.Queue, w)
		}
	},
	"owners": func(s sight, c *cursor) {
		if !slices.Equal(s.Owners, c.words) {
			c.fail("owners are %v", s.Owners)
		}
		c.words = nil
	},
	"stage":       func(s sight, c *cursor) { s.stage(c) },
	"proposal":    func(s sight, c *cursor) { c.same("proposal", orNone(s.Proposal), c.word()) },
	"target":      func(s sight, c *cursor) { s.target(c) },
	"targets":     func(s sight, c *cursor) { c.same("number of targets", len(s.Targets), c.number()) },
	"ask":         func(s sight, c *cursor) { s.ask(c) },
	"third":       func(s sight, c *cursor) { s.third(c) },
	"gathered":    func(s sight, c *cursor) { s.gathered(c) },
	"asks":        func(s sight, c *cursor) { c.same("number of asks", len(s.Asks), c.number()) },
	"silence":     func(s sight, c *cursor) { s.silence(c) },
	"waiting":     func(s sight, c *cursor) { s.waiting(c) },
	"raise":       func(s sight, c *cursor) { c.same("raise", s.Raise, numberOrNone(c)) },
	"lowering":    func(s sight, c *cursor) { s.lowering(c) },
	"after_hours": func(s sight, c *cursor) { s.afterHours(c) },
	"hand_over":   func(s sight, c *cursor) { s.handOver(c) },
	"escalation":  func(s sight, c *cursor) { s.escalation(c) },
	"plan": func(s sight, c *cursor) {
		var want []time.Time
		for c.more() {
			want = append(want, c.instant())
		}
		if !slices.EqualFunc(want, s.Escalation.Checkpoints, time.Time.Equal) {
			c.fail("checkpoints are %v", s.Escalation.Checkpoints)
		}
	},
	"survey": func(s sight, c *cursor) { s.survey(c) },
	"reopen": func(s sight, c *cursor) { c.word(); c.same("the end of reopening", s.ReopenUntil, c.instant()) },
	"links": func(s sight, c *cursor) {
		kind := c.word()
		s.list(c, kind, s.Links[kind])
	},
	"offer":    func(s sight, c *cursor) { c.same("offered to", orNone(s.Offer), c.word()) },
	"seconds":  func(s sight, c *cursor) { s.list(c, "second engineers", s.Seconds) },
	"watchers": func(s sight, c *cursor) { s.list(c, "watchers", s.Watchers) },
	"items":    func(s sight, c *cursor) { s.list(c, "items", s.Items) },
	"missing":  func(s sight, c *cursor) { s.list(c, "missing items", s.Missing) },
	"approval": func(s sight, c *cursor) { c.same("approval", s.Approval, c.word()) },
	"comments": func(s sight, c *cursor) { c.same("number of comments", s.Comments, c.number()) },
	"opens":    func(s sight, c *cursor) { c.same("the next opening", s.OpensAt, c.instant()) },
	"told":     func(s sight, c *cursor) { s.told(c, "mail", 1) },
	"paged":    func(s sight, c *cursor) { s.told(c, "page", 1) },
	"no":       func(s sight, c *cursor) { s.none(c) },
	"event":    func(s sight, c *cursor) { s.event(c) },
	"public": func(s sight, c *cursor) {
		if kind := c.word(); !slices.Contains(s.Public, kind) {
			c.fail("the customer does not see %s", kind)
		}
	},
	"hidden": func(s sight, c *cursor) {
		if kind := c.word(); slices.Contains(s.Public, kind) {
			c.fail("the customer sees %s", kind)
		}
	},
	"shows":   func(s sight, c *cursor) { s.shows(c) },
	"licence": func(s sight, c *cursor) { s.licence(c) },
	"mail":    func(s sight, c *cursor) { s.mail(c) },
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func numberOrNone(c *cursor) int {
	if c.more() && c.words[0] == "none" {
		c.word()
		return 0
	}
	return c.number()
}

// refused code key [field f] [routes a b c]
func (s sight) refused(c *cursor) {
	if s.refusal == nil {
		c.fail("it was not refused")
		c.words = nil
		return
	}
	c.same("the code", s.refusal.Code, c.word())
	c.same("the key", s.refusal.Key, c.word())
	for c.more() {
		switch part := c.word(); part {
		case "field":
			c.same("the field", s.refusal.Field, c.word())
		case "routes":
			if !slices.Equal(s.refusal.Routes, c.words) {
				c.fail("the open routes are %v", s.refusal.Routes)
			}
			c.words = nil
		default:
			c.fail("%q is not understood", part)
		}
	}
}

// stage name [reason r]
func (s sight) stage(c *cursor) {
	c.same("stage", s.Stage, c.word())
	if c.more() {
		if w := c.word(); w != "reason" {
			c.fail("%q is not understood", w)
		}
		c.same("reason", s.Reason, c.word())
	}
}

func (s sight) list(c *cursor, what string, have []string) {
	want := c.words
	c.words = nil
	if len(want) == 1 && want[0] == "none" {
		want = nil
	}
	if !slices.Equal(have, want) {
		c.fail("%s are %v", what, have)
	}
}

// target metric[#n] [state] [due t] [warn t] [met t] [after d] [amount a]
// [calendar c] [by metric] [capped]
func (s sight) target(c *cursor) {
	name := c.word()
	metric, which, numbered := strings.Cut(name, "#")
	var t *Target
	for i := range s.Targets {
		x := &s.Targets[i]
		if x.Metric == metric && (!numbered || strconv.Itoa(x.N) == which) {
			t = x
		}
	}
	if t == nil {
		c.fail("there is no target %s", name)
		return
	}
	for c.more() {
		switch part := c.word(); part {
		case "running", "met", "missed", "met_late", "replaced", "dropped":
			c.same("its state", t.State, part)
		case "due":
			c.same("due", t.Due, c.instant())
		case "warn":
			c.same("warned", t.Warn, c.instant())
		case "at":
			c.same("met", t.Met, c.instant())
		case "after":
			c.same("elapsed", t.Elapsed, c.duration())
		case "amount":
			c.same("amount", t.Amount, c.word())
		case "calendar":
			c.same("calendar", orNone(t.Calendar), c.word())
		case "by":
			c.same("replaced by", t.ReplacedBy, c.word())
		case "capped":
			c.same("capped", t.Capped, true)
		default:
			c.fail("%q is not understood", part)
		}
	}
}

// ask n [kind k] [of side] [state] [item i]
func (s sight) ask(c *cursor) {
	n := c.number()
	i := slices.IndexFunc(s.Asks, func(a Ask) bool { return a.N == n })
	if i < 0 {
		c.fail("there is no ask %d", n)
		return
	}
	for a := s.Asks[i]; c.more(); {
		switch part := c.word(); part {
		case "kind":
			c.same("kind", a.Kind, c.word())
		case "of":
			c.same("of", a.Of, c.word())
		case "item":
			c.same("item", a.Item, c.word())
		default:
			c.same("its state", a.State, part)
		}
	}
}
