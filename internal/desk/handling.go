package desk

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// AddHandling tells staff how to handle the requests of an account, a contract
// or a product, from an instant (zero: now) until another. It fills the id.
func (d *Desk) AddHandling(ctx context.Context, by support.Actor, h *support.Handling) error {
	if h.Text.Plain == "" {
		return support.Wrong("text", "text.needed")
	}
	if err := checkText(h.Text.Plain, "text"); err != nil {
		return err
	}
	if (h.Account == 0) == (h.Product == "") {
		return support.Wrong("account", "handling.about")
	}
	given := h.Text
	return d.change(ctx, by, "add_handling", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		h.Text, h.AddedBy, h.From, h.Until = given, by.ID, support.Instant(h.From), support.Instant(h.Until)
		if h.From.IsZero() {
			h.From = at
		}
		if !h.Until.After(h.From) || !h.Until.After(at) {
			return entry{}, support.Wrong("until", "handling.end_past")
		}
		if h.Product != "" {
			if _, err := tx.Product(h.Product); err != nil {
				return entry{}, noProduct(tx, err, "product", h.Product)
			}
		}
		if err := tx.SaveText(h.Account, 0, &h.Text); err != nil {
			return entry{}, err
		}
		if err := tx.AddHandling(h); err != nil {
			return entry{}, err
		}
		return entry{"handling", h.ID, map[string]any{
			"account": h.Account, "contract": h.Contract, "product": h.Product, "from": h.From, "until": h.Until, "text": h.Text,
		}}, nil
	})
}

// EndHandling takes a note back from now on.
func (d *Desk) EndHandling(ctx context.Context, by support.Actor, id int64) error {
	return d.change(ctx, by, "end_handling", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		return entry{"handling", id, map[string]any{}}, tx.EndHandling(id, at)
	})
}
