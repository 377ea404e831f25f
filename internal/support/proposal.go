package support

// DeclineLowerSeverity says no to the lowering that was proposed: the severity
// stays (R34, A17). Staff record the customer's word as Consent; without it they
// take their own proposal back and give the reason.
type DeclineLowerSeverity struct {
	Reason  Text
	Consent *Consent
}

// DeclineAfterHoursEnd says no to the proposed end: after-hours support goes on
// (R34). Staff record the customer's word as Consent; without it they take
// their own proposal back and give the reason.
type DeclineAfterHoursEnd struct {
	Reason  Text
	Consent *Consent
}

// Name implements [Command].
func (*DeclineLowerSeverity) Name() string { return "decline_lower_severity" }
func (*DeclineAfterHoursEnd) Name() string { return "decline_after_hours_end" }

// Texts implements [Command].
func (c *DeclineLowerSeverity) Texts() []*Text { return []*Text{&c.Reason} }
func (c *DeclineAfterHoursEnd) Texts() []*Text { return []*Text{&c.Reason} }

// SeverityLoweringDeclined keeps the severity (R34, A17). Withdrawn: the vendor
// took its proposal back. Consent is the customer's word where staff recorded it.
type SeverityLoweringDeclined struct {
	From      int      `json:"from"` // the severity that stays
	To        int      `json:"to"`
	Reason    Text     `json:"reason,omitzero"`
	Withdrawn bool     `json:"withdrawn,omitempty"`
	Consent   *Consent `json:"consent,omitempty"`
}

// AfterHoursEndDeclined: after-hours support goes on (R34). Withdrawn and
// Consent as in [SeverityLoweringDeclined].
type AfterHoursEndDeclined struct {
	Ground    string   `json:"ground"`
	Reason    Text     `json:"reason,omitzero"`
	Withdrawn bool     `json:"withdrawn,omitempty"`
	Consent   *Consent `json:"consent,omitempty"`
}

func (SeverityLoweringDeclined) factKind() string { return "severity_lowering_declined" }
func (AfterHoursEndDeclined) factKind() string    { return "after_hours_end_declined" }

func (b SeverityLoweringDeclined) apply(r *Request, f Fact) {
	r.Lowering, r.LastPublic = nil, sideOf(f, b.Consent)
}

func (b AfterHoursEndDeclined) apply(r *Request, f Fact) {
	r.AfterHours.EndProposed, r.LastPublic = nil, sideOf(f, b.Consent)
}

// sideOf is whose word a fact is: the customer's where staff wrote it down.
func sideOf(f Fact, consent *Consent) ActorKind {
	if consent != nil {
		return Customer
	}
	return f.By.Kind
}

// declined is whose no it is: the customer's own, their word that staff
// recorded, or nobody's but the vendor's, who takes the proposal back.
func (d *decision) declined(given *Consent, reason Text) (word *Consent, withdrawn bool, err error) {
	switch {
	case d.by.Kind == Customer:
		return nil, false, nil
	case given == nil:
		return nil, true, need(reason, "reason")
	}
	consent, err := d.consent(given)
	return &consent, false, err
}

func (c *DeclineLowerSeverity) decide(d *decision) error {
	l := d.r.Lowering
	if l == nil {
		return refuse(Conflict, "severity.no_lowering_declined")
	}
	word, withdrawn, err := d.declined(c.Consent, c.Reason)
	if err != nil {
		return err
	}
	if withdrawn && l.Held {
		return refuse(Conflict, "severity.lowering_held") // only the customer ends the hold (A18)
	}
	d.record(SeverityLoweringDeclined{From: l.From, To: l.To, Reason: c.Reason, Withdrawn: withdrawn, Consent: word})
	return nil
}

func (c *DeclineAfterHoursEnd) decide(d *decision) error {
	end := d.r.AfterHours.EndProposed
	if end == nil {
		return refuse(Conflict, "after_hours.no_end_declined")
	}
	word, withdrawn, err := d.declined(c.Consent, c.Reason)
	if err != nil {
		return err
	}
	d.record(AfterHoursEndDeclined{Ground: end.Ground, Reason: c.Reason, Withdrawn: withdrawn, Consent: word})
	return nil
}
