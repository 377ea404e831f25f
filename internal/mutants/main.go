// Command mutants breaks the product on purpose: it takes changes of one line
// from the table of docs/guide.md, makes each of them, runs the test that is
// said to prove the rule, and expects it to turn red. A change that the test
// does not notice, that does not compile, or whose test was red already, fails
// the run, because then the table promises what does not hold.
//
// It refuses to touch the tree: a changed file lies in a temporary folder and
// is laid over the real one by the go command alone.
//
// Data layout: the table is read by package tidy; a trial is one rule with the
// verdict on its mutant; nothing is kept between runs but the seed that is
// printed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"madoguchi/internal/tidy"
)

// config is what the command line says. A Seed of 0 is drawn anew.
type config struct {
	Seed uint64
	N    int
	All  bool
	IDs  string // with commas; overrides N and All
}

func main() {
	var c config
	flag.Uint64Var(&c.Seed, "seed", 0, "choose the same mutants as the run that printed this seed")
	flag.IntVar(&c.N, "n", 10, "how many mutants")
	flag.BoolVar(&c.All, "all", false, "all mutants of the table")
	flag.StringVar(&c.IDs, "id", "", "the mutants of these rules, as in R26,A5")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, ".", c); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// run tries the chosen mutants of the project around dir and writes a table of
// verdicts. The error says how many were not red, or why none could be tried.
func run(ctx context.Context, w io.Writer, dir string, c config) error {
	root, err := projectAround(dir)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(root, "docs", "guide.md"))
	if err != nil {
		return fmt.Errorf("read the table of mutants: %w", err)
	}
	rules, err := tidy.ReadGuide(text)
	if err != nil {
		return fmt.Errorf("read the table of mutants: %w", err)
	}
	if c.Seed == 0 {
		c.Seed = uint64(time.Now().UnixNano())
	}
	chosen, err := choose(rules, c)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d mutants, -seed %d\n", len(chosen), c.Seed)
	l := &lab{root: root, sound: map[tidy.Proof]verdict{}}
	if l.dir, err = os.MkdirTemp("", "mutants-"); err != nil {
		return err
	}
	defer os.RemoveAll(l.dir)
	return report(ctx, w, l, chosen)
}

func report(ctx context.Context, w io.Writer, l *lab, chosen []tidy.GuideRule) error {
	wrong := 0
	var failures strings.Builder
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "rule\tverdict\ttime\tmutant\tproof\n")
	for _, r := range chosen {
		start := time.Now()
		v, output, err := l.try(ctx, r)
		if err != nil {
			return errors.Join(err, table.Flush())
		}
		fmt.Fprintf(table, "%s\t%s\t%.1fs\t%s: %q -> %q\t%s: %s\n", r.ID, v, time.Since(start).Seconds(),
			r.Mutant.File, r.Mutant.Old, r.Mutant.New, r.Proof.Package, r.Proof.Test)
		if v != red {
			wrong++
			fmt.Fprintf(&failures, "\n%s, %s: %s\n%s", r.ID, v, v.advice(), output)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if wrong > 0 {
		fmt.Fprint(w, failures.String())
		return fmt.Errorf("%d of %d mutants were not turned red by their test", wrong, len(chosen))
	}
	return nil
}

// choose picks the rules whose mutants are tried: by id, all, or N by the seed.
func choose(rules []tidy.GuideRule, c config) ([]tidy.GuideRule, error) {
	byID := map[string]tidy.GuideRule{}
	var armed []tidy.GuideRule
	for _, r := range rules {
		if r.Mutant != (tidy.Mutant{}) {
			armed = append(armed, r)
			byID[r.ID] = r
		}
	}
	if c.IDs != "" {
		var out []tidy.GuideRule
		for _, id := range strings.Split(c.IDs, ",") {
			r, ok := byID[strings.TrimSpace(id)]
			if !ok {
				return nil, fmt.Errorf("docs/guide.md has no mutant for %q: name rules whose line has one", id)
			}
			out = append(out, r)
		}
		return out, nil
	}
	if len(armed) == 0 {
		return nil, errors.New("docs/guide.md has no mutant yet: write proof and mutant into the line of a rule")
	}
	if c.N < 1 {
		return nil, fmt.Errorf("-n %d: try at least one", c.N)
	}
	if !c.All {
		rng := rand.New(rand.NewPCG(c.Seed, 0))
		rng.Shuffle(len(armed), func(i, j int) { armed[i], armed[j] = armed[j], armed[i] })
		armed = armed[:min(c.N, len(armed))]
	}
	return armed, nil
}

// projectAround finds the folder with go.mod at or above dir.
func projectAround(dir string) (string, error) {
	at, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at, nil
		}
		if parent := filepath.Dir(at); parent != at {
			at = parent
			continue
		}
		return "", fmt.Errorf("no go.mod at or above %s: run it inside the project", dir)
	}
}
