package support

import (
	"strings"
	"time"

	"madoguchi/internal/policy"
)

// Release is a version that is newer than a licence's, and whether the contract
// gives it (R03, R52).
type Release struct {
	Version string
	// Kind is major (x.0), minor (x.1) or maintenance (x.1.1), by the first part
	// of the version's name that differs.
	Kind string
	// Available: the offering gives releases of this kind and the contract holds.
	Available bool
}

// Releases lists what was released after a version of a product, as far as it
// is out at an instant, in the product's order. Maintenance releases come with
// an offering's updates, minor and major ones with its upgrades; a contract that
// is not active or over gives none.
func Releases(c Contract, o policy.Offering, p Product, version string, at time.Time) []Release {
	holds := c.State == ContractActive && !at.Before(c.StartsAt) && at.Before(c.EndsAt)
	var from Version
	for _, v := range p.Versions {
		if v.Name == version {
			from = v
		}
	}
	if from.Name == "" {
		return nil
	}
	var out []Release
	for _, v := range p.Versions {
		if v.Name == version || !v.ReleasedAt.After(from.ReleasedAt) || v.ReleasedAt.After(at) {
			continue
		}
		kind := releaseKind(version, v.Name)
		given := o.Upgrades
		if kind == "maintenance" {
			given = o.Updates
		}
		out = append(out, Release{Version: v.Name, Kind: kind, Available: holds && given})
	}
	return out
}

// releaseKind compares the parts of two names; a part that is missing is 0.
func releaseKind(from, to string) string {
	a, b := strings.Split(from, "."), strings.Split(to, ".")
	part := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return "0"
	}
	switch {
	case part(a, 0) != part(b, 0):
		return "major"
	case part(a, 1) != part(b, 1):
		return "minor"
	}
	return "maintenance"
}
