package scenario

import "time"

// State is what a driver sees of a request after a step. People are keys of
// the fixtures, absent instants are zero.
type State struct {
	Now time.Time

	Number, Kind, Stage, Turn string
	Severity, Priority        int
	Owner                     string   // "nobody"
	Owners                    []string // in their order
	Queue                     string   // "" when owned
	Watchers, Seconds         []string
	// Links are other requests by kind of link (duplicate_of, duplicates, follows,
	// followed_by), as the scenario calls them.
	Links    map[string][]string
	Offer    string // to whom a queued request is offered; "": nobody
	Language string

	Targets []Target
	Asks    []Ask
	// Gathered is the checklist of what helps: missing, asked or given, by id.
	Gathered map[string]string
	// Thirds are the components of other vendors.
	Thirds  []Third
	Silence Silence
	Waiting Waiting

	Raise      int // severity that is asked for; 0: none
	Lowering   Lowering
	AfterHours AfterHours
	HandOver   HandOver
	Escalation Escalation
	Proposal   string // reason that is proposed

	Reason      string // of completion
	ReopenUntil time.Time
	Survey      Survey
	Items       []string // R51 items that came
	Missing     []string
	Approval    string // not_needed, needed, given
	Comments    int
	// OpensAt is when the business hours of the request next run; Now when they run.
	OpensAt time.Time

	Notices []Notice
	Events  []Event
	// Public are the kinds of events that the customer sees.
	Public []string
	// Shown is the answer to a question: entitle, caller.
	Shown    map[string]string
	Licences []Licence
	// Mails are the texts of what left, by recipient and template; drivers that
	// render nothing leave it nil.
	Mails []Mail
}

// Target is one clock.
type Target struct {
	Metric, State, Amount, Calendar string
	N                               int
	Due, Warn, Met                  time.Time
	Elapsed                         time.Duration
	ReplacedBy                      string // metric, when replaced
	Capped                          bool
}

// Ask is one ask with its state.
type Ask struct {
	N                     int
	Kind, Of, State, Item string
}

// Third is a component of another vendor.
type Third struct {
	N                int
	Lookup, State    string
	Sharing, Overdue bool
	Collaboration    string // its state; "" when none was opened
	RespondBy        time.Time
	Why, Finding     string
}

// Silence is how far completion by silence is.
type Silence struct {
	Attempts, Needed, Days, DaysNeeded int
	Earliest, Permitted                time.Time
	Blocked                            string
}

// Waiting is what is waited for, Kind "" for nothing.
type Waiting struct {
	Kind  string
	Since time.Time
}

// Lowering is a proposed lower severity; To 0: none.
type Lowering struct {
	To     int
	Ground string
	Held   bool
}

// AfterHours is after-hours support: none, offered, declined, active, ended.
type AfterHours struct {
	State   string
	Seconds int64
}

// HandOver is an announced change of owner; To "": none.
type HandOver struct {
	To          string
	EffectiveAt time.Time
}

// Escalation is none, active or ended.
type Escalation struct {
	State, Engineer, Manager string
	Checkpoints              []time.Time
}

// Survey is none, requested, withheld or answered.
type Survey struct {
	State, Why     string
	Last, Eligible time.Time
}

// Notice is something that somebody was told: a mail or a page.
type Notice struct {
	Kind, Template, To string
	At                 time.Time
}

// Event is a fact with its body flattened: "consent.how" → "phone".
type Event struct {
	Seq    int64
	Kind   string
	By     string
	At     time.Time
	Fields map[string]string
}

// Licence is a licence key of the request's contract.
type Licence struct {
	Key, Version string
	Units        int
	Superseded   bool
}

// Mail is a mail as it left.
type Mail struct {
	To, Template, Text string
}

// Refusal is the answer to a step that was refused.
type Refusal struct {
	Code, Key, Field string
	Routes           []string
}
