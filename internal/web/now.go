package web

import (
	"slices"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// doView is one thing that is to be done: by whom, what, by when.
type doView struct {
	Who, What, When string
	Text            string // somebody's own words about it
	Late            bool
	at              time.Time // of sorting; zero: last
}

// todo gathers what is to be done on one request.
type todo struct {
	v      *visit
	r      *support.Request
	people lang.People
	texts  map[int64]string
	now    time.Time
	out    []doView
}

// nowOf is who has to do what by when: what waits for a yes or a no first, then
// what is due, the earliest first.
// What stands above with a form to answer it is not said again.
func (s *site) nowOf(v *visit, said told, p requestPage) []doView {
	if said.r.Completed != nil {
		return nil
	}
	t := &todo{v: v, r: said.r, people: said.people, texts: said.texts, now: s.Desk.Now()}
	if len(p.Choices) == 0 {
		t.undecided()
	}
	t.asks(len(p.Answers) > 0)
	t.clocks()
	t.planned()
	slices.SortStableFunc(t.out, func(a, b doView) int {
		switch {
		case a.at.IsZero() && b.at.IsZero():
			return 0
		case a.at.IsZero():
			return -1
		case b.at.IsZero():
			return 1
		}
		return a.at.Compare(b.at)
	})
	return t.out
}

// add notes a thing; a zero instant is no date, key says how a date is told.
func (t *todo) add(who, what, key string, at time.Time) {
	d := doView{Who: who, What: what, at: at}
	if !at.IsZero() {
		d.Late = key == "now_by" && t.now.After(at)
		if d.Late {
			key = "now_was"
		}
		d.When = t.v.T(key, "at", t.v.voice.Date(at))
	}
	t.out = append(t.out, d)
}

func (t *todo) customer() string {
	if !t.v.staff() {
		return t.v.T("now_you")
	}
	return t.contact(t.r.Filed.Contact)
}

func (t *todo) support() string {
	if t.r.Owner == 0 {
		return t.v.T("now_support")
	}
	return t.staff(t.r.Owner)
}

func (t *todo) contact(id int64) string {
	return t.people.Who(t.v.Lang, support.Actor{Kind: support.Customer, ID: id})
}

func (t *todo) staff(id int64) string {
	return t.people.Who(t.v.Lang, support.Actor{Kind: support.Vendor, ID: id})
}

// undecided is what waits for a yes or a no.
func (t *todo) undecided() {
	r, none := t.r, time.Time{}
	if p := r.Proposal; p != nil {
		if p.Side == support.Vendor {
			t.add(t.customer(), t.v.T("do.proposal", "reason", p.Reason), "", none)
		} else {
			t.add(t.support(), t.v.T("do.proposal_ours", "reason", p.Reason), "", none)
		}
	}
	if l := r.Lowering; l != nil {
		t.add(t.customer(), t.v.T("do.lowering", "to", itoa(l.To)), "", none)
	}
	if x := r.Raise; x != nil {
		t.add(t.support(), t.v.T("do.raise", "to", itoa(x.To)), "now_by", x.DecideBy)
	}
	if r.AfterHours.Offered() {
		t.add(t.customer(), t.v.T("do.after_hours_offer"), "", none)
	}
	if e := r.AfterHours.EndProposed; e != nil {
		t.add(t.customer(), t.v.T("do.after_hours_end", "ground", e.Ground), "", none)
	}
	if r.ApprovalWaits() {
		t.add(t.contact(r.Filed.Approver), t.v.T("do.approval"), "", none)
	}
}

func (t *todo) asks(answered bool) {
	for _, a := range t.r.Asks {
		if a.State != support.AskOpen || a.Of.InHouse() && !t.v.staff() || answered && a.Of == support.TurnCustomer {
			continue
		}
		who := t.v.voice.Word("asked", string(a.Of))
		if a.Of == support.TurnCustomer {
			who = t.customer()
		}
		t.add(who, asked(t.v, a), "now_by", a.DueAt)
		t.out[len(t.out)-1].Text = t.texts[a.Text.ID]
	}
}

// asked is what an ask is for: the item of R51 that it names, else its kind.
func asked(v *visit, a support.OpenedAsk) string {
	if a.Item != "" {
		return v.voice.Named("item", a.Item)
	}
	return v.voice.Word("ask_kind", string(a.Kind))
}

// clocks are the answers that support owes.
func (t *todo) clocks() {
	for _, c := range t.r.Clocks {
		if c.Open() && !c.Paused() && c.Metric != support.Acknowledgement {
			t.add(t.support(), t.v.T("do.target", "metric", string(c.Metric)), "now_by", c.DueAt)
		}
	}
}

// planned is what is waited for or announced for a time.
func (t *todo) planned() {
	r := t.r
	if w, ok := r.WaitingNow(); ok && w.Kind != support.WaitingCustomer {
		t.add(t.support(), t.v.voice.Word("waiting", string(w.Kind)), "now_until", w.Until)
	}
	if h := r.HandOver; h != nil {
		t.add(t.staff(h.To), t.v.T("do.hand_over", "from", t.staff(h.From)), "now_on", h.EffectiveAt)
	}
	e := r.Escalation
	if !e.Active() {
		return
	}
	if e.Manager == 0 {
		t.add(t.v.voice.Word("role", "duty_manager"), t.v.T("do.escalation"), "", time.Time{})
	}
	for _, step := range e.Plan {
		if step.CheckpointAt.After(t.now) {
			t.add(t.staff(e.Engineer), t.v.T("do.checkpoint"), "now_on", step.CheckpointAt)
			t.out[len(t.out)-1].Text = t.texts[step.Text.ID]
			return
		}
	}
}
