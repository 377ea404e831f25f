package policy

// Product is what the pack knows of a product: how it is registered and which
// kind of support exists for it (R06, R14). Versions are rows of the desk.
type Product struct {
	ID   string `json:"-"`
	Name Text   `json:"name" pack:"required"`
	// Also are other names by which it is looked for: as it is spoken, in kana, or
	// what it was called before.
	Also []string `json:"also,omitempty"`
	// Class chooses among severity definitions; empty: the general ones.
	Class string `json:"class,omitempty" pack:"enum=server|desktop|service|developer"`
	// Registration ties the product to a contract at purchase, or by hand (R14).
	Registration string `json:"registration" pack:"required,enum=automatic|manual|none"`
	Kind         string `json:"kind" pack:"required,enum=contract|complimentary|open_source|beta|sdk|evaluation|acquired"`
	// Complimentary support lasts so long from registration (ISO 8601); empty:
	// none for this product.
	Complimentary string `json:"complimentary,omitempty" pack:"form=period"`
	// PhoneCalendar limits the phone to these hours; empty: as PhoneRules (R21).
	PhoneCalendar string `json:"phone_calendar,omitempty" pack:"ref=calendars"`
	// Procedure and Until: support of an acquired company's product follows
	// this procedure until the day (exclusive, YYYY-MM-DD, UTC) (R01).
	Procedure Text   `json:"procedure,omitzero"`
	Until     string `json:"until,omitempty" pack:"form=date"`
	// Platforms are products whose contracts cover this one too (R42).
	Platforms []string `json:"platforms,omitempty" pack:"ref=products"`
	// Editions are commercial editions of the same component, which stay
	// supported (R44).
	Editions []string `json:"editions,omitempty" pack:"ref=products"`
	// Targets replace those of the offering at their severities (R01).
	Targets map[int]TargetRule `json:"targets,omitzero" pack:"ref=severities"`
	// Experimental are features that the release notes of some versions name as
	// such (R32).
	Experimental []Feature `json:"experimental,omitzero"`
	Routes       []string  `json:"routes,omitempty" pack:"ref=routes"` // where to go without entitlement
	Guide        []string  `json:"guide" pack:"required,form=guide"`
	Source       string    `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample       bool      `json:"sample,omitempty"`
}

// Feature is an experimental feature of some versions of a product (R32).
type Feature struct {
	ID       string   `json:"id" pack:"required,form=id"`
	Versions []string `json:"versions" pack:"required"`
	Text     Text     `json:"text" pack:"required"`
	Guide    []string `json:"guide" pack:"required,form=guide"`
	Source   string   `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample   bool     `json:"sample,omitempty"`
}

// ExperimentalRules is feedback on experimental features (R32). The zero value:
// they are reported like everything else.
type ExperimentalRules struct {
	Severities []int    `json:"severities" pack:"required,ref=severities"` // that may be filed
	Note       Text     `json:"note" pack:"required"`
	Guide      []string `json:"guide" pack:"required,form=guide"`
}

// Phase is a phase of a version's life cycle and what it still allows.
type Phase struct {
	ID         string   `json:"id" pack:"required,enum=general_support|technical_guidance|end_of_support_life"`
	Name       Text     `json:"name" pack:"required"`
	Severities []int    `json:"severities" pack:"required,ref=severities,empty"` // that may be filed
	Channels   []string `json:"channels" pack:"required,enum=phone|portal|mail|api,empty"`
	Fixes      bool     `json:"fixes,omitempty"` // updates, patches and bug fixes are made
	Note       Text     `json:"note,omitzero"`
	Source     string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample     bool     `json:"sample,omitempty"`
}

// ScopeRule says what belongs to technical support for some kinds of products
// and what does not, and where to go instead (R30-R32, R42-R44).
type ScopeRule struct {
	ID      string   `json:"id" pack:"required,form=id"`
	Kinds   []string `json:"kinds" pack:"required,enum=contract|complimentary|open_source|beta|sdk|evaluation|acquired|experimental"`
	InScope bool     `json:"in_scope"`
	Text    Text     `json:"text" pack:"required"`
	// Question is what the customer chooses before filing; empty: not asked.
	Question Text `json:"question,omitzero"`
	// Evidence is what the customer brings before the request is taken up (R43).
	Evidence []Item   `json:"evidence,omitzero"`
	Routes   []string `json:"routes,omitempty" pack:"ref=routes"`
	Guide    []string `json:"guide" pack:"required,form=guide"`
}

// BetaRules is support of beta products (R35-R38). The zero value: no betas.
type BetaRules struct {
	Acknowledge Amount   `json:"acknowledge" pack:"required,form=elapsed"`
	Channels    []string `json:"channels" pack:"required,enum=phone|portal|mail|api"`
	// Offering is what members file on; it promises no time.
	Offering   string `json:"offering,omitempty" pack:"ref=offerings"`
	Programmes []Item `json:"programmes" pack:"required"` // public, private
	// EndsWith is the reason by which its requests complete when it ends.
	EndsWith    string   `json:"ends_with" pack:"required,ref=reasons"`
	KeepDefects bool     `json:"keep_defects"`             // bugs stay tracked (R36)
	Features    Text     `json:"features" pack:"required"` // what becomes of feature requests (R37)
	Guide       []string `json:"guide" pack:"required,form=guide"`
}

// BatchRules is how mails leave that many customers get for one cause: a fix, a
// broadcast, the end of a beta. The zero value: all at once.
type BatchRules struct {
	MailsPerMinute int      `json:"mails_per_minute" pack:"required,min=1"`
	Guide          []string `json:"guide" pack:"required,form=guide"`
	Source         string   `json:"source" pack:"required,enum=guide|published|general|decided"`
}
