package desk

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Limits of drafts.
const (
	mostDrafts = 200
	draftBytes = 512 << 10
	draftsKept = 30 * 24 * time.Hour
)

// SaveDraft keeps what somebody has typed into a form, for themself alone: the
// newest 200 forms, for thirty days. What is no text is refused, as is more than
// 512 KiB.
func (d *Desk) SaveDraft(ctx context.Context, by support.Actor, about string, fields map[string][]string) error {
	size := 0
	for name, values := range fields {
		for _, v := range values {
			if err := cmp.Or(checkText(name, "text"), checkText(v, name)); err != nil {
				return err
			}
			size += len(name) + len(v)
		}
	}
	if size > draftBytes {
		return support.Refuse(support.TooLarge, "api.too_large", "limit", strconv.Itoa(draftBytes))
	}
	return d.update(ctx, func(tx *store.Tx) error {
		if err := tx.SaveDraft(store.Draft{Author: by, About: about, Fields: fields, SavedAt: support.Instant(d.real())}); err != nil {
			return err
		}
		return tx.TrimDrafts(by, mostDrafts)
	})
}

// DropDraft forgets what somebody has typed into a form.
func (d *Desk) DropDraft(ctx context.Context, by support.Actor, about string) error {
	return d.update(ctx, func(tx *store.Tx) error { return tx.DropDraft(by, about) })
}
