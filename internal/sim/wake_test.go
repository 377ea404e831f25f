package sim

import (
	"context"

	"madoguchi/internal/desk"
)

// awake takes the signal that may be there, as the loops of a node do.
func (n node) awake() bool {
	select {
	case <-n.store.Wake():
		return true
	default:
		return false
	}
}

// roused: what gave the timers something to do has told them so, as far as the
// node itself is meant. Then the signal comes late, gets lost, or comes twice
// and to both nodes, which finds nothing more to do.
func (w *world) roused(n node, done desk.Done) {
	if len(done.Facts) == 0 || w.dead() {
		return
	}
	if !n.awake() && !done.Row.DueAt.IsZero() {
		w.wrong("request %d: it is due at %v, and no timer was woken", done.ID, done.Row.DueAt)
	}
	if w.rng.IntN(8) > 0 {
		return
	}
	first := w.rng.IntN(2)
	wall, crashes := w.wall, w.crashes
	w.settle(first)
	if w.dead() || !w.wall.Equal(wall) || w.crashes != crashes {
		return
	}
	w.look()
	mails, facts := len(w.mails), w.all()
	for _, again := range []int{1 - first, first} {
		w.settle(again)
	}
	if w.look(); !w.dead() && w.wall.Equal(wall) && (len(w.mails) != mails || w.all() != facts) {
		w.wrong("a second waking did something: %d mails more, %d facts more", len(w.mails)-mails, w.all()-facts)
	}
}

// all counts the facts that were seen.
func (w *world) all() int {
	n := 0
	for _, s := range w.stories {
		n += len(s.lines)
	}
	return n
}

// settle has a node do what is due. When nothing goes wrong, nothing is left.
func (w *world) settle(node int) {
	w.busy = node
	wall := w.wall
	err := w.nodes[node].Settle(context.Background())
	if err != nil && !w.dead() {
		w.wrong("settling failed: %v", err)
	}
	if err != nil || w.dead() || !w.wall.Equal(wall) {
		return
	}
	ctx := context.Background()
	effects, err := w.store.NextEffect(ctx, w.at, w.wall)
	w.ok(err)
	due, ok, err := w.store.NextDue(ctx, w.wall)
	w.ok(err)
	runs, _, err := w.store.RunsWait(ctx, w.wall)
	w.ok(err)
	if effects.Ready || runs || ok && !due.After(w.at) {
		w.wrong("a node has done all, and left effects %v, runs %v, a request due %v at %v", effects.Ready, runs, due, w.at)
	}
}
