package store

import (
	"bytes"
	"cmp"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"madoguchi/internal/support"
)

// stored is a row of event.
type stored struct {
	id, seq      int64
	pos          sql.Null[int64]
	account      int64
	kind         string
	at, happened time.Time
	actor        support.Actor
	data         string
	prev, hash   []byte
}

// walked is the subject whose events are being read, as far as they were.
type walked struct {
	id      int64
	last    link
	pos     int64 // of the last one that has one, ended is its link
	ended   link
	next    int // the first of the points at which its chain is not digested yet
	account int64

	// Of a request, by its facts.
	facts             []support.Fact
	unread            bool // a fact cannot be read
	held              string
	defects, watchers map[int64]bool
	files             map[int64]saidFile
}

// point is a position at which checkpoints digested the ends of all chains, which
// are digested there anew.
type point struct {
	pos  int64
	ends endsDigest
	saw  []sighting
}

// sighting is what a checkpoint saw.
type sighting struct {
	where, day string
	Ends
}

// ahead reads what must be known before the subjects are walked: what checkpoints
// saw, and which texts that belong to no request were erased.
func (c *checker) ahead(nouns []string) error {
	points := map[int64]*point{}
	for _, noun := range nouns {
		if noun == subjectRequest {
			continue
		}
		err := c.q.all(func(r scanner) error {
			var e stored
			if err := r.Scan(&e.id, &e.seq, &e.kind, instant{&e.at}, &e.data); err != nil {
				return err
			}
			f, err := decode(noun, e.data)
			if err != nil {
				return nil // told with the columns
			}
			raw := f.Body.(support.Unknown).Raw
			if e.kind != kindCheckpoint {
				var said struct {
					Content []int64 `json:"content"`
				}
				_ = json.Unmarshal(raw, &said)
				for _, id := range said.Content {
					c.erased[id] = true
				}
				return nil
			}
			s := sighting{where: where(noun, e), day: e.at.Format(time.DateOnly)}
			if err := json.Unmarshal(raw, &s.Ends); err != nil {
				c.wrong(s.where, "the checkpoint cannot be read: %v", err)
				return nil
			}
			if points[s.Pos] == nil {
				points[s.Pos] = &point{pos: s.Pos, ends: newEndsDigest()}
				c.points = append(c.points, points[s.Pos])
			}
			points[s.Pos].saw = append(points[s.Pos].saw, s)
			return nil
		}, `SELECT subject_id, seq, kind, at, data FROM event
WHERE subject = $1 AND (kind IN ('content_erased', 'redact_defect', 'redact_broadcast') OR $1 = 'desk' AND kind = 'checkpoint')
ORDER BY subject_id, seq`, noun)
		if err != nil {
			return fmt.Errorf("read checkpoints: %w", err)
		}
	}
	slices.SortFunc(c.points, func(a, b *point) int { return cmp.Compare(a.pos, b.pos) })
	return nil
}

func where(noun string, e stored) string { return fmt.Sprintf("%s %d seq %d", noun, e.id, e.seq) }

func (c *checker) where(e stored) string { return where(c.w.subject, e) }

// positions looks for gaps in the feed: events that are missing.
func (c *checker) positions() error {
	var count, first, last int64
	err := c.q.one([]any{&count, &first, &last}, "SELECT COUNT(pos), COALESCE(MIN(pos), 1), COALESCE(MAX(pos), 0) FROM event")
	if err != nil || first == 1 && last == count {
		return err
	}
	type gap struct{ before, after int64 }
	const page = 10_000
	last = 0
	for from, more := int64(math.MinInt64), true; more; {
		var gaps []gap
		n := 0
		err := c.q.all(func(r scanner) error {
			n++
			g := gap{before: last}
			err := r.Scan(&g.after)
			if g.after != last+1 {
				gaps = append(gaps, g)
			}
			last, from = g.after, g.after
			return err
		}, fmt.Sprintf("SELECT pos FROM event WHERE pos > $1 ORDER BY pos LIMIT %d", page), from)
		if err != nil {
			return err
		}
		for _, g := range gaps {
			var noun string
			var e stored
			if err := c.q.one([]any{&noun, &e.id, &e.seq}, "SELECT subject, subject_id, seq FROM event WHERE pos = $1", g.after); err != nil {
				return err
			}
			c.wrong(where(noun, e), "position %d follows %d: events are missing", g.after, g.before)
		}
		more = n == page
	}
	return nil
}

// events walks the chains of the window, and ends each subject; last those that
// have no events.
func (c *checker) events() error {
	w := &c.w
	ended := map[int64]bool{}
	end := func(id int64) {
		c.end()
		ended[id] = true
	}
	begun := false
	err := c.q.all(func(r scanner) error {
		var e stored
		err := r.Scan(&e.id, &e.seq, &e.pos, optional{&e.account}, &e.kind, instant{&e.at}, instant{&e.happened},
			&e.actor.Kind, &e.actor.ID, &e.data, &e.prev, &e.hash)
		if err != nil {
			return err
		}
		if begun && e.id != c.at.id {
			end(c.at.id)
		}
		if !begun || e.id != c.at.id {
			c.begin(e.id)
			begun = true
		}
		c.event(e)
		return nil
	}, `SELECT subject_id, seq, pos, account_id, kind, at, happened_at, actor_kind, actor_id, data, prev, hash
FROM event WHERE subject = $1 AND subject_id BETWEEN $2 AND $3 ORDER BY subject_id, seq`, w.subject, w.from, w.to)
	if err != nil {
		return err
	}
	if begun {
		end(c.at.id)
	}
	for _, id := range w.ids() {
		if !ended[id] {
			c.begin(id)
			end(id)
		}
	}
	return nil
}

