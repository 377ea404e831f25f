package policy

// IntakeRules is what belongs to the life of a request from before its number
// (R15, R17, R27, R30): lists whose ids the core and the pages know.
type IntakeRules struct {
	Stages []Item   `json:"stages" pack:"required"` // R15
	Gather []Item   `json:"gather" pack:"required"` // R17
	Asks   []Item   `json:"asks" pack:"required"`   // R27
	Routes []Item   `json:"routes" pack:"required"` // where a refusal leads
	Plan   []Item   `json:"plan,omitzero"`          // R56
	Links  []Item   `json:"links,omitzero"`         // courses, consulting (R53)
	Duties []Item   `json:"duties,omitzero"`        // what the customer provides (R12, R54)
	Guide  []string `json:"guide" pack:"required,form=guide"`
}

// CSRules is customer service requests (R25, R51, A9). Goal and Limit are for
// the first human reply and never pause; Goal is the warning, Limit the miss.
type CSRules struct {
	Goal  Amount `json:"goal" pack:"required"`
	Limit Amount `json:"limit" pack:"required"`
	// Items are asked for and never block filing (R51).
	Items []Item   `json:"items" pack:"required"`
	Guide []string `json:"guide" pack:"required,form=guide"`
}

// ReceiptRules is the automatic acknowledgement with the number (R23).
type ReceiptRules struct {
	Within Amount   `json:"within" pack:"required,form=elapsed"`
	Guide  []string `json:"guide" pack:"required,form=guide"`
}

// AfterHoursRules is bought support outside the hours (R33, R34, A10). The
// zero value: it cannot be bought.
type AfterHoursRules struct {
	Severities []int  `json:"severities" pack:"required,ref=severities"`
	First      Amount `json:"first" pack:"required,form=elapsed"`
	// Environments in which it exists: released software in production.
	Environments []string `json:"environments" pack:"required,enum=production|test"`
	Grounds      []Item   `json:"grounds" pack:"required"`
	// Ends lists how it ends; each needs the customer's agreement (R34).
	Ends   []Item   `json:"ends" pack:"required"`
	Guide  []string `json:"guide" pack:"required,form=guide"`
	Source string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample bool     `json:"sample,omitempty"`
}

// WaitingRules is what a request may wait for and which clocks that pauses.
type WaitingRules struct {
	Kinds []WaitingKind `json:"kinds" pack:"required"`
	Guide []string      `json:"guide,omitempty" pack:"form=guide"`
}

// Kind finds a kind of waiting by its id.
func (w WaitingRules) Kind(id string) (WaitingKind, bool) {
	for _, k := range w.Kinds {
		if k.ID == id {
			return k, true
		}
	}
	return WaitingKind{}, false
}

// WaitingKind is one kind of waiting. A first response and a customer service
// reply are never paused.
type WaitingKind struct {
	ID   string `json:"id" pack:"required,enum=waiting_customer|waiting_third_party|agreed_date|waiting_engineering"`
	Name Text   `json:"name" pack:"required"`
	// Pauses are the metrics that stand still meanwhile.
	Pauses []string `json:"pauses" pack:"required,empty,enum=next_update|resolution|first_response|cs_reply|acknowledgement|after_hours_response|callback"`
	// MaxDays is how long the longest period lasts, in days of 24 hours; 0: no
	// end, which is possible only for a kind that pauses nothing.
	MaxDays int `json:"max_days,omitempty" pack:"min=0"`
	// Ends lists what ends it, besides its longest time.
	Ends []string `json:"ends" pack:"required,enum=customer_activity|staff|date|third_party_reply|defect_fixed"`
}

// CompletionRules is how requests complete and reopen (R49, A5, A12, A22).
type CompletionRules struct {
	Silence      SilenceRules `json:"silence" pack:"required"`
	ReopenWithin Amount       `json:"reopen_within" pack:"required,form=elapsed"`
	// FollowUpOffer is how long a request that follows another is offered to the
	// same owner (A23). The zero value: it goes to the queue at once.
	FollowUpOffer Amount   `json:"follow_up_offer,omitzero"`
	Reasons       []Reason `json:"reasons" pack:"required"`
	Guide         []string `json:"guide" pack:"required,form=guide"`
}

// Reason finds a completion reason by its id.
func (c CompletionRules) Reason(id string) (Reason, bool) {
	for _, r := range c.Reasons {
		if r.ID == id {
			return r, true
		}
	}
	return Reason{}, false
}

// SilenceRules is completion of a request whose customer stays silent (R49, A5).
type SilenceRules struct {
	Attempts int    `json:"attempts" pack:"required,min=1"`
	Window   Amount `json:"window" pack:"required"` // from the first unanswered attempt
	// DistinctDays is on how many different days of the contact they fell.
	DistinctDays int `json:"distinct_days" pack:"required,min=1"`
	// Automatic completes without anybody's hand when all of it holds.
	Automatic bool     `json:"automatic"`
	Guide     []string `json:"guide" pack:"required,form=guide"`
}

