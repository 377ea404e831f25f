package store

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"madoguchi/internal/support"
)

// How often an effect is tried, and how long the first and the longest pause
// between two tries is: 12 pauses that double up to an hour and 119 of an hour
// are five days, so that mail survives a long weekend without a relay.
const (
	effectTries   = 132
	effectPause   = time.Second
	effectLongest = time.Hour
	effectKept    = 30 * 24 * time.Hour
)

// EffectState is where an effect stands.
type EffectState string

// States of effects.
const (
	EffectPending EffectState = "pending"
	EffectSent    EffectState = "done"
	EffectDead    EffectState = "dead" // given up: waits for EffectRetry
)

// EffectRow is an effect with what has become of it.
type EffectRow struct {
	support.Effect
	Request   int64 // 0: a letter
	Account   int64 // 0: nobody's
	State     EffectState
	Attempts  int       // claims, this one included
	Lease     string    // of the one who claimed it, "" otherwise
	NextTryAt time.Time // real clock; while claimed: when the lease ends
	DoneAt    time.Time // real clock
	LastError string
}

// Pending says when an effect worker must look again.
type Pending struct {
	Ready     bool      // something can be claimed now
	NotBefore time.Time // desk's clock; zero: nothing waits for it
	NextTry   time.Time // real clock; zero: nothing waits for it
}

