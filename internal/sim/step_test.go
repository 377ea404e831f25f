package sim

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"madoguchi/internal/support"
)

func pick[T any](w *world, from []T) T { return from[w.rng.IntN(len(from))] }

// step lets one thing happen, with a fault in one of four.
func (w *world) step() {
	switch after := w.rng.IntN(2) == 0; w.rng.IntN(8) {
	case 0:
		w.arm(1+w.rng.IntN(60), after)
	case 1:
		w.armCommit(1+w.rng.IntN(2), 1+w.rng.IntN(8), after)
	}
	if w.writes {
		w.writing()
		if w.dead() {
			w.revive()
		}
	}
	switch n := w.rng.IntN(20); {
	case n < 12:
		w.somebody()
	case n < 16:
		w.settle(w.rng.IntN(2))
	case n < 17 && w.rng.IntN(2) == 0:
		w.wall = w.wall.Add(time.Duration(w.rng.IntN(7200)-3600) * time.Second)
	case n < 17:
		w.at = w.at.Add(-time.Duration(w.rng.IntN(7200)) * time.Second)
	default:
		w.pass(pick(w, []time.Duration{time.Minute, time.Hour, 5 * time.Hour, 26 * time.Hour, 75 * time.Hour}))
	}
	w.revive()
	w.look()
}

// pass steps both clocks forward.
func (w *world) pass(d time.Duration) {
	w.at, w.wall = w.at.Add(d), w.wall.Add(d)
	if w.at.After(w.high) {
		w.high = w.at
	}
}

// somebody does something; sometimes twice, sometimes knowing an old state, and
// sometimes it arrives when other things have happened.
func (w *world) somebody() {
	if len(w.late) > 0 && w.rng.IntN(4) == 0 {
		arrives := w.late[0]
		w.late = w.late[1:]
		arrives()
		return
	}
	if w.rng.IntN(8) == 0 {
		w.papers()
		return
	}
	ids := slices.Sorted(maps.Keys(w.known))
	if len(ids) < 2 || w.rng.IntN(6) == 0 {
		w.do(w.filing())
		return
	}
	id := pick(w, ids)
	by, cmd := w.command(id, ids)
	var seen int64
	if known := int64(len(w.known[id])); w.rng.IntN(3) == 0 && known > 1 {
		seen = 1 + w.rng.Int64N(known)
	}
	switch again := w.rng.IntN(8); again {
	case 0:
		w.late = append(w.late, func() { w.doIf(by, id, seen, cmd) })
	case 1:
		w.late = append(w.late, func() { w.doIf(by, id, seen, cmd) })
		fallthrough
	default:
		w.doIf(by, id, seen, cmd)
		if again == 2 && !w.dead() {
			w.look()
			w.doIf(by, id, seen, cmd)
		}
	}
}

func (w *world) filing() (support.Actor, int64, support.Command) {
	by := pick(w, w.customers)
	f := &support.File{Kind: support.Technical, Channel: support.Portal, Contact: by.ID, Product: "vsphere", Version: "4.0",
		Severity: 2 + w.rng.IntN(3), Title: support.T("It stops"), Body: support.T("Since this morning."),
		Details: support.Details{Impact: support.T("Nobody works."), Environment: "production"}}
	switch {
	case by == w.sato:
		f.Product, f.Version = "fusion", ""
	case by == w.customers[0] && w.rng.IntN(4) == 0:
		return by, 0, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: by.ID, Title: f.Title, Beta: w.beta, BetaSort: support.BetaBug}
	}
	return by, 0, f
}

func (w *world) command(id int64, ids []int64) (support.Actor, support.Command) {
	customer, member := pick(w, w.customers), pick(w, w.staff)
	// Mostly those whose request it is, or else little would be allowed.
	row := w.stories[id].row
	if w.rng.IntN(4) > 0 {
		customer = support.Actor{Kind: support.Customer, ID: row.Contact}
		if row.Owner != 0 {
			member = support.Actor{Kind: support.Vendor, ID: row.Owner}
		}
		if !row.CompletedAt.IsZero() && row.Reason != "beta_ended" && w.rng.IntN(2) == 0 {
			return customer, &support.Reopen{Text: support.T("It is back.")}
		}
	}
	if by, cmd := w.aimed(w.stories[id], customer, member, ids); cmd != nil {
		return by, cmd
	}
	text := support.T("A line.")
	switch w.rng.IntN(20) {
	case 0, 1:
		return member, &support.Take{}
	case 2, 3:
		return member, &support.Comment{Text: text, Channel: support.Portal}
	case 4:
		return customer, &support.Comment{Text: text, Channel: support.Portal}
	case 5:
		return member, &support.AddNote{Text: support.T(secret)}
	case 6:
		return system, &support.RecordAutoReply{Text: text}
	case 7, 8, 9:
		outcome := support.Sent
		if w.rng.IntN(12) == 0 {
			outcome = support.Bounced
		}
		return member, &support.LogContact{Channel: support.Mail, Outcome: outcome, Text: text}
	case 10:
		return member, w.waiting()
	case 11:
		return member, &support.Resume{}
	case 12:
		return customer, &support.RaiseSeverity{To: 2, Impact: text}
	case 13:
		return pick(w, []support.Actor{customer, member}), &support.ProposeCompletion{Reason: "confirmed", Text: text}
	case 14:
		if w.rng.IntN(2) == 0 {
			return customer, &support.DeclineCompletion{Text: text}
		}
		return customer, &support.AcceptCompletion{}
	case 15:
		return member, w.correction()
	case 16:
		if row.CompletedAt.IsZero() && w.rng.IntN(4) > 0 {
			return customer, &support.AddWatcher{Contact: pick(w, w.contacts).ID}
		}
		return customer, &support.Reopen{Text: text}
	case 17:
		if who := pick(w, w.contacts); w.rng.IntN(2) == 0 {
			return customer, &support.AddWatcher{Contact: who.ID}
		}
		return customer, &support.RemoveWatcher{Contact: pick(w, w.contacts).ID}
	case 18:
		return member, pick(w, []support.Command{&support.GrantSeverity{}, &support.LowerSeverity{To: 4, Reason: text, Consent: &support.Consent{Contact: row.Contact, How: support.Phone}}})
	}
	return member, &support.Complete{Reason: "duplicate", Of: pick(w, ids), Text: text}
}

