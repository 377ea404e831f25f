package support_test

import (
	"strings"
	"testing"

	"madoguchi/internal/support"
)

const tried = `
2026-06-01 11:00 JST ito log_contact channel=mail outcome=sent text=x
2026-06-04 11:00 JST ito log_contact channel=mail outcome=sent text=x
2026-06-08 11:00 JST ito log_contact channel=mail outcome=sent text=x
`

// early is a request that is old enough for a silence that began on 1 June.
const early = `
2026-05-29 10:00 JST tanaka file product=vsphere version=4.0 severity=3 title=t
2026-05-29 10:30 JST ito comment text=x
`

// TestSilenceNeedsAllOfIt: three attempts, three days of the contact, 240 hours
// from the first unanswered one; the end instant permits.
//
// guide: R49, A5
func TestSilenceNeedsAllOfIt(t *testing.T) {
	t.Parallel()
	t.Run("exactly", func(t *testing.T) {
		t.Parallel()
		tells(t, early, tried, `
2026-06-11 10:59:59.999999 JST clock
want stage worked_on
2026-06-11 11:00 JST clock
want stage completed reason silence
want event completed at 2026-06-11 11:00 JST
`)
	})
	t.Run("two attempts", func(t *testing.T) {
		t.Parallel()
		tells(t, early, strings.Join(strings.Split(tried, "\n")[:3], "\n"), `
2026-07-11 11:00 JST clock
want stage worked_on
want silence 2 of 3 earliest 2026-06-11 11:00 JST permitted never
`)
	})
	t.Run("the third comes late", func(t *testing.T) {
		t.Parallel()
		tells(t, early, strings.Join(strings.Split(tried, "\n")[:3], "\n"), `
2026-06-20 11:00 JST ito log_contact channel=phone outcome=no_answer
want silence 3 of 3 days 3 of 3 permitted 2026-06-20 11:00 JST
2026-06-20 11:00 JST clock
want stage completed reason silence
`)
	})
	t.Run("the contact's days, not ours", func(t *testing.T) {
		t.Parallel()
		m := newRoom()
		m.contacts[m.people["tanaka"].ID-1].Zone = "America/Los_Angeles"
		// 2 and 3 June in Japan are one day in Los Angeles.
		tellsIn(t, m, early, `
2026-06-02 17:00 JST ito log_contact channel=phone outcome=no_answer
2026-06-03 10:00 JST ito log_contact channel=phone outcome=no_answer
2026-06-04 17:00 JST ito log_contact channel=phone outcome=no_answer
want silence 3 of 3 days 2 of 3 permitted never
`)
	})
	t.Run("written down afterwards, before the customer spoke", func(t *testing.T) {
		t.Parallel()
		tells(t, early, `
2026-06-03 09:00 JST tanaka comment text=x
2026-06-04 11:00 JST ito log_contact channel=phone outcome=no_answer happened="2026-06-02 11:00 JST" reason=x
want silence 0 of 3
2026-06-04 11:00 JST ito log_contact channel=phone outcome=no_answer
2026-06-05 11:00 JST ito log_contact channel=phone outcome=no_answer happened="2026-06-03 11:00 JST" reason=x
want silence 2 of 3 earliest 2026-06-13 11:00 JST
`)
	})
	t.Run("a proposal that nobody answers lapses into it", func(t *testing.T) {
		t.Parallel()
		tells(t, early, "2026-05-30 10:00 JST ito propose_completion reason=confirmed\n", tried, `
2026-06-11 11:00 JST clock
want stage completed reason silence
`)
	})
}

