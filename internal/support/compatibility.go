package support

import (
	"slices"

	"madoguchi/internal/policy"
)

// Lookup is what the compatibility guide says of a component (R39).
type Lookup string

// Answers of the compatibility guide.
const (
	Listed             Lookup = "listed"
	ListedWithNote     Lookup = "listed_with_note"
	ListedOtherRelease Lookup = "listed_other_release" // of the product, or of the component
	NotListed          Lookup = "not_listed"
)

// Supported tells whether the guide lists the configuration.
func (l Lookup) Supported() bool { return l == Listed || l == ListedWithNote }

// CompatibilityQuery is a component beside a product. Empty releases and versions
// are not known and narrow nothing.
type CompatibilityQuery struct {
	Product, Release string
	Vendor, Model    string
	Version          string // of the component's firmware or driver
}

// Compatibility is the guide's answer. Entry and Note are zero when nothing is
// listed; Releases and Versions are those that are.
type Compatibility struct {
	Lookup   Lookup
	Entry    string
	Note     policy.Text
	Releases []string
	Versions []string
}

// Compatible looks a component up in the compatibility guide. Names are compared
// but for case and space.
func Compatible(q CompatibilityQuery, p *policy.Pack) Compatibility {
	out := Compatibility{Lookup: NotListed}
	for _, row := range p.ThirdParty.Compatible {
		if !policy.Same(row.Vendor, q.Vendor) || !policy.Same(row.Model, q.Model) {
			continue
		}
		for _, x := range row.Listed {
			if x.Product != q.Product {
				continue
			}
			out = Compatibility{Lookup: ListedOtherRelease, Entry: row.ID, Releases: x.Releases, Versions: row.Versions}
			if !oneOf(x.Releases, q.Release) || !oneOf(row.Versions, q.Version) {
				continue
			}
			if out.Lookup = Listed; len(x.Note) > 0 {
				out.Lookup, out.Note = ListedWithNote, x.Note
			}
			return out
		}
	}
	return out
}

// oneOf tells whether a list holds a name, or either says nothing.
func oneOf(list []string, name string) bool {
	return len(list) == 0 || name == "" || slices.ContainsFunc(list, func(s string) bool { return policy.Same(s, name) })
}
