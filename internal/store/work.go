package store

import (
	"encoding/json"
	"time"
)

// Work is what commits have given background work to look at. The zero value is
// nothing.
type Work struct {
	Effects bool      `json:"e,omitempty"` // there are new ones, or some were given back
	Mail    bool      `json:"m,omitempty"` // mails have come in
	Rest    bool      `json:"r,omitempty"` // rows with a time of their own, runs, webhooks, files
	Due     time.Time `json:"d,omitzero"`  // the earliest instant at which a request was made due; zero: none was
}

// anything is for those who may have missed what was said.
var anything = Work{Effects: true, Mail: true, Rest: true, Due: time.UnixMicro(1).UTC()}

func (w Work) none() bool { return w == Work{} }

// and is what both of them are.
func (w Work) and(other Work) Work {
	w.Effects, w.Mail, w.Rest = w.Effects || other.Effects, w.Mail || other.Mail, w.Rest || other.Rest
	if w.Due.IsZero() || !other.Due.IsZero() && other.Due.Before(w.Due) {
		w.Due = other.Due
	}
	return w
}

// told is how processes tell each other: what there is, and who says so.
type told struct {
	Work
	By string `json:"by"`
}

func (t told) word() (string, error) {
	b, err := json.Marshal(t)
	return string(b), err
}

// toldBy understands a word; what an older or newer process says may mean
// anything.
func toldBy(word string) told {
	var t told
	if json.Unmarshal([]byte(word), &t) != nil || t.none() {
		t.Work = anything
	}
	return t
}

// Wake tells what commits have left to be looked at. It holds one word, of all
// that nobody has taken yet.
func (s *Store) Wake() <-chan Work { return s.wake }

func (s *Store) signal(w Work) {
	s.waking.Lock()
	defer s.waking.Unlock()
	select {
	case before := <-s.wake:
		w = w.and(before)
	default:
	}
	s.wake <- w // nobody else puts one in
}
