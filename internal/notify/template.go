package notify

import (
	"madoguchi/internal/support"
)

const (
	acknowledgement = "acknowledgement"
	approvalAsked   = "approval_asked"
)

// template is what one name of the core's effects stands for.
type template struct {
	staff bool
	// subject is the key of a subject of its own; "" keeps the thread's.
	subject string
	// do is the key of what staff are to do.
	do string
	// tells finds the fact that the template is about.
	tells func(support.Fact) bool
}

// about is a template's fact by its kind.
func about[B support.Body](f support.Fact) bool {
	_, ok := f.Body.(B)
	return ok
}

// asksApproval: what was filed, or corrected to it, waits for the PLA (R03).
func asksApproval(f support.Fact) bool {
	return about[support.Filed](f) || about[support.Reclassified](f) || about[support.ApproverChanged](f)
}

// anything is for templates that tell whatever a customer did.
func anything(support.Fact) bool { return true }

// mustAnswer is for pages about a clock that runs out within minutes.
func mustAnswer(f support.Fact) bool {
	return about[support.TargetStarted](f) || about[support.Paged](f)
}

func customer(tells func(support.Fact) bool) template { return template{tells: tells} }

func staff(name string, tells func(support.Fact) bool) template {
	return template{staff: true, subject: "mail.subject." + name, do: "mail.do." + name, tells: tells}
}

