package support

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// DefectState is where engineering stands with a defect.
type DefectState string

// States of a defect. Fixed names the production release that holds the fix.
const (
	DefectReported  DefectState = "reported"
	DefectConfirmed DefectState = "confirmed"
	DefectFixing    DefectState = "fixing"
	DefectFixed     DefectState = "fixed"
	DefectWontFix   DefectState = "wont_fix"
	DefectRejected  DefectState = "rejected" // it works as it should, or is another one
)

// defectSteps are the states that may follow each state. None is the last: a
// fix may not hold, and what was rejected may turn up again.
var defectSteps = map[DefectState][]DefectState{
	DefectReported:  {DefectConfirmed, DefectRejected},
	DefectConfirmed: {DefectFixing, DefectFixed, DefectWontFix, DefectRejected},
	DefectFixing:    {DefectConfirmed, DefectFixed, DefectWontFix},
	DefectFixed:     {DefectConfirmed},
	DefectWontFix:   {DefectConfirmed},
	DefectRejected:  {DefectReported},
}

// DefectStates are all states, in their order.
func DefectStates() []DefectState {
	return []DefectState{DefectReported, DefectConfirmed, DefectFixing, DefectFixed, DefectWontFix, DefectRejected}
}

// Open tells whether engineering still has to do with it.
func (s DefectState) Open() bool {
	return s == DefectReported || s == DefectConfirmed || s == DefectFixing
}

// Tells are the states of which every linked request is told: what a customer
// waits for has come, or will not.
func (s DefectState) Tells() bool {
	return s == DefectFixed || s == DefectWontFix || s == DefectRejected
}

// Step refuses a state that does not follow from s; the same one is no step.
func (s DefectState) Step(to DefectState) error {
	next := defectSteps[s]
	if s == to || slices.Contains(next, to) {
		return nil
	}
	words := make([]string, len(next))
	for i, n := range next {
		words[i] = string(n)
	}
	e := Refuse(Conflict, "defect.no_such_step", "from", string(s), "to", string(to), "choices", strings.Join(words, ", "))
	if _, known := defectSteps[to]; !known {
		e.Code = Invalid
	}
	e.Field = "state"
	return e
}

// Defect is an error in a product as engineering follows it. It is a noun of
// its own: many requests may be linked to it, a request to many, and it
// outlives them (R36). Title and Description are engineering's words; customers
// of linked requests read Public, State and FixedIn and nothing else.
type Defect struct {
	ID          int64
	Product     string // key
	Versions    []string
	State       DefectState
	Severity    int    // for engineering, 1 is the worst
	FixedIn     string // the production release; set while fixed
	Title       Text
	Public      Text
	Description Text
	ReportedAt  time.Time
	ChangedAt   time.Time
	FixedAt     time.Time
	Requests    int // that are linked
}

// FirstDefect is the id of the first defect of a desk.
const FirstDefect = 1001

// DefectNumber is a defect's number as it is written everywhere: D-1001.
func DefectNumber(id int64) string { return "D-" + strconv.FormatInt(id, 10) }

// ParseDefectNumber reads a defect's number, with or without its letter.
func ParseDefectNumber(s string) (int64, error) {
	return lettered(s, "D", FirstDefect, "defect", "defect.number_form")
}

// LinkedDefect is a defect to which a request is linked.
type LinkedDefect struct {
	DefectLinked
	Seq int64
	At  time.Time
	// ToldState and ToldRelease are what the request was told last; "": nothing.
	ToldState   DefectState
	ToldRelease string
}

// LinkDefect links the request to a defect. On a completed one it still means
// that its customer is told of the fix (R36).
type LinkDefect struct{ Defect int64 }

// UnlinkDefect takes it back: it is another defect, or none.
type UnlinkDefect struct {
	Defect int64
	Reason Text
}

// TellDefect is one request's part in a run that tells what has become of a
// defect. Run is told to a request once; MailFrom spreads the mails.
type TellDefect struct {
	Defect   int64
	Run      int64
	MailFrom time.Time
}

// Name implements [Command].
func (*LinkDefect) Name() string   { return "link_defect" }
func (*UnlinkDefect) Name() string { return "unlink_defect" }
func (*TellDefect) Name() string   { return "tell_defect" }

// Texts implements [Command].
func (*LinkDefect) Texts() []*Text     { return nil }
func (c *UnlinkDefect) Texts() []*Text { return []*Text{&c.Reason} }
func (*TellDefect) Texts() []*Text     { return nil }

