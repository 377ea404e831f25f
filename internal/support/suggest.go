package support

import (
	"strings"

	"madoguchi/internal/policy"
)

// Suggestion is what might already help, or leads elsewhere, before something
// is filed (R05, R10, R30, R31, R45).
type Suggestion struct {
	// Resources are the fitting places of self-help.
	Resources []policy.Item
	// Security: the words speak of a security problem, which is reported in
	// private and never posted. Wish: they speak of a wish for a feature.
	Security, Wish bool
	// Routes are open beside filing, the one that fits best first.
	Routes []Route
}

// Suggest reads what somebody is about to file for a product ("" = not said
// yet). It looks for the pack's words and decides nothing: filing stays open to
// whoever is entitled.
func Suggest(p *policy.Pack, product, text string) Suggestion {
	s := Suggestion{Resources: p.Resources(product), Security: mentions(p.Security.Words, text), Wish: mentions(p.Features.Words, text)}
	add := func(ids ...string) {
		for _, id := range ids {
			s.Routes = append(s.Routes, RouteOf(id))
		}
	}
	if s.Security {
		add("security_report")
	}
	if s.Wish {
		add("feature_request")
	}
	add("self_help")
	if !s.Security {
		add("community", "security_report")
	}
	return s
}

// mentions looks for words as they are written, in small or capital letters.
func mentions(words []string, text string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if w != "" && strings.Contains(text, strings.ToLower(w)) {
			return true
		}
	}
	return false
}

// Deflections are the ways on which a draft may end without a request (R05,
// R30).
func Deflections() []string {
	return []string{"community", "self_help", "developer_community", "download", "legacy_procedure"}
}

// Deflect tells whether a draft may end on a way: what speaks of a security
// problem is never posted where others read it (R45).
func Deflect(p *policy.Pack, product, route, text string) error {
	if !contains(Deflections(), route) {
		return Wrong("route", "deflection.route_unknown", "route", route, "choices", strings.Join(Deflections(), ", "))
	}
	if route != "self_help" && Suggest(p, product, text).Security {
		return Refuse(Conflict, "deflection.security")
	}
	return nil
}
