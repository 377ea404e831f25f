package support

import (
	"time"

	"madoguchi/internal/policy"
)

// maxThirdParties is how many components of other vendors a request names.
const maxThirdParties = 20

// NewThirdParty is a component of another vendor that takes part in a problem.
// Release is the product's, where it is not the version that was filed.
type NewThirdParty struct {
	Vendor, Component Text
	Version           string // of its firmware or driver
	Release           string
}

// NameThirdParty looks such a component up and keeps it on the request (R39).
type NameThirdParty struct{ NewThirdParty }

// StateGrounds writes down why component N is suspected; without it nobody may
// ask to remove it (R39). The customer reads it.
type StateGrounds struct {
	N    int
	Text Text
}

// AllowSharing is the customer's permission to give data about the request to
// the vendor of component N; staff record whose word it was.
type AllowSharing struct {
	N       int
	Consent *Consent
}

// WithdrawSharing ends the permission; a collaboration ends with it.
type WithdrawSharing struct {
	N      int
	Reason Text
}

// SuggestVendorCase asks the customer to open a case with the vendor of component
// N, when we do not reach it or it refused; by some packs they must (R39).
type SuggestVendorCase struct {
	N    int
	Text Text
}

// RecordVendorCase notes the number of the customer's own case there; the request
// waits for the third party from then on.
type RecordVendorCase struct {
	N      int
	Number Text
}

// RecordVendorAnswer notes what the other vendor found.
type RecordVendorAnswer struct {
	N       int
	Finding Finding
	Text    Text
}

// DeclineAsk is the customer's no to what was asked of them: production cannot
// be stopped, the component cannot be removed.
type DeclineAsk struct {
	N      int
	Reason Text
}

// Finding is what another vendor says of its component.
type Finding string

// Findings.
const (
	AtFault    Finding = "at_fault"
	NotAtFault Finding = "not_at_fault"
	NoFinding  Finding = "not_found" // nothing was found
)

// Name implements [Command].
func (*NameThirdParty) Name() string     { return "name_third_party" }
func (*StateGrounds) Name() string       { return "state_grounds" }
func (*AllowSharing) Name() string       { return "allow_sharing" }
func (*WithdrawSharing) Name() string    { return "withdraw_sharing" }
func (*SuggestVendorCase) Name() string  { return "suggest_vendor_case" }
func (*RecordVendorCase) Name() string   { return "record_vendor_case" }
func (*RecordVendorAnswer) Name() string { return "record_vendor_answer" }
func (*DeclineAsk) Name() string         { return "decline_ask" }

// Texts implements [Command].
func (c *NameThirdParty) Texts() []*Text     { return []*Text{&c.Vendor, &c.Component} }
func (c *StateGrounds) Texts() []*Text       { return []*Text{&c.Text} }
func (*AllowSharing) Texts() []*Text         { return nil }
func (c *WithdrawSharing) Texts() []*Text    { return []*Text{&c.Reason} }
func (c *SuggestVendorCase) Texts() []*Text  { return []*Text{&c.Text} }
func (c *RecordVendorCase) Texts() []*Text   { return []*Text{&c.Number} }
func (c *RecordVendorAnswer) Texts() []*Text { return []*Text{&c.Text} }
func (c *DeclineAsk) Texts() []*Text         { return []*Text{&c.Reason} }

// ThirdPartyNamed: a component of another vendor, and what the compatibility
// guide said of it then (R39).
type ThirdPartyNamed struct {
	N         int    `json:"n"` // 1.. within the request
	Vendor    Text   `json:"vendor"`
	Component Text   `json:"component"`
	Version   string `json:"version,omitempty"`
	Product   string `json:"product"`
	Release   string `json:"release,omitempty"` // of the product
	Lookup    Lookup `json:"lookup"`
	Entry     string `json:"entry,omitempty"` // of the guide
	// Relationship is how we reach that vendor, "" when we do not; Usable: for this
	// configuration.
	Relationship string `json:"relationship,omitempty"`
	Kind         string `json:"kind,omitempty"` // tsanet, cooperative, joint
	Usable       bool   `json:"usable,omitempty"`
	Pack         string `json:"pack"`
}

// GroundsStated: why the component is suspected (R39).
type GroundsStated struct {
	N    int  `json:"n"`
	Text Text `json:"text"`
}

// SharingAllowed: the customer's permission to give data to its vendor.
type SharingAllowed struct {
	N       int     `json:"n"`
	Consent Consent `json:"consent"`
}

