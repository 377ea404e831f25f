package notify

import (
	"slices"
	"strings"

	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// section tells a customer one fact. Kinds that are not here are told by the
// table of what stands now, or not at all.
func (w *writer) section(f support.Fact) {
	before := len(w.doc.blocks)
	defer func() {
		quoted := slices.ContainsFunc(w.doc.blocks[before:], func(b block) bool { return b.kind == quote })
		w.words = w.words || quoted && f.By.Kind == support.Vendor
	}()
	for _, tell := range []func(support.Fact) bool{w.filing, w.talk, w.defect, w.severityTold, w.afterHours, w.escalation, w.promise, w.analysis, w.thirdParty, w.watching, w.end} {
		if tell(f) {
			return
		}
	}
}

func (w *writer) lead(key string, pairs ...string) { w.doc.add(strong, w.say(key, pairs...)) }

func (w *writer) filing(f support.Fact) bool {
	switch b := f.Body.(type) {
	case support.Filed:
		if w.Effect.Template == approvalAsked {
			w.approvalAsked(b)
		} else {
			w.filed(b, f.By)
		}
	case support.Assigned:
		w.lead("mail.say.assigned", "owner", w.staff(b.Staff))
	case support.HandOverAnnounced:
		w.lead("mail.say.hand_over_announced", "from", w.staff(b.From), "to", w.staff(b.To),
			"at", w.v.Date(b.EffectiveAt), "ground", b.Ground)
		w.reason(b.Reason)
	case support.HandOverCancelled:
		w.lead("mail.say.hand_over_cancelled", "owner", w.owner())
		w.reason(b.Reason)
	case support.LicenceSplit:
		w.licenceSplit(b)
	case support.PrimarySwapped:
		w.lead("mail.say.primary_swapped", "from", w.contact(b.From), "to", w.contact(b.To))
	case support.ApproverChanged:
		w.approvalAsked(w.Request.Filed)
	case support.Reclassified:
		if w.Effect.Template == approvalAsked {
			w.approvalAsked(w.Request.Filed)
			break
		}
		w.lead("mail.say.reclassified", "who", w.who(f.By))
		w.quote(w.say("mail.say.commented", "who", w.who(f.By)), b.Reason)
	default:
		return false
	}
	return true
}

func (w *writer) reason(t support.Text) { w.quote(w.say("mail.say.reason"), t) }

// filed is the receipt (R23): number, what is missing (R51), who still has to
// agree (R03), and, outside hours, what can be bought (R33, A14).
func (w *writer) filed(b support.Filed, by support.Actor) {
	if by.Kind == support.Customer {
		w.lead("mail.say.filed", "number", w.number())
	} else {
		w.lead("mail.say.filed_for", "number", w.number(), "channel", string(b.Channel))
	}
	w.beta(b)
	if len(b.Missing) > 0 {
		items := make([]string, len(b.Missing))
		for i, id := range b.Missing {
			items[i] = w.v.Named("item", id)
		}
		w.doc.add(paragraph, w.say("mail.say.missing", "items", strings.Join(items, w.v.Comma())))
	}
	if b.NeedsApproval {
		w.doc.add(paragraph, w.say("mail.say.approval"))
	}
	w.doc.add(paragraph, w.spoken())
	w.inEnglish(b.Receipt.Coverage)
	c := b.Receipt.Coverage
	if c == nil || b.Kind != support.Technical {
		return
	}
	if len(c.AnsweredBy) > 0 {
		ways := make([]string, len(c.AnsweredBy))
		for i, way := range c.AnsweredBy {
			ways[i] = w.v.Word("channel", way)
		}
		w.doc.add(paragraph, w.say("mail.say.answered_by", "ways", strings.Join(ways, w.v.Comma())))
	}
	if c.CallNow {
		w.doc.add(strong, w.v.Join(w.say("mail.say.call_now"), w.telephone()))
	}
	if c.AfterHours == "purchasable" && !c.OpenNow && !w.Request.AfterHours.Active() {
		w.doc.add(paragraph, w.v.Join(w.say("mail.say.after_hours_purchasable", "open", w.v.Date(c.NextOpenAt)), w.telephone()))
	}
}

// approvalAsked tells the PLA what waits for their word (R03). Who asks is the
// contact, also where staff wrote the request down.
func (w *writer) approvalAsked(b support.Filed) {
	w.lead("mail.say.approval_asked", "contact", w.contact(b.Contact), "title", w.text(b.Title))
	if w.Request.ApprovalWaits() {
		w.doc.add(paragraph, w.say("mail.say.approval_then"))
	}
}

// telephone is the number of the recipient's country (R55).
func (w *writer) telephone() string {
	if w.Pack == nil || w.Pack.Countries[w.Recipient.Country].TollFree == "" {
		return ""
	}
	return w.say("mail.say.call_number", "number", w.Pack.Countries[w.Recipient.Country].TollFree)
}

// licenceSplit shows the new keys to those whom the core names only: a licence
// is seen by the PLA and the SLAs to whom it was opened (R04).
func (w *writer) licenceSplit(b support.LicenceSplit) {
	parts := make([]string, len(b.Parts))
	for i, n := range b.Parts {
		parts[i] = itoa(n)
	}
	args := []string{"units", itoa(b.Units), "parts", strings.Join(parts, " + "), "version", b.Version}
	if !slices.Contains(b.Told, w.Effect.Recipient.ID) {
		w.lead("mail.say.licence_split_hidden", args...)
		return
	}
	w.lead("mail.say.licence_split", args...)
	var items []string
	for i, k := range b.Keys {
		items = append(items, w.say("mail.say.licence_part", "units", parts[i], "version", b.Version, "key", w.text(k)))
	}
	w.doc.blocks = append(w.doc.blocks, block{kind: list, items: items})
}

func (w *writer) talk(f support.Fact) bool {
	switch b := f.Body.(type) {
	case support.Commented:
		if b.OnBehalf != 0 || f.By == w.recipient() {
			return true // nobody needs to be told their own words
		}
		key := "mail.say.commented"
		if b.Corrects != 0 {
			key = "mail.say.corrected"
		}
		w.quote(w.say(key, "who", w.who(f.By)), b.Text)
	case support.ContactAttempted:
		w.attempt(b, f.By)
	case support.ContentErased:
		w.lead("mail.say.content_erased", "who", w.who(f.By), "ground", b.Ground)
		w.quote(w.say("mail.say.commented", "who", w.who(f.By)), b.Reason)
	default:
		return false
	}
	return true
}

// attempt is the mail that counts as one, or word of a call (R49, A5). What it
// says of the completion is what the rule says at this moment.
func (w *writer) attempt(b support.ContactAttempted, by support.Actor) {
	if b.Channel == support.Phone {
		w.lead("mail.say.attempt_phone", "who", w.who(by))
	} else {
		w.quote(w.say("mail.say.commented", "who", w.who(by)), b.Text)
	}
	if w.Pack == nil || w.Request.Completed != nil {
		return
	}
	s := w.Request.Silence(w.Pack)
	if s.Attempts == 0 || s.Blocked != "" {
		return
	}
	out := w.say("mail.say.attempt_count", "n", itoa(s.Shown()), "needed", itoa(s.Needed))
	if b.Announce {
		out = w.v.Join(out, w.say("mail.say.attempt_announce", "earliest", w.v.Date(s.EarliestAt)))
	}
	w.doc.add(paragraph, out)
}

func (w *writer) severityTold(f support.Fact) bool {
	switch b := f.Body.(type) {
	case support.SeverityRaiseAsked:
		w.lead("mail.say.severity_raise_asked", "from", itoa(b.From), "to", itoa(b.To))
	case support.SeverityRaiseDeclined:
		w.lead("mail.say.severity_raise_declined", "to", itoa(b.To))
		w.reason(b.Reason)
	case support.SeverityRaiseLapsed:
		w.lead("mail.say.severity_raise_lapsed", "to", itoa(b.To))
	case support.SeverityLoweringProposed:
		key := "mail.say.severity_lowering_proposed"
		if b.Held {
			key = "mail.say.severity_held"
		}
		w.lead(key, "who", w.who(f.By), "from", itoa(b.From), "to", itoa(b.To))
		w.reason(b.Reason)
	case support.SeverityLoweringDeclined:
		key := "mail.say.severity_lowering_declined"
		if b.Withdrawn {
			key = "mail.say.severity_lowering_withdrawn"
		}
		w.lead(key, "who", w.who(f.By), "from", itoa(b.From), "to", itoa(b.To))
		w.reason(b.Reason)
	case support.SeverityChanged:
		key := "mail.say.severity_changed"
		if b.Why == "granted" || b.Why == "auto_granted" {
			key = "mail.say.severity_granted"
		}
		w.lead(key, "from", itoa(b.From), "to", itoa(b.To))
		if f.By.Kind == support.Vendor {
			w.reason(b.Reason)
		}
	default:
		return false
	}
	return true
}

func (w *writer) afterHours(f support.Fact) bool {
	switch b := f.Body.(type) {
	case support.AfterHoursOffered:
		w.lead("mail.say.after_hours_offered")
		w.quote(w.say("mail.say.after_hours_price"), b.Price)
		w.quote(w.say("mail.say.after_hours_order"), b.Order)
	case support.AfterHoursPurchased:
		w.lead(w.agreed("mail.say.after_hours_purchased", b.Consent), "contact", w.contact(b.Consent.Contact), "how", string(b.Consent.How))
	case support.AfterHoursEndProposed:
		key := "mail.say.after_hours_end_proposed"
		if b.Severity == 0 {
			key = "mail.say.after_hours_end_proposed_complete"
		}
		w.lead(key, "who", w.who(f.By), "ground", b.Ground, "severity", itoa(b.Severity))
		w.quote(w.say("mail.say.commented", "who", w.who(f.By)), b.Text)
	case support.AfterHoursEndDeclined:
		key := "mail.say.after_hours_end_declined"
		if b.Withdrawn {
			key = "mail.say.after_hours_end_withdrawn"
		}
		w.lead(key, "who", w.who(f.By))
		w.reason(b.Reason)
	case support.AfterHoursEnded:
		w.lead(w.agreed("mail.say.after_hours_ended", b.Consent), "span", w.v.Seconds(b.Seconds), "ground", b.Ground,
			"contact", w.contact(b.Consent.Contact), "how", string(b.Consent.How))
	default:
		return false
	}
	return true
}

// agreed is the key for the reader who agreed, or for others.
func (w *writer) agreed(key string, c support.Consent) string {
	if w.recipient() == (support.Actor{Kind: support.Customer, ID: c.Contact}) {
		return key + "_you"
	}
	return key
}

// recipient is who reads, as an actor.
func (w *writer) recipient() support.Actor {
	switch w.Effect.Recipient.Kind {
	case support.ToContact:
		return support.Actor{Kind: support.Customer, ID: w.Effect.Recipient.ID}
	case support.ToStaff:
		return support.Actor{Kind: support.Vendor, ID: w.Effect.Recipient.ID}
	}
	return support.Actor{}
}

func (w *writer) escalation(f support.Fact) bool {
	switch b := f.Body.(type) {
	case support.Escalated:
		if c, ok := w.Request.Clock(support.DutyCallback); b.Phoned && ok {
			w.lead("mail.say.escalated_phone", "due", w.v.Date(c.DueAt))
		} else {
			w.lead("mail.say.escalated")
		}
	case support.EscalationAssigned:
		w.lead("mail.say.escalation_assigned", "manager", w.staff(b.Manager), "engineer", w.staff(b.Engineer))
	case support.ActionPlanSet:
		w.lead("mail.say.action_plan")
		var items []string
		for _, s := range b.Steps {
			items = append(items, w.v.Date(s.CheckpointAt)+"\n"+w.text(s.Text))
		}
		w.words = true
		w.doc.blocks = append(w.doc.blocks, block{kind: list, items: items})
	case support.Deescalated:
		if b.Why == "completed" {
			w.lead("mail.say.deescalated_completed")
			return true
		}
		w.lead("mail.say.deescalated")
		w.reason(b.Reason)
	default:
		return false
	}
	return true
}

func (w *writer) end(f support.Fact) bool {
	switch b := f.Body.(type) {
	case support.CompletionProposed:
		w.lead("mail.say.completion_proposed", "who", w.who(f.By), "reason", b.Reason)
		w.quote(w.say("mail.say.commented", "who", w.who(f.By)), b.Text)
	case support.CompletionDeclined:
		w.lead("mail.say.completion_declined", "who", w.who(f.By))
		w.quote(w.say("mail.say.commented", "who", w.who(f.By)), b.Text)
	case support.Completed:
		if b.Reason == "silence" && w.Pack != nil {
			w.lead("mail.say.completed_silence", "n", itoa(w.Pack.Completion.Silence.Attempts))
		} else if b.Reason == "beta_ended" {
			w.lead("mail.say.completed_beta")
			w.doc.add(paragraph, w.say("mail.say.beta_after"))
		} else if b.Duplicate != 0 {
			w.duplicate(b.Duplicate)
		} else if b.WithNotice() {
			w.lead("mail.say.completed_notice")
		} else {
			w.lead("mail.say.completed", "reason", b.Reason)
		}
		if f.By.Kind == support.Vendor {
			w.quote(w.say("mail.say.commented", "who", w.who(f.By)), b.Text)
		}
	case support.Reopened:
		w.lead("mail.say.reopened")
	case support.SurveyRequested:
		if w.Effect.Template == "survey" {
			w.survey()
		}
	default:
		return false
	}
	return true
}

// survey is the pack's question; it is answered by the customer, never by a link
// that a mail scanner could follow (R50).
func (w *writer) survey() {
	w.lead("mail.say.survey")
	if w.Pack == nil {
		return
	}
	code := w.v.Lang
	if _, ok := w.Pack.Survey.Question[code]; !ok {
		code = lang.English
	}
	w.doc.add(paragraph, w.Pack.Survey.Question.In(code))
	w.doc.add(paragraph, w.say("mail.say.survey_scale", "scale", itoa(w.Pack.Survey.Scale)))
}
