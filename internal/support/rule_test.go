package support_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/scenario"
	"madoguchi/internal/support"
)

// basic and production are the first lines of most stories: a request filed
// inside of the business hours.
const (
	basic = `
2026-06-03 10:00 JST sato file as=this product=esx version=4.0 severity=3 criteria=usable environment=production title="t"
`
	production = `
2026-06-03 10:00 JST tanaka file as=this product=vsphere version=4.0 severity=3 criteria=usable environment=production title="t"
`
	// another is one of which the request before is a duplicate.
	another = `
2026-06-03 10:01 JST tanaka file as=other product=vsphere version=4.0 severity=4 criteria=question title="o"
`
	cs = `
2026-06-03 10:00 JST suzuki file kind=cs_request topic=contract items=order_number title="t"
`
)

// tells plays a story in a room of its own and holds its wants.
func tells(t *testing.T, stories ...string) *coreDriver {
	t.Helper()
	return tellsIn(t, newRoom(), stories...)
}

func tellsIn(t *testing.T, m *room, stories ...string) *coreDriver {
	t.Helper()
	f, err := scenario.Read(t.Name(), []byte("-- script --\n"+strings.Join(stories, "")))
	if err != nil {
		t.Fatal(err)
	}
	d := &coreDriver{room: m, names: map[string]int64{}}
	for _, p := range scenario.Play(f.Cases[0], d).Problems {
		t.Error(p)
	}
	return d
}

// guide: R15
func TestStagesFromOpenToCompleted(t *testing.T) {
	t.Parallel()
	tells(t, production, `
want stage opened
want queue technical
want owner nobody
2026-06-03 10:05 JST mori take
want refused invalid staff.not_engineer field staff
2026-06-03 10:06 JST ito take
want stage worked_on
want owner ito
want queue none
want public assigned
2026-06-03 11:00 JST ito complete reason=confirmed consent=tanaka how=phone
want stage completed
want turn nobody
`)
	tells(t, cs, `
want queue licence
2026-06-03 10:05 JST ito take
want refused invalid staff.not_licence field staff
2026-06-03 10:06 JST mori take
want owner mori
`)
}

// guide: R18
func TestSeverityIsGrounded(t *testing.T) {
	t.Parallel()
	file := "2026-06-03 10:00 JST tanaka file product=vsphere version=4.0 title=t severity="
	for line, want := range map[string]string{
		"1":                               "refused invalid severity.impact_needed field impact",
		"2":                               "refused invalid severity.impact_needed field impact",
		"3":                               "severity 3",
		"4":                               "severity 4",
		"1 impact=x":                      "severity 1",
		"2 criteria=milestone":            "severity 2",
		"1 criteria=milestone":            "refused invalid severity.criterion_unknown field criteria",
		"3 criteria=usable,data_at_risk":  "refused invalid severity.criterion_unknown field criteria",
		"1 criteria=data_at_risk":         "severity 1",
		"1 criteria=service_lost":         "severity 1",
		"1 criteria=business_stopped":     "severity 1",
		"0":                               "refused invalid severity.needed field severity",
		"5":                               "refused invalid severity.unknown field severity",
		"3 environment=laboratory":        "refused invalid environment.unknown field environment",
		"3 channel=phone":                 "refused invalid channel.phone_by_staff field channel",
		"3 contact=takahashi channel=api": "refused invalid contact.not_self field contact",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			tells(t, file+line+"\nwant "+want+"\n")
		})
	}
	for _, s := range classic.Severities {
		if s.Level == 1 && s.Duty["en"] == "" {
			t.Error("severity 1 does not say what the customer provides")
		}
	}
}

