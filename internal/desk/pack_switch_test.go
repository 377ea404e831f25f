package desk

import (
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Another version comes into force while the desk runs, for what begins later: a clock
// that runs stays on its version. It is audited; other nodes take it up; whoever saw
// another version in force is stopped; nobody below an administrator does it.
// guide: R24, A1
func TestAPackIsSwitchedInPlace(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	filing := func() *support.File {
		return &support.File{Kind: support.Technical, Channel: support.Portal, Contact: b.sato.ID, Product: "esx", Severity: 3, Title: support.T("t")}
	}
	old := b.do(b.asSato, 0, filing())
	first := b.Pack()
	second := nextVersion(t, first, `"version":1`, `"version":2`, `"12bh"`, `"9bh"`)
	b.ok(b.store.Update(t.Context(), func(tx *store.Tx) error {
		for _, p := range []*struct {
			id, hash string
			version  int
			source   []byte
		}{{first.ID, first.Hash(), first.Version, first.Source()}, {second.ID, second.Hash(), second.Version, second.Source()}} {
			if err := tx.SavePack(p.id, p.version, p.hash, p.source); err != nil {
				return err
			}
		}
		brand, err := tx.Brand()
		brand.PackID, brand.PackVersion = first.ID, first.Version
		if err != nil {
			return err
		}
		return tx.SetBrand(brand)
	}))
	other := b.another()
	packs, err := NewPacks(first)
	b.ok(err)
	other.packs = packs

	refused(t, b.SwitchPack(t.Context(), b.asIto, "classic-2010@2", "classic-2010@1"), support.Forbidden, "party.forbidden")
	refused(t, b.SwitchPack(t.Context(), system, "classic-2010@2", "style-a@1"), support.Conflict, "party.moved_on")
	refused(t, b.SwitchPack(t.Context(), system, "classic-2010@9", "classic-2010@1"), support.NotFound, "pack.unknown")
	refused(t, b.SwitchPack(t.Context(), system, "style-a@1", "classic-2010@1"), support.Conflict, "pack.lacks")
	if got := b.Pack().Ref(); got != "classic-2010@1" {
		t.Fatalf("in force is %s", got)
	}
	b.ok(b.SwitchPack(t.Context(), system, "classic-2010@2", "classic-2010@1"))
	refused(t, b.SwitchPack(t.Context(), system, "classic-2010@2", "classic-2010@1"), support.Conflict, "pack.in_force")
	b.ok(other.FollowPack(t.Context()))
	if a, o := b.Pack().Ref(), other.Pack().Ref(); a != "classic-2010@2" || o != a {
		t.Errorf("in force are %s and, on the other node, %s", a, o)
	}
	change, err := LastPackChange(t.Context(), b.store)
	b.ok(err)
	if want := (PackChange{Pack: "classic-2010@2", Previous: "classic-2010@1", Started: b.packs.started}); change != want {
		t.Errorf("audited is %+v, want %+v", change, want)
	}
	later := b.do(b.asSato, 0, filing())
	for _, c := range []struct {
		id       int64
		ref, due string
	}{{old.ID, "classic-2010@1", "2026-06-04 10:00:00"}, {later.ID, "classic-2010@2", "2026-06-03 19:00:00"}} {
		r, err := b.Request(t.Context(), everything, c.id)
		b.ok(err)
		clock, _ := r.Clock(support.FirstResponse)
		if clock.Pack != c.ref || !clock.DueAt.Equal(jst(t, c.due)) {
			t.Errorf("request %d: %s due %s, want %s due %s", c.id, clock.Pack, clock.DueAt, c.ref, c.due)
		}
	}
	b.check()
}
