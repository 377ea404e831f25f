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
	entries, of, err := d.known(ctx, v, product)
	if err != nil {
		return nil, err
	}
	return entries, d.fill(ctx, entries, of)
}

// Fitting are at most most of the known problems of which a draft speaks. Whether
// it does is judged by titles alone, and only what is given back is read whole: it
// is asked at every pause of typing.
func (d *Desk) Fitting(ctx context.Context, v store.Viewer, product, draft string, most int) ([]support.SearchEntry, error) {
	entries, of, err := d.known(ctx, v, product)
	if err != nil {
		return nil, err
	}
	entries = support.Fitting(entries, draft, most)
	return entries, d.fill(ctx, entries, of)
}

// bodies are the texts of entries by their ids and languages.
type bodies map[string]map[string]int64

// fill reads what entries say beside their titles.
func (d *Desk) fill(ctx context.Context, entries []support.SearchEntry, of bodies) error {
	var ids []int64
	for _, e := range entries {
		for _, id := range of[e.ID] {
			ids = append(ids, id)
		}
	}
	texts, err := d.store.Texts(ctx, ids)
	for _, e := range entries {
		for code, id := range of[e.ID] {
			e.Text[code] = texts[id]
		}
	}
	return err
}

// known are the known problems by their titles.
func (d *Desk) known(ctx context.Context, v store.Viewer, product string) ([]support.SearchEntry, bodies, error) {
	published, err := d.store.Advisories(ctx, v, product, 0, mostKnown)
	if err != nil {
		return nil, nil, err
	}
	known, err := d.store.KnownDefects(ctx, v, mostKnown)
	if err != nil {
		return nil, nil, err
	}
	var ids []int64
	for _, a := range published {
		for _, t := range a.Texts {
			ids = append(ids, t.Title.ID)
		}
	}
	for _, x := range known {
		ids = append(ids, x.Public.ID, x.Title.ID)
	}
	texts, err := d.store.Texts(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	var out []support.SearchEntry
	of := bodies{}
	for _, a := range published {
		if a.PublishedAt.IsZero() {
			continue // the security team's draft
		}
		e := support.SearchEntry{
			Kind: support.SearchAdvisory, ID: support.AdvisoryNumber(a.ID), Product: a.Product, Title: policy.Text{}, Text: policy.Text{},
			More: slices.Concat(a.References, a.Affected, a.Fixed), Rules: []string{"R45"},
		}
		of[e.ID] = map[string]int64{}
		for _, t := range a.Texts {
			e.Title[t.Language], of[e.ID][t.Language] = texts[t.Title.ID], t.Text.ID
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
	return out, of, nil
}