// TestReceiptWithinTheHour holds back what the desk sends.
//
// guide: R23
func TestReceiptWithinTheHour(t *testing.T) {
	t.Parallel()
	m := newRoom()
	m.mute = true
	d := tellsIn(t, m, production, `
want target acknowledgement running amount 1h due 2026-06-03 11:00 JST
2026-06-03 10:30 JST ito comment text="an answer is no receipt"
want target acknowledgement running
2026-06-03 11:00 JST clock
want target acknowledgement running
2026-06-03 11:00:00.000001 JST clock
want target acknowledgement missed
`)
	receipt := m.requests[d.id].effects[0]
	if receipt.Template != "acknowledgement" || receipt.Recipient.Kind != support.ToContact {
		t.Fatalf("the first effect of filing is %+v", receipt)
	}
	m.now = at(t, "2026-06-03 11:20")
	notice := support.Notified{Key: receipt.Key, Kind: receipt.Kind, Template: receipt.Template, Recipient: receipt.Recipient, Seq: receipt.Seq}
	if _, err := m.do(support.Actor{Kind: support.System}, d.id, &support.RecordNotice{Notified: notice}); err != nil {
		t.Fatal(err)
	}
	if c, _ := m.requests[d.id].request.Clock(support.Acknowledgement); c.State != support.MetLate {
		t.Errorf("told after the hour, the receipt is %s", c.State)
	}
}

// TestWhatAnswers: a person's word does; whether a message left on a machine
// does follows from how the contact wants to be reached.
//
// guide: A3
func TestWhatAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ preferred, act, state string }{
		{"mail", "ito comment text=x", "met"},
		{"mail", "hayashi comment text=x", "met"},
		{"mail", "ito log_contact channel=phone outcome=connected", "met"},
		{"mail", "ito log_contact channel=mail outcome=sent text=x", "met"},
		{"mail", "ito log_contact channel=phone outcome=voicemail", "running"},
		{"phone", "ito log_contact channel=phone outcome=voicemail", "met"},
		{"phone", "ito log_contact channel=phone outcome=no_answer", "running"},
		{"mail", "ito log_contact channel=mail outcome=bounced text=x", "running"},
		{"mail", "ito add_note text=x", "running"},
		{"mail", "ito take", "running"},
		{"mail", "ito comment on_behalf=yes text=x", "running"},
		{"mail", "tanaka comment text=x", "running"},
		{"mail", "system record_auto_reply text=x", "running"},
	} {
		t.Run(c.preferred+" "+c.act, func(t *testing.T) {
			t.Parallel()
			tells(t, "2026-06-03 10:00 JST tanaka file product=vsphere version=4.0 severity=3 title=t preferred="+c.preferred+"\n",
				"2026-06-03 10:10 JST "+c.act+"\nwant target first_response "+c.state+"\n")
		})
	}
}

// guide: A2
func TestWhenTheClockStarts(t *testing.T) {
	t.Parallel()
	tells(t, `
2026-06-03 12:00 JST hayashi file contact=tanaka channel=phone received="2026-06-03 10:00 JST" product=vsphere version=4.0 severity=3 title="a voice message"
want target first_response running due 2026-06-03 18:00 JST
want target acknowledgement due 2026-06-03 13:00 JST
2026-06-03 12:00 JST mori file contact=tanaka channel=mail received="2026-06-03 10:00 JST" kind=cs_request topic=other title="a mail"
want target cs_reply running warn 2026-06-05 10:00 JST due 2026-06-06 10:00 JST
2026-06-03 12:00 JST hayashi file contact=tanaka channel=phone product=vsphere version=4.0 severity=3 title=t
want target first_response running due 2026-06-03 20:00 JST
2026-06-03 12:00 JST hayashi file contact=tanaka channel=phone received="2026-06-03 12:01 JST" product=vsphere version=4.0 severity=3 title=t
want refused invalid happened.too_old field received_at
2026-06-03 12:00 JST tanaka file received="2026-06-03 10:00 JST" product=vsphere version=4.0 severity=3 title=t
want refused invalid happened.too_old field received_at
`)
}

