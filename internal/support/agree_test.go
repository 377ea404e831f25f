package support_test

import (
	"testing"
	"time"

	"madoguchi/internal/support"
)

// TestWhoMayAgree: an agreement that staff write down is that of somebody who
// may give it, and what one person proposed is not another's word.
//
// guide: R34, R49, A22
func TestWhoMayAgree(t *testing.T) {
	t.Parallel()
	tells(t, `
2026-06-03 10:00 JST tanaka file product=vsphere version=4.0 severity=3 channel=portal title=t
2026-06-03 10:10 JST ito comment text=x
2026-06-03 10:20 JST ito complete reason=confirmed consent=nakamura how=phone
want refused invalid consent.contact field consent.contact
2026-06-03 10:20 JST ito complete reason=confirmed consent=weber how=phone
want refused invalid consent.contact field consent.contact
2026-06-03 10:30 JST tanaka propose_completion reason=confirmed
2026-06-03 10:40 JST ito accept_completion
want event completed consent.contact=tanaka
`)
	tells(t, `
2026-06-03 10:00 JST sato file product=esx version=4.0 severity=3 channel=portal title=t
2026-06-03 10:10 JST mizuno propose_completion reason=confirmed
2026-06-03 10:40 JST ito accept_completion
want event completed consent.contact=mizuno
`)
}

// TestLowerInTheNight: the customer may lower at any time, and the customer's
// own act ends what was bought (A16, R34).
//
// guide: R34, A16, A17
func TestLowerInTheNight(t *testing.T) {
	t.Parallel()
	const bought = `
2026-06-06 02:00 JST hayashi file contact=sato channel=phone product=esx version=4.0 severity=1 impact=x environment=production title=t
2026-06-06 02:10 JST hayashi offer_after_hours price=x
2026-06-06 02:12 JST hayashi confirm_after_hours consent=sato how=phone
2026-06-06 02:20 JST ito log_contact channel=phone outcome=connected
`
	tells(t, bought, `
2026-06-06 04:00 JST sato lower_severity to=3
want severity 3
want after_hours ended seconds 6480
`)
	tells(t, bought, `
2026-06-06 04:00 JST ito lower_severity to=3 reason=x consent=sato how=phone
want severity 3
want after_hours ended seconds 6480
`)
}

// TestProposalWaitsForTheNightToEnd: what was bought after a proposal ends by
// agreement before the request completes (R34).
//
// guide: R34
func TestProposalWaitsForTheNightToEnd(t *testing.T) {
	t.Parallel()
	tells(t, `
2026-06-06 02:00 JST hayashi file contact=sato channel=phone product=esx version=4.0 severity=1 impact=x environment=production title=t
2026-06-06 02:05 JST ito propose_completion reason=workaround
2026-06-06 02:10 JST hayashi offer_after_hours price=x
2026-06-06 02:12 JST hayashi confirm_after_hours consent=sato how=phone
2026-06-06 02:20 JST sato accept_completion
want refused conflict completion.after_hours_end_first
`)
}

// TestSilenceOfSomebodyElse: while another side or an escalation is waited for,
// it is not the customer who is silent.
//
// guide: R49, A5, R46
func TestSilenceOfSomebodyElse(t *testing.T) {
	t.Parallel()
	const tried = `
2026-06-01 10:00 JST tanaka file product=vsphere version=4.0 severity=3 channel=portal title=t
2026-06-01 11:00 JST ito log_contact channel=mail outcome=sent text=x
2026-06-02 11:00 JST ito log_contact channel=mail outcome=sent text=x
2026-06-03 11:00 JST ito log_contact channel=mail outcome=sent text=x
want silence 3 of 3
`
	tells(t, tried, `
2026-06-04 11:00 JST ito wait kind=waiting_third_party reason=x
want silence 0 of 3
want turn third_party
2026-07-04 11:00 JST clock
want no event completed
`)
	tells(t, tried, `
2026-06-04 11:00 JST hayashi escalate statement=x impact=x reason=x
2026-07-04 11:00 JST clock
want no event completed
`)
}

