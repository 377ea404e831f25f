package support

import "time"

func (c *Comment) decide(d *decision) error {
	if err := need(c.Text, "text"); err != nil {
		return err
	}
	byCustomer := d.by.Kind == Customer || c.OnBehalf
	if d.by.Kind == Customer && (c.OnBehalf || len(c.Asks) > 0) {
		return Wrong("on_behalf", "comment.staff_only")
	}
	if err := d.mayCorrect(c.Corrects); err != nil {
		return err
	}
	if err := checkFiles(c.Files); err != nil {
		return err
	}
	d.arrived(c.Arrived)
	if d.r.Completed != nil && !(byCustomer && c.Thanks) {
		if !byCustomer {
			return refuse(Conflict, "request.completed", "number", SpokenNumber(d.r.ID))
		}
		if err := d.mayReopen(); err != nil {
			return err
		}
	}
	switch c.Channel {
	case "", Portal, Phone, Mail, API:
	default:
		return Wrong("channel", "channel.unknown", "channel", string(c.Channel))
	}
	b := Commented{Text: c.Text, Channel: c.Channel, Corrects: c.Corrects}
	if c.OnBehalf {
		b.OnBehalf = d.r.Filed.Contact
	}
	if b.Channel == "" {
		b.Channel = Portal
	}
	if byCustomer {
		d.record(b)
		d.attach(d.last(), c.Files)
		if d.r.Completed != nil && !c.Thanks {
			return d.reopen("comment")
		}
		return nil
	}
	asks, err := d.checkAsks(c.Asks)
	if err != nil {
		return err
	}
	if within := d.p.Texts.UndoWithin; !within.IsZero() {
		d.holdBack(b, asks, c.Files, within)
		return nil
	}
	d.say(b, asks, c.Files)
	return nil
}

// say is a comment of staff with the asks and files that go with it, and what
// follows.
func (d *decision) say(b Commented, asks []NewAsk, files []AttachedFile) {
	d.record(b)
	entry := d.last()
	d.respond()
	d.attach(entry, files)
	for _, a := range asks {
		d.putAsk(a)
	}
}

