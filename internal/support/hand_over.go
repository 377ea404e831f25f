package support

import (
	"strings"
	"time"
)

func (c *Take) decide(d *decision) error {
	if d.by.Kind != Vendor {
		return refuse(Forbidden, "command.forbidden", "command", c.Name())
	}
	return d.assign(d.by.ID, "taken")
}

func (c *Assign) decide(d *decision) error { return d.assign(c.Staff, "assigned") }

// assign gives a queued request its owner. Who owns one already gives it away
// by hand-over only, which is told before (R26).
func (d *decision) assign(staff int64, why string) error {
	if d.r.Owner != 0 {
		return refuse(Conflict, "request.owned", "number", SpokenNumber(d.r.ID))
	}
	if err := d.canWork(staff, "staff"); err != nil {
		return err
	}
	d.record(Assigned{Staff: staff, Why: why})
	return nil
}

// canWork: technical requests are an engineer's or a representative's, customer
// service requests the licence team's or a representative's (R07, R08, R15).
func (d *decision) canWork(id int64, field string) error {
	s, ok := d.w.staff(id)
	if !ok || !s.Active {
		return Wrong(field, "staff.unknown")
	}
	roles := World{Roles: s.Roles}
	if roles.Has(fitting(d.r.Filed.Kind)...) || d.r.Filed.Beta != 0 && roles.Has(RoleEngineering, RoleBeta) {
		return nil
	}
	if d.r.Filed.Kind == CS {
		return Wrong(field, "staff.not_licence")
	}
	return Wrong(field, "staff.not_engineer")
}

// fitting are the roles that own a request of the kind.
func fitting(k Kind) []Role {
	if k == CS {
		return []Role{RoleLicence, RoleCSR}
	}
	return []Role{RoleTSE, RoleCSR}
}

func (c *AnnounceHandOver) decide(d *decision) error {
	switch {
	case d.r.Owner == 0:
		return refuse(Conflict, "hand_over.no_owner")
	case c.To == d.r.Owner:
		return Wrong("to", "hand_over.same_owner")
	case d.r.HandOver != nil:
		return refuse(Conflict, "hand_over.pending")
	}
	var known []string
	for _, k := range d.p.HandOver.Reasons {
		known = append(known, k.ID)
	}
	if !contains(known, c.Ground) {
		return Wrong("ground", "hand_over.ground_unknown", "ground", c.Ground, "choices", strings.Join(known, ", "))
	}
	if err := d.canWork(c.To, "to"); err != nil {
		return err
	}
	if err := d.colleague(c.To, "to"); err != nil {
		return err
	}
	at := Instant(c.EffectiveAt)
	first := d.at.Add(d.p.HandOver.Notice.Duration())
	if at.IsZero() {
		at = first
	}
	if at.Before(first) {
		return Wrong("effective_at", "hand_over.too_soon", "notice", d.p.HandOver.Notice.String())
	}
	if err := c.Note.whole(d.p.HandOver.NoteRequired); err != nil {
		return err
	}
	d.record(HandOverAnnounced{From: d.r.Owner, To: c.To, EffectiveAt: at, Ground: c.Ground, Reason: c.Reason})
	d.offerHandOver(c, at)
	return nil
}

// offerHandOver tells the new owner what they take over and by when they answer: within
// the pack's time, and in any case before it takes effect. Who announces that
// they take over themselves has accepted by that.
func (d *decision) offerHandOver(c *AnnounceHandOver, effective time.Time) {
	within := d.p.HandOver.AcceptWithin
	if within.IsZero() && c.Note == (HandOverNote{}) {
		return
	}
	offer := HandOverOffered{To: c.To, HandOverNote: c.Note}
	if !within.IsZero() {
		offer.AcceptBy = earliest(d.at.Add(within.Duration()), effective)
	}
	d.record(offer)
	if d.by == (Actor{Vendor, c.To}) && d.r.HandOver.Waits() {
		d.record(HandOverAccepted{Staff: c.To})
	}
}

// HandOverNote is what the old owner leaves for the new one (R26): how it
// stands, what comes next, what was promised, and what must not be done.
type HandOverNote struct {
	State    Text `json:"state,omitzero"`
	Next     Text `json:"next,omitzero"`
	Promises Text `json:"promises,omitzero"`
	DoNot    Text `json:"do_not,omitzero"`
}

