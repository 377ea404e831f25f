package lang

import (
	"strings"
	"time"

	"madoguchi/internal/support"
)

// args are the arguments of a message.
type args = map[string]string

// Fact is one sentence for one fact of the timeline, in the reader's language.
// It holds none of the fact's texts: those stand beside it. A fact of a newer
// program is told by its name.
func Fact(lang string, f support.Fact, names Names) string {
	s := teller{Voice: Voice{Lang: lang, Zone: names.Zone, Pack: names.Pack}, people: names.People, by: f.By}
	for _, tell := range []func(support.Fact) (string, args){s.filing, s.target, s.ownership, s.handOver, s.paging, s.promises, s.analysis, s.thirdParties, s.seconds, s.followUp, s.watchers, s.talk, s.redaction, s.restriction, s.correction, s.primary, s.defect, s.severity, s.afterHours, s.escalation, s.end} {
		if key, a := tell(f); key != "" {
			if a == nil {
				a = args{}
			}
			a["who"] = s.who(f.By)
			return s.Message(key, a)
		}
	}
	return s.Message("fact.unknown", args{"kind": f.Kind()})
}

type teller struct {
	Voice
	people People
	by     support.Actor
}

func (s teller) who(a support.Actor) string { return s.people.Who(s.Lang, a) }
func (s teller) staff(id int64) string      { return s.who(support.Actor{Kind: support.Vendor, ID: id}) }
func (s teller) contact(id int64) string    { return s.who(support.Actor{Kind: support.Customer, ID: id}) }

// either is one of two keys.
func either(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// list writes several words behind one another.
func (s teller) list(enum string, ids []string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = s.Word(enum, id)
	}
	return strings.Join(words, s.Comma())
}

// Comma stands between the items of a list inside a sentence.
func (v Voice) Comma() string {
	if v.language() == Japanese {
		return "、"
	}
	return ", "
}

func (s teller) filing(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.Filed:
		a := args{"channel": string(b.Channel), "severity": itoa(b.Severity), "kind": string(b.Kind), "contact": s.contact(b.Contact)}
		switch {
		case b.Beta != 0:
			a["sort"] = b.BetaSort
			return "fact.filed_beta", a
		case b.Kind == support.CS && f.By.Kind == support.Customer:
			return "fact.filed_cs", a
		case b.Kind == support.CS:
			return "fact.filed_cs_for", a
		}
		return either(f.By.Kind == support.Customer, "fact.filed", "fact.filed_for"), a
	case support.Queued:
		return "fact.queued", args{"queue": b.Queue}
	case support.IncidentReserved:
		return "fact.incident_reserved", nil
	case support.IncidentSettled:
		return either(b.Spent, "fact.incident_spent", "fact.incident_given_back"), nil
	case support.DetailsChanged:
		return "fact.details_changed", args{"fields": s.list("field", b.Fields)}
	case support.ExecutionApproved:
		return "fact.execution_approved", args{"contact": s.contact(b.Contact)}
	case support.LicenceSplit:
		parts := make([]string, len(b.Parts))
		for i, n := range b.Parts {
			parts[i] = itoa(n)
		}
		return "fact.licence_split", args{"units": itoa(b.Units), "parts": strings.Join(parts, " + "), "version": b.Version}
	case support.Notified:
		return s.notified(b)
	case support.NoticeFailed:
		return s.failed(b)
	case support.AutomaticDigested:
		counts := make([]string, len(b.Counts))
		for i, c := range b.Counts {
			counts[i] = s.Message("automatic.count", args{"kind": c.Kind, "n": itoa(c.N)})
		}
		return "fact.automatic_digested", args{"day": b.Day, "counts": strings.Join(counts, s.Comma())}
	}
	return "", nil
}

func (s teller) notified(b support.Notified) (string, args) {
	a := args{"way": b.Kind}
	switch b.Recipient.Kind {
	case support.ToOnCall:
		return "fact.notified_on_call", a
	case support.ToDuty:
		return "fact.notified_duty", a
	case support.ToStaff:
		a["whom"] = s.staff(b.Recipient.ID)
	default:
		a["whom"] = s.contact(b.Recipient.ID)
	}
	return either(b.Template == "acknowledgement", "fact.acknowledged", "fact.notified"), a
}

func (s teller) failed(b support.NoticeFailed) (string, args) {
	a := args{"whom": s.contact(b.Recipient.ID), "template": b.Template, "status": b.Status}
	if b.Recipient.Kind == support.ToStaff {
		a["whom"] = s.staff(b.Recipient.ID)
	}
	switch b.Why {
	case support.NoticeSuppressed:
		return "fact.notice_suppressed", a
	case support.NoticeRefused:
		return either(b.Status == "", "fact.notice_refused", "fact.notice_refused_status"), a
	case support.NoticeGivenUp:
		return "fact.notice_given_up", a
	}
	return either(b.Status == "", "fact.notice_bounced", "fact.notice_bounced_status"), a
}

