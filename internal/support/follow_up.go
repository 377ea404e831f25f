package support

import "time"

// DeclineOffer leaves an offered request to the queue (A23).
type DeclineOffer struct {
	Reason Text
}

// RecordFollowUp is the other half of filing a request that follows this one: it
// is put on this one, in the same transaction (A23).
type RecordFollowUp struct {
	Request int64
}

// Name implements [Command].
func (*DeclineOffer) Name() string   { return "decline_offer" }
func (*RecordFollowUp) Name() string { return "record_follow_up" }

// Texts implements [Command].
func (c *DeclineOffer) Texts() []*Text { return []*Text{&c.Reason} }
func (*RecordFollowUp) Texts() []*Text { return nil }

// OwnerOffered: the request waits in its queue and is offered to the one who
// owned the request that it follows. Taking it accepts; anybody may take it.
type OwnerOffered struct {
	Staff int64     `json:"staff"`
	Until time.Time `json:"until"`
}

// OwnerOfferEnded: it is the queue's alone again.
type OwnerOfferEnded struct {
	Staff  int64  `json:"staff"`
	Why    string `json:"why"` // declined, lapsed
	Reason Text   `json:"reason,omitzero"`
}

// FollowedUp stands on the request that a new one follows.
type FollowedUp struct {
	Request int64 `json:"request"`
}

func (OwnerOffered) factKind() string    { return "owner_offered" }
func (OwnerOfferEnded) factKind() string { return "owner_offer_ended" }
func (FollowedUp) factKind() string      { return "followed_up" }

// Offer is an open offer of a queued request.
type Offer struct {
	Staff int64
	Until time.Time
}

func (b OwnerOffered) apply(r *Request, _ Fact)  { r.Offer = &Offer{b.Staff, b.Until} }
func (OwnerOfferEnded) apply(r *Request, _ Fact) { r.Offer = nil }
func (b FollowedUp) apply(r *Request, _ Fact)    { r.FollowedBy = append(r.FollowedBy, b.Request) }

// FollowUp makes the filing that takes up a completed request which an answer no
// longer reopens: about the same thing and with its own account of it, judged
// anew (A12, A23). Title, body and impact are the caller's to fill from the
// texts of this request; contact is who files, or for whom staff file.
func (r *Request) FollowUp(contact int64, at time.Time) (*File, error) {
	number := SpokenNumber(r.ID)
	switch done := r.Completed; {
	case done == nil:
		return nil, refuse(Conflict, "follow_up.open", "number", number)
	case done.Duplicate != 0:
		return nil, refuse(Conflict, "request.duplicate", "number", number, "other", SpokenNumber(done.Duplicate))
	case done.Reopens() && !at.After(done.ReopenUntil):
		return nil, refuse(Conflict, "follow_up.reopens", "number", number)
	}
	c := &File{
		Kind: r.Filed.Kind, Contact: contact, Product: r.Filed.Product, Version: r.Filed.Version, Region: r.Details.Site,
		Severity: r.Severity, Details: Details{Environment: r.Details.Environment, Component: r.Details.Component},
		Follows: r.ID,
	}
	if r.Severity == r.Filed.Severity {
		c.Criteria = r.Filed.Criteria
	}
	if c.Kind == CS {
		c.Topic = "other"
		if r.Filed.NeedsApproval {
			c.Topic = "licence" // carrying it out still takes the PLA's word
		}
	}
	return c, nil
}

// offer offers a request that follows another to its owner, who knows it (A23).
func (d *decision) offer() error {
	if d.w.Other == nil || d.w.Other.Owner == 0 || d.p.Completion.FollowUpOffer.IsZero() {
		return nil
	}
	owner := d.w.Other.Owner
	if d.canWork(owner, "staff") != nil {
		return nil
	}
	span, err := d.p.Span(d.r.Filed.Region, d.p.Completion.FollowUpOffer, 0, d.at)
	if err != nil {
		return refuse(Invalid, "target.not_computable", "metric", "offer", "cause", err.Error())
	}
	d.record(OwnerOffered{Staff: owner, Until: span.Due})
	return nil
}

func (c *DeclineOffer) decide(d *decision) error {
	o := d.r.Offer
	switch {
	case o == nil:
		return refuse(Conflict, "offer.none")
	case o.Staff != d.by.ID && !d.w.Has(RoleDuty):
		return refuse(Forbidden, "offer.not_yours")
	}
	return d.endOffer(OwnerOfferEnded{Staff: o.Staff, Why: "declined", Reason: c.Reason})
}

// endOffer leaves the request to the queue, or to routing where that is automatic.
func (d *decision) endOffer(ended OwnerOfferEnded) error {
	d.record(ended)
	if d.p.Work.Routing.Automatic {
		d.route(Actor{Kind: System})
	}
	return nil
}

func (c *RecordFollowUp) decide(d *decision) error {
	d.record(FollowedUp{Request: c.Request})
	return nil
}
