package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/support"
)

// Subjects whose chains this package writes itself.
const (
	subjectRequest = "request"
	subjectDesk    = "desk"

	kindCheckpoint = "checkpoint"
)

// link is the end of a chain.
type link struct {
	seq  int64
	hash []byte
}

// genesis is what the first event of a subject follows: a value of the
// subject's own, so that chains cannot be exchanged.
func genesis(subject string, id int64) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "madoguchi event\x00%s\x00%d", subject, id)
	return h.Sum(nil)
}

func chain(prev []byte, data string) []byte {
	h := sha256.New()
	h.Write(prev)
	h.Write([]byte(data))
	return h.Sum(nil)
}

// head gives the last link of a chain; seq 0 when there is none.
func (q rows) head(subject string, id int64) (link, error) {
	l := link{}
	err := q.all(func(r scanner) error { return r.Scan(&l.seq, &l.hash) },
		"SELECT seq, hash FROM head WHERE subject = $1 AND subject_id = $2", subject, id)
	if l.seq == 0 {
		l.hash = genesis(subject, id)
	}
	return l, err
}

// extend appends facts to the chain of a subject whose last event is number
// before; when it is not, the refusal is a conflict and nothing is written.
func (tx *Tx) extend(subject string, id, account, before int64, facts []support.Fact) error {
	accounts := accountsOf(account, facts)
	l, err := tx.end(subject, id, before)
	if err != nil {
		return err
	}
	if l.seq != before {
		return support.Refuse(support.Conflict, "request.changed")
	}
	last, args := l, []any{subject, id}
	for i, f := range facts {
		if f.Seq != l.seq+1 {
			return fmt.Errorf("fact %d follows event %d: seq must have no gap", f.Seq, l.seq)
		}
		if !f.At.Equal(support.Instant(f.At)) || !f.HappenedAt.Equal(support.Instant(f.HappenedAt)) {
			return fmt.Errorf("fact %d: instants are kept in microseconds", f.Seq)
		}
		data, err := json.Marshal(f)
		if err != nil {
			return err
		}
		pos, err := tx.c.position()
		if err != nil {
			return err
		}
		stored, err := pressed(data)
		if err != nil {
			return err
		}
		hash := chain(l.hash, stored)
		args = append(args, ref(accounts[i]), f.Seq, pos, f.Kind(), f.At.UnixMicro(), micros(f.HappenedAt), string(f.By.Kind), f.By.ID, stored, l.hash, hash)
		l = link{f.Seq, hash}
	}
	// The end is moved first: whoever does that has the chain for itself.
	if err := tx.setHead(subject, id, last, l); err != nil {
		return err
	}
	if subject == subjectRequest {
		tx.keepEnd(id, l)
	}
	const shared, own = 2, 11
	for most := 100 * own; len(args) > shared; {
		part := args[shared:min(shared+most, len(args))]
		_, err := tx.exec(`INSERT INTO event (subject, subject_id, account_id, seq, pos, kind, at, happened_at, actor_kind, actor_id, data, prev, hash)
VALUES `+valueRows(len(part)/own, "$1, $2", shared+1, own), append(slices.Clone(args[:shared]), part...)...)
		if err != nil {
			return fmt.Errorf("append events: %w", err)
		}
		args = slices.Delete(args, shared, shared+len(part))
	}
	return nil
}

// accountsOf is whose each fact is: those before a correction that moves a request
// to another account are still the former one's. account is whose it is at last.
func accountsOf(account int64, facts []support.Fact) []int64 {
	out := make([]int64, len(facts))
	for i := len(facts) - 1; i >= 0; i-- {
		out[i] = account
		if b, ok := facts[i].Body.(support.Reclassified); ok {
			account = b.Was.Account
		}
	}
	return out
}

// keepEnd remembers the last link of a request's chain until the update ends.
func (tx *Tx) keepEnd(request int64, l link) {
	if tx.ends == nil {
		tx.ends = map[int64]link{}
	}
	tx.ends[request] = l
}

