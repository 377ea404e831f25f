package support

import "slices"

// Reclassify corrects what a request was filed as: kind, product, version,
// contract, contact. Nil and zero fields stay. Its entitlement is judged anew as
// of the filing, targets that nobody has met or missed count by the right rule
// from where they began, and who sees it follows.
type Reclassify struct {
	Kind             Kind
	Product, Version *string
	Contract         *int64 // 0: the best that fits
	Contact          int64
	Severity         int    // of a customer service request that becomes technical
	Topic            string // of a technical one that becomes a customer service request
	Reason           Text
}

// Name implements [Command].
func (*Reclassify) Name() string { return "reclassify" }

// Texts implements [Command].
func (c *Reclassify) Texts() []*Text { return []*Text{&c.Reason} }

// FiledAs is what a request counts as.
type FiledAs struct {
	Kind     Kind   `json:"kind"`
	Contact  int64  `json:"contact"`
	Account  int64  `json:"account"`
	Contract int64  `json:"contract,omitempty"`
	Product  string `json:"product,omitempty"`
	Version  string `json:"version,omitempty"`
	Offering string `json:"offering,omitempty"`
	Region   string `json:"region,omitempty"`
	Severity int    `json:"severity,omitempty"`
}

// Reclassified holds what the request counts as from here on, with the receipt
// of the new decision; the receipt of the filing stays in its own fact.
type Reclassified struct {
	FiledAs
	Was       FiledAs  `json:"was"`
	Fields    []string `json:"fields"`
	Language  string   `json:"language"`
	Preferred Channel  `json:"preferred,omitempty"`
	Receipt   Receipt  `json:"receipt"`
	Reason    Text     `json:"reason"`
	// NeedsApproval and Approver are as in [Filed] (R03).
	NeedsApproval bool  `json:"needs_approval,omitempty"`
	Approver      int64 `json:"approver,omitempty"`
	// FeatureDropped: it is about no experimental feature any more, since what it
	// counts as now has none of that name (R32).
	FeatureDropped bool `json:"feature_dropped,omitempty"`
}

func (Reclassified) factKind() string { return "reclassified" }

func (b Reclassified) apply(r *Request, _ Fact) {
	f := &r.Filed
	if b.Contract != f.Contract || b.NeedsApproval && !f.NeedsApproval {
		r.Approved = false
	}
	f.Kind, f.Contact, f.Account, f.Contract, f.Product, f.Version = b.Kind, b.Contact, b.Account, b.Contract, b.Product, b.Version
	f.Offering, f.Region, f.Language, f.Receipt = b.Offering, b.Region, b.Language, b.Receipt
	f.NeedsApproval, f.Approver = b.NeedsApproval, b.Approver
	r.Severity, r.Preferred = b.Severity, b.Preferred
	if b.FeatureDropped {
		f.Feature, f.Type = "", ""
	}
	if b.Kind != b.Was.Kind {
		r.Raise, r.Lowering, r.Proposal = nil, nil, nil
		r.AfterHours.OfferedSeq = 0
	}
}

// classOf is what the request counts as now.
func (r *Request) classOf() FiledAs {
	f := r.Filed
	return FiledAs{f.Kind, f.Contact, f.Account, f.Contract, f.Product, f.Version, f.Offering, f.Region, r.Severity}
}

// wanted is what the request would count as, before entitlement has judged it.
func (c *Reclassify) wanted(d *decision) (FiledAs, error) {
	n := d.r.classOf()
	if c.Kind != "" && c.Kind != n.Kind {
		n.Kind = c.Kind
		switch c.Kind {
		case CS:
			n.Product, n.Version, n.Severity = "", "", 0
			if err := (&File{Topic: c.Topic}).validateCS(d); err != nil {
				return n, err
			}
		case Technical:
			n.Severity = c.Severity
			if _, ok := severity(d.p, c.Severity); !ok {
				return n, Wrong("severity", "severity.needed")
			}
		default:
			return n, Wrong("kind", "kind.unknown", "kind", string(c.Kind))
		}
	} else if c.Severity != 0 {
		return n, Wrong("severity", "reclassify.severity_raised")
	}
	if c.Contact != 0 {
		n.Contact = c.Contact
	}
	if c.Contract != nil {
		n.Contract = *c.Contract
	} else if n.Contact != d.r.Filed.Contact {
		n.Contract = 0
	}
	if c.Product != nil {
		n.Product, n.Version = *c.Product, ""
	}
	if c.Version != nil {
		n.Version = *c.Version
	}
	if n.Kind == Technical && n.Product == "" {
		return n, Wrong("product", "product.needed")
	}
	return n, nil
}