// SharingWithdrawn ends the permission.
type SharingWithdrawn struct {
	N      int  `json:"n"`
	Reason Text `json:"reason,omitzero"`
}

// VendorCaseSuggested: the customer is to open a case there.
type VendorCaseSuggested struct {
	N        int    `json:"n"`
	Required bool   `json:"required,omitempty"`
	Why      string `json:"why"` // no_relationship, not_listed, rejected
	Ask      int    `json:"ask"` // the ask that goes with it, and holds the words
}

// VendorCaseRecorded: the customer's case there has a number.
type VendorCaseRecorded struct {
	N      int  `json:"n"`
	Number Text `json:"number"`
}

// VendorAnswered: what the other vendor found.
type VendorAnswered struct {
	N       int     `json:"n"`
	Finding Finding `json:"finding"`
	Text    Text    `json:"text,omitzero"`
}

// AskDeclined: the customer will not do what was asked.
type AskDeclined struct {
	N      int  `json:"n"`
	Of     Turn `json:"of"` // whom it was put to
	Reason Text `json:"reason"`
}

func (ThirdPartyNamed) factKind() string     { return "third_party_named" }
func (GroundsStated) factKind() string       { return "grounds_stated" }
func (SharingAllowed) factKind() string      { return "sharing_allowed" }
func (SharingWithdrawn) factKind() string    { return "sharing_withdrawn" }
func (VendorCaseSuggested) factKind() string { return "vendor_case_suggested" }
func (VendorCaseRecorded) factKind() string  { return "vendor_case_recorded" }
func (VendorAnswered) factKind() string      { return "vendor_answered" }
func (AskDeclined) factKind() string         { return "ask_declined" }

// ThirdParty is a component of another vendor on a request, and how far the work
// on it is.
type ThirdParty struct {
	ThirdPartyNamed
	Seq     int64
	By      Actor
	At      time.Time
	Grounds Text     // empty: none stated
	Sharing *Consent // nil: nothing may be given to its vendor
	// Collaboration is the last one; nil: none was opened.
	Collaboration *Collaboration
	Case          VendorCase
}

// VendorCase is the customer's own case with another vendor. Zero instants: not
// yet.
type VendorCase struct {
	SuggestedAt time.Time
	Required    bool
	Why         string
	Ask         int
	Number      Text
	RecordedAt  time.Time
	Finding     Finding
	Text        Text // what was found
	AnsweredAt  time.Time
}

// State is how far the work on a component is: analysing, suspected,
// collaboration, suggest_vendor_case, require_vendor_case, vendor_case, answered.
func (t ThirdParty) State() string {
	c := t.Case
	switch {
	case !c.AnsweredAt.IsZero():
		return "answered"
	case !c.RecordedAt.IsZero():
		return "vendor_case"
	case t.Collaboration.Active():
		return "collaboration"
	case !c.SuggestedAt.IsZero() && c.Required:
		return "require_vendor_case"
	case !c.SuggestedAt.IsZero():
		return "suggest_vendor_case"
	case !t.Grounds.Empty():
		return "suspected"
	}
	return "analysing"
}

// thirdParty is component n; nil: there is none.
func (r *Request) thirdParty(n int) *ThirdParty {
	if n < 1 || n > len(r.ThirdParties) {
		return nil
	}
	return &r.ThirdParties[n-1]
}

func (b ThirdPartyNamed) apply(r *Request, f Fact) {
	r.ThirdParties = append(r.ThirdParties, ThirdParty{ThirdPartyNamed: b, Seq: f.Seq, By: f.By, At: f.At})
	if f.By.Kind == Customer {
		r.LastPublic = Customer
	}
}

func (b GroundsStated) apply(r *Request, _ Fact) {
	r.thirdParty(b.N).Grounds, r.LastPublic = b.Text, Vendor
}

func (b SharingAllowed) apply(r *Request, f Fact) {
	r.thirdParty(b.N).Sharing = &b.Consent
	if f.By.Kind == Customer {
		r.LastPublic = Customer
	}
}

func (b SharingWithdrawn) apply(r *Request, f Fact) {
	r.thirdParty(b.N).Sharing = nil
	if f.By.Kind == Customer {
		r.LastPublic = Customer
	}
}

func (b VendorCaseSuggested) apply(r *Request, f Fact) {
	c := &r.thirdParty(b.N).Case
	*c = VendorCase{SuggestedAt: f.At, Required: b.Required, Why: b.Why, Ask: b.Ask}
	r.LastPublic = Vendor
}

