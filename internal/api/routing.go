package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// routingView is why a request went to somebody, or to nobody.
type routingView struct {
	Team       string            `json:"team"`
	At         time.Time         `json:"at"`
	Staff      *member           `json:"staff,omitempty" doc:"Absent: nobody fits, the request stayed queued"`
	Considered []routedStaffView `json:"considered" doc:"Who fits first"`
	More       int               `json:"more,omitempty" doc:"How many others were considered"`
}

type routedStaffView struct {
	Staff   member       `json:"staff"`
	Fits    bool         `json:"fits"`
	Open    int          `json:"open" doc:"Open requests that they owned"`
	Grounds []groundView `json:"grounds"`
}

func (s *server) routingRoutes() {
	may(s, act{path: "/routing", id: "route", summary: "Let the desk find an engineer for a queued request", command: "route", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, _ empty) (support.Command, error) {
			return &support.RouteToStaff{}, nil
		})
	register(s, route{method: http.MethodGet, path: "/v1/requests/{number}/routing", id: "explain-routing", summary: "Say why the request was given to whom it was",
		scope: auth.Staff, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *Numbered) (*body[routingView], error) {
			r, err := c.read(ctx, in)
			if err != nil {
				return nil, err
			}
			if r.Routed == nil {
				return nil, support.Refuse(support.NotFound, "routing.none")
			}
			n := c.named(ctx)
			v := routingView{
				Team: r.Routed.Team, At: r.RoutedAt, Staff: n.maybe(r.Routed.Staff), Considered: n.considered(*r.Routed), More: r.Routed.More,
			}
			return &body[routingView]{v}, n.err
		})
}

func (n *names) considered(b support.Routed) []routedStaffView {
	out := []routedStaffView{}
	for _, x := range b.Considered {
		out = append(out, routedStaffView{Staff: n.member(x.Staff), Fits: x.Fits, Open: x.Open, Grounds: n.c.grounds(x.Grounds)})
	}
	return out
}
