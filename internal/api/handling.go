package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

type handlingBody struct {
	Account  string    `json:"account,omitempty" maxLength:"64" doc:"One of account, contract and product"`
	Contract string    `json:"contract,omitempty" maxLength:"200"`
	Product  string    `json:"product,omitempty" maxLength:"200"`
	Text     string    `json:"text" maxLength:"262144"`
	From     time.Time `json:"from,omitempty" doc:"Default: now"`
	Until    time.Time `json:"until" doc:"Exclusive"`
}

// handlingView is a special handling note.
type handlingView struct {
	ID    string    `json:"id" doc:"Opaque"`
	About string    `json:"about" enum:"account,contract,product"`
	Text  string    `json:"text"`
	By    member    `json:"by"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

type handlingInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *server) handlingRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/handling-notes", id: "add-handling", summary: "Tell staff how to handle the requests of an account, a contract or a product",
		scope: auth.Staff, permission: "add_handling", status: http.StatusCreated, tag: "contracts"},
		func(ctx context.Context, c *call, in *body[handlingBody]) (*body[handlingView], error) {
			h, err := c.handlingOf(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			if err := s.desk.AddHandling(ctx, c.actor, &h); err != nil {
				return nil, err
			}
			n := c.named(ctx)
			v := n.handling(h)
			return &body[handlingView]{v}, n.err
		})
	register(s, route{method: http.MethodDelete, path: "/v1/handling-notes/{id}", id: "end-handling", summary: "Take a special handling note back",
		scope: auth.Staff, permission: "end_handling", status: http.StatusNoContent, tag: "contracts"},
		func(ctx context.Context, c *call, in *handlingInput) (*struct{}, error) {
			id, _ := parseOpaque("han", in.ID)
			return nil, s.desk.EndHandling(ctx, c.actor, id)
		})
}

func (c *call) handlingOf(ctx context.Context, b handlingBody) (support.Handling, error) {
	h := support.Handling{Product: b.Product, Text: text(b.Text), From: b.From, Until: b.Until}
	switch {
	case b.Contract != "":
		row, err := c.contractNamed(ctx, b.Contract)
		h.Contract, h.Account = row.ID, row.Account
		return h, err
	case b.Account != "":
		id, ok := parseOpaque("acc", b.Account)
		if !ok {
			return h, support.Wrong("account", "api.account_form")
		}
		row, err := c.store.Account(ctx, c.viewer, id)
		h.Account = row.ID
		return h, err
	}
	return h, nil
}

func (n *names) handling(h support.Handling) handlingView {
	n.load([]int64{h.Text.ID})
	about := "product"
	switch {
	case h.Contract != 0:
		about = "contract"
	case h.Account != 0:
		about = "account"
	}
	return handlingView{ID: opaque("han", h.ID), About: about, Text: n.text(h.Text), By: n.member(h.AddedBy), From: h.From, Until: h.Until}
}

// handlings are the notes that hold for a request now: for staff alone.
func (c *call) handlings(ctx context.Context, n *names, r *support.Request) ([]handlingView, error) {
	list, err := c.store.Handling(ctx, c.viewer, support.Index(r, c.desk.Pack()), c.desk.Now())
	var out []handlingView
	for _, h := range list {
		out = append(out, n.handling(h))
	}
	return out, err
}
