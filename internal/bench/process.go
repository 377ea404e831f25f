package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// clockTick is how /proc counts CPU time on every Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// server is a process that is measured.
type server struct {
	cmd   *exec.Cmd
	url   string
	smtp  string // where it takes mails
	db    database
	ready time.Duration // from its start to its first answer
	http  *http.Client
	ended chan error
	log   *os.File
}

// serve starts the program over a database. prefix runs it under another program.
func (b *bench) serve(ctx context.Context, db database, prefix ...string) (*server, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	door, err := freeAddress()
	if err != nil {
		return nil, err
	}
	args := append(slices.Clone(prefix), b.program, "serve", "--addr", addr, "--data", db.data, "--log", "warn", "--mails-per-hour", "0", "--mails-per-minute", "0",
		"--smarthost", b.relay.addr, "--smarthost-encryption", "none", "--smtp", door, "--authserv-id", inFront, "--pack", b.pack)
	if db.url != "" {
		args = append(args, "--database", db.url)
	}
	s := &server{url: "http://" + addr, smtp: door, db: db, ended: make(chan error, 1)}
	s.http = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}, Timeout: time.Minute}
	if s.log, err = os.Create(filepath.Join(b.tmp, "serve.log")); err != nil {
		return nil, err
	}
	s.cmd = exec.Command(args[0], args[1:]...)
	s.cmd.Stderr, s.cmd.Env = s.log, append(os.Environ(), "MADOGUCHI_DRAIN=0s")
	begun := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { s.ended <- s.cmd.Wait() }()
	if err := s.waits(ctx); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.ready = time.Since(begun)
	return s, nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// waits asks until the process is ready.
func (s *server) waits(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/readyz", nil)
		if err != nil {
			return err
		}
		if resp, err := s.http.Do(r); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case err := <-s.ended:
			s.ended <- err
			said, _ := os.ReadFile(s.log.Name())
			return fmt.Errorf("the server ended: %w\n%s", err, said)
		case <-ctx.Done():
			return fmt.Errorf("the server does not get ready: %w", ctx.Err())
		case <-look.C:
		}
	}
}

// stop ends the process in order and says what it logged.
func (s *server) stop() error {
	s.http.CloseIdleConnections()
	target := s.cmd.Process.Pid
	if child := childrenOf(target); strings.HasSuffix(s.cmd.Path, "strace") && len(child) > 0 {
		target = child[0]
	}
	_ = syscall.Kill(target, syscall.SIGTERM)
	err := <-s.ended
	said, readErr := os.ReadFile(s.log.Name())
	if err != nil {
		return fmt.Errorf("the server ended: %w\n%s", err, said)
	}
	return errors.Join(readErr, s.log.Close())
}

// procStat is the line of a process after its name.
func procStat(pid int) []string {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:]))
}

// cpuOf is the CPU time of a process, with that of its children that ended.
func cpuOf(pid int) time.Duration {
	var sum time.Duration
	if f := procStat(pid); len(f) > 14 {
		for _, v := range f[11:15] {
			n, _ := strconv.ParseInt(v, 10, 64)
			sum += time.Duration(n) * clockTick
		}
	}
	return sum
}

func childrenOf(pid int) []int {
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	var out []int
	for f := range strings.FieldsSeq(string(raw)) {
		if n, err := strconv.Atoi(f); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// treeCPU is that of a process and its children.
func treeCPU(pid int) time.Duration {
	sum := cpuOf(pid)
	for _, c := range childrenOf(pid) {
		sum += cpuOf(c)
	}
	return sum
}

// resident is the memory of a process in MB.
func resident(pid int) (float64, error) { return memoryOf(pid, "VmRSS:") }

// memoryOf is a figure of a process's memory (proc(5), status) in MB.
func memoryOf(pid int, name string) (float64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024, err
		}
	}
	return 0, errors.New("no " + name)
}

// op is one call of a worker: its n-th.
type op func(ctx context.Context, worker, n int) error

// drive has clients call an operation until the time is over, each one call after
// the other, and measures the CPU time that used meanwhile gives.
func drive(ctx context.Context, clients int, each time.Duration, used func() time.Duration, call op) (sample, error) {
	for i := range 3 { // what is prepared and connected on first use
		if err := call(ctx, 0, -1-i); err != nil {
			return sample{}, err
		}
	}
	var (
		wg    sync.WaitGroup
		parts = make([][]time.Duration, clients)
		errs  = make([]error, clients)
	)
	before, begun := used(), time.Now()
	for w := range clients {
		wg.Go(func() {
			for n := 0; time.Since(begun) < each || n == 0; n++ {
				at := time.Now()
				if errs[w] = call(ctx, w, n); errs[w] != nil {
					return
				}
				parts[w] = append(parts[w], time.Since(at))
			}
		})
	}
	wg.Wait()
	s := sample{took: time.Since(begun), cpu: used() - before, each: slices.Concat(parts...)}
	s.n = len(s.each)
	slices.Sort(s.each)
	return s, errors.Join(errs...)
}

// send makes one call and drops the answer; an answer of 400 and above is an
// error.
func (s *server) send(ctx context.Context, method, path, token, key, body string) error {
	_, err := s.ask(ctx, method, path, token, key, body, io.Discard)
	return err
}

func (s *server) ask(ctx context.Context, method, path, token, key, body string, out io.Writer) (http.Header, error) {
	var sent io.Reader
	if body != "" {
		sent = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, s.url+path, sent)
	if err != nil {
		return nil, err
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	resp, err := s.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, said)
	}
	_, err = io.Copy(out, resp.Body)
	return resp.Header, err
}

// joined stops a server that is no longer needed.
func joined(err error, s *server) error { return errors.Join(err, s.stop()) }

// lines counts the syncs of the database in what strace wrote.
func lines(path string) (int, error) {
	raw, err := os.ReadFile(path)
	n := 0
	for l := range strings.Lines(string(raw)) {
		if strings.Contains(l, "sync(") && strings.Contains(l, fileName) && !strings.Contains(l, "resumed") {
			n++
		}
	}
	return n, err
}