// TestHappenedElsewhere: a call counts from when it was, a miss that proves to
// be none is withdrawn and stays readable.
func TestHappenedElsewhere(t *testing.T) {
	t.Parallel()
	tells(t, production, `
2026-06-03 18:00:00.000001 JST clock
want target first_response missed
2026-06-03 18:30 JST ito log_contact channel=phone outcome=connected happened="2026-06-03 18:00 JST"
want refused invalid happened.reason field reason
2026-06-03 18:30 JST ito log_contact channel=phone outcome=connected happened="2026-06-03 18:00 JST" reason="logged after the call"
want target first_response met at 2026-06-03 18:00 JST
want event miss_withdrawn times 1
want event target_missed times 1
2026-06-03 18:31 JST ito log_contact channel=phone outcome=connected happened="2026-06-03 18:32 JST" reason=x
want refused invalid happened.future field happened_at
2026-06-11 10:00 JST ito log_contact channel=phone outcome=connected happened="2026-06-04 09:59:59 JST" reason=x
want refused invalid happened.too_old field happened_at
`)
}

// guide: A4, R29
func TestRaisingStartsAnotherTarget(t *testing.T) {
	t.Parallel()
	const ask = "2026-06-03 15:00 JST tanaka raise_severity to=1 impact=x\n2026-06-03 15:04 JST ito grant_severity\n"
	t.Run("the old one still runs", func(t *testing.T) {
		t.Parallel()
		tells(t, production, ask, `
want target first_response#1 replaced by first_response
want target first_response#2 running due 2026-06-03 15:34 JST
`)
	})
	t.Run("the old one is due earlier and keeps its word", func(t *testing.T) {
		t.Parallel()
		tells(t, basic, `
2026-06-03 20:50 JST sato raise_severity to=2 impact=x
2026-06-03 21:00 JST ito grant_severity
want target first_response#1 replaced due 2026-06-04 10:00 JST
want target first_response#2 running amount 8bh due 2026-06-04 10:00 JST capped
`)
	})
	t.Run("the old one was missed", func(t *testing.T) {
		t.Parallel()
		tells(t, production, `
2026-06-04 09:40 JST tanaka raise_severity to=1 impact=x
2026-06-04 09:44 JST ito grant_severity
want target first_response#1 missed due 2026-06-03 18:00 JST
want target first_response#2 running due 2026-06-04 10:14 JST
`)
	})
	t.Run("undecided for a quarter of an hour", func(t *testing.T) {
		t.Parallel()
		tells(t, production, `
2026-06-03 15:00 JST tanaka raise_severity to=1 impact=x
2026-06-03 15:14:59.999999 JST clock
want no page watanabe raise_overdue
2026-06-03 15:15 JST clock
want paged watanabe raise_overdue at 2026-06-03 15:15 JST
want severity 3
2026-06-03 15:20 JST ito decline_severity
want refused invalid text.needed field reason
2026-06-03 15:20 JST ito decline_severity reason="a workaround is there"
want severity 3
want raise none
want told tanaka severity_declined
want targets 2
`)
	})
	t.Run("to severity 2 nobody is paged", func(t *testing.T) {
		t.Parallel()
		tells(t, production, `
2026-06-03 15:00 JST tanaka raise_severity to=2 impact=x
2026-06-03 17:00 JST clock
want no event severity_raise_overdue
`)
	})
}

// guide: A4
func TestLoweringCountsAnew(t *testing.T) {
	t.Parallel()
	tells(t, `
2026-06-03 10:00 JST tanaka file product=vsphere version=4.0 severity=2 impact=x title=t
want target first_response running due 2026-06-03 14:00 JST
2026-06-03 11:00 JST tanaka lower_severity to=3
want severity 3
want target first_response#1 replaced by first_response
want target first_response#2 running due 2026-06-03 19:00 JST
2026-06-03 11:30 JST ito comment text=x
2026-06-03 12:00 JST tanaka lower_severity to=4
want target first_response#2 met at 2026-06-03 11:30 JST
want no target first_response#3
`)
	tells(t, `
2026-06-03 10:00 JST tanaka file product=vsphere version=4.0 severity=2 impact=x title=t
2026-06-03 15:00 JST tanaka lower_severity to=3
want target first_response missed due 2026-06-03 14:00 JST
want targets 2
`)
}

