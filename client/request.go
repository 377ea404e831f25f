package client

import (
	"encoding/json"
	"time"
)

// File is a request to open (R15, R17, R19). Only Kind and Title are needed
// always; technical requests need product and severity too.
type File struct {
	Kind    string `json:"kind"` // sr, cs_request
	Title   string `json:"title"`
	Text    string `json:"text,omitempty"`
	Channel string `json:"channel,omitempty"` // portal, phone, mail, api; "" is api
	// Contact is the customer number of whom it is about; "" is the caller.
	Contact  string   `json:"contact,omitempty"`
	Contract string   `json:"contract,omitempty"` // "" is the best that fits
	Product  string   `json:"product,omitempty"`
	Version  string   `json:"version,omitempty"`
	Region   string   `json:"region,omitempty"`
	Severity int      `json:"severity,omitempty"` // 1 to 4
	Criteria []string `json:"criteria,omitempty"` // of the severity's definition that hold
	Topic    string   `json:"topic,omitempty"`    // of a CS request
	Items    []string `json:"items,omitempty"`    // given with a CS request (R51)
	Language string   `json:"language,omitempty"`
	// PreferredChannel is how the contact wants to be reached: phone, mail, portal.
	PreferredChannel string `json:"preferred_channel,omitempty"`
	// Scope answers the product's question of scope, Evidence is what it asks for
	// (R42, R43); Feature names an experimental feature (R32).
	Scope    string     `json:"scope,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
	Feature  string     `json:"feature,omitempty"`
	// Configuration is "" or unsupported.
	Configuration string `json:"configuration,omitempty"`
	// Follows is the SR number of the completed request that it takes up (A23).
	Follows string `json:"follows,omitempty"`
	// ReceivedAt is when a mail arrived or a voice message ended (A2); staff only.
	ReceivedAt time.Time `json:"received_at,omitzero"`
	// Beta is the programme in which a member files, BetaSort what: bug, feature,
	// feedback; AcceptProperty agrees that a feature request becomes the vendor's.
	Beta           string  `json:"beta,omitempty"`
	BetaSort       string  `json:"beta_sort,omitempty"`
	AcceptProperty bool    `json:"accept_property,omitempty"`
	Details        Details `json:"details,omitzero"`
	// ThirdParties are components of other vendors; Guest is what is held for other
	// vendors' guest software.
	ThirdParties []NewThirdParty `json:"third_parties,omitempty"`
	Guest        *Guest          `json:"guest,omitempty"`
}

// Details are the fields of a request beside its entries. In [Client.Change]
// a nil one stays as it is.
type Details struct {
	Reference        *string    `json:"reference,omitempty"` // the customer's own
	Environment      *string    `json:"environment,omitempty"`
	Component        *string    `json:"component,omitempty"`
	ErrorString      *string    `json:"error_string,omitempty"`
	RecentChanges    *string    `json:"recent_changes,omitempty"`
	Impact           *string    `json:"impact,omitempty"`
	Workaround       *string    `json:"workaround,omitempty"` // known, none, unknown
	Milestone        *string    `json:"milestone,omitempty"`
	MilestoneAt      *time.Time `json:"milestone_at,omitempty"`
	Severity1        *[]string  `json:"severity1_contacts,omitempty"` // customer numbers
	Tags             *[]string  `json:"tags,omitempty"`
	PreferredChannel *string    `json:"preferred_channel,omitempty"`
	// Changes are recent changes by kind; those of the same kind are replaced.
	// Platforms, Symptom and Gathered are ids of [Gathering] (R17).
	Changes   []Change  `json:"changes,omitempty"`
	Platforms *[]string `json:"platforms,omitempty"`
	Symptom   *string   `json:"symptom,omitempty"`
	Gathered  *[]string `json:"gathered,omitempty"`
}

// Result is what a command has led to: the events that the caller may see and
// the request as it now stands; both are absent when the token is not for
// reading.
type Result struct {
	Number  string  `json:"number"`
	Version int64   `json:"version"`
	Events  []Event `json:"events,omitzero"`
	Request Request `json:"request,omitzero"`
}

// Person is somebody of the customer's side. CustomerNumber is shown to staff
// and to the person.
type Person struct {
	Name           string `json:"name"`
	CustomerNumber string `json:"customer_number,omitempty"`
}

// Member is somebody of the vendor's side.
type Member struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Account is an organisation.
type Account struct {
	ID      string `json:"id"` // opaque
	Name    string `json:"name"`
	Country string `json:"country,omitempty"`
}

// Request is the whole view of a request. Parts that do not apply, or that the
// caller may not see, are absent.
type Request struct {
	Number           string         `json:"number"` // 123-456-789
	Version          int64          `json:"version"`
	Kind             string         `json:"kind"`
	Title            string         `json:"title"`
	Stage            string         `json:"stage"` // opened, worked_on, completed
	Turn             string         `json:"turn"`  // support, customer, third_party, nobody
	Severity         int            `json:"severity,omitempty"`
	Priority         int            `json:"priority,omitempty"` // staff only
	FiledAt          time.Time      `json:"filed_at"`
	ChangedAt        time.Time      `json:"changed_at"`
	Contact          Person         `json:"contact"`
	Account          Account        `json:"account"`
	Contract         string         `json:"contract,omitempty"`
	Offering         string         `json:"offering,omitempty"`
	Product          string         `json:"product,omitempty"`
	ProductVersion   string         `json:"product_version,omitempty"`
	Region           string         `json:"region,omitempty"`
	Language         string         `json:"language,omitempty"`
	PreferredChannel string         `json:"preferred_channel,omitempty"`
	Channel          string         `json:"channel,omitempty"`
	Text             string         `json:"text,omitempty"`
	Follows          string         `json:"follows,omitempty"`
	Beta             string         `json:"beta,omitempty"`      // programme in which it was filed
	BetaSort         string         `json:"beta_sort,omitempty"` // bug, feature, feedback
	FollowedBy       []string       `json:"followed_by,omitempty"`
	Duplicates       []string       `json:"duplicates,omitempty"`
	Type             string         `json:"type,omitempty"` // experimental_feedback
	Scope            string         `json:"scope,omitempty"`
	Evidence         []Evidence     `json:"evidence,omitempty"`
	Feature          string         `json:"feature,omitempty"`
	Details          RequestDetails `json:"details"`
	Owner            *Member        `json:"owner,omitempty"`
	Owners           []Ownership    `json:"owners"`
	Queue            string         `json:"queue,omitempty"`       // staff only
	Restriction      *Restriction   `json:"restriction,omitempty"` // staff only
	Handling         []Handling     `json:"handling,omitempty"`    // staff only
	QueuedSince      time.Time      `json:"queued_since,omitzero"`
	Seconds          []Member       `json:"seconds,omitempty"` // staff only
	Offer            *Offer         `json:"offer,omitempty"`   // staff only
	HandOver         *HandOver      `json:"hand_over,omitempty"`
	Page             *Page          `json:"page,omitempty"` // staff only
	Waiting          *Waiting       `json:"waiting,omitempty"`
	Watchers         []Watcher      `json:"watchers"`
	Asks             []Ask          `json:"asks"`
	Defects          []LinkedDefect `json:"defects,omitempty"`
	Promises         []Promise      `json:"promises"`
	Held             []Held         `json:"held,omitempty"` // staff only
	Reproductions    []Reproduction `json:"reproductions,omitempty"`
	RootCause        *RootCause     `json:"root_cause,omitempty"`
	ThirdParties     []ThirdParty   `json:"third_parties,omitempty"`
	Guest            *GuestAdvice   `json:"guest,omitempty"`
	Silence          *Silence       `json:"silence,omitempty"`
	Raise            *Raise         `json:"raise,omitempty"`
	Lowering         *Lowering      `json:"lowering,omitempty"`
	AfterHours       *AfterHours    `json:"after_hours,omitempty"`
	Escalation       *Escalation    `json:"escalation,omitempty"`
	Proposal         *Proposal      `json:"proposal,omitempty"`
	Completion       *Completed     `json:"completion,omitempty"`
	Survey           *Survey        `json:"survey,omitempty"`
	Approval         *Approval      `json:"approval,omitempty"`
	Next             *Next          `json:"next,omitempty"`
	Advice           []Advice       `json:"advice,omitempty"` // to customers only
	Duty             *Duty          `json:"duty,omitempty"`
	Plans            []Plan         `json:"plans,omitempty"` // by product and day of filing
}

// Advice is something that the customer can do for themselves now.
type Advice struct {
	Kind   string `json:"kind"` // call_now, after_hours_purchasable, after_hours_offered
	Text   string `json:"text"`
	Number string `json:"number,omitempty"` // telephone
}

// RequestDetails are the details as they stand.
type RequestDetails struct {
	Reference     string    `json:"reference,omitempty"`
	Environment   string    `json:"environment,omitempty"`
	Component     string    `json:"component,omitempty"`
	ErrorString   string    `json:"error_string,omitempty"`
	RecentChanges string    `json:"recent_changes,omitempty"`
	Impact        string    `json:"impact,omitempty"`
	Workaround    string    `json:"workaround,omitempty"`
	Milestone     string    `json:"milestone,omitempty"`
	MilestoneAt   time.Time `json:"milestone_at,omitzero"`
	Severity1     []Person  `json:"severity1_contacts,omitempty"`
	Tags          []string  `json:"tags,omitempty"`
	Changes       []Change  `json:"changes,omitempty"`
	Platforms     []string  `json:"platforms,omitempty"`
	Symptom       string    `json:"symptom,omitempty"`
	Gathered      []string  `json:"gathered,omitempty"`
}

// Ownership is one span of ownership; To is zero while it lasts (R26).
type Ownership struct {
	Member
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
	Why  string    `json:"why,omitempty"`
}

// Waiting is the open waiting period.
type Waiting struct {
	Kind  string    `json:"kind"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until,omitzero"`
}

