package main

import "madoguchi/client"

type requestRaiseCmd struct {
	onRequest
	Severity int `arg:"" help:"The severity that is asked for; 1 is the highest."`
	neededText
	Dedicated []string `help:"Customer number of somebody kept available; may be repeated." placeholder:"NUMBER"`
	Criterion []string `help:"Part of the severity's definition that holds; may be repeated." placeholder:"ID"`
}

func (c *requestRaiseCmd) act(s *session) error {
	return c.say(s, c.words, "severity/raise", func(text string) any {
		return client.SeverityRaise{To: c.Severity, Impact: text, Dedicated: c.Dedicated, Criteria: c.Criterion}
	})
}

type requestGrantCmd struct {
	onRequest
	textArg
}

func (c *requestGrantCmd) act(s *session) error { return c.reason(s, c.textArg, "severity/grant") }

type requestDeclineCmd struct {
	onRequest
	neededText
}

func (c *requestDeclineCmd) act(s *session) error {
	return c.reason(s, textArg(c.neededText), "severity/refusal")
}

// reason carries out a command that has nothing but a reason.
func (o onRequest) reason(s *session, a textArg, resource string) error {
	return o.say(s, a.may, resource, func(text string) any {
		return client.Reason{Reason: text}
	})
}

// agree carries out a command that has nothing but the customer's agreement.
func (o onRequest) agree(s *session, f consentFlags, resource string) error {
	consent, err := f.given(s)
	if err != nil {
		return err
	}
	return o.send(s, resource, client.Agreement{Consent: consent})
}

type requestLowerCmd struct {
	onRequest
	Severity int `arg:"" optional:"" help:"The severity from now on; left out with --agree."`
	textArg
	Propose bool `help:"Only propose it; the customer answers (staff)."`
	Agree   bool `help:"Agree to the lowering that was proposed."`
	consentFlags
}

func (c *requestLowerCmd) act(s *session) error {
	switch {
	case c.Agree && (c.Propose || c.Severity != 0):
		return mistake{s.word("error.lower_agree")}
	case c.Agree:
		return c.agree(s, c.consentFlags, "severity/lowering-agreement")
	case c.Severity == 0:
		return mistake{s.word("error.lower_severity")}
	}
	text, err := c.may(s)
	if err != nil {
		return err
	}
	consent, err := c.given(s)
	if err != nil {
		return err
	}
	resource := "severity/lowering"
	if c.Propose {
		resource = "severity/lowering-proposal"
	}
	return c.send(s, resource, client.SeverityLowering{To: c.Severity, Reason: text, Consent: consent})
}

type requestEscalateCmd struct {
	onRequest
	neededText
	Impact      string  `required:"" help:"What it does to the business." placeholder:"TEXT"`
	Reason      string  `required:"" help:"Why management has to look at it." placeholder:"TEXT"`
	Workaround  string  `help:"What helps in the meantime." placeholder:"TEXT"`
	MilestoneAt instant `help:"By when it has to be solved (RFC 3339)." placeholder:"INSTANT"`
	Phoned      bool    `help:"The customer called, as is recommended."`
}

func (c *requestEscalateCmd) act(s *session) error {
	text, err := c.words(s)
	if err != nil {
		return err
	}
	return c.send(s, "escalation", client.EscalationCall{
		Statement: text, Impact: c.Impact, Workaround: c.Workaround, MilestoneAt: c.MilestoneAt.Time, Reason: c.Reason, Phoned: c.Phoned,
	})
}

type requestPlanCmd struct {
	onRequest
	Step []string `required:"" sep:"none" help:"A step: the instant of its checkpoint, a space, what is done by then; repeated in the order of time." placeholder:"INSTANT TEXT"`
}

func (c *requestPlanCmd) act(s *session) error {
	var plan client.ActionPlan
	for _, text := range c.Step {
		step, err := s.step(text)
		if err != nil {
			return err
		}
		plan.Steps = append(plan.Steps, step)
	}
	return c.send(s, "escalation/plan", plan)
}

