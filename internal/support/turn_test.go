package support_test

import (
	"slices"
	"strconv"
	"testing"

	"madoguchi/internal/support"
)

const night = `
2026-06-06 02:00 JST sato file product=esx version=4.0 severity=1 criteria=production_down environment=production title=t
`

// TestAnOfferWaitsForTheCustomer: until it is answered it is their turn; when
// its ground is gone it is gone too.
//
// guide: R33
func TestAnOfferWaitsForTheCustomer(t *testing.T) {
	t.Parallel()
	const offered = `
2026-06-06 02:10 JST hayashi offer_after_hours price=x
want after_hours offered
want turn customer
`
	tells(t, night, offered, `
2026-06-06 02:12 JST sato decline_after_hours
want turn support
want after_hours declined
`)
	tells(t, night, offered, `
2026-06-06 02:12 JST sato confirm_after_hours
want turn support
want after_hours active
`)
	for _, gone := range []string{
		"sato lower_severity to=3\nwant turn support\n",
		"ito complete reason=spam\nwant turn nobody\n",
	} {
		tells(t, night, offered, "2026-06-06 02:12 JST ", gone, "want after_hours none\n")
	}
	m := newRoom()
	d := tellsIn(t, m, night, offered)
	test := "test"
	opener := support.Actor{Kind: support.Customer, ID: m.requests[d.id].request.Filed.Contact}
	if _, err := m.do(opener, d.id, &support.ChangeDetails{Environment: &test}); err != nil {
		t.Fatal(err)
	}
	if r := m.requests[d.id].request; r.AfterHours.Offered() || r.Turn() != support.TurnSupport {
		t.Errorf("the offer outlives the environment: %+v", r.AfterHours)
	}
	tells(t, night, offered, `
2026-06-06 02:12 JST sato lower_severity to=3
2026-06-06 02:13 JST sato confirm_after_hours
want refused conflict after_hours.not_offered
`)
}

// TestAnAttemptIsNoAnswer: who owes a first answer does not pass the turn on by
// a call that reached nobody.
func TestAnAttemptIsNoAnswer(t *testing.T) {
	t.Parallel()
	tells(t, night, `
2026-06-06 02:10 JST ito log_contact channel=phone outcome=no_answer
want target first_response running
want turn support
2026-06-06 02:20 JST ito log_contact channel=mail outcome=sent text="please call us"
want target first_response met
want turn customer
`)
	tells(t, production, `
2026-06-03 10:10 JST ito log_contact channel=phone outcome=no_answer
want turn support
2026-06-03 10:11 JST ito ask kind=debug_data text=x
want turn customer
`)
}

// TestAnEscalationIsForSupportToRead: the customer was heard, so nothing waits
// for them at the moment.
func TestAnEscalationIsForSupportToRead(t *testing.T) {
	t.Parallel()
	tells(t, cs, `
2026-06-03 11:00 JST mori ask kind=details item=licence_key text=x
want turn customer
2026-06-03 12:00 JST suzuki escalate statement=s impact=i reason=r
want turn support
2026-06-03 12:01 JST mori comment text=y
want turn customer
`)
}

// TestItemsAndMilestonesThatCannotBe are refused and not carried along.
func TestItemsAndMilestonesThatCannotBe(t *testing.T) {
	t.Parallel()
	tells(t, cs, `
2026-06-03 11:00 JST mori ask kind=details item=nonsense text=x
want refused invalid item.unknown field asks.item
2026-06-03 11:00 JST mori ask kind=details item=licence_key text=x
want ask 1 item licence_key
2026-06-03 11:00 JST suzuki file kind=cs_request topic=contract items=nonsense title=t
want refused invalid item.unknown field items
`)
	tells(t, production, `
2026-06-03 11:00 JST ito ask kind=details item=order_number text=x
want refused invalid item.cs_only field asks.item
2026-06-03 11:00 JST tanaka file product=vsphere version=4.0 severity=3 items=order_number title=t
want refused invalid item.cs_only field items
2026-06-03 11:00 JST tanaka escalate statement=s impact=i reason=r milestone="2026-06-03 10:59:59 JST"
want refused invalid milestone.past field milestone_at
2026-06-03 11:00 JST tanaka escalate statement=s impact=i reason=r milestone="2026-06-03 11:00 JST"
want escalation active
`)
	m := newRoom()
	d := tellsIn(t, m, production)
	past, now := at(t, "2026-06-03 09:59"), at(t, "2026-06-03 10:00")
	tanaka := m.requests[d.id].request.Filed.Contact
	by := support.Actor{Kind: support.Customer, ID: tanaka}
	if _, err := m.do(by, d.id, &support.ChangeDetails{MilestoneAt: &past}); support.CodeOf(err) != support.Invalid {
		t.Errorf("a milestone in the past: %v", err)
	}
	if _, err := m.do(by, d.id, &support.ChangeDetails{MilestoneAt: &now}); err != nil {
		t.Errorf("a milestone now: %v", err)
	}
}

