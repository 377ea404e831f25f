package support

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// File opens a request: validated, entitled, numbered, queued, with its clocks
// running (R15, R19, R23-R25).
func (c *File) decide(d *decision) error {
	if d.w.OtherGlass {
		return refuse(Forbidden, "glass.only_looks") // its words would stay
	}
	if err := checkFiles(c.Files); err != nil {
		return err
	}
	if c.Beta != 0 {
		return c.beta(d)
	}
	if err := c.validate(d); err != nil {
		return err
	}
	contact := d.w.Parties.Contact
	at, err := c.received(d)
	if err != nil {
		return err
	}
	receipt := Entitle(Query{
		Kind: c.Kind, Contract: c.Contract, Product: c.Product, Version: c.Version, Channel: c.Channel,
		Severity: c.Severity, Region: c.Region, Environment: c.Details.Environment, At: at,
		Scope: c.Scope, Feature: c.Feature, Unsupported: c.Unsupported, Language: c.Language,
	}, d.held(), d.p)
	if !receipt.Allowed {
		e := Refuse(NotEntitled, "entitlement.refused", "product", c.Product)
		e.Receipt = &receipt
		return e
	}
	f := Filed{
		Kind: c.Kind, Channel: c.Channel, Contact: contact.ID, Account: receipt.Account, Contract: receipt.Contract,
		Product: c.Product, Version: c.Version, Offering: receipt.Offering, Region: receipt.Region, Severity: c.Severity,
		Language: c.Language, Preferred: c.Preferred, Title: c.Title, Body: c.Body, Criteria: c.Criteria,
		Details: c.Details, Follows: c.Follows, Receipt: receipt,
		Scope: c.Scope, Evidence: c.Evidence, Feature: receipt.Feature,
	}
	if f.Feature != "" {
		f.Type = ExperimentalFeedback
	}
	if f.Language == "" {
		f.Language = contact.Language
	}
	if f.Preferred == "" {
		f.Preferred = contact.PreferredChannel
	}
	if c.Kind == CS {
		if err := c.whichContract(d); err != nil {
			return err
		}
		f.Items, f.Missing = c.items(d)
		f.NeedsApproval = (c.Topic == "licence" || c.Topic == "administrators") && d.w.Primary != 0 && d.w.Primary != contact.ID
		if f.NeedsApproval {
			f.Approver = d.w.Primary
		}
	}
	if f.Guest, err = c.guest(receipt, d.p); err != nil {
		return err
	}
	d.record(f)
	entry := d.last()
	if err := c.begin(d, receipt.IncidentPack); err != nil {
		return err
	}
	d.attach(entry, c.Files)
	return nil
}

// received is the instant by which a filing is judged: when the mail came that it
// is, or when the voice message ended (A2).
func (c *File) received(d *decision) (time.Time, error) {
	if at := Instant(c.ReceivedAt); !at.IsZero() {
		if d.by.Kind == Customer || at.After(d.at) || d.at.Sub(at) > MaxBack {
			return at, Wrong("received_at", "happened.too_old")
		}
		d.happened = at
	}
	d.arrived(c.Arrived)
	return d.judged(), nil
}

// begin is what follows from a filing: where it waits and who sees it, what it
// uses up, its clocks, and who gets it.
func (c *File) begin(d *decision, pack int64) error {
	filed := d.r.Seq
	d.record(Queued{Queue: d.queue()})
	d.alike()
	if err := d.offer(); err != nil {
		return err
	}
	if pack != 0 {
		d.record(IncidentReserved{Pack: pack})
	}
	if err := c.clocks(d, filed); err != nil {
		return err
	}
	for i, n := range c.ThirdParties {
		if err := d.nameThirdParty(n, "third_parties["+itoa(i)+"]."); err != nil {
			return err
		}
	}
	d.people()
	if d.p.Work.Routing.Automatic && d.r.Offer == nil {
		d.route(Actor{Kind: System})
	}
	return nil
}