func (c *Reclassify) decide(d *decision) error {
	if err := need(c.Reason, "reason"); err != nil {
		return err
	}
	if d.r.Filed.Beta != 0 {
		return refuse(Conflict, "reclassify.beta")
	}
	was := d.r.classOf()
	n, err := c.wanted(d)
	if err != nil {
		return err
	}
	contact := d.w.Parties.Contact
	if contact.ID != n.Contact || !contact.Active {
		return Wrong("contact", "contact.unknown")
	}
	q := Query{
		Kind: n.Kind, Contract: n.Contract, Product: n.Product, Version: n.Version, Channel: d.r.Filed.Channel,
		Severity: n.Severity, Region: d.r.Details.Site, Environment: d.r.Details.Environment, At: d.r.Filed.Receipt.At,
	}
	if n.Product == was.Product {
		q.Feature = d.r.Filed.Feature
	}
	if i := d.r.Incident; !i.Settled || i.Spent {
		q.Held = i.Pack
	}
	receipt := Entitle(q, d.held(), d.p)
	if !receipt.Allowed {
		e := Refuse(NotEntitled, "reclassify.not_entitled", "product", n.Product)
		e.Receipt = &receipt
		return e
	}
	n.Account, n.Contract, n.Offering, n.Region = receipt.Account, receipt.Contract, receipt.Offering, receipt.Region
	fields := n.differs(was)
	switch {
	case len(fields) == 0:
		return refuse(Conflict, "reclassify.nothing")
	case d.r.AfterHours.Active() && (n.Kind != was.Kind || n.Contract != was.Contract):
		return refuse(Conflict, "reclassify.after_hours")
	}
	b := Reclassified{
		FiledAs: n, Was: was, Fields: fields, Language: d.r.Filed.Language, Preferred: d.r.Preferred, Receipt: receipt, Reason: c.Reason,
		FeatureDropped: d.r.Filed.Feature != receipt.Feature,
	}
	if n.Contact != was.Contact {
		b.Language, b.Preferred = contact.Language, contact.PreferredChannel
	}
	if n.Kind == CS {
		c.approval(d, &b)
	}
	d.noteMisses()
	d.record(b)
	return d.followUp(was, n, b.FeatureDropped)
}

// approval: what another than the PLA asks for waits for the PLA's word (R03).
func (c *Reclassify) approval(d *decision, b *Reclassified) {
	f := d.r.Filed
	asked := c.Topic == "licence" || c.Topic == "administrators" || (b.Was.Kind == CS && f.NeedsApproval)
	b.NeedsApproval = asked && d.w.Primary != 0 && d.w.Primary != b.Contact
	if b.NeedsApproval {
		b.Approver = d.w.Primary
	}
}

// differs names what is not as it was.
func (n FiledAs) differs(was FiledAs) []string {
	var out []string
	for _, f := range []struct {
		name string
		same bool
	}{
		{"kind", n.Kind == was.Kind}, {"contact", n.Contact == was.Contact}, {"account", n.Account == was.Account},
		{"contract", n.Contract == was.Contract}, {"product", n.Product == was.Product}, {"version", n.Version == was.Version},
		{"severity", n.Severity == was.Severity},
	} {
		if !f.same {
			out = append(out, f.name)
		}
	}
	return out
}