// Ask is one of the nine kinds of asks with its state (R27).
type Ask struct {
	N       int       `json:"n"`
	Kind    string    `json:"kind"`
	Of      string    `json:"of"` // customer, third_party, support
	State   string    `json:"state"`
	Text    string    `json:"text,omitempty"`
	Item    string    `json:"item,omitempty"`
	DueAt   time.Time `json:"due_at,omitzero"`
	Removes int       `json:"removes,omitempty"` // component of another vendor
	Staff   *Member   `json:"staff,omitempty"`   // who of engineering works on it
	// Gather is how the item is gathered; nil when there is nothing to tell.
	Gather *Instruction `json:"gather,omitempty"`
}

// Silence is how far the request is from completion by silence (R49, A5).
type Silence struct {
	Attempts    int       `json:"attempts"`
	Needed      int       `json:"needed"`
	Days        int       `json:"days"`
	DaysNeeded  int       `json:"days_needed"`
	FirstAt     time.Time `json:"first_at,omitzero"`
	EarliestAt  time.Time `json:"earliest_at,omitzero"`
	PermittedAt time.Time `json:"permitted_at,omitzero"`
	Blocked     string    `json:"blocked,omitempty"` // after_hours, held
	Text        string    `json:"text"`
}

// Raise is an undecided raise of severity (R29, A4).
type Raise struct {
	From     int       `json:"from"`
	To       int       `json:"to"`
	At       time.Time `json:"at"`
	DecideBy time.Time `json:"decide_by,omitzero"`
	Overdue  bool      `json:"overdue,omitempty"`
	Impact   string    `json:"impact,omitempty"`
}

