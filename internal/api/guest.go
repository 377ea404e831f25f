package api

import (
	"context"
	"net/http"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// GuestHeld is what the customer holds for other vendors' guest software.
type GuestHeld struct {
	Guest         string `json:"guest" query:"guest" required:"true" maxLength:"100" doc:"Of the policy's guest software"`
	Release       string `json:"release,omitempty" query:"release" maxLength:"200" doc:"Of the product; of a request: its version where absent"`
	Partner       string `json:"partner,omitempty" query:"partner" maxLength:"100" doc:"Who sold the product, or hardware or services beside it"`
	Bundled       bool   `json:"bundled,omitempty" query:"bundled" doc:"The product came with the partner's hardware"`
	Hardware      bool   `json:"hardware,omitempty" query:"hardware" doc:"The partner's hardware or services are there"`
	Programme     string `json:"programme,omitempty" query:"programme" maxLength:"100" doc:"Of the partner's support: gold_enterprise, prosupport, supportdesk, gts, gold, platinum"`
	BothContracts bool   `json:"both_contracts,omitempty" query:"both_contracts" doc:"The partner's current contracts for both vendors"`
	Certified     bool   `json:"certified,omitempty" query:"certified" doc:"The partner certifies the guest system"`
	Premier       bool   `json:"premier,omitempty" query:"premier" doc:"A premier contract with the other vendor"`
}

func (b *GuestHeld) query() *support.GuestQuery {
	if b == nil {
		return nil
	}
	return &support.GuestQuery{
		Guest: b.Guest, Release: b.Release, Partner: b.Partner, Bundled: b.Bundled, Hardware: b.Hardware, Programme: b.Programme,
		BothContracts: b.BothContracts, Certified: b.Certified, Premier: b.Premier,
	}
}

type guestInput struct {
	GuestHeld
	Product string `query:"product" required:"true" maxLength:"200"`
	Contact string `query:"contact" maxLength:"32" doc:"Customer number; staff name whom it is about"`
}

// guestPathsView is the ways to support, the one to take first before the others.
type guestPathsView struct {
	Product string          `json:"product"`
	Guest   string          `json:"guest"`
	Paths   []guestPathView `json:"paths"`
}

type guestPathView struct {
	ID       string    `json:"id" doc:"validated, our_contract, premier, neither, or a partner"`
	Partner  bool      `json:"partner" doc:"The partner supports it end to end"`
	Open     bool      `json:"open"`
	Text     string    `json:"text"`
	Covers   string    `json:"covers,omitempty" doc:"What a partner covers"`
	Physical string    `json:"physical,omitempty" enum:"may_ask,may_ask_first" doc:"A reproduction on physical hardware may be asked for"`
	Told     string    `json:"physical_text,omitempty"`
	Missing  []keyText `json:"missing,omitempty" doc:"Conditions that are not met"`
	Rules    []string  `json:"rules"`
}

// keyText is a word of the interface and what it is called.
type keyText struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

func (s *server) guestRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/guest-software/paths", id: "choose-guest-path", summary: "Show which ways to support there are for another vendor's guest software",
		scope: auth.Read, permission: "read", tag: "policy"},
		func(ctx context.Context, c *call, in *guestInput) (*body[guestPathsView], error) {
			if err := c.knownProduct(ctx, in.Product); err != nil {
				return nil, err
			}
			contact, err := c.about(ctx, in.Contact)
			if err != nil {
				return nil, err
			}
			q := *in.query()
			q.Product = in.Product
			if q.Contract, err = c.desk.HoldsSupport(ctx, c.actor, contact, in.Product); err != nil {
				return nil, err
			}
			paths, err := support.GuestPaths(q, c.desk.Pack())
			if err != nil {
				return nil, err
			}
			v := guestPathsView{Product: in.Product, Guest: in.Guest, Paths: []guestPathView{}}
			for _, x := range paths {
				v.Paths = append(v.Paths, c.guestPath(x))
			}
			return &body[guestPathsView]{v}, nil
		})
}

func (c *call) guestPath(x support.GuestPath) guestPathView {
	voice, t := c.voice(), c.desk.Pack().ThirdParty
	v := guestPathView{ID: x.Item, Open: x.Open(), Physical: string(x.Physical), Rules: []string{"R40"}}
	if x.Physical != support.PhysicalNever {
		v.Told = voice.Word("physical", string(x.Physical))
	}
	for _, m := range x.Missing {
		v.Missing = append(v.Missing, keyText{m, voice.Word("condition", m)})
	}
	for _, it := range t.GuestSoftware {
		if it.ID == x.Item {
			v.Text, v.Rules = it.Text.In(voice.Lang), notNil(it.Guide)
		}
	}
	for _, p := range t.Partners {
		if p.ID == x.Partner {
			v.ID, v.Partner, v.Rules = p.ID, true, notNil(p.Guide)
			v.Text, v.Covers = voice.Message("guest.partner", map[string]string{"partner": p.Name.In(voice.Lang), "condition": p.Condition.In(voice.Lang)}), p.Covers.In(voice.Lang)
		}
	}
	return v
}
