package support

import "time"

// Command is something that somebody wants done to one request. Doors fill it,
// the desk stores its texts, [Decide] turns it into facts or a refusal.
type Command interface {
	// Name is the command's name in the permission table and in the API.
	Name() string
	// Texts are the command's free texts, to be stored before it is decided.
	Texts() []*Text
	decide(d *decision) error
}

// Elsewhere says that what the command records happened before it was
// recorded: the start of a call, the arrival of a mail. At most seven days
// back, staff only, with a reason. The zero value is "now".
type Elsewhere struct {
	HappenedAt time.Time
	Reason     Text
}

// File opens a request (R15, R19). ID and number are given by the desk.
type File struct {
	Kind     Kind
	Channel  Channel
	Contact  int64 // whom it is about; staff name the caller
	Contract int64 // 0: the best that fits
	Product  string
	Version  string
	Region   string // region of the installation's site (A19); "" = the default
	Severity int
	Criteria []string
	Title    Text
	Body     Text
	Details  Details
	// Preferred is how the contact wants to be reached; "" = as in the profile.
	Preferred Channel
	// Language of the request; "" = the contact's.
	Language string
	Items    []string // R51 items that are given
	Follows  int64
	Topic    string // CS requests: administrators, licence, contract, portal, other
	// Scope answers the product's question of scope with what it asks for
	// (R42, R43); Feature names an experimental feature (R32).
	Scope    string
	Evidence []Evidence
	Feature  string
	// Unsupported: the configuration is not a supported one.
	Unsupported bool
	// ReceivedAt is when a mail arrived or a voice message ended (A2); zero: now.
	ReceivedAt time.Time
	// Arrived is the same of a mail that the desk took in itself, whoever files; no
	// door sets it.
	Arrived time.Time
	// Beta is the programme in which a member files, BetaSort what: bug, feature,
	// feedback (R35). AcceptProperty: a wish becomes the vendor's (R37).
	Beta           int64
	BetaSort       string
	AcceptProperty bool
	// ThirdParties are components of other vendors that take part (R39), Guest what
	// the customer holds beside other guest software (R40, R41); nil: not about it.
	ThirdParties []NewThirdParty
	Guest        *GuestQuery
	Files        []AttachedFile // that came with the draft
}

// Take makes the member of staff who issues it the owner of a queued request.
type Take struct{}

// Assign gives a queued request to an engineer (R15). An owned one changes
// hands by AnnounceHandOver only.
type Assign struct {
	Staff int64
}

// Comment is a public entry. A customer's comment on a completed request
// reopens it within the window (A12).
type Comment struct {
	Text     Text
	Channel  Channel
	OnBehalf bool  // staff write down what the contact said
	Corrects int64 // seq of the entry that it corrects
	Asks     []NewAsk
	Files    []AttachedFile
	// Arrived is when the mail came that this is, by the desk's own clock; zero: it
	// is none. No door sets it, as it is believed.
	Arrived time.Time
	// Thanks: nothing is left to do, so that a completed request stays so (A12).
	Thanks bool
}

// NewAsk is an ask that goes out with a comment.
type NewAsk struct {
	Kind  AskKind
	Of    Turn
	Text  Text
	DueAt time.Time
	Item  string
	// Removes is the third party's component that is to be removed; 0: none (R39).
	Removes int
}

// AddNote writes an internal note.
type AddNote struct {
	Text     Text
	Label    string  // "", verification, compliance; mail: somebody else's words, which came by mail
	Mentions []int64 // colleagues who are told of it
	Files    []AttachedFile
}

// RecordAutoReply files a machine's answer; nothing follows from it (A5).
type RecordAutoReply struct {
	Text Text
}

// Ask opens one of the nine kinds of asks (R27).
type Ask struct{ NewAsk }

// AnswerAsk fulfils ask N.
type AnswerAsk struct {
	N     int
	Text  Text
	Files []AttachedFile
}

// CancelAsk withdraws ask N.
type CancelAsk struct {
	N      int
	Reason Text
}

// LogContact records a call, or an attempt to reach the contact (R24, R49, A3, A26).
type LogContact struct {
	Channel  Channel
	Outcome  Outcome
	Text     Text
	Announce bool // the message announces the completion
	Elsewhere
}

// VoidAttempt records that attempt N did not reach the contact after all (A26).
type VoidAttempt struct {
	N   int
	Why string // bounced
}