func (tx *Tx) addEffects(row support.Row, effects ...support.Effect) error {
	const most, own = 100, 10
	for part := range slices.Chunk(effects, most) {
		args := []any{ref(row.ID), ref(row.Account)}
		for _, e := range part {
			notBefore := int64(0)
			if !e.NotBefore.IsZero() {
				notBefore = e.NotBefore.UnixMicro()
			}
			args = append(args, e.Key, e.Kind, e.Template, e.Seq, e.Last, string(e.Recipient.Kind), e.Recipient.ID, notBefore, e.About.Kind, e.About.ID)
		}
		_, err := tx.exec(`INSERT INTO effect (request_id, account_id, state, attempts, lease, next_try_at, last_error,
  key, kind, template, seq, last, recipient_kind, recipient_id, not_before_at, about, about_id)
VALUES `+valueRows(len(part), "$1, $2, 'pending', 0, '', 0, ''", 3, own)+" ON CONFLICT (key) DO NOTHING", args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// AddLetter adds an effect about something that is no request, unless there is
// one of its key. account is that of the contact who is written to; 0: none.
func (tx *Tx) AddLetter(account int64, e support.Effect) error {
	tx.work.Effects = true
	return wrap(tx.addEffects(support.Row{Account: account}, e), "add letter %s", e.Key)
}

const effectColumns = `key, COALESCE(request_id, 0), COALESCE(account_id, 0), kind, template, seq, last, recipient_kind, recipient_id, not_before_at,
  state, attempts, lease, next_try_at, done_at, last_error, about, about_id`

func scanEffect(r scanner) (EffectRow, error) {
	var e EffectRow
	var notBefore, nextTry int64
	err := r.Scan(&e.Key, &e.Request, &e.Account, &e.Kind, &e.Template, &e.Seq, &e.Last, &e.Recipient.Kind, &e.Recipient.ID, &notBefore,
		&e.State, &e.Attempts, &e.Lease, &nextTry, instant{&e.DoneAt}, &e.LastError, &e.About.Kind, &e.About.ID)
	if notBefore != 0 {
		e.NotBefore = time.UnixMicro(notBefore).UTC()
	}
	if nextTry != 0 {
		e.NextTryAt = time.UnixMicro(nextTry).UTC()
	}
	return e, err
}

// ClaimEffects takes up to max effects whose not_before has come on the desk's
// clock and whose next try on the real one, and keeps them from other workers
// until the lease ends. Those whose tries were used up by workers that died
// become dead letters instead, and are given apart.
func (tx *Tx) ClaimEffects(desk, real time.Time, lease time.Duration, max int) (claimed, dead []EffectRow, err error) {
	token := make([]byte, 16)
	if _, err := rand.Read(token); err != nil {
		return nil, nil, fmt.Errorf("claim effects: %w", err)
	}
	var found []EffectRow
	err = tx.all(func(r scanner) error {
		e, err := scanEffect(r)
		found = append(found, e)
		return err
	}, `UPDATE effect SET lease = $1, next_try_at = $2, attempts = attempts + 1 WHERE key IN (
  SELECT key FROM effect WHERE state = 'pending' AND not_before_at <= $3 AND next_try_at <= $4
  ORDER BY not_before_at, request_id, seq, key LIMIT 0 + $5) AND state = 'pending' AND next_try_at <= $4
RETURNING `+effectColumns, hex.EncodeToString(token), real.Add(lease).UnixMicro(), desk.UnixMicro(), real.UnixMicro(), max)
	if err != nil {
		return nil, nil, wrap(err, "claim effects")
	}
	slices.SortFunc(found, func(a, b EffectRow) int {
		return cmp.Or(a.NotBefore.Compare(b.NotBefore), cmp.Compare(a.Request, b.Request), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Key, b.Key))
	})
	for _, e := range found {
		if e.Attempts <= effectTries {
			claimed = append(claimed, e)
			continue
		}
		if err := tx.bury(e.Key, "its worker ended without an answer"); err != nil {
			return nil, nil, err
		}
		dead = append(dead, e)
	}
	return claimed, dead, nil
}

func (tx *Tx) bury(key, why string) error {
	_, err := tx.exec("UPDATE effect SET state = 'dead', lease = '', next_try_at = 0, last_error = $2 WHERE key = $1", key, why)
	return wrap(err, "give up effect %s", key)
}

// EffectDone records that an effect was done, and keeps the bytes that left;
// none are kept of nil, and of an empty slice the hash alone. When the lease is another's by now, the answer is a conflict
// and the caller must return it, so that nothing else of the update happens.
func (tx *Tx) EffectDone(key, lease, sha256 string, bytes []byte, real time.Time) error {
	n, err := tx.exec("UPDATE effect SET state = 'done', lease = '', done_at = $3 WHERE key = $1 AND lease = $2 AND state = 'pending'",
		key, lease, real.UnixMicro())
	if err != nil {
		return fmt.Errorf("finish effect %s: %w", key, err)
	}
	if n == 0 || lease == "" {
		return support.Refuse(support.Conflict, "effect.lease_lost")
	}
	if bytes == nil {
		return nil
	}
	packed, err := pack(bytes)
	if len(bytes) == 0 {
		packed = []byte{} // erased meanwhile, see [Tx.erase]
	}
	if err != nil {
		return fmt.Errorf("keep effect %s: %w", key, err)
	}
	_, err = tx.exec(`INSERT INTO sent (key, request_id, account_id, sha256, bytes, at)
SELECT key, request_id, account_id, $2, $3, $4 FROM effect WHERE key = $1
ON CONFLICT (key) DO UPDATE SET sha256 = excluded.sha256, bytes = excluded.bytes, at = excluded.at`, key, sha256, packed, real.UnixMicro())
	return wrap(err, "keep effect %s", key)
}

// pack presses what left. Older programs did so with gzip, which begins otherwise.
func pack(b []byte) ([]byte, error) {
	p, err := presses()
	if err != nil {
		return nil, err
	}
	return p.in.EncodeAll(b, nil), nil
}

func unpack(packed []byte) ([]byte, error) {
	var z io.Reader
	var err error
	if bytes.HasPrefix(packed, []byte{0x1f, 0x8b}) {
		z, err = gzip.NewReader(bytes.NewReader(packed))
	} else {
		z, err = zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderDictRaw(1, dictionary1), zstd.WithDecoderConcurrency(1))
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// EffectDropped ends a claimed effect that has nobody to reach any more: it is
// done, and its last error says why nothing left. A lost lease is a conflict.
func (tx *Tx) EffectDropped(key, lease, why string, real time.Time) error {
	if err := tx.EffectDone(key, lease, "", nil, real); err != nil {
		return err
	}
	_, err := tx.exec("UPDATE effect SET last_error = $2 WHERE key = $1", key, why)
	return wrap(err, "drop effect %s", key)
}

// EffectRefused makes a claimed effect a dead letter at once, because trying
// again cannot help. A lost lease is a conflict. why is for operators and holds
// no personal data.
func (tx *Tx) EffectRefused(key, lease, why string) error {
	n, err := tx.exec(`UPDATE effect SET state = 'dead', lease = '', next_try_at = 0, last_error = $3
WHERE key = $1 AND lease = $2 AND lease <> '' AND state = 'pending'`, key, lease, why)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "effect.lease_lost")
	}
	return wrap(err, "give up effect %s", key)
}

// EffectFailed puts a claimed effect off: the pause doubles from 1 s to 1 h,
// and after 132 tries, five days, it is a dead letter, which dead tells. A lost
// lease is a conflict. why is for operators and holds no personal data.
func (tx *Tx) EffectFailed(key, lease, why string, real time.Time) (dead bool, err error) {
	var attempts int
	err = tx.one([]any{&attempts}, "SELECT attempts FROM effect WHERE key = $1 AND lease = $2 AND lease <> '' AND state = 'pending'", key, lease)
	if err != nil {
		return false, wrap(lost(err), "put off effect %s", key)
	}
	if attempts >= effectTries {
		return true, tx.bury(key, why)
	}
	next := real.Add(backoff(attempts))
	_, err = tx.exec("UPDATE effect SET lease = '', next_try_at = $2, last_error = $3 WHERE key = $1", key, next.UnixMicro(), why)
	return false, wrap(err, "put off effect %s", key)
}

// lost turns a missing row into the refusal that the lease is another's.
func lost(err error) error {
	if absent(err, "") != err {
		return support.Refuse(support.Conflict, "effect.lease_lost")
	}
	return err
}

// backoff is the pause after so many tries.
func backoff(tries int) time.Duration {
	return min(effectPause<<min(tries-1, 30), effectLongest)
}

// EffectReleased gives a claimed effect back, for anybody to claim at once: its
// worker stops and has not begun it. The claim counts as no try. Where the lease
// is another's by now, nothing happens.
func (tx *Tx) EffectReleased(key, lease string) error {
	_, err := tx.exec(`UPDATE effect SET lease = '', next_try_at = 0, attempts = attempts - 1
WHERE key = $1 AND lease = $2 AND lease <> '' AND state = 'pending'`, key, lease)
	tx.work.Effects = true
	return wrap(err, "release effect %s", key)
}

// EffectRetry gives a dead letter all its tries again, from now on.
func (tx *Tx) EffectRetry(key string) error {
	n, err := tx.exec("UPDATE effect SET state = 'pending', attempts = 0, lease = '', next_try_at = 0 WHERE key = $1 AND state = 'dead'", key)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "effect.not_dead")
	}
	tx.work.Effects = true
	return wrap(err, "retry effect %s", key)
}

