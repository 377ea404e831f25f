package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// followEvery is how often a node looks which pack is in force, on the real clock.
const followEvery = 2 * time.Second

// Packs are all versions of the policy pack that targets may name, and the one
// by which new things are decided. The zero value holds none. It is safe for
// concurrent use: another version may come into force while the desk runs.
type Packs struct {
	held    atomic.Pointer[heldPacks]
	started string // reference of the version that the program was started with
}

// heldPacks never change.
type heldPacks struct {
	current *policy.Pack
	byRef   map[string]*policy.Pack
}

// NewPacks takes the pack in force and older versions. Two different packs
// under one reference are an error: a version is never edited in place.
func NewPacks(current *policy.Pack, older ...*policy.Pack) (*Packs, error) {
	h, err := holdPacks(current, older)
	if err != nil {
		return nil, err
	}
	p := &Packs{started: current.Ref()}
	p.held.Store(h)
	return p, nil
}

// StartedWith is the same packs, which the program was started with under another
// reference than that of the one in force.
func (p *Packs) StartedWith(ref string) *Packs {
	p.started = ref
	return p
}

func holdPacks(current *policy.Pack, older []*policy.Pack) (*heldPacks, error) {
	if current == nil {
		return nil, errors.New("desk: a policy pack is needed")
	}
	h := &heldPacks{current: current, byRef: map[string]*policy.Pack{current.Ref(): current}}
	for _, o := range older {
		if had, ok := h.byRef[o.Ref()]; ok && had.Hash() != o.Hash() {
			return nil, fmt.Errorf("desk: two different packs are called %s: give the changed one the next version number", o.Ref())
		}
		if o.Ref() != current.Ref() {
			h.byRef[o.Ref()] = o
		}
	}
	return h, nil
}

// Current is the pack in force.
func (p *Packs) Current() *policy.Pack {
	if h := p.held.Load(); h != nil {
		return h.current
	}
	return nil
}

// Of finds a version by its reference, as it stands in a target.
func (p *Packs) Of(ref string) (*policy.Pack, bool) {
	h := p.held.Load()
	if h == nil {
		return nil, false
	}
	pack, ok := h.byRef[ref]
	return pack, ok
}

// take brings another version into force.
func (p *Packs) take(current *policy.Pack) error {
	h, err := holdPacks(current, slices.Collect(maps.Values(p.held.Load().byRef)))
	if err == nil {
		p.held.Store(h)
	}
	return err
}

// PackChange is that another version has come into force. Started is the one that
// the program was started with: as long as it is started with the same one, what was
// chosen while it ran holds.
type PackChange struct {
	Pack     string `json:"pack"`
	Previous string `json:"previous"`
	Started  string `json:"started"`
}

// LastPackChange is the newest one; zero when there was none.
func LastPackChange(ctx context.Context, s *store.Store) (PackChange, error) {
	events, _, err := s.Audit(ctx, store.Viewer{Actor: support.Actor{Kind: support.System}}, store.Audited{Subject: "pack", Limit: 1})
	var c PackChange
	if err != nil || len(events) == 0 {
		return c, err
	}
	if u, ok := events[0].Fact.Body.(support.Unknown); ok {
		err = json.Unmarshal(u.Raw, &c)
	}
	return c, err
}

// OtherPacks are the versions that may come into force, by their references: those
// that the desk has used, and those that come with the program.
func (d *Desk) OtherPacks(ctx context.Context) (map[string]*policy.Pack, error) {
	out := map[string]*policy.Pack{}
	for _, id := range policy.ShippedIDs() {
		if p, err := policy.Shipped(id); err == nil {
			out[p.Ref()] = p
		}
	}
	rows, err := d.store.Packs(ctx)
	for _, r := range rows {
		if p, err := policy.Parse(r.Source); err == nil { // of a newer program
			out[p.Ref()] = p
		}
	}
	delete(out, d.Pack().Ref())
	return out, err
}

// KeepStarted records that the desk was started with another version than the one
// that was in force: whoever starts it has decided.
func KeepStarted(tx *store.Tx, at time.Time, now, previous string) error {
	return tx.Audit("pack", 0, clockwork, at, "switch_pack", PackChange{Pack: now, Previous: previous, Started: now})
}

