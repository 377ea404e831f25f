package sim

import (
	"context"
	"database/sql/driver"
	"errors"
)

var errCrash = errors.New("the node crashed")

// crash lets the node die at a statement: before it, or after it and before its
// answer arrives. Nothing reaches the database from then on.
type crash struct {
	left  int // statements until then; 0: never
	after bool
	dead  bool
	count int // statements so far
}

// arm lets the n-th statement from now be the last.
func (c *crash) arm(n int, after bool) { c.left, c.after = n, after }

func (c *crash) disarm() { c.left = 0 }

// statement tells whether the statement is done, and whether its answer is lost.
func (c *crash) statement() (do, lost bool) {
	if c.dead {
		return false, true
	}
	c.count++
	if c.left == 0 {
		return true, false
	}
	if c.left--; c.left > 0 {
		return true, false
	}
	c.dead = true
	return c.after, true
}

func through[T any](c *crash, fn func() (T, error)) (T, error) {
	var none T
	do, lost := c.statement()
	if !do {
		return none, errCrash
	}
	out, err := fn()
	if lost {
		return none, errors.Join(err, errCrash)
	}
	return out, err
}

type connector struct {
	driver.Connector
	crash *crash
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	real, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return conn{real, c.crash}, nil
}

type conn struct {
	driver.Conn
	crash *crash
}

func (c conn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	st, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt{st, c.crash}, nil
}

func (c conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	return through(c.crash, func() (driver.Result, error) { return c.Conn.(driver.ExecerContext).ExecContext(ctx, text, args) })
}

// QueryContext loses the answer before it was begun: rows that nobody reads
// would hold the file.
func (c conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if _, lost := c.crash.statement(); lost {
		return nil, errCrash
	}
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, text, args)
}

type stmt struct {
	driver.Stmt
	crash *crash
}

func (s stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return through(s.crash, func() (driver.Result, error) { return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args) })
}

func (s stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if _, lost := s.crash.statement(); lost {
		return nil, errCrash
	}
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}
