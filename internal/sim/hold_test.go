package sim

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

const secret = "note that no customer reads"

func line(f support.Fact) string { return fmt.Sprint(f.Seq, f.Kind(), f.At.UnixMicro(), f.By) }

func (w *world) facts(id int64) []support.Fact {
	facts, err := w.store.Facts(context.Background(), everything, id)
	if err != nil && support.CodeOf(err) != support.NotFound {
		w.wrong("read request %d: %v", id, err)
	}
	return facts
}

// requests are all there are, and those that were once seen, the oldest first.
func (w *world) requests() []int64 {
	there := w.rows(everything)
	for id := range w.known {
		there[id] = support.Row{}
	}
	return slices.Sorted(maps.Keys(there))
}

// rows are those of all requests that somebody sees.
func (w *world) rows(v store.Viewer) map[int64]support.Row {
	there := map[int64]support.Row{}
	for f := (store.Filter{Order: store.ByChanged, Limit: 200}); ; {
		page, next, err := w.store.Requests(context.Background(), v, f)
		w.ok(err)
		for _, row := range page {
			there[row.ID] = row
		}
		if next == "" {
			return there
		}
		f.After = next
	}
}

// look reads what has changed since it looked last, and says what must not be.
// That nothing else has changed is for the end to say ([world.whole]).
func (w *world) look() {
	there := w.rows(everything)
	var fresh []told
	for _, id := range slices.Sorted(maps.Keys(there)) {
		had := w.stories[id]
		if had != nil && int(there[id].Seq) == len(had.lines) && len(w.known[id]) == len(had.lines) {
			continue
		}
		if had == nil {
			had = newStory(id)
			w.stories[id] = had
		}
		fresh = append(fresh, w.reads(had)...)
		w.known[id] = had.lines
	}
	for id := range w.known {
		if _, ok := there[id]; !ok { // I3
			w.wrong("request %d is gone", id)
		}
	}
	if len(fresh) > 0 {
		w.tells(fresh)
		w.apart()
	}
	if len(fresh) > 0 || w.papered {
		w.balances()
		w.seats()
	}
	if w.papered {
		w.sights()
	}
	w.papered = false
	w.comesBack()
}

// reads goes on with a story. What was acknowledged stands where it stood.
func (w *world) reads(s *story) []told {
	id := s.r.ID
	facts := w.facts(id)
	var lines []string
	for _, f := range facts {
		lines = append(lines, line(f))
	}
	for _, had := range [][]string{w.known[id], s.lines} {
		if len(lines) < len(had) || !slices.Equal(lines[:len(had)], had) { // I3
			w.wrong("request %d: an acknowledged fact is lost or changed: had %v, has %v", id, had, lines)
			return nil
		}
	}
	return s.goesOn(w, facts[len(s.lines):])
}

// whole reads everything from its beginning: what was found by looking at changes
// alone has to be the same.
func (w *world) whole() {
	w.look()
	for _, id := range w.requests() {
		again := newStory(id)
		w.reads(again)
		had := *w.stories[id]
		had.seen = again.seen // papers change that too
		if !reflect.DeepEqual(again, &had) {
			w.wrong("request %d is another one when all its facts are read: %+v, and was %+v", id, again, had)
		}
	}
	w.apart()
	w.balances()
	w.seats()
	w.sights()
	w.comesBack()
	w.marked()
}

// apart: fourteen days lie between two surveys to the same person (I9).
func (w *world) apart() {
	sent := map[int64][]time.Time{}
	for _, s := range w.stories {
		sent[s.r.Filed.Contact] = append(sent[s.r.Filed.Contact], s.surveys...)
	}
	for contact, all := range sent {
		slices.SortFunc(all, time.Time.Compare)
		for i := 1; i < len(all); i++ {
			if between := all[i].Sub(all[i-1]); between < 14*24*time.Hour {
				w.wrong("two surveys of contact %d within %v", contact, between)
			}
		}
	}
}