// requestAfterHoursCmd is after-hours support of one request (R33, R34).
type requestAfterHoursCmd struct {
	Offer   afterHoursOfferCmd   `cmd:"" help:"Tell the price (staff)."`
	Confirm afterHoursConfirmCmd `cmd:"" help:"Buy it for this request."`
	Decline afterHoursDeclineCmd `cmd:"" help:"Leave the request in its contract's hours."`
	End     afterHoursEndCmd     `cmd:"" help:"Propose one of its three ends (staff)."`
	Agree   afterHoursAgreeCmd   `cmd:"" help:"Agree to the proposed end."`
	Keep    afterHoursKeepCmd    `cmd:"" help:"Go on: do not agree to the proposed end; staff without the customer's word take it back."`
}

type afterHoursOfferCmd struct {
	onRequest
	Price string `arg:"" help:"The price, as it is told."`
	Order string `help:"Order number." placeholder:"TEXT"`
}

func (c *afterHoursOfferCmd) act(s *session) error {
	return c.send(s, "after-hours/offer", client.AfterHoursOffer{Price: c.Price, Order: c.Order})
}

type afterHoursConfirmCmd struct {
	onRequest
	consentFlags
}

func (c *afterHoursConfirmCmd) act(s *session) error {
	return c.agree(s, c.consentFlags, "after-hours/confirmation")
}

type afterHoursDeclineCmd struct {
	onRequest
	textArg
}

func (c *afterHoursDeclineCmd) act(s *session) error {
	return c.reason(s, c.textArg, "after-hours/refusal")
}

type afterHoursEndCmd struct {
	onRequest
	Ground string `arg:"" help:"Why it ends, as the policy lists it: restored, workaround, impact_fell."`
	textArg
	Severity int `help:"Severity with which the request goes on in business hours; left out, it completes." placeholder:"N"`
}

func (c *afterHoursEndCmd) act(s *session) error {
	return c.say(s, c.may, "after-hours/end-proposal", func(text string) any {
		return client.AfterHoursEnding{Ground: c.Ground, Severity: c.Severity, Text: text}
	})
}

type afterHoursAgreeCmd struct {
	onRequest
	consentFlags
}

func (c *afterHoursAgreeCmd) act(s *session) error {
	return c.agree(s, c.consentFlags, "after-hours/end-agreement")
}

type requestProposeCmd struct {
	onRequest
	Reason string `arg:"" help:"Why it may be completed: confirmed, workaround, wont_fix, out_of_scope and others of the policy."`
	textArg
	causeFlags
}

func (c *requestProposeCmd) act(s *session) error {
	return c.say(s, c.may, "completion/proposal", func(text string) any {
		return client.Completion{Reason: c.Reason, Text: text, WithCause: c.cause()}
	})
}

type requestAcceptCmd struct {
	onRequest
	consentFlags
}

func (c *requestAcceptCmd) act(s *session) error {
	return c.agree(s, c.consentFlags, "completion/acceptance")
}

type requestRefuseCmd struct {
	onRequest
	neededText
	OnBehalf bool `help:"Staff write down what the contact said."`
}

func (c *requestRefuseCmd) act(s *session) error {
	return c.say(s, c.words, "completion/refusal", func(text string) any {
		return client.CompletionRefusal{Text: text, OnBehalf: c.OnBehalf}
	})
}

type requestCompleteCmd struct {
	onRequest
	Reason string `arg:"" help:"Why it is completed: confirmed, workaround, wont_fix, duplicate, spam and others of the policy."`
	textArg
	consentFlags
	causeFlags
	Of string `help:"For duplicate: number of the request that goes on." placeholder:"NUMBER"`
}

func (c *requestCompleteCmd) act(s *session) error {
	text, err := c.may(s)
	if err != nil {
		return err
	}
	consent, err := c.given(s)
	if err != nil {
		return err
	}
	return c.send(s, "completion", client.Completion{Reason: c.Reason, Text: text, Consent: consent, Of: c.Of, WithCause: c.cause()})
}

type requestReopenCmd struct {
	onRequest
	neededText
}

func (c *requestReopenCmd) act(s *session) error {
	return c.say(s, c.words, "reopening", func(text string) any {
		return client.Text{Text: text}
	})
}

type requestSurveyCmd struct {
	onRequest
	Score int `arg:"" help:"1 (worst) to 5 (best)."`
	textArg
}

func (c *requestSurveyCmd) act(s *session) error {
	return c.say(s, c.may, "survey", func(text string) any {
		return client.SurveyAnswer{Score: c.Score, Text: text}
	})
}
