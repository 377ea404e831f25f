package support

import (
	"bytes"
	"encoding/json"
	"time"
)

// frameOf reads the frame of a fact as [Fact.MarshalJSON] writes it, so that
// folding a long request walks over its bytes once and not three times. False:
// the bytes have another form, and package json has the word.
func frameOf(b []byte) (w wire, ok bool) {
	s := frame{rest: b, ok: true}
	s.skip(`{"seq":`)
	w.Seq = s.number()
	s.skip(`,"kind":"`)
	kind := s.word()
	s.skip(`,"at":"`)
	w.At = s.instant()
	if s.has(`,"happened_at":"`) {
		w.HappenedAt = s.instant()
	}
	s.skip(`,"by":{"kind":"`)
	w.By.Kind = s.side()
	if s.has(`,"id":`) {
		w.By.ID = s.number()
	}
	s.skip(`},"body":`)
	end := len(s.rest) - 1
	if !s.ok || end < 1 || s.rest[end] != '}' {
		return wire{}, false
	}
	w.Body = s.rest[:end]
	known, ok := bodies[string(kind)]
	if w.Kind = known.name; !ok {
		w.Kind = string(kind)
		ok = json.Valid(w.Body) // nobody else looks at it
	}
	return w, ok
}

// frame is what is left to read. Once something is not as expected, nothing is.
type frame struct {
	rest []byte
	ok   bool
}

func (s *frame) has(prefix string) bool {
	if !s.ok || len(s.rest) < len(prefix) || string(s.rest[:len(prefix)]) != prefix {
		return false
	}
	s.rest = s.rest[len(prefix):]
	return true
}

func (s *frame) skip(prefix string) { s.ok = s.has(prefix) }

// number is at most 18 digits without a leading zero.
func (s *frame) number() int64 {
	var n int64
	i := 0
	for ; i < len(s.rest) && s.rest[i] >= '0' && s.rest[i] <= '9'; i++ {
		n = 10*n + int64(s.rest[i]-'0')
	}
	s.ok = s.ok && i > 0 && i < 19 && (i == 1 || s.rest[0] != '0')
	s.rest = s.rest[i:]
	return n
}

// word is a name up to the closing quote.
func (s *frame) word() []byte {
	i := bytes.IndexByte(s.rest, '"')
	if !s.ok || i < 0 {
		s.ok = false
		return nil
	}
	out := s.rest[:i]
	for _, c := range out {
		s.ok = s.ok && (c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9')
	}
	s.rest = s.rest[i+1:]
	return out
}

func (s *frame) instant() (t time.Time) {
	i := bytes.IndexByte(s.rest, '"')
	if !s.ok || i < 0 || t.UnmarshalText(s.rest[:i]) != nil {
		s.ok = false
		return t
	}
	s.rest = s.rest[i+1:]
	return t
}

func (s *frame) side() ActorKind {
	word := s.word()
	for _, k := range []ActorKind{Customer, Vendor, System} {
		if string(word) == string(k) {
			return k
		}
	}
	s.ok = false
	return ""
}
