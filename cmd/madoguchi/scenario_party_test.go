package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

// party carries out steps about a contract's people and papers, which the core
// does not know: those scenarios are played through the API alone.
func (p *player) party(ctx context.Context, c *client.Client, verb string, a *scenario.Args) (known bool, err error) {
	var got client.Contract
	contract := a.Word("contract")
	switch verb {
	case "look":
		got, err = c.Contract(ctx, contract)
	case "grant_role":
		got, err = c.GrantRole(ctx, contract, p.numbers[a.Word("to")], a.Word("role"))
	case "revoke_role":
		got, err = c.RevokeRole(ctx, contract, p.numbers[a.Word("from")], a.Word("role"))
	case "replace_primary":
		got, err = c.ReplacePrimary(ctx, contract, p.numbers[a.Word("to")])
	default:
		if known, got, err = p.paper(ctx, c, contract, verb, a); !known {
			return false, nil
		}
	}
	if err != nil {
		return true, err
	}
	p.contracted(got, a.Word("key"))
	return true, nil
}

// paper carries out steps about keys, folders, the agreement and the
// confirmation.
func (p *player) paper(ctx context.Context, c *client.Client, contract, verb string, a *scenario.Args) (known bool, got client.Contract, err error) {
	key, to := a.Word("key"), p.numbers[a.Word("to")]
	folder := ""
	if a.Has("folder") {
		if folder, err = p.folder(ctx, contract, a.Word("folder")); err != nil {
			return true, got, err
		}
	}
	switch verb {
	case "add_licence":
		got, err = c.AddLicence(ctx, contract, client.NewLicence{
			Key: key, Product: a.Word("product"), Version: a.Word("version"), Units: a.Number("units"),
		})
	case "open_licence":
		got, err = c.OpenLicence(ctx, contract, key, to)
	case "close_licence":
		got, err = c.CloseLicence(ctx, contract, key, p.numbers[a.Word("from")])
	case "change_licence":
		label := a.Word("label")
		got, err = c.ChangeLicence(ctx, contract, key, client.LicenceChange{Label: &label})
	case "move_licence":
		got, err = c.MoveLicence(ctx, contract, key, folder)
	case "add_folder":
		got, err = c.AddFolder(ctx, contract, a.Word("name"))
	case "open_folder":
		got, err = c.OpenFolder(ctx, contract, folder, to)
	case "close_folder":
		got, err = c.CloseFolder(ctx, contract, folder, p.numbers[a.Word("from")])
	case "accept_agreement":
		got, err = c.AcceptAgreement(ctx, contract, a.Word("version"))
	case "confirm_licences":
		got, err = c.ConfirmLicences(ctx, contract, a.Word("state"))
	default:
		return false, got, nil
	}
	return true, got, err
}

// folder finds a folder's id by its name, as the licence team sees it.
func (p *player) folder(ctx context.Context, contract, name string) (string, error) {
	k, err := p.as("mori").Contract(ctx, contract)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(k.Folders, func(f client.Folder) bool { return f.Name == name })
	if i < 0 {
		return "", fmt.Errorf("no folder is called %s", name)
	}
	return k.Folders[i].ID, nil
}

// contracted shows a contract, and one of its keys.
func (p *player) contracted(k client.Contract, key string) {
	p.shown = map[string]string{
		"taken": strconv.Itoa(k.SupportAdmins.Taken), "max": strconv.Itoa(k.SupportAdmins.Max), "licences": strconv.Itoa(len(k.Licences)),
		"folders": joined(k.Folders, func(f client.Folder) string { return f.Name }),
	}
	primaries := 0
	for _, r := range k.Roles {
		if r.Role == "role_licence_primary" {
			primaries++
			if number := r.CustomerNumber; number != "" {
				p.shown["primary"] = p.keys[number]
			}
		}
	}
	p.shown["primaries"] = strconv.Itoa(primaries)
	if k.Primary != nil {
		p.shown["primary_email"] = k.Primary.Email
	}
	if x := k.Agreement; x != nil {
		p.shown["agreement"], p.shown["accepted"] = x.Version, x.AcceptedAt.Format(time.RFC3339Nano)
	}
	if x := k.Confirmation; x != nil {
		p.shown["confirmation"], p.shown["request"] = x.State, yes(x.Request != "")
	}
	for _, l := range k.Licences {
		if l.Key != key {
			continue
		}
		p.shown["superseded"], p.shown["by"] = yes(l.Superseded), strings.Join(l.SupersededBy, ",")
		p.shown["label"], p.shown["units"] = l.Label, strconv.Itoa(l.Units)
		p.shown["releases"] = joined(l.Releases, func(r client.Release) string { return r.Version + "/" + r.Kind + "/" + yes(r.Available) })
		for _, f := range k.Folders {
			if f.ID == l.Folder {
				p.shown["folder"] = f.Name
			}
		}
	}
}
