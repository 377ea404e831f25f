package api

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

// pulse counts the streams that follow the feed.
type pulse struct {
	store *store.Store

	mu        sync.Mutex
	listening map[support.Actor]int
	streams   int
}

func newPulse(s *store.Store) *pulse {
	return &pulse{store: s, listening: map[support.Actor]int{}}
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
	mute := p.store.Listen()
	return func() {
		mute()
		p.leave(who)
	}, true
}

func (p *pulse) leave(who support.Actor) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.streams--
	if p.listening[who]--; p.listening[who] == 0 {
		delete(p.listening, who)
	}
}
