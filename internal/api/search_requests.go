package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
	fold "madoguchi/internal/text"
)

// similarMost is how many requests are shown that say something like a draft.
const similarMost = 5

// Sought is what somebody looks for.
type Sought struct {
	Query string `query:"q" maxLength:"2000" required:"true" doc:"Words that all stand in a request, \"phrases\", -words that must not, and owner: account: contract: contact: product: severity: due:<2h state: turn: kind: queue: tag:; accounts and products by id or name" example:"owner:me severity:1 \"disk full\""`
}

type searchRequestsInput struct {
	Sought
	After string `query:"after" maxLength:"500" doc:"Cursor of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

// rangeView is a part of a text.
type rangeView struct {
	From int `json:"from" doc:"First character, counted from 0"`
	To   int `json:"to" doc:"The character after the last"`
}

// excerptView is the part of an entry in which something was found.
type excerptView struct {
	Seq    int64       `json:"seq" doc:"The entry, by its place in the timeline"`
	Public bool        `json:"public" doc:"Whether the customer sees it"`
	Text   string      `json:"text"`
	Before bool        `json:"before,omitempty" doc:"The entry goes on before it"`
	After  bool        `json:"after,omitempty" doc:"The entry goes on after it"`
	Found  []rangeView `json:"found" doc:"Where it was found in text"`
}

type foundRequest struct {
	Request rowView      `json:"request"`
	Title   []rangeView  `json:"title_found,omitempty" doc:"Where it was found in the title"`
	Excerpt *excerptView `json:"excerpt,omitempty" doc:"Absent when the title, the product or the number says all that was found"`
}

type searchRequestsView struct {
	Requests []foundRequest `json:"requests" doc:"Newest first"`
	Next     string         `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
	Stopped  bool           `json:"stopped,omitempty" doc:"So many requests were looked through that more may follow under next"`
	Begun    bool           `json:"begun,omitempty" doc:"Whole words found nothing: these have words that begin so"`
	Filling  bool           `json:"filling,omitempty" doc:"Earlier requests are still being entered: not all is found yet"`
}

func (s *server) searchRequestRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/search", id: "search-requests", summary: "Search the requests that the caller sees, in all that the caller may read of them",
		scope: auth.Read, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *searchRequestsInput) (*body[searchRequestsView], error) {
			q, err := c.sought(ctx, in.Query)
			if err != nil {
				return nil, err
			}
			q.After, q.Limit = in.After, in.Limit
			page, err := s.store.Search(ctx, c.viewer, q)
			if err != nil {
				return nil, err
			}
			list, err := c.foundRequests(ctx, page.Found)
			return &body[searchRequestsView]{searchRequestsView{
				Requests: list, Next: page.Next, Stopped: page.Stopped, Begun: page.Begun, Filling: page.Filling,
			}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/search/count", id: "count-found", summary: "Count what a search finds",
		scope: auth.Read, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *Sought) (*body[countView], error) {
			q, err := c.sought(ctx, in.Query)
			if err != nil {
				return nil, err
			}
			n, whole, err := s.store.CountFound(ctx, c.viewer, q, countCap+1)
			return &body[countView]{countView{Count: min(n, countCap), Capped: n > countCap || !whole}}, err
		})
}

// sought reads a query; its operators are the filters of a list. What is wrong
// with one says where it stands.
func (c *call) sought(ctx context.Context, query string) (store.Search, error) {
	q, err := c.desk.Sought(ctx, c.viewer, query)
	var wrong *desk.Misread
	if errors.As(err, &wrong) {
		x := wrong.Operator
		err = support.Wrong("q", "search.operator", "operator", x.Name, "at", strconv.Itoa(x.At), "why", c.voice().Error(wrong.Why))
	}
	return q, err
}

func ranges(list []fold.Range) []rangeView {
	out := make([]rangeView, 0, len(list))
	for _, r := range list {
		out = append(out, rangeView(r))
	}
	return out
}

func (c *call) foundRequests(ctx context.Context, found []store.Found) ([]foundRequest, error) {
	rows := make([]support.Row, 0, len(found))
	for _, f := range found {
		rows = append(rows, f.Row)
	}
	views, err := c.rows(ctx, rows, store.Named{})
	if err != nil {
		return nil, err
	}
	out := make([]foundRequest, 0, len(found))
	for i, f := range found {
		v := foundRequest{Request: views[i], Title: ranges(f.Title.Found)}
		if f.Seq != 0 {
			v.Excerpt = &excerptView{Seq: f.Seq, Public: !f.Internal, Text: f.Part.Text, Before: f.Part.Before, After: f.Part.After, Found: ranges(f.Part.Found)}
		}
		out = append(out, v)
	}
	return out, nil
}

// similar are requests that the caller sees and that say something like a draft.
func (c *call) similar(ctx context.Context, draft draftBody) ([]foundRequest, error) {
	found, err := c.store.Similar(ctx, c.viewer, draft.Product, draft.Title+"\n"+draft.Text, similarMost)
	if err != nil {
		return nil, err
	}
	return c.foundRequests(ctx, found)
}
