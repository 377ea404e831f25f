package main

import (
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"madoguchi/internal/lang"
)

// TestMain lets the scripts run this program as the command madoguchi.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"madoguchi": main})
}

// TestScript runs the scripts of testdata against desks that they start: each
// has its own process, port and folder.
//
// The scripts' own commands are:
//
//	demo [FLAGS]        starts a demo in $WORK/data and sets its address and tokens
//	as KEY              acts as a person of the demo from here on
//	keep NAME REGEXP    keeps what the first group matches in the last output
//	ends CODE COMMAND   runs a command that must end with this exit code
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			// Nothing of who runs the tests may show: neither language nor zone.
			e.Setenv("LANG", "en_US.UTF-8")
			e.Setenv("TZ", "America/Halifax")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"demo": scriptDemo, "as": scriptAs, "keep": scriptKeep, "ends": scriptEnds,
		},
	})
}

func scriptDemo(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("! demo makes no sense")
	}
	data := ts.MkAbs("data")
	if !slices.Contains(args, "--year") {
		args = append(args, "--no-year")
	}
	stop, err := startDemo(data, args...)
	ts.Check(err)
	ts.Defer(func() { stop() })
	for line := range strings.Lines(ts.ReadFile(filepath.Join(data, "tokens.env"))) {
		if name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "="); ok {
			ts.Setenv(name, value)
		}
	}
}

func scriptAs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: as KEY")
	}
	token := ts.Getenv("TOKEN_" + strings.ToUpper(args[0]))
	if token == "" {
		ts.Fatalf("the demo has nobody called %s", args[0])
	}
	ts.Setenv("MADOGUCHI_TOKEN", token)
}

func scriptKeep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME REGEXP")
	}
	re, err := regexp.Compile(args[1])
	ts.Check(err)
	m := re.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(m) < 2 {
		ts.Fatalf("nothing matches %s", args[1])
	}
	ts.Setenv(args[0], m[1])
}

func scriptEnds(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: ends CODE COMMAND [ARGUMENTS]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%s: %v", strings.Join(args[1:], " "), err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("%s ends with %d, want %s", strings.Join(args[1:], " "), code, args[0])
	}
}

// Every error has one exit code and words of its own; what is not known is
// internal.
func TestExitCodeOfErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		code int
		says string
	}{
		{nil, exitOK, ""},
		{errors.New("disk full"), exitInternal, "disk full"},
		{mistake{"say it otherwise"}, exitUsage, "say it otherwise"},
		{refusal{"not again"}, exitRefused, "not again"},
		{errFindings, exitFindings, ""},
		{&told{err: errNotEntitled, shown: true}, exitNotEntitled, ""},
		{&told{err: context.Canceled, voice: lang.Voice{Lang: "ja"}}, exitInternal, "中断"},
	} {
		var b strings.Builder
		if got := exitCode(&b, c.err); got != c.code {
			t.Errorf("%v ends with %d, want %d", c.err, got, c.code)
		}
		if c.says != "" && !errors.As(c.err, new(*told)) {
			var p problem
			b.Reset()
			got := exitCode(&b, &told{err: c.err, json: true, voice: lang.Voice{Lang: "ja"}})
			if err := json.Unmarshal([]byte(b.String()), &p); err != nil || p.Exit != c.code || got != c.code || p.Type == "" || p.Code == "" {
				t.Errorf("%v as JSON: %s ends with %d, %v", c.err, b.String(), got, err)
			}
		}
		if !strings.Contains(b.String(), c.says) || c.says == "" && b.Len() > 0 {
			t.Errorf("%v says %q, want %q", c.err, b.String(), c.says)
		}
	}
}
