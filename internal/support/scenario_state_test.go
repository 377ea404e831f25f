package support_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/scenario"
	"madoguchi/internal/support"
)

// State implements [scenario.Driver].
func (d *coreDriver) State() (scenario.State, error) {
	s := scenario.State{Now: d.room.now, Shown: d.shown}
	f, ok := d.room.requests[d.id]
	if !ok {
		return s, nil
	}
	r := f.request
	s.Number, s.Kind, s.Stage, s.Turn = support.Number(r.ID), string(r.Filed.Kind), string(r.Stage()), string(r.Turn())
	s.Severity, s.Priority, s.Queue, s.Language = r.Severity, r.Priority(), r.Queue, r.Filed.Language
	s.Owner = d.staffKey(r.Owner)
	if r.Owner == 0 {
		s.Owner = "nobody"
	}
	for _, o := range r.Owners {
		s.Owners = append(s.Owners, d.staffKey(o.Staff))
	}
	for _, id := range r.Seconds {
		s.Seconds = append(s.Seconds, d.staffKey(id))
	}
	for _, id := range r.Watchers {
		s.Watchers = append(s.Watchers, d.contactKey(id))
	}
	d.links(&s, r)
	d.clocks(&s, f)
	d.talk(&s, r)
	d.turns(&s, r)
	d.thirds(&s, r)
	d.completion(&s, r)
	for _, n := range f.facts {
		d.eventOf(&s, n)
	}
	for _, l := range d.room.licences {
		if l.Contract == r.Filed.Contract {
			s.Licences = append(s.Licences, scenario.Licence{Key: l.Key, Version: l.Version, Units: l.Units, Superseded: l.Superseded})
		}
	}
	return s, nil
}

// links are other requests as the scenario calls them.
func (d *coreDriver) links(s *scenario.State, r *support.Request) {
	s.Links = map[string][]string{}
	add := func(kind string, ids ...int64) {
		for _, id := range ids {
			for name, known := range d.names {
				if known == id {
					s.Links[kind] = append(s.Links[kind], name)
				}
			}
		}
	}
	if r.Completed != nil {
		add("duplicate_of", r.Completed.Duplicate)
	}
	add("duplicates", r.Duplicates...)
	add("follows", r.Filed.Follows)
	add("followed_by", r.FollowedBy...)
	if r.Offer != nil {
		s.Offer = d.staffKey(r.Offer.Staff)
	}
}

func (d *coreDriver) staffKey(id int64) string {
	return d.room.keys[support.Actor{Kind: support.Vendor, ID: id}]
}

func (d *coreDriver) contactKey(id int64) string {
	return d.room.keys[support.Actor{Kind: support.Customer, ID: id}]
}

func (d *coreDriver) clocks(s *scenario.State, f *file) {
	replaced := map[string]string{}
	for _, x := range f.facts {
		if b, ok := x.Body.(support.TargetReplaced); ok {
			by := b.ByMetric
			if by == "" {
				by = b.Metric
			}
			replaced[fmt.Sprint(b.Metric, b.N)] = string(by)
		}
	}
	elapsed := map[string]time.Duration{}
	for _, x := range f.facts {
		if b, ok := x.Body.(support.TargetMet); ok {
			elapsed[fmt.Sprint(b.Metric, b.N)] = time.Duration(b.ElapsedUS) * time.Microsecond
		}
	}
	for _, c := range f.request.Clocks {
		key := fmt.Sprint(c.Metric, c.N)
		s.Targets = append(s.Targets, scenario.Target{
			Metric: string(c.Metric), N: c.N, State: string(c.State), Amount: c.Amount, Calendar: c.Calendar,
			Due: c.DueAt, Warn: c.WarnAt, Met: c.MetAt, Elapsed: elapsed[key], ReplacedBy: replaced[key], Capped: c.Capped,
		})
	}
	next, open, err := d.room.pack.NextOpen(f.request.Filed.Region, d.room.now)
	if err == nil && !open {
		s.OpensAt = next
	} else {
		s.OpensAt = d.room.now
	}
}

func (d *coreDriver) talk(s *scenario.State, r *support.Request) {
	for _, a := range r.Asks {
		s.Asks = append(s.Asks, scenario.Ask{N: a.N, Kind: string(a.Kind), Of: string(a.Of), State: string(a.State), Item: a.Item})
	}
	s.Gathered = map[string]string{}
	for _, g := range r.Checklist(d.room.pack) {
		s.Gathered[g.ID] = string(g.State)
	}
	x := r.Silence(d.room.pack)
	s.Silence = scenario.Silence{
		Attempts: x.Attempts, Needed: x.Needed, Days: x.Days, DaysNeeded: x.DaysNeed,
		Earliest: x.EarliestAt, Permitted: x.PermittedAt, Blocked: x.Blocked,
	}
	if w, ok := r.WaitingNow(); ok {
		s.Waiting = scenario.Waiting{Kind: string(w.Kind), Since: w.From}
	}
	s.Comments = r.Comments
}

