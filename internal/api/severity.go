package api

import (
	"context"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

type raiseBody struct {
	To        int      `json:"to" minimum:"1" maximum:"9"`
	Impact    string   `json:"impact,omitempty" maxLength:"262144"`
	Dedicated []string `json:"dedicated,omitempty" maxItems:"20" doc:"Customer numbers of the contacts kept available"`
	Criteria  []string `json:"criteria,omitempty" maxItems:"20"`
}

type lowerBody struct {
	To      int          `json:"to" minimum:"1" maximum:"9"`
	Reason  string       `json:"reason,omitempty" maxLength:"262144"`
	Consent *consentBody `json:"consent,omitempty"`
}

type proposeLowerBody struct {
	To     int    `json:"to" minimum:"1" maximum:"9"`
	Reason string `json:"reason,omitempty" maxLength:"262144"`
}

type agreementBody struct {
	Consent *consentBody `json:"consent,omitempty" doc:"Staff record the customer's agreement"`
}

type offerBody struct {
	Price string `json:"price" maxLength:"262144"`
	Order string `json:"order,omitempty" maxLength:"262144" doc:"Purchase order"`
}

type endBody struct {
	Ground   string `json:"ground" maxLength:"64" doc:"One of the policy's ends of after-hours work"`
	Severity int    `json:"severity,omitempty" minimum:"1" maximum:"9" doc:"The lower one; absent: completes the request"`
	Text     string `json:"text,omitempty" maxLength:"262144"`
}

type escalateBody struct {
	Statement   string    `json:"statement" maxLength:"262144"`
	Impact      string    `json:"impact" maxLength:"262144"`
	Workaround  string    `json:"workaround,omitempty" maxLength:"262144"`
	MilestoneAt time.Time `json:"milestone_at,omitempty"`
	Reason      string    `json:"reason" maxLength:"262144"`
	Phoned      bool      `json:"phoned,omitempty" doc:"Duty calls back"`
}

type escalationAssignmentBody struct {
	Engineer string `json:"engineer" maxLength:"254" doc:"E-mail address"`
}

type planBody struct {
	Steps []planStepBody `json:"steps" minItems:"1" maxItems:"50"`
}

type planStepBody struct {
	Text         string    `json:"text" maxLength:"262144"`
	CheckpointAt time.Time `json:"checkpoint_at,omitempty"`
}

type checkBody struct {
	Check   string       `json:"check" maxLength:"200"`
	Consent *consentBody `json:"consent,omitempty"`
}

func (s *server) severityRoutes() {
	s.raiseRoutes()
	s.afterHoursRoutes()
	s.proposalRoutes()
	s.escalationRoutes()
}

func (s *server) raiseRoutes() {
	do(s, act{path: "/severity/raise", id: "raise-severity", summary: "Ask for a higher severity; the vendor's own takes effect with its reason", command: "raise_severity"},
		func(ctx context.Context, c *call, _ support.Row, b raiseBody) (support.Command, error) {
			ids, err := c.contactsNamed(ctx, b.Dedicated, "dedicated")
			return &support.RaiseSeverity{To: b.To, Impact: text(b.Impact), Dedicated: ids, Criteria: b.Criteria}, err
		})
	may(s, act{path: "/severity/grant", id: "grant-severity", summary: "Grant a raise that was asked", command: "grant_severity", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b reasonBody) (support.Command, error) {
			return &support.GrantSeverity{Reason: text(b.Reason)}, nil
		})
	may(s, act{path: "/severity/refusal", id: "decline-severity", summary: "Decline a raise that was asked", command: "decline_severity", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b reasonBody) (support.Command, error) {
			return &support.DeclineSeverity{Reason: text(b.Reason)}, nil
		})
	do(s, act{path: "/severity/lowering", id: "lower-severity", summary: "Lower the severity", command: "lower_severity"},
		func(ctx context.Context, c *call, row support.Row, b lowerBody) (support.Command, error) {
			cmd := &support.LowerSeverity{To: b.To, Reason: text(b.Reason)}
			if !c.staff() {
				r, err := c.desk.Request(ctx, c.viewer, row.ID)
				if err != nil || !r.AfterHours.Active() {
					// Who lowers their own severity agrees with nobody, unless
					// after-hours support ends by it.
					return cmd, err
				}
			}
			var err error
			cmd.Consent, err = c.consent(ctx, row, b.Consent)
			return cmd, err
		})
	do(s, act{path: "/severity/lowering-proposal", id: "propose-lower-severity", summary: "Propose a lower severity to the customer", command: "propose_lower_severity", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b proposeLowerBody) (support.Command, error) {
			return &support.ProposeLowerSeverity{To: b.To, Reason: text(b.Reason)}, nil
		})
	may(s, act{path: "/severity/lowering-agreement", id: "agree-lower-severity", summary: "Agree to the lower severity", command: "agree_lower_severity"},
		func(ctx context.Context, c *call, row support.Row, b agreementBody) (support.Command, error) {
			consent, err := c.consent(ctx, row, b.Consent)
			return &support.AgreeLowerSeverity{Consent: consent}, err
		})
}

func (s *server) afterHoursRoutes() {
	do(s, act{path: "/after-hours/offer", id: "offer-after-hours", summary: "Tell the price of after-hours support", command: "offer_after_hours", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b offerBody) (support.Command, error) {
			return &support.OfferAfterHours{Price: text(b.Price), Order: text(b.Order)}, nil
		})
	may(s, act{path: "/after-hours/confirmation", id: "confirm-after-hours", summary: "Buy after-hours support for this request", command: "confirm_after_hours"},
		func(ctx context.Context, c *call, row support.Row, b agreementBody) (support.Command, error) {
			consent, err := c.consent(ctx, row, b.Consent)
			return &support.ConfirmAfterHours{Consent: consent}, err
		})
	may(s, act{path: "/after-hours/refusal", id: "decline-after-hours", summary: "Leave the request in its contract's hours", command: "decline_after_hours"},
		func(_ context.Context, _ *call, _ support.Row, b reasonBody) (support.Command, error) {
			return &support.DeclineAfterHours{Reason: text(b.Reason)}, nil
		})
	do(s, act{path: "/after-hours/end-proposal", id: "propose-after-hours-end", summary: "Propose one of the three ends of after-hours support", command: "propose_after_hours_end", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b endBody) (support.Command, error) {
			return &support.ProposeAfterHoursEnd{Ground: b.Ground, Severity: b.Severity, Text: text(b.Text)}, nil
		})
	may(s, act{path: "/after-hours/end-agreement", id: "agree-after-hours-end", summary: "Agree to the end of after-hours support", command: "agree_after_hours_end"},
		func(ctx context.Context, c *call, row support.Row, b agreementBody) (support.Command, error) {
			consent, err := c.consent(ctx, row, b.Consent)
			return &support.AgreeAfterHoursEnd{Consent: consent}, err
		})
}

func (s *server) escalationRoutes() {
	do(s, act{path: "/escalation", id: "escalate", summary: "Call for management attention", command: "escalate"},
		func(_ context.Context, _ *call, _ support.Row, b escalateBody) (support.Command, error) {
			return &support.Escalate{
				Statement: text(b.Statement), Impact: text(b.Impact), Workaround: text(b.Workaround), MilestoneAt: b.MilestoneAt,
				Reason: text(b.Reason), Phoned: b.Phoned,
			}, nil
		})
	do(s, act{path: "/escalation/assignment", id: "assign-escalation", summary: "Name the escalation engineer; the caller manages", command: "assign_escalation", scope: auth.Staff},
		func(ctx context.Context, c *call, _ support.Row, b escalationAssignmentBody) (support.Command, error) {
			m, err := c.staffNamed(ctx, b.Engineer, "engineer")
			return &support.AssignEscalation{Engineer: m.ID}, err
		})
	do(s, act{path: "/escalation/plan", id: "set-action-plan", summary: "Write the action plan with its checkpoints", command: "set_action_plan", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b planBody) (support.Command, error) {
			cmd := &support.SetActionPlan{}
			for _, step := range b.Steps {
				cmd.Steps = append(cmd.Steps, support.PlanStep{Text: text(step.Text), CheckpointAt: step.CheckpointAt})
			}
			return cmd, nil
		})
	do(s, act{path: "/escalation/checks", id: "confirm-deescalation", summary: "Tick one check before the escalation ends", command: "confirm_deescalation"},
		func(ctx context.Context, c *call, row support.Row, b checkBody) (support.Command, error) {
			consent, err := c.consent(ctx, row, b.Consent)
			return &support.ConfirmDeescalation{Check: b.Check, Consent: consent}, err
		})
	may(s, act{path: "/escalation/end", id: "deescalate", summary: "End the escalation", command: "deescalate", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b reasonBody) (support.Command, error) {
			return &support.Deescalate{Reason: text(b.Reason)}, nil
		})
}
