package support_test

import (
	"strconv"
	"strings"

	"madoguchi/internal/scenario"
	"madoguchi/internal/support"
)

// gather answers what helps with a technical request, in Japanese.
func (d *coreDriver) gather(a *scenario.Args) error {
	p := d.room.pack
	list, err := support.Gather(support.GatherQuery{
		Product: a.Word("product"), Version: a.Word("version"), Platforms: a.Words("platforms"), Symptom: a.Word("symptom"),
	}, p)
	d.shown = map[string]string{
		"groups": strings.Join(ids(p.Intake.Gather), ","), "changes": strings.Join(ids(p.Gathering.Changes), ","),
		"direct_max": strconv.FormatInt(p.Upload.DirectMaxBytes, 10), "larger": strings.Join(p.Upload.Larger, ","), "name": p.Upload.Name,
	}
	for _, in := range p.Gathering.Instructions {
		d.shown[in.ID] = "no"
	}
	for _, in := range list {
		d.shown[in.ID], d.shown[in.ID+".places"], d.shown[in.ID+".file"] = "yes", strings.Join(in.Places, " "), in.File
		for i, s := range in.Steps {
			d.shown[in.ID+".step"+strconv.Itoa(i+1)] = s.Text.In("ja")
		}
	}
	return err
}

// changes reads what a filing or a change of details says of what was gathered.
func (d *coreDriver) changes(a *scenario.Args) []support.RecentChange {
	var out []support.RecentChange
	for _, kind := range ids(d.room.pack.Gathering.Changes) {
		if a.Has("changed_" + kind) {
			out = append(out, support.RecentChange{Kind: kind, Text: text(a, "changed_"+kind)})
		}
	}
	return out
}

func (d *coreDriver) changeDetails(a *scenario.Args) support.Command {
	c := &support.ChangeDetails{Changes: d.changes(a)}
	for name, field := range map[string]**[]string{"platforms": &c.Platforms, "gathered": &c.Gathered} {
		if a.Has(name) {
			words := a.Words(name)
			*field = &words
		}
	}
	if a.Has("preferred") {
		preferred := support.Channel(a.Word("preferred"))
		c.Preferred = &preferred
	}
	if a.Has("reference") {
		reference := text(a, "reference")
		c.Reference = &reference
	}
	return c
}
