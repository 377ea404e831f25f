package desk

import (
	"context"
	"errors"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// digestBatch is how many requests are looked up at once.
const digestBatch = 1000

// digests puts on each request that was spared automatic entries the digest of
// the day that has ended last.
func (d *Desk) digests(ctx context.Context) error {
	now := d.Now()
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	cmd := support.DigestAutomatic{Day: support.DayOf(today.AddDate(0, 0, -1))}
	var errs []error
	for after := int64(0); ; {
		ids, err := d.store.Undigested(ctx, today, after, digestBatch)
		if err != nil {
			return err
		}
		for _, after = range ids {
			if _, err := d.Do(ctx, clockwork, after, &cmd); err != nil {
				errs = append(errs, err)
			}
		}
		if len(ids) < digestBatch {
			return errors.Join(errs...)
		}
	}
}

// written stores the texts of a command. One that will be counted in place of its
// entry is, and its texts, which nothing would name, are not kept.
func (d *Desk) written(tx *store.Tx, account int64, r *support.Request, by support.Actor, cmd support.Command, at time.Time) error {
	if kind := support.WithheldKind(r, cmd, by); kind != "" {
		return tx.Withhold(r.ID, kind, at)
	}
	return d.keepTexts(tx, by, account, r.ID, cmd)
}

// spared loads what a request was spared, for commands that may tell of it.
func spared(tx *store.Tx, r *support.Request, cmd support.Command) ([]support.Withheld, error) {
	switch cmd.(type) {
	case *support.Tick, *support.DigestAutomatic:
		if r.Automatic >= support.MaxAutomatic {
			return tx.Withheld(r.ID)
		}
	}
	return nil, nil
}

// digested takes off what the facts of a command have told of.
func digested(tx *store.Tx, id int64, told []support.Withheld, facts []support.Fact) error {
	for _, f := range facts {
		if _, ok := f.Body.(support.AutomaticDigested); ok {
			return tx.Digested(id, told)
		}
	}
	return nil
}