// followUp moves the incident, the queue and the targets along. An owner stays
// until a hand-over (R26), also where the other kind is not theirs.
func (d *decision) followUp(was, n FiledAs, dropped bool) error {
	held := d.r.Incident.Pack
	if d.r.Incident.Settled {
		held = 0
	}
	// What was spent, on whichever pack, pays for the request (A20).
	if pack := d.r.Filed.Receipt.IncidentPack; held != pack && !d.r.Incident.Spent {
		if held != 0 {
			d.record(IncidentSettled{Pack: held})
		}
		if pack != 0 {
			d.record(IncidentReserved{Pack: pack})
		}
	}
	if d.r.Owner == 0 && d.queue() != d.r.Queue {
		d.record(Queued{Queue: d.queue()})
	}
	if n.Kind == was.Kind && n.Offering == was.Offering && n.Region == was.Region && n.Severity == was.Severity && n.Product == was.Product && !dropped {
		return nil
	}
	if _, had := d.r.Clock(FirstResponse); dropped && !had && !d.r.WorkedOn {
		// Feedback has no target; what it counts as now has one from its filing.
		if err := d.retarget(Clock{Target: Target{AnchorSeq: 1, AnchorAt: d.r.Filed.Receipt.At}}); err != nil {
			return err
		}
	}
	for _, c := range slices.Clone(d.r.Clocks) {
		if c.State == Running && c.Metric == NextUpdate && n.Kind == CS {
			d.record(TargetDropped{Metric: c.Metric, N: c.N, Why: "reclassified"})
		}
		if c.State == Running && c.Metric == Resolution {
			if err := d.startResolution(c.AnchorSeq, c.AnchorAt, false); err != nil {
				return err
			}
		}
		if c.State == Running && (c.Metric == FirstResponse || c.Metric == CSReply) {
			if err := d.retarget(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// retarget lets a running target count by the rule of what the request is now,
// from the anchor that it had: the filing, or the raise or reopening that began
// it (A4). A zero metric is one that never ran.
func (d *decision) retarget(old Clock) error {
	t := Target{AnchorSeq: old.AnchorSeq, AnchorAt: old.AnchorAt, Region: d.r.Filed.Region}
	hours, amount := "", d.p.CS.Limit
	if d.r.Filed.Kind == CS {
		goal, err := d.p.Span(t.Region, d.p.CS.Goal, d.p.Clocks.WarnPercent, t.AnchorAt)
		if err != nil {
			return refuse(Invalid, "target.not_computable", "metric", string(CSReply), "cause", err.Error())
		}
		t.Metric, t.Goal, t.GoalAt, t.Rules = CSReply, d.p.CS.Goal.String(), goal.Due, []string{"R25", "A9"}
	} else {
		o := d.p.Offerings[d.r.Filed.Offering]
		rule, ok := d.p.TargetOf(o, d.r.Filed.Product, d.r.Severity)
		if !ok || o.NoTargets {
			if old.Metric != "" {
				d.record(TargetDropped{Metric: old.Metric, N: old.N, Why: "reclassified"})
			}
			return nil
		}
		t.Metric, t.Offering, t.Severity = FirstResponse, o.ID, d.r.Severity
		t.Rules = append([]string{"R24", "A1", "A19"}, more(rule.Guide, "R24", "A1", "A19")...)
		hours, amount = hoursOf(o, rule), rule.First
	}
	if err := d.start(t, hours, amount); err != nil {
		return err
	}
	if old.Metric == "" {
		return nil
	}
	replaced := TargetReplaced{Metric: old.Metric, N: old.N, ByN: d.next(t.Metric) - 1}
	if t.Metric != old.Metric {
		replaced.ByMetric = t.Metric
	}
	d.record(replaced)
	return nil
}

// MovedFrom tells whether a correction has taken the request from a contact
// after one of its facts: what was meant for them then is theirs no longer.
func MovedFrom(facts []Fact, contact, after int64) bool {
	for _, f := range facts {
		if b, ok := f.Body.(Reclassified); ok && f.Seq > after && b.Was.Contact == contact && b.Contact != contact {
			return true
		}
	}
	return false
}
