// Package store keeps the desk's rows: the append-only log of events, the index
// of requests that is derived from it, the parties and their papers, texts,
// effects that wait to be sent, and tokens. It is the only package that knows
// SQL.
//
// It refuses to know what may be done: [support.Decide] has judged before
// [Tx.Append] is called. Only what must hold whoever asks at the same moment is
// guarded here, in the statement that changes it: the version of a request, the
// one primary licence administrator of a contract, the number of support
// administrators, the incidents of a pack, the interval between surveys (R02,
// R50, R52). Every read of customers' rows takes a [Viewer]; what the viewer
// must not see is not_found (A13).
//
// Data layout. A fact is a row of event: its JSON is stored as it was encoded
// and never changed, beside columns that repeat it for queries. Each event
// holds SHA-256(hash of the event before, of the same subject ‖ its stored
// bytes); the first follows a value derived from the subject's name, so that
// whole chains cannot change places. The table head names the last link of each
// chain, event.pos numbers all events of the database in order of commitment
// without a gap. Free text is in content, outside of the chain, bound to its
// fact by a salted hash; erased text is NULL. The table request is an index
// that [Store.Check] can recompute. Instants are microseconds since 1970, UTC.
//
// SQL is one text for two engines; what is SQLite's alone is in sqlite.go and
// the placeholders of migrate.go.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"madoguchi/internal/support"
)

// Store is one open database. All methods may be used at the same time. The
// zero value is not usable; see [Open].
type Store struct {
	path    string
	lock    *fileLock
	readers *sql.DB
	w       *writer
	wake    chan struct{}
	ready   atomic.Bool // the schema is one that this program can use
	close   func() error

	mu    sync.RWMutex
	stmts map[string]*sql.Stmt // of readers, by text
}

// Open opens the database file at path and makes it when it is absent; the
// folder must exist. One process has the file at a time: a second one is
// refused. A file whose schema is older than this program opens, but refuses
// reads and updates until [Store.Migrate]; one that is more than a step newer
// does not open.
func Open(ctx context.Context, path string) (*Store, error) {
	lock, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, lock: lock, wake: make(chan struct{}, 1), stmts: map[string]*sql.Stmt{}}
	s.close = sync.OnceValue(s.shut)
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	if err := private(s.path); err != nil {
		return err
	}
	conn, db, err := openWriter(ctx, s.path)
	if err != nil {
		return err
	}
	s.w = newWriter(db, conn, s.signal)
	if s.readers, err = openReaders(ctx, s.path); err != nil {
		return err
	}
	return s.checkSchema(ctx)
}

// private makes an absent file readable by its owner alone; the engine's files
// beside it take that over. One that exists keeps what its owner has set.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// Close lets running updates finish, refuses later ones, and gives the file
// back. Closing twice is harmless.
func (s *Store) Close() error { return s.close() }

func (s *Store) shut() error {
	s.ready.Store(false)
	var errs []error
	s.mu.Lock()
	for text, st := range s.stmts {
		errs = append(errs, st.Close())
		delete(s.stmts, text)
	}
	s.mu.Unlock()
	if s.readers != nil {
		errs = append(errs, s.readers.Close())
	}
	if s.w != nil {
		errs = append(errs, s.w.close())
	}
	return errors.Join(append(errs, s.lock.release())...)
}

// Update runs fn in a transaction and returns when what it wrote is durable;
// it is the only way to write. An error of fn undoes what fn did and nothing
// else; it is returned as it is. fn may run twice, so it touches nothing but
// tx and what it may set again, and it must not call Update: that would wait
// for itself. A ctx that ends before fn has started keeps it from starting;
// later it has no effect. A panic of fn is an error of fn.
func (s *Store) Update(ctx context.Context, fn func(tx *Tx) error) error {
	if err := s.usable(); err != nil {
		return err
	}
	return s.w.update(ctx, fn)
}

// Wake is signalled after commits that inserted effects or moved a due_at. It
// holds one signal: look at everything that may be due after each.
func (s *Store) Wake() <-chan struct{} { return s.wake }

func (s *Store) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Store) usable() error {
	if !s.ready.Load() {
		return fmt.Errorf("database %s is closed or not migrated: run `madoguchi migrate`", s.path)
	}
	return nil
}

// rows reads; it is the same for a running update and for the pool.
type rows struct {
	ctx  context.Context
	stmt func(ctx context.Context, text string) (*sql.Stmt, error)
}

// reads gives the pool's side of rows.
func (s *Store) reads(ctx context.Context) (rows, error) {
	if err := s.usable(); err != nil {
		return rows{}, err
	}
	return rows{ctx: ctx, stmt: s.prepared}, nil
}

// prepared keeps each text prepared once: database/sql prepares it again on
// each of the pool's connections when it first gets there.
func (s *Store) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	s.mu.RLock()
	st := s.stmts[text]
	s.mu.RUnlock()
	if st != nil {
		return st, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.stmts[text]; st != nil {
		return st, nil
	}
	st, err := s.readers.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	s.stmts[text] = st
	return st, nil
}

// all runs a query and scans every row of it with scan.
func (q rows) all(scan func(row scanner) error, text string, args ...any) error {
	st, err := q.stmt(q.ctx, text)
	if err != nil {
		return err
	}
	rs, err := st.QueryContext(q.ctx, args...)
	if err != nil {
		return err
	}
	defer rs.Close()
	for rs.Next() {
		if err := scan(rs); err != nil {
			return err
		}
	}
	return rs.Err()
}

// one scans the only row of a query; [sql.ErrNoRows] when there is none.
func (q rows) one(dest []any, text string, args ...any) error {
	st, err := q.stmt(q.ctx, text)
	if err != nil {
		return err
	}
	return st.QueryRowContext(q.ctx, args...).Scan(dest...)
}

// absent turns a missing row into the refusal that doors show.
func absent(err error, key string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return support.Refuse(support.NotFound, key)
	}
	return err
}
