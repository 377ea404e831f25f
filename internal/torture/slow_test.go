package torture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/store/pgtest"
)

// Bounds of a call to a database that does not keep up: it is answered after 10 s
// at the most, and what is under way then, an answer of the database at that.
const (
	slowness = 5 * time.Second
	shedding = 10*time.Second + slowness + 2*time.Second
)

// shed counts calls that are refused while the database does not keep up.
type shed struct {
	t    *testing.T
	busy atomic.Int64 // no turn came
	slow atomic.Int64 // it took too long
}

func (s *shed) failed(err error, began time.Time) {
	var e *client.Error
	if !errors.As(err, &e) || e.Status != 503 || e.RetryAfter <= 0 || e.Detail == "" {
		s.t.Errorf("shed with %v, want 503 and when to come back", err)
		return
	}
	if took := time.Since(began); took > shedding {
		s.t.Errorf("shed after %v", took)
	}
	switch e.Key() {
	case "desk.database_busy":
		s.busy.Add(1)
	case "desk.database_slow":
		s.slow.Add(1)
	default:
		s.t.Errorf("shed with %s", e.Key())
	}
}

// goroutines counts those of a node.
func goroutines(t *testing.T, n *node) int {
	t.Helper()
	told := fetch(t, "GET", "http://"+n.log.after(`"msg":"watching","address":"`)+"/debug/pprof/goroutine?debug=1", "", "")
	_, rest, _ := strings.Cut(told, "total ")
	line, _, _ := strings.Cut(rest, "\n")
	count, err := strconv.Atoi(line)
	must(t, err)
	return count
}

// status is what an address of a node for machines answers, and how fast.
func status(t *testing.T, n *node, path string) (code int, said string, took time.Duration) {
	t.Helper()
	began := time.Now()
	resp, err := http.Get(n.url + path)
	must(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	must(t, err)
	return resp.StatusCode, string(b), time.Since(began)
}

// crowd are readers beside the crew, more than there are turns at the database.
func crowd(t *testing.T, c *crew, n int) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			for ctx.Err() == nil {
				began := time.Now()
				if _, err := c.as("ito").Requests(ctx, client.Filter{}); err != nil && ctx.Err() == nil {
					c.failed(err, began)
				}
				wait(t, 20*time.Millisecond)
			}
		})
	}
	return func() { cancel(); all.Wait() }
}

// T06: each answer of PostgreSQL takes 5 s under the load of 16 clients and 48
// readers. Calls are refused with 503 and when to come back, in bounded time; the
// process lives, says that it is not ready and why, and has no more than twice its
// goroutines. When the slowness ends all goes on within seconds, with all that was
// acknowledged, once, and the notices leave that had to wait.
func TestSlowDatabase(t *testing.T) {
	measured()
	p := newPlace(t, t.TempDir(), pgtest.URL(t))
	way := pgtest.NewWay(t, p.url)
	p.way, p.env = way.URL(), []string{"MADOGUCHI_WATCH=127.0.0.1:0"}
	c := newCrew(t, p, seeded(t))
	calm := &shed{t: t}
	c.failed = func(err error, _ time.Time) { t.Errorf("refused before it was slow: %v", err) }
	n := p.start()
	stop := c.work(n.url)
	leave := crowd(t, c, 48)
	before := 0
	for range 4 {
		c.progress(clients)
		before = max(before, goroutines(t, n))
	}
	stop()
	leave()
	c.failed = calm.failed
	stop, leave = c.work(n.url), crowd(t, c, 48)
	c.progress(clients)

	way.Slow(slowness)
	most := 0
	until := func(what string, so func() bool) {
		look(t, what, func() bool {
			most = max(most, goroutines(t, n))
			if code, _, took := status(t, n, "/livez"); code != 200 || took > time.Second {
				t.Errorf("/livez answers %d after %v", code, took)
			}
			return so()
		})
	}
	until("call that was shed", func() bool { return calm.busy.Load() >= 10 })
	if code, said, took := status(t, n, "/readyz"); code != 503 || !strings.Contains(said, "connections are taken") || took > 3*time.Second {
		t.Errorf("/readyz answers %d %q after %v", code, said, took)
	}
	if long() {
		until("call that took too long", func() bool { return calm.slow.Load() >= 10 })
		began := time.Now()
		until("minute of it", func() bool { return time.Since(began) > 55*time.Second })
	}
	if most > 2*before {
		t.Errorf("%d goroutines, of %d before it was slow", most, before)
	}

	way.Slow(0)
	began := time.Now()
	c.progress(2 * clients)
	took := time.Since(began)
	look(t, "readiness", func() bool { code, _, _ := status(t, n, "/readyz"); return code == 200 })
	ready := time.Since(began)
	stop()
	leave()
	look(t, "end of the notices that wait", func() bool { return noticesWait(t, n) == 0 })
	t.Logf("%d found no turn, %d took too long, %d goroutines of %d; works again after %v, is ready after %v, notices left after %v",
		calm.busy.Load(), calm.slow.Load(), most, before, took, ready, time.Since(began))
	if max(took, ready) > 10*time.Second {
		t.Errorf("it worked again after %v, and was ready after %v", took, ready)
	}
	c.compare(n.url)
	n.stop()
	p.once()
	p.check()
}

