package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// agreementView is the licence agreement in force and whether it was accepted
// for the contract (R03).
type agreementView struct {
	Version    string         `json:"version"`
	Text       string         `json:"text"`
	BeforeKeys bool           `json:"before_keys" doc:"Customers see no key before it is accepted"`
	AcceptedAt time.Time      `json:"accepted_at,omitzero" doc:"Absent: this version is not accepted"`
	AcceptedBy *person        `json:"accepted_by,omitempty"`
	Earlier    []acceptedView `json:"earlier,omitempty" doc:"Versions that were accepted before"`
}

type acceptedView struct {
	Version string    `json:"version"`
	At      time.Time `json:"at"`
	By      person    `json:"by"`
}

// confirmationView is whether the right licences are assigned (R13).
type confirmationView struct {
	State      string    `json:"state" enum:"open,confirmed,wrong"`
	AskedAt    time.Time `json:"asked_at"`
	DueAt      time.Time `json:"due_at,omitzero" doc:"When the PLA is asked again"`
	AnsweredBy *person   `json:"answered_by,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	Request    string    `json:"request,omitempty" doc:"SR number of what wrong licences led to"`
}

type agreementInput struct {
	OnContract
	Body struct {
		Version string `json:"version" maxLength:"100" doc:"The version that was read"`
	}
}

type confirmationInput struct {
	OnContract
	Body struct {
		State string `json:"state" enum:"confirmed,wrong"`
	}
}

type draftInput struct {
	OnContract
	About string `path:"about" maxLength:"64" doc:"licences: wrong or missing ones; renewal: the contract goes on"`
}

// draftView is a request that is prepared and not filed: its members are those
// of POST /v1/requests (R13, R51).
type draftView struct {
	Kind     string   `json:"kind"`
	Topic    string   `json:"topic"`
	Contract string   `json:"contract"`
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	Items    []string `json:"items" doc:"What the text already gives"`
	Missing  []string `json:"missing" doc:"What is to be added to it"`
}

func (s *server) confirmationRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/contracts/{contract}/agreement", id: "accept-agreement", summary: "Accept the licence agreement for a contract",
		scope: auth.Write, permission: "accept_agreement", tag: "contracts"},
		func(ctx context.Context, c *call, in *agreementInput) (*body[contractView], error) {
			return c.onContract(ctx, in.Contract, func(row support.Contract) error {
				return s.desk.AcceptAgreement(ctx, c.actor, row.ID, in.Body.Version)
			})
		})
	register(s, route{method: http.MethodPut, path: "/v1/contracts/{contract}/confirmation", id: "confirm-licences", summary: "Say whether the right licences are assigned to a contract",
		scope: auth.Write, permission: "confirm_licences", tag: "contracts"},
		func(ctx context.Context, c *call, in *confirmationInput) (*body[contractView], error) {
			return c.onContract(ctx, in.Contract, func(row support.Contract) error {
				return s.desk.ConfirmLicences(ctx, c.actor, row.ID, support.ConfirmationState(in.Body.State))
			})
		})
	register(s, route{method: http.MethodGet, path: "/v1/contracts/{contract}/drafts/{about}", id: "show-draft", summary: "Prepare a customer service request about a contract",
		scope: auth.Read, permission: "read", tag: "contracts"},
		func(ctx context.Context, c *call, in *draftInput) (*body[draftView], error) {
			row, err := c.contractNamed(ctx, in.Contract)
			if err != nil {
				return nil, err
			}
			v, err := c.draft(ctx, row, in.About)
			return &body[draftView]{v}, err
		})
}

// promises are what the PLA answers for: the agreement and the confirmation.
func (c *call) promises(ctx context.Context, n *names, v *contractView, contract int64, admin bool) error {
	if a := c.desk.Pack().Licences.Agreement; a.Version != "" {
		shown := agreementView{Version: a.Version, Text: a.Text.In(c.voice().Lang), BeforeKeys: a.BeforeKeys}
		list, err := c.store.Acceptances(ctx, contract)
		if err != nil {
			return err
		}
		for _, x := range list {
			by := n.person(x.Contact)
			if x.Version == a.Version {
				shown.AcceptedAt, shown.AcceptedBy = x.At, &by
			} else if admin {
				shown.Earlier = append(shown.Earlier, acceptedView{Version: x.Version, At: x.At, By: by})
			}
		}
		v.Agreement = &shown
	}
	x, asked, err := c.store.Confirmation(ctx, contract)
	if err != nil || !asked {
		return err
	}
	shown := confirmationView{State: string(x.State), AskedAt: x.AskedAt, DueAt: x.DueAt, AnsweredAt: x.AnsweredAt, Request: spoken(x.Request)}
	if x.Contact != 0 {
		by := n.person(x.Contact)
		shown.AnsweredBy = &by
	}
	v.Confirmation = &shown
	return nil
}

// draft prepares a request with what is known of the contract: the items that
// such questions need, as far as the caller may see them (R51).
func (c *call) draft(ctx context.Context, row support.Contract, about string) (draftView, error) {
	topic, ok := map[string]string{"licences": "licence", "renewal": "contract"}[about]
	if !ok {
		return draftView{}, inField(support.Refuse(support.NotFound, "draft.about_unknown", "about", about), "about")
	}
	shown, err := c.contractView(ctx, row)
	if err != nil {
		return draftView{}, err
	}
	var keys []string
	for _, l := range shown.Licences {
		if !l.Superseded && l.Key != "" {
			keys = append(keys, l.Key)
		}
	}
	known := map[string]string{"order_number": row.Order, "contract_number": row.Number, "licence_key": strings.Join(keys, ", ")}
	if shown.Primary != nil {
		known["pla_email"] = shown.Primary.Email
	}
	voice := c.voice()
	args := map[string]string{"contract": row.Number, "offering": row.Offering, "ends": row.EndsAt.Format(time.RFC3339)}
	v := draftView{Kind: string(support.CS), Topic: topic, Contract: row.Number, Items: []string{}, Missing: []string{}}
	v.Title = voice.Message("draft.licences.title", args)
	lines := []string{voice.Message("draft.licences.text", args), ""}
	if about == "renewal" {
		v.Title, lines[0] = voice.Message("draft.renewal.title", args), voice.Message("draft.renewal.text", args)
	}
	for _, it := range c.desk.Pack().CS.Items {
		value := known[it.ID]
		if value == "" {
			v.Missing = append(v.Missing, it.ID)
			lines = append(lines, voice.Message("draft.item_missing", map[string]string{"item": it.ID}))
			continue
		}
		v.Items = append(v.Items, it.ID)
		lines = append(lines, voice.Message("draft.item", map[string]string{"item": it.ID, "value": value}))
	}
	v.Text = strings.Join(lines, "\n")
	return v, nil
}
