package support

import (
	"slices"
	"time"
)

// AskKind is one of the nine kinds of asks (R27).
type AskKind string

// The nine kinds.
const (
	AskDetails     AskKind = "details"
	AskInstall     AskKind = "install"           // software or a patch
	AskDebugData   AskKind = "debug_data"        // and a test to make it
	AskReproduce   AskKind = "vendor_reproduces" // on the vendor's machines
	AskHandOverIt  AskKind = "hand_over_data"    // code, data or software
	AskVerifyBug   AskKind = "verify_bug"        // with engineering
	AskRemedy      AskKind = "apply_remedy"      // and test it
	AskSpecialists AskKind = "bring_in_specialists"
	AskThirdParty  AskKind = "third_party_cooperates"
)

// AskKinds are all kinds, in the guide's order.
func AskKinds() []AskKind {
	return []AskKind{AskDetails, AskInstall, AskDebugData, AskReproduce, AskHandOverIt, AskVerifyBug, AskRemedy, AskSpecialists, AskThirdParty}
}

// AskState is where an ask stands.
type AskState string

// States of an ask.
const (
	AskOpen      AskState = "open"
	AskDone      AskState = "answered"
	AskWithdrawn AskState = "cancelled"
	AskRefused   AskState = "declined" // by whom it was put to
)

// OpenedAsk is an ask with its state.
type OpenedAsk struct {
	AskOpened
	State AskState
	Seq   int64
	By    Actor // who asked
	Staff int64 // who works on it, of engineering; 0: nobody
}

// Outcome is how an attempt to reach the contact ended (A3, A26).
type Outcome string

// Outcomes. Connected is a conversation, all others are attempts.
const (
	Connected Outcome = "connected"
	Voicemail Outcome = "voicemail" // a message was left
	NoAnswer  Outcome = "no_answer"
	Sent      Outcome = "sent"    // a mail
	Bounced   Outcome = "bounced" // it came back
)

// Attempt is a documented attempt of the present silence.
type Attempt struct {
	N       int
	Seq     int64
	At      time.Time // when it happened
	Channel Channel
	Outcome Outcome
	Day     string
	Void    bool
	// WindowEndsAt is when silence could complete if this attempt is the first,
	// Needed and DaysNeeded how many attempts on how many days that takes.
	WindowEndsAt       time.Time
	Needed, DaysNeeded int
}

// WaitingKind is what a request waits for.
type WaitingKind string

// Waiting kinds. What each pauses is the pack's.
const (
	WaitingCustomer    WaitingKind = "waiting_customer"
	WaitingThirdParty  WaitingKind = "waiting_third_party"
	WaitingEngineering WaitingKind = "waiting_engineering"
	AgreedDate         WaitingKind = "agreed_date"
)

// WaitingPeriod is one span of waiting. To is zero while it lasts.
type WaitingPeriod struct {
	Kind     WaitingKind
	Seq      int64
	From, To time.Time
	Until    time.Time
}

// Ownership is one span of ownership. To is zero while it lasts.
type Ownership struct {
	Staff    int64
	From, To time.Time
	Why      string
}

// HandOver is an announced change of owner.
type HandOver struct {
	HandOverAnnounced
	Seq int64
	By  Actor
	// Offer is what the new owner was told and by when they answer; nil for one
	// that takes effect by itself. AcceptedAt is zero until they have accepted.
	Offer      *HandOverOffered
	AcceptedAt time.Time
}

// Waits tells whether the new owner has yet to accept.
func (h HandOver) Waits() bool {
	return h.Offer != nil && !h.Offer.AcceptBy.IsZero() && h.AcceptedAt.IsZero()
}

// RaiseAsked is an undecided raise of severity.
type RaiseAsked struct {
	SeverityRaiseAsked
	Seq     int64
	At      time.Time
	Overdue bool
}

