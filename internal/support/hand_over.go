package support

import "strings"

func (c *Take) decide(d *decision) error {
	if d.by.Kind != Vendor {
		return refuse(Forbidden, "command.forbidden", "command", c.Name())
	}
	return d.assign(d.by.ID, "taken")
}

func (c *Assign) decide(d *decision) error { return d.assign(c.Staff, "assigned") }

// assign gives a queued request its owner. Who owns one already gives it away
// by hand-over only, which is told before (R26).
func (d *decision) assign(staff int64, why string) error {
	if d.r.Owner != 0 {
		return refuse(Conflict, "request.owned", "number", SpokenNumber(d.r.ID))
	}
	if err := d.canWork(staff, "staff"); err != nil {
		return err
	}
	d.record(Assigned{Staff: staff, Why: why})
	return nil
}

// canWork: technical requests are an engineer's or a representative's, customer
// service requests the licence team's or a representative's (R07, R08, R15).
func (d *decision) canWork(id int64, field string) error {
	s, ok := d.w.staff(id)
	if !ok || !s.Active {
		return Wrong(field, "staff.unknown")
	}
	roles := World{Roles: s.Roles}
	if roles.Has(fitting(d.r.Filed.Kind)...) || d.r.Filed.Beta != 0 && roles.Has(RoleEngineering, RoleBeta) {
		return nil
	}
	if d.r.Filed.Kind == CS {
		return Wrong(field, "staff.not_licence")
	}
	return Wrong(field, "staff.not_engineer")
}

// fitting are the roles that own a request of the kind.
func fitting(k Kind) []Role {
	if k == CS {
		return []Role{RoleLicence, RoleCSR}
	}
	return []Role{RoleTSE, RoleCSR}
}

func (c *AnnounceHandOver) decide(d *decision) error {
	switch {
	case d.r.Owner == 0:
		return refuse(Conflict, "hand_over.no_owner")
	case c.To == d.r.Owner:
		return Wrong("to", "hand_over.same_owner")
	case d.r.HandOver != nil:
		return refuse(Conflict, "hand_over.pending")
	}
	var known []string
	for _, k := range d.p.HandOver.Reasons {
		known = append(known, k.ID)
	}
	if !contains(known, c.Ground) {
		return Wrong("ground", "hand_over.ground_unknown", "ground", c.Ground, "choices", strings.Join(known, ", "))
	}
	if err := d.canWork(c.To, "to"); err != nil {
		return err
	}
	at := Instant(c.EffectiveAt)
	first := d.at.Add(d.p.HandOver.Notice.Duration())
	if at.IsZero() {
		at = first
	}
	if at.Before(first) {
		return Wrong("effective_at", "hand_over.too_soon", "notice", d.p.HandOver.Notice.String())
	}
	d.record(HandOverAnnounced{From: d.r.Owner, To: c.To, EffectiveAt: at, Ground: c.Ground, Reason: c.Reason})
	return nil
}

func (c *CancelHandOver) decide(d *decision) error {
	if d.r.HandOver == nil {
		return refuse(Conflict, "hand_over.none")
	}
	d.record(HandOverCancelled{To: d.r.HandOver.To, Reason: c.Reason})
	return nil
}
