package desk

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// contest is something that only one of two can have. set makes it ready and
// gives what the two do; lost are the refusals by which the other learns it.
type contest struct {
	name string
	set  func(p *pair, n int) (one, two func() error, err error)
	lost []string
	// after, when set, looks at what is left of a trial.
	after func(p *pair, n int) error
}

// Two reach for the last of something at once, a thousand times each on the engine
// that is tested: exactly one has it, and the other is told so in words (T58). The last
// seat is [TestTheLastSeatIsFilledOnce].
// guide: R02, R26, A20, A22
func TestOneOfTwoHasTheLast(t *testing.T) {
	t.Parallel()
	for engine, open := range map[string]func(t *testing.T) *pair{
		"sqlite": func(t *testing.T) *pair {
			b := benchAt(t, jst(t, "2026-06-03 10:20:00"), pgtest.File(t))
			b.people()
			return &pair{bench: b, other: b}
		},
		"postgresql": func(t *testing.T) *pair { return newPair(t, jst(t, "2026-06-03 10:20:00")) },
	} {
		for last, of := range map[string]func(p *pair) contest{
			"primary": primaries, "incident": lastIncident, "acceptance": accepted, "grant": granted, "baton": handedOver, "owner": letGo,
		} {
			t.Run(engine+"/"+last, func(t *testing.T) {
				t.Parallel()
				p := open(t)
				// The engine that a run is about is tried in full, the other one in passing.
				p.contend(of(p), !testing.Short() && engine == cmp.Or(os.Getenv(pgtest.Engine), "sqlite"))
				p.check()
			})
		}
	}
}

// contend has a contest fought, some tens at once.
func (p *pair) contend(c contest, full bool) {
	p.t.Helper()
	trials, together := 40, 20
	if full {
		trials, together = 1000, 100
	}
	told := map[string]int{}
	for from := 0; from < trials; from += together {
		var wg sync.WaitGroup
		start := make(chan struct{})
		ready := make(chan error, together)
		results := make([][2]error, together)
		for i := range together {
			wg.Go(func() {
				one, two, err := c.set(p, from+i)
				ready <- err
				if err != nil {
					return
				}
				<-start
				var other sync.WaitGroup
				other.Go(func() { results[i][1] = two() })
				results[i][0] = one()
				other.Wait()
			})
		}
		var errs []error
		for range together {
			errs = append(errs, <-ready)
		}
		close(start)
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			p.t.Fatalf("%s: %v", c.name, err)
		}
		for i, r := range results {
			loser, err := c.outcome(r)
			if err == nil && c.after != nil {
				err = c.after(p, from+i)
			}
			if err != nil {
				p.t.Fatalf("%s, trial %d: %v", c.name, from+i, err)
			}
			told[loser]++
		}
	}
	p.t.Logf("%s: %d trials, the others were told %v", c.name, trials, told)
}

// outcome tells what the one who came second was told.
func (c contest) outcome(r [2]error) (string, error) {
	lost := errors.Join(r[0], r[1])
	if (r[0] == nil) == (r[1] == nil) {
		return "", fmt.Errorf("it came to %v and %v, one has to win", r[0], r[1])
	}
	e, ok := errorAs(lost)
	if !ok || !slices.Contains(c.lost, e.Key) {
		return "", fmt.Errorf("the other was told %v", lost)
	}
	for _, tag := range []string{lang.English, lang.Japanese} {
		if said := (lang.Voice{Lang: tag, Zone: "Asia/Tokyo"}).Error(e); said == "" || strings.Contains(said, e.Key) {
			return "", fmt.Errorf("in %s the other was told %q", tag, said)
		}
	}
	return e.Key, nil
}

// seen is a decision of somebody who has read the request up to here.
func (b *bench) seen(by support.Actor, d Done, cmd support.Command) func() error {
	return func() error { _, err := b.DoIf(b.t.Context(), by, d.ID, d.Seq, cmd); return err }
}

// chain carries out commands one after the other on a request, which the first
// one files, and gives what the last one led to.
func (b *bench) chain(steps ...any) (Done, error) {
	var done Done
	for i := 0; i < len(steps); i += 2 {
		by, cmd := steps[i].(support.Actor), steps[i+1].(support.Command)
		next, err := b.Do(b.t.Context(), by, done.ID, cmd)
		if err != nil {
			return done, fmt.Errorf("%s: %w", cmd.Name(), err)
		}
		done = next
	}
	return done, nil
}

// papers are a contract of an account of its own, and its PLA.
func (p *pair) papers(n int, sort, offering, product string) (support.Contact, support.Contract, error) {
	ctx := p.t.Context()
	a := support.Account{Name: sort + strconv.Itoa(n), Country: "JP"}
	if err := p.AddAccount(ctx, system, &a); err != nil {
		return support.Contact{}, support.Contract{}, err
	}
	c := support.Contact{Account: a.ID, FamilyName: sort, Email: sort + strconv.Itoa(n) + "@aoba.example", Language: "en", Zone: "Asia/Tokyo"}
	if err := p.AddContact(ctx, system, &c); err != nil {
		return c, support.Contract{}, err
	}
	k := support.Contract{Account: a.ID, Number: sort + strconv.Itoa(n), Offering: offering, Products: []string{product}, Regions: []string{"apj"},
		StartsAt: p.basic.StartsAt, EndsAt: p.basic.EndsAt}
	return c, k, p.AddContract(ctx, system, &k, c.ID)
}

