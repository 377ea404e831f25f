package api

import (
	"context"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// reproductionView is one attempt to see the problem in an environment of ours.
type reproductionView struct {
	Outcome     string    `json:"outcome" enum:"reproduced,partly,not_reproduced"`
	Environment string    `json:"environment" doc:"What was rebuilt"`
	Text        string    `json:"text,omitempty" doc:"What was done and seen"`
	Public      bool      `json:"public" doc:"The customer reads it"`
	By          member    `json:"by"`
	At          time.Time `json:"at"`
}

// rootCauseView is why it happened, as it was last written down.
type rootCauseView struct {
	Text   string    `json:"text"`
	Public bool      `json:"public" doc:"The customer reads it"`
	By     member    `json:"by"`
	At     time.Time `json:"at"`
}

type reproductionBody struct {
	Outcome     string `json:"outcome" enum:"reproduced,partly,not_reproduced"`
	Environment string `json:"environment" maxLength:"262144" doc:"What was rebuilt"`
	Text        string `json:"text,omitempty" maxLength:"262144" doc:"What was done and seen"`
	Public      bool   `json:"public,omitempty" doc:"The customer reads it"`
}

type rootCauseBody struct {
	Text   string `json:"text" maxLength:"262144"`
	Public bool   `json:"public,omitempty" doc:"The customer reads it"`
}

// causeBody is the root cause that goes with the end of a request.
type causeBody struct {
	Cause       string `json:"root_cause,omitempty" maxLength:"262144" doc:"Why it happened; staff only (R09)"`
	CausePublic bool   `json:"root_cause_public,omitempty" doc:"The customer reads it"`
}

func (s *server) analysisRoutes() {
	do(s, act{path: "/reproductions", id: "record-reproduction", summary: "Record that the customer's environment was rebuilt, and what was seen", command: "record_reproduction", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b reproductionBody) (support.Command, error) {
			return &support.RecordReproduction{
				Outcome: support.ReproductionOutcome(b.Outcome), Environment: text(b.Environment), Text: text(b.Text), Public: b.Public,
			}, nil
		})
	do(s, act{path: "/root-cause", id: "record-root-cause", summary: "Write down why it happened, also after the completion", command: "record_root_cause", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b rootCauseBody) (support.Command, error) {
			return &support.RecordRootCause{Text: text(b.Text), Public: b.Public}, nil
		})
}

// analysis is what was found out, as far as the caller reads it.
func (n *names) analysis(v *requestView, r *support.Request) {
	for _, x := range r.Reproductions {
		if x.Public || n.c.staff() {
			v.Reproductions = append(v.Reproductions, reproductionView{
				Outcome: string(x.Outcome), Environment: n.text(x.Environment), Text: n.text(x.Text), Public: x.Public, By: n.member(x.By), At: x.At,
			})
		}
	}
	if x := r.RootCause; x != nil && (x.Public || n.c.staff()) {
		v.RootCause = &rootCauseView{Text: n.text(x.Text), Public: x.Public, By: n.member(x.By), At: x.At}
	}
}
