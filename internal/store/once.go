package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Once lets an update happen once, however often it is asked for: its row is
// written in the transaction of the change. Name and Sum are digests: who asked
// under which key, and for what. At is of the real clock. It belongs to one
// call, and only the first update of the call that is committed counts.
type Once struct {
	Name, Sum [32]byte
	At        time.Time

	spent bool
}

// ErrSpent is the error of an update whose key was used before: nothing was
// changed. What came of the first is told by [Store.Spent].
var ErrSpent = errors.New("the key was used before")

// Spent tells whether an update of this call was committed under the key.
func (o *Once) Spent() bool { return o.spent }

// Came is what an update under a key has led to.
type Came struct {
	Sum [32]byte
	// Request is what a command was about, with the facts after From up to To;
	// 0 when it was no command on a request.
	Request, From, To int64
	// Answer is what [Tx.KeepAnswer] kept; nil when nothing was.
	Answer []byte
	At     time.Time
}

type onceKey struct{}

// WithOnce lets the first update under ctx that is committed be the only one of
// its key.
func WithOnce(ctx context.Context, o *Once) context.Context {
	return context.WithValue(ctx, onceKey{}, o)
}

// single is fn with the row of the key behind it; done is told that both were
// committed. Without a key, or behind the first update, it is fn alone.
func single(ctx context.Context, fn func(tx *Tx) error) (run func(tx *Tx) error, done func()) {
	o, _ := ctx.Value(onceKey{}).(*Once)
	if o == nil || o.spent {
		return fn, func() {}
	}
	return func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.spend(o)
	}, func() { o.spent = true }
}

// spend waits for a running update of the same key, which PostgreSQL does in the
// index, and fails when that is committed.
func (tx *Tx) spend(o *Once) error {
	n, err := tx.exec(`INSERT INTO once (name, sum, request_id, from_seq, to_seq, made_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (name) DO NOTHING`, o.Name[:], o.Sum[:], tx.came.Request, tx.came.From, tx.came.To, o.At.UnixMicro())
	if err == nil && n == 0 {
		return ErrSpent
	}
	return wrap(err, "spend a key")
}

// LedTo notes what a command did: the facts of a request after from up to to.
// It is kept with the key that the update was asked under, if there is one.
func (tx *Tx) LedTo(request, from, to int64) { tx.came = Came{Request: request, From: from, To: to} }

// KeepAnswer keeps the answer of a call beside its key, which must be spent.
func (tx *Tx) KeepAnswer(name [32]byte, answer []byte) error {
	_, err := tx.exec("UPDATE once SET answer = $2 WHERE name = $1", name[:], answer)
	return wrap(err, "keep the answer of a key")
}

// Spent finds what came of the update under a key; ok is false when there was
// none, or it is forgotten.
func (s *Store) Spent(ctx context.Context, name [32]byte) (c Came, ok bool, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return c, false, err
	}
	var sum []byte
	err = q.one([]any{&sum, &c.Request, &c.From, &c.To, &c.Answer, instant{&c.At}},
		"SELECT sum, request_id, from_seq, to_seq, answer, made_at FROM once WHERE name = $1", name[:])
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	if err == nil && copy(c.Sum[:], sum) != len(c.Sum) {
		err = fmt.Errorf("a digest of %d bytes", len(sum))
	}
	return c, err == nil, wrap(err, "read a key")
}

// ForgetOnce forgets at most limit keys from before an instant of the real
// clock, oldest first, and says how many.
func (tx *Tx) ForgetOnce(before time.Time, limit int) (int, error) {
	n, err := tx.exec("DELETE FROM once WHERE name IN (SELECT name FROM once WHERE made_at < $1 ORDER BY made_at LIMIT 0 + $2)",
		before.UnixMicro(), limit)
	return int(n), wrap(err, "forget keys")
}
