package support

import "time"

// Kinds of beta programmes (R38).
const (
	BetaPublic  = "public"  // everybody may join
	BetaPrivate = "private" // by invitation; nobody else learns that it exists
)

// What a member of a beta files (R35-R37).
const (
	BetaBug      = "bug"      // goes to engineering as a defect
	BetaFeature  = "feature"  // becomes the vendor's and gets no individual reply
	BetaFeedback = "feedback" // anything else
)

// BetaProgramme is a beta of a product. EndsAt is exclusive; Zone is that in
// which it is announced. All its requests complete when it ends (R35).
type BetaProgramme struct {
	ID       int64
	Key      string
	Name     string
	Kind     string
	Product  string
	Version  string
	EndsAt   time.Time
	Zone     string
	Requests int
	EndedAt  time.Time // when its end was carried out; zero: not yet
}

// Open tells whether its members may file at an instant.
func (p BetaProgramme) Open(at time.Time) bool { return p.EndedAt.IsZero() && at.Before(p.EndsAt) }

// BetaFiling is what a filing in a beta relies on.
type BetaFiling struct {
	Programme BetaProgramme
	Member    bool
	// Defect is the number that was drawn for the defect of a bug (R36).
	Defect int64
}

// ByBeta is the basis of a request of a member of a beta programme.
const ByBeta Basis = "beta"

// EndBeta completes a request of a beta that has ended: one request's part in
// the run over all of them (R35).
type EndBeta struct {
	Programme int64
	MailFrom  time.Time
}

// Name implements [Command].
func (*EndBeta) Name() string { return "end_beta" }

// Texts implements [Command].
func (*EndBeta) Texts() []*Text { return nil }

// EndBeta leaves a request alone that is completed already, so that it may be
// issued again after a crash.
func (c *EndBeta) decide(d *decision) error {
	if d.r.Completed != nil || d.r.Filed.Beta != c.Programme {
		return nil
	}
	d.mailFrom = Instant(c.MailFrom)
	return d.finish("beta_ended", nil, Text{})
}

// beta opens a request in a beta programme: by members alone, in writing, with
// an acknowledgement within a minute and without a target (R35-R37).
func (c *File) beta(d *decision) error {
	b := d.w.Beta
	if d.by.Kind != Customer {
		return refuse(Forbidden, "beta.web_only")
	}
	if err := c.validateBeta(d, b); err != nil {
		return err
	}
	receipt := betaReceipt(c, d)
	f := Filed{
		Kind: Technical, Channel: c.Channel, Contact: d.by.ID, Account: receipt.Account, Product: b.Programme.Product, Version: b.Programme.Version,
		Offering: receipt.Offering, Region: receipt.Region, Severity: c.Severity, Language: c.Language, Preferred: c.Preferred, Title: c.Title,
		Body: c.Body, Criteria: c.Criteria, Details: c.Details, Receipt: receipt, Beta: b.Programme.ID, BetaSort: c.BetaSort,
	}
	if f.Language == "" {
		f.Language = d.w.Parties.Contact.Language
	}
	if f.Preferred == "" || f.Preferred == Phone {
		f.Preferred = Mail
	}
	if c.BetaSort == BetaFeature {
		f.Property = &Consent{Contact: d.by.ID, How: c.Channel, At: d.at}
	}
	d.record(f)
	entry := d.last()
	filed := d.r.Seq
	d.record(Queued{Queue: betaQueue(c.BetaSort)})
	d.alike()
	if c.BetaSort == BetaBug && b.Defect != 0 {
		d.recordAs(Actor{Kind: System}, DefectLinked{Defect: b.Defect, Product: b.Programme.Product, State: DefectReported})
	}
	if err := c.clocks(d, filed); err != nil {
		return err
	}
	d.attach(entry, c.Files)
	return nil
}

// betaQueue: bugs and wishes are engineering's (R36, R37).
func betaQueue(sort string) string {
	if sort == BetaFeedback {
		return "technical"
	}
	return "engineering"
}

func (c *File) validateBeta(d *decision, b BetaFiling) error {
	channel := c.Channel
	if channel == API {
		channel = Portal
	}
	switch {
	case b.Programme.ID == 0:
		return refuse(NotFound, "beta.not_found")
	case !contains(d.p.Beta.Channels, string(channel)):
		return Wrong("channel", "beta.web_only")
	case !b.Programme.Open(d.at):
		return refuse(Conflict, "beta.ended")
	case !b.Member:
		return refuse(Forbidden, "beta.join_first")
	case c.Kind != Technical:
		return Wrong("kind", "command.technical_only")
	case !c.ReceivedAt.IsZero():
		return Wrong("received_at", "happened.staff_only")
	}
	switch c.BetaSort {
	case BetaBug, BetaFeedback:
	case BetaFeature:
		if !c.AcceptProperty {
			return Wrong("accept_property", "beta.property_needed")
		}
	default:
		return Wrong("beta_sort", "beta.sort_unknown", "sort", c.BetaSort)
	}
	if c.Severity == 0 {
		c.Severity = d.p.Severities[len(d.p.Severities)-1].Level
	}
	c.Product, c.Version = b.Programme.Product, b.Programme.Version
	return c.validate(d)
}

// betaReceipt says on what the request was filed: membership, and nothing that
// is promised.
func betaReceipt(c *File, d *decision) Receipt {
	w, p := d.w.Parties, d.p
	region, _ := p.RegionOf(w.Account.Country)
	o := p.Offerings[p.Beta.Offering]
	return Receipt{
		At: d.at, Pack: p.Ref(), Kind: Technical, Product: c.Product, Version: c.Version, Channel: c.Channel, Severity: c.Severity,
		Allowed: true, Basis: ByBeta, Account: w.Account.ID, Offering: p.Beta.Offering, Region: region.ID,
		Grounds: []Ground{
			ground("entitlement.beta_member", []string{"R35", "R38"}, "programme", d.w.Beta.Programme.Name),
			ground("entitlement.no_target", []string{"R35"}, "offering", o.ID),
		},
		Coverage: &Coverage{Hours: o.Hours, AfterHours: "hidden"},
	}
}
