package store

import (
	"fmt"
	"maps"
	"slices"

	"madoguchi/internal/support"
)

// print sums up words and their places, in whatever order they are told.
type print uint64

func (p *print) add(id entryID, word string, place int) {
	const basis, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(basis)
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * prime
	}
	for _, n := range []uint64{uint64(id.row()), uint64(place)} {
		for range 8 {
			h = (h ^ n&0xff) * prime
			n >>= 8
		}
	}
	*p += print(h)
}

// searchCheck is what the check knows of the words of the search: the sum of what
// the texts give, and which requests are still to be filled.
type searchCheck struct {
	want        print
	begun       bool // some are still to be filled: those from next to until
	next, until int64
	wrong       bool
}

func (s searchCheck) filling(id entryID) bool {
	return s.begun && id.request >= s.next && id.request <= s.until
}

const rebuild = "run `madoguchi check --rebuild`"

// unfilled reads which requests have no words yet.
func (c *checker) unfilled() error {
	return c.q.all(func(r scanner) error { c.search.begun = true; return r.Scan(&c.search.next, &c.search.until) }, "SELECT next_id, until_id FROM search_fill")
}

// searched keeps the words of a fact.
func (c *checker) searched(f support.Fact) {
	w, row := &c.w, c.w.rows[c.at.id]
	if row == nil {
		return // told with the row
	}
	for _, e := range entriesOf(c.at.id, row.Account, f, func(id int64) string { return w.texts[id].plain }) {
		w.entries[e.id()] = true
		c.wants(e)
	}
}

// entries compares which entries of the window's requests a search finds with
// those that have words.
func (c *checker) entries() error {
	if c.w.subject != subjectRequest {
		return nil
	}
	there, err := c.d.fulltext.entered(c.q, c.w.from, c.w.to)
	if err != nil {
		return fmt.Errorf("read entries of the search: %w", err)
	}
	both := maps.Clone(there)
	maps.Copy(both, c.w.entries)
	ids := slices.SortedFunc(maps.Keys(both), func(a, b entryID) int { return int(a.row() - b.row()) })
	for _, id := range ids {
		if !c.search.filling(id) && there[id] != c.w.entries[id] {
			c.search.wrong = true
			c.wrong(id.String(), "a search finds it and should not, or the other way round: "+rebuild)
		}
	}
	return nil
}

// parties keeps the words of accounts and contacts.
func (c *checker) parties() error {
	for next, whole := int64(0), false; !whole; {
		var err error
		if next, whole, err = c.q.eachParty(next, partyBatch, c.wants); err != nil {
			return err
		}
	}
	return nil
}

// wants keeps the words that an entry should have.
func (c *checker) wants(e searchEntry) {
	id := e.id()
	if c.search.filling(id) {
		return
	}
	for place, word := range c.d.fulltext.kept(e.words) {
		if word != "" {
			c.search.want.add(id, word, place)
		}
	}
}

// words compares the words of the whole index with those of the texts.
func (c *checker) words() error {
	if err := c.parties(); err != nil {
		return err
	}
	var found print
	err := c.d.fulltext.walk(c.q, func(id entryID, word string, place int) {
		if !c.search.filling(id) {
			found.add(id, word, place)
		}
	})
	if err == nil && found != c.search.want && !c.search.wrong {
		c.wrong("search", "its words are not those of the texts: "+rebuild)
	}
	return err
}

func (id entryID) String() string {
	if id.internal {
		return fmt.Sprintf("request %d seq %d, internal", id.request, id.seq)
	}
	return fmt.Sprintf("request %d seq %d", id.request, id.seq)
}
