package support

import (
	"time"

	"madoguchi/internal/policy"
)

func severity(p *policy.Pack, level int) (policy.Severity, bool) {
	for _, s := range p.Severities {
		if s.Level == level {
			return s, true
		}
	}
	return policy.Severity{}, false
}

// A raise needs no escalation (R29). The customer's goes to the owner as a
// request; the vendor's own takes effect with its reason and notice (A16, A17).
func (c *RaiseSeverity) decide(d *decision) error {
	if _, ok := severity(d.p, c.To); !ok {
		return Wrong("to", "severity.unknown", "severity", itoa(c.To))
	}
	if c.To >= d.r.Severity {
		return Wrong("to", "severity.not_higher", "severity", itoa(d.r.Severity))
	}
	if d.r.Raise != nil {
		return refuse(Conflict, "severity.raise_pending", "severity", itoa(d.r.Raise.To))
	}
	if err := need(c.Impact, "impact"); err != nil {
		return err
	}
	if d.by.Kind == Vendor {
		return d.raise(c.To, "vendor", c.Impact)
	}
	asked := SeverityRaiseAsked{From: d.r.Severity, To: c.To, Impact: c.Impact, Dedicated: c.Dedicated, Criteria: c.Criteria}
	if len(asked.Dedicated) == 0 {
		asked.Dedicated = []int64{d.by.ID}
	}
	if rule := d.p.Severity; !rule.DecideWithin.IsZero() && contains(rule.PageRaise, c.To) {
		asked.DecideBy = d.at.Add(rule.DecideWithin.Duration())
	}
	d.record(asked)
	if d.p.Severity.AutoGrant {
		return d.raise(c.To, "auto_granted", Text{})
	}
	return nil
}

// raise changes the severity; its new target is judged by the contract as it
// is now (A21) and counts from here (A4).
func (d *decision) raise(to int, why string, reason Text) error {
	if err := d.stillEntitled(to); err != nil {
		return err
	}
	changed := SeverityChanged{From: d.r.Severity, To: to, Why: why, Reason: reason}
	var dedicated []int64
	if d.r.Raise != nil {
		changed.AskedSeq, dedicated = d.r.Raise.Seq, d.r.Raise.Dedicated
	}
	d.record(changed)
	if err := d.startFirstResponse(d.r.Seq, true); err != nil {
		return err
	}
	d.available(dedicated)
	d.people()
	return nil
}

func (d *decision) stillEntitled(to int) error {
	receipt := Entitle(Query{
		Kind: Technical, Contract: d.r.Filed.Contract, Product: d.r.Filed.Product, Version: d.r.Filed.Version,
		Channel: d.r.Filed.Channel, Severity: to, Region: d.r.Filed.Region, Environment: d.r.Details.Environment, At: d.at, Standing: true,
		Feature: d.r.Filed.Feature,
	}, d.held(), d.p)
	if receipt.Allowed {
		return nil
	}
	e := Refuse(NotEntitled, "severity.raise_not_entitled", "severity", itoa(to))
	e.Receipt = &receipt
	return e
}

func (c *GrantSeverity) decide(d *decision) error {
	if d.r.Raise == nil {
		return refuse(Conflict, "severity.nothing_asked")
	}
	return d.raise(d.r.Raise.To, "granted", c.Reason)
}

func (c *DeclineSeverity) decide(d *decision) error {
	if d.r.Raise == nil {
		return refuse(Conflict, "severity.nothing_asked")
	}
	if err := need(c.Reason, "reason"); err != nil {
		return err
	}
	d.record(SeverityRaiseDeclined{To: d.r.Raise.To, Reason: c.Reason})
	return nil
}

func (d *decision) lowerTo(to int) error {
	if _, ok := severity(d.p, to); !ok {
		return Wrong("to", "severity.unknown", "severity", itoa(to))
	}
	if to <= d.r.Severity {
		return Wrong("to", "severity.not_lower", "severity", itoa(d.r.Severity))
	}
	return nil
}

func (c *LowerSeverity) decide(d *decision) error {
	if err := d.lowerTo(c.To); err != nil {
		return err
	}
	why, reason := "vendor", c.Reason
	if d.by.Kind == Customer {
		why = "customer"
	} else if err := need(reason, "reason"); err != nil {
		return err
	}
	if c.Consent == nil && !d.r.AfterHours.Active() {
		return d.lower(c.To, why, reason, nil)
	}
	consent, err := d.consent(c.Consent)
	if err != nil {
		return err
	}
	return d.lowerAgreed(c.To, why, reason, consent)
}

// lowerAgreed lowers with the customer's agreement, which ends after-hours
// support when it runs (R34).
func (d *decision) lowerAgreed(to int, why string, reason Text, consent Consent) error {
	if d.r.AfterHours.Active() {
		d.endAfterHours("impact_fell", consent)
	}
	if err := d.lower(to, why, reason, &consent); err != nil {
		return err
	}
	return d.backToHours()
}

// lower changes the severity; only a target that still runs counts anew from
// here, a met or missed one stays as it is (A4).
func (d *decision) lower(to int, why string, reason Text, consent *Consent) error {
	d.record(SeverityChanged{From: d.r.Severity, To: to, Why: why, Reason: reason, Consent: consent})
	changed := d.r.Seq
	d.people()
	c, ok := d.r.Clock(FirstResponse)
	if !ok || c.State != Running || late(d.at, c.DueAt) {
		return nil
	}
	return d.startFirstResponse(changed, false)
}

