package policy

// Finding is something in a pack that cannot work as it is written.
type Finding struct {
	// Rule names the check; Path the place in the pack.
	Rule string `json:"rule"`
	Path string `json:"path"`
	Position
	// Text says what is wrong and what to write instead.
	Text string `json:"text"`
}

// Lint finds what a well-formed pack promises and cannot keep.
func Lint(p *Pack) []Finding { return nil }
