package support

import "time"

// Receipt is the entitlement decision with everything that it rests on. It is
// shown to whoever asks why, and kept in the request that was filed by it.
type Receipt struct {
	At      time.Time `json:"at"`
	Pack    string    `json:"pack"`
	Kind    Kind      `json:"kind"`
	Product string    `json:"product,omitempty"`
	Version string    `json:"version,omitempty"`
	Phase   Phase     `json:"phase,omitempty"`
	// GeneralUntil and GuidanceUntil are the announced ends of the version's
	// phases, exclusive.
	GeneralUntil  time.Time `json:"general_until,omitzero"`
	GuidanceUntil time.Time `json:"guidance_until,omitzero"`
	// Scope is the question of scope that was answered, Feature the experimental
	// feature that it is about (R32, R42).
	Scope   string `json:"scope,omitempty"`
	Feature string `json:"feature,omitempty"`
	// LegacyUntil is when the procedure of an acquired company ends (R01).
	LegacyUntil time.Time `json:"legacy_until,omitzero"`
	Channel     Channel   `json:"channel"`
	Severity    int       `json:"severity,omitempty"`

	Allowed bool  `json:"allowed"`
	Basis   Basis `json:"basis,omitempty"`
	// Contract that fits, or that would if the role did.
	Contract     int64  `json:"contract,omitempty"`
	Number       string `json:"contract_number,omitempty"`
	Account      int64  `json:"account,omitempty"` // that the request will belong to
	Offering     string `json:"offering,omitempty"`
	IncidentPack int64  `json:"incident_pack,omitempty"`
	Exception    int64  `json:"exception,omitempty"` // A21
	Region       string `json:"region,omitempty"`

	Considered []Considered `json:"considered,omitempty"`
	// Grounds are the reasons of the decision as a whole.
	Grounds  []Ground  `json:"grounds"`
	Coverage *Coverage `json:"coverage,omitempty"`
	// Routes are open when the request is refused (R19, R30).
	Routes []Route `json:"routes,omitempty"`
}

// Basis is what a request may be filed on (R06, R19).
type Basis string

// Bases.
const (
	ByContract      Basis = "contract"
	ByIncident      Basis = "incident"
	ByComplimentary Basis = "complimentary"
	ByAccount       Basis = "account"   // CS requests
	ByException     Basis = "exception" // A21
)

// Considered is one contract or registration and whether it fits.
type Considered struct {
	Contract int64    `json:"contract,omitempty"`
	Number   string   `json:"number,omitempty"`
	Offering string   `json:"offering,omitempty"`
	Fits     bool     `json:"fits"`
	Grounds  []Ground `json:"grounds"`
}

// Ground is one reason: a message of the catalogues, its arguments and the
// guide's ids that it rests on.
type Ground struct {
	Key   string            `json:"key"`
	Args  map[string]string `json:"args,omitempty"`
	Rules []string          `json:"rules"`
}

// Coverage is what follows from a decision: which hours, which target, and
// whether after-hours support can be bought.
type Coverage struct {
	Hours    string `json:"hours"` // 24x7, 12x5
	Calendar string `json:"calendar,omitempty"`
	Zone     string `json:"zone,omitempty"`
	// OpenNow and NextOpenAt are of the calendar that the target counts in.
	OpenNow    bool      `json:"open_now"`
	NextOpenAt time.Time `json:"next_open_at,omitzero"`
	Target     *Target   `json:"target,omitempty"`
	// AnsweredBy are the ways by which answers go out (R24); none for customer
	// service, which answers as it was asked.
	AnsweredBy []string `json:"answered_by,omitempty"`
	// AfterHours is hidden (not for this contract, severity or environment) or
	// purchasable.
	AfterHours string `json:"after_hours"`
	CallNow    bool   `json:"call_now,omitempty"` // A14
	// Remote: the offering has remote sessions (R52).
	Remote bool `json:"remote,omitempty"`
	// Service is in which language service is there, and when (R47, R48).
	Service *Service `json:"service,omitempty"`
}

// Route is a way that stays open, by the id that the pack's intake.routes gives
// it: community, purchase, self_help and others.
type Route struct {
	ID    string   `json:"id"`
	Rules []string `json:"rules"`
}

// Query is what somebody wants to file, or only to know.
type Query struct {
	Kind        Kind
	Contract    int64 // 0: the best that fits
	Product     string
	Version     string
	Channel     Channel
	Severity    int
	Region      string
	Environment string
	At          time.Time
	// Scope answers the question of scope, Feature names an experimental feature,
	// Unsupported says that the configuration is not a supported one.
	Scope       string
	Feature     string
	Unsupported bool
	// Language in which service is wanted; "" = the contact's.
	Language string
	// Standing: the request is filed already, so its contract is judged and not
	// the person, the channel or the incidents that are left (A20, A21).
	Standing bool
	// Held is the incident pack of which the request holds one already.
	Held int64
}