// AfterHours is after-hours support of this request (R33, R34).
type AfterHours struct {
	OfferedSeq   int64
	DeclinedAt   time.Time
	PurchasedAt  time.Time // zero: not bought
	EndedAt      time.Time
	EndProposed  *AfterHoursEndProposed
	TotalSeconds int64 // of ended spans
}

// Active tells whether work outside of the contract's hours is bought now.
func (a AfterHours) Active() bool { return !a.PurchasedAt.IsZero() && a.EndedAt.IsZero() }

// Offered tells whether an offer waits for the customer's answer (R33).
func (a AfterHours) Offered() bool {
	return a.OfferedSeq != 0 && a.DeclinedAt.IsZero() && !a.Active()
}

// Escalation is the escalation of a request (R46).
type Escalation struct {
	Seq         int64
	At          time.Time
	Phoned      bool
	MilestoneAt time.Time
	Manager     int64
	Engineer    int64
	Plan        []PlanStep
	Confirmed   []string
	EndedAt     time.Time
}

// Active tells whether the request is escalated now.
func (e *Escalation) Active() bool { return e != nil && e.EndedAt.IsZero() }

// Proposal is an open proposal to complete.
type Proposal struct {
	CompletionProposed
	By  int64 // who proposed
	Seq int64
	At  time.Time
}

// Survey is what became of the survey after the last completion.
type Survey struct {
	RequestedSeq int64
	RequestedAt  time.Time
	Contact      int64
	AnsweredAt   time.Time
	Score        int
	Withheld     *SurveyWithheld
}

// Request is the state of a request as its facts have made it. The zero value
// is a request that has not been filed.
type Request struct {
	ID  int64
	Seq int64 // of the last fact

	Filed   Filed
	FiledAt time.Time // when it was recorded
	LastAt  time.Time // of the last fact
	// Changed is the last fact that people see; notices do not count.
	ChangedAt time.Time

	Severity  int
	Details   Details
	Preferred Channel

	Queue       string
	QueuedSince time.Time // zero when owned
	Owner       int64
	Owners      []Ownership
	HandOver    *HandOver
	Page        *Page
	Routed      *Routed
	RoutedAt    time.Time
	// Seconds work on it beside the owner.
	Seconds []int64
	// Offer is open while a request that follows another waits for its owner.
	Offer *Offer

	// Unreached are those whom the last mail to them did not reach.
	Unreached []Recipient

	// Watchers are the contacts who see the request by having been added (A13).
	Watchers []int64

	Clocks []Clock
	Asks   []OpenedAsk
	// Defects are those to which it is linked now; Runs are the runs over many
	// requests that have told it something.
	Defects []LinkedDefect
	Runs    []int64
	// Reproductions are the attempts to see it in an environment of our own, and
	// RootCause is why it happened; nil: not known yet (R09).
	Reproductions []Reproduction
	RootCause     *RootCause
	// ThirdParties are the components of other vendors that take part (R39).
	ThirdParties []ThirdParty
	// Promises are all that were made, kept or not (A25).
	Promises []MadePromise

	// Attempts of the present silence; AttemptCount counts all of the request.
	Attempts     []Attempt
	AttemptCount int
	// Reached is when the customer was last heard or spoken to.
	Reached time.Time

	Waiting []WaitingPeriod

	Raise      *RaiseAsked
	Lowering   *SeverityLoweringProposed
	AfterHours AfterHours
	Escalation *Escalation
	Proposal   *Proposal

	Completed   *Completed
	CompletedAt time.Time
	Reopenings  int
	// Duplicates are the requests that were completed as duplicates of this one.
	Duplicates []int64
	// FollowedBy are the requests that were filed to follow this one.
	FollowedBy []int64
	// Wish: what was asked for lives on as a wish for a feature (R31).
	Wish   bool
	Survey Survey

	// Restricted keeps the request to the Named members of staff, its owner, duty
	// managers and administrators.
	Restricted bool
	Named      []int64
	// Files are those of all entries, also of entries that customers do not see.
	Files []RequestFile
	// Erased are the contents that are gone.
	Erased []int64

	Incident IncidentState
	Approved bool // by the PLA
	// Verified are the members of staff who wrote down that they checked who asks.
	Verified []int64

	// Automatic is how many entries the desk has made by itself, Digested the day
	// of its last digest of further ones; "": there is none.
	Automatic int
	Digested  string

	// LastPublic is the side of the last public entry.
	LastPublic ActorKind
	WorkedOn   bool
	Comments   int
	// Held are comments of staff that the customer does not see yet.
	Held []HeldComment
	// Said are the comments and who wrote each: one corrects one's own alone.
	Said []Saying
	// UnknownFact names a fact of a newer program; commands wait for it.
	UnknownFact string
}

