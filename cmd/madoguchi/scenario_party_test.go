package main

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

// party carries out steps about a contract's people and papers, which the core
// does not know: those scenarios are played through the API alone.
func (p *player) party(ctx context.Context, c *client.Client, verb string, a *scenario.Args) (known bool, err error) {
	var got client.Contract
	contract := a.Word("contract")
	papers := "/v1/contracts/" + url.PathEscape(contract) + "/licences"
	switch verb {
	case "look":
		got, err = c.Contract(ctx, contract)
	case "grant_role":
		got, err = c.GrantRole(ctx, contract, p.numbers[a.Word("to")], a.Word("role"))
	case "revoke_role":
		got, err = c.RevokeRole(ctx, contract, p.numbers[a.Word("from")], a.Word("role"))
	case "replace_primary":
		got, err = c.ReplacePrimary(ctx, contract, p.numbers[a.Word("to")])
	case "add_licence":
		body := map[string]any{"key": a.Word("key"), "product": a.Word("product"), "version": a.Word("version"), "units": a.Number("units")}
		err = c.Do(ctx, http.MethodPost, papers, body, &got)
	case "open_licence":
		body := map[string]string{"contact": p.numbers[a.Word("to")]}
		err = c.Do(ctx, http.MethodPut, papers+"/"+url.PathEscape(a.Word("key"))+"/opened-to", body, &got)
	default:
		return false, nil
	}
	if err != nil {
		return true, err
	}
	p.shown = map[string]string{
		"taken": strconv.Itoa(got.SupportAdmins.Taken), "max": strconv.Itoa(got.SupportAdmins.Max), "licences": strconv.Itoa(len(got.Licences)),
	}
	primaries := 0
	for _, r := range got.Roles {
		if r.Role == "role_licence_primary" {
			primaries++
			p.shown["primary"] = p.keys[r.CustomerNumber]
		}
	}
	p.shown["primaries"] = strconv.Itoa(primaries)
	return true, nil
}