func (s teller) target(f support.Fact) (string, args) {
	of := func(m support.Metric, at time.Time) args { return args{"metric": string(m), "at": s.Date(at)} }
	switch b := f.Body.(type) {
	case support.TargetStarted:
		a := of(b.Target.Metric, b.Target.DueAt)
		if b.Target.Metric == support.Promise {
			return "fact.target_started_promise", a
		}
		a["amount"], a["goal"] = b.Target.Amount, s.Date(b.Target.WarnAt)
		return either(b.Target.Goal != "", "fact.target_started_goal", "fact.target_started"), a
	case support.TargetWarned:
		return "fact.target_warned", of(b.Metric, b.WarnAt)
	case support.TargetMet:
		a := of(b.Metric, b.MetAt)
		a["elapsed"] = s.Seconds(b.ElapsedUS / 1e6)
		if b.BusinessUS != b.ElapsedUS { // the target counts in support hours, so the time taken does too
			a["elapsed"] = s.Message("clock.in_hours", args{"span": s.Seconds(b.BusinessUS / 1e6)})
		}
		return either(b.Late, "fact.target_met_late", "fact.target_met"), a
	case support.TargetMissed:
		return "fact.target_missed", of(b.Metric, b.DueAt)
	case support.MissWithdrawn:
		return "fact.miss_withdrawn", of(b.Metric, time.Time{})
	case support.TargetReplaced:
		return "fact.target_replaced", of(b.Metric, time.Time{})
	case support.TargetMoved:
		return "fact.target_moved", of(b.Metric, b.DueAt)
	case support.TargetDropped:
		return either(b.Why == "withdrawn" || b.Why == "severity", "fact.target_withdrawn", "fact.target_dropped"), of(b.Metric, time.Time{})
	}
	return "", nil
}

func (s teller) ownership(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.Assigned:
		return either(b.Why == "taken" || b.Why == "first_contact", "fact.taken", "fact.assigned"), args{"owner": s.staff(b.Staff)}
	case support.HandOverAnnounced:
		return "fact.hand_over_announced", args{"from": s.staff(b.From), "to": s.staff(b.To), "at": s.Date(b.EffectiveAt), "ground": b.Ground}
	case support.HandOverCancelled:
		return either(b.Why == "", "fact.hand_over_cancelled", "fact.hand_over_lapsed"), args{"to": s.staff(b.To)}
	case support.HandedOver:
		return "fact.handed_over", args{"from": s.staff(b.From), "to": s.staff(b.To)}
	case support.WaitingStarted:
		a := args{"kind": string(b.Kind), "until": s.Date(b.Until)}
		return either(b.Until.IsZero(), "fact.waiting_started", "fact.waiting_started_until"), a
	case support.WaitingEnded:
		return "fact.waiting_ended", args{"kind": string(b.Kind), "why": b.Why}
	}
	return "", nil
}

func (s teller) talk(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.Commented:
		switch {
		case b.OnBehalf != 0:
			return "fact.commented_for", args{"contact": s.contact(b.OnBehalf), "channel": string(b.Channel)}
		case b.Corrects != 0:
			return "fact.corrected", args{"entry": itoa(int(b.Corrects))}
		}
		return "fact.commented", nil
	case support.CommentHeld:
		return "fact.comment_held", args{"at": s.Date(b.Until)}
	case support.FileAttached:
		return "fact.file_attached", args{"entry": itoa(int(b.Entry)), "size": itoa(int(b.Size))}
	case support.CommentWithdrawn:
		return either(b.Why == "", "fact.comment_withdrawn", "fact.comment_withdrawn_erased"), args{"entry": itoa(int(b.Of))}
	case support.NoteAdded:
		return either(b.Label == "", "fact.note_added", "fact.note_added_label"), args{"label": b.Label}
	case support.AutoReplyReceived:
		return "fact.auto_reply_received", nil
	case support.AskOpened:
		a := args{"n": itoa(b.N), "kind": string(b.Kind), "of": string(b.Of), "item": b.Item, "due": s.Date(b.DueAt)}
		switch {
		case b.Item != "":
			return "fact.ask_opened_item", a
		case b.DueAt.IsZero():
			return "fact.ask_opened", a
		}
		return "fact.ask_opened_due", a
	case support.AskAnswered:
		return "fact.ask_answered", args{"n": itoa(b.N)}
	case support.AskCancelled:
		return "fact.ask_cancelled", args{"n": itoa(b.N)}
	case support.ContactMade:
		return "fact.contact_made", args{"channel": string(b.Channel), "contact": s.contact(b.With)}
	case support.ContactAttempted:
		a := args{"n": itoa(b.N), "channel": string(b.Channel), "outcome": string(b.Outcome), "contact": s.contact(b.With)}
		return either(b.Announce, "fact.contact_attempted_announcing", "fact.contact_attempted"), a
	case support.AttemptVoided:
		return "fact.attempt_voided", args{"n": itoa(b.N)}
	}
	return "", nil
}

