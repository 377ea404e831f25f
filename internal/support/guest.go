package support

import (
	"slices"
	"strings"

	"madoguchi/internal/policy"
)

// GuestQuery is what a customer holds who needs help with another vendor's
// software in a guest (R40, R41).
type GuestQuery struct {
	Guest            string // of the pack's guest software
	Product, Release string
	// Partner sold the product, or the hardware or services beside it.
	Partner       string
	Bundled       bool   // the product came with the partner's hardware
	Hardware      bool   // the partner's hardware or services are there
	Programme     string // of the partner's support
	BothContracts bool   // the partner's current contracts for both vendors
	Certified     bool   // the guest system is certified by the partner
	// Contract: of ours. Premier: of the other vendor's.
	Contract, Premier bool
}

// Physical says whether a reproduction on physical hardware may be asked for.
type Physical string

// What may be asked for.
const (
	PhysicalNever Physical = ""
	PhysicalMay   Physical = "may_ask"
	PhysicalFirst Physical = "may_ask_first"
)

// GuestPath is one way to support. Item is of the pack's list of guest software,
// or empty for a partner. Missing are the conditions that are not met; a path is
// open when there are none.
type GuestPath struct {
	Item     string
	Partner  string
	Physical Physical
	Missing  []string // bundled, hardware_or_services, programme, both_contracts, certified_guest
}

// Open tells whether the customer may go this way.
func (g GuestPath) Open() bool { return len(g.Missing) == 0 }

// GuestPaths are the ways to support for another vendor's guest software, the one
// to take first before the others: the partner who supports its bundle end to end
// (R41), a configuration that the other vendor validated, our contract, a premier
// contract with the other vendor, or neither (R40). A partner whose conditions are
// not met stands last, with what is missing. What the pack does not know is refused.
func GuestPaths(q GuestQuery, p *policy.Pack) ([]GuestPath, error) {
	t := p.ThirdParty
	guests := t.Guests
	if !slices.ContainsFunc(guests, func(g policy.Guest) bool { return g.ID == q.Guest }) {
		var known []string
		for _, g := range guests {
			known = append(known, g.ID)
		}
		return nil, Wrong("guest", "guest.unknown", "guest", q.Guest, "choices", strings.Join(known, ", "))
	}
	var out, closed []GuestPath
	if q.Partner != "" {
		rule, err := partner(q.Partner, t)
		if err != nil {
			return nil, err
		}
		x := GuestPath{Partner: rule.ID, Missing: q.missing(rule)}
		if x.Open() {
			out = append(out, x)
		} else {
			closed = append(closed, x)
		}
	}
	validated := slices.ContainsFunc(t.Validated, func(v policy.Validated) bool {
		return v.Guest == q.Guest && v.Product == q.Product && q.Release != "" && oneOf(v.Releases, q.Release)
	})
	if validated {
		out = append(out, GuestPath{Item: "validated"})
	}
	if q.Contract {
		out = append(out, GuestPath{Item: "our_contract"})
	}
	if q.Premier {
		out = append(out, GuestPath{Item: "premier", Physical: PhysicalMay})
	}
	if len(out) == 0 {
		out = append(out, GuestPath{Item: "neither", Physical: PhysicalFirst})
	}
	return append(out, closed...), nil
}

func partner(id string, t policy.ThirdPartyRules) (policy.PartnerRule, error) {
	var known []string
	for _, rule := range t.Partners {
		if rule.ID == id {
			return rule, nil
		}
		known = append(known, rule.ID)
	}
	return policy.PartnerRule{}, Wrong("partner", "guest.partner_unknown", "partner", id, "choices", strings.Join(known, ", "))
}

// missing are the conditions of a partner that are not met (R41).
func (q GuestQuery) missing(rule policy.PartnerRule) []string {
	var out []string
	need := func(wanted, given bool, what string) {
		if wanted && !given {
			out = append(out, what)
		}
	}
	need(rule.Sold == "bundled", q.Bundled, "bundled")
	need(rule.Sold == "hardware_or_services", q.Hardware, "hardware_or_services")
	need(len(rule.Programmes) > 0, contains(rule.Programmes, q.Programme), "programme")
	need(rule.BothContracts, q.BothContracts, "both_contracts")
	need(rule.CertifiedGuests, q.Certified, "certified_guest")
	return out
}

// GuestAdvice is the way to support that a filing about guest software was told,
// and what it rests on.
type GuestAdvice struct {
	Guest    string   `json:"guest"`
	Item     string   `json:"item,omitempty"`    // of the pack's list; "" of a partner
	Partner  string   `json:"partner,omitempty"` // who supports it end to end
	Physical Physical `json:"physical,omitempty"`
}

// guest is the first way that is open to who files; nil: the request is not about
// guest software.
func (c *File) guest(receipt Receipt, p *policy.Pack) (*GuestAdvice, error) {
	if c.Guest == nil {
		return nil, nil
	}
	if c.Kind != Technical {
		return nil, refuse(Conflict, "command.technical_only")
	}
	q := *c.Guest
	q.Product, q.Contract = c.Product, receipt.Contract != 0 || receipt.IncidentPack != 0
	if q.Release == "" {
		q.Release = c.Version
	}
	paths, err := GuestPaths(q, p)
	if err != nil {
		return nil, err
	}
	first := paths[0]
	return &GuestAdvice{Guest: q.Guest, Item: first.Item, Partner: first.Partner, Physical: first.Physical}, nil
}