// TestAnswersFromTheFittingRole: the licence team's comment does not answer a
// technical request, nor does it own one.
//
// guide: R24, R26, A3
func TestAnswersFromTheFittingRole(t *testing.T) {
	t.Parallel()
	tells(t, `
2026-06-03 10:00 JST tanaka file product=vsphere version=4.0 severity=3 channel=portal title=t
2026-06-03 10:10 JST mori comment text=x
want target first_response running due 2026-06-03 18:00 JST
want owner nobody
2026-06-03 10:20 JST hayashi comment text=x
want target first_response met at 2026-06-03 10:20 JST
want owner hayashi
`)
}

// TestMissSeenByNobody: a miss that no tick has seen stands on the timeline all
// the same when something ends its clock (I5).
//
// guide: R24
func TestMissSeenByNobody(t *testing.T) {
	t.Parallel()
	m := newRoom()
	m.now = time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	id, err := m.do(m.people["tanaka"], 0, &support.File{
		Kind: support.Technical, Channel: support.Portal, Contact: m.people["tanaka"].ID, Product: "vsphere", Severity: 3, Title: support.T("t"),
	})
	if err != nil {
		t.Fatal(err)
	}
	complete := &support.Complete{Reason: "spam"}
	r, due := m.file(id).request, time.Date(2026, 6, 3, 9, 0, 0, 0, time.UTC)
	facts, err := support.Decide(r, complete, m.world(r, complete, m.people["ito"]), m.people["ito"], due.Add(time.Microsecond), m.pack)
	if err != nil {
		t.Fatal(err)
	}
	missed := false
	for _, f := range facts {
		b, ok := f.Body.(support.TargetMissed)
		missed = missed || ok && b.Metric == support.FirstResponse
	}
	if !missed {
		t.Errorf("the miss of 18:00 is lost: %v", facts)
	}
}

// TestInsideStaysInside: what support asked of itself, and its answer, are not
// for customers; new keys are for those whom the split names.
//
// guide: R04, R27
func TestInsideStaysInside(t *testing.T) {
	t.Parallel()
	for _, b := range []support.Body{
		support.AskOpened{Of: support.TurnSupport}, support.AskAnswered{Of: support.TurnSupport}, support.AskCancelled{Of: support.TurnSupport},
		support.NoteAdded{},
	} {
		if support.Public(support.Fact{Body: b}) {
			t.Errorf("%T of support is shown to customers", b)
		}
	}
	split := support.Fact{Body: support.LicenceSplit{Keys: []support.Text{{ID: 1, SHA256: "x"}}, Told: []int64{5}}}
	for reader, want := range map[support.Actor]int{
		{Kind: support.Customer, ID: 5}: 1, {Kind: support.Customer, ID: 6}: 0, {Kind: support.Vendor, ID: 6}: 1,
	} {
		if got := len(support.TextRefsFor(split, reader)); got != want {
			t.Errorf("%v reads %d new keys, want %d", reader, got, want)
		}
	}
}

// TestSplitGoesBackOnly: the new keys keep the version or go back to an older
// one of the product.
//
// guide: R07
func TestSplitGoesBackOnly(t *testing.T) {
	t.Parallel()
	tells(t, `
2026-06-03 10:00 JST suzuki file kind=cs_request topic=licence channel=portal title=t
2026-06-03 10:10 JST mori take
2026-06-03 10:20 JST mori split_licence licence=AOBA1-ESX40-20CPU-7Q3ND parts=12,8 keys=a,b version=9.9
want refused invalid licence.version_unknown field version
2026-06-03 10:20 JST mori split_licence licence=AOBA1-ESX40-20CPU-7Q3ND parts=12,8 keys=a,b version=3.5
want target cs_reply met at 2026-06-03 10:20 JST
`)
}

// TestNoticeOfCompletionAnswers: a customer service request that is carried out
// at once was answered by the notice of it (A9).
//
// guide: R25, A9, A22
func TestNoticeOfCompletionAnswers(t *testing.T) {
	t.Parallel()
	tells(t, `
2026-06-03 10:00 JST suzuki file kind=cs_request topic=portal channel=portal title=t
2026-06-03 10:20 JST mori complete reason=confirmed text=x
want target cs_reply met at 2026-06-03 10:20 JST
want stage completed reason confirmed
`)
	tells(t, `
2026-06-03 10:00 JST suzuki file kind=cs_request topic=portal channel=portal title=t
2026-06-03 10:20 JST mori complete reason=spam
want target cs_reply dropped
`)
}
