package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Finding is something in a pack that cannot work as it is written.
type Finding struct {
	// Rule names the check; Path the place in the pack.
	Rule string `json:"rule"`
	Path string `json:"path"`
	Position
	// Text says what is wrong and what to write instead.
	Text string `json:"text"`
}

// String gives file, line, path, problem and the check's name.
func (f Finding) String() string {
	return Error{f.Position, f.Path, f.Text}.Error() + " [" + f.Rule + "]"
}

// Lint finds what a well-formed pack promises and cannot keep. An empty answer
// says that every check held; the checks are those of [LintRules].
func Lint(p *Pack) []Finding {
	l := &linter{p: p}
	for _, c := range lintChecks {
		l.rule = c.rule
		c.run(l)
	}
	return l.found
}

// LintRules are the checks that [Lint] makes, and what each looks for.
func LintRules() [][2]string {
	out := make([][2]string, len(lintChecks))
	for i, c := range lintChecks {
		out[i] = [2]string{c.rule, c.looks}
	}
	return out
}

type linter struct {
	p     *Pack
	rule  string
	found []Finding
}

func (l *linter) say(path, format string, args ...any) {
	l.found = append(l.found, Finding{l.rule, path, l.p.at.near(path), fmt.Sprintf(format, args...)})
}

var lintChecks = []struct {
	rule, looks string
	run         func(*linter)
}{
	{"severity-without-target", "a severity for which an offering with targets promises nothing", (*linter).targets},
	{"severity-order", "a lower severity that is answered sooner than a higher one", (*linter).order},
	{"around-the-clock", "round-the-clock cover whose target counts in business hours, or the reverse", (*linter).aroundTheClock},
	{"calendar-never-opens", "a calendar without an open hour in the coming year", (*linter).calendars},
	{"calendar-unused", "a calendar that nothing counts in", (*linter).unusedCalendars},
	{"role-nobody-grants", "a role that can never come into being", (*linter).roles},
	{"pause-never-ends", "waiting that stops a clock and has no last day", (*linter).pauses},
	{"pause-forbidden", "waiting that stops a first response or a customer service reply", (*linter).forbiddenPauses},
	{"language-without-hours", "a language that a region speaks at no hour", (*linter).languages},
	{"region-twice", "a country that two regions list", (*linter).countries},
	{"channel-missing", "a technical offering that nobody can reach or that cannot answer", (*linter).channels},
	{"phone-without-line", "the phone is sold and no line answers", (*linter).phone},
	{"after-hours-unreachable", "after-hours support that is sold where it adds nothing or does not exist", (*linter).afterHours},
	{"incident-unusable", "incidents that cannot be bought or spent", (*linter).incidents},
	{"goal-after-limit", "a goal that is not before its limit", (*linter).goals},
	{"silence-impossible", "silence rules that can never be fulfilled", (*linter).silence},
	{"reason-missing", "a completion reason or list entry that the desk itself uses", (*linter).known},
	{"opt-in-pointless", "an opt-in that is no better, or leads to a higher severity", (*linter).optIns},
	{"page-order", "a page that reaches duty before the second person, or a team that nobody can join", (*linter).paging},
	{"ladder-order", "a ladder of escalation whose steps go down or lead to a customer", (*linter).ladder},
	{"dead-end", "a refusal that leads nowhere", (*linter).routes},
	{"product-without-offering", "a product that is sold with support and has no offering", (*linter).products},
	{"beta-promises", "a beta whose offering promises a time, takes the phone or files nothing", (*linter).beta},
	{"phase-impossible", "a life-cycle phase that allows severities and no channel, or the reverse", (*linter).phases},
	{"number-unlabelled", "an unverified number that is not labelled as a sample", (*linter).labels},
	{"gathering-gap", "a group of what is gathered, or a platform, that no instruction leads to, or an instruction that is called like something else", (*linter).gathering},
	{"third-party-gap", "an answer or a path about other vendors without words, a relationship that stands twice, or a joint offering without a page", (*linter).thirdParties},
	{"alert-gap", "alerts that leave out security, or no severity for an advisory, while security problems are taken", (*linter).alerts},
	{"undo-late", "a comment that is held until its answer is late", (*linter).undo},
	{"text-missing", "a text without Japanese", (*linter).texts},
}

