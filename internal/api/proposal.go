package api

import (
	"context"

	"madoguchi/internal/support"
)

type refusalBody struct {
	Reason  string       `json:"reason,omitempty" maxLength:"262144" doc:"Staff who take their proposal back give it"`
	Consent *consentBody `json:"consent,omitempty" doc:"Staff record the customer's no; absent: they take their proposal back"`
}

// proposalRoutes are the no to what the vendor proposed.
func (s *server) proposalRoutes() {
	may(s, act{path: "/severity/lowering-refusal", id: "decline-lower-severity", summary: "Keep the severity: decline the proposed lowering, or take it back", command: "decline_lower_severity"},
		func(ctx context.Context, c *call, row support.Row, b refusalBody) (support.Command, error) {
			consent, err := c.consent(ctx, row, b.Consent)
			return &support.DeclineLowerSeverity{Reason: text(b.Reason), Consent: consent}, err
		})
	may(s, act{path: "/after-hours/end-refusal", id: "decline-after-hours-end", summary: "Go on with after-hours support: decline the proposed end, or take it back", command: "decline_after_hours_end"},
		func(ctx context.Context, c *call, row support.Row, b refusalBody) (support.Command, error) {
			consent, err := c.consent(ctx, row, b.Consent)
			return &support.DeclineAfterHoursEnd{Reason: text(b.Reason), Consent: consent}, err
		})
}