// TestWhatEndsSilence: any activity of the customer does, a machine's answer
// and our own notes do not.
//
// guide: A5, A26
func TestWhatEndsSilence(t *testing.T) {
	t.Parallel()
	for act, left := range map[string]string{
		"tanaka comment text=x":                                     "0",
		"ito comment on_behalf=yes text=x":                          "0",
		"ito log_contact channel=phone outcome=connected":           "0",
		"tanaka raise_severity to=2 impact=x":                       "0",
		"tanaka change_details preferred=phone reference=x":         "0",
		"takahashi comment text=x":                                  "0",
		"ito lower_severity to=4 reason=x consent=tanaka how=phone": "0",
		"system record_auto_reply text=x":                           "3",
		"ito add_note text=x":                                       "3",
		"ito comment text=x":                                        "3",
		"ito void_attempt n=2 why=bounced":                          "2",
		"system void_attempt n=3 why=bounced":                       "2",
		"ito log_contact channel=mail outcome=bounced text=x":       "3",
		"ito log_contact channel=phone outcome=voicemail":           "4",
		"ito lower_severity to=4 reason=x":                          "3",
	} {
		t.Run(act, func(t *testing.T) {
			t.Parallel()
			tells(t, early, tried, "2026-06-09 09:00 JST ", act, "\nwant silence ", left, " of 3\n")
		})
	}
	t.Run("ito answer_ask", func(t *testing.T) {
		t.Parallel()
		tells(t, early, `
2026-06-01 10:59 JST ito ask kind=debug_data text=x
2026-06-01 10:59 JST ito ask kind=vendor_reproduces of=support text=x
`, tried, `
2026-06-09 09:00 JST ito answer_ask n=2 text="ours, done"
want silence 3 of 3
2026-06-09 09:01 JST ito answer_ask n=1 text="the customer sent it to the file server"
want silence 0 of 3
want waiting nothing
want turn support
2026-06-21 09:00 JST clock
want stage worked_on
`)
	})
	tells(t, early, tried, `
2026-06-09 09:00 JST ito void_attempt n=1 why=bounced
want silence 2 of 3 earliest 2026-06-14 11:00 JST permitted never
2026-06-09 09:00 JST ito void_attempt n=1 why=bounced
want refused conflict attempt.void_already
2026-06-11 11:00 JST clock
want stage worked_on
`)
}

// TestSilenceWaitsForUs: what the customer asked of us, or somebody else's
// approval, is not completed because the customer says nothing more.
//
// guide: A5, R03
func TestSilenceWaitsForUs(t *testing.T) {
	t.Parallel()
	const over = "2026-07-11 11:00 JST clock\nwant stage worked_on\n"
	tells(t, early, "2026-05-30 10:00 JST tanaka raise_severity to=2 impact=x\n", tried,
		"want silence 3 of 3 permitted never blocked raise\nwant turn support\n", over, `
2026-07-11 11:00 JST ito decline_severity reason=x
2026-07-11 11:00 JST clock
want stage completed reason silence
`)
	tells(t, early, "2026-05-30 10:00 JST tanaka propose_completion reason=confirmed\n", tried,
		"want silence 3 of 3 permitted never blocked proposal\nwant turn support\n", over)
	tells(t, `
2026-05-29 10:00 JST sato file kind=cs_request topic=licence title=t
2026-05-29 10:30 JST mori comment text=x
want approval needed
2026-06-01 11:00 JST mori log_contact channel=mail outcome=sent text=x
2026-06-04 11:00 JST mori log_contact channel=mail outcome=sent text=x
2026-06-08 11:00 JST mori log_contact channel=mail outcome=sent text=x
want silence 3 of 3 permitted never blocked approval
`, over, `
2026-07-11 11:00 JST suzuki approve_execution
want silence 0 of 3
`)
}

// guide: R50, A6
func TestSurveyOncePerPersonAndFortnight(t *testing.T) {
	t.Parallel()
	const first = `
2026-06-02 10:00 JST tanaka file product=vsphere version=4.0 severity=4 title=t
2026-06-02 11:00 JST ito complete reason=confirmed consent=tanaka how=phone
want survey requested
want told tanaka survey at 2026-06-02 11:00 JST
`
	for line, want := range map[string]string{
		"2026-06-16 10:59:59.999999 JST ito complete reason=confirmed consent=tanaka how=phone": "withheld interval last 2026-06-02 11:00 JST eligible 2026-06-16 11:00 JST",
		"2026-06-16 11:00 JST ito complete reason=confirmed consent=tanaka how=phone":           "requested",
		"2026-06-16 11:00 JST ito complete on=this reason=duplicate of=other":                   "withheld reason",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			tells(t, strings.ReplaceAll(another, "06-03", "06-01"), first, "2026-06-03 10:00 JST tanaka file as=this product=vsphere version=4.0 severity=4 title=t\n", line, "\nwant survey ", want, "\n")
		})
	}
	t.Run("another person of the account", func(t *testing.T) {
		t.Parallel()
		m := newRoom()
		m.grant(2, support.RoleSupportAdmin, "takahashi")
		tellsIn(t, m, first, `
2026-06-03 10:00 JST takahashi file product=vsphere version=4.0 severity=4 title=t
2026-06-03 11:00 JST ito complete reason=confirmed consent=takahashi how=phone
want survey requested
2026-06-04 11:00 JST tanaka answer_survey score=5
want refused forbidden survey.not_yours
2026-06-04 11:00 JST takahashi answer_survey score=6
want refused invalid survey.score field score
2026-06-04 11:00 JST takahashi answer_survey score=5
want survey answered
2026-06-04 11:01 JST takahashi answer_survey score=1
want refused conflict survey.answered
`)
	})
}

