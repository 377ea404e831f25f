package support

import (
	"slices"
	"strings"

	"madoguchi/internal/policy"
)

// Groups of what is gathered that the desk answers itself: a contact has a
// customer number, and recent changes stand in the request's details.
const (
	gatherNumber  = "customer_number"
	gatherChanges = "recent_changes"
)

// gatherAsks are the kinds of asks that may name what is to be gathered.
var gatherAsks = []AskKind{AskDetails, AskDebugData, AskHandOverIt}

// GatherQuery is what is known of an installation and of what happened to it.
// Empty fields narrow nothing.
type GatherQuery struct {
	Product, Version string
	Platforms        []string // of host and guest
	Symptom          string
}

// Gather lists what helps with a technical request and how it is gathered, in
// the pack's order (R17). What a platform of host or guest, a version or a
// symptom would decide that is not said stays in the list, with its condition.
// It refuses platforms and symptoms that the pack does not know.
func Gather(q GatherQuery, p *policy.Pack) ([]policy.Instruction, error) {
	if err := knownToGather(q.Platforms, q.Symptom, p); err != nil {
		return nil, err
	}
	possible := possiblePlatforms(q.Platforms, p)
	var out []policy.Instruction
	for _, in := range p.Gathering.Instructions {
		there := len(in.Platforms) == 0 || slices.ContainsFunc(in.Platforms, func(id string) bool { return contains(possible, id) })
		if !there || !narrows(in.Products, q.Product) || !narrows(in.Versions, q.Version) || !narrows(in.Symptoms, q.Symptom) {
			continue
		}
		out = append(out, after(in, q.Symptom))
	}
	return out, nil
}

// after leaves out the steps that are for another symptom; those for this one
// are not conditional any more.
func after(in policy.Instruction, symptom string) policy.Instruction {
	var steps []policy.Step
	for _, s := range in.Steps {
		if !narrows(s.Symptoms, symptom) {
			continue
		}
		if symptom != "" {
			s.Symptoms = nil
		}
		steps = append(steps, s)
	}
	in.Steps = steps
	return in
}

// Instruction is how what an ask names is gathered here; false: it names nothing
// that is gathered.
func (r *Request) Instruction(item string, p *policy.Pack) (policy.Instruction, bool) {
	if p == nil || item == "" || r.Filed.Kind != Technical {
		return policy.Instruction{}, false
	}
	for _, in := range p.Gathering.Instructions {
		if in.ID == item {
			return after(in, r.Details.Symptom), true
		}
	}
	return policy.Instruction{}, false
}

// narrows tells whether a list lets a value through: it is empty, holds it, or
// nothing was said.
func narrows(list []string, said string) bool {
	return len(list) == 0 || said == "" || contains(list, said)
}

// possiblePlatforms are those that were said, and all of a side of which nothing
// was said.
func possiblePlatforms(said []string, p *policy.Pack) []string {
	sides := map[string]bool{}
	for _, x := range p.Gathering.Platforms {
		if contains(said, x.ID) {
			sides[x.Side] = true
		}
	}
	var out []string
	for _, x := range p.Gathering.Platforms {
		if contains(said, x.ID) || !sides[x.Side] {
			out = append(out, x.ID)
		}
	}
	return out
}

// knownToGather refuses platforms and symptoms that the pack does not have.
func knownToGather(platforms []string, symptom string, p *policy.Pack) error {
	var known []string
	for _, x := range p.Gathering.Platforms {
		known = append(known, x.ID)
	}
	for _, id := range platforms {
		if !contains(known, id) {
			return Wrong("platforms", "gathering.platform_unknown", "platform", id, "choices", strings.Join(known, ", "))
		}
	}
	if ids := idsOf(p.Gathering.Symptoms); symptom != "" && !contains(ids, symptom) {
		return Wrong("symptom", "gathering.symptom_unknown", "symptom", symptom, "choices", strings.Join(ids, ", "))
	}
	return nil
}

func idsOf(list []policy.Item) []string {
	var out []string
	for _, it := range list {
		out = append(out, it.ID)
	}
	return out
}

