package support

import (
	"slices"
	"time"
)

// A page calls people to a request that must be answered within minutes while
// nobody owns it: the first of the team's rota, without an acknowledgement the
// next one, and then the duty manager, by the pack's times (R24, R33). Whoever
// takes or answers the request ends it; no fact says so again.

// Page is the last page of a request.
type Page struct {
	Paged
	Seq int64
	At  time.Time // when the last person was called
	// Called are those who were called by name, in their order.
	Called []int64
	// AckedBy and AckedAt are who acknowledged and when; zero: nobody yet.
	AckedBy int64
	AckedAt time.Time
}

// Paged: the page has called somebody.
type Paged struct {
	N    int `json:"n"`    // page, 1.. within the request
	Step int `json:"step"` // 1.. within the page
	// Metric and Target name the clock that has to be answered.
	Metric   Metric    `json:"metric"`
	Target   int       `json:"target"`
	DueAt    time.Time `json:"due_at"`
	Severity int       `json:"severity"`
	// To is staff, with Staff, or a duty whose holders are called together.
	To    RecipientKind `json:"to"`
	Staff int64         `json:"staff,omitempty"`
	// FirstAt is when the page began, NextAt when it goes on without an
	// acknowledgement; zero: this was its last step.
	FirstAt time.Time `json:"first_at"`
	NextAt  time.Time `json:"next_at,omitzero"`
}

// PageAcknowledged: somebody looks after it; nobody else is called.
type PageAcknowledged struct {
	N     int   `json:"n"`
	Staff int64 `json:"staff"`
}

func (Paged) factKind() string            { return "paged" }
func (PageAcknowledged) factKind() string { return "page_acknowledged" }

func (b Paged) apply(r *Request, f Fact) {
	p := &Page{Paged: b, Seq: f.Seq, At: f.At}
	if r.Page != nil && r.Page.N == b.N {
		p.Called = slices.Clone(r.Page.Called)
	}
	if b.Staff != 0 && !slices.Contains(p.Called, b.Staff) {
		p.Called = append(p.Called, b.Staff)
	}
	r.Page = p
}

func (b PageAcknowledged) apply(r *Request, f Fact) {
	if r.Page != nil && r.Page.N == b.N {
		r.Page.AckedBy, r.Page.AckedAt = b.Staff, f.At
	}
}

// PageOpen tells whether the page still waits for somebody: nobody has
// acknowledged it, owns the request or has answered.
func (r *Request) PageOpen() bool {
	if r.Page == nil || !r.Page.AckedAt.IsZero() || r.Owner != 0 || r.Completed != nil {
		return false
	}
	return r.clockAt(r.Page.Metric, r.Page.Target).Open()
}

// AcknowledgePage is the word of somebody who was called: I look after it.
type AcknowledgePage struct{}

// Name implements [Command].
func (*AcknowledgePage) Name() string { return "acknowledge_page" }

// Texts implements [Command].
func (*AcknowledgePage) Texts() []*Text { return nil }

func (c *AcknowledgePage) decide(d *decision) error {
	p := d.r.Page
	switch {
	case p != nil && !p.AckedAt.IsZero():
		return refuse(Conflict, "paging.acknowledged")
	case !d.r.PageOpen():
		return refuse(Conflict, "paging.none")
	case !contains(p.Called, d.by.ID) && p.To != ToOnCall && !d.w.Has(RoleDuty):
		return refuse(Forbidden, "paging.not_called")
	}
	d.record(PageAcknowledged{N: p.N, Staff: d.by.ID})
	return nil
}

// around tells whether somebody must answer within minutes at any hour: a
// severity 1 that is worked on around the clock, or bought after-hours support.
func (t Target) around() bool {
	return t.Metric == AfterHoursResponse || t.Metric == FirstResponse && t.Severity == 1 && t.Calendar == ""
}

// page begins a page for a clock that this command has started and that nobody
// owns.
func (d *decision) page() {
	if d.p.Work.Paging.NextAfter.IsZero() || d.r.Owner != 0 || d.r.Completed != nil {
		return
	}
	for _, f := range slices.Clone(d.facts) {
		b, ok := f.Body.(TargetStarted)
		if !ok || !b.Target.around() || d.r.clockAt(b.Target.Metric, b.Target.N).State != Running {
			continue
		}
		n := 1
		if d.r.Page != nil {
			n = d.r.Page.N + 1
		}
		d.call(Paged{
			N: n, Metric: b.Target.Metric, Target: b.Target.N, DueAt: b.Target.DueAt, Severity: b.Target.Severity, FirstAt: d.at,
		}, nil, d.at)
	}
}

// pageOn calls the next one at the instant at which that was due, however late
// it was noticed.
func (d *decision) pageOn() error {
	p := *d.r.Page
	d.call(p.Paged, p.Called, p.NextAt)
	return nil
}

// call finds who is called: from the pack's time on the duty manager, before
// that whoever of the rota was not called yet, or its first once more. Where the
// rota names nobody the page goes to all who are on call.
func (d *decision) call(b Paged, called []int64, when time.Time) {
	rules := d.p.Work.Paging
	duty := b.FirstAt.Add(rules.DutyAfter.Duration())
	b.Step++
	b.To, b.Staff, b.NextAt = ToDuty, 0, time.Time{}
	if when.Before(duty) {
		b.To, b.NextAt = ToOnCall, earliest(when.Add(rules.NextAfter.Duration()), duty)
		if len(d.w.OnCall) > 0 {
			b.To, b.Staff = ToStaff, d.w.OnCall[0]
		}
		for _, id := range d.w.OnCall {
			if !contains(called, id) {
				b.Staff = id
				break
			}
		}
	}
	d.recordAs(Actor{Kind: System}, b)
}