// guide: A15
func TestNoSurveyAfterThese(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{"duplicate": "withheld reason", "spam": "withheld reason", "converted": "withheld reason", "confirmed": "requested", "wont_fix": "requested"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			line := "2026-06-03 11:00 JST ito complete on=this consent=tanaka how=phone reason=" + reason
			if reason == "duplicate" {
				line += " of=other"
			}
			tells(t, production, another, line, "\nwant survey ", want, "\n")
		})
	}
	tells(t, cs, "2026-06-03 11:00 JST mori complete reason=confirmed\nwant survey withheld kind\nwant hidden survey_withheld\n")
}

// guide: A12
func TestReopeningWithinTheWindow(t *testing.T) {
	t.Parallel()
	const done = `
2026-06-03 10:30 JST ito comment text=x
2026-06-03 11:00 JST ito complete reason=confirmed consent=tanaka how=phone
want reopen until 2026-06-17 11:00 JST
`
	tells(t, production, done, `
2026-06-17 11:00 JST tanaka comment text="again"
want stage worked_on
want owner ito
want target first_response#2 running due 2026-06-17 19:00 JST
want told ito reopened_staff
want told tanaka reopened
`)
	tells(t, production, done, `
2026-06-17 11:00:00.000001 JST tanaka comment text="again"
want refused conflict request.reopen_over
want stage completed
2026-06-17 11:01 JST tanaka reopen text="again"
want refused conflict request.reopen_over
`)
	tells(t, production, done, `
2026-06-04 11:00 JST ito comment text="one more thing"
want refused conflict request.completed
2026-06-04 11:00 JST tanaka raise_severity to=1 impact=x
want refused conflict request.completed
2026-06-04 11:00 JST ito add_note text="notes stay possible"
want stage completed
2026-06-04 11:01 JST hayashi reopen text="they called"
want stage worked_on
want comments 2
`)
	tells(t, production, another, `
2026-06-03 11:00 JST ito complete on=this reason=duplicate of=other
2026-06-03 12:00 JST tanaka comment text=x
want refused conflict request.duplicate
`)
	tells(t, production, `
2026-06-03 11:00 JST ito complete reason=spam
2026-06-03 12:00 JST tanaka comment text=x
want refused conflict request.not_reopened
`)
}

// guide: A13
func TestWhoIsPartyToARequest(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]string{
		"sato":     "comments 1",                          // opener
		"mizuno":   "comments 1",                          // SA of the contract
		"suzuki":   "comments 1",                          // its PLA
		"okada":    "refused not_found request.not_found", // its SLA
		"yamamoto": "refused not_found request.not_found", // of the same account
		"tanaka":   "refused not_found request.not_found", // of another
		"ito":      "comments 1",                          // staff
		"nakamura": "refused not_found request.not_found", // of none
		"system":   "refused forbidden command.forbidden", // machines say nothing
		"ishikawa": "refused forbidden command.forbidden", // the administrator of the desk
	} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			tells(t, basic, "2026-06-03 11:00 JST ", who, " comment text=x\nwant ", want, "\n")
		})
	}
}

