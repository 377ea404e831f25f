package demo

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"madoguchi/internal/desk"
	"madoguchi/internal/notify"
)

// outboxKept is how many mails an outbox remembers.
const outboxKept = 1000

// Outbox hands mails on unless it is closed; then it takes and forgets them. It is
// open at first. The last thousand that it handed on can be looked at.
type Outbox struct {
	To     desk.Outbox
	closed atomic.Bool

	mu    sync.Mutex
	n     int64
	mails []Posted // the oldest first
}

// Posted is a mail that was handed on. N counts them from 1.
type Posted struct {
	N    int64
	Mail notify.Mail
}

// Close closes it, or opens it again.
func (o *Outbox) Close(closed bool) { o.closed.Store(closed) }

// Send implements [desk.Outbox].
func (o *Outbox) Send(ctx context.Context, m notify.Mail) error {
	if o.closed.Load() {
		return nil
	}
	if err := o.To.Send(ctx, m); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if slices.ContainsFunc(o.mails, func(p Posted) bool { return p.Mail.MessageID == m.MessageID }) {
		return nil // sent twice, as mails may be; its reader keeps one
	}
	o.n++
	o.mails = append(o.mails, Posted{o.n, m})
	if len(o.mails) > outboxKept {
		o.mails = slices.Delete(o.mails, 0, len(o.mails)-outboxKept)
	}
	return nil
}

// Mails are those that it remembers, the newest first.
func (o *Outbox) Mails() []Posted {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := slices.Clone(o.mails)
	slices.Reverse(out)
	return out
}
