package support_test

import (
	"madoguchi/internal/scenario"
	"madoguchi/internal/support"
)

func text(a *scenario.Args, name string) support.Text { return support.T(a.Word(name)) }

func (d *coreDriver) contact(key string) int64 { return d.room.people[key].ID }

// consent reads consent=sato how=phone; nil when it is not given.
func (d *coreDriver) consent(a *scenario.Args) *support.Consent {
	if !a.Has("consent") {
		return nil
	}
	return &support.Consent{Contact: d.contact(a.Word("consent")), How: support.Channel(a.Word("how")), At: a.Instant("consent_at")}
}

func (d *coreDriver) fileCommand(by support.Actor, a *scenario.Args) *support.File {
	c := &support.File{
		Kind: support.Technical, Channel: support.Portal, Contact: by.ID, Product: a.Word("product"), Version: a.Word("version"),
		Severity: a.Number("severity"), Criteria: a.Words("criteria"), Title: text(a, "title"), Body: text(a, "body"),
		Topic: a.Word("topic"), Items: a.Words("items"), Preferred: support.Channel(a.Word("preferred")),
		Contract: d.room.contract(a.Word("contract")).ID, Region: a.Word("region"), ReceivedAt: a.Instant("received"),
		Details: support.Details{
			Environment: a.Word("environment"), RecentChanges: text(a, "changes"), Impact: text(a, "impact"),
			Workaround: a.Word("workaround"), Platforms: a.Words("platforms"), Symptom: a.Word("symptom"), Changes: d.changes(a),
		},
	}
	d.regime(c, a)
	d.third(c, a)
	if a.Has("kind") {
		c.Kind = support.Kind(a.Word("kind"))
	}
	if a.Has("channel") {
		c.Channel = support.Channel(a.Word("channel"))
	}
	if a.Has("contact") {
		c.Contact = d.contact(a.Word("contact"))
	}
	switch people := a.Words("people"); {
	case a.Has("people") && people[0] != "none":
		for _, key := range people {
			c.Details.Severity1 = append(c.Details.Severity1, d.contact(key))
		}
	case !a.Has("people") && c.Severity == 1:
		c.Details.Severity1 = []int64{c.Contact}
	}
	return c
}

// followUp files the request that takes up the present one, as a door does.
func (d *coreDriver) followUp(by support.Actor, a *scenario.Args) error {
	name, body, r := a.Word("as"), text(a, "text"), d.room.requests[d.id].request
	contact := r.Filed.Contact
	if by.Kind == support.Customer {
		contact = by.ID
	}
	c, err := r.FollowUp(contact, d.room.now)
	if err != nil {
		return err
	}
	c.Channel, c.Title, c.Body = support.Portal, support.T(d.room.texts[r.Filed.Title.ID]), body
	id, err := d.room.do(by, 0, c)
	if err == nil {
		d.id, d.names[name] = id, id
	}
	return err
}

func (d *coreDriver) newAsk(a *scenario.Args) support.NewAsk {
	return support.NewAsk{
		Kind: support.AskKind(a.Word("kind")), Of: support.Turn(a.Word("of")), Text: text(a, "text"), DueAt: a.Instant("due"), Item: a.Word("item"), Removes: a.Number("removes"),
	}
}

// plan reads steps=one,two checkpoints=…,….
func plan(a *scenario.Args) *support.SetActionPlan {
	c := &support.SetActionPlan{}
	at := a.Instants("checkpoints")
	for i, s := range a.Words("steps") {
		step := support.PlanStep{Text: support.T(s)}
		if i < len(at) {
			step.CheckpointAt = at[i]
		}
		c.Steps = append(c.Steps, step)
	}
	return c
}

func (d *coreDriver) split(a *scenario.Args) *support.SplitLicence {
	c := &support.SplitLicence{Parts: a.Numbers("parts"), Version: a.Word("version")}
	for _, l := range d.room.licences {
		if l.Key == a.Word("licence") {
			c.Licence = l.ID
		}
	}
	for _, k := range a.Words("keys") {
		c.Keys = append(c.Keys, support.T(k))
	}
	return c
}

// comment reads text= and, when staff ask with it, ask= kind and item=.
func (d *coreDriver) comment(a *scenario.Args) *support.Comment {
	c := &support.Comment{Text: text(a, "text"), Channel: support.Channel(a.Word("channel")), OnBehalf: a.Yes("on_behalf"), Corrects: int64(a.Number("corrects"))}
	if a.Has("ask") {
		c.Asks = []support.NewAsk{{Kind: support.AskKind(a.Word("ask")), Text: text(a, "ask_text"), Item: a.Word("item")}}
	}
	return c
}

func (d *coreDriver) logContact(a *scenario.Args) *support.LogContact {
	return &support.LogContact{
		Channel: support.Channel(a.Word("channel")), Outcome: support.Outcome(a.Word("outcome")), Text: text(a, "text"),
		Announce: a.Yes("announce"), Elsewhere: support.Elsewhere{HappenedAt: a.Instant("happened"), Reason: text(a, "reason")},
	}
}

