package live

import (
	"sync"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Bounds of listening.
const (
	maxStreams = 1000
	maxOwn     = 20 // of one person or program
)

// Streams counts those who follow through one door. It is safe for concurrent use.
type Streams struct {
	store *store.Store

	mu        sync.Mutex
	listening map[support.Actor]int
	streams   int
}

// New counts streams that follow the feed of a store.
func New(s *store.Store) *Streams {
	return &Streams{store: s, listening: map[support.Actor]int{}}
}

// Join counts a stream in until leave is called, once; while it is in, the feed is
// looked at ([store.Store.Grows]). ok is false when there are too many, of all or
// of this one.
func (p *Streams) Join(who support.Actor) (leave func(), ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.streams >= maxStreams || p.listening[who] >= maxOwn {
		return nil, false
	}
	p.streams++
	p.listening[who]++
	mute := p.store.Listen()
	return func() {
		mute()
		p.leave(who)
	}, true
}

func (p *Streams) leave(who support.Actor) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.streams--
	if p.listening[who]--; p.listening[who] == 0 {
		delete(p.listening, who)
	}
}
