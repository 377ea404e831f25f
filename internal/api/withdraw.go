package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// heldView is a comment of staff that the customer does not see yet.
type heldView struct {
	Seq   int64     `json:"seq" doc:"By which its author takes it back"`
	Text  string    `json:"text"`
	Until time.Time `json:"until" doc:"From then on the customer sees it"`
	By    member    `json:"by"`
	Files []string  `json:"files,omitempty" doc:"Names of the files that go out with it"`
}

type withdrawInput struct {
	Addressed
	Seq int64 `path:"seq" minimum:"1" doc:"Seq of the held comment"`
}

func (s *server) withdrawRoutes() {
	register(s, act{method: http.MethodDelete, path: "/comments/{seq}", id: "withdraw-comment", summary: "Take your comment back before the customer sees it",
		command: "withdraw_comment", scope: auth.Staff}.route(),
		func(ctx context.Context, c *call, in *withdrawInput) (*answer, error) {
			return carry(ctx, c, in.Addressed, in, func(_ context.Context, _ *call, _ support.Row, in *withdrawInput) (support.Command, error) {
				return &support.WithdrawComment{Seq: in.Seq}, nil
			})
		})
}

// held is for staff only.
func (n *names) held(r *support.Request) []heldView {
	if !n.c.staff() {
		return nil
	}
	var out []heldView
	for _, h := range r.Held {
		v := heldView{Seq: h.Seq, Text: n.text(h.Text), Until: h.Until, By: n.member(h.By.ID)}
		for _, f := range h.Files {
			v.Files = append(v.Files, n.text(f.Name))
		}
		out = append(out, v)
	}
	return out
}