// Lowering is a proposed lowering of severity (R34, A18).
type Lowering struct {
	From   int    `json:"from"`
	To     int    `json:"to"`
	Ground string `json:"ground"`
	Held   bool   `json:"held,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// AfterHours is after-hours support of this request (R33, R34).
type AfterHours struct {
	State       string            `json:"state"` // offered, declined, active, end_proposed, ended
	Price       string            `json:"price,omitempty"`
	Order       string            `json:"order,omitempty"`
	PurchasedAt time.Time         `json:"purchased_at,omitzero"`
	EndedAt     time.Time         `json:"ended_at,omitzero"`
	DeclinedAt  time.Time         `json:"declined_at,omitzero"`
	EndProposed *AfterHoursEnding `json:"end_proposed,omitempty"`
	// Seconds is how long it has lasted in all.
	Seconds int64 `json:"seconds"`
}

// AfterHoursEnding is a proposed end.
type AfterHoursEnding struct {
	Ground   string `json:"ground"`
	Severity int    `json:"severity,omitempty"` // 0: completes the request
	Text     string `json:"text,omitempty"`
}

// Escalation is the escalation of a request (R46).
type Escalation struct {
	State       string            `json:"state"` // active, ended
	At          time.Time         `json:"at"`
	Phoned      bool              `json:"phoned"`
	MilestoneAt time.Time         `json:"milestone_at,omitzero"`
	Manager     *Member           `json:"manager,omitempty"`
	Engineer    *Member           `json:"engineer,omitempty"`
	Plan        []PlanStep        `json:"plan"`
	Checks      []EscalationCheck `json:"checks"`
	EndedAt     time.Time         `json:"ended_at,omitzero"`
}

// PlanStep is one line of an action plan.
type PlanStep struct {
	Text         string    `json:"text"`
	CheckpointAt time.Time `json:"checkpoint_at,omitzero"`
}

// EscalationCheck is one check that stands before the end of an escalation.
type EscalationCheck struct {
	Check     string `json:"check"`
	Text      string `json:"text"`
	Confirmed bool   `json:"confirmed"`
}

// Proposal is an open proposal to complete (R26, R49).
type Proposal struct {
	Reason string    `json:"reason"`
	Side   string    `json:"side"` // customer, staff
	At     time.Time `json:"at"`
	Text   string    `json:"text,omitempty"`
}

// Completed is how and when the work ended; until ReopenUntil an answer
// reopens it (A12).
type Completed struct {
	Reason      string    `json:"reason"`
	At          time.Time `json:"at"`
	ReopenUntil time.Time `json:"reopen_until,omitzero"`
	Text        string    `json:"text,omitempty"`
	DuplicateOf string    `json:"duplicate_of,omitempty"` // the request that goes on
}

// Survey is what became of the survey after the last completion (R50).
// Withheld and EligibleAt are for staff.
type Survey struct {
	State       string    `json:"state"` // requested, answered, withheld
	RequestedAt time.Time `json:"requested_at,omitzero"`
	AnsweredAt  time.Time `json:"answered_at,omitzero"`
	Score       int       `json:"score,omitempty"`
	Withheld    string    `json:"withheld,omitempty"` // interval, reason, kind
	LastSentAt  time.Time `json:"last_sent_at,omitzero"`
	EligibleAt  time.Time `json:"eligible_at,omitzero"`
}

// Approval is the PLA's word for what another asked for (R03).
type Approval struct {
	Needed bool `json:"needed"`
	Given  bool `json:"given"`
}

// Next is the open clock that is due first.
type Next struct {
	Metric string    `json:"metric"`
	DueAt  time.Time `json:"due_at"`
	Missed bool      `json:"missed"`
}

// Row is one request in a list.
type Row struct {
	Number         string    `json:"number"`
	Version        int64     `json:"version"`
	Kind           string    `json:"kind"`
	Title          string    `json:"title"`
	Stage          string    `json:"stage"`
	Turn           string    `json:"turn"`
	Severity       int       `json:"severity,omitempty"`
	Priority       int       `json:"priority,omitempty"`
	Account        Account   `json:"account"`
	Contact        Person    `json:"contact"`
	Contract       string    `json:"contract,omitempty"`
	Offering       string    `json:"offering,omitempty"`
	Product        string    `json:"product,omitempty"`
	ProductVersion string    `json:"product_version,omitempty"`
	Owner          *Member   `json:"owner,omitempty"`
	Queue          string    `json:"queue,omitempty"`
	QueuedSince    time.Time `json:"queued_since,omitzero"`
	Reference      string    `json:"reference,omitempty"`
	Tags           []string  `json:"tags,omitempty"`
	FiledAt        time.Time `json:"filed_at"`
	ChangedAt      time.Time `json:"changed_at"`
	CompletedAt    time.Time `json:"completed_at,omitzero"`
	Reason         string    `json:"reason,omitempty"`
	Escalated      bool      `json:"escalated,omitempty"`
	Next           *Next     `json:"next,omitempty"`
}

// Requests is one page of a list; Next is the cursor of the page after, "" at
// the end.
type Requests struct {
	Requests []Row  `json:"requests"`
	Next     string `json:"next,omitempty"`
	Stopped  bool   `json:"stopped,omitempty"` // the search stopped early: more may follow under Next
}

// Count is how many there are; Capped says that there are more, or may be.
type Count struct {
	Count  int  `json:"count"`
	Capped bool `json:"capped"`
}

// Event is one fact of a timeline. Data is what it says: texts stand in it as
// {"text": …} or {"erased": true}.
type Event struct {
	Seq        int64           `json:"seq"`
	Kind       string          `json:"kind"`
	At         time.Time       `json:"at"`
	HappenedAt time.Time       `json:"happened_at,omitzero"`
	By         By              `json:"by"`
	Text       string          `json:"text"`
	Public     bool            `json:"public"`
	Data       json.RawMessage `json:"data"`
}

// By is who did something.
type By struct {
	Kind string `json:"kind"` // customer, staff, system
	Name string `json:"name,omitempty"`
}

// Events is one page of a timeline; Next is the seq to go on after, 0 at the end.
type Events struct {
	Events []Event `json:"events"`
	Next   int64   `json:"next,omitempty"`
}

// Target is one clock of a request with its explanation.
type Target struct {
	Metric          string    `json:"metric"`
	N               int       `json:"n"`
	State           string    `json:"state"` // running, met, missed, met_late, replaced, dropped
	Amount          string    `json:"amount"`
	AmountSeconds   int64     `json:"amount_seconds,omitempty"` // of elapsed or business time
	Goal            string    `json:"goal,omitempty"`
	Calendar        string    `json:"calendar,omitempty"`
	Zone            string    `json:"zone,omitempty"`
	Severity        int       `json:"severity,omitempty"`
	AnchorAt        time.Time `json:"anchor_at"`
	WarnAt          time.Time `json:"warn_at,omitzero"`
	DueAt           time.Time `json:"due_at"`
	MetAt           time.Time `json:"met_at,omitzero"`
	ElapsedSeconds  int64     `json:"elapsed_seconds"`  // until met, or until now
	BusinessSeconds int64     `json:"business_seconds"` // of the same span in the target's calendar
	Capped          bool      `json:"capped,omitempty"`
	MissWithdrawn   bool      `json:"miss_withdrawn,omitempty"`
	Paused          bool      `json:"paused,omitempty"`
	Uncertain       string    `json:"uncertain,omitempty"`
	Rules           []string  `json:"rules"`
	Pack            string    `json:"pack"`
	TZData          string    `json:"tzdata,omitempty"`
	Explanation     string    `json:"explanation"`
}
