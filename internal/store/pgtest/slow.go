package pgtest

import (
	"errors"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// Way is a way to a database by TCP on which every answer can be held back.
type Way struct {
	t    testing.TB
	to   string // the server's socket
	name string // of the database
	l    net.Listener

	mu    sync.Mutex
	delay time.Duration
	quick chan struct{} // closed when answers are held back no more
	conns map[net.Conn]bool
}

// NewWay opens a way to the database of a URL of this package.
func NewWay(t testing.TB, where string) *Way {
	t.Helper()
	u, err := url.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &Way{t: t, to: u.Query().Get("host") + "/.s.PGSQL.5432", name: strings.TrimPrefix(u.Path, "/"), l: l, quick: make(chan struct{}), conns: map[net.Conn]bool{}}
	close(w.quick)
	var all sync.WaitGroup
	all.Go(func() { w.accept(&all) })
	t.Cleanup(func() {
		_ = l.Close()
		w.Slow(0)
		w.mu.Lock()
		for c := range w.conns {
			_ = c.Close()
		}
		w.mu.Unlock()
		all.Wait()
	})
	return w
}

// URL is the database's, by this way.
func (w *Way) URL() string {
	return "postgres://postgres@" + w.l.Addr().String() + "/" + w.name + "?sslmode=disable"
}

// Slow holds back every answer that comes from now on for so long; 0 lets all go
// that is held.
func (w *Way) Slow(delay time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.quick:
		w.quick = make(chan struct{})
	default:
	}
	if w.delay = delay; delay == 0 {
		close(w.quick)
	}
}

func (w *Way) accept(all *sync.WaitGroup) {
	for {
		client, err := w.l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", w.to)
		if err != nil {
			_ = client.Close()
			continue
		}
		w.mu.Lock()
		w.conns[client], w.conns[server] = true, true
		w.mu.Unlock()
		all.Go(func() { w.carry(server, client, false) })
		all.Go(func() { w.carry(client, server, true) })
	}
}

// carry copies one direction to its end, with which the other one ends too.
func (w *Way) carry(to, from net.Conn, held bool) {
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.conns, to)
		delete(w.conns, from)
		_ = errors.Join(to.Close(), from.Close())
	}()
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		if held && n > 0 {
			w.hold()
		}
		if n > 0 {
			if _, broken := to.Write(b[:n]); broken != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (w *Way) hold() {
	w.mu.Lock()
	delay, quick := w.delay, w.quick
	w.mu.Unlock()
	t := time.NewTimer(delay)
	defer t.Stop()
	select {
	case <-t.C:
	case <-quick:
	}
}
