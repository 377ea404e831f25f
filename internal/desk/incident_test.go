package desk

import (
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// TestIncidentsAreBoughtByTheRegistrant: who registered the product, or the
// desk's people, and nobody else; the first purchase makes the contract, the
// next ones prolong it.
//
// guide: R52, A20
func TestIncidentsAreBoughtByTheRegistrant(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-01-13 13:00:00"))
	_, err := b.BuyIncidents(t.Context(), b.asSato, b.sato.ID, "fusion", 1)
	refused(t, err, support.Forbidden, "party.forbidden")
	b.ok(b.Register(t.Context(), b.asSato, &support.Registration{Contact: b.sato.ID, Product: "fusion"}))
	_, err = b.BuyIncidents(t.Context(), b.asSuzuki, b.sato.ID, "fusion", 1)
	refused(t, err, support.NotFound, "contact.not_found")
	_, err = b.BuyIncidents(t.Context(), b.asSato, b.sato.ID, "fusion", 2)
	refused(t, err, support.Invalid, "incident.size")
	_, err = b.BuyIncidents(t.Context(), b.asSato, b.sato.ID, "open_source", 1)
	refused(t, err, support.Conflict, "incident.not_for_product")
	first, err := b.BuyIncidents(t.Context(), b.asSato, b.sato.ID, "fusion", 1)
	b.ok(err)
	if want := jst(t, "2027-01-13 13:00:00"); !first.Pack.ExpiresAt.Equal(want) || !first.Contract.EndsAt.Equal(want) || first.Contract.Account != b.aoba.ID {
		t.Fatalf("bought %+v, want until %v", first, want)
	}
	if primary := b.primary(first.Contract.ID); primary != b.suzuki.ID {
		t.Errorf("the buyer's purchase made %d the PLA, not the account's own %d", primary, b.suzuki.ID)
	}
	b.clock.set(jst(t, "2026-03-01 13:00:00"))
	second, err := b.BuyIncidents(t.Context(), b.asMori, b.sato.ID, "fusion", 3)
	b.ok(err)
	if second.Contract.ID != first.Contract.ID || !second.Contract.EndsAt.Equal(jst(t, "2027-03-01 13:00:00")) {
		t.Errorf("the second pack is on %+v, want %d prolonged", second.Contract, first.Contract.ID)
	}
	f := &support.File{Kind: support.Technical, Channel: support.Portal, Contact: b.sato.ID, Contract: first.Contract.ID, Product: "fusion",
		Severity: 4, Title: support.T("How to")}
	done, err := b.Do(t.Context(), b.asSato, 0, f)
	b.ok(err)
	if len(done.Facts) < 3 || done.Facts[2].Kind() != "incident_reserved" {
		t.Errorf("filing on it gave %v", done.Facts)
	}
}

// primary is the PLA of a contract.
func (b *bench) primary(contract int64) int64 {
	var id int64
	b.ok(b.store.Update(b.t.Context(), func(tx *store.Tx) error {
		var err error
		id, err = primaryOf(tx, contract)
		return err
	}))
	return id
}
