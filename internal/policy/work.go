package policy

import "slices"

// WorkRules is who works on requests and who is called for them (R15, R24,
// R26). The zero value: nobody has a rota, and a page goes to everybody on call
// at once.
type WorkRules struct {
	Teams []Team `json:"teams" pack:"required"`
	// Paging is how long a page waits for an answer. The zero value: it waits for
	// nobody's.
	Paging PagingRules `json:"paging,omitzero"`
	// Sites are the centres at which staff work.
	Sites   []Site       `json:"sites,omitempty"`
	Routing RoutingRules `json:"routing,omitzero"`
}

// Site is a centre; it is open in the business hours of its region.
type Site struct {
	ID     string   `json:"id" pack:"required,form=id"`
	Text   Text     `json:"text" pack:"required"`
	Region string   `json:"region" pack:"required,ref=regions"`
	Guide  []string `json:"guide,omitempty" pack:"form=guide"`
	Source string   `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample bool     `json:"sample,omitempty"`
}

// RoutingRules is how a request finds its engineer (R15). The zero value: by
// hand, and on command among those who speak its language.
type RoutingRules struct {
	// Automatic: a new request is given to somebody at once.
	Automatic bool `json:"automatic,omitempty"`
	// BaseLanguage serves where nobody who fits speaks the request's (R47).
	BaseLanguage string   `json:"base_language,omitempty" pack:"form=language"`
	Guide        []string `json:"guide" pack:"required,form=guide"`
	Source       string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample       bool     `json:"sample,omitempty"`
}

// Site finds a centre by its id.
func (w WorkRules) Site(id string) (Site, bool) {
	for _, s := range w.Sites {
		if s.ID == id {
			return s, true
		}
	}
	return Site{}, false
}

// Team is a team that has a rota, and whose people share work.
type Team struct {
	ID   string `json:"id" pack:"required,form=id"`
	Text Text   `json:"text" pack:"required"`
	// Roles of which a member holds one, and skills that a member has all of.
	Roles  []string `json:"roles" pack:"required,ref=roles"`
	Skills []string `json:"skills,omitempty"`
	// Kinds of requests that are the team's when the offering names no other.
	Kinds  []string `json:"kinds,omitempty" pack:"enum=sr|cs_request"`
	Guide  []string `json:"guide,omitempty" pack:"form=guide"`
	Source string   `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample bool     `json:"sample,omitempty"`
}

// PagingRules is how a page finds somebody (R24, R33): the first of the rota,
// after NextAfter without an acknowledgement the next one, from DutyAfter on the
// team named Duty.
type PagingRules struct {
	NextAfter Amount   `json:"next_after" pack:"required,form=elapsed"`
	DutyAfter Amount   `json:"duty_after" pack:"required,form=elapsed"`
	Duty      string   `json:"duty" pack:"required,ref=teams"`
	Guide     []string `json:"guide" pack:"required,form=guide"`
	Source    string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample    bool     `json:"sample,omitempty"`
}

// Team finds a team by its id.
func (w WorkRules) Team(id string) (Team, bool) {
	for _, t := range w.Teams {
		if t.ID == id {
			return t, true
		}
	}
	return Team{}, false
}

// WorkOf is what a team works on, as [Pack.TeamFor] gives it to them: requests of a
// kind and, when these are technical ones, of the offerings, sorted; nil: of all of them.
// ok is false when the pack has no such team. A team of both kinds works on the first of them.
func (p *Pack) WorkOf(team string) (kind string, offerings []string, ok bool) {
	t, ok := p.Work.Team(team)
	if !ok {
		return "", nil, false
	}
	if kind = "sr"; len(t.Kinds) > 0 && !slices.Contains(t.Kinds, kind) {
		return t.Kinds[0], nil, true
	}
	offerings = []string{}
	for key := range p.Offerings {
		if p.TeamFor(key, kind) == team {
			offerings = append(offerings, key)
		}
	}
	slices.Sort(offerings)
	return kind, offerings, true
}

// TeamFor is the team that works on a request: the offering's, or that of the
// request's kind; "" when the pack has none.
func (p *Pack) TeamFor(offering, kind string) string {
	if t := p.Offerings[offering].Team; t != "" && kind == "sr" {
		return t
	}
	for _, t := range p.Work.Teams {
		if slices.Contains(t.Kinds, kind) {
			return t.ID
		}
	}
	return ""
}