func (l *linter) offerings(visit func(path string, o Offering)) {
	for _, id := range keysOf(l.p.Offerings) {
		visit("offerings."+id, l.p.Offerings[id])
	}
}

// eachTarget goes through the targets of an offering from severity 1 on.
func eachTarget(o Offering, visit func(severity int, t TargetRule)) {
	levels := make([]int, 0, len(o.Targets))
	for level := range o.Targets {
		levels = append(levels, level)
	}
	slices.Sort(levels)
	for _, level := range levels {
		visit(level, o.Targets[level])
	}
}

func (l *linter) targets() {
	l.offerings(func(path string, o Offering) {
		for _, s := range l.p.Severities {
			_, ok := o.Target(s.Level)
			switch {
			case o.Technical && !o.NoTargets && !ok:
				l.say(path+".targets", "severity %d has no target: add one, or write no_targets: true if nothing is promised", s.Level)
			case ok && (o.NoTargets || !o.Technical):
				l.say(fmt.Sprintf("%s.targets.%d", path, s.Level), "a target stands here although the offering promises none: remove it, or no_targets, or write technical: true")
			}
		}
	})
}

func (l *linter) order() {
	l.offerings(func(path string, o Offering) {
		var before TargetRule
		at := 0
		eachTarget(o, func(severity int, t TargetRule) {
			if at > 0 && t.First.Unit == before.First.Unit && t.First.Value < before.First.Value {
				l.say(fmt.Sprintf("%s.targets.%d.first", path, severity), "%s is sooner than the %s of severity %d: the higher severity has to be answered first", t.First, before.First, at)
			}
			before, at = t, severity
		})
	})
}

func (l *linter) aroundTheClock() {
	l.offerings(func(path string, o Offering) {
		for _, severity := range o.Covers24x7 {
			if t, ok := o.Target(severity); ok && t.First.Unit != Elapsed {
				l.say(fmt.Sprintf("%s.targets.%d.first", path, severity), "severity %d is covered around the clock, and %s stands still at night: write an amount that elapses, or take it out of covers_24x7", severity, t.First)
			}
		}
		eachTarget(o, func(severity int, t TargetRule) {
			if t.First.Unit == Elapsed && !slices.Contains(o.Covers24x7, severity) {
				l.say(fmt.Sprintf("%s.targets.%d.first", path, severity), "%s runs through the night, and severity %d is not covered then: add it to covers_24x7, or write business time", t.First, severity)
			}
		})
		if o.Hours == AllHours && len(o.Covers24x7) == 0 {
			l.say(path+".hours", "it is sold as 24x7 and no severity is covered around the clock: list them in covers_24x7, or write other hours")
		}
	})
}

// lintFrom is where the checks of calendars begin: the first year of the
// holiday data. What matters is that a year is looked at, not which.
var lintFrom = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func (l *linter) calendars() {
	for _, key := range keysOf(l.p.compiled) {
		id, region, _ := strings.Cut(key, " ")
		c := l.p.compiled[key]
		if c.Between(lintFrom, lintFrom.AddDate(1, 0, 0)) > 0 {
			continue
		}
		where := ""
		if region != "" {
			where = " in region " + region
		}
		l.say("calendars."+id, "the calendar never opens%s: give at least one day of its week a window, such as mon: [[\"09:00\", \"17:00\"]]", where)
	}
}

func (l *linter) unusedCalendars() {
	used := map[string]bool{}
	for _, r := range l.p.Regions {
		used[r.Calendar] = true
		for _, id := range r.Hours {
			used[id] = true
		}
	}
	for _, pr := range l.p.Products {
		used[pr.PhoneCalendar] = true
	}
	for _, line := range l.p.Phone.Lines {
		used[line.Calendar] = true
	}
	for _, lang := range l.p.Languages {
		used[lang.Calendar] = true
	}
	for _, id := range keysOf(l.p.Calendars) {
		if !used[id] {
			l.say("calendars."+id, "nothing counts in this calendar: name it in a region, a phone line, a product or a language, or remove it")
		}
	}
}