// TestAnEndedClockStands: a target that another one replaced, or that ended with
// the request, counts no further.
func TestAnEndedClockStands(t *testing.T) {
	t.Parallel()
	m := newRoom()
	d := tellsIn(t, m, production, `
2026-06-03 10:30 JST tanaka lower_severity to=4
want target first_response#1 replaced
2026-06-03 11:00 JST ito complete reason=spam
want target first_response#2 dropped
2026-06-03 15:00 JST clock
`)
	for _, c := range m.requests[d.id].request.Clocks {
		want := "2026-06-03 10:30"
		switch {
		case c.Metric != support.FirstResponse:
			continue
		case c.N == 2:
			want = "2026-06-03 11:00"
		}
		if !c.EndedAt.Equal(at(t, want)) {
			t.Errorf("%s %d ended at %s, not %s", c.Metric, c.N, c.EndedAt, want)
		}
	}
}

const atNight = `
2026-06-06 02:00 JST hayashi file contact=sato channel=phone product=esx version=4.0 severity=1 impact=x environment=production title=t
2026-06-06 02:10 JST hayashi offer_after_hours price=x
2026-06-06 02:12 JST hayashi confirm_after_hours consent=sato how=phone
2026-06-06 02:20 JST ito log_contact channel=phone outcome=connected
`

// TestTurnAfterAProposal: a proposal is the customer's turn until they write;
// what they wrote is for support to read, and support's answer turns it back.
func TestTurnAfterAProposal(t *testing.T) {
	t.Parallel()
	for proposal, story := range map[string]string{
		"propose_completion reason=confirmed":                production,
		"propose_lower_severity to=4 reason=x":               production,
		"propose_after_hours_end ground=restored":            atNight,
		"propose_after_hours_end ground=restored severity=3": atNight,
	} {
		t.Run(proposal, func(t *testing.T) {
			t.Parallel()
			by := "tanaka"
			if story == atNight {
				by = "sato"
			}
			tells(t, story, "2026-06-06 04:00 JST ", by, ` comment text="one thing before"
want turn support
2026-06-06 04:01 JST ito `, proposal, `
want turn customer
2026-06-06 04:02 JST `, by, ` comment text="what does that mean?"
want turn support
2026-06-06 04:03 JST ito comment text="it means this"
want turn customer
`)
		})
	}
}

// TestTagsAreAddedBesideOthers: whoever adds or takes away tags leaves those that
// somebody else has set meanwhile, and what is so already is no change.
func TestTagsAreAddedBesideOthers(t *testing.T) {
	t.Parallel()
	m := newRoom()
	d := tellsIn(t, m, night)
	by := support.Actor{Kind: support.Customer, ID: m.requests[d.id].request.Filed.Contact}
	r := m.requests[d.id]
	for _, step := range []struct {
		cmd  support.ChangeDetails
		want []string
	}{
		{support.ChangeDetails{Tags: &[]string{"storm", "vip"}}, []string{"storm", "vip"}},
		{support.ChangeDetails{Tag: []string{"bundle", "vip"}}, []string{"storm", "vip", "bundle"}},
		{support.ChangeDetails{Tag: []string{"bundle"}, Untag: []string{"nothing"}}, []string{"storm", "vip", "bundle"}},
		{support.ChangeDetails{Tag: []string{"night"}, Untag: []string{"storm", "vip"}}, []string{"bundle", "night"}},
		{support.ChangeDetails{Untag: []string{"bundle", "night"}}, nil},
	} {
		facts, same := len(r.facts), slices.Equal(r.request.Details.Tags, step.want)
		if _, err := m.do(by, d.id, &step.cmd); err != nil {
			t.Fatalf("%+v: %v", step.cmd, err)
		}
		if got := r.request.Details.Tags; !slices.Equal(got, step.want) {
			t.Errorf("%+v: tags %v, want %v", step.cmd, got, step.want)
		}
		if changed := len(r.facts) > facts; changed == same {
			t.Errorf("%+v: a fact was recorded: %v", step.cmd, changed)
		}
	}
	many := make([]string, 33)
	for i := range many {
		many[i] = strconv.Itoa(i)
	}
	if _, err := m.do(by, d.id, &support.ChangeDetails{Tag: many}); support.CodeOf(err) != support.Invalid {
		t.Errorf("33 tags: %v", err)
	}
	if _, err := m.do(by, d.id, &support.ChangeDetails{}); support.CodeOf(err) != support.Invalid {
		t.Errorf("nothing at all: %v", err)
	}
}