// end is the last link of a chain as this update has read or left it; whether it still is
// the last one, setHead finds out.
func (tx *Tx) end(subject string, id, before int64) (link, error) {
	if before == 0 {
		return link{hash: genesis(subject, id)}, nil
	}
	if l, read := tx.ends[id]; read && subject == subjectRequest && l.seq == before {
		return l, nil
	}
	return tx.head(subject, id)
}

// numberEvents gives the events that have none their positions in the feed, in
// the order in which they happened.
const numberEvents = `UPDATE event SET pos = (SELECT COALESCE(MAX(pos), 0) FROM event) + f.n FROM (
  SELECT subject, subject_id, seq, ROW_NUMBER() OVER (ORDER BY since, subject, subject_id, seq) AS n FROM (
    SELECT subject, subject_id, seq, MAX(at) OVER (PARTITION BY subject, subject_id ORDER BY seq) AS since FROM event WHERE pos IS NULL) AS waiting
) AS f WHERE event.subject = f.subject AND event.subject_id = f.subject_id AND event.seq = f.seq`

// setHead moves the end of a chain from its last link; whoever moved it first wins.
func (tx *Tx) setHead(subject string, id int64, last, l link) error {
	text := "UPDATE head SET seq = $3, hash = $4 WHERE subject = $1 AND subject_id = $2 AND seq = $5 AND hash = $6"
	args := []any{subject, id, l.seq, l.hash, last.seq, last.hash}
	if last.seq == 0 {
		text = "INSERT INTO head (subject, subject_id, seq, hash) VALUES ($1, $2, $3, $4) ON CONFLICT (subject, subject_id) DO NOTHING"
		args = args[:4]
	}
	n, err := tx.exec(text, args...)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "request.changed")
	}
	return err
}

// Audit appends an event about another noun than a request: who changed what,
// and when. body is encoded as JSON and holds no free text and no personal
// data: people are ids. Chains of requests are written by [Tx.Append] alone.
func (tx *Tx) Audit(subject string, id int64, by support.Actor, at time.Time, kind string, body any) error {
	if subject == "" || kind == "" || subject == subjectRequest || kind == kindCheckpoint {
		return fmt.Errorf("audit %q %q: not a noun that is audited here", subject, kind)
	}
	account, err := tx.accountOf(subject, id)
	if err != nil {
		return fmt.Errorf("audit %s %d: %w", subject, id, err)
	}
	return tx.audit(subject, id, account, by, at, kind, body)
}

func (tx *Tx) audit(subject string, id, account int64, by support.Actor, at time.Time, kind string, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("audit %s %d: encode %s: %w", subject, id, kind, err)
	}
	l, err := tx.head(subject, id)
	if err != nil {
		return fmt.Errorf("audit %s %d: %w", subject, id, err)
	}
	f := support.Fact{Seq: l.seq + 1, At: support.Instant(at), By: by, Body: support.Unknown{Name: kind, Raw: raw}}
	if err := tx.extend(subject, id, account, l.seq, []support.Fact{f}); err != nil {
		return fmt.Errorf("audit %s %d: %w", subject, id, err)
	}
	return nil
}

// ownedBy is where the accounts of audited nouns stand that belong to one.
var ownedBy = map[string]struct{ table, column string }{
	"account":         {"account", "id"},
	"contact":         {"contact", "account_id"},
	"contract":        {"contract", "account_id"},
	"registration":    {"registration", "account_id"},
	"incident_pack":   {"incident_pack", "account_id"},
	"licence":         {"licence", "account_id"},
	"plan":            {"plan", "account_id"},
	"deflection":      {"deflection", "account_id"},
	"feature_request": {"feature_request", "account_id"},
}

// accountOf finds the account that an audited noun belongs to; 0 when it
// belongs to none.
func (q rows) accountOf(subject string, id int64) (int64, error) {
	from, owned := ownedBy[subject]
	if !owned {
		return 0, nil
	}
	var account int64
	err := q.one([]any{&account}, "SELECT "+from.column+" FROM "+from.table+" WHERE id = $1", id)
	return account, err
}