// EffectsRetry is [Tx.EffectRetry] of all dead letters of a template, "" for those of
// every one, and says how many there were; none is not_found.
func (tx *Tx) EffectsRetry(template string) (int64, error) {
	n, err := tx.exec("UPDATE effect SET state = 'pending', attempts = 0, lease = '', next_try_at = 0 WHERE (template = $1 OR $1 = '') AND state = 'dead'", template)
	if err == nil && n == 0 {
		return 0, support.Refuse(support.NotFound, "effect.not_dead")
	}
	tx.work.Effects = true
	return n, wrap(err, "retry effects %s", template)
}

// EffectEnded ends a dead letter that nobody has to be told any more, at an instant
// of the real clock, and gives whose it was: 0 for no account.
func (tx *Tx) EffectEnded(key string, real time.Time) (account int64, err error) {
	err = tx.one([]any{&account}, "UPDATE effect SET state = 'done', done_at = $2 WHERE key = $1 AND state = 'dead' RETURNING COALESCE(account_id, 0)",
		key, real.UnixMicro())
	return account, wrap(absent(err, "effect.not_dead"), "end effect %s", key)
}

// EffectsEnded is [Tx.EffectEnded] of all dead letters of a template.
func (tx *Tx) EffectsEnded(template string, real time.Time) (int64, error) {
	n, err := tx.exec("UPDATE effect SET state = 'done', done_at = $2 WHERE template = $1 AND state = 'dead'", template, real.UnixMicro())
	if err == nil && n == 0 {
		return 0, support.Refuse(support.NotFound, "effect.not_dead")
	}
	return n, wrap(err, "end effects %s", template)
}

// Prune forgets effects that were done more than 30 days before the real
// instant, and says how many. That somebody was told stays on the timeline, and
// what left stays under its key.
func (tx *Tx) Prune(real time.Time) (int64, error) {
	n, err := tx.exec("DELETE FROM effect WHERE state = 'done' AND done_at < $1", real.Add(-effectKept).UnixMicro())
	return n, wrap(err, "prune effects")
}

// NextEffect says when there is something to claim: now, at an instant of the
// desk's clock, or at one of the real clock.
func (s *Store) NextEffect(ctx context.Context, desk, real time.Time) (Pending, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Pending{}, err
	}
	var p Pending
	err = q.one([]any{&p.Ready, instant{&p.NotBefore}, instant{&p.NextTry}}, `SELECT
  EXISTS (SELECT 1 FROM effect WHERE state = 'pending' AND not_before_at <= $1 AND next_try_at <= $2),
  (SELECT MIN(not_before_at) FROM effect WHERE state = 'pending' AND not_before_at > $1),
  (SELECT MIN(next_try_at) FROM effect WHERE state = 'pending' AND not_before_at <= $1 AND next_try_at > $2)`, desk.UnixMicro(), real.UnixMicro())
	return p, wrap(err, "read next effect")
}