func (d *coreDriver) turns(s *scenario.State, r *support.Request) {
	if r.Raise != nil {
		s.Raise = r.Raise.To
	}
	if l := r.Lowering; l != nil {
		s.Lowering = scenario.Lowering{To: l.To, Ground: l.Ground, Held: l.Held}
	}
	h := r.AfterHours
	s.AfterHours = scenario.AfterHours{State: "none", Seconds: h.TotalSeconds}
	switch {
	case h.Active():
		s.AfterHours.State = "active"
	case !h.EndedAt.IsZero():
		s.AfterHours.State = "ended"
	case !h.DeclinedAt.IsZero():
		s.AfterHours.State = "declined"
	case h.OfferedSeq != 0:
		s.AfterHours.State = "offered"
	}
	if x := r.HandOver; x != nil {
		s.HandOver = scenario.HandOver{To: d.staffKey(x.To), EffectiveAt: x.EffectiveAt}
	}
	s.Escalation.State = "none"
	if e := r.Escalation; e != nil {
		s.Escalation = scenario.Escalation{State: "ended", Engineer: d.staffKey(e.Engineer), Manager: d.staffKey(e.Manager)}
		if e.Active() {
			s.Escalation.State = "active"
		}
		for _, p := range e.Plan {
			s.Escalation.Checkpoints = append(s.Escalation.Checkpoints, p.CheckpointAt)
		}
	}
}

func (d *coreDriver) completion(s *scenario.State, r *support.Request) {
	if r.Proposal != nil {
		s.Proposal = r.Proposal.Reason
	}
	if r.Completed != nil {
		s.Reason, s.ReopenUntil = r.Completed.Reason, r.Completed.ReopenUntil
	}
	s.Survey.State = "none"
	switch v := r.Survey; {
	case !v.AnsweredAt.IsZero():
		s.Survey.State = "answered"
	case v.RequestedSeq != 0:
		s.Survey.State = "requested"
	case v.Withheld != nil:
		s.Survey = scenario.Survey{State: "withheld", Why: v.Withheld.Why, Last: v.Withheld.LastSentAt, Eligible: v.Withheld.EligibleAt}
	}
	s.Items, s.Missing = r.Filed.Items, r.Filed.Missing
	switch {
	case !r.Filed.NeedsApproval:
		s.Approval = "not_needed"
	case r.Approved:
		s.Approval = "given"
	default:
		s.Approval = "needed"
	}
}

func (d *coreDriver) eventOf(s *scenario.State, f support.Fact) {
	if n, ok := f.Body.(support.Notified); ok {
		s.Notices = append(s.Notices, scenario.Notice{Kind: n.Kind, Template: n.Template, To: d.reached(n.Recipient), At: f.At})
	}
	e := scenario.Event{Seq: f.Seq, Kind: f.Kind(), By: d.room.keys[f.By], At: f.At, Fields: map[string]string{}}
	raw, err := json.Marshal(f.Body)
	if err != nil {
		panic(err)
	}
	var body map[string]any
	if err := json.Unmarshal(raw, &body); err != nil {
		panic(err)
	}
	d.flatten(e.Fields, "", body)
	if strings.HasPrefix(e.Kind, "hand") {
		for _, name := range []string{"from", "to"} {
			if id, ok := body[name].(float64); ok {
				e.Fields[name] = d.staffKey(int64(id))
			}
		}
	}
	s.Events = append(s.Events, e)
	if support.Public(f) {
		s.Public = append(s.Public, f.Kind())
	}
}

// flatten writes a body as names with dots; people become their keys, texts
// what they say.
func (d *coreDriver) flatten(out map[string]string, prefix string, v any) {
	switch v := v.(type) {
	case map[string]any:
		if id, ok := v["id"].(float64); ok && v["sha256"] != nil {
			out[prefix] = d.room.texts[int64(id)]
			return
		}
		for name, x := range v {
			if prefix != "" {
				name = prefix + "." + name
			}
			d.flatten(out, name, x)
		}
	case []any:
		var words []string
		for i, x := range v {
			name := prefix + "." + strconv.Itoa(i)
			d.flatten(out, name, x)
			words = append(words, out[name])
		}
		out[prefix] = strings.Join(words, ",")
	case float64:
		out[prefix] = d.named(prefix, int64(v))
	case string:
		out[prefix] = v
	case bool:
		out[prefix] = yesNo(v)
	}
}

// named turns ids of people into their keys.
func (d *coreDriver) named(field string, n int64) string {
	if i := strings.LastIndexByte(field, '.'); i >= 0 {
		if _, err := strconv.Atoi(field[i+1:]); err == nil {
			field = field[:i]
		} else {
			field = field[i+1:]
		}
	}
	switch field {
	case "contact", "approver", "told", "with", "on_behalf", "dedicated":
		if key := d.contactKey(n); key != "" {
			return key
		}
	case "staff", "engineer", "manager", "mentions":
		return d.staffKey(n)
	}
	return strconv.FormatInt(n, 10)
}