// Reason is one reason for which a request completes (A22).
type Reason struct {
	ID           string   `json:"id" pack:"required,form=id"`
	Name         Text     `json:"name" pack:"required"`
	NeedsConsent bool     `json:"needs_consent"`
	Kinds        []string `json:"kinds" pack:"required,enum=sr|cs_request"`
	// Refused is what follows when the customer refuses the proposal (R49);
	// empty: work goes on.
	Refused string   `json:"refused,omitempty" pack:"enum=escalate"`
	Guide   []string `json:"guide,omitempty" pack:"form=guide"`
}

// SurveyRules is the survey after completion (R50, A6, A15). The zero value:
// none is ever sent.
type SurveyRules struct {
	Interval Amount   `json:"interval" pack:"required,form=elapsed"` // per contact, since the last one sent
	NotAfter []string `json:"not_after" pack:"required,empty,ref=reasons"`
	Kinds    []string `json:"kinds" pack:"required,enum=sr|cs_request"`
	Scale    int      `json:"scale" pack:"required,min=2,max=11"` // points, 1 is the worst
	Question Text     `json:"question" pack:"required"`
	Guide    []string `json:"guide" pack:"required,form=guide"`
}

// EscalationRules is management attention (R46).
type EscalationRules struct {
	// Callback is by when duty calls back when the customer phoned.
	Callback           Amount   `json:"callback" pack:"required"`
	Reasons            []Item   `json:"reasons,omitzero"`
	Checklist          []Item   `json:"checklist" pack:"required"`
	DeescalationChecks []Item   `json:"deescalation_checks" pack:"required"`
	Ladder             []Rung   `json:"ladder,omitzero"`
	Guide              []string `json:"guide" pack:"required,form=guide"`
	Source             string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample             bool     `json:"sample,omitempty"`
}

// Rung is one step of the ladder: who learns of a request that is still open.
type Rung struct {
	Severities []int  `json:"severities" pack:"required,ref=severities"`
	After      Amount `json:"after" pack:"required"`
	To         string `json:"to" pack:"required,ref=roles"`
}

// HandOverRules is the change of owner (R26): rare, and told before.
type HandOverRules struct {
	// Notice is how long before it takes effect the customer is told.
	Notice Amount `json:"notice" pack:"required,form=elapsed"`
	// NoteRequired: the old owner leaves a hand-over note with all its parts.
	NoteRequired bool `json:"note_required"`
	// AcceptWithin is by when the new owner accepts, counted from the
	// announcement and never later than the effect; otherwise the request stays
	// with its owner and duty is told. Zero: it takes effect without a word.
	AcceptWithin Amount   `json:"accept_within,omitzero" pack:"form=elapsed"`
	Reasons      []Item   `json:"reasons" pack:"required"`
	Guide        []string `json:"guide" pack:"required,form=guide"`
	Source       string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample       bool     `json:"sample,omitempty"`
}

// TextRules is what becomes of a text that should not have been written (R28).
// The zero value: nobody erases any.
type TextRules struct {
	// AuthorWithin is how long whoever wrote a text may erase it themselves; zero:
	// only the duty manager and administrators may.
	AuthorWithin Amount `json:"author_within,omitzero" pack:"form=elapsed"`
	// UndoWithin is how long a comment of staff is held before the customer sees
	// it, so that its author may take it back; zero: it is out at once.
	UndoWithin Amount `json:"undo_within,omitzero" pack:"form=elapsed"`
	// Grounds are why a text is erased; one is always given.
	Grounds []Item   `json:"grounds" pack:"required"`
	Guide   []string `json:"guide" pack:"required,form=guide"`
	Source  string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample  bool     `json:"sample,omitempty"`
}

// RestrictionRules is requests and accounts that only named staff see.
type RestrictionRules struct {
	// Glass is how long somebody else sees one after breaking the glass.
	Glass  Amount   `json:"glass" pack:"required,form=elapsed"`
	Guide  []string `json:"guide" pack:"required,form=guide"`
	Source string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample bool     `json:"sample,omitempty"`
}

// UploadRules is files (R28).
type UploadRules struct {
	DirectMaxBytes int64    `json:"direct_max_bytes" pack:"required,min=1"` // by form; larger ones by the ways of Larger
	Larger         []string `json:"larger" pack:"required,enum=resumable|sftp|ftps"`
	KeepUnmatched  Amount   `json:"keep_unmatched,omitzero" pack:"form=elapsed"`
	// RequestMaxBytes and AccountMaxBytes are how much the files of a request and of
	// all requests of an account may take, PersonMaxBytes how much one person may
	// send in 24 hours. Zero: as much as there is room for.
	RequestMaxBytes int64 `json:"request_max_bytes,omitempty" pack:"min=0"`
	PersonMaxBytes  int64 `json:"person_max_bytes,omitempty" pack:"min=0"`
	AccountMaxBytes int64 `json:"account_max_bytes,omitempty" pack:"min=0"`
	// Name is how a larger file must be called: {number} is the request's number
	// without hyphens, {file} the file's own name. Empty: as it likes.
	Name  string   `json:"name,omitempty" pack:"form=file_name"`
	Guide []string `json:"guide" pack:"required,form=guide"`
}

// RetentionRules is how long completed requests are kept, in days of 24 hours.
// Zero: for ever.
type RetentionRules struct {
	RequestDays int    `json:"request_days,omitempty" pack:"min=0"`
	Source      string `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample      bool   `json:"sample,omitempty"`
}
