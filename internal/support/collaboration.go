package support

import (
	"slices"
	"time"
)

// CollaborationState is where work with another vendor stands, as TSANet counts
// it (R39).
type CollaborationState string

// States of a collaboration.
const (
	CollaborationOpen        CollaborationState = "open"        // they have it, nobody has answered
	CollaborationInformation CollaborationState = "information" // they want to know more
	CollaborationAccepted    CollaborationState = "accepted"    // they work on it
	CollaborationRejected    CollaborationState = "rejected"
	CollaborationClosed      CollaborationState = "closed"
)

// collaborationMoves are the states that may follow each.
var collaborationMoves = map[CollaborationState][]CollaborationState{
	CollaborationOpen:        {CollaborationInformation, CollaborationAccepted, CollaborationRejected, CollaborationClosed},
	CollaborationInformation: {CollaborationOpen, CollaborationAccepted, CollaborationRejected, CollaborationClosed},
	CollaborationAccepted:    {CollaborationInformation, CollaborationClosed},
}

// OpenCollaboration takes component N to its vendor (R39). Ground is why:
// no_root_cause or suspicion, which needs stated grounds. Mutual says that the
// customer was checked to be theirs too.
type OpenCollaboration struct {
	N      int
	Ground string
	Mutual bool
	Text   Text // what they are told
}

// MoveCollaboration notes what the other vendor did, or what we answered it.
type MoveCollaboration struct {
	N    int
	To   CollaborationState
	Text Text // the customer reads it; why, of a rejection
	// Theirs is their number and their people; staff alone read it.
	Theirs Text
}

// Name implements [Command].
func (*OpenCollaboration) Name() string { return "open_collaboration" }
func (*MoveCollaboration) Name() string { return "move_collaboration" }

// Texts implements [Command].
func (c *OpenCollaboration) Texts() []*Text { return []*Text{&c.Text} }
func (c *MoveCollaboration) Texts() []*Text { return []*Text{&c.Text, &c.Theirs} }

// CollaborationOpened: the other vendor has been asked.
type CollaborationOpened struct {
	N            int       `json:"n"` // the component
	Relationship string    `json:"relationship"`
	Ground       string    `json:"ground"`
	RespondBy    time.Time `json:"respond_by,omitzero"` // zero: no time is agreed
	IdleAt       time.Time `json:"idle_at,omitzero"`    // when it ends if nothing happens
	Consent      Consent   `json:"consent"`             // the permission that it rests on
	Text         Text      `json:"text"`
}

// CollaborationMoved: where it stands now.
type CollaborationMoved struct {
	N      int                `json:"n"`
	To     CollaborationState `json:"to"`
	Why    string             `json:"why,omitempty"` // idle, sharing_withdrawn: by itself
	IdleAt time.Time          `json:"idle_at,omitzero"`
	Text   Text               `json:"text,omitzero"`
	Theirs Text               `json:"theirs,omitzero"`
}

// CollaborationOverdue: the other vendor has not answered in time.
type CollaborationOverdue struct {
	N         int       `json:"n"`
	RespondBy time.Time `json:"respond_by"`
}

func (CollaborationOpened) factKind() string  { return "collaboration_opened" }
func (CollaborationMoved) factKind() string   { return "collaboration_moved" }
func (CollaborationOverdue) factKind() string { return "collaboration_overdue" }

// Collaboration is work with another vendor on one component.
type Collaboration struct {
	CollaborationOpened
	State   CollaborationState
	At      time.Time // when it was opened
	MovedAt time.Time
	Theirs  Text // staff alone read it
	Overdue bool
}

// Active tells whether the other vendor has it.
func (c *Collaboration) Active() bool { return c != nil && len(collaborationMoves[c.State]) > 0 }

func (b CollaborationOpened) apply(r *Request, f Fact) {
	r.thirdParty(b.N).Collaboration = &Collaboration{CollaborationOpened: b, State: CollaborationOpen, At: f.At, MovedAt: f.At}
	r.LastPublic = Vendor
}

func (b CollaborationMoved) apply(r *Request, f Fact) {
	t := r.thirdParty(b.N)
	c := *t.Collaboration
	c.State, c.MovedAt, c.IdleAt = b.To, f.At, b.IdleAt
	if !b.Theirs.Empty() {
		c.Theirs = b.Theirs
	}
	t.Collaboration = &c
	if f.By.Kind == Vendor {
		r.LastPublic = Vendor
	}
}