// RecentChange is one kind of recent change (R17).
type RecentChange struct {
	Kind string `json:"kind"` // of the pack: guest_os, host_os, network, storage, application
	Text Text   `json:"text"`
}

// gathered checks what details say of what was gathered for a request of a kind
// about a product.
func (d *decision) gathered(kind Kind, product string, n Details) error {
	if len(n.Platforms) == 0 && n.Symptom == "" && len(n.Changes) == 0 && len(n.Gathered) == 0 {
		return nil
	}
	if kind == CS {
		return refuse(Conflict, "gathering.technical_only")
	}
	if err := knownToGather(n.Platforms, n.Symptom, d.p); err != nil {
		return err
	}
	kinds := idsOf(d.p.Gathering.Changes)
	var seen []string
	for _, c := range n.Changes {
		switch {
		case !contains(kinds, c.Kind):
			return Wrong("changes.kind", "gathering.change_unknown", "kind", c.Kind, "choices", strings.Join(kinds, ", "))
		case contains(seen, c.Kind):
			return Wrong("changes.kind", "gathering.change_twice", "kind", c.Kind)
		case c.Text.Empty():
			return Wrong("changes.text", "text.needed")
		}
		seen = append(seen, c.Kind)
	}
	for _, id := range n.Gathered {
		if err := d.gatherable(product, id, "gathered"); err != nil {
			return err
		}
	}
	return nil
}

// gatherable: something that the pack tells how to gather for the product.
func (d *decision) gatherable(product, id, field string) error {
	list, err := Gather(GatherQuery{Product: product}, d.p)
	if err != nil {
		return err
	}
	var known []string
	for _, in := range list {
		known = append(known, in.ID)
	}
	if !contains(known, id) {
		return Wrong(field, "gathering.unknown", "item", id, "choices", strings.Join(known, ", "))
	}
	return nil
}

// askItem: on customer service requests what R51 lists, on technical ones what
// the customer is told how to gather.
func (d *decision) askItem(a NewAsk) error {
	if d.r.Filed.Kind == CS || contains(idsOf(d.p.CS.Items), a.Item) {
		return d.item(d.r.Filed.Kind, a.Item, "asks.item")
	}
	if a.Of != TurnCustomer || !contains(gatherAsks, a.Kind) {
		return Wrong("asks.item", "gathering.ask_kind", "kind", string(a.Kind))
	}
	return d.gatherable(d.r.Filed.Product, a.Item, "asks.item")
}

// GatherState is how far one thing on the checklist of a request is.
type GatherState string

// States of what is gathered.
const (
	GatherMissing GatherState = "missing"
	GatherAsked   GatherState = "asked"
	GatherGiven   GatherState = "given"
)

// Gathered is one thing on the checklist of a request.
type Gathered struct {
	policy.Instruction
	State GatherState
	Ask   int // that names it; 0: none
}

// Checklist is what helps with the request and how far each of it is (R17).
// Customer service requests have none.
func (r *Request) Checklist(p *policy.Pack) []Gathered {
	if r.Filed.Kind != Technical {
		return nil
	}
	q := GatherQuery{Product: r.Filed.Product, Version: r.Filed.Version, Platforms: r.Details.Platforms, Symptom: r.Details.Symptom}
	list, err := Gather(q, p)
	if err != nil { // a later version of the pack has other products or platforms
		return nil
	}
	out := make([]Gathered, len(list))
	for i, in := range list {
		out[i] = Gathered{Instruction: in, State: r.gatherState(in)}
		for _, a := range r.Asks {
			if a.Item != in.ID || a.State == AskWithdrawn {
				continue
			}
			out[i].Ask = a.N
			switch {
			case a.State == AskDone:
				out[i].State = GatherGiven
			case out[i].State == GatherMissing:
				out[i].State = GatherAsked
			}
		}
	}
	return out
}

func (r *Request) gatherState(in policy.Instruction) GatherState {
	d := r.Details
	switch {
	case contains(d.Gathered, in.ID), in.Group == gatherNumber,
		in.Group == gatherChanges && (!d.RecentChanges.Empty() || len(d.Changes) > 0):
		return GatherGiven
	}
	return GatherMissing
}
