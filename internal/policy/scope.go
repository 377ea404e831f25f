package policy

import "slices"

// Outcome is what the answer to a question of scope leads to (R42, R43).
type Outcome string

// Outcomes: taken up, taken up with what the customer brings, or shown the way.
const (
	InScope      Outcome = "in_scope"
	WithEvidence Outcome = "in_scope_with_evidence"
	OutOfScope   Outcome = "out_of_scope"
)

// Outcome is what follows when a customer chooses this answer.
func (s ScopeRule) Outcome() Outcome {
	switch {
	case !s.InScope:
		return OutOfScope
	case len(s.Evidence) > 0:
		return WithEvidence
	}
	return InScope
}

// ScopeQuestions are those that are asked for a product, in the pack's order.
// An answer is needed where one of them is in scope: its support begins with
// the question what it is about.
func (p *Pack) ScopeQuestions(product string) (questions []ScopeRule, needed bool) {
	rule, ok := p.Products[product]
	if !ok {
		return nil, false
	}
	for _, s := range p.Scope {
		if len(s.Question) > 0 && slices.Contains(s.Kinds, rule.Kind) {
			questions = append(questions, s)
			needed = needed || s.InScope
		}
	}
	return questions, needed
}

// Feature finds an experimental feature of a version of the product.
func (r Product) Feature(id, version string) (Feature, bool) {
	for _, f := range r.Experimental {
		if f.ID == id && (version == "" || slices.Contains(f.Versions, version)) {
			return f, true
		}
	}
	return Feature{}, false
}

// TargetOf is what is promised for a product at a severity: its own rule where
// it has one (R01), else the offering's.
func (p *Pack) TargetOf(o Offering, product string, severity int) (TargetRule, bool) {
	if t, ok := p.Products[product].Targets[severity]; ok {
		return t, true
	}
	return o.Target(severity)
}

// Phase finds the rules of a life-cycle phase by its id.
func (p *Pack) Phase(id string) (Phase, bool) {
	for _, ph := range p.LifeCycle {
		if ph.ID == id {
			return ph, true
		}
	}
	return Phase{}, false
}
