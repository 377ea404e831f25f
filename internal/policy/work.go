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

// TeamOf is the team that works on requests of a kind; "" when the pack has no
// team for it.
func (p *Pack) TeamOf(kind string) string {
	for _, t := range p.Work.Teams {
		if slices.Contains(t.Kinds, kind) {
			return t.ID
		}
	}
	return ""
}
