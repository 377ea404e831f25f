package support

import (
	"cmp"
	"slices"
	"time"

	"madoguchi/internal/policy"
)

// Routing gives a queued request to a fitting person (R15): of the offering's
// team, with the product among their skills, who speaks the request's language,
// is not away, sees the request, and works now because their centre is open or they are on the
// rota. Of those the one with the fewest open requests. It is a function of rows
// and an instant; what it considered stands in the fact.

// Candidate is a member of staff whom routing may consider.
type Candidate struct {
	Staff
	// Open is how many open requests they own.
	Open int
	// OnShift: they are on duty for the team by its rota, or by their own duty.
	OnShift bool
	Absent  bool
	// Blind: they do not see the request, which is kept to others.
	Blind bool
}

// RouteToStaff asks the desk to find an engineer for a queued request.
type RouteToStaff struct{}

// Name implements [Command].
func (*RouteToStaff) Name() string { return "route" }

// Texts implements [Command].
func (*RouteToStaff) Texts() []*Text { return nil }

// Routed is what routing decided on and why. Staff is 0 when nobody fits: the
// request stays queued and duty is told.
type Routed struct {
	Team       string        `json:"team"`
	Staff      int64         `json:"staff,omitempty"`
	Considered []RoutedStaff `json:"considered,omitempty"` // who fits first
	// More is how many others were considered and are not listed.
	More int `json:"more,omitempty"`
}

// RoutedStaff is one who was considered, and why they fit or not.
type RoutedStaff struct {
	Staff   int64    `json:"staff"`
	Fits    bool     `json:"fits"`
	Open    int      `json:"open"`
	Grounds []Ground `json:"grounds"`
}

// maxConsidered bounds the receipt.
const maxConsidered = 30

func (Routed) factKind() string { return "routed" }

func (b Routed) apply(r *Request, f Fact) { r.Routed, r.RoutedAt = &b, f.At }

func (c *RouteToStaff) decide(d *decision) error {
	if d.r.Owner != 0 {
		return refuse(Conflict, "request.owned", "number", SpokenNumber(d.r.ID))
	}
	d.route(d.by)
	return nil
}

// route records what was decided, and who owns the request by it.
func (d *decision) route(by Actor) {
	found := FindStaff(d.r.Filed, d.w.Crew, d.at, d.p)
	d.recordAs(by, found)
	if found.Staff != 0 {
		d.recordAs(by, Assigned{Staff: found.Staff, Why: "routed"})
	}
}

// FindStaff finds who takes a request, and says of everybody in its team why
// they fit or not.
func FindStaff(f Filed, crew []Candidate, at time.Time, p *policy.Pack) Routed {
	id := p.TeamFor(f.Offering, string(f.Kind))
	team, _ := p.Work.Team(id)
	out := Routed{Team: id}
	far := map[int64]bool{} // who speaks the base language only
	for _, c := range crew {
		if !c.Active || !c.inTeam(team) || !(World{Roles: c.Roles}).Has(fitting(f.Kind)...) {
			continue
		}
		s := RoutedStaff{Staff: c.ID, Fits: true, Open: c.Open}
		e := evaluation{f: f, c: c, p: p, at: at, to: &s}
		if c.Blind {
			e.say(false, "routing.sees_not", []string{"A13"})
		}
		e.there()
		e.skills(team.Skills)
		far[c.ID] = e.language()
		out.Considered = append(out.Considered, s)
	}
	slices.SortStableFunc(out.Considered, func(a, b RoutedStaff) int {
		return cmp.Or(before(a.Fits, b.Fits), before(!far[a.Staff], !far[b.Staff]), cmp.Compare(a.Open, b.Open), cmp.Compare(a.Staff, b.Staff))
	})
	if len(out.Considered) > 0 && out.Considered[0].Fits {
		first := &out.Considered[0]
		out.Staff = first.Staff
		first.Grounds = append(first.Grounds, ground("routing.fewest", []string{"R15"}, "n", itoa(first.Open)))
	}
	if n := len(out.Considered); n > maxConsidered {
		out.Considered, out.More = out.Considered[:maxConsidered], n-maxConsidered
	}
	return out
}

// before orders what holds before what does not.
func before(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// inTeam tells whether the candidate holds one of the team's roles.
func (c Candidate) inTeam(t policy.Team) bool {
	return slices.ContainsFunc(c.Roles, func(r Role) bool { return slices.Contains(t.Roles, string(r)) })
}

// evaluation is one candidate held against a request.
type evaluation struct {
	f  Filed
	c  Candidate
	p  *policy.Pack
	at time.Time
	to *RoutedStaff
}

func (e *evaluation) say(fits bool, key string, rules []string, args ...string) {
	e.to.Fits = e.to.Fits && fits
	e.to.Grounds = append(e.to.Grounds, ground(key, rules, args...))
}

// there: not away, and at work because the centre is open or the rota says so.
func (e *evaluation) there() {
	rules := []string{"R15"}
	if e.c.Absent {
		e.say(false, "routing.absent", rules)
		return
	}
	site, known := e.p.Work.Site(e.c.Site)
	open := false
	if known {
		_, open, _ = e.p.NextOpen(site.Region, e.at)
	}
	switch {
	case e.c.OnShift:
		e.say(true, "routing.on_shift", rules)
	case open:
		e.say(true, "routing.site_open", rules, "site", site.ID)
	case known:
		e.say(false, "routing.site_closed", rules, "site", site.ID)
	default:
		e.say(false, "routing.no_shift", rules)
	}
}

// skills are the team's, and the product of a technical request.
func (e *evaluation) skills(needed []string) {
	if e.f.Product != "" && e.f.Kind == Technical {
		needed = append(slices.Clone(needed), e.f.Product)
	}
	for _, skill := range needed {
		if slices.Contains(e.c.Skills, skill) {
			e.say(true, "routing.skill", []string{"R09", "R15"}, "skill", skill)
		} else {
			e.say(false, "routing.no_skill", []string{"R09", "R15"}, "skill", skill)
		}
	}
}

// language: whoever speaks the request's language goes before those who speak
// the pack's base language only (R47).
func (e *evaluation) language() (far bool) {
	base := e.p.Work.Routing.BaseLanguage
	switch {
	case slices.Contains(e.c.Languages, e.f.Language):
		e.say(true, "routing.language", []string{"R47"}, "language", e.f.Language)
	case base != "" && slices.Contains(e.c.Languages, base):
		e.say(true, "routing.base_language", []string{"R47"}, "language", base)
		return true
	default:
		e.say(false, "routing.no_language", []string{"R47"}, "language", e.f.Language)
	}
	return false
}

// Suits tells whether somebody of the staff who is at work would be found for a
// request of the queue: by their team, skills and languages (R15, R47).
func Suits(r Row, s Staff, at time.Time, p *policy.Pack) bool {
	filed := Filed{Kind: r.Kind, Product: r.Product, Offering: r.Offering, Language: r.Language}
	return FindStaff(filed, []Candidate{{Staff: s, OnShift: true}}, at, p).Staff == s.ID
}

// TeamsOf are the teams of the pack in which somebody works.
func TeamsOf(s Staff, p *policy.Pack) []policy.Team {
	var out []policy.Team
	for _, t := range p.Work.Teams {
		has := func(skill string) bool { return slices.Contains(s.Skills, skill) }
		if (Candidate{Staff: s}).inTeam(t) && !slices.ContainsFunc(t.Skills, func(x string) bool { return !has(x) }) {
			out = append(out, t)
		}
	}
	return out
}
