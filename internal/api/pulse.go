package api

import (
	"context"
	"sync"
	"time"

	"madoguchi/internal/support"
)

// Bounds of listening.
const (
	pulseLook  = 100 * time.Millisecond // between two looks at the feed's head
	maxStreams = 1000
	maxOwn     = 20 // of one person or program
)

// pulse tells streams that the feed has grown: one look at the database serves
// all of them. It looks only while somebody listens.
type pulse struct {
	head func(context.Context) (int64, error)

	mu        sync.Mutex
	listening map[support.Actor]int
	streams   int
	stop      context.CancelFunc
	grown     chan struct{} // closed when the feed has grown
}

func newPulse(head func(context.Context) (int64, error)) *pulse {
	return &pulse{head: head, listening: map[support.Actor]int{}, grown: make(chan struct{})}
}

// listen counts a stream in until leave is called, once; false when there are
// too many.
func (p *pulse) listen(who support.Actor) (leave func(), ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.streams >= maxStreams || p.listening[who] >= maxOwn {
		return nil, false
	}
	p.streams++
	p.listening[who]++
	if p.streams == 1 {
		ctx, stop := context.WithCancel(context.Background())
		p.stop = stop
		go p.look(ctx)
	}
	return func() { p.leave(who) }, true
}

func (p *pulse) leave(who support.Actor) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.streams--
	if p.listening[who]--; p.listening[who] == 0 {
		delete(p.listening, who)
	}
	if p.streams == 0 {
		p.stop()
	}
}

// grows is closed when the feed grows after this call. Take it before reading
// the feed: what comes in meanwhile is then not missed.
func (p *pulse) grows() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.grown
}

func (p *pulse) look(ctx context.Context) {
	t := time.NewTicker(pulseLook)
	defer t.Stop()
	last := int64(-1)
	for {
		// Trouble passes, or shows in the streams' own reading.
		if pos, err := p.head(ctx); err == nil && pos != last {
			last = pos
			p.mu.Lock()
			close(p.grown)
			p.grown = make(chan struct{})
			p.mu.Unlock()
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
