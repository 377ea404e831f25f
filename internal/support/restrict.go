package support

import (
	"slices"
	"time"
)

// RestrictRequest lets only the named members of staff see a request, beside its
// owner, duty managers and administrators: a security report, a matter between
// people. Again, it replaces the names. What customers see stays as it is (A13).
type RestrictRequest struct {
	Staff  []int64
	Reason Text
}

// LiftRestriction lets all staff see it again.
type LiftRestriction struct {
	Reason Text
}

// BreakGlass opens a request to somebody who does not see it, for the pack's
// time and with a reason; duty is told and each read is written down.
type BreakGlass struct {
	Reason Text
}

// Name implements [Command].
func (*RestrictRequest) Name() string { return "restrict_request" }

// Name implements [Command].
func (*LiftRestriction) Name() string { return "lift_restriction" }

// Name implements [Command].
func (*BreakGlass) Name() string { return "break_glass" }

// Texts implements [Command].
func (c *RestrictRequest) Texts() []*Text { return []*Text{&c.Reason} }

// Texts implements [Command].
func (c *LiftRestriction) Texts() []*Text { return []*Text{&c.Reason} }

// Texts implements [Command].
func (c *BreakGlass) Texts() []*Text { return []*Text{&c.Reason} }

// Restricted names who of the staff sees the request from now on.
type Restricted struct {
	Staff  []int64 `json:"staff,omitempty"`
	Reason Text    `json:"reason"`
	// Follows is the restricted request that this one takes up, and with it who
	// sees it; 0: somebody restricted it, with a reason.
	Follows int64 `json:"follows,omitempty"`
}

// RestrictionLifted ends it.
type RestrictionLifted struct {
	Reason Text `json:"reason,omitzero"`
}

// GlassBroken: whoever recorded it sees the request before Until.
type GlassBroken struct {
	Until  time.Time `json:"until"`
	Reason Text      `json:"reason"`
}

func (Restricted) factKind() string        { return "restricted" }
func (RestrictionLifted) factKind() string { return "restriction_lifted" }
func (GlassBroken) factKind() string       { return "glass_broken" }

func (b Restricted) apply(r *Request, _ Fact)      { r.Restricted, r.Named = true, b.Staff }
func (RestrictionLifted) apply(r *Request, _ Fact) { r.Restricted, r.Named = false, nil }
func (GlassBroken) apply(*Request, Fact)           {}

func (c *RestrictRequest) decide(d *decision) error {
	if err := need(c.Reason, "reason"); err != nil {
		return err
	}
	staff := d.andSelf(c.Staff)
	for _, id := range staff {
		if s, ok := d.w.staff(id); !ok || !s.Active {
			return Wrong("staff", "staff.unknown")
		}
	}
	if d.r.Restricted && slices.Equal(staff, d.r.Named) {
		return refuse(Conflict, "restriction.same")
	}
	d.record(Restricted{Staff: staff, Reason: c.Reason})
	return nil
}

// andSelf names the actor too, who would be locked out; duty managers and
// administrators see every request.
func (d *decision) andSelf(staff []int64) []int64 {
	staff = slices.Clone(staff)
	if d.by.Kind == Vendor && !d.w.Has(RoleDuty, RoleAdmin) {
		staff = append(staff, d.by.ID)
	}
	slices.Sort(staff)
	return slices.Compact(staff)
}

// alike keeps a request to those who see the one that it takes up: its words may
// be that one's (A13).
func (d *decision) alike() {
	other := d.w.Other
	if other == nil || !other.Restricted {
		return
	}
	staff := other.Named
	if other.Owner != 0 {
		staff = append(slices.Clone(staff), other.Owner)
	}
	d.recordAs(Actor{Kind: System}, Restricted{Staff: d.andSelf(staff), Follows: other.ID})
}

func (c *LiftRestriction) decide(d *decision) error {
	if !d.r.Restricted {
		return refuse(Conflict, "restriction.none")
	}
	d.record(RestrictionLifted{Reason: c.Reason})
	return nil
}

func (c *BreakGlass) decide(d *decision) error {
	if err := need(c.Reason, "reason"); err != nil {
		return err
	}
	if !d.w.Hidden {
		return refuse(Conflict, "glass.not_needed")
	}
	d.record(GlassBroken{Until: d.at.Add(d.p.Restriction.Glass.Duration()), Reason: c.Reason})
	return nil
}

// MovesSight tells whether a fact may change who sees the request.
func MovesSight(b Body) bool {
	switch b.(type) {
	case WatcherAdded, WatcherRemoved, Restricted, RestrictionLifted, GlassBroken, Reclassified, PrimarySwapped:
		return true
	}
	return false
}
