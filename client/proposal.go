package client

// Refusal is for "severity/lowering-refusal" and "after-hours/end-refusal": the
// customer's no, which staff record with Consent; without it staff take their
// proposal back and give the reason.
type Refusal struct {
	Reason  string   `json:"reason,omitempty"`
	Consent *Consent `json:"consent,omitempty"`
}
