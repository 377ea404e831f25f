package notify

import (
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// toStaff: what to do, what happened, what stands now. Texts of notes stay in
// the house but out of mails, which leave it.
func (w *writer) toStaff(main support.Fact) {
	w.doc.joint = joint(w.v.Lang)
	t := templates[w.Effect.Template]
	w.lead(t.do)
	names := lang.Names{People: w.People, Zone: w.Recipient.Zone, Pack: w.Pack}
	for _, f := range w.facts {
		if !w.concerns(main, f) {
			continue
		}
		sentence := lang.Fact(w.v.Lang, f, names)
		texts := said(f.Body)
		if len(texts) == 0 || !support.Public(f) {
			w.doc.add(paragraph, sentence)
			continue
		}
		w.doc.add(paragraph, sentence)
		for _, s := range texts {
			w.doc.add(quote, w.text(s))
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
	case support.TargetMet, support.TargetReplaced, support.TargetMoved, support.TargetDropped, support.Notified,
		support.WaitingStarted, support.WaitingEnded, support.Queued, support.IncidentReserved, support.IncidentSettled,
		support.TargetWarned, support.SurveyWithheld, support.SurveyRequested:
		return false
	}
	return true
}

// said is the texts of a fact that are worth reading at once.
func said(b support.Body) []support.Text {
	switch b := b.(type) {
	case support.Filed:
		return []support.Text{b.Body}
	case support.Commented:
		return []support.Text{b.Text}
	case support.AskAnswered:
		return []support.Text{b.Text}
	case support.SeverityRaiseAsked:
		return []support.Text{b.Impact}
	case support.Escalated:
		return []support.Text{b.Statement, b.Impact, b.Workaround, b.Reason}
	case support.CompletionProposed:
		return []support.Text{b.Text}
	case support.CompletionDeclined:
		return []support.Text{b.Text}
	case support.HandOverAnnounced:
		return []support.Text{b.Reason}
	case support.SurveyAnswered:
		return []support.Text{b.Text}
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
	return append(rows,
		one("mail.label.stage", w.v.Word("stage", string(r.Stage()))),
		one("mail.label.owner", owner),
		one("mail.label.turn", w.v.Word("turn", string(r.Turn()))),
		row{label: w.say("mail.label.due"), values: w.due()},
		row{label: w.say("mail.label.page"), values: []string{w.page()}, link: true})
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
