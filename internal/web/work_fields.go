package web

import (
	"slices"
	"strings"

	"madoguchi/internal/support"
)

// handOverFields ask for the baton: who takes over, when, why, and what they need to
// know (R25).
func (s *site) handOverFields(v *visit, t told) ([]field, error) {
	who, err := s.colleagues(v)
	pack := s.Desk.Pack()
	fields := []field{
		{Name: "to", Label: v.T("work.field.staff"), Kind: "select", Options: who},
		{Name: "ground", Label: v.T("do_reason"), Kind: "select", Options: items(v, pack.HandOver.Reasons)},
		{Name: "effective_at", Label: v.T("work.field.effective_at"), Hint: v.T("in_your_zone", "zone", v.who.Zone), Kind: "datetime-local", Optional: v.T("optional"), Short: true},
		{Name: "reason", Label: v.T("work.field.told"), Kind: "textarea"},
	}
	optional := v.T("optional")
	if pack.HandOver.NoteRequired {
		optional = ""
	}
	for _, part := range []string{"state", "next", "promises", "do_not"} {
		fields = append(fields, field{Name: "note." + part, Label: v.T("work.field.note_" + part), Kind: "textarea", Rows: 4, Optional: optional})
	}
	return fields, err
}

func announceHandOver(_ *visit, f filled) (support.Command, error) {
	return &support.AnnounceHandOver{To: f.staff("to"), Ground: f.Get("ground"), EffectiveAt: f.instant("effective_at"), Reason: f.text("reason"),
		Note: support.HandOverNote{State: f.text("note.state"), Next: f.text("note.next"), Promises: f.text("note.promises"), DoNot: f.text("note.do_not")}}, nil
}

// promiseFields ask which promise, and about it.
func promiseFields(text string, optional, due bool) func(*site, *visit, told) ([]field, error) {
	return func(_ *site, v *visit, t told) ([]field, error) {
		var which []option
		for _, p := range openPromises(t) {
			which = append(which, option{Value: itoa(p.N), Label: v.voice.Date(p.DueAt) + " — " + t.texts[p.Text.ID]})
		}
		out := []field{{Name: "n", Label: v.T("work.field.promise"), Kind: "select", Options: which}}
		if due {
			out = append(out, field{Name: "due_at", Label: v.T("do_promise.due"), Hint: v.T("in_your_zone", "zone", v.who.Zone), Kind: "datetime-local", Short: true})
		}
		f := field{Name: text, Label: v.T("work.field.promise_" + text), Kind: "textarea"}
		if optional {
			f.Optional = v.T("optional")
		}
		return append(out, f), nil
	}
}

// lower are the severities below the present one.
func (s *site) lower(v *visit, t told) []option {
	var out []option
	for _, x := range s.Desk.Pack().Severities {
		if x.Level > t.r.Severity {
			out = append(out, option{Value: itoa(x.Level), Label: v.severity(x.Level), Hint: x.Duty.In(v.Lang)})
		}
	}
	return out
}

func (s *site) lowerFields(v *visit, t told) ([]field, error) {
	return []field{{Name: "to", Label: v.T("raise.to"), Kind: "radio", Options: s.lower(v, t)}, {Name: "reason", Label: v.T("do_reason"), Kind: "textarea"}}, nil
}

// afterHoursEndFields ask by which of the three ends the work outside of the
// contract's hours ends (R34).
func (s *site) afterHoursEndFields(v *visit, t told) ([]field, error) {
	return []field{
		{Name: "ground", Label: v.T("do_reason"), Kind: "radio", Options: items(v, s.Desk.Pack().AfterHours.Ends)},
		{Name: "severity", Label: v.T("work.field.severity_after"), Kind: "select", Optional: v.T("optional"), Options: append([]option{{Label: "—"}}, s.lower(v, t)...)},
		{Name: "text", Label: v.T("do_propose.text"), Kind: "textarea", Optional: v.T("optional")},
	}, nil
}