func (b CollaborationOverdue) apply(r *Request, _ Fact) {
	t := r.thirdParty(b.N)
	c := *t.Collaboration
	c.Overdue = true
	t.Collaboration = &c
}

func (c *OpenCollaboration) decide(d *decision) error {
	t, err := d.third(c.N)
	if err != nil {
		return err
	}
	n := itoa(c.N)
	switch {
	case t.Relationship == "" || t.Kind == "joint":
		return refuse(Conflict, "third_party.no_relationship", "n", n)
	case !t.Usable:
		return refuse(Conflict, "third_party.listed_only", "n", n)
	case t.Collaboration.Active():
		return refuse(Conflict, "third_party.collaborating", "n", n)
	case c.Ground != "no_root_cause" && c.Ground != "suspicion":
		return Wrong("ground", "third_party.ground", "ground", c.Ground)
	case c.Ground == "suspicion" && t.Grounds.Empty():
		return refuse(Conflict, "third_party.suspicion_needs_grounds", "n", n)
	case c.Ground == "no_root_cause" && d.r.RootCause != nil:
		return refuse(Conflict, "third_party.cause_known", "n", n)
	case t.Sharing == nil:
		return refuse(Conflict, "third_party.permission_needed", "n", n)
	case !c.Mutual:
		return Wrong("mutual", "third_party.mutual_needed")
	}
	if err := need(c.Text, "text"); err != nil {
		return err
	}
	b := CollaborationOpened{N: c.N, Relationship: t.Relationship, Ground: c.Ground, IdleAt: d.idle(), Consent: *t.Sharing, Text: c.Text}
	rule, _ := relationshipOf(t.Relationship, d.p)
	if a, ok := rule.Respond[d.r.Severity]; ok {
		span, err := d.p.SpanIn(d.r.Filed.Region, "", a, 0, d.at)
		if err != nil {
			return refuse(Invalid, "target.not_computable", "metric", "collaboration", "cause", err.Error())
		}
		b.RespondBy = span.Due
	}
	d.record(b)
	d.wait(WaitingThirdParty, time.Time{}, Text{})
	return nil
}

// idle is when a collaboration ends in which nothing happens from now on.
func (d *decision) idle() time.Time {
	a := d.p.ThirdParty.IdleAfter
	if a.IsZero() {
		return time.Time{}
	}
	return d.at.Add(a.Duration())
}

func (c *MoveCollaboration) decide(d *decision) error {
	t, err := d.third(c.N)
	if err != nil {
		return err
	}
	n := itoa(c.N)
	switch x := t.Collaboration; {
	case x == nil:
		return refuse(Conflict, "third_party.not_collaborating", "n", n)
	case !slices.Contains(collaborationMoves[x.State], c.To):
		return refuse(Conflict, "third_party.no_such_move", "n", n, "from", string(x.State), "to", string(c.To))
	case c.To == CollaborationRejected && c.Text.Empty():
		return need(c.Text, "text")
	}
	d.moveCollaboration(CollaborationMoved{N: c.N, To: c.To, IdleAt: d.idle(), Text: c.Text, Theirs: c.Theirs})
	return nil
}

// moveCollaboration records a move, and what is waited for from then on: the
// other vendor while they have it, nobody while they wait for us.
func (d *decision) moveCollaboration(b CollaborationMoved) {
	d.record(b)
	switch b.To {
	case CollaborationOpen, CollaborationAccepted:
		d.wait(WaitingThirdParty, time.Time{}, Text{})
	default:
		d.endWaiting(WaitingThirdParty, "third_party_reply", d.at)
	}
}

// collaborating lists what becomes due of work with other vendors.
func (r *Request) collaborating() []moment {
	var out []moment
	for _, t := range r.ThirdParties {
		c := t.Collaboration
		if !c.Active() {
			continue
		}
		if c.State == CollaborationOpen && !c.Overdue && !c.RespondBy.IsZero() {
			out = append(out, moment{missedFrom(c.RespondBy), func(d *decision) error {
				d.record(CollaborationOverdue{N: t.N, RespondBy: c.RespondBy})
				return nil
			}})
		}
		if !c.IdleAt.IsZero() {
			out = append(out, moment{c.IdleAt, func(d *decision) error {
				d.moveCollaboration(CollaborationMoved{N: t.N, To: CollaborationClosed, Why: "idle"})
				return nil
			}})
		}
	}
	return out
}
