package support

import (
	"slices"
	"time"

	"madoguchi/internal/policy"
)

// openSource: neither sold nor given; the ways of the pack stay open, and a
// commercial edition of the same component is named (R44).
func (e *entitler) openSource(rule policy.Product) {
	e.no("entitlement.open_source", []string{"R44"}, "product", e.q.Product)
	for _, id := range rule.Editions {
		e.yes("entitlement.commercial_edition", []string{"R44"}, "product", id)
	}
	e.routes(rule.Routes...)
}

// LegacyUntil is the instant from which on a product of an acquired company is
// supported here, the beginning of the pack's day in UTC; ok is false for every
// other product (R01).
func LegacyUntil(rule policy.Product) (until time.Time, ok bool) {
	if rule.Kind != "acquired" {
		return time.Time{}, false
	}
	until, err := time.Parse(time.DateOnly, rule.Until)
	return until, err == nil
}

// legacy: a product of an acquired company keeps that company's procedure until
// its day begins, and is supported like any other from that instant on (R01).
func (e *entitler) legacy(rule policy.Product) bool {
	until, ok := LegacyUntil(rule)
	if !ok || e.q.Standing {
		return false
	}
	e.r.LegacyUntil = until
	if !e.r.At.Before(until) {
		return false
	}
	e.no("entitlement.legacy_procedure", []string{"R01"}, "product", e.q.Product, "until", until.Format(time.RFC3339))
	e.routes(rule.Routes...)
	return true
}

// phase holds the request against the life-cycle phase of its version: which
// severities and channels the phase still has, and supported configurations
// only once fixes are over. It tells whether the phase refuses.
func (e *entitler) phase() bool {
	product, _ := e.w.Product(e.q.Product)
	if e.q.Version == "" {
		return false
	}
	i := slices.IndexFunc(product.Versions, func(v Version) bool { return v.Name == e.q.Version })
	if i < 0 {
		e.no("entitlement.version_unknown", []string{"R10"}, "product", product.Name, "version", e.q.Version)
		e.routes("self_help", "licence_team")
		return true
	}
	v := product.Versions[i]
	e.r.Phase, e.r.GeneralUntil, e.r.GuidanceUntil = v.PhaseAt(e.r.At), v.GeneralUntil, v.GuidanceUntil
	if e.r.Phase == PhaseEnded {
		e.no("entitlement.end_of_support_life", []string{"R10"}, "product", product.Name, "version", v.Name)
		e.routes("self_help", "community", "purchase", "security_report")
		return true
	}
	rule, ok := e.p.Phase(string(e.r.Phase))
	if !ok {
		return false
	}
	refused := false
	no := func(key string, args ...string) {
		refused = true
		e.no(key, []string{"R10"}, append([]string{"product", product.Name, "version", v.Name}, args...)...)
	}
	blocked := !e.q.Standing && !contains(rule.Channels, string(e.q.Channel)) && e.q.Channel != ""
	if blocked {
		no("entitlement.phase_channel", "channel", string(e.q.Channel), "phase", string(e.r.Phase))
	}
	if e.q.Severity != 0 && !contains(rule.Severities, e.q.Severity) {
		no("entitlement.phase_severity", "severity", itoa(e.q.Severity), "phase", string(e.r.Phase))
	}
	if e.q.Unsupported && !rule.Fixes {
		no("entitlement.phase_configuration", "phase", string(e.r.Phase))
	}
	if refused && blocked {
		e.routes("portal")
	}
	if refused {
		e.routes("self_help", "community", "purchase", "security_report")
	}
	return refused
}

// outOfScope: the customer's own answer says that it is no technical support;
// the ways of the pack are shown instead (R31, R42, R43).
func (e *entitler) outOfScope() bool {
	if e.q.Scope == "" || e.q.Standing {
		return false
	}
	e.r.Scope = e.q.Scope
	questions, _ := e.p.ScopeQuestions(e.q.Product)
	for _, s := range questions {
		if s.ID == e.q.Scope && s.Outcome() == policy.OutOfScope {
			e.no("entitlement.out_of_scope", s.Guide, "scope", s.ID)
			e.routes(s.Routes...)
			return true
		}
	}
	return false
}

// experimental: feedback without a target, at the severities that the pack
// leaves to it (R32).
func (e *entitler) experimental(rule policy.Product) bool {
	if e.q.Feature == "" {
		return false
	}
	f, ok := rule.Feature(e.q.Feature, e.q.Version)
	if !ok {
		return false
	}
	e.r.Feature = f.ID
	if e.q.Severity != 0 && !contains(e.p.Experimental.Severities, e.q.Severity) {
		e.no("entitlement.experimental_severity", []string{"R32"}, "severity", itoa(e.q.Severity))
		e.routes("feedback", "community", "self_help")
		return true
	}
	e.yes("entitlement.experimental", []string{"R32"}, "product", e.q.Product)
	return false
}

// holds tells whether a contract names the product, or a platform whose
// contracts cover it too (R42).
func (e *entitler) holds(products []string) bool {
	return contains(products, e.q.Product) || slices.ContainsFunc(e.p.Products[e.q.Product].Platforms, func(id string) bool {
		return contains(products, id)
	})
}

// target is what the offering promises for this product; feedback on an
// experimental feature has none (R32).
func (e *entitler) target(o policy.Offering) (policy.TargetRule, bool) {
	if e.r.Feature != "" {
		return policy.TargetRule{}, false
	}
	return e.p.TargetOf(o, e.q.Product, e.q.Severity)
}
