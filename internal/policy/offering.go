package policy

// Offering is a support offering that contracts are made on (R52).
type Offering struct {
	ID   string `json:"-"`
	Name Text   `json:"name" pack:"required"`
	// Hours is the coverage as it is sold; web and none promise none.
	Hours string `json:"hours" pack:"required,enum=24x7|24x5|12x5|8x5|web|none"`
	// For is what the offering is meant for.
	For Text `json:"for,omitzero"`
	// Technical: technical requests may be filed on it.
	Technical bool `json:"technical"`
	// NoTargets: requests are answered without a promised time.
	NoTargets bool `json:"no_targets,omitempty"`
	// SupportAdmins is the number of support administrators per contract (R02);
	// 0 means that the role does not apply or that the formula counts.
	SupportAdmins       int           `json:"support_admins,omitempty" pack:"min=0"`
	SupportAdminFormula *AdminFormula `json:"support_admin_formula,omitempty"`
	// RegistrantOnly: only the person who registered the product files (R06).
	RegistrantOnly bool           `json:"registrant_only,omitempty"`
	Incidents      *IncidentRules `json:"incidents,omitempty"`
	Channels       Channels       `json:"channels,omitzero"`
	// Targets by severity level.
	Targets map[int]TargetRule `json:"targets,omitzero" pack:"ref=severities"`
	// AfterHours: after-hours support may be bought (R33).
	AfterHours bool `json:"after_hours,omitempty"`
	// Covers24x7 are the severities worked on around the clock.
	Covers24x7  []int    `json:"covers_24x7,omitempty" pack:"ref=severities"`
	Remote      bool     `json:"remote,omitempty"`                                        // remote sessions
	RCA         bool     `json:"rca,omitempty"`                                           // root cause analysis
	Updates     bool     `json:"updates,omitempty"`                                       // maintenance releases
	Upgrades    bool     `json:"upgrades,omitempty"`                                      // minor and major releases
	Requests    string   `json:"requests,omitempty" pack:"enum=unlimited|incidents|none"` // how many technical requests
	MinLicences int      `json:"min_licences,omitempty" pack:"min=0"`                     // fewer cannot buy it
	Terms       []string `json:"terms,omitempty" pack:"form=period"`                      // ISO 8601: P1Y, P3Y
	Needs       []string `json:"needs,omitempty" pack:"ref=offerings"`                    // one of these must be held beneath it
	Team        string   `json:"team,omitempty" pack:"ref=teams"`                         // that works on its technical requests; empty: by kind
	Extras      []Item   `json:"extras,omitzero"`                                         // senior engineers, account manager
	Products    []string `json:"products,omitempty" pack:"ref=products"`                  // only these; empty: every one under contract
	Queue       string   `json:"queue,omitempty" pack:"form=id"`                          // of its own; empty: that of all technical requests
	Countries   []string `json:"countries,omitempty" pack:"form=country"`                 // only there; empty: everywhere
	Guide       []string `json:"guide" pack:"required,form=guide"`
	Source      string   `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample      bool     `json:"sample,omitempty"`                       // something here, targets aside, is not verified
	Unverified  []string `json:"unverified,omitempty" pack:"form=field"` // which fields, when Sample
}

// resolves tells whether a solution is promised anywhere.
func (p *Pack) resolves() bool {
	for _, o := range p.Offerings {
		for _, t := range o.Targets {
			if t.Resolve != nil {
				return true
			}
		}
	}
	return false
}

// Target finds the rule for a severity. Without one nothing is promised.
func (o Offering) Target(severity int) (TargetRule, bool) {
	t, ok := o.Targets[severity]
	return t, ok
}

// TargetRule is what an offering promises at one severity (R24, A1, A24).
type TargetRule struct {
	First Amount `json:"first" pack:"required"`
	// Update is the span to the next update, restarted by every public staff
	// entry (A24); Resolve a target for the solution. Nil: none is promised.
	Update  *Amount `json:"update,omitempty"`
	Resolve *Amount `json:"resolve,omitempty"`
	// Hours replaces the offering's for this severity; empty: the offering's.
	Hours string `json:"hours,omitempty" pack:"enum=24x7|24x5|12x5|8x5"`
	// Channel that the customer has to use, or had better use, at this severity.
	Channel ChannelRule `json:"channel,omitzero"`
	// OptIn is work around the clock that the customer has to ask for.
	OptIn  *OptIn   `json:"opt_in,omitempty"`
	Guide  []string `json:"guide" pack:"required,form=guide"`
	Sample bool     `json:"sample,omitempty"`
	Source string   `json:"source" pack:"required,enum=guide|published|general|decided"`
}

// OptIn is 24x7 work on request and what it asks of the customer.
type OptIn struct {
	First      Amount  `json:"first" pack:"required,form=elapsed"`
	Update     *Amount `json:"update,omitempty" pack:"form=elapsed"`
	Conditions []Item  `json:"conditions" pack:"required"`
	// Recheck is how often the customer's presence is asked for; LowerTo the
	// severity that follows when the conditions no longer hold.
	Recheck Amount `json:"recheck,omitzero" pack:"form=elapsed"`
	LowerTo int    `json:"lower_to,omitempty" pack:"ref=severities"`
}

// ChannelRule names channels for one severity. The zero value asks for none.
type ChannelRule struct {
	Required    []string `json:"required,omitempty" pack:"enum=phone|portal|mail|api"`
	Recommended []string `json:"recommended,omitempty" pack:"enum=phone|portal|mail|api"`
}

// Channels are those by which requests come in and answers go out (R24).
type Channels struct {
	In  []string `json:"in" pack:"required,enum=phone|portal|mail|api"`
	Out []string `json:"out" pack:"required,enum=phone|portal|mail|api"`
}

// IncidentRules is support by number of incidents (R52, A20).
type IncidentRules struct {
	Packs []int  `json:"packs" pack:"required,min=1"`
	Valid string `json:"valid" pack:"required,form=period"` // ISO 8601: P1Y
	// GivesBack lists the completion reasons that return the incident.
	GivesBack []string `json:"gives_back,omitempty" pack:"ref=reasons"`
	// GivesBackUnanswered do so only before a first response.
	GivesBackUnanswered []string `json:"gives_back_unanswered,omitempty" pack:"ref=reasons"`
	// GivesBackDefect: so does a link to a defect of the product.
	GivesBackDefect bool     `json:"gives_back_defect,omitempty"`
	Guide           []string `json:"guide,omitempty" pack:"form=guide"`
}

// AdminFormula gives the number of support administrators by the number of
// licences or subscriptions held: the first step whose UpTo is not exceeded,
// and beyond the last one Add more for each further Per.
type AdminFormula struct {
	Steps []AdminStep `json:"steps" pack:"required"`
	Per   int         `json:"per" pack:"required,min=1"`
	Add   int         `json:"add" pack:"required,min=1"`
}

// AdminStep is one step of the formula: up to so many held, so many admins.
type AdminStep struct {
	UpTo   int `json:"up_to" pack:"required,min=1"`
	Admins int `json:"admins" pack:"required,min=1"`
}

// Admins gives the number of support administrators of a contract that holds
// so many licences or subscriptions.
func (o Offering) Admins(held int) int {
	f := o.SupportAdminFormula
	if f == nil || len(f.Steps) == 0 {
		return o.SupportAdmins
	}
	for _, s := range f.Steps {
		if held <= s.UpTo {
			return s.Admins
		}
	}
	last := f.Steps[len(f.Steps)-1]
	further := (held - last.UpTo + f.Per - 1) / f.Per
	return last.Admins + further*f.Add
}
