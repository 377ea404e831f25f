package torture

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/client"
)

// injection is one run in which the nth call of a kind fails.
type injection struct {
	call, failure string
	n             int
}

func (i injection) String() string { return fmt.Sprintf("%s of %s %d", i.failure, i.call, i.n) }

// Every write and sync of the database's files fails in turn, with EIO and with
// ENOSPC, from the program's start through a request's first steps. What was
// acknowledged is there afterwards and what was refused for want of room is not;
// the node goes on with the next thing or ends and says why, and the next one
// starts on a whole database. The long form counts n up until nothing was hit;
// the short one draws some.
func TestEveryWriteFails(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	base := newPlace(t, t.TempDir(), "")
	for _, call := range pick([]string{"pwrite64", "fsync"}, []string{"pwrite64", "write", "fsync", "fdatasync", "ftruncate"}) {
		for _, failure := range []string{"EIO", "ENOSPC"} {
			t.Run(call+" "+failure, func(t *testing.T) {
				if long() {
					for n := 1; base.injected(t, injection{call, failure, n}, rng); n++ {
						if t.Failed() {
							return
						}
					}
					return
				}
				most := map[string]int{"pwrite64": 400, "fsync": 12}[call]
				base.injected(t, injection{call, failure, 1 + rng.IntN(most)}, rng)
			})
		}
	}
}

// injected runs a node on a copy of the place in which one call fails, and tells
// whether it did.
func (p *place) injected(t *testing.T, i injection, rng *rand.Rand) bool {
	t.Helper()
	own := *p
	own.t, own.dir = t, t.TempDir()
	must(t, copyFile(filepath.Join(p.dir, "desk.db"), own.where()))
	out := filepath.Join(own.dir, "trace")
	strace := tracer(t, "-o", out, "-P", own.where(), "-P", own.where()+"-wal", "-P", own.where()+"-shm",
		"-e", "trace="+i.call, "-e", fmt.Sprintf("inject=%s:error=%s:when=%d", i.call, i.failure, i.n))
	c := newCrew(t, &own, rng)
	refused, never, ended := own.underFailure(c, strace, i)
	hit, err := os.ReadFile(out)
	must(t, err)
	hits := strings.Count(string(hit), "(INJECTED)")
	t.Logf("%v: %d hit, %d kept, ended %v, refused %v", i, hits, c.done.Load(), ended, refused)
	if hits == 0 {
		if refused != nil || ended {
			t.Errorf("%v: nothing failed, and yet something was refused", i)
		}
		return false
	}
	again := own.start()
	c.compare(again.url)
	again.stop()
	seen := own.once()
	for _, mark := range never {
		if seen[mark] > 0 {
			t.Errorf("%v: %s was refused for want of room, and is there", i, mark)
		}
	}
	own.check()
	return true
}

// underFailure lets one client work while the call fails. It gives the
// last refusal, the marks of what was refused for want of room, and whether the
// node ended.
func (p *place) underFailure(c *crew, strace []string, i injection) (refused error, never []string, ended bool) {
	n, err := p.launch(strace...)
	if err != nil {
		if said := n.log.String(); !strings.Contains(said, "madoguchi: ") {
			p.t.Errorf("%v: the node does not start, and does not say why: %s", i, said)
		}
		n.kill()
		return err, never, true
	}
	defer n.kill()
	c.base = n.url
	m := c.members[0]
	// Each thread of the node counts its own calls, so several may fail.
	for good, tries := 0, 0; good < 6; tries++ {
		err := m.act(p.t.Context())
		var e *client.Error
		switch {
		case err == nil:
			good++
			continue
		case errors.As(err, &e) && (e.Status == 500 || e.Status == 507) && tries < 40:
			refused = err
			m.number, good = "", 0 // the next things have to work again
			if e.Status == 507 {
				never = append(never, m.mark)
			}
		case unheard(err) && p.gone(n):
			return err, never, true
		default:
			p.t.Errorf("%v: after %v: %v\n%s", i, refused, err, n.log)
			return err, never, false
		}
	}
	return refused, never, false
}

// gone tells whether a node has ended by itself and said why.
func (p *place) gone(n *node) bool {
	select {
	case <-n.ended:
		return n.log.String() != ""
	case <-p.t.Context().Done():
		return false
	}
}
