package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/support"
)

// CheckOptions choose what [Store.Check] does.
type CheckOptions struct {
	// Fold folds a request's facts anew and derives its row; the strings are
	// further problems, of clocks that come out otherwise. It comes from
	// outside, because packs do. Nil: rows are not derived anew.
	Fold func([]support.Fact) (support.Row, []string, error)
}

// Problem is something that is wrong, and where.
type Problem struct {
	Where string // request 10000000 seq 5; contract 7
	What  string
}

func (p Problem) String() string { return p.Where + ": " + p.What }

// Check reads the whole database, as it is at one instant, and says what does
// not fit: broken or cut chains, columns that differ from the stored bytes,
// texts that are not those that were written, gaps in numbers, requests whose
// facts give another row, contracts without their one primary licence
// administrator, counters that do not count, effects without facts, and
// checkpoints that saw other chains. Writers are not held up. The error is of
// the reading, not of what was found.
func (s *Store) Check(ctx context.Context, o CheckOptions) ([]Problem, error) {
	if err := s.usable(); err != nil {
		return nil, err
	}
	c := &checker{
		o: o, d: s.e.dialect(), heads: map[chainID]link{}, ends: map[int64]string{}, erased: map[int64]bool{},
		accounts: map[int64]int64{}, held: map[int64]string{}, named: map[int64]bool{}, links: map[defectLink]bool{}, watch: map[watching]bool{},
	}
	err := s.e.number(ctx)
	if err == nil {
		err = s.e.snapshot(ctx, func(walk, ask rows) error {
			c.q, c.ask = walk, ask
			return c.run()
		})
	}
	if err != nil {
		return c.problems, fmt.Errorf("check: %w", err)
	}
	return c.problems, nil
}

// checker walks the database once and collects what is wrong.
type checker struct {
	q, ask   rows
	o        CheckOptions
	d        dialect
	problems []Problem
	heads    map[chainID]link
	ends     map[int64]string // digests of heads at the positions that checkpoints saw
	erased   map[int64]bool   // content that a fact says was erased
	accounts map[int64]int64  // of requests, by id
	held     map[int64]string // states of requests' incidents, by their facts
	named    map[int64]bool   // content that a fact names
	watch    map[watching]bool
	links    map[defectLink]bool // requests and defects, by the requests' facts
	pos      int64
}

func (c *checker) wrong(where, format string, args ...any) {
	c.problems = append(c.problems, Problem{where, fmt.Sprintf(format, args...)})
}