// whichContract: who holds several names the one that it is about, so that its
// PLA sees the request and has their word on it (R03, A13).
func (c *File) whichContract(d *decision) error {
	if c.Contract != 0 || c.Topic != "licence" && c.Topic != "administrators" && c.Topic != "contract" {
		return nil
	}
	var numbers []string
	for _, h := range d.held().Holdings {
		if len(h.Roles) > 0 {
			numbers = append(numbers, h.Contract.Number)
		}
	}
	if len(numbers) < 2 {
		return nil
	}
	return Wrong("contract", "contract.several", "choices", strings.Join(numbers, ", "))
}

// queue is where the request waits: an offering may have one of its own.
func (d *decision) queue() string {
	if d.r.Filed.Kind == CS {
		return "licence"
	}
	if q := d.p.Offerings[d.r.Filed.Offering].Queue; q != "" {
		return q
	}
	return "technical"
}

// clocks starts the receipt's, and the response's by offering and severity.
func (c *File) clocks(d *decision, filed int64) error {
	ack := Target{Metric: Acknowledgement, AnchorSeq: filed, AnchorAt: d.at, Region: d.r.Filed.Region, Rules: []string{"R23"}}
	within := d.p.Receipt.Within
	if c.Beta != 0 {
		within, ack.Rules = d.p.Beta.Acknowledge, []string{"R35"}
	}
	if err := d.start(ack, "", within); err != nil {
		return err
	}
	if c.Kind == CS {
		return d.startCSReply(filed)
	}
	if err := d.startFirstResponse(filed, true); err != nil {
		return err
	}
	return d.startResolution(filed, d.judged(), false)
}

func (c *File) validate(d *decision) error {
	if d.w.Parties.Contact.ID == 0 {
		return Wrong("contact", "contact.unknown")
	}
	if d.by.Kind == Customer && c.Contact != d.by.ID {
		return Wrong("contact", "contact.not_self")
	}
	if c.Title.Empty() {
		return Wrong("title", "title.needed")
	}
	switch c.Channel {
	case Portal, Phone, Mail, API:
	default:
		return Wrong("channel", "channel.unknown", "channel", string(c.Channel))
	}
	if d.by.Kind == Customer && c.Channel == Phone {
		return Wrong("channel", "channel.phone_by_staff")
	}
	switch c.Preferred {
	case "", Phone, Mail, Portal:
	default:
		return Wrong("preferred_channel", "channel.unknown", "channel", string(c.Preferred))
	}
	switch c.Details.Environment {
	case "", "production", "test":
	default:
		return Wrong("environment", "environment.unknown", "environment", c.Details.Environment)
	}
	if c.Region != "" {
		if _, ok := d.p.Regions[c.Region]; !ok {
			return Wrong("region", "region.unknown", "region", c.Region, "choices", strings.Join(slices.Sorted(maps.Keys(d.p.Regions)), ", "))
		}
	}
	if err := d.milestone(c.Details.MilestoneAt); err != nil {
		return err
	}
	if err := d.gathered(c.Kind, c.Product, c.Details); err != nil {
		return err
	}
	switch c.Kind {
	case CS:
		return c.validateCS(d)
	case Technical:
		return c.validateTechnical(d)
	}
	return Wrong("kind", "kind.unknown", "kind", string(c.Kind))
}

// milestone: a date by which something is needed lies ahead.
func (d *decision) milestone(at time.Time) error {
	if !at.IsZero() && at.Before(d.at) {
		return Wrong("milestone_at", "milestone.past")
	}
	return nil
}

// item: what R51 lists is asked for on customer service requests alone.
func (d *decision) item(kind Kind, id, field string) error {
	if kind != CS {
		return Wrong(field, "item.cs_only", "item", id)
	}
	var known []string
	for _, it := range d.p.CS.Items {
		known = append(known, it.ID)
	}
	if !contains(known, id) {
		return Wrong(field, "item.unknown", "item", id, "choices", strings.Join(known, ", "))
	}
	return nil
}

