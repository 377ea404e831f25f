package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"madoguchi/internal/tidy"
)

// verdict is what became of a test.
type verdict string

// Verdicts. Only red is what the table promises.
const (
	red       verdict = "red"
	green     verdict = "GREEN"
	noCompile verdict = "DOES NOT COMPILE"
	noTest    verdict = "TEST DID NOT RUN"
	redBefore verdict = "RED BEFORE"
	noPlace   verdict = "NO SUCH PLACE"
)

func (v verdict) advice() string {
	switch v {
	case green:
		return "the test does not notice the change: assert what the rule says, or name the test that does"
	case noCompile:
		return "a change that does not compile proves nothing: write one that does"
	case noTest:
		return "no test of that name began: correct the name in docs/guide.md, or the change breaks the package before any test"
	case redBefore:
		return "the test fails or is missing without the change: mend it first"
	case noPlace:
		return "quote enough of the line to mean one place"
	}
	return ""
}

// lab tries mutants of the project at root. Files lie in dir. sound holds what
// each proof said about the unchanged code.
type lab struct {
	root, dir string
	sound     map[tidy.Proof]verdict
}

// try judges the mutant of one rule. The output is that of go test, for a
// verdict that needs explaining. The error is that of the go command itself.
func (l *lab) try(ctx context.Context, r tidy.GuideRule) (verdict, string, error) {
	before, known := l.sound[r.Proof]
	if !known {
		v, output, err := l.test(ctx, r.Proof, "")
		if err != nil {
			return "", "", err
		}
		if v != green {
			return redBefore, output, nil
		}
		before = v
		l.sound[r.Proof] = v
	}
	if before != green {
		return redBefore, "", nil
	}
	overlay, err := l.overlay(r)
	if err != nil {
		return noPlace, err.Error() + "\n", nil
	}
	return l.test(ctx, r.Proof, overlay)
}

// overlay writes the changed file and the file that lays it over the real one.
func (l *lab) overlay(r tidy.GuideRule) (string, error) {
	real := filepath.Join(l.root, filepath.FromSlash(r.Mutant.File))
	text, err := os.ReadFile(real)
	if err != nil {
		return "", err
	}
	if text, err = r.Mutant.Apply(text); err != nil {
		return "", err
	}
	changed := filepath.Join(l.dir, r.ID+"-"+filepath.Base(real))
	plan, err := json.Marshal(map[string]map[string]string{"Replace": {real: changed}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(l.dir, r.ID+".json")
	return overlay, errors.Join(os.WriteFile(changed, text, 0o600), os.WriteFile(overlay, plan, 0o600))
}

// test runs one proof. Vet is left out: it would refuse some mutants before
// the test could.
func (l *lab) test(ctx context.Context, p tidy.Proof, overlay string) (verdict, string, error) {
	args := []string{"test", "-json", "-count=1", "-vet=off", "-timeout=5m", "-run", pattern(p.Test)}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "./"+p.Package)...)
	cmd.Dir = l.root
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || ctx.Err() != nil) {
		return "", "", fmt.Errorf("run go %s: %w", strings.Join(args, " "), err)
	}
	v, output := judge(stdout.Bytes(), p.Test, err == nil)
	return v, output + stderr.String(), nil
}

// pattern matches exactly one test: each part of its name for itself.
func pattern(test string) string {
	parts := strings.Split(test, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}

// event is one line of go test -json.
type event struct {
	Action, Test, Output, FailedBuild string
}

// judge reads the events of a run. A test that began and never said that it
// passed was red: a panic and a time-out end it without a word.
func judge(stream []byte, test string, passed bool) (verdict, string) {
	var output strings.Builder
	last, began, built := "", false, true
	for line := range bytes.Lines(stream) {
		var e event
		if json.Unmarshal(line, &e) != nil {
			output.Write(line)
			continue
		}
		output.WriteString(e.Output)
		if e.Action == "build-fail" || e.FailedBuild != "" {
			built = false
		}
		if e.Test != test {
			continue
		}
		switch e.Action {
		case "run":
			began = true
		case "pass", "fail", "skip":
			last = e.Action
		}
	}
	switch {
	case !built:
		return noCompile, output.String()
	case !began:
		return noTest, output.String()
	case last == "pass", last == "skip", passed:
		return green, output.String()
	}
	return red, output.String()
}
