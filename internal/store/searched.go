package store

import (
	"context"
	"fmt"
	"slices"

	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// Words of an entry that count: more are cut off. PostgreSQL keeps no more than
// a megabyte of them.
const (
	maxWords     = 16_000
	maxWordBytes = 500_000
)

// Marks are words that nobody writes: an entry that customers may find has the
// account's, texts of one entry are apart.
const (
	markAccount = 0
	markGap     = 1
	markAbout   = 2 // the product follows
)

// maxSearchedSeq is the last entry of a request that is found by its words.
const maxSearchedSeq = 1<<16 - 1

// searchEntry are the words of one fact, public or internal ones.
type searchEntry struct {
	request, seq int64
	internal     bool
	words        []string
}

// fulltext is what the engines do in different ways with the words.
type fulltext interface {
	// beside gives what a statement begins with that enters words too, where one
	// can, with parameters from n on.
	beside(list []searchEntry, n int) (with string, args []any)
	enter(tx *Tx, list []searchEntry) error
	leave(tx *Tx, list []searchEntry) error
	// entered are the entries that the index has of the requests from one to
	// another.
	entered(q rows, from, to int64) (map[entryID]bool, error)
	empty(tx *Tx) error
	// fresh lets a connection see the index as it is now: asked about its own
	// structures, an engine may look at those that it remembers.
	fresh(q rows) error
	// walk tells every word of the index with its place, from 0 on.
	walk(q rows, found func(id entryID, word string, place int)) error
	// kept are the words of an entry that the engine keeps, by their places.
	kept(words []string) []string
	// expression finds the phrases of which each list has to have one.
	expression(all [][]text.Phrase) string
	// hits selects request_id, the last entry and how many entries n there are of
	// the requests from lo to hi that an expression finds.
	hits(expression, lo, hi string, public bool) string
}

// entryID names an entry of the index: the request, the seq of its fact, and
// whether it is for staff alone.
type entryID struct {
	request, seq int64
	internal     bool
}

func (e searchEntry) id() entryID { return entryID{e.request, e.seq, e.internal} }

// entriesOf gives the words of a fact. plain is one of the request's own texts,
// "" when it is erased, or not the request's.
func entriesOf(request, account int64, f support.Fact, plain func(id int64) string) []searchEntry {
	if f.Seq > maxSearchedSeq {
		return nil
	}
	public, internal, about := support.Searched(f)
	var out []searchEntry
	for _, part := range []struct {
		texts    []support.Text
		about    []string
		internal bool
	}{{public, about, false}, {internal, nil, true}} {
		var words []string
		for _, t := range part.texts {
			words = appendText(words, plain(t.ID))
		}
		if len(part.about) > 0 {
			words = append(words, text.Mark(markAbout, 0))
		}
		for _, s := range part.about {
			words = appendText(words, s)
		}
		if len(words) == 0 {
			continue
		}
		if !part.internal {
			words = append(words, text.Mark(markAccount, account))
		}
		out = append(out, searchEntry{request, f.Seq, part.internal, words})
	}
	return out
}

// aboutProduct are the words that an entry has of its product.
func aboutProduct(key string) text.Phrase {
	words := appendText([]string{text.Mark(markAbout, 0)}, key)
	return text.Phrase{Words: words}
}

func appendText(words []string, s string) []string {
	bytes := 0
	for _, w := range words {
		bytes += len(w)
	}
	gap := len(words) > 0
	for _, w := range text.Words(s) {
		if bytes += len(w.Text); len(words) >= maxWords || bytes > maxWordBytes {
			break
		}
		if gap {
			words, gap = append(words, text.Mark(markGap, 0)), false
		}
		words = append(words, w.Text)
	}
	return words
}

// searched gives the words of facts. Texts that the facts do not hold in plain
// are read.
func (tx *Tx) searched(request, account int64, facts []support.Fact) ([]searchEntry, error) {
	texts := map[int64]string{}
	var absent []int64
	for _, f := range facts {
		public, internal, _ := support.Searched(f)
		for _, t := range slices.Concat(public, internal) {
			if t.Plain != "" {
				texts[t.ID] = t.Plain
			} else {
				absent = append(absent, t.ID)
			}
		}
	}
	if err := tx.ownTexts(request, absent, texts); err != nil {
		return nil, err
	}
	var out []searchEntry
	for _, f := range facts {
		out = append(out, entriesOf(request, account, f, func(id int64) string { return texts[id] })...)
	}
	return out, nil
}

// ownTexts reads those texts that are a request's.
func (q rows) ownTexts(request int64, ids []int64, into map[int64]string) error {
	if len(ids) == 0 {
		return nil
	}
	return q.all(func(r scanner) error {
		var id int64
		var text string
		err := r.Scan(&id, &text)
		into[id] = text
		return err
	}, "SELECT id, text FROM content WHERE text IS NOT NULL AND request_id = $1 AND id IN (SELECT CAST(value AS BIGINT) FROM json_each($2))", request, list(ids))
}

// reenter takes the words of a request out of the index, lets change happen, and
// enters those that are then right. was is the account that the request had.
func (tx *Tx) reenter(row support.Row, was int64, change func() error) error {
	full := tx.c.dialect().fulltext
	facts, err := tx.Facts(row.ID)
	if err != nil {
		return err
	}
	before, err := tx.entriesIn(row.ID, was, facts)
	if err == nil {
		err = full.leave(tx, before)
	}
	if err == nil {
		err = change()
	}
	if err != nil {
		return err
	}
	after, err := tx.searched(row.ID, row.Account, facts)
	if err != nil {
		return err
	}
	return full.enter(tx, after)
}

// entriesIn are the words of facts of which the index has the entry.
func (tx *Tx) entriesIn(request, account int64, facts []support.Fact) ([]searchEntry, error) {
	all, err := tx.searched(request, account, facts)
	if err != nil {
		return nil, err
	}
	there, err := tx.c.dialect().fulltext.entered(tx.rows, request, request)
	return slices.DeleteFunc(all, func(e searchEntry) bool { return !there[e.id()] }), err
}

// fillBatch is how many requests get their words in one update.
const fillBatch = 20

// FillSearch enters the words of some accounts, contacts and requests that were
// there before the index, or whose index was emptied, and tells whether any are
// left.
func (s *Store) FillSearch(ctx context.Context) (left bool, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		var next, until int64
		left = false
		if err := tx.all(func(r scanner) error { left = true; return r.Scan(&next, &until) }, "SELECT next_id, until_id FROM search_fill"); err != nil || !left {
			return err
		}
		if next < support.FirstID {
			var err error
			if next, err = tx.fillParties(next); err == nil && next < support.FirstID {
				_, err = tx.exec("UPDATE search_fill SET next_id = $1", next)
			}
			if err != nil || next < support.FirstID {
				return err
			}
		}
		var rows []support.Row
		// Whoever changes one of them meanwhile comes before or after.
		err := tx.all(func(r scanner) error {
			var row support.Row
			err := r.Scan(&row.ID, &row.Account)
			rows = append(rows, row)
			return err
		}, `UPDATE request SET seq = seq WHERE id IN (SELECT id FROM request WHERE id >= $1 AND id <= $2 ORDER BY id LIMIT 0 + $3)
RETURNING id, account_id`, next, until, fillBatch)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := tx.fill(row); err != nil {
				return fmt.Errorf("enter words of request %d: %w", row.ID, err)
			}
			next = max(next, row.ID+1)
		}
		if left = len(rows) == fillBatch && next <= until; left {
			_, err = tx.exec("UPDATE search_fill SET next_id = $1", next)
		} else {
			_, err = tx.exec("DELETE FROM search_fill")
		}
		return err
	})
	return left, wrap(err, "fill search")
}

