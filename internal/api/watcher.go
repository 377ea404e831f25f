package api

import (
	"context"
	"net/http"

	"madoguchi/internal/support"
)

// watcherView is one who watches; the id names them where the customer number
// is not the caller's to know.
type watcherView struct {
	ID             string `json:"id" doc:"Opaque; removes the watcher"`
	Name           string `json:"name"`
	CustomerNumber string `json:"customer_number,omitempty" doc:"Shown to staff and to the person"`
}

type watcherBody struct {
	Contact string `json:"contact" maxLength:"32" doc:"Customer number, of a contact of any account"`
}

type removeWatcher struct {
	Addressed
	Watcher string `path:"watcher" maxLength:"64" doc:"Id of the watcher, a customer number, or me"`
}

// watcherRoutes are who else sees the request (A13).
func (s *server) watcherRoutes() {
	do(s, act{path: "/watchers", id: "add-watcher", summary: "Let a contact of any account see the request and be told of it", command: "add_watcher"},
		func(ctx context.Context, c *call, _ support.Row, b watcherBody) (support.Command, error) {
			who, err := c.contactTold(ctx, b.Contact, "contact")
			return &support.AddWatcher{Contact: who.ID}, err
		})
	register(s, act{method: http.MethodDelete, path: "/watchers/{watcher}", id: "remove-watcher", summary: "End somebody's watching, or one's own", command: "remove_watcher"}.route(),
		func(ctx context.Context, c *call, in *removeWatcher) (*answer, error) {
			return carry(ctx, c, in.Addressed, in, func(ctx context.Context, c *call, _ support.Row, in *removeWatcher) (support.Command, error) {
				if in.Watcher == "me" && !c.staff() {
					return &support.RemoveWatcher{Contact: c.actor.ID}, nil
				}
				if id, ok := parseOpaque("con", in.Watcher); ok {
					return &support.RemoveWatcher{Contact: id}, nil
				}
				who, err := c.contactTold(ctx, in.Watcher, "watcher")
				return &support.RemoveWatcher{Contact: who.ID}, err
			})
		})
}

func (n *names) watchers(r *support.Request) []watcherView {
	out := []watcherView{}
	for _, id := range r.Watchers {
		p := n.person(id)
		out = append(out, watcherView{ID: opaque("con", id), Name: p.Name, CustomerNumber: p.CustomerNumber})
	}
	return out
}
