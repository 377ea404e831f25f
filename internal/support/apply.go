package support

import (
	"slices"
	"time"
)

// Fold applies facts in their order. It is the only caller of Apply.
func Fold(r *Request, facts ...Fact) {
	for _, f := range facts {
		r.Apply(f)
	}
}

// Apply makes a fact part of the state. It never fails: facts are what
// happened. It reads no pack and computes no instant.
func (r *Request) Apply(f Fact) {
	r.Seq, r.LastAt = f.Seq, f.At
	f.Body.apply(r, f)
	switch f.Body.(type) {
	case Notified, NoticeFailed, AutomaticDigested:
	default:
		r.ChangedAt = f.At
	}
	if _, digest := f.Body.(AutomaticDigested); f.By.Kind == System && !digest {
		r.Automatic++
	}
	if f.customerActive() {
		r.heard(f)
	}
}

// customerActive tells whether the fact is an activity of the customer (A5).
// What staff wrote down for the contact counts, a machine's answer does not.
func (f Fact) customerActive() bool {
	if b, leaves := f.Body.(WatcherRemoved); leaves && f.By == (Actor{Customer, b.Contact}) {
		return false // who leaves says nothing for the customer
	}
	if f.By.Kind == Customer {
		return true
	}
	switch b := f.Body.(type) {
	case ContactMade:
		return true
	case Commented:
		return b.OnBehalf != 0
	case AskAnswered:
		return b.Of == TurnCustomer
	case AskDeclined:
		return b.Of == TurnCustomer
	case CompletionDeclined:
		return b.OnBehalf != 0
	case Filed:
		return true
	}
	return consentIn(f.Body) != nil
}

func consentIn(b Body) *Consent {
	switch b := b.(type) {
	case SeverityChanged:
		return b.Consent
	case AfterHoursPurchased:
		return &b.Consent
	case AfterHoursEnded:
		return &b.Consent
	case SharingAllowed:
		return &b.Consent
	case SeverityLoweringDeclined:
		return b.Consent
	case AfterHoursEndDeclined:
		return b.Consent
	case DeescalationConfirmed:
		return b.Consent
	case Completed:
		return b.Consent
	}
	return nil
}

// heard ends the silence: attempts up to it count no longer (A5), and a request
// held because nobody could be reached is free again (A18). What is written
// down later leaves the attempts that came after it.
func (r *Request) heard(f Fact) {
	var since []Attempt
	for _, a := range r.Attempts {
		if a.At.After(f.Happened()) {
			since = append(since, a)
		}
	}
	answered := len(since) == 0 || len(since) < len(r.Attempts)
	r.Attempts = since
	r.Reached = latest(r.Reached, f.Happened())
	if answered && r.Lowering != nil && r.Lowering.Held {
		r.Lowering = nil
	}
}

func (u Unknown) apply(r *Request, _ Fact) { r.UnknownFact = u.Name }

func (b Filed) apply(r *Request, f Fact) {
	r.Filed, r.FiledAt = b, f.At
	r.Severity, r.Details, r.Preferred = b.Severity, b.Details, b.Preferred
	r.LastPublic = Customer
}

func (b Queued) apply(r *Request, f Fact) {
	if n := len(r.Owners); n > 0 && r.Owners[n-1].To.IsZero() {
		r.Owners[n-1].To = f.At // whoever had it has left
	}
	r.Queue, r.QueuedSince, r.Owner = b.Queue, f.At, 0
}

func (b IncidentReserved) apply(r *Request, _ Fact) { r.Incident = IncidentState{Pack: b.Pack} }
func (b IncidentSettled) apply(r *Request, _ Fact) {
	r.Incident.Settled, r.Incident.Spent = true, b.Spent
}

func (b TargetStarted) apply(r *Request, f Fact) {
	c := Clock{Target: b.Target, State: Running}
	if now, waits := r.WaitingNow(); waits && slices.Contains(c.Pauses, now.Kind) && !f.At.After(c.DueAt) {
		c.PausedAt = f.At // it begins while what pauses it lasts
	}
	if c.Metric == Resolution && r.awaitsConsent() && !c.Paused() {
		c.PausedAt = f.At
	}
	r.Clocks = append(r.Clocks, c)
}

func (r *Request) clockAt(m Metric, n int) *Clock {
	for i := range r.Clocks {
		if r.Clocks[i].Metric == m && r.Clocks[i].N == n {
			return &r.Clocks[i]
		}
	}
	return &Clock{}
}

func (b TargetWarned) apply(r *Request, _ Fact) { r.clockAt(b.Metric, b.N).Warned = true }

func (b TargetMet) apply(r *Request, _ Fact) {
	c := r.clockAt(b.Metric, b.N)
	c.State, c.MetAt, c.PausedAt = Met, b.MetAt, time.Time{}
	if b.Late {
		c.State = MetLate
	}
}

func (b TargetMissed) apply(r *Request, _ Fact) {
	c := r.clockAt(b.Metric, b.N)
	c.State, c.MissSeen = Missed, true
}

func (b MissWithdrawn) apply(r *Request, _ Fact) { r.clockAt(b.Metric, b.N).MissWithdrawn = true }