// discreet: what is the vendor's own leaves to no customer (I8).
func (w *world) discreet(m notify.Mail) {
	if strings.HasSuffix(m.To.Email, "@customer.example") && (strings.Contains(m.Subject+m.Text+m.HTML, secret)) {
		w.wrong("a note left in %s", m.Key)
	}
}

// told is a fact that the contact of a request must be told.
type told struct {
	r *support.Request
	f support.Fact
}

// mustHear: a filing is acknowledged, and what the vendor does and says is told.
func mustHear(f support.Fact) bool {
	switch b := f.Body.(type) {
	case support.Filed, support.Completed, support.Reopened, support.Reclassified, support.SeverityChanged, support.Assigned:
		return true
	case support.ContactAttempted:
		return b.Channel != support.Phone && b.Outcome != support.Bounced
	case support.Commented:
		return f.By.Kind == support.Vendor
	}
	return false
}

// tells: whatever must be told waits to be, or has had its turn (I4).
func (w *world) tells(fresh []told) {
	for _, state := range []store.EffectState{store.EffectPending, store.EffectSent, store.EffectDead} {
		if len(fresh) == 0 {
			return
		}
		rows, err := w.store.Effects(context.Background(), everything, state, 500)
		w.ok(err)
		fresh = slices.DeleteFunc(fresh, func(t told) bool {
			return slices.ContainsFunc(rows, func(e store.EffectRow) bool {
				return e.Request == t.r.ID && e.Seq <= t.f.Seq && t.f.Seq <= e.Last &&
					e.Recipient == support.Recipient{Kind: support.ToContact, ID: t.r.Filed.Contact}
			})
		})
	}
	for _, t := range fresh {
		w.wrong("request %d: nobody will be told of %s at %d", t.r.ID, t.f.Kind(), t.f.Seq)
	}
}

// rest lets everything come to its end without faults, and checks the whole.
func (w *world) rest() {
	w.calm, w.at = true, w.high
	w.theRest()
	for range 6 {
		w.pass(2 * time.Hour)
		w.settle(0)
		w.settle(1)
	}
	w.whole()
	w.answered()
	ctx := context.Background()
	pending, err := w.store.Effects(ctx, everything, store.EffectPending, 500)
	w.ok(err)
	for _, e := range pending { // I4
		if !e.NotBefore.After(w.at) {
			w.wrong("effect %s has not been told: %s", e.Key, e.LastError)
		}
	}
	left, keys := map[string]string{}, map[string]string{}
	for _, m := range w.mails { // I4: whoever gets one twice can tell
		if id, ok := left[m.Key]; ok && id != m.MessageID {
			w.wrong("%s left as %s and as %s", m.Key, id, m.MessageID)
		}
		if key, ok := keys[m.MessageID]; ok && key != m.Key {
			w.wrong("%s and %s left as %s", m.Key, key, m.MessageID)
		}
		left[m.Key], keys[m.MessageID] = m.MessageID, m.Key
	}
	for _, id := range w.requests() {
		r := w.stories[id].r
		for _, c := range r.Clocks { // I5
			if r.Completed == nil && c.State == support.Running && !c.Paused() && w.at.After(c.DueAt) {
				w.wrong("request %d: %s was due %v, and nobody noticed", id, c.Metric, c.DueAt)
			}
		}
		w.betaEnds(id, r)
		for key := range w.stories[id].told {
			if left[key] == "" {
				w.wrong("request %d: %s was recorded and never left", id, key)
			}
		}
	}
	problems, err := w.store.Check(ctx, store.CheckOptions{Fold: func(facts []support.Fact) (support.Row, []string, error) {
		r := &support.Request{ID: support.FirstID}
		support.Fold(r, facts...)
		return support.Index(r, w.nodes[0].Pack()), nil, nil
	}})
	w.ok(err)
	for _, p := range problems { // the chains, and the rows beside the facts
		w.wrong("%s", p)
	}
	w.close()
}
