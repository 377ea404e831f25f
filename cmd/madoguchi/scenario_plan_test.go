package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

// plan carries out steps about accounts' plans. It tells whether the verb is one
// of them.
func (p *player) plan(ctx context.Context, c *client.Client, verb string, a *scenario.Args) (known bool, err error) {
	var got client.Plan
	switch verb {
	case "add_plan":
		k, err := c.Contract(ctx, a.Word("contract"))
		if err != nil {
			return true, err
		}
		got, err = c.AddPlan(ctx, client.NewPlan{
			Account: k.Account.ID, Title: a.Word("title"), Zone: "Asia/Tokyo", Done: a.Words("done"),
			Milestones: []client.Milestone{{Day: a.Word("day"), Product: a.Word("product"), From: a.Word("from"), To: a.Word("to")}},
			Contacts:   []client.PlanContact{{Name: a.Word("call"), Phone: a.Word("phone")}},
			Vendors:    []client.PlanVendor{{Name: a.Word("vendor"), Contract: a.Word("vendor_contract"), Phone: a.Word("vendor_phone")}},
		})
		p.planned(got)
		return true, err
	case "change_plan":
		k, err := c.Contract(ctx, a.Word("contract"))
		list, _, listed := c.Plans(ctx, k.Account.ID, "", 1)
		if err := errors.Join(err, listed); err != nil || len(list) == 0 {
			return true, err
		}
		change := list[0].Change()
		change.Done = append(change.Done, a.Words("done")...)
		got, err = c.ChangePlan(ctx, list[0].ID, change)
		p.planned(got)
		return true, err
	case "plans":
		list, _, err := c.Plans(ctx, "", "", 0)
		p.shown = map[string]string{"plans": strconv.Itoa(len(list))}
		return true, err
	case "planned":
		r, err := c.Request(ctx, p.number)
		if len(r.Plans) > 0 {
			p.planned(r.Plans[0])
		} else {
			p.shown = map[string]string{}
		}
		p.shown["plans"] = strconv.Itoa(len(r.Plans))
		return true, err
	}
	return false, nil
}

// planned shows a plan with the first of its parts.
func (p *player) planned(x client.Plan) {
	p.shown = map[string]string{"version": strconv.FormatInt(x.Version, 10), "by": p.keys[x.By]}
	var done []string
	for _, s := range x.Steps {
		if s.Done {
			done = append(done, s.ID)
		}
	}
	p.shown["done"] = strings.Join(slices.Compact(done), ",")
	p.shown["consulting"] = joined(x.Consulting, func(c client.Course) string { return c.ID })
	for _, m := range x.Milestones {
		p.shown["day"] = m.Day
	}
	for _, c := range x.Contacts {
		p.shown["call"], p.shown["phone"] = c.Name, c.Phone
	}
	for _, v := range x.Vendors {
		p.shown["vendor"], p.shown["vendor_contract"], p.shown["vendor_phone"] = v.Name, v.Contract, v.Phone
	}
}
