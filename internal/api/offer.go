package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

type offersInput struct {
	OnProduct
	Licences int    `query:"licences" minimum:"0" doc:"How many would be held; absent: those of the account"`
	Contact  string `query:"contact" maxLength:"32" doc:"Customer number; staff say whose"`
}

type offersView struct {
	Offers []productOfferView `json:"offers"`
}

type productOfferView struct {
	Offering string       `json:"offering"`
	Name     string       `json:"name"`
	Fits     bool         `json:"fits"`
	Held     int          `json:"held" doc:"Licences of the product"`
	Least    int          `json:"least" doc:"Licences that it takes"`
	Sizes    []int        `json:"sizes,omitempty" doc:"Of packs of incidents"`
	Grounds  []groundView `json:"grounds"`
}

type phoneInput struct {
	Product string `query:"product" maxLength:"200"`
	Country string `query:"country" maxLength:"2" doc:"ISO 3166-1 alpha-2; absent: the caller's account's"`
}

type phoneView struct {
	At     time.Time  `json:"at"`
	Number string     `json:"number,omitempty" doc:"Toll-free, of the country (R55)"`
	Lines  []lineView `json:"lines"`

	Message  []choice `json:"message" doc:"What a caller leaves when all lines are busy"`
	Callback string   `json:"callback" doc:"Within what time they are called"`
}

type lineView struct {
	ID         string    `json:"id"`
	Text       string    `json:"text"`
	Calendar   string    `json:"calendar,omitempty" doc:"Absent: around the clock"`
	Open       bool      `json:"open"`
	NextOpenAt time.Time `json:"next_open_at,omitzero"`
	Closed     string    `json:"closed,omitempty" doc:"What the recording says while nobody answers"`
	Rules      []string  `json:"rules"`
}

func (s *server) offerRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/products/{product}/offers", id: "list-offers", summary: "List the offerings that take a product, and which can be bought",
		scope: auth.Read, permission: "read", tag: "contracts"},
		func(ctx context.Context, c *call, in *offersInput) (*body[offersView], error) {
			v, err := c.offers(ctx, *in)
			return &body[offersView]{offersView{v}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/phone", id: "show-phone", summary: "Show who answers the telephone now, and when next",
		scope: auth.Read, permission: "read", tag: "entitlement"},
		func(ctx context.Context, c *call, in *phoneInput) (*body[phoneView], error) {
			v, err := c.phone(ctx, *in)
			return &body[phoneView]{v}, err
		})
}

func (c *call) offers(ctx context.Context, in offersInput) ([]productOfferView, error) {
	if _, _, err := c.productNamed(ctx, in.Product); err != nil {
		return nil, err
	}
	held, country := in.Licences, ""
	if in.Contact != "" || c.actor.Kind == support.Customer {
		contact, err := c.about(ctx, in.Contact)
		if err != nil {
			return nil, err
		}
		parties, err := c.store.Parties(ctx, c.viewer, contact)
		if err != nil {
			return nil, err
		}
		country = parties.Account.Country
		if held == 0 {
			if held, err = c.licencesHeld(ctx, parties, in.Product); err != nil {
				return nil, err
			}
		}
	}
	p, out := c.desk.Pack(), []productOfferView{}
	for _, x := range support.Offers(p, in.Product, held, country) {
		v := productOfferView{
			Offering: x.Offering, Name: p.Offerings[x.Offering].Name.In(c.voice().Lang), Fits: x.Fits, Held: x.Held, Least: x.Least,
			Grounds: c.grounds(x.Grounds),
		}
		if rule := p.Offerings[x.Offering].Incidents; rule != nil {
			v.Sizes = rule.Packs
		}
		out = append(out, v)
	}
	return out, nil
}

// licencesHeld counts the account's licences of a product. The number says
// nothing about the keys, which stay with those to whom they were opened (R04).
func (c *call) licencesHeld(ctx context.Context, w support.Parties, product string) (int, error) {
	held := 0
	for _, h := range w.Holdings {
		if h.Contract.Account != w.Account.ID {
			continue
		}
		list, err := c.store.LicencesOf(ctx, insider, h.Contract.ID)
		if err != nil {
			return 0, err
		}
		for _, l := range list {
			if l.Product == product && !l.Superseded {
				held += l.Units
			}
		}
	}
	return held, nil
}

func (c *call) phone(ctx context.Context, in phoneInput) (phoneView, error) {
	p, now, code := c.desk.Pack(), c.desk.Now(), c.voice().Lang
	country := in.Country
	if in.Product != "" {
		if _, _, err := c.productNamed(ctx, in.Product); err != nil {
			return phoneView{}, err
		}
	}
	if country == "" && c.actor.Kind == support.Customer {
		parties, err := c.store.Parties(ctx, c.viewer, c.actor.ID)
		if err != nil {
			return phoneView{}, err
		}
		country = parties.Account.Country
	}
	v := phoneView{At: now, Number: p.Countries[country].TollFree, Lines: []lineView{}, Message: items(p.Phone.Message, code)}
	if !p.Phone.Callback.IsZero() {
		v.Callback = c.voice().Amount(p.Phone.Callback.String())
	}
	for _, h := range support.PhoneLines(p, in.Product, now) {
		line := lineView{ID: h.Line, Calendar: h.Calendar, Open: h.Open, NextOpenAt: h.NextOpenAt, Rules: notNil(h.Rules)}
		for _, l := range p.Phone.Lines {
			if l.ID == h.Line {
				line.Text = l.Text.In(code)
				if !h.Open {
					line.Closed = l.Closed.In(code)
				}
			}
		}
		v.Lines = append(v.Lines, line)
	}
	return v, nil
}
