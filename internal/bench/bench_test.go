package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestQuickRun measures a small desk for a moment: every figure is told, with
// what it needs to be judged. Whether the bars hold is not asked of a machine
// that runs tests.
func TestQuickRun(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "madoguchi")
	if out, err := exec.Command("go", "build", "-o", program, "../../cmd/madoguchi").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var out, said bytes.Buffer
	_, err := run(t.Context(), []string{"-requests", "500", "-for", "10ms", "-rest", "0", "-due", "50", "-slow=false", "-engines", "sqlite",
		"-cache", t.TempDir(), "-program", program}, &out, &said)
	if err != nil {
		t.Fatalf("%v\n%s", err, &said)
	}
	got := map[string]Figure{}
	for lines := bufio.NewScanner(&out); lines.Scan(); {
		var f Figure
		if err := json.Unmarshal(lines.Bytes(), &f); err != nil {
			t.Fatal(err)
		}
		got[f.Name] = f
	}
	for _, name := range []string{"file at 1", "file at 8", "file at 64", "comment at 8", "read short at 1", "read 50 entries at 1", "read the longest at 1",
		"list at 64", "list product+completed at 1", "note on the longest at 1", "ceiling: commit at 8", "token check", "disk", "memory after start", "targets of one instant"} {
		if f := got[name]; f.Value <= 0 || f.Unit == "" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	for _, name := range []string{"targets that did not fire", "targets fired early", "targets fired twice"} {
		if f, ok := got[name]; !ok || !f.OK {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if !bytes.Contains(said.Bytes(), []byte("file at 8")) {
		t.Errorf("no table:\n%s", &said)
	}
}

func TestBars(t *testing.T) {
	t.Parallel()
	f := Figure{Value: 2, OK: true}
	for _, c := range []struct {
		got  Figure
		want bool
	}{
		{f.most(2, 2), true}, {f.most(2.1, 2), false}, {f.least(2, 2), true}, {f.least(1.9, 2), false},
		{f.least(1, 2).most(1, 2), false}, {f.most(1, 2).least(1, 2), false},
	} {
		if c.got.OK != c.want {
			t.Errorf("%s: %v, want %v", c.got.Bar, c.got.OK, c.want)
		}
	}
	if f = f.under(8); f.Ratio != 0.25 || f.Ceiling != 8 {
		t.Errorf("ratio %v to %v", f.Ratio, f.Ceiling)
	}
	s := sample{n: 4, took: 2 * time.Second, cpu: 8 * time.Millisecond, each: []time.Duration{1e6, 2e6, 3e6, 4e6}}
	if s.rate() != 2 || s.cpuEach() != 2 || s.quantile(.5) != 3 || s.quantile(.99) != 4 || (sample{}).quantile(.5) != 0 {
		t.Errorf("%v a second, %v ms, %v, %v", s.rate(), s.cpuEach(), s.quantile(.5), s.quantile(.99))
	}
	b := bench{figures: []Figure{{OK: true}}}
	if !b.holds() {
		t.Error("a bar that holds does not")
	}
	b.figures = append(b.figures, Figure{})
	if b.holds() {
		t.Error("a bar that does not hold does")
	}
}

// TestOwnCPU: what a loop takes is seen in the process's file, as it is for a
// server.
func TestOwnCPU(t *testing.T) {
	t.Parallel()
	before := cpuOf(os.Getpid())
	for begun := ownCPU(); ownCPU()-begun < 100*time.Millisecond; {
		_ = json.Valid(make([]byte, 1<<10))
	}
	if used := cpuOf(os.Getpid()) - before; used < 90*time.Millisecond {
		t.Errorf("a loop of 100 ms took %s", used)
	}
}
