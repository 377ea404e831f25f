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
// what for.
func Route(lang string, r support.Route) string { return Word(lang, "route", r.ID) }
