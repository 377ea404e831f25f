package torture

import (
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store/pgtest"
)

// A rehearsal of losing the host: a backup is made of a running desk under the load
// of 16 clients, who are not held up, and restored into an empty place. It holds
// what the desk held at one instant and nothing else, is clean, and has everything
// that was acknowledged before it began; a desk goes on with it. What was lost and
// how long it took are printed.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	onEngines(t, rehearse)
}

func rehearse(t *testing.T, p *place) {
	rng := seeded(t)
	c := newCrew(t, p, rng)
	c.failed = func(err error, _ time.Time) { t.Errorf("refused: %v", err) }
	n := p.start()
	stop := c.work(n.url)
	c.progress(pick(4*clients+rng.Int64N(3*clients), 5000))
	before, done, began := c.acknowledged(), c.done.Load(), time.Now()
	file := p.backup()
	copied := time.Since(began)
	meanwhile := c.done.Load() - done
	if meanwhile == 0 {
		t.Error("nothing was acknowledged while the backup was made: it holds writers up")
	}
	stop()
	c.compare(n.url)
	n.kill() // the host is lost, but for what is compared below
	lost, behind, away := c.done.Load()-done, time.Since(began), time.Now()

	empty := p.restored(file)
	back := time.Since(away)
	held := empty.holds(math.MaxInt64)
	if was := p.holds(held.pos); held.pos == 0 || held != was {
		t.Errorf("the backup holds %+v, the desk held %+v", held, was)
	}
	empty.check()
	again := empty.start()
	t.Logf("%d events. RPO: the backup took %v; with the host %d things were lost that were acknowledged in the %v since it began. RTO: copied back in %v, checked and serving after %v",
		held.events, copied.Round(time.Millisecond), lost, behind.Round(time.Millisecond), back.Round(time.Millisecond), time.Since(away).Round(time.Millisecond))
	for i, m := range c.members {
		m.acks = before[i]
	}
	if c.compare(again.url) == 0 {
		t.Error("nothing was acknowledged before the backup")
	}
	empty.once()
	defer c.work(again.url)()
	c.progress(clients)
}

// backup copies a place whose desk is running, as the manual says.
func (p *place) backup() (file string) {
	p.t.Helper()
	file = filepath.Join(p.t.TempDir(), "backup")
	if p.url != "" {
		out, err := pgtest.Tool("pg_dump", "-Fc", "-f", file, p.url).CombinedOutput()
		if err != nil {
			p.t.Fatalf("pg_dump: %v\n%s", err, out)
		}
		return file
	}
	out, err := p.run("backup", file, "--data", p.dir)
	if err != nil || !strings.Contains(out, ": 0 findings") {
		p.t.Fatalf("backup: %v\n%s", err, out)
	}
	if out, err := p.run("backup", file, "--data", p.dir); err == nil {
		p.t.Errorf("written over a backup: %s", out)
	}
	return file
}

// restored is an empty place with a backup of this one.
func (p *place) restored(file string) *place {
	p.t.Helper()
	empty := &place{t: p.t, dir: filepath.Join(p.t.TempDir(), "new"), tokens: p.tokens}
	if p.url != "" {
		must(p.t, os.MkdirAll(empty.dir, 0o700))
		empty.url = pgtest.Empty(p.t)
		out, err := pgtest.Tool("pg_restore", "--exit-on-error", "--no-owner", "-d", empty.url, file).CombinedOutput()
		if err != nil {
			p.t.Fatalf("pg_restore: %v\n%s", err, out)
		}
		return empty
	}
	out, err := empty.run("restore", file, "--data", empty.dir)
	if err != nil || !strings.Contains(out, ": 0 findings") {
		p.t.Fatalf("restore: %v\n%s", err, out)
	}
	if out, err := empty.run("restore", file, "--data", empty.dir); err == nil {
		p.t.Errorf("restored over a desk: %s", out)
	}
	return empty
}

// holding is what the feed of a database holds up to a position.
type holding struct {
	pos    int64 // of the last event
	events int
	sum    [sha256.Size]byte // of all that events say
}

func (p *place) holds(upTo int64) holding {
	p.t.Helper()
	db := p.open()
	defer db.Close()
	rows, err := db.QueryContext(p.t.Context(), "SELECT pos, subject, subject_id, seq, data, hash FROM event WHERE pos <= $1 ORDER BY pos", upTo)
	must(p.t, err)
	defer rows.Close()
	var h holding
	sum := sha256.New()
	for rows.Next() {
		var subject, data string
		var id, seq int64
		var hash []byte
		must(p.t, rows.Scan(&h.pos, &subject, &id, &seq, &data, &hash))
		fmt.Fprintf(sum, "%d %q %d %d %q %x\n", h.pos, subject, id, seq, data, hash)
		h.events++
	}
	must(p.t, rows.Err())
	sum.Sum(h.sum[:0])
	return h
}