func (c *File) validateCS(d *decision) error {
	for _, id := range c.Items {
		if err := d.item(CS, id, "items"); err != nil {
			return err
		}
	}
	if c.Severity != 0 {
		return Wrong("severity", "severity.not_for_cs")
	}
	switch c.Topic {
	case "administrators", "licence", "contract", "portal", "other":
		return nil
	}
	return Wrong("topic", "topic.unknown", "topic", c.Topic)
}

func (c *File) validateTechnical(d *decision) error {
	if len(c.Items) > 0 {
		return d.item(Technical, c.Items[0], "items")
	}
	if c.Topic != "" {
		return Wrong("topic", "topic.not_for_technical")
	}
	if c.Product == "" {
		return Wrong("product", "product.needed")
	}
	if c.Severity == 0 {
		return Wrong("severity", "severity.needed")
	}
	if err := c.answered(d); err != nil {
		return err
	}
	if err := c.named(d); err != nil {
		return err
	}
	s, ok := severity(d.p, c.Severity)
	if !ok {
		return Wrong("severity", "severity.unknown", "severity", itoa(c.Severity))
	}
	known := map[string]bool{}
	for _, k := range s.Definition {
		known[k.ID] = true
	}
	for _, list := range s.DefinitionFor {
		for _, k := range list {
			known[k.ID] = true
		}
	}
	for _, k := range c.Criteria {
		if !known[k] {
			return Wrong("criteria", "severity.criterion_unknown", "criterion", k, "severity", itoa(c.Severity),
				"choices", strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	if s.NeedsImpact && c.Details.Impact.Empty() && len(c.Criteria) == 0 {
		return Wrong("impact", "severity.impact_needed", "severity", itoa(c.Severity))
	}
	return nil
}

// items sorts the R51 items into those that came and those that are missing;
// a missing one is asked for and never blocks.
func (c *File) items(d *decision) (given, missing []string) {
	for _, it := range d.p.CS.Items {
		if contains(c.Items, it.ID) {
			given = append(given, it.ID)
		} else {
			missing = append(missing, it.ID)
		}
	}
	return given, missing
}

// startCSReply: goal as warning, limit as due; it never pauses (R25, A9).
func (d *decision) startCSReply(anchor int64) error {
	goal, err := d.p.Span(d.r.Filed.Region, d.p.CS.Goal, d.p.Clocks.WarnPercent, d.judged())
	if err != nil {
		return refuse(Invalid, "target.not_computable", "metric", string(CSReply), "cause", err.Error())
	}
	return d.start(Target{
		Metric: CSReply, AnchorSeq: anchor, AnchorAt: d.judged(), Region: d.r.Filed.Region, Goal: d.p.CS.Goal.String(),
		GoalAt: goal.Due, Rules: []string{"R25", "A9"},
	}, "", d.p.CS.Limit)
}

// startFirstResponse starts the response target of the present severity. With
// keep, a running older one that is due earlier keeps its word (A4).
func (d *decision) startFirstResponse(anchor int64, keep bool) error {
	o := d.p.Offerings[d.r.Filed.Offering]
	rule, ok := d.p.TargetOf(o, d.r.Filed.Product, d.r.Severity)
	if !ok || o.NoTargets || d.r.Filed.Feature != "" {
		return nil
	}
	old, running := d.r.Clock(FirstResponse)
	running = running && old.State == Running && !late(d.judged(), old.DueAt)
	t := Target{
		Metric: FirstResponse, AnchorSeq: anchor, AnchorAt: d.judged(), Region: d.r.Filed.Region, Offering: o.ID,
		Severity: d.r.Severity, Rules: append([]string{"R24", "A1", "A19"}, more(rule.Guide, "R24", "A1", "A19")...),
	}
	if running {
		t.Rules = append(t.Rules, "A4")
		if keep {
			t.NotAfter = old.DueAt
		}
	}
	if err := d.start(t, hoursOf(o, rule), rule.First); err != nil {
		return err
	}
	if running {
		d.record(TargetReplaced{Metric: FirstResponse, N: old.N, ByN: old.N + 1})
	}
	return nil
}
