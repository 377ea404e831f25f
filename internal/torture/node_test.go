package torture

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"madoguchi/internal/demo"
	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/desk"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
)

// long tells whether tests run in their full length.
func long() bool { return os.Getenv("MADOGUCHI_TORTURE") == "long" }

// pick is the short form's value, or that of the full length.
func pick[T any](short, full T) T {
	if long() {
		return full
	}
	return short
}

// measured is for tests that look at the clock: they run before those that run side by
// side, and alone.
func measured() {}

var workshop string // where the program under test is built

func TestMain(m *testing.M) {
	if os.Getenv(asMail) != "" {
		os.Exit(readMail())
	}
	var err error
	if workshop, err = os.MkdirTemp("", "torture"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(workshop)
	os.Exit(code)
}

// program is the path of the program under test.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workshop, "madoguchi")
	out, err := exec.Command("go", "build", "-o", path, "madoguchi/cmd/madoguchi").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
})

// seeded is the generator of a test. The seed is printed; MADOGUCHI_TORTURE_SEED
// sets it.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if given := os.Getenv("MADOGUCHI_TORTURE_SEED"); given != "" {
		var err error
		if seed, err = strconv.ParseUint(given, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("MADOGUCHI_TORTURE_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// place is a desk's database and folder, with people whose tokens are known.
type place struct {
	t      *testing.T
	dir    string
	url    string // of PostgreSQL; "" for a file in dir
	way    string // the URL by which nodes reach it; "": the same
	tokens map[string]string
	env    []string // of nodes, more than the test's own

	logFile string // where nodes write their log; "": the test alone reads it
}

// newPlace makes a desk with the fixtures' people; their contracts hold today.
func newPlace(t *testing.T, dir, url string) *place {
	t.Helper()
	p := &place{t: t, dir: dir, url: url}
	ctx := t.Context()
	s, err := store.Open(ctx, p.where())
	must(t, err)
	defer func() { must(t, s.Close()) }()
	must(t, s.Migrate(ctx))
	pack, err := policy.Shipped("classic-2010")
	must(t, err)
	packs, err := desk.NewPacks(pack)
	must(t, err)
	d, err := desk.New(desk.Config{
		Store: s, Packs: packs, Now: time.Now, Out: desk.Files{Dir: filepath.Join(dir, "outbox")}, Name: "Example", Sender: "support@desk.example",
		BaseURL: "https://desk.example", Log: slog.New(slog.DiscardHandler),
	})
	must(t, err)
	w, now := fixtures.All(), time.Now()
	for i := range w.Contracts {
		w.Contracts[i].StartsAt, w.Contracts[i].EndsAt = now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0)
	}
	for _, product := range w.Products {
		for i := range product.Versions {
			product.Versions[i].GeneralUntil, product.Versions[i].GuidanceUntil = time.Time{}, time.Time{}
		}
	}
	cast, err := demo.Seed(ctx, d, w)
	must(t, err)
	p.tokens = cast.Tokens
	return p
}

// onEngines runs a test on a file and on PostgreSQL.
func onEngines(t *testing.T, test func(t *testing.T, p *place)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, newPlace(t, t.TempDir(), ""))
	})
	t.Run("postgresql", func(t *testing.T) {
		t.Parallel()
		test(t, newPlace(t, t.TempDir(), pgtest.URL(t)))
	})
}

func (p *place) where() string {
	if p.url != "" {
		return p.url
	}
	return filepath.Join(p.dir, "desk.db")
}

// either is a value for a file, or that for PostgreSQL.
func (p *place) either(sqlite, postgresql int) int {
	if p.url != "" {
		return postgresql
	}
	return sqlite
}

// flags name the database on a command line.
func (p *place) flags() []string {
	f := []string{"--data", p.dir}
	if p.url != "" {
		f = append(f, "--database", p.url)
	}
	return f
}

// run runs a command of the program to its end and gives what it printed.
func (p *place) run(args ...string) (string, error) {
	p.t.Helper()
	path, err := program()
	must(p.t, err)
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, args...).CombinedOutput()
	return string(out), err
}

// check wants `madoguchi check` to find nothing in the database of a place.
func (p *place) check() {
	p.t.Helper()
	if out, err := p.run(append([]string{"check"}, p.flags()...)...); err != nil {
		p.t.Errorf("check: %v\n%s", err, out)
	}
}

// node is a running `madoguchi serve`.
type node struct {
	t     *testing.T
	cmd   *exec.Cmd
	url   string
	took  time.Duration // from its start until it was ready
	ended chan struct{}
	log   *tail
}

// tail keeps what a node says, and tells when it serves.
type tail struct {
	mu     sync.Mutex
	lines  []string
	served chan string
}