// readFact reads the stored bytes of a request's fact.
func readFact(f *support.Fact, stored []byte) error {
	data, err := plain(stored)
	if err != nil {
		return err
	}
	return f.UnmarshalJSON(data)
}

// decode reads stored bytes of any subject. Only requests have facts; kinds of
// other nouns stay raw, whatever their name.
func decode(subject, stored string) (support.Fact, error) {
	data, err := plain([]byte(stored))
	if err != nil {
		return support.Fact{}, err
	}
	if subject == subjectRequest {
		return support.DecodeFact(data)
	}
	var w struct {
		Seq  int64           `json:"seq"`
		Kind string          `json:"kind"`
		At   time.Time       `json:"at"`
		By   support.Actor   `json:"by"`
		Body json.RawMessage `json:"body"`
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return support.Fact{}, err
	}
	return support.Fact{Seq: w.Seq, At: w.At.UTC(), By: w.By, Body: support.Unknown{Name: w.Kind, Raw: w.Body}}, nil
}

// Facts gives all facts of a request in order of seq; none when it does not
// exist.
// What is appended next in this update is linked to what was read.
func (tx *Tx) Facts(request int64) ([]support.Fact, error) {
	var out []support.Fact
	var end link
	err := tx.all(func(r scanner) error {
		var data sql.RawBytes
		var hash []byte
		if err := r.Scan(&data, &hash); err != nil {
			return err
		}
		out = append(out, support.Fact{})
		f := &out[len(out)-1]
		err := readFact(f, data)
		if hash != nil {
			end = link{f.Seq, hash}
		}
		return err
	}, `SELECT e.data, h.hash FROM event e LEFT JOIN head h ON h.subject = e.subject AND h.subject_id = e.subject_id AND h.seq = e.seq
WHERE e.subject = 'request' AND e.subject_id = $1 ORDER BY e.seq`, request)
	if end.seq > 0 {
		tx.keepEnd(request, end)
	}
	return out, wrap(err, "read facts of request %d", request)
}

// FactsOfKinds gives those facts of a request that are of some kinds, in order of seq.
func (tx *Tx) FactsOfKinds(request int64, kinds ...string) ([]support.Fact, error) {
	var out []support.Fact
	err := tx.all(func(r scanner) error {
		var data sql.RawBytes
		if err := r.Scan(&data); err != nil {
			return err
		}
		out = append(out, support.Fact{})
		return readFact(&out[len(out)-1], data)
	}, `SELECT data FROM event WHERE subject = 'request' AND subject_id = $1 AND kind IN (SELECT value FROM json_each($2))
ORDER BY seq`, request, list(kinds))
	return out, wrap(err, "read facts of request %d", request)
}

// Facts gives all facts of a request for folding. The viewer must see the
// request, but the facts are not narrowed to what the viewer may read: they are
// not for display. See [Store.Timeline].
func (s *Store) Facts(ctx context.Context, v Viewer, id int64) ([]support.Fact, error) {
	facts, _, err := s.FactsUnless(ctx, v, id, 0)
	return facts, err
}

// FactsUnless is [Store.Facts] for somebody who has folded the request up to a
// seq, 0 for nothing: when that is still its last fact they had it all, and no
// facts are read. Who sees it and what it says are one statement.
func (s *Store) FactsUnless(ctx context.Context, v Viewer, id, folded int64) (facts []support.Fact, had bool, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, false, err
	}
	where, args := v.one(3)
	sees := false
	// The condition on seq is part of the key that is looked up, so that what is
	// not wanted is not walked over.
	err = q.all(func(r scanner) error {
		sees = true
		var data sql.RawBytes
		if err := r.Scan(&data); err != nil || data == nil {
			had = err == nil && folded != 0
			return err
		}
		facts = append(facts, support.Fact{})
		return readFact(&facts[len(facts)-1], data)
	}, `SELECT e.data FROM request r LEFT JOIN event e ON e.subject = 'request' AND e.subject_id = CASE WHEN r.seq <> $2 THEN r.id END
WHERE r.id = $1 AND `+where+" ORDER BY e.seq", append([]any{id, folded}, args...)...)
	if err == nil && !sees {
		err = support.Refuse(support.NotFound, "request.not_found")
	}
	return facts, had, wrap(err, "read facts of request %d", id)
}

