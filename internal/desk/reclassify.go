package desk

import (
	"context"
	"fmt"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// stillTheirs drops a notice that waits for a contact from whom a correction
// has taken the request, unless they see it all the same.
func (d *Desk) stillTheirs(ctx context.Context, e store.EffectRow, facts []support.Fact) error {
	if e.Recipient.Kind != support.ToContact {
		return nil
	}
	if !support.MovedFrom(facts, e.Recipient.ID, e.Last) {
		return nil
	}
	v := store.Viewer{Actor: support.Actor{Kind: support.Customer, ID: e.Recipient.ID}}
	sees, err := d.store.Sees(ctx, v, e.Request)
	if err == nil && !sees {
		err = fmt.Errorf("the request is another contact's now: %w", errNobody)
	}
	return err
}