func (d *decision) checkAsks(list []NewAsk) ([]NewAsk, error) {
	out := make([]NewAsk, len(list))
	for i, a := range list {
		var err error
		if out[i], err = d.checkAsk(a); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// mayCorrect: one's own comment, also one that was written down for somebody.
func (d *decision) mayCorrect(seq int64) error {
	if seq == 0 {
		return nil
	}
	for _, s := range d.r.Said {
		switch {
		case s.Seq != seq:
		case s.By != d.by:
			return Wrong("corrects", "comment.corrects_own")
		default:
			return nil
		}
	}
	return Wrong("corrects", "comment.corrects_unknown")
}

// respond is the vendor's human answer. A technical one meets its targets when
// an engineer or a representative gives it (A3), a customer service one whoever
// does (A9); who may own the request owns it when nobody did (I2).
func (d *decision) respond() {
	by := d.r.Seq
	d.meet(by, CSReply)
	if d.w.Has(RoleTSE, RoleCSR) || d.r.Filed.Kind == CS { // of a technical one before it was corrected
		d.meet(by, FirstResponse, AfterHoursResponse)
	}
	if d.r.Owner == 0 && d.by.Kind == Vendor && d.w.Has(fitting(d.r.Filed.Kind)...) {
		d.record(Assigned{Staff: d.by.ID, Why: "first_contact"})
	}
}

// NoteOfMail is the label of a note that is a mail.
const NoteOfMail = "mail"

func (c *AddNote) decide(d *decision) error {
	switch c.Label {
	case "", "verification", "compliance", NoteOfMail:
	default:
		return Wrong("label", "note.label_unknown", "label", c.Label)
	}
	if err := need(c.Text, "text"); err != nil {
		return err
	}
	if err := checkFiles(c.Files); err != nil {
		return err
	}
	mentions, err := d.mentioned(c.Mentions)
	if err != nil {
		return err
	}
	d.record(NoteAdded{Text: c.Text, Label: c.Label, Mentions: mentions})
	d.attach(d.last(), c.Files)
	return nil
}

func (c *RecordAutoReply) decide(d *decision) error {
	if WithheldKind(d.r, c, d.by) != "" {
		return nil
	}
	d.record(AutoReplyReceived{Text: c.Text})
	return nil
}

func (c *Ask) decide(d *decision) error {
	a, err := d.checkAsk(c.NewAsk)
	if err == nil {
		d.putAsk(a)
	}
	return err
}

// checkAsk refuses an ask that cannot be, and completes one that can.
func (d *decision) checkAsk(a NewAsk) (NewAsk, error) {
	if !contains(AskKinds(), a.Kind) {
		return a, Wrong("asks.kind", "ask.kind_unknown", "kind", string(a.Kind))
	}
	switch a.Of {
	case "":
		a.Of = TurnCustomer
	case TurnCustomer, TurnSupport, TurnThirdParty, OfEngineering:
	default:
		return a, Wrong("asks.of", "ask.of_unknown", "of", string(a.Of))
	}
	if err := need(a.Text, "asks.text"); err != nil {
		return a, err
	}
	if !a.DueAt.IsZero() && a.DueAt.Before(d.at) {
		return a, Wrong("asks.due_at", "ask.due_past")
	}
	a.DueAt = Instant(a.DueAt)
	if err := d.removal(a); err != nil {
		return a, err
	}
	if a.Item != "" {
		return a, d.askItem(a)
	}
	return a, nil
}

// putAsk opens one ask; one that is put to the customer begins the waiting
// for them (R27).
func (d *decision) putAsk(a NewAsk) {
	d.record(AskOpened{N: 1 + len(d.r.Asks), Kind: a.Kind, Of: a.Of, Text: a.Text, DueAt: a.DueAt, Item: a.Item, Removes: a.Removes})
	if a.Of == TurnCustomer {
		d.respond()
		d.wait(WaitingCustomer, time.Time{}, Text{})
	}
}

func (d *decision) ask(n int) (OpenedAsk, error) {
	a := d.r.ask(n)
	switch {
	case a.N == 0:
		return a, refuse(NotFound, "ask.unknown", "n", itoa(n))
	case a.State != AskOpen:
		return a, refuse(Conflict, "ask.not_open", "n", itoa(n))
	}
	return a, nil
}

func (c *AnswerAsk) decide(d *decision) error {
	a, err := d.ask(c.N)
	if err != nil {
		return err
	}
	if d.by.Kind == Customer && a.Of.InHouse() {
		return refuse(Forbidden, "ask.not_yours", "n", itoa(c.N))
	}
	if err := checkFiles(c.Files); err != nil {
		return err
	}
	d.record(AskAnswered{N: c.N, Of: a.Of, Text: c.Text})
	d.attach(d.last(), c.Files)
	if a.Of == TurnCustomer && !d.openAsksOf(TurnCustomer) {
		d.endWaiting(WaitingCustomer, "asks_answered", d.at)
	}
	return nil
}

func (d *decision) openAsksOf(of Turn) bool {
	for _, a := range d.r.Asks {
		if a.State == AskOpen && a.Of == of && !a.Standing() {
			return true
		}
	}
	return false
}

func (c *CancelAsk) decide(d *decision) error {
	a, err := d.ask(c.N)
	if err != nil {
		return err
	}
	d.record(AskCancelled{N: c.N, Of: a.Of, Reason: c.Reason})
	if a.Of == TurnCustomer && !d.openAsksOf(TurnCustomer) && len(d.r.Attempts) == 0 {
		d.endWaiting(WaitingCustomer, "asks_cancelled", d.at)
	}
	return nil
}

func (c *Wait) decide(d *decision) error {
	kind, ok := d.p.Waiting.Kind(string(c.Kind))
	if !ok {
		return Wrong("kind", "waiting.kind_unknown", "kind", string(c.Kind))
	}
	until := Instant(c.Until)
	switch {
	case c.Kind == AgreedDate && until.IsZero():
		return Wrong("until", "waiting.date_needed")
	case !until.IsZero() && !until.After(d.at):
		return Wrong("until", "waiting.date_past")
	case kind.MaxDays > 0 && until.After(d.longest(kind)):
		return Wrong("until", "waiting.too_long", "days", itoa(kind.MaxDays))
	}
	if c.Kind != WaitingCustomer {
		if err := need(c.Reason, "reason"); err != nil {
			return err
		}
	}
	if now, open := d.r.WaitingNow(); open && now.Kind == c.Kind {
		return refuse(Conflict, "waiting.already", "kind", string(c.Kind))
	}
	d.wait(c.Kind, until, c.Reason)
	return nil
}

func (c *Resume) decide(d *decision) error {
	now, ok := d.r.WaitingNow()
	if !ok {
		return refuse(Conflict, "waiting.none")
	}
	d.endWaiting(now.Kind, "resumed", d.at)
	return nil
}
