package desk

import (
	"context"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// BePresent notes that a member of staff looks at a request in one of their tabs,
// or writes. It counts for [store.PresentFor] unless it is said again.
func (d *Desk) BePresent(ctx context.Context, by support.Actor, request int64, tab string, writing bool) error {
	return d.update(ctx, func(tx *store.Tx) error {
		return tx.BePresent(request, by.ID, tab, writing, support.Instant(d.real()))
	})
}

// BeAbsent notes that a tab looks at it no more.
func (d *Desk) BeAbsent(ctx context.Context, by support.Actor, request int64, tab string) error {
	return d.update(ctx, func(tx *store.Tx) error { return tx.BeAbsent(request, by.ID, tab) })
}
