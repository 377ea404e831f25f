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
// Data layout. A fact is a row of event: its JSON is stored as it was encoded,
// pressed when it is long, and never changed, beside columns that repeat it for queries. Each event
// holds SHA-256(hash of the event before, of the same subject ‖ its stored
// bytes); the first follows a value derived from the subject's name, so that
// whole chains cannot change places. The table head names the last link of each
// chain, event.pos numbers all events of the database in order of commitment
// without a gap. Free text is in content, outside of the chain, bound to its
// fact by a salted hash; erased text is NULL. The table request is an index
// that [Store.Check] can recompute. Instants are microseconds since 1970, UTC.
//
// SQL is one text for two engines, SQLite and PostgreSQL; what is one engine's
// alone is in the files named after it ([engine]) and in the marked blocks of
// migrations.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"madoguchi/internal/support"
)

// Store is one open database. All methods may be used at the same time. The
// zero value is not usable; see [Open].
type Store struct {
	name   string // of the database, as errors tell it
	e      engine
	wake   chan Work
	waking sync.Mutex  // of who puts something into wake
	ready  atomic.Bool // the schema is one that this program can use
	close  func() error
	// steps are those of the schema that this program has.
	steps func(dialect) ([]migration, error)

	latency latency // of updates that were kept
	pulse   pulse

	examines int // requests that a list looks at for one page
}

// engine is what SQLite and PostgreSQL do in different ways.
type engine interface {
	// update runs fn in a transaction and returns when it is durable.
	update(ctx context.Context, fn func(tx *Tx) error) error
	// migrating is update for a step of the schema: one process at a time.
	migrating(ctx context.Context, fn func(tx *Tx) error) error
	// enter waits for a turn to query.
	enter(ctx context.Context) (leave func(), err error)
	load() Load
	// query reads outside of updates.
	query(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	// snapshot gives fn the whole database as it is at one instant, one query after
	// the other.
	snapshot(ctx context.Context, fn func(q rows) error) error
	// number gives each committed event its position in the feed.
	number(ctx context.Context) error
	dialect() dialect
	close() error
}

// dialect are the engine's own words.
type dialect struct {
	name string // as migrations mark blocks: sqlite, postgresql
	// words replaces the placeholders of migrations.
	words *strings.Replacer
	// hasTable counts the tables of a name.
	hasTable string
	// integrity and danglers ask the engine about its own structures, and about
	// references that lead nowhere; "": it cannot be asked, or guards them itself.
	integrity, danglers string
	// nextRequest is the id that the next request will have; drawRequest takes it.
	nextRequest, drawRequest string
	// gaps: an update that fails does not give its id back, and the newest events
	// may still wait for their position.
	gaps bool
	// columns lists the columns of all tables with their types and their places
	// in the primary key, references the tables that a table's rows name.
	columns, references string
	// bytewise orders texts by their bytes; exclusive keeps all others from
	// writing to tables until the update ends, "" where nobody else can.
	bytewise, exclusive string
	// fulltext finds words.
	fulltext fulltext
	// resume lets new rows go on after those that an import has entered.
	resume func(tx *Tx, nextRequest, missing int64) error
}

// Open opens a database: a URL that begins with postgres:// is one of
// PostgreSQL, which must exist, and anything else is the path of a SQLite file,
// which is made when it is absent in a folder that must exist. One process has
// a file at a time: a second one is refused. A database whose schema is older
// than this program opens, but refuses reads and updates until [Store.Migrate];
// one that is more than a step newer does not open.
func Open(ctx context.Context, where string) (*Store, error) { return OpenOver(ctx, where, nil) }

// Over wraps the driver of what writes, so that each of its statements can be
// counted, and made to fail.
type Over func(driver.Connector) driver.Connector

// OpenOver is [Open] with a driver that the simulation breaks; nil wraps
// nothing. Reads outside of updates and the numbering of events, which have
// times of their own, go past it.
func OpenOver(ctx context.Context, where string, over Over) (*Store, error) {
	return openSteps(ctx, where, over, migrations)
}

func openSteps(ctx context.Context, where string, over Over, steps func(dialect) ([]migration, error)) (*Store, error) {
	s := &Store{name: where, wake: make(chan Work, 1), steps: steps, examines: maxExamined}
	s.close = sync.OnceValue(s.shut)
	var err error
	if IsURL(where) {
		s.name = spoken(where)
		s.e, err = openPostgres(ctx, where, s.signal, over)
	} else {
		s.e, err = openSQLite(ctx, where, s.signal, over)
	}
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", s.name, err)
	}
	if err := s.checkSchema(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", s.name, err), s.Close())
	}
	return s, nil
}

