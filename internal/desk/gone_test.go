package desk

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// pair are two nodes at one database.
type pair struct {
	*bench
	other *bench
	n     int // people so far
}

func newPair(t *testing.T, at time.Time) *pair {
	t.Helper()
	url := pgtest.URL(t)
	p := &pair{bench: benchAt(t, at, url), other: benchAt(t, at, url)}
	p.people()
	return p
}

func (p *pair) set(at time.Time) {
	p.clock.set(at)
	p.other.clock.set(at)
}

func (p *pair) engineer() support.Staff {
	p.n++
	return p.colleague("engineer"+strconv.Itoa(p.n), "", support.RoleTSE)
}

func (p *pair) customer() support.Contact {
	p.n++
	return p.person(p.hokuto.ID, "Person", "person"+strconv.Itoa(p.n)+"@hokuto.example")
}

// meet carries out two changes on a node each, so that each has read the
// database before the other writes: they read the clock once they have read who
// acts, and there they wait for each other. It tells how often they were begun.
func (p *pair) meet(one, two func() error) (errs [2]error, begun int64) {
	p.t.Helper()
	var reads atomic.Int64
	var wg sync.WaitGroup
	both := make(chan struct{})
	for i, c := range []struct {
		at *hands
		do func() error
	}{{p.clock, one}, {p.other.clock, two}} {
		var first sync.Once
		c.at.onRead(func() {
			if reads.Add(1) == 2 {
				close(both)
			}
			first.Do(func() { <-both })
		})
		wg.Go(func() { errs[i] = c.do() })
	}
	wg.Wait()
	p.clock.onRead(nil)
	p.other.clock.onRead(nil)
	return errs, reads.Load()
}