// DefectLinked links the request to a defect. Public are the words for
// customers and State the state, both as they stood then.
type DefectLinked struct {
	Defect  int64       `json:"defect"`
	Product string      `json:"product"`
	State   DefectState `json:"state"`
	Public  Text        `json:"public,omitzero"`
}

// DefectUnlinked takes the link back.
type DefectUnlinked struct {
	Defect int64 `json:"defect"`
	Reason Text  `json:"reason,omitzero"`
}

// DefectTold tells what has become of a linked defect (R36).
type DefectTold struct {
	Defect  int64       `json:"defect"`
	State   DefectState `json:"state"`
	FixedIn string      `json:"fixed_in,omitempty"`
	Public  Text        `json:"public,omitzero"`
	Run     int64       `json:"run"`
	// MailFrom is when the mail may leave at the earliest; zero: at once.
	MailFrom time.Time `json:"mail_from,omitzero"`
}

func (DefectLinked) factKind() string   { return "defect_linked" }
func (DefectUnlinked) factKind() string { return "defect_unlinked" }
func (DefectTold) factKind() string     { return "defect_told" }

func (b DefectLinked) apply(r *Request, f Fact) {
	r.Defects = append(r.Defects, LinkedDefect{DefectLinked: b, Seq: f.Seq, At: f.At})
}

func (b DefectUnlinked) apply(r *Request, _ Fact) {
	r.Defects = slices.DeleteFunc(r.Defects, func(l LinkedDefect) bool { return l.Defect == b.Defect })
}

func (b DefectTold) apply(r *Request, _ Fact) {
	r.Runs = append(r.Runs, b.Run)
	for i := range r.Defects {
		if r.Defects[i].Defect == b.Defect {
			r.Defects[i].ToldState, r.Defects[i].ToldRelease = b.State, b.FixedIn
		}
	}
}

func (r *Request) linkedTo(defect int64) bool {
	return slices.ContainsFunc(r.Defects, func(l LinkedDefect) bool { return l.Defect == defect })
}

func (w World) defect(id int64) (Defect, bool) {
	i := slices.IndexFunc(w.Defects, func(x Defect) bool { return x.ID == id })
	if i < 0 {
		return Defect{}, false
	}
	return w.Defects[i], true
}

func (c *LinkDefect) decide(d *decision) error {
	x, ok := d.w.defect(c.Defect)
	if !ok {
		return Wrong("defect", "defect.unknown", "defect", DefectNumber(c.Defect))
	}
	if d.r.linkedTo(c.Defect) {
		return refuse(Conflict, "defect.linked_already", "defect", DefectNumber(c.Defect))
	}
	d.record(DefectLinked{Defect: x.ID, Product: x.Product, State: x.State, Public: x.Public})
	return nil
}

func (c *UnlinkDefect) decide(d *decision) error {
	if !d.r.linkedTo(c.Defect) {
		return refuse(Conflict, "defect.not_linked", "defect", DefectNumber(c.Defect))
	}
	if err := need(c.Reason, "reason"); err != nil {
		return err
	}
	d.record(DefectUnlinked{Defect: c.Defect, Reason: c.Reason})
	return nil
}

// TellDefect tells how the defect stands now, nothing twice, and nothing to a
// request that is linked no longer.
func (c *TellDefect) decide(d *decision) error {
	x, ok := d.w.defect(c.Defect)
	i := slices.IndexFunc(d.r.Defects, func(l LinkedDefect) bool { return l.Defect == c.Defect })
	if !ok || i < 0 || !x.State.Tells() || contains(d.r.Runs, c.Run) {
		return nil
	}
	if l := d.r.Defects[i]; l.ToldState == x.State && l.ToldRelease == x.FixedIn {
		return nil
	}
	d.record(DefectTold{Defect: x.ID, State: x.State, FixedIn: x.FixedIn, Public: x.Public, Run: c.Run, MailFrom: Instant(c.MailFrom)})
	kind, _ := d.p.Waiting.Kind(string(WaitingEngineering))
	if x.State == DefectFixed && contains(kind.Ends, "defect_fixed") {
		d.endWaiting(WaitingEngineering, "defect_fixed", d.at)
	}
	return nil
}

// ofDefect is a defect of the request's product to which it is linked: then its
// incident was no question but an error of the product (A20). One that was
// rejected is none; 0 when there is none.
func (d *decision) ofDefect() int64 {
	for _, l := range d.r.Defects {
		if x, ok := d.w.defect(l.Defect); ok && x.Product == d.r.Filed.Product && x.State != DefectRejected {
			return x.ID
		}
	}
	return 0
}