// primaries: two of the licence team put somebody else each in the PLA's place.
func primaries(p *pair) contest {
	kept := sync.Map{}
	second := p.colleague("licence2", "", support.RoleLicence)
	return contest{"the PLA's place", func(p *pair, n int) (one, two func() error, err error) {
		c, k, err := p.papers(n, "primary", "basic", "esx")
		if err != nil {
			return nil, nil, err
		}
		kept.Store(n, k.ID)
		d, err := p.chain(customer(c), &support.File{Kind: support.CS, Channel: support.Portal, Contact: c.ID, Contract: k.ID, Topic: "other", Title: support.T("PLA")},
			vendor(p.hayashi), &support.AddNote{Text: support.T("called back"), Label: "verification"})
		return p.seen(p.asMori, d, &support.SwapPrimary{To: p.suzuki.ID}), p.other.seen(vendor(second), d, &support.SwapPrimary{To: p.sato.ID}), err
	}, []string{"request.moved_on"}, func(p *pair, n int) error {
		id, _ := kept.Load(n)
		roles, err := p.store.Roles(p.t.Context(), everything, id.(int64))
		if err != nil || len(roles) != 1 || roles[0].Role != support.RoleLicencePrimary || roles[0].Contact != p.suzuki.ID && roles[0].Contact != p.sato.ID {
			return fmt.Errorf("the roles are %+v, %w", roles, err)
		}
		return nil
	}}
}

// lastIncident: the customer and the CSR file on a pack of one.
func lastIncident(p *pair) contest {
	kept := sync.Map{}
	return contest{"the last incident", func(p *pair, n int) (one, two func() error, err error) {
		c, k, err := p.papers(n, "incident", "per_incident", "esx")
		if err != nil {
			return nil, nil, err
		}
		kept.Store(n, c.ID)
		_, err = p.AddIncidentPack(p.t.Context(), system, k.ID, 1)
		file := func(by support.Actor, at *bench, channel support.Channel) func() error {
			return func() error {
				_, err := at.Do(p.t.Context(), by, 0, &support.File{Kind: support.Technical, Channel: channel, Contact: c.ID, Contract: k.ID,
					Product: "esx", Version: "4.0", Severity: 3, Title: support.T("one")})
				return err
			}
		}
		return file(customer(c), p.bench, support.Portal), file(vendor(p.hayashi), p.other, support.Phone), err
	}, []string{"incident.none_left", "entitlement.refused"}, func(p *pair, n int) error {
		id, _ := kept.Load(n)
		var parties support.Parties
		err := p.store.Update(p.t.Context(), func(tx *store.Tx) (err error) {
			parties, err = tx.Parties(id.(int64))
			return err
		})
		if err != nil || len(parties.Holdings) != 1 || len(parties.Holdings[0].Packs) != 1 {
			return fmt.Errorf("the contact has %d contracts, %w", len(parties.Holdings), err)
		}
		if got := parties.Holdings[0].Packs[0]; got.Bought != 1 || got.Reserved != 1 || got.Spent != 0 {
			return fmt.Errorf("of the pack %d are reserved and %d spent", got.Reserved, got.Spent)
		}
		return nil
	}}
}

// accepted: a proposed completion is accepted by the customer and, with the
// customer's word, by a representative.
func accepted(*pair) contest {
	return contest{"the completion", func(p *pair, _ int) (one, two func() error, err error) {
		d, err := p.chain(p.asTanaka, p.filing(), vendor(p.byrne), &support.Take{}, vendor(p.byrne), &support.ProposeCompletion{Reason: "confirmed"})
		consent := &support.Consent{Contact: p.tanaka.ID, How: support.Phone}
		return p.seen(p.asTanaka, d, &support.AcceptCompletion{}), p.other.seen(vendor(p.hayashi), d, &support.AcceptCompletion{Consent: consent}), err
	}, []string{"request.moved_on"}, nil}
}

// granted: a raise that the customer asked for is granted by two engineers.
func granted(*pair) contest {
	return contest{"the raise", func(p *pair, _ int) (one, two func() error, err error) {
		d, err := p.chain(p.asTanaka, p.filing(), vendor(p.byrne), &support.Take{},
			p.asTanaka, &support.RaiseSeverity{To: 2, Impact: support.T("all of them now")})
		return p.seen(vendor(p.byrne), d, &support.GrantSeverity{}), p.other.seen(p.asIto, d, &support.GrantSeverity{}), err
	}, []string{"request.moved_on"}, nil}
}

// handedOver: an offered hand-over is accepted by its receiver and withdrawn by
// the owner.
func handedOver(*pair) contest {
	return contest{"the hand-over", func(p *pair, _ int) (one, two func() error, err error) {
		d, err := p.chain(p.asTanaka, p.filing(), vendor(p.byrne), &support.Take{},
			vendor(p.byrne), &support.AnnounceHandOver{To: p.ito.ID, Ground: "expertise", Note: note()})
		return p.seen(p.asIto, d, &support.AcceptHandOver{}), p.other.seen(vendor(p.byrne), d, &support.CancelHandOver{}), err
	}, []string{"request.moved_on", "hand_over.none"}, nil}
}

// letGo: an engineer is given a request while an administrator lets them go.
func letGo(*pair) contest {
	return contest{"the engineer", func(p *pair, n int) (one, two func() error, err error) {
		name := "leaver" + strconv.Itoa(n)
		s := support.Staff{FamilyName: name, Email: name + "@vendor.example", Language: "en", Zone: "Asia/Tokyo", Roles: []support.Role{support.RoleTSE}}
		if err := p.AddStaff(p.t.Context(), system, &s); err != nil {
			return nil, nil, err
		}
		d, err := p.chain(p.asTanaka, p.filing())
		gone := s
		gone.Active = false
		return func() error { return p.ChangeStaff(p.t.Context(), p.asAdmin, gone) },
			p.other.seen(vendor(p.hayashi), d, &support.Assign{Staff: s.ID}), err
	}, []string{"staff.unknown", "staff.owns"}, nil}
}