func (b TargetReplaced) apply(r *Request, f Fact) { r.clockAt(b.Metric, b.N).end(Replaced, f.At) }
func (b TargetDropped) apply(r *Request, f Fact)  { r.clockAt(b.Metric, b.N).end(Dropped, f.At) }

func (c *Clock) end(s TargetState, at time.Time) { c.State, c.EndedAt = s, at }

func (b TargetMoved) apply(r *Request, _ Fact) {
	c := r.clockAt(b.Metric, b.N)
	c.DueAt, c.WarnAt, c.PausedAt = b.DueAt, b.WarnAt, time.Time{}
	if b.Why == "renewed" {
		c.Warned = false
	}
}

func (r *Request) ownedBy(staff int64, f Fact, why string) {
	if n := len(r.Owners); n > 0 && r.Owners[n-1].To.IsZero() {
		r.Owners[n-1].To = f.At
	}
	r.Owners = append(r.Owners, Ownership{Staff: staff, From: f.At, Why: why})
	r.Owner, r.Queue, r.QueuedSince, r.HandOver, r.Offer = staff, "", time.Time{}, nil, nil
}

func (b Assigned) apply(r *Request, f Fact) {
	r.ownedBy(b.Staff, f, b.Why)
	r.WorkedOn = true
}

func (b HandOverAnnounced) apply(r *Request, f Fact) {
	r.HandOver = &HandOver{HandOverAnnounced: b, Seq: f.Seq, By: f.By}
}
func (HandOverCancelled) apply(r *Request, _ Fact) { r.HandOver = nil }
func (b HandedOver) apply(r *Request, f Fact)      { r.ownedBy(b.To, f, "hand_over") }

func (b Commented) apply(r *Request, f Fact) {
	r.Comments++
	r.release(b.Held)
	r.Said = append(r.Said, Saying{f.Seq, f.By})
	r.LastPublic = f.By.Kind
	if b.OnBehalf != 0 {
		r.LastPublic = Customer
	}
}

func (b NoteAdded) apply(r *Request, f Fact) {
	if b.Label == "verification" && f.By.Kind == Vendor {
		r.Verified = append(r.Verified, f.By.ID)
	}
}
func (AutoReplyReceived) apply(*Request, Fact) {}

func (b AskOpened) apply(r *Request, f Fact) {
	r.Asks = append(r.Asks, OpenedAsk{AskOpened: b, State: AskOpen, Seq: f.Seq, By: f.By})
	if b.Of == TurnCustomer && f.By.Kind != System {
		r.LastPublic = Vendor
	}
}

func (r *Request) ask(n int) OpenedAsk {
	for _, a := range r.Asks {
		if a.N == n {
			return a
		}
	}
	return OpenedAsk{}
}

func (r *Request) setAsk(n int, s AskState) {
	for i := range r.Asks {
		if r.Asks[i].N == n {
			r.Asks[i].State = s
		}
	}
}

func (b AskAnswered) apply(r *Request, _ Fact) {
	r.setAsk(b.N, AskDone)
	if a := r.ask(b.N); b.Of == TurnCustomer && !a.Standing() {
		r.LastPublic = Customer
	}
}
func (b AskCancelled) apply(r *Request, _ Fact) { r.setAsk(b.N, AskWithdrawn) }

func (b ContactMade) apply(r *Request, _ Fact) { r.LastPublic = Vendor }

func (b ContactAttempted) apply(r *Request, f Fact) {
	r.AttemptCount = b.N
	r.Attempts = append(r.Attempts, Attempt{
		N: b.N, Seq: f.Seq, At: f.Happened(), Channel: b.Channel, Outcome: b.Outcome, Day: b.Day,
		Void: b.Outcome == Bounced || f.Happened().Before(r.Reached), WindowEndsAt: b.WindowEndsAt,
		Needed: b.Needed, DaysNeeded: b.DaysNeeded,
	})
	if b.Outcome != Bounced { // nobody read it
		r.LastPublic = Vendor
	}
}

func (b AttemptVoided) apply(r *Request, _ Fact) {
	for i := range r.Attempts {
		if r.Attempts[i].N == b.N {
			r.Attempts[i].Void = true
		}
	}
}

func (b WaitingStarted) apply(r *Request, f Fact) {
	if b.Kind != WaitingCustomer {
		r.Attempts = nil // the customer is not the one who is silent now
	}
	r.Waiting = append(r.Waiting, WaitingPeriod{Kind: b.Kind, Seq: f.Seq, From: f.At, Until: b.Until})
	for i := range r.Clocks {
		c := &r.Clocks[i]
		if c.State == Running && slices.Contains(c.Pauses, b.Kind) {
			c.PausedAt = f.At
		}
	}
}

func (b WaitingEnded) apply(r *Request, f Fact) {
	if n := len(r.Waiting); n > 0 {
		r.Waiting[n-1].To = f.At
	}
}

