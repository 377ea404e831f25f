package torture

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"madoguchi/client"
)

// fill takes all the room of a disk; give gives it back.
func fill(t *testing.T, dir string) (give func()) {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	must(t, err)
	for size := 1 << 20; size > 0; {
		_, err := f.Write(make([]byte, size))
		switch {
		case errors.Is(err, syscall.ENOSPC):
			size /= 2
		case err != nil:
			t.Fatal(err)
		}
	}
	must(t, f.Close())
	return func() { must(t, os.Remove(path)) }
}

// The disk of the database is full under load: reads go on, writes are refused
// with 507 and the time to come back, the log says so, and once there is room
// everything works again by itself.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := tmpfs(t, "24m")
	p := newPlace(t, dir, "")
	c := newCrew(t, p, seeded(t))
	fullFor := make(chan *client.Error, 1<<16)
	c.failed = func(err error, _ time.Time) {
		var e *client.Error
		if !errors.As(err, &e) {
			t.Errorf("refused without a document: %v", err)
			return
		}
		fullFor <- e
	}
	n := p.start()
	stop := c.work(n.url)
	c.progress(clients)
	first, err := c.as("ito").Requests(t.Context(), client.Filter{})
	must(t, err)
	give := fill(t, dir)
	for range 4 * clients {
		e := <-fullFor
		if e.Status != 507 || e.RetryAfter <= 0 || e.Key() != "desk.disk_full" || e.Detail == "" {
			t.Errorf("refused with %d %s after %v (%s), want 507", e.Status, e.Key(), e.RetryAfter, e.Detail)
		}
		if _, err := c.as("ito").Request(t.Context(), first.Requests[0].Number); err != nil {
			t.Errorf("a read while the disk is full: %v", err)
			break
		}
	}
	t.Log("room again")
	give()
	began := time.Now()
	c.progress(2 * clients)
	took := time.Since(began)
	t.Logf("works again after %v", took.Round(time.Millisecond))
	if took > 30*time.Second {
		t.Errorf("it worked again %v after there was room", took)
	}
	stop()
	c.compare(n.url)
	if !n.log.contains("disk is full") {
		t.Errorf("the log does not tell of the full disk:\n%s", n.log)
	}
	n.stop()
	p.once()
	p.check()
}

// The disk of the log is full: nobody notices.
func TestFullDiskOfTheLog(t *testing.T) {
	t.Parallel()
	disk := tmpfs(t, "64k")
	p := newPlace(t, t.TempDir(), "")
	p.env = []string{"MADOGUCHI_LOG=debug"}
	c := newCrew(t, p, seeded(t))
	c.failed = func(err error, _ time.Time) { t.Errorf("refused: %v", err) }
	p.logFile = filepath.Join(disk, "log")
	n := p.start()
	fill(t, disk)
	stop := c.work(n.url)
	c.progress(4 * clients)
	stop()
	c.compare(n.url)
	n.stop()
	p.check()
}
