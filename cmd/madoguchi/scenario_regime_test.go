package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

// intake answers what is asked and told before filing for a product.
func (p *player) intake(ctx context.Context, c *client.Client, a *scenario.Args) error {
	got, err := c.Intake(ctx, a.Word("product"))
	if err != nil {
		return err
	}
	p.shown = map[string]string{"needed": yes(got.ScopeNeeded), "registration": got.Registration}
	for _, q := range got.Questions {
		p.shown[q.ID] = q.Outcome
		p.shown[q.ID+".evidence"] = joined(q.Evidence, func(x client.Choice) string { return x.ID })
		p.shown[q.ID+".routes"] = joined(q.Routes, func(x client.Route) string { return x.ID })
	}
	if x := got.Legacy; x != nil {
		p.shown["legacy_until"], p.shown["legacy"] = x.Until.Format(time.RFC3339Nano), yes(x.Now)
	}
	if x := got.Experimental; x != nil {
		p.shown["feature_severities"] = joined(x.Severities, func(n int) string { return fmt.Sprint(n) })
		for _, f := range x.Features {
			p.shown["feature."+f.ID] = strings.Join(f.Versions, ",")
		}
	}
	return nil
}

func joined[T any](list []T, name func(T) string) string {
	var out []string
	for _, x := range list {
		out = append(out, name(x))
	}
	return strings.Join(out, ",")
}

// regimeShown adds to the answer of an entitlement what it says beside coverage.
func (p *player) regimeShown(r client.Receipt) {
	for i, g := range r.Grounds {
		p.shown[fmt.Sprintf("ground%d", i+1)] = g.Key
	}
	for i, x := range r.Routes {
		p.shown[fmt.Sprintf("route%d", i+1)] = x.ID
	}
	p.shown["phase"], p.shown["basis"] = r.Phase, r.Basis
	for name, at := range map[string]time.Time{
		"general_until": r.GeneralUntil, "guidance_until": r.GuidanceUntil, "legacy_until": r.LegacyUntil,
	} {
		p.shown[name] = at.Format(time.RFC3339Nano)
	}
	if r.Coverage == nil {
		return
	}
	p.shown["remote"] = yes(r.Coverage.Remote)
	if d := r.Coverage.Duty; d != nil {
		p.shown["duty"] = d.Text
	}
	if s := r.Coverage.Service; s != nil {
		p.shown["service"], p.shown["service_open"], p.shown["service_promised"] = s.Language, yes(s.OpenNow), yes(s.Promised)
		p.shown["service_opens"] = s.NextOpenAt.Format(time.RFC3339Nano)
	}
}

// looked answers who is on the phone, and what can be bought.
func (p *player) looked(ctx context.Context, c *client.Client, verb string, a *scenario.Args) error {
	p.shown = map[string]string{}
	if verb == "offers" {
		list, err := c.Offers(ctx, a.Word("product"), a.Number("licences"), "")
		for _, o := range list {
			p.shown[o.Offering] = yes(o.Fits)
		}
		return err
	}
	got, err := c.Phone(ctx, a.Word("product"), a.Word("country"))
	p.shown["number"] = got.Number
	for _, l := range got.Lines {
		p.shown[l.ID] = map[bool]string{true: "open", false: "closed"}[l.Open]
		p.shown[l.ID+".next"] = l.NextOpenAt.Format(time.RFC3339Nano)
		if l.Open == (l.Closed != "") {
			return fmt.Errorf("the line %s is open %v and says %q", l.ID, l.Open, l.Closed)
		}
	}
	return err
}

// owned registers and buys, and answers what is left of it.
func (p *player) owned(ctx context.Context, c *client.Client, verb string, a *scenario.Args) error {
	switch verb {
	case "register":
		r, err := c.Register(ctx, client.NewRegistration{Product: a.Word("product")})
		p.shown = map[string]string{"until": r.Until.Format(time.RFC3339Nano)}
		return err
	case "buy_incidents":
		b, err := c.BuyIncidents(ctx, client.NewIncidents{Contact: p.numbers[a.Word("contact")], Product: a.Word("product"), Size: a.Number("size")})
		p.shown = map[string]string{"size": fmt.Sprint(b.Size), "expires": b.ExpiresAt.Format(time.RFC3339Nano)}
		return err
	}
	list, err := c.Contracts(ctx, "")
	available, reserved := 0, 0
	for _, k := range list {
		for _, i := range k.Incidents {
			available, reserved = available+i.Available, reserved+i.Reserved
		}
	}
	p.shown = map[string]string{"available": fmt.Sprint(available), "reserved": fmt.Sprint(reserved)}
	return err
}

