package desk

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/support"
)

// estate is a customer of its own on a desk that many share, with incidents that
// it bought, seats and people, whose requests live through commands drawn at
// random in any order.
type estate struct {
	*bench
	rt        *rapid.T
	people    []support.Contact // the first is the PLA
	engineers []support.Staff
	contracts []support.Contract // per incident, and basic
	requests  []int64
	customers bool     // the command drawn last is one for customers
	spoke     []string // what was done, for the message
}

// Lives are long and each step of one is a transaction, so a few do by default.
func init() { _ = flag.Set("rapid.checks", "30") }

func newEstate(b *bench, rt *rapid.T, n int) *estate {
	l, ctx, name := &estate{bench: b, rt: rt}, b.t.Context(), strconv.Itoa(n)
	a := support.Account{Name: "Estate " + name, Country: "JP"}
	b.ok(b.AddAccount(ctx, system, &a))
	for i := range 8 {
		l.people = append(l.people, b.person(a.ID, fmt.Sprintf("P%d", i), fmt.Sprintf("p%d-%s@estate.example", i, name)))
	}
	for i := range 2 {
		l.engineers = append(l.engineers, b.colleague(fmt.Sprintf("e%d-%s", i, name), "", support.RoleTSE, support.RoleCSR))
	}
	basic := support.Contract{Account: a.ID, Number: "E-" + name, Offering: "basic", Products: []string{"esx"}, Regions: []string{"apj"},
		StartsAt: b.clock.now(), EndsAt: b.clock.now().AddDate(5, 0, 0)}
	b.ok(b.AddContract(ctx, system, &basic, l.people[0].ID))
	b.ok(b.Register(ctx, customer(l.people[1]), &support.Registration{Contact: l.people[1].ID, Product: "fusion"}))
	bought, err := b.BuyIncidents(ctx, customer(l.people[1]), l.people[1].ID, "fusion", rapid.SampledFrom([]int{1, 3}).Draw(rt, "size"))
	b.ok(err)
	l.contracts = []support.Contract{bought.Contract, basic}
	for _, c := range l.people[1:4] { // of four seats
		b.ok(b.GrantRole(ctx, system, basic.ID, c.ID, support.RoleSupportAdmin))
	}
	return l
}

// one draws one of a list.
func one[T any](l *estate, name string, of []T) T { return of[l.of(name, len(of))] }

// of draws one of n numbers from 0, each alike; rapid's own prefer small ones.
func (l *estate) of(name string, n int) int { return rapid.IntRange(0, 1<<20).Draw(l.rt, name) % n }

// did forgives a refusal: what is not allowed must leave the laws whole too.
func (l *estate) did(what string, err error) {
	l.spoke = append(l.spoke, fmt.Sprintf("%s %s: %v", l.clock.now().Format(time.RFC3339Nano), what, err))
	var refused *support.Error
	if err != nil && !errors.As(err, &refused) {
		l.rt.Fatalf("%v\nan error that is no refusal", l.spoke)
	}
}

// by draws who does it: mostly who can, on the side that it is for.
func (l *estate) by(r *support.Request, customers bool) support.Actor {
	switch k := l.of("by", 10); {
	case k == 0:
		return one(l, "anybody", []support.Actor{customer(l.people[0]), customer(l.people[2]), vendor(l.engineers[0]), vendor(l.duty), vendor(l.mori)})
	case customers:
		return support.Actor{Kind: support.Customer, ID: r.Filed.Contact}
	case k < 6 && r.Owner != 0:
		return support.Actor{Kind: support.Vendor, ID: r.Owner}
	}
	return vendor(one(l, "engineer", l.engineers))
}

// step is one command, one change of people or papers, or time that passes.
func (l *estate) step() {
	switch k := l.of("step", 20); {
	case k < 2 && len(l.requests) < 4 || len(l.requests) == 0:
		l.file()
	case k < 4:
		l.pass()
	case k < 7:
		l.papers()
	case k < 9:
		l.leave()
	default:
		r := l.folded(one(l, "request", l.requests))
		id, cmd := r.ID, l.command(r)
		by := l.by(r, l.customers)
		_, err := l.Do(l.t.Context(), by, id, cmd)
		l.did(fmt.Sprintf("%s on %d by %v", cmd.Name(), id, by), err)
	}
}

