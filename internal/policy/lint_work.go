package policy

import "fmt"

// paging: a page goes on before it reaches duty, and a team has people.
func (l *linter) paging() {
	if g := l.p.Work.Paging; !g.NextAfter.IsZero() && g.DutyAfter.Value < g.NextAfter.Value {
		l.say("work.paging.duty_after", "duty is paged after %s, before the next person after %s: write a longer time", g.DutyAfter, g.NextAfter)
	}
	for i, t := range l.p.Work.Teams {
		for j, id := range t.Roles {
			if l.p.Roles[id].Side == "customer" {
				l.say(fmt.Sprintf("work.teams[%d].roles[%d]", i, j), "%q is a customer's role: name one of the vendor's", id)
			}
		}
	}
}

// undo: what is held answers a target when it is out, so it may not be held for
// as long as the shortest target lasts.
func (l *linter) undo() {
	undo := l.p.Texts.UndoWithin
	if undo.IsZero() {
		return
	}
	l.offerings(func(path string, o Offering) {
		eachTarget(o, func(severity int, t TargetRule) {
			for _, a := range []*Amount{&t.First, t.Update} {
				if a != nil && (a.Unit == Elapsed || a.Unit == BusinessHours) && undo.Value >= a.Value {
					l.say("texts.undo_within", "a comment that is held for %s cannot answer within the %s of %s, severity %d: write a shorter span", undo, *a, path, severity)
				}
			}
		})
	})
}

func (l *linter) alerts() {
	if s := l.p.Security; !s.Acknowledge.IsZero() && len(s.Severities) == 0 {
		l.say("security.severities", "security problems are taken and no advisory can be published: name the severities")
	}
	a := l.p.Alerts
	if len(a.Kinds) == 0 {
		return
	}
	if _, ok := a.Kind(SecurityAlerts); !ok && !l.p.Security.Acknowledge.IsZero() {
		l.say("alerts.kinds", "security problems are taken and nobody can subscribe to what is found: add the kind %s", SecurityAlerts)
	}
}
