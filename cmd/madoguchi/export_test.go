package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/internal/scenario"
	"madoguchi/internal/store/pgtest"
)

// carry runs a command that must succeed.
func carry(t *testing.T, args ...string) string {
	t.Helper()
	var out, wrong bytes.Buffer
	if code := run(context.Background(), args, strings.NewReader(""), &out, &wrong); code != exitOK {
		t.Fatalf("%v ends with %d: %s%s", args, code, out.String(), wrong.String())
	}
	return out.String()
}

// What stories have left in a desk comes out of it while it runs, and is the
// same after it was in a database of the other engine and in one of the first.
func TestWhatStoriesLeaveIsCarried(t *testing.T) {
	t.Parallel()
	stories := []string{
		"testdata/scenarios/SV-09.txtar", "testdata/scenarios/SC-08.txtar",
		"../../internal/support/testdata/scenarios/SC-01.txtar", "../../internal/support/testdata/scenarios/SC-06.txtar",
	}
	if testing.Short() {
		stories = stories[:1]
	}
	for _, name := range stories {
		f, err := scenario.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			c := f.Cases[0]
			p := newPlayer(t, c.Lines[0].Step.At)
			scenario.Play(c, p)
			from := []string{"--data", p.data}
			if p.database != "" {
				from = append(from, "--database", p.database)
			}
			folder := t.TempDir()
			first := filepath.Join(folder, "first.jsonl")
			carry(t, append([]string{"export", first}, from...)...)
			now := first
			for i, to := range []string{pgtest.Empty(t), ""} {
				at := []string{"--data", filepath.Join(folder, []string{"a", "b"}[i])}
				if to != "" {
					at = append(at, "--database", to)
				}
				if out := carry(t, append([]string{"import", now, "--lang", "en"}, at...)...); !strings.Contains(out, ": 0 findings") {
					t.Errorf("the import says %s", out)
				}
				now = filepath.Join(folder, []string{"second.jsonl", "third.jsonl.gz"}[i])
				carry(t, append([]string{"export", now}, at...)...)
			}
			sameExport(t, first, filepath.Join(folder, "second.jsonl"), now)
		})
	}
}

// sameExport compares files, of which some may be compressed.
func sameExport(t *testing.T, first string, others ...string) {
	t.Helper()
	read := func(name string) []byte {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if info, err := f.Stat(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v, %v", name, info.Mode(), err)
		}
		in, err := inflated(f)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(in); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	want := read(first)
	if bytes.Count(want, []byte("\n")) < 100 {
		t.Errorf("little was exported: %s", want)
	}
	for _, name := range others {
		if got := read(name); !bytes.Equal(got, want) {
			t.Errorf("%s differs from %s", name, first)
		}
	}
}