func (l *estate) file() {
	who := one(l, "contact", []support.Contact{l.people[1], l.people[1], l.people[0], l.people[2]})
	f := &support.File{Kind: support.Technical, Channel: support.Portal, Contact: who.ID, Title: support.T("t"), Severity: rapid.IntRange(2, 4).Draw(l.rt, "severity"),
		Details: support.Details{Impact: support.T("i"), Environment: "production"}}
	f.Product, f.Contract = "fusion", l.contracts[0].ID
	if l.of("basic", 4) == 0 {
		f.Product, f.Version, f.Contract = "esx", "4.0", l.contracts[1].ID
	}
	done, err := l.Do(l.t.Context(), customer(who), 0, f)
	l.did("file "+f.Product, err)
	if err == nil {
		l.requests = append(l.requests, done.ID)
	}
}

// pass lets time go by until close to what is due next, or up to a year.
func (l *estate) pass() {
	to := l.clock.now()
	r := l.folded(one(l, "clock of", l.requests))
	next := r.NextAt(l.packs.Current())
	if k := l.of("pass", 4); k > 0 && next.After(to) && next.Sub(to) < 90*24*time.Hour {
		to = next.Add(time.Duration(rapid.IntRange(-1, 1).Draw(l.rt, "edge")) * support.Micro)
	} else {
		to = to.Add(time.Duration(one(l, "hours", []int{1, 1, 24, 24, 24 * 11, 24 * 40, 24 * 366})) * time.Hour)
	}
	if to.After(l.clock.now()) {
		l.did("pass", l.Advance(l.t.Context(), l.clock.set, to))
	}
}

// papers are seats, the PLA and incidents.
func (l *estate) papers() {
	ctx, who := l.t.Context(), one(l, "person", l.people)
	k := one(l, "contract", append(l.contracts, l.contracts[1], l.contracts[1]))
	switch l.of("papers", 6) {
	case 0, 1:
		l.did(fmt.Sprintf("grant %d on %d", who.ID, k.ID), l.GrantRole(ctx, l.asMori, k.ID, who.ID, support.RoleSupportAdmin))
	case 2:
		l.did(fmt.Sprintf("revoke %d on %d", who.ID, k.ID), l.RevokeRole(ctx, l.asMori, k.ID, who.ID, support.RoleSupportAdmin))
	case 3:
		l.did(fmt.Sprintf("PLA %d on %d", who.ID, k.ID), l.ReplacePrimary(ctx, l.asAdmin, k.ID, who.ID))
	case 4:
		_, err := l.AddIncidentPack(ctx, l.asMori, l.contracts[0].ID, 1)
		l.did("buy one", err)
	default:
		c, err := l.store.Contact(ctx, everything, who.ID)
		l.ok(err)
		c.Active = !c.Active
		l.did(fmt.Sprintf("contact %d active %v", who.ID, c.Active), l.ChangeContact(ctx, l.asAdmin, c))
	}
}

// leave lets an engineer go, or come back.
func (l *estate) leave() {
	s, err := l.store.Staff(l.t.Context(), one(l, "engineer", l.engineers).ID)
	l.ok(err)
	s.Active = !s.Active
	l.did(fmt.Sprintf("staff %d active %v", s.ID, s.Active), l.ChangeStaff(l.t.Context(), l.asAdmin, s))
}

// command draws what may come next for a request, and what may not.
func (l *estate) command(r *support.Request) support.Command {
	x := support.T("x")
	reason := one(l, "reason", []string{"confirmed", "confirmed", "workaround", "wont_fix", "out_of_scope", "withdrawn", "spam"})
	consent := &support.Consent{Contact: r.Filed.Contact, How: support.Phone}
	to, of := one(l, "to", l.engineers).ID, one(l, "of", l.requests)
	l.customers = l.of("side", 3) == 0
	if r.Completed != nil && l.of("again", 2) == 0 {
		l.customers = true
		return &support.Reopen{Text: x}
	}
	if l.customers {
		return one(l, "command", []support.Command{
			&support.Comment{Text: x}, &support.Reopen{Text: x}, &support.Reopen{Text: x}, &support.Reopen{Text: x},
			&support.AcceptCompletion{}, &support.DeclineCompletion{Text: x}, &support.ProposeCompletion{Reason: "withdrawn", Text: x},
		})
	}
	return one(l, "command", []support.Command{
		&support.Take{}, &support.Assign{Staff: to}, &support.Comment{Text: x},
		&support.LogContact{Channel: support.Phone, Outcome: support.Connected, Text: x},
		&support.AnnounceHandOver{To: to, Ground: "expertise", Note: note()}, &support.AcceptHandOver{},
		&support.Complete{Reason: reason, Consent: consent, Text: x}, &support.Complete{Reason: reason, Consent: consent, Text: x},
		&support.Complete{Reason: "duplicate", Of: of}, &support.ProposeCompletion{Reason: reason, Text: x}, l.correction(), l.correction(),
	})
}

