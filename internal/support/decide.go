package support

import (
	"strconv"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/policy"
)

// MaxBack is how far back something may have happened that is recorded now: 7
// days.
const MaxBack = 7 * 24 * time.Hour

// decision is one command on its way to facts. r is a copy that already holds
// the facts decided so far, so that later steps see earlier ones.
type decision struct {
	r        *Request
	w        World
	by       Actor
	at       time.Time
	happened time.Time // zero: at
	p        *policy.Pack
	cmd      Command
	of       int64 // duplicate: the request that goes on
	facts    []Fact
	// mailFrom is when mails about a completion by a run may leave.
	mailFrom time.Time
}

// Decide turns a command into the facts that follow from it, or refuses it
// with an [Error]. r is not changed. at is the desk's clock; a clock that was
// set back does not make a fact older than the one before it.
func Decide(r *Request, cmd Command, w World, by Actor, at time.Time, p *policy.Pack) ([]Fact, error) {
	d := &decision{cmd: cmd, r: r.clone(), w: w, by: by, at: latest(Instant(at), r.LastAt), p: p}
	if by.Kind != Customer && by.Kind != Vendor && by.Kind != System {
		return nil, refuse(Forbidden, "actor.unknown")
	}
	if r.UnknownFact != "" {
		return nil, refuse(Busy, "request.newer", "fact", r.UnknownFact)
	}
	_, files := cmd.(*File)
	if !files && !r.Exists() {
		return nil, refuse(NotFound, "request.not_found")
	}
	if files && r.Exists() {
		return nil, refuse(Conflict, "request.filed_already")
	}
	if err := d.permit(cmd); err != nil {
		return nil, err
	}
	if w.Glass && MannerOf(cmd).Lasting {
		return nil, refuse(Forbidden, "glass.only_looks")
	}
	if err := d.reopenedOrDone(cmd); err != nil {
		return nil, err
	}
	if err := cmd.decide(d); err != nil {
		return nil, err
	}
	if d.spoken() {
		d.customerSpoke()
	}
	if err := d.updates(); err != nil {
		return nil, err
	}
	if err := d.resolutions(); err != nil {
		return nil, err
	}
	d.page()
	return d.facts, nil
}

// held is what the contact holds. A command that has not said so is not given it.
func (d *decision) held() Parties {
	if !MannerOf(d.cmd).Contracts {
		panic("support: " + d.cmd.Name() + " relies on contracts that were not read for it")
	}
	return d.w.Parties
}

// reopenedOrDone refuses commands that make no sense on a completed request.
// A customer's comment reopens it, see [Comment].
func (d *decision) reopenedOrDone(cmd Command) error {
	if d.r.Completed == nil || MannerOf(cmd).Afterwards {
		return nil
	}
	return refuse(Conflict, "request.completed", "number", SpokenNumber(d.r.ID))
}

// spoken tells whether one of the facts is an activity of the customer.
func (d *decision) spoken() bool {
	for _, f := range d.facts {
		if f.customerActive() {
			return true
		}
	}
	return false
}

// customerSpoke ends the waiting periods that the customer's activity ends by
// the pack. One that began with it goes on: the customer has said what to wait for.
func (d *decision) customerSpoke() {
	now, _ := d.r.WaitingNow()
	if now.Seq >= d.facts[0].Seq {
		return
	}
	if kind, ok := d.p.Waiting.Kind(string(now.Kind)); ok && contains(kind.Ends, "customer_activity") {
		d.endWaiting(now.Kind, "customer_activity", d.at)
	}
}

// noteMisses puts misses that no tick has seen yet on the timeline, before
// something ends or replaces their clocks (I5).
func (d *decision) noteMisses() {
	for _, c := range append([]Clock(nil), d.r.Clocks...) {
		if c.State == Running && !c.Paused() && late(d.at, c.DueAt) {
			d.recordAs(Actor{Kind: System}, TargetMissed{c.Metric, c.N, c.DueAt})
		}
	}
}

func (d *decision) record(b Body) { d.recordAs(d.by, b) }

func (d *decision) recordAs(by Actor, b Body) {
	f := Fact{Seq: d.r.Seq + 1, At: d.at, By: by, Body: b}
	if by == d.by && !d.happened.IsZero() && !d.happened.Equal(d.at) {
		f.HappenedAt = d.happened
	}
	Fold(d.r, f)
	d.facts = append(d.facts, f)
}