// SwitchPack brings another version into force while the desk runs; read is the
// reference of the one that was seen in force. Targets that run keep the version
// under which they began; every node takes it up within seconds. Refused is a pack in
// which the lint finds something, and one that lacks what contracts are about.
func (d *Desk) SwitchPack(ctx context.Context, by support.Actor, ref, read string) error {
	others, err := d.OtherPacks(ctx)
	if err != nil {
		return err
	}
	to, ok := others[ref]
	err = d.change(ctx, by, "switch_pack", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		if !ok && ref == d.Pack().Ref() {
			return entry{}, support.Refuse(support.Conflict, "pack.in_force", "pack", ref)
		}
		if !ok {
			return entry{}, support.Refuse(support.NotFound, "pack.unknown", "pack", ref)
		}
		brand, err := tx.Brand()
		if err != nil {
			return entry{}, err
		}
		if brand.Ref() != read {
			return entry{}, support.Refuse(support.Conflict, "party.moved_on")
		}
		if err := packHolds(tx, to, at); err != nil {
			return entry{}, err
		}
		if err := tx.SavePack(to.ID, to.Version, to.Hash(), to.Source()); err != nil {
			return entry{}, err
		}
		brand.PackID, brand.PackVersion = to.ID, to.Version
		return entry{"pack", 0, PackChange{Pack: ref, Previous: read, Started: d.packs.started}}, tx.SetBrand(brand)
	})
	if err != nil {
		return err
	}
	d.log.Info("another policy pack is in force", "pack", ref, "previous", read)
	return d.packs.take(to)
}

// packHolds refuses a pack in which the lint finds something, or that lacks the offering or the product of a contract.
func packHolds(tx *store.Tx, p *policy.Pack, at time.Time) error {
	if found := policy.Lint(p); len(found) > 0 {
		return support.Refuse(support.Conflict, "pack.lint", "pack", p.Ref(), "why", found[0].Path+": "+found[0].Text)
	}
	offerings, products, err := tx.Contracted(at)
	if err != nil {
		return err
	}
	var lacks []string
	for _, x := range offerings {
		if _, ok := p.Offerings[x]; !ok {
			lacks = append(lacks, x)
		}
	}
	for _, x := range products {
		if _, ok := p.Products[x]; !ok {
			lacks = append(lacks, x)
		}
	}
	if len(lacks) > 0 {
		return support.Refuse(support.Conflict, "pack.lacks", "pack", p.Ref(), "lacks", strings.Join(lacks, ", "))
	}
	return nil
}

// FollowPack takes up the pack that is in force, should another node have chosen
// another one.
func (d *Desk) FollowPack(ctx context.Context) error {
	brand, err := d.store.Brand(ctx)
	if err != nil || brand.Ref() == d.Pack().Ref() || brand.PackID == "" {
		return err
	}
	to, known := d.packs.Of(brand.Ref())
	if !known {
		rows, err := d.store.Packs(ctx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(rows, func(r store.PackRow) bool { return r.ID == brand.PackID && r.Version == brand.PackVersion })
		if at < 0 {
			return fmt.Errorf("policy pack %s is in force but not in the database", brand.Ref())
		}
		if to, err = policy.Parse(rows[at].Source); err != nil {
			return fmt.Errorf("policy pack %s is in force but cannot be read: %w", brand.Ref(), err)
		}
	}
	d.log.Info("another policy pack is in force", "pack", to.Ref(), "previous", d.Pack().Ref())
	return d.packs.take(to)
}

// followPack looks again and again which pack is in force, until ctx ends.
func (d *Desk) followPack(ctx context.Context) {
	every := time.NewTicker(followEvery)
	defer every.Stop()
	told := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		err := d.FollowPack(ctx)
		if said := fmt.Sprint(err); err != nil && ctx.Err() == nil && said != told && !store.Overtaxed(err) {
			d.log.Error("the policy pack in force is not taken up; it is tried again", "error", err)
			told = said
		}
	}
}
