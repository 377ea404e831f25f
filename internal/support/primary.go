package support

// SwapPrimary puts another contact in the place of the contract's PLA, at one
// instant: the licence team's act on a customer service request that asks for
// it (R07). Where the pack asks for four eyes, another member of staff has
// written down before that the identity was checked.
type SwapPrimary struct {
	To int64
}

// Name implements [Command].
func (*SwapPrimary) Name() string { return "swap_primary" }

// Texts implements [Command].
func (*SwapPrimary) Texts() []*Text { return nil }

// PrimarySwapped: To is the PLA of the contract, From is not any more (R02).
type PrimarySwapped struct {
	Contract int64 `json:"contract"`
	From     int64 `json:"from"`
	To       int64 `json:"to"`
	// Verified is who checked the identity; 0: the pack asks for nobody.
	Verified int64 `json:"verified,omitempty"`
}

func (PrimarySwapped) factKind() string     { return "primary_swapped" }
func (PrimarySwapped) apply(*Request, Fact) {}

// ChangeApprover moves an approval that waits to the contract's PLA of now: the
// desk's act on each such request once the PLA was replaced (R02, R03).
type ChangeApprover struct{}

// Name implements [Command].
func (*ChangeApprover) Name() string { return "change_approver" }

// Texts implements [Command].
func (*ChangeApprover) Texts() []*Text { return nil }

// ApproverChanged: To is asked for the approval, From is not any more. When To is
// whom the request is about, nothing has to be approved any more (R03).
type ApproverChanged struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

func (ApproverChanged) factKind() string { return "approver_changed" }

func (b ApproverChanged) apply(r *Request, _ Fact) {
	r.Filed.NeedsApproval, r.Filed.Approver = b.To != r.Filed.Contact, b.To
	if !r.Filed.NeedsApproval {
		r.Filed.Approver = 0
	}
}

func (*ChangeApprover) decide(d *decision) error {
	if !d.r.ApprovalWaits() {
		return refuse(Conflict, "approval.not_needed")
	}
	if !d.askPrimary() {
		return refuse(Conflict, "approval.asked")
	}
	return nil
}

// askPrimary asks the PLA of now for an approval that waits, when that is another
// than was asked.
func (d *decision) askPrimary() bool {
	another := d.r.ApprovalWaits() && d.w.Primary != 0 && d.w.Primary != d.r.Filed.Approver
	if another {
		d.record(ApproverChanged{From: d.r.Filed.Approver, To: d.w.Primary})
	}
	return another
}

func (c *SwapPrimary) decide(d *decision) error {
	switch {
	case d.r.Filed.Contract == 0 || d.w.Primary == 0:
		return refuse(Conflict, "swap.no_contract")
	case d.w.To.ID != c.To || !d.w.To.Active:
		return Wrong("contact", "contact.unknown")
	case c.To == d.w.Primary:
		return refuse(Conflict, "role.primary_already")
	}
	verified := int64(0)
	if d.p.Roles[string(RoleLicencePrimary)].FourEyes {
		for _, id := range d.r.Verified {
			if id != d.by.ID {
				verified = id
			}
		}
		if verified == 0 {
			return refuse(Conflict, "swap.four_eyes")
		}
	}
	d.record(PrimarySwapped{Contract: d.r.Filed.Contract, From: d.w.Primary, To: c.To, Verified: verified})
	d.respond()
	return nil
}
