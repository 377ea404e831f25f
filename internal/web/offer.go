package web

import (
	"slices"
	"strconv"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// answerView is an ask that the reader may answer.
type answerView struct {
	N, Kind, Text, Due string
	How                []string // how what is asked for is gathered
	Decline            bool
}

// choiceView is something that waits for the reader's yes or no.
type choiceView struct {
	Tone, Icon        string
	Text, Detail      string
	Yes, YesPath      string
	No, NoPath, NoAsk string // NoAsk is the field of the reason; "" when none is asked
}

// drawerView is a form that opens when it is wanted.
type drawerView struct {
	Path, Icon, Title, Hint string
	Fields                  []field
	Send                    string
	Tone                    string // of its button
	Files                   bool   // it takes files
}

// surveyAsked asks for an opinion, once.
type surveyAsked struct {
	Question string
	Points   []option
}

// answersOf are the asks that are put to the reader's side.
func answersOf(v *visit, t told) []answerView {
	if t.r.Completed != nil || !v.customer() || !t.may(v, "answer_ask") {
		return nil
	}
	var out []answerView
	for _, a := range t.r.Asks {
		if a.State != support.AskOpen || a.Of != support.TurnCustomer {
			continue
		}
		view := answerView{N: itoa(a.N), Kind: capital(asked(v, a)), Text: t.texts[a.Text.ID], How: howOf(v, t.r, a), Decline: t.may(v, "decline_ask")}
		if !a.DueAt.IsZero() {
			view.Due = v.T("now_by", "at", v.voice.Date(a.DueAt))
		}
		out = append(out, view)
	}
	return out
}

// choicesOf are what waits for the reader's yes or no.
func (s *site) choicesOf(v *visit, t told) []choiceView {
	var out []choiceView
	add := func(on bool, yes, no, tone, icon, key, noAsk string, args ...string) {
		if on && t.may(v, yes) {
			out = append(out, choiceView{
				Tone: tone, Icon: icon, Text: v.T("choice."+key, args...), Yes: v.T("choice." + key + ".yes"), YesPath: pathOf(yes),
				No: v.T("choice." + key + ".no"), NoPath: pathOf(no), NoAsk: noAsk,
			})
		}
	}
	r := t.r
	if !v.customer() {
		if p := r.Proposal; p != nil && p.Side == support.Customer { // the other side's word is support's (A22)
			add(true, "accept_completion", "decline_completion", "brand", "done", "completion_ours", "text", "reason", v.voice.Named("reason", p.Reason))
		}
		return out
	}
	if p := r.Proposal; p != nil && p.Side == support.Vendor {
		add(true, "accept_completion", "decline_completion", "good", "done", "completion", "text", "reason", v.voice.Named("reason", p.Reason))
	}
	if l := r.Lowering; l != nil {
		add(true, "agree_lower_severity", "decline_lower_severity", "brand", "flag", "lowering", "reason", "to", itoa(l.To))
	}
	add(r.ApprovalWaits(), "approve_execution", "comment", "warn", "key", "approval", "text",
		"contact", t.people.Who(v.Lang, support.Actor{Kind: support.Customer, ID: r.Filed.Contact}))
	// The word is asked for once support holds that the work is on its way.
	calmer := r.Escalation.Active() && len(r.Escalation.Confirmed) > 0 && !slices.Contains(r.Escalation.Confirmed, customerAgrees)
	add(calmer, "confirm_deescalation", "comment", "brand", "flag", "deescalation", "text")
	add(r.AfterHours.Offered(), "confirm_after_hours", "decline_after_hours", "warn", "clock", "after_hours", "reason")
	add(r.AfterHours.EndProposed != nil, "agree_after_hours_end", "decline_after_hours_end", "brand", "clock", "after_hours_end", "reason")
	return out
}

// pathOf is where the form of a command goes.
func pathOf(command string) string {
	for _, a := range actions {
		if a.command == command {
			return a.path
		}
	}
	return ""
}

// drawersOf are the forms that the reader may open, with what was typed. Raising
// the severity and escalating are two things, each with its one sentence (UX-11).
func (s *site) drawersOf(v *visit, t told, form typed) []drawerView {
	out := s.staffDrawers(v, t)
	if v.customer() {
		out = append(s.customersDrawers(v, t), s.sharedDrawers(v, t)...)
	}
	for _, d := range out {
		for i := range d.Fields {
			f := &d.Fields[i]
			f.Wrong = form.wrong(d.Path, f.Name)
			if form.Form == d.Path {
				f.Value, f.Values = form.value(d.Path, f.Name), form.values(d.Path, f.Name)
			}
		}
	}
	return out
}

// customersDrawers are the forms that a customer may open.
func (s *site) customersDrawers(v *visit, t told) []drawerView {
	var out []drawerView
	add := func(d drawerView) { out = append(out, d) }
	r := t.r
	if r.Completed != nil {
		if r.Completed.Reopens() && !s.Desk.Now().After(r.Completed.ReopenUntil) && t.may(v, "reopen") {
			add(drawerView{Path: "reopening", Icon: "reply", Title: v.T("reopen"), Hint: v.T("reopen.hint", "until", v.voice.Date(r.Completed.ReopenUntil)),
				Fields: []field{{Name: "text", Label: v.T("reopen.text"), Kind: "textarea"}}, Send: v.T("reopen")})
		}
		return out
	}
	if levels := s.higher(v, r); len(levels) > 0 && r.Raise == nil && t.may(v, "raise_severity") {
		add(drawerView{Path: "severity", Icon: "up", Title: v.T("raise"), Hint: v.T("raise.hint"), Fields: []field{
			{Name: "to", Label: v.T("raise.to"), Kind: "radio", Options: levels},
			{Name: "impact", Label: v.T("raise.impact"), Hint: v.T("raise.impact_hint"), Kind: "textarea"},
			{Name: "dedicated", Label: v.T("raise.dedicated"), Hint: v.T("raise.dedicated_hint"), Kind: "textarea", Optional: v.T("optional"), Rows: 2},
		}, Send: v.T("raise.send")})
	}
	if !r.Escalation.Active() && t.may(v, "escalate") {
		add(drawerView{Path: "escalation", Icon: "flag", Title: v.T("escalate"), Hint: v.T("escalate.hint"), Fields: escalationForm(v), Send: v.T("escalate.send")})
	}
	if r.Proposal == nil && t.may(v, "propose_completion") {
		add(drawerView{Path: "proposal", Icon: "done", Title: v.T("propose"), Hint: v.T("propose.hint"), Fields: []field{
			{Name: "reason", Label: v.T("propose.reason"), Kind: "radio", Value: "confirmed", Options: s.reasonsFor(v, r, func(x policy.Reason) bool { return customersReasons[x.ID] })},
			{Name: "text", Label: v.T("propose.text"), Kind: "textarea", Optional: v.T("optional")},
		}, Send: v.T("propose.send")})
	}
	if t.may(v, "add_watcher") {
		add(drawerView{Path: "watchers", Icon: "people", Title: v.T("watch"), Hint: v.T("watch.hint"),
			Fields: []field{{Name: "contact", Label: v.T("customer_number"), Kind: "text", Short: true}}, Send: v.T("watch.send")})
	}
	return out
}

// sharedDrawers are works of staff that customers have, too.
func (s *site) sharedDrawers(v *visit, t told) []drawerView {
	var out []drawerView
	for _, w := range works {
		if !w.both || t.r.Completed != nil || !w.on(t) || !t.may(v, w.command) {
			continue
		}
		if d, err := s.workOf(v, t, w, typed{}); err == nil { // customers' fields need no reading
			out = append(out, *d)
		}
	}
	return out
}

// higher are the severities above the present one, each with what it means and
// what it asks of the customer (UX-03).
func (s *site) higher(v *visit, r *support.Request) []option {
	var out []option
	if r.Kind() != support.Technical || r.Severity == 0 {
		return nil
	}
	for _, x := range s.Desk.Pack().Severities {
		if x.Level < r.Severity {
			out = append(out, option{Value: itoa(x.Level), Label: v.severity(x.Level), Hint: x.Duty.In(v.Lang)})
		}
	}
	return out
}

// customersReasons are those for which a customer proposes a completion.
var customersReasons = map[string]bool{"confirmed": true, "workaround": true, "withdrawn": true}

// reasonsFor are the reasons of completion that fit the request and of which
// those that ask want to know.
func (s *site) reasonsFor(v *visit, r *support.Request, want func(policy.Reason) bool) []option {
	var out []option
	for _, x := range s.Desk.Pack().Completion.Reasons {
		if slices.Contains(x.Kinds, string(r.Kind())) && want(x) {
			out = append(out, option{Value: x.ID, Label: capital(x.Name.In(v.Lang))})
		}
	}
	return out
}

// surveyOf asks who was asked, and has not answered.
func (s *site) surveyOf(v *visit, t told) *surveyAsked {
	x := t.r.Survey
	if !v.customer() || x.RequestedAt.IsZero() || !x.AnsweredAt.IsZero() || x.Contact != v.who.Actor.ID {
		return nil
	}
	rules := s.Desk.Pack().Survey
	out := &surveyAsked{Question: rules.Question.In(v.Lang)}
	for n := 1; n <= rules.Scale; n++ {
		o := option{Value: strconv.Itoa(n), Label: strconv.Itoa(n)}
		switch n {
		case 1:
			o.Hint = v.T("survey.worst")
		case rules.Scale:
			o.Hint = v.T("survey.best")
		}
		out.Points = append(out.Points, o)
	}
	return out
}
