package lang

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"madoguchi/internal/policy"
)

// Named is the pack's name for an id: kind is offering, product, region, site,
// reason, check, criterion, item, scope, severity, platform, symptom, change, lookup or guest_path. Where the pack has no name in the
// language, the catalogue's word is taken, then the pack's English name; an id
// that nobody knows stands for itself.
func (v Voice) Named(kind, id string) string {
	var t policy.Text
	if v.Pack != nil {
		t = v.named(kind, id)
	}
	if s, ok := t[v.language()]; ok {
		return strings.TrimSuffix(s, ".") // it stands inside sentences
	}
	if Has(v.Lang, "word."+kind+"."+id) || t["en"] == "" {
		return v.Word(kind, id)
	}
	return strings.TrimSuffix(t["en"], ".")
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
	case "site":
		s, _ := p.Work.Site(id)
		return s.Text
	case "reason":
		r, _ := p.Completion.Reason(id)
		return r.Name
	case "check":
		return itemOf(p.Escalation.DeescalationChecks, id)
	case "item":
		if t := itemOf(p.CS.Items, id); t != nil {
			return t
		}
		return instructionOf(p, id).Text
	case "platform":
		return platformOf(p, id)
	case "symptom":
		return itemOf(p.Gathering.Symptoms, id)
	case "lookup":
		return itemOf(p.ThirdParty.Lookups, id)
	case "guest_path":
		return itemOf(p.ThirdParty.GuestSoftware, id)
	case "change":
		return itemOf(p.Gathering.Changes, id)
	case "scope":
		for _, s := range p.Scope {
			if s.ID == id {
				return s.Text
			}
		}
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
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
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
