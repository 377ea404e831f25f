package support

import "time"

// ReproductionOutcome is what came of rebuilding the customer's environment.
type ReproductionOutcome string

// Outcomes of a reproduction.
const (
	HasReproduced    ReproductionOutcome = "reproduced"
	PartlyReproduced ReproductionOutcome = "partly"
	NotReproduced    ReproductionOutcome = "not_reproduced"
)

// RecordReproduction notes that the customer's environment was rebuilt, of what,
// and what was seen in it (R09). A public one is read by the customer.
type RecordReproduction struct {
	Outcome     ReproductionOutcome
	Environment Text // what was rebuilt
	Text        Text // what was done and seen
	Public      bool
}

// Name implements [Command].
func (*RecordReproduction) Name() string { return "record_reproduction" }

// Texts implements [Command].
func (c *RecordReproduction) Texts() []*Text { return []*Text{&c.Environment, &c.Text} }

// ReproductionRecorded: the customer's environment was rebuilt (R09).
type ReproductionRecorded struct {
	Outcome     ReproductionOutcome `json:"outcome"`
	Environment Text                `json:"environment"`
	Text        Text                `json:"text,omitzero"`
	Public      bool                `json:"public,omitempty"` // the customer reads it
}

func (ReproductionRecorded) factKind() string { return "reproduction_recorded" }

// Reproduction is one attempt to see the problem in an environment of our own.
type Reproduction struct {
	ReproductionRecorded
	By int64 // member of staff
	At time.Time
}

func (b ReproductionRecorded) apply(r *Request, f Fact) {
	r.Reproductions = append(r.Reproductions, Reproduction{ReproductionRecorded: b, By: f.By.ID, At: f.At})
	if b.Public {
		r.LastPublic = Vendor
	}
}

func (c *RecordReproduction) decide(d *decision) error {
	switch c.Outcome {
	case HasReproduced, PartlyReproduced, NotReproduced:
	default:
		return Wrong("outcome", "reproduction.outcome", "outcome", string(c.Outcome))
	}
	if err := need(c.Environment, "environment"); err != nil {
		return err
	}
	if err := d.mayTell(c.Public); err != nil {
		return err
	}
	d.record(ReproductionRecorded{Outcome: c.Outcome, Environment: c.Environment, Text: c.Text, Public: c.Public})
	if c.Public {
		d.respond()
	}
	return nil
}
