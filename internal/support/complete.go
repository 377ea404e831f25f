package support

import (
	"slices"
	"strings"

	"madoguchi/internal/policy"
)

func (d *decision) reason(id string) (policy.Reason, error) {
	r, ok := d.p.Completion.Reason(id)
	if !ok {
		return r, Wrong("reason", "completion.reason_unknown", "reason", id, "choices", d.reasons())
	}
	if !contains(r.Kinds, string(d.r.Filed.Kind)) {
		return r, Wrong("reason", "completion.reason_kind", "reason", id)
	}
	return r, nil
}

// reasons lists what a request of this kind may complete for.
func (d *decision) reasons() string {
	var out []string
	for _, r := range d.p.Completion.Reasons {
		if contains(r.Kinds, string(d.r.Filed.Kind)) {
			out = append(out, r.ID)
		}
	}
	return strings.Join(out, ", ")
}

// A proposal is accepted by the other side only; unanswered it lapses into the
// silence rule (A22).
func (c *ProposeCompletion) decide(d *decision) error {
	if d.r.Proposal != nil {
		return refuse(Conflict, "completion.pending")
	}
	reason, err := d.reason(c.Reason)
	if err != nil {
		return err
	}
	if !reason.NeedsConsent {
		return Wrong("reason", "completion.not_proposed", "reason", c.Reason)
	}
	if d.by.Kind == Customer && c.Reason != "confirmed" && c.Reason != "workaround" && c.Reason != "withdrawn" {
		return Wrong("reason", "completion.reason_vendor", "reason", c.Reason)
	}
	if d.r.AfterHours.Active() {
		return refuse(Conflict, "completion.after_hours_end_first")
	}
	if err := d.mayCause(c.Cause, c.CausePublic); err != nil {
		return err
	}
	d.cause(c.Cause, c.CausePublic)
	d.noteMisses() // what was due before does not stand still
	d.record(CompletionProposed{Reason: c.Reason, Side: d.by.Kind, Text: c.Text})
	if d.by.Kind == Vendor {
		d.respond()
	}
	return nil
}

func (c *AcceptCompletion) decide(d *decision) error {
	p := d.r.Proposal
	if p == nil {
		return refuse(Conflict, "completion.none")
	}
	if d.r.AfterHours.Active() {
		return refuse(Conflict, "completion.after_hours_end_first")
	}
	if p.Side == Customer {
		if d.by.Kind == Customer {
			return refuse(Conflict, "completion.other_side")
		}
		return d.finish(p.Reason, &Consent{Contact: p.By, How: Portal, At: p.At}, p.Text)
	}
	consent, err := d.consent(c.Consent)
	if err != nil {
		return err
	}
	return d.finish(p.Reason, &consent, p.Text)
}

// A refusal is the other side's. Where the pack says so, the customer's calls for
// management attention: the vendor will not solve it, and they do not consent
// (R46, R49).
func (c *DeclineCompletion) decide(d *decision) error {
	p := d.r.Proposal
	if p == nil {
		return refuse(Conflict, "completion.none")
	}
	if d.by.Kind == Customer && c.OnBehalf {
		return Wrong("on_behalf", "comment.staff_only")
	}
	side := d.by.Kind
	declined := CompletionDeclined{Text: c.Text}
	if c.OnBehalf {
		side, declined.OnBehalf = Customer, d.r.Filed.Contact
	}
	if p.Side == side {
		return refuse(Conflict, "completion.other_side")
	}
	reason, _ := d.p.Completion.Reason(p.Reason)
	escalates := side == Customer && reason.Refused == "escalate"
	if escalates {
		if err := need(c.Text, "text"); err != nil {
			return err
		}
	}
	d.record(declined)
	d.goesOn()
	if !escalates || d.r.Escalation.Active() {
		return nil
	}
	e := Escalated{
		Statement: d.r.Filed.Title, Impact: d.r.Details.Impact, MilestoneAt: d.r.Details.MilestoneAt, Reason: c.Text, Phoned: c.OnBehalf,
	}
	if e.Impact.Empty() {
		e.Impact = c.Text
	}
	return d.escalate(e)
}

