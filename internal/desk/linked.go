package desk

import (
	"cmp"
	"slices"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// change is what a command does to one request.
type change struct {
	r     *support.Request
	was   support.Row // as it stood before the facts; zero: it is new
	now   support.Row
	facts []support.Fact
}

// other loads a second request that a command names. One that the actor does
// not see is absent to them; glass tells that they see it by broken glass alone.
func (d *Desk) other(tx *store.Tx, by support.Actor, id int64, field string) (r *support.Request, glass bool, err error) {
	r = &support.Request{ID: id}
	facts, err := tx.Facts(id)
	if err != nil {
		return nil, false, err
	}
	support.Fold(r, facts...)
	if !r.Exists() {
		return nil, false, wrong(support.NotFound, field, "request.not_found")
	}
	_, glass, err = d.rolesTowards(tx, r, by, nil)
	if err = hidden(err); support.CodeOf(err) == support.NotFound {
		err = wrong(support.NotFound, field, "request.not_found")
	}
	return r, glass, err
}

// linkedWorld loads the second request of a command: the one that a filing
// follows, or the one of which a request is a duplicate.
func (d *Desk) linkedWorld(tx *store.Tx, w *support.World, r *support.Request, by support.Actor, cmd support.Command) (err error) {
	switch c := cmd.(type) {
	case *support.File:
		if c.Follows != 0 {
			if w.Other, w.OtherGlass, err = d.other(tx, by, c.Follows, "follows"); err == nil && w.Other.Completed == nil {
				err = wrong(support.Conflict, "follows", "follows.open", "number", support.SpokenNumber(c.Follows))
			}
		}
	case *support.Complete:
		if c.Of == 0 || c.Of == r.ID {
			return nil
		}
		if w.Other, w.OtherGlass, err = d.other(tx, by, c.Of, "of"); err != nil {
			return err
		}
		contact := support.Actor{Kind: support.Customer, ID: r.Filed.Contact}
		_, _, blind := d.rolesTowards(tx, w.Other, contact, nil)
		w.OtherSeen = blind == nil
		if code := support.CodeOf(blind); code != support.NotFound && code != support.Forbidden {
			err = blind
		}
	}
	return err
}

// beyond is what a command does to the second request, decided on it by a
// command of its own.
func (d *Desk) beyond(tx *store.Tx, w support.World, r *support.Request, by support.Actor, cmd support.Command, at time.Time) ([]change, error) {
	if w.Other == nil {
		return nil, nil
	}
	var second support.Command
	switch c := cmd.(type) {
	case *support.Complete:
		if c.Of == 0 {
			return nil, nil
		}
		second = &support.RecordDuplicate{Request: r.ID, Contact: r.Filed.Contact}
	case *support.File:
		second = &support.RecordFollowUp{Request: r.ID}
	default:
		return nil, nil
	}
	linked := w.Other
	was := support.Index(linked, d.Pack())
	world, err := d.world(tx, linked, by, second, at)
	if err != nil {
		return nil, err
	}
	facts, err := support.Decide(linked, second, world, by, at, d.Pack())
	if err != nil {
		return nil, err
	}
	support.Fold(linked, facts...)
	return []change{{linked, was, support.Index(linked, d.Pack()), facts}}, nil
}

// appendAll writes changes in ascending order of their requests, so that two
// transactions over the same ones never wait for each other.
func (d *Desk) appendAll(tx *store.Tx, changes []change) error {
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.r.ID, b.r.ID) })
	p := d.Pack()
	for _, c := range changes {
		if err := tx.Append(c.was, c.facts, c.now, support.React(c.r, c.facts, p)); err != nil {
			return err
		}
	}
	return nil
}