// Saying is a comment by its fact's seq, and who wrote it.
type Saying struct {
	Seq int64
	By  Actor
}

// IncidentState is the incident that a request holds (A20).
type IncidentState struct {
	Pack           int64
	Settled, Spent bool
}

// Exists tells whether the request has been filed.
func (r *Request) Exists() bool { return r.Seq > 0 }

// Kind is the request's kind.
func (r *Request) Kind() Kind { return r.Filed.Kind }

// Priority is the vendor's order of work, 1 first; it is not the severity. An
// escalated request goes before all others (R46).
func (r *Request) Priority() int {
	switch {
	case r.Escalation.Active():
		return 1
	case r.Filed.Kind == CS:
		return 4
	}
	return 1 + r.Severity
}

// Stage is what the customer sees (R15).
func (r *Request) Stage() Stage {
	switch {
	case r.Completed != nil:
		return StageCompleted
	case r.WorkedOn:
		return StageWorkedOn
	}
	return StageOpened
}

// WaitingNow is the open waiting period.
func (r *Request) WaitingNow() (WaitingPeriod, bool) {
	if n := len(r.Waiting); n > 0 && r.Waiting[n-1].To.IsZero() {
		return r.Waiting[n-1], true
	}
	return WaitingPeriod{}, false
}

// Clock is the latest clock of a metric.
func (r *Request) Clock(m Metric) (Clock, bool) {
	for i := len(r.Clocks) - 1; i >= 0; i-- {
		if r.Clocks[i].Metric == m {
			return r.Clocks[i], true
		}
	}
	return Clock{}, false
}

// clone copies what Fold may change, so that a decision can look ahead.
func (r *Request) clone() *Request {
	c := *r
	c.Owners = slices.Clone(r.Owners)
	c.Watchers = slices.Clone(r.Watchers)
	c.Seconds = slices.Clone(r.Seconds)
	c.Duplicates = slices.Clone(r.Duplicates)
	c.FollowedBy = slices.Clone(r.FollowedBy)
	c.Clocks = slices.Clone(r.Clocks)
	c.Asks = slices.Clone(r.Asks)
	c.Defects = slices.Clone(r.Defects)
	c.Runs = slices.Clone(r.Runs)
	c.ThirdParties = slices.Clone(r.ThirdParties)
	c.Promises = slices.Clone(r.Promises)
	c.Reproductions = slices.Clone(r.Reproductions)
	c.Attempts = slices.Clone(r.Attempts)
	c.Waiting = slices.Clone(r.Waiting)
	c.Said = slices.Clip(r.Said)
	c.Held = slices.Clone(r.Held)
	c.Files = slices.Clip(r.Files)
	c.Erased = slices.Clone(r.Erased)
	c.Verified = slices.Clone(r.Verified)
	if r.Raise != nil {
		raise := *r.Raise
		c.Raise = &raise
	}
	if r.HandOver != nil {
		h := *r.HandOver
		c.HandOver = &h
	}
	if r.Page != nil {
		p := *r.Page
		p.Called = slices.Clone(p.Called)
		c.Page = &p
	}
	if r.Escalation != nil {
		e := *r.Escalation
		e.Confirmed = slices.Clone(e.Confirmed)
		c.Escalation = &e
	}
	return &c
}
