package demo

import (
	"context"
	"sync/atomic"

	"madoguchi/internal/desk"
	"madoguchi/internal/notify"
)

// Outbox hands mails on unless it is closed; then it takes and forgets them. It is
// open at first.
type Outbox struct {
	To     desk.Outbox
	closed atomic.Bool
}

// Close closes it, or opens it again.
func (o *Outbox) Close(closed bool) { o.closed.Store(closed) }

// Send implements [desk.Outbox].
func (o *Outbox) Send(ctx context.Context, m notify.Mail) error {
	if o.closed.Load() {
		return nil
	}
	return o.To.Send(ctx, m)
}