// Effects lists effects in a state, at most max of them, 1..500, 0 = 100: those
// that wait by when they may be done, done ones with the last first, dead
// letters by key. Customers see none, staff none of restricted accounts.
func (s *Store) Effects(ctx context.Context, v Viewer, state EffectState, max int) ([]EffectRow, error) {
	// The engine knows the index of a state by the word in the text alone.
	of, ok := map[EffectState][2]string{
		EffectPending: {"state = 'pending'", "not_before_at, next_try_at, key"},
		EffectSent:    {"state = 'done'", "done_at DESC"},
		EffectDead:    {"state = 'dead'", "key"},
	}[state]
	if !ok {
		return nil, support.Wrong("state", "effect.state")
	}
	return s.effects(ctx, v, max, of[0], of[1])
}

// effects lists those of a condition, whose parameters begin with the second.
func (s *Store) effects(ctx context.Context, v Viewer, max int, where, order string, values ...any) ([]EffectRow, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	args := append([]any{limit(max, 100, 500)}, values...)
	sees, more := v.narrow(len(args)+1, "effect", "effect.request_id", "FALSE")
	var out []EffectRow
	err = q.all(func(r scanner) error {
		e, err := scanEffect(r)
		out = append(out, e)
		return err
	}, "SELECT "+effectColumns+" FROM effect WHERE "+where+" AND "+sees+" ORDER BY "+order+" LIMIT 0 + $1", append(args, more...)...)
	return out, wrap(err, "read effects")
}

// DeadEffects lists dead letters of a template ("": of all) by key, after one of
// them ("": from the first on), at most max, 1..500, 0 = 100. Customers see none,
// staff none of restricted accounts.
func (s *Store) DeadEffects(ctx context.Context, v Viewer, template, after string, max int) ([]EffectRow, error) {
	return s.effects(ctx, v, max, "state = 'dead' AND key > $2 AND ($3 = '' OR template = $3)", "key", after, template)
}

// EffectsWaiting are those of a request that wait to be done, at most 100: staff's to
// read.
func (s *Store) EffectsWaiting(ctx context.Context, v Viewer, request int64) ([]EffectRow, error) {
	return s.effects(ctx, v, 100, "request_id = $2 AND state = 'pending'", "key", request)
}

// Effect gives one effect by its key.
func (s *Store) Effect(ctx context.Context, v Viewer, key string) (EffectRow, error) {
	list, err := s.effects(ctx, v, 1, "key = $2", "key", key)
	if err == nil && len(list) == 0 {
		err = support.Refuse(support.NotFound, "effect.unknown")
	}
	if err != nil {
		return EffectRow{}, err
	}
	return list[0], nil
}

// DeadKind is how many dead letters of a template there are.
type DeadKind struct {
	Template string
	N        int
}

// DeadKinds counts dead letters by template, the most first.
func (s *Store) DeadKinds(ctx context.Context, v Viewer) ([]DeadKind, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	sees, args := v.narrow(1, "effect", "effect.request_id", "FALSE")
	var out []DeadKind
	err = q.all(func(r scanner) error {
		var k DeadKind
		err := r.Scan(&k.Template, &k.N)
		out = append(out, k)
		return err
	}, "SELECT template, COUNT(*) AS n FROM effect WHERE state = 'dead' AND "+sees+" GROUP BY template ORDER BY n DESC, template", args...)
	return out, wrap(err, "count dead letters")
}

// Sent gives the bytes that left under an effect's key. Who sees the request
// may be another than who was told, so that they are the vendor's to read.
func (s *Store) Sent(ctx context.Context, v Viewer, key string) ([]byte, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	sees, args := v.narrow(2, "sent", "sent.request_id", "FALSE")
	var packed []byte
	err = q.one([]any{&packed}, "SELECT bytes FROM sent WHERE key = $1 AND "+sees, append([]any{key}, args...)...)
	if err != nil {
		return nil, wrap(absent(err, "effect.unknown"), "read effect %s", key)
	}
	if len(packed) == 0 {
		return nil, support.Refuse(support.NotFound, "effect.erased")
	}
	out, err := unpack(packed)
	return out, wrap(err, "unpack effect %s", key)
}
