package support

// Turn is whose turn it is. It is derived, never set: first by what is
// undecided, then by what is waited for, then by who spoke last.
func (r *Request) Turn() Turn {
	switch {
	case r.Completed != nil:
		return TurnNobody
	case r.Raise != nil:
		return TurnSupport
	case r.proposedByUs():
		// What the customer wrote since is for support to read first.
		if r.LastPublic == Customer {
			return TurnSupport
		}
		return TurnCustomer
	case r.Proposal != nil:
		return TurnSupport
	case r.ApprovalWaits() && r.LastPublic == Vendor:
		return TurnCustomer
	}
	if r.owesAnswer() {
		return TurnSupport
	}
	if w, ok := r.WaitingNow(); ok {
		switch w.Kind {
		case WaitingThirdParty:
			return TurnThirdParty
		case WaitingCustomer:
			if r.LastPublic != Customer {
				return TurnCustomer
			}
		}
	}
	return r.turnOfAsks()
}

// proposedByUs tells whether the customer has a yes or a no to give.
func (r *Request) proposedByUs() bool {
	return r.Proposal != nil && r.Proposal.Side == Vendor || r.Lowering != nil || r.AfterHours.EndProposed != nil || r.AfterHours.Offered()
}

// owesAnswer tells whether nobody has answered yet and nothing was asked of
// another side: an attempt that reached nobody does not make it their turn,
// unless there were as many as silence needs (A5).
func (r *Request) owesAnswer() bool {
	if _, enough := enoughOf(r.unanswered()); !enough.IsZero() {
		return false
	}
	for _, a := range r.Asks {
		if a.State == AskOpen && a.Of != TurnSupport && !a.Standing() {
			return false
		}
	}
	if w, ok := r.WaitingNow(); ok && w.Kind == WaitingThirdParty {
		return false
	}
	for _, c := range r.Clocks {
		if c.Open() && (c.Metric == FirstResponse || c.Metric == AfterHoursResponse || c.Metric == CSReply) {
			return true
		}
	}
	return false
}

// turnOfAsks: an open ask is the turn of whom it was put to, until that side
// answers it or writes; what the customer wrote is for support to read.
func (r *Request) turnOfAsks() Turn {
	third := false
	for _, a := range r.Asks {
		if a.State != AskOpen || a.Standing() {
			continue
		}
		if a.Of == TurnCustomer && r.LastPublic != Customer {
			return TurnCustomer
		}
		third = third || a.Of == TurnThirdParty
	}
	switch {
	case r.LastPublic == Customer:
		return TurnSupport
	case len(r.Attempts) > 0:
		return TurnCustomer
	case third:
		return TurnThirdParty
	}
	return TurnSupport
}
