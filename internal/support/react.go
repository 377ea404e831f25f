package support

import (
	"strconv"
	"time"

	"madoguchi/internal/policy"
)

// told says which mail a fact causes for the contact, and how much it matters
// beside the other facts of the same command: one command is one mail.
type told struct {
	template string
	rank     int
}

func contactTold(b Body, r *Request, by Actor) (told, bool) {
	vendor := by.Kind != Customer
	switch b := b.(type) {
	case Filed:
		return told{"acknowledgement", 90}, true
	case Completed:
		return told{"completed", 88}, true
	case Reclassified:
		return told{"reclassified", 82}, true
	case Reopened:
		return told{"reopened", 80}, true
	case AfterHoursPurchased:
		return told{"after_hours_purchased", 76}, true
	case AfterHoursEnded:
		return told{"after_hours_ended", 75}, true
	case AfterHoursEndProposed:
		return told{"after_hours_end_proposed", 74}, true
	case AfterHoursOffered:
		return told{"after_hours_offered", 73}, true
	case SeverityChanged:
		return told{"severity_changed", 70}, true
	case SeverityRaiseDeclined:
		return told{"severity_declined", 69}, true
	case SeverityLoweringProposed:
		return told{"severity_lowering_proposed", 68}, true
	case SeverityRaiseAsked:
		return told{"severity_asked", 67}, true
	case SeverityLoweringDeclined:
		return told{"severity_lowering_declined", 68}, vendor
	case AfterHoursEndDeclined:
		return told{"after_hours_end_declined", 74}, vendor
	case HandOverAnnounced:
		return told{"hand_over_announced", 66}, true
	case HandOverCancelled:
		return told{"hand_over_cancelled", 65}, true
	case Escalated:
		return told{"escalated", 64}, true
	case EscalationAssigned:
		return told{"escalation_assigned", 63}, true
	case ActionPlanSet:
		return told{"action_plan", 62}, true
	case Deescalated:
		return told{"deescalated", 61}, true
	case CompletionProposed:
		return told{"completion_proposed", 60}, vendor
	case CompletionDeclined:
		return told{"completion_declined", 59}, vendor && b.OnBehalf == 0
	case LicenceSplit:
		return told{"licence_split", 58}, true
	case DefectTold:
		return told{"defect_fixed", 57}, b.State == DefectFixed
	case BroadcastTold:
		return told{"broadcast", 56}, true
	case ContactAttempted:
		return told{"attempt", 55}, b.Channel != Phone && b.Outcome != Bounced
	case PrimarySwapped:
		return told{"primary_swapped", 54}, true
	case ContentErased:
		return told{"content_erased", 52}, by.Kind == Vendor && !b.Internal
	case Commented:
		return told{"comment", 50}, (vendor || by.ID != r.Filed.Contact) && b.OnBehalf == 0
	case AskOpened:
		return told{"ask", 45}, vendor && b.Of == TurnCustomer
	case Assigned:
		return told{"assigned", 40}, true
	}
	return thirdTold(b, by)
}

// React derives what the outside world must be told. facts are those of one
// command and r is the request after them. Every effect has a key, so that it
// is done once however often this runs.
func React(r *Request, facts []Fact, p *policy.Pack) []Effect {
	if len(facts) == 0 {
		return nil
	}
	e := reactor{r: r, p: p, first: facts[0].Seq, last: facts[len(facts)-1].Seq}
	for _, f := range facts {
		_, again := f.Body.(Reopened)
		e.again = e.again || again
		e.from = latest(e.from, mailFrom(f.Body))
	}
	var best told
	for _, f := range facts {
		if t, ok := contactTold(f.Body, r, f.By); ok && t.rank > best.rank {
			best = t
		}
		e.staff(f)
		e.engineering(f)
		e.others(f)
	}
	if best.rank > 0 {
		e.mail(best.template, Recipient{ToContact, r.Filed.Contact})
	}
	e.watchers(facts)
	return e.out
}

type reactor struct {
	r           *Request
	p           *policy.Pack
	first, last int64
	// again: the command reopened the request; its owner learns that and not
	// only that the customer wrote.
	again bool
	// from is when mails of the command may leave at the earliest, where a run
	// over many requests spreads them.
	from time.Time
	out  []Effect
}

func (e *reactor) add(kind, template string, seq, last int64, to Recipient) {
	key := "r" + strconv.FormatInt(e.r.ID, 10) + "." + strconv.FormatInt(seq, 10) + "." + kind + "." + to.String()
	for _, x := range e.out {
		if x.Key == key {
			return
		}
	}
	e.out = append(e.out, Effect{Key: key, Kind: kind, Template: template, Seq: seq, Last: last, Recipient: to, NotBefore: e.from})
}

// mailFrom is when mails about a fact may leave; zero: at once.
func mailFrom(b Body) time.Time {
	switch b := b.(type) {
	case DefectTold:
		return b.MailFrom
	case BroadcastTold:
		return b.MailFrom
	case Completed:
		return b.MailFrom
	}
	return time.Time{}
}

