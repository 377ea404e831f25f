package sim

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/notify"
	"madoguchi/internal/policy"
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

// requests are all there are, the oldest first, and those that were once seen.
func (w *world) requests() []int64 {
	there := maps.Clone(w.known)
	for f := (store.Filter{Order: store.ByChanged, Limit: 200}); ; {
		page, next, err := w.store.Requests(context.Background(), everything, f)
		w.ok(err)
		for _, row := range page {
			there[row.ID] = nil
		}
		if next == "" {
			return slices.Sorted(maps.Keys(there))
		}
		f.After = next
	}
}

// look reads what has changed, and says what must not be.
func (w *world) look(all bool) {
	sent, packs := map[int64][]time.Time{}, ledger{map[int64]int{}, map[int64]int{}}
	for _, id := range w.requests() {
		facts := w.facts(id)
		var lines []string
		for _, f := range facts {
			lines = append(lines, line(f))
		}
		had := w.known[id]
		if len(lines) < len(had) || !slices.Equal(lines[:len(had)], had) { // I3
			w.wrong("request %d: an acknowledged fact is lost or changed: had %v, has %v", id, had, lines)
		}
		if all || len(lines) > len(had) {
			w.holds(id, facts)
		}
		w.known[id] = lines
		w.surveys(id, facts, sent)
		packs.take(w, id, facts)
	}
	w.apart(sent)
	w.balances(packs)
	w.seats()
}

// holds checks one request's facts, each against those before it.
func (w *world) holds(id int64, facts []support.Fact) {
	p := w.nodes[0].Pack()
	r := &support.Request{ID: id}
	told, missed := map[string]bool{}, map[string]bool{}
	count, answered, queued := attempts{}, false, false
	for i, f := range facts {
		if f.Seq != int64(i+1) || i > 0 && f.At.Before(facts[i-1].At) { // I3
			w.wrong("request %d: fact %d at %v is out of order", id, f.Seq, f.At)
		}
		switch b := f.Body.(type) {
		case support.Notified: // I4
			if told[b.Key] {
				w.wrong("request %d: %s was recorded as told twice", id, b.Key)
			}
			told[b.Key] = true
		case support.TargetMissed: // I5
			key := fmt.Sprint(b.Metric, b.N)
			c, _ := r.Clock(b.Metric)
			if missed[key] || !f.At.After(b.DueAt) || c.N == b.N && !c.DueAt.Equal(b.DueAt) {
				w.wrong("request %d: %s missed twice or early: due %v and %v, at %v", id, key, b.DueAt, c.DueAt, f.At)
			}
			missed[key] = true
		case support.SeverityChanged: // I12
			if b.Reason.Empty() && b.AskedSeq == 0 && b.Consent == nil && f.By.Kind != support.Customer || f.By.Kind == "" {
				w.wrong("request %d: severity changed without a reason or by nobody", id)
			}
		case support.WaitingEnded:
			if b.Why == "until" {
				w.resumes(id, r, facts[i+1:], p)
			}
		case support.Queued:
			queued = i > 0
		case support.TargetMet:
			answered = answered || b.Metric == support.FirstResponse
		case support.Completed:
			w.completes(id, f, b, facts[i+1:], count)
		}
		count.see(f)
		support.Fold(r, f)
		if got := r.Silence(p); r.Completed == nil && got.Attempts != len(count.tried) {
			w.wrong("request %d at %d (%s): %d attempts count, silence says %d", id, f.Seq, f.Kind(), len(count.tried), got.Attempts)
		}
	}
	row := support.Index(r, p)
	if r.Completed == nil && ((row.Owner == 0) == (row.Queue == "") || row.Owner == 0 && row.QueuedSince.IsZero() || row.Owner == 0 && answered && !queued) { // I2
		w.wrong("request %d has owner %d and queue %q since %v, answered %v", id, row.Owner, row.Queue, row.QueuedSince, answered)
	}
	for _, differs := range support.Recheck(facts, w.nodes[0].Packs().Of) { // I6
		w.wrong("request %d: %s", id, differs)
	}
	w.sight(id, r, row)
}

// attempts counts by itself what silence counts: a machine's answer is nothing.
type attempts struct{ tried []support.ContactAttempted }

func (a *attempts) see(f support.Fact) {
	switch b := f.Body.(type) {
	case support.ContactAttempted:
		a.tried = append(a.tried, b)
	case support.AttemptVoided:
		a.tried = slices.DeleteFunc(a.tried, func(t support.ContactAttempted) bool { return t.N == b.N })
	case support.AutoReplyReceived:
	case support.WaitingStarted:
		if b.Kind != support.WaitingCustomer {
			a.tried = nil
		}
	case support.Completed:
		a.tried = nil
	case support.SeverityChanged:
		if f.By.Kind == support.Customer || b.Consent != nil { // they were spoken to
			a.tried = nil
		}
	default:
		if f.By.Kind == support.Customer {
			a.tried = nil
		}
	}
}

