package torture

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/message"
)

const (
	megabyte  = 1 << 20
	memoryCap = 512 * megabyte // of all processes of a desk together (T07)
	largest   = 10 * megabyte  // what one upload may have
	longMail  = 25 * megabyte
)

// asMail is the environment variable by which this program reads a mail from its
// standard input and ends.
const asMail = "TORTURE_TEST_MAIL"

// What a process may hold at most. None of them is near the size of what it
// reads or writes: all of it goes through in pieces, but for the mail.
var mostHeld = map[string]int64{
	"serve": 160 * megabyte, "backup": 100 * megabyte, "check": 120 * megabyte, "export": 100 * megabyte,
	// Its bytes, what they are decoded to, and the heap's room to be collected in.
	"mail": 3*longMail + 40*megabyte,
}

// T07: under a cap of 512 MB for all processes together 32 files of 10 MB arrive
// at once and leave again, a history of many megabytes is searched, exported,
// backed up and checked while the desk runs, and the largest mail is read. Nothing
// is killed for want of memory, and no process holds more than its own bar.
func TestMemoryCap(t *testing.T) {
	t.Parallel()
	c := newCage(t)
	t.Run("files", func(t *testing.T) {
		p := newPlace(t, t.TempDir(), "")
		n := p.start(c.inside()...)
		filesAtOnce(t, p, n)
		c.compare(t, "serve", peakOf(n.cmd.Process.Pid))
	})
	t.Run("history", func(t *testing.T) {
		p := &place{t: t, dir: filepath.Join(t.TempDir(), "desk")}
		mustRun(t, p, "load", "--data", p.dir, "--requests", strconv.Itoa(pick(1_500, 100_000)))
		said := mustRun(t, p, "user", "bootstrap", "--data", p.dir, "--email", "root@example.com", "--family", "Doe", "--given", "Jo")
		_, token, _ := strings.Cut(said, "mdg_")
		n := p.start(c.inside()...)
		root := &client.Client{BaseURL: n.url, Token: "mdg_" + strings.Fields(token)[0], Language: "en"}
		for _, words := range []string{"the", "storage host", "nothing-has-this"} {
			var found any
			must(t, root.Do(t.Context(), "GET", "/v1/search?q="+strings.ReplaceAll(words, " ", "%20"), nil, &found))
		}
		into := t.TempDir()
		c.run(t, "export", "export", "--data", p.dir, filepath.Join(into, "desk.jsonl"))
		c.run(t, "backup", "backup", "--no-check", "--data", p.dir, filepath.Join(into, "desk.db"))
		c.compare(t, "serve", peakOf(n.cmd.Process.Pid))
		n.stop()
		c.run(t, "check", "check", "--data", p.dir)
	})
	t.Run("mail", func(t *testing.T) {
		own, err := os.Executable()
		must(t, err)
		cmd := exec.Command(c.inside()[0], append(c.inside()[1:], own)...)
		cmd.Env, cmd.Stdin = append(os.Environ(), asMail+"=1"), mailOf(longMail)
		c.end(t, "mail", cmd)
	})
}

func mustRun(t *testing.T, p *place, args ...string) string {
	t.Helper()
	out, err := p.run(args...)
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return out
}

// filesAtOnce sends files of the largest size, all at once, and reads them back.
func filesAtOnce(t *testing.T, p *place, n *node) {
	crew := newCrew(t, p, seeded(t))
	crew.base = n.url
	customer := crew.as("tanaka")
	filed, err := customer.File(t.Context(), client.File{
		Kind: "sr", Title: "vMotion is slow", Text: "Since Monday.", Channel: "portal", Product: "vsphere", Version: "4.0", Severity: 3, Criteria: []string{"usable"},
	})
	must(t, err)
	ids := make([]string, 32)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			body := io.LimitReader(zeros{}, largest)
			u, err := customer.Upload(t.Context(), filed.Number, fmt.Sprintf("%d.log", i), largest, body)
			if err != nil {
				t.Errorf("upload: %v", err)
			}
			ids[i] = u.ID
		})
	}
	all.Wait()
	for some := range slices.Chunk(ids, len(ids)/2) {
		_, err = customer.Comment(t.Context(), filed.Number, client.Comment{Text: "The logs.", Files: some})
		must(t, err)
	}
	for _, id := range ids {
		all.Go(func() {
			body, err := customer.Download(t.Context(), filed.Number, id, 0)
			if err != nil {
				t.Errorf("download: %v", err)
				return
			}
			defer body.Close()
			if size, err := io.Copy(io.Discard, body); err != nil || size != largest {
				t.Errorf("%d bytes came back: %v", size, err)
			}
		})
	}
	all.Wait()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// mailOf is a mail with a file, size bytes in all.
