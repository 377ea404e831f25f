package web

import (
	"slices"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// staffActions are the forms of staff on the page of a request.
func staffActions() []action {
	return []action{
		{"owner", "take", "taken", func(*visit, filled) (support.Command, error) { return &support.Take{}, nil }},
		{"notes", "add_note", "note", func(_ *visit, f filled) (support.Command, error) {
			return &support.AddNote{Text: f.text("text"), Files: f.files()}, nil
		}},
		{"comments-withdrawn", "withdraw_comment", "comment_withdrawn", func(_ *visit, f filled) (support.Command, error) {
			return &support.WithdrawComment{Seq: int64(f.number("seq"))}, nil
		}},
		{"asks", "ask", "asked", func(_ *visit, f filled) (support.Command, error) {
			return &support.Ask{NewAsk: support.NewAsk{Kind: support.AskKind(f.Get("kind")), Text: f.text("text"), DueAt: f.instant("due_at"), Item: f.Get("item")}}, nil
		}},
		{"contacts", "log_contact", "contact_logged", func(_ *visit, f filled) (support.Command, error) {
			return &support.LogContact{Channel: support.Channel(f.Get("channel")), Outcome: support.Outcome(f.Get("outcome")), Text: f.text("text"), Announce: f.Get("announce") != ""}, nil
		}},
		{"promises", "make_promise", "promised", func(_ *visit, f filled) (support.Command, error) {
			return &support.MakePromise{Text: f.text("text"), DueAt: f.instant("due_at")}, nil
		}},
		{"waiting", "wait", "waiting", func(_ *visit, f filled) (support.Command, error) {
			return &support.Wait{Kind: support.WaitingKind(f.Get("kind")), Until: f.instant("until"), Reason: f.text("reason")}, nil
		}},
		{"work", "resume", "resumed", func(*visit, filled) (support.Command, error) { return &support.Resume{}, nil }},
		{"severity-granted", "grant_severity", "granted", func(_ *visit, f filled) (support.Command, error) {
			return &support.GrantSeverity{Reason: f.text("reason")}, nil
		}},
		{"severity-declined", "decline_severity", "declined", func(_ *visit, f filled) (support.Command, error) {
			return &support.DeclineSeverity{Reason: f.text("reason")}, nil
		}},
		{"completed", "complete", "completion", func(v *visit, f filled) (support.Command, error) {
			c, err := v.consent(f)
			return &support.Complete{Reason: f.Get("reason"), Text: f.text("text"), Consent: c}, err
		}},
	}
}

// staffDrawers are the forms that staff may open.
func (s *site) staffDrawers(v *visit, t told) []drawerView {
	r, optional := t.r, v.T("optional")
	if r.Completed != nil {
		return nil
	}
	var out []drawerView
	add := func(on bool, command string, d drawerView) {
		if d.Path = pathOf(command); on && t.may(v, command) {
			out = append(out, d)
		}
	}
	zone := v.T("in_your_zone", "zone", v.who.Zone)
	add(true, "ask", drawerView{Icon: "yours", Title: v.T("do_ask"), Hint: v.T("do_ask.hint"), Send: v.T("do_ask.send"), Fields: slices.Concat(s.askItems(v, r), []field{
		{Name: "kind", Label: v.T("do_ask.kind"), Kind: "select", Options: words(v, "ask_kind", string(support.AskDetails), string(support.AskDebugData),
			string(support.AskInstall), string(support.AskRemedy), string(support.AskReproduce), string(support.AskHandOverIt), string(support.AskSpecialists), string(support.AskThirdParty))},
		{Name: "text", Label: v.T("do_ask.text"), Kind: "textarea"},
		{Name: "due_at", Label: v.T("do_ask.due"), Hint: zone, Kind: "datetime-local", Optional: optional, Short: true},
	})})
	add(true, "log_contact", drawerView{Icon: "phone", Title: v.T("do_contact"), Hint: v.T("do_contact.hint"), Send: v.T("do_contact.send"), Fields: []field{
		{Name: "channel", Label: v.T("channel"), Kind: "select", Options: words(v, "channel", string(support.Phone), string(support.Mail))},
		{Name: "outcome", Label: v.T("do_contact.outcome"), Kind: "radio", Options: words(v, "outcome", string(support.Connected), string(support.Voicemail), string(support.NoAnswer), string(support.Sent))},
		{Name: "text", Label: v.T("do_contact.text"), Kind: "textarea"},
		{Name: "announce", Label: v.T("do_contact.announce"), Kind: "checkbox", Optional: optional, Values: []string{""}, Options: []option{{Value: "yes", Label: v.T("do_contact.announce_yes")}}},
	}})
	add(true, "make_promise", drawerView{Icon: "clock", Title: v.T("do_promise"), Hint: v.T("do_promise.hint"), Send: v.T("do_promise.send"), Fields: []field{
		{Name: "text", Label: v.T("do_promise.text"), Kind: "textarea"},
		{Name: "due_at", Label: v.T("do_promise.due"), Hint: zone, Kind: "datetime-local", Short: true},
	}})
	_, waits := r.WaitingNow()
	add(!waits, "wait", drawerView{Icon: "wait", Title: v.T("do_wait"), Hint: v.T("do_wait.hint"), Send: v.T("do_wait.send"), Fields: []field{
		{Name: "kind", Label: v.T("do_wait.kind"), Kind: "select", Options: words(v, "waiting", "waiting_customer", "waiting_third_party", "agreed_date", "waiting_engineering")},
		{Name: "reason", Label: v.T("do_wait.reason"), Kind: "textarea"},
		{Name: "until", Label: v.T("do_wait.until"), Hint: zone, Kind: "datetime-local", Optional: optional, Short: true},
	}})
	add(waits, "resume", drawerView{Icon: "ours", Title: v.T("do_resume"), Hint: v.T("do_resume.hint"), Send: v.T("do_resume")})
	add(r.Raise != nil, "grant_severity", drawerView{Icon: "up", Title: v.T("do_grant"), Send: v.T("do_grant"),
		Fields: []field{{Name: "reason", Label: v.T("do_reason"), Kind: "textarea"}}})
	add(r.Raise != nil, "decline_severity", drawerView{Icon: "close", Title: v.T("do_decline"), Send: v.T("do_decline"),
		Fields: []field{{Name: "reason", Label: v.T("do_reason"), Kind: "textarea"}}})
	add(r.Proposal == nil, "propose_completion", drawerView{Icon: "done", Title: v.T("do_propose"), Hint: v.T("do_propose.hint"), Send: v.T("do_propose.send"), Fields: []field{
		{Name: "reason", Label: v.T("propose.reason"), Kind: "radio", Value: "confirmed", Options: s.reasonsFor(v, r, agreed)},
		{Name: "text", Label: v.T("do_propose.text"), Kind: "textarea", Optional: optional},
	}})
	return out
}

// askItems is what an ask may be for by name: on a customer service request what such
// questions need and did not come with it (R51), on a technical one what is gathered
// and has not been given (R17).
func (s *site) askItems(v *visit, r *support.Request) []field {
	none := []option{{Label: "—"}}
	options := none
	switch r.Kind() {
	case support.CS:
		for _, o := range items(v, s.Desk.Pack().CS.Items) {
			if !slices.Contains(r.Filed.Items, o.Value) {
				options = append(options, o)
			}
		}
	case support.Technical:
		for _, x := range r.Checklist(s.Desk.Pack()) {
			if x.State != support.GatherGiven {
				options = append(options, option{Value: x.ID, Label: capital(x.Text.In(v.Lang))})
			}
		}
	}
	if len(options) == len(none) {
		return nil
	}
	return []field{{Name: "item", Label: v.T("do_ask.item"), Hint: v.T("do_ask.item_hint"), Kind: "select", Options: options, Optional: v.T("optional")}}
}

// others are reasons that follow from something else: a command of their own, or
// the end of a programme.
var others = map[string]bool{"duplicate": true, "converted": true, "beta_ended": true}

// agreed are reasons that need the customer's word.
func agreed(x policy.Reason) bool { return x.NeedsConsent && !others[x.ID] }

// words are values of an enumeration as the options of a field.
func words(v *visit, enum string, values ...string) []option {
	var out []option
	for _, x := range values {
		out = append(out, option{Value: x, Label: capital(v.voice.Word(enum, x))})
	}
	return out
}
