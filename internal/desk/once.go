package desk

import (
	"context"
	"time"

	"madoguchi/internal/store"
)

// OnceKept is how long a repeated call is known by its key, by the real clock.
const OnceKept = 7 * 24 * time.Hour

const (
	onceEvery = time.Hour // how often old keys are looked for
	onceBatch = 500       // of them forgotten in one update, so that nobody waits for it
)

// forgetOnce forgets a batch of old keys, and goes on with the next pass until
// none is left; then it rests for an hour of the real clock.
func (d *Desk) forgetOnce(ctx context.Context) (n int, err error) {
	now := d.real()
	if last := d.forgot.Load(); now.Sub(time.UnixMicro(last)) < onceEvery {
		return 0, nil
	}
	err = d.store.Update(ctx, func(tx *store.Tx) error {
		n, err = tx.ForgetOnce(now.Add(-OnceKept), onceBatch)
		return err
	})
	if err == nil && n < onceBatch {
		d.forgot.Store(now.UnixMicro())
	}
	return n, err
}

// KeepAnswer keeps the sealed answer of a call beside its key, for whoever
// makes the call again.
func (d *Desk) KeepAnswer(ctx context.Context, name [32]byte, sealed []byte) error {
	return d.store.Update(ctx, func(tx *store.Tx) error { return tx.KeepAnswer(name, sealed) })
}
