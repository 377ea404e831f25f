package main

import (
	"context"
	"fmt"
	"strconv"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

// row is a verb about the desk's own rows, which the core does not know:
// defects and beta programmes. It tells whether the verb is one.
func (p *player) row(ctx context.Context, c *client.Client, verb string, a *scenario.Args) (bool, error) {
	switch verb {
	case "add_shift":
		_, err := c.AddShift(ctx, a.Word("team"), client.NewShift{
			Staff: p.emails[a.Word("staff")], From: a.Instant("from"), To: a.Instant("to"), Order: a.Number("order"),
		})
		return true, err
	case "add_absence":
		_, err := c.AddAbsence(ctx, p.emails[a.Word("staff")], client.Span{From: a.Instant("from"), To: a.Instant("to")})
		return true, err
	case "report_defect":
		d, err := c.ReportDefect(ctx, client.NewDefect{
			Product: a.Word("product"), Severity: 2, Title: a.Word("title"), PublicTitle: a.Word("public"),
		})
		p.defects[a.Word("as")] = d.Defect
		return true, err
	case "change_defect":
		state, release := a.Word("state"), a.Word("fixed_in")
		change := client.DefectChange{State: &state}
		if release != "" {
			change.FixedIn = &release
		}
		_, err := c.ChangeDefect(ctx, p.defects[a.Word("defect")], change)
		return true, err
	case "defect":
		d, err := c.Defect(ctx, p.defects[a.Word("defect")])
		p.shown = map[string]string{"state": d.State, "linked": strconv.Itoa(d.Linked), "fixed_in": d.FixedIn}
		p.ran(d.Runs)
		return true, err
	case "defects":
		page, err := c.Defects(ctx, client.DefectFilter{State: a.Word("state"), Limit: 200})
		p.shown = map[string]string{"count": strconv.Itoa(len(page.Defects))}
		return true, err
	}
	return p.beta(ctx, c, verb, a)
}

func (p *player) beta(ctx context.Context, c *client.Client, verb string, a *scenario.Args) (bool, error) {
	var got client.Programme
	var err error
	switch verb {
	case "add_programme":
		got, err = c.AddProgramme(ctx, client.NewProgramme{
			Programme: a.Word("key"), Name: a.Word("name"), Kind: a.Word("kind"), Product: a.Word("product"), Version: a.Word("version"),
			EndsAt: a.Instant("ends"), Zone: a.Word("zone"),
		})
	case "invite_beta":
		got, err = c.InviteToBeta(ctx, a.Word("key"), p.numbers[a.Word("contact")])
	case "join_beta":
		got, err = c.JoinBeta(ctx, a.Word("key"))
	case "programme":
		got, err = c.Programme(ctx, a.Word("key"))
	default:
		return false, nil
	}
	p.shown = map[string]string{
		"state": got.State, "membership": got.Membership, "community": yes(got.Community), "requests": strconv.Itoa(got.Requests),
	}
	p.ran(got.Runs)
	return true, err
}

// ran shows how far the last run is.
func (p *player) ran(runs []client.Run) {
	if len(runs) == 0 {
		return
	}
	r := runs[len(runs)-1]
	for name, n := range map[string]int{"total": r.Total, "done": r.Done, "skipped": r.Skipped, "failed": r.Failed} {
		p.shown[name] = fmt.Sprint(n)
	}
}

func (p *player) engineering(verb string, a *scenario.Args) (string, any) {
	switch verb {
	case "link_defect":
		return "defects", client.DefectLink{Defect: p.defects[a.Word("defect")]}
	case "assign_ask":
		return "asks/" + a.Word("n") + "/assignment", client.Assignment{Staff: p.emails[a.Word("staff")]}
	}
	return "", nil
}
