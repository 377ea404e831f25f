package store

import (
	"context"
	"sync"
	"time"
)

// pulseLook is the time between two looks at the feed's head.
const pulseLook = 100 * time.Millisecond

// pulse tells listeners that the feed has grown: one look at the database serves
// all of them. It looks only while somebody listens.
type pulse struct {
	mu        sync.Mutex
	listeners int
	stop      context.CancelFunc
	grown     chan struct{} // closed when the feed has grown
}

// Listen has the feed looked at until leave is called, once; see [Store.Grows].
func (s *Store) Listen() (leave func()) {
	p := &s.pulse
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listeners++
	if p.listeners == 1 {
		ctx, stop := context.WithCancel(context.Background())
		p.stop = stop
		go s.look(ctx)
	}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.listeners--; p.listeners == 0 {
			p.stop()
		}
	}
}

// Grows is closed when the feed grows after this call, as long as somebody
// listens. Take it before reading the feed: what comes in meanwhile is then not
// missed.
func (s *Store) Grows() <-chan struct{} {
	p := &s.pulse
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.grown == nil {
		p.grown = make(chan struct{})
	}
	return p.grown
}

func (s *Store) look(ctx context.Context) {
	t := time.NewTicker(pulseLook)
	defer t.Stop()
	last := int64(-1)
	for {
		// Trouble passes, or shows in the listeners' own reading.
		if pos, err := s.Head(ctx); err == nil && pos != last {
			last = pos
			s.pulse.mu.Lock()
			if s.pulse.grown != nil {
				close(s.pulse.grown)
				s.pulse.grown = nil
			}
			s.pulse.mu.Unlock()
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