// TestAfterHoursEnds: three ends, each with the customer's agreement; the
// request completes or goes on in business hours.
//
// guide: R34, A17
func TestAfterHoursEnds(t *testing.T) {
	t.Parallel()
	const bought = `
2026-06-06 02:00 JST hayashi file contact=sato channel=phone product=esx version=4.0 severity=1 impact=x environment=production title=t
2026-06-06 02:10 JST hayashi confirm_after_hours consent=sato how=phone
want refused conflict after_hours.not_offered
2026-06-06 02:10 JST hayashi offer_after_hours price=x
2026-06-06 02:12 JST hayashi confirm_after_hours
want refused invalid consent.needed field consent
2026-06-06 02:12 JST hayashi confirm_after_hours consent=sato how=phone
2026-06-06 02:20 JST ito log_contact channel=phone outcome=connected
`
	for line, want := range map[string]string{
		"ground=restored":               "stage completed reason confirmed",
		"ground=restored severity=3":    "severity 3",
		"ground=workaround":             "stage completed reason workaround",
		"ground=workaround severity=2":  "severity 2",
		"ground=impact_fell severity=4": "severity 4",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			tells(t, bought, "2026-06-06 04:00 JST ito propose_after_hours_end ", line, `
want turn customer
want severity 1
want after_hours active
2026-06-06 04:05 JST ito agree_after_hours_end
want refused invalid consent.needed field consent
2026-06-06 04:06 JST sato agree_after_hours_end
want after_hours ended seconds 6840
want `, want, "\n")
		})
	}
	tells(t, bought, `
2026-06-06 04:00 JST ito propose_after_hours_end ground=impact_fell
want refused invalid after_hours.severity_needed field severity
2026-06-06 04:00 JST ito propose_after_hours_end ground=bedtime severity=3
want refused invalid after_hours.ground_unknown field ground
2026-06-06 04:00 JST ito lower_severity to=3 reason=x
want refused invalid consent.needed field consent
2026-06-06 04:00 JST ito complete reason=confirmed consent=sato how=phone
want refused conflict completion.after_hours_end_first
2026-06-06 04:00 JST ito agree_after_hours_end consent=sato how=phone
want refused conflict after_hours.no_end_proposed
`)
}

// TestAfterHoursEndsUnanswered: a clock that was bought does not go on at night
// after the end was agreed.
func TestAfterHoursEndsUnanswered(t *testing.T) {
	t.Parallel()
	tells(t, `
2026-06-06 02:00 JST hayashi file contact=sato channel=phone product=esx version=4.0 severity=1 impact=x environment=production title=t
2026-06-06 02:10 JST hayashi offer_after_hours price=x
2026-06-06 02:12 JST hayashi confirm_after_hours consent=sato how=phone
2026-06-06 02:20 JST ito propose_after_hours_end ground=impact_fell severity=3
2026-06-06 02:21 JST sato agree_after_hours_end
want target after_hours_response replaced by first_response
want target first_response#2 running amount 12bh due 2026-06-08 21:30 JST
2026-06-08 09:00 JST clock
want no event target_missed
`)
}

// guide: R33, A10
func TestSellingAfterHours(t *testing.T) {
	t.Parallel()
	file := "2026-06-06 02:00 JST hayashi file contact=sato channel=phone product=esx version=4.0 title=t "
	for line, want := range map[string]string{
		"severity=1 impact=x environment=production": "after_hours offered",
		"severity=1 impact=x":                        "refused conflict after_hours.environment_needed",
		"severity=1 impact=x environment=test":       "refused conflict after_hours.not_for_this",
		"severity=2 impact=x environment=production": "refused conflict after_hours.not_for_this",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			tells(t, file, line, "\n2026-06-06 02:10 JST hayashi offer_after_hours price=x\nwant ", want, "\n")
		})
	}
	tells(t, file, `severity=1 impact=x environment=production
2026-06-06 02:10 JST ito offer_after_hours price=x
want refused forbidden command.forbidden
2026-06-06 02:10 JST hayashi offer_after_hours
want refused invalid text.needed field price
2026-06-06 02:11 JST hayashi offer_after_hours price=x
2026-06-06 02:12 JST suzuki confirm_after_hours
want target after_hours_response running due 2026-06-06 02:42 JST
want event after_hours_purchased consent.contact=suzuki consent.how=portal
2026-06-06 02:42 JST clock
want target after_hours_response running
2026-06-06 02:42:00.000001 JST clock
want target after_hours_response missed
want paged watanabe missed
`)
}

