package support

import "time"

// RecordRootCause writes down why it happened (R09), also after the completion;
// a later one takes the place of an earlier one. A public one is read by the
// customer.
type RecordRootCause struct {
	Text   Text
	Public bool
}

// Name implements [Command].
func (*RecordRootCause) Name() string { return "record_root_cause" }

// Texts implements [Command].
func (c *RecordRootCause) Texts() []*Text { return []*Text{&c.Text} }

// RootCauseRecorded: why it happened (R09).
type RootCauseRecorded struct {
	Text   Text `json:"text"`
	Public bool `json:"public,omitempty"` // the customer reads it
}

func (RootCauseRecorded) factKind() string { return "root_cause_recorded" }

// RootCause is why it happened, as it was last written down.
type RootCause struct {
	RootCauseRecorded
	By int64 // member of staff
	At time.Time
}

func (b RootCauseRecorded) apply(r *Request, f Fact) {
	r.RootCause = &RootCause{RootCauseRecorded: b, By: f.By.ID, At: f.At}
	if b.Public && r.Completed == nil {
		r.LastPublic = Vendor
	}
}

func (c *RecordRootCause) decide(d *decision) error {
	if err := need(c.Text, "text"); err != nil {
		return err
	}
	if err := d.mayTell(c.Public); err != nil {
		return err
	}
	d.cause(c.Text, c.Public)
	if c.Public && d.r.Completed == nil {
		d.respond()
	}
	return nil
}

// cause records the root cause that a command names, if it names one.
func (d *decision) cause(text Text, public bool) {
	if !text.Empty() {
		d.record(RootCauseRecorded{Text: text, Public: public})
	}
}

// mayTell: what customers read comes from who answers them (R09, R24).
func (d *decision) mayTell(public bool) error {
	if public && !d.w.Has(RoleTSE, RoleDuty) {
		return refuse(Forbidden, "cause.public_by_engineer")
	}
	return nil
}

// mayCause: the vendor's people alone say why it happened, on technical requests.
func (d *decision) mayCause(text Text, public bool) error {
	switch {
	case text.Empty():
		return nil
	case d.by.Kind != Vendor:
		return Wrong("cause", "cause.staff_only")
	case d.r.Filed.Kind != Technical:
		return Wrong("cause", "command.technical_only")
	}
	return d.mayTell(public)
}

// analysisTold says which mail follows from what was found out, or promised.
func analysisTold(b Body) (told, bool) {
	switch b := b.(type) {
	case RootCauseRecorded:
		return told{"root_cause", 51}, b.Public
	case ReproductionRecorded:
		return told{"reproduced", 49}, b.Public
	}
	return promiseTold(b)
}
