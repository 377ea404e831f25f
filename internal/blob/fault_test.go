package blob_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"madoguchi/internal/blob"
)

// asProcess is the environment variable by which this program stores one file
// and removes another.
const asProcess = "BLOB_TEST_FOLDER"

// How such a process ends, beside 0.
const (
	notStored = 7 + iota
	notRemoved
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(asProcess); dir != "" {
		os.Exit(process(dir, os.Getenv("BLOB_TEST_OLD")))
	}
	os.Exit(m.Run())
}

func process(dir, old string) int {
	runtime.LockOSThread() // strace counts the calls of each thread
	f, err := blob.New(dir)
	if err == nil {
		_, err = f.Put(context.Background(), bytes.NewReader(content()), 1<<20)
	}
	if err != nil {
		return notStored
	}
	if f.Remove(old) != nil {
		return notRemoved
	}
	return 0
}

func content() []byte { return bytes.Repeat([]byte("0123456789abcdef"), 12<<10) } // 3 blocks

// Every step of storing and removing fails in turn, in a process of its own, with
// EIO, with ENOSPC, and with the end of the process: what was acknowledged is
// whole, and what was not is no file that anybody takes for one.
func TestEveryStepFails(t *testing.T) {
	t.Parallel()
	strace := tracer(t)
	for call, failures := range map[string][]string{
		"openat": {"error=EIO"}, "write": {"error=EIO", "error=ENOSPC", "signal=KILL"}, "fsync": {"error=EIO", "error=ENOSPC", "signal=KILL"},
		"/^rename": {"error=EIO", "error=ENOSPC", "signal=KILL"}, "close": {"error=EIO"}, "/^unlink": {"error=EIO"},
	} {
		for _, failure := range failures {
			if testing.Short() && failure != "error=EIO" {
				continue
			}
			t.Run(strings.Trim(call, "/^")+" "+failure, func(t *testing.T) {
				t.Parallel()
				n := 1
				for hurt(t, strace, call, failure, n) {
					n++
				}
				if n == 1 {
					t.Errorf("no %s was hit: the steps are other ones now", call)
				}
			})
		}
	}
}

func tracer(t *testing.T) string {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal("failing writes are made by strace, which is not here (Debian: apt-get install strace)")
	}
	return strace
}

// The bytes are durable before the file has its name, and the name before anybody
// is told of it.
func TestSyncsStandInTheirOrder(t *testing.T) {
	t.Parallel()
	f := folder(t)
	old, trace := put(t, f, []byte("old")), filepath.Join(t.TempDir(), "trace")
	cmd := exec.Command(tracer(t), "--seccomp-bpf", "-f", "-qq", "-y", "-s", "300", "-o", trace, "-e", "trace=write,fsync,/^rename,/^unlink,exit_group", os.Args[0])
	cmd.Env = append(os.Environ(), asProcess+"="+f.Dir(), "BLOB_TEST_OLD="+old.Key)
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	saw, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	for line := range strings.Lines(string(saw)) {
		_, line, _ = strings.Cut(line, " ")
		call, args, _ := strings.Cut(strings.TrimSpace(line), "(")
		call = strings.TrimSuffix(call, "at")
		what := "folder"
		switch {
		case call == "exit_group" || !strings.Contains(args, f.Dir()+"/"):
			continue
		case strings.Contains(args, "/.part-"):
			what = "part"
		case strings.Contains(args, old.Key):
			what = "old"
		}
		if step := call + " " + what; len(steps) == 0 || steps[len(steps)-1] != step {
			steps = append(steps, step)
		}
	}
	const want = "write part, fsync part, rename part, fsync folder, unlink old, fsync folder"
	if got := strings.Join(steps, ", "); got != want {
		t.Errorf("%s\nwant %s\n%s", got, want, saw)
	}
}

// hurt lets the nth call of a kind fail, and tells whether there was such a call.
func hurt(t *testing.T, strace, call, failure string, n int) bool {
	t.Helper()
	f := folder(t)
	old := put(t, f, []byte("old"))
	trace := filepath.Join(t.TempDir(), "trace")
	args := []string{"-f", "-qq", "-o", trace, "-e", "trace=" + call, "-e", fmt.Sprintf("inject=%s:%s:when=%d", call, failure, n), os.Args[0]}
	if !strings.HasPrefix(failure, "signal") {
		args = append([]string{"--seccomp-bpf"}, args...) // faster, and gives no signals
	}
	cmd := exec.Command(strace, args...)
	cmd.Env = append(os.Environ(), asProcess+"="+f.Dir(), "BLOB_TEST_OLD="+old.Key)
	err := cmd.Run()
	saw, readErr := os.ReadFile(trace)
	if readErr != nil {
		t.Fatal(readErr, err)
	}
	killed := cmd.ProcessState.ExitCode() < 0 // strace ends as what it traces did
	hit := killed || bytes.Contains(saw, []byte("(INJECTED)"))
	files, parts := lying(t, f)
	news := 0
	for _, x := range files {
		switch got, err := all(t, f, x.Ref); {
		case err != nil:
			t.Errorf("%s is there and not whole: %v", x.Key, err)
		case x.Ref != old && !bytes.Equal(got, content()):
			t.Errorf("%s holds something else", x.Key)
		case x.Ref != old:
			news++
		}
	}
	code := cmd.ProcessState.ExitCode()
	want := map[int]int{0: 1, notRemoved: 1, notStored: 0}
	switch count, known := want[code]; {
	case killed:
		if news > 1 {
			t.Errorf("%d files of one", news)
		}
		return true
	case !known:
		return hit // the runtime did not survive it: nothing was begun
	case news != count && !strings.Contains(call, "unlink"):
		t.Errorf("call %d: it ended with %d, and %d files are there", n, code, news)
	}
	if code == 0 && hit && call != "openat" && call != "close" { // the program itself opens and closes too
		t.Errorf("call %d failed, and all is said to be well", n)
	}
	if len(parts) > 0 && !strings.Contains(call, "unlink") {
		t.Errorf("call %d: an upload that failed has left %v", n, parts)
	}
	if !hit && (code != 0 || len(files) != 1) {
		t.Errorf("nothing failed, and it ended with %d and %v", code, files)
	}
	return hit
}
