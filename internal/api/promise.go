package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// promiseView is what staff have promised for one instant (A25). Where it stands
// is its target's state.
type promiseView struct {
	N         int       `json:"n"`
	Text      string    `json:"text"`
	DueAt     time.Time `json:"due_at"`
	State     string    `json:"state" enum:"running,met,missed,met_late,dropped"`
	Withdrawn bool      `json:"withdrawn,omitempty"`
	MadeAt    time.Time `json:"made_at"`
	MadeBy    member    `json:"made_by"`
	KeptAt    time.Time `json:"kept_at,omitzero"`
}

type promiseBody struct {
	Text  string    `json:"text" maxLength:"262144" doc:"What is promised; the customer reads it"`
	DueAt time.Time `json:"due_at"`
}

type keepBody struct {
	Text       string    `json:"text,omitempty" maxLength:"262144"`
	HappenedAt time.Time `json:"happened_at,omitempty" doc:"At most 7 days back, with a reason"`
	Reason     string    `json:"reason,omitempty" maxLength:"262144"`
}

func (s *server) promiseRoutes() {
	do(s, act{path: "/promises", id: "make-promise", summary: "Promise the customer something for one instant", command: "make_promise", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b promiseBody) (support.Command, error) {
			return &support.MakePromise{Text: text(b.Text), DueAt: b.DueAt}, nil
		})
	onNth(s, act{path: "/promises/{n}/kept", id: "keep-promise", summary: "Say that a promise is kept", command: "keep_promise", scope: auth.Staff},
		func(n int, b keepBody) support.Command {
			return &support.KeepPromise{N: n, Text: text(b.Text), Elsewhere: support.Elsewhere{HappenedAt: b.HappenedAt, Reason: text(b.Reason)}}
		})
	onNth(s, act{path: "/promises/{n}/renewal", id: "renew-promise", summary: "Give a promise another instant before it is due", command: "renew_promise", scope: auth.Staff},
		func(n int, b promiseBody) support.Command {
			return &support.RenewPromise{N: n, Text: text(b.Text), DueAt: b.DueAt}
		})
	onNth(s, act{method: http.MethodDelete, path: "/promises/{n}", id: "withdraw-promise", summary: "Take a promise back", command: "withdraw_promise", scope: auth.Staff},
		func(n int, b reasonBody) support.Command {
			return &support.WithdrawPromise{N: n, Reason: text(b.Reason)}
		})
}

func (n *names) promises(r *support.Request) []promiseView {
	out := []promiseView{}
	for _, p := range r.Promises {
		c := r.PromiseClock(p.N)
		out = append(out, promiseView{
			N: p.N, Text: n.text(p.Text), DueAt: p.DueAt, State: string(c.State), Withdrawn: p.Withdrawn, MadeAt: p.At,
			MadeBy: n.member(p.By), KeptAt: c.MetAt,
		})
	}
	return out
}
