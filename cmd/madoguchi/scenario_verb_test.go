package main

import (
	"fmt"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

func (p *player) consent(a *scenario.Args) *client.Consent {
	if !a.Has("consent") {
		return nil
	}
	return &client.Consent{Contact: p.numbers[a.Word("consent")], How: a.Word("how"), At: a.Instant("consent_at")}
}

// command is the resource below the request and the body for a verb.
func (p *player) command(verb string, a *scenario.Args) (resource string, body any, err error) {
	for _, verbs := range []func(*player, string, *scenario.Args) (string, any){
		(*player).talk, (*player).third, (*player).severity, (*player).afterHours, (*player).work, (*player).engineering, (*player).ending,
	} {
		if resource, body := verbs(p, verb, a); resource != "" {
			return resource, body, nil
		}
	}
	return "", nil, fmt.Errorf("the verb %s is not known", verb)
}

func (p *player) talk(verb string, a *scenario.Args) (string, any) {
	switch verb {
	case "comment":
		c := client.Comment{Text: a.Word("text"), Channel: a.Word("channel"), OnBehalf: a.Yes("on_behalf")}
		if a.Has("ask") {
			c.Asks = []client.NewAsk{{Kind: a.Word("ask"), Text: a.Word("ask_text"), Item: a.Word("item")}}
		}
		return "comments", c
	case "add_note":
		c := client.Note{Text: a.Word("text"), Label: a.Word("label")}
		for _, key := range a.Words("mentions") {
			c.Mentions = append(c.Mentions, p.emails[key])
		}
		return "notes", c
	case "add_second":
		return "seconds", client.Second{Staff: p.emails[a.Word("staff")]}
	case "remove_second":
		return "DELETE seconds", client.Second{Staff: p.emails[a.Word("staff")]}
	case "decline_offer":
		return "DELETE offer", client.Reason{Reason: a.Word("reason")}
	case "make_promise":
		return "promises", client.NewPromise{Text: a.Word("text"), DueAt: a.Instant("due")}
	case "keep_promise":
		return "promises/" + a.Word("n") + "/kept", client.KeptPromise{Text: a.Word("text"), HappenedAt: a.Instant("happened"), Reason: a.Word("reason")}
	case "renew_promise":
		return "promises/" + a.Word("n") + "/renewal", client.NewPromise{Text: a.Word("text"), DueAt: a.Instant("due")}
	case "withdraw_promise":
		return "DELETE promises/" + a.Word("n"), client.Reason{Reason: a.Word("reason")}
	case "add_watcher":
		return "watchers", client.NewWatcher{Contact: p.numbers[a.Word("contact")]}
	case "remove_watcher":
		return "DELETE watchers/" + p.numbers[a.Word("contact")], nil
	case "record_auto_reply":
		return "auto-replies", client.Text{Text: a.Word("text")}
	case "ask":
		return "asks", client.NewAsk{Kind: a.Word("kind"), Of: a.Word("of"), Text: a.Word("text"), DueAt: a.Instant("due"), Item: a.Word("item"), Removes: a.Number("removes")}
	case "decline_ask":
		return "asks/" + a.Word("n") + "/refusal", client.Reason{Reason: a.Word("reason")}
	case "answer_ask":
		return "asks/" + a.Word("n") + "/answer", client.Text{Text: a.Word("text")}
	case "cancel_ask":
		return "asks/" + a.Word("n") + "/cancellation", client.Reason{Reason: a.Word("reason")}
	case "log_contact":
		return "contacts", client.Contact{
			Channel: a.Word("channel"), Outcome: a.Word("outcome"), Text: a.Word("text"), Announce: a.Yes("announce"),
			HappenedAt: a.Instant("happened"), Reason: a.Word("reason"),
		}
	case "void_attempt":
		return "attempts/" + a.Word("n") + "/void", client.Void{Why: a.Word("why")}
	case "record_reproduction":
		return "reproductions", client.NewReproduction{Outcome: a.Word("outcome"), Environment: a.Word("rebuilt"), Text: a.Word("text"), Public: a.Yes("public")}
	case "record_root_cause":
		return "root-cause", client.NewRootCause{Text: a.Word("text"), Public: a.Yes("public")}
	case "wait":
		return "waiting", client.Wait{Kind: a.Word("kind"), Until: a.Instant("until"), Reason: a.Word("reason")}
	}
	return "", nil
}

func (p *player) severity(verb string, a *scenario.Args) (string, any) {
	switch verb {
	case "raise_severity":
		r := client.SeverityRaise{To: a.Number("to"), Impact: a.Word("impact"), Criteria: a.Words("criteria")}
		for _, key := range a.Words("dedicated") {
			r.Dedicated = append(r.Dedicated, p.numbers[key])
		}
		return "severity/raise", r
	case "grant_severity":
		return "severity/grant", client.Reason{Reason: a.Word("reason")}
	case "decline_severity":
		return "severity/refusal", client.Reason{Reason: a.Word("reason")}
	case "lower_severity":
		return "severity/lowering", client.SeverityLowering{To: a.Number("to"), Reason: a.Word("reason"), Consent: p.consent(a)}
	case "propose_lower_severity":
		return "severity/lowering-proposal", client.SeverityLowering{To: a.Number("to"), Reason: a.Word("reason")}
	case "agree_lower_severity":
		return "severity/lowering-agreement", client.Agreement{Consent: p.consent(a)}
	case "decline_lower_severity":
		return "severity/lowering-refusal", client.Refusal{Reason: a.Word("reason"), Consent: p.consent(a)}
	}
	return "", nil
}

func (p *player) afterHours(verb string, a *scenario.Args) (string, any) {
	switch verb {
	case "offer_after_hours":
		return "after-hours/offer", client.AfterHoursOffer{Price: a.Word("price"), Order: a.Word("order")}
	case "confirm_after_hours":
		return "after-hours/confirmation", client.Agreement{Consent: p.consent(a)}
	case "decline_after_hours":
		return "after-hours/refusal", client.Reason{Reason: a.Word("reason")}
	case "propose_after_hours_end":
		return "after-hours/end-proposal", client.AfterHoursEnding{Ground: a.Word("ground"), Severity: a.Number("severity"), Text: a.Word("text")}
	case "agree_after_hours_end":
		return "after-hours/end-agreement", client.Agreement{Consent: p.consent(a)}
	case "decline_after_hours_end":
		return "after-hours/end-refusal", client.Refusal{Reason: a.Word("reason"), Consent: p.consent(a)}
	}
	return "", nil
}

func (p *player) work(verb string, a *scenario.Args) (string, any) {
	switch verb {
	case "take":
		return "assignment", client.Assignment{}
	case "assign":
		return "assignment", client.Assignment{Staff: p.emails[a.Word("staff")]}
	case "announce_hand_over":
		return "hand-over", client.HandOverNotice{
			To: p.emails[a.Word("to")], EffectiveAt: a.Instant("effective"), Ground: a.Word("ground"), Reason: a.Word("reason"),
			Note: client.HandOverNote{State: a.Word("state"), Next: a.Word("next"), Promises: a.Word("promises"), DoNot: a.Word("do_not")},
		}
	case "route":
		return "routing", nil
	case "acknowledge_page":
		return "page/acknowledgement", nil
	case "accept_hand_over":
		return "hand-over/acceptance", nil
	case "decline_hand_over":
		return "hand-over/refusal", client.Reason{Reason: a.Word("reason")}
	case "escalate":
		return "escalation", client.EscalationCall{
			Statement: a.Word("statement"), Impact: a.Word("impact"), Workaround: a.Word("workaround"),
			MilestoneAt: a.Instant("milestone"), Reason: a.Word("reason"), Phoned: a.Yes("phoned"),
		}
	case "assign_escalation":
		return "escalation/assignment", client.EscalationAssignment{Engineer: p.emails[a.Word("engineer")]}
	case "set_action_plan":
		var plan client.ActionPlan
		checkpoints := a.Instants("checkpoints")
		for i, s := range a.Words("steps") {
			plan.Steps = append(plan.Steps, client.PlanStep{Text: s, CheckpointAt: checkpoints[i]})
		}
		return "escalation/plan", plan
	case "confirm_deescalation":
		return "escalation/checks", client.Check{Check: a.Word("check"), Consent: p.consent(a)}
	case "deescalate":
		return "escalation/end", client.Reason{Reason: a.Word("reason")}
	}
	return "", nil
}

func (p *player) ending(verb string, a *scenario.Args) (string, any) {
	switch verb {
	case "propose_completion":
		return "completion/proposal", client.Completion{
			Reason: a.Word("reason"), Text: a.Word("text"), WithCause: client.WithCause{Cause: a.Word("cause"), CausePublic: a.Yes("cause_public")},
		}
	case "accept_completion":
		return "completion/acceptance", client.Agreement{Consent: p.consent(a)}
	case "decline_completion":
		return "completion/refusal", client.CompletionRefusal{Text: a.Word("text"), OnBehalf: a.Yes("on_behalf")}
	case "complete":
		c := client.Completion{
			Reason: a.Word("reason"), Text: a.Word("text"), Consent: p.consent(a),
			WithCause: client.WithCause{Cause: a.Word("cause"), CausePublic: a.Yes("cause_public")},
		}
		if a.Has("of") {
			c.Of = p.requests[a.Word("of")]
		}
		return "completion", c
	case "convert":
		return "conversion", client.Conversion{Text: a.Word("text"), Consent: p.consent(a)}
	case "reopen":
		return "reopening", client.Text{Text: a.Word("text")}
	case "answer_survey":
		return "survey", client.SurveyAnswer{Score: a.Number("score"), Text: a.Word("text")}
	case "approve_execution":
		return "approval", struct{}{}
	case "split_licence":
		return "licence-split", client.LicenceSplit{
			Licence: a.Word("licence"), Parts: a.Numbers("parts"), Version: a.Word("version"), Keys: a.Words("keys"),
		}
	}
	return "", nil
}
