package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// entitlementCmd asks who may have what, over the API.
type entitlementCmd struct {
	remote
	Why entitlementWhyCmd `cmd:"" help:"Print the decision and everything that it rests on."`
}

type entitlementWhyCmd struct {
	Product     string `help:"Key of the product." placeholder:"KEY"`
	Version     string `name:"product-version" help:"Version of the product." placeholder:"VERSION"`
	Kind        string `help:"sr or cs_request." enum:"sr,cs_request" default:"sr" placeholder:"KIND"`
	Severity    int    `help:"Severity, 1 to 4; all four when left out." placeholder:"N"`
	Contact     string `help:"Customer number of whom it is about (staff)." placeholder:"NUMBER"`
	Contract    string `help:"Number of the contract; the best that fits when left out." placeholder:"NUMBER"`
	Channel     string `help:"portal, phone, mail or api." enum:"portal,phone,mail,api" default:"portal" placeholder:"CHANNEL"`
	Region      string `help:"Support region of the installation's site." placeholder:"ID"`
	Environment string `help:"production or test." enum:",production,test" default:"" placeholder:"WHERE"`
	Scope       string `help:"Answer to the product's question of scope." placeholder:"ID"`
	Feature     string `help:"Experimental feature that it is about." placeholder:"ID"`
	Unsupported bool   `help:"The configuration is not a supported one."`
	Language    string `help:"Language in which service is wanted; the contact's when left out." placeholder:"LANG"`
}

func (c *entitlementWhyCmd) act(s *session) error {
	if c.Kind == "sr" && c.Product == "" {
		return mistake{s.word("error.product")}
	}
	configuration := ""
	if c.Unsupported {
		configuration = "unsupported"
	}
	e, err := s.client.Entitlement(s.ctx, client.EntitlementQuery{
		Scope: c.Scope, Feature: c.Feature, Configuration: configuration, Language: c.Language,
		Contact: c.Contact, Kind: c.Kind, Contract: c.Contract, Product: c.Product, Version: c.Version, Channel: c.Channel,
		Severity: c.Severity, Region: c.Region, Environment: c.Environment,
	})
	if err != nil {
		return err
	}
	err = s.showNamed(e, func(w io.Writer, v lang.Voice) { writeEntitlement(w, v, e) })
	if err == nil && !e.Allowed {
		return errNotEntitled
	}
	return err
}

// writeEntitlement writes one receipt, or one for each severity: what they
// share stands once, in the first.
func writeEntitlement(w io.Writer, v lang.Voice, e client.Entitlement) {
	list := e.Receipts
	if e.Receipt != nil {
		list = []client.Receipt{*e.Receipt}
	}
	if len(list) == 0 {
		return
	}
	writeDecision(w, v, list[0])
	for _, r := range list {
		if r.Coverage != nil {
			writeCoverage(w, v, r)
		}
	}
	writeRoutes(w, v, list)
}

// writeReceipt writes one decision with everything that it rests on.
func writeReceipt(w io.Writer, v lang.Voice, r client.Receipt) {
	writeEntitlement(w, v, client.Entitlement{Allowed: r.Allowed, Receipt: &r})
}

