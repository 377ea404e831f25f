package desk

import (
	"context"
	"slices"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// mostKnown is how many advisories, and how many defects, are looked through.
const mostKnown = 500

// KnownProblems are published advisories and those known defects that the viewer
// may read, for a product or with "" all.
func (d *Desk) KnownProblems(ctx context.Context, v store.Viewer, product string) ([]support.SearchEntry, error) {
	published, err := d.store.Advisories(ctx, v, product, 0, mostKnown)
	if err != nil {
		return nil, err
	}
	known, err := d.store.KnownDefects(ctx, v, mostKnown)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, a := range published {
		for _, t := range a.Texts {
			ids = append(ids, t.Title.ID, t.Text.ID)
		}
	}
	for _, x := range known {
		ids = append(ids, x.Public.ID, x.Title.ID)
	}
	texts, err := d.store.Texts(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []support.SearchEntry
	for _, a := range published {
		if a.PublishedAt.IsZero() {
			continue // the security team's draft
		}
		e := support.SearchEntry{
			Kind: support.SearchAdvisory, ID: support.AdvisoryNumber(a.ID), Product: a.Product, Title: policy.Text{}, Text: policy.Text{},
			More: slices.Concat(a.References, a.Affected, a.Fixed), Rules: []string{"R45"},
		}
		for _, t := range a.Texts {
			e.Title[t.Language], e.Text[t.Language] = texts[t.Title.ID], texts[t.Text.ID]
		}
		out = append(out, e)
	}
	for _, x := range known {
		if product != "" && x.Product != product {
			continue
		}
		title := texts[x.Public.ID]
		if title == "" && v.Actor.Kind != support.Customer {
			title = texts[x.Title.ID]
		}
		out = append(out, support.SearchEntry{
			Kind: support.SearchDefect, ID: support.DefectNumber(x.ID), Product: x.Product, Title: policy.Text{"en": title},
			More: slices.Concat(x.Versions, []string{x.FixedIn}), Rules: []string{"R10"},
		})
	}
	return out, nil
}