// TestIncidentsAreReservedSpentAndGivenBack follows one pack of three.
//
// guide: A20
func TestIncidentsAreReservedSpentAndGivenBack(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]support.IncidentPack{
		"": {Reserved: 1},
		"2026-06-03 11:00 JST ito complete reason=confirmed consent=sato how=phone\n":                                                                           {Spent: 1},
		"2026-06-03 10:30 JST sato file as=other kind=cs_request topic=contract title=t\n2026-06-03 11:00 JST ito complete on=this reason=duplicate of=other\n": {},
		"2026-06-03 11:00 JST ito complete reason=out_of_scope consent=sato how=phone\n":                                                                        {},
		"2026-06-03 11:00 JST ito complete reason=withdrawn consent=sato how=phone\n":                                                                           {},
		"2026-06-03 10:30 JST ito comment text=x\n2026-06-03 11:00 JST ito complete reason=withdrawn consent=sato how=phone\n":                                  {Spent: 1},
		// the pack runs out on 10 June, the reservation outlives it
		"2026-06-12 11:00 JST ito complete reason=confirmed consent=sato how=phone\n": {Spent: 1},
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			m := newRoom()
			m.contracts[0].Offering = "per_incident"
			m.packs = []support.IncidentPack{{ID: 1, Contract: 1, Bought: 3, ExpiresAt: at(t, "2026-06-10 00:00")}}
			tellsIn(t, m, basic, line)
			if got := m.packs[0]; got.Reserved != want.Reserved || got.Spent != want.Spent {
				t.Errorf("reserved %d, spent %d, want %d, %d", got.Reserved, got.Spent, want.Reserved, want.Spent)
			}
		})
	}
}

// TestContractEndsWhileOpen: what was filed goes on as filed; a higher severity
// is judged by the contract as it is then.
//
// guide: A21
func TestContractEndsWhileOpen(t *testing.T) {
	t.Parallel()
	m := newRoom()
	m.contracts[1].EndsAt = at(t, "2026-06-03 12:00")
	tellsIn(t, m, production, `
2026-06-03 13:00 JST tanaka comment text=x
want target first_response running due 2026-06-03 18:00 JST
2026-06-03 13:01 JST tanaka raise_severity to=1 impact=x
2026-06-03 13:02 JST ito grant_severity
want refused not_entitled severity.raise_not_entitled routes purchase community licence_team self_help security_report
want severity 3
2026-06-03 13:03 JST ito comment text=x
want target first_response met
2026-06-03 13:04 JST tanaka file product=vsphere version=4.0 severity=3 title=t
want refused not_entitled entitlement.refused routes purchase community licence_team self_help security_report
`)
}

// guide: A18
func TestUnreachableWithSeverityOne(t *testing.T) {
	t.Parallel()
	const one = `
2026-06-03 10:00 JST tanaka file product=vsphere version=4.0 severity=1 impact=x title=t
2026-06-03 10:10 JST ito log_contact channel=phone outcome=connected
2026-06-03 11:00 JST ito log_contact channel=phone outcome=no_answer
2026-06-03 11:30 JST ito log_contact channel=phone outcome=no_answer
want lowering none
`
	tells(t, one, `
2026-06-03 12:00 JST ito log_contact channel=phone outcome=no_answer
want lowering 2 unreachable held
want severity 1
2026-06-03 12:10 JST tanaka comment text="back"
want lowering none
want severity 1
`)
	tells(t, one, `
2026-06-03 12:00:00.000001 JST ito log_contact channel=phone outcome=no_answer
want lowering none
`)
	tells(t, one, `
2026-06-03 12:00 JST ito log_contact channel=phone outcome=no_answer
2026-06-05 12:00 JST ito log_contact channel=phone outcome=no_answer
2026-06-08 12:00 JST ito log_contact channel=phone outcome=no_answer
want silence 5 of 3 permitted never blocked held
2026-07-03 12:00 JST clock
want stage worked_on
`)
}

// guide: R26
func TestWaiting(t *testing.T) {
	t.Parallel()
	tells(t, production, `
2026-06-03 10:10 JST ito wait kind=waiting_engineering reason="a fix"
want waiting waiting_engineering since 2026-06-03 10:10 JST
want target first_response running due 2026-06-03 18:00 JST
2027-06-03 10:10 JST clock
want waiting waiting_engineering since 2026-06-03 10:10 JST
2027-06-03 10:11 JST ito resume
want waiting nothing
2027-06-03 10:12 JST ito wait kind=agreed_date reason=x
want refused invalid waiting.date_needed field until
2027-06-03 10:12 JST ito wait kind=agreed_date reason=x until="2028-06-03 10:12 JST"
want refused invalid waiting.too_long field until
2027-06-03 10:12 JST ito wait kind=agreed_date reason=x until="2027-06-05 10:12 JST"
2027-06-05 10:12 JST clock
want waiting nothing
2027-06-06 10:12 JST ito wait kind=waiting_third_party reason=x
want turn third_party
2027-09-04 10:12 JST clock
want waiting nothing
`)
}