func (s *site) escalationFields(v *visit, _ told) ([]field, error) { return escalationForm(v), nil }

// escalationForm is the same on both sides (R46).
func escalationForm(v *visit) []field {
	return []field{
		{Name: "reason", Label: v.T("escalate.reason"), Kind: "textarea"},
		{Name: "statement", Label: v.T("escalate.statement"), Kind: "textarea"},
		{Name: "impact", Label: v.T("escalate.impact"), Kind: "textarea"},
		{Name: "workaround", Label: v.T("escalate.workaround"), Kind: "textarea", Optional: v.T("optional")},
		{Name: "milestone_at", Label: v.T("escalate.milestone"), Hint: v.T("in_your_zone", "zone", v.who.Zone), Kind: "datetime-local", Optional: v.T("optional"), Short: true},
	}
}

// checkFields ask for one of the checks before an escalation ends that is not
// confirmed yet; the customer's agreement is the customer's to give.
func (s *site) checkFields(v *visit, t told) ([]field, error) {
	var open []option
	for _, o := range items(v, s.Desk.Pack().Escalation.DeescalationChecks) {
		if o.Value != "customer_agrees" && !slices.Contains(t.r.Escalation.Confirmed, o.Value) {
			open = append(open, o)
		}
	}
	return []field{{Name: "check", Label: v.T("work.field.check"), Kind: "radio", Options: open}}, nil
}

// detailFields hold what is known of the request beside its texts, to be put right.
func detailFields(_ *site, v *visit, t told) ([]field, error) {
	d, optional := t.r.Details, v.T("optional")
	return []field{
		{Name: "tags", Label: v.T("work.field.tags"), Hint: v.T("work.field.tags_hint"), Kind: "text", Value: strings.Join(d.Tags, ", "), Optional: optional},
		{Name: "component", Label: v.T("work.field.component"), Kind: "text", Value: d.Component, Optional: optional, Short: true},
		{Name: "environment", Label: v.T("environment"), Kind: "select", Value: d.Environment, Optional: optional,
			Options: append([]option{{Label: "—"}}, words(v, "environment", "production", "other")...)},
		{Name: "workaround", Label: v.T("work.field.workaround"), Kind: "select", Value: d.Workaround, Optional: optional,
			Options: append([]option{{Label: "—"}}, words(v, "workaround", "known", "none", "unknown")...)},
		{Name: "impact", Label: v.T("work.field.impact"), Kind: "textarea", Value: t.texts[d.Impact.ID], Optional: optional},
		{Name: "error_string", Label: v.T("work.field.error_string"), Kind: "text", Value: t.texts[d.ErrorString.ID], Optional: optional},
	}, nil
}

func changeDetails(_ *visit, f filled) (support.Command, error) {
	c := &support.ChangeDetails{}
	word := func(name string, to **string) {
		if f.Has(name) {
			value := strings.TrimSpace(f.Get(name))
			*to = &value
		}
	}
	word("component", &c.Component)
	word("environment", &c.Environment)
	word("workaround", &c.Workaround)
	for name, to := range map[string]**support.Text{"impact": &c.Impact, "error_string": &c.ErrorString} {
		if text := f.text(name); text != (support.Text{}) {
			*to = &text
		}
	}
	if f.Has("tags") {
		tags := tagsIn(f.Get("tags"))
		c.Tags = &tags
	}
	return c, nil
}