// aimed is a command that would change much just now; nil: none.
func (w *world) aimed(s *story, customer, member support.Actor, ids []int64) (support.Actor, support.Command) {
	switch {
	case s.holds != 0 && w.rng.IntN(8) == 0:
		return member, &support.Complete{Reason: "duplicate", Of: pick(w, ids), Text: support.T("A line.")}
	case s.runs() && w.rng.IntN(4) == 0:
		return member, w.waiting()
	case len(s.count.tried) > 0 && w.rng.IntN(10) == 0:
		return system, &support.RecordAutoReply{Text: support.T("I am away.")}
	case w.rng.IntN(24) == 0:
		return w.restricting(member)
	case w.rng.IntN(3) == 0:
		return w.answer(s, customer, member)
	}
	return customer, nil
}

// answer is what the request waits for; nil: nothing.
func (w *world) answer(s *story, customer, member support.Actor) (support.Actor, support.Command) {
	r, text, yes := s.r, support.T("A word."), w.rng.IntN(2) == 0
	switch {
	case r.Completed != nil:
	case r.Proposal != nil:
		by := customer
		if r.Proposal.Side == support.Customer {
			by = member
		}
		if yes {
			return by, &support.AcceptCompletion{}
		}
		return by, &support.DeclineCompletion{Text: text}
	case r.Raise != nil && yes:
		return member, &support.GrantSeverity{}
	case r.Raise != nil:
		return member, &support.DeclineSeverity{Reason: text}
	case len(s.count.tried) > 0 && w.rng.IntN(6) == 0:
		return member, &support.VoidAttempt{N: pick(w, s.count.tried).N, Why: "bounced"}
	case len(r.Watchers) == 0 && yes:
		return customer, &support.AddWatcher{Contact: pick(w, w.contacts).ID}
	case len(r.Watchers) > 0 && w.rng.IntN(4) == 0:
		return customer, &support.RemoveWatcher{Contact: pick(w, r.Watchers)}
	}
	return customer, nil
}

func (w *world) waiting() support.Command {
	kind := pick(w, []support.WaitingKind{support.AgreedDate, support.WaitingCustomer, support.WaitingThirdParty})
	return &support.Wait{Kind: kind, Until: w.at.Add(time.Duration(1+w.rng.IntN(60)) * time.Hour), Reason: support.T("A line.")}
}

// correction moves a request off the contract that is per incident, or onto it.
func (w *world) correction() support.Command {
	fusion, esx, version := "fusion", "esx", "4.0"
	if w.rng.IntN(2) == 0 {
		return &support.Reclassify{Product: &fusion, Contract: &w.incidents, Reason: support.T("x")}
	}
	return &support.Reclassify{Product: &esx, Version: &version, Contract: &w.contracts[0], Reason: support.T("x")}
}

func (w *world) do(by support.Actor, id int64, cmd support.Command) { w.doIf(by, id, 0, cmd) }

// doIf sends a command to one of the nodes. What a success has answered must
// stay; a refusal is an answer; anything else is a fault, ours or the product's.
func (w *world) doIf(by support.Actor, id, seen int64, cmd support.Command) {
	before, closed := slices.Clone(w.known[id]), by.Kind == support.Vendor && w.stories[id] != nil && !w.open(w.stories[id], by.ID, false)
	n := w.nodes[w.rng.IntN(2)]
	n.awake()
	done, err := n.DoIf(context.Background(), by, id, seen, anew(cmd))
	w.trace = append(w.trace, fmt.Sprint(cmd.Name(), " ", id, " ", w.count(), " ", len(done.Facts), " ", err != nil))
	var refused *support.Error
	switch {
	case err != nil && !errors.As(err, &refused) && !w.dead():
		w.wrong("%s on request %d: %v", cmd.Name(), id, err)
	case err == nil:
		for _, f := range done.Facts {
			w.known[done.ID] = append(w.known[done.ID], line(f))
		}
		if _, breaks := cmd.(*support.BreakGlass); closed && !breaks {
			w.wrong("request %d: %s by %v, who does not see it", id, cmd.Name(), by)
		}
		w.roused(n, done)
		if seen > 0 && seen < int64(len(before)) && len(done.Facts) > 0 {
			w.stale(id, seen, done.Facts[0].Seq, cmd)
		}
	}
}

// anew is the command as it was given: doing it names the rows of its texts.
func anew(cmd support.Command) support.Command {
	again := reflect.New(reflect.TypeOf(cmd).Elem())
	again.Elem().Set(reflect.ValueOf(cmd).Elem())
	return again.Interface().(support.Command)
}

// stale: who decides knowing an old state is told, and does not decide.
func (w *world) stale(id, seen, until int64, cmd support.Command) {
	for _, f := range w.facts(id) {
		if f.Seq > seen && f.Seq < until && f.By.Kind != support.System &&
			slices.Contains([]string{"assigned", "waiting_started", "severity_changed", "contact_attempted", "completion_proposed"}, f.Kind()) {
			w.wrong("request %d: %s was decided on fact %d although %s came at %d", id, cmd.Name(), seen, f.Kind(), f.Seq)
			return
		}
	}
}
