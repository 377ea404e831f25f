package support_test

import (
	"testing"

	"madoguchi/internal/support"
)

// guide: R03
func TestThePrimaryIsToldThatAnApprovalWaits(t *testing.T) {
	t.Parallel()
	for _, topic := range []string{"licence", "administrators"} {
		d := tells(t, `
2026-06-03 10:00 JST sato file kind=cs_request title=t topic=`+topic+`
want approval needed
want told suzuki approval_asked at 2026-06-03 10:00 JST times 1
want told sato acknowledgement at 2026-06-03 10:00 JST
want no mail sato approval_asked
want event filed by sato approver=suzuki
2026-06-03 11:00 JST suzuki approve_execution
want no mail suzuki approval_asked
`)
		filed := d.room.file(d.id).request.Filed
		if want := d.room.people["suzuki"].ID; filed.Approver != want {
			t.Errorf("%s: the approver is %d, not %d", topic, filed.Approver, want)
		}
	}
	tells(t, `
2026-06-03 10:00 JST hayashi file kind=cs_request contact=sato channel=phone title=t topic=licence
want told suzuki approval_asked at 2026-06-03 10:00 JST
`)
}

// guide: R03
func TestNobodyIsAskedForAnApprovalThatIsNotNeeded(t *testing.T) {
	t.Parallel()
	for who, topic := range map[string]string{"suzuki": "licence", "sato": "contract", "nakamura": "licence"} {
		d := tells(t, `
2026-06-03 10:00 JST `+who+` file kind=cs_request title=t topic=`+topic+`
want approval not_needed
want told `+who+` acknowledgement at 2026-06-03 10:00 JST
want no mail suzuki approval_asked
want turn support
2026-06-03 10:30 JST mori comment text=t
want turn support
`)
		if f := d.room.file(d.id); f.request.Filed.Approver != 0 || f.request.ApprovalWaits() {
			t.Errorf("%s, %s: approver %d, waits %v", who, topic, f.request.Filed.Approver, f.request.ApprovalWaits())
		}
		for _, e := range d.room.file(d.id).effects {
			if e.Template == "approval_asked" {
				t.Errorf("%s, %s: %s is asked", who, topic, e.Recipient)
			}
		}
	}
}

// guide: R03
func TestAnApprovalThatWaitsIsTheCustomersTurnOnceWeHaveAnswered(t *testing.T) {
	t.Parallel()
	const filed = `
2026-06-03 10:00 JST sato file kind=cs_request title=t topic=licence
want turn support
2026-06-03 10:30 JST mori comment text=t
want turn customer
`
	tells(t, filed, `
2026-06-03 10:40 JST sato comment text=t
want turn support
2026-06-03 10:50 JST mori comment text=t
want turn customer
2026-06-03 11:00 JST suzuki approve_execution
want turn support
2026-06-03 11:10 JST mori comment text=t
want turn support
`)
	d := tells(t, filed, `
2026-06-03 11:00 JST sato propose_completion reason=confirmed
2026-06-03 11:05 JST mori comment text=t
want turn support
2026-06-03 11:10 JST mori accept_completion
want turn nobody
`)
	if d.room.file(d.id).request.ApprovalWaits() {
		t.Error("a completed request still waits for an approval")
	}
}

// A request that was filed before the approver stood in the fact waits all the
// same; who was not named is not written to.
//
// guide: R03
func TestAnApprovalWithoutApproverStillWaits(t *testing.T) {
	t.Parallel()
	filed := support.Fact{Seq: 1, By: support.Actor{Kind: support.Customer, ID: 2},
		Body: support.Filed{Kind: support.CS, Contact: 2, NeedsApproval: true}}
	r := &support.Request{ID: support.FirstID}
	support.Fold(r, filed)
	if !r.ApprovalWaits() {
		t.Error("the approval is forgotten")
	}
	for _, e := range support.React(r, []support.Fact{filed}, classic) {
		if e.Template == "approval_asked" {
			t.Errorf("%s is asked", e.Recipient)
		}
	}
}

// TestWhichOfSeveralContracts: a request on licences, administrators or a
// contract names it where the person holds several, so that nobody's approval
// is passed by.
//
// guide: R03
func TestWhichOfSeveralContracts(t *testing.T) {
	t.Parallel()
	for topic, want := range map[string]string{
		"licence": "refused invalid contract.several field contract", "administrators": "refused invalid contract.several field contract",
		"contract": "refused invalid contract.several field contract", "portal": "approval not_needed", "other": "approval not_needed",
	} {
		t.Run(topic, func(t *testing.T) {
			t.Parallel()
			m := newRoom()
			m.grant(2, support.RoleSupportAdmin, "sato")
			tellsIn(t, m, "2026-06-03 10:00 JST sato file kind=cs_request title=t topic=", topic, "\nwant ", want, "\n")
		})
	}
	m := newRoom()
	m.grant(2, support.RoleSupportAdmin, "sato")
	tellsIn(t, m, "2026-06-03 10:00 JST sato file kind=cs_request title=t topic=licence contract=", m.contracts[1].Number, `
want approval needed
want told takahashi approval_asked
`)
}
