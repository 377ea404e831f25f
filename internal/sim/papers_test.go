package sim

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"madoguchi/internal/support"
)

// papers changes seats, the PLA, people or incidents.
func (w *world) papers() {
	ctx, d, contract, who := context.Background(), w.nodes[w.rng.IntN(2)], pick(w, w.contracts), pick(w, w.contacts)
	w.papered = true
	var err error
	switch w.rng.IntN(10) {
	case 0:
		err = d.GrantRole(ctx, system, contract, who.ID, support.RoleSupportAdmin)
	case 1:
		err = d.RevokeRole(ctx, system, contract, who.ID, support.RoleSupportAdmin)
	case 2, 3:
		err = d.ReplacePrimary(ctx, system, contract, who.ID)
	case 4:
		if _, err = d.AddIncidentPack(ctx, system, w.incidents, 1); err == nil {
			w.bought++
		}
	case 5:
		c, found := w.store.Contact(ctx, everything, who.ID)
		w.ok(found)
		c.Active = !c.Active || w.rng.IntN(2) == 0 // and soon come back
		err = d.ChangeContact(ctx, system, c)
	case 6, 7:
		err = w.post()
	case 8:
		err = w.restricts()
	default:
		s, found := w.store.Staff(ctx, w.staff[1].ID)
		w.ok(found)
		s.Active = !s.Active || w.rng.IntN(2) == 0
		err = d.ChangeStaff(ctx, system, s)
	}
	w.trace = append(w.trace, fmt.Sprint("papers ", w.count(), " ", err != nil))
	var refused *support.Error
	if err != nil && !errors.As(err, &refused) && !w.dead() {
		w.wrong("papers: %v", err)
	}
}

// seats: one PLA who is there on each contract, and never more administrators
// than there are seats (I1).
func (w *world) seats() {
	ctx := context.Background()
	for _, id := range w.contracts {
		contract, err := w.store.Contract(ctx, everything, id)
		w.ok(err)
		roles, err := w.store.Roles(ctx, everything, id)
		w.ok(err)
		primaries, admins := 0, 0
		for _, g := range roles {
			switch g.Role {
			case support.RoleLicencePrimary:
				primaries++
				c, err := w.store.Contact(ctx, everything, g.Contact)
				w.ok(err)
				if !c.Active {
					w.wrong("contract %d: its PLA %d is not there", id, g.Contact)
				}
			case support.RoleSupportAdmin:
				admins++
			}
		}
		if most := w.nodes[0].Pack().Offerings[contract.Offering].SupportAdmins; primaries != 1 || admins > most {
			w.wrong("contract %d has %d PLAs and %d administrators, of %d", id, primaries, admins, most)
		}
	}
}

// takes counts incidents: a request holds one at a time and spends one in all.
func (s *story) takes(w *world, f support.Fact) {
	switch b := f.Body.(type) {
	case support.IncidentReserved:
		if s.holds != 0 || s.spent != 0 {
			w.wrong("request %d takes a second incident at %d", s.r.ID, f.Seq)
		}
		s.holds = b.Pack
	case support.IncidentSettled:
		if b.Pack != s.holds {
			w.wrong("request %d gives back at %d what it does not hold", s.r.ID, f.Seq)
		}
		if s.holds = 0; b.Spent {
			s.spent = b.Pack
		}
	}
}

// balances: each pack holds what requests hold, none is overdrawn, and what was
// bought is there (I13).
func (w *world) balances() {
	held, spent := map[int64]int{}, map[int64]int{}
	for _, s := range w.stories {
		held[s.holds]++
		spent[s.spent]++
	}
	parties, err := w.store.Parties(context.Background(), everything, w.buyer)
	w.ok(err)
	bought := 0
	for _, h := range parties.Holdings {
		for _, p := range h.Packs {
			bought += p.Bought
			if p.Reserved != held[p.ID] || p.Spent != spent[p.ID] || p.Available() < 0 {
				w.wrong("pack %d of %d has %d reserved and %d spent; the facts say %d and %d", p.ID, p.Bought, p.Reserved, p.Spent, held[p.ID], spent[p.ID])
			}
		}
	}
	if bought < w.bought {
		w.wrong("%d incidents were bought, %d are there", w.bought, bought)
	}
}

// seers are the contacts who may see a request: who filed it, the PLA and the
// administrators of its contract, and who watches it (I7).
func (w *world) seers(s *story) map[int64]bool {
	sees := map[int64]bool{s.row.Contact: true}
	for _, c := range s.r.Watchers {
		sees[c] = true
	}
	if s.row.Contract != 0 {
		roles, err := w.store.Roles(context.Background(), everything, s.row.Contract)
		w.ok(err)
		for _, g := range roles {
			if g.Role == support.RoleLicencePrimary || g.Role == support.RoleSupportAdmin {
				sees[g.Contact] = true
			}
		}
	}
	return sees
}

// sight: nobody else sees it, and of the staff nobody to whom it is closed. All
// are asked when that has changed, and one of them otherwise.
func (w *world) sight(s *story) {
	id, seers := s.r.ID, w.seers(s)
	var sees []support.Actor
	for _, who := range w.everybody() {
		if who.Kind == support.Customer && seers[who.ID] || who.Kind == support.Vendor && w.open(s, who.ID, false) {
			sees = append(sees, who)
		}
	}
	asked := w.everybody()
	if slices.Equal(sees, s.seen) {
		one := w.rng.IntN(len(asked))
		asked = asked[one : one+1]
	}
	s.seen = sees
	for _, who := range asked {
		got, err := w.store.Sees(context.Background(), w.viewer(who), id)
		w.ok(err)
		if got != slices.Contains(sees, who) {
			w.wrong("request %d is seen by %v: %v", id, who, got)
		}
	}
}

// sights is sight of all requests, in one list for each person.
func (w *world) sights() {
	lists := map[support.Actor]map[int64]support.Row{}
	for _, who := range w.everybody() {
		lists[who] = w.rows(w.viewer(who))
	}
	for id, s := range w.stories {
		sees := w.seers(s)
		for who, list := range lists {
			_, got := list[id]
			if want := who.Kind == support.Customer && sees[who.ID] || who.Kind == support.Vendor && w.open(s, who.ID, true); got != want {
				w.wrong("request %d is in the list of %v: %v", id, who, got)
			}
		}
	}
}

func (w *world) everybody() []support.Actor {
	return slices.Concat(w.contacts, w.staff, []support.Actor{w.duty})
}

// betaEnds: when a programme has ended and its run is through, its requests are
// completed and the defects of its bugs open (I11).
func (w *world) betaEnds(id int64, r *support.Request) {
	ctx := context.Background()
	p, err := w.store.Programme(ctx, everything, w.beta)
	w.ok(err)
	if r.Filed.Beta == 0 || p.Open(w.at) {
		return
	}
	if r.Completed == nil {
		w.wrong("request %d of the beta that ended at %v is open at %v", id, p.EndsAt, w.at)
	}
	for _, linked := range r.Defects {
		x, err := w.store.Defect(ctx, everything, linked.Defect)
		w.ok(err)
		if !x.State.Open() {
			w.wrong("request %d: defect %d of the beta is %s", id, x.ID, x.State)
		}
	}
}