// Page is a window of a timeline: seqs greater than After and less than Before
// (0: no bound). The zero value is the first 50.
type Page struct {
	After, Before int64
	Limit         int  // 1..500, 0 = 50
	Newest        bool // the newest of the window; they come in order of seq all the same
}

// Timeline gives a window of the facts that the viewer may read; customers read
// those that [support.Public] tells.
func (s *Store) Timeline(ctx context.Context, v Viewer, id int64, p Page) ([]support.Fact, error) {
	q, err := s.visible(ctx, v, id)
	if err != nil {
		return nil, err
	}
	want := limit(p.Limit, 50, 500)
	if p.Before == 0 {
		p.Before = never
	}
	var out []support.Fact
	for len(out) < want {
		got, err := q.window(id, p, want)
		if err != nil {
			return nil, fmt.Errorf("read timeline of request %d: %w", id, err)
		}
		for _, f := range got {
			if len(out) < want && v.reads(f) {
				out = append(out, f)
			}
		}
		if len(got) < want {
			break
		}
		if last := got[len(got)-1].Seq; p.Newest {
			p.Before = last
		} else {
			p.After = last
		}
	}
	if p.Newest {
		slices.Reverse(out)
	}
	return out, nil
}

func (q rows) window(id int64, p Page, n int) ([]support.Fact, error) {
	text := "SELECT data FROM event WHERE subject = 'request' AND subject_id = $1 AND seq > $2 AND seq < $3 ORDER BY seq LIMIT 0 + $4"
	if p.Newest {
		text = strings.Replace(text, "ORDER BY seq", "ORDER BY seq DESC", 1)
	}
	var out []support.Fact
	err := q.all(func(r scanner) error {
		var data sql.RawBytes
		if err := r.Scan(&data); err != nil {
			return err
		}
		out = append(out, support.Fact{})
		return readFact(&out[len(out)-1], data)
	}, text, id, p.After, p.Before, n)
	return out, err
}

// Of is the window of all facts of a request, as [Store.Timeline] would read it.
func (p Page) Of(v Viewer, facts []support.Fact) []support.Fact {
	want := limit(p.Limit, 50, 500)
	var out []support.Fact
	for i := range facts {
		f := facts[i]
		if p.Newest {
			f = facts[len(facts)-1-i]
		}
		if len(out) < want && f.Seq > p.After && (p.Before == 0 || f.Seq < p.Before) && v.reads(f) {
			out = append(out, f)
		}
	}
	if p.Newest {
		slices.Reverse(out)
	}
	return out
}

// reads tells whether the viewer may read a fact of a request that is visible.
func (v Viewer) reads(f support.Fact) bool {
	return v.Actor.Kind != support.Customer || support.Public(f)
}

// Event is an entry of the feed: a fact of a request, or what happened to
// another noun.
type Event struct {
	Pos       int64  // 1.. over the whole database, in order of commitment
	Subject   string // request, account, contact, contract …
	SubjectID int64
	Fact      support.Fact // Body of other nouns than requests is [support.Unknown]
	Data      []byte       // the stored bytes
	Hash      []byte       // 32 bytes: SHA-256(previous hash ‖ Data)
}

func scanEvent(r scanner) (Event, error) {
	var e Event
	if err := r.Scan(&e.Pos, &e.Subject, &e.SubjectID, &e.Data, &e.Hash); err != nil {
		return e, err
	}
	f, err := decode(e.Subject, string(e.Data))
	if err != nil {
		return e, fmt.Errorf("decode event %d: %w", e.Pos, err)
	}
	e.Fact = f
	return e, nil
}

// Events gives what was committed after a position, oldest first, as far as the
// viewer may read it; limit is 1..500, 0 = 100. Customers get the public facts
// of their requests. Fewer than limit means that there is no more at present.
func (s *Store) Events(ctx context.Context, v Viewer, after int64, max int) ([]Event, error) {
	page, err := s.feed(ctx, v, after, max, "TRUE")
	return page.Events, err
}

