// Package demo is the demonstration desk: it enters the world of package
// fixtures and keeps a clock of its own.
//
// It refuses to know rules: everything is entered through the same doors as in
// production, so that the demo cannot show what the desk would not do.
//
// Data layout: none beside the desk's; [Cast] is who can act, by key.
package demo

import (
	"context"
	"sync"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/support"
)

// Clock is the demo's own clock. It stands still and moves only when told, so
// that every due instant can be looked at. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that stands at an instant.
func NewClock(at time.Time) *Clock { return &Clock{now: support.Instant(at)} }

// Now is where it stands.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves it, also back; only [Hands.Advance] is for users.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = support.Instant(t)
}

// Hands move the clock of a desk: everything that is due on the way happens, in
// its order, at its instant.
type Hands struct {
	Clock *Clock
	Desk  *desk.Desk
}

// Now is where the clock stands.
func (h Hands) Now() time.Time { return h.Clock.Now() }

// Advance goes forward to an instant. Going back is a conflict.
func (h Hands) Advance(ctx context.Context, to time.Time) error {
	return h.Desk.Advance(ctx, h.Clock.Set, to)
}