func (c *checker) begin(id int64) {
	c.at = walked{id: id, last: link{0, genesis(c.w.subject, id)}}
	if c.w.subject == subjectRequest {
		c.at.defects, c.at.watchers = map[int64]bool{}, map[int64]bool{}
	}
}

func (c *checker) event(e stored) {
	c.position(e)
	c.follows(e)
	c.columns(e)
	c.mentioned(e)
}

// position lets the points that lie between two events of a chain digest its end
// there.
func (c *checker) position(e stored) {
	at := &c.at
	switch {
	case !e.pos.Valid && c.d.gaps:
		// It was committed after the last ones were numbered. One that lost its
		// position is given a new one, and leaves a gap.
		return
	case !e.pos.Valid:
		c.wrong(c.where(e), "it has no position in the feed")
		return
	case e.pos.V <= at.pos:
		c.wrong(c.where(e), "its position %d is before that of the event that it follows", e.pos.V)
		return
	case at.pos == 0:
		at.next = sort.Search(len(c.points), func(i int) bool { return c.points[i].pos >= e.pos.V })
	default:
		c.digest(e.pos.V)
	}
	at.pos, at.ended = e.pos.V, link{e.seq, e.hash}
}

// digest adds the end of the chain to the points that are before a position.
func (c *checker) digest(until int64) {
	at := &c.at
	if at.pos == 0 || at.next == len(c.points) || c.points[at.next].pos >= until {
		return
	}
	c.line = endLine(c.line, chainID{c.w.subject, at.id}, at.ended)
	for ; at.next < len(c.points) && c.points[at.next].pos < until; at.next++ {
		c.points[at.next].ends.add(c.line)
	}
}

// follows checks one link of a chain. After a broken one it goes on with what
// is stored, so that each break is told once.
func (c *checker) follows(e stored) {
	last := c.at.last
	if e.seq != last.seq+1 {
		c.wrong(c.where(e), "it follows seq %d: events are missing or out of order", last.seq)
	}
	if !bytes.Equal(e.prev, last.hash) {
		c.wrong(c.where(e), "the chain is broken: it was written after another event than seq %d", last.seq)
	}
	if !bytes.Equal(e.hash, chain(e.prev, e.data)) {
		c.wrong(c.where(e), "the stored bytes are not those that were hashed")
	}
	c.at.last = link{e.seq, e.hash}
}

// columns compares the columns with the stored bytes that they repeat, and keeps
// what a fact says about other rows.
func (c *checker) columns(e stored) {
	f, err := decode(c.w.subject, e.data)
	if err != nil {
		c.wrong(c.where(e), "the stored bytes cannot be read: %v", err)
		c.at.unread = true
		return
	}
	if f.Seq != e.seq || f.Kind() != e.kind || !f.At.Equal(e.at) || !f.HappenedAt.Equal(e.happened) || f.By != e.actor {
		c.wrong(c.where(e), "columns differ from the stored bytes")
	}
	account := c.w.accounts[e.id]
	if c.w.subject == subjectRequest {
		c.fact(f)
		account = []int64{c.at.account}
	} else if _, owned := ownedBy[c.w.subject]; !owned {
		account = []int64{0}
	}
	if len(account) > 0 && e.account != account[0] {
		c.wrong(c.where(e), "it names account %d and belongs to account %d", e.account, account[0])
	}
}

// fact keeps what a fact of a request says.
func (c *checker) fact(f support.Fact) {
	at := &c.at
	c.searched(f)
	if c.o.Fold != nil {
		at.facts = append(at.facts, f)
	}
	switch b := f.Body.(type) {
	case support.Filed:
		at.account = b.Account
	case support.Reclassified:
		at.account = b.Account
	case support.IncidentReserved:
		at.held = "reserved"
	case support.IncidentSettled:
		at.held = "returned"
		if b.Spent {
			at.held = "spent"
		}
	case support.DefectLinked:
		at.defects[b.Defect] = true
	case support.DefectUnlinked:
		delete(at.defects, b.Defect)
	case support.FileAttached:
		c.says(!b.Internal, b.AttachedFile)
	case support.CommentHeld:
		c.says(false, b.Files...)
	case support.WatcherAdded:
		at.watchers[b.Contact] = true
	case support.WatcherRemoved:
		delete(at.watchers, b.Contact)
	case support.ContentErased:
		for _, id := range b.Content {
			c.w.erased[id] = true
		}
	}
}

// end compares the end of a chain with the one that is written down: a chain cut
// at its end is whole in itself.
func (c *checker) end() {
	at := &c.at
	c.digest(math.MaxInt64)
	l, there := c.w.heads[at.id]
	of := fmt.Sprintf("%s %d", c.w.subject, at.id)
	switch {
	case there && (at.last.seq != l.seq || !bytes.Equal(at.last.hash, l.hash)):
		c.wrong(of, "its last event should be seq %d, and is seq %d or another one", l.seq, at.last.seq)
	case !there && at.last.seq > 0:
		c.wrong(of, "the end of its chain is not written down")
	}
	if c.w.subject == subjectRequest {
		c.request(of)
	}
}

// checkpoints compares what checkpoints saw with what is there up to the same
// position.
func (c *checker) checkpoints() {
	for _, p := range c.points {
		sum := hex.EncodeToString(p.ends.sum.Sum(nil))
		for _, s := range p.saw {
			if s.Heads != p.ends.heads || s.SHA256 != sum {
				c.wrong(s.where, "the checkpoint of %s saw other chains: events up to position %d were changed since", s.day, s.Pos)
			}
		}
	}
}
