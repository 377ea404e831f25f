// Bench measures a desk as people and programs meet it: it fills a database with
// the generated load, starts `madoguchi serve` over a copy of it, and asks over
// HTTP. What the machine can do at all (a durable commit, a point read, a list
// read, an answer without content) is measured in the same run, so that a figure
// means something on another machine.
//
// It refuses to know how the desk does it: it sees a process, its address and its
// database. It ends with status 1 when a bar does not hold.
//
// Data layout: data/bench holds loaded databases, one for each engine, number of
// requests and generator; a run works on copies that it removes. A figure is one
// line of JSON on standard output ([Figure]); the table for people and all else
// go to standard error.
//
//	go run ./internal/bench                              all, at 100,000 and at 1,000 requests
//	go run ./internal/bench -requests 1000 -for 300ms    a quick look
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// options are what a run measures, and where it keeps its databases.
type options struct {
	sizes   []int // the largest first; growth is between the first and the last
	engines []string
	each    time.Duration // of one figure
	due     int           // targets that become due in one instant; 0: none
	slow    bool          // whether to measure with fsync slowed by strace
	rest    time.Duration // after start and after the suite, before memory is read
	only    string        // the one step of the suite to take; "": all
	cache   string
	program string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	ok, err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case err != nil:
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(2)
	case !ok:
		os.Exit(1)
	}
}

// run carries out one command line and tells whether all bars hold.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (bool, error) {
	o, err := parse(args, stderr)
	if err != nil {
		return false, err
	}
	tmp, err := os.MkdirTemp("", "bench")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(tmp)
	if o.program == "" {
		o.program = filepath.Join(tmp, "madoguchi")
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", o.program, "./cmd/madoguchi").CombinedOutput(); err != nil {
			return false, fmt.Errorf("build: %w\n%s", err, out)
		}
	}
	b := &bench{options: o, tmp: tmp, log: stderr, ceilings: map[string]Figure{}}
	enc := json.NewEncoder(stdout)
	b.tell = func(f Figure) error { return enc.Encode(f) }
	err = b.all(ctx)
	b.table(stderr)
	return b.holds(), err
}

func parse(args []string, stderr io.Writer) (options, error) {
	o := options{}
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.SetOutput(stderr)
	sizes := set.String("requests", "100000,1000", "how many `requests` the databases hold, the largest first")
	engines := set.String("engines", "sqlite,postgresql", "`engines` to measure; PostgreSQL only where it is installed")
	set.DurationVar(&o.each, "for", 3*time.Second, "how long each figure is measured")
	set.IntVar(&o.due, "due", 50_000, "how many `targets` become due in one instant; 0: that is left out")
	set.BoolVar(&o.slow, "slow", true, "measure with every fsync slowed to 5 ms, where strace is installed")
	set.DurationVar(&o.rest, "rest", 10*time.Second, "how long a process rests before its memory is read; six times that after the suite")
	set.StringVar(&o.only, "only", "", "take one `step` of the suite alone: reads, lists, searches, pages, filings, comments, mail, grown")
	set.StringVar(&o.cache, "cache", "data/bench", "`folder` of loaded databases")
	set.StringVar(&o.program, "program", "", "`path` of the program to measure; it is built when there is none")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	for s := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 500 {
			return o, fmt.Errorf("-requests %s: numbers of at least 500, separated by commas", *sizes)
		}
		o.sizes = append(o.sizes, n)
	}
	slices.SortFunc(o.sizes, func(a, b int) int { return b - a })
	o.engines = strings.Split(*engines, ",")
	for _, e := range o.engines {
		if e != sqlite && e != postgresql {
			return o, fmt.Errorf("-engines %s: %s and %s are known", *engines, sqlite, postgresql)
		}
	}
	return o, errors.Join(os.MkdirAll(o.cache, 0o755))
}
