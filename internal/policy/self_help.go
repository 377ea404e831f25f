package policy

import "slices"

// Resource is a place of self-help (R10). Kinds are those of products that it
// fits; empty: every one.
type Resource struct {
	Item
	Kinds []string `json:"kinds,omitempty" pack:"enum=contract|complimentary|open_source|beta|sdk|evaluation|acquired"`
}

// Resources are the places of self-help that fit a product, in the pack's
// order; an unknown product gives those that fit every one, "" gives all.
func (p *Pack) Resources(product string) []Item {
	var out []Item
	kind := p.Products[product].Kind
	for _, r := range p.SelfHelp {
		if product == "" || len(r.Kinds) == 0 || slices.Contains(r.Kinds, kind) {
			out = append(out, r.Item)
		}
	}
	return out
}

// SecurityRules is the report of a security problem, open to anyone (R45). The
// zero value: none is taken.
type SecurityRules struct {
	// Acknowledge is by when somebody of the vendor confirms a report.
	Acknowledge Amount `json:"acknowledge" pack:"required"`
	// Words offer the report to who writes one of them.
	Words []string `json:"words" pack:"required"`
	// Key is the vendor's public PGP key, for those who want to encrypt.
	Key    string `json:"key,omitempty"`
	Policy Text   `json:"policy" pack:"required"`
	// Response is what the vendor does with a report, step by step.
	Response []Item `json:"response,omitzero"`
	// Severities are those of advisories, the gravest first.
	Severities []Item   `json:"severities,omitzero"`
	Hourly     int      `json:"hourly" pack:"required,min=1"` // most reports without an account in an hour
	Guide      []string `json:"guide" pack:"required,form=guide"`
	Source     string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample     bool     `json:"sample,omitempty"`
}

// Severity is one of the severities of advisories.
func (r SecurityRules) Severity(id string) (Item, bool) {
	i := slices.IndexFunc(r.Severities, func(s Item) bool { return s.ID == id })
	if i < 0 {
		return Item{}, false
	}
	return r.Severities[i], true
}

// FeatureRules is wishes for features (R31). The zero value: none is taken.
type FeatureRules struct {
	// Receipt is what the sender is told.
	Receipt Text `json:"receipt" pack:"required"`
	// Words suggest the form to who writes one of them.
	Words []string `json:"words" pack:"required"`
	Guide []string `json:"guide" pack:"required,form=guide"`
}