// correction moves a request between the contracts, or to another contact.
func (l *estate) correction() support.Command {
	c := &support.Reclassify{Reason: support.T("x")}
	fusion, esx, version := "fusion", "esx", "4.0"
	switch l.of("correction", 3) {
	case 0:
		c.Product, c.Contract = &fusion, &l.contracts[0].ID
	case 1:
		c.Product, c.Version, c.Contract = &esx, &version, &l.contracts[1].ID
	default:
		c.Contact = one(l, "contact", l.people[:3]).ID
	}
	return c
}

func (l *estate) folded(id int64) *support.Request {
	r := &support.Request{ID: id}
	support.Fold(r, l.facts(id)...)
	return r
}

// No order of commands loses an incident, a seat or an owner: what the rows say
// is what the facts say, no balance is negative and nothing is spent twice (I13);
// one PLA on each contract and never more administrators than there are seats
// (I1, R02); each open request has one active owner or waits in a queue (I2).
//
// guide: R02, R15, R26, R52, A20
func TestNoOrderOfCommandsLosesAnything(t *testing.T) {
	t.Parallel()
	b, n := newBench(t, jst(t, "2026-01-13 13:00:00")), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		l := newEstate(b, rt, n)
		for range 40 {
			l.step()
			if err := errors.Join(l.incidents(), l.seats(), l.owners()); err != nil {
				rt.Fatalf("%v\n%s", err, l.story())
			}
		}
		for _, id := range l.requests { // what is left of it is nobody's concern in the next one
			_, _ = l.Do(t.Context(), vendor(l.duty), id, &support.Complete{Reason: "spam"})
		}
	})
	b.settle()
	b.check()
}

func (l *estate) story() (out string) {
	for _, s := range l.spoke {
		out += s + "\n"
	}
	return out
}

// incidents compares the packs with what the facts of all requests took and gave.
func (l *estate) incidents() error {
	held, spent := map[int64]int{}, map[int64]int{}
	for _, id := range l.requests {
		var on, paid int64
		for _, f := range l.facts(id) {
			switch b := f.Body.(type) {
			case support.IncidentReserved:
				if on != 0 || paid != 0 {
					return fmt.Errorf("request %d takes a second incident at seq %d", id, f.Seq)
				}
				on = b.Pack
			case support.IncidentSettled:
				if b.Pack != on {
					return fmt.Errorf("request %d gives at seq %d what it does not hold", id, f.Seq)
				}
				if on = 0; b.Spent {
					paid = b.Pack
				}
			}
		}
		held[on]++
		spent[paid]++
		r := l.folded(id)
		if ofPack := r.Filed.Receipt.IncidentPack != 0; r.Completed != nil && on != 0 || r.Completed == nil && ofPack != (on != 0 || paid != 0) && paid == 0 {
			return fmt.Errorf("request %d (completed %v, of a pack %v) holds %d and has spent %d", id, r.Completed != nil, ofPack, on, paid)
		}
	}
	parties, err := l.store.Parties(l.t.Context(), everything, l.people[0].ID)
	if err != nil {
		return err
	}
	for _, h := range parties.Holdings {
		for _, p := range h.Packs {
			if p.Reserved != held[p.ID] || p.Spent != spent[p.ID] || p.Bought < p.Reserved+p.Spent {
				return fmt.Errorf("pack %d of %d has %d reserved and %d spent; the facts say %d and %d", p.ID, p.Bought, p.Reserved, p.Spent, held[p.ID], spent[p.ID])
			}
		}
	}
	return nil
}

