package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/tidy"
)

// project is a module with one rule of each fate.
var project = map[string]string{
	"go.mod": "module fixture\n\ngo 1.26\n",
	"clock/clock.go": `package clock

import _ "embed"

//go:embed limit.txt
var Limit string

func Late(now, due int) bool { return now > due }

func Twice(n int) int { return n * 2 }

func Part(n int) int { return []int{1, 2}[n] }

func Unwatched() int { return 7 }
`,
	"clock/limit.txt": "72\n",
	"clock/clock_test.go": `package clock

import "testing"

func TestLate(t *testing.T) {
	t.Run("at the due instant", func(t *testing.T) {
		if Late(3, 3) {
			t.Error("late too early")
		}
	})
}

func TestTwice(t *testing.T) {
	if Twice(2) != 4 {
		t.Error("not twice")
	}
}

func TestPart(t *testing.T) { Part(1) }

func TestLimit(t *testing.T) {
	if Limit != "72\n" {
		t.Error(Limit)
	}
}

func TestBroken(t *testing.T) { t.Error("always") }
`,
}

func line(id, test, mutant string) string {
	return fmt.Sprintf("| %s | text | `clock: %s` | `clock/%s` |", id, test, mutant)
}

var fates = []struct {
	id, test, mutant string
	want             verdict
}{
	{"R01", "TestLate/at_the_due_instant", `clock.go: "now > due" -> "now >= due"`, red},
	{"R02", "TestTwice", `clock.go: "n * 2" -> "2 * n"`, green},
	{"R03", "TestTwice", `clock.go: "n * 2" -> "n * two"`, noCompile},
	{"R04", "TestPart", `clock.go: "[]int{1, 2}[n]" -> "[]int{1, 2}[n+1]"`, red}, // a panic
	{"R05", "TestGone", `clock.go: "7" -> "8"`, redBefore},
	{"R06", "TestBroken", `clock.go: "7" -> "8"`, redBefore},
	{"R07", "TestLimit", `limit.txt: "72" -> "73"`, red}, // an embedded file
	{"R08", "TestTwice", `clock.go: "int" -> "int64"`, noPlace},
}

func build(t *testing.T, lines ...string) string {
	t.Helper()
	root := t.TempDir()
	files := map[string]string{"docs/guide.md": "# Guide\n\n" + strings.Join(lines, "\n") + "\n"}
	for name, text := range project {
		files[name] = text
	}
	for name, text := range files {
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFates(t *testing.T) {
	t.Parallel()
	var lines []string
	for _, f := range fates {
		lines = append(lines, line(f.id, f.test, f.mutant))
	}
	root := build(t, lines...)
	var out bytes.Buffer
	err := run(t.Context(), &out, filepath.Join(root, "clock"), config{All: true, N: 1})
	if err == nil || err.Error() != "5 of 8 mutants were not turned red by their test" {
		t.Errorf("the run ended with %v", err)
	}
	for _, f := range fates {
		row := regexp.MustCompile(`(?m)^` + f.id + ` +` + string(f.want) + ` `)
		if !row.MatchString(out.String()) {
			t.Errorf("%s: want %s", f.id, f.want)
		}
		if f.want != red && !strings.Contains(out.String(), "\n"+f.id+", "+string(f.want)+": "+f.want.advice()) {
			t.Errorf("%s: the run does not say what to do about %s", f.id, f.want)
		}
	}
	if t.Failed() {
		t.Log(out.String())
	}
	for name, text := range project {
		if now, err := os.ReadFile(filepath.Join(root, name)); err != nil || string(now) != text {
			t.Errorf("the run touched %s (%v)", name, err)
		}
	}
}

func TestAllRed(t *testing.T) {
	t.Parallel()
	root := build(t, line("R01", "TestLate", `clock.go: "now > due" -> "now >= due"`), "| R02 | text | not yet | not yet |")
	var out bytes.Buffer
	if err := run(t.Context(), &out, root, config{N: 10, Seed: 5}); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	if !strings.HasPrefix(out.String(), "1 mutants, -seed 5\n") {
		t.Errorf("the seed is not printed:\n%s", out.String())
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	var rules []tidy.GuideRule
	for n := range 40 {
		r := tidy.GuideRule{ID: fmt.Sprintf("R%02d", n+1)}
		if n%2 == 0 {
			r.Mutant = tidy.Mutant{File: "a.go", Old: "a", New: "b"}
		}
		rules = append(rules, r)
	}
	pick := func(c config) []string {
		chosen, err := choose(rules, c)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, r := range chosen {
			ids = append(ids, r.ID)
		}
		return ids
	}
	first := pick(config{Seed: 1, N: 10})
	if len(first) != 10 || !slices.Equal(first, pick(config{Seed: 1, N: 10})) {
		t.Errorf("a seed does not choose the same ten: %v", first)
	}
	if slices.Equal(first, pick(config{Seed: 2, N: 10})) {
		t.Error("another seed chooses the same ten in the same order")
	}
	if got := pick(config{N: 1, All: true}); len(got) != 20 {
		t.Errorf("all are %d, want 20", len(got))
	}
	if got := pick(config{IDs: "R03, R01"}); !slices.Equal(got, []string{"R03", "R01"}) {
		t.Errorf("by id: %v", got)
	}
	for _, c := range []config{{IDs: "R02"}, {IDs: "R99"}, {N: 0}} {
		if _, err := choose(rules, c); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
	if _, err := choose(nil, config{N: 10}); err == nil {
		t.Error("an empty table is accepted")
	}
}
