package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

func (l *linter) channels() {
	l.offerings(func(path string, o Offering) {
		if !o.Technical {
			return
		}
		if len(o.Channels.In) == 0 || len(o.Channels.Out) == 0 {
			l.say(path+".channels", "technical requests can be filed and no channel is named: write in and out, such as {in: [portal], out: [mail]}")
		}
		eachTarget(o, func(severity int, t TargetRule) {
			for _, c := range slices.Concat(t.Channel.Required, t.Channel.Recommended) {
				if !slices.Contains(o.Channels.In, c) {
					l.say(fmt.Sprintf("%s.targets.%d.channel", path, severity), "%s is asked for and not open to this offering: add it to channels.in, or ask for another", c)
				}
			}
		})
	})
}

func (l *linter) phone() {
	l.offerings(func(path string, o Offering) {
		if slices.Contains(o.Channels.In, "phone") && len(l.p.Phone.Lines) == 0 {
			l.say(path+".channels.in", "the phone is open and the pack has no line: add one under phone.lines, or take phone out")
		}
	})
	for i, line := range l.p.Phone.Lines {
		if line.Calendar != "" && len(line.Closed) == 0 {
			l.say(fmt.Sprintf("phone.lines[%d]", i), "the line has hours and no recorded message for the rest: write closed")
		}
		if line.Calendar != "" && len(l.p.Phone.Online) == 0 {
			l.say("phone.online", "a line closes and the recording cannot say how to use online support: write it")
		}
	}
}

func (l *linter) afterHours() {
	rules := l.p.AfterHours
	l.offerings(func(path string, o Offering) {
		if !o.AfterHours {
			return
		}
		switch {
		case len(rules.Severities) == 0:
			l.say(path+".after_hours", "it may be bought and the pack has no after_hours rules: add them, or write false")
		case !slices.ContainsFunc(rules.Severities, func(s int) bool { return !slices.Contains(o.Covers24x7, s) }):
			l.say(path+".after_hours", "every severity that could be bought is covered around the clock already: write false")
		}
	})
	if len(rules.Severities) > 0 && !slices.ContainsFunc(keysOf(l.p.Offerings), func(id string) bool { return l.p.Offerings[id].AfterHours }) {
		l.say("after_hours", "no offering lets it be bought: write after_hours: true for one, or remove these rules")
	}
}

func (l *linter) incidents() {
	l.offerings(func(path string, o Offering) {
		switch {
		case o.Incidents != nil && !o.Technical:
			l.say(path+".incidents", "incidents are sold and no technical request can be filed: write technical: true, or remove them")
		case (o.Incidents != nil) != (o.Requests == "incidents"):
			l.say(path+".requests", "requests: incidents and the incidents rules belong together: write both or neither")
		case o.MinLicences > 0 && len(o.Products) == 0:
			l.say(path+".min_licences", "a least number of licences needs to know of which products: write products")
		}
	})
}

func (l *linter) goals() {
	cs := l.p.CS
	if cs.Goal.Unit == cs.Limit.Unit && cs.Goal.Value >= cs.Limit.Value {
		l.say("cs.goal", "the goal (%s) does not come before the limit (%s): write a shorter goal", cs.Goal, cs.Limit)
	}
	l.offerings(func(path string, o Offering) {
		eachTarget(o, func(severity int, t TargetRule) {
			if t.Resolve != nil && t.Resolve.Unit == t.First.Unit && t.Resolve.Value < t.First.Value {
				l.say(fmt.Sprintf("%s.targets.%d.resolve", path, severity), "a solution within %s is sooner than the first response within %s: write a longer one", t.Resolve, t.First)
			}
		})
	})
}

func (l *linter) silence() {
	s := l.p.Completion.Silence
	if s.DistinctDays > s.Attempts {
		l.say("completion.silence.distinct_days", "%d attempts cannot fall on %d days: raise attempts or lower distinct_days", s.Attempts, s.DistinctDays)
	}
	if _, ok := l.p.Completion.Reason("silence"); !ok {
		l.say("completion.reasons", "the reason \"silence\" is missing: silence completes by it")
	}
}

