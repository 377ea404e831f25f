package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// rowView is one request in a list.
type rowView struct {
	Number         string    `json:"number"`
	Version        int64     `json:"version"`
	Kind           string    `json:"kind" enum:"sr,cs_request"`
	Title          string    `json:"title"`
	Stage          string    `json:"stage" enum:"opened,worked_on,completed"`
	Turn           string    `json:"turn" enum:"support,customer,third_party,nobody"`
	Severity       int       `json:"severity,omitempty"`
	Priority       int       `json:"priority,omitempty" doc:"Staff only"`
	Account        account   `json:"account"`
	Contact        person    `json:"contact"`
	Contract       string    `json:"contract,omitempty"`
	Offering       string    `json:"offering,omitempty"`
	Product        string    `json:"product,omitempty"`
	ProductVersion string    `json:"product_version,omitempty"`
	Owner          *member   `json:"owner,omitempty"`
	Queue          string    `json:"queue,omitempty" doc:"Staff only"`
	QueuedSince    time.Time `json:"queued_since,omitzero" doc:"Staff only"`
	Reference      string    `json:"reference,omitempty"`
	Tags           []string  `json:"tags,omitempty"`
	FiledAt        time.Time `json:"filed_at"`
	ChangedAt      time.Time `json:"changed_at"`
	CompletedAt    time.Time `json:"completed_at,omitzero"`
	Reason         string    `json:"reason,omitempty"`
	Escalated      bool      `json:"escalated,omitempty"`
	Next           *nextView `json:"next,omitempty"`
}

type listView struct {
	Requests []rowView `json:"requests"`
	Next     string    `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
	Stopped  bool      `json:"stopped,omitempty" doc:"The search stopped after 20,000 requests of which few fitted: more may follow under next"`
}

type countView struct {
	Count  int  `json:"count"`
	Capped bool `json:"capped" doc:"There are more than that, or may be: counting stops after 20,000 requests"`
}

// countCap is the most that a count says (99+).
const countCap = 99

// Filter is how a list is narrowed.
type Filter struct {
	Owner     string    `query:"owner" maxLength:"254" doc:"E-mail address, me, or none"`
	Turn      string    `query:"turn" enum:"support,customer,third_party,nobody"`
	Severity  int       `query:"severity" minimum:"1" maximum:"9"`
	DueBefore time.Time `query:"due_before" doc:"The next target is due before this instant"`
	Account   string    `query:"account" maxLength:"64"`
	Contract  string    `query:"contract" maxLength:"200"`
	Contact   string    `query:"contact" maxLength:"32" doc:"Customer number"`
	Product   string    `query:"product" maxLength:"200"`
	State     string    `query:"state" enum:"open,opened,worked_on,completed" doc:"A stage; open is all but completed"`
	Kind      string    `query:"kind" enum:"sr,cs_request"`
	Queue     string    `query:"queue" maxLength:"64" doc:"technical, licence, or that of an offering"`
	Tag       string    `query:"tag" maxLength:"200"`
}

type listInput struct {
	Filter
	Order string `query:"order" enum:"due,changed" doc:"due: the open ones, the next target first; changed: all, the newest change first. Default: changed with state=completed, else due"`
	After string `query:"after" maxLength:"500" doc:"Cursor of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type countInput struct{ Filter }

func (s *server) requestRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/requests", id: "list-requests", summary: "List the requests that the caller sees",
		scope: auth.Read, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *listInput) (*body[listView], error) {
			f, err := c.filter(ctx, in.Filter)
			if err != nil {
				return nil, err
			}
			f.After, f.Limit, f.Order = in.After, in.Limit, orderOf(in)
			rows, names, next, err := s.store.Listed(ctx, c.viewer, f)
			if err != nil {
				return nil, err
			}
			list, err := c.rows(ctx, rows, names)
			return &body[listView]{listView{Requests: list, Next: next, Stopped: next != "" && len(rows) < f.Limit}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/requests/count", id: "count-requests", summary: "Count the requests that the caller sees",
		scope: auth.Read, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *countInput) (*body[countView], error) {
			f, err := c.filter(ctx, in.Filter)
			if err != nil {
				return nil, err
			}
			if in.State == "" || in.State == "completed" { // open ones have an index of their own
				f.Order = store.ByChanged
			}
			n, whole, err := s.store.Count(ctx, c.viewer, f, countCap+1)
			return &body[countView]{countView{Count: min(n, countCap), Capped: n > countCap || !whole}}, err
		})
	s.oneRequest()
}