// Wait opens a waiting period.
type Wait struct {
	Kind   WaitingKind
	Until  time.Time
	Reason Text
}

// Resume ends the waiting period.
type Resume struct{}

// RaiseSeverity asks for a higher severity (R29): a customer's goes to the
// owner, the vendor's own takes effect with its reason (A16, A17).
type RaiseSeverity struct {
	To        int
	Impact    Text
	Dedicated []int64 // contacts kept available
	Criteria  []string
}

// GrantSeverity decides a raise that was asked.
type GrantSeverity struct {
	Reason Text
}

// DeclineSeverity decides it the other way.
type DeclineSeverity struct {
	Reason Text
}

// LowerSeverity: a customer may at any time; staff with a reason and notice,
// in after-hours mode with the customer's consent (A16, A17, R34).
type LowerSeverity struct {
	To      int
	Reason  Text
	Consent *Consent
}

// ProposeLowerSeverity leaves it to the customer (R34, A18).
type ProposeLowerSeverity struct {
	To     int
	Reason Text
}

// AgreeLowerSeverity is the customer's answer to the proposal.
type AgreeLowerSeverity struct {
	Consent *Consent
}

// OfferAfterHours tells the price (R33).
type OfferAfterHours struct {
	Price Text
	Order Text
}

// ConfirmAfterHours buys it for this request. Consent is needed when staff
// record it.
type ConfirmAfterHours struct {
	Consent *Consent
}

// DeclineAfterHours leaves the request in its contract's hours.
type DeclineAfterHours struct {
	Reason Text
}

// ProposeAfterHoursEnd names one of the three ends (R34): restored, workaround,
// impact_fell. Severity 0 completes the request with it.
type ProposeAfterHoursEnd struct {
	Ground   string
	Severity int
	Text     Text
}

// AgreeAfterHoursEnd is the customer's agreement.
type AgreeAfterHoursEnd struct {
	Consent *Consent
}

// AnnounceHandOver tells the customer before another engineer takes over (R26).
type AnnounceHandOver struct {
	To          int64
	EffectiveAt time.Time // zero: as soon as the notice has been sent
	Ground      string    // time_zone, expertise: the pack's reasons
	Reason      Text
	// Note is what the new owner has to know; the customer never reads it.
	Note HandOverNote
}

// CancelHandOver takes it back.
type CancelHandOver struct {
	Reason Text
}

// Escalate calls for management attention (R46).
type Escalate struct {
	Statement   Text
	Impact      Text
	Workaround  Text
	MilestoneAt time.Time
	Reason      Text
	Phoned      bool
}

// AssignEscalation names the escalation engineer; the one who issues it manages.
type AssignEscalation struct {
	Engineer int64
}

// SetActionPlan writes the plan with its checkpoints.
type SetActionPlan struct {
	Steps []PlanStep
}

// ConfirmDeescalation ticks one check of the pack; the customer's agreement
// carries consent.
type ConfirmDeescalation struct {
	Check   string
	Consent *Consent
}

// Deescalate ends the escalation when all checks are ticked.
type Deescalate struct {
	Reason Text
}

// ProposeCompletion asks the other side to agree (R26, R49, A22).
type ProposeCompletion struct {
	Reason string
	Text   Text
	// Cause is why it happened, which staff may write down with it (R09); the
	// customer reads it when CausePublic.
	Cause       Text
	CausePublic bool
}

// AcceptCompletion agrees; staff add the consent that they were given.
type AcceptCompletion struct {
	Consent *Consent
}

// DeclineCompletion says that it is not solved.
type DeclineCompletion struct {
	Text     Text
	OnBehalf bool // staff write down what the contact said
}

// Complete ends the work at once: CS requests with notice, or a reason that
// needs nobody's consent, or with a recorded consent (A22).
type Complete struct {
	Reason  string
	Text    Text
	Consent *Consent
	Of      int64 // duplicate: the request that goes on
	// Cause is why it happened (R09); the customer reads it when CausePublic.
	Cause       Text
	CausePublic bool
}

// Reopen brings a completed request back within the window (A12).
type Reopen struct {
	Text Text
}

// AnswerSurvey is the customer's opinion, once for each survey (R50).
type AnswerSurvey struct {
	Score int
	Text  Text
}

