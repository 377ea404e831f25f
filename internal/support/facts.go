package support

import "time"

// The facts. Fields are added, never renamed or given another meaning.

var registry = []kindOfFact{
	kindOf[Filed](), kindOf[Queued](), kindOf[IncidentReserved](), kindOf[TargetStarted](), kindOf[TargetWarned](),
	kindOf[TargetMet](), kindOf[TargetMissed](), kindOf[MissWithdrawn](), kindOf[TargetReplaced](), kindOf[TargetMoved](),
	kindOf[TargetDropped](), kindOf[Notified](), kindOf[NoticeFailed](), kindOf[Assigned](), kindOf[HandOverAnnounced](), kindOf[HandOverCancelled](),
	kindOf[HandedOver](), kindOf[HandOverOffered](), kindOf[HandOverAccepted](), kindOf[HandOverDeclined](),
	kindOf[HandOverReturned](), kindOf[Routed](), kindOf[Paged](), kindOf[PageAcknowledged](), kindOf[Commented](), kindOf[CommentHeld](), kindOf[CommentWithdrawn](), kindOf[NoteAdded](), kindOf[AutoReplyReceived](), kindOf[AskOpened](),
	kindOf[AskAnswered](), kindOf[AskCancelled](), kindOf[ContactMade](), kindOf[ContactAttempted](), kindOf[AttemptVoided](),
	kindOf[WaitingStarted](), kindOf[WaitingEnded](), kindOf[SeverityRaiseAsked](), kindOf[SeverityRaiseOverdue](),
	kindOf[SeverityRaiseDeclined](), kindOf[SeverityRaiseLapsed](), kindOf[SeverityLoweringProposed](), kindOf[SeverityLoweringDeclined](), kindOf[SeverityChanged](), kindOf[AfterHoursOffered](),
	kindOf[AfterHoursDeclined](), kindOf[AfterHoursPurchased](), kindOf[AfterHoursEndProposed](), kindOf[AfterHoursEndDeclined](), kindOf[AfterHoursEnded](),
	kindOf[Escalated](), kindOf[EscalationAssigned](), kindOf[ActionPlanSet](), kindOf[DeescalationConfirmed](), kindOf[Deescalated](),
	kindOf[CompletionProposed](), kindOf[CompletionDeclined](), kindOf[Converted](), kindOf[Completed](), kindOf[Reopened](), kindOf[IncidentSettled](),
	kindOf[SurveyRequested](), kindOf[SurveyWithheld](), kindOf[SurveyAnswered](), kindOf[DetailsChanged](),
	kindOf[ExecutionApproved](), kindOf[LicenceSplit](), kindOf[DefectLinked](), kindOf[DefectUnlinked](), kindOf[DefectTold](), kindOf[BroadcastTold](), kindOf[AskAssigned](),
	kindOf[SecondAdded](), kindOf[SecondRemoved](), kindOf[OwnerOffered](), kindOf[OwnerOfferEnded](), kindOf[FollowedUp](), kindOf[DuplicateFound](), kindOf[PromiseMade](), kindOf[PromiseKept](), kindOf[PromiseRenewed](), kindOf[PromiseWithdrawn](), kindOf[WatcherAdded](), kindOf[WatcherRemoved](),
	kindOf[ContentErased](), kindOf[FileAttached](), kindOf[Restricted](),
	kindOf[ThirdPartyNamed](), kindOf[GroundsStated](), kindOf[SharingAllowed](), kindOf[SharingWithdrawn](), kindOf[CollaborationOpened](),
	kindOf[CollaborationMoved](), kindOf[CollaborationOverdue](), kindOf[VendorCaseSuggested](), kindOf[VendorCaseRecorded](), kindOf[VendorAnswered](),
	kindOf[AskDeclined](),
	kindOf[ReproductionRecorded](), kindOf[RootCauseRecorded](), kindOf[RestrictionLifted](), kindOf[GlassBroken](), kindOf[Reclassified](), kindOf[PrimarySwapped](), kindOf[ApproverChanged](), kindOf[AutomaticDigested](),
}

