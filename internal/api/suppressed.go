package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

type suppressionBody struct {
	Email string `json:"email" maxLength:"500"`
	Why   string `json:"why,omitempty" enum:"by_hand,complained" default:"by_hand" doc:"complained: whoever reads it calls our mails unwanted"`
}

// suppressionView is an address to which no mail leaves.
type suppressionView struct {
	ID     string    `json:"id" doc:"Opaque"`
	Email  string    `json:"email" doc:"In small letters"`
	Why    string    `json:"why" enum:"bounced,complained,by_hand" doc:"bounced: a mail to it came back for good"`
	Status string    `json:"status,omitempty" doc:"Code of RFC 3463 with which it came back, such as 5.1.1"`
	At     time.Time `json:"at"`
	By     *member   `json:"by,omitempty" doc:"Absent: the desk by itself"`
}

type suppressionsView struct {
	Suppressions []suppressionView `json:"suppressions"`
	Next         string            `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

// OnSuppression is an input that names a stopped address.
type OnSuppression struct {
	Suppression string `path:"suppression" maxLength:"32"`
}

func (s *server) suppressionRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/suppressions", id: "list-suppressions", summary: "List addresses to which no mail leaves, the newest first",
		scope: auth.Staff, permission: "read", tag: "notices"},
		func(ctx context.Context, c *call, in *Paged) (*body[suppressionsView], error) {
			n := c.named(ctx)
			list, next, err := pageOf(*in,
				func(before int64, most int) ([]store.Suppressed, error) {
					return s.store.SuppressedList(ctx, c.viewer, before, most)
				},
				func(x store.Suppressed) int64 { return x.ID },
				func(x store.Suppressed) (suppressionView, error) { return n.suppression(x), n.err })
			return &body[suppressionsView]{suppressionsView{Suppressions: list, Next: next}}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/suppressions", id: "add-suppression", summary: "Have no mail leave to an address any more",
		scope: auth.Staff, permission: "suppress_address", status: http.StatusCreated, tag: "notices"},
		func(ctx context.Context, c *call, in *body[suppressionBody]) (*body[suppressionView], error) {
			x := store.Suppressed{Email: in.Body.Email, Why: store.SuppressedWhy(in.Body.Why)}
			if err := s.desk.Suppress(ctx, c.actor, &x); err != nil {
				return nil, err
			}
			n := c.named(ctx)
			return &body[suppressionView]{n.suppression(x)}, n.err
		})
	register(s, route{method: http.MethodDelete, path: "/v1/suppressions/{suppression}", id: "remove-suppression", summary: "Let mails to an address leave again",
		scope: auth.Staff, permission: "allow_address", status: http.StatusNoContent, tag: "notices"},
		func(ctx context.Context, c *call, in *OnSuppression) (*struct{}, error) {
			id, _ := parseOpaque("sup", in.Suppression)
			return nil, s.desk.Unsuppress(ctx, c.actor, id)
		})
}

func (n *names) suppression(x store.Suppressed) suppressionView {
	v := suppressionView{ID: opaque("sup", x.ID), Email: x.Email, Why: string(x.Why), Status: x.Status, At: x.At}
	if x.By.Kind == support.Vendor {
		v.By = n.maybe(x.By.ID)
	}
	return v
}
