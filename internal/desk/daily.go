package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"madoguchi/internal/store"
)

// Daily digests the ends of all chains into one event and logs the digest, so
// that a chain that somebody computed anew shows against yesterday's log; and
// it removes what uploads were cut off, and forgets effects that were done long ago, secrets that no longer sign, and who
// no longer subscribes. Requests that were spared automatic entries get their digest. [Desk.Run] calls it when it begins and every 24 hours of the real clock.
func (d *Desk) Daily(ctx context.Context) error {
	var forgotten int64
	ends, err := d.store.Ends(ctx)
	if err != nil {
		return fmt.Errorf("daily checkpoint: %w", err)
	}
	err = d.store.Update(ctx, func(tx *store.Tx) (err error) {
		if err = tx.Checkpoint(d.Now(), ends); err != nil {
			return err
		}
		if forgotten, err = tx.Prune(d.real()); err != nil {
			return err
		}
		if err = errors.Join(tx.ForgetSecrets(d.real()), tx.ForgetDrafts(d.real().Add(-draftsKept))); err != nil {
			return err
		}
		rules := d.Pack().Alerts
		return tx.ForgetSubscribers(d.Now().Add(-rules.ConfirmEvery.Duration()), d.Now().Add(-rules.ConfirmWithin.Duration()))
	})
	if err != nil {
		return fmt.Errorf("daily checkpoint: %w", err)
	}
	if err := d.removeParts(ctx); err != nil {
		return fmt.Errorf("remove what uploads have left: %w", err)
	}
	d.log.Info("checkpoint", "digest", ends.SHA256, "effects_forgotten", forgotten)
	if err := d.digests(ctx); err != nil {
		return fmt.Errorf("daily digests of automatic entries: %w", err)
	}
	return nil
}

func (d *Desk) everyDay(ctx context.Context) {
	tick := time.NewTicker(24 * time.Hour)
	defer tick.Stop()
	for {
		if err := d.Daily(ctx); err != nil && ctx.Err() == nil {
			d.log.Error("daily work", "cause", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