// judged is the instant by which targets are judged: when it happened.
func (d *decision) judged() time.Time {
	if d.happened.IsZero() {
		return d.at
	}
	return d.happened
}

// elsewhere takes over when and why something happened before it was recorded.
func (d *decision) elsewhere(e Elsewhere) error {
	if e.HappenedAt.IsZero() {
		return nil
	}
	at := Instant(e.HappenedAt)
	switch {
	case d.by.Kind == Customer:
		return Wrong("happened_at", "happened.staff_only")
	case at.After(d.at):
		return Wrong("happened_at", "happened.future")
	case d.at.Sub(at) > MaxBack:
		return Wrong("happened_at", "happened.too_old")
	case !at.Equal(d.at) && e.Reason.Empty():
		return Wrong("reason", "happened.reason")
	}
	d.happened = at
	return nil
}

// arrived takes over when a mail came, unless that is too long ago or before the
// request. What reopens a request counts from when it did.
func (d *decision) arrived(at time.Time) {
	at = Instant(at)
	if at.IsZero() || d.r.Completed != nil || at.After(d.at) || d.at.Sub(at) > MaxBack || d.r.Exists() && at.Before(d.r.FiledAt) {
		return
	}
	d.happened = at
}

// consent is the customer's agreement: the customer's own act, or what staff
// recorded of it.
func (d *decision) consent(given *Consent) (Consent, error) {
	if d.by.Kind == Customer {
		how := Portal
		if given != nil && given.How == API {
			how = API
		}
		return Consent{Contact: d.by.ID, How: how, At: d.at}, nil
	}
	if given == nil || given.Contact == 0 {
		return Consent{}, Wrong("consent", "consent.needed")
	}
	c := *given
	c.At = Instant(c.At)
	if c.At.IsZero() {
		c.At = d.at
	}
	switch {
	case !contains(d.w.Deciders, c.Contact):
		return Consent{}, Wrong("consent.contact", "consent.contact")
	case c.How != Phone && c.How != Mail && c.How != Portal && c.How != API:
		return Consent{}, Wrong("consent.how", "consent.how")
	case c.At.After(d.at):
		return Consent{}, Wrong("consent.at", "happened.future")
	case c.At.Before(d.r.FiledAt):
		return Consent{}, Wrong("consent.at", "consent.before_filing")
	}
	return c, nil
}

func need(t Text, field string) error {
	if t.Empty() {
		return Wrong(field, "text.needed")
	}
	return nil
}

// start begins a clock of a metric. hours names the offering's hours when they
// are not the region's.
func (d *decision) start(t Target, hours string, a policy.Amount) error {
	span, err := d.p.SpanIn(t.Region, hours, a, d.p.Clocks.WarnPercent, t.AnchorAt)
	if err != nil {
		return refuse(Invalid, "target.not_computable", "metric", string(t.Metric), "cause", err.Error())
	}
	t.N = d.next(t.Metric)
	if t.AnchorSeq == 0 {
		t.AnchorSeq = d.r.Seq
	}
	t.Amount, t.Calendar, t.Zone, t.Uncertain = a.String(), span.Calendar, span.Zone, span.Uncertain
	t.Hours, t.Pack, t.TZData = hours, d.p.Ref(), calendar.TZData()
	t.WarnAt, t.DueAt = span.Warn, span.Due
	if !t.GoalAt.IsZero() {
		t.WarnAt = t.GoalAt
	}
	if !t.NotAfter.IsZero() && t.DueAt.After(t.NotAfter) {
		t.Capped, t.DueAt, t.WarnAt = true, t.NotAfter, earliest(t.WarnAt, t.NotAfter)
	}
	t.GoalAt, t.NotAfter = time.Time{}, time.Time{}
	t.Pauses = d.pauses(t.Metric)
	d.record(TargetStarted{t})
	return nil
}

func (d *decision) next(m Metric) int {
	n := 1
	for _, c := range d.r.Clocks {
		if c.Metric == m {
			n++
		}
	}
	return n
}

func (d *decision) pauses(m Metric) []WaitingKind {
	var out []WaitingKind
	for _, k := range d.p.Waiting.Kinds {
		if contains(k.Pauses, string(m)) {
			out = append(out, WaitingKind(k.ID))
		}
	}
	return out
}

