package support

import "time"

// Promise is the metric of what staff have promised for one instant (A25).
const Promise Metric = "promise"

// maxPromises is how many promises of a request may be open at once.
const maxPromises = 20

// MakePromise tells the customer what is done by one instant (A25).
type MakePromise struct {
	Text  Text
	DueAt time.Time
}

// KeepPromise says that promise N is kept; what it says is for the customer.
type KeepPromise struct {
	N    int
	Text Text
	Elsewhere
}

// RenewPromise gives promise N another instant, before it is due only.
type RenewPromise struct {
	N     int
	DueAt time.Time
	Text  Text // why, for the customer
}

// WithdrawPromise takes promise N back, with the reason.
type WithdrawPromise struct {
	N      int
	Reason Text
}

// Name implements [Command].
func (*MakePromise) Name() string     { return "make_promise" }
func (*KeepPromise) Name() string     { return "keep_promise" }
func (*RenewPromise) Name() string    { return "renew_promise" }
func (*WithdrawPromise) Name() string { return "withdraw_promise" }

// Texts implements [Command].
func (c *MakePromise) Texts() []*Text     { return []*Text{&c.Text} }
func (c *KeepPromise) Texts() []*Text     { return []*Text{&c.Text, &c.Reason} }
func (c *RenewPromise) Texts() []*Text    { return []*Text{&c.Text} }
func (c *WithdrawPromise) Texts() []*Text { return []*Text{&c.Reason} }

// PromiseMade is what is done by DueAt; its clock is the target of metric
// promise with the same number (A25).
type PromiseMade struct {
	N     int       `json:"n"` // 1.. within the request
	DueAt time.Time `json:"due_at"`
	Text  Text      `json:"text"`
}

// PromiseKept ends its clock in time or late.
type PromiseKept struct {
	N    int  `json:"n"`
	Text Text `json:"text,omitzero"`
}

// PromiseRenewed gives it another instant.
type PromiseRenewed struct {
	N     int       `json:"n"`
	WasAt time.Time `json:"was_at"`
	DueAt time.Time `json:"due_at"`
	Text  Text      `json:"text"`
}

// PromiseWithdrawn takes it back.
type PromiseWithdrawn struct {
	N      int  `json:"n"`
	Reason Text `json:"reason"`
}

func (PromiseMade) factKind() string      { return "promise_made" }
func (PromiseKept) factKind() string      { return "promise_kept" }
func (PromiseRenewed) factKind() string   { return "promise_renewed" }
func (PromiseWithdrawn) factKind() string { return "promise_withdrawn" }

// MadePromise is a promise of a request. Where it stands is its clock's to say.
type MadePromise struct {
	PromiseMade
	By        int64 // who promised
	At        time.Time
	Withdrawn bool
}

func (b PromiseMade) apply(r *Request, f Fact) {
	r.Promises = append(r.Promises, MadePromise{PromiseMade: b, By: f.By.ID, At: f.At})
	r.LastPublic = Vendor
}

func (b PromiseKept) apply(r *Request, _ Fact) { r.LastPublic = Vendor }

func (b PromiseRenewed) apply(r *Request, _ Fact) {
	for i := range r.Promises {
		if r.Promises[i].N == b.N {
			r.Promises[i].DueAt = b.DueAt
		}
	}
	r.LastPublic = Vendor
}

func (b PromiseWithdrawn) apply(r *Request, _ Fact) {
	for i := range r.Promises {
		if r.Promises[i].N == b.N {
			r.Promises[i].Withdrawn = true
		}
	}
}

// PromiseClock is the clock of promise n.
func (r *Request) PromiseClock(n int) Clock { return *r.clockAt(Promise, n) }

func (c *MakePromise) decide(d *decision) error {
	if err := need(c.Text, "text"); err != nil {
		return err
	}
	due := Instant(c.DueAt)
	if !due.After(d.at) {
		return Wrong("due_at", "promise.due_past")
	}
	open := 0
	for _, p := range d.r.Promises {
		if d.r.PromiseClock(p.N).Open() {
			open++
		}
	}
	if open >= maxPromises {
		return refuse(Conflict, "promise.too_many", "most", itoa(maxPromises))
	}
	n := d.next(Promise)
	d.record(PromiseMade{N: n, DueAt: due, Text: c.Text})
	made := d.r.Seq
	d.respond()
	d.record(TargetStarted{Target{
		Metric: Promise, N: n, AnchorSeq: made, AnchorAt: d.at, Region: d.r.Filed.Region, Severity: d.r.Severity,
		Pack: d.p.Ref(), WarnAt: d.warning(d.at, due), DueAt: due, Rules: []string{"A25"},
	}})
	return nil
}

// warning lies where the pack has it, counted on every day.
func (d *decision) warning(from, due time.Time) time.Time {
	return Instant(from.Add(due.Sub(from) / 100 * time.Duration(d.p.Clocks.WarnPercent)))
}

// promise finds one that still waits to be kept.
func (d *decision) promise(n int) (Clock, error) {
	switch c := d.r.PromiseClock(n); {
	case c.Metric != Promise:
		return c, refuse(NotFound, "promise.unknown", "n", itoa(n))
	case !c.Open():
		return c, refuse(Conflict, "promise.not_open", "n", itoa(n))
	default:
		return c, nil
	}
}

func (c *KeepPromise) decide(d *decision) error {
	if err := d.elsewhere(c.Elsewhere); err != nil {
		return err
	}
	clock, err := d.promise(c.N)
	if err != nil {
		return err
	}
	if d.judged().Before(clock.AnchorAt) {
		return Wrong("happened_at", "promise.not_made_yet", "n", itoa(c.N))
	}
	d.record(PromiseKept{N: c.N, Text: c.Text})
	kept := d.r.Seq
	d.meetClock(clock, kept)
	d.respond()
	return nil
}

// A promise is renewed only before it is due: what is due is kept or missed (A25).
func (c *RenewPromise) decide(d *decision) error {
	clock, err := d.promise(c.N)
	if err != nil {
		return err
	}
	due := Instant(c.DueAt)
	switch {
	case !d.at.Before(clock.DueAt):
		return refuse(Conflict, "promise.renew_late", "n", itoa(c.N))
	case !due.After(d.at):
		return Wrong("due_at", "promise.due_past")
	}
	if err := need(c.Text, "text"); err != nil {
		return err
	}
	d.record(PromiseRenewed{N: c.N, WasAt: clock.DueAt, DueAt: due, Text: c.Text})
	d.respond()
	d.record(TargetMoved{Metric: Promise, N: c.N, DueAt: due, WarnAt: d.warning(d.at, due), Why: "renewed"})
	return nil
}

// A withdrawn promise that was missed stays missed.
func (c *WithdrawPromise) decide(d *decision) error {
	clock, err := d.promise(c.N)
	if err != nil {
		return err
	}
	if err := need(c.Reason, "reason"); err != nil {
		return err
	}
	d.noteMisses()
	d.record(PromiseWithdrawn{N: c.N, Reason: c.Reason})
	d.record(TargetDropped{Metric: Promise, N: clock.N, Why: "withdrawn"})
	return nil
}

// promiseTold says which mail a fact of a promise causes.
func promiseTold(b Body) (told, bool) {
	switch b.(type) {
	case PromiseMade:
		return told{"promise_made", 57}, true
	case PromiseRenewed:
		return told{"promise_renewed", 56}, true
	case PromiseWithdrawn:
		return told{"promise_withdrawn", 54}, true
	case PromiseKept:
		return told{"promise_kept", 53}, true
	}
	return told{}, false
}