func (c *Complete) decide(d *decision) error {
	reason, err := d.reason(c.Reason)
	if err != nil {
		return err
	}
	if c.Reason == "silence" || c.Reason == "beta_ended" {
		return Wrong("reason", "completion.by_rule_only", "reason", c.Reason)
	}
	if d.r.AfterHours.Active() {
		return refuse(Conflict, "completion.after_hours_end_first")
	}
	if err := d.mayCause(c.Cause, c.CausePublic); err != nil {
		return err
	}
	if c.Reason == "duplicate" {
		if err := d.duplicateOf(c.Of); err != nil {
			return err
		}
	} else if c.Of != 0 {
		return Wrong("of", "duplicate.other_reason", "reason", c.Reason)
	}
	d.of = c.Of
	if c.Consent == nil && (!reason.NeedsConsent || d.r.Filed.Kind == CS) {
		if d.r.Escalation.Active() && !contains(d.r.Escalation.Confirmed, "customer_agrees") {
			return refuse(Conflict, "completion.escalated")
		}
		d.cause(c.Cause, c.CausePublic)
		return d.finish(c.Reason, nil, c.Text)
	}
	consent, err := d.consent(c.Consent)
	if err != nil {
		return err
	}
	d.cause(c.Cause, c.CausePublic)
	return d.finish(c.Reason, &consent, c.Text)
}

// finish completes the request: clocks that have nothing left to measure end,
// the incident is settled, the survey is decided.
func (d *decision) finish(reason string, consent *Consent, text Text) error {
	d.publishAll()
	proposal := d.r.Proposal
	answered := d.firstAnswered()
	d.noteMisses()
	d.endOpen()
	done := Completed{Reason: reason, Consent: consent, Text: text, MailFrom: d.mailFrom, Duplicate: d.of}
	if done.Reopens() {
		done.ReopenUntil = d.at.Add(d.p.Completion.ReopenWithin.Duration())
	}
	d.record(done)
	if d.by.Kind == Vendor && reason != "spam" {
		d.meet(d.r.Seq, CSReply) // the notice that it is carried out answers (A9)
	}
	if now, ok := d.r.WaitingNow(); ok {
		d.record(WaitingEnded{Kind: now.Kind, Why: "completed"})
	}
	d.solve(reason, proposal)
	for _, c := range append([]Clock(nil), d.r.Clocks...) {
		if c.Open() && c.Metric != Acknowledgement {
			d.record(TargetDropped{Metric: c.Metric, N: c.N, Why: "completed"})
		}
	}
	if i := d.r.Incident; i.Pack != 0 && !i.Settled {
		d.record(IncidentSettled{Pack: i.Pack, Spent: d.spends(reason, answered), Defect: d.ofDefect()})
	}
	d.survey(reason)
	return nil
}

// endOpen puts on the timeline what ends with the completion: an escalation,
// whose end the customer agreed to with it (R46), and a raise that nobody has
// decided.
func (d *decision) endOpen() {
	if d.r.Escalation.Active() {
		d.record(Deescalated{Why: "completed"})
	}
	if d.r.Raise != nil {
		d.record(SeverityRaiseLapsed{To: d.r.Raise.To})
	}
	for _, a := range slices.Clone(d.r.Asks) {
		if a.State == AskOpen && a.Of.InHouse() {
			d.record(AskCancelled{N: a.N, Of: a.Of}) // nobody could answer it any more
		}
	}
}

func (d *decision) firstAnswered() bool {
	for _, c := range d.r.Clocks {
		if c.Metric == FirstResponse && (c.State == Met || c.State == MetLate) {
			return true
		}
	}
	return false
}

// spends: some reasons give the incident back, some only before a first
// response, and so does a defect of the product (A20).
func (d *decision) spends(reason string, answered bool) bool {
	rule := d.p.Offerings[d.r.Filed.Offering].Incidents
	if rule == nil {
		return true
	}
	if rule.GivesBackDefect && d.ofDefect() != 0 {
		return false
	}
	return !contains(rule.GivesBack, reason) && (answered || !contains(rule.GivesBackUnanswered, reason))
}

