package notify

import (
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// toStaff: what to do, what happened, what stands now. Texts of notes stay in
// the house but out of mails, which leave it.
func (w *writer) toStaff(main support.Fact) {
	w.doc.joint = joint(w.v.Lang)
	key := templates[w.Effect.Template].do
	if b, ok := main.Body.(support.TargetMissed); ok && b.Metric == support.Acknowledgement {
		key = "mail.do.missed_acknowledgement"
	}
	w.lead(key)
	names := lang.Names{People: w.People, Zone: w.Recipient.Zone, Pack: w.Pack}
	for _, f := range w.facts {
		if !w.concerns(main, f) {
			continue
		}
		w.doc.add(paragraph, lang.Fact(w.v.Lang, f, names))
		if !support.Public(f) {
			continue
		}
		for _, x := range said(f.Body) {
			if words := w.text(x.text); words != "" && x.label != "" {
				w.doc.add(paragraph, w.say("mail.said", "field", x.label))
			}
			w.doc.add(quote, w.text(x.text))
		}
	}
	w.doc.blocks = append(w.doc.blocks, block{kind: table, rows: w.stateForStaff()})
	w.foot("mail.footer_staff")
}

// concerns leaves out the bookkeeping that follows from what happened.
func (w *writer) concerns(main, f support.Fact) bool {
	if f.Seq == main.Seq {
		return true
	}
	switch f.Body.(type) {
	case support.TargetMet, support.TargetReplaced, support.TargetMoved, support.TargetDropped, support.Notified, support.NoticeFailed,
		support.WaitingStarted, support.WaitingEnded, support.Queued, support.IncidentReserved, support.IncidentSettled,
		support.TargetWarned, support.SurveyWithheld, support.SurveyRequested, support.AutomaticDigested:
		return false
	}
	return true
}

// saying is a text under the key of its label; "" has none.
type saying struct {
	label string
	text  support.Text
}

// said is the texts of a fact that are worth reading at once.
func said(b support.Body) []saying {
	switch b := b.(type) {
	case support.Filed:
		return []saying{{"", b.Body}, {"impact", b.Details.Impact}, {"error_string", b.Details.ErrorString}, {"recent_changes", b.Details.RecentChanges}}
	case support.Commented:
		return []saying{{"", b.Text}}
	case support.AskAnswered:
		return []saying{{"", b.Text}}
	case support.AskDeclined:
		return []saying{{"reason", b.Reason}}
	case support.VendorAnswered:
		return []saying{{"", b.Text}}
	case support.SharingWithdrawn:
		return []saying{{"reason", b.Reason}}
	case support.SeverityRaiseAsked:
		return []saying{{"impact", b.Impact}}
	case support.Escalated:
		return []saying{{"statement", b.Statement}, {"impact", b.Impact}, {"workaround", b.Workaround}, {"reason", b.Reason}}
	case support.CompletionProposed:
		return []saying{{"", b.Text}}
	case support.CompletionDeclined:
		return []saying{{"", b.Text}}
	case support.SeverityLoweringDeclined:
		return []saying{{"reason", b.Reason}}
	case support.AfterHoursEndDeclined:
		return []saying{{"reason", b.Reason}}
	case support.HandOverAnnounced:
		return []saying{{"reason", b.Reason}}
	case support.HandOverCancelled:
		return []saying{{"reason", b.Reason}}
	case support.SeverityChanged:
		return []saying{{"reason", b.Reason}}
	case support.SurveyAnswered:
		return []saying{{"", b.Text}}
	}
	return nil
}

func (w *writer) stateForStaff() []row {
	r := w.Request
	one := func(label, value string) row { return row{label: w.say(label), values: []string{value}} }
	rows := []row{
		one("mail.label.number", w.number()),
		one("mail.label.title", w.text(r.Filed.Title)),
		one("mail.label.customer", w.contact(r.Filed.Contact)),
	}
	if r.Kind() == support.Technical {
		rows = append(rows, one("mail.label.severity", w.severity()))
	}
	if r.Escalation.Active() {
		rows = append(rows, one("mail.label.urgent", w.say("mail.yes")))
	}
	owner := w.owner()
	if r.Owner == 0 && r.Queue != "" {
		owner = w.say("mail.owner_queue", "queue", r.Queue)
	}
	rows = append(rows,
		one("mail.label.stage", w.v.Word("stage", string(r.Stage()))),
		one("mail.label.owner", owner),
		one("mail.label.turn", w.v.Turn(string(r.Turn()), r.Owner != 0)),
		row{label: w.say("mail.label.due"), values: w.due()})
	return append(rows, w.pageRow()...)
}

// due is every clock that is open, in the order in which it was started.
func (w *writer) due() []string {
	var out []string
	for _, c := range w.Request.Clocks {
		if !c.Open() || c.Paused() || c.Metric == support.Acknowledgement {
			continue
		}
		key := "mail.due"
		if c.State == support.Missed || w.At.After(c.DueAt) {
			key = "mail.due_missed"
		}
		out = append(out, w.say(key, "metric", string(c.Metric), "due", w.v.Date(c.DueAt)))
	}
	if out == nil {
		out = []string{w.say("mail.due_none")}
	}
	return out
}