func (b SeverityRaiseAsked) apply(r *Request, f Fact) {
	r.Raise = &RaiseAsked{SeverityRaiseAsked: b, Seq: f.Seq, At: f.At}
}
func (SeverityRaiseOverdue) apply(r *Request, _ Fact)  { r.Raise.Overdue = true }
func (SeverityRaiseDeclined) apply(r *Request, _ Fact) { r.Raise = nil }
func (SeverityRaiseLapsed) apply(r *Request, _ Fact)   { r.Raise = nil }

func (b SeverityLoweringProposed) apply(r *Request, _ Fact) { r.Lowering, r.LastPublic = &b, Vendor }

func (b SeverityChanged) apply(r *Request, _ Fact) {
	r.Severity = b.To
	r.Raise, r.Lowering = nil, nil
	r.voidOffer()
}

func (AfterHoursOffered) apply(r *Request, f Fact) {
	r.AfterHours.OfferedSeq, r.AfterHours.DeclinedAt, r.LastPublic = f.Seq, time.Time{}, Vendor
}

// voidOffer takes back an open offer whose ground is gone: another severity or
// environment, or a completion. It would have to be made anew.
func (r *Request) voidOffer() {
	if r.AfterHours.Offered() {
		r.AfterHours.OfferedSeq = 0
	}
}

func (AfterHoursDeclined) apply(r *Request, f Fact) { r.AfterHours.DeclinedAt = f.At }

func (b AfterHoursPurchased) apply(r *Request, f Fact) {
	r.AfterHours.PurchasedAt, r.AfterHours.EndedAt, r.AfterHours.EndProposed = f.At, time.Time{}, nil
}

func (b AfterHoursEndProposed) apply(r *Request, _ Fact) {
	r.AfterHours.EndProposed, r.LastPublic = &b, Vendor
}

func (b AfterHoursEnded) apply(r *Request, f Fact) {
	r.AfterHours.EndedAt, r.AfterHours.EndProposed, r.AfterHours.OfferedSeq = f.At, nil, 0
	r.AfterHours.TotalSeconds += b.Seconds
}

func (b Escalated) apply(r *Request, f Fact) {
	r.Escalation = &Escalation{Seq: f.Seq, At: f.At, Phoned: b.Phoned, MilestoneAt: b.MilestoneAt}
	if f.By.Kind == Customer || b.Phoned {
		r.LastPublic = Customer // what is open is for support to read first
	}
}

func (b EscalationAssigned) apply(r *Request, _ Fact) {
	r.Escalation.Manager, r.Escalation.Engineer = b.Manager, b.Engineer
}
func (b ActionPlanSet) apply(r *Request, _ Fact) {
	if r.Escalation != nil {
		r.Escalation.Plan = b.Steps
	}
}

func (b DeescalationConfirmed) apply(r *Request, _ Fact) {
	r.Escalation.Confirmed = append(r.Escalation.Confirmed, b.Check)
}
func (Deescalated) apply(r *Request, f Fact) { r.Escalation.EndedAt = f.At }

func (b CompletionProposed) apply(r *Request, f Fact) {
	r.Proposal = &Proposal{CompletionProposed: b, By: f.By.ID, Seq: f.Seq, At: f.At}
	r.LastPublic = b.Side
	if b.Side == Vendor {
		r.rest(f.At)
	}
}
func (b CompletionDeclined) apply(r *Request, f Fact) {
	r.Proposal, r.LastPublic = nil, f.By.Kind
	if b.OnBehalf != 0 {
		r.LastPublic = Customer
	}
}

func (b Completed) apply(r *Request, f Fact) {
	r.Completed, r.CompletedAt = &b, f.At
	r.Proposal, r.Raise, r.Lowering, r.HandOver, r.Offer = nil, nil, nil, nil, nil
	r.Attempts = nil
	r.voidOffer()
	r.Queue, r.QueuedSince = "", time.Time{}
	if r.Escalation.Active() {
		r.Escalation.EndedAt = f.At
	}
	for i := range r.ThirdParties {
		if x := r.ThirdParties[i].Collaboration; x.Active() {
			ended := *x
			ended.State, ended.MovedAt = CollaborationClosed, f.At
			r.ThirdParties[i].Collaboration = &ended
		}
	}
}

func (Reopened) apply(r *Request, _ Fact) {
	r.Completed, r.CompletedAt = nil, time.Time{}
	r.Reopenings++
	r.LastPublic = Customer
}

func (b SurveyRequested) apply(r *Request, f Fact) {
	r.Survey = Survey{RequestedSeq: f.Seq, RequestedAt: f.At, Contact: b.Contact}
}
func (b SurveyWithheld) apply(r *Request, _ Fact) { r.Survey.Withheld = &b }
func (b SurveyAnswered) apply(r *Request, f Fact) {
	r.Survey.AnsweredAt, r.Survey.Score = f.At, b.Score
}

func (b DetailsChanged) apply(r *Request, _ Fact) {
	if b.Details.Environment != r.Details.Environment {
		r.voidOffer()
	}
	r.Details = b.Details
	if b.Preferred != "" {
		r.Preferred = b.Preferred
	}
}

func (ExecutionApproved) apply(r *Request, _ Fact) { r.Approved = true }
func (LicenceSplit) apply(*Request, Fact)          {}
