package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

type restrictionBody struct {
	Staff  []string `json:"staff,omitempty" maxItems:"50" doc:"E-mail addresses of those who see it beside its owner, duty managers and administrators"`
	Reason string   `json:"reason" maxLength:"262144"`
}

type glassBody struct {
	Reason string `json:"reason" maxLength:"262144" doc:"Told to the duty manager and kept"`
}

type accountRestriction struct {
	Account string `path:"account" maxLength:"64"`
	Body    struct {
		Restricted bool     `json:"restricted"`
		Staff      []string `json:"staff,omitempty" maxItems:"50" doc:"E-mail addresses of those who see it beside duty managers and administrators"`
	}
}

// restrictionView is who of the staff sees a restricted request.
type restrictionView struct {
	Staff []member `json:"staff"`
}

type readView struct {
	By member    `json:"by"`
	At time.Time `json:"at"`
}

type readsView struct {
	Reads []readView `json:"reads"`
}

type glassView struct {
	Number string    `json:"number"`
	By     member    `json:"by"`
	At     time.Time `json:"at"`
	Until  time.Time `json:"until" doc:"Exclusive"`
	Reason string    `json:"reason"`
}

type glassesView struct {
	Glasses []glassView `json:"glasses"`
}

func (s *server) restrictRoutes() {
	s.swapRoutes()
	do(s, act{method: http.MethodPut, path: "/restriction", id: "restrict-request", summary: "Let only named staff see it", command: "restrict_request", scope: auth.Staff},
		func(ctx context.Context, c *call, _ support.Row, b restrictionBody) (support.Command, error) {
			ids, err := c.membersNamed(ctx, b.Staff)
			return &support.RestrictRequest{Staff: ids, Reason: text(b.Reason)}, err
		})
	may(s, act{method: http.MethodDelete, path: "/restriction", id: "lift-restriction", summary: "Let all staff see it again", command: "lift_restriction", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b reasonBody) (support.Command, error) {
			return &support.LiftRestriction{Reason: text(b.Reason)}, nil
		})
	register(s, act{path: "/glass", id: "break-glass", summary: "Open a restricted request to the caller for a limited time; every look at it is kept", command: "break_glass", scope: auth.Staff}.route(),
		func(ctx context.Context, c *call, in *command[glassBody]) (*answer, error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			done, err := c.desk.Do(ctx, c.actor, id, &support.BreakGlass{Reason: text(in.Body.Reason)})
			if err != nil {
				return nil, err
			}
			v, err := c.result(ctx, done)
			return &answer{ETag: entityTag(v.Version), Body: v}, err
		})
	register(s, route{method: http.MethodPut, path: "/v1/accounts/{account}/restriction", id: "restrict-account", summary: "Let only named staff see an account and all that is its own",
		scope: auth.Staff, permission: "restrict_account", status: http.StatusNoContent, tag: "people"},
		func(ctx context.Context, c *call, in *accountRestriction) (*struct{}, error) {
			id, ok := parseOpaque("acc", in.Account)
			if !ok {
				return nil, support.Wrong("account", "api.account_form")
			}
			ids, err := c.membersNamed(ctx, in.Body.Staff)
			if err != nil {
				return nil, err
			}
			return nil, s.desk.RestrictAccount(ctx, c.actor, id, in.Body.Restricted, ids)
		})
	s.readRoutes()
}

// readRoutes show to duty managers and administrators who looked.
func (s *server) readRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/requests/{number}/reads", id: "list-reads", summary: "List the looks of staff at a restricted request",
		scope: auth.Staff, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *Numbered) (*body[readsView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			if err := c.guards(); err != nil {
				return nil, err
			}
			list, err := s.store.Reads(ctx, c.viewer, id, 500)
			n, v := c.named(ctx), readsView{Reads: []readView{}}
			for _, r := range list {
				v.Reads = append(v.Reads, readView{By: n.member(r.Staff), At: r.At})
			}
			return &body[readsView]{v}, firstOf(err, n.err)
		})
	register(s, route{method: http.MethodGet, path: "/v1/glasses", id: "list-glasses", summary: "List who broke the glass on which request",
		scope: auth.Staff, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, _ *struct{}) (*body[glassesView], error) {
			if err := c.guards(); err != nil {
				return nil, err
			}
			list, err := s.store.Glasses(ctx, 500)
			n, v := c.named(ctx), glassesView{Glasses: []glassView{}}
			for _, g := range list {
				n.load([]int64{g.Reason.ID})
				v.Glasses = append(v.Glasses, glassView{
					Number: support.SpokenNumber(g.Request), By: n.member(g.Staff), At: g.At, Until: g.Until, Reason: n.text(g.Reason),
				})
			}
			return &body[glassesView]{v}, firstOf(err, n.err)
		})
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// guards: duty managers and administrators look after who looks.
func (c *call) guards() error {
	if c.actor.Kind == support.System || slices.Contains(c.viewer.Roles, support.RoleDuty) || slices.Contains(c.viewer.Roles, support.RoleAdmin) {
		return nil
	}
	return support.Refuse(support.Forbidden, "glass.duty_only")
}

func (c *call) membersNamed(ctx context.Context, emails []string) ([]int64, error) {
	var out []int64
	for i, email := range emails {
		m, err := c.staffNamed(ctx, email, "staff["+strconv.Itoa(i)+"]")
		if err != nil {
			return nil, err
		}
		out = append(out, m.ID)
	}
	return out, nil
}

// restriction is shown to staff alone.
func (n *names) restriction(r *support.Request) *restrictionView {
	if !r.Restricted || !n.c.staff() {
		return nil
	}
	v := &restrictionView{Staff: []member{}}
	for _, id := range r.Named {
		v.Staff = append(v.Staff, n.member(id))
	}
	return v
}
