package pgtest

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// Own is a PostgreSQL server of one test's own. It keeps what it acknowledges,
// as those of customers do, and can be taken away.
type Own struct {
	t    testing.TB
	s    *instance
	attr *syscall.SysProcAttr
	run  *exec.Cmd
}

// NewOwn makes and starts a server with a migrated database; both are gone when
// the test ends.
func NewOwn(t testing.TB) *Own {
	t.Helper()
	if bin() == "" {
		missing(t)
	}
	dir, attr, err := initialized("")
	if err != nil {
		t.Fatal(err)
	}
	attr.Pdeathsig = syscall.SIGQUIT
	o := &Own{t: t, s: &instance{dir: dir}, attr: attr}
	t.Cleanup(func() {
		o.Stop(syscall.SIGQUIT)
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	o.Start()
	if err := migrate(o.URL()); err != nil {
		t.Fatal(err)
	}
	return o
}

// URL names the server's database.
func (o *Own) URL() string { return o.s.url("postgres") }

// Start starts the server and waits until it takes connections.
func (o *Own) Start() {
	o.t.Helper()
	o.run = exec.Command(bin()+"/postgres", "-D", o.s.dir+"/data", "-k", o.s.dir, "-c", "listen_addresses=", "-c", "max_connections=40")
	o.run.SysProcAttr, o.run.Dir = o.attr, o.s.dir
	if err := o.run.Start(); err != nil {
		o.t.Fatal(err)
	}
	if err := o.s.ready(); err != nil {
		o.t.Fatal(err)
	}
}

// Stop ends the server and waits for its end: on SIGINT it breaks off what runs,
// on SIGQUIT it goes as in a crash and has to recover at its next start.
func (o *Own) Stop(with syscall.Signal) {
	if o.run == nil {
		return
	}
	_ = o.run.Process.Signal(with)
	_ = o.run.Wait()
	o.run = nil
}