// drafted is what happens to words before anything is filed.
func (p *player) drafted(ctx context.Context, c *client.Client, verb string, a *scenario.Args) error {
	p.shown = map[string]string{}
	draft := client.Draft{Product: a.Word("product"), Title: a.Word("title"), Text: a.Word("text")}
	switch verb {
	case "self_help":
		list, err := c.SelfHelp(ctx, draft.Product)
		p.shown["resources"] = fmt.Sprint(len(list))
		for _, x := range list {
			p.shown[x.ID], p.shown[x.ID+".path"] = "yes", x.Path
		}
		return err
	case "search":
		list, err := c.SearchSelfHelp(ctx, a.Word("for"), draft.Product, 0)
		p.shown["n"] = fmt.Sprint(len(list))
		if len(list) > 0 {
			p.shown["first"], p.shown["kind"] = list[0].ID, list[0].Kind
		}
		return err
	case "suggest":
		got, err := c.Suggest(ctx, draft)
		p.shown["resources"], p.shown["security"], p.shown["wish"] = fmt.Sprint(len(got.Resources)), yes(got.Security), yes(got.Wish)
		for i, x := range got.Routes {
			p.shown[fmt.Sprintf("route%d", i+1)] = x.ID
		}
		return err
	case "deflections":
		list, err := c.Deflections(ctx)
		for _, x := range list {
			p.shown[x.Product+"."+x.Route] = fmt.Sprint(x.N)
		}
		return err
	}
	got, err := c.Deflect(ctx, client.Deflection{Draft: draft, Route: a.Word("route")})
	p.shown = map[string]string{"route": got.Route, "product": got.Product, "title": got.Title, "text": got.Body}
	return err
}

// secured is reports of security problems; the newest one is meant.
func (p *player) secured(ctx context.Context, c *client.Client, verb string, a *scenario.Args) error {
	p.shown = map[string]string{}
	switch verb {
	case "report_security":
		r, err := c.ReportSecurity(ctx, client.NewSecurityReport{
			Text: a.Word("text"), ReplyTo: a.Word("reply_to"), Key: a.Word("key"), Product: a.Word("product"),
		})
		p.shown["acknowledge_by"] = r.AcknowledgeBy.Format(time.RFC3339Nano)
		return err
	case "security_reports":
		list, _, err := c.SecurityReports(ctx, "", 0)
		p.shown["n"] = fmt.Sprint(len(list))
		if len(list) > 0 {
			x := list[0]
			p.shown["text"], p.shown["reply_to"], p.shown["key"] = x.Text, x.ReplyTo, x.Key
			p.shown["acknowledged"], p.shown["known"] = yes(!x.AcknowledgedAt.IsZero()), yes(x.Contact != nil)
		}
		return err
	}
	list, _, err := p.as("kudo").SecurityReports(ctx, "", 0)
	if err != nil || len(list) == 0 {
		return fmt.Errorf("reports: %v, %w", list, err)
	}
	return c.AcknowledgeSecurity(ctx, list[0].ID)
}

// wished is wishes for features; the newest one is meant.
func (p *player) wished(ctx context.Context, c *client.Client, verb string, a *scenario.Args) error {
	p.shown = map[string]string{}
	if verb == "wish" {
		w, err := c.SendWish(ctx, client.NewWish{Product: a.Word("product"), Version: a.Word("version"), Title: a.Word("title"), Text: a.Word("text")})
		p.shown["receipt"], p.shown["request"] = w.Receipt, w.Request
		return err
	}
	from := c
	if verb != "wishes" {
		from = p.as("nishida")
	}
	list, err := from.Wishes(ctx)
	if err != nil {
		return err
	}
	p.shown["n"] = fmt.Sprint(len(list))
	if len(list) == 0 {
		return nil
	}
	x := list[0]
	p.shown["title"], p.shown["question"], p.shown["answer"], p.shown["request"] = x.Title, x.Question, x.Answer, x.Request
	switch verb {
	case "ask_wish":
		return c.AskWish(ctx, x.ID, a.Word("text"))
	case "answer_wish":
		return c.AnswerWish(ctx, x.ID, a.Word("text"))
	}
	return nil
}
