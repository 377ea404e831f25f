package client

// Policy is what a form needs from the pack in force, in the caller's language.
type Policy struct {
	Pack       string     `json:"pack"` // classic-2010@1
	Title      string     `json:"title"`
	Severities []Severity `json:"severities"`
	Offerings  []Offering `json:"offerings"`
	Regions    []Region   `json:"regions"`
	Products   []Product  `json:"products"`
	Reasons    []Choice   `json:"reasons"` // of completion
	Asks       []Choice   `json:"asks"`    // the nine kinds (R27)
	Waiting    []Choice   `json:"waiting"`
	Platforms  []Choice   `json:"platforms"` // of host and guest (R17)
	Symptoms   []Choice   `json:"symptoms"`
	Changes    []Choice   `json:"changes"`     // kinds of recent changes
	Gathering  []Choice   `json:"gathering"`   // see [Client.Gathering]
	Checks     []Choice   `json:"checks"`      // before an escalation ends
	EndGrounds []Choice   `json:"end_grounds"` // of after-hours support (R34)
	Items      []Choice   `json:"items"`       // R51
	Topics     []Choice   `json:"topics"`      // of CS requests
	Gather     []Choice   `json:"gather"`      // R17
	Routes     []Choice   `json:"routes"`
}

// Choice is one entry of a list to choose from.
type Choice struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	// Rules are the guide's ids.
	Rules []string `json:"rules,omitempty"`
}

// Severity is a level with its definition and what the customer does in return (R18).
type Severity struct {
	Level       int      `json:"level"`
	Name        string   `json:"name"`
	Definition  []Choice `json:"definition"`
	Duty        string   `json:"duty,omitempty"`
	CallNow     bool     `json:"call_now,omitempty"`
	NeedsImpact bool     `json:"needs_impact,omitempty"`
}

// Offering is what can be bought (R52).
type Offering struct {
	ID            string           `json:"id"`
	Name          string           `json:"name"`
	Hours         string           `json:"hours"`
	For           string           `json:"for,omitempty"`
	SupportAdmins int              `json:"support_admins,omitempty"`
	AfterHours    bool             `json:"after_hours"`
	Targets       []OfferingTarget `json:"targets"`
}

// OfferingTarget is the first response at one severity, as the pack writes it.
type OfferingTarget struct {
	Severity int    `json:"severity"`
	First    string `json:"first"`
	Update   string `json:"update,omitempty"`  // "" is none (A24)
	Resolve  string `json:"resolve,omitempty"` // "" is none
	Text     string `json:"text"`
	Sample   bool   `json:"sample,omitempty"` // the number is an illustration
}

// Region is a support region (A19).
type Region struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Zone      string   `json:"zone"`
	Countries []string `json:"countries"`
}

// Product is a supported product with its versions.
type Product struct {
	Key      string           `json:"key"`
	Name     string           `json:"name"`
	Kind     string           `json:"kind,omitempty"`
	Versions []ProductVersion `json:"versions"`
	// Entitled tells whether the contact may file about it now; nil where nobody
	// is named.
	Entitled *bool `json:"entitled,omitempty"`
}

// ProductVersion is a version in its phase of life.
type ProductVersion struct {
	Name  string `json:"name"`
	Phase string `json:"phase"`
}
