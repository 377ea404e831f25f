package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// mention is a text that an event names, with its hash.
type mention struct {
	id, seq, content int64
	sum              string
}

// mentioned keeps the texts that an event names: an object with an id and a hash
// anywhere in it, in kinds of newer programs too.
func (c *checker) mentioned(e stored) {
	data, err := plain([]byte(e.data))
	if err != nil || !bytes.Contains(data, []byte(`"sha256"`)) {
		return // told with the columns
	}
	var body any
	if err := json.Unmarshal(data, &body); err != nil {
		return // told with the columns
	}
	references(body, func(content int64, sum string) {
		c.w.mentions = append(c.w.mentions, mention{e.id, e.seq, content, sum})
		c.w.named[content] = true
	})
}

func references(v any, found func(content int64, sum string)) {
	switch v := v.(type) {
	case map[string]any:
		id, isID := v["id"].(float64)
		sum, isSum := v["sha256"].(string)
		if isID && isSum {
			found(int64(id), sum)
			return
		}
		for _, x := range v {
			references(x, found)
		}
	case []any:
		for _, x := range v {
			references(x, found)
		}
	}
}

// texts compares each text that an event of the window names with the hash in it,
// and finds texts that no fact names: what nobody can read is kept for nobody.
func (c *checker) texts() error {
	w := &c.w
	elsewhere := map[int64]heldText{}
	for _, m := range w.mentions {
		if _, here := w.texts[m.content]; !here {
			elsewhere[m.content] = heldText{}
		}
	}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(elsewhere)), 1000) {
		err := c.q.all(func(r scanner) error {
			var id int64
			var t heldText
			err := t.scan(r, &id)
			t.plain = ""
			elsewhere[id] = t
			return err
		}, "SELECT id, request_id, salt, text FROM content WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($1))", list(some))
		if err != nil {
			return fmt.Errorf("read texts: %w", err)
		}
	}
	for _, m := range w.mentions {
		t, here := w.texts[m.content]
		if !here {
			t = elsewhere[m.content]
		}
		c.text(m, t)
	}
	for _, id := range slices.Sorted(maps.Keys(w.texts)) {
		if !w.named[id] {
			c.wrong(fmt.Sprintf("request %d", w.texts[id].request), "no fact names its text %d", id)
		}
	}
	return nil
}

func (c *checker) text(m mention, t heldText) {
	where := func() string { return fmt.Sprintf("%s %d seq %d", c.w.subject, m.id, m.seq) }
	switch {
	case !t.there:
		c.wrong(where(), "its text %d is missing", m.content)
	case t.sum == "" && !c.w.erased[m.content] && !c.erased[m.content]:
		c.wrong(where(), "its text %d is empty, and no fact says that it was erased", m.content)
	case t.sum != "" && t.sum != m.sum:
		c.wrong(where(), "its text %d is not the one that was written", m.content)
	}
}
