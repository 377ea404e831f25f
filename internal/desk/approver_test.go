package desk

import (
	"sync"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
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

// A request that comes back with its approval open asks who is PLA by now.
// guide: R02, R03
func TestAReopenedRequestAsksTheNewPrimary(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	y := b.person(b.aoba.ID, "Yamamoto", "yamamoto@aoba.example")
	b.ok(b.GrantRole(t.Context(), b.asSuzuki, b.basic.ID, y.ID, support.RoleLicenceSecondary))
	waits := b.licenceWish(b.sato)
	b.do(b.asMori, waits.ID, &support.Take{})
	done := b.confirmed()
	done.Consent.Contact = b.sato.ID
	b.do(b.asMori, waits.ID, done)
	b.ok(b.ReplacePrimary(t.Context(), b.asAdmin, b.basic.ID, y.ID))
	b.settle()
	if n := b.mailsAbout(y.Email, "Approval needed"); n != 0 {
		t.Fatalf("%d mails about a request that is completed", n)
	}
	b.do(customer(b.sato), waits.ID, &support.Reopen{Text: support.T("not yet")})
	b.settle()
	if n := b.mailsAbout(y.Email, "Approval needed"); n != 1 {
		t.Errorf("the new PLA was asked %d times", n)
	}
	b.do(customer(y), waits.ID, &support.ApproveExecution{})
	b.check()
}

// A request that is filed at the instant at which the PLA is replaced asks the
// one or the other and nobody who is it no longer. On SQLite there is one writer,
// and the instant is before or after.
// guide: R02, R03
func TestAFilingAtTheInstantOfTheSwap(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	y := b.person(b.aoba.ID, "Yamamoto", "yamamoto@aoba.example")
	swap := sync.OnceFunc(func() { b.ok(b.ReplacePrimary(ctx, b.asAdmin, b.basic.ID, y.ID)) })
	if !pgtest.Chosen() {
		swap()
	}
	var done Done
	err := b.store.Update(ctx, func(tx *store.Tx) (err error) {
		if _, err := tx.Contract(b.basic.ID); err != nil { // what is read from now on is what stood here
			return err
		}
		swap()
		done, err = b.carryOut(tx, customer(b.sato), 0, 0, &support.File{
			Kind: support.CS, Channel: support.Portal, Contact: b.sato.ID, Contract: b.basic.ID, Topic: "licence", Title: support.T("Split the key"),
		})
		return err
	})
	if refusedWith(err, "request.changed") { // the desk tries again
		done, err = b.licenceWish(b.sato), nil
	}
	b.ok(err)
	b.settle()
	r := &support.Request{ID: done.ID}
	support.Fold(r, b.facts(done.ID)...)
	if r.Filed.Approver != y.ID {
		t.Errorf("contact %d is asked, the PLA is %d", r.Filed.Approver, y.ID)
	}
	b.check()
}