// survey: one short survey to the person, unless one was sent to them within
// the interval, or the kind or reason has none (R50, A6, A15). It is not
// queued for later.
func (d *decision) survey(reason string) {
	rule, c := d.p.Survey, d.w.Parties.Contact
	if rule.Interval.IsZero() {
		return
	}
	withheld := SurveyWithheld{Contact: d.r.Filed.Contact, LastSentAt: c.SurveySentAt}
	switch {
	case !contains(rule.Kinds, string(d.r.Filed.Kind)):
		withheld.Why = "kind"
	case contains(rule.NotAfter, reason):
		withheld.Why = "reason"
	case !c.SurveySentAt.IsZero() && d.at.Before(c.SurveySentAt.Add(rule.Interval.Duration())):
		withheld.Why = "interval"
		withheld.EligibleAt = c.SurveySentAt.Add(rule.Interval.Duration())
	default:
		d.recordAs(Actor{Kind: System}, SurveyRequested{Contact: d.r.Filed.Contact, LastSentAt: c.SurveySentAt})
		return
	}
	d.recordAs(Actor{Kind: System}, withheld)
}

// mayReopen: within the window and for reasons that leave something to answer
// (A12). The window permits up to and in its end instant.
func (d *decision) mayReopen() error {
	done := d.r.Completed
	if done.Reason == "beta_ended" || d.r.Filed.Beta != 0 && !d.w.Beta.Programme.Open(d.at) {
		return refuse(Conflict, "beta.request_ended", "number", SpokenNumber(d.r.ID))
	}
	if done.Duplicate != 0 {
		return refuse(Conflict, "request.duplicate", "number", SpokenNumber(d.r.ID), "other", SpokenNumber(done.Duplicate))
	}
	if !done.Reopens() {
		return refuse(Conflict, "request.not_reopened", "number", SpokenNumber(d.r.ID))
	}
	if d.at.After(done.ReopenUntil) {
		return refuse(Conflict, "request.reopen_over", "number", SpokenNumber(d.r.ID))
	}
	return nil
}

// reopen: same number, same owner unless they have left, a new response target
// from now.
func (d *decision) reopen(why string) error {
	d.record(Reopened{Why: why})
	if i := d.r.Incident; i.Settled && !i.Spent && d.r.Filed.Receipt.IncidentPack != 0 {
		d.record(IncidentReserved{Pack: i.Pack}) // given back before, so it is taken again (A20)
	}
	if d.r.Owner == 0 || d.canWork(d.r.Owner, "staff") != nil {
		d.record(Queued{Queue: d.queue()})
	}
	if d.r.Filed.Kind == CS {
		err := d.startCSReply(d.r.Seq)
		d.askPrimary()
		return err
	}
	reopened := d.r.Seq
	if err := d.startFirstResponse(reopened, false); err != nil {
		return err
	}
	return d.startResolution(reopened, d.at, false)
}

func (c *Reopen) decide(d *decision) error {
	if d.r.Completed == nil {
		return refuse(Conflict, "request.not_completed")
	}
	if err := need(c.Text, "text"); err != nil {
		return err
	}
	if err := d.mayReopen(); err != nil {
		return err
	}
	b := Commented{Text: c.Text, Channel: Portal}
	if d.by.Kind == Vendor {
		b.OnBehalf, b.Channel = d.r.Filed.Contact, Phone
	}
	d.record(b)
	return d.reopen("asked")
}

func (c *AnswerSurvey) decide(d *decision) error {
	s := d.r.Survey
	switch {
	case s.RequestedSeq == 0:
		return refuse(Conflict, "survey.none")
	case d.by.ID != s.Contact:
		return refuse(Forbidden, "survey.not_yours")
	case !s.AnsweredAt.IsZero():
		return refuse(Conflict, "survey.answered")
	case c.Score < 1 || c.Score > d.p.Survey.Scale:
		return Wrong("score", "survey.score", "scale", itoa(d.p.Survey.Scale))
	}
	d.record(SurveyAnswered{Score: c.Score, Text: c.Text})
	return nil
}