func (b VendorCaseRecorded) apply(r *Request, f Fact) {
	c := &r.thirdParty(b.N).Case
	c.Number, c.RecordedAt = b.Number, f.At
	c.Finding, c.Text, c.AnsweredAt = "", Text{}, time.Time{}
}

func (b VendorAnswered) apply(r *Request, f Fact) {
	c := &r.thirdParty(b.N).Case
	c.Finding, c.Text, c.AnsweredAt = b.Finding, b.Text, f.At
	r.LastPublic = f.By.Kind
}

func (b AskDeclined) apply(r *Request, _ Fact) {
	r.setAsk(b.N, AskRefused)
	r.LastPublic = Customer
}

func (c *NameThirdParty) decide(d *decision) error { return d.nameThirdParty(c.NewThirdParty, "") }

// nameThirdParty looks one up and records what the guide and the list of
// relationships said of it; path is where it stands in a filing.
func (d *decision) nameThirdParty(n NewThirdParty, path string) error {
	if d.r.Filed.Kind != Technical {
		return refuse(Conflict, "command.technical_only")
	}
	if err := need(n.Vendor, path+"vendor"); err != nil {
		return err
	}
	if err := need(n.Component, path+"component"); err != nil {
		return err
	}
	if len(d.r.ThirdParties) >= maxThirdParties {
		return refuse(Conflict, "third_party.too_many", "most", itoa(maxThirdParties))
	}
	release := n.Release
	if release == "" {
		release = d.r.Filed.Version
	}
	found := Compatible(CompatibilityQuery{
		Product: d.r.Filed.Product, Release: release, Vendor: n.Vendor.Plain, Model: n.Component.Plain, Version: n.Version,
	}, d.p)
	b := ThirdPartyNamed{
		N: 1 + len(d.r.ThirdParties), Vendor: n.Vendor, Component: n.Component, Version: n.Version,
		Product: d.r.Filed.Product, Release: release, Lookup: found.Lookup, Entry: found.Entry, Pack: d.p.Ref(),
	}
	if x, ok := d.p.ThirdParty.Relationship(n.Vendor.Plain); ok {
		b.Relationship, b.Kind = x.ID, x.Kind
		b.Usable = x.Kind != "joint" && (found.Lookup.Supported() || d.p.ThirdParty.RelationshipsFor != "listed")
	}
	d.record(b)
	return nil
}

// third is component n, or the refusal that there is none.
func (d *decision) third(n int) (ThirdParty, error) {
	if t := d.r.thirdParty(n); t != nil {
		return *t, nil
	}
	return ThirdParty{}, refuse(NotFound, "third_party.unknown", "n", itoa(n))
}

func (c *StateGrounds) decide(d *decision) error {
	if _, err := d.third(c.N); err != nil {
		return err
	}
	if err := need(c.Text, "text"); err != nil {
		return err
	}
	d.record(GroundsStated{N: c.N, Text: c.Text})
	d.respond()
	return nil
}

// removal: an ask to remove a component needs stated grounds (R39).
func (d *decision) removal(a NewAsk) error {
	if a.Removes == 0 {
		return nil
	}
	t, err := d.third(a.Removes)
	switch {
	case err != nil:
		return err
	case a.Kind != AskRemedy || a.Of != TurnCustomer:
		return Wrong("asks.removes", "third_party.removal_kind")
	case d.p.ThirdParty.RemovalNeedsGrounds && t.Grounds.Empty():
		return refuse(Conflict, "third_party.grounds_needed", "n", itoa(a.Removes))
	}
	return nil
}

func (c *AllowSharing) decide(d *decision) error {
	t, err := d.third(c.N)
	if err != nil {
		return err
	}
	if t.Sharing != nil {
		return refuse(Conflict, "third_party.shared_already", "n", itoa(c.N))
	}
	consent, err := d.consent(c.Consent)
	if err != nil {
		return err
	}
	d.record(SharingAllowed{N: c.N, Consent: consent})
	return nil
}

func (c *WithdrawSharing) decide(d *decision) error {
	t, err := d.third(c.N)
	if err != nil {
		return err
	}
	if t.Sharing == nil {
		return refuse(Conflict, "third_party.not_shared", "n", itoa(c.N))
	}
	d.record(SharingWithdrawn{N: c.N, Reason: c.Reason})
	if t.Collaboration.Active() {
		d.moveCollaboration(CollaborationMoved{N: c.N, To: CollaborationClosed, Why: "sharing_withdrawn"})
	}
	return nil
}