// guide: R29, A16, A17
func TestWhoChangesSeverity(t *testing.T) {
	t.Parallel()
	tells(t, production, `
2026-06-03 11:00 JST tanaka raise_severity to=2
want refused invalid text.needed field impact
2026-06-03 11:00 JST tanaka raise_severity to=3 impact=x
want refused invalid severity.not_higher field to
2026-06-03 11:00 JST tanaka raise_severity to=2 impact=x
want severity 3
2026-06-03 11:01 JST tanaka raise_severity to=1 impact=x
want refused conflict severity.raise_pending
2026-06-03 11:02 JST tanaka grant_severity
want refused forbidden command.forbidden
2026-06-03 11:03 JST ito grant_severity
want severity 2
want escalation none
2026-06-03 12:00 JST ito lower_severity to=3
want refused invalid text.needed field reason
2026-06-03 12:00 JST ito lower_severity to=3 reason="the impact fell"
want severity 3
want told tanaka severity_changed at 2026-06-03 12:00 JST
2026-06-03 13:00 JST ito raise_severity to=1 impact="recorded wrongly"
want severity 1
want event severity_changed why=vendor reason="recorded wrongly"
2026-06-03 14:00 JST tanaka lower_severity to=4
want severity 4
2026-06-03 14:10 JST tanaka lower_severity to=2
want refused invalid severity.not_lower field to
`)
	tells(t, cs, `
2026-06-03 11:00 JST suzuki raise_severity to=1 impact=x
want refused conflict command.technical_only
`)
}

// guide: A14
func TestSeverityOneByWebPagesAtOnce(t *testing.T) {
	t.Parallel()
	tells(t, `
2026-06-06 02:00 JST sato entitle product=esx version=4.0 channel=portal severity=1
want shows call_now=yes
2026-06-06 02:00 JST sato file product=esx version=4.0 severity=1 impact=x title=t
want severity 1
want paged watanabe filed_severe within 0s
2026-06-06 02:00 JST hayashi entitle contact=sato product=esx version=4.0 channel=phone severity=1
want shows call_now=no
2026-06-06 02:00 JST hayashi file contact=sato channel=phone product=esx version=4.0 severity=1 impact=x title=t
want no page
2026-06-06 02:00 JST sato file product=esx version=4.0 severity=2 impact=x title=t
want no page
`)
}

// guide: R25, A9
func TestReplyToCustomerService(t *testing.T) {
	t.Parallel()
	tells(t, `
2026-06-05 21:00 JST suzuki file kind=cs_request topic=contract title=t
want target cs_reply running calendar none amount 72h warn 2026-06-07 21:00 JST due 2026-06-08 21:00 JST
2026-06-05 21:10 JST mori wait kind=waiting_customer
2026-06-07 21:00 JST clock
want event target_warned times 1 at 2026-06-07 21:00 JST
2026-06-08 21:00 JST clock
want target cs_reply running
2026-06-08 21:00:00.000001 JST clock
want target cs_reply missed due 2026-06-08 21:00 JST
2026-06-09 21:00 JST mori comment text=x
want target cs_reply met_late at 2026-06-09 21:00 JST after 96h
`)
	tells(t, cs, `
2026-06-03 11:00 JST mori ask kind=details text="the licence key" item=licence_key
want target cs_reply met at 2026-06-03 11:00 JST
`)
}

// guide: R51
func TestItemsAreAskedForAndBlockNothing(t *testing.T) {
	t.Parallel()
	tells(t, `
2026-06-03 10:00 JST nakamura file kind=cs_request topic=other title=t
want stage opened
want items none
want missing order_number contract_number licence_key pla_email
2026-06-03 10:01 JST nakamura file kind=cs_request topic=other items=pla_email,licence_key title=t
want items licence_key pla_email
want missing order_number contract_number
`)
}