func writeDecision(w io.Writer, v lang.Voice, r client.Receipt) {
	l := v.Lang
	fmt.Fprintln(w, word(l, "entitled."+strconv.FormatBool(r.Allowed)))
	product := strings.Join(nonEmpty(v.Named("product", r.Product), r.Version), " ")
	if r.Phase != "" {
		product += " (" + v.Word("phase", r.Phase) + ")"
	}
	pairs(w, []pair{
		{word(l, "kind"), v.Word("kind", r.Kind)},
		{word(l, "product"), product},
		{word(l, "channel"), v.Word("channel", r.Channel)},
		{word(l, "basis"), strings.Join(nonEmpty(v.Word("basis", r.Basis), r.Contract, v.Named("offering", r.Offering)), ", ")},
		{word(l, "region"), v.Named("region", r.Region)},
		{word(l, "general_until"), until(v, r.GeneralUntil)},
		{word(l, "guidance_until"), until(v, r.GuidanceUntil)},
		{word(l, "legacy_until"), until(v, r.LegacyUntil)},
		{word(l, "at"), v.Date(r.At)},
		{word(l, "pack"), r.Pack},
	})
	fmt.Fprintln(w, word(l, "head.why"))
	for _, g := range r.Grounds {
		fmt.Fprintf(w, "  %s%s\n", line(g.Text), rules(g.Rules))
	}
	if len(r.Considered) == 0 {
		return
	}
	fmt.Fprintln(w, word(l, "head.considered"))
	for _, c := range r.Considered {
		name := strings.Join(nonEmpty(c.Contract, v.Named("offering", c.Offering)), ", ")
		if name == "" {
			name = word(l, "registration")
		}
		fmt.Fprintf(w, "  %s: %s\n", line(name), word(l, "fits."+strconv.FormatBool(c.Fits)))
		for _, g := range c.Grounds {
			fmt.Fprintf(w, "    %s%s\n", line(g.Text), rules(g.Rules))
		}
	}
}

// writeCoverage writes what follows at one severity: hours, target with due
// time in the reader's zone, after-hours support.
func writeCoverage(w io.Writer, v lang.Voice, r client.Receipt) {
	l, c := v.Lang, r.Coverage
	head := word(l, "head.coverage")
	if r.Severity != 0 {
		head = label(v.Word("severity", strconv.Itoa(r.Severity)))
	}
	open := word(l, "open_now")
	if !c.OpenNow {
		open = word(l, "closed")
		if !c.NextOpenAt.IsZero() {
			open = fmt.Sprintf(word(l, "opens"), v.Date(c.NextOpenAt))
		}
	}
	if c.Calendar == "" {
		open = ""
	}
	after := ""
	if c.AfterHours != "hidden" {
		after = v.Word("after_hours", c.AfterHours)
	}
	list := []pair{
		{word(l, "hours"), strings.Join(nonEmpty(v.Word("hours", c.Hours), c.Zone, open), ", ")},
	}
	var ways []string
	for _, w := range c.AnsweredBy {
		ways = append(ways, v.Word("channel", w))
	}
	list = append(list, pair{word(l, "answered_by"), strings.Join(ways, v.Comma())})
	if t := c.Target; t != nil {
		list = append(list,
			pair{label(v.Word("metric", t.Metric)), v.Amount(t.Amount) + rules(t.Rules)},
			pair{word(l, "due"), v.Date(t.DueAt)},
			pair{word(l, "explanation"), t.Explanation},
			pair{word(l, "uncertain"), t.Uncertain},
		)
	} else {
		list = append(list, pair{word(l, "target"), word(l, "target.none")})
	}
	list = append(list, pair{word(l, "after_hours"), after}, pair{word(l, "remote"), word(l, "remote."+strconv.FormatBool(c.Remote))})
	if x := c.Service; x != nil {
		list = append(list, pair{word(l, "service"), serviceWords(v, *x)})
	}
	if c.CallNow {
		list = append(list, pair{word(l, "call"), word(l, "call.now")})
	}
	if c.Duty != nil {
		list = append(list, pair{word(l, "customer_duty"), line(c.Duty.Text) + rules(c.Duty.Rules)})
	}
	fmt.Fprintln(w, head)
	pairs(w, list)
}

func writeRoutes(w io.Writer, v lang.Voice, list []client.Receipt) {
	seen := map[string]bool{}
	var open []client.Route
	for _, r := range list {
		for _, route := range r.Routes {
			if !seen[route.ID] {
				seen[route.ID] = true
				open = append(open, route)
			}
		}
	}
	if len(open) == 0 {
		return
	}
	fmt.Fprintln(w, word(v.Lang, "head.routes"))
	for _, r := range open {
		fmt.Fprintf(w, "  %s%s\n", line(r.Text), rules(r.Rules))
	}
}