// What one node gives to a person while another lets the person go: one of the
// two comes second and is decided again with the first in view, so that no open
// request is left with an owner who has gone, and no active contract with a PLA
// who has (docs/decisions/005-postgresql.md).
// guide: R02, R26
func TestNothingIsGivenToWhoIsBeingLetGo(t *testing.T) {
	t.Parallel()
	p := newPair(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	for name, give := range p.toStaff() {
		gone := p.engineer()
		given := give(gone)
		found, err := p.store.Staff(ctx, gone.ID)
		p.ok(err)
		gone, gone.Active = found, false
		p.met(name, func() error { return p.ChangeStaff(ctx, p.asAdmin, gone) }, given)
	}
	for name, give := range p.toContact() {
		gone := p.customer()
		given := give(gone)
		gone.Active = false
		p.met(name, func() error { return p.ChangeContact(ctx, p.asAdmin, gone) }, given)
	}
}

// command is one on the other node.
func (p *pair) command(by support.Actor, id int64, cmd support.Command) func() error {
	return func() error { _, err := p.other.Do(p.t.Context(), by, id, cmd); return err }
}

// toStaff are the ways by which a member of staff is given a request.
func (p *pair) toStaff() map[string]func(s support.Staff) func() error {
	owned := func(s support.Staff) int64 {
		id := p.file().ID
		p.do(vendor(s), id, &support.Take{})
		return id
	}
	announced := func(to support.Staff) int64 {
		id := owned(p.ito)
		p.do(p.asIto, id, &support.AnnounceHandOver{To: to.ID, Ground: "expertise", Note: note()})
		return id
	}
	return map[string]func(s support.Staff) func() error{
		"taken": func(s support.Staff) func() error { return p.command(vendor(s), p.file().ID, &support.Take{}) },
		"assigned": func(s support.Staff) func() error {
			return p.command(p.asIto, p.file().ID, &support.Assign{Staff: s.ID})
		},
		"routed": func(s support.Staff) func() error {
			s.Skills, s.Languages, s.Site = []string{"vsphere"}, []string{"en"}, "tokyo"
			p.ok(p.ChangeStaff(p.t.Context(), p.asAdmin, s))
			return p.command(vendor(p.hayashi), p.file().ID, &support.RouteToStaff{})
		},
		"handed over": func(s support.Staff) func() error {
			id := announced(s)
			p.do(vendor(s), id, &support.AcceptHandOver{})
			p.set(p.Now().Add(20 * time.Minute))
			return p.command(clockwork, id, &support.Tick{})
		},
		"accepted": func(s support.Staff) func() error {
			return p.command(vendor(s), announced(s), &support.AcceptHandOver{})
		},
		"reopened": func(s support.Staff) func() error {
			id := owned(s)
			p.do(vendor(s), id, p.confirmed())
			return p.command(p.asTanaka, id, &support.Comment{Text: support.T("again")})
		},
		"second": func(s support.Staff) func() error {
			return p.command(p.asIto, owned(p.ito), &support.AddSecond{Staff: s.ID})
		},
	}
}

// toContact are the ways by which a contact is given a seat.
func (p *pair) toContact() map[string]func(c support.Contact) func() error {
	ctx := p.t.Context()
	papers := func(number string) support.Contract {
		return support.Contract{
			Account: p.hokuto.ID, Number: number, Offering: "production", Products: []string{"vsphere"}, Regions: []string{"apj"},
			StartsAt: p.production.StartsAt, EndsAt: p.production.EndsAt,
		}
	}
	return map[string]func(c support.Contact) func() error{
		"PLA of a new contract": func(c support.Contact) func() error {
			k := papers("P-2")
			return func() error { return p.other.AddContract(ctx, p.asMori, &k, c.ID) }
		},
		"PLA instead of another": func(c support.Contact) func() error {
			return func() error { return p.other.ReplacePrimary(ctx, p.asAdmin, p.production.ID, c.ID) }
		},
		"PLA by swap": func(c support.Contact) func() error {
			f := &support.File{Kind: support.CS, Channel: support.Portal, Contact: p.sato.ID, Contract: p.basic.ID, Topic: "other", Title: support.T("PLA")}
			id := p.do(p.asSato, 0, f).ID
			p.do(vendor(p.hayashi), id, &support.AddNote{Text: support.T("called back"), Label: "verification"})
			return p.command(p.asMori, id, &support.SwapPrimary{To: c.ID})
		},
		"PLA of what is activated": func(c support.Contact) func() error {
			k := papers("P-3")
			p.ok(p.AddContract(ctx, p.asMori, &k, c.ID))
			p.ok(p.SetContractState(ctx, p.asMori, k.ID, support.ContractSuspended))
			return func() error { return p.other.SetContractState(ctx, p.asMori, k.ID, support.ContractActive) }
		},
		"watcher": func(c support.Contact) func() error {
			return p.command(p.asTanaka, p.file().ID, &support.AddWatcher{Contact: c.ID})
		},
	}
}

// met has two changes meet and looks at what is left of them.
func (p *pair) met(name string, leave, give func() error) {
	p.t.Helper()
	errs, begun := p.meet(leave, give)
	for _, err := range errs {
		if _, refused := errorAs(err); err != nil && !refused {
			p.t.Errorf("%s: %v", name, err)
		}
	}
	if errs[0] != nil && errs[1] != nil {
		p.t.Errorf("%s: neither came about: %v, %v", name, errs[0], errs[1])
	}
	if begun < 3 {
		p.t.Errorf("%s: both were decided by what they had read", name)
	}
	p.check()
	if p.t.Failed() {
		p.t.Fatalf("%s: %v, %v", name, errs[0], errs[1])
	}
}

// The end of a beta on one node and a request that comes back into it on the
// other: the run over the programme has the request, or the request stays
// completed.
// guide: R35
func TestNothingComesBackWhileABetaEnds(t *testing.T) {
	t.Parallel()
	p := newPair(t, jst(t, "2026-06-30 10:00:00"))
	ctx := t.Context()
	b := p.programme(support.BetaPublic)
	p.ok(p.JoinBeta(ctx, p.asTanaka, b.ID))
	id := p.do(p.asTanaka, 0, p.betaFiling(b, support.BetaFeedback)).ID
	p.do(p.asIto, id, p.confirmed())
	end := func() error {
		return p.store.Update(ctx, func(tx *store.Tx) error {
			if _, err := tx.Programme(b.ID); err != nil {
				return err
			}
			p.Now()
			_, err := tx.EndProgrammes(b.EndsAt, 0)
			return err
		})
	}
	p.met("reopened", end, func() error {
		_, err := p.other.Do(ctx, p.asTanaka, id, &support.Comment{Text: support.T("again")})
		return err
	})
	p.set(b.EndsAt)
	p.settle()
	r, err := p.Request(ctx, everything, id)
	if p.ok(err); r.Completed == nil {
		t.Error("it is open, and its programme has ended")
	}
}

// Strangers' reports of security problems are limited by the hour, also when
// two nodes take the last one at once.
// guide: R45
func TestTheLastReportOfAnHourIsOne(t *testing.T) {
	t.Parallel()
	p := newPair(t, jst(t, "2026-06-03 10:00:00"))
	report := func(b *bench) func() error {
		return func() error {
			return b.store.Update(t.Context(), func(tx *store.Tx) error {
				r := store.SecurityReport{At: jst(t, "2026-06-03 10:00:00"), Text: support.T("a hole"), Reply: support.T("me@home.example")}
				r.DueAt = r.At
				for _, text := range []*support.Text{&r.Text, &r.Reply} {
					if err := tx.SaveText(0, 0, text); err != nil {
						return err
					}
				}
				b.Now()
				return tx.AddSecurityReport(&r, 1)
			})
		}
	}
	p.met("reported", report(p.bench), report(p.other))
	all, _, err := p.store.SecurityReports(t.Context(), everything, 0, 0)
	if p.ok(err); len(all) != 1 {
		t.Errorf("%d reports were taken, the limit is 1", len(all))
	}
}