// guide: R26
func TestOneOwnerUntilToldOtherwise(t *testing.T) {
	t.Parallel()
	tells(t, production, `
2026-06-03 10:10 JST ito take
2026-06-03 10:11 JST byrne take
want refused conflict request.owned
2026-06-03 10:12 JST byrne announce_hand_over to=byrne ground=expertise
want refused forbidden command.owner_only
2026-06-03 10:13 JST ito announce_hand_over to=byrne ground=convenience
want refused invalid hand_over.ground_unknown field ground
2026-06-03 10:13 JST ito announce_hand_over to=mori ground=expertise
want refused invalid staff.not_engineer field to
2026-06-03 10:14 JST ito announce_hand_over to=byrne ground=expertise effective="2026-06-03 10:33:59 JST"
want refused invalid hand_over.too_soon field effective_at
2026-06-03 10:14 JST ito announce_hand_over to=byrne ground=expertise effective="2026-06-03 10:34 JST" state=s next=n promises=none
want refused invalid hand_over.note field note.do_not
2026-06-03 10:14 JST ito announce_hand_over to=byrne ground=expertise effective="2026-06-03 10:34 JST" state=s next=n promises=none do_not=none
want told tanaka hand_over_announced at 2026-06-03 10:14 JST
want owner ito
2026-06-03 10:15 JST ito announce_hand_over to=nishida ground=expertise
want refused conflict hand_over.pending
2026-06-03 10:20 JST ito cancel_hand_over reason="no need"
want hand_over none
2026-06-03 11:00 JST clock
want owner ito
2026-06-03 11:00 JST watanabe announce_hand_over to=byrne ground=expertise state=s next=n promises=none do_not=none
2026-06-03 11:05 JST ito accept_hand_over
want refused forbidden command.receiver_only
2026-06-03 11:06 JST byrne accept_hand_over
2026-06-03 11:19:59 JST clock
want owner ito
2026-06-03 11:20 JST clock
want owner byrne
want owners ito byrne
`)
}

// guide: R26, R49, A22
func TestCompletionTakesBothSides(t *testing.T) {
	t.Parallel()
	tells(t, production, `
2026-06-03 10:10 JST ito comment text=x
2026-06-03 11:00 JST ito propose_completion reason=confirmed
want stage worked_on
want turn customer
want told tanaka completion_proposed
2026-06-03 11:01 JST ito accept_completion
want refused invalid consent.needed field consent
2026-06-03 11:02 JST ito decline_completion text=x
want refused conflict completion.other_side
2026-06-03 11:03 JST tanaka decline_completion text="not yet"
want proposal none
want turn support
2026-06-03 12:00 JST tanaka propose_completion reason=wont_fix
want refused invalid completion.reason_vendor field reason
2026-06-03 12:00 JST tanaka propose_completion reason=confirmed
want turn support
2026-06-03 12:01 JST tanaka accept_completion
want refused conflict completion.other_side
2026-06-03 12:02 JST ito accept_completion
want stage completed reason confirmed
want event completed consent.contact=tanaka
`)
}

// TestReasonsToComplete: which reasons take the customer's consent, and which
// nobody may give.
//
// guide: R49, A22
func TestReasonsToComplete(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		"confirmed": "consent", "workaround": "consent", "wont_fix": "consent", "out_of_scope": "consent", "third_party": "consent",
		"withdrawn": "consent", "converted": "consent", "duplicate": "of another", "spam": "",
		"silence": "completion.by_rule_only", "beta_ended": "completion.by_rule_only", "tired": "completion.reason_unknown",
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			const complete = "2026-06-03 11:00 JST ito complete reason="
			switch want {
			case "consent":
				tells(t, production, complete, reason, "\nwant refused invalid consent.needed field consent\nwant stage opened\n",
					complete, reason, " consent=tanaka how=mail\nwant stage completed reason ", reason, "\n")
			case "of another":
				tells(t, production, another, "2026-06-03 11:00 JST ito complete on=this reason=duplicate of=other\nwant stage completed reason duplicate\n")
			case "":
				tells(t, production, complete, reason, "\nwant stage completed reason ", reason, "\n")
			default:
				tells(t, production, complete, reason, " consent=tanaka how=mail\nwant refused invalid ", want, " field reason\n")
			}
		})
	}
	tells(t, cs, `
2026-06-03 11:00 JST mori complete reason=confirmed
want stage completed reason confirmed
want told suzuki completed
`)
}