// classFields ask for what a request really is (A22).
func (s *site) classFields(v *visit, t told) ([]field, error) {
	products, err := s.productOptions(v, nil)
	if err != nil {
		return nil, err
	}
	var levels []option
	for _, x := range s.Desk.Pack().Severities {
		levels = append(levels, option{Value: itoa(x.Level), Label: v.severity(x.Level)})
	}
	none, optional := []option{{Label: "—"}}, v.T("optional")
	return []field{
		{Name: "kind", Label: v.T("work.field.kind"), Kind: "select", Value: string(t.r.Kind()), Options: words(v, "kind", string(support.Technical), string(support.CS))},
		{Name: "product", Label: v.T("product"), Kind: "select", Value: t.r.Filed.Product, Options: append(none, products...), Optional: optional},
		{Name: "version", Label: v.T("work.field.version"), Kind: "text", Value: t.r.Filed.Version, Optional: optional, Short: true},
		{Name: "severity", Label: v.T("severity"), Hint: v.T("work.field.class_severity"), Kind: "select", Options: append(none, levels...), Optional: optional},
		{Name: "topic", Label: v.T("work.field.topic"), Kind: "select", Optional: optional,
			Options: append(none, words(v, "topic", "administrators", "licence", "contract", "portal", "other")...)},
		{Name: "reason", Label: v.T("do_reason"), Kind: "textarea"},
	}, nil
}

func reclassify(_ *visit, f filled) (support.Command, error) {
	c := &support.Reclassify{Kind: support.Kind(f.Get("kind")), Severity: f.number("severity"), Topic: f.Get("topic"), Reason: f.text("reason")}
	if p := f.Get("product"); p != "" {
		version := strings.TrimSpace(f.Get("version"))
		c.Product, c.Version = &p, &version
	}
	return c, nil
}

func duplicateFields(_ *site, v *visit, _ told) ([]field, error) {
	return []field{
		{Name: "of", Label: v.T("work.field.of"), Kind: "text", Short: true},
		{Name: "text", Label: v.T("do_complete.text"), Kind: "textarea", Optional: v.T("optional")},
	}, nil
}

// duplicate completes the request in favour of another one, which goes on (A15).
func duplicate(_ *visit, f filled) (support.Command, error) {
	of, err := support.ParseNumber(f.Get("of"))
	if err != nil {
		return nil, support.Wrong("of", "page.number_of_request")
	}
	return &support.Complete{Reason: "duplicate", Of: of, Text: f.text("text")}, nil
}

func defectNamed(f filled) (int64, error) {
	id, err := support.ParseDefectNumber(strings.TrimSpace(f.Get("defect")))
	if err != nil {
		return 0, support.Wrong("defect", "page.number_of_defect")
	}
	return id, nil
}

func (s *site) linkedDefectFields(v *visit, t told) ([]field, error) {
	list, err := s.Store.DefectsOf(v.Context(), v.viewer(), t.r.ID)
	var which []option
	for _, d := range list {
		which = append(which, option{Value: support.DefectNumber(d.ID), Label: support.DefectNumber(d.ID)})
	}
	return []field{{Name: "defect", Label: v.T("work.field.defect"), Kind: "select", Options: which}, {Name: "reason", Label: v.T("do_reason"), Kind: "textarea"}}, err
}

// publicly asks whether the customer reads it.
func publicly(v *visit) field {
	return field{Name: "public", Label: v.T("work.field.public"), Kind: "checkbox", Optional: v.T("optional"), Options: []option{{Value: "yes", Label: v.T("work.field.public_yes")}}}
}

func reproductionFields(_ *site, v *visit, _ told) ([]field, error) {
	return []field{
		{Name: "outcome", Label: v.T("do_contact.outcome"), Kind: "radio", Options: words(v, "reproduction", "reproduced", "partly", "not_reproduced")},
		{Name: "environment", Label: v.T("work.field.lab"), Kind: "textarea", Rows: 4},
		{Name: "text", Label: v.T("do_contact.text"), Kind: "textarea", Optional: v.T("optional")},
		publicly(v),
	}, nil
}

func causeFields(_ *site, v *visit, t told) ([]field, error) {
	f := field{Name: "text", Label: v.T("root_cause"), Kind: "textarea"}
	if t.r.RootCause != nil {
		f.Value = t.texts[t.r.RootCause.Text.ID]
	}
	return []field{f, publicly(v)}, nil
}

// stepsOfPlan is how many steps of an action plan a form has room for.
const stepsOfPlan = 5

