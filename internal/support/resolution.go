package support

import (
	"slices"
	"time"
)

// Resolution is the metric of a solution, in packs that promise a time for it: it
// counts from the filing, a raise or a reopening until the request is completed.
// It pauses as the pack says, and while the customer has to answer a proposed
// completion; it is met when the solution was proposed that they agreed to.
const Resolution Metric = "resolution"

// unsolved are the reasons of completion by which nothing was solved: they leave
// nothing to measure. Silence counts as one unless a solution was proposed.
var unsolved = []string{"duplicate", "spam", "converted", "withdrawn", "beta_ended", "out_of_scope", "silence"}

// startResolution starts the target of the present severity, if there is one, and
// ends a running older one. With keep, an older one that is due earlier keeps its
// word, as a response target does (A4).
func (d *decision) startResolution(anchor int64, at time.Time, keep bool) error {
	old, had := d.r.Clock(Resolution)
	had = had && old.State == Running && !late(d.judged(), old.DueAt) || had && old.Paused()
	o := d.p.Offerings[d.r.Filed.Offering]
	rule, ok := d.p.TargetOf(o, d.r.Filed.Product, d.r.Severity)
	if !ok || o.NoTargets || rule.Resolve == nil || d.r.Filed.Feature != "" || d.r.Filed.Kind != Technical {
		if had {
			d.record(TargetDropped{Metric: Resolution, N: old.N, Why: "severity"})
		}
		return nil
	}
	t := Target{
		Metric: Resolution, AnchorSeq: anchor, AnchorAt: at, Region: d.r.Filed.Region, Offering: o.ID, Severity: d.r.Severity,
		Rules: []string{"A19"},
	}
	if had && keep && !old.Paused() {
		t.NotAfter = old.DueAt
	}
	if err := d.start(t, hoursOf(o, rule), *rule.Resolve); err != nil {
		return err
	}
	if had {
		d.record(TargetReplaced{Metric: Resolution, N: old.N, ByN: old.N + 1})
	}
	return nil
}

// resolutions lets the target follow a change of severity: a raise starts another
// one, and after a lowering a running one counts anew.
func (d *decision) resolutions() error {
	for _, f := range slices.Clone(d.facts) {
		b, changed := f.Body.(SeverityChanged)
		if !changed || d.r.Completed != nil {
			continue
		}
		if c, ok := d.r.Clock(Resolution); b.To > b.From && (!ok || c.State != Running) {
			continue // nothing runs, and a lowering begins nothing
		}
		if err := d.startResolution(f.Seq, f.Happened(), b.To < b.From); err != nil {
			return err
		}
	}
	return nil
}

// awaitsConsent tells whether the customer has to answer a completion that we
// proposed.
func (r *Request) awaitsConsent() bool { return r.Proposal != nil && r.Proposal.Side == Vendor }

// rest lets a running target stand still while that lasts.
func (r *Request) rest(at time.Time) {
	for i := range r.Clocks {
		if c := &r.Clocks[i]; c.Metric == Resolution && c.State == Running && !c.Paused() && !late(at, c.DueAt) {
			c.PausedAt = at
		}
	}
}

// goesOn lets it run again after the customer has refused, unless the request
// waits for something else that pauses it.
func (d *decision) goesOn() {
	now, waits := d.r.WaitingNow()
	for _, c := range slices.Clone(d.r.Clocks) {
		if c.Metric != Resolution || c.State != Running || !c.Paused() || waits && contains(c.Pauses, now.Kind) {
			continue
		}
		d.record(TargetMoved{Metric: c.Metric, N: c.N, DueAt: d.resumed(c, c.DueAt, d.at), WarnAt: d.resumed(c, c.WarnAt, d.at), Why: "refused"})
	}
}

// solve meets open targets by a completion: as of the proposal to which the other
// side agreed, otherwise now. What solved nothing leaves them to be dropped.
func (d *decision) solve(reason string, p *Proposal) {
	ours := p != nil && p.Side == Vendor
	if contains(unsolved, reason) && !(reason == "silence" && ours) {
		return
	}
	by, was := d.r.Seq, d.happened
	if p != nil {
		d.happened = p.At
	}
	for _, c := range slices.Clone(d.r.Clocks) {
		if c.Metric == Resolution && c.Open() && !d.judged().Before(c.AnchorAt) {
			d.meetClock(c, by)
		}
	}
	d.happened = was
}
