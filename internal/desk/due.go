package desk

import (
	"context"
	"errors"
	"time"
)

// rowPass lets the time of plain rows pass: papers and call-backs. It gives how
// many it took.
func (d *Desk) rowPass(ctx context.Context) (int, error) {
	papers, err := d.paperPass(ctx)
	calls, alsoErr := d.callbackPass(ctx)
	return papers + calls, errors.Join(err, alsoErr)
}

// nextRow is the first instant at which a plain row is due; zero: none is.
func (d *Desk) nextRow(ctx context.Context) (time.Time, error) {
	papers, err := d.nextPaper(ctx)
	if err != nil {
		return papers, err
	}
	calls, err := d.store.NextCallback(ctx)
	if err != nil || calls.IsZero() || !papers.IsZero() && papers.Before(calls) {
		return papers, err
	}
	return calls, nil
}