// templates are those of the core's effects.
var templates = map[string]template{
	acknowledgement:              customer(about[support.Filed]),
	approvalAsked:                {subject: "mail.subject.approval_asked", tells: asksApproval},
	"assigned":                   customer(about[support.Assigned]),
	"hand_over_announced":        customer(about[support.HandOverAnnounced]),
	"hand_over_cancelled":        customer(about[support.HandOverCancelled]),
	"comment":                    customer(about[support.Commented]),
	"ask":                        customer(about[support.AskOpened]),
	"reclassified":               customer(about[support.Reclassified]),
	"content_erased":             customer(about[support.ContentErased]),
	"attempt":                    customer(about[support.ContactAttempted]),
	"severity_asked":             customer(about[support.SeverityRaiseAsked]),
	"severity_changed":           customer(about[support.SeverityChanged]),
	"severity_declined":          customer(about[support.SeverityRaiseDeclined]),
	"severity_lowering_proposed": customer(about[support.SeverityLoweringProposed]),
	"severity_lowering_declined": customer(about[support.SeverityLoweringDeclined]),
	"after_hours_offered":        customer(about[support.AfterHoursOffered]),
	"after_hours_purchased":      customer(about[support.AfterHoursPurchased]),
	"after_hours_end_proposed":   customer(about[support.AfterHoursEndProposed]),
	"after_hours_end_declined":   customer(about[support.AfterHoursEndDeclined]),
	"after_hours_ended":          customer(about[support.AfterHoursEnded]),
	"escalated":                  customer(about[support.Escalated]),
	"escalation_assigned":        customer(about[support.EscalationAssigned]),
	"action_plan":                customer(about[support.ActionPlanSet]),
	"deescalated":                customer(about[support.Deescalated]),
	"completion_proposed":        customer(about[support.CompletionProposed]),
	"completion_declined":        customer(about[support.CompletionDeclined]),
	"completed":                  customer(about[support.Completed]),
	"reopened":                   customer(about[support.Reopened]),
	"watching":                   customer(about[support.WatcherAdded]),
	"promise_made":               customer(about[support.PromiseMade]),
	"promise_renewed":            customer(about[support.PromiseRenewed]),
	"promise_withdrawn":          customer(about[support.PromiseWithdrawn]),
	"promise_kept":               customer(about[support.PromiseKept]),
	"primary_swapped":            customer(about[support.PrimarySwapped]),
	"licence_split":              customer(about[support.LicenceSplit]),
	"broadcast":                  customer(about[support.BroadcastTold]),
	"defect_fixed":               customer(about[support.DefectTold]),
	"root_cause":                 customer(about[support.RootCauseRecorded]),
	"reproduced":                 customer(about[support.ReproductionRecorded]),
	"grounds_stated":             customer(about[support.GroundsStated]),
	"sharing_allowed":            customer(about[support.SharingAllowed]),
	"sharing_withdrawn":          customer(about[support.SharingWithdrawn]),
	"collaboration_opened":       customer(about[support.CollaborationOpened]),
	"collaboration_moved":        customer(about[support.CollaborationMoved]),
	"vendor_case_suggested":      customer(about[support.VendorCaseSuggested]),
	"vendor_answered":            customer(about[support.VendorAnswered]),
	"survey":                     {subject: "mail.subject.survey", tells: about[support.SurveyRequested]},

	"customer_active":           staff("customer_active", anything),
	"not_reached_staff":         staff("not_reached_staff", about[support.NoticeFailed]),
	"survey_answered":           staff("survey_answered", about[support.SurveyAnswered]),
	"customer_decided":          staff("customer_decided", anything),
	"hand_over_from_staff":      staff("hand_over_from_staff", about[support.HandOverAnnounced]),
	"hand_over_cancelled_staff": staff("hand_over_cancelled_staff", about[support.HandOverCancelled]),
	"handed_over_from_staff":    staff("handed_over_from_staff", about[support.HandedOver]),
	"reopened_staff":            staff("reopened_staff", about[support.Reopened]),
	"assigned_staff":            staff("assigned_staff", about[support.Assigned]),
	"hand_over_staff":           staff("hand_over_staff", about[support.HandOverAnnounced]),
	"handed_over_staff":         staff("handed_over_staff", about[support.HandedOver]),
	"escalated_staff":           staff("escalated_staff", about[support.Escalated]),
	"escalation_staff":          staff("escalation_staff", about[support.EscalationAssigned]),
	"warning":                   staff("warning", about[support.TargetWarned]),
	"missed":                    staff("missed", about[support.TargetMissed]),
	"filed_severe":              staff("filed_severe", about[support.Filed]),
	"response_due":              staff("response_due", mustAnswer),
	"raise_overdue":             staff("raise_overdue", about[support.SeverityRaiseOverdue]),
	"ask_assigned_staff":        staff("ask_assigned_staff", about[support.AskAssigned]),
	"ask_answered_staff":        staff("ask_answered_staff", about[support.AskAnswered]),
	"ask_cancelled_staff":       staff("ask_cancelled_staff", about[support.AskCancelled]),
	"defect_told_staff":         staff("defect_told_staff", about[support.DefectTold]),
	"reproduced_staff":          staff("reproduced_staff", about[support.ReproductionRecorded]),
	"vendor_case_staff":         staff("vendor_case_staff", about[support.VendorCaseRecorded]),
	"collaboration_overdue":     staff("collaboration_overdue", about[support.CollaborationOverdue]),
	"second_staff":              staff("second_staff", about[support.SecondAdded]),
	"mentioned":                 staff("mentioned", about[support.NoteAdded]),
	"offered_staff":             staff("offered_staff", about[support.OwnerOffered]),
	"unrouted":                  staff("unrouted", about[support.Routed]),
	"hand_over_accepted":        staff("hand_over_accepted", about[support.HandOverAccepted]),
	"hand_over_declined":        staff("hand_over_declined", about[support.HandOverDeclined]),
	"hand_over_returned":        staff("hand_over_returned", about[support.HandOverReturned]),
	"content_erased_staff":      staff("content_erased_staff", about[support.ContentErased]),
	"restricted_staff":          staff("restricted_staff", about[support.Restricted]),
	"glass_broken":              staff("glass_broken", about[support.GlassBroken]),
	"reclassified_staff":        staff("reclassified_staff", about[support.Reclassified]),
}
