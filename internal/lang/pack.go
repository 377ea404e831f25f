package lang

import (
	"strconv"

	"madoguchi/internal/policy"
)

// Named is the pack's name for an id: kind is offering, product, region,
// reason, check, criterion, item or severity. An id that the pack does not know
// stands for itself.
func (v Voice) Named(kind, id string) string {
	if v.Pack == nil {
		return id
	}
	if t := v.named(kind, id); t != nil {
		return t.In(v.language())
	}
	return id
}

func (v Voice) named(kind, id string) policy.Text {
	p := v.Pack
	switch kind {
	case "offering":
		return p.Offerings[id].Name
	case "product":
		return p.Products[id].Name
	case "region":
		return p.Regions[id].Name
	case "reason":
		r, _ := p.Completion.Reason(id)
		return r.Name
	case "check":
		return itemOf(p.Escalation.DeescalationChecks, id)
	case "item":
		return itemOf(p.CS.Items, id)
	}
	level, err := strconv.Atoi(id)
	for _, s := range p.Severities {
		if kind == "severity" && err == nil && s.Level == level {
			return s.Name
		}
		if kind == "criterion" {
			for _, list := range append([][]policy.Criterion{s.Definition}, values(s.DefinitionFor)...) {
				for _, c := range list {
					if c.ID == id {
						return c.Text
					}
				}
			}
		}
	}
	return nil
}

func values(m map[string][]policy.Criterion) [][]policy.Criterion {
	var out [][]policy.Criterion
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

func itemOf(list []policy.Item, id string) policy.Text {
	for _, it := range list {
		if it.ID == id {
			return it.Text
		}
	}
	return nil
}
