package policy

import (
	"strconv"
	"strings"
)

func (e *explainer) roles() {
	e.section("@h_roles")
	for _, id := range keysOf(e.p.Roles) {
		r := e.p.Roles[id]
		e.line("### %s%s\n", e.in(r.Name), e.basis(r.Guide, false))
		switch {
		case r.Min == r.Max && r.Min > 0:
			e.line("- %s", e.say("@exactly", "n", strconv.Itoa(r.Min)))
		case r.MaxFrom != "":
			e.line("- %s", e.say("@from_offering"))
		}
		if r.FourEyes {
			e.line("- %s", e.say("@four_eyes"))
		}
		for _, m := range r.May {
			e.bullet(e.in(m.Text), m.Guide, m.Sample)
		}
		if len(r.GrantedBy) > 0 {
			who := make([]string, len(r.GrantedBy))
			for i, by := range r.GrantedBy {
				who[i] = e.in(e.p.Roles[by].Name)
			}
			e.line("- %s", e.say("@granted", "who", strings.Join(who, separator(e.lang))))
		}
		e.line("")
	}
}

func (e *explainer) request() {
	in := e.p.Intake
	e.section("@h_request")
	e.list("stages", in.Stages)
	e.list("gather", in.Gather)
	e.gathering()
	e.list("asks", in.Asks)
	e.list("duties", in.Duties)
	e.list("plan", in.Plan)
	e.list("links", in.Links)
	e.bullet(e.say("@receipt", "amount", e.p.Receipt.Within.In(e.lang)), e.p.Receipt.Guide, false)
	h := e.p.HandOver
	e.bullet(e.say("@announced", "amount", h.Notice.In(e.lang)), h.Guide, h.Sample)
	if !h.AcceptWithin.IsZero() {
		e.bullet(e.say("@accepted", "amount", h.AcceptWithin.In(e.lang)), h.Guide, h.Sample)
	}
	e.work()
	if x := e.p.Texts; len(x.Grounds) > 0 {
		e.bullet(e.say("@erased_by", "amount", x.AuthorWithin.In(e.lang)), x.Guide, x.Sample)
		if !x.UndoWithin.IsZero() {
			e.bullet(e.say("@undo", "amount", x.UndoWithin.In(e.lang)), x.Guide, x.Sample)
		}
		e.line("")
		e.list("texts", x.Grounds)
	}
	if x := e.p.Restriction; !x.Glass.IsZero() {
		e.bullet(e.say("@glass", "amount", x.Glass.In(e.lang)), x.Guide, x.Sample)
	}
	e.section("@h_waiting")
	for _, k := range e.p.Waiting.Kinds {
		if len(k.Pauses) == 0 {
			e.line("- %s", e.say("@pauses_none", "kind", e.in(k.Name)))
			continue
		}
		e.line("- %s", e.say("@pauses", "kind", e.in(k.Name), "metrics", listIn(e.lang, k.Pauses), "n", strconv.Itoa(k.MaxDays)))
	}
	e.section("@h_cs")
	cs := e.p.CS
	e.bullet(e.say("@cs", "goal", cs.Goal.In(e.lang), "limit", cs.Limit.In(e.lang)), cs.Guide, false)
	e.line("- %s", e.say("@cs_items", "items", e.joined(cs.Items)))
}

// work prints who works on requests and whom a page finds.
func (e *explainer) work() {
	for _, t := range e.p.Work.Teams {
		e.bullet(e.say("@line", "what", capital(e.say("teams")), "value", e.in(t.Text)), t.Guide, t.Sample)
	}
	for _, s := range e.p.Work.Sites {
		e.bullet(e.say("@line", "what", capital(e.say("sites")), "value", e.in(s.Text)+e.brackets(e.in(e.p.Regions[s.Region].Name))), s.Guide, s.Sample)
	}
	if g := e.p.Work.Routing; len(g.Guide) > 0 {
		e.bullet(e.say("@routing", "value", e.yes(g.Automatic)), g.Guide, g.Sample)
	}
	if g := e.p.Work.Paging; !g.NextAfter.IsZero() {
		duty, _ := e.p.Work.Team(g.Duty)
		e.bullet(e.say("@paging", "next", g.NextAfter.In(e.lang), "amount", g.DutyAfter.In(e.lang), "duty", e.in(duty.Text)), g.Guide, g.Sample)
	}
}

