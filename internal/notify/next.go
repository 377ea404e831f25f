package notify

import (
	"time"

	"madoguchi/internal/support"
)

// next is what happens next and when, one sentence for each thing, the one that
// the customer can do first. It is never empty.
func (w *writer) next() []string {
	r := w.Request
	if r.Completed != nil {
		var out []string
		if w.Effect.Template == "survey" && r.Survey.AnsweredAt.IsZero() {
			out = append(out, w.say("mail.next.survey"))
		}
		if !w.At.After(r.Completed.ReopenUntil) && r.Completed.Reopens() {
			return append(out, w.say("mail.next.completed", "until", w.v.Date(r.Completed.ReopenUntil)))
		}
		if of := r.Completed.Duplicate; of != 0 {
			return append(out, w.say("mail.next.duplicate", "number", support.SpokenNumber(of)))
		}
		return append(out, w.say("mail.next.completed_over"))
	}
	var out []string
	if !w.watches() {
		out = append(out, w.undecided()...)
	}
	switch {
	case r.Turn() != support.TurnCustomer:
	case w.watches():
		out = append(out, w.say("mail.next.contact", "contact", w.contact(r.Filed.Contact)))
	default:
		out = append(out, w.wanted()...)
	}
	// The receipt has said it above.
	if r.ApprovalWaits() && !w.approves() && w.Effect.Template != acknowledgement {
		out = append(out, w.say("mail.next.approval"))
	}
	out = append(out, w.promised()...)
	out = append(out, w.planned()...)
	if len(out) > 0 {
		return out
	}
	if w, ok := w.resting(); ok {
		return []string{w}
	}
	if r.Owner != 0 {
		return []string{w.say("mail.next.owner", "owner", w.staff(r.Owner))}
	}
	out = []string{w.say("mail.next.queue")}
	if r.Filed.Beta != 0 {
		out = []string{w.say("mail.next.beta")}
	}
	if _, ok := r.Clock(support.FirstResponse); !ok && r.Kind() == support.Technical {
		out = append(out, w.say("mail.next.no_target"))
	}
	return out
}

// undecided is what waits for a yes or a no.
func (w *writer) undecided() []string {
	r := w.Request
	var out []string
	if r.ApprovalWaits() && w.approves() {
		out = append(out, w.say("mail.next.approval_yours"))
	}
	if r.AfterHours.Offered() {
		out = append(out, w.say("mail.next.after_hours_offer"))
	}
	if r.AfterHours.EndProposed != nil {
		out = append(out, w.say("mail.next.after_hours_end"))
	}
	if r.Lowering != nil {
		out = append(out, w.say("mail.next.lowering", "to", itoa(r.Lowering.To)))
	}
	if r.Raise != nil {
		out = append(out, w.say("mail.next.raise", "to", itoa(r.Raise.To)))
	}
	switch {
	case r.Proposal == nil:
	case r.Proposal.Side == support.Customer:
		out = append(out, w.say("mail.next.proposal_ours"))
	default:
		out = append(out, w.say("mail.next.proposal"))
	}
	return out
}

// approves tells whether the reader is the one whose approval was asked for.
func (w *writer) approves() bool {
	return w.recipient() == support.Actor{Kind: support.Customer, ID: w.Request.Filed.Approver}
}

// wanted is what the customer is asked for, and what follows from silence.
func (w *writer) wanted() []string {
	r := w.Request
	n, first := 0, time.Time{}
	for _, a := range r.Asks {
		if a.State != support.AskOpen || a.Of != support.TurnCustomer {
			continue
		}
		n++
		if !a.DueAt.IsZero() && (first.IsZero() || a.DueAt.Before(first)) {
			first = a.DueAt
		}
	}
	var out []string
	switch {
	case n > 0:
		line := w.say("mail.next.asks", "n", itoa(n))
		if !first.IsZero() {
			line = w.v.Join(line, w.say("mail.next.asks_due", "due", w.v.Date(first)))
		}
		out = append(out, line)
	case r.ApprovalWaits() && len(r.Attempts) == 0:
		// Nothing is asked of anybody but the approval.
	case r.Proposal == nil && r.Lowering == nil && r.AfterHours.EndProposed == nil && !r.AfterHours.Offered():
		out = append(out, w.say("mail.next.answer"))
	}
	if w.Pack == nil {
		return out
	}
	if s := r.Silence(w.Pack); s.Attempts > 0 && s.Blocked == "" {
		out = append(out, w.say("mail.next.silence", "earliest", w.v.Date(s.EarliestAt),
			"attempts", itoa(s.Shown()), "needed", itoa(s.Needed)))
	}
	return out
}

// promised is the clocks that still wait for our answer.
func (w *writer) promised() []string {
	var out []string
	for _, c := range w.Request.Clocks {
		if !c.Open() || c.Paused() {
			continue
		}
		due := w.v.Date(c.DueAt)
		late := c.State == support.Missed || w.At.After(c.DueAt)
		switch {
		case c.Metric == support.Acknowledgement:
		case c.Metric == support.Promise && late:
			out = append(out, w.say("mail.next.promise_missed", "due", due))
		case c.Metric == support.Promise:
			out = append(out, w.say("mail.next.promise", "due", due))
		case c.Metric == support.Resolution && late:
			out = append(out, w.say("mail.next.resolution_missed", "due", due))
		case c.Metric == support.Resolution:
			out = append(out, w.say("mail.next.resolution", "due", due))
		case late && c.Metric != support.DutyCallback:
			out = append(out, w.say("mail.next.missed", "due", due))
		case c.Metric == support.CSReply && w.At.Before(c.WarnAt):
			out = append(out, w.say("mail.next.cs_reply", "goal", w.v.Date(c.WarnAt), "due", due))
		case c.Metric == support.CSReply:
			out = append(out, w.say("mail.next.cs_reply_limit", "due", due))
		case c.Metric == support.DutyCallback:
			out = append(out, w.say("mail.next.callback", "due", due))
		case c.Metric == support.AfterHoursResponse:
			out = append(out, w.say("mail.next.after_hours_response", "due", due))
		case c.Metric == support.NextUpdate:
			out = append(out, w.say("mail.next.update", "due", due))
		case c.Metric == support.FirstResponse:
			line := w.say("mail.next.first_response", "due", due)
			if open, closed := w.v.ClosedUntil(c.Target, w.At); closed {
				line = w.v.Join(line, w.say("mail.next.outside", "open", w.v.Date(open)))
			}
			out = append(out, line)
		}
	}
	return out
}

// planned is what has been announced for a time.
func (w *writer) planned() []string {
	r := w.Request
	var out []string
	if r.HandOver != nil {
		out = append(out, w.say("mail.next.hand_over", "to", w.staff(r.HandOver.To), "at", w.v.Date(r.HandOver.EffectiveAt)))
	}
	if r.Escalation.Active() {
		for _, s := range r.Escalation.Plan {
			if s.CheckpointAt.After(w.At) {
				return append(out, w.say("mail.next.checkpoint", "at", w.v.Date(s.CheckpointAt)))
			}
		}
	}
	return out
}

// resting is what the request waits for that is not the customer's to give.
func (w *writer) resting() (string, bool) {
	now, ok := w.Request.WaitingNow()
	if !ok || now.Kind == support.WaitingCustomer {
		return "", false
	}
	if now.Until.IsZero() {
		return w.say("mail.next.waiting", "kind", string(now.Kind)), true
	}
	return w.say("mail.next.waiting_until", "kind", string(now.Kind), "until", w.v.Date(now.Until)), true
}
