package desk

import (
	"context"
	"time"
)

// fillSearch enters the words of requests that were filed before there was an
// index of them, a few at a time, so that nobody waits for it. It ends when that
// is done.
func (d *Desk) fillSearch(ctx context.Context) {
	pause, begun, told := minPause, d.real(), false
	for ctx.Err() == nil {
		left, err := d.store.FillSearch(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			d.log.Error("entering words of earlier requests for the search", "cause", err)
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
			pause = min(2*pause, maxSleep)
		case err == nil && !left:
			if told {
				d.log.Info("the search finds all requests", "took", d.real().Sub(begun).Round(time.Second).String())
			}
			return
		case !told:
			told = true
			d.log.Info("the search does not find all requests yet: words of earlier ones are being entered")
		}
	}
}
