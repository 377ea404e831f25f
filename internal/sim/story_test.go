package sim

import (
	"fmt"
	"slices"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// story is a request as its facts tell it up to one of them, with what is counted
// on the way.
type story struct {
	r                *support.Request
	row              support.Row
	lines            []string
	last             time.Time
	told, missed     map[string]bool
	count            attempts
	answered, queued bool
	holds, spent     int64 // the pack of an incident
	surveys          []time.Time
	glass            map[int64]time.Time // until when who of the staff sees it
	seen             []support.Actor     // who could, when they were asked
}

func newStory(id int64) *story {
	return &story{r: &support.Request{ID: id}, told: map[string]bool{}, missed: map[string]bool{}, glass: map[int64]time.Time{}}
}

// goesOn checks facts, each against those before it, and gives those that the
// contact must be told.
func (s *story) goesOn(w *world, facts []support.Fact) (must []told) {
	p, id := w.nodes[0].Pack(), s.r.ID
	for i, f := range facts {
		if f.Seq != int64(len(s.lines)+1) || f.At.Before(s.last) { // I3
			w.wrong("request %d: fact %d at %v is out of order", id, f.Seq, f.At)
		}
		s.sees(w, f, facts[i+1:], p)
		s.lines, s.last = append(s.lines, line(f)), f.At
		s.count.see(s.r, f)
		support.Fold(s.r, f)
		if got := s.r.Silence(p); s.r.Completed == nil && got.Attempts != len(s.count.tried) {
			w.wrong("request %d at %d (%s): %d attempts count, silence says %d", id, f.Seq, f.Kind(), len(s.count.tried), got.Attempts)
		}
		if mustHear(f) {
			must = append(must, told{s.r, f})
		}
	}
	s.row = support.Index(s.r, p)
	row := s.row
	if s.r.Completed == nil && ((row.Owner == 0) == (row.Queue == "") || row.Owner == 0 && row.QueuedSince.IsZero() || row.Owner == 0 && s.answered && !s.queued) { // I2
		w.wrong("request %d has owner %d and queue %q since %v, answered %v", id, row.Owner, row.Queue, row.QueuedSince, s.answered)
	}
	for _, differs := range support.Recheck(facts, w.nodes[0].Packs().Of) { // I6
		w.wrong("request %d: %s", id, differs)
	}
	w.sight(s)
	return must
}

// runs tells whether a clock runs that a wait would pause.
func (s *story) runs() bool {
	c, ok := s.r.Clock(support.FirstResponse)
	return ok && c.State == support.Running && !c.Paused()
}

// sees checks one fact.
func (s *story) sees(w *world, f support.Fact, after []support.Fact, p *policy.Pack) {
	id := s.r.ID
	switch b := f.Body.(type) {
	case support.Notified: // I4
		if s.told[b.Key] {
			w.wrong("request %d: %s was recorded as told twice", id, b.Key)
		}
		s.told[b.Key] = true
	case support.TargetMissed: // I5
		key := fmt.Sprint(b.Metric, b.N)
		c, _ := s.r.Clock(b.Metric)
		if s.missed[key] || !f.At.After(b.DueAt) || c.N == b.N && !c.DueAt.Equal(b.DueAt) {
			w.wrong("request %d: %s missed twice or early: due %v and %v, at %v", id, key, b.DueAt, c.DueAt, f.At)
		}
		s.missed[key] = true
	case support.SeverityChanged: // I12
		if b.Reason.Empty() && b.AskedSeq == 0 && b.Consent == nil && f.By.Kind != support.Customer || f.By.Kind == "" {
			w.wrong("request %d: severity changed without a reason or by nobody", id)
		}
	case support.WaitingEnded:
		if b.Why == "until" {
			w.resumes(id, s.r, after, p)
		}
	case support.Queued:
		s.queued = s.queued || f.Seq > 1
	case support.TargetMet:
		s.answered = s.answered || b.Metric == support.FirstResponse
	case support.Completed:
		w.completes(id, f, b, after, s.count)
	case support.SurveyRequested:
		if last := b.LastSentAt; !last.IsZero() && f.At.Sub(last) < 14*24*time.Hour { // I9
			w.wrong("request %d: a survey %v after the last", id, f.At.Sub(last))
		}
		s.surveys = append(s.surveys, f.At)
	case support.ContactAttempted:
		if b.Outcome == support.Bounced {
			w.bounced(s, f)
		}
	case support.AttemptVoided:
		if f.By.Kind == support.Vendor {
			w.bounced(s, f)
		}
		for _, a := range s.count.tried {
			if a.N == b.N && f.By.Kind == support.System {
				w.voided = append(w.voided, a)
			}
		}
	case support.GlassBroken:
		if s.glass[f.By.ID].Before(b.Until) {
			s.glass[f.By.ID] = b.Until
		}
	case support.IncidentReserved, support.IncidentSettled:
		s.takes(w, f)
	}
}

// attempts counts by itself what silence counts: a machine's answer is nothing.
type attempts struct{ tried []attempt }

type attempt struct {
	support.ContactAttempted
	request, seq, to int64 // to: a contact
	at               time.Time
}

// by tells whether an effect was to carry it out.
func (a attempt) by(e store.EffectRow) bool {
	return e.Request == a.request && e.Seq <= a.seq && a.seq <= e.Last && a.Channel != support.Phone &&
		e.Recipient == support.Recipient{Kind: support.ToContact, ID: a.to}
}

func (a *attempts) see(r *support.Request, f support.Fact) {
	switch b := f.Body.(type) {
	case support.ContactAttempted:
		if b.Outcome != support.Bounced {
			a.tried = append(a.tried, attempt{b, r.ID, f.Seq, r.Filed.Contact, f.Happened()})
		}
	case support.AttemptVoided:
		a.tried = slices.DeleteFunc(a.tried, func(t attempt) bool { return t.N == b.N })
	case support.AutoReplyReceived:
	case support.WatcherRemoved:
		if f.By.Kind == support.Customer && f.By.ID != b.Contact { // whoever goes says nothing of the matter
			a.heard(f)
		}
	case support.WaitingStarted:
		if b.Kind != support.WaitingCustomer {
			a.heard(f)
		}
	case support.Completed:
		a.tried = nil
	case support.SeverityChanged:
		if f.By.Kind == support.Customer || b.Consent != nil { // they were spoken to
			a.heard(f)
		}
	default:
		if f.By.Kind == support.Customer {
			a.heard(f)
		}
	}
}

// heard leaves what was tried after somebody said something: a mail is dealt with later
// than it came.
func (a *attempts) heard(f support.Fact) {
	a.tried = slices.DeleteFunc(a.tried, func(t attempt) bool { return !t.at.After(f.Happened()) })
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
