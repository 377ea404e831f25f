package policy

import (
	"fmt"
	"slices"
	"strings"
)

// ThirdPartyRules is work with other vendors (R39-R41). The zero value: nothing
// is known of them.
type ThirdPartyRules struct {
	// Lookups are the answers of the compatibility guide.
	Lookups []Item `json:"lookups,omitzero"`
	// Compatible is the guide itself: what was tried together.
	Compatible []Compatible `json:"compatible,omitzero"`
	// RemovalNeedsGrounds: asking to remove a component takes written grounds.
	RemovalNeedsGrounds bool `json:"removal_needs_grounds,omitempty"`
	// WithoutRelationship: the customer's own case there is suggested or required.
	WithoutRelationship string `json:"without_relationship" pack:"required,enum=suggest|require"`
	// RelationshipsFor says for which configurations a relationship is used: any,
	// or those that the guide lists; "" is any.
	RelationshipsFor string `json:"relationships_for,omitempty" pack:"enum=any|listed"`
	// Relationships are the vendors that we reach, and how.
	Relationships []Relationship `json:"relationships,omitzero"`
	// IdleAfter closes a collaboration in which nothing happened; zero: never.
	IdleAfter     Amount        `json:"idle_after,omitzero"`
	Steps         []Item        `json:"steps,omitzero"`
	GuestSoftware []Item        `json:"guest_software,omitzero"` // R40
	Guests        []Guest       `json:"guests,omitzero"`         // R40
	Validated     []Validated   `json:"validated,omitzero"`      // R40
	Partners      []PartnerRule `json:"partners,omitzero"`       // R41
	Guide         []string      `json:"guide" pack:"required,form=guide"`
}

// Compatible is one row of the compatibility guide: a model of a vendor, and the
// releases of our products with which it was tried.
type Compatible struct {
	ID       string   `json:"id" pack:"required,form=id"`
	Category string   `json:"category" pack:"required,enum=system|io_device|storage|guest_os|backup|other"`
	Vendor   string   `json:"vendor" pack:"required"`
	Model    string   `json:"model" pack:"required"`
	Versions []string `json:"versions,omitempty"` // of its firmware or driver; empty: every one
	Listed   []Listed `json:"listed" pack:"required"`
	Source   string   `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample   bool     `json:"sample,omitempty"`
}

// Listed is where a row holds; a note limits it.
type Listed struct {
	Product  string   `json:"product" pack:"required,ref=products"`
	Releases []string `json:"releases" pack:"required"`
	Note     Text     `json:"note,omitzero"`
}

// Relationship is a vendor whom we reach: through TSANet, by a cooperative
// agreement, or as a joint offering that has a page of its own (R39).
type Relationship struct {
	ID     string   `json:"id" pack:"required,form=id"`
	Vendor string   `json:"vendor" pack:"required"`
	Names  []string `json:"names,omitempty"` // by which it is known too
	Kind   string   `json:"kind" pack:"required,enum=tsanet|cooperative|joint"`
	// Respond is by when that vendor answers, by severity; others have no time.
	Respond map[int]Amount `json:"respond,omitempty"`
	// Contact is how our people reach theirs.
	Contact Text     `json:"contact,omitzero"`
	At      string   `json:"at,omitempty"` // the page of a joint offering
	Guide   []string `json:"guide" pack:"required,form=guide"`
	Source  string   `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample  bool     `json:"sample,omitempty"`
}

// Guest is another vendor's software that runs as a guest (R40).
type Guest struct {
	ID     string `json:"id" pack:"required,form=id"`
	Name   Text   `json:"name" pack:"required"`
	Vendor string `json:"vendor" pack:"required"`
}

