package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// readerConns is the size of the pool of readers, preparedMax how many texts it
// keeps prepared: lists have one for each choice of filters.
const (
	readerConns = 4
	preparedMax = 256
)

// sqliteEngine is one file: a writer, which shares commits, and readers that
// never wait for it.
type sqliteEngine struct {
	*writer
	lock    *fileLock
	readers *sql.DB
	gate    *gate // of readers

	mu       sync.RWMutex
	prepared map[string]*sql.Stmt // of readers, by text
}

var sqliteDialect = dialect{
	name: "sqlite",
	words: strings.NewReplacer(
		"{{id}}", "INTEGER PRIMARY KEY", "{{i64}}", "INTEGER", "{{bool}}", "INTEGER", "{{bytes}}", "BLOB", "{{strict}}", " STRICT",
	),
	hasTable:    "SELECT COUNT(*) FROM sqlite_schema WHERE name = $1",
	integrity:   "PRAGMA integrity_check",
	danglers:    "PRAGMA foreign_key_check",
	nextRequest: "SELECT next FROM counter WHERE name = 'request'",
	drawRequest: "UPDATE counter SET next = next + 1 WHERE name = 'request' RETURNING next - 1",
	columns: `SELECT t.name, c.name, c.type, c.pk FROM sqlite_schema t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~'`,
	references: `SELECT t.name, r."table" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) r WHERE t.type = 'table'`,
	fulltext:   sqliteWords{},
	resume:     resumeSQLite,
}

// resumeSQLite sets the next request, remembers how many there are not, and
// numbers events that were written where that is done later.
func resumeSQLite(tx *Tx, nextRequest, missing int64) error {
	if _, err := tx.exec("UPDATE counter SET next = $1 WHERE name = 'request'", nextRequest); err != nil {
		return err
	}
	if missing != 0 {
		if _, err := tx.exec("INSERT INTO counter (name, next) VALUES ($1, $2)", missingRequests, missing); err != nil {
			return err
		}
	}
	tx.c.undone() // the position of the last event is another one now
	_, err := tx.exec(numberEvents)
	return err
}

func openSQLite(ctx context.Context, path string, signal func(Work), over Over) (engine, error) {
	lock, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	e := &sqliteEngine{lock: lock, gate: newGate(readerConns), prepared: map[string]*sql.Stmt{}}
	if err := e.open(ctx, path, signal, over); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

func (e *sqliteEngine) open(ctx context.Context, path string, signal func(Work), over Over) error {
	if err := private(path); err != nil {
		return err
	}
	conn, db, err := openWriter(ctx, path, over)
	if err != nil {
		return err
	}
	e.writer = newWriter(db, conn, signal)
	e.readers, err = openReaders(ctx, path)
	return err
}

// sqliteBeside is a file that another process may have: it is read, and knows no
// lock and no writer.
type sqliteBeside struct{ *sqliteEngine }

var errBeside = errors.New("the database was opened to be read")

func (sqliteBeside) update(context.Context, func(tx *Tx) error) error    { return errBeside }
func (sqliteBeside) migrating(context.Context, func(tx *Tx) error) error { return errBeside }
func (sqliteBeside) dialect() dialect                                    { return sqliteDialect }

func besideSQLite(ctx context.Context, path string) (engine, error) {
	e := sqliteBeside{&sqliteEngine{lock: &fileLock{}, gate: newGate(readerConns), prepared: map[string]*sql.Stmt{}}}
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	var err error
	if e.readers, err = openReaders(ctx, path); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
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

func (e *sqliteEngine) close() error {
	var errs []error
	e.mu.Lock()
	for text, st := range e.prepared {
		errs = append(errs, st.Close())
		delete(e.prepared, text)
	}
	e.mu.Unlock()
	if e.readers != nil {
		errs = append(errs, e.readers.Close())
	}
	if e.writer != nil {
		errs = append(errs, e.writer.close())
	}
	return errors.Join(append(errs, e.lock.release())...)
}

func (e *sqliteEngine) enter(ctx context.Context) (func(), error) { return e.gate.enter(ctx) }

// load adds those who wait to write to those who wait to read.
func (e *sqliteEngine) load() Load {
	l := e.gate.load()
	if e.writer != nil {
		l.Waiting += int(e.line.waiting.Load())
		l.Refused += e.line.refused.Load()
	}
	return l
}

// query reads by the pool. database/sql prepares a text again on each of the
// pool's connections when it first gets there.
func (e *sqliteEngine) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	e.mu.RLock()
	st, full := e.prepared[text], len(e.prepared) >= preparedMax
	e.mu.RUnlock()
	if st == nil && full {
		return e.readers.QueryContext(ctx, text, args...)
	}
	if st == nil {
		var err error
		if st, err = e.prepare(ctx, text); err != nil {
			return nil, err
		}
	}
	return st.QueryContext(ctx, args...)
}

func (e *sqliteEngine) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if st := e.prepared[text]; st != nil {
		return st, nil
	}
	st, err := e.readers.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	e.prepared[text] = st
	return st, nil
}

