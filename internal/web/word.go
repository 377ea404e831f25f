package web

import (
	"slices"
	"strings"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// wordWorks are how staff write down what the customer has said elsewhere: each
// names who said it, how and when (R33, R34, R49).
var wordWorks = []work{
	{kind: "word", command: "comment", path: "said", icon: "chat", on: always, fields: saidFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.Comment{Text: f.text("text"), Channel: support.Channel(f.Get("channel")), OnBehalf: true}, nil
	}},
	{kind: "word", command: "accept_completion", path: "completion", icon: "done", on: proposedByUs, fields: (*site).consentFields},
	{kind: "word", command: "decline_completion", path: "objection-said", icon: "close", on: proposedByUs, fields: textField("word.objection"), make: func(_ *visit, f filled) (support.Command, error) {
		return &support.DeclineCompletion{Text: f.text("text"), OnBehalf: true}, nil
	}},
	{kind: "word", command: "agree_lower_severity", path: "lowering", icon: "flag", on: lowered, fields: (*site).consentFields},
	{kind: "word", command: "decline_lower_severity", path: "lowering-refusal", icon: "close", on: lowered, fields: why},
	{kind: "word", command: "confirm_after_hours", path: "after-hours", icon: "clock", on: afterHoursOffered, fields: (*site).consentFields},
	{kind: "word", command: "decline_after_hours", path: "after-hours-refusal", icon: "close", on: afterHoursOffered, fields: why},
	{kind: "word", command: "agree_after_hours_end", path: "after-hours-end", icon: "clock", on: afterHoursEnds, fields: (*site).consentFields},
	{kind: "word", command: "decline_after_hours_end", path: "after-hours-end-refusal", icon: "close", on: afterHoursEnds, fields: why},
}

func proposedByUs(t told) bool      { return t.r.Proposal != nil && t.r.Proposal.Side == support.Vendor }
func lowered(t told) bool           { return t.r.Lowering != nil }
func afterHoursOffered(t told) bool { return t.r.AfterHours.Offered() }
func afterHoursEnds(t told) bool    { return t.r.AfterHours.EndProposed != nil }

// textField asks for one text, under a label.
func textField(label string) func(*site, *visit, told) ([]field, error) {
	return func(_ *site, v *visit, _ told) ([]field, error) {
		return []field{{Name: "text", Label: v.T(label), Kind: "textarea"}}, nil
	}
}

func saidFields(_ *site, v *visit, _ told) ([]field, error) {
	return []field{
		{Name: "channel", Label: v.T("word.how"), Kind: "select", Options: words(v, "channel", string(support.Phone), string(support.Mail))},
		{Name: "text", Label: v.T("word.said"), Hint: v.T("word.said_hint"), Kind: "textarea"},
	}, nil
}

// consentFields ask who has agreed, how and when; it is the contact who filed unless
// somebody else is named.
func (s *site) consentFields(v *visit, t told) ([]field, error) {
	return []field{
		{Name: "consent.contact", Label: v.T("word.who"), Hint: v.T("word.who_hint"), Kind: "text", Value: support.SpokenCustomerNumber(t.contact.Number), Short: true},
		{Name: "consent.how", Label: v.T("word.how"), Kind: "select", Options: words(v, "channel", string(support.Phone), string(support.Mail), string(support.Portal))},
		{Name: "consent.at", Label: v.T("word.at"), Hint: v.T("in_your_zone", "zone", v.who.Zone), Kind: "datetime-local", Optional: v.T("optional"), Short: true},
	}, nil
}

// consent is what staff write down of the customer's agreement; nil where nothing
// was, and for customers, who agree themselves.
func (v *visit) consent(f filled) (*support.Consent, error) {
	if !v.staff() || f.Get("consent.contact") == "" {
		return nil, nil
	}
	id, err := v.contactNumbered(f, "consent.contact")
	return &support.Consent{Contact: id, How: support.Channel(f.Get("consent.how")), At: f.instant("consent.at")}, err
}

// agreeing makes a command that rests on the customer's agreement.
func agreeing(make func(*support.Consent) support.Command) func(*visit, filled) (support.Command, error) {
	return func(v *visit, f filled) (support.Command, error) {
		c, err := v.consent(f)
		return make(c), err
	}
}

// completionFields are the reasons for which a request may complete: which rule
// applies to each, and what is missing for it now.
func (s *site) completionFields(v *visit, t told) ([]field, error) {
	r := t.r
	all := v.T("complete.after_hours")
	if !r.AfterHours.Active() {
		all = ""
	}
	var reasons []option
	for _, x := range s.Desk.Pack().Completion.Reasons {
		if !slices.Contains(x.Kinds, string(r.Kind())) || others[x.ID] && x.ID != "duplicate" {
			continue
		}
		o := option{Value: x.ID, Label: capital(x.Name.In(v.Lang)), Hint: s.completes(v, t, x), Disabled: all != "" || x.ID == "silence" || x.ID == "duplicate"}
		if all != "" {
			o.Hint = all
		}
		reasons = append(reasons, o)
	}
	optional := v.T("optional")
	fields := []field{
		{Name: "reason", Label: v.T("propose.reason"), Kind: "radio", Options: reasons},
		{Name: "text", Label: v.T("do_complete.text"), Kind: "textarea", Optional: optional},
	}
	word, err := s.consentFields(v, t)
	for _, f := range word {
		f.Optional = v.T("complete.if_consent")
		if f.Name == "consent.contact" {
			f.Value = "" // nothing is said to have been agreed that nobody has written down
		}
		if f.Name == "consent.how" {
			f.Options = append([]option{{Label: "—"}}, f.Options...)
		}
		fields = append(fields, f)
	}
	return fields, err
}

// completes says by which rule a request completes for a reason, and what is missing.
func (s *site) completes(v *visit, t told, x policy.Reason) string {
	r := t.r
	rules := ""
	if len(x.Guide) > 0 {
		rules = " (" + v.T("complete.rules", "rules", strings.Join(x.Guide, v.voice.Comma())) + ")"
	}
	switch {
	case x.ID == "silence":
		return v.voice.Silence(r.Silence(s.Desk.Pack())) + rules
	case x.ID == "duplicate":
		return v.T("complete.duplicate") + rules
	case x.NeedsConsent && r.Kind() == support.Technical && r.Proposal != nil:
		return v.T("complete.proposed") + rules
	case x.NeedsConsent && r.Kind() == support.Technical:
		return v.T("complete.consent") + rules
	case r.Escalation.Active() && !slices.Contains(r.Escalation.Confirmed, customerAgrees):
		return v.T("complete.escalated") + rules
	}
	return v.T("complete.alone") + rules
}