// Filed opens the request (R15, R19). The receipt is what entitlement was
// decided on; it stays valid when the contract ends (A21).
type Filed struct {
	Kind     Kind    `json:"kind"`
	Channel  Channel `json:"channel"`
	Contact  int64   `json:"contact"`
	Account  int64   `json:"account"`
	Contract int64   `json:"contract,omitempty"`
	Product  string  `json:"product,omitempty"`
	Version  string  `json:"version,omitempty"`
	Offering string  `json:"offering,omitempty"`
	Region   string  `json:"region,omitempty"`
	Severity int     `json:"severity,omitempty"`
	Language string  `json:"language"`
	// Preferred is the channel by which the contact wants to be reached (A3).
	Preferred Channel  `json:"preferred,omitempty"`
	Title     Text     `json:"title"`
	Body      Text     `json:"body,omitzero"`
	Criteria  []string `json:"criteria,omitempty"` // of the severity's definition (R18)
	Details   Details  `json:"details,omitzero"`
	// Scope is the answer to the question of scope, Evidence what came with it
	// (R42, R43).
	Scope    string     `json:"scope,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
	// Feature is the experimental feature that it is about; Type is then
	// experimental_feedback (R32).
	Feature string `json:"feature,omitempty"`
	Type    string `json:"type,omitempty"`
	// Items are the R51 items that came with a CS request; Missing those that did not.
	Items   []string `json:"items,omitempty"`
	Missing []string `json:"missing,omitempty"`
	Follows int64    `json:"follows,omitempty"` // A23
	Receipt Receipt  `json:"receipt"`
	// NeedsApproval: carrying it out needs the PLA's word (R03).
	NeedsApproval bool `json:"needs_approval,omitempty"`
	// Approver is the PLA at the time of filing, who is told that the approval
	// waits; 0 when none is needed (R03).
	Approver int64 `json:"approver,omitempty"`
	// Beta is the programme in which it was filed, BetaSort what: bug, feature,
	// feedback; Property the consent that a wish becomes the vendor's (R35-R37).
	Beta     int64    `json:"beta,omitempty"`
	BetaSort string   `json:"beta_sort,omitempty"`
	Property *Consent `json:"property,omitempty"`
	// Guest is the way to support that was advised for other vendors' guest
	// software (R40, R41).
	Guest *GuestAdvice `json:"guest,omitempty"`
}

// Details are the request's fields that list, search and routing use. Texts
// that name systems or people are content.
type Details struct {
	Reference     Text   `json:"reference,omitzero"` // the customer's own
	Environment   string `json:"environment,omitempty"`
	Component     string `json:"component,omitempty"`
	ErrorString   Text   `json:"error_string,omitzero"`
	RecentChanges Text   `json:"recent_changes,omitzero"`
	// Changes are recent changes by kind, Platforms those of host and guest,
	// Symptom what has happened, and Gathered what the customer has sent or holds
	// ready, by the pack's ids (R17).
	Changes     []RecentChange `json:"changes,omitempty"`
	Platforms   []string       `json:"platforms,omitempty"`
	Symptom     string         `json:"symptom,omitempty"`
	Gathered    []string       `json:"gathered,omitempty"`
	Impact      Text           `json:"impact,omitzero"`
	Workaround  string         `json:"workaround,omitempty"` // known, none, unknown
	MilestoneAt time.Time      `json:"milestone_at,omitzero"`
	Milestone   Text           `json:"milestone,omitzero"`
	Site        string         `json:"site,omitempty"` // region asked for
	Severity1   []int64        `json:"severity1_contacts,omitempty"`
	Tags        []string       `json:"tags,omitempty"`
}

// Queued puts the request into a queue until somebody owns it (I2).
type Queued struct {
	Queue string `json:"queue"` // technical, licence
}

// IncidentReserved takes one incident of a pack (A20).
type IncidentReserved struct {
	Pack int64 `json:"pack"`
}

// IncidentSettled spends the reserved incident or gives it back (A20).
type IncidentSettled struct {
	Pack  int64 `json:"pack"`
	Spent bool  `json:"spent"`
	// Defect is one of the product to which the request was linked (A20).
	Defect int64 `json:"defect,omitempty"`
}

// TargetStarted starts a clock; every instant of it is computed here once.
type TargetStarted struct {
	Target Target `json:"target"`
}

// TargetWarned: the warning instant has come while the target ran.
type TargetWarned struct {
	Metric Metric    `json:"metric"`
	N      int       `json:"n"`
	WarnAt time.Time `json:"warn_at"`
}

// TargetMet stops a clock in time or late; HappenedAt decides.
type TargetMet struct {
	Metric Metric    `json:"metric"`
	N      int       `json:"n"`
	MetAt  time.Time `json:"met_at"`
	Late   bool      `json:"late,omitempty"`
	// BySeq is the fact that met it.
	BySeq int64 `json:"by_seq"`
	// ElapsedUS and BusinessUS are the time from the anchor in microseconds,
	// on every day and in the target's calendar.
	ElapsedUS  int64 `json:"elapsed_us"`
	BusinessUS int64 `json:"business_us"`
}

// TargetMissed holds the due instant, however late it was noticed. The clock
// goes on until the answer comes.
type TargetMissed struct {
	Metric Metric    `json:"metric"`
	N      int       `json:"n"`
	DueAt  time.Time `json:"due_at"`
}

// MissWithdrawn follows when the answer turns out to have been in time.
type MissWithdrawn struct {
	Metric Metric `json:"metric"`
	N      int    `json:"n"`
	BySeq  int64  `json:"by_seq"`
}

// TargetReplaced ends a running clock in favour of a newer one (A4, A10).
type TargetReplaced struct {
	Metric Metric `json:"metric"`
	N      int    `json:"n"`
	ByN    int    `json:"by_n"`
	// ByMetric is set when another kind of target takes over (A10).
	ByMetric Metric `json:"by_metric,omitempty"`
}

// TargetMoved gives a running clock another due instant after a pause.
type TargetMoved struct {
	Metric Metric    `json:"metric"`
	N      int       `json:"n"`
	DueAt  time.Time `json:"due_at"`
	WarnAt time.Time `json:"warn_at"`
	Why    string    `json:"why"`
}

// TargetDropped ends a clock that has nothing left to measure.
type TargetDropped struct {
	Metric Metric `json:"metric"`
	N      int    `json:"n"`
	Why    string `json:"why"` // completed, deescalated
}

// Notified records that somebody was told: the effect's key and the hash of
// the bytes that left.
type Notified struct {
	Key       string    `json:"key"`
	Kind      string    `json:"kind"` // mail, page
	Template  string    `json:"template"`
	Recipient Recipient `json:"recipient"`
	Seq       int64     `json:"seq"` // of the fact that it tells
	SHA256    string    `json:"sha256,omitempty"`
}

// Assigned gives the request its owner (R26).
type Assigned struct {
	Staff int64  `json:"staff"`
	Why   string `json:"why,omitempty"` // taken, assigned, first_contact
}

// HandOverAnnounced tells the customer before another engineer takes over (R26).
type HandOverAnnounced struct {
	From        int64     `json:"from"`
	To          int64     `json:"to"`
	EffectiveAt time.Time `json:"effective_at"`
	Ground      string    `json:"ground"` // time_zone, expertise
	Reason      Text      `json:"reason,omitzero"`
}

// HandOverCancelled takes an announced hand-over back.
type HandOverCancelled struct {
	To int64 `json:"to,omitempty"` // who was to take over
	// Why is unavailable when whoever was to take over cannot work on it any
	// more; empty: somebody took it back.
	Why    string `json:"why,omitempty"`
	Reason Text   `json:"reason,omitzero"`
}

// HandedOver makes the announced hand-over effective.
type HandedOver struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// Commented is a public entry of either side.
type Commented struct {
	Text    Text    `json:"text"`
	Channel Channel `json:"channel"`
	// OnBehalf is the contact for whom staff wrote it down.
	OnBehalf int64 `json:"on_behalf,omitempty"`
	Corrects int64 `json:"corrects,omitempty"` // seq of an earlier entry
	Held     int64 `json:"held_as,omitempty"`  // seq under which it was held
}

// NoteAdded is internal: it never reaches a customer.
type NoteAdded struct {
	Text Text `json:"text"`
	// Label says what a note records: "", verification, compliance, mail.
	Label string `json:"label,omitempty"`
	// Mentions are colleagues who are told of it; nothing moves to them.
	Mentions []int64 `json:"mentions,omitempty"`
}

// AutoReplyReceived is a machine's answer: kept, counted for nothing (A5).
type AutoReplyReceived struct {
	Text Text `json:"text,omitzero"`
}

// AskOpened is one of the nine kinds of asks (R27).
type AskOpened struct {
	N     int       `json:"n"`
	Kind  AskKind   `json:"kind"`
	Of    Turn      `json:"of"` // customer, third_party, support
	Text  Text      `json:"text"`
	DueAt time.Time `json:"due_at,omitzero"`
	Item  string    `json:"item,omitempty"` // R51 item asked for
	// Removes is the component that is to be removed; 0: none (R39).
	Removes int `json:"removes,omitempty"`
}

// AskAnswered fulfils an ask.
type AskAnswered struct {
	N    int  `json:"n"`
	Of   Turn `json:"of"` // whom it was put to
	Text Text `json:"text,omitzero"`
}

// AskCancelled: no longer needed.
type AskCancelled struct {
	N      int  `json:"n"`
	Of     Turn `json:"of"` // whom it was put to
	Reason Text `json:"reason,omitzero"`
}

// ContactMade is a conversation with the customer: a connected call.
type ContactMade struct {
	Channel Channel `json:"channel"`
	With    int64   `json:"with"`
	Text    Text    `json:"text,omitzero"`
	// Reason says why it was written down later; staff alone read it.
	Reason Text `json:"reason,omitzero"`
}

// ContactAttempted is a documented attempt (R49, A26). Day is the contact's
// calendar day, on which distinct days are counted (A5).
type ContactAttempted struct {
	N        int     `json:"n"` // 1.. within the request
	Channel  Channel `json:"channel"`
	Outcome  Outcome `json:"outcome"`
	With     int64   `json:"with"`
	Day      string  `json:"day"`
	Text     Text    `json:"text,omitzero"`
	Announce bool    `json:"announce,omitempty"` // the mail announces the completion
	// Reason says why it was written down later; staff alone read it.
	Reason Text `json:"reason,omitzero"`
	// WindowEndsAt is when the window of silence ends if this is the first
	// attempt that counts, Needed and DaysNeeded what else silence takes; Pack
	// is the version by which it was computed.
	WindowEndsAt time.Time `json:"window_ends_at"`
	Needed       int       `json:"needed"`
	DaysNeeded   int       `json:"days_needed"`
	Pack         string    `json:"pack"`
}

// AttemptVoided: the mail came back (A26).
type AttemptVoided struct {
	N   int    `json:"n"`
	Why string `json:"why"` // bounced
}

// WaitingStarted opens a waiting period of the request.
type WaitingStarted struct {
	Kind   WaitingKind `json:"kind"`
	Until  time.Time   `json:"until,omitzero"`
	Reason Text        `json:"reason,omitzero"`
}

// WaitingEnded ends it.
type WaitingEnded struct {
	Kind WaitingKind `json:"kind"`
	Why  string      `json:"why"` // customer_activity, resumed, until, completed
}

// SeverityRaiseAsked: the customer wants a higher severity (R29).
type SeverityRaiseAsked struct {
	From      int       `json:"from"`
	To        int       `json:"to"`
	Impact    Text      `json:"impact"`
	Dedicated []int64   `json:"dedicated,omitempty"` // contacts kept available
	DecideBy  time.Time `json:"decide_by"`
	Criteria  []string  `json:"criteria,omitempty"`
}

// SeverityRaiseOverdue: undecided for too long; duty is paged (A4).
type SeverityRaiseOverdue struct {
	To       int       `json:"to"`
	DecideBy time.Time `json:"decide_by"`
}

// SeverityRaiseDeclined keeps the severity, with the reason.
type SeverityRaiseDeclined struct {
	To     int  `json:"to"`
	Reason Text `json:"reason"`
}

// SeverityLoweringProposed waits for the customer's consent (R34, A17, A18).
type SeverityLoweringProposed struct {
	From   int    `json:"from"`
	To     int    `json:"to"`
	Ground string `json:"ground"` // impact, unreachable
	Reason Text   `json:"reason,omitzero"`
	// Held: the request rests until the customer is reached (A18).
	Held bool `json:"held,omitempty"`
}

// SeverityChanged is the new severity; a raise carries the coverage by which
// its target was computed (A21).
type SeverityChanged struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Why  string `json:"why"` // granted, auto_granted, customer, vendor, agreed, after_hours_end
	// AskedSeq is the raise that is granted: its impact is the reason.
	AskedSeq int64    `json:"asked_seq,omitempty"`
	Reason   Text     `json:"reason,omitzero"`
	Consent  *Consent `json:"consent,omitempty"`
}

// AfterHoursOffered names what it costs (R33).
type AfterHoursOffered struct {
	Price Text `json:"price"`
	Order Text `json:"order,omitzero"` // purchase order
}

// AfterHoursDeclined: the customer does not buy.
type AfterHoursDeclined struct {
	Reason Text `json:"reason,omitzero"`
}

// AfterHoursPurchased opens work outside of the contract's hours for this
// request alone (R33).
type AfterHoursPurchased struct {
	Consent Consent `json:"consent"`
	// Told is the contract's primary licence administrator, who learns of it.
	Told int64 `json:"told,omitempty"`
}

// AfterHoursEndProposed is one of the three ends (R34).
type AfterHoursEndProposed struct {
	Ground   string `json:"ground"`             // restored, workaround, impact_fell
	Severity int    `json:"severity,omitempty"` // the lower one; 0 = complete
	Text     Text   `json:"text,omitzero"`
}

// AfterHoursEnded: the customer agreed. Seconds is how long it lasted.
type AfterHoursEnded struct {
	Ground  string  `json:"ground"`
	Consent Consent `json:"consent"`
	Seconds int64   `json:"seconds"`
}

// Escalated calls for management attention (R46). It does not change severity.
type Escalated struct {
	Statement   Text      `json:"statement"`
	Impact      Text      `json:"impact"`
	Workaround  Text      `json:"workaround,omitzero"`
	MilestoneAt time.Time `json:"milestone_at,omitzero"`
	Reason      Text      `json:"reason"`
	Phoned      bool      `json:"phoned"`
}

// EscalationAssigned names who manages it and who owns its plan.
type EscalationAssigned struct {
	Manager  int64 `json:"manager"`
	Engineer int64 `json:"engineer"`
}

// ActionPlanSet is the plan with its checkpoints; the customer sees it.
type ActionPlanSet struct {
	Steps []PlanStep `json:"steps"`
}

// PlanStep is one line of an action plan.
type PlanStep struct {
	Text         Text      `json:"text"`
	CheckpointAt time.Time `json:"checkpoint_at"`
}

// DeescalationConfirmed ticks one of the pack's checks.
type DeescalationConfirmed struct {
	Check   string   `json:"check"`
	Consent *Consent `json:"consent,omitempty"` // for the customer's agreement
}

// Deescalated ends the escalation.
type Deescalated struct {
	Reason Text `json:"reason,omitzero"`
	// Why is completed when the customer's agreement to the completion ended it.
	Why string `json:"why,omitempty"`
}

// SeverityRaiseLapsed: the request was completed before the raise was decided.
type SeverityRaiseLapsed struct {
	To int `json:"to"`
}

// CompletionProposed waits for the other side (R26, R49, A22).
type CompletionProposed struct {
	Reason string    `json:"reason"`
	Side   ActorKind `json:"side"`
	Text   Text      `json:"text,omitzero"`
}

// CompletionDeclined: not yet.
type CompletionDeclined struct {
	Text Text `json:"text,omitzero"`
	// OnBehalf is the contact for whom staff wrote it down.
	OnBehalf int64 `json:"on_behalf,omitempty"`
}

// Completed ends the work; until ReopenUntil an answer reopens it (A12). Zero:
// the reason leaves nothing to reopen.
type Completed struct {
	Reason      string    `json:"reason"`
	Consent     *Consent  `json:"consent,omitempty"`
	Text        Text      `json:"text,omitzero"`
	ReopenUntil time.Time `json:"reopen_until,omitzero"`
	// MailFrom is when the mail may leave at the earliest; zero: at once.
	MailFrom time.Time `json:"mail_from,omitzero"`
	// Duplicate is the request that goes on in place of this one (A22).
	Duplicate int64 `json:"duplicate_of,omitempty"`
}

// Reopens tells whether the reason leaves something to answer (A12, A22).
func (b Completed) Reopens() bool {
	return b.Reason != "spam" && b.Reason != "duplicate" && b.Reason != "beta_ended"
}

// WithNotice tells whether the vendor completed a customer service request by
// its own word and told the customer, who confirmed nothing (A22).
func (b Completed) WithNotice() bool { return b.Reason == "confirmed" && b.Consent == nil }

// Reopened: same number, same owner, new response target (A12).
type Reopened struct {
	Why string `json:"why"` // comment, asked
}

// SurveyRequested: the survey is sent (R50).
type SurveyRequested struct {
	Contact int64 `json:"contact"`
	// LastSentAt is the survey before, on which the interval was judged.
	LastSentAt time.Time `json:"last_sent_at,omitzero"`
}

// SurveyWithheld says why none is sent and from when one may be again (A6, A15).
type SurveyWithheld struct {
	Contact    int64     `json:"contact"`
	Why        string    `json:"why"` // interval, reason, kind
	LastSentAt time.Time `json:"last_sent_at,omitzero"`
	EligibleAt time.Time `json:"eligible_at,omitzero"`
}

// SurveyAnswered is the customer's opinion.
type SurveyAnswered struct {
	Score int  `json:"score"`
	Text  Text `json:"text,omitzero"`
}

// DetailsChanged replaces the request's fields; Fields names those that changed.
type DetailsChanged struct {
	Details   Details  `json:"details"`
	Preferred Channel  `json:"preferred,omitempty"`
	Fields    []string `json:"fields"`
}

// ExecutionApproved is the PLA's word for what somebody else asked for (R03).
type ExecutionApproved struct {
	Contact int64 `json:"contact"`
}

// LicenceSplit carries out a split, and a downgrade when Version differs (R07).
// The parts add up to the units of the old key.
type LicenceSplit struct {
	Licence int64   `json:"licence"`
	Units   int     `json:"units"`
	Parts   []int   `json:"parts"`
	Version string  `json:"version"`
	Keys    []Text  `json:"keys"`
	Told    []int64 `json:"told,omitempty"` // PLA and affected SLAs
}

func (Filed) factKind() string                    { return "filed" }
func (Queued) factKind() string                   { return "queued" }
func (IncidentReserved) factKind() string         { return "incident_reserved" }
func (IncidentSettled) factKind() string          { return "incident_settled" }
func (TargetStarted) factKind() string            { return "target_started" }
func (TargetWarned) factKind() string             { return "target_warned" }
func (TargetMet) factKind() string                { return "target_met" }
func (TargetMissed) factKind() string             { return "target_missed" }
func (MissWithdrawn) factKind() string            { return "miss_withdrawn" }
func (TargetReplaced) factKind() string           { return "target_replaced" }
func (TargetMoved) factKind() string              { return "target_moved" }
func (TargetDropped) factKind() string            { return "target_dropped" }
func (Notified) factKind() string                 { return "notified" }
func (Assigned) factKind() string                 { return "assigned" }
func (HandOverAnnounced) factKind() string        { return "hand_over_announced" }
func (HandOverCancelled) factKind() string        { return "hand_over_cancelled" }
func (HandedOver) factKind() string               { return "handed_over" }
func (Commented) factKind() string                { return "commented" }
func (NoteAdded) factKind() string                { return "note_added" }
func (AutoReplyReceived) factKind() string        { return "auto_reply_received" }
func (AskOpened) factKind() string                { return "ask_opened" }
func (AskAnswered) factKind() string              { return "ask_answered" }
func (AskCancelled) factKind() string             { return "ask_cancelled" }
func (ContactMade) factKind() string              { return "contact_made" }
func (ContactAttempted) factKind() string         { return "contact_attempted" }
func (AttemptVoided) factKind() string            { return "attempt_voided" }
func (WaitingStarted) factKind() string           { return "waiting_started" }
func (WaitingEnded) factKind() string             { return "waiting_ended" }
func (SeverityRaiseAsked) factKind() string       { return "severity_raise_asked" }
func (SeverityRaiseOverdue) factKind() string     { return "severity_raise_overdue" }
func (SeverityRaiseDeclined) factKind() string    { return "severity_raise_declined" }
func (SeverityRaiseLapsed) factKind() string      { return "severity_raise_lapsed" }
func (SeverityLoweringProposed) factKind() string { return "severity_lowering_proposed" }
func (SeverityChanged) factKind() string          { return "severity_changed" }
func (AfterHoursOffered) factKind() string        { return "after_hours_offered" }
func (AfterHoursDeclined) factKind() string       { return "after_hours_declined" }
func (AfterHoursPurchased) factKind() string      { return "after_hours_purchased" }
func (AfterHoursEndProposed) factKind() string    { return "after_hours_end_proposed" }
func (AfterHoursEnded) factKind() string          { return "after_hours_ended" }
func (Escalated) factKind() string                { return "escalated" }
func (EscalationAssigned) factKind() string       { return "escalation_assigned" }
func (ActionPlanSet) factKind() string            { return "action_plan_set" }
func (DeescalationConfirmed) factKind() string    { return "deescalation_confirmed" }
func (Deescalated) factKind() string              { return "deescalated" }
func (CompletionProposed) factKind() string       { return "completion_proposed" }
func (CompletionDeclined) factKind() string       { return "completion_declined" }
func (Completed) factKind() string                { return "completed" }
func (Reopened) factKind() string                 { return "reopened" }
func (SurveyRequested) factKind() string          { return "survey_requested" }
func (SurveyWithheld) factKind() string           { return "survey_withheld" }
func (SurveyAnswered) factKind() string           { return "survey_answered" }
func (DetailsChanged) factKind() string           { return "details_changed" }
func (ExecutionApproved) factKind() string        { return "execution_approved" }
func (LicenceSplit) factKind() string             { return "licence_split" }