// list prints a titled list; an empty one is left out.
func (e *explainer) list(title string, items []Item) {
	if len(items) == 0 {
		return
	}
	e.line("### %s\n", capital(e.say(title)))
	e.items(items)
	e.line("")
}

func (e *explainer) afterHours() {
	a := e.p.AfterHours
	if len(a.Severities) == 0 {
		return
	}
	e.section("@h_after_hours")
	e.bullet(e.say("@after_hours", "severities", numbersIn(e.lang, a.Severities), "amount", a.First.In(e.lang)), a.Guide, a.Sample)
	e.bullet(e.say("@after_ends", "items", e.joined(a.Ends)), []string{"R34"}, false)
	e.line("")
	e.list("grounds", a.Grounds)
}

func (e *explainer) completion() {
	c := e.p.Completion
	e.section("@h_completion")
	s := c.Silence
	e.bullet(e.say("@silence", "attempts", strconv.Itoa(s.Attempts), "days", strconv.Itoa(s.DistinctDays), "amount", s.Window.In(e.lang)), s.Guide, false)
	e.bullet(e.say("@reopen", "amount", c.ReopenWithin.In(e.lang)), c.Guide, false)
	if !c.FollowUpOffer.IsZero() {
		e.bullet(e.say("@follow_up", "amount", c.FollowUpOffer.In(e.lang)), c.Guide, false)
	}
	if e.p.resolves() {
		e.line("- %s", e.say("@resolve_rests"))
	}
	for _, r := range c.Reasons {
		text := e.in(r.Name)
		if r.NeedsConsent {
			text += " – " + e.say("@consent")
		}
		if r.Refused != "" {
			text += " – " + e.say("@refused")
		}
		e.bullet(text, r.Guide, false)
	}
	if v := e.p.Survey; !v.Interval.IsZero() {
		e.section("@h_survey")
		e.bullet(e.say("@survey", "amount", v.Interval.In(e.lang)), v.Guide, false)
	}
}

func (e *explainer) escalation() {
	x := e.p.Escalation
	e.section("@h_escalation")
	e.bullet(e.say("@esc_callback", "amount", x.Callback.In(e.lang)), x.Guide, x.Sample)
	e.line("")
	e.list("reasons", x.Reasons)
	e.list("checklist", x.Checklist)
	e.list("deescalation_checks", x.DeescalationChecks)
	for _, r := range x.Ladder {
		e.bullet(e.say("@rung", "severities", numbersIn(e.lang, r.Severities), "amount", r.After.In(e.lang), "to", e.in(e.p.Roles[r.To].Name)), nil, x.Sample)
	}
}

func (e *explainer) products() {
	e.section("@h_products")
	for _, id := range keysOf(e.p.Products) {
		pr := e.p.Products[id]
		text := e.named("registration", e.say("="+pr.Registration))
		if pr.Complimentary != "" {
			text += separator(e.lang) + e.say("@complimentary", "period", periodIn(e.lang, pr.Complimentary))
		}
		if len(pr.Procedure) > 0 {
			text += separator(e.lang) + e.in(pr.Procedure) + e.brackets(e.say("@until", "date", pr.Until))
		}
		e.bullet(e.say("@line", "what", e.in(pr.Name), "value", text), pr.Guide, pr.Sample)
	}
	e.line("")
	for _, id := range keysOf(e.p.Products) {
		for _, f := range e.p.Products[id].Experimental {
			what := e.say("experimental") + e.brackets(e.in(e.p.Products[id].Name)+" "+strings.Join(f.Versions, separator(e.lang)))
			e.bullet(e.say("@line", "what", capital(what), "value", e.in(f.Text)), f.Guide, f.Sample)
		}
	}
	if x := e.p.Experimental; len(x.Severities) > 0 {
		e.bullet(e.in(x.Note)+e.brackets(e.say("@severity_n", "n", numbersIn(e.lang, x.Severities))), x.Guide, false)
	}
	for _, s := range e.p.Scope {
		e.bullet(e.say("@line", "what", capital(e.say("in_scope")), "value", e.yes(s.InScope))+" – "+e.in(s.Text), s.Guide, false)
	}
	for _, ph := range e.p.LifeCycle {
		allowed := e.say("@nothing")
		if len(ph.Severities) > 0 {
			allowed = e.say("@severity_n", "n", numbersIn(e.lang, ph.Severities)) + e.brackets(listIn(e.lang, ph.Channels))
		}
		e.bullet(e.say("@line", "what", e.in(ph.Name), "value", allowed), nil, ph.Sample)
	}
}