// mail tells the whole command once to one person.
func (e *reactor) mail(template string, to Recipient) { e.add("mail", template, e.first, e.last, to) }

// page tells one fact at once to whoever must act.
func (e *reactor) page(template string, f Fact, to Recipient) {
	e.add("page", template, f.Seq, f.Seq, to)
}

func (e *reactor) others(f Fact) {
	switch b := f.Body.(type) {
	case Filed:
		if b.Approver != 0 {
			e.mail("approval_asked", Recipient{ToContact, b.Approver})
		}
	case Reclassified:
		if b.Approver != 0 && !e.r.Approved {
			e.mail("approval_asked", Recipient{ToContact, b.Approver})
		}
	case ApproverChanged:
		if e.r.ApprovalWaits() {
			e.mail("approval_asked", Recipient{ToContact, b.To})
		}
	case AfterHoursPurchased:
		if b.Told != 0 {
			e.mail("after_hours_purchased", Recipient{ToContact, b.Told})
		}
	case PrimarySwapped:
		e.mail("primary_swapped", Recipient{ToContact, b.From})
		e.mail("primary_swapped", Recipient{ToContact, b.To})
	case LicenceSplit:
		for _, id := range b.Told {
			e.mail("licence_split", Recipient{ToContact, id})
		}
	case NoticeFailed:
		if b.Tell && e.r.Owner != 0 {
			e.mail("not_reached_staff", Recipient{ToStaff, e.r.Owner})
		}
	case SurveyRequested:
		e.add("mail", "survey", f.Seq, f.Seq, Recipient{ToContact, b.Contact})
	}
}

// staff tells the owner what the customer did and what runs out, and pages
// where minutes count.
func (e *reactor) staff(f Fact) {
	owner := Recipient{ToStaff, e.r.Owner}
	toOwner := func(template string) {
		if e.r.Owner != 0 && (f.By.Kind != Vendor || f.By.ID != e.r.Owner) {
			e.mail(template, owner)
		}
		e.seconds(template, f)
	}
	e.handOver(f, toOwner)
	e.keeping(f, toOwner)
	switch b := f.Body.(type) {
	case Filed:
		if b.Channel != Phone && contains(e.p.Severity.PageWeb, b.Severity) {
			e.page("filed_severe", f, Recipient{Kind: ToDuty})
		}
	case TargetStarted:
		e.started(f, b.Target)
	case Commented, AskAnswered, CompletionDeclined, CompletionProposed, ExecutionApproved, SeverityRaiseAsked,
		SeverityLoweringDeclined, AfterHoursEndDeclined, AskDeclined, ThirdPartyNamed, SharingAllowed, SharingWithdrawn, VendorAnswered:
		if f.customerActive() && !e.again {
			toOwner("customer_active")
		}
	case SurveyAnswered:
		toOwner("survey_answered")
	case SeverityChanged, AfterHoursDeclined, AfterHoursEnded, DeescalationConfirmed, DetailsChanged, Completed:
		if f.customerActive() {
			toOwner("customer_decided")
		}
	case NoteAdded:
		for _, id := range b.Mentions {
			if f.By != (Actor{Vendor, id}) {
				e.mail("mentioned", Recipient{ToStaff, id})
			}
		}
	case SecondAdded:
		if f.By != (Actor{Vendor, b.Staff}) {
			e.mail("second_staff", Recipient{ToStaff, b.Staff})
		}
	case Reopened:
		toOwner("reopened_staff")
	case Assigned:
		toOwner("assigned_staff")
	case Routed:
		if b.Staff == 0 {
			e.add("mail", "unrouted", f.Seq, f.Seq, Recipient{Kind: ToDuty})
		}
	case Paged:
		e.page("response_due", f, Recipient{b.To, b.Staff})
	case OwnerOffered:
		e.mail("offered_staff", Recipient{ToStaff, b.Staff})
	case SeverityRaiseOverdue:
		e.page("raise_overdue", f, Recipient{Kind: ToDuty})
	case Escalated:
		e.page("escalated_staff", f, Recipient{Kind: ToDuty})
		toOwner("escalated_staff")
	case EscalationAssigned:
		e.mail("escalation_staff", Recipient{ToStaff, b.Engineer})
	case DefectTold:
		if e.r.Completed == nil {
			toOwner("defect_told_staff")
		}
	case TargetWarned, TargetMissed, AutomaticDigested:
		for _, x := range Singles([]Fact{f}) {
			e.timeRan(x)
		}
	}
}

// timeRan tells of a target that runs out, and of one that was missed.
func (e *reactor) timeRan(f Fact) {
	switch b := f.Body.(type) {
	case TargetWarned:
		e.runsOut("warning", f, b.Metric)
	case TargetMissed:
		e.runsOut("missed", f, b.Metric)
		if b.Metric != Acknowledgement {
			e.page("missed", f, Recipient{Kind: ToDuty})
		}
	}
}

