package desk

import (
	"testing"

	"madoguchi/internal/support"
)

// licenceWish files a licence request on the basic contract.
func (b *bench) licenceWish(who support.Contact) Done {
	b.t.Helper()
	return b.do(customer(who), 0, &support.File{
		Kind: support.CS, Channel: support.Portal, Contact: who.ID, Contract: b.basic.ID, Topic: "licence", Title: support.T("Split the key"),
	})
}

// An approval that waits goes over to the new PLA with the role: by an admin's
// word or by the licence team's, and nobody but those who wait is told of it.
// guide: R02, R03
func TestApprovalsThatWaitAreAskedOfTheNewPrimary(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	y := b.person(b.aoba.ID, "Yamamoto", "yamamoto@aoba.example")
	b.ok(b.GrantRole(t.Context(), b.asSuzuki, b.basic.ID, y.ID, support.RoleLicenceSecondary))
	waits, given, own := b.licenceWish(b.sato), b.licenceWish(b.sato), b.licenceWish(y)
	b.do(b.asSuzuki, given.ID, &support.ApproveExecution{})
	b.settle()
	asked := func(suzuki, yamamoto int) {
		t.Helper()
		if a, b := b.mailsAbout(b.suzuki.Email, "Approval needed"), b.mailsAbout(y.Email, "Approval needed"); a != suzuki || b != yamamoto {
			t.Fatalf("the old PLA was asked %d times, the new one %d, want %d and %d", a, b, suzuki, yamamoto)
		}
	}
	asked(3, 0)
	b.ok(b.ReplacePrimary(t.Context(), b.asAdmin, b.basic.ID, y.ID))
	b.settle()
	asked(3, 1)
	for _, x := range []struct {
		done     Done
		approver int64
		waits    bool
	}{{waits, y.ID, true}, {given, b.suzuki.ID, false}, {own, 0, false}} {
		r := &support.Request{ID: x.done.ID}
		support.Fold(r, b.facts(x.done.ID)...)
		if r.Filed.Approver != x.approver || r.ApprovalWaits() != x.waits {
			t.Errorf("request %d: approver %d, waits %v; want %d, %v", x.done.ID, r.Filed.Approver, r.ApprovalWaits(), x.approver, x.waits)
		}
	}
	_, err := b.Do(t.Context(), b.asSuzuki, waits.ID, &support.ApproveExecution{})
	refused(t, err, support.NotFound, "request.not_found")

	// The request by which the role is handed on asks nobody again.
	swap := b.licenceWish(b.sato)
	b.settle()
	asked(3, 2)
	b.do(b.asMori, swap.ID, &support.AddNote{Text: support.T("Called back."), Label: "verification"})
	kimura := b.colleague("Kimura", "", support.RoleLicence)
	b.do(support.Actor{Kind: support.Vendor, ID: kimura.ID}, swap.ID, &support.SwapPrimary{To: b.suzuki.ID})
	b.settle()
	asked(4, 2)
	b.do(b.asSuzuki, waits.ID, &support.ApproveExecution{})
	b.check()
}