func (c *ProposeLowerSeverity) decide(d *decision) error {
	if err := d.lowerTo(c.To); err != nil {
		return err
	}
	if d.r.Lowering != nil {
		return refuse(Conflict, "severity.lowering_pending", "severity", itoa(d.r.Lowering.To))
	}
	if err := need(c.Reason, "reason"); err != nil {
		return err
	}
	d.record(SeverityLoweringProposed{From: d.r.Severity, To: c.To, Ground: "impact", Reason: c.Reason})
	return nil
}

func (c *AgreeLowerSeverity) decide(d *decision) error {
	if d.r.Lowering == nil {
		return refuse(Conflict, "severity.no_lowering")
	}
	consent, err := d.consent(c.Consent)
	if err != nil {
		return err
	}
	return d.lowerAgreed(d.r.Lowering.To, "agreed", d.r.Lowering.Reason, consent)
}

// After-hours support: bought for severity 1 in production where the contract
// does not work around the clock anyway (R33).

func (d *decision) mayBuy() error {
	o := d.p.Offerings[d.r.Filed.Offering]
	switch {
	case d.r.AfterHours.Active():
		return refuse(Conflict, "after_hours.active")
	case d.r.Details.Environment == "":
		return refuse(Conflict, "after_hours.environment_needed")
	case !purchasable(d.p, o, d.r.Severity, d.r.Details.Environment):
		return refuse(Conflict, "after_hours.not_for_this", "offering", o.ID, "severity", itoa(d.r.Severity), "environment", d.r.Details.Environment)
	}
	return nil
}

func (c *OfferAfterHours) decide(d *decision) error {
	if err := d.mayBuy(); err != nil {
		return err
	}
	if err := need(c.Price, "price"); err != nil {
		return err
	}
	d.record(AfterHoursOffered{Price: c.Price, Order: c.Order})
	return nil
}

func (c *DeclineAfterHours) decide(d *decision) error {
	if d.r.AfterHours.OfferedSeq == 0 || !d.r.AfterHours.DeclinedAt.IsZero() || d.r.AfterHours.Active() {
		return refuse(Conflict, "after_hours.not_offered")
	}
	d.record(AfterHoursDeclined{Reason: c.Reason})
	return nil
}

func (c *ConfirmAfterHours) decide(d *decision) error {
	if d.r.AfterHours.OfferedSeq == 0 {
		return refuse(Conflict, "after_hours.not_offered")
	}
	if err := d.mayBuy(); err != nil {
		return err
	}
	consent, err := d.consent(c.Consent)
	if err != nil {
		return err
	}
	told := d.w.Primary
	if told == consent.Contact {
		told = 0
	}
	d.record(AfterHoursPurchased{Consent: consent, Told: told})
	bought := d.r.Seq
	d.noteMisses()
	old, running := d.r.Clock(FirstResponse)
	err = d.start(Target{
		Metric: AfterHoursResponse, AnchorSeq: bought, AnchorAt: d.at, Region: d.r.Filed.Region,
		Offering: d.r.Filed.Offering, Severity: d.r.Severity, Rules: []string{"R33", "A10"},
	}, "", d.p.AfterHours.First)
	if err != nil {
		return err
	}
	if running && old.State == Running {
		n, _ := d.r.Clock(AfterHoursResponse)
		d.record(TargetReplaced{Metric: FirstResponse, N: old.N, ByN: n.N, ByMetric: AfterHoursResponse})
	}
	return nil
}

func (c *ProposeAfterHoursEnd) decide(d *decision) error {
	if !d.r.AfterHours.Active() {
		return refuse(Conflict, "after_hours.not_active")
	}
	known := false
	for _, e := range d.p.AfterHours.Ends {
		known = known || e.ID == c.Ground
	}
	if !known {
		return Wrong("ground", "after_hours.ground_unknown", "ground", c.Ground)
	}
	if c.Severity == 0 && c.Ground == "impact_fell" {
		return Wrong("severity", "after_hours.severity_needed")
	}
	if c.Severity != 0 {
		if err := d.lowerTo(c.Severity); err != nil {
			return err
		}
	}
	d.record(AfterHoursEndProposed{Ground: c.Ground, Severity: c.Severity, Text: c.Text})
	return nil
}

// Each of the three ends takes the customer's agreement; then the request
// completes or goes on in business hours (R34).
func (c *AgreeAfterHoursEnd) decide(d *decision) error {
	proposed := d.r.AfterHours.EndProposed
	if proposed == nil {
		return refuse(Conflict, "after_hours.no_end_proposed")
	}
	consent, err := d.consent(c.Consent)
	if err != nil {
		return err
	}
	d.endAfterHours(proposed.Ground, consent)
	if proposed.Severity != 0 {
		if err := d.lower(proposed.Severity, "after_hours_end", Text{}, &consent); err != nil {
			return err
		}
		return d.backToHours()
	}
	reason := "confirmed"
	if proposed.Ground == "workaround" {
		reason = "workaround"
	}
	return d.finish(reason, &consent, Text{})
}

// backToHours: nobody had answered yet when after-hours support ended, so the
// answer is due in business hours again, counted from here. A miss stays.
func (d *decision) backToHours() error {
	c, ok := d.r.Clock(AfterHoursResponse)
	if !ok || c.State != Running || late(d.at, c.DueAt) || d.r.AfterHours.Active() {
		return nil
	}
	if err := d.startFirstResponse(d.r.Seq, false); err != nil {
		return err
	}
	if n, ok := d.r.Clock(FirstResponse); ok {
		d.record(TargetReplaced{Metric: AfterHoursResponse, N: c.N, ByN: n.N, ByMetric: FirstResponse})
	}
	return nil
}

func (d *decision) endAfterHours(groundID string, consent Consent) {
	d.record(AfterHoursEnded{
		Ground: groundID, Consent: consent, Seconds: int64(d.at.Sub(d.r.AfterHours.PurchasedAt) / time.Second),
	})
}
