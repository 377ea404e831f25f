package support

import (
	"strings"

	"madoguchi/internal/policy"
)

// Evidence is what the customer brings for one point of the pack's list (R43).
type Evidence struct {
	ID   string `json:"id"`
	Text Text   `json:"text"`
}

// ExperimentalFeedback is the type of a request about an experimental feature
// (R32); "" is every other.
const ExperimentalFeedback = "experimental_feedback"

// answered checks the answer to the question of scope and what it takes along
// (R42, R43). An answer out of scope is refused by entitlement, with the ways
// that stay open.
func (c *File) answered(d *decision) error {
	questions, needed := d.p.ScopeQuestions(c.Product)
	ids := make([]string, len(questions))
	var rule *policy.ScopeRule
	for i, q := range questions {
		ids[i] = q.ID
		if q.ID == c.Scope {
			rule = &questions[i]
		}
	}
	choices := strings.Join(ids, ", ")
	switch {
	case c.Scope == "" && needed:
		return Wrong("scope", "scope.needed", "choices", choices)
	case c.Scope != "" && rule == nil:
		return Wrong("scope", "scope.unknown", "scope", c.Scope, "choices", choices)
	case rule == nil || rule.Outcome() == policy.OutOfScope:
		return nil
	}
	return c.brought(*rule)
}

// brought: each point of the list, and nothing that is not on it.
func (c *File) brought(rule policy.ScopeRule) error {
	given := map[string]bool{}
	for _, e := range c.Evidence {
		given[e.ID] = !e.Text.Empty()
	}
	var missing []string
	for _, it := range rule.Evidence {
		if !given[it.ID] {
			missing = append(missing, it.ID)
		}
		delete(given, it.ID)
	}
	for _, e := range c.Evidence {
		if _, unknown := given[e.ID]; unknown {
			return Wrong("evidence", "scope.evidence_unknown", "evidence", e.ID)
		}
	}
	if len(missing) > 0 {
		return Wrong("evidence", "scope.evidence_needed", "missing", strings.Join(missing, ", "))
	}
	return nil
}

// named checks the experimental feature (R32).
func (c *File) named(d *decision) error {
	if c.Feature == "" {
		return nil
	}
	if _, ok := d.p.Products[c.Product].Feature(c.Feature, c.Version); !ok {
		return Wrong("feature", "feature.unknown", "feature", c.Feature, "product", c.Product, "version", c.Version)
	}
	return nil
}
