package support

import (
	"time"

	"madoguchi/internal/calendar"
)

func (c *LogContact) decide(d *decision) error {
	if err := d.elsewhere(c.Elsewhere); err != nil {
		return err
	}
	switch c.Channel {
	case Phone, Mail, Portal:
	default:
		return Wrong("channel", "channel.unknown", "channel", string(c.Channel))
	}
	switch {
	case c.Channel == Phone && (c.Outcome == Connected || c.Outcome == Voicemail || c.Outcome == NoAnswer):
	case c.Channel == Mail && (c.Outcome == Sent || c.Outcome == Bounced):
	case c.Channel == Portal && c.Outcome == Sent:
	default:
		return Wrong("outcome", "contact.outcome", "channel", string(c.Channel), "outcome", string(c.Outcome))
	}
	if c.Channel != Phone {
		if err := need(c.Text, "text"); err != nil {
			return err
		}
	}
	if c.Channel != Phone && !d.happened.IsZero() {
		return Wrong("happened_at", "happened.sent_now")
	}
	if c.Outcome == Connected {
		return c.connected(d)
	}
	return c.attempted(d)
}

func (c *LogContact) connected(d *decision) error {
	d.record(ContactMade{Channel: c.Channel, With: d.r.Filed.Contact, Text: c.Text, Reason: c.Reason})
	made := d.r.Seq
	d.respond()
	if d.w.Has(RoleDuty) {
		d.meet(made, DutyCallback)
	}
	return nil
}

// attempted counts towards silence (A5, A26) and, for severity 1, towards the
// hold (A18). It answers a response target where it reached the contact's
// preferred channel: a message left by phone, or words in writing (A3).
func (c *LogContact) attempted(d *decision) error {
	day, err := localDay(d.judged(), d.w.Parties.Contact.Zone)
	if err != nil {
		return err
	}
	window, err := d.p.Span(d.r.Filed.Region, d.p.Completion.Silence.Window, d.p.Clocks.WarnPercent, d.judged())
	if err != nil {
		return refuse(Invalid, "target.not_computable", "metric", "silence", "cause", err.Error())
	}
	d.record(ContactAttempted{
		N: d.r.AttemptCount + 1, Channel: c.Channel, Outcome: c.Outcome, With: d.r.Filed.Contact, Day: day,
		Text: c.Text, Announce: c.Announce, Reason: c.Reason, WindowEndsAt: window.Due,
		Needed: d.p.Completion.Silence.Attempts, DaysNeeded: d.p.Completion.Silence.DistinctDays, Pack: d.p.Ref(),
	})
	if c.Outcome == Sent || (c.Outcome == Voicemail && d.r.Preferred == Phone) {
		d.respond()
	}
	if c.Outcome == Bounced {
		return nil
	}
	d.wait(WaitingCustomer, time.Time{}, Text{})
	d.hold()
	return nil
}

// hold: a customer who asked for the highest severity and cannot be reached is
// put on hold and a lowering is proposed; nothing is completed (A18).
func (d *decision) hold() {
	rule := d.p.Severity.Hold
	if rule.Attempts == 0 || d.r.Severity != rule.Severity || d.r.Lowering != nil {
		return
	}
	tried := d.r.unanswered()
	for i := 0; i+rule.Attempts <= len(tried); i++ {
		if tried[i+rule.Attempts-1].At.Sub(tried[i].At) <= rule.Within.Duration() {
			d.record(SeverityLoweringProposed{From: d.r.Severity, To: d.r.Severity + 1, Ground: "unreachable", Held: true})
			return
		}
	}
}

// localDay is the contact's calendar day, by which attempts are told apart (A5).
func localDay(at time.Time, zone string) (string, error) {
	loc, err := calendar.Location(zone)
	if err != nil {
		return "", refuse(Invalid, "zone.unknown", "zone", zone)
	}
	return at.In(loc).Format(time.DateOnly), nil
}

func (c *VoidAttempt) decide(d *decision) error {
	if c.Why != "bounced" {
		return Wrong("why", "attempt.why", "why", c.Why)
	}
	for _, a := range d.r.Attempts {
		if a.N != c.N {
			continue
		}
		if a.Void {
			return refuse(Conflict, "attempt.void_already", "n", itoa(c.N))
		}
		d.record(AttemptVoided{N: c.N, Why: c.Why})
		return nil
	}
	return refuse(NotFound, "attempt.unknown", "n", itoa(c.N))
}