func (s *server) oneRequest() {
	register(s, route{method: http.MethodGet, path: "/v1/requests/{number}", id: "show-request", summary: "Show one request",
		scope: auth.Read, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *readInput) (*shown, error) { return c.showUnlessKnown(ctx, in) })
	register(s, route{method: http.MethodGet, path: "/v1/requests/{number}/events", id: "list-events", summary: "List a request's timeline",
		scope: auth.Read, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *eventsInput) (*body[eventsView], error) {
			v, err := c.timeline(ctx, in)
			return &body[eventsView]{v}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/requests/{number}/targets", id: "list-targets", summary: "List a request's response targets, explained",
		scope: auth.Read, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *Numbered) (*body[targetsView], error) {
			v, err := c.targets(ctx, in)
			return &body[targetsView]{v}, err
		})
}

// Numbered is an input that names a request.
type Numbered struct {
	Number string `path:"number" maxLength:"64" doc:"SR number, with or without hyphens" example:"123-456-789"`
}

func (in Numbered) id() (int64, error) {
	id, err := support.ParseNumber(in.Number)
	return id, inField(err, "number")
}

// read is the request that somebody looks at.
func (c *call) read(ctx context.Context, in *Numbered) (*support.Request, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	r, err := c.desk.Request(ctx, c.viewer, id)
	if err == nil {
		err = c.desk.RecordRead(ctx, c.actor, id)
	}
	return r, err
}

func orderOf(in *listInput) store.Order {
	switch {
	case in.Order == "changed", in.Order == "" && in.State == "completed":
		return store.ByChanged
	}
	return store.ByDue
}

// filter turns what the caller names into rows' ids.
func (c *call) filter(ctx context.Context, in Filter) (store.Filter, error) {
	return c.desk.Narrow(ctx, c.viewer, desk.Narrowing{
		Owner: in.Owner, Turn: in.Turn, State: in.State, Kind: in.Kind, Account: in.Account, Contract: in.Contract, Contact: in.Contact,
		Product: in.Product, Queue: in.Queue, Tag: in.Tag, Severity: in.Severity, DueBefore: in.DueBefore,
	})
}

// knownProduct refuses a product that the desk does not have, and names those
// that there are.
func (c *call) knownProduct(ctx context.Context, product string) error {
	all, err := c.store.Products(ctx)
	if err != nil {
		return err
	}
	var keys []string
	for _, p := range all {
		keys = append(keys, p.Key)
	}
	if slices.Contains(keys, product) {
		return nil
	}
	return support.Wrong("product", "product.not_found", "product", product, "choices", strings.Join(keys, ", "))
}

// rows are requests as a list shows them.
func (c *call) rows(ctx context.Context, rows []support.Row, names store.Named) ([]rowView, error) {
	n := c.named(ctx)
	n.learn(names)
	var ids store.Naming
	for _, r := range rows {
		ids.Contacts, ids.Accounts = append(ids.Contacts, r.Contact), append(ids.Accounts, r.Account)
		ids.Contracts, ids.Staff = append(ids.Contracts, r.Contract), append(ids.Staff, r.Owner)
		ids.Texts = append(ids.Texts, r.Title.ID, r.Reference.ID)
	}
	n.fetch(ids)
	out := make([]rowView, 0, len(rows))
	for _, r := range rows {
		v := rowView{
			Number: support.SpokenNumber(r.ID), Version: r.Seq, Kind: string(r.Kind), Title: n.text(r.Title), Stage: string(r.Stage),
			Turn: string(r.Turn), Severity: r.Severity, Account: n.account(r.Account), Contact: n.person(r.Contact),
			Contract: n.contract(r.Contract), Offering: r.Offering, Product: r.Product, ProductVersion: r.Version,
			Owner: n.maybe(r.Owner), Reference: n.text(r.Reference), Tags: r.Tags, FiledAt: r.FiledAt, ChangedAt: r.ChangedAt,
			CompletedAt: r.CompletedAt, Reason: r.Reason, Escalated: r.Escalated, Next: nextOf(r),
		}
		if c.staff() {
			v.Priority, v.Queue, v.QueuedSince = r.Priority, r.Queue, r.QueuedSince
		}
		out = append(out, v)
	}
	return out, n.err
}