// ChangeDetails replaces those fields that are not nil. Changes replaces recent
// changes of the kinds that it names; other kinds stay. Tag and Untag add and take
// away tags and leave all others as they are, whoever has set them meanwhile.
type ChangeDetails struct {
	Reference, ErrorString, RecentChanges, Impact, Milestone *Text
	Environment, Component, Workaround                       *string
	MilestoneAt                                              *time.Time
	Severity1                                                *[]int64
	Tags, Platforms, Gathered                                *[]string
	Tag, Untag                                               []string
	Symptom                                                  *string
	Changes                                                  []RecentChange
	Preferred                                                *Channel
}

// ApproveExecution is the PLA's word for what somebody else asked for (R03).
type ApproveExecution struct{}

// SplitLicence divides a licence key, and downgrades the parts when Version is
// given (R07). Keys are the new keys, one a part.
type SplitLicence struct {
	Licence int64
	Parts   []int
	Version string
	Keys    []Text
}

// Tick says that time has passed. Everything that is due by then happens.
type Tick struct{}

// RecordNotice is the effect worker's: somebody was told.
type RecordNotice struct{ Notified }

// Name implements [Command].
func (*File) Name() string                 { return "file" }
func (*Take) Name() string                 { return "take" }
func (*Assign) Name() string               { return "assign" }
func (*Comment) Name() string              { return "comment" }
func (*AddNote) Name() string              { return "add_note" }
func (*RecordAutoReply) Name() string      { return "record_auto_reply" }
func (*Ask) Name() string                  { return "ask" }
func (*AnswerAsk) Name() string            { return "answer_ask" }
func (*CancelAsk) Name() string            { return "cancel_ask" }
func (*LogContact) Name() string           { return "log_contact" }
func (*VoidAttempt) Name() string          { return "void_attempt" }
func (*Wait) Name() string                 { return "wait" }
func (*Resume) Name() string               { return "resume" }
func (*RaiseSeverity) Name() string        { return "raise_severity" }
func (*GrantSeverity) Name() string        { return "grant_severity" }
func (*DeclineSeverity) Name() string      { return "decline_severity" }
func (*LowerSeverity) Name() string        { return "lower_severity" }
func (*ProposeLowerSeverity) Name() string { return "propose_lower_severity" }
func (*AgreeLowerSeverity) Name() string   { return "agree_lower_severity" }
func (*OfferAfterHours) Name() string      { return "offer_after_hours" }
func (*ConfirmAfterHours) Name() string    { return "confirm_after_hours" }
func (*DeclineAfterHours) Name() string    { return "decline_after_hours" }
func (*ProposeAfterHoursEnd) Name() string { return "propose_after_hours_end" }
func (*AgreeAfterHoursEnd) Name() string   { return "agree_after_hours_end" }
func (*AnnounceHandOver) Name() string     { return "announce_hand_over" }
func (*CancelHandOver) Name() string       { return "cancel_hand_over" }
func (*Escalate) Name() string             { return "escalate" }
func (*AssignEscalation) Name() string     { return "assign_escalation" }
func (*SetActionPlan) Name() string        { return "set_action_plan" }
func (*ConfirmDeescalation) Name() string  { return "confirm_deescalation" }
func (*Deescalate) Name() string           { return "deescalate" }
func (*ProposeCompletion) Name() string    { return "propose_completion" }
func (*AcceptCompletion) Name() string     { return "accept_completion" }
func (*DeclineCompletion) Name() string    { return "decline_completion" }
func (*Complete) Name() string             { return "complete" }
func (*Reopen) Name() string               { return "reopen" }
func (*AnswerSurvey) Name() string         { return "answer_survey" }
func (*ChangeDetails) Name() string        { return "change_details" }
func (*ApproveExecution) Name() string     { return "approve_execution" }
func (*SplitLicence) Name() string         { return "split_licence" }
func (*Tick) Name() string                 { return "tick" }
func (*RecordNotice) Name() string         { return "record_notice" }