// meet answers every open clock of the metrics with the fact by. A miss that
// nobody had noticed yet is put on the timeline first; one that turns out to
// have been in time is withdrawn, never erased.
func (d *decision) meet(by int64, metrics ...Metric) {
	at := d.judged()
	for _, c := range append([]Clock(nil), d.r.Clocks...) {
		// What happened before a clock began cannot be its answer.
		if !c.Open() || !contains(metrics, c.Metric) || at.Before(c.AnchorAt) {
			continue
		}
		d.meetClock(c, by)
	}
}

func (d *decision) meetClock(c Clock, by int64) {
	at := d.judged()
	isLate := !c.Paused() && late(at, c.DueAt)
	if isLate && !c.MissSeen {
		d.recordAs(Actor{Kind: System}, TargetMissed{c.Metric, c.N, c.DueAt})
	}
	if !isLate && c.MissSeen {
		d.record(MissWithdrawn{c.Metric, c.N, by})
	}
	d.record(TargetMet{
		Metric: c.Metric, N: c.N, MetAt: at, Late: isLate, BySeq: by,
		ElapsedUS: at.Sub(c.AnchorAt).Microseconds(), BusinessUS: d.business(c.Target, at).Microseconds(),
	})
}

// business is the time from a target's anchor in the target's own calendar.
func (d *decision) business(t Target, to time.Time) time.Duration {
	if t.Calendar == "" {
		return to.Sub(t.AnchorAt)
	}
	return d.packOf(t).Between(t.Region, t.Hours, t.AnchorAt, to)
}

// packOf is the version under which a target started; its clock stays on it.
// Where that version is not kept, the one in force serves.
func (d *decision) packOf(t Target) *policy.Pack {
	if t.Pack != d.p.Ref() && d.w.Packs != nil {
		if p, ok := d.w.Packs(t.Pack); ok {
			return p
		}
	}
	return d.p
}

// longest is when a waiting period of the kind ends at the latest; zero for a
// kind that may last, since it pauses nothing.
func (d *decision) longest(k policy.WaitingKind) time.Time {
	if k.MaxDays == 0 {
		return time.Time{}
	}
	return d.at.Add(time.Duration(k.MaxDays) * 24 * time.Hour)
}

// wait opens a waiting period unless one of the kind is open. Without an end it
// lasts as long as the pack lets it.
func (d *decision) wait(k WaitingKind, until time.Time, reason Text) {
	if now, ok := d.r.WaitingNow(); ok {
		if now.Kind == k {
			return
		}
		d.endWaiting(now.Kind, "replaced", d.at)
	}
	if kind, ok := d.p.Waiting.Kind(string(k)); ok && until.IsZero() {
		until = d.longest(kind)
	}
	d.noteMisses() // what was due before is not paused by it
	d.record(WaitingStarted{Kind: k, Until: until, Reason: reason})
}

// endWaiting ends the open period of a kind and lets paused clocks go on at end
// with the time that they had left when the pause began.
func (d *decision) endWaiting(k WaitingKind, why string, end time.Time) {
	now, ok := d.r.WaitingNow()
	if !ok || now.Kind != k {
		return
	}
	d.record(WaitingEnded{Kind: k, Why: why})
	for _, c := range append([]Clock(nil), d.r.Clocks...) {
		if c.State != Running || !c.Paused() || c.Metric == Resolution && d.r.awaitsConsent() {
			continue
		}
		due, warn := d.resumed(c, c.DueAt, end), d.resumed(c, c.WarnAt, end)
		d.record(TargetMoved{Metric: c.Metric, N: c.N, DueAt: due, WarnAt: warn, Why: string(k)})
	}
}

// resumed lays what was left of an instant at the pause behind the pause.
func (d *decision) resumed(c Clock, was, end time.Time) time.Time {
	if !was.After(c.PausedAt) {
		return was
	}
	if c.Calendar == "" {
		return end.Add(was.Sub(c.PausedAt))
	}
	p := d.packOf(c.Target)
	left := p.Between(c.Region, c.Hours, c.PausedAt, was)
	span, err := p.SpanIn(c.Region, c.Hours, policy.Amount{Value: left.Microseconds(), Unit: policy.BusinessHours}, 0, end)
	if err != nil {
		return was.Add(end.Sub(c.PausedAt))
	}
	return span.Due
}

func itoa(n int) string     { return strconv.Itoa(n) }
func itoa64(n int64) string { return strconv.FormatInt(n, 10) }
