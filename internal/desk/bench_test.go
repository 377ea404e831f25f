package desk

import (
	"context"
	"errors"
	"sync"
	"testing"

	"madoguchi/internal/support"
)

// BenchmarkTicks is how fast requests that become due at one instant are ticked;
// each tick is a command of its own, committed together with others.
func BenchmarkTicks(b *testing.B) {
	n := newBench(b, jst(b, "2026-06-03 10:00:00"))
	var wg sync.WaitGroup
	errs := make([]error, b.N)
	gate := make(chan struct{}, 64)
	for i := range b.N {
		gate <- struct{}{}
		wg.Go(func() {
			_, errs[i] = n.Do(context.Background(), n.asTanaka, 0, n.filing())
			<-gate
		})
	}
	wg.Wait()
	n.ok(errors.Join(errs...))
	n.clock.set(jst(b, "2026-06-03 16:00:00"))
	b.ResetTimer()
	for {
		ticked, err := n.tickDue(context.Background(), tickers)
		n.ok(err)
		if ticked == 0 {
			return
		}
	}
}

// BenchmarkComments is one customer's comments one after the other, each durable
// before the next.
func BenchmarkComments(b *testing.B) {
	n := newBench(b, jst(b, "2026-06-03 10:00:00"))
	id := n.file().ID
	for i := 0; b.Loop(); i++ {
		if i%200 == 199 { // a timeline of the length that people write
			id = n.file().ID
		}
		n.do(n.asTanaka, id, &support.Comment{Text: support.T("Any news?"), Channel: support.Portal})
	}
}
