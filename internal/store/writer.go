package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// How many closures share a commit, how long the first of them may be held back for
// others that have not come yet, and how long those that wait may go on running
// before it: as long as four commits take, within bounds, so that a slow disk is
// asked seldom and nobody waits long for the others' sake.
const (
	batchMax  = 64
	batchWait = 2 * time.Millisecond
	batchRuns = 20 * time.Millisecond
)

var errClosed = errors.New("database is closed")

// writer owns the one connection that writes. Closures of all callers run on
// its goroutine, each in a savepoint, and share a commit with those that wait
// at the same moment. One caller alone is never held back: the writer waits for
// others only when the commit before was shared, for at most half of what that
// commit took.
//
// Closures under [Behind] stand in a line of their own. They run while nobody else
// waits; whoever comes then is next, and shares the commit. One of them goes along
// with each commit of the others, so that they are late and never left out.
type writer struct {
	db     *sql.DB
	conn   *sql.Conn
	signal func(Work)
	jobs   chan *job
	later  chan *job // of those who stand behind
	quit   chan struct{}
	ended  chan struct{}
	once   sync.Once
	line   *gate // of those whose closure has not begun

	// All below belongs to the goroutine.
	stmts   map[string]*sql.Stmt
	pos     int64 // of the last event; -1: ask the database
	work    Work  // that this batch leaves
	batch   []*job
	ran     int // jobs of the batch that have run
	people  int // jobs of the batch that do not stand behind
	shared  int // of the batch before
	took    time.Duration
	running bool // inside a caller's closure
}

// job is one waiting closure.
type job struct {
	fn      func(tx *Tx) error
	err     error
	done    chan error
	claimed atomic.Bool // by the writer, or by the caller who gave up
}

func newWriter(db *sql.DB, conn *sql.Conn, signal func(Work)) *writer {
	w := &writer{
		db: db, conn: conn, signal: signal, jobs: make(chan *job), later: make(chan *job), quit: make(chan struct{}), ended: make(chan struct{}),
		stmts: map[string]*sql.Stmt{}, pos: -1, line: newGate(1),
	}
	go w.loop()
	return w
}

func (w *writer) update(ctx context.Context, fn func(tx *Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	late, end, err := w.line.wait(ctx)
	if err != nil {
		return err
	}
	defer end()
	j, jobs := &job{fn: fn, done: make(chan error, 1)}, w.jobs
	if isBehind(ctx) {
		jobs = w.later
	}
	select {
	case jobs <- j:
	case <-late:
		return w.line.busy()
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return errClosed
	}
	select {
	case err := <-j.done:
		return err
	case <-late:
		if j.claimed.CompareAndSwap(false, true) {
			return w.line.busy()
		}
		return <-j.done
	case <-ctx.Done():
		if j.claimed.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return <-j.done
	}
}

func (w *writer) close() error {
	w.once.Do(func() { close(w.quit) })
	<-w.ended
	// A connection with open statements stays half open, with its log beside
	// the database.
	var errs []error
	for _, st := range w.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.db.Close())...)
}

// loop runs until close. A closure that ends its goroutine, as a failing test
// does, takes this one along: another goroutine then goes on where it was.
func (w *writer) loop() {
	orderly := false
	defer func() {
		if orderly {
			close(w.ended)
			return
		}
		if w.running {
			w.running = false
			w.rollback(errors.New("the update ended its goroutine"))
		}
		go w.loop()
	}()
	for {
		if len(w.batch) == 0 && !w.person() {
			select {
			case j := <-w.jobs:
				w.take(j, true)
			case j := <-w.later:
				w.take(j, false)
			case <-w.quit:
				orderly = true
				return
			}
		}
		w.commit()
	}
}

func (w *writer) take(j *job, person bool) {
	w.batch = append(w.batch, j)
	if person {
		w.people++
	}
}

// person takes a closure of people that waits, other one of those that stand
// behind; they tell whether there was one.
func (w *writer) person() bool {
	select {
	case j := <-w.jobs:
		w.take(j, true)
		return true
	default:
		return false
	}
}

func (w *writer) other() bool {
	select {
	case j := <-w.later:
		w.take(j, false)
		return true
	default:
		return false
	}
}

