package support

// Convert makes a wish for a feature out of a request at the lowest severity,
// with the customer's consent; the request completes as converted (R31, A22).
type Convert struct {
	Consent *Consent
	Text    Text // what the customer is told beside it
}

// Converted: what was asked for goes on as a wish, with the request's own words.
type Converted struct {
	To    string `json:"to"` // feature_request
	Title Text   `json:"title"`
	Text  Text   `json:"text,omitzero"`
}

// Name implements [Command].
func (*Convert) Name() string { return "convert" }

// Texts implements [Command].
func (c *Convert) Texts() []*Text { return []*Text{&c.Text} }

func (Converted) factKind() string { return "converted" }

// The wish is a row of its own; the request only completes.
func (Converted) apply(r *Request, _ Fact) { r.Wish = true }

func (c *Convert) decide(d *decision) error {
	lowest := 0
	for _, s := range d.p.Severities {
		lowest = max(lowest, s.Level)
	}
	switch {
	case len(d.p.Features.Receipt) == 0:
		return refuse(Conflict, "convert.none")
	case d.r.Severity != lowest:
		return refuse(Conflict, "convert.severity", "severity", itoa(lowest))
	case d.r.AfterHours.Active():
		return refuse(Conflict, "completion.after_hours_end_first")
	}
	if _, err := d.reason("converted"); err != nil {
		return err
	}
	consent, err := d.consent(c.Consent)
	if err != nil {
		return err
	}
	if !d.r.Wish { // one that was reopened is a wish already
		d.record(Converted{To: "feature_request", Title: d.r.Filed.Title, Text: d.r.Filed.Body})
	}
	return d.finish("converted", &consent, c.Text)
}