// What the desk itself names; a pack may word it and not leave it out.
var (
	deskReasons = []string{"confirmed", "workaround", "silence", "wont_fix", "duplicate", "out_of_scope", "third_party", "beta_ended", "withdrawn", "converted", "spam"}
	deskAsks    = []string{"details", "install", "debug_data", "vendor_reproduces", "hand_over_data", "verify_bug", "apply_remedy", "bring_in_specialists", "third_party_cooperates"}
	deskRoles   = []string{"role_licence_primary", "role_licence_secondary", "role_support_admin", "registrant", "csr", "tse", "team_licence", "duty_manager", "engineering", "beta", "security", "admin"}
	deskWaiting = []string{"waiting_customer", "waiting_third_party", "agreed_date", "waiting_engineering"}
	deskRoutes  = []string{"community", "purchase", "licence_team", "security_report", "self_help"}
)

func (l *linter) known() {
	need := func(path string, wanted []string, has func(string) bool) {
		for _, id := range wanted {
			if !has(id) {
				l.say(path, "%q is missing, and the desk uses it: add it", id)
			}
		}
	}
	among := func(items []Item) func(string) bool {
		return func(id string) bool { return slices.ContainsFunc(items, func(i Item) bool { return i.ID == id }) }
	}
	need("completion.reasons", deskReasons, func(id string) bool { _, ok := l.p.Completion.Reason(id); return ok || id == "silence" })
	need("intake.asks", deskAsks, among(l.p.Intake.Asks))
	need("intake.routes", deskRoutes, among(l.p.Intake.Routes))
	need("roles", deskRoles, func(id string) bool { _, ok := l.p.Roles[id]; return ok })
	need("waiting.kinds", deskWaiting, func(id string) bool { _, ok := l.p.Waiting.Kind(id); return ok })
	if len(l.p.AfterHours.Severities) > 0 {
		need("after_hours.ends", []string{"restored", "workaround", "impact_fell"}, among(l.p.AfterHours.Ends))
	}
}

func (l *linter) optIns() {
	l.offerings(func(path string, o Offering) {
		eachTarget(o, func(severity int, t TargetRule) {
			at := fmt.Sprintf("%s.targets.%d.opt_in", path, severity)
			if t.OptIn == nil {
				return
			}
			if t.OptIn.LowerTo > 0 && t.OptIn.LowerTo <= severity {
				l.say(at+".lower_to", "severity %d is not lower than %d: name a lower one", t.OptIn.LowerTo, severity)
			}
			if slices.Contains(o.Covers24x7, severity) {
				l.say(at, "severity %d is covered around the clock anyway: remove the opt-in, or take it out of covers_24x7", severity)
			}
		})
	})
}

func (l *linter) ladder() {
	last := map[int]Amount{}
	for i, r := range l.p.Escalation.Ladder {
		path := fmt.Sprintf("escalation.ladder[%d]", i)
		if l.p.Roles[r.To].Side == "customer" {
			l.say(path+".to", "%s is on the customer's side: name a role of the staff", r.To)
		}
		for _, s := range r.Severities {
			if was, ok := last[s]; ok && was.Unit == r.After.Unit && r.After.Value <= was.Value {
				l.say(path+".after", "severity %d comes here after %s, and the step before after %s: order the steps by time", s, r.After, was)
			}
			last[s] = r.After
		}
	}
}

