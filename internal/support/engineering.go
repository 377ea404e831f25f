package support

// OfEngineering puts an ask to engineering: its task, with a state of its own,
// which customers never see (R09, R27).
const OfEngineering Turn = "engineering"

// InHouse tells whether an ask of this side is the vendor's own: customers do
// not see it.
func (t Turn) InHouse() bool { return t == TurnSupport || t == OfEngineering }

// AssignAsk gives an ask of engineering to one of its people; 0 is whoever
// issues it.
type AssignAsk struct {
	N     int
	Staff int64
}

// Name implements [Command].
func (*AssignAsk) Name() string { return "assign_ask" }

// Texts implements [Command].
func (*AssignAsk) Texts() []*Text { return nil }

// AskAssigned gives an ask of engineering to somebody.
type AskAssigned struct {
	N     int   `json:"n"`
	Staff int64 `json:"staff"`
}

func (AskAssigned) factKind() string { return "ask_assigned" }

func (b AskAssigned) apply(r *Request, _ Fact) {
	for i := range r.Asks {
		if r.Asks[i].N == b.N {
			r.Asks[i].Staff = b.Staff
		}
	}
}

func (c *AssignAsk) decide(d *decision) error {
	a, err := d.ask(c.N)
	if err != nil {
		return err
	}
	if a.Of != OfEngineering {
		return refuse(Conflict, "ask.not_engineering", "n", itoa(c.N))
	}
	to := c.Staff
	if to == 0 && d.by.Kind == Vendor {
		to = d.by.ID
	}
	s, ok := d.w.staff(to)
	switch {
	case !ok || !s.Active:
		return Wrong("staff", "staff.unknown")
	case !s.Has(RoleEngineering):
		return Wrong("staff", "staff.not_engineering")
	case contains(d.w.Blind, to):
		return Wrong("staff", "staff.sees_not")
	case a.Staff == to:
		return refuse(Conflict, "ask.assigned_already", "n", itoa(c.N))
	}
	d.record(AskAssigned{N: c.N, Staff: to})
	return nil
}

// engineering tells whoever an ask of engineering concerns: the one who works
// on it that it came, the one who asked that it is answered or taken back.
func (e *reactor) engineering(f Fact) {
	tell := func(template string, id int64) {
		if id != 0 && f.By != (Actor{Vendor, id}) {
			e.add("mail", template, f.Seq, f.Seq, Recipient{ToStaff, id})
		}
	}
	find := func(n int) OpenedAsk {
		for _, a := range e.r.Asks {
			if a.N == n && a.Of == OfEngineering {
				return a
			}
		}
		return OpenedAsk{}
	}
	switch b := f.Body.(type) {
	case AskAssigned:
		tell("ask_assigned_staff", b.Staff)
	case AskAnswered:
		if a := find(b.N); a.By.Kind == Vendor {
			tell("ask_answered_staff", a.By.ID)
		}
	case AskCancelled:
		tell("ask_cancelled_staff", find(b.N).Staff)
	}
}