// guide: R27
func TestNineKindsOfAsks(t *testing.T) {
	t.Parallel()
	kinds := support.AskKinds()
	if len(kinds) != 9 || len(classic.Intake.Asks) != 9 {
		t.Fatalf("%d kinds in the core, %d in the pack", len(kinds), len(classic.Intake.Asks))
	}
	var story strings.Builder
	for i, k := range kinds {
		if classic.Intake.Asks[i].ID != string(k) {
			t.Errorf("kind %d is %s in the core and %s in the pack", i+1, k, classic.Intake.Asks[i].ID)
		}
		fmt.Fprintf(&story, "2026-06-03 11:0%d JST ito ask kind=%s text=x\nwant ask %d kind %s of customer open\nwant turn customer\n", i, k, i+1, k)
	}
	for i := range kinds {
		fmt.Fprintf(&story, "2026-06-03 12:0%d JST tanaka answer_ask n=%d text=x\nwant ask %d answered\n", i, i+1, i+1)
	}
	tells(t, production, story.String(), `
want waiting nothing
want turn support
2026-06-03 12:10 JST tanaka answer_ask n=9 text=x
want refused conflict ask.not_open
2026-06-03 12:10 JST tanaka answer_ask n=10 text=x
want refused not_found ask.unknown
2026-06-03 12:11 JST ito ask kind=favour text=x
want refused invalid ask.kind_unknown field asks.kind
2026-06-03 12:12 JST ito ask kind=verify_bug of=support text=x
want ask 10 of support open
2026-06-03 12:13 JST tanaka answer_ask n=10 text=x
want refused forbidden ask.not_yours
2026-06-03 12:14 JST ito cancel_ask n=10 reason=x
want ask 10 cancelled
2026-06-03 12:15 JST tanaka ask kind=details text=x
want refused forbidden command.forbidden
`)
}

// guide: R46
func TestEscalationStandsBesideSeverity(t *testing.T) {
	t.Parallel()
	const say = " statement=s impact=i reason=r"
	for _, who := range []string{"tanaka", "takahashi", "hayashi", "ito", "watanabe"} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			tells(t, production, "2026-06-03 11:00 JST ", who, " escalate", say, `
want escalation active
want severity 3
want priority 1
want paged watanabe escalated_staff within 60s
want no target callback
2026-06-03 11:01 JST ito escalate statement=s impact=i reason=r
want refused conflict escalation.active
2026-06-03 11:02 JST ito assign_escalation engineer=nishida
want refused forbidden command.forbidden
2026-06-03 11:02 JST watanabe assign_escalation engineer=mori
want refused invalid staff.not_engineer field engineer
`)
		})
	}
	tells(t, production, `
2026-06-03 11:00 JST tanaka escalate phoned=yes statement=s impact=i reason=r
want no target callback
`)
	tells(t, production, `
2026-06-03 11:00 JST hayashi escalate phoned=yes statement=s reason=r
want refused invalid text.needed field impact
2026-06-03 11:00 JST hayashi escalate phoned=yes statement=s impact=i reason=r
want target callback running due 2026-06-03 11:30 JST
2026-06-03 11:10 JST ito log_contact channel=phone outcome=connected
want target callback running
2026-06-03 11:30:00.000001 JST clock
want target callback missed
want paged watanabe missed
`)
}

// distinct tells how many different values a list has.
func distinct[T comparable](list []T) int {
	var seen []T
	for _, x := range list {
		if !slices.Contains(seen, x) {
			seen = append(seen, x)
		}
	}
	return len(seen)
}

// TestNumbersOfRequests: nine digits, never twice, one series for both kinds.
//
// guide: R23
func TestNumbersOfRequests(t *testing.T) {
	t.Parallel()
	var numbers []string
	for id := int64(support.FirstID); id < support.FirstID+2000; id++ {
		n := support.Number(id)
		back, err := support.ParseNumber(support.SpokenNumber(id))
		if err != nil || back != id || len(n) != 9 {
			t.Fatalf("%d is %s and comes back as %d, %v", id, n, back, err)
		}
		numbers = append(numbers, n)
	}
	if distinct(numbers) != len(numbers) {
		t.Error("two requests share a number")
	}
	d := tells(t, production, cs)
	if d.id != support.FirstID+1 {
		t.Errorf("the second request, a CS request, has id %d", d.id)
	}
}
