// Oracle compares package calendar with a second, slow and plain opinion: it lays a random calendar over every minute
// (sometimes every second) of some weeks by looking at the wall clock, and answers questions by walking from bit to bit.
//
// It refuses to know how the engine works: it shares no code with it, not even the reading of windows, only the zone data.
// Data layout: one bit for each unit of time; instants are microseconds from the first.
//
//	go run ./internal/oracle -n 1000000           a million answers under a fresh seed
//	go run ./internal/oracle -seed 42 -calendar 7 the questions about one calendar again
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"madoguchi/internal/calendar"
)

// questionsEach is how many questions one calendar is asked; making its bits costs far more than walking them.
const questionsEach = 20

func main() {
	n := flag.Int("n", 20_000, "how many answers to compare")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of calendars and questions; fresh unless given")
	only := flag.Int64("calendar", -1, "ask about this calendar of the seed alone")
	flag.Parse()
	fmt.Printf("oracle: seed %d, zone data %s\n", *seed, calendar.TZData())
	started := time.Now()
	var t tally
	var err error
	if *only >= 0 {
		err = examine(*seed, uint64(*only), &t)
	} else {
		err = examineMany(*seed, *n, &t)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "oracle: %v\n", err)
		os.Exit(1)
	}
	fmt.Printf("oracle: %s in %.1f s\n", t.String(), time.Since(started).Seconds())
}

// tally counts the questions that both answered alike, by operation, and those whose answer lay beyond the walk.
type tally struct {
	byOp   [5]atomic.Int64
	beyond atomic.Int64
}

var ops = [5]string{"add", "subtract", "between", "next", "open"}

// String is one line for people.
func (t *tally) String() string {
	sum := int64(0)
	text := ""
	for i := range t.byOp {
		n := t.byOp[i].Load()
		sum += n
		text += fmt.Sprintf(", %s %d", ops[i], n)
	}
	return fmt.Sprintf("%d answers, all equal%s; %d questions led beyond the walk", sum, text, t.beyond.Load())
}

// examineMany compares n answers, rounded up to whole calendars, on every core; the first difference ends it.
func examineMany(seed uint64, n int, t *tally) error {
	calendars := uint64((n + questionsEach - 1) / questionsEach)
	var next atomic.Uint64
	var failed atomic.Bool
	errs := make([]error, runtime.GOMAXPROCS(0))
	var workers sync.WaitGroup
	for i := range errs {
		workers.Go(func() {
			for !failed.Load() {
				index := next.Add(1) - 1
				if index >= calendars {
					return
				}
				if errs[i] = examine(seed, index, t); errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func examine(seed, index uint64, t *tally) error {
	g, err := newGenerator(seed, index)
	if err != nil {
		return err
	}
	spec := g.spec()
	c, err := calendar.Compile(spec)
	if err != nil {
		return fmt.Errorf("seed %d calendar %d: %w", seed, index, err)
	}
	w := newWalk(g.h, g.from, g.to)
	// Whether a desk is open and for how long can always be told, so this ends.
	for answered := 0; answered < questionsEach; {
		op := g.IntN(len(ops))
		decided, wrong := ask(g, w, c, op, t)
		if decided {
			answered++
		}
		if wrong != "" {
			text, err := json.Marshal(spec)
			return fmt.Errorf("run again with -seed %d -calendar %d: %s %s\n%s (%v)", seed, index, ops[op], wrong, text, err)
		}
	}
	return nil
}

// ask puts one question to both and describes a difference. Undecided is a question whose answer lies beyond the walk.
func ask(g *generator, w *walk, c *calendar.Calendar, op int, t *tally) (decided bool, wrong string) {
	at := g.instant(w)
	instant := w.time(at)
	var want int64
	var got time.Time
	var err error
	found := true
	detail := ""
	switch ops[op] {
	case "open":
		if want, got := w.isOpen(at), c.Open(instant); want != got {
			return true, fmt.Sprintf("%s: engine %v, walk %v", show(instant), got, want)
		}
		t.byOp[op].Add(1)
		return true, ""
	case "between":
		to := g.instant(w)
		want, got := w.between(at, to), c.Between(instant, w.time(to)).Microseconds()
		if want != got {
			return true, fmt.Sprintf("%s and %s: engine %d µs, walk %d µs", show(instant), show(w.time(to)), got, want)
		}
		t.byOp[op].Add(1)
		return true, ""
	case "next":
		want, found = w.next(at)
		got, err = c.Next(instant)
	default:
		forward := ops[op] == "add"
		span := g.span(w, at, forward)
		detail = fmt.Sprintf(" %d µs", span)
		if forward {
			want, found = w.add(at, span)
			got, err = c.Add(instant, time.Duration(span)*time.Microsecond)
		} else {
			want, found = w.subtract(at, span)
			got, err = c.Subtract(instant, time.Duration(span)*time.Microsecond)
		}
	}
	if !found {
		return false, beyond(g, w, got, err, op, show(instant)+detail, t)
	}
	if err != nil || !got.Equal(w.time(want)) {
		return true, fmt.Sprintf("%s%s: engine %s (%v), walk %s", show(instant), detail, show(got), err, show(w.time(want)))
	}
	t.byOp[op].Add(1)
	return true, ""
}

// beyond judges answers that the walk cannot give: they must not lie where it has looked.
func beyond(g *generator, w *walk, got time.Time, err error, op int, question string, t *tally) (wrong string) {
	outside := got.Unix() >= g.to
	if ops[op] == "subtract" {
		outside = !got.After(time.Unix(g.from, 0))
	}
	if err == nil && !outside {
		return fmt.Sprintf("%s: engine %s, walk found nothing up to its end", question, show(got))
	}
	t.beyond.Add(1)
	return ""
}

func (w *walk) time(micros int64) time.Time { return time.UnixMicro(w.start*1_000_000 + micros).UTC() }

func show(t time.Time) string { return t.Format("2006-01-02T15:04:05.000000Z07:00") }
