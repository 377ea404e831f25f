package desk

import (
	"slices"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// A request that was filed under the wrong person moves with all that is its
// own: who sees it, whose rows they are, who is told. What waited for the wrong
// person is not sent.
func TestACorrectedRequestMovesToItsPeople(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	id := b.file().ID
	b.settle()
	b.do(b.asIto, id, &support.ChangeDetails{Tags: &[]string{"vip"}})
	b.do(b.asIto, id, &support.Comment{Text: support.T("for the right person only")})
	esx, version := "esx", "4.0"
	b.do(b.asIto, id, &support.Reclassify{Contact: b.sato.ID, Product: &esx, Version: &version, Reason: support.T("filed under the wrong name")})
	n := len(b.post.mails())
	b.settle()
	var to []string
	for _, m := range b.post.mails()[n:] {
		to = append(to, m.To.Email)
	}
	if !slices.Contains(to, b.sato.Email) || slices.Contains(to, b.tanaka.Email) || slices.Contains(to, b.takahashi.Email) {
		t.Errorf("told were %v", to)
	}
	for _, c := range []struct {
		who  support.Contact
		want bool
	}{{b.sato, true}, {b.suzuki, true}, {b.tanaka, false}, {b.takahashi, false}} {
		v := store.Viewer{Actor: support.Actor{Kind: support.Customer, ID: c.who.ID}}
		if sees, err := b.store.Sees(ctx, v, id); err != nil || sees != c.want {
			t.Errorf("%s sees it: %v, want %v (%v)", c.who.FamilyName, sees, c.want, err)
		}
	}
	_, err := b.Do(ctx, b.asTanaka, id, &support.Comment{Text: support.T("x")})
	refused(t, err, support.NotFound, "request.not_found")
	b.do(b.asSato, id, &support.Comment{Text: support.T("thank you")})
	b.check()
}

// The incident goes back to the pack from which it was taken, and one is taken
// of the right pack.
// guide: A20
func TestACorrectionMovesTheIncident(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	single := support.Contract{Account: b.hokuto.ID, Number: "I-1", Offering: "per_incident", Products: []string{"vsphere"}, Regions: []string{"apj"},
		StartsAt: b.production.StartsAt, EndsAt: b.production.EndsAt}
	b.ok(b.AddContract(ctx, system, &single, b.takahashi.ID))
	pack, err := b.AddIncidentPack(ctx, system, single.ID, 1)
	b.ok(err)
	cmd := b.filing()
	cmd.Contract = single.ID
	id := b.do(b.asTanaka, 0, cmd).ID
	left := func() int {
		parties, err := b.store.Parties(ctx, everything, b.tanaka.ID)
		b.ok(err)
		for _, h := range parties.Holdings {
			for _, p := range h.Packs {
				if p.ID == pack.ID {
					return p.Available()
				}
			}
		}
		t.Fatal("the pack is gone")
		return 0
	}
	if left() != 0 {
		t.Fatal("filing took no incident")
	}
	version := ""
	b.do(b.asIto, id, &support.Reclassify{Version: &version, Reason: support.T("the version is not known")})
	if left() != 0 {
		t.Error("a correction beside the incident gave it back")
	}
	b.do(b.asIto, id, &support.Reclassify{Contract: &b.production.ID, Reason: support.T("they hold a contract")})
	if left() != 1 {
		t.Error("the incident was not given back")
	}
	b.do(b.asIto, id, &support.Reclassify{Contract: &single.ID, Reason: support.T("they want it on the incident")})
	if left() != 0 {
		t.Error("no incident was taken")
	}
	b.check()
}
