package lang

import "madoguchi/internal/support"

// Error says in words what was refused, what is safe, and what to do next. The
// receipt of a refusal for lack of entitlement is not part of it; see [Ground]
// and [Route].
func Error(lang string, e *support.Error) string { return Voice{Lang: lang}.Error(e) }

// Error is [Error] in this voice.
func (v Voice) Error(e *support.Error) string { return v.Message(e.Key, e.Args) }

// Ground is one reason of an entitlement decision in words.
func Ground(lang string, g support.Ground) string { return Voice{Lang: lang}.Ground(g) }

// Ground is [Ground] in this voice.
func (v Voice) Ground(g support.Ground) string { return v.Message(g.Key, g.Args) }

// Route is a way that stays open after a refusal, in words: where to go and
// what for. A route of a pack that the catalogue does not know is told in the
// pack's words by [Voice.Route].
func Route(lang string, r support.Route) string { return Voice{Lang: lang}.Route(r) }

// Route is [Route] in this voice.
func (v Voice) Route(r support.Route) string {
	if v.Pack != nil && !Has(v.Lang, "word.route."+r.ID) {
		if t := itemOf(v.Pack.Intake.Routes, r.ID); t != nil {
			return t.In(v.language())
		}
	}
	return v.Word("route", r.ID)
}