// whole: a part that has nothing to say says so in words.
func (n HandOverNote) whole(required bool) error {
	for _, t := range []struct {
		text  Text
		field string
	}{{n.State, "note.state"}, {n.Next, "note.next"}, {n.Promises, "note.promises"}, {n.DoNot, "note.do_not"}} {
		if required && t.text.Empty() {
			return Wrong(t.field, "hand_over.note")
		}
	}
	return nil
}

// AcceptHandOver is the word of the one to whom the request is offered.
type AcceptHandOver struct{}

// DeclineHandOver leaves it with its owner, with the reason.
type DeclineHandOver struct {
	Reason Text
}

// Name implements [Command].
func (*AcceptHandOver) Name() string  { return "accept_hand_over" }
func (*DeclineHandOver) Name() string { return "decline_hand_over" }

// Texts implements [Command].
func (*AcceptHandOver) Texts() []*Text    { return nil }
func (c *DeclineHandOver) Texts() []*Text { return []*Text{&c.Reason} }

// An offer is open until its instant; from then on it has been returned, also
// when no tick has come yet.
func (d *decision) handOverOffered() error {
	h := d.r.HandOver
	switch {
	case h == nil:
		return refuse(Conflict, "hand_over.none")
	case !h.AcceptedAt.IsZero():
		return refuse(Conflict, "hand_over.accepted")
	case !h.Waits():
		return refuse(Conflict, "hand_over.not_asked")
	case !d.at.Before(h.Offer.AcceptBy):
		return refuse(Conflict, "hand_over.lapsed")
	}
	return nil
}

func (c *AcceptHandOver) decide(d *decision) error {
	if err := d.handOverOffered(); err != nil {
		return err
	}
	d.record(HandOverAccepted{Staff: d.by.ID})
	return nil
}

func (c *DeclineHandOver) decide(d *decision) error {
	if err := d.handOverOffered(); err != nil {
		return err
	}
	if err := need(c.Reason, "reason"); err != nil {
		return err
	}
	d.record(HandOverDeclined{Staff: d.by.ID, Reason: c.Reason})
	d.record(HandOverCancelled{To: d.by.ID})
	return nil
}

// returned ends an offer that nobody accepted in time: the request stays with
// its owner, duty looks after it, and the customer learns that nothing changes.
func (d *decision) returned() error {
	h := d.r.HandOver
	d.record(HandOverReturned{From: h.From, To: h.To, AcceptBy: h.Offer.AcceptBy})
	d.record(HandOverCancelled{To: h.To})
	return nil
}

// HandOverOffered goes with an announced hand-over: it is the vendor's own part
// of it, which the customer does not see.
type HandOverOffered struct {
	To int64 `json:"to"`
	// AcceptBy is until when To accepts; zero: it takes effect without.
	AcceptBy time.Time `json:"accept_by,omitzero"`
	HandOverNote
}

// HandOverAccepted: the new owner is ready; ownership changes at the announced
// instant.
type HandOverAccepted struct {
	Staff int64 `json:"staff"`
}

// HandOverDeclined: the one to whom it was offered does not take it.
type HandOverDeclined struct {
	Staff  int64 `json:"staff"`
	Reason Text  `json:"reason"`
}

// HandOverReturned: nobody accepted in time.
type HandOverReturned struct {
	From     int64     `json:"from"`
	To       int64     `json:"to"`
	AcceptBy time.Time `json:"accept_by"`
}

func (HandOverOffered) factKind() string  { return "hand_over_offered" }
func (HandOverAccepted) factKind() string { return "hand_over_accepted" }
func (HandOverDeclined) factKind() string { return "hand_over_declined" }
func (HandOverReturned) factKind() string { return "hand_over_returned" }

func (b HandOverOffered) apply(r *Request, _ Fact) {
	if r.HandOver != nil {
		r.HandOver.Offer = &b
	}
}

func (b HandOverAccepted) apply(r *Request, f Fact) {
	if r.HandOver != nil {
		r.HandOver.AcceptedAt = f.At
	}
}
func (HandOverDeclined) apply(*Request, Fact) {}
func (HandOverReturned) apply(*Request, Fact) {}

func (c *CancelHandOver) decide(d *decision) error {
	if d.r.HandOver == nil {
		return refuse(Conflict, "hand_over.none")
	}
	d.record(HandOverCancelled{To: d.r.HandOver.To, Reason: c.Reason})
	return nil
}
