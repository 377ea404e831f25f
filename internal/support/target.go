package support

import "time"

// Metric is what a target measures.
type Metric string

// Metrics.
const (
	Acknowledgement    Metric = "acknowledgement"      // R23: the receipt within the hour
	FirstResponse      Metric = "first_response"       // R24
	CSReply            Metric = "cs_reply"             // R25: warning = goal, due = limit (A9)
	AfterHoursResponse Metric = "after_hours_response" // R33, A10
	DutyCallback       Metric = "callback"             // R46: duty calls back when phoned
)

// Target is one clock of a request as it was started. All instants are
// computed when it starts and stand here; nothing is computed from it later,
// except by the check that recomputes it from the same inputs.
type Target struct {
	Metric Metric `json:"metric"`
	N      int    `json:"n"` // 1.. within the metric
	// AnchorSeq is the fact from which it counts, AnchorAt that fact's instant.
	AnchorSeq int64     `json:"anchor_seq"`
	AnchorAt  time.Time `json:"anchor_at"`
	Amount    string    `json:"amount"`           // as the pack writes it: 4bh, 30m
	Goal      string    `json:"goal,omitempty"`   // cs_reply: the amount of its goal
	Hours     string    `json:"hours,omitempty"`  // of the offering, where they are not the region's
	Region    string    `json:"region,omitempty"` // whose calendar (A19)
	Calendar  string    `json:"calendar,omitempty"`
	Zone      string    `json:"zone,omitempty"`
	Pack      string    `json:"pack"`
	TZData    string    `json:"tzdata,omitempty"`
	Offering  string    `json:"offering,omitempty"`
	Severity  int       `json:"severity,omitempty"`
	WarnAt    time.Time `json:"warn_at"`
	DueAt     time.Time `json:"due_at"`
	// Capped: an older running target was due earlier and keeps its word (A4).
	Capped bool `json:"capped,omitempty"`
	// Uncertain says what the calendar does not know: "no holiday data for 2029".
	Uncertain string        `json:"uncertain,omitempty"`
	Rules     []string      `json:"rules"` // guide ids
	Pauses    []WaitingKind `json:"pauses,omitempty"`
	// GoalAt and NotAfter hand the warning instant of a goal and the due instant
	// of an older running target to the one who starts this one.
	GoalAt   time.Time `json:"-"`
	NotAfter time.Time `json:"-"`
}

// TargetState is where a clock stands.
type TargetState string

// States of a clock. A missed one is late and still counts up until met.
const (
	Running  TargetState = "running"
	Met      TargetState = "met"
	Missed   TargetState = "missed"
	MetLate  TargetState = "met_late"
	Replaced TargetState = "replaced"
	Dropped  TargetState = "dropped"
)

// Clock is a target with what has become of it.
type Clock struct {
	Target
	State    TargetState
	Warned   bool
	MetAt    time.Time
	MissSeen bool // the miss stands on the timeline
	PausedAt time.Time
	// EndedAt is when it was replaced or dropped.
	EndedAt time.Time
	// MissWithdrawn: it turned out to have been met in time.
	MissWithdrawn bool
}

// Open tells whether the clock still waits for its answer.
func (c Clock) Open() bool { return c.State == Running || c.State == Missed }

// Paused tells whether a waiting period holds it.
func (c Clock) Paused() bool { return !c.PausedAt.IsZero() }

// late is the one edge of every target: in the very instant is in time.
func late(at, due time.Time) bool { return at.After(due) }

// missedFrom is the first instant at which a target due then is missed.
func missedFrom(due time.Time) time.Time { return due.Add(Micro) }