// fill enters those words of a request that the index lacks.
func (tx *Tx) fill(row support.Row) error {
	facts, err := tx.Facts(row.ID)
	if err != nil {
		return err
	}
	all, err := tx.searched(row.ID, row.Account, facts)
	if err != nil {
		return err
	}
	full := tx.c.dialect().fulltext
	there, err := full.entered(tx.rows, row.ID, row.ID)
	if err != nil {
		return err
	}
	return full.enter(tx, slices.DeleteFunc(all, func(e searchEntry) bool { return there[e.id()] }))
}

// EmptySearch empties the index of words; [Store.FillSearch] fills it again.
func (s *Store) EmptySearch(ctx context.Context) error {
	err := s.Update(ctx, func(tx *Tx) error {
		if err := tx.c.dialect().fulltext.empty(tx); err != nil {
			return err
		}
		return tx.refill()
	})
	return wrap(err, "empty search")
}

// refill says that nothing has its words yet.
func (tx *Tx) refill() error {
	if _, err := tx.exec("DELETE FROM search_fill"); err != nil {
		return err
	}
	_, err := tx.exec("INSERT INTO search_fill (id, next_id, until_id) SELECT 1, 0, COALESCE((SELECT MAX(id) FROM request), 9999999) WHERE EXISTS (SELECT 1 FROM account)")
	return err
}