// Ends sums up the ends of all chains at one instant: the body of a checkpoint.
type Ends struct {
	Pos    int64  `json:"pos"` // of the last event that it covers
	Heads  int    `json:"heads"`
	SHA256 string `json:"sha256"` // for the log
}

// chainID names a chain.
type chainID struct {
	subject string
	id      int64
}

// endsDigest sums up the ends of chains. They are added in order of subject, as
// bytes, and id: an order that no engine's collation changes.
type endsDigest struct {
	sum   hash.Hash
	heads int
}

func newEndsDigest() endsDigest { return endsDigest{sum: sha256.New()} }

func (d *endsDigest) add(line []byte) {
	d.sum.Write(line)
	d.heads++
}

// endLine is what is digested of the end of a chain, written into buf.
func endLine(buf []byte, c chainID, l link) []byte {
	return fmt.Appendf(buf[:0], "%s\x00%d\x00%d\x00%x\n", c.subject, c.id, l.seq, l.hash)
}

// subjects are the nouns that have events, in order of their bytes.
func (q rows) subjects() ([]string, error) {
	var out []string
	for last := (sql.Null[string]{Valid: true}); last.Valid; {
		err := q.one([]any{&last}, `SELECT MIN(subject) FROM (
SELECT MIN(subject) AS subject FROM event WHERE subject > $1 UNION ALL SELECT MIN(subject) FROM head WHERE subject > $1) AS next`, last.V)
		if err != nil {
			return nil, err
		}
		if last.Valid {
			out = append(out, last.V)
		}
	}
	slices.Sort(out)
	return out, nil
}

// Checkpoint appends what the ends of all chains were as an event of the desk, to be
// written daily: a chain that somebody computed anew with all its hashes no longer
// fits a digest that was written down elsewhere.
func (tx *Tx) Checkpoint(at time.Time, e Ends) error {
	return tx.audit(subjectDesk, 0, 0, support.Actor{Kind: support.System}, at, kindCheckpoint, e)
}

// Ends reads the ends of all chains. Writers are not held up, and no more than a
// row is held in memory.
func (s *Store) Ends(ctx context.Context) (e Ends, err error) {
	if err := s.usable(); err != nil {
		return e, err
	}
	if err = s.e.number(ctx); err == nil {
		err = s.e.snapshot(ctx, func(q rows) error {
			e, err = q.chainEnds()
			return err
		})
	}
	return e, wrap(err, "digest chains")
}

func (q rows) chainEnds() (Ends, error) {
	e, ends := Ends{}, newEndsDigest()
	// Chains end, for it, before the first of their events that has no position
	// yet: of those, what is read last wins.
	before := map[chainID]link{}
	err := errors.Join(
		q.one([]any{&e.Pos}, "SELECT COALESCE(MAX(pos), 0) FROM event"),
		q.all(func(r scanner) error {
			var c chainID
			var l link
			err := r.Scan(&c.subject, &c.id, &l.seq, &l.hash)
			before[c] = l
			return err
		}, "SELECT subject, subject_id, seq - 1, prev FROM event WHERE pos IS NULL ORDER BY seq DESC"),
	)
	if err != nil {
		return e, err
	}
	subjects, err := q.subjects()
	if err != nil {
		return e, err
	}
	var line []byte
	for _, subject := range subjects {
		err := q.all(func(r scanner) error {
			c, l := chainID{subject: subject}, link{}
			err := r.Scan(&c.id, &l.seq, &l.hash)
			if was, waits := before[c]; waits {
				l = was
			}
			if l.seq > 0 {
				line = endLine(line, c, l)
				ends.add(line)
			}
			return err
		}, "SELECT subject_id, seq, hash FROM head WHERE subject = $1 ORDER BY subject_id", subject)
		if err != nil {
			return e, err
		}
	}
	e.Heads, e.SHA256 = ends.heads, hex.EncodeToString(ends.sum.Sum(nil))
	return e, nil
}
