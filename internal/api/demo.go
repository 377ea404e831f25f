package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

type clockView struct {
	Now time.Time `json:"now"`
}

type clockBody struct {
	To      time.Time `json:"to,omitempty" doc:"The instant to advance to"`
	Seconds int64     `json:"seconds,omitempty" minimum:"1" maximum:"315576000" doc:"Or how far, at most ten years"`
}

func (s *server) demoRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/demo/clock", id: "show-clock", summary: "Show the demo's clock",
		scope: auth.Demo, permission: "demo", tag: "demo"},
		func(context.Context, *call, *struct{}) (*body[clockView], error) {
			return &body[clockView]{clockView{support.Instant(s.clock.Now())}}, nil
		})
	register(s, route{method: http.MethodPost, path: "/v1/demo/clock", id: "advance-clock", summary: "Advance the demo's clock, firing every due instant in order",
		scope: auth.Demo, permission: "demo", tag: "demo"},
		func(_ context.Context, c *call, in *body[clockBody]) (*body[clockView], error) {
			to := in.Body.To
			switch {
			case to.IsZero() == (in.Body.Seconds == 0):
				return nil, support.Wrong("to", "api.clock_to")
			case to.IsZero():
				to = s.clock.Now().Add(time.Duration(in.Body.Seconds) * time.Second)
			}
			// It takes as long as it takes.
			if err := s.clock.Advance(c.request.Context(), to); err != nil {
				return nil, err
			}
			return &body[clockView]{clockView{support.Instant(s.clock.Now())}}, nil
		})
}