func (c *checker) run() error {
	for _, part := range []func() error{c.file, c.checkpoints, c.events, c.texts, c.chainEnds, c.requests, c.numbers, c.incidents, c.defects, c.watchers, c.rules} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// file asks the engine about its own structures.
func (c *checker) file() error {
	if c.d.integrity == "" {
		return nil
	}
	return c.q.all(func(r scanner) error {
		var said string
		if err := r.Scan(&said); err != nil {
			return err
		}
		if said != "ok" {
			c.wrong("database file", "%s", said)
		}
		return nil
	}, c.d.integrity)
}

// stored is a row of event.
type stored struct {
	subject       string
	id, seq       int64
	pos           sql.Null[int64]
	account       int64
	kind          string
	at, happened  time.Time
	actor         support.Actor
	data          string
	prev, hash    []byte
	subjectAndSeq string
}

// checkpoints notes at which positions the ends of the chains were digested.
func (c *checker) checkpoints() error {
	c.ends[0] = fmt.Sprint(0, digest(nil))
	return c.q.all(func(r scanner) error {
		var data string
		if err := r.Scan(&data); err != nil {
			return err
		}
		var f struct {
			Body checkpoint `json:"body"`
		}
		if json.Unmarshal([]byte(data), &f) == nil && f.Body.Pos > 0 {
			c.ends[f.Body.Pos] = ""
		}
		return nil // what cannot be read is told with the columns
	}, "SELECT data FROM event WHERE subject = 'desk' AND kind = $1", kindCheckpoint)
}

// events walks the log in order of its positions, which is also each chain's
// order.
func (c *checker) events() error {
	return c.q.all(func(r scanner) error {
		var e stored
		err := r.Scan(&e.subject, &e.id, &e.seq, &e.pos, optional{&e.account}, &e.kind, instant{&e.at}, instant{&e.happened},
			&e.actor.Kind, &e.actor.ID, &e.data, &e.prev, &e.hash)
		if err != nil {
			return err
		}
		e.subjectAndSeq = fmt.Sprintf("%s %d seq %d", e.subject, e.id, e.seq)
		c.position(e)
		c.follows(e)
		if _, asked := c.ends[c.pos]; asked && e.pos.Valid {
			c.ends[c.pos] = fmt.Sprint(len(c.heads), digest(c.heads))
		}
		c.columns(e)
		if e.subject == subjectRequest {
			return nil
		}
		account, err := c.ask.accountOf(e.subject, e.id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		c.ofAccount(e, account)
		return err
	}, `SELECT subject, subject_id, seq, pos, account_id, kind, at, happened_at, actor_kind, actor_id, data, prev, hash
FROM event ORDER BY pos NULLS LAST, subject, subject_id, seq`)
}

func (c *checker) position(e stored) {
	switch {
	case !e.pos.Valid && c.d.gaps:
		// It was committed after the last ones were numbered. One that lost its
		// position is given a new one, and leaves a gap.
	case !e.pos.Valid:
		c.wrong(e.subjectAndSeq, "it has no position in the feed")
	case e.pos.V != c.pos+1:
		c.wrong(e.subjectAndSeq, "position %d follows %d: events are missing", e.pos.V, c.pos)
		c.pos = e.pos.V
	default:
		c.pos = e.pos.V
	}
}

// follows checks one link of a chain. After a broken one it goes on with what
// is stored, so that each break is told once.
func (c *checker) follows(e stored) {
	chainOf := chainID{e.subject, e.id}
	last, ok := c.heads[chainOf]
	if !ok {
		last = link{0, genesis(e.subject, e.id)}
	}
	if e.seq != last.seq+1 {
		c.wrong(e.subjectAndSeq, "it follows seq %d: events are missing or out of order", last.seq)
	}
	if !bytes.Equal(e.prev, last.hash) {
		c.wrong(e.subjectAndSeq, "the chain is broken: it was written after another event than seq %d", last.seq)
	}
	if !bytes.Equal(e.hash, chain(e.prev, e.data)) {
		c.wrong(e.subjectAndSeq, "the stored bytes are not those that were hashed")
	}
	c.heads[chainOf] = link{e.seq, e.hash}
}

// columns compares the columns with the stored bytes that they repeat.
func (c *checker) columns(e stored) {
	f, err := decode(e.subject, e.data)
	if err != nil {
		c.wrong(e.subjectAndSeq, "the stored bytes cannot be read: %v", err)
		return
	}
	if f.Seq != e.seq || f.Kind() != e.kind || !f.At.Equal(e.at) || !f.HappenedAt.Equal(e.happened) || f.By != e.actor {
		c.wrong(e.subjectAndSeq, "columns differ from the stored bytes")
	}
	switch b := f.Body.(type) {
	case support.Filed:
		c.accounts[e.id] = b.Account
	case support.Reclassified:
		c.accounts[e.id] = b.Account
	case support.IncidentReserved:
		c.held[e.id] = "reserved"
	case support.IncidentSettled:
		c.held[e.id] = "returned"
		if b.Spent {
			c.held[e.id] = "spent"
		}
	case support.DefectLinked:
		c.links[defectLink{e.id, b.Defect}] = true
	case support.DefectUnlinked:
		delete(c.links, defectLink{e.id, b.Defect})
	case support.WatcherAdded:
		c.watch[watching{e.id, b.Contact}] = true
	case support.WatcherRemoved:
		delete(c.watch, watching{e.id, b.Contact})
	case support.ContentErased:
		for _, id := range b.Content {
			c.erased[id] = true
		}
	case support.Unknown:
		c.unknown(e, b)
	}
	if e.subject == subjectRequest {
		c.ofAccount(e, c.accounts[e.id])
	}
}

// ofAccount checks whose row an event is.
func (c *checker) ofAccount(e stored, account int64) {
	if e.account != account {
		c.wrong(e.subjectAndSeq, "it names account %d and belongs to account %d", e.account, account)
	}
}

// unknown reads those bodies that are not facts of this program.
func (c *checker) unknown(e stored, b support.Unknown) {
	switch b.Name {
	case "content_erased", "redact_defect", "redact_broadcast":
		var said struct {
			Content []int64 `json:"content"`
		}
		if json.Unmarshal(b.Raw, &said) == nil {
			for _, id := range said.Content {
				c.erased[id] = true
			}
		}
	case kindCheckpoint:
		c.checkpoint(e, b)
	}
}

func (c *checker) checkpoint(e stored, b support.Unknown) {
	if e.subject != subjectDesk {
		return
	}
	var saw checkpoint
	if err := json.Unmarshal(b.Raw, &saw); err != nil {
		c.wrong(e.subjectAndSeq, "the checkpoint cannot be read: %v", err)
		return
	}
	if c.ends[saw.Pos] != fmt.Sprint(saw.Heads, saw.SHA256) {
		c.wrong(e.subjectAndSeq, "the checkpoint of %s saw other chains: events up to position %d were changed since", e.at.Format(time.DateOnly), saw.Pos)
	}
}

// texts compares each text that a fact names with the hash in the fact, and
// finds texts that no fact names: what nobody can read is kept for nobody.
func (c *checker) texts() error {
	err := c.q.all(func(r scanner) error {
		var subject, data string
		var id, seq int64
		if err := r.Scan(&subject, &id, &seq, &data); err != nil {
			return err
		}
		var body any
		if err := json.Unmarshal([]byte(data), &body); err != nil {
			return nil // told with the columns
		}
		return references(body, func(content int64, sum string) error {
			c.named[content] = true
			return c.text(fmt.Sprintf("%s %d seq %d", subject, id, seq), content, sum)
		})
	}, "SELECT subject, subject_id, seq, data FROM event ORDER BY subject, subject_id, seq")
	if err != nil {
		return err
	}
	return c.q.all(func(r scanner) error {
		var id, request int64
		err := r.Scan(&id, &request)
		if !c.named[id] {
			c.wrong(fmt.Sprintf("request %d", request), "no fact names its text %d", id)
		}
		return err
	}, "SELECT id, request_id FROM content WHERE request_id <> 0 ORDER BY id")
}

func (c *checker) text(where string, content int64, sum string) error {
	var salt []byte
	var text sql.Null[string]
	err := c.ask.one([]any{&salt, &text}, "SELECT salt, text FROM content WHERE id = $1", content)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		c.wrong(where, "its text %d is missing", content)
	case err != nil:
		return err
	case !text.Valid && !c.erased[content]:
		c.wrong(where, "its text %d is empty, and no fact says that it was erased", content)
	case text.Valid && contentHash(salt, text.V) != sum:
		c.wrong(where, "its text %d is not the one that was written", content)
	}
	return nil
}

// references finds texts in a fact of any kind, of newer programs too: an
// object with an id and a hash.
func references(v any, found func(content int64, sum string) error) error {
	switch v := v.(type) {
	case map[string]any:
		id, isID := v["id"].(float64)
		sum, isSum := v["sha256"].(string)
		if isID && isSum {
			return found(int64(id), sum)
		}
		for _, x := range v {
			if err := references(x, found); err != nil {
				return err
			}
		}
	case []any:
		for _, x := range v {
			if err := references(x, found); err != nil {
				return err
			}
		}
	}
	return nil
}

// chainEnds compares the ends of the chains with those that are written down: a
// chain cut at its end is whole in itself.
func (c *checker) chainEnds() error {
	seen := map[chainID]bool{}
	err := c.q.all(func(r scanner) error {
		var id chainID
		var l link
		if err := r.Scan(&id.subject, &id.id, &l.seq, &l.hash); err != nil {
			return err
		}
		seen[id] = true
		if got := c.heads[id]; got.seq != l.seq || !bytes.Equal(got.hash, l.hash) {
			c.wrong(fmt.Sprintf("%s %d", id.subject, id.id), "its last event should be seq %d, and is seq %d or another one", l.seq, got.seq)
		}
		return nil
	}, "SELECT subject, subject_id, seq, hash FROM head")
	if err != nil {
		return err
	}
	for id := range c.heads {
		if !seen[id] {
			c.wrong(fmt.Sprintf("%s %d", id.subject, id.id), "the end of its chain is not written down")
		}
	}
	return nil
}

// requests derives each request's row from its facts anew.
func (c *checker) requests() error {
	found := map[int64]bool{}
	err := c.q.all(func(r scanner) error {
		var row support.Row
		err := r.Scan(rowFields(&row)...)
		found[row.ID] = true
		if err != nil {
			c.wrong(fmt.Sprintf("request %d", row.ID), "its row cannot be read: %v", err)
			return nil
		}
		return c.request(row)
	}, "SELECT "+rowColumns+" FROM request r ORDER BY r.id")
	if err != nil {
		return err
	}
	for id := range c.heads {
		if id.subject == subjectRequest && !found[id.id] {
			c.wrong(fmt.Sprintf("request %d", id.id), "it has facts and no row")
		}
	}
	return nil
}

func (c *checker) request(row support.Row) error {
	where := fmt.Sprintf("request %d", row.ID)
	head := c.heads[chainID{subjectRequest, row.ID}]
	if head.seq != row.Seq {
		c.wrong(where, "its row is of seq %d, its last fact is seq %d", row.Seq, head.seq)
	}
	var tags []string
	err := c.ask.all(func(r scanner) error {
		var tag string
		err := r.Scan(&tag)
		tags = append(tags, tag)
		return err
	}, "SELECT tag FROM request_tag WHERE request_id = $1", row.ID)
	if err != nil {
		return err
	}
	slices.Sort(tags) // in bytes, whatever the database takes for an order
	want := slices.Clone(row.Tags)
	slices.Sort(want)
	if !slices.Equal(tags, slices.Compact(want)) {
		c.wrong(where, "lists find it under the tags %q, its row has %q", tags, row.Tags)
	}
	if c.o.Fold == nil || head.seq == 0 {
		return nil
	}
	facts, err := c.ask.facts(row.ID)
	if err != nil {
		c.wrong(where, "its facts cannot be read: %v", err)
		return nil
	}
	derived, more, err := c.o.Fold(facts)
	if err != nil {
		c.wrong(where, "its facts cannot be folded: %v", err)
		return nil
	}
	derived.ID = row.ID // facts do not hold it
	for _, what := range more {
		c.wrong(where, "%s", what)
	}
	if fields := differing(row, derived); len(fields) > 0 {
		c.wrong(where, "its facts give another row: %s", strings.Join(fields, ", "))
	}
	return nil
}

// differing names the fields in which two rows differ as they are stored.
func differing(a, b support.Row) []string {
	a.Title.Plain, a.Reference.Plain, b.Title.Plain, b.Reference.Plain = "", "", "", ""
	var out []string
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range va.NumField() {
		x, y := va.Field(i).Interface(), vb.Field(i).Interface()
		same := reflect.DeepEqual(x, y)
		switch x := x.(type) {
		case time.Time:
			same = x.Equal(support.Instant(y.(time.Time)))
		case []string:
			same = slices.Equal(x, y.([]string))
		}
		if !same {
			out = append(out, va.Type().Field(i).Name)
		}
	}
	return out
}

// numbers checks that the series of SR numbers has no gap, and that no request
// is ahead of it but those that it came with. Where updates that fail leave
// gaps, the positions of events and the checkpoints tell what is missing.
func (c *checker) numbers() error {
	var next, count, last int64
	err := errors.Join(
		c.q.one([]any{&next}, c.d.nextRequest),
		c.q.one([]any{&count, &last}, "SELECT COUNT(*), COALESCE(MAX(id), 0) FROM request"),
	)
	if err != nil {
		return err
	}
	missing, err := c.q.missing(c.d, next, count)
	if err != nil {
		return err
	}
	if last >= next || !c.d.gaps && count != next-support.FirstID-missing {
		c.wrong("series of requests", "the next id is %d after %d requests up to %d: numbers are missing", next, count, last)
	}
	return nil
}