func (l *tail) read(r io.Reader) {
	for s := bufio.NewScanner(r); s.Scan(); {
		line := s.Text()
		l.mu.Lock()
		l.lines = append(l.lines, line)
		l.mu.Unlock()
		if _, rest, ok := strings.Cut(line, `"msg":"serving","address":"`); ok {
			address, _, _ := strings.Cut(rest, `"`)
			l.served <- address
		}
	}
}

func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines[max(0, len(l.lines)-20):], "\n")
}

func (l *tail) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// after is what stands behind some words, up to a quotation mark.
func (l *tail) after(words string) string {
	_, rest, _ := strings.Cut(l.all(), words)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

func (l *tail) contains(words string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(strings.Join(l.lines, "\n"), words)
}

// start starts a node; before are words that stand before the program's own, such
// as those of strace.
func (p *place) start(before ...string) *node {
	p.t.Helper()
	n, err := p.launch(before...)
	must(p.t, err)
	return n
}

// launch is start for nodes that may not come up.
func (p *place) launch(before ...string) (*node, error) {
	path, err := program()
	if err != nil {
		return nil, err
	}
	args := append(before, path, "serve", "--addr", "127.0.0.1:0", "--sender", "support@desk.example", "--mails-per-hour", "0", "--mails-per-minute", "0")
	args = append(args, p.flags()...)
	if p.way != "" {
		args = append(args, "--database", p.way)
	}
	n := &node{t: p.t, cmd: exec.Command(args[0], args[1:]...), ended: make(chan struct{}), log: &tail{served: make(chan string, 1)}}
	n.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	n.cmd.Env = append(append(os.Environ(), "MADOGUCHI_DRAIN=0s"), p.env...)
	out, err := p.logOf(n.cmd)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := n.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		read := make(chan struct{})
		go func() {
			defer close(read)
			n.log.read(out)
		}()
		if p.logFile == "" {
			<-read // waiting would close the pipe
		}
		_ = n.cmd.Wait()
		close(n.ended)
	}()
	p.t.Cleanup(n.kill)
	select {
	case address := <-n.log.served:
		n.url = "http://" + address
	case <-n.ended:
		return n, fmt.Errorf("the node ended before it served:\n%s", n.log)
	case <-time.After(time.Minute):
		return n, fmt.Errorf("the node does not serve:\n%s", n.log)
	}
	resp, err := http.Get(n.url + "/readyz")
	if err != nil {
		return n, fmt.Errorf("the node does not answer: %w\n%s", err, n.log)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return n, fmt.Errorf("the node is not ready: %s\n%s", resp.Status, n.log)
	}
	n.took = time.Since(began)
	return n, nil
}

// logOf is what a node is about to write to its log.
func (p *place) logOf(cmd *exec.Cmd) (io.Reader, error) {
	if p.logFile == "" {
		return cmd.StderrPipe()
	}
	f, err := os.Create(p.logFile)
	if err != nil {
		return nil, err
	}
	p.t.Cleanup(func() { _ = f.Close() })
	cmd.Stderr = f
	// What follows the first lines is not to be read: the disk is full by then.
	return &followed{p.logFile, 0, p.t.Context().Done()}, nil
}

// followed reads a file that another process writes, until done.
type followed struct {
	path string
	at   int64
	done <-chan struct{}
}

func (f *followed) Read(b []byte) (int, error) {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		file, err := os.Open(f.path)
		if err != nil {
			return 0, err
		}
		n, err := file.ReadAt(b, f.at)
		_ = file.Close()
		if f.at += int64(n); n > 0 {
			return n, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		select {
		case <-look.C:
		case <-f.done:
			return 0, io.EOF
		}
	}
}

// kill ends the node's process group at once, as kill -9 does.
func (n *node) kill() {
	_ = syscall.Kill(-n.cmd.Process.Pid, syscall.SIGKILL)
	<-n.ended
}

// stop asks the node to end and waits until it has.
func (n *node) stop() {
	n.t.Helper()
	_ = syscall.Kill(-n.cmd.Process.Pid, syscall.SIGTERM)
	select {
	case <-n.ended:
	case <-time.After(30 * time.Second):
		n.t.Errorf("the node does not end:\n%s", n.log)
	}
}

// look waits until something is so, for a minute.
func look(t *testing.T, what string, so func() bool) {
	t.Helper()
	again, end := time.NewTicker(5*time.Millisecond), time.NewTimer(time.Minute)
	defer again.Stop()
	defer end.Stop()
	for !so() {
		select {
		case <-again.C:
		case <-end.C:
			t.Fatalf("no %s within a minute", what)
		}
	}
}

// wait is over after d, or when the test ends.
func wait(t *testing.T, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
	}
}

// unheard tells whether a call came to no answer, so that it is not known what
// came of it.
func unheard(err error) bool {
	var e net.Error
	return errors.As(err, &e) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET)
}