// Validated is a configuration that the other vendor validated (R40).
type Validated struct {
	Guest    string   `json:"guest" pack:"required,ref=guests"`
	Product  string   `json:"product" pack:"required,ref=products"`
	Releases []string `json:"releases" pack:"required"`
	Source   string   `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample   bool     `json:"sample,omitempty"`
}

// PartnerRule is a partner that supports end to end what it sold (R41).
type PartnerRule struct {
	ID        string `json:"id" pack:"required,form=id"`
	Name      Text   `json:"name" pack:"required"`
	Condition Text   `json:"condition" pack:"required"`
	Covers    Text   `json:"covers" pack:"required"`
	// Sold is how the customer got it: bundled with the partner's hardware, or from
	// a partner whose hardware or services they have.
	Sold string `json:"sold" pack:"required,enum=bundled|hardware_or_services"`
	// Programmes are those of which the customer has one; empty: none is needed.
	Programmes []string `json:"programmes,omitempty" pack:"form=id"`
	// BothContracts: the partner's current contracts for both vendors are needed.
	BothContracts bool `json:"both_contracts,omitempty"`
	// CertifiedGuests: certified guest systems alone are covered.
	CertifiedGuests bool     `json:"certified_guests,omitempty"`
	Guide           []string `json:"guide" pack:"required,form=guide"`
}

// Relationship is a vendor's whom we reach, by any of its names; false: there is
// none (R39). A joint offering comes before the other kinds.
func (r ThirdPartyRules) Relationship(vendor string) (Relationship, bool) {
	var found Relationship
	for _, x := range r.Relationships {
		if !x.known(vendor) {
			continue
		}
		if x.Kind == "joint" || found.ID == "" {
			found = x
		}
	}
	return found, found.ID != ""
}

func (r Relationship) known(vendor string) bool {
	return Same(r.Vendor, vendor) || slices.ContainsFunc(r.Names, func(n string) bool { return Same(n, vendor) })
}

// Same tells whether two names of a vendor, a model or a release are the same
// but for case and space.
func Same(a, b string) bool {
	fold := func(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }
	return fold(a) == fold(b)
}

// thirdParties: every partner's row can be met, and a relationship is with a
// vendor that no other row of its kind names.
func (l *linter) thirdParties() {
	t := l.p.ThirdParty
	answers := []string{"listed", "listed_with_note", "listed_other_release", "not_listed"}
	if len(t.Compatible) > 0 {
		for _, id := range answers {
			if !slices.ContainsFunc(t.Lookups, func(it Item) bool { return it.ID == id }) {
				l.say("third_party.lookups", "the compatibility guide answers %q, which has no words: add it", id)
			}
		}
	}
	for i, x := range t.Relationships {
		for _, y := range t.Relationships[:i] {
			if x.Kind == y.Kind && y.known(x.Vendor) {
				l.say(fmt.Sprintf("third_party.relationships[%d]", i), "%s has a relationship of this kind already: write it once", x.Vendor)
			}
		}
		if x.Kind == "joint" && x.At == "" {
			l.say(fmt.Sprintf("third_party.relationships[%d]", i), "a joint offering is named with its page: write at")
		}
	}
	if len(t.Guests) > 0 || len(t.Partners) > 0 {
		for _, id := range []string{"validated", "our_contract", "premier", "neither"} {
			if !slices.ContainsFunc(t.GuestSoftware, func(it Item) bool { return it.ID == id }) {
				l.say("third_party.guest_software", "the path %q of guest software has no words: add it", id)
			}
		}
	}
}

// thirdParties prints how other vendors' products are dealt with (R39-R41).
func (e *explainer) thirdParties() {
	t := e.p.ThirdParty
	if len(t.Guide) == 0 {
		return
	}
	e.section("@h_third")
	e.bullet(e.named("without_relationship", e.say("="+t.WithoutRelationship)), t.Guide, false)
	if t.RelationshipsFor != "" {
		e.bullet(e.named("relationships_for", e.say("="+t.RelationshipsFor)), t.Guide, false)
	}
	e.items(t.Steps)
	for _, r := range t.Relationships {
		text := e.say("=" + r.Kind)
		for _, n := range keysOfInt(r.Respond) {
			text += e.brackets(e.say("@answers", "n", fmt.Sprint(n), "amount", r.Respond[n].In(e.lang)))
		}
		if r.At != "" {
			text += e.brackets(r.At)
		}
		e.bullet(e.say("@line", "what", r.Vendor, "value", text), r.Guide, r.Sample)
	}
	if !t.IdleAfter.IsZero() {
		e.bullet(e.named("idle_after", t.IdleAfter.In(e.lang)), t.Guide, false)
	}
	for _, c := range t.Compatible {
		var where []string
		for _, x := range c.Listed {
			text := e.in(e.p.Products[x.Product].Name) + " " + strings.Join(x.Releases, separator(e.lang))
			if len(x.Note) > 0 {
				text += e.brackets(strings.TrimSuffix(e.in(x.Note), "."))
			}
			where = append(where, text)
		}
		e.bullet(e.say("@line", "what", c.Vendor+" "+c.Model, "value", strings.Join(where, separator(e.lang))), []string{"R39"}, c.Sample)
	}
	e.items(t.GuestSoftware)
	for _, v := range t.Validated {
		guest := v.Guest
		for _, g := range t.Guests {
			if g.ID == v.Guest {
				guest = e.in(g.Name)
			}
		}
		e.bullet(e.say("@validated", "guest", guest, "product", e.in(e.p.Products[v.Product].Name), "releases", strings.Join(v.Releases, separator(e.lang))), []string{"R40"}, v.Sample)
	}
	for _, p := range t.Partners {
		e.bullet(e.say("@line", "what", e.in(p.Name), "value", e.in(p.Condition)+" → "+e.in(p.Covers)), p.Guide, false)
	}
}

func keysOfInt[V any](m map[int]V) []int {
	var out []int
	for n := range m {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