func (l *linter) routes() {
	for i, s := range l.p.Scope {
		if !s.InScope && len(s.Routes) == 0 {
			l.say(fmt.Sprintf("scope[%d]", i), "%s is refused and leads nowhere: write routes", s.ID)
		}
	}
	for _, id := range keysOf(l.p.Products) {
		if len(l.p.Products[id].Routes) == 0 {
			l.say("products."+id, "somebody without entitlement is refused and led nowhere: write routes")
		}
		if len(l.p.Products[id].Experimental) > 0 && len(l.p.Experimental.Severities) == 0 {
			l.say("products."+id+".experimental", "the pack has no rules for experimental features, so nothing can be reported of them: write experimental")
		}
	}
}

func (l *linter) products() {
	for _, id := range keysOf(l.p.Products) {
		pr := l.p.Products[id]
		covered := func(matches func(Offering) bool) bool {
			return slices.ContainsFunc(keysOf(l.p.Offerings), func(o string) bool {
				of := l.p.Offerings[o]
				return of.Technical && matches(of) && (len(of.Products) == 0 || slices.Contains(of.Products, id))
			})
		}
		if pr.Kind == "contract" && !covered(func(o Offering) bool { return !o.RegistrantOnly }) {
			l.say("products."+id, "it is supported under contract and no technical offering takes it: add it to the products of one")
		}
		if pr.Complimentary != "" && !covered(func(o Offering) bool { return o.RegistrantOnly }) {
			l.say("products."+id+".complimentary", "complimentary support is given and no offering with registrant_only takes it: add one")
		}
	}
}

func (l *linter) phases() {
	for i, ph := range l.p.LifeCycle {
		if (len(ph.Severities) == 0) != (len(ph.Channels) == 0) {
			l.say(fmt.Sprintf("life_cycle[%d]", i), "severities and channels belong together: write both, or leave both empty if nothing can be filed")
		}
	}
}

// labels holds every number whose source is not the guide and not published to
// being labelled, and every label to having a reason.
func (l *linter) labels() {
	walkStructs(reflect.ValueOf(l.p).Elem(), "", func(path string, v reflect.Value) {
		source, sample := v.FieldByName("Source"), v.FieldByName("Sample")
		if !source.IsValid() || !sample.IsValid() {
			return
		}
		switch {
		case source.String() == "general" && !sample.Bool() && !wordsOnly(v):
			l.say(path, "what stands here is general knowledge and not verified: write sample: true, or a better source")
		case sample.Bool() && source.String() == "":
			l.say(path, "it is labelled a sample and no source is given: write source (general or decided)")
		}
	})
}

// wordsOnly tells whether a rule holds only texts and switches: offerings name
// their unverified keys one by one.
func wordsOnly(v reflect.Value) bool {
	return v.Type() == reflect.TypeFor[Offering]() || v.Type() == reflect.TypeFor[Item]()
}

// missingTexts lists the texts that lack a language.
func missingTexts(p *Pack, lang string) []string {
	var out []string
	walkStructs(reflect.ValueOf(p).Elem(), "", func(path string, v reflect.Value) {
		for _, f := range fieldsOf(v.Type()) {
			if f.typ != textType {
				continue
			}
			t := v.FieldByIndex(f.index).Interface().(Text)
			if len(t) > 0 && strings.TrimSpace(t[lang]) == "" {
				out = append(out, join(path, f.name))
			}
		}
	})
	return out
}

// walkStructs visits every struct of a pack, in the order of its keys.
func walkStructs(v reflect.Value, path string, visit func(string, reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walkStructs(v.Elem(), path, visit)
		}
	case reflect.Struct:
		if v.Type() == amountType {
			return
		}
		visit(path, v)
		for _, f := range fieldsOf(v.Type()) {
			walkStructs(v.FieldByIndex(f.index), join(path, f.name), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walkStructs(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	case reflect.Map:
		for _, k := range sortedKeys(v) {
			walkStructs(v.MapIndex(k), join(path, fmt.Sprint(k)), visit)
		}
	}
}

func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		if a.Kind() == reflect.Int {
			return int(a.Int() - b.Int())
		}
		return strings.Compare(a.String(), b.String())
	})
	return keys
}