func (d *coreDriver) convert(a *scenario.Args) support.Command {
	return &support.Convert{Text: text(a, "text"), Consent: d.consent(a)}
}

// commands are the verbs of steps that are commands on a request.
var commands = map[string]func(*coreDriver, *scenario.Args) support.Command{
	"convert": (*coreDriver).convert,
	"take":    func(*coreDriver, *scenario.Args) support.Command { return &support.Take{} },
	"assign": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.Assign{Staff: d.contact(a.Word("staff"))}
	},
	"comment": func(d *coreDriver, a *scenario.Args) support.Command { return d.comment(a) },
	"add_watcher": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.AddWatcher{Contact: d.contact(a.Word("contact"))}
	},
	"remove_watcher": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.RemoveWatcher{Contact: d.contact(a.Word("contact"))}
	},
	"decline_offer": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.DeclineOffer{Reason: text(a, "reason")}
	},
	"add_second": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.AddSecond{Staff: d.contact(a.Word("staff"))}
	},
	"remove_second": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.RemoveSecond{Staff: d.contact(a.Word("staff"))}
	},
	"make_promise": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.MakePromise{Text: text(a, "text"), DueAt: a.Instant("due")}
	},
	"keep_promise": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.KeepPromise{N: a.Number("n"), Text: text(a, "text"),
			Elsewhere: support.Elsewhere{HappenedAt: a.Instant("happened"), Reason: text(a, "reason")}}
	},
	"renew_promise": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.RenewPromise{N: a.Number("n"), Text: text(a, "text"), DueAt: a.Instant("due")}
	},
	"withdraw_promise": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.WithdrawPromise{N: a.Number("n"), Reason: text(a, "reason")}
	},
	"add_note": func(d *coreDriver, a *scenario.Args) support.Command {
		c := &support.AddNote{Text: text(a, "text"), Label: a.Word("label")}
		for _, key := range a.Words("mentions") {
			c.Mentions = append(c.Mentions, d.contact(key))
		}
		return c
	},
	"record_auto_reply": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.RecordAutoReply{Text: text(a, "text")}
	},
	"ask": func(d *coreDriver, a *scenario.Args) support.Command { return &support.Ask{NewAsk: d.newAsk(a)} },
	"answer_ask": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.AnswerAsk{N: a.Number("n"), Text: text(a, "text")}
	},
	"cancel_ask": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.CancelAsk{N: a.Number("n"), Reason: text(a, "reason")}
	},
	"log_contact": func(d *coreDriver, a *scenario.Args) support.Command { return d.logContact(a) },
	"void_attempt": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.VoidAttempt{N: a.Number("n"), Why: a.Word("why")}
	},
	"redact_text": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.RedactText{Seq: int64(a.Number("seq")), Field: a.Word("field"), Ground: a.Word("ground")}
	},
	"withdraw_comment": func(d *coreDriver, a *scenario.Args) support.Command {
		seq := int64(a.Number("seq"))
		if held := d.room.requests[d.id].request.Held; seq == 0 && len(held) > 0 {
			seq = held[len(held)-1].Seq
		}
		return &support.WithdrawComment{Seq: seq}
	},
	"record_reproduction": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.RecordReproduction{
			Outcome: support.ReproductionOutcome(a.Word("outcome")), Environment: text(a, "rebuilt"), Text: text(a, "text"), Public: a.Yes("public"),
		}
	},
	"record_root_cause": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.RecordRootCause{Text: text(a, "text"), Public: a.Yes("public")}
	},
	"name_third_party": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.NameThirdParty{NewThirdParty: d.component(a)}
	},
	"state_grounds": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.StateGrounds{N: a.Number("n"), Text: text(a, "text")}
	},
	"allow_sharing": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.AllowSharing{N: a.Number("n"), Consent: d.consent(a)}
	},
	"withdraw_sharing": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.WithdrawSharing{N: a.Number("n"), Reason: text(a, "reason")}
	},
	"open_collaboration": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.OpenCollaboration{N: a.Number("n"), Ground: a.Word("ground"), Mutual: a.Yes("mutual"), Text: text(a, "text")}
	},
	"move_collaboration": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.MoveCollaboration{N: a.Number("n"), To: support.CollaborationState(a.Word("to")), Text: text(a, "text"), Theirs: text(a, "theirs")}
	},
	"suggest_vendor_case": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.SuggestVendorCase{N: a.Number("n"), Text: text(a, "text")}
	},
	"record_vendor_case": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.RecordVendorCase{N: a.Number("n"), Number: text(a, "number")}
	},
	"record_vendor_answer": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.RecordVendorAnswer{N: a.Number("n"), Finding: support.Finding(a.Word("finding")), Text: text(a, "text")}
	},
	"decline_ask": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.DeclineAsk{N: a.Number("n"), Reason: text(a, "reason")}
	},
	"wait": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.Wait{Kind: support.WaitingKind(a.Word("kind")), Until: a.Instant("until"), Reason: text(a, "reason")}
	},
	"resume": func(*coreDriver, *scenario.Args) support.Command { return &support.Resume{} },
	"raise_severity": func(d *coreDriver, a *scenario.Args) support.Command {
		c := &support.RaiseSeverity{To: a.Number("to"), Impact: text(a, "impact"), Criteria: a.Words("criteria")}
		for _, key := range a.Words("dedicated") {
			c.Dedicated = append(c.Dedicated, d.contact(key))
		}
		return c
	},
	"grant_severity": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.GrantSeverity{Reason: text(a, "reason")}
	},
	"decline_severity": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.DeclineSeverity{Reason: text(a, "reason")}
	},
	"lower_severity": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.LowerSeverity{To: a.Number("to"), Reason: text(a, "reason"), Consent: d.consent(a)}
	},
	"propose_lower_severity": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.ProposeLowerSeverity{To: a.Number("to"), Reason: text(a, "reason")}
	},
	"agree_lower_severity": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.AgreeLowerSeverity{Consent: d.consent(a)}
	},
	"decline_lower_severity": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.DeclineLowerSeverity{Reason: text(a, "reason"), Consent: d.consent(a)}
	},
	"decline_after_hours_end": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.DeclineAfterHoursEnd{Reason: text(a, "reason"), Consent: d.consent(a)}
	},
	"offer_after_hours": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.OfferAfterHours{Price: text(a, "price"), Order: text(a, "order")}
	},
	"confirm_after_hours": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.ConfirmAfterHours{Consent: d.consent(a)}
	},
	"decline_after_hours": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.DeclineAfterHours{Reason: text(a, "reason")}
	},
	"propose_after_hours_end": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.ProposeAfterHoursEnd{Ground: a.Word("ground"), Severity: a.Number("severity"), Text: text(a, "text")}
	},
	"agree_after_hours_end": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.AgreeAfterHoursEnd{Consent: d.consent(a)}
	},
	"announce_hand_over": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.AnnounceHandOver{
			To: d.contact(a.Word("to")), EffectiveAt: a.Instant("effective"), Ground: a.Word("ground"), Reason: text(a, "reason"),
			Note: support.HandOverNote{State: text(a, "state"), Next: text(a, "next"), Promises: text(a, "promises"), DoNot: text(a, "do_not")},
		}
	},
	"route":            func(*coreDriver, *scenario.Args) support.Command { return &support.RouteToStaff{} },
	"acknowledge_page": func(*coreDriver, *scenario.Args) support.Command { return &support.AcknowledgePage{} },
	"accept_hand_over": func(*coreDriver, *scenario.Args) support.Command { return &support.AcceptHandOver{} },
	"decline_hand_over": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.DeclineHandOver{Reason: text(a, "reason")}
	},
	"cancel_hand_over": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.CancelHandOver{Reason: text(a, "reason")}
	},
	"escalate": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.Escalate{
			Statement: text(a, "statement"), Impact: text(a, "impact"), Workaround: text(a, "workaround"),
			MilestoneAt: a.Instant("milestone"), Reason: text(a, "reason"), Phoned: a.Yes("phoned"),
		}
	},
	"assign_escalation": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.AssignEscalation{Engineer: d.contact(a.Word("engineer"))}
	},
	"set_action_plan": func(_ *coreDriver, a *scenario.Args) support.Command { return plan(a) },
	"confirm_deescalation": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.ConfirmDeescalation{Check: a.Word("check"), Consent: d.consent(a)}
	},
	"deescalate": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.Deescalate{Reason: text(a, "reason")}
	},
	"propose_completion": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.ProposeCompletion{Reason: a.Word("reason"), Text: text(a, "text"), Cause: text(a, "cause"), CausePublic: a.Yes("cause_public")}
	},
	"accept_completion": func(d *coreDriver, a *scenario.Args) support.Command {
		return &support.AcceptCompletion{Consent: d.consent(a)}
	},
	"decline_completion": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.DeclineCompletion{Text: text(a, "text"), OnBehalf: a.Yes("on_behalf")}
	},
	"complete": func(d *coreDriver, a *scenario.Args) support.Command {
		c := &support.Complete{
			Reason: a.Word("reason"), Text: text(a, "text"), Consent: d.consent(a), Cause: text(a, "cause"), CausePublic: a.Yes("cause_public"),
		}
		if a.Has("of") {
			c.Of = d.names[a.Word("of")]
		}
		return c
	},
	"reopen": func(_ *coreDriver, a *scenario.Args) support.Command { return &support.Reopen{Text: text(a, "text")} },
	"answer_survey": func(_ *coreDriver, a *scenario.Args) support.Command {
		return &support.AnswerSurvey{Score: a.Number("score"), Text: text(a, "text")}
	},
	"change_details":    (*coreDriver).changeDetails,
	"approve_execution": func(*coreDriver, *scenario.Args) support.Command { return &support.ApproveExecution{} },
	"split_licence":     func(d *coreDriver, a *scenario.Args) support.Command { return d.split(a) },
}
