package api

import (
	"context"
	"slices"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

type completionBody struct {
	Reason  string       `json:"reason" maxLength:"200" doc:"One of the policy's reasons (A22)"`
	Text    string       `json:"text,omitempty" maxLength:"262144"`
	Consent *consentBody `json:"consent,omitempty"`
	Of      string       `json:"of,omitempty" maxLength:"64" doc:"Of a duplicate: SR number of the request that goes on"`
	causeBody
}

type proposalBody struct {
	Reason string `json:"reason" maxLength:"200" doc:"One of the policy's reasons (A22)"`
	Text   string `json:"text,omitempty" maxLength:"262144"`
	causeBody
}

type conversionBody struct {
	Text    string       `json:"text,omitempty" maxLength:"262144"`
	Consent *consentBody `json:"consent,omitempty"`
}

type optionalText struct {
	Text string `json:"text,omitempty" maxLength:"262144"`
}

type completionRefusalBody struct {
	Text     string `json:"text,omitempty" maxLength:"262144"`
	OnBehalf bool   `json:"on_behalf,omitempty" doc:"Staff write down what the contact said"`
}

type surveyBody struct {
	Score int    `json:"score" minimum:"1" maximum:"10"`
	Text  string `json:"text,omitempty" maxLength:"262144"`
}

type splitBody struct {
	Licence string   `json:"licence" maxLength:"500" doc:"The key that is divided"`
	Parts   []int    `json:"parts" maxItems:"100" doc:"Units of each part; they add up to the key's"`
	Version string   `json:"version,omitempty" maxLength:"200" doc:"Downgrades the parts"`
	Keys    []string `json:"keys" maxItems:"100" doc:"The new keys, one for each part"`
}

func (s *server) completionRoutes() {
	do(s, act{path: "/completion", id: "complete", summary: "End the work at once", command: "complete", scope: auth.Staff},
		func(ctx context.Context, c *call, row support.Row, b completionBody) (support.Command, error) {
			consent, err := c.consent(ctx, row, b.Consent)
			if err != nil {
				return nil, err
			}
			cmd := &support.Complete{Reason: b.Reason, Text: text(b.Text), Consent: consent, Cause: text(b.Cause), CausePublic: b.CausePublic}
			if b.Of != "" {
				cmd.Of, err = support.ParseNumber(b.Of)
			}
			return cmd, inField(err, "of")
		})
	do(s, act{path: "/completion/proposal", id: "propose-completion", summary: "Ask the other side to agree that it is complete", command: "propose_completion"},
		func(_ context.Context, _ *call, _ support.Row, b proposalBody) (support.Command, error) {
			return &support.ProposeCompletion{Reason: b.Reason, Text: text(b.Text), Cause: text(b.Cause), CausePublic: b.CausePublic}, nil
		})
	may(s, act{path: "/completion/acceptance", id: "accept-completion", summary: "Agree that it is complete", command: "accept_completion"},
		func(ctx context.Context, c *call, row support.Row, b agreementBody) (support.Command, error) {
			consent, err := c.consent(ctx, row, b.Consent)
			return &support.AcceptCompletion{Consent: consent}, err
		})
	may(s, act{path: "/completion/refusal", id: "decline-completion", summary: "Say that it is not complete", command: "decline_completion"},
		func(_ context.Context, _ *call, _ support.Row, b completionRefusalBody) (support.Command, error) {
			return &support.DeclineCompletion{Text: text(b.Text), OnBehalf: b.OnBehalf}, nil
		})
	may(s, act{path: "/conversion", id: "convert", summary: "Make a request at the lowest severity a wish for a feature", command: "convert", scope: auth.Staff},
		func(ctx context.Context, c *call, row support.Row, b conversionBody) (support.Command, error) {
			consent, err := c.consent(ctx, row, b.Consent)
			return &support.Convert{Text: text(b.Text), Consent: consent}, err
		})
	may(s, act{path: "/reopening", id: "reopen", summary: "Bring a completed request back within the window", command: "reopen"},
		func(_ context.Context, _ *call, _ support.Row, b optionalText) (support.Command, error) {
			return &support.Reopen{Text: text(b.Text)}, nil
		})
	do(s, act{path: "/survey", id: "answer-survey", summary: "Answer the survey", command: "answer_survey"},
		func(_ context.Context, _ *call, _ support.Row, b surveyBody) (support.Command, error) {
			return &support.AnswerSurvey{Score: b.Score, Text: text(b.Text)}, nil
		})
	may(s, act{path: "/approval", id: "approve-execution", summary: "Approve, as PLA, what somebody else asked for", command: "approve_execution"},
		func(_ context.Context, _ *call, _ support.Row, _ empty) (support.Command, error) {
			return &support.ApproveExecution{}, nil
		})
	do(s, act{path: "/licence-split", id: "split-licence", summary: "Divide a licence key", command: "split_licence", scope: auth.Staff},
		func(ctx context.Context, c *call, row support.Row, b splitBody) (support.Command, error) {
			id, err := c.licenceOf(ctx, row.Contract, b.Licence)
			if err != nil {
				return nil, err
			}
			cmd := &support.SplitLicence{Licence: id, Parts: b.Parts, Version: b.Version}
			for _, key := range b.Keys {
				cmd.Keys = append(cmd.Keys, text(key))
			}
			return cmd, nil
		})
}

// licenceOf finds a key among those of a contract that the caller may see; 0:
// there is none, which the core refuses after it has looked who asks.
func (c *call) licenceOf(ctx context.Context, contract int64, key string) (int64, error) {
	list, err := c.store.LicencesOf(ctx, c.viewer, contract)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(list, func(l support.Licence) bool { return l.Key == key })
	if i < 0 {
		return 0, nil
	}
	return list[i].ID, nil
}