func mailOf(size int) io.Reader {
	head := "From: a@b.example\r\nSubject: large\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n" +
		"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	line := base64.StdEncoding.EncodeToString(make([]byte, 57)) + "\r\n"
	return strings.NewReader(head + strings.Repeat(line, (size-len(head))/len(line)) + "--b--\r\n")
}

// readMail is a process of its own that reads one mail.
func readMail() int {
	var raw bytes.Buffer
	raw.Grow(longMail + megabyte)
	if _, err := raw.ReadFrom(os.Stdin); err != nil {
		return 1
	}
	in := message.Parse(raw.Bytes())
	if len(in.Files) != 1 || !strings.Contains(in.Text, "hello") {
		return 2
	}
	// Its peak is read while it still lives.
	_, _ = io.WriteString(os.Stdout, peakOf(os.Getpid()))
	return 0
}

// cage is a group of processes that together may have so much memory.
type cage struct{ dir string }

// newCage makes one, of either version of Linux' control groups.
func newCage(t *testing.T) cage {
	t.Helper()
	name := "madoguchi-" + strconv.Itoa(os.Getpid())
	for root, limit := range map[string]string{"/sys/fs/cgroup/memory": "memory.limit_in_bytes", "/sys/fs/cgroup": "memory.max"} {
		dir := filepath.Join(root, name)
		if os.Mkdir(dir, 0o700) != nil {
			continue
		}
		if os.WriteFile(filepath.Join(dir, limit), []byte(strconv.Itoa(memoryCap)), 0o600) == nil {
			c := cage{dir}
			t.Cleanup(func() {
				c.survived(t)
				_ = os.Remove(dir) // all that were in it have ended
			})
			return c
		}
		_ = os.Remove(dir)
	}
	t.Log("no control group of memory can be made here: peaks alone are compared")
	return cage{}
}

// inside are words before a program that let it run in the cage.
func (c cage) inside() []string {
	if c.dir == "" {
		return []string{"/usr/bin/env"}
	}
	return []string{"/bin/sh", "-c", `echo $$ >"$0" && exec "$@"`, filepath.Join(c.dir, "cgroup.procs")}
}

// survived tells whether the kernel had to kill somebody.
func (c cage) survived(t *testing.T) {
	for _, name := range []string{"memory.oom_control", "memory.events"} {
		said, err := os.ReadFile(filepath.Join(c.dir, name))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(said)) {
			if n, ok := strings.CutPrefix(strings.TrimSpace(line), "oom_kill "); ok && n != "0" {
				t.Errorf("%s processes were killed for want of memory", n)
			}
		}
	}
	if most, err := os.ReadFile(filepath.Join(c.dir, "memory.max_usage_in_bytes")); err == nil {
		t.Logf("all together held at most %s bytes, pages of files among them", bytes.TrimSpace(most))
	}
}

// run runs a command of the program in the cage and compares what it held.
func (c cage) run(t *testing.T, bar string, args ...string) {
	t.Helper()
	path, err := program()
	must(t, err)
	c.end(t, bar, exec.Command(c.inside()[0], append(append(c.inside()[1:], path), args...)...))
}

// end runs a command to its end, and looks at its peak until then.
func (c cage) end(t *testing.T, bar string, cmd *exec.Cmd) {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	must(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	peak, again := "", time.NewTicker(2*time.Millisecond)
	defer again.Stop()
	for running := true; running; {
		select {
		case err := <-ended:
			if running = false; err != nil {
				t.Fatalf("%s: %v\n%s", bar, err, said.String())
			}
		case <-again.C:
			peak = cmp.Or(peakOf(cmd.Process.Pid), peak)
		}
	}
	if bar == "mail" {
		peak = said.String()
	}
	c.compare(t, bar, peak)
}

// compare holds what a process has held against its bar.
func (c cage) compare(t *testing.T, bar, peak string) {
	t.Helper()
	kb, err := strconv.ParseInt(strings.TrimSuffix(peak, " kB"), 10, 64)
	if err != nil {
		t.Errorf("%s: its peak is not known: %v", bar, err)
		return
	}
	t.Logf("%s held %d MB of %d", bar, kb>>10, mostHeld[bar]/megabyte)
	if kb<<10 > mostHeld[bar] {
		t.Errorf("%s held %d MB, more than %d (T07)", bar, kb>>10, mostHeld[bar]/megabyte)
	}
}

// peakOf is the most memory that a process has held since it began, as "123 kB";
// "" when it is gone.
func peakOf(pid int) string {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return ""
	}
	_, rest, found := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(rest, "\n")
	if !found {
		return ""
	}
	return strings.TrimSpace(line)
}
