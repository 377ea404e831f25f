package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// engineeringAsk is an ask of engineering in its list.
type engineeringAsk struct {
	Number    string    `json:"number" doc:"Of the request"`
	N         int       `json:"n" doc:"Of the ask on it"`
	Kind      string    `json:"kind"`
	State     string    `json:"state" enum:"open,answered,cancelled"`
	Text      string    `json:"text"`
	AskedBy   *member   `json:"asked_by,omitempty"`
	Staff     *member   `json:"staff,omitempty" doc:"Who works on it"`
	AskedAt   time.Time `json:"asked_at"`
	ChangedAt time.Time `json:"changed_at"`
	DueAt     time.Time `json:"due_at,omitzero"`
}

type engineeringAsksView struct {
	Asks []engineeringAsk `json:"asks"`
	Next string           `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

type engineeringAsksInput struct {
	State string `query:"state" enum:"open,answered,cancelled"`
	Kind  string `query:"kind" maxLength:"64"`
	Staff string `query:"staff" maxLength:"254" doc:"E-mail address, me, or none"`
	After string `query:"after" maxLength:"500" doc:"Cursor of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type assignAsk struct {
	Addressed
	N    int `path:"n" minimum:"1"`
	Body *assignmentBody
}

func (s *server) engineeringRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/engineering-asks", id: "list-engineering-asks", summary: "List what engineering is asked for, the newest change first",
		scope: auth.Staff, permission: "read", tag: "defects"},
		func(ctx context.Context, c *call, in *engineeringAsksInput) (*body[engineeringAsksView], error) {
			v, err := c.engineeringAsks(ctx, in)
			return &body[engineeringAsksView]{v}, err
		})
	register(s, act{path: "/asks/{n}/assignment", id: "assign-ask", summary: "Give an ask of engineering to one of its people, or take it", command: "assign_ask", scope: auth.Staff}.route(),
		func(ctx context.Context, c *call, in *assignAsk) (*answer, error) {
			return carry(ctx, c, in.Addressed, in, func(ctx context.Context, c *call, _ support.Row, in *assignAsk) (support.Command, error) {
				cmd := &support.AssignAsk{N: in.N}
				if in.Body == nil || in.Body.Staff == "" {
					return cmd, nil
				}
				m, err := c.staffNamed(ctx, in.Body.Staff, "staff")
				cmd.Staff = m.ID
				return cmd, err
			})
		})
}

func (c *call) engineeringAsks(ctx context.Context, in *engineeringAsksInput) (engineeringAsksView, error) {
	f := store.EngineeringFilter{State: support.AskState(in.State), Kind: support.AskKind(in.Kind), After: in.After, Limit: in.Limit}
	switch in.Staff {
	case "":
	case "none":
		f.Unowned = true
	case "me":
		f.Staff = c.actor.ID
	default:
		m, err := c.staffNamed(ctx, in.Staff, "staff")
		if err != nil {
			return engineeringAsksView{}, err
		}
		f.Staff = m.ID
	}
	rows, next, err := c.store.EngineeringAsks(ctx, c.viewer, f)
	if err != nil {
		return engineeringAsksView{}, err
	}
	n := c.named(ctx)
	v := engineeringAsksView{Asks: []engineeringAsk{}, Next: next}
	for _, a := range rows {
		v.Asks = append(v.Asks, engineeringAsk{
			Number: support.SpokenNumber(a.Request), N: a.N, Kind: string(a.Kind), State: string(a.State), Text: n.text(a.Text),
			AskedBy: n.maybe(a.AskedBy), Staff: n.maybe(a.Staff), AskedAt: a.AskedAt, ChangedAt: a.ChangedAt, DueAt: a.DueAt,
		})
	}
	return v, n.err
}
