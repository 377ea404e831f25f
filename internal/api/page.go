package api

import (
	"context"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// pageView is the last page of a request: who was called, and whether somebody
// looks after it.
type pageView struct {
	State          string    `json:"state" enum:"waiting,acknowledged,ended" doc:"ended: the request was taken or answered"`
	Metric         string    `json:"metric"`
	DueAt          time.Time `json:"due_at"`
	Called         []member  `json:"called" doc:"By name, in their order"`
	Duty           bool      `json:"duty,omitempty" doc:"The duty manager was called"`
	FirstAt        time.Time `json:"first_at"`
	NextAt         time.Time `json:"next_at,omitzero" doc:"When the next one is called without an acknowledgement"`
	AcknowledgedBy *member   `json:"acknowledged_by,omitempty"`
	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"`
}

func (s *server) pageRoutes() {
	may(s, act{path: "/page/acknowledgement", id: "acknowledge-page", summary: "Acknowledge the page that called you", command: "acknowledge_page", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, _ empty) (support.Command, error) {
			return &support.AcknowledgePage{}, nil
		})
}

// page is for staff only.
func (n *names) page(r *support.Request) *pageView {
	p := r.Page
	if p == nil || !n.c.staff() {
		return nil
	}
	v := &pageView{
		State: "ended", Metric: string(p.Metric), DueAt: p.DueAt, Called: []member{}, Duty: p.To == support.ToDuty, FirstAt: p.FirstAt,
		AcknowledgedBy: n.maybe(p.AckedBy), AcknowledgedAt: p.AckedAt,
	}
	for _, id := range p.Called {
		v.Called = append(v.Called, n.member(id))
	}
	switch {
	case !p.AckedAt.IsZero():
		v.State = "acknowledged"
	case r.PageOpen():
		v.State, v.NextAt = "waiting", p.NextAt
	}
	return v
}
