package policy

// Severity is one level of the customer's impact (R18). Level 1 is the highest.
type Severity struct {
	Level int  `json:"level" pack:"required,min=1,max=9"`
	Name  Text `json:"name" pack:"required"`
	// Definition lists the criteria of which at least one must hold.
	Definition []Criterion `json:"definition" pack:"required"`
	// DefinitionFor replaces Definition for a class of products.
	DefinitionFor map[string][]Criterion `json:"definition_for,omitzero" pack:"keys=server|desktop|service|developer"`
	// Duty is what the customer does in return at this level; may be empty.
	Duty Text `json:"duty,omitzero"`
	// People is what follows when a request names nobody who is kept available:
	// ask asks for them and refuses nothing; empty: nothing (R54).
	People string `json:"people,omitempty" pack:"enum=ask"`
	// CallNow: a request filed in writing is told to call, with the number (A14).
	CallNow bool `json:"call_now,omitempty"`
	// NeedsImpact: the business impact has to be written down.
	NeedsImpact bool     `json:"needs_impact,omitempty"`
	Guide       []string `json:"guide" pack:"required,form=guide"`
}

// Criterion is one statement that can be ticked when a severity is chosen.
type Criterion struct {
	ID   string `json:"id" pack:"required,form=id"`
	Text Text   `json:"text" pack:"required"`
}

// SeverityRules is how a severity changes (R29, A4, A14, A16-A18).
type SeverityRules struct {
	// AutoGrant: a raise that the customer asks takes effect at once (A16).
	AutoGrant bool `json:"auto_grant"`
	// DecideWithin pages duty when a raise to a severity of PageRaise is
	// undecided for so long (A4); zero means never.
	DecideWithin Amount `json:"decide_within,omitzero" pack:"form=elapsed"`
	PageRaise    []int  `json:"page_raise,omitempty" pack:"ref=severities"`
	// PageWeb are the severities that page duty when filed in writing (A14).
	PageWeb []int `json:"page_web,omitempty" pack:"ref=severities"`
	// Hold is when a customer who cannot be reached is put on hold (A18).
	Hold HoldRule `json:"hold,omitzero"`
	// WarnPercent is that of the clocks; it stands here for the core.
	WarnPercent int `json:"-"`
	// Lower says who may lower a severity and what it takes (A16, A17).
	Lower []Item   `json:"lower,omitzero"`
	Guide []string `json:"guide" pack:"required,form=guide"`
}

// HoldRule: after so many documented attempts within a span a request of the
// severity is put on hold and a lowering is proposed (A18). Zero: never.
type HoldRule struct {
	Severity int    `json:"severity" pack:"required,ref=severities"`
	Attempts int    `json:"attempts" pack:"required,min=1"`
	Within   Amount `json:"within" pack:"required,form=elapsed"`
}
