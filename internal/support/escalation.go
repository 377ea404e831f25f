package support

import "time"

// An escalation calls for management attention. It never changes the severity,
// and a raise of severity never escalates (R29, R46).
func (c *Escalate) decide(d *decision) error {
	if d.r.Escalation.Active() {
		return refuse(Conflict, "escalation.active")
	}
	for _, t := range []struct {
		text  Text
		field string
	}{{c.Statement, "statement"}, {c.Impact, "impact"}, {c.Reason, "reason"}} {
		if err := need(t.text, t.field); err != nil {
			return err
		}
	}
	if err := d.milestone(Instant(c.MilestoneAt)); err != nil {
		return err
	}
	return d.escalate(Escalated{
		Statement: c.Statement, Impact: c.Impact, Workaround: c.Workaround, MilestoneAt: Instant(c.MilestoneAt),
		Reason: c.Reason, Phoned: c.Phoned && d.by.Kind == Vendor,
	})
}

// escalate calls for attention; who phoned is called back.
func (d *decision) escalate(e Escalated) error {
	d.record(e)
	if !e.Phoned {
		return nil
	}
	return d.start(Target{
		Metric: DutyCallback, AnchorSeq: d.r.Seq, AnchorAt: d.at, Region: d.r.Filed.Region, Severity: d.r.Severity,
		Rules: []string{"R46"},
	}, "", d.p.Escalation.Callback)
}

func (d *decision) escalated() error {
	if !d.r.Escalation.Active() {
		return refuse(Conflict, "escalation.none")
	}
	return nil
}

func (c *AssignEscalation) decide(d *decision) error {
	if err := d.escalated(); err != nil {
		return err
	}
	s, ok := d.w.staff(c.Engineer)
	if !ok || !s.Active {
		return Wrong("engineer", "staff.unknown")
	}
	if !s.Has(RoleTSE) && !s.Has(RoleEngineering) {
		return Wrong("engineer", "staff.not_engineer")
	}
	if err := d.colleague(c.Engineer, "engineer"); err != nil {
		return err
	}
	d.record(EscalationAssigned{Manager: d.by.ID, Engineer: c.Engineer})
	return nil
}

func (c *SetActionPlan) decide(d *decision) error {
	if err := d.escalated(); err != nil {
		return err
	}
	if len(c.Steps) == 0 || len(c.Steps) > 50 {
		return Wrong("steps", "plan.steps")
	}
	last := time.Time{}
	for i := range c.Steps {
		s := &c.Steps[i]
		if err := need(s.Text, "steps.text"); err != nil {
			return err
		}
		s.CheckpointAt = Instant(s.CheckpointAt)
		if s.CheckpointAt.IsZero() || s.CheckpointAt.Before(last) {
			return Wrong("steps.checkpoint_at", "plan.order")
		}
		last = s.CheckpointAt
	}
	d.record(ActionPlanSet{Steps: c.Steps})
	return nil
}

func (c *ConfirmDeescalation) decide(d *decision) error {
	if err := d.escalated(); err != nil {
		return err
	}
	known := false
	for _, k := range d.p.Escalation.DeescalationChecks {
		known = known || k.ID == c.Check
	}
	if !known {
		return Wrong("check", "escalation.check_unknown", "check", c.Check)
	}
	if contains(d.r.Escalation.Confirmed, c.Check) {
		return refuse(Conflict, "escalation.check_done", "check", c.Check)
	}
	b := DeescalationConfirmed{Check: c.Check}
	switch {
	case c.Check == "customer_agrees":
		consent, err := d.consent(c.Consent)
		if err != nil {
			return err
		}
		b.Consent = &consent
	case d.by.Kind == Customer:
		return refuse(Forbidden, "escalation.check_staff_only", "check", c.Check)
	}
	d.record(b)
	return nil
}

func (c *Deescalate) decide(d *decision) error {
	if err := d.escalated(); err != nil {
		return err
	}
	for _, k := range d.p.Escalation.DeescalationChecks {
		if !contains(d.r.Escalation.Confirmed, k.ID) {
			return refuse(Conflict, "escalation.check_missing", "check", k.ID)
		}
	}
	d.noteMisses()
	d.record(Deescalated{Reason: c.Reason})
	if c, ok := d.r.Clock(DutyCallback); ok && c.Open() {
		d.record(TargetDropped{Metric: DutyCallback, N: c.N, Why: "deescalated"})
	}
	return nil
}