func (l *estate) seats() error {
	for _, k := range l.contracts {
		roles, err := l.store.Roles(l.t.Context(), everything, k.ID)
		if err != nil {
			return err
		}
		primaries, admins := 0, 0
		for _, g := range roles {
			switch g.Role {
			case support.RoleLicencePrimary:
				primaries++
				c, err := l.store.Contact(l.t.Context(), everything, g.Contact)
				if err != nil || !c.Active {
					return fmt.Errorf("the PLA of contract %d is nobody who is there (%v)", k.ID, err)
				}
			case support.RoleSupportAdmin:
				admins++
			}
		}
		if most := l.packs.Current().Offerings[k.Offering].SupportAdmins; primaries != 1 || most > 0 && admins > most {
			return fmt.Errorf("contract %d has %d PLAs and %d administrators, of %d", k.ID, primaries, admins, most)
		}
	}
	return nil
}

func (l *estate) owners() error {
	for _, id := range l.requests {
		r := l.folded(id)
		if r.Completed != nil {
			continue
		}
		if (r.Owner != 0) == (r.Queue != "") || r.Owner == 0 && r.QueuedSince.IsZero() {
			return fmt.Errorf("request %d: owner %d, queue %q since %v", id, r.Owner, r.Queue, r.QueuedSince)
		}
		if r.Owner != 0 {
			s, err := l.store.Staff(l.t.Context(), r.Owner)
			if err != nil || !s.Active {
				return fmt.Errorf("request %d is owned by %d, who is not there (%v)", id, r.Owner, err)
			}
		}
		kinds := kindsOf(l.facts(id))
		if answered := slices.ContainsFunc(r.Clocks, func(c support.Clock) bool {
			return c.Metric == support.FirstResponse && (c.State == support.Met || c.State == support.MetLate)
		}); answered && r.Owner == 0 && !slices.Contains(kinds[1:], "queued") {
			return fmt.Errorf("request %d was answered and nobody owns it", id)
		}
	}
	return nil
}

// What a request has spent it does not take again when it comes back and its
// contact is corrected; what it gave back by a correction it does not take again
// when it comes back.
//
// guide: R52, A20
func TestAnIncidentIsTakenOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-01-13 13:00:00"))
	b.ok(b.Register(t.Context(), b.asSato, &support.Registration{Contact: b.sato.ID, Product: "fusion"}))
	bought, err := b.BuyIncidents(t.Context(), b.asSato, b.sato.ID, "fusion", 3)
	b.ok(err)
	file := func() int64 {
		return b.do(b.asSato, 0, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: b.sato.ID, Contract: bought.Contract.ID,
			Product: "fusion", Severity: 4, Title: support.T("t")}).ID
	}
	again := func(id int64, reason string) {
		b.do(b.asIto, id, &support.Complete{Reason: reason, Consent: &support.Consent{Contact: b.sato.ID, How: support.Phone}, Text: support.T("x")})
		b.do(b.asSato, id, &support.Reopen{Text: support.T("x")})
	}
	left := func(reserved, spent int) {
		t.Helper()
		parties, err := b.store.Parties(t.Context(), everything, b.suzuki.ID)
		b.ok(err)
		for _, h := range parties.Holdings {
			for _, p := range h.Packs {
				if p.Reserved != reserved || p.Spent != spent {
					t.Errorf("%d reserved and %d spent, want %d and %d", p.Reserved, p.Spent, reserved, spent)
				}
			}
		}
	}
	spent, moved := file(), file()
	file() // the last one
	left(3, 0)
	b.do(b.asIto, spent, &support.Take{})
	again(spent, "confirmed")
	left(2, 1)
	b.do(b.asIto, spent, &support.Reclassify{Contact: b.suzuki.ID, Reason: support.T("x")})
	left(2, 1)
	esx, version := "esx", "4.0"
	b.do(b.asIto, moved, &support.Reclassify{Product: &esx, Version: &version, Contract: &b.basic.ID, Reason: support.T("x")})
	left(1, 1)
	b.do(b.asIto, moved, &support.Take{})
	again(moved, "out_of_scope")
	left(1, 1)
	b.check()
}