// noticesWait is how many notices have not left.
func noticesWait(t *testing.T, n *node) (waiting int) {
	t.Helper()
	told := fetch(t, "GET", "http://"+n.log.after(`"msg":"watching","address":"`)+"/metrics", "", "")
	for _, state := range []string{"ready", "claimed"} {
		_, rest, _ := strings.Cut(told, fmt.Sprintf("madoguchi_effects{state=%q} ", state))
		value, _, _ := strings.Cut(rest, "\n")
		count, err := strconv.Atoi(value)
		must(t, err)
		waiting += count
	}
	return waiting
}

// The same for a file: each sync takes seconds. Writers share the few commits that
// there are, and who waits too long for a place in one is refused with 503 and when
// to come back; reads go on.
func TestSlowDisk(t *testing.T) {
	t.Parallel()
	p := newPlace(t, t.TempDir(), "")
	p.env = []string{"MADOGUCHI_WATCH=127.0.0.1:0"}
	c := newCrew(t, p, seeded(t))
	seen := &shed{t: t}
	c.failed = seen.failed
	n := p.start()
	stop := c.work(n.url)
	c.progress(4 * clients)
	before := goroutines(t, n)
	quick := p.slowSyncs(n, slowness)
	look(t, "call that was shed", func() bool { return seen.busy.Load() >= 10 })
	began := time.Now()
	if _, err := c.as("ito").Requests(t.Context(), client.Filter{}); err != nil || time.Since(began) > 2*time.Second {
		t.Errorf("a read took %v: %v", time.Since(began), err)
	}
	for _, path := range []string{"/livez", "/readyz"} {
		if code, said, took := status(t, n, path); code != 200 || took > 2*time.Second {
			t.Errorf("%s answers %d %q after %v", path, code, said, took)
		}
	}
	if long() {
		wait(t, time.Minute)
	}
	most := goroutines(t, n)
	quick()
	began = time.Now()
	c.progress(2 * clients)
	took := time.Since(began)
	stop()
	t.Logf("%d found no turn, %d took too long, %d goroutines of %d; works again after %v", seen.busy.Load(), seen.slow.Load(), most, before, took)
	if most > 2*before || took > 10*time.Second {
		t.Errorf("%d goroutines, of %d before it was slow; it worked again after %v", most, before, took)
	}
	c.compare(n.url)
	n.stop()
	p.once()
	p.check()
}

// slowSyncs holds back every sync of a running node, until quick is called.
func (p *place) slowSyncs(n *node, delay time.Duration) (quick func()) {
	p.t.Helper()
	out := filepath.Join(p.t.TempDir(), "trace")
	args := tracer(p.t, "-o", out, "-p", strconv.Itoa(n.cmd.Process.Pid), "-e", "trace=fsync,fdatasync",
		"-e", fmt.Sprintf("inject=fsync,fdatasync:delay_enter=%d", delay.Microseconds()))
	cmd := exec.Command(args[0], args[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(p.t, cmd.Start())
	look(p.t, "sync that is held back", func() bool {
		told, err := os.ReadFile(out)
		return err == nil && strings.Contains(string(told), "sync(")
	})
	return func() {
		_ = cmd.Process.Signal(syscall.SIGINT) // it lets go of the node
		_ = cmd.Wait()
	}
}