// OpenBeside opens a database to be read while a desk may have it: a file that
// exists, or a database of PostgreSQL. Updates are refused, and it must have
// been migrated.
func OpenBeside(ctx context.Context, where string) (*Store, error) {
	if IsURL(where) {
		return Open(ctx, where)
	}
	s := &Store{name: where, wake: make(chan Work, 1), steps: migrations, examines: maxExamined}
	s.close = sync.OnceValue(s.shut)
	var err error
	if s.e, err = besideSQLite(ctx, where); err != nil {
		return nil, fmt.Errorf("open database %s: %w", s.name, err)
	}
	if err := s.checkSchema(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", s.name, err), s.Close())
	}
	return s, nil
}

// IsURL tells whether a database is named by URL: PostgreSQL's are.
func IsURL(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// Close lets running updates finish, refuses later ones, and gives the file
// back. Closing twice is harmless.
func (s *Store) Close() error { return s.close() }

func (s *Store) shut() error {
	s.ready.Store(false)
	return s.e.close()
}

// Update runs fn in a transaction and returns when what it wrote is durable;
// it is the only way to write. An error of fn undoes what fn did and nothing
// else; it is returned as it is. fn may run twice, so it touches nothing but
// tx and what it may set again, and it must not call Update: that would wait
// for itself. A ctx that ends before fn has started keeps it from starting;
// later it has no effect, but that PostgreSQL takes back what has not come to
// its commit by the deadline of a [Hurried] one. A panic of fn is an error of
// fn. Under a ctx of [WithOnce] it may end with [ErrSpent].
func (s *Store) Update(ctx context.Context, fn func(tx *Tx) error) error {
	if err := s.usable(); err != nil {
		return err
	}
	fn, done := single(ctx, fn)
	began := time.Now()
	err := s.e.update(ctx, fn)
	if err == nil {
		s.latency.add(time.Since(began))
		done()
	}
	return explained(err)
}

type behind struct{}

// Behind is the context of what machines do by themselves: its updates let those of
// people go first, where one is written after the other.
func Behind(ctx context.Context) context.Context { return context.WithValue(ctx, behind{}, true) }

func isBehind(ctx context.Context) bool { return ctx.Value(behind{}) != nil }

// DiskFull is the key of the refusal of what finds no room on the disk.
const DiskFull = "desk.disk_full"

// explained adds a refusal to a database that cannot be used just now: nothing
// was kept, and the same may be asked again.
func explained(err error) error {
	switch {
	case err == nil || support.CodeOf(err) == support.Busy:
		return err
	case isFull(err):
		return errors.Join(support.Refuse(support.Busy, DiskFull), err)
	case isAway(err):
		return errors.Join(support.Refuse(support.Busy, databaseAway), err)
	case errors.Is(err, context.DeadlineExceeded):
		return errors.Join(support.Refuse(support.Busy, DatabaseSlow), err)
	case isText(err): // asked for by a name that cannot be one; SQLite finds nothing
		return errors.Join(support.Refuse(support.Invalid, "text.not_utf8"), err)
	}
	return err
}

// Number gives each committed event that has none its position in the feed.
// SQLite's have theirs from the start; PostgreSQL's get it at the latest 200 ms
// after their commit without this.
func (s *Store) Number(ctx context.Context) error {
	if err := s.usable(); err != nil {
		return err
	}
	return s.e.number(ctx)
}

// Load is how much is asked of the database just now.
func (s *Store) Load() Load { return s.e.load() }

// Name is what the database is called where people read it: a path, or a URL
// without its password.
func (s *Store) Name() string { return s.name }

func (s *Store) usable() error {
	if !s.ready.Load() {
		return fmt.Errorf("database %s is closed or not migrated: run `madoguchi migrate`", s.name)
	}
	return nil
}

// rows reads; it is the same for a running update and for the pool.
type rows struct {
	ctx   context.Context
	query func(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	// enter waits for a turn; nil: it is the update's own.
	enter func(ctx context.Context) (leave func(), err error)
}

// reads gives the pool's side of rows.
func (s *Store) reads(ctx context.Context) (rows, error) {
	if err := s.usable(); err != nil {
		return rows{}, err
	}
	return rows{ctx: ctx, query: s.e.query, enter: s.e.enter}, nil
}

// all runs a query and scans every row of it with scan.
func (q rows) all(scan func(row scanner) error, text string, args ...any) error {
	if q.enter == nil {
		return q.every(scan, text, args...)
	}
	leave, err := q.enter(q.ctx)
	if err == nil {
		defer leave()
		err = q.every(scan, text, args...)
	}
	return explained(err)
}

func (q rows) every(scan func(row scanner) error, text string, args ...any) error {
	rs, err := q.query(q.ctx, text, args...)
	if err != nil {
		return silent(err)
	}
	defer rs.Close()
	for rs.Next() {
		if err := scan(rs); err != nil {
			return silent(err)
		}
	}
	return silent(rs.Err())
}

// one scans the only row of a query; [sql.ErrNoRows] when there is none.
func (q rows) one(dest []any, text string, args ...any) error {
	err := sql.ErrNoRows
	all := q.all(func(r scanner) error {
		if err == nil {
			return nil // what is asked for by key is there once
		}
		err = nil
		return r.Scan(dest...)
	}, text, args...)
	return cmp.Or(all, err)
}

// Tx is a running update. It ends when the closure returns; what is used after
// that answers with an error.
type Tx struct {
	rows
	c    change
	work Work           // for the background, after the commit
	came Came           // for the key that the update is asked under
	ends map[int64]link // of the chains of requests, as they were read
	over bool
}

// change is the engine's side of a running update.
type change interface {
	query(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	exec(text string, args ...any) (int64, error)
	// script runs several statements without arguments.
	script(text string) error
	dialect() dialect
	// position is the place in the feed of the event that is being appended; nil
	// where it gets that after the commit.
	position() (any, error)
	// undone says that a part of the update was taken back.
	undone()
}

var errOver = errors.New("the update is over: a closure must not keep its tx")

// call runs a closure; a panic of its is its error. ended is told when the
// closure returned or panicked, and not when it ended its goroutine.
func call(c change, fn func(tx *Tx) error, ended func()) (work Work, err error) {
	tx := &Tx{c: c}
	tx.rows = rows{ctx: context.Background(), query: tx.ask}
	returned := false
	defer func() {
		tx.over = true
		if r := recover(); r != nil {
			err = fmt.Errorf("update panicked: %v\n%s", r, debug.Stack())
			returned = true
		}
		if returned {
			ended()
		}
	}()
	err = fn(tx)
	returned = true
	return tx.work, err
}

func (tx *Tx) ask(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if tx.over {
		return nil, errOver
	}
	return tx.c.query(ctx, text, args...)
}

// exec runs a statement and gives the number of rows that it changed.
func (tx *Tx) exec(text string, args ...any) (int64, error) {
	if tx.over {
		return 0, errOver
	}
	n, err := tx.c.exec(text, args...)
	return n, silent(err)
}

// script runs several statements without arguments.
func (tx *Tx) script(text string) error {
	if tx.over {
		return errOver
	}
	return tx.c.script(text)
}

// Part runs fn as a part of the update: when it fails, what it did is undone
// and the rest of the update stays. Its error is returned as it is. Parts may
// hold parts. An error that is no refusal should end the whole update.
func (tx *Tx) Part(fn func(tx *Tx) error) error {
	if _, err := tx.exec("SAVEPOINT part"); err != nil {
		return fmt.Errorf("begin part: %w", err)
	}
	err := fn(tx)
	if err != nil {
		tx.c.undone()
		tx.ends = nil
		if _, undo := tx.exec("ROLLBACK TO SAVEPOINT part"); undo != nil {
			return errors.Join(err, fmt.Errorf("undo part: %w", undo))
		}
	}
	if _, end := tx.exec("RELEASE SAVEPOINT part"); end != nil {
		return errors.Join(err, fmt.Errorf("end part: %w", end))
	}
	return err
}

// absent turns a missing row into the refusal that doors show.
func absent(err error, key string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return support.Refuse(support.NotFound, key)
	}
	return err
}
