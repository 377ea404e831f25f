package support

import (
	"time"

	"madoguchi/internal/policy"
)

// moment is something that becomes due by itself.
type moment struct {
	at time.Time
	do func(d *decision) error
}

// moments lists what lies ahead of the request, in no order.
func (r *Request) moments(p *policy.Pack) []moment {
	var out []moment
	for _, c := range r.Clocks {
		out = append(out, r.clockMoments(c)...)
	}
	if r.Completed != nil {
		return out
	}
	for _, h := range r.Held {
		out = append(out, moment{h.Until, func(d *decision) error {
			d.publish(h, h.Until)
			return nil
		}})
	}
	if x := r.Raise; x != nil && !x.Overdue && !x.DecideBy.IsZero() {
		out = append(out, moment{x.DecideBy, func(d *decision) error {
			d.record(SeverityRaiseOverdue{To: x.To, DecideBy: x.DecideBy})
			return nil
		}})
	}
	if h := r.HandOver; h != nil && h.Waits() {
		out = append(out, moment{h.Offer.AcceptBy, (*decision).returned})
	} else if h != nil {
		out = append(out, moment{h.EffectiveAt, func(d *decision) error {
			if err := d.canWork(h.To, "to"); err != nil {
				d.record(HandOverCancelled{To: h.To, Why: "unavailable"}) // has left since, or lost the role
				return nil
			}
			d.record(HandedOver{From: h.From, To: h.To})
			return nil
		}})
	}
	if o := r.Offer; o != nil {
		out = append(out, moment{o.Until, func(d *decision) error {
			return d.endOffer(OwnerOfferEnded{Staff: o.Staff, Why: "lapsed"})
		}})
	}
	if r.PageOpen() && !r.Page.NextAt.IsZero() {
		out = append(out, moment{r.Page.NextAt, (*decision).pageOn})
	}
	out = append(out, r.collaborating()...)
	if w, ok := r.WaitingNow(); ok && !w.Until.IsZero() {
		out = append(out, moment{w.Until, func(d *decision) error {
			d.endWaiting(w.Kind, "until", w.Until)
			return nil
		}})
	}
	if s := r.Silence(p); p.Completion.Silence.Automatic && !s.PermittedAt.IsZero() {
		out = append(out, moment{s.PermittedAt, func(d *decision) error { return d.finish("silence", nil, Text{}) }})
	}
	return out
}

// NextAt is when the request must be looked at again; zero: never by itself.
func (r *Request) NextAt(p *policy.Pack) time.Time {
	var next time.Time
	for _, m := range r.moments(p) {
		if next.IsZero() || m.at.Before(next) {
			next = m.at
		}
	}
	return next
}

// Tick lets everything happen that is due by now, oldest first. Each fact
// holds its own due instant, however late the tick comes.
func (c *Tick) decide(d *decision) error {
	for range 1000 {
		var first *moment
		for _, m := range d.r.moments(d.p) {
			if !m.at.After(d.at) && (first == nil || m.at.Before(first.at)) {
				first = &m
			}
		}
		if first == nil {
			return nil
		}
		if err := first.do(d); err != nil {
			return err
		}
	}
	panic("support: a tick that never ends on request " + itoa64(d.r.ID))
}

// RecordNotice notes that somebody was told. The receipt meets its target.
func (c *RecordNotice) decide(d *decision) error {
	if WithheldKind(d.r, c, d.by) != "" {
		return nil
	}
	d.record(c.Notified)
	if c.receipt() {
		d.meet(d.r.Seq, Acknowledgement)
	}
	return nil
}

// receipt tells whether the notice was the contact's receipt.
func (c *RecordNotice) receipt() bool {
	return c.Template == "acknowledgement" && c.Recipient.Kind == ToContact
}