func (e *sqliteEngine) migrating(ctx context.Context, fn func(tx *Tx) error) error {
	return e.update(ctx, fn)
}

// number has nothing to do: events are numbered as they are written.
func (e *sqliteEngine) number(context.Context) error { return nil }

func (e *sqliteEngine) snapshot(ctx context.Context, fn func(q rows) error) error {
	leave, err := e.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	conn, err := e.readers.Conn(ctx)
	if err != nil {
		return err
	}
	stmts := map[string]*sql.Stmt{}
	q := rows{ctx: ctx, query: func(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
		st, err := stmts[text], error(nil)
		if st == nil {
			if st, err = conn.PrepareContext(ctx, text); err != nil {
				return nil, err
			}
			stmts[text] = st
		}
		return st.QueryContext(ctx, args...)
	}}
	_, err = conn.ExecContext(ctx, "BEGIN")
	if err == nil {
		err = fn(q)
		_, end := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		err = errors.Join(err, end)
	}
	for _, st := range stmts {
		err = errors.Join(err, st.Close())
	}
	return errors.Join(err, conn.Close())
}

// openWriter opens the one connection that writes. What is erased is
// overwritten in the file and not only unlinked. What savepoints may have to put
// back is kept in memory: otherwise it is written to a file beside.
func openWriter(ctx context.Context, path string, over Over) (*sql.Conn, *sql.DB, error) {
	c, err := sqlite.NewConnector(dsn(path, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)", "temp_store(MEMORY)"))
	if err != nil {
		return nil, nil, err
	}
	if over != nil {
		c = over(c)
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	var mode string
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		err = errors.Join(err, conn.Close(), db.Close())
		return nil, nil, fmt.Errorf("journal mode is %q, not wal: the file must be on a local disk: %w", mode, err)
	}
	return conn, db, nil
}

// openReaders opens the pool of connections that cannot write.
func openReaders(ctx context.Context, path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, "query_only(1)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readerConns)
	db.SetMaxIdleConns(readerConns)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// dsn escapes the path, so that a question mark in a folder's name stays one.
func dsn(path string, pragmas ...string) string {
	var b strings.Builder
	b.WriteString("file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(5000)")
	for _, p := range pragmas {
		b.WriteString("&_pragma=" + p)
	}
	return b.String()
}

func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// sqliteClass sorts an error of this engine.
func sqliteClass(err error) class {
	switch c := sqliteCode(err); {
	case c == sqlite3.SQLITE_CONSTRAINT_UNIQUE || c == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return classUnique
	case c == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return classMissing
	case c == sqlite3.SQLITE_CONSTRAINT_CHECK:
		return classCheck
	case c&0xff == sqlite3.SQLITE_FULL:
		return classFull
	}
	return classOther
}