func (e *explainer) lists() {
	if b := e.p.Beta; !b.Acknowledge.IsZero() {
		e.section("@h_beta")
		e.bullet(e.say("@beta", "amount", b.Acknowledge.In(e.lang)), b.Guide, false)
		e.line("- %s", e.in(b.Features))
		e.items(b.Programmes)
	}
	e.thirdParties()
	if b := e.p.Batches; b.MailsPerMinute > 0 {
		e.section("@h_batches")
		e.bullet(e.say("@batches", "n", strconv.Itoa(b.MailsPerMinute)), b.Guide, false)
	}
	u := e.p.Upload
	e.section("@h_files")
	e.bullet(e.say("@files", "n", strconv.FormatInt(u.DirectMaxBytes/1_000_000, 10), "ways", listIn(e.lang, u.Larger)), u.Guide, false)
	if len(e.p.SelfHelp) > 0 {
		e.section("@h_self_help")
		e.items(e.p.Resources(""))
	}
	if s := e.p.Security; !s.Acknowledge.IsZero() {
		e.section("@h_security")
		e.bullet(e.in(s.Policy)+e.brackets(e.say("@security", "amount", s.Acknowledge.In(e.lang))), s.Guide, s.Sample)
		e.items(s.Response)
		if len(s.Severities) > 0 {
			e.line("- %s", e.say("@advisories", "items", e.joined(s.Severities)))
		}
	}
	if a := e.p.Alerts; len(a.Kinds) > 0 {
		e.section("@h_alerts")
		e.items(a.Kinds)
		e.bullet(e.say("@alerts", "amount", a.ConfirmWithin.In(e.lang), "every", a.ConfirmEvery.In(e.lang)), a.Guide, a.Sample)
	}
	if f := e.p.Features; len(f.Receipt) > 0 {
		e.section("@h_features")
		e.bullet(e.in(f.Receipt), f.Guide, false)
	}
}

// customer prints what belongs to a customer's people and papers: addresses,
// courses, licences, plans (R03, R12, R13, R53, R56).
func (e *explainer) customer() {
	if r := e.p.Profile; len(r.Guide) > 0 {
		e.section("@h_profile")
		for _, x := range []struct {
			what string
			rule AddressRule
		}{{"free_mail", r.FreeMail}, {"disposable", r.Disposable}} {
			if len(x.rule.Domains) > 0 {
				e.bullet(e.say("@address", "what", capital(e.say(x.what)), "then", e.say("="+x.rule.Then)), []string{"R12"}, r.Sample)
			}
		}
		for _, c := range r.Courses {
			text := strings.TrimSuffix(e.in(c.Text), ".")
			if c.At != "" {
				text += e.brackets(c.At)
			}
			e.bullet(e.named("="+c.Sort, text), c.Guide, c.Sample)
		}
	}
	if r := e.p.Licences; len(r.Guide) > 0 {
		e.section("@h_licences")
		if a := r.Agreement; a.Version != "" {
			text := e.say("@agreement", "version", a.Version, "text", e.in(a.Text))
			if a.BeforeKeys {
				text += " " + e.say("@before_keys")
			}
			e.bullet(text, []string{"R03"}, r.Sample)
		}
		if !r.Remind.IsZero() {
			e.bullet(e.say("@remind", "amount", r.Remind.In(e.lang)), []string{"R13"}, r.Sample)
		}
		if len(r.EndNotices) > 0 {
			e.bullet(e.say("@end_notices", "days", numbersIn(e.lang, r.EndNotices)), []string{"R03"}, r.Sample)
		}
	}
	if r := e.p.Plan; len(r.Guide) > 0 {
		e.section("@h_plan")
		e.bullet(e.say("@plan_days", "before", strconv.Itoa(r.DaysBefore), "after", strconv.Itoa(r.DaysAfter)), r.Guide, r.Sample)
	}
}