func (s teller) severity(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.SeverityRaiseAsked:
		return "fact.severity_raise_asked", args{"from": itoa(b.From), "to": itoa(b.To)}
	case support.SeverityRaiseOverdue:
		return "fact.severity_raise_overdue", args{"to": itoa(b.To), "at": s.Date(b.DecideBy)}
	case support.SeverityRaiseDeclined:
		return "fact.severity_raise_declined", args{"to": itoa(b.To)}
	case support.SeverityRaiseLapsed:
		return "fact.severity_raise_lapsed", args{"to": itoa(b.To)}
	case support.SeverityLoweringProposed:
		a := args{"from": itoa(b.From), "to": itoa(b.To)}
		return either(b.Held, "fact.severity_held", "fact.severity_lowering_proposed"), a
	case support.SeverityLoweringDeclined:
		a := args{"from": itoa(b.From), "to": itoa(b.To)}
		if b.Consent != nil {
			a["contact"], a["how"] = s.contact(b.Consent.Contact), string(b.Consent.How)
			return "fact.severity_lowering_declined_for", a
		}
		return either(b.Withdrawn, "fact.severity_lowering_withdrawn", "fact.severity_lowering_declined"), a
	case support.SeverityChanged:
		a := args{"from": itoa(b.From), "to": itoa(b.To)}
		switch {
		case b.Why == "granted" || b.Why == "auto_granted":
			return "fact.severity_granted", a
		case b.Consent != nil:
			a["contact"], a["how"] = s.contact(b.Consent.Contact), string(b.Consent.How)
			return "fact.severity_agreed", a
		}
		return either(b.To < b.From, "fact.severity_raised", "fact.severity_lowered"), a
	}
	return "", nil
}

func (s teller) afterHours(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.AfterHoursOffered:
		return "fact.after_hours_offered", nil
	case support.AfterHoursDeclined:
		return "fact.after_hours_declined", nil
	case support.AfterHoursPurchased:
		return "fact.after_hours_purchased", args{"contact": s.contact(b.Consent.Contact), "how": string(b.Consent.How)}
	case support.AfterHoursEndProposed:
		a := args{"ground": b.Ground, "severity": itoa(b.Severity)}
		return either(b.Severity == 0, "fact.after_hours_end_proposed_complete", "fact.after_hours_end_proposed"), a
	case support.AfterHoursEndDeclined:
		a := args{"ground": b.Ground}
		if b.Consent != nil {
			a["contact"], a["how"] = s.contact(b.Consent.Contact), string(b.Consent.How)
			return "fact.after_hours_end_declined_for", a
		}
		return either(b.Withdrawn, "fact.after_hours_end_withdrawn", "fact.after_hours_end_declined"), a
	case support.AfterHoursEnded:
		return "fact.after_hours_ended", args{"ground": b.Ground, "span": s.Seconds(b.Seconds),
			"contact": s.contact(b.Consent.Contact), "how": string(b.Consent.How)}
	}
	return "", nil
}

func (s teller) escalation(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.Escalated:
		return either(b.Phoned, "fact.escalated_phone", "fact.escalated"), nil
	case support.EscalationAssigned:
		return "fact.escalation_assigned", args{"manager": s.staff(b.Manager), "engineer": s.staff(b.Engineer)}
	case support.ActionPlanSet:
		return "fact.action_plan_set", args{"n": itoa(len(b.Steps))}
	case support.DeescalationConfirmed:
		return "fact.deescalation_confirmed", args{"check": b.Check}
	case support.Deescalated:
		return either(b.Why == "completed", "fact.deescalated_completed", "fact.deescalated"), nil
	}
	return "", nil
}

func (s teller) end(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.Converted:
		return "fact.converted", nil
	case support.CompletionProposed:
		return "fact.completion_proposed", args{"reason": b.Reason}
	case support.CompletionDeclined:
		a := args{"contact": s.contact(b.OnBehalf)}
		return either(b.OnBehalf == 0, "fact.completion_declined", "fact.completion_declined_for"), a
	case support.Completed:
		return s.completed(b)
	case support.Reopened:
		return "fact.reopened", nil
	case support.SurveyRequested:
		return "fact.survey_requested", args{"contact": s.contact(b.Contact)}
	case support.SurveyWithheld:
		a := args{"why": b.Why, "at": s.Date(b.EligibleAt)}
		return either(b.EligibleAt.IsZero(), "fact.survey_withheld", "fact.survey_withheld_until"), a
	case support.SurveyAnswered:
		return "fact.survey_answered", args{"score": itoa(b.Score)}
	}
	return "", nil
}

func (s teller) completed(b support.Completed) (string, args) {
	a := args{"reason": b.Reason, "until": s.Date(b.ReopenUntil)}
	if b.Duplicate != 0 {
		return "fact.completed_duplicate", args{"number": support.SpokenNumber(b.Duplicate)}
	}
	if b.WithNotice() {
		return "fact.completed_notice", args{"until": a["until"]}
	}
	if b.Consent == nil {
		return either(b.Reopens(), "fact.completed", "fact.completed_for_good"), a
	}
	a["contact"], a["how"] = s.contact(b.Consent.Contact), string(b.Consent.How)
	return either(b.Reopens(), "fact.completed_agreed", "fact.completed_for_good_agreed"), a
}