// Texts implements [Command].
func (c *File) Texts() []*Text {
	d := &c.Details
	out := []*Text{&c.Title, &c.Body, &d.Reference, &d.ErrorString, &d.RecentChanges, &d.Impact, &d.Milestone}
	for i := range c.Evidence {
		out = append(out, &c.Evidence[i].Text)
	}
	for i := range d.Changes {
		out = append(out, &d.Changes[i].Text)
	}
	for i := range c.ThirdParties {
		out = append(out, &c.ThirdParties[i].Vendor, &c.ThirdParties[i].Component)
	}
	return append(out, fileTexts(c.Files)...)
}
func (*Take) Texts() []*Text   { return nil }
func (*Assign) Texts() []*Text { return nil }
func (c *Comment) Texts() []*Text {
	out := []*Text{&c.Text}
	for i := range c.Asks {
		out = append(out, &c.Asks[i].Text)
	}
	return append(out, fileTexts(c.Files)...)
}
func (c *AddNote) Texts() []*Text              { return append([]*Text{&c.Text}, fileTexts(c.Files)...) }
func (c *RecordAutoReply) Texts() []*Text      { return []*Text{&c.Text} }
func (c *Ask) Texts() []*Text                  { return []*Text{&c.Text} }
func (c *AnswerAsk) Texts() []*Text            { return append([]*Text{&c.Text}, fileTexts(c.Files)...) }
func (c *CancelAsk) Texts() []*Text            { return []*Text{&c.Reason} }
func (c *LogContact) Texts() []*Text           { return []*Text{&c.Text, &c.Reason} }
func (*VoidAttempt) Texts() []*Text            { return nil }
func (c *Wait) Texts() []*Text                 { return []*Text{&c.Reason} }
func (*Resume) Texts() []*Text                 { return nil }
func (c *RaiseSeverity) Texts() []*Text        { return []*Text{&c.Impact} }
func (c *GrantSeverity) Texts() []*Text        { return []*Text{&c.Reason} }
func (c *DeclineSeverity) Texts() []*Text      { return []*Text{&c.Reason} }
func (c *LowerSeverity) Texts() []*Text        { return []*Text{&c.Reason} }
func (c *ProposeLowerSeverity) Texts() []*Text { return []*Text{&c.Reason} }
func (*AgreeLowerSeverity) Texts() []*Text     { return nil }
func (c *OfferAfterHours) Texts() []*Text      { return []*Text{&c.Price, &c.Order} }
func (*ConfirmAfterHours) Texts() []*Text      { return nil }
func (c *DeclineAfterHours) Texts() []*Text    { return []*Text{&c.Reason} }
func (c *ProposeAfterHoursEnd) Texts() []*Text { return []*Text{&c.Text} }
func (*AgreeAfterHoursEnd) Texts() []*Text     { return nil }
func (c *AnnounceHandOver) Texts() []*Text {
	return []*Text{&c.Reason, &c.Note.State, &c.Note.Next, &c.Note.Promises, &c.Note.DoNot}
}
func (c *CancelHandOver) Texts() []*Text { return []*Text{&c.Reason} }
func (c *Escalate) Texts() []*Text {
	return []*Text{&c.Statement, &c.Impact, &c.Workaround, &c.Reason}
}
func (*AssignEscalation) Texts() []*Text { return nil }
func (c *SetActionPlan) Texts() []*Text {
	var out []*Text
	for i := range c.Steps {
		out = append(out, &c.Steps[i].Text)
	}
	return out
}
func (*ConfirmDeescalation) Texts() []*Text { return nil }
func (c *Deescalate) Texts() []*Text        { return []*Text{&c.Reason} }
func (c *ProposeCompletion) Texts() []*Text { return []*Text{&c.Text, &c.Cause} }
func (*AcceptCompletion) Texts() []*Text    { return nil }
func (c *DeclineCompletion) Texts() []*Text { return []*Text{&c.Text} }
func (c *Complete) Texts() []*Text          { return []*Text{&c.Text, &c.Cause} }
func (c *Reopen) Texts() []*Text            { return []*Text{&c.Text} }
func (c *AnswerSurvey) Texts() []*Text      { return []*Text{&c.Text} }
func (c *ChangeDetails) Texts() []*Text {
	var out []*Text
	for _, t := range []*Text{c.Reference, c.ErrorString, c.RecentChanges, c.Impact, c.Milestone} {
		if t != nil {
			out = append(out, t)
		}
	}
	for i := range c.Changes {
		out = append(out, &c.Changes[i].Text)
	}
	return out
}
func (*ApproveExecution) Texts() []*Text { return nil }
func (c *SplitLicence) Texts() []*Text {
	var out []*Text
	for i := range c.Keys {
		out = append(out, &c.Keys[i])
	}
	return out
}
func (*Tick) Texts() []*Text         { return nil }
func (*RecordNotice) Texts() []*Text { return nil }
