// Command mutants plants the bugs that the simulation must find, one at a time,
// and says how long it takes on each of several seeds.
//
// It refuses to judge: a bug is found when the simulation's test fails. The
// real files stay as they are; the change is laid over them at build time.
//
// Data layout: one list of bugs, each the edits that plant it; nothing is kept.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

type edit struct{ file, old, new string }

type bug struct {
	name  string
	edits []edit
}

func bugs() []bug {
	return []bug{
		{"no version guard", []edit{{"internal/desk/do.go", "if seen > 0 {", "if seen < 0 {"}}},
		{"effect written after commit", []edit{
			{"internal/store/request.go", "func (tx *Tx) Append(", "var late []func(tx *Tx) error\n\nfunc (tx *Tx) Append("},
			{"internal/store/request.go", "if err := tx.addEffects(row, effects...); err != nil {",
				"late = append(late, func(tx *Tx) error { return tx.addEffects(row, effects...) })\n\tif err := error(nil); err != nil {"},
			{"internal/store/store.go", "err := s.e.update(ctx, fn)", `late = nil
	err := s.e.update(ctx, fn)
	for todo := late; err == nil && len(todo) > 0; todo = todo[1:] {
		err = s.e.update(ctx, todo[0])
	}`},
		}},
		{"lease not checked when an effect completes", []edit{{"internal/store/effect.go",
			"done_at = $3 WHERE key = $1 AND lease = $2 AND state = 'pending'", "done_at = $3 WHERE key = $1 AND $2 <> ''"}}},
		{"silence counts the auto-reply", []edit{{"internal/support/apply.go",
			"func (AutoReplyReceived) apply(*Request, Fact) {}", "func (AutoReplyReceived) apply(r *Request, _ Fact) { r.Attempts = nil }"}}},
		{"due recomputed on resume from now", []edit{{"internal/support/tick.go",
			`d.endWaiting(w.Kind, "until", w.Until)`, `d.endWaiting(w.Kind, "until", d.at)`}}},
		{"reservation not given back on duplicate", []edit{{"internal/support/complete.go",
			"return !contains(rule.GivesBack, reason) &&", `return (reason == "duplicate" || !contains(rule.GivesBack, reason)) &&`}}},
		{"the account's people see its requests", []edit{{"internal/store/viewer.go",
			"seesOne = `(r.contact_id = ?", "seesOne = `(r.account_id = (SELECT account_id FROM contact WHERE id = ?)"}}},
		{"an incident given back is not counted", []edit{{"internal/store/ledger.go",
			"SET reserved = reserved - 1, spent", "SET reserved = reserved - $2, spent"}}},
		{"a watcher's lost mail takes the attempt back", []edit{{"internal/desk/effect.go",
			"|| attempt.With != e.Recipient.ID {", "|| attempt.With < 0 {"}}},
		{"no address is marked when a mail comes back", []edit{{"internal/desk/effect.go",
			"errors.Is(why, ErrAddress) && e.Recipient", "!errors.Is(why, ErrAddress) && e.Recipient"}}},
		{"staff are written to about what they do not see", []edit{{"internal/desk/restrict.go",
			"		if sees {", "		if sees || s.ID > 0 {"}}},
		{"a restricted request is listed to all staff", []edit{{"internal/store/viewer.go",
			`if request != "" {`, `if request == "-" {`}}},
		{"what comes due wakes no timer", []edit{{"internal/store/request.go",
			"if len(effects) > 0 || !row.DueAt.IsZero() {", "if len(effects) < 0 {"}}},
	}
}

func main() {
	n := flag.Int("n", 10, "seeds for each bug")
	limit := flag.Duration("for", time.Minute, "how long a seed may take")
	only := flag.String("only", "", "bugs whose name holds this")
	flag.Parse()
	missed := 0
	for _, b := range bugs() {
		if !strings.Contains(b.name, *only) {
			continue
		}
		found, err := try(context.Background(), b, *n, *limit)
		if err != nil {
			fmt.Fprintln(os.Stderr, "mutants:", b.name+":", err)
			os.Exit(1)
		}
		missed += *n - found
	}
	if missed > 0 {
		fmt.Fprintln(os.Stderr, "mutants:", missed, "seeds found nothing")
		os.Exit(1)
	}
}

// try builds the simulation with the bug in it and lets it search.
func try(ctx context.Context, b bug, n int, limit time.Duration) (found int, err error) {
	dir, err := os.MkdirTemp("", "sim-mutants-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "sim.test")
	plan, err := overlay(dir, b)
	if err != nil {
		return 0, err
	}
	if out, err := exec.CommandContext(ctx, "go", "test", "-c", "-overlay", plan, "-o", binary, "./internal/sim").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build: %w\n%s", err, out)
	}
	first := ""
	var took []time.Duration
	var steps []int
	for i := range n {
		cmd := exec.CommandContext(ctx, binary, "-test.run", "^TestFreshSeeds$", "-test.timeout", "10m")
		cmd.Env = append(os.Environ(), "MADOGUCHI_SIM_SEED="+strconv.Itoa(1_000_000*(i+1)), "MADOGUCHI_SIM_FOR="+limit.String())
		began := time.Now()
		out, err := cmd.CombinedOutput()
		needed := time.Since(began)
		var failed *exec.ExitError
		if err != nil && !errors.As(err, &failed) {
			return found, err
		}
		why := wrong.FindSubmatch(out)
		if err == nil || why == nil || needed > limit {
			continue
		}
		found, took, first = found+1, append(took, needed), cmp.Or(first, string(why[1]))
		if all := stepped.FindSubmatch(out); all != nil {
			n, err := strconv.Atoi(string(all[1]))
			if err != nil {
				return found, err
			}
			steps = append(steps, n)
		}
	}
	if found == 0 {
		fmt.Printf("%-44s found on 0 of %d seeds\n", b.name, n)
		return 0, nil
	}
	slices.Sort(took)
	slices.Sort(steps)
	fmt.Printf("%-44s found on %d of %d seeds, median %.1fs, longest %.1fs, median %d steps; seed %.120s\n", b.name, found, n,
		took[len(took)/2].Seconds(), took[len(took)-1].Seconds(), steps[len(steps)/2], first)
	return found, nil
}

// How the simulation says what is wrong, and how far it came.
var (
	wrong   = regexp.MustCompile(`: seed (.*)`)
	stepped = regexp.MustCompile(`: (\d+) steps in `)
)

// overlay writes the changed files and the plan that lays them over the real ones.
func overlay(dir string, b bug) (string, error) {
	changed, replace := map[string]string{}, map[string]string{}
	for _, e := range b.edits {
		real, err := filepath.Abs(filepath.FromSlash(e.file))
		if err != nil {
			return "", err
		}
		text, known := changed[real]
		if !known {
			whole, err := os.ReadFile(real)
			if err != nil {
				return "", err
			}
			text = string(whole)
		}
		if strings.Count(text, e.old) != 1 {
			return "", fmt.Errorf("%s: %q is not there once", e.file, e.old)
		}
		changed[real] = strings.Replace(text, e.old, e.new, 1)
	}
	for real, text := range changed {
		copied := filepath.Join(dir, filepath.Base(real))
		if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[real] = copied
	}
	plan, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, plan, 0o600)
}