func (l *linter) roles() {
	possible := map[string]bool{}
	for changed := true; changed; {
		changed = false
		for id, r := range l.p.Roles {
			if possible[id] {
				continue
			}
			if r.Given || slices.ContainsFunc(r.GrantedBy, func(by string) bool { return by != id && possible[by] }) {
				possible[id], changed = true, true
			}
		}
	}
	for _, id := range keysOf(l.p.Roles) {
		if !possible[id] {
			l.say("roles."+id+".granted_by", "nobody may grant this role: name a role that somebody holds, or write given: true if it follows from an act")
		}
		if r := l.p.Roles[id]; r.Max > 0 && r.Min > r.Max {
			l.say("roles."+id+".min", "at least %d and at most %d cannot both hold: lower min or raise max", r.Min, r.Max)
		}
	}
}

func (l *linter) pauses() {
	for i, k := range l.p.Waiting.Kinds {
		if len(k.Pauses) > 0 && k.MaxDays == 0 {
			l.say(fmt.Sprintf("waiting.kinds[%d]", i), "%s stops %s and may last for ever: write max_days, or pause nothing", k.ID, strings.Join(k.Pauses, ", "))
		}
	}
}

func (l *linter) beta() {
	b := l.p.Beta
	if b.Acknowledge.IsZero() {
		return
	}
	o, ok := l.p.Offerings[b.Offering]
	switch {
	case !ok:
		l.say("beta.offering", "members of a beta file on no offering: name one that is technical and has no_targets: true")
	case !o.Technical || !o.NoTargets:
		l.say("beta.offering", "%s promises a time or takes no technical requests: a beta's offering is technical and has no_targets: true (R35)", b.Offering)
	}
	if slices.Contains(b.Channels, "phone") {
		l.say("beta.channels", "beta requests are not taken by phone: take phone out (R35)")
	}
}

// neverPaused are the clocks that waiting may not touch (A9 and the waiting
// rules): what was promised about the first answer stands.
var neverPaused = []string{"first_response", "cs_reply", "acknowledgement", "after_hours_response", "callback"}

func (l *linter) forbiddenPauses() {
	for i, k := range l.p.Waiting.Kinds {
		for _, metric := range k.Pauses {
			if slices.Contains(neverPaused, metric) {
				l.say(fmt.Sprintf("waiting.kinds[%d].pauses", i), "%s is never paused: take it out (next_update and resolution may be)", metric)
			}
		}
	}
}

func (l *linter) languages() {
	for _, id := range keysOf(l.p.Regions) {
		r := l.p.Regions[id]
		for i, lang := range r.Languages {
			spoken := slices.ContainsFunc(l.p.Languages, func(rule LanguageRule) bool {
				return rule.Language == lang && (len(rule.Countries) == 0 || slices.ContainsFunc(rule.Countries, func(c string) bool { return slices.Contains(r.Countries, c) }))
			})
			if !spoken {
				l.say(fmt.Sprintf("regions.%s.languages[%d]", id, i), "%q is spoken in region %s and no language rule says at which hours: add one under languages, or take it out here", lang, id)
			}
		}
	}
	for i, rule := range l.p.Languages {
		path := fmt.Sprintf("languages[%d]", i)
		other := slices.ContainsFunc(l.p.Languages, func(o LanguageRule) bool { return o.Language == rule.Otherwise })
		switch {
		case rule.Hours != AllHours && rule.Otherwise == "":
			l.say(path, "outside its hours %q has no language to fall back to: write otherwise", rule.Language)
		case rule.Otherwise != "" && !other:
			l.say(path+".otherwise", "%q has no hours of its own: add a rule for it under languages", rule.Otherwise)
		case rule.Otherwise == rule.Language:
			l.say(path+".otherwise", "%q falls back to itself: name another language", rule.Language)
		}
	}
	if !slices.ContainsFunc(l.p.Languages, func(r LanguageRule) bool { return r.Targets }) {
		l.say("languages", "targets are promised in no language: write targets: true for one")
	}
}

func (l *linter) countries() {
	first := map[string]string{}
	for _, id := range keysOf(l.p.Regions) {
		for _, c := range l.p.Regions[id].Countries {
			if other, twice := first[c]; twice {
				l.say("regions."+id+".countries", "%s stands in region %s too: an account has one default region, keep it in one of the two", c, other)
			}
			first[c] = id
		}
	}
	for _, c := range keysOf(l.p.Countries) {
		if first[c] == "" {
			l.say("countries."+c, "no region lists %s: add it to the countries of one", c)
		}
	}
}

func (l *linter) texts() {
	for _, path := range missingTexts(l.p, "ja") {
		l.say(path, "the Japanese text is missing: add \"ja\"")
	}
}
