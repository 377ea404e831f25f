package sim

import (
	"context"
	"database/sql/driver"
	"errors"
)

var errCrash = errors.New("the node crashed")

// crash lets the node die at a statement, a commit among them: before it, or
// after it and before its answer arrives. Nothing reaches the database from then
// on.
type crash struct {
	left    int // statements until then; 0: never
	commits int // that come before those are counted, from the last of them on
	after   bool
	dead    bool
	count   int // statements so far
}

// arm lets the n-th statement from now be the last.
func (c *crash) arm(n int, after bool) { c.commits, c.left, c.after = 0, n, after }

func (c *crash) disarm() { c.left = 0 }

// statement tells whether the statement is done, and whether its answer is lost.
func (c *crash) statement(commits bool) (do, lost bool) {
	if c.dead {
		return false, true
	}
	c.count++
	if c.left == 0 {
		return true, false
	}
	if c.commits > 0 && commits {
		c.commits--
	}
	if c.commits > 0 {
		return true, false
	}
	if c.left--; c.left > 0 {
		return true, false
	}
	c.dead = true
	return c.after, true
}

type connector struct {
	driver.Connector
	crash  *crash
	server bool // there is a server, which undoes what a node that died had begun
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	real, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if !c.server { // a node that dies leaves the machine running, which has every write
		if _, err := real.(driver.ExecerContext).ExecContext(ctx, "PRAGMA synchronous = OFF", nil); err != nil {
			return nil, errors.Join(err, real.Close())
		}
	}
	return conn{real, c}, nil
}

type conn struct {
	driver.Conn
	of connector
}

// died ends the connection, so that the node beside does not wait for it.
func (c conn) died() error {
	if !c.of.server {
		return errCrash
	}
	return errors.Join(errCrash, c.Conn.Close())
}

func through[T any](c conn, commits bool, fn func() (T, error)) (T, error) {
	var none T
	do, lost := c.of.crash.statement(commits)
	if !do {
		return none, c.died()
	}
	out, err := fn()
	if lost {
		return none, errors.Join(err, c.died())
	}
	return out, err
}

// asks loses the answer before it was begun: rows that nobody reads would hold
// the file.
func (c conn) asks(fn func() (driver.Rows, error)) (driver.Rows, error) {
	if _, lost := c.of.crash.statement(false); lost {
		return nil, c.died()
	}
	return fn()
}

func (c conn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	st, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt{st, c, text == "COMMIT"}, nil
}

func (c conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	return through(c, false, func() (driver.Result, error) { return c.Conn.(driver.ExecerContext).ExecContext(ctx, text, args) })
}

func (c conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	return c.asks(func() (driver.Rows, error) { return c.Conn.(driver.QueryerContext).QueryContext(ctx, text, args) })
}

// CheckNamedValue leaves to the real driver which values it takes.
func (c conn) CheckNamedValue(v *driver.NamedValue) error {
	if own, ok := c.Conn.(driver.NamedValueChecker); ok {
		return own.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

func (c conn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	real, err := through(c, false, func() (driver.Tx, error) { return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o) })
	if err != nil {
		return nil, err
	}
	return tx{real, c}, nil
}

type tx struct {
	driver.Tx
	conn conn
}

func (t tx) Commit() error {
	_, err := through(t.conn, true, func() (any, error) { return nil, t.Tx.Commit() })
	return err
}

func (t tx) Rollback() error {
	_, err := through(t.conn, false, func() (any, error) { return nil, t.Tx.Rollback() })
	return err
}

type stmt struct {
	driver.Stmt
	conn    conn
	commits bool
}

func (s stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return through(s.conn, s.commits, func() (driver.Result, error) { return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args) })
}

func (s stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.conn.asks(func() (driver.Rows, error) { return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args) })
}