func (c *SuggestVendorCase) decide(d *decision) error {
	t, err := d.third(c.N)
	if err != nil {
		return err
	}
	if err := need(c.Text, "text"); err != nil {
		return err
	}
	why := ""
	switch {
	case !t.Case.SuggestedAt.IsZero() && t.Case.RecordedAt.IsZero() && d.askIsOpen(t.Case.Ask):
		return refuse(Conflict, "third_party.suggested_already", "n", itoa(c.N))
	case t.Collaboration.Active():
		return refuse(Conflict, "third_party.collaborating", "n", itoa(c.N))
	case t.Relationship == "" || t.Kind == "joint":
		why = "no_relationship"
	case !t.Usable:
		why = "not_listed"
	case t.Collaboration != nil && t.Collaboration.State == CollaborationRejected:
		why = "rejected"
	default:
		return refuse(Conflict, "third_party.reach_first", "n", itoa(c.N), "relationship", t.Relationship)
	}
	d.record(VendorCaseSuggested{
		N: c.N, Required: d.p.ThirdParty.WithoutRelationship == "require", Why: why, Ask: 1 + len(d.r.Asks),
	})
	d.putAsk(NewAsk{Kind: AskThirdParty, Of: TurnCustomer, Text: c.Text})
	return nil
}

func (d *decision) askIsOpen(n int) bool { return d.r.ask(n).State == AskOpen }

func (c *RecordVendorCase) decide(d *decision) error {
	t, err := d.third(c.N)
	if err != nil {
		return err
	}
	if err := need(c.Number, "number"); err != nil {
		return err
	}
	d.record(VendorCaseRecorded{N: c.N, Number: c.Number})
	if d.askIsOpen(t.Case.Ask) {
		d.record(AskAnswered{N: t.Case.Ask, Of: TurnCustomer})
	}
	d.wait(WaitingThirdParty, time.Time{}, Text{})
	return nil
}

func (c *RecordVendorAnswer) decide(d *decision) error {
	t, err := d.third(c.N)
	if err != nil {
		return err
	}
	switch {
	case c.Finding != AtFault && c.Finding != NotAtFault && c.Finding != NoFinding:
		return Wrong("finding", "third_party.finding", "finding", string(c.Finding))
	case t.Case.RecordedAt.IsZero() && t.Collaboration == nil:
		return refuse(Conflict, "third_party.nobody_asked", "n", itoa(c.N))
	}
	d.record(VendorAnswered{N: c.N, Finding: c.Finding, Text: c.Text})
	d.endWaiting(WaitingThirdParty, "third_party_reply", d.at)
	return nil
}

func (c *DeclineAsk) decide(d *decision) error {
	a, err := d.ask(c.N)
	if err != nil {
		return err
	}
	if a.Of != TurnCustomer {
		return refuse(Forbidden, "ask.not_yours", "n", itoa(c.N))
	}
	if err := need(c.Reason, "reason"); err != nil {
		return err
	}
	d.record(AskDeclined{N: c.N, Of: a.Of, Reason: c.Reason})
	if !d.openAsksOf(TurnCustomer) {
		d.endWaiting(WaitingCustomer, "asks_answered", d.at)
	}
	return nil
}

// thirdTold says which mail a fact about another vendor causes.
func thirdTold(b Body, by Actor) (told, bool) {
	vendor := by.Kind != Customer
	switch b := b.(type) {
	case GroundsStated:
		return told{"grounds_stated", 47}, true
	case SharingAllowed:
		return told{"sharing_allowed", 46}, vendor
	case SharingWithdrawn:
		return told{"sharing_withdrawn", 46}, vendor
	case VendorCaseSuggested:
		return told{"vendor_case_suggested", 58}, true
	case VendorAnswered:
		return told{"vendor_answered", 55}, vendor
	case CollaborationOpened:
		return told{"collaboration_opened", 57}, true
	case CollaborationMoved:
		return told{"collaboration_moved", 55}, b.To != CollaborationOpen && b.Why != "sharing_withdrawn"
	}
	return analysisTold(b)
}

// relationshipOf is the row of the pack by which a component's vendor is reached.
func relationshipOf(id string, p *policy.Pack) (policy.Relationship, bool) {
	for _, x := range p.ThirdParty.Relationships {
		if x.ID == id {
			return x, true
		}
	}
	return policy.Relationship{}, false
}
