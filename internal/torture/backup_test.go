package torture

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A backup is made of a running desk under the load of 16 clients, who are not
// held up, and restored into an empty folder: it is whole, everything that was
// acknowledged before it began is in it, and a desk goes on with it.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	p := newPlace(t, t.TempDir(), "")
	rng := seeded(t)
	c := newCrew(t, p, rng)
	c.failed = func(err error, _ time.Time) { t.Errorf("refused: %v", err) }
	n := p.start()
	stop := c.work(n.url)
	c.progress(pick(4*clients+rng.Int64N(3*clients), 5000))
	before, file, done := c.acknowledged(), filepath.Join(t.TempDir(), "backup.db"), c.done.Load()
	out, err := p.run("backup", file, "--data", p.dir)
	if err != nil || !strings.Contains(out, ": 0 findings") {
		t.Fatalf("backup: %v\n%s", err, out)
	}
	meanwhile := c.done.Load() - done
	if meanwhile == 0 {
		t.Error("nothing was acknowledged while the backup was made: it holds writers up")
	}
	stop()
	c.compare(n.url)
	n.kill() // the host is lost

	empty := &place{t: t, dir: filepath.Join(t.TempDir(), "new"), tokens: p.tokens}
	began := time.Now()
	if out, err := empty.run("restore", file, "--data", empty.dir); err != nil || !strings.Contains(out, ": 0 findings") {
		t.Fatalf("restore: %v\n%s", err, out)
	}
	again := empty.start()
	t.Logf("restored, checked and serving after %v; %d acknowledged while the backup was made", time.Since(began).Round(time.Millisecond), meanwhile)
	for i, m := range c.members {
		m.acks = before[i]
	}
	if c.compare(again.url) == 0 {
		t.Error("nothing was acknowledged before the backup")
	}
	empty.once()
	defer c.work(again.url)()
	c.progress(clients)

	// Neither takes the place of anything.
	if out, err := empty.run("restore", file, "--data", empty.dir); err == nil {
		t.Errorf("restored over a desk: %s", out)
	}
	if out, err := empty.run("backup", file, "--data", empty.dir); err == nil {
		t.Errorf("written over a backup: %s", out)
	}
}
