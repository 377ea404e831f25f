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
