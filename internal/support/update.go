package support

// NextUpdate is the metric of the next word to the customer, in packs that have
// it (A11, A24).
const NextUpdate Metric = "next_update"

// updates counts the time to the next update anew from a public entry of staff,
// and from a reopening (A24). It is looked at once for a whole command, so that
// a comment with three asks is one update.
func (d *decision) updates() error {
	if d.r.Completed != nil || d.r.Filed.Kind != Technical {
		return nil
	}
	var entry int64
	var changed *SeverityChanged
	for _, f := range d.facts {
		if isUpdate(f, d.r) {
			entry = f.Seq
		}
		if b, ok := f.Body.(SeverityChanged); ok {
			changed = &b
		}
	}
	switch {
	case entry != 0:
		d.meet(entry, NextUpdate)
		if c, ok := d.r.Clock(NextUpdate); ok && c.Open() {
			return nil // what happened before the clock began is not its answer
		}
		return d.startUpdate(entry, false)
	case changed != nil:
		return d.changeUpdate(changed.To < changed.From)
	}
	return nil
}

// isUpdate tells whether the fact is a word of staff to the customer, as they
// see it, or brings the request back.
func isUpdate(f Fact, r *Request) bool {
	switch b := f.Body.(type) {
	case Reopened:
		return true
	case Filed, Assigned, WatcherAdded:
		return false
	case ContactMade:
		return f.By.Kind == Vendor
	case ContactAttempted:
		return f.By.Kind == Vendor && (b.Outcome == Sent || b.Outcome == Voicemail)
	}
	_, told := contactTold(f.Body, r, f.By)
	return told && f.By.Kind == Vendor
}

// startUpdate starts the clock of the present severity, in the calendar of its
// response target.
func (d *decision) startUpdate(anchor int64, keep bool) error {
	o := d.p.Offerings[d.r.Filed.Offering]
	rule, ok := o.Target(d.r.Severity)
	if !ok || o.NoTargets || rule.Update == nil {
		return nil
	}
	t := Target{
		Metric: NextUpdate, AnchorSeq: anchor, AnchorAt: d.judged(), Region: d.r.Filed.Region, Offering: o.ID,
		Severity: d.r.Severity, Rules: []string{"A24", "A11"},
	}
	if old, ok := d.r.Clock(NextUpdate); ok && keep && old.State == Running {
		t.NotAfter = old.DueAt
	}
	return d.start(t, hoursOf(o, rule), *rule.Update)
}

// changeUpdate: the customer changed the severity, which says nothing for us. A
// clock that runs counts anew by the new severity; one that is due earlier keeps
// its word when the severity rose.
func (d *decision) changeUpdate(raised bool) error {
	old, ok := d.r.Clock(NextUpdate)
	if !ok || old.State != Running || old.Paused() || late(d.at, old.DueAt) {
		return nil
	}
	if err := d.startUpdate(d.r.Seq, raised); err != nil {
		return err
	}
	if now, _ := d.r.Clock(NextUpdate); now.N != old.N {
		d.record(TargetReplaced{Metric: NextUpdate, N: old.N, ByN: now.N})
		return nil
	}
	d.record(TargetDropped{Metric: NextUpdate, N: old.N, Why: "severity"})
	return nil
}