func planFields(_ *site, v *visit, _ told) ([]field, error) {
	var out []field
	for n := range stepsOfPlan {
		i := itoa(n + 1)
		step := field{Name: "step." + i, Label: v.T("work.field.step", "n", i), Kind: "text", Optional: v.T("optional")}
		if n == 0 {
			step.Optional = ""
		}
		out = append(out, step, field{Name: "at." + i, Label: v.T("work.field.checkpoint"), Hint: v.T("in_your_zone", "zone", v.who.Zone), Kind: "datetime-local", Optional: v.T("optional"), Short: true})
	}
	return out, nil
}

func setPlan(_ *visit, f filled) (support.Command, error) {
	c := &support.SetActionPlan{}
	for n := range stepsOfPlan {
		i := itoa(n + 1)
		if text := f.text("step." + i); text != (support.Text{}) {
			at := f.instant("at." + i)
			if n := len(c.Steps); at.IsZero() || n > 0 && at.Before(c.Steps[n-1].CheckpointAt) {
				f.wrong("at."+i, "plan.order")
			}
			c.Steps = append(c.Steps, support.PlanStep{Text: text, CheckpointAt: at})
		}
	}
	return c, nil
}

// redactFields show what may be erased: the entries of the timeline that hold text.
func redactFields(s *site, v *visit, t told) ([]field, error) {
	var which []option
	for _, f := range slices.Backward(t.facts) {
		for _, ref := range support.TextRefs(f.Body) {
			if text := t.texts[ref.Text.ID]; text != "" {
				which = append(which, option{Value: itoa(int(f.Seq)), Label: v.voice.Date(f.At) + " — " + excerpt(text)})
				break
			}
		}
	}
	return []field{
		{Name: "seq", Label: v.T("work.field.entry"), Kind: "select", Options: which},
		{Name: "ground", Label: v.T("work.field.redaction"), Kind: "radio", Options: items(v, s.Desk.Pack().Texts.Grounds)},
		{Name: "reason", Label: v.T("work.field.redaction_reason"), Kind: "textarea", Optional: v.T("optional")},
	}, nil
}

func redact(_ *visit, f filled) (support.Command, error) {
	return &support.RedactText{Seq: int64(f.number("seq")), Ground: f.Get("ground"), Reason: f.text("reason")}, nil
}

// excerpt is the beginning of a text, on one line.
func excerpt(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}

// secondFields are the colleagues who work on it too.
func secondFields(_ *site, v *visit, t told) ([]field, error) {
	var out []option
	for _, id := range t.r.Seconds {
		out = append(out, option{Value: support.Opaque("stf", id), Label: t.people.Who(v.Lang, support.Actor{Kind: support.Vendor, ID: id})})
	}
	return []field{{Name: "staff", Label: v.T("work.field.second"), Kind: "select", Options: out}}, nil
}

// cancelFields are what is asked, and why it is not needed any more.
func cancelFields(_ *site, v *visit, t told) ([]field, error) {
	var out []option
	for _, a := range openAsks(t) {
		out = append(out, option{Value: itoa(a.N), Label: capital(asked(v, a)) + " — " + t.texts[a.Text.ID]})
	}
	return []field{
		{Name: "n", Label: v.T("work.field.ask"), Kind: "select", Options: out},
		{Name: "reason", Label: v.T("do_reason"), Kind: "textarea"},
	}, nil
}

// verificationFields ask how an identity was checked: before the licence team replaces
// a primary licence administrator, another of its people writes that down (R07).
func verificationFields(_ *site, v *visit, _ told) ([]field, error) {
	return []field{{Name: "text", Label: v.T("work.field.verified"), Kind: "textarea"}}, nil
}

// swapFields ask who becomes primary licence administrator.
func swapFields(_ *site, v *visit, _ told) ([]field, error) {
	return []field{{Name: "to", Label: v.T("customer_number"), Hint: v.T("contract.number_hint"), Kind: "text", Short: true}}, nil
}