// resumes: what was left of a target at the pause lies behind the pause's end,
// however late that was noticed.
func (w *world) resumes(id int64, before *support.Request, after []support.Fact, p *policy.Pack) {
	now, ok := before.WaitingNow()
	if !ok {
		w.wrong("request %d: a wait ended that was none", id)
		return
	}
	for _, f := range after {
		b, moved := f.Body.(support.TargetMoved)
		if !moved {
			return
		}
		for _, c := range before.Clocks {
			if c.Metric != b.Metric || c.N != b.N || !c.DueAt.After(c.PausedAt) {
				continue
			}
			want := now.Until.Add(c.DueAt.Sub(c.PausedAt))
			if c.Calendar != "" {
				left := p.Between(c.Region, c.Hours, c.PausedAt, c.DueAt)
				span, err := p.SpanIn(c.Region, c.Hours, policy.Amount{Value: left.Microseconds(), Unit: policy.BusinessHours}, 0, now.Until)
				if err != nil {
					continue
				}
				want = span.Due
			}
			if !b.DueAt.Equal(want) {
				w.wrong("request %d: %s is due %v after the pause until %v, want %v", id, c.Metric, b.DueAt, now.Until, want)
			}
		}
	}
}

func (w *world) completes(id int64, f support.Fact, b support.Completed, after []support.Fact, count attempts) {
	if b.Reason == "silence" { // I10
		n := len(count.tried)
		first := time.Time{}
		if n > 0 {
			zone, err := time.LoadLocation("Asia/Tokyo") // everybody's
			w.ok(err)
			first, err = time.ParseInLocation(time.DateOnly, count.tried[0].Day, zone)
			w.ok(err)
		}
		if n < 3 || f.At.Before(count.tried[0].WindowEndsAt) || f.At.Before(first.AddDate(0, 0, 10)) {
			w.wrong("request %d was completed by silence after %d attempts", id, n)
		}
	}
	for _, next := range after {
		if s, ok := next.Body.(support.IncidentSettled); ok && next.At.Equal(f.At) && b.Reason == "duplicate" && s.Spent {
			w.wrong("request %d: a duplicate spent an incident", id) // I13
		}
	}
}

// surveys: fourteen days lie between two to the same person (I9).
func (w *world) surveys(id int64, facts []support.Fact, sent map[int64][]time.Time) {
	for _, f := range facts {
		s, ok := f.Body.(support.SurveyRequested)
		if !ok {
			continue
		}
		if last := s.LastSentAt; !last.IsZero() && f.At.Sub(last) < 14*24*time.Hour {
			w.wrong("request %d: a survey %v after the last", id, f.At.Sub(last))
		}
		sent[s.Contact] = append(sent[s.Contact], f.At)
	}
}

func (w *world) apart(sent map[int64][]time.Time) {
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

// ended are the effects that came to their end.
func (w *world) ended() []store.EffectRow {
	all, err := w.store.Effects(context.Background(), everything, store.EffectSent, 5000)
	w.ok(err)
	return all
}

// rest lets everything come to its end without faults, and checks the whole.
func (w *world) rest() {
	w.calm, w.at = true, w.high
	for range 6 {
		w.pass(2 * time.Hour)
		w.settle(0)
		w.settle(1)
	}
	w.look(true)
	ctx := context.Background()
	pending, err := w.store.Effects(ctx, everything, store.EffectPending, 500)
	w.ok(err)
	for _, e := range pending { // I4
		if !e.NotBefore.After(w.at) {
			w.wrong("effect %s has not been told: %s", e.Key, e.LastError)
		}
	}
	nobody := map[int64]bool{} // the contact was not there when the acknowledgement was to leave
	for _, ended := range w.ended() {
		nobody[ended.Request] = nobody[ended.Request] || ended.Template == "acknowledgement" && strings.Contains(ended.LastError, "no longer active")
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
		receipt, r, facts := false, &support.Request{ID: id}, w.facts(id)
		support.Fold(r, facts...)
		for _, c := range r.Clocks { // I5
			if r.Completed == nil && c.State == support.Running && !c.Paused() && w.at.After(c.DueAt) {
				w.wrong("request %d: %s was due %v, and nobody noticed", id, c.Metric, c.DueAt)
			}
		}
		w.betaEnds(id, r)
		for _, f := range facts {
			n, ok := f.Body.(support.Notified)
			if ok && n.Kind == "mail" && left[n.Key] == "" {
				w.wrong("request %d: %s was recorded and never left", id, n.Key)
			}
			receipt = receipt || ok && n.Template == "acknowledgement"
		}
		if !receipt && !nobody[id] {
			w.wrong("request %d: nobody was told that it was received", id)
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