// keeping tells what was found out, what becomes of a request's texts, of what it
// counts as and of who sees it.
func (e *reactor) keeping(f Fact, toOwner func(template string)) {
	switch b := f.Body.(type) {
	case ReproductionRecorded:
		toOwner("reproduced_staff")
	case VendorCaseRecorded:
		toOwner("vendor_case_staff")
	case CollaborationOverdue:
		toOwner("collaboration_overdue")
		e.add("mail", "collaboration_overdue", f.Seq, f.Seq, Recipient{Kind: ToDuty})
	case Reclassified:
		toOwner("reclassified_staff")
	case Restricted:
		for _, id := range b.Staff {
			if f.By != (Actor{Vendor, id}) {
				e.mail("restricted_staff", Recipient{ToStaff, id})
			}
		}
	case GlassBroken:
		e.add("mail", "glass_broken", f.Seq, f.Seq, Recipient{Kind: ToDuty})
	case ContentErased:
		if f.By.Kind != System { // a message to many is erased everywhere, and that was decided elsewhere
			toOwner("content_erased_staff")
		}
	}
}

// handOver tells both engineers what becomes of a change of owner.
func (e *reactor) handOver(f Fact, toOwner func(template string)) {
	switch b := f.Body.(type) {
	case HandOverAnnounced:
		e.mail("hand_over_staff", Recipient{ToStaff, b.To})
		toOwner("hand_over_from_staff")
	case HandOverAccepted:
		toOwner("hand_over_accepted")
	case HandOverDeclined:
		toOwner("hand_over_declined")
	case HandOverReturned:
		e.page("hand_over_returned", f, Recipient{Kind: ToDuty})
		toOwner("hand_over_returned")
	case HandOverCancelled:
		toOwner("hand_over_cancelled_staff")
		switch {
		case b.Why != "":
			e.mail("hand_over_cancelled_staff", Recipient{Kind: ToDuty})
		case b.To != 0 && f.By != (Actor{Vendor, b.To}):
			e.mail("hand_over_cancelled_staff", Recipient{ToStaff, b.To})
		}
	case HandedOver:
		e.add("mail", "handed_over_from_staff", f.Seq, f.Seq, Recipient{ToStaff, b.From})
		e.add("mail", "handed_over_staff", f.Seq, f.Seq, Recipient{ToStaff, b.To})
	}
}

// runsOut goes to the owner, and to those on call while nobody owns it.
func (e *reactor) runsOut(template string, f Fact, m Metric) {
	switch {
	case m == DutyCallback:
		e.add("page", template, f.Seq, f.Seq, Recipient{Kind: ToDuty})
	case e.r.Owner != 0:
		e.add("mail", template, f.Seq, f.Seq, Recipient{ToStaff, e.r.Owner})
		for _, id := range e.r.Seconds {
			if id != e.r.Owner {
				e.add("mail", template, f.Seq, f.Seq, Recipient{ToStaff, id})
			}
		}
	default:
		e.add("mail", template, f.Seq, f.Seq, Recipient{Kind: ToOnCall})
	}
}

// started pages the owner of what must be answered within minutes at any hour;
// what nobody owns is paged by facts of its own, or, by a pack without rules for
// that, at once to all who are on call.
func (e *reactor) started(f Fact, t Target) {
	switch {
	case !t.around():
	case e.r.Owner != 0:
		e.page("response_due", f, Recipient{ToStaff, e.r.Owner})
	case e.p.Work.Paging.NextAfter.IsZero():
		e.page("response_due", f, Recipient{Kind: ToOnCall})
	}
}

// Public tells whether customers who see the request see this fact. Notes and
// the vendor's own housekeeping never reach them.
func Public(f Fact) bool {
	switch b := f.Body.(type) {
	case NoteAdded, CommentHeld, CommentWithdrawn, Queued, Notified, NoticeFailed, TargetWarned, SeverityRaiseOverdue, SurveyWithheld, IncidentReserved, Unknown,
		AutoReplyReceived, AttemptVoided, DefectUnlinked, AskAssigned,
		OwnerOffered, OwnerOfferEnded, SecondAdded, SecondRemoved, Restricted, RestrictionLifted, GlassBroken,
		CollaborationOverdue, HandOverOffered, HandOverAccepted, HandOverDeclined, HandOverReturned, Routed, Paged, PageAcknowledged,
		AutomaticDigested:
		return false
	case ContentErased:
		return !b.Internal
	case FileAttached:
		return !b.Internal
	case ReproductionRecorded:
		return b.Public
	case RootCauseRecorded:
		return b.Public
	case AskOpened:
		return !b.Of.InHouse()
	case AskAnswered:
		return !b.Of.InHouse()
	case AskCancelled:
		return !b.Of.InHouse()
	case AskDeclined:
		return !b.Of.InHouse()
	}
	return true
}
