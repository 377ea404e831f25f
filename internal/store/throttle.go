package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"madoguchi/internal/support"
)

// Throttle is a limit of tries: in no stretch of time that is as long as Within
// are there more than Most. Name is a digest: it holds no address.
type Throttle struct {
	Name   string
	Most   int
	Within time.Duration
}

const (
	throttleSlots = 15 // parts of Within; the oldest counts until its end
	throttleDrops = 20 // rows without a meaning that go with a try
)

// slot counts the tries of one part of the time.
type slot struct {
	At int64 `json:"at"` // the number of the part
	N  int   `json:"n"`
}

func (t Throttle) part(now time.Time) int64 {
	return now.UnixMicro() / (t.Within.Microseconds() / throttleSlots)
}

// live are those that count at an instant.
func (t Throttle) live(recent []slot, now time.Time) []slot {
	at := t.part(now)
	return slices.DeleteFunc(slices.Clone(recent), func(s slot) bool { return s.At < at-throttleSlots })
}

// wait is how long a try has to wait; 0: it may be made.
func (t Throttle) wait(recent []slot, now time.Time) time.Duration {
	n := 0
	for _, s := range recent {
		n += s.N
	}
	free := int64(0)
	for _, s := range recent {
		if n < t.Most {
			break
		}
		n -= s.N
		free = s.At + throttleSlots + 1
	}
	if free == 0 {
		return 0
	}
	return max(time.Duration(free)*(t.Within/throttleSlots)-time.Duration(now.UnixMicro())*time.Microsecond, time.Second)
}

// Try counts one try under all limits, or under none when one of them is
// reached: then wait says after which time there is room again. It holds for all
// nodes and outlasts them.
func (s *Store) Try(ctx context.Context, now time.Time, limits ...Throttle) (wait time.Duration, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return 0, err
	}
	// A flood that is refused anyway writes nothing.
	for _, t := range limits {
		var recent []slot
		err := q.one([]any{listOf[slot]{&recent}}, "SELECT recent FROM throttle WHERE name = $1", t.Name)
		if err != nil && absent(err, "") == err {
			return 0, wrap(err, "read tries")
		}
		wait = max(wait, t.wait(t.live(recent, now), now))
	}
	if wait > 0 {
		return wait, nil
	}
	full := support.Refuse(support.Busy, "throttle.full")
	err = s.Update(ctx, func(tx *Tx) (err error) {
		if wait, err = tx.count(now, 1, limits); err == nil && wait > 0 {
			return full
		}
		return err
	})
	if err == full {
		err = nil
	}
	return wait, err
}

// Untry takes a try back that was none of a stranger's.
func (tx *Tx) Untry(now time.Time, limits ...Throttle) error {
	_, err := tx.count(now, -1, limits)
	return err
}

// count adds tries, always in the same order, so that nobody waits in a circle.
func (tx *Tx) count(now time.Time, n int, limits []Throttle) (wait time.Duration, err error) {
	limits = slices.SortedFunc(slices.Values(limits), func(a, b Throttle) int { return cmp.Compare(a.Name, b.Name) })
	for _, t := range limits {
		ends := now.Add(t.Within + 2*t.Within/throttleSlots).UnixMicro()
		var recent []slot
		err := tx.one([]any{listOf[slot]{&recent}}, `INSERT INTO throttle (name, recent, ends_at, version) VALUES ($1, '[]', $2, 1)
ON CONFLICT (name) DO UPDATE SET version = throttle.version + 1, ends_at = excluded.ends_at RETURNING recent`, t.Name, ends)
		if err != nil {
			return 0, wrap(err, "count tries")
		}
		recent = t.live(recent, now)
		if n > 0 {
			if wait = max(wait, t.wait(recent, now)); wait > 0 {
				continue
			}
		}
		if _, err := tx.exec("UPDATE throttle SET recent = $2 WHERE name = $1", t.Name, list(t.add(recent, now, n))); err != nil {
			return 0, wrap(err, "count tries")
		}
	}
	_, err = tx.exec("DELETE FROM throttle WHERE name IN (SELECT name FROM throttle WHERE ends_at <= $1 ORDER BY ends_at LIMIT 0 + $2)",
		now.UnixMicro(), throttleDrops)
	return wait, wrap(err, "drop tries")
}

// add counts in the part of now, or takes back from the last that counts.
func (t Throttle) add(recent []slot, now time.Time, n int) []slot {
	at := t.part(now)
	switch last := len(recent) - 1; {
	case n > 0 && (last < 0 || recent[last].At < at):
		return append(recent, slot{at, n})
	case last < 0:
		return recent
	default:
		recent[last].N += n
	}
	return slices.DeleteFunc(recent, func(s slot) bool { return s.N <= 0 })
}

// room counts up to n tries under a limit and gives for how many there was room;
// when that is fewer, wait says after which time there is more.
func (tx *Tx) room(t Throttle, now time.Time, n int) (granted int, wait time.Duration, err error) {
	ends := now.Add(t.Within + 2*t.Within/throttleSlots).UnixMicro()
	var recent []slot
	err = tx.one([]any{listOf[slot]{&recent}}, `INSERT INTO throttle (name, recent, ends_at, version) VALUES ($1, '[]', $2, 1)
ON CONFLICT (name) DO UPDATE SET version = throttle.version + 1, ends_at = excluded.ends_at RETURNING recent`, t.Name, ends)
	if err != nil {
		return 0, 0, wrap(err, "count mails")
	}
	recent = t.live(recent, now)
	had := 0
	for _, s := range recent {
		had += s.N
	}
	granted = max(min(n, t.Most-had), 0)
	if granted > 0 {
		if at := t.part(now); len(recent) > 0 && recent[len(recent)-1].At >= at {
			recent[len(recent)-1].N += granted
		} else {
			recent = append(recent, slot{at, granted})
		}
	}
	if granted < n {
		wait = t.wait(recent, now)
	}
	_, err = tx.exec("UPDATE throttle SET recent = $2 WHERE name = $1", t.Name, list(recent))
	return granted, wait, wrap(err, "count mails")
}