// rollback gives up the whole batch; every caller gets the error.
func (w *writer) rollback(err error) {
	if _, e := w.exec("ROLLBACK"); e != nil {
		err = errors.Join(err, e)
	}
	w.pos = -1
	w.answer(func(*job) error { return err })
}

func (w *writer) answer(result func(j *job) error) {
	for _, j := range w.batch {
		j.done <- result(j)
	}
	w.batch, w.ran, w.people, w.work = w.batch[:0], 0, 0, Work{}
}

// commit runs the batch, and whoever joins while it runs, in one transaction.
func (w *writer) commit() {
	if _, err := w.exec("BEGIN IMMEDIATE"); err != nil {
		err = fmt.Errorf("begin update: %w", err)
		w.answer(func(*job) error { return err })
		return
	}
	start := time.Now()
	for {
		for ; w.ran < len(w.batch); w.ran++ {
			if err := w.run(w.batch[w.ran]); err != nil {
				w.rollback(fmt.Errorf("undo update: %w", err))
				return
			}
		}
		if !w.join(start) {
			break
		}
	}
	begun := time.Now()
	if _, err := w.exec("COMMIT"); err != nil {
		w.rollback(fmt.Errorf("commit update: %w", err))
		return
	}
	w.took, w.shared = time.Since(begun), w.people
	if !w.work.none() {
		w.signal(w.work)
	}
	w.answer(func(j *job) error { return j.err })
}

// join takes another closure into the batch and tells whether there was one.
func (w *writer) join(start time.Time) bool {
	ran := time.Since(start)
	open := len(w.batch) < batchMax && ran < w.lasts()
	if open && w.person() {
		return true
	}
	if alone := w.people == 0; (open && alone || len(w.batch) == w.people) && w.other() {
		return true
	}
	left := batchWait - ran
	if !open || left <= 0 || w.people == 0 || w.people >= w.shared {
		return false
	}
	t := time.NewTimer(min(left, w.took/2))
	defer t.Stop()
	select {
	case j := <-w.jobs:
		w.take(j, true)
		return true
	case <-t.C:
	case <-w.quit:
	}
	return false
}

// lasts is how long closures may run before their commit. Those that stand behind
// may have it all: nobody is kept, for whoever comes is next.
func (w *writer) lasts() time.Duration {
	if w.people == 0 {
		return batchRuns
	}
	return min(max(batchWait, 4*w.took), batchRuns)
}

// run runs one closure in its savepoint. Its own error is kept for its caller;
// an error returned here means that the transaction is lost.
func (w *writer) run(j *job) error {
	if !j.claimed.CompareAndSwap(false, true) {
		return nil
	}
	if _, err := w.exec("SAVEPOINT closure"); err != nil {
		return err
	}
	pos := w.pos
	w.running = true
	work, err := call(w, j.fn, func() { w.running = false })
	j.err = err
	if err == nil {
		w.work = w.work.and(work)
	} else {
		w.pos = pos
		if _, err := w.exec("ROLLBACK TO closure"); err != nil {
			return errors.Join(j.err, err)
		}
	}
	_, err = w.exec("RELEASE closure")
	return err
}

func (w *writer) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if st := w.stmts[text]; st != nil {
		return st, nil
	}
	st, err := w.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	w.stmts[text] = st
	return st, nil
}

func (w *writer) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	st, err := w.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func (w *writer) script(text string) error {
	_, err := w.conn.ExecContext(context.Background(), text)
	return err
}

func (w *writer) exec(text string, args ...any) (int64, error) {
	st, err := w.prepared(context.Background(), text)
	if err != nil {
		return 0, err
	}
	res, err := st.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// position numbers an event of the feed. Nobody else writes, so the number is
// known at once; the savepoint and the commit take it back when they fail.
func (w *writer) position() (any, error) {
	if w.pos < 0 {
		q := rows{ctx: context.Background(), query: w.query}
		if err := q.one([]any{&w.pos}, "SELECT COALESCE(MAX(pos), 0) FROM event"); err != nil {
			return 0, fmt.Errorf("number event: %w", err)
		}
	}
	w.pos++
	return w.pos, nil
}

// undone forgets the number of the last event: it may be one that is gone.
func (w *writer) undone() { w.pos = -1 }

func (w *writer) dialect() dialect { return sqliteDialect }
