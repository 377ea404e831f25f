package support

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// Fact is one entry of a request's timeline: what happened, when, by whom. It
// is stored as it is and never changed.
type Fact struct {
	Seq int64
	// At is when it was recorded, never before the previous fact.
	At time.Time
	// HappenedAt is when it happened elsewhere (start of a call, arrival of a
	// mail); zero when that was At.
	HappenedAt time.Time
	By         Actor
	Body       Body
}

// Happened is the instant by which targets are judged.
func (f Fact) Happened() time.Time {
	if f.HappenedAt.IsZero() {
		return f.At
	}
	return f.HappenedAt
}

// Kind is the name under which the fact is stored.
func (f Fact) Kind() string {
	if f.Body == nil {
		return ""
	}
	return f.Body.factKind()
}

// Body is what a fact says; one struct for each kind of fact.
type Body interface {
	factKind() string
	// apply changes the state; it never fails, reads no pack and computes no date.
	apply(r *Request, f Fact)
}

type wire struct {
	Seq        int64           `json:"seq"`
	Kind       string          `json:"kind"`
	At         time.Time       `json:"at"`
	HappenedAt time.Time       `json:"happened_at,omitzero"`
	By         Actor           `json:"by"`
	Body       json.RawMessage `json:"body"`
}

// MarshalJSON gives the stored bytes of the fact.
func (f Fact) MarshalJSON() ([]byte, error) {
	body, err := json.Marshal(f.Body)
	if err != nil {
		return nil, fmt.Errorf("encode fact %d: %w", f.Seq, err)
	}
	return json.Marshal(wire{f.Seq, f.Kind(), f.At, f.HappenedAt, f.By, body})
}

// UnmarshalJSON is [DecodeFact] for package json, which reads the bytes once more.
func (f *Fact) UnmarshalJSON(b []byte) error {
	read, err := DecodeFact(b)
	if err == nil {
		*f = read
	}
	return err
}

// DecodeFact reads stored bytes. A kind that this program does not know becomes
// an [Unknown] body, which keeps the bytes.
func DecodeFact(b []byte) (Fact, error) {
	w, ok := frameOf(b)
	if !ok {
		w = wire{}
		if err := json.Unmarshal(b, &w); err != nil {
			return Fact{}, fmt.Errorf("decode fact: %w", err)
		}
	}
	body, err := decodeBody(w.Kind, w.Body)
	if err != nil {
		return Fact{}, fmt.Errorf("decode fact %d (%s): %w", w.Seq, w.Kind, err)
	}
	return Fact{Seq: w.Seq, At: w.At.UTC(), HappenedAt: Instant(w.HappenedAt), By: w.By, Body: body}, nil
}

// Unknown is a fact that a newer program wrote. Commands on its request are
// answered with busy until this one is replaced.
type Unknown struct {
	Name string
	Raw  json.RawMessage
}

func (u Unknown) factKind() string { return u.Name }

// MarshalJSON gives back the bytes that were read.
func (u Unknown) MarshalJSON() ([]byte, error) { return u.Raw, nil }

func decodeBody(kind string, raw []byte) (Body, error) {
	known, ok := bodies[kind]
	if !ok {
		return Unknown{kind, append([]byte(nil), raw...)}, nil
	}
	return known.read(raw)
}

func as[B Body](raw []byte) (Body, error) {
	var b B
	err := json.Unmarshal(raw, &b)
	return b, err
}

// FactKinds are the names of all facts that this program writes, sorted by
// their appearance in the life of a request.
func FactKinds() []string { return append([]string(nil), kinds...) }

var kinds, bodies = func() ([]string, map[string]kindOfFact) {
	m := map[string]kindOfFact{}
	var names []string
	for _, k := range registry {
		if _, twice := m[k.name]; twice {
			panic("support: two facts named " + k.name)
		}
		m[k.name] = k
		names = append(names, k.name)
	}
	return names, m
}()

type kindOfFact struct {
	name  string
	of    reflect.Type
	texts *texts
	read  func([]byte) (Body, error)
}

func kindOf[B Body]() kindOfFact {
	var b B
	t := reflect.TypeFor[B]()
	return kindOfFact{b.factKind(), t, textsOf(t), as[B]}
}
