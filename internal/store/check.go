package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"madoguchi/internal/support"
)

// CheckOptions choose what [Store.Check] does.
type CheckOptions struct {
	// Fold folds a request's facts anew and derives its row; the strings are
	// further problems, of clocks that come out otherwise. It comes from
	// outside, because packs do. Nil: rows are not derived anew.
	Fold func([]support.Fact) (support.Row, []string, error)
	// Found is told each problem as soon as it is found, so that none is held in
	// memory. Nil: they are returned.
	Found func(Problem)
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
// checkpoints that saw other chains. Writers are not held up. It holds in memory
// what belongs to a few subjects at a time, and a digest for each checkpoint. The
// error is of the reading, not of what was found.
func (s *Store) Check(ctx context.Context, o CheckOptions) ([]Problem, error) {
	if err := s.usable(); err != nil {
		return nil, err
	}
	var problems []Problem
	if o.Found == nil {
		o.Found = func(p Problem) { problems = append(problems, p) }
	}
	c := &checker{o: o, d: s.e.dialect(), span: checkSpan, erased: map[int64]bool{}}
	err := s.e.number(ctx)
	if err == nil {
		err = s.e.snapshot(ctx, func(q rows) error {
			c.q = q
			return c.run()
		})
	}
	if err != nil {
		return problems, fmt.Errorf("check: %w", err)
	}
	return problems, nil
}

// checkSpan is how many ids a window of the check has.
const checkSpan = 256

// checker walks the database once, subject by subject. What it knows of all of it
// are the checkpoints, and which texts of no request were erased.
type checker struct {
	q      rows
	o      CheckOptions
	d      dialect
	span   int64
	points []*point       // in order of their positions
	erased map[int64]bool // texts of no request of which an event says so
	w      window
	search searchCheck
	at     walked // the subject whose events are read
	line   []byte // the last one that was digested
}

func (c *checker) wrong(where, format string, args ...any) {
	c.o.Found(Problem{where, fmt.Sprintf(format, args...)})
}

func (c *checker) run() error {
	if err := c.file(); err != nil {
		return err
	}
	nouns, err := c.q.subjects()
	if err != nil {
		return err
	}
	if !slices.Contains(nouns, subjectRequest) { // there may be rows without events
		nouns = append(nouns, subjectRequest)
		slices.Sort(nouns)
	}
	if err := c.unfilled(); err != nil {
		return err
	}
	if err := c.positions(); err != nil {
		return err
	}
	if err := c.ahead(nouns); err != nil {
		return err
	}
	// In the order in which checkpoints digest them.
	for _, noun := range nouns {
		if err := c.windows(noun); err != nil {
			return err
		}
	}
	c.checkpoints()
	if err := c.words(); err != nil {
		return fmt.Errorf("read the words of the search: %w", err)
	}
	if err := c.numbers(); err != nil {
		return err
	}
	return c.rules()
}

// file asks the engine about its own structures.
func (c *checker) file() error {
	if c.d.integrity == "" {
		return nil
	}
	if err := c.d.fulltext.fresh(c.q); err != nil {
		return err
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

// windows goes through the subjects of a noun. Ids that nothing has are jumped
// over.
func (c *checker) windows(subject string) error {
	for from := int64(math.MinInt64); ; {
		first, err := c.first(subject, from)
		if err != nil || !first.Valid {
			return err
		}
		to := int64(math.MaxInt64)
		if first.V < to-c.span {
			to = first.V + c.span - 1
		}
		if err := c.window(subject, first.V, to); err != nil {
			return err
		}
		if to == math.MaxInt64 {
			return nil
		}
		from = to + 1
	}
}

// window checks the subjects of one window. One query is answered at a time.
func (c *checker) window(subject string, from, to int64) error {
	c.w = window{subject: subject, from: from, to: to, named: map[int64]bool{}, erased: map[int64]bool{}, entries: map[entryID]bool{}}
	if err := c.load(); err != nil {
		return fmt.Errorf("read %ss %d to %d: %w", subject, from, to, err)
	}
	if err := c.events(); err != nil {
		return fmt.Errorf("read events of %ss %d to %d: %w", subject, from, to, err)
	}
	if err := c.entries(); err != nil {
		return err
	}
	return c.texts()
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
